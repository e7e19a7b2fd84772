"""Hold the words that several chapters of universal approximation use."""

import math

from nnviz.web.latex_format import tex
from nnviz.web.wording import show_count, show_number

DOWNLOAD = "Download"
NETWORK_FILE = "Download the network as code"
CERTIFICATE_FILE = "Download the certificate"
CERTIFICATE_HELP = "Anyone can check the certificate again with the command `nnviz check FILE`."
UNDECIDED = "It is not decided whether the error stays within ε everywhere on K. The reason is given below."
ACTIVATION = "Activation function φ"
SEE_VERDICT = "**No network is drawn.** The line under $f(x)$ says why."
NO_VALUES = "f(x) has no finite value on this interval. Choose another interval or another function."


def rounded_up(value: float, below: float = math.inf, digits: int = 3) -> str:
    """Return a bound with that many significant digits, rounded up; with more digits where it would reach ``below``."""
    if not value > 0:
        return show_number(value, 6)
    for more in range(digits, 17):
        unit = max(10.0 ** (math.floor(math.log10(value)) - more + 1), math.ulp(0.0))
        rounded = float(f"{math.ceil(value / unit) * unit:.{more}g}")
        if value <= rounded < below:
            return show_number(rounded, more)
    return show_number(value, 17)


def rounded_down(value: float, digits: int = 3) -> str:
    """Return a lower bound with that many significant digits, rounded down."""
    if not value > 0:
        return "0"
    unit = max(10.0 ** (math.floor(math.log10(value)) - digits + 1), math.ulp(0.0))
    for steps in (math.floor(value / unit), math.floor(value / unit) - 1):
        rounded = float(f"{steps * unit:.{digits}g}")
        if rounded <= value:
            return show_number(rounded, digits)
    return "0"


def proved(low: float | None, bound: float, epsilon: float) -> str:
    """Say that a network is within ε, with both bounds of its certificate."""
    high = rounded_up(bound, epsilon)
    if low is None or not low > 0:
        return f"**Proved on all of K:** the largest error is at most {high}, below $\\varepsilon = {tex(epsilon, 6)}$."
    return (
        f"**Proved on all of K:** the largest error is between {rounded_down(low)} and {high}, below "
        f"$\\varepsilon = {tex(epsilon, 6)}$."
    )


def refuted(at: float | tuple[float, ...], epsilon: float) -> str:
    """Say at which point of K the error is larger than ε."""
    place = (
        f"({', '.join(show_number(value, 4) for value in at)})"
        if isinstance(at, tuple)
        else f"x = {show_number(at, 4)}"
    )
    return f"The network is not within ε. At {place} the error is larger than ε = {show_number(epsilon, 6)}."


def undecided(reason: str) -> str:
    """Say that nothing is decided, for a screen reader."""
    return f"Not decided. {reason}"


PROVE_ERROR = "Prove the largest error"
PROVING = "Proving …"


def proved_error(low: float, high: float, epsilon: float) -> str:
    """Say between which proved bounds the largest error on K is, and what this means for ε."""
    ends = f"between {rounded_down(low)} and {rounded_up(high)}" if low > 0 else f"at most {rounded_up(high)}"
    if high <= epsilon:
        meaning = f"The network is within $\\varepsilon = {tex(epsilon, 6)}$."
    elif low > epsilon:
        meaning = f"The network is not within $\\varepsilon = {tex(epsilon, 6)}$."
    else:
        meaning = f"This does not decide whether the network is within $\\varepsilon = {tex(epsilon, 6)}$."
    return f"**Proved on all of K.** The largest error is {ends}. {meaning}"


def no_proved_error(reason: str) -> str:
    """Say why no upper bound of the error is known."""
    return f"No upper bound of the largest error is known. {reason}".rstrip()


def explain_universality(degree: int | None) -> str:
    """Say why an activation function is universal or not; degree: of the polynomial that it is, or None."""
    source = "(Leshno, Lin, Pinkus & Schocken 1993)"
    if degree is None:
        return (
            "It is not a polynomial. So for every continuous function on a closed interval or box and "
            f"every ε > 0, some network of such units stays within ε {source}."
        )
    curve = {1: "straight line", 2: "parabola", 3: "cubic"}.get(degree, "polynomial of that degree")
    return (
        f"It is a polynomial of degree {degree}. The sum of any number of its units is one {curve}. "
        f"With one input the hidden layer has at most rank {degree + 1} {source}."
    )


def units(number: int) -> str:
    """Return a number of hidden units in words."""
    return f"{show_count(number)} hidden unit{'' if number == 1 else 's'}"
