"""Hold every word of the chapter "One update, phase by phase"."""

from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import show_number

CHAPTER = ChapterText(
    title="One update, phase by phase",
    claim="Momentum adds earlier gradients to the present one",
    intro=(
        "One [[update]] has several phases. Play them to see how an [[optimizer]] turns the [[gradient]] into a "
        "step."
    ),
    goals=(
        "compute one update of each optimizer by hand",
        "say what each optimizer remembers of earlier gradients",
        "explain what the correction of Adam does in the first updates",
    ),
    notice=(
        "**Every optimizer begins with the same gradient.** Optimizers differ in what they remember of earlier "
        "gradients, and in what they divide by.",
        "**[[Momentum]] in the ravine.** Across the ravine, the gradient changes its sign every few updates, "
        "so the remembered gradients cancel. Along the ravine, the gradient keeps its sign, so the remembered "
        "gradients add up.",
        "**The first step of Adam** has about the length $\\eta$ in every coordinate, however large the "
        "gradient is, unless it is 0. At the first update, $|\\hat m|$ and $\\sqrt{\\hat s}$ are equal. Set the "
        "number of updates before this one to 0, and look at the correction.",
    ),
    questions=(
        Question(
            "gd_question_step",
            "The [[loss]] is measured in a different unit, so all gradients are 1000 times as large. "
            "How long is the next step of Adam?",
            (
                Answer(
                    "1000 times as long",
                    "This is true for gradient descent, because its step is proportional to the gradient. "
                    "Adam also divides by the size of earlier gradients.",
                ),
                Answer(
                    "As long as before",
                    "$\\hat m$ and $\\sqrt{\\hat s}$ are both 1000 times as large, so their quotient stays the "
                    "same. Only ε changes it, by a tiny amount.",
                    right=True,
                ),
                Answer(
                    "A thousandth as long",
                    "$\\sqrt{\\hat s}$ in the denominator is 1000 times as large. "
                    "The numerator $\\hat m$ grows by the same factor.",
                ),
            ),
        ),
    ),
)

OPTIMIZER = "Optimizer"
HERE = "θ"
EARLIER_PATH = "path"
PLAIN = "gradient descent"
MINIMUM, TO_MINIMUM = "minimum", "to minimum"
EARLIER_UPDATES = "Number of updates before this one"
PHASE, ARROW, KIND = "phase", "arrow", "kind"
TAIL, TIP = "tail", "tip"
KINDS = {  # of arrows, in the legend
    "slope": "gradient, −g",
    "memory": "earlier gradients",
    "step": "step, Δθ",
}
UPDATE_WORDS = (
    "The chart shows one update of an optimizer on a part of the surface, phase by phase. "
    "Arrows show the gradient, the remembered gradients and the step."
)


SUM = (
    "All arrows are multiplied by the learning rate η. Follow the arrows −μv and −g from the ring: they end where the "
    "step Δθ ends."
)
ONE = "All arrows are multiplied by the learning rate η. The step Δθ of gradient descent is −ηg."


def scale(scale: float) -> str:
    """Say at which scale the arrows are drawn."""
    return (
        "The step Δθ has the scale of the map. All other arrows, and the sides √s of the squares, are "
        f"scaled by the factor {show_number(scale)}."
    )


GRADIENT = (
    "The gradient points in the direction of steepest ascent. Its negative points in the opposite direction."
)


def phase(number: int, title: str, words: str, optimizer: str) -> str:
    """Return the heading of a phase and what happens in it; words: of the optimizer, "" if it has none of its own."""
    general = GRADIENT if number == 1 else f"This is the step of the optimizer {optimizer}."
    return f"**{number} · {title}.** {words or general}"


def phase_title(number: int, title: str) -> str:
    """Return the title of the chart in a phase."""
    return f"{number} · {title}"


def square(parameter: str) -> str:
    """Return the label of a square."""
    return f"√s of {parameter}"
