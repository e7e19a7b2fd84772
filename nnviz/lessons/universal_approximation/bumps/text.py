"""Hold every word of the chapter "Bumps"."""

from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import show_number

CHAPTER = ChapterText(
    title="Bumps",
    claim="Enough bumps follow every continuous function",
    intro=(
        "Two [[hidden unit|hidden units]] make a bump. Each cell of $K$ gets a bump, as high as $f$ in its middle. "
        "The sum of all bumps is a [[network]]."
    ),
    goals=(
        "build a bump from two hidden units",
        "explain why a sum of bumps follows every continuous function",
        "predict how the error changes with the number of bumps",
    ),
    notice=(
        "One step up and one step down make a bump. Their output [[weights]] are $v$ and $-v$.",
        "A steep bump is nearly flat on its cell. Half the cell width gives about half the error.",
    ),
    questions=(
        Question(
            "ua_question_bumps",
            "The function $f$ is smooth. The [[largest error]] should become half as large. How many bumps are needed?",
            (
                Answer(
                    "√2 times as many",
                    "The error of flat pieces falls like $1/n$, not like $1/n^2$. With √2 times as many "
                    "bumps it falls by a factor of only about 1.4.",
                ),
                Answer(
                    "Twice as many",
                    "A bump is flat, so its error is the change of $f$ over half a cell. Half the "
                    "cell gives half the error. Straight pieces (ReLU) do better, with a **quarter** of the "
                    "error for twice the units.",
                    right=True,
                ),
                Answer(
                    "Four times as many",
                    (
                        "Four times as many bumps make the error about four times smaller, because it "
                        "falls like $1/n$."
                    ),
                ),
            ),
        ),
    ),
)

SHOW = "Show"
STEP, BUMP, BUMPS, STEPS = "step", "bump", "bumps", "steps"
PICTURES = {STEP: "A step", BUMP: "A bump", BUMPS: "Many bumps", STEPS: "Many steps"}
WEIGHT = "Weight w of each unit (steepness)"
HEIGHT = "Output weight v (height)"
PLACE = "Position of the step, s = −b/w"
UP = "Position of the step up, s₁"
DOWN = "Position of the step down, s₂"
CELLS = {BUMPS: "Number of bumps n", STEPS: "Number of cells n"}
STEEPNESS = "Steepness κ of each step"
STEEPNESS_HELP = (
    "Each unit is σ(κ(x − s)/h), where h is the width of a cell. A larger κ gives a steeper step."
)
BARS = "the bars"
BAR_HINT = "Drag the top of a bar to see what its two units do."
USE_ENOUGH = "Show the first n within ε"
USE_FEW = {BUMPS: "Show 12 bumps", STEPS: "Show 12 cells"}
SETTINGS = "Settings"
NAMES = {1: "steps", 2: "bumps"}
"""What a network is made of, by the number of units of one part."""
POINTED = {1: "one step: 1 unit", 2: "one bump: 2 units"}
PIECE_AXIS = "output of the units"
PIECE_CHART = (
    "The chart shows the sum of the hidden units as a thick curve, and each unit as a thin dashed curve. "
    "Ticks show where the steps are."
)
MANY_CHART = (
    "The chart shows the target function as a dashed line inside its tube. "
    "The cells are bars, and the network is a thick curve."
)
MORE = (
    "This is the idea of a proof. A [[continuous]] $f$ on a closed interval changes little within a small cell. At a "
    "jump of $f$ the [[largest error]] never falls below half the jump, however many bumps there are."
)
NOT_ALL_VALUES = "f has no value in the middle of a cell. Choose another interval K or another function."


def units(number: int, *, of_bumps: bool) -> str:
    """Say how many hidden units there are, and what for."""
    if number == 1:
        return "**1 hidden unit** makes one step between the two cells."
    each = "two for each bump" if of_bumps else "one for each step between two cells"
    return f"**{number} hidden units**, {each}. All of them are $\\sigma(wx + b)$."


def enough(cells: int | None, most: int, epsilon: float, points: int) -> str:
    """Say with how many cells the network is within ε for the first time."""
    if cells is None:
        return (
            f"With up to {most} cells, the error is larger than ε = {show_number(epsilon, 6)} at some of the "
            f"{points} points."
        )
    return (
        f"**{cells} cells** is the smallest number with an error within ε = {show_number(epsilon, 6)}, measured "
        f"at {points} "
        "points."
    )


def mark(cells: int) -> str:
    """Name the mark on the slider where the network is within ε for the first time."""
    return f"within ε from {cells}"


def bound(distance: str, ends: str) -> str:
    """Say the bound that is proved. ends: the factor of max |f|, in LaTeX; empty if there is no such term."""
    more = f" + {ends} \\cdot \\max |f|" if ends else ""
    return (
        f"**Proved** for every continuous $f$: the error is at most $\\bar\\omega({distance}){more}$. Here "
        "$\\bar\\omega(\\delta)$ bounds how much $f$ changes over a distance $\\delta$. It is the least "
        "concave majorant of the [[modulus of continuity]]."
    )


def no_value(cells: int) -> str:
    """Say that f is undefined in the middle of a cell."""
    return f"With {cells} cells, f has no value in the middle of one of them. Choose another number of cells."


def no_values(most: int) -> str:
    """Say that no number of cells works."""
    return f"With every number of cells up to {most}, f has no value in the middle of at least one cell."


def outcome(number: int, error: float) -> str:
    """Say the result to a screen reader."""
    return f"{number} hidden units. The largest error is {show_number(error)}."
