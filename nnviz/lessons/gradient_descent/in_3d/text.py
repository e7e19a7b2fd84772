"""Hold every word of the chapter "In three dimensions"."""

from nnviz.web.latex_format import tex
from nnviz.web.lesson import Answer, ChapterText, Question

CHAPTER = ChapterText(
    title="In three dimensions",
    claim="A long step lands on the other side of the valley",
    intro="The numbers count the [[update|updates]] of [[gradient descent]]. Turn the surface, and play more updates.",
    goals=(
        "connect the bands of a map with the heights of a surface",
        "say what an optimizer knows about the surface, and what it does not know",
        "explain why a run can stay on a ridge until it reaches a [[saddle point]]",
    ),
    notice=(
        "**By default**, the first update goes from $y = -2.4$ to $y = 1.8$.",
        "**Each further update** crosses the valley again.",
        "**Set the [[learning rate]] to 0.5.** The first update then stays on its side.",
    ),
    questions=(
        Question(
            "gd_question_saddle",
            "Every [[optimizer]] starts exactly on the ridge $y = 0$ of the surface “Saddle between two [[minima]]”. "
            "The [[gradient]] has no noise. Which optimizer leaves the ridge?",
            (
                Answer(
                    "None of them",
                    "On the ridge, the gradient has the component 0 across the ridge. So no optimizer makes a step "
                    "in this direction. A very small [[noise]] is enough to leave the ridge.",
                    right=True,
                ),
                Answer(
                    "Momentum",
                    "Momentum adds up earlier gradients. All of them have the component 0 across the ridge, "
                    "so the sum is 0 as well.",
                ),
                Answer(
                    "Adam",
                    "Adam divides by the size of earlier gradients, plus a small number ε. "
                    "Across the ridge, this quotient is 0 divided by ε, which is 0.",
                ),
            ),
        ),
    ),
)

MORE = "More about the surface"
MORE_WORDS = (
    "**Adam** takes small steps. At the default settings, it stays on its side of the valley for 59 updates.",
    "**An [[optimizer]] does not see the surface.** It knows the [[gradient]] at its own position. [[Newton's method]] "
    "and damped Newton also know the [[Hessian]] there. Damped Newton and L-BFGS also evaluate the [[loss]] along "
    "their step.",
    "**Logarithmic heights** show small losses that are invisible on the linear scale. They also change the shape of "
    "the surface. A quadratic bowl then looks like a funnel.",
)
LOG_HEIGHTS = "Logarithmic heights"


def first_step(rate: float, suggested: float, length: float, away: float) -> str:
    """Say how long the first update of gradient descent is, and how far away the nearest known minimum is."""
    step = (
        f"With ${tex(rate / suggested)}$ times the suggested $\\eta = {tex(suggested)}$, "
        f"the first update is ${tex(length)}$ long."
    )
    return step if away == float("inf") else f"{step} The [[minimum]] is ${tex(away)}$ away."


def surface_words(label: str) -> str:
    """Describe the surface in three dimensions."""
    return (
        f"The chart shows the surface {label} in three dimensions, with the path of each optimizer on it. "
        "It can be turned."
    )
