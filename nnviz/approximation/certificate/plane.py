"""Proof of |f − N| < ε on a box of two inputs, by branch and bound over smaller boxes.

``crests`` bounds |D|, D = f − N, by its values at the corners of a box and its pure second derivatives; it errs by
their change over the box, of the third order in its sides h and k. Or, with I D the bilinear interpolation of D between
the corners, and as interpolating along one side cannot enlarge the sup norm,

    |D − I D| ≤ h²/8 sup |∂²D/∂x²| + k²/8 sup |∂²D/∂y²|,     |I D| ≤ max |D| at the corners.

Or the range of f less that of N. The least of the three counts.
Where f has a kink along x, with difference quotients in [s, t], |f − I f| ≤ h (t − s)/4 takes the place of its term.
To the first two, kinked units add how far they may be from their interpolation: a relu unit whose z runs from −a to b
over the box is above 0 and z and below its interpolation, which is at most the chord over [−a, b], so they are at most
ab/(a + b) apart. A step unit is at most 1 from its interpolation.

**Rounding.** The pre-activation has two products and two sums, so |z̃ⱼ − zⱼ| ≤ γ₃ Zⱼ with Zⱼ = |w₁|X + |w₂|Y + |b|; the
rest is as for one input (``network``). **Smooth φ**: with w^α = w₁^i w₂^j, Taylor's formula at the middle, to order 5,

    |∂ᵅN(x) − ∂ᵅN(m)| ≤ Σ_{0 < |β| ≤ 3} r^β/β! |∂^{α+β} N(m)| + 1/4! Σⱼ |vⱼ w^α| (|w₁|r₁ + |w₂|r₂)⁴ sup |φ⁽⁶⁾|.
"""

import time
from collections.abc import Iterator
from math import comb, factorial
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.approximation.certificate.crests import crest_of_box
from nnviz.approximation.certificate.network import (
    CLOSE,
    COARSE,
    FAMILIES,
    SLOPES,
    U_LONG,
    Family,
    U,
    extended_outputs,
    gamma,
    rounding_of_sums,
    sum_up,
)
from nnviz.approximation.certificate.record import Status
from nnviz.functions import Expression, Interval
from nnviz.functions import intervals as iv
from nnviz.functions.boxes import corners, enclose_boxes, enclose_plane_points
from nnviz.networks import ShallowNetwork

Array = NDArray[np.float64]
Point = tuple[float, float]
Sides = tuple[Point, Point]

_START: Final = 8  # boxes along each side
_BLOCK: Final = 2**19  # boxes × units at once
_AT_ONCE: Final = 2**16  # numbers that stay in the cache
_MOST: Final = 2**20  # boxes that wait
_NARROWEST: Final = 2.0**-40  # of a side


class Found(NamedTuple):
    """What a search came to: the verdict, a bound if it is proved, the place and the reason."""

    status: Status
    bound: float | None
    at: Point | None
    reason: str
    boxes: int
    rounding: float


class _Boxes(NamedTuple):
    low: Array  # (m, 2)
    high: Array


def search(network: ShallowNetwork, f: Expression, sides: Sides, epsilon: float, seconds: float) -> Found:
    """Prove or refute that |f − N| < ε on the box; undecided where neither is done in time."""
    end, model = time.monotonic() + seconds, _Model(network, sides)
    low, high = np.array(sides).T
    waiting, boxes, bound = list(_blocks(_grid(low, high), model.block)), 0, 0.0
    while waiting:
        some = waiting.pop()
        boxes += len(some.low)
        corner = _at_corners(model, f, some, epsilon)
        if (worst := corner.least.max()) > epsilon:
            at = _point(corners(*some).reshape(-1, 2)[int(corner.least.argmax())])
            return Found(
                "refuted", None, at, f"at {at} the error is at least {worst:.4g}", boxes, model.error
            )
        terms = _beyond(model, f, some, corner)
        most = np.fmin(np.fmin(terms.crest, iv.up(corner.most + terms.total)), terms.ranged)
        done = most < epsilon
        bound = max(bound, float(most[done].max(initial=0.0)))
        rest = _Boxes(some.low[~done], some.high[~done])
        if not rest.low.size:
            continue
        if reason := _stuck(rest, corner.most[~done], epsilon, low, high, end, waiting):
            return Found("undecided", None, _middle(rest), reason, boxes, model.error)
        waiting += _blocks(_cut(rest, terms.along[:, ~done]), model.block)
    reason = f"the error is at most {bound:.4g} everywhere on the box"
    return Found("proved", bound, None, reason, boxes, model.error)


