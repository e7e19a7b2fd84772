"""Hold every word of the chapter "Two inputs"."""

from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import plural, show_number

CHAPTER = ChapterText(
    title="Two inputs",
    claim="Steps along lines add up to a hill",
    intro="With two inputs, each unit $\\varphi(w_1 x + w_2 y + b)$ is a step along a line, a [[ridge function]]. One "
    "[[hidden layer]] of them is enough.",
    goals=(
        "describe what one hidden unit with two inputs looks like",
        "explain why a tower over a square needs two hidden layers",
        "compare a target function, a [[network]] and its error as maps",
    ),
    notice=(
        "One unit makes one step along a line. It extends across the whole box.",
        "Steps in many directions add up to the hill. Elsewhere they cancel each other.",
    ),
    questions=(
        Question(
            "ua_question_tower",
            "How can a network with **one** hidden layer approximate a round hill?",
            (
                Answer(
                    "One unit makes one hill",
                    "A unit is constant along parallel lines, so it never has a single peak.",
                ),
                Answer(
                    "Many steps along lines add up to a hill",
                    "Where steps from many directions cross, they add up. Elsewhere they cancel.",
                    right=True,
                ),
                Answer(
                    "It needs a second hidden layer",
                    "A second layer makes a tower easy to build, but steps of one layer are enough.",
                ),
            ),
        ),
    ),
)

EXAMPLES = "Examples"
FORMULA = "f(x, y)"
BOX = "Box K"
ENDS = ("x from", "x to", "y from", "y to")
WAY = "The network is"
SOLVED, REACHED, BUILT = "solved", "reach", "built"
WAYS = {
    SOLVED: "Fitted by least squares",
    REACHED: "Found for ε, with its proof",
    BUILT: "Built from plane waves",
}
WIDTH_FOLLOWS = "The search chooses the number of hidden units for ε."
BUILT_FROM = "The network adds sigmoid steps along the 16 largest plane waves of f."
WIDTH = "Number of hidden units"
VIEW = "View"
MAPS, SURFACES = "maps", "surfaces"
VIEWS = {MAPS: "Maps", SURFACES: "Surfaces in three dimensions"}
SCALE = "value of f and N"
SCALE_CHART = "The chart shows which color stands for which value of the target and of the networks."
PARTS = (1, 4, 16)
COLORS = (
    "The maps above use 1, 4 and 16 units of the network. Their output weights are fitted again by least squares. "
    "Along each line, the input of one unit is 0. A stronger line belongs to a larger output weight. Point at a unit "
    "to see its line and its weights. In the drawn networks, dashed orange weights are negative. A certificate for a "
    "box takes longer than for an interval, so a small ε may end without a proof."
)
RIDGE_NUMBERS = {"unit": "unit", "w1": "w₁", "w2": "w₂", "b": "b", "v": "v"}
TARGET = "**Target f**"
TARGET_BESIDE = "### Target f\n:gray[in the same colors]"
MAP_CHARTS = {
    "target": "The map shows the target function over the box. The color scale stands beside the maps.",
    "network": "The map shows a network over the box. The color scale stands beside the maps.",
    "error": "The map shows the size of the error over the box. A stronger color means a larger error.",
}
SURFACE = "The chart shows the target function, the network or the error as a surface over the box."
SURFACE_AXES = ("x", "y", "f, N")
SURFACES_SHOWN = {"target": "f", "network": "N", "error": "|f − N|"}
SOLVING = "Solving …"
REACHING = "Searching for a network within ε and its proof …"
PROVING = "Searching for a proof …"
CERTIFICATE = "Download the certificate"
SMALL_SET = (
    "### Outside a small set\n\nAnother theorem still promises networks for this $f$. The error may be large on a set "
    "of small area δ, and it is below ε everywhere else (Hornik, Stinchcombe and White 1989, corollary 2.1). By "
    "Lusin's theorem (1912), $f$ is continuous on the rest of $K$ for a suitable set."
)
EXCEPTIONAL = "**|f − N|**, exceptional set dark"
SMALL_SET_CAPTION = (
    "The dark boxes are the exceptional set, where the error may be large. The full color of the error is ε. Values of "
    "f beyond the color scale have its last color."
)
TOWER_TITLE = "Tower"
TOWER_HEADING = "### A tower has two hidden layers"
STEEPNESS = "Steepness of the four steps"
TOWER_CHART = "The map shows a function of x and y over a box. A stronger color means a larger value."
TOWER = (
    "Textbooks often show a **tower** over a square as the proof for two inputs. It has one bump along $x$ "
    "and one along $y$, and a further unit that is large where **both** are large. That unit is in a "
    "**second hidden layer** (Nielsen 2015, chapter 4), so the tower proves a theorem about two hidden layers. "
    "With one hidden layer there are only ridges. Sums of plane waves approximate every continuous $f$, and steps "
    "approximate each wave."
)


def part(width: int, error: float, epsilon: float) -> str:
    """Name the map of some or all hidden units of the network, with their largest error."""
    color, sign = ("green", " ✓") if error <= epsilon else ("orange", "")
    return f"### {plural(width, 'unit')}\n:{color}[**largest error {show_number(error, 2)}{sign}**]"


def more(units: int) -> str:
    """Say how many units a drawing leaves out."""
    return f"+{units}"


def end(value: float) -> str:
    """Name an end of the vertical axis of a map."""
    return f"y = {show_number(value)}"


def whole(width: int) -> str:
    """Name the map of the network."""
    return f"**Network N**, {plural(width, 'unit')}"


def error(largest: float) -> str:
    """Name the map of the error, and say what its strongest color is."""
    return f"**|f − N|**, full color at {show_number(largest, 2)}"


def scale(title: str, low: float, high: float) -> str:
    """Say the values of the first and of the last color of a map."""
    smallest = show_number(low, 2) if abs(low) >= 1e-3 * abs(high) else "0"
    return f"**{title}** from {smallest} to {show_number(high, 2)}"


def found_units(units: str, needed: int | None) -> str:
    """Say how many units the network for ε has, and how many every ReLU network needs, if that is known."""
    words = f"The network has **{units}**."
    if needed:
        words += (
            f" **Proved too:** every ReLU network with one hidden layer that is within ε on $K$ has at least "
            f"**{needed}**."
        )
    return words


def errors(largest: float, rms: float, side: int, *, proved: bool) -> str:
    """Say both errors, and where they were measured."""
    between = "" if proved else " Nothing is proved between them."
    return (
        f"The largest error is {show_number(largest)}, and the root mean square error is {show_number(rms)}. Both are "
        f"measured at {side} × {side} points of the box.{between}"
    )
