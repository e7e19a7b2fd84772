"""Hold every word of the chapter "Two inputs"."""

from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import plural, show_number

CHAPTER = ChapterText(
    title="Two inputs",
    claim="Many ridges add up to a hill",
    intro="With two inputs, each unit $\\varphi(w_1 x + w_2 y + b)$ is a [[ridge function]]. One "
    "[[hidden layer]] of them is enough.",
    goals=(
        "describe what one hidden unit with two inputs looks like",
        "explain why a tower over a square needs two hidden layers",
        "compare a target function, a [[network]] and its error as maps",
    ),
    notice=(
        "This chapter has its own $f(x, y)$ on a box $K$. It uses ε from the bar.",
        (
            "A single ridge extends across the whole box. A bump in two variables needs many ridges that cancel "
            "each other elsewhere."
        ),
        "The theorem also holds for two inputs, with one [[hidden layer]].",
        "A [[certificate]] for a box takes longer than for an interval, so a small ε may end without a proof.",
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
                    "Many ridges add up to a hill",
                    "Where ridges from many directions cross, they add up. Elsewhere they cancel.",
                    right=True,
                ),
                Answer(
                    "It needs a second hidden layer",
                    "A second layer makes a tower easy to build, but ridges of one layer are enough.",
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
COLORS = (
    "A stronger color means a larger value. The lines on the network are its strongest ridges, at most 12. "
    "Along each line, the input of one unit is 0. Point at a line to see its weights."
)
RIDGE_NUMBERS = {"unit": "unit", "w1": "w₁", "w2": "w₂", "b": "b", "v": "v"}
TITLES = {"target": "Target f", "network": "Network N", "error": "Error |f − N|"}
MAP_CHARTS = {
    "target": "The map shows the target function over the box. A stronger color means a larger value.",
    "network": "The map shows the network over the box. A stronger color means a larger value.",
    "error": "The map shows the size of the error over the box. A stronger color means a larger error.",
}
SURFACE = "The chart shows the target function, the network or the error as a surface over the box."
SURFACE_AXES = ("x", "y", "f, N")
SURFACES_SHOWN = {"target": "f", "network": "N", "error": "|f − N|"}
SOLVING = "Solving …"
REACHING = "Searching for a network within ε and its proof …"
PROVING = "Searching for a proof …"
CERTIFICATE = "Download the certificate"
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


def scale(title: str, low: float, high: float, units: int | None = None) -> str:
    """Say the values of the faintest and of the strongest color of a map, and the number of units of a network."""
    smallest = show_number(low, 2) if abs(low) >= 1e-3 * abs(high) else "0"
    of = "" if units is None else f" ({plural(units, 'unit')})"
    return f"**{title}**{of} from {smallest} to {show_number(high, 2)}"


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
        f"The largest error is **{show_number(largest)}**, and the root mean square error is "
        f"**{show_number(rms)}**. Both are "
        f"measured at {side} × {side} points of the box.{between}"
    )
