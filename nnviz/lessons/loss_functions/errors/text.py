"""Hold every word of the chapter "Errors"."""

from collections.abc import Mapping, Sequence

from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import show_number

CHAPTER = ChapterText(
    title="Errors",
    claim="One outlier changes the least-squares line most",
    intro="Drag the large diamond, an [[outlier]]. Each [[loss]] fits its own line. Which line follows the diamond?",
    goals=(
        "explain why one outlier moves the line of the squared loss more than the line of the absolute loss",
        "read from the derivative of a loss how strongly a point changes the fit",
        "name the statistic that the squared, the absolute and the quantile loss estimate",
    ),
    notice=(
        "**By default**, the squared line has slope 1.64, and 0.69 without the outlier.",
        "**In the right chart,** the [[squared loss]] is far above the others at height 8.",
        "**Drag the diamond to the other points.** Then all lines come together.",
    ),
    questions=(
        Question(
            "lf_question_median",
            "The largest of nine numbers is moved from 11 to 12. How does the constant with the smallest mean absolute "
            "error change?",
            (
                Answer(
                    "It increases by 1/9",
                    "The mean increases by 1/9, because it divides the sum by 9. The mean minimizes the squared error.",
                ),
                Answer(
                    "It does not change",
                    "The best constant is the median, the fifth number in order. "
                    "It does not change when the largest number grows.",
                    right=True,
                ),
                Answer(
                    "It increases by 1",
                    "Only the largest number increases by 1. The absolute loss counts how many numbers are above and "
                    "below the constant, and these counts do not change.",
                ),
            ),
        ),
    ),
)

LOSSES = "Losses"
MORE = (
    "**The [[derivative]] says how strongly a point changes the fit.** With the [[squared loss]], twice "
    "the error gives twice the derivative. With the absolute loss, the derivative has the same size "
    "for every error except 0.\n\n"
    r"**Tukey's loss ignores far points.** Beyond $c$, its derivative is 0. Its [[second derivative]] is negative "
    r"for $c/\sqrt5 < |e| < c$, so this loss is not [[convex]]."
    "\n\n"
    r"**Each loss estimates a statistic.** The squared loss estimates the mean. The absolute loss estimates the "
    r"[[median]]. The quantile loss estimates the $\tau$-[[quantile]]."
    "\n\n"
    r"**Conventions.** The mean loss has the factor $1/n$. The squared loss $e^2$ has no ½. Near $e = 0$, the "
    r"losses [[Huber]], log-cosh and Tukey are about $\tfrac12 e^2$, so their curves are half as high."
)

# --- lines and an outlier

OUTLIER = "Height of the outlier y"
HANDLE = "the outlier"
HANDLE_HINT = "With the keyboard, press Tab and then the arrow keys."
AS_NUMBERS = "As numbers"
SLOPE = "slope"
HEIGHT_AXIS, RESIDUAL = "height of the outlier y", "residual"
OUTLIER_LOSS_CHART = (
    "The chart shows each loss of the outlier over its height, measured from the line without the outlier."
)
LINES = "loss | slope w | intercept b"
LINE_METHODS = (
    "Each line $\\hat y = wx + b$ minimizes the mean loss over the 11 points. The squared loss has a [[closed form]]. "
    "The other lines are computed by an exact search or by [[Newton's method]], up to rounding errors."
)
X, Y = "x", "y"
WITHOUT = "Without the outlier"
LINE_CHART = (
    "The chart shows points near a line, one outlier, and the line that each loss fits to all points. "
    "A vertical line is the residual of the outlier from the line without it."
)


def loss_of_residual(line: float) -> str:
    """Name the loss of the outlier, whose residual is measured from the height of the line without it."""
    return f"loss of the {RESIDUAL} y − {line:.2f}"


def several_minima(labels: Sequence[str]) -> str:
    """Say of which losses the line may not be the best one, because they are not convex."""
    return (
        f"The mean loss can have several local minima for {' and '.join(labels)}. "
        "The line is the best one that was found."
    )


def half(labels: Sequence[str]) -> str:
    """Say which losses are half the squared loss near 0."""
    verb = "is" if len(labels) == 1 else "are"
    return f"Near e = 0, the squared loss is e², and {' and '.join(labels)} {verb} about ½e²."


def prediction(label: str) -> str:
    """Return the head of a column with the predictions of a loss."""
    return f"ŷ ({label})"


def lines_said(lines: Mapping[str, tuple[float, float]]) -> str:
    """Say the lines (w, b) for a screen reader."""
    return " ".join(f"{label} has slope {w:.2f} and intercept {b:.2f}." for label, (w, b) in lines.items())


# --- losses of one error

ERROR = "Error e = ŷ − y of one point"
ERROR_AXIS = "error e = ŷ − y"
LOSS, DERIVATIVE, SECOND = "**Loss** ℓ", "**Derivative** ∂ℓ/∂ŷ", "**Second derivative** ∂²ℓ/∂ŷ²"
LOSS_AXIS, DERIVATIVE_AXIS, SECOND_AXIS = "ℓ", "∂ℓ/∂ŷ", "∂²ℓ/∂ŷ²"
LOSS_CHART = (
    "The chart shows the loss over the error, with one curve for each loss. "
    "A dot on each curve is at the chosen error."
)
DERIVATIVE_CHART = (
    "The chart shows the derivative of the loss over the error, with one curve for each loss. "
    "A dot on each curve is at the chosen error."
)
SECOND_CHART = (
    "The chart shows the second derivative of the loss over the error, with one curve for each loss. "
    "A dot on each curve is at the chosen error."
)
DOTS = "The dots are at the error of the slider. The larger the derivative is, the more the point changes the fit."
VALUES = "loss | ℓ | ∂ℓ/∂ŷ | ∂²ℓ/∂ŷ²"


def formulas(error: float) -> str:
    """Return the label of the formulas."""
    return f"Formulas, and their values at e = {show_number(error, 6)}"


def losses_said(error: float, losses: Mapping[str, float]) -> str:
    """Say the losses of one error for a screen reader."""
    values = " ".join(f"{label} is {show_number(value)}." for label, value in losses.items())
    return f"The losses for the error {show_number(error, 6)} follow. {values}"


# --- the best constant

CONSTANT = (
    "**The best constant.** Eight numbers are fixed, and the large diamond is the ninth. For each loss, the best "
    "constant $c$ has the smallest mean loss over the nine numbers."
)
NINTH = "Ninth number"
CONSTANTS = "loss | best constant c | statistic"
NUMBER_AXIS, MEAN_AXIS = "number y, or constant c", "mean loss (rescaled to [0, 1])"
CONSTANT_CHART = (
    "The chart shows nine numbers as dots on a line. "
    "Above them, one curve for each loss shows the mean loss of every constant. "
    "A mark shows the minimum of each curve, with its value."
)


CONSTANT_COLUMN = "constant c"


def mean_loss(label: str) -> str:
    """Return the head of a column with the mean losses of a loss."""
    return f"mean loss ({label})"


def mean_and_median(mean: float, median: float) -> str:
    """Say mean and median of the numbers."""
    return f"The nine numbers have the mean {mean:.3f} and the median {median:.3f}."


def constants_said(constants: Mapping[str, float]) -> str:
    """Say the best constants for a screen reader."""
    return " ".join(f"The best constant of {label} is {show_number(c)}." for label, c in constants.items())