def _grid(low: Array, high: Array) -> _Boxes:
    share = np.arange(_START + 1) / _START
    edges = low + (high - low) * share[:, None]
    edges[-1] = high
    x, y = (
        np.meshgrid(*part, indexing="ij")
        for part in ((edges[:-1, 0], edges[:-1, 1]), (edges[1:, 0], edges[1:, 1]))
    )
    return _Boxes(np.stack(x, axis=-1).reshape(-1, 2), np.stack(y, axis=-1).reshape(-1, 2))


def _blocks(boxes: _Boxes, size: int) -> Iterator[_Boxes]:
    for start in range(0, len(boxes.low), size):
        yield _Boxes(boxes.low[start : start + size], boxes.high[start : start + size])


def _stuck(
    rest: _Boxes, ends: Array, epsilon: float, low: Array, high: Array, end: float, waiting: list[_Boxes]
) -> str:
    """Why it is of no use to go on; empty if it is."""
    where = "near ({:.6g}, {:.6g})".format(*_middle(rest))
    if time.monotonic() > end or sum(len(more.low) for more in waiting) > _MOST:
        return f"time ran out with {len(rest.low)} boxes left and more, one of them {where}"
    if not (ends < epsilon).all():
        return (
            f"the error {where} is too close to ε = {epsilon:g} for float64, or the function may be undefined"
        )
    if ((rest.high - rest.low) <= (high - low) * _NARROWEST).any():
        return f"the function may jump, or be undefined, {where}; or it bends too much"
    return ""


def _cut(boxes: _Boxes, along: Array) -> _Boxes:
    """Each box in two halves across the side that contributes more."""
    sides = boxes.high - boxes.low
    first = np.where(np.isfinite(along).all(axis=0), along[0] >= along[1], sides[:, 0] >= sides[:, 1])
    across = np.stack([first, ~first], axis=1)
    middle = boxes.low + (boxes.high - boxes.low) / 2
    lower = _Boxes(boxes.low, np.where(across, middle, boxes.high))
    upper = _Boxes(np.where(across, middle, boxes.low), boxes.high)
    return _Boxes(np.concatenate([lower.low, upper.low]), np.concatenate([lower.high, upper.high]))


def _point(x: Array) -> Point:
    return float(x[0]), float(x[1])


def _middle(boxes: _Boxes) -> Point:
    return _point(boxes.low[0] + (boxes.high[0] - boxes.low[0]) / 2)


# --- the bound of a box ---


class _Corners(NamedTuple):
    least: Array  # (4m,)  |D| is at least this at each corner
    most: Array  # (m,)    and at most this at all four
    network: Interval  # (m,) holds N there
    difference: Interval  # (m, 4) holds D


def _at_corners(model: "_Model", f: Expression, boxes: _Boxes, epsilon: float) -> _Corners:
    points = corners(*boxes).reshape(-1, 2)
    value = enclose_plane_points(f, points)
    n = model.at(points)
    if model.error > COARSE * epsilon and model.family is not None:
        close = np.flatnonzero(~((value - n).magnitude < CLOSE * epsilon))
        fine = model.finely_at(points[close])
        n.lo[close], n.hi[close] = fine.lo, fine.hi
    d = value - n
    low, high = n.lo.reshape(-1, 4), n.hi.reshape(-1, 4)
    four = Interval(d.lo.reshape(-1, 4), d.hi.reshape(-1, 4))
    around = Interval(low.min(axis=1), high.max(axis=1))
    return _Corners(np.nan_to_num(d.mignitude, nan=0.0), four.magnitude.max(axis=1), around, four)


class _Terms(NamedTuple):
    along: Array  # (2, m)  what each side contributes to |D − I D|
    total: Array  # (m,)
    crest: Array  # (m,)    |D| is at most this
    ranged: Array  # (m,)  the range of f less that of N: |D| is at most this too


