"""Expand networks with one input about a point: exactly for kinked units and steps, else with a bound of the rest.

**Smooth units.** The Taylor coefficients of v φ(w x + b) about m are those of φ at z = w m + b times v wᵏ. If |φ| ≤ M
on the disc with center z and radius R, its k-th coefficient is at most M/Rᵏ (Cauchy), so for |x − m| ≤ r the terms from
k = n on add up to at most |v| M qⁿ/(1 − q) with q = |w| r/R. A linear function may be subtracted from φ before. With
t = |Re z| − R, and the R among a few for which the rest is smallest:

    tanh       |tanh| ≤ tan 1 for |Im z| ≤ 1;   |tanh z ∓ 1| ≤ 2/(e²ᵗ − 1) for t > 0
    sigmoid    (1 + tanh(z/2))/2
    softplus   its derivative is the sigmoid, so its coefficients are those of the sigmoid, integrated
    gaussian   |exp(−z²)| ≤ exp(R² − max(t, 0)²)
    gelu       |φ″| ≤ (2 + |z|²) exp((R² − max(t, 0)²)/2)/√(2π) on the disc, integrated twice
    sine       its k-th coefficient is at most 1/k!
"""

from bisect import bisect_right
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final, NamedTuple

from flint import arb, arb_series, fmpq

from nnviz.checker.claim import DeepNetwork, Network
from nnviz.checker.jets import TERMS, inverse
from nnviz.checker.target import CannotCheckError

MOST_PRODUCTS: Final = 2 * 10**6  # of one layer
SLOPES: Final = {"relu": fmpq(0), "leaky_relu": fmpq(*(0.01).as_integer_ratio())}


class Expansion(NamedTuple):
    """Taylor coefficients about a point, and a bound of the sum of the terms that are left out."""

    coefficients: list[Any]
    rest: Any


class Lines:
    """Kinked units: N is a line between neighboring kinks −b/w, with exact rational coefficients."""

    def __init__(self, network: Network, low: fmpq, high: fmpq) -> None:
        left = SLOPES[network.activation]
        slope, level = fmpq(0), network.c
        changes: dict[fmpq, list[fmpq]] = {}
        for (w,), b, v in zip(network.w, network.b, network.v):
            at_low = w * low + b
            on = at_low > 0 or (at_low == 0 and w > 0)
            gain = v if on else v * left
            slope, level = slope + gain * w, level + gain * b
            kink = -b / w if w != 0 else low
            if low < kink < high:
                change = changes.setdefault(kink, [fmpq(0), fmpq(0)])
                turned = v * (1 - left) * (1 if w > 0 else -1)
                change[0] += turned * w
                change[1] += turned * b
        self.nodes = [low, *sorted(changes), high]
        self.pieces = [(slope, level)]
        for kink in self.nodes[1:-1]:
            slope, level = slope + changes[kink][0], level + changes[kink][1]
            self.pieces.append((slope, level))

    def expand(self, middle: fmpq, _: Any, piece: int) -> Expansion:
        """Return the line of a piece."""
        slope, level = self.pieces[piece]
        return Expansion([arb(slope * middle + level), arb(slope)], arb(0))

    def at(self, x: fmpq) -> Any:
        """Return N(x)."""
        slope, level = self.pieces[max(min(bisect_right(self.nodes, x), len(self.pieces)), 1) - 1]
        return arb(slope * x + level)


class DeepLines(Lines):
    """Kinked units in several layers: each layer cuts the lines of the layers before where a unit changes its sign."""

    def __init__(self, network: DeepNetwork, low: fmpq, high: fmpq) -> None:
        if network.activation not in SLOPES or len(network.weights[0][0]) != 1:
            raise CannotCheckError(
                "A network with several layers must have one input and units of relu or leaky_relu."
            )
        parts = [(low, high, [(fmpq(1), fmpq(0))])]
        for rows, b in zip(network.weights[:-1], network.biases):
            if len(parts) * len(rows) * len(rows[0]) > MOST_PRODUCTS:
                raise CannotCheckError("A network with so many pieces is not checked.")
            joined = [(start, end, _joined_lines(rows, b, lines)) for start, end, lines in parts]
            parts = [part for whole in joined for part in _cut(*whole, SLOPES[network.activation])]
        self.nodes = [low, *[end for _, end, _ in parts]]
        self.pieces = [
            _joined_lines(network.weights[-1], network.biases[-1], lines)[0] for _, _, lines in parts
        ]


