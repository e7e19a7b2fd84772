"""Edit the hidden units of a network, and say which edits leave the function unchanged.

One input, one hidden layer. An ``Operation`` is a pure change of a network. With it stands what a theorem says: the
function is the same everywhere, the same on an interval K, or no theorem applies. Sources: the sign flips and swaps of
tanh are all symmetries of networks that cannot be made smaller (Sussmann 1992). The symmetries of odd, even and
homogeneous activations follow from their formulas. Sentences about the facts stand in the lesson.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from math import factorial, inf, nan, pi
from typing import Any, Final, Literal, NamedTuple

import numpy as np

from nnviz._checks import check_between, check_one_of
from nnviz._types import Bounds, Vector
from nnviz.networks.activations import ACTIVATIONS
from nnviz.networks.shallow import ShallowNetwork

Scope = Literal["everywhere", "almost everywhere", "on K", "not predicted"]
Arguments = Literal["unit", "pair", "unit and factor", "numbers"]

MAX_UNITS: Final = 12
ROUNDING: Final = 1e-12  # of the size of the numbers that are added: a smaller change is rounding
_POINTS = 2001

ODD: Final = ACTIVATIONS.where(lambda one: one.symmetry == "odd")
EVEN: Final = ACTIVATIONS.where(lambda one: one.symmetry == "even")
COMPLEMENTARY: Final = ACTIVATIONS.where(lambda one: one.symmetry == "complement")
HOMOGENEOUS: Final = ACTIVATIONS.where(lambda one: one.homogeneous)
PERIODIC: Final = ACTIVATIONS.where(lambda one: one.period == 2 * pi)
ZERO_FOR_NEGATIVE: Final = ACTIVATIONS.where(lambda one: one.zero_below)
ALL: Final = ACTIVATIONS


class Reason(Enum):
    """Say why an operation leaves the function the same, or why nothing is predicted."""

    HOLDS = "the identity of the operation holds for the activation"
    FAILS = "the identity of the operation does not hold for the activation"
    ZERO_OUTPUT_WEIGHT = "the output weight of the unit is 0"
    ONLY_AT_JUMP = "the identity holds for every z except the jump of the step function"
    FACTOR_ONE = "the factor is 1"
    EQUAL_UNITS = "both units have the same w and b"
    CONSTANT_UNIT = "the unit has w = 0, so it is a constant"
    INACTIVE_UNIT = "the unit is 0 on all of K"
    ZERO_NEW_UNIT = "the output weight of the new unit is 0"


class Unit(NamedTuple):
    """Hold the three numbers of a hidden unit, which adds v φ(wx + b) to the output."""

    w: float
    b: float
    v: float

    @property
    def center(self) -> float:
        """Return −b/w, where wx + b = 0: the knot, jump or center of the unit. It is nan for w = 0."""
        return -self.b / self.w if self.w else nan


class Claim(NamedTuple):
    """Hold where theory says that an operation does not change the function, and the reason."""

    scope: Scope
    reason: Reason


@dataclass(frozen=True)
class Operation:
    """Hold an operation on the units of a network: ``apply(network, *arguments)``, and what theory says about it.

    arguments: the number j of a unit, counted from 1; a pair (i, j); (j, α) with a factor α > 0; or the numbers
    (w, b, v) of a new unit. holds_for: the activations for which it leaves the function of every network the same.
    special: ``special(network, K, *arguments)`` returns the claim about units for which it does so with any activation,
    or on K, and None for other units.
    """

    name: str
    label: str
    latex: str
    arguments: Arguments
    apply: Callable[..., ShallowNetwork]
    holds_for: Collection[str]
    special: Callable[..., Claim | None] = lambda *_: None

    def claim(self, network: ShallowNetwork, interval: Bounds, *arguments: Any) -> Claim:
        """Return what theory says about ``apply`` with these arguments."""
        if network.activation in self.holds_for:
            return Claim("everywhere", Reason.HOLDS)
        return self.special(network, interval, *arguments) or Claim("not predicted", Reason.FAILS)


class Edit(NamedTuple):
    """Hold one edit: the operation with its arguments, the prediction, and the measurement at ``points`` points.

    network: after the edit. change: the largest |after − before|. total: the largest |after − first network|.
    size: the largest |c| + Σⱼ |vⱼ φ(wⱼx + bⱼ)| of the networks before and after, the scale of rounding errors.
    """

    text: str
    operation: Operation
    network: ShallowNetwork
    claim: Claim
    change: float
    total: float
    size: float
    points: int

    @property
    def is_same(self) -> bool:
        """Return whether the measured change is rounding: at most 1e-12 of the numbers that are added."""
        return self.change <= ROUNDING * self.size

    @property
    def is_rounding(self) -> bool:
        """Return whether the measured change is not 0 but only rounding."""
        return 0 < self.change <= ROUNDING * self.size

    @property
    def is_total_rounding(self) -> bool:
        """Return whether the measured total change is not 0 but only rounding."""
        return 0 < self.total <= ROUNDING * self.size


@dataclass(frozen=True)
class EditLog:
    """Hold a first network and the edits made to it, in order."""

    first: ShallowNetwork
    edits: tuple[Edit, ...] = ()

    @property
    def before(self) -> ShallowNetwork:
        """Return the network before the last edit."""
        return self.edits[-2].network if len(self.edits) > 1 else self.first

    @property
    def now(self) -> ShallowNetwork:
        """Return the network after the last edit."""
        return self.edits[-1].network if self.edits else self.first


def units_of(network: ShallowNetwork) -> list[Unit]:
    """Return the units of a network with one input."""
    rows = zip(network.hidden_weights[:, 0], network.hidden_biases, network.output_weights, strict=True)
    return [Unit(float(w), float(b), float(v)) for w, b, v in rows]


def from_units(activation: str, units: list[Unit], output_bias: float) -> ShallowNetwork:
    """Return the network with these units."""
    w, b, v = (np.array([unit[i] for unit in units], float) for i in range(3))
    return ShallowNetwork(activation, w, b, v, output_bias)


def parse_units(activation: str, text: str, output_bias: float) -> ShallowNetwork:
    """Return the network of a text with one unit per line: its numbers w, b and v.

    Raises ValueError that names the line that cannot be read.
    """
    units = []
    for number, line in enumerate((line for line in text.splitlines() if line.strip()), 1):
        words = line.replace(",", " ").split()
        try:
            w, b, v = map(float, words)
        except ValueError as error:
            raise ValueError(
                f"Line {number} must have three numbers w b v, got {' '.join(words)!r}"
            ) from error
        units.append(Unit(w, b, v))
    return from_units(activation, units, output_bias)


def _unit(network: ShallowNetwork, j: int) -> Unit:
    if network.width == 0:
        raise ValueError("The network has no units. Add a unit first.")
    if not 1 <= j <= network.width:
        raise ValueError(f"`unit` must be between 1 and {network.width}, got {j}")
    return units_of(network)[j - 1]


def _replace(network: ShallowNetwork, j: int, *new: Unit, bias: float = 0.0) -> ShallowNetwork:
    """Return the network with ``new`` in the place of unit j, and ``bias`` added to its output bias."""
    units = units_of(network)
    units = [*units[: j - 1], *new, *units[j:]]
    if len(units) > MAX_UNITS:
        raise ValueError(
            f"The number of units must be at most {MAX_UNITS}, got {len(units)}. Delete a unit first."
        )
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
    check_between("factor", factor, 0, above=True)
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
        raise ValueError(f"`merge` must be followed by two different units, got {i} {j}")
    together = _replace(network, i, Unit(one.w, one.b, one.v + other.v))
    return _replace(together, j)


def _absorb(network: ShallowNetwork, j: int) -> ShallowNetwork:
    unit = _unit(network, j)
    value = ACTIVATIONS[network.activation].value(np.array([unit.b]))
    return _replace(network, j, bias=unit.v * float(value[0]))


def _delete(network: ShallowNetwork, j: int) -> ShallowNetwork:
    _unit(network, j)
    return _replace(network, j)


def _add(network: ShallowNetwork, w: float, b: float, v: float) -> ShallowNetwork:
    return _replace(network, network.width + 1, Unit(w, b, v))


def _zero_output_weight(network: ShallowNetwork, _interval: Bounds, j: int, *_: float) -> Claim | None:
    return Claim("everywhere", Reason.ZERO_OUTPUT_WEIGHT) if _unit(network, j).v == 0 else None


def _same_except_jump(network: ShallowNetwork, interval: Bounds, j: int) -> Claim | None:
    known = _zero_output_weight(network, interval, j)
    if known is None and ACTIVATIONS[network.activation].unit_step:
        return Claim("almost everywhere", Reason.ONLY_AT_JUMP)
    return known


def _factor_one(network: ShallowNetwork, interval: Bounds, j: int, factor: float) -> Claim | None:
    if factor == 1:
        return Claim("everywhere", Reason.FACTOR_ONE)
    return _zero_output_weight(network, interval, j)


def _equal_units(network: ShallowNetwork, interval: Bounds, i: int, j: int) -> Claim | None:
    if _unit(network, i)[:2] == _unit(network, j)[:2]:
        return Claim("everywhere", Reason.EQUAL_UNITS)
    return _zero_output_weight(network, interval, j)


def _constant_unit(network: ShallowNetwork, interval: Bounds, j: int) -> Claim | None:
    if _unit(network, j).w == 0:
        return Claim("everywhere", Reason.CONSTANT_UNIT)
    return _zero_output_weight(network, interval, j)


def _inactive_unit(network: ShallowNetwork, interval: Bounds, j: int) -> Claim | None:
    w, b, v = _unit(network, j)
    if v == 0 or network.activation not in ZERO_FOR_NEGATIVE or max(w * x + b for x in interval) > 0:
        return _zero_output_weight(network, interval, j)
    return Claim("on K", Reason.INACTIVE_UNIT)


def _zero_new_unit(
    _network: ShallowNetwork, _interval: Bounds, _w: float, _b: float, v: float
) -> Claim | None:
    return Claim("everywhere", Reason.ZERO_NEW_UNIT) if v == 0 else None


_REGISTERED = (
    Operation("swap", "Swap two units", r"j \leftrightarrow k", "pair", _swap, ALL),
    Operation(
        "flip", "Flip the signs of w, b and v", r"(w, b, v) \to (-w, -b, -v)", "unit", _flip, ODD, _zero_output_weight
    ),
    Operation(
        "mirror", "Flip the signs of w and b", r"(w, b, v) \to (-w, -b, v)", "unit", _mirror, EVEN, _zero_output_weight
    ),
    Operation(
        "reflect", "Flip the signs of w, b and v, and add v to c", r"(w, b, v, c) \to (-w, -b, -v, c + v)", "unit",
        _reflect, COMPLEMENTARY, _same_except_jump,
    ),
    Operation(
        "rescale", "Multiply w and b by α, divide v by α", r"(w, b, v) \to (\alpha w, \alpha b, v / \alpha)",
        "unit and factor", _rescale, HOMOGENEOUS, _factor_one,
    ),
    Operation(
        "shift", "Add 2π to b", r"(w, b, v) \to (w, b + 2\pi, v)", "unit", _shift, PERIODIC, _zero_output_weight
    ),
    Operation("split", "Split a unit into two equal units", r"(w, b, v) \to 2 \times (w, b, v/2)", "unit", _split, ALL),
    Operation(
        "merge", "Merge two units", r"v_j \to v_j + v_k, \; \text{delete } k", "pair", _merge, (), _equal_units
    ),
    Operation(
        "absorb", "Replace a unit by a constant in c", r"c \to c + v\,\varphi(b), \; \text{delete } j", "unit", _absorb,
        (), _constant_unit,
    ),
    Operation("delete", "Delete a unit", r"\text{delete } j", "unit", _delete, (), _inactive_unit),
    Operation("add", "Add a unit", r"\text{add } (w, b, v)", "numbers", _add, (), _zero_new_unit),
)  # fmt: skip
OPERATIONS: Mapping[str, Operation] = {operation.name: operation for operation in _REGISTERED}

_ARGUMENTS: Final[Mapping[Arguments, tuple[type, ...]]] = {
    "unit": (int,),
    "pair": (int, int),
    "unit and factor": (int, float),
    "numbers": (float, float, float),
}


def apply_edits(network: ShallowNetwork, text: str, interval: Bounds) -> EditLog:
    """Apply edits such as "flip 2; swap 1 3; rescale 1 2.5; add 1 0 0.5" to a network, and measure each on K.

    Edits are separated by semicolons or line ends. Raises ValueError for an edit that cannot be read or applied, and
    for a network with two inputs.
    """
    log = EditLog(network)
    for line in text.replace("\n", ";").split(";"):
        if line.strip():
            log = EditLog(network, (*log.edits, _apply_edit(line, log, interval)))
    return log


def _apply_edit(line: str, log: EditLog, interval: Bounds) -> Edit:
    operation, arguments = parse_edit(line)
    before = log.now
    after = operation.apply(before, *arguments)
    x = comparison_points(interval, before, after, log.first)
    with np.errstate(all="ignore"):
        y, start, end = before(x), log.first(x), after(x)
        change, total = (float(np.abs(gap).max()) for gap in (end - y, end - start))
        size = max(abs(one.output_bias) + float(np.abs(one.terms(x)).sum(1).max()) for one in (before, after))
    claim = operation.claim(before, interval, *arguments)
    text = " ".join([operation.name, *(f"{argument:g}" for argument in arguments)])
    return Edit(text, operation, after, claim, change, total, size, len(x))


def parse_edit(line: str) -> tuple[Operation, tuple[Any, ...]]:
    """Return the operation of a line and its arguments. Raises ValueError for a line that cannot be read."""
    name, *words = line.split()
    check_one_of("operation", name, OPERATIONS)
    kinds = _ARGUMENTS[OPERATIONS[name].arguments]
    if len(words) != len(kinds):
        plural = "" if len(kinds) == 1 else "s"
        raise ValueError(f"`{name}` must be followed by {len(kinds)} number{plural}, got {len(words)}")
    try:
        arguments = tuple(kind(word) for kind, word in zip(kinds, words, strict=True))
    except ValueError as error:
        whole = "whole " if set(kinds) == {int} else ""
        raise ValueError(f"`{name}` must be followed by {whole}numbers, got {' '.join(words)!r}") from error
    return OPERATIONS[name], arguments


def comparison_points(interval: Bounds, *networks: ShallowNetwork) -> Vector:
    """Return the points where functions are compared, (m,): 2001 even points of K, and all knots in K."""
    even = np.linspace(*interval, _POINTS)
    return np.unique(np.concatenate([even, *(network.kinks(*interval) for network in networks)]))


def count_equivalent_settings(activation: str, width: int) -> float:
    """Return how many settings of the weights give one function, at least; inf for infinitely many.

    It is n! for the orders of n units, times 2^n if the signs of each unit can be flipped. It holds if no two units are
    equal up to signs, and if each sign flip changes a number. For tanh these are all settings, if no unit can be left
    out (Sussmann 1992). A step function is the same for αw and αb with every α > 0.
    """
    if width == 0:
        return 1.0
    one = ACTIVATIONS[activation]
    if one.homogeneous or one.unit_step or one.period is not None or one.degree is not None:
        return inf
    signs = 2**width if one.symmetry else 1
    return float(signs * factorial(width))