def _beyond(model: "_Model", f: Expression, boxes: _Boxes, corner: _Corners) -> _Terms:
    """What D may be between the corners."""
    found, n = enclose_boxes(f, boxes.low, boxes.high), corner.network
    along, jagged, bends, sides = [], model.jags(boxes), [], []
    sag = jagged
    for k, bend in enumerate(model.bends(boxes)):
        h = np.maximum((iv.point(boxes.high[:, k]) - iv.point(boxes.low[:, k])).hi, 1e-150)
        eighth = iv.up(iv.up(h * h) / 8)
        bends.append(found.second[k] - bend)
        sides.append(h)
        smooth = iv.up(eighth * bends[k].magnitude)
        slope = found.first[k]
        kinked = iv.up(iv.up(h / 4 * iv.up(slope.hi - slope.lo)) + iv.up(eighth * bend.magnitude))
        along.append(np.where(found.defined, np.fmin(smooth, kinked), np.inf))
        sag = iv.up(sag + iv.up(eighth * bend.magnitude))
    both = np.nan_to_num(np.array(along), nan=np.inf, posinf=np.inf)
    if model.activation == "step":
        n, sag = model.levels(boxes), np.zeros(len(sag))
    ranged = np.where(found.defined, iv.up((found.value - n).magnitude + sag), np.inf)
    crest = iv.up(crest_of_box(corner.difference, bends, sides) + jagged)
    total = iv.up(iv.up(both[0] + both[1]) + jagged)
    return _Terms(both + jagged / 2 * _shares(boxes), total, np.where(found.defined, crest, np.inf), ranged)


def _shares(boxes: _Boxes) -> Array:
    """The longer side of a box counts for more."""
    sides = (boxes.high - boxes.low).T
    return np.asarray(sides / sides.sum(axis=0))


# --- the network ---


