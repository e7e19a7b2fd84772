"""A ledger of hidden units: what may be done to them, and which changes leave the network the same function.

One input, one hidden layer. An ``Operation`` is a pure change of a network; beside it stands what a theorem says of it:
that the function stays the same everywhere, that it stays the same on an interval K, or nothing. Sources: the sign
flips and swaps of tanh are all there are for networks that cannot be made smaller (Sussmann 1992); odd, even and
homogeneous activations are read off their formulas, and a sum does not care about its order.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import factorial, inf, pi
from typing import Any, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.networks.activations import ACTIVATIONS
from nnviz.networks.shallow import ShallowNetwork

Vector = NDArray[np.float64]
Interval = tuple[float, float]
Where = Literal["everywhere", "almost everywhere", "on K", "nowhere promised"]
Takes = Literal["unit", "pair", "unit and factor", "numbers"]

MAX_UNITS: Final = 12
_POINTS = 2001

ODD: Final = ("tanh", "sine", "linear", "cube")  # φ(−z) = −φ(z)
EVEN: Final = ("gaussian", "square")  # φ(−z) = φ(z)
COMPLEMENTED: Final = ("sigmoid",)  # φ(−z) = 1 − φ(z); the step only where z is not 0
HOMOGENEOUS: Final = ("relu", "leaky_relu", "linear")  # φ(αz) = α φ(z) for all α > 0
PERIODIC: Final = ("sine",)  # φ(z + 2π) = φ(z)
SILENT: Final = ("relu",)  # φ(z) = 0 for all z ≤ 0
ALL: Final = tuple(ACTIVATIONS)


class Unit(NamedTuple):
    """The three numbers of a hidden unit: it adds v φ(wx + b)."""

    w: float
    b: float
    v: float

    @property
    def centre(self) -> float:
        """Where wx + b = 0: its kink, step or middle, −b/w; not a number for w = 0."""
        return -self.b / self.w if self.w else float("nan")


class Claim(NamedTuple):
    """Where a theorem says that an operation changes nothing, and why it does or does not."""

    where: Where
    reason: str


class Entry(NamedTuple):
    """One line of the ledger: an operation, what is promised of it, and what was measured at ``points`` points of K.

    ``network`` is the network after it, ``change`` the largest |after − before|, ``drift`` the largest
    |after − first network|, ``size`` the largest |c| + Σⱼ |vⱼ φ(wⱼx + bⱼ)| of the two, to compare rounding with.
    """

    text: str
    network: ShallowNetwork
    claim: Claim
    change: float
    drift: float
    size: float
    points: int

    @property
    def same(self) -> bool:
        """Whether what was measured is rounding: at most 1e-12 of the numbers that were added up."""
        return self.change <= 1e-12 * self.size


@dataclass(frozen=True)
class Operation:
    """What may be done to a network: ``apply(network, *arguments)``, and what theory says of it.

    ``takes`` says which arguments: the number j of a unit, counted from 1, a pair (i, j), (j, α) with a factor
    α > 0, or the numbers (w, b, v) of a new unit. For the activations ``holds_for`` it leaves every network the same
    function, because of ``because``; for others, ``otherwise``. ``special(network, K, *arguments)`` knows the units for
    which it holds with any activation, or on K. In the two sentences {φ} is the activation.
    """

    name: str
    label: str
    latex: str
    takes: Takes
    apply: Callable[..., ShallowNetwork]
    holds_for: tuple[str, ...]
    because: str
    otherwise: str
    special: Callable[..., Claim | None] = lambda *_: None

    def claim(self, network: ShallowNetwork, interval: Interval, *arguments: Any) -> Claim:
        """What is promised of ``apply`` with these arguments."""
        label = ACTIVATIONS[network.activation].label
        if network.activation in self.holds_for:
            return Claim("everywhere", self.because.format(φ=label))
        known = self.special(network, interval, *arguments)
        return known or Claim("nowhere promised", self.otherwise.format(φ=label))


def units_of(network: ShallowNetwork) -> list[Unit]:
    """The units of a network with one input."""
    rows = zip(network.hidden_weights[:, 0], network.hidden_biases, network.output_weights, strict=True)
    return [Unit(float(w), float(b), float(v)) for w, b, v in rows]


def from_units(activation: str, units: list[Unit], output_bias: float) -> ShallowNetwork:
    """The network made of these units."""
    w, b, v = (np.array([unit[i] for unit in units], float) for i in range(3))
    return ShallowNetwork(activation, w, b, v, output_bias)


def _unit(network: ShallowNetwork, j: int) -> Unit:
    if not 1 <= j <= network.width:
        raise ValueError(f"there is no unit {j}; legal is 1 to {network.width}")
    return units_of(network)[j - 1]


def _replace(network: ShallowNetwork, j: int, *new: Unit, bias: float = 0.0) -> ShallowNetwork:
    """The network with ``new`` in the place of unit j, and ``bias`` added to its output bias."""
    units = units_of(network)
    units = [*units[: j - 1], *new, *units[j:]]
    if len(units) > MAX_UNITS:
        raise ValueError(f"the ledger has room for {MAX_UNITS} units; delete one first")
    return from_units(network.activation, units, network.output_bias + bias)


def _swap(network: ShallowNetwork, i: int, j: int) -> ShallowNetwork:
    one, other = _unit(network, i), _unit(network, j)
    return _replace(_replace(network, i, other), j, one)


def _flip(network: ShallowNetwork, j: int) -> ShallowNetwork:
    w, b, v = _unit(network, j)
    return _replace(network, j, Unit(-w, -b, -v))


def _mirror(network: ShallowNetwork, j: int) -> ShallowNetwork:
    w, b, v = _unit(network, j)
    return _replace(network, j, Unit(-w, -b, v))


def _reflect(network: ShallowNetwork, j: int) -> ShallowNetwork:
    w, b, v = _unit(network, j)
    return _replace(network, j, Unit(-w, -b, -v), bias=v)


def _rescale(network: ShallowNetwork, j: int, factor: float) -> ShallowNetwork:
    if not 0 < factor < inf:
        raise ValueError(f"the factor is {factor:g}; legal is a number above 0")
    w, b, v = _unit(network, j)
    return _replace(network, j, Unit(factor * w, factor * b, v / factor))


def _shift(network: ShallowNetwork, j: int) -> ShallowNetwork:
    w, b, v = _unit(network, j)
    return _replace(network, j, Unit(w, b + 2 * pi, v))


def _split(network: ShallowNetwork, j: int) -> ShallowNetwork:
    w, b, v = _unit(network, j)
    return _replace(network, j, Unit(w, b, v / 2), Unit(w, b, v / 2))


def _merge(network: ShallowNetwork, i: int, j: int) -> ShallowNetwork:
    one, other = _unit(network, i), _unit(network, j)
    if i == j:
        raise ValueError(f"unit {i} cannot be merged with itself; choose two units")
    together = _replace(network, i, Unit(one.w, one.b, one.v + other.v))
    return _replace(together, j)


def _fold(network: ShallowNetwork, j: int) -> ShallowNetwork:
    unit = _unit(network, j)
    value = ACTIVATIONS[network.activation].value(np.array([unit.b]))
    return _replace(network, j, bias=unit.v * float(value[0]))


def _delete(network: ShallowNetwork, j: int) -> ShallowNetwork:
    _unit(network, j)
    return _replace(network, j)


def _add(network: ShallowNetwork, w: float, b: float, v: float) -> ShallowNetwork:
    return _replace(network, network.width + 1, Unit(w, b, v))


def _unheard(network: ShallowNetwork, _interval: Interval, j: int, *_: float) -> Claim | None:
    if _unit(network, j).v != 0:
        return None
    return Claim("everywhere", "Its output weight v is 0: whatever happens inside the unit is not heard.")


def _but_at_the_jump(network: ShallowNetwork, interval: Interval, j: int) -> Claim | None:
    if network.activation == "step":
        return Claim("almost everywhere", "The step has φ(−z) = 1 − φ(z) except at z = 0, the jump itself.")
    return _unheard(network, interval, j)


def _factor_one(network: ShallowNetwork, interval: Interval, j: int, factor: float) -> Claim | None:
    if factor == 1:
        return Claim("everywhere", "The factor is 1: nothing happened.")
    return _unheard(network, interval, j)


def _equal_units(network: ShallowNetwork, interval: Interval, i: int, j: int) -> Claim | None:
    if _unit(network, i)[:2] == _unit(network, j)[:2]:
        return Claim(
            "everywhere", "Both have the same w and b: v φ(wx + b) + v′ φ(wx + b) = (v + v′) φ(wx + b)."
        )
    return _unheard(network, interval, j)


def _constant(network: ShallowNetwork, interval: Interval, j: int) -> Claim | None:
    if _unit(network, j).w == 0:
        return Claim(
            "everywhere", "With w = 0 the unit is the constant v φ(b), and c is where constants live."
        )
    return _unheard(network, interval, j)


def _dead(network: ShallowNetwork, interval: Interval, j: int) -> Claim | None:
    w, b, v = _unit(network, j)
    if v == 0 or network.activation not in SILENT or max(w * x + b for x in interval) > 0:
        return _unheard(network, interval, j)
    reason = "A dead unit: wx + b ≤ 0 at both ends of K, so on all of K, and there the ReLU is 0."
    return Claim("on K", f"{reason} Outside K it may wake up.")


def _silent_start(
    _network: ShallowNetwork, _interval: Interval, _w: float, _b: float, v: float
) -> Claim | None:
    return Claim("everywhere", "With v = 0 it adds 0 · φ(wx + b) = 0: not heard yet.") if v == 0 else None


_REGISTERED = (
    Operation(
        "swap", "Swap two units", r"j \leftrightarrow k", "pair", _swap, ALL,
        "The output is a sum over the units, and a sum does not care about its order.", "",
    ),
    Operation(
        "flip", "Flip all signs", r"(w, b, v) \to (-w, -b, -v)", "unit", _flip, ODD,
        "{φ} is odd, φ(−z) = −φ(z): the two minus signs cancel.", "{φ} is not odd: φ(−z) is not −φ(z).", _unheard,
    ),
    Operation(
        "mirror", "Flip the signs of w and b", r"(w, b, v) \to (-w, -b, v)", "unit", _mirror, EVEN,
        "{φ} is even, φ(−z) = φ(z): it does not hear the sign.", "{φ} is not even: φ(−z) is not φ(z).", _unheard,
    ),
    Operation(
        "reflect", "Flip all signs, c pays", r"(w, b, v, c) \to (-w, -b, -v, c + v)", "unit", _reflect, COMPLEMENTED,
        "{φ} has φ(−z) = 1 − φ(z), so −v φ(−z) + v = v φ(z): c pays the difference.",
        "That would need φ(−z) = 1 − φ(z) for every z, which {φ} does not have.", _but_at_the_jump,
    ),
    Operation(
        "rescale", "Rescale by α", r"(w, b, v) \to (\alpha w, \alpha b, v / \alpha)", "unit and factor", _rescale,
        HOMOGENEOUS, "{φ} is homogeneous, φ(αz) = α φ(z) for every α > 0: dividing v by α takes it back.",
        "{φ} is not homogeneous: φ(αz) is not α φ(z).", _factor_one,
    ),
    Operation(
        "shift", "Shift b by 2π", r"(w, b, v) \to (w, b + 2\pi, v)", "unit", _shift, PERIODIC,
        "{φ} has the period 2π.", "{φ} has no period.", _unheard,
    ),
    Operation(
        "split", "Split in two", r"(w, b, v) \to 2 \times (w, b, v/2)", "unit", _split, ALL,
        "Two equal units with half the output weight each add up to what the one added.", "",
    ),
    Operation(
        "merge", "Merge two units", r"v_j \to v_j + v_k, \; k \text{ goes}", "pair", _merge, (), "",
        "Their w and b differ: they are two different curves.", _equal_units,
    ),
    Operation(
        "fold", "Fold into c", r"c \to c + v\,\varphi(b), \; j \text{ goes}", "unit", _fold, (), "",
        "With w ≠ 0 the unit is not a constant.", _constant,
    ),
    Operation(
        "delete", "Delete", r"j \text{ goes}", "unit", _delete, (), "",
        "The unit added v φ(wx + b), which is now missing.", _dead,
    ),
    Operation(
        "add", "Add a unit", r"(w, b, v) \text{ comes}", "numbers", _add, (), "",
        "The new unit adds v φ(wx + b), which is not zero.", _silent_start,
    ),
)  # fmt: skip
OPERATIONS: Mapping[str, Operation] = {operation.name: operation for operation in _REGISTERED}

_ARGUMENTS: Final[Mapping[Takes, tuple[type, ...]]] = {
    "unit": (int,),
    "pair": (int, int),
    "unit and factor": (int, float),
    "numbers": (float, float, float),
}


def keep(network: ShallowNetwork, lines: str, interval: Interval) -> list[Entry]:
    """Do what the ledger says, one line after the other: "flip 2", "swap 1 3", "rescale 1 2.5", "add 1 0 0.5".

    Lines are apart by semicolons or line ends. ValueError, in words, for a line that cannot be done; two inputs.
    """
    first, entries = network, []
    for line in lines.replace("\n", ";").split(";"):
        if line.strip():
            entries.append(_entry(line, network, first, interval))
            network = entries[-1].network
    return entries


def _entry(line: str, network: ShallowNetwork, first: ShallowNetwork, interval: Interval) -> Entry:
    operation, arguments = read(line)
    after = operation.apply(network, *arguments)
    x = points(interval, network, after, first)
    with np.errstate(all="ignore"):
        y, start, end = network(x), first(x), after(x)
        change, drift = (float(np.abs(gap).max()) for gap in (end - y, end - start))
        size = max(
            abs(one.output_bias) + float(np.abs(one.terms(x)).sum(1).max()) for one in (network, after)
        )
    claim = operation.claim(network, interval, *arguments)
    text = " ".join([operation.name, *(f"{argument:g}" for argument in arguments)])
    return Entry(text, after, claim, change, drift, size, len(x))


def read(line: str) -> tuple[Operation, tuple[Any, ...]]:
    """The operation of a line and its arguments."""
    name, *words = line.split()
    if name not in OPERATIONS:
        raise ValueError(f"unknown operation {name!r}; legal: {', '.join(OPERATIONS)}")
    kinds = _ARGUMENTS[OPERATIONS[name].takes]
    if len(words) != len(kinds):
        many = f"{len(kinds)} number{'s' * (len(kinds) != 1)}"
        raise ValueError(f"{name} takes {many}; this line has {len(words)}: {line.strip()}")
    try:
        arguments = tuple(kind(word) for kind, word in zip(kinds, words, strict=True))
    except ValueError as error:
        raise ValueError(f"{name} takes numbers; this line has {' '.join(words)}") from error
    return OPERATIONS[name], arguments


def points(interval: Interval, *networks: ShallowNetwork) -> Vector:
    """Where functions are compared: 2001 even points of K, and the kinks of all networks in it."""
    even = np.linspace(*interval, _POINTS)
    return np.unique(np.concatenate([even, *(network.kinks(*interval) for network in networks)]))


def copies(activation: str, width: int) -> float:
    """How many settings of the weights give one and the same function, at least; inf for infinitely many.

    N! orders of N different units, times 2^N where the signs of each can be flipped. For tanh these are all there
    are, if no unit can be left out (Sussmann 1992). A step is the same for αw and αb with every α > 0.
    """
    if width == 0:
        return 1.0
    if activation in (*HOMOGENEOUS, *PERIODIC, "step") or ACTIVATIONS[activation].degree is not None:
        return inf
    signs = 2**width if activation in (*ODD, *EVEN, *COMPLEMENTED) else 1
    return float(signs * factorial(width))
