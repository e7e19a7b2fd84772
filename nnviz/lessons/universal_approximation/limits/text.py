"""Hold every word of the chapter "Where the theorem ends"."""

from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import plural, show_count, show_number

CHAPTER = ChapterText(
    title="Where the theorem ends",
    claim="Without its conditions, the theorem fails",
    intro=(
        "It needs a [[continuous]] $f$, a [[compact]] $K$ and an [[activation function]] that is not a [[polynomial]]. "
        "Choose which condition to drop."
    ),
    goals=(
        "name the three conditions of the theorem",
        "say what Lusin's theorem leaves out of $K$",
        "explain why no continuous network brings the sup norm of the error below half a jump",
        "explain why a polynomial activation function is not enough",
    ),
    notice=(
        (
            "At a jump the [[sup norm]] of the error stays at least half the jump, but the [[mean square error]] "
            "can go to 0."
        ),
        "Each case shows what then goes wrong, or what still holds.",
    ),
    questions=(
        Question(
            "ua_question_jump",
            (
                "A unit $\\sigma(wx)$ becomes steeper at a jump of height 1. Which error does **not** go "
                "to zero?"
            ),
            (
                Answer(
                    "The mean square error",
                    "The unit differs from the jump only near $x = 0$. This part shrinks, so the mean "
                    "square error goes to zero.",
                ),
                Answer(
                    "The sup norm of the error",
                    "The unit is continuous, so it passes through the middle of the jump. The error there "
                    "is ½ for every $w$.",
                    right=True,
                ),
                Answer(
                    "The length where the error exceeds ε",
                    "This length shrinks like $1/w$, because a steeper unit crosses the jump faster.",
                ),
            ),
        ),
    ),
)

WHERE = "Case"
JUMP, NOT_COMPACT, POLYNOMIAL, SMALL_SET, OUTSIDE = (
    "jump",
    "not_compact",
    "polynomial",
    "small_set",
    "outside",
)
CASES = {
    JUMP: "At a jump",
    NOT_COMPACT: "On all of ℝ",
    POLYNOMIAL: "With a polynomial φ",
    SMALL_SET: "Ignore a small set",
    OUTSIDE: "Outside K",
}
ABOUT = {
    JUMP: "",
    NOT_COMPACT: (
        "On all of $\\mathbb{R}$ no [[ReLU]] network stays close to $\\sin x$. For large $x$ it is a straight line. "
        "On $(0, 1]$, which is not closed, no network stays close to $1/x$. A network is bounded there."
    ),
    POLYNOMIAL: (
        "A polynomial of degree $d$ as activation function gives only polynomials of degree at most $d$."
    ),
    SMALL_SET: "",
    OUTSIDE: (
        "[[Networks]] that agree on $K$ can differ outside $K$. The [[training set]] does not determine them there."
    ),
}
"""What to notice in each case, where its picture does not say it."""
WIDTH = "Number of hidden units"
WEIGHT = "Weight w of the unit σ(wx)"
TRAINING = "Training 8 networks …"
INTERVAL_LABEL = "K (training set)"
OUTSIDE_CHART = (
    "The chart shows networks from several seeds as thin curves, and the target function as a dashed line. "
    "The networks agree on the shaded interval K and differ outside it."
)
OUTSIDE_LEGEND = (
    "The dashed line is f, and the thin curves are the networks. The shaded interval is K. Far from K, "
    "ReLU networks become straight lines. Tanh and sigmoid networks become constant, and sine networks "
    "keep oscillating. The activation function decides this, not f."
)
JUMP_STEP, JUMP_UNIT = "f, with a jump at 0", "unit σ(wx) with w = {w}"  # the chart fills in the number
HALF = "largest error ≥ ½ for every continuous N"
JUMP_CHART = (
    "The chart shows a step function as a dashed line, and one sigmoid unit as a curve. "
    "The curve passes through the middle of the jump."
)
JUMP_SHADED = "shaded: error > ε = {epsilon}"  # the chart fills in the number
JUMP_TABLE = "error | current value | limit for w → ∞"
JUMP_LEGEND = "The shaded part shows where the error exceeds ε. The values are exact formulas."
JUMP_BEYOND = (
    "If $f^2$ has a finite integral, networks reach every mean "
    "square error above 0 (Hornik 1991, theorem 1). For every measurable $f$, they stay within ε outside "
    "a set of small measure (Hornik, Stinchcombe and White 1989)."
)
LUSIN = """
**Lusin's theorem (1912).** Let $f$ be [[measurable]] on $K$, with finite values almost everywhere. For every
$\\delta > 0$ there is a closed set $F \\subset K$ on which $f$ is continuous. The rest of $K$ has at most the length
$\\delta$.

1. Leave out intervals around the jumps, the poles and the oscillations of $f$. What remains is $F$.
2. Join the graph over each interval by a straight line. The new function is continuous on all of $K$.
3. The universal approximation theorem gives a network within ε of the new function.
4. On $F$ both functions are equal. So the network is within ε of $f$ on $F$.
"""
POLYNOMIAL_CHART = (
    "The chart shows the target function, and networks of two widths. "
    "Beyond a few units the networks are the same."
)
POLYNOMIAL_TABLE = "number of units | rank of [φ, 1] | root mean square error"
RADIUS = "R, for K from −R to R"
FITTING = "Fitting networks for seven intervals …"
GROWING_CHART = (
    "The chart shows sin x as a dashed line inside its tube, and one network on the interval from −R to R."
)
GROWING_TABLE = "R | largest error"
GROWING = (
    "Here $f(x) = \\sin x$, and $K$ grows. **For every number of units there is an $R$ beyond which the network "
    "fails.** On all of $\\mathbb{R}$, which is not [[compact]], its error is at least 1."
)


