"""Hold every word of the chapter "By hand"."""

from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import show_number

CHAPTER = ChapterText(
    title="By hand",
    claim="Straight pieces can follow f inside the tube",
    intro=(
        "A [[network]] of [[ReLU]] units, $\\varphi(z) = \\max(0, z)$, is [[piecewise linear]]. "
        "Drag its [[knot|knots]] up or down until it is inside the tube."
    ),
    goals=(
        "build a ReLU network that is within ε of a function",
        "read the output weights from the slopes of the pieces",
        "distinguish a proof from a measurement at points",
    ),
    notice=(
        "A knot changes only the two pieces beside it.",
        "The output [[weight]] of unit $j$ is the change of slope at its knot.",
        "If all knots are on $f$, a piece can still leave the tube.",
    ),
    questions=(
        Question(
            "ua_question_knots",
            "You move one knot up. Which output weights of the ReLU units change?",
            (
                Answer(
                    "Only the output weight of its own unit",
                    "The slope changes on both sides of the knot. So the change of slope is different at "
                    "the two neighbors too.",
                ),
                Answer(
                    "Those of its own unit and of its two neighbors",
                    "An output weight is the change of slope at a knot, and moving one knot changes two "
                    "slopes. At the ends of K there are fewer neighbors.",
                    right=True,
                ),
                Answer(
                    "Those of all units to the right",
                    "Units add up, so one changed weight alone would tilt everything to the right. The two "
                    "neighbors cancel this, and the slopes further right stay the same.",
                ),
            ),
        ),
    ),
)

EDIT = "Edit as numbers"
HEIGHTS = "Heights at evenly spaced knots"
HEIGHTS_HELP = (
    "Numbers with spaces between them. The first is at the left end of K, and the last at the right end."
)
KNOTS = "the knots"
KNOT_TIP = {"i": "knot", "x": "x", "at": "height"}
PUT_ON_F = "Put the knots on f"
INSIDE = "inside the tube"
KNOT_OUTSIDE, KNOTS_OUTSIDE = "knot outside", "knots outside"
PIECE_OUTSIDE = "a piece leaves the tube"
WORST = "largest error"
CHART = (
    "The target function inside its tube, and straight pieces between knots that can be dragged up and down."
)
MORE = (
    "Evenly spaced knots waste units where $f$ is nearly straight. The chart measures the error at the points that it "
    "draws. A [[certificate]] is a statement about all points of $K$."
)


def units(number: int) -> str:
    """Say how many units the network has, and what their output weights are."""
    count = f"**{number} ReLU unit{'' if number == 1 else 's'}**"
    return f"{count}, one for each piece. The output weight $v_j$ is the change of slope at knot $j$."


def no_number(word: str) -> str:
    """Say that a word is not a number."""
    return f"Every height must be a number such as 0.5, got {word!r}."


def wrong_count(most: int, count: int) -> str:
    """Say how many heights there may be."""
    return f"The number of heights must be between 2 and {most}, got {count}."


def too_large(most: float, value: float) -> str:
    """Say how large a height may be."""
    return f"Every height must be a finite number of size at most {show_number(most, 6)}, got {show_number(value, 6)}."