Line = tuple[fmpq, fmpq]  # slope and level


def _joined_lines(rows: list[list[fmpq]], biases: list[fmpq], lines: list[Line]) -> list[Line]:
    """Return the lines W a + b."""
    return [
        (
            sum((w * slope for w, (slope, _) in zip(row, lines)), fmpq(0)),
            sum((w * level for w, (_, level) in zip(row, lines)), b),
        )
        for row, b in zip(rows, biases)
    ]


def _cut(start: fmpq, end: fmpq, lines: list[Line], left: fmpq) -> list[tuple[fmpq, fmpq, list[Line]]]:
    """Return the pieces between the zeros of lines, with the lines behind the activation."""
    zeros = {-level / slope for slope, level in lines if slope != 0}
    nodes = [start, *sorted(x for x in zeros if start < x < end), end]
    pieces = []
    for a, b in pairwise(nodes):
        middle = (a + b) / 2
        factors = [fmpq(1) if slope * middle + level > 0 else left for slope, level in lines]
        pieces.append((a, b, [(f * slope, f * level) for f, (slope, level) in zip(factors, lines)]))
    return pieces


class Steps:
    """Steps, which are on where w x + b ≥ 0: N is constant between neighboring jumps, with exact levels."""

    def __init__(self, network: Network, low: fmpq, high: fmpq) -> None:
        self.network = network
        jumps = sorted({-b / w for (w,), b in zip(network.w, network.b) if w != 0})
        self.nodes = [low, *[x for x in jumps if low < x < high], high]
        if len(self.nodes) * len(network.v) > 10**7:
            raise CannotCheckError("A network with so many steps is not checked.")
        self.levels = [_level(network, (a + b) / 2) for a, b in zip(self.nodes, self.nodes[1:])]
        self.alone = [(x, _level(network, x)) for x in self.nodes]

    def expand(self, _: fmpq, __: Any, piece: int) -> Expansion:
        """Return the level of a piece."""
        return Expansion([arb(self.levels[piece])], arb(0))

    def at(self, x: fmpq) -> Any:
        """Return N(x)."""
        return arb(_level(self.network, x))


def _level(network: Network, x: fmpq) -> fmpq:
    """Return N(x) of a network of steps."""
    return network.c + sum(
        (v for (w,), b, v in zip(network.w, network.b, network.v) if w * x + b >= 0), fmpq(0)
    )


class Smooth:
    """Smooth units in balls."""

    def __init__(self, network: Network, low: fmpq, high: fmpq) -> None:
        self.nodes = [low, high]
        self.c = arb(network.c)
        self.units = [tuple(map(arb, (w, b, v))) for (w,), b, v in zip(network.w, network.b, network.v)]
        self.series, self.tail = FAMILIES[network.activation]

    def expand(self, middle: fmpq, radius: Any, _: int) -> Expansion:
        """Return the Taylor polynomial about the middle of a cell, with a bound of the rest on the cell."""
        m, total, rest = arb(middle), arb_series([self.c]), arb(0)
        for w, b, v in self.units:
            z = w * m + b
            total += v * self.series(arb_series([z, w]))
            rest += abs(v) * self.tail(abs(z), abs(w) * radius)
        return Expansion([total[k] for k in range(TERMS)], rest.upper())

    def at(self, x: fmpq) -> Any:
        """Return N(x)."""
        return self.expand(x, arb(0), 0).coefficients[0]


def _geometric(bound: Any, q: Any) -> Any:
    """Return bound qⁿ/(1 − q), the sum of a geometric series from n = TERMS on; infinite for q ≥ 1."""
    return (bound * q**TERMS / (1 - q)).upper() if q < 1 else arb("inf")


