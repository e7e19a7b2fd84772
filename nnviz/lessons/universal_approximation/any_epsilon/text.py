"""Hold every word of the chapter "Any ε, with proof"."""

from nnviz.web.latex_format import tex
from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import show_count, show_number

CHAPTER = ChapterText(
    title="Any ε, with proof",
    claim="For your ε, here is a network and its proof",
    intro=(
        "A [[certificate]] **proves** that its error is smaller than $\\varepsilon$ at every point of $K$."
    ),
    goals=(
        "read a certificate and say what it proves, in which norm",
        "compare the number of units that is enough with the number that is needed",
        "predict how many more units a smaller ε needs",
    ),
    notice=(
        "Change ε above. The [[network]], its proof and both counts are computed again.",
        "The [[knots]] stand close where $f$ bends. So fewer units are enough than with the even knots on *Home*.",
        "No training can find a [[ReLU]] network within ε that has fewer units.",
    ),
    questions=(
        Question(
            "ua_question_units",
            ("For a smooth $f$, ε becomes 100 times smaller. How many times as many ReLU units are needed?"),
            (
                Answer(
                    "10 times as many",
                    "On a piece of length $h$, the best straight line has an error of about $|f''| h^2 / "
                    "16$. So $h$ must shrink by a factor of 10, and the number "
                    "of units grows like $1/\\sqrt\\varepsilon$.",
                    right=True,
                ),
                Answer(
                    "100 times as many",
                    "This would hold for flat pieces, as in the chapter *Bumps*. A straight piece can be as steep as "
                    "$f$, so its error falls with the square of its length.",
                ),
                Answer(
                    "10\u202f000 times as many",
                    "The error falls faster than the length of a piece, not more slowly. It falls with the "
                    "square of the length.",
                ),
            ),
        ),
    ),
)

MORE = (
    "A [[lower bound]] is a statement about every [[ReLU]] network with one [[hidden layer]]. For a smooth $f$, the "
    "number of ReLU units grows like $1/\\sqrt{\\varepsilon}$. A smooth [[activation function]] may need fewer units "
    "for a smooth $f$. It may need more units where the [[derivative]] of $f$ jumps. A jump of $f$ rules out a small "
    "[[sup norm]] of the error. It does not rule out a small [[root mean square]]."
)
BUILDING = "Building a network and its proof …"
COUNTING = "Counting the units for other values of ε …"
TUBE_AXIS = "N(x), f(x) ± ε"
ERROR_AXIS = "f(x) − N(x)"
COST_AXIS = "hidden units (log scale)"
EPSILON_AXIS = "ε (log scale)"
TIP_EPSILON, TIP_LOWER, TIP_UPPER = "ε", "units needed (proved)", "enough units"
TUBE_CHART = (
    "The chart shows f as a dashed line, the tube f ± ε and the network. Ticks mark the knots of the network."
)
ERROR_CHART = (
    "The chart shows the error of the network over the interval K, between dashed lines at −ε and ε."
)
COST_CHART = (
    "The chart shows the number of hidden units against ε. A band lies between the number that every ReLU network with "
    "one hidden layer needs and a number that is enough."
)
NORM = "Norm of the error"
NORM_MEANING = {
    True: (
        "The root mean square is $\\bigl(\\frac{1}{|K|}\\int_K (f - N)^2\\bigr)^{1/2}$. It can be made small if the "
        "integral of $f^2$ is finite (Hornik 1991, theorem 1). Two proved bounds enclose the integral."
    ),
    False: (
        "The error may be large on intervals whose total length is at most $\\delta$. Elsewhere it is below ε. This is "
        "possible for every [[measurable]] $f$ (Hornik, Stinchcombe & White 1989)."
    ),
}
ONLY_RELU = "In this norm the network is built from ReLU units."
OTHER_NORMS_HINT = (
    "Choose a norm above to see its network in full. In the sup norm, one point with a large error is too much. The "
    "other two norms allow a large error on a short interval."
)
NO_LOWER_BOUND = (
    "This page knows no lower bound of the number of units for this activation. Choose ReLU to compare."
)
SHARP = "Both numbers are equal, so no ReLU network with one hidden layer and fewer units is within ε."


def cost_legend(*, proved: bool) -> str:
    """Say what the chart of units against ε shows, and whether all upper numbers are proved."""
    upper = "**proved** too" if proved else "**proved** for most ε and measured at many points for the others"
    return (
        "The full line with dots is a number of units that every ReLU network with one hidden layer needs "
        f"(**proved**). The dashed line is a number of units that is enough ({upper}). "
        "The diamond is the network shown."
    )


def headline(units: int, needed: int | None, *, is_proved: bool) -> str:
    """Return what stands above the picture: how many units the network has, and how many are needed."""
    if not is_proved:
        return f"the search gave up at {show_count(units)} unit{'' if units == 1 else 's'}"
    found = f"{show_count(units)} unit{'' if units == 1 else 's'} found"
    if not needed:
        return f"{found} ✓"
    sign = "=" if units == needed else "≥"
    return f"{found} {sign} {show_count(needed)} unit{'' if needed == 1 else 's'} needed ✓"


def proof(bound: str, fewer: tuple[int, float] | None) -> str:
    """Say above the picture what is proved of the largest error. fewer: (units, error) of a smaller network."""
    proved = f"proved on K: error ≤ {bound}"
    if fewer is None:
        return proved
    units, error = fewer
    return f"{proved}. Best found with {units} unit{'' if units == 1 else 's'}: {show_number(error)}"


def has_units(count: str) -> str:
    """Say how many hidden units the network has."""
    return f"The network has **{count}**."


def not_proved(units: str, error: float, at: float, *, epsilon: float) -> str:
    """Say that the search gave up, and where the best network that it found is farthest from f."""
    best = f"The best network that it found has {units}."
    if error < epsilon:
        return (
            f"**The search ended before a proof.** {best} Its error is below ε at all points that were measured. "
            "Between them, nothing is proved."
        )
    return (
        f"**The search gave up.** {best} Its largest error is {show_number(error)}, near $x = {tex(at)}$. The "
        "theorem still "
        "promises a network within ε. Only this search did not find it."
    )


def needed(count: int) -> str:
    """Say the lower bound of the number of units."""
    if count == 0:
        return "No unit is needed, because a constant $c$ alone stays within ε."
    if count == 1:
        return "**Proved too:** at least one unit is needed, because no constant stays within ε."
    return (
        f"**Proved too:** every ReLU network with one hidden layer that is within ε on $K$ has at least "
        f"**{count} hidden units**."
    )


def needed_smooth(count: int, label: str) -> str:
    """Say the lower bound of the number of units of a smooth activation, and where it comes from."""
    if count < 2:
        return needed(count)
    return (
        f"**Proved too:** every network of {label} units with one hidden layer that is within ε on $K$ has at least "
        f"**{count} hidden units**. With $n$ units, such a network crosses each level at most $2^n - 1$ times, and "
        f"$f$ forces at least ${2 ** (count - 1)}$ crossings. This bound can be far below the smallest possible number."
    )
