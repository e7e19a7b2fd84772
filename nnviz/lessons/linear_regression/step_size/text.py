"""Hold every word of the chapter "The learning rate"."""

from nnviz.lessons.linear_regression.shared.text import count_updates
from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import show_count, show_number

CHAPTER = ChapterText(
    title="The learning rate",
    claim="The steepest direction limits the learning rate to 2/λₘₐₓ",
    intro="Move the [[learning rate]] $\\eta$. When does [[gradient descent]] start to zig-zag, and when does it "
    "[[diverge]]?",
    goals=(
        "predict from $\\eta$ and $\\lambda_{\\text{max}}$ whether gradient descent converges or [[diverge|diverges]]",
        "explain why a large [[condition number]] makes gradient descent slow",
        "choose the best constant [[learning rate]] for a quadratic loss",
        "explain why it helps to [[standardize]] the inputs",
    ),
    notice=(
        "**The dashed lines** are the directions of the largest and the smallest [[curvature]] $\\lambda$.",
        "**Above $2/\\lambda_{\\text{max}}$,** each update ends farther from the [[minimum]], "
        "along the steep direction.",
        "**[[standardize|Standardize]] $x$ and set $\\eta = 1/\\lambda_{\\text{max}}$.** "
        "One update reaches the minimum.",
    ),
    questions=(
        Question(
            "lr_question_updates",
            "The [[loss]] has $\\kappa = 100$. You use the best constant learning rate, $\\eta = "
            "2/(\\lambda_{\\text{min}}+\\lambda_{\\text{max}})$. About how many [[update|updates]] guarantee that at "
            "most 1 % of the initial distance remains?",
            (
                Answer(
                    "230",
                    "The largest factor is $\\rho = \\frac{\\kappa - 1}{\\kappa + 1} \\approx 0.98$, "
                    "and $0.98^k = 0.01$ for $k \\approx 230$. The number of updates grows in proportion to $\\kappa$.",
                    right=True,
                ),
                Answer(
                    "20",
                    "This would need the factor $0.8$ for each update. The factor is $\\frac{\\kappa - "
                    "1}{\\kappa + 1} \\approx 0.98$, and $0.98^{20} \\approx 0.67$.",
                ),
                Answer(
                    "10 000",
                    "This is $\\kappa^2$. The number of updates grows in proportion to $\\kappa$, "
                    "and already $0.98^{230} \\approx 0.01$.",
                ),
            ),
        ),
    ),
)

SHIFT, SHIFT_HELP = "Shift of x", "In standard deviations of $x$."
STRETCH, STRETCH_HELP = "Factor of x", "All $x$ are multiplied by this factor, and then shifted."
NEAR, NEAR_HELP = "Target distance", "Updates are counted until this share of the initial distance remains."
SHOW_STANDARD = "Standardize x"
SHOW_STANDARD_HELP = (
    "The map, the charts, the buttons and the code then use $(x - \\bar x)/s$ in place of $x$."
)

MORE = (
    "**The directions.** The [[curvature]] of the loss is $\\lambda_{\\text{max}}$ along the steepest "
    "direction and $\\lambda_{\\text{min}}$ along the flattest one. "
    "Up to $1/\\lambda_{\\text{max}}$ no part of the error changes its sign. "
    "Between $1/\\lambda_{\\text{max}}$ and $2/\\lambda_{\\text{max}}$ the path crosses the valley at each update. "
    "Above $2/\\lambda_{\\text{max}}$ gradient descent diverges from almost every start. "
    "The [[condition number]] $\\kappa = \\lambda_{\\text{max}}/\\lambda_{\\text{min}}$ compares both curvatures.\n\n"
    "**Set the shift of $x$ to 0 and then to 3.** With shift 0, the [[contours]] are nearly circles. With "
    "shift 3, they form a narrow valley. There, a change of $b$ can compensate for a change of $w$.\n\n"
    "**Compare with standardized $x$.** Its contours are circles, because $\\lambda_{\\text{min}} = "
    "\\lambda_{\\text{max}} = 2$. With $\\eta = 1/\\lambda_{\\text{max}} = \\tfrac12$ a single update reaches the "
    "[[minimum]]."
)

MONOTONE, BEST, CRITICAL = "1/λₘₐₓ", "2/(λₘᵢₙ+λₘₐₓ)", "2/λₘₐₓ"
W_AXIS, B_AXIS, W_STANDARD_AXIS = "w", "b", "w of (x − x̄)/s"

MAP_CAPTION = (
    "The map shows the loss over $(w, b)$ and the first updates from the line $\\hat y = 0$. "
    "Both axes have the same scale. The dashed lines are the flattest and the steepest direction. "
    "In the chart below, the wide grey line is the larger of both factors. "
    "The table updates when you release the slider."
)