class _Model:
    """N at points, and its second derivatives on boxes."""

    def __init__(self, network: ShallowNetwork, sides: Sides) -> None:
        self.network, self.activation = network, network.activation
        self.block = 1 + _BLOCK // max(network.width, 1)
        self.w, self.b, self.v = network.hidden_weights, network.hidden_biases, network.output_weights
        largest = np.abs(np.array(sides)).max(axis=1)
        self.z = (np.abs(self.w) @ largest + np.abs(self.b)) * (1 + gamma(8))
        self.family = FAMILIES.get(network.activation)
        self.error, self.fine_error = self._rounding(U), self._rounding(U_LONG)
        if self.family is not None:
            self._prepare(self.family)

    def _rounding(self, unit: float) -> float:
        """E: network(x), as computed, is within E of N(x) at every float point of the box; ∞ for steps."""
        if self.activation == "step":
            return float("inf")
        steepest, most = np.ones_like(self.z), self.z
        if self.family is not None:
            steepest, most = self.family.steepest(self.z), self.family.most(self.z)
        passed_on = gamma(3, unit) * steepest * self.z
        return rounding_of_sums(self.network, passed_on, most, self.v, unit)

    def at(self, points: Array) -> Interval:
        """N at points (m, 2)."""
        y = self.network(points)
        if self.activation != "step":
            return Interval(iv.down(y - self.error), iv.up(y + self.error))
        doubt = (
            np.abs(points @ self.w.T + self.b) <= gamma(4) * self.z + 1e-300
        )  # (m, N) whether a step is on
        spare = (
            gamma(self.network.width + 1) * (np.abs(self.v).sum() + abs(self.network.output_bias))
        ) * 1.01
        wide = (doubt @ np.abs(self.v)) * (1 + gamma(self.network.width + 2)) + spare
        return Interval(iv.down(y - wide), iv.up(y + wide))

    def finely_at(self, points: Array) -> Interval:
        """The same for smooth units, computed in extended precision: many times slower."""
        y = extended_outputs(self.network, points)
        return Interval(iv.down(y.lo - self.fine_error), iv.up(y.hi + self.fine_error))

    def levels(self, boxes: _Boxes) -> Interval:
        """N on the boxes, for steps: each is off, on, or either."""
        above, below = self._reach(boxes)
        on, either = below == 0, (above > 0) & (below > 0)
        spare = gamma(self.network.width + 2) * 2 * (np.abs(self.v).sum() + abs(self.network.output_bias))
        base = on @ self.v + self.network.output_bias
        lo, hi = base + either @ np.minimum(self.v, 0.0), base + either @ np.maximum(self.v, 0.0)
        return Interval(iv.down(lo - spare), iv.up(hi + spare))

    def _reach(self, boxes: _Boxes) -> tuple[Array, Array]:
        """How far z gets above 0, and below: at most; (m, N) each."""
        middle = boxes.low + (boxes.high - boxes.low) / 2
        half = np.maximum(boxes.high - middle, middle - boxes.low) * (1 + gamma(4))
        z, reach = middle @ self.w.T + self.b, half @ np.abs(self.w).T * (1 + gamma(8))
        doubt = gamma(8) * self.z + 1e-300
        return np.maximum(z + reach + doubt, 0.0), np.maximum(reach + doubt - z, 0.0)

    def jags(self, boxes: _Boxes) -> Array:
        """How far the kinked and the jumping units are from their interpolation, summed: (m,)."""
        if self.family is not None:
            return np.zeros(len(boxes.low))
        above, below = self._reach(boxes)
        crossed = (above > 0) & (below > 0)
        if self.activation == "step":
            most = crossed.astype(float)
        else:
            gain = SLOPES[self.activation][1] - SLOPES[self.activation][0]
            with np.errstate(invalid="ignore", divide="ignore"):
                most = np.where(crossed, gain * above * below / (above + below), 0.0)
        return np.asarray(most @ np.abs(self.v) * (1 + gamma(self.network.width + 20)))

    def bends(self, boxes: _Boxes) -> list[Interval]:
        """∂²N/∂x² and ∂²N/∂y² on the boxes."""
        if self.family is None:
            return [iv.point(np.zeros(len(boxes.low)))] * 2
        middle = boxes.low + (boxes.high - boxes.low) / 2
        r = np.maximum(iv.up(np.maximum(boxes.high - middle, middle - boxes.low)), 1e-150).T
        sums = self._derivatives(middle)
        return [self._spread(sums, (2, 0), r), self._spread(sums, (0, 2), r)]

    def _prepare(self, family: Family) -> None:
        """Weights v w₁^i w₂^j for the derivatives of orders 2 to 5, and what their sums may err by."""
        self.weights = {
            k: np.array([self.v * self.w[:, 0] ** (k - j) * self.w[:, 1] ** j for j in range(k + 1)])
            for k in range(2, 6)
        }
        self.errors = {
            k: [self._error(family, k, np.abs(row)) for row in rows] for k, rows in self.weights.items()
        }
        size = np.abs(self.w)
        self.last = [
            sum_up(np.abs(self.v) * size[:, 0] ** (6 - j) * size[:, 1] ** j) * family.higher[6]
            for j in range(7)
        ]

    def _error(self, family: Family, k: int, sizes: Array) -> float:
        table = float(np.abs(family.table[k - 2]).sum())
        basis = (20 * iv.LIBM_ULP * U + 2 * gamma(self.network.width + 20)) * table * family.size(self.z)
        return sum_up(sizes * (basis + family.higher[k + 1] * (gamma(3) * self.z + 1e-300)))

    def _derivatives(self, points: Array) -> dict[int, Array]:
        """∂^{(k − j, j)} N at points (m, 2), as computed: for each k an array (k + 1, m)."""
        assert self.family is not None
        blocks = np.array_split(points, len(points) * self.network.width // _AT_ONCE + 1)
        parts = [self._at_block(self.family, block) for block in blocks]
        return {k: np.concatenate([part[k] for part in parts], axis=1) for k in parts[0]}

    def _at_block(self, family: Family, points: Array) -> dict[int, Array]:
        z = np.multiply.outer(self.w[:, 0], points[:, 0])
        z += np.multiply.outer(self.w[:, 1], points[:, 1])
        z += self.b[:, None]
        found = {k: np.zeros((k + 1, len(points))) for k in self.weights}
        for power, column in enumerate(family.basis(z)):
            for k, weights in self.weights.items():
                if family.table[k - 2, power]:
                    found[k] += family.table[k - 2, power] * (weights @ column)
        return found

    def _spread(self, sums: dict[int, Array], order: tuple[int, int], r: Array) -> Interval:
        """The derivative of this order on boxes with half-sides r (2, m)."""
        j = order[1]
        middle = sums[2][j]
        spread = np.full(len(middle), self.errors[2][j])
        for more in range(1, 4):
            for extra in range(more + 1):
                size = np.abs(sums[2 + more][j + extra]) + self.errors[2 + more][j + extra]
                spread = (
                    spread
                    + comb(more, extra) / factorial(more) * r[0] ** (more - extra) * r[1] ** extra * size
                )
        for extra in range(5):
            spread = spread + comb(4, extra) / 24 * r[0] ** (4 - extra) * r[1] ** extra * self.last[j + extra]
        spread = spread * (1 + gamma(80)) + 1e-250
        return Interval(iv.down(middle - spread), iv.up(middle + spread))