def _smallest(*bounds: Any) -> Any:
    found = bounds[0]
    for bound in bounds[1:]:
        found = bound if bound < found else found
    return found


def _tanh_tail(z: Any, reach: Any, integrated: int = 0) -> Any:
    near = _geometric(arb(1).tan(), reach)
    if not z > 2:
        return near
    beyond = 2 / ((2 * (z - 1)).exp() - 1)
    far = z.lower() - 1  # R = |z| − 1 leaves t = 1
    return _smallest(
        near, _geometric(beyond, reach), _geometric(2 / (arb(2).exp() - 1), reach / far) * far**integrated
    )


def _sigmoid_tail(z: Any, reach: Any) -> Any:
    return _tanh_tail(z / 2, reach / 2) / 2


# σ is ½ (1 + tanh(z/2)); the coefficients of its integral have the factor R/k, where R ≤ 2 or R = |z| − 2
def _softplus_tail(z: Any, reach: Any) -> Any:
    return _tanh_tail(z / 2, reach / 2, 1)


def _gaussian_tail(z: Any, reach: Any) -> Any:
    return _smallest(
        *[_geometric((R * R - _beyond(z, R) ** 2).exp(), reach / R) for R in map(arb, (1, 2, 4))]
    )


def _gelu_tail(z: Any, reach: Any) -> Any:
    bounds = []
    for radius in _radii(z):
        exponent = (radius * radius - _beyond(z, radius) ** 2) / 2
        second = (2 + (z + radius) ** 2) * exponent.exp() / (2 * arb.pi()).sqrt()
        bounds.append(_geometric(second * radius * radius / (TERMS * (TERMS - 1)), reach / radius))
    return _smallest(*bounds)


def _radii(z: Any) -> list[Any]:
    """Return radii of discs to be tried; far from 0 a third of the distance, so that a steep unit needs few cells."""
    return [arb(1), arb(2), arb(4), *([z.lower() / 3] if z > 3 else [])]


def _beyond(z: Any, radius: Any) -> Any:
    """Return a lower bound of max(z − radius, 0)."""
    return (z - radius).lower() if z > radius else arb(0)


def _sine_tail(_: Any, reach: Any) -> Any:
    return reach**TERMS / arb(TERMS).fac() * reach.exp()


def _no_tail(_: Any, __: Any) -> Any:
    return arb(0)


def _tanh(z: Any) -> Any:
    return 1 - 2 * inverse((2 * z).exp() + 1)


def _gelu(z: Any) -> Any:
    return z * (1 + (z / arb(2).sqrt()).erf()) / 2


FAMILIES: Final[dict[str, tuple[Callable[[Any], Any], Callable[[Any, Any], Any]]]] = {
    "tanh": (_tanh, _tanh_tail),
    "sigmoid": (lambda z: inverse(1 + (-z).exp()), _sigmoid_tail),
    "softplus": (lambda z: (1 + z.exp()).log(), _softplus_tail),
    "gaussian": (lambda z: (-z * z).exp(), _gaussian_tail),
    "gelu": (_gelu, _gelu_tail),
    "sine": (lambda z: z.sin(), _sine_tail),
    "linear": (lambda z: z, _no_tail),
    "square": (lambda z: z * z, _no_tail),
    "cube": (lambda z: z * z * z, _no_tail),
}


def expandable(network: Network | DeepNetwork, low: fmpq, high: fmpq) -> Lines | Steps | Smooth:
    """Return the network with its expansions on [low, high]; CannotCheckError for an unknown activation."""
    if isinstance(network, DeepNetwork):
        return DeepLines(network, low, high)
    if network.activation in SLOPES:
        return Lines(network, low, high)
    if network.activation == "step":
        return Steps(network, low, high)
    if network.activation in FAMILIES:
        return Smooth(network, low, high)
    raise CannotCheckError(
        f"The activation {network.activation[:40]!r} is not known to the independent checker."
    )