FLAT, STEEP, LARGER = "flat direction", "steep direction", "ρ, the larger of both"
CURVATURES = ("λₘᵢₙ", "λₘₐₓ")
START, MINIMUM = "start", "minimum"
FACTOR_X, FACTOR_Y = "learning rate η", "factor per update, |1 − ηλ|"
NOW = "your η = {eta}, largest factor ρ = {factor}"  # a Vega expression fills in the numbers
NO_ZIG_ZAG, ZIG_ZAG, DIVERGES = "No zig-zag", "Zig-zag", "Diverges"
NEITHER = "Neither converges nor diverges"
REGIONS = ("no zig-zag", "zig-zag", "diverges")
REGION, FROM = "region", "from η"
SCALE_WORDS = (
    "The scale shows three regions of the learning rate. Up to 1/λₘₐₓ there is no zig-zag. "
    "Up to 2/λₘₐₓ gradient descent zig-zags and converges. Above 2/λₘₐₓ gradient descent diverges."
)
FACTOR_WORDS = (
    "The chart shows the factor by which one update multiplies the error, against the learning rate. "
    "There is one line for the flattest and one for the steepest direction. "
    "Up to 1/λₘₐₓ the error shrinks without a change of sign. Up to 2/λₘₐₓ it shrinks in a zig-zag. "
    "Above 2/λₘₐₓ gradient descent diverges."
)
MAP_WORDS = (
    "The map shows the loss over w and b with the first updates of gradient descent. "
    "Dashed lines are the flattest and the steepest direction through the minimum, which is a cross."
)
LEFT_AFTER = "{share} % of the distance left after {step} updates"  # a Vega expression fills in the numbers
FARTHER = "{times} times the distance after {step} updates"  # here too
DISTANCE_X, DISTANCE_Y = "update k", "remaining distance"
BOUND, PREDICTED, OBSERVED = "bound ρᵏ", "predicted", "observed"
DISTANCE_WORDS = (
    "The chart shows the remaining distance to the minimum against the update, on a logarithmic scale. "
    "It shows the bound, the exact prediction, and dots for an observed run."
)
UPDATE, W, B = "update", "w", "b"
SHADED = "darker: larger loss L"

TABLE_HEAD = "quantity | your x | standardized x"
EIGENVALUES = "eigenvalues λₘᵢₙ, λₘₐₓ"
CONDITION = "condition number κ = λₘₐₓ/λₘᵢₙ"
ETA = "learning rate η"
FACTOR = "largest factor ρ"
PREDICTED_UPDATES = "updates, guaranteed"
OBSERVED_UPDATES = "updates, observed"
BEST_UPDATES = "updates, guaranteed with η = 2/(λₘᵢₙ+λₘₐₓ)"
NO_BOUND = "no guarantee"

REGIME = {
    "monotone": "monotone",
    "zig-zag": "zig-zag",
    "marginal": "neither converges nor diverges",
    "diverging": "diverges",
}

THEORY = (
    "**The Hessian.** The loss of a line is a quadratic function of $(w, b)$, so its [[Hessian]] $H = \\tfrac2n "
    "X^\\top X$ with $X = [x\\;1]$ is the same everywhere. Its [[eigenvalue|eigenvalues]] are the "
    "[[curvatures]] of the loss: $\\lambda_{\\text{max}}$ along the steepest direction and $\\lambda_{\\text{min}}$ "
    "along the flattest one. One update of gradient descent multiplies the error along such a "
    "direction by $1 - \\eta\\lambda$.\n\n"
    "**The number of updates.** The distance to the minimum obeys $\\lVert\\theta_k - \\theta^*\\rVert \\le \\rho^k "
    "\\lVert\\theta_0 - \\theta^*\\rVert$ with $\\rho = \\max_i |1 - \\eta\\lambda_i|$. The *guaranteed* "
    "number is the first $k$ for which $\\rho^k$ is at most the target. It holds for every start. The "
    "*observed* number comes from a run that starts at the line $\\hat y = 0$. At $\\eta = "
    "2/\\lambda_{\\text{max}}$ exactly, the error along the steepest direction keeps its size forever."
)


def name_direction(direction: str, symbol: str, curvature: float) -> str:
    """Name a direction on the map with the curvature of the loss along it."""
    return f"{direction}: {symbol} = {show_number(curvature)}"


def set_rate(name: str) -> str:
    """Name the button that sets a learning rate."""
    return f"Set η = {name}"


def name_target(share: float) -> str:
    """Name a share of the distance that remains."""
    return f"{show_number(100 * share)} %"


def name_rate(rate: float, regime: str) -> str:
    """Write a learning rate with what it does."""
    return f"{show_number(rate, 4)} ({REGIME[regime]})"


def guaranteed(updates: float) -> str:
    """Write a guaranteed number of updates, which may be infinite."""
    return show_count(updates) if updates < float("inf") else NO_BOUND


def not_reached(updates: int, *, diverges: bool) -> str:
    """Say that the target was not reached within so many updates."""
    return "never, because it diverges" if diverges else f"not within {count_updates(updates)}"


def name_factor(factor: float) -> str:
    """Write a factor so that one near 1 is told from 1."""
    return f"1 − {show_number(1 - factor, 2)}" if 0.9999 < factor < 1 else f"{factor:.4f}"
