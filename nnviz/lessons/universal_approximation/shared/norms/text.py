"""Hold the words about the root mean square, and about errors outside of a set of small measure."""

from nnviz.lessons.universal_approximation.shared.text import rounded_down, rounded_up
from nnviz.web.latex_format import tex
from nnviz.web.wording import show_count, show_number

SUP, RMS, OUTSIDE = "sup", "rms", "outside"
NORMS = {SUP: "Sup norm", RMS: "Root mean square", OUTSIDE: "Outside a small set"}
MEASURE = "Exceptional set δ (share of K)"
MEASURE_HELP = (
    "The error may be large on intervals whose total length is at most this share of the length of K."
)
AREA_HELP = "The error may be large on boxes whose total area is at most this share of the area of K."
BUILDING_IN_NORM = "Building a network and its proof …"
COUNTING_MEASURES = "Counting the units for other values of δ …"
NORM_AXIS = "f(x), N(x)"
NORM_CHART = (
    "The chart shows the target function as a dashed line and the network as a full line. Shaded intervals are the "
    "exceptional set."
)
MEASURE_CHART = (
    "The chart shows the number of hidden units against δ, the largest length of the exceptional set."
)
MEASURE_AXIS = "δ (log scale)"
UNITS_AXIS = "hidden units (log scale)"
TIP_MEASURE = "δ"
MEASURE_LEGEND = (
    "The dashed line is a number of ReLU units that was enough for this δ, **measured** at dense samples. A smaller δ "
    "leaves more of a pole or of an oscillation to the network."
)
MEASURE_NOW = "The diamond is the network shown."
OTHER_NORMS = (
    "Other theorems still promise networks for such an $f$. They measure the error in another way. Below are two other "
    "norms for the same $f$ and ε."
)


def has_units(count: str) -> str:
    """Say how many hidden units the network has."""
    return f"The network has **{count}**."


def proved_rms(low: float, high: float, epsilon: float) -> str:
    """Say that the root mean square of the error is below ε, with its bounds."""
    return (
        "**Proved on all of K:** the root mean square of $f - N$ is between "
        f"{show_number(low, 4)} and {rounded_up(high, epsilon)}. This is below $\\varepsilon = {tex(epsilon, 6)}$."
    )


def proved_outside(
    low: float, bound: float, epsilon: float, count: int, length: float, measure: float, inputs: int = 1
) -> str:
    """Say that the error is below ε outside of the exceptional intervals, with their number and total length.

    low: a lower bound of the largest error outside of every set of this measure. With two inputs there are boxes.
    """
    part, parts, size = ("interval", "intervals", "length") if inputs == 1 else ("box", "boxes", "area")
    error = f"$|f - N| \\le {rounded_up(bound, epsilon)} < \\varepsilon = {tex(epsilon, 6)}$"
    if count == 0:
        return f"**Proved on all of K:** {error}. No exceptional {part} is needed."
    intervals = f"one {part}" if count == 1 else f"{show_count(count)} {parts}"
    total = f"Its {size}" if count == 1 else f"Their total {size}"
    return (
        f"**Proved on K except on {intervals}:** {error}. {total} is at most {rounded_up(length, measure)}, and "
        f"$\\delta = {tex(measure, 6)}$. Outside of every set of measure $\\delta$, the largest error is at "
        f"least {rounded_down(low)}."
    )


def not_proved_in_norm(units: str) -> str:
    """Say that the search found no network in a norm in the time that it has."""
    return f"**The search ended before a proof.** The theorem promises a network. The best one found has {units}."


def norm_legend(norm: str, count: int) -> str:
    """Say what the picture of a network in a norm shows."""
    lines = "The dashed line is f, and the full line is N."
    if norm == "rms":
        return f"{lines} The error may be large on a short part of K."
    shaded = " The shaded intervals are the exceptional set, where the error may be large." if count else ""
    return f"{lines} The band is f ± ε.{shaded}"


def norm_refusal(kind: str, at: float | tuple[float, float], length: float, number: float) -> str:
    """Say why no network is within ε in a norm; kind: the name of the fact, with its numbers."""
    near = f"$({tex(at[0], 4)}, {tex(at[1], 4)})$" if isinstance(at, tuple) else f"$x = {tex(at, 4)}$"
    if kind == "NOT_SQUARE_INTEGRABLE":
        return (
            f"**The root mean square of the error is infinite for every network.** The integral of $f^2$ over $K$ is "
            f"infinite, because $f$ grows too fast near {near}. This is proved. A network is bounded on $K$."
        )
    if kind == "NO_MAJORANT":
        return f"It is not decided whether the integral of $f^2$ over $K$ is finite. No bound is known near {near}."
    if kind == "NOT_DEFINED":
        return (
            f"$f$ is not known to have values on a part of $K$ of measure {show_number(length, 4)}, for example "
            f"near {near}. Choose a $K$ on which $f$ is defined, or a larger δ."
        )
    if kind == "TOO_LARGE":
        return "$f$ is too large or too steep here for numbers of 64 bits. Choose a larger ε or another interval."
    return (
        f"An estimated {show_count(float(f'{number:.2g}'))} units or more are needed. The theorem promises such a "
        "network, but it is too large to build here. Choose a larger ε or a larger δ."
    )


def price(units: str) -> str:
    """Say what the answer to a question is estimated to cost, before it is computed."""
    return (
        f"**This question is expensive.** The network is estimated to need about {units}. The search takes "
        "several seconds, and may end without a proof."
    )


def in_its_norm(norm: str) -> str:
    """Say where a norm is found whose network takes long to find."""
    return f"{norm}: the search takes several seconds. Choose this norm above to begin it."
