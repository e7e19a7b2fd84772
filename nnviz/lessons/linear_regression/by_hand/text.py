"""Hold every word of the chapter "A line by hand"."""

from nnviz.lessons.linear_regression.shared.text import count_updates
from nnviz.web.latex_format import tex
from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import show_number

CHAPTER = ChapterText(
    title="A line by hand",
    claim="The best line has the smallest mean squared error",
    intro="Move the two sliders. How small can you make the mean of the squares?",
    goals=(
        "compute the [[mean squared error]] of a line from its residuals",
        "make one [[update]] of gradient descent with pencil and paper",
        "explain why one [[outlier]] can change the least-squares line",
        "find the best line with the [[normal equation]]",
    ),
    notice=(
        "**Each square** has a [[residual]] as its side. The largest square is shaded.",
        "**The [[loss]] $L$** is the mean area of the squares.",
        "**On the map**, your line is a dot. Drag it to the lightest place.",
    ),
    questions=(
        Question(
            "lr_question_outlier",
            "One of forty points lies 2 units above the line. You move it until it lies 4 units above the line. "
            "How many times as large does its square become?",
            (
                Answer(
                    "4 times",
                    "The residual doubles from 2 to 4, so its square grows from 4 to 16. "
                    "This is why one outlier can count as much as many points near the line.",
                    right=True,
                ),
                Answer(
                    "2 times",
                    "The residual becomes 2 times as large. The loss uses its square, and $2^2 = 4$.",
                ),
                Answer(
                    "16 times",
                    "The new square is $4^2 = 16$. The old square was $2^2 = 4$, and not 1.",
                ),
            ),
        ),
    ),
)

SLOPE, INTERCEPT = "Slope w", "Intercept b"
SHOW_BEST = "Show the least-squares line"
RATE = "Learning rate η"
BATCHES = "Mini-batches"
BATCH = "Batch size"
BATCH_SEED = "Seed of the shuffle"
USE_BEST = "Use the least-squares line"

CAPTION = (
    "Each square is drawn on one residual. The chart below joins all squares to one square of area $nL$. "
    "Each strip of it belongs to one point. "
    "The dashed grey frame is the total area for the best horizontal line, $\\hat y = \\bar y$. "
    "$R^2$ is 1 minus the orange area divided by the grey area. "
    "It is negative if your line is worse than the best horizontal line."
)

FIT_WORDS = (
    "The scatter plot shows the data with your line and a square on each residual. "
    "The least-squares line is dashed if it is shown. Points of the next mini-batch have a ring."
)
AREA_WORDS = (
    "The chart shows all squared residuals as one square, with one strip for each point. "
    "A dashed frame shows the total for the horizontal line at the mean of y. "
    "A second dashed frame shows the total for the least-squares line if it is shown."
)
SHADED = "darker: larger loss L"
MAP_WORDS = (
    "The map shows the mean squared error over the slope w and the intercept b. Darker shading means a larger loss. "
    "A dot marks your line, and a cross marks the least-squares line if it is shown. "
    "A path from a ring shows the updates of gradient descent."
)
LOSS_NOW = "mean squared error L = "  # the number follows, here and in the next two
SMALLEST, SQUARE_NAME = "smallest possible: ", "area "
MAP_TITLE = "L for each slope and intercept"
UPDATE = "update"
YOUR_LINE = "your line"
W_AXIS, B_AXIS = "w (slope)", "b (intercept)"
ALL_SQUARES, MEAN_FRAME, BEST_FRAME = "sum of all squares", "best flat line", "least-squares line"
SQUARE_CUT = "The square is cut off."
MAP_OUTDATED = "Release the point to update the map."
PREDICTION, RESIDUAL, SQUARE, SHARE = (
    "prediction ŷ",
    "residual y − ŷ",
    "squared residual",
    "share of the total",
)
TOTAL = "sum of the squared residuals"

THE_DOT = "the dot"
DOT_HINT = "Drag the dot on the map, or reach it with Tab and move it with the arrow keys. The line follows."
THE_POINTS = "the points"
OWN_POINTS = "The points then become your own points."

MORE = (
    "**Make one update.** It lowers the loss if the learning rate is small enough. "
    "Each update follows the negative gradient at the current line. In general, this direction does not point "
    "to the minimum. **Choose Anscombe's quartet** under *Data*. The four data sets have almost the same best line and "
    "the same [[R²]]. Always look at the points. **Choose a small batch size** under *Mini-batches*. "
    "Each update then uses the gradient of a [[mini-batch]]. The points of the next mini-batch have a ring. "
    "The loss can rise from one update to the next."
)

FORMULAS = "Formulas"
LOSS, GRADIENT, NEXT_UPDATE, SOLUTION = "loss", "gradient", "update", "solution"
FORMULA_GROUPS = {LOSS: "Loss", GRADIENT: "Gradient", NEXT_UPDATE: "Next update", SOLUTION: "Exact solution"}


def name_batch(size: int) -> str:
    """Name a batch size; 0 is a full batch."""
    if size == 0:
        return "full batch"
    return f"{size} points" if size > 1 else "1 point"


def used_points(points: int) -> str:
    """Say that a gradient is computed on some of the points."""
    return f"This gradient uses {name_batch(points)} of the next mini-batch."


def through_origin(slope: float) -> str:
    """Say which line without an intercept is the best."""
    return (
        f"Without an intercept, the best line is $\\hat y = {tex(slope, 5)}\\,x$. It goes through the origin, and its "
        "slope is $w = \\sum x_i y_i / \\sum x_i^2$."
    )


def name_x(name: str, *, is_centered: bool) -> str:
    """Return the title of the axis of x."""
    return f"{name}, centered and scaled" if is_centered else name


def safe_rates(critical: float) -> str:
    """Say for which learning rates gradient descent converges; critical: 2/λₘₐₓ."""
    return f"With a full batch, gradient descent converges on these points if η < {show_number(critical)}."


def random_batches(points: int) -> str:
    """Say how mini-batches are made; points: the size of a batch."""
    return (
        f"The points are shuffled once per epoch. Each update then uses the next {name_batch(points)}. "
        "The loss can rise from one update to the next."
    )


def diverged(updates: int, rate: float) -> str:
    """Say that a run diverged."""
    return (
        f"Training diverges after {count_updates(updates)} because the learning rate η = {show_number(rate, 6)} "
        "is too large. "
        "The chart shows the last finite line."
    )


def too_large(rate: float, critical: float) -> str:
    """Say that a learning rate is too large for a full batch; critical: 2/λₘₐₓ."""
    return (
        f"The learning rate η = {show_number(rate, 6)} is above 2/λₘₐₓ = {show_number(critical)}. "
        "Along the steepest direction, each update increases the distance to the best line."
    )


def not_converged(updates: int, condition: float) -> str:
    """Say that a run has not converged within the largest number of updates."""
    return (
        f"Gradient descent has not converged after {count_updates(updates)}. "
        f"The condition number of the loss is κ = {show_number(condition)}."
    )


def converged(updates: int) -> str:
    """Say that a run converged."""
    return (
        f"Gradient descent converged after {count_updates(updates)}. The norm of the gradient is below 10⁻¹²."
    )
