"""Bound sup |f − N| on a box of two inputs from both sides, by branch and bound over smaller boxes.

Let D = f − N. ``parabola_bound`` bounds |D| by its values at the corners of a box and its pure second derivatives.
The excess of this bound has the third order in the sides h and k. A second bound uses the bilinear interpolation I
D between the corners. Interpolation along one side does not enlarge the sup norm, so

    |D − I D| ≤ h²/8 sup |∂²D/∂x²| + k²/8 sup |∂²D/∂y²|,     |I D| ≤ max |D| at the corners.

A third bound is the range of f minus the range of N. The smallest of the three bounds is used. If f has a kink
along x, with difference quotients in [s, t], the bound |f − I f| ≤ h (t − s)/4 replaces the first term. Kinked
units add a bound of their distance from their interpolation to the first two bounds. A relu unit whose z runs from
−a to b over the box is above 0 and z, and below its interpolation, which is at most the chord over [−a, b]. So the
distance is at most ab/(a + b). A step unit has at most the distance 1 from its interpolation.

The two phases of the search are those for one input (``search``).
"""

from collections.abc import Iterator
from math import inf
from typing import Any, Final, NamedTuple

import numpy as np

from nnviz._clock import processor_time
from nnviz._types import Array, PlanePoint
from nnviz.approximation.certificate.cells import StoppedError, TwoSidedSearch
from nnviz.approximation.certificate.parabola_bound import parabola_bound_on_box
from nnviz.approximation.certificate.plane_model import Boxes, PlaneModel, Sides
from nnviz.approximation.certificate.rounding import SETTINGS as ROUNDING
from nnviz.enclosures import Interval
from nnviz.enclosures import intervals as iv
from nnviz.enclosures.boxes import corners, enclose_boxes, enclose_plane_points
from nnviz.expressions import Expression
from nnviz.networks import ShallowNetwork


class PlaneSettings(NamedTuple):
    """The numbers that tune the search for bounds with two inputs."""

    first_boxes: int = 8  # along each side
    max_waiting: int = 2**20  # boxes that wait at the same time
    narrowest: float = 2.0**-40  # side of a box over the side of K
    probed_boxes: int = 8  # in which the largest error is looked for at the same time
    probes: int = 9  # points along each side of a box, and then of a part of it
    doubt: float = (
        4.0  # times the width of enclosures at corners; a bound so close to them cannot be sharpened
    )


SETTINGS: Final = PlaneSettings()


class _Bounded(NamedTuple):
    """m boxes with their bounds."""

    boxes: Boxes
    bound: Array  # (m,)
    at_corners: Array  # (m,)  upper bounds of |D| at all four corners
    doubt: Array  # (m,)  the largest width of the enclosures of D at the corners
    along: Array  # (2, m)  the contribution of each side to |D − I D|

    def chosen(self, which: Any) -> "_Bounded":
        """Return the boxes with the given indices, or where a mask is true."""
        boxes = Boxes(self.boxes.low[which], self.boxes.high[which])
        columns = self.bound[which], self.at_corners[which], self.doubt[which]
        return _Bounded(boxes, *columns, self.along[:, which])


