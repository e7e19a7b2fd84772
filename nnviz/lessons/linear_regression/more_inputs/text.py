"""Hold every word of the chapter "More inputs"."""

from typing import NamedTuple

from nnviz.web.latex_format import SUBSCRIPTS, tex, write_name
from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import show_number


class Labeled(NamedTuple):
    """An option of a menu."""

    label: str


CHAPTER = ChapterText(
    title="More inputs",
    claim="With two inputs, least squares fits a plane",
    intro="Tilt your plane $\\hat y = w_1 x_1 + w_2 x_2 + b$ with the sliders. How small can the error $L$ become?",
    goals=(
        "write a linear model with several inputs as a product with a matrix",
        "explain what the unit of an input changes, and what it does not change",
        "standardize the inputs to make gradient descent faster",
    ),
    notice=(
        "**A vertical line** is a [[residual]]. Drag the left picture to turn it.",
        "**In the right picture**, a perfect model has all points on the dashed line.",
        "**With the [[least squares|least-squares]] plane**, points lie close to it on both sides.",
    ),
    questions=(
        Question(
            "lr_question_unit",
            "You measure $x_2$ in centimeters instead of meters. What happens to the best [[weight]] $w_2$ and "
            "to the smallest [[loss]]?",
            (
                Answer(
                    "$w_2$ is divided by 100, and the loss stays the same",
                    "The product $w_2 x_2$ stays the same, so the predictions do too. Gradient descent changes, "
                    "because the second derivative of the loss with respect to $w_2$ grows by a factor of $100^2$.",
                    right=True,
                ),
                Answer(
                    "$w_2$ is multiplied by 100, and so is the loss",
                    "The numbers $x_2$ become 100 times as large. If the weight became 100 times as large too, "
                    "$w_2 x_2$ would grow by a factor of 10\u202f000.",
                ),
                Answer(
                    "$w_2$ stays the same, and so does the loss",
                    "The same weight with numbers that are 100 times as large would change every prediction.",
                ),
            ),
        ),
    ),
)

DATA = "Data"
OWN_OPTION = Labeled("My own table")
OWN_TABLE = """size,rooms,price
52,2,171
61,2,190
75,3,240
80,3,251
94,4,289
110,4,330
128,5,388
140,6,410"""
DRAWN = "Points, noise, unit, seed"
POINTS, NOISE, UNIT, SEED = (
    "Number of points",
    "Noise (standard deviation of $y$)",
    "Rescale $x_2$ by a factor of",
    "Seed",
)
TARGET = "Target y"
INPUTS = "Inputs"
NEEDS_INPUTS = "Choose at least two inputs."
NEEDS_COLUMNS = "Three columns of numbers are needed, for two inputs and a target."
STANDARDIZE = "Standardize the inputs: (xⱼ − x̄ⱼ)/sⱼ"
MOVE_WEIGHTS = "Move the weights"
SHOW_BEST = "Show the least-squares plane"
USE_BEST = "Use the least-squares weights"
ACROSS, UP = "Horizontal axis", "Vertical axis"
OTHERS_CAPTION = "The shading uses the mean of each other input."

SPACE_CAPTION = (
    "Vertical lines are residuals. An orange point lies above your plane. A grey point lies below your plane, "
    "and the plane covers its line."
)
CAPTION = (
    "The shading is the plane seen from above. Darker shading means a larger prediction $\\hat y$. "
    "A point with ▲ lies above the plane, and a point with ▼ lies below it. "
    "A larger triangle means a larger residual."
)
PLANE_WORDS = (
    "The map shows the prediction over two of the inputs. Darker shading means a larger prediction. "
    "Each point is a triangle. It points up if the point lies above the prediction, and down if it lies below. "
    "A larger triangle means a larger residual."
)
SPACE_WORDS = (
    "The chart shows the points over both inputs in space, with the plane of the present weights. "
    "A line shows the residual of each point. The least-squares plane has a dashed edge, if it is shown."
)
LOSS, SMALLEST = "mean squared error L", "smallest possible: "  # numbers follow
AGREEMENT = "predicted and actual values"
SAME = "ŷ = y"
YOUR_PLANE = "your plane"
AGREEMENT_WORDS = (
    "The scatter plot shows the actual value of each point against its prediction. "
    "Both are equal on the dashed diagonal. A vertical line shows each residual."
)
SCALING_WORDS = (
    "The chart shows the loss above its minimum against the update, on a logarithmic scale. "
    "There is one line for the inputs as given and one for standardized inputs."
)
ANGLE = "View angle (degrees)"  # of the slider that turns the plane
ABOVE, BELOW = "point above the plane", "point below the plane"  # in the legend
PREDICTION, RESIDUAL = "prediction ŷ", "residual y − ŷ"
RAW, STANDARD = "inputs as given", "standardized inputs"
SCALING_AXES = ("update", "loss above its minimum")

WEIGHTS_HEAD = "parameter | current value | ∂L/∂θ | least squares"
MORE = (
    "**The formulas stay the same.** There is one weight for each input. "
    "The loss, the gradient and the normal equation have the same form as for a line. "
    "**Units matter for gradient descent, and not for the exact solution.** "
    "Rescale $x_2$ by a factor of 100, and gradient descent becomes slow. "
    "With standardized inputs it is fast again. "
    "**The six inputs of Longley's data grow together.** Very different weights give almost the same loss. "
    "**Look for a pattern in the [[residuals]].** A plane cannot describe such a pattern. "
    "In the data set *Volume of black cherry trees*, the smallest and the largest trees are above the plane."
)
INPUTS_HEAD = "input | mean | standard deviation"
NEXT_UPDATE = "**Next update**"
SOLUTION = "**Exact solution** with $\\theta = (W, b)$ and $X = [x_1 \\cdots x_d \\; 1]$"

TOO_LARGE = (
    "The learning rate is above $2/\\lambda_{\\text{max}}$. Along the steepest direction, each update increases "
    "the distance to the minimum."
)
BEYOND_DIGITS = "$\\kappa > 10^{14}$ (too large to compute with 16 digits)"


def name_best(loss: float) -> str:
    """Name the least-squares plane with its loss."""
    return f"least-squares plane: L = {show_number(loss, 4)}"


def actual(target: str) -> str:
    """Title the axis of the actual values."""
    return f"actual value: {target}"


PREDICTED = "predicted value ŷ"


def name_input(name: str, *, standard: bool) -> str:
    """Title the axis of an input; x1 and x2 are written as in the formulas."""
    return f"{write_name(name)}, standardized" if standard else write_name(name)


def number_input(number: int, name: str) -> str:
    """Name an input with its number."""
    return f"x{str(number).translate(SUBSCRIPTS)}: {name}"


def low_rank(rank: int, parameters: int) -> str:
    """Say that the best parameters are not unique."""
    return (
        f"The matrix $X$ has rank {rank}, and there are {parameters} parameters. Many parameters give the "
        "smallest loss. The table shows the parameters with the smallest weights for standardized inputs."
    )


def compare(pace: float, conditions: dict[str, str]) -> str:
    """Head the comparison of inputs as given with standardized inputs; conditions: name -> Markdown."""
    each = " and ".join(f"{value} for {name}" for name, value in conditions.items())
    return (
        "**Effect of standardization.** Both runs start at zero and use $\\eta = "
        f"{tex(pace, 6)}/\\lambda_{{\\text{{max}}}}$ "
        f"of their own Hessian. The condition number is {each}."
    )