def growing_legend(points: int) -> str:
    """Say how the networks were found."""
    return (
        f"Each network is a search for the smallest largest error. The errors are measured at {show_count(points)} "
        "points of K."
    )


def growing_said(units: int, radius: float, error: float) -> str:
    """Say the error on the present interval to a screen reader."""
    return (
        f"With {units} units on the interval from −{show_number(radius, 6)} to {show_number(radius, 6)}, the "
        f"largest error is {show_number(error)}."
    )


TARGET = "f"


def spread(seeds: int, updates: int, points: int, apart: tuple[float, float]) -> str:
    """Say how far the networks are from each other on K and outside."""
    return (
        f"These {seeds} networks have different seeds and the same {show_count(updates)} updates of Adam on $K$. The "
        f"largest distance between two of them is **{show_number(apart[0], 2)} on K** and "
        f"**{show_number(apart[1], 2)} outside K**, "
        f"measured at {points} points."
    )


def spread_said(apart: tuple[float, float]) -> str:
    """Say the same to a screen reader."""
    return (
        f"The largest distance is {show_number(apart[0], 2)} on K and {show_number(apart[1], 2)} outside K."
    )


def jump_rows(sup: float, rms: float, length: float, epsilon: float) -> tuple[tuple[str, str, str], ...]:
    """Return the rows of the table of errors at the jump."""
    return (
        ("sup norm", show_number(sup, 6), "½, half the jump"),
        ("root mean square error", show_number(rms), "0, like $1/\\sqrt{w}$"),
        (
            f"length where the error exceeds {show_number(epsilon, 6)}",
            f"{show_number(length)} of 2",
            "0, like $1/w$",
        ),
    )


def jump_said(rms: float, length: float) -> str:
    """Say the errors at the jump to a screen reader."""
    return (
        f"The root mean square error is {show_number(rms)}. The error exceeds ε on a length of "
        f"{show_number(length)}."
    )


def lusin_facts(count: int, length: float, kept: float) -> str:
    """Say how much of K Lusin's theorem leaves out for this f; kept: the share of K that remains, from 0 to 1."""
    if count == 0:
        return "This $f$ is continuous on all of $K$. Nothing is left out, and $F = K$."
    intervals = "**one interval**" if count == 1 else f"**{show_count(count)} intervals**"
    return (
        f"For this $f$, {intervals} with a total length of {show_number(length)} are left out. On the other "
        f"{show_number(100 * kept, 4)} % of $K$, $f$ is continuous. This is **proved** with interval arithmetic."
    )


def width_label(width: int) -> str:
    """Name the network of a width."""
    return plural(width, "unit")


def plateau(degree: int) -> str:
    """Say why more units do not help."""
    return (
        f"A sum of terms $v_j\\,\\varphi(w_j x + b_j)$ is a polynomial of degree at most {degree}. It has "
        f"{degree + 1} coefficients, so the rank is at most {degree + 1}. **More units change nothing.** An "
        "error stays unless $f$ is such a polynomial."
    )


def plateau_legend(points: int) -> str:
    """Say how the errors were found."""
    return (
        "The networks are fitted by least squares, which minimizes the root mean square error. It is measured at "
        f"{show_count(points)} points of K or more. The chart shows the smallest and the largest network."
    )


def plateau_said(width: str, rank: str, error: str) -> str:
    """Say the error of the widest network to a screen reader."""
    return f"With {width} units, the rank is {rank} and the root mean square error is {error}."