class PlaneSearch(TwoSidedSearch):
    """One search for bounds of sup |f − N| on a box.

    ``least`` is the largest error that is proved at a point, and ``largest_at`` that point. ``cells`` is the number of
    examined boxes.
    """

    def __init__(
        self,
        network: ShallowNetwork,
        f: Expression,
        sides: Sides,
        epsilon: float,
        end: float,
        rtol: float = 0.01,
    ) -> None:
        self.model, self.network = PlaneModel(network, sides), network
        self.f, self.epsilon, self.end, self.rtol, self._scale = f, epsilon, end, rtol, epsilon
        self.low, self.high = np.array(sides).T
        self.least, self.cells = 0.0, 0
        self.largest_at: PlanePoint = _point(self.low)
        self._settled, self._open = 0.0, list[_Bounded]()

    @property
    def bound(self) -> float:
        """The largest bound of the boxes; it bounds sup |f − N| if the first phase succeeded."""
        return max([self._settled, *(float(some.bound.max()) for some in self._open)])

    def run(self) -> None:
        """Return if every box has a bound below ε; otherwise raise StoppedError with the result."""
        waiting = list(in_blocks(first_boxes(self.low, self.high), self.model.block))
        while waiting:
            some = self._bounded(waiting.pop())
            if self.least > self.epsilon:
                reason = f"At {self.largest_at} the error is at least {self.least:.4g}."
                raise StoppedError("refuted", self.largest_at, reason)
            done = some.bound < self.epsilon
            self._keep(some.chosen(done))
            rest = some.chosen(~done)
            if rest.bound.size:
                self._check_stuck(rest, sum(len(more.low) for more in waiting))
                waiting += in_blocks(cut(rest.boxes, rest.along), self.model.block)

    def tighten(self, most_cells: float = inf) -> None:
        """Divide boxes until the bound is at most (1 + rtol) times the largest proved error.

        The search ends before if the time is over, if so many boxes were examined, or if rounding prevents more.
        """
        open_, self._open = self._open, []
        limit = self.cells + most_cells
        while open_:
            some = _joined(open_)
            self._probe(some)
            open_, rest = [], some.chosen(some.bound > self.close)
            self._settle(some.chosen(some.bound <= self.close))
            self._scale = self.close * min(1.0, self.rtol / 4 / ROUNDING.coarse)
            half = self.model.block // 2 + 1
            for start in range(0, rest.bound.size, half):
                block = rest.chosen(np.arange(rest.bound.size)[start : start + half])
                if processor_time() > self.end or self.cells + block.bound.size > limit:
                    self._settle(block)
                    continue
                open_.append(self._sharpened(block))

    def _sharpened(self, some: _Bounded) -> _Bounded:
        """Return boxes halved, with bounds that are not above those before; settle those that cannot be divided."""
        sides = some.boxes.high - some.boxes.low
        stuck = (sides <= (self.high - self.low) * SETTINGS.narrowest).any(axis=1)
        stuck |= some.bound <= some.at_corners + SETTINGS.doubt * some.doubt
        self._settle(some.chosen(stuck))
        rest = some.chosen(~stuck)
        halves = self._bounded(cut(rest.boxes, rest.along))
        return halves._replace(bound=np.fmin(halves.bound, np.tile(rest.bound, 2)))

    def _keep(self, some: _Bounded) -> None:
        """Store boxes with a bound below ε for the second phase, or settle them at once."""
        close = some.bound <= self.close
        self._settle(some.chosen(close))
        if not close.all():
            self._open.append(some.chosen(~close))

    def _settle(self, some: _Bounded) -> None:
        """Count the bounds of boxes that are left as they are."""
        self._settled = max(self._settled, float(some.bound.max(initial=0.0)))

    def _probe(self, some: _Bounded) -> None:
        """Look for the point with the largest error in the boxes with the largest bounds."""
        chosen = np.argsort(-some.bound)[: SETTINGS.probed_boxes]
        low, high = some.boxes.low[chosen].T, some.boxes.high[chosen].T  # (2, m)
        step = np.linspace(0.0, 1.0, SETTINGS.probes)
        share = np.stack(np.meshgrid(step, step), axis=-1).reshape(-1, 2)[:, :, None]
        for _ in range(2):
            x = (low + share * (high - low)).transpose(0, 2, 1)  # (points, m, 2)
            error = np.nan_to_num(np.abs(self.f(x) - self.network(x.reshape(-1, 2)).reshape(x.shape[:2])))
            best = x[np.argmax(error, axis=0), np.arange(len(chosen))]
            half = (high - low) / (SETTINGS.probes - 1)
            low, high = np.maximum(low, best.T - half), np.minimum(high, best.T + half)
        inside = np.clip(best, self.low, self.high)
        value = enclose_plane_points(self.f, inside)
        sure = (value - self._n_at(inside, value)).mignitude
        self._note(inside, np.where(value.finite, sure, 0.0))

    def _note(self, points: Array, sure: Array) -> None:
        """Keep the point with the largest proved error."""
        if sure.size and sure.max() > self.least:
            self.largest_at, self.least = _point(points[int(np.argmax(sure))]), float(sure.max())

    def _check_stuck(self, rest: _Bounded, waiting: int) -> None:
        """Raise undecided if the search cannot go on."""
        boxes, epsilon = rest.boxes, self.epsilon
        at = _point(boxes.low[0] + (boxes.high[0] - boxes.low[0]) / 2)
        where = "near ({:.6g}, {:.6g})".format(*at)
        reason = ""
        if processor_time() > self.end or waiting > SETTINGS.max_waiting:
            reason = f"The time ran out with at least {rest.bound.size} boxes left, for example {where}."
        elif not (rest.at_corners < epsilon).all():
            reason = f"The error {where} is too close to ε = {epsilon:g} for float64, or the function may be undefined."
        elif ((boxes.high - boxes.low) <= (self.high - self.low) * SETTINGS.narrowest).any():
            reason = f"The function may jump, may be undefined, or has a large second derivative {where}."
        if reason:
            raise StoppedError("undecided", at, reason)

    # --- the bound of a box ---

    def _n_at(self, points: Array, value: Interval) -> Interval:
        """Return N at points, in extended precision where rounding could prevent a proof of |f − N| < ε."""
        n = self.model.at(points)
        if self.model.error > ROUNDING.coarse * self._scale and self.model.family is not None:
            close = np.flatnonzero(~((value - n).magnitude < ROUNDING.close * self._scale))
            fine = self.model.at_in_extended_precision(points[close])
            n.lo[close], n.hi[close] = fine.lo, fine.hi
        return n

    def _bounded(self, boxes: Boxes) -> _Bounded:
        """Return boxes with their bounds, after the errors at their corners are noted."""
        found = self.examine(boxes)
        self._note(corners(*boxes).reshape(-1, 2), np.nan_to_num(found.four.mignitude.ravel(), nan=0.0))
        doubt = (found.four.hi - found.four.lo).max(axis=1)
        return _Bounded(boxes, found.most, found.four.magnitude.max(axis=1), doubt, found.along)

    def examine(self, boxes: Boxes) -> "Examined":
        """Return what is proved of D on boxes."""
        self.cells += len(boxes.low)
        points = corners(*boxes).reshape(-1, 2)
        value = enclose_plane_points(self.f, points)
        n = self._n_at(points, value)
        d = value - n
        four = Interval(d.lo.reshape(-1, 4), d.hi.reshape(-1, 4))
        around = Interval(n.lo.reshape(-1, 4).min(axis=1), n.hi.reshape(-1, 4).max(axis=1))
        terms = self._beyond(boxes, four, around)
        at_corners = four.magnitude.max(axis=1)
        bound = np.fmin(np.fmin(terms.parabola, iv.up(at_corners + terms.total)), terms.ranged)
        hull = Interval(four.lo.min(axis=1), four.hi.max(axis=1))
        least = np.fmax(iv.down(hull.mignitude - terms.total), terms.apart)
        return Examined(
            four,
            np.where(np.isnan(bound), inf, bound),
            np.fmax(np.nan_to_num(least, nan=0.0), 0.0),
            np.where(np.isnan(terms.total), inf, terms.total),
            terms.along,
        )

    def _beyond(self, boxes: Boxes, difference: Interval, n: Interval) -> "_Terms":
        """Return the bounds of D between the corners, from D (m, 4) and N (m,) there."""
        found, model = enclose_boxes(self.f, boxes.low, boxes.high), self.model
        along, kinks, bends, sides = [], model.kink_distances(boxes), [], []
        sag = kinks
        for k, bend in enumerate(model.second_derivatives(boxes)):
            h = np.maximum((iv.point(boxes.high[:, k]) - iv.point(boxes.low[:, k])).hi, 1e-150)
            eighth = iv.up(iv.up(h * h) / 8)
            bends.append(found.second[k] - bend)
            sides.append(h)
            smooth = iv.up(eighth * bends[k].magnitude)
            slope = found.first[k]
            kinked = iv.up(iv.up(h / 4 * iv.up(slope.hi - slope.lo)) + iv.up(eighth * bend.magnitude))
            along.append(np.where(found.defined, np.fmin(smooth, kinked), inf))
            sag = iv.up(sag + iv.up(eighth * bend.magnitude))
        both = np.nan_to_num(np.array(along), nan=inf, posinf=inf)
        if model.activation.unit_step:
            n, sag = model.levels(boxes), np.zeros(len(sag))
        distance = found.value - n
        ranged = np.where(found.defined, iv.up(distance.magnitude + sag), inf)
        apart = np.where(found.defined, iv.down(distance.mignitude - sag), 0.0)
        parabola = iv.up(parabola_bound_on_box(difference, bends, sides) + kinks)
        total = iv.up(iv.up(both[0] + both[1]) + kinks)
        parabola = np.where(found.defined, parabola, inf)
        return _Terms(both + kinks / 2 * _shares(boxes), total, parabola, ranged, apart)


