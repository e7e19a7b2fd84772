"""Hold every word of the chapter "One update, phase by phase"."""

from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import show_number

CHAPTER = ChapterText(
    title="One update, phase by phase",
    claim="Momentum adds earlier gradients to the present one",
    intro="Choose a phase of this [[update]]. How does the [[optimizer]] turn the [[gradient]] into a step?",
    goals=(
        "compute one update of each optimizer by hand",
        "say what each optimizer remembers of earlier gradients",
        "explain what the correction of Adam does in the first updates",
    ),
    notice=(
        "**[[momentum|Momentum]]** remembers $v \\leftarrow \\mu v + g$. Its step is $\\Delta\\theta = -\\eta v$.",
        "**The memory** $-\\eta\\mu v$ and the gradient now $-\\eta g$, end to end, make this step.",
        "**Choose another optimizer.** The words under the picture say what its step does.",
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
EARLIER_PATH = "last update"
PLAIN = "gradient alone"
WHOLE = "the whole surface"
MINIMUM, TO_MINIMUM = "minimum", "to minimum"
EARLIER_UPDATES = "Number of updates before this one"
PHASE, ARROW, KIND = "phase", "arrow", "kind"
TAIL, TIP = "tail", "tip"
KINDS = {"slope": "gradient now", "memory": "memory", "step": "step"}  # of arrows
UPDATE_WORDS = (
    "The chart shows one update of an optimizer on a part of the surface, phase by phase. "
    "Arrows show the gradient, the remembered gradients and the step."
)


ACROSS = "**Across a ravine,** remembered gradients change their sign and cancel. Along it, they add up."
DIVIDES = (
    "**The step divides** each component by its own $\\sqrt{\\hat s}$. "
    "Squared gradients in $\\hat s$ never cancel."
)
WORDS = {
    "momentum": ACROSS,
    "nesterov": ACROSS,
    "adam": DIVIDES,
    "adamw": DIVIDES,
}  # below the picture of an optimizer

MORE = "More about the phases"
FIRST_STEP = (
    "**Every optimizer begins with the same gradient.** Optimizers differ in what they remember of earlier gradients, "
    "and in what they divide by.",
    "**The first step of Adam** has about the length $\\eta$ in every coordinate, however large the gradient is, "
    "unless it is 0. At the first update, $|\\hat m|$ and $\\sqrt{\\hat s}$ are equal. Set the number of updates "
    "before this one to 0, and look at the correction.",
)


def tell(kind: str, symbol: str, vector: str, sign: str) -> str:
    """Return the line of an arrow in a sum: its sign, what it is, its symbol and its components."""
    return f"{sign}{KINDS[kind]}  {symbol} = {vector}"


def scale(scale: float, *, divides: bool) -> str:
    """Say at which scale the arrows are drawn, and that they are no sum. divides: whether the step divides by √s."""
    why = (
        " These arrows do not add up to the step. The step divides each component of the memory by its own √s, "
        "the side of its green square."
        if divides
        else ""
    )
    return (
        "The step Δθ has the scale of the map. All other arrows, and the sides √s of the squares, are "
        f"scaled by the factor {show_number(scale)}.{why}"
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