class _Terms(NamedTuple):
    """The parts of the bounds of |D| on m boxes."""

    along: Array  # (2, m)  the contribution of each side to |D − I D|
    total: Array  # (m,)  a bound of |D − I D|
    parabola: Array  # (m,)  a bound of |D| from parabolas
    ranged: Array  # (m,)  a bound of |D| from the ranges of f and N
    apart: Array  # (m,)  a lower bound of |D| from them


class Examined(NamedTuple):
    """What is proved of D = f − N on m boxes."""

    four: Interval  # (m, 4)  D at the corners
    most: Array  # (m,)  |D| is at most this everywhere in the box; ∞ where f may be undefined
    least: Array  # (m,)  |D| is at least this everywhere in the box; 0 where f may be undefined
    beyond: Array  # (m,)  a bound of |D − I D|
    along: Array  # (2, m)  the contribution of each side to it


def first_boxes(low: Array, high: Array) -> Boxes:
    """Return the first boxes, eight along each side."""
    share = np.arange(SETTINGS.first_boxes + 1) / SETTINGS.first_boxes
    edges = low + (high - low) * share[:, None]
    edges[-1] = high
    x, y = (
        np.meshgrid(*part, indexing="ij")
        for part in ((edges[:-1, 0], edges[:-1, 1]), (edges[1:, 0], edges[1:, 1]))
    )
    return Boxes(np.stack(x, axis=-1).reshape(-1, 2), np.stack(y, axis=-1).reshape(-1, 2))


def in_blocks(boxes: Boxes, size: int) -> Iterator[Boxes]:
    """Yield the boxes in blocks of at most ``size``."""
    for start in range(0, len(boxes.low), size):
        yield Boxes(boxes.low[start : start + size], boxes.high[start : start + size])


def cut(boxes: Boxes, along: Array) -> Boxes:
    """Return each box divided into two halves across the side that contributes more to its bound, ``along`` (2, m)."""
    sides = boxes.high - boxes.low
    first = np.where(np.isfinite(along).all(axis=0), along[0] >= along[1], sides[:, 0] >= sides[:, 1])
    across = np.stack([first, ~first], axis=1)
    middle = boxes.low + (boxes.high - boxes.low) / 2
    lower = Boxes(boxes.low, np.where(across, middle, boxes.high))
    upper = Boxes(np.where(across, middle, boxes.low), boxes.high)
    return Boxes(np.concatenate([lower.low, upper.low]), np.concatenate([lower.high, upper.high]))


def _joined(parts: list[_Bounded]) -> _Bounded:
    """Return all boxes with their bounds."""
    boxes = Boxes(*(np.concatenate(ends) for ends in zip(*(part.boxes for part in parts))))
    bound, at_corners, doubt = (np.concatenate(column) for column in zip(*(part[1:4] for part in parts)))
    along = np.concatenate([part.along for part in parts], axis=1)
    return _Bounded(boxes, bound, at_corners, doubt, along)


def _point(x: Array) -> PlanePoint:
    """Return a point as two floats."""
    return float(x[0]), float(x[1])


def _shares(boxes: Boxes) -> Array:
    """Return the length of each side over the sum of both, (2, m)."""
    sides = (boxes.high - boxes.low).T
    return np.asarray(sides / sides.sum(axis=0))
