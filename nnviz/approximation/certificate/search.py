"""Proof of |f − N| < ε on all of K by branch and bound over cells.

On a cell [a, b] of width h, let D = f − N and D″ lie in [m, M] (or, where f′ has corners, the difference quotients of
D′). Then D − L + M/2 (x − a)(b − x), L the chord of D, is concave and 0 at both ends, so it is ≥ 0; and likewise below:

    L(x) − M/2 (x − a)(b − x)  ≤  D(x)  ≤  L(x) − m/2 (x − a)(b − x).

Each side is a parabola, whose crest is known in closed form. That is the bound by the ends of the cell plus
h²/8 sup |D″|, made sharp: it errs by the *change* of D″ over the cell only, of order h³.

Two more bounds, for cells where f has a kink or a vertical tangent: max |D| at the ends plus h/2 · sup |D′|; and
the range of f less the range of N. The least of the three counts. A cell that is not proved is cut into 2, 4, 8 or 16
parts. A point where |D| > ε for certain refutes the claim. A cell too narrow to be cut, a point where f may be
undefined, or the clock, leave it undecided.
"""

import math
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.approximation import domains
from nnviz.approximation.certificate import plane
from nnviz.approximation.certificate.crests import crest
from nnviz.approximation.certificate.network import (
    CLOSE,
    COARSE,
    FAMILIES,
    Pieces,
    Smooth,
    Steps,
    rounding,
)
from nnviz.approximation.certificate.record import Certificate, Status, Target
from nnviz.functions import Interval, PiecewiseLinear, enclose, enclose_points
from nnviz.functions import intervals as iv
from nnviz.functions.breaks import breaks
from nnviz.functions.seams import enclose_by_cases, enclose_open
from nnviz.networks import ShallowNetwork

Array = NDArray[np.float64]
_MOST_CELLS: Final = 2**21  # pending at once
_NARROWEST: Final = 2.0**-900  # of the width of K: x^0.02 falls to 1e-5 at 1e-250
_BLIND: Final = 2.0**-160  # the same where nothing is known of f on a cell
_MOST_PARTS: Final = 16
_NOTABLE: Final = 0.1  # of ε: more rounding than that in float64 is said
_LOST: Final = 0.25  # of ε: f is not known better than that
_NO_UNDERFLOW: Final = 1e-150  # cells count as at least this wide, so that h² is an ordinary float


class Cells(NamedTuple):
    """m cells: their ends, f and N enclosed at the ends, and the straight piece of N that they lie in."""

    low: Array
    high: Array
    f_low: Interval
    f_high: Interval
    n_low: Interval
    n_high: Interval
    piece: NDArray[np.intp]

    def chosen(self, which: Any) -> "Cells":
        """The cells with these indices, or where a mask is true."""
        columns: list[Any] = [column[which] for column in self]
        return Cells(*columns)


class _StoppedError(Exception):
    """The search is over without a proof."""

    def __init__(self, status: Status, at: float | None, reason: str) -> None:
        super().__init__(reason)
        self.status, self.at, self.reason = status, at, reason


def certify(
    network: ShallowNetwork,
    f: Target,
    K: domains.Interval | domains.Box,  # noqa: N803 - the name in the theorem
    epsilon: float,
    seconds: float = 2.0,
) -> Certificate:
    """Is |f(x) − N(x)| < ε for every real x in K = (a, b)? A proof, a counterexample, or why neither was found.

    N is the network with its float64 parameters as real numbers; ``Certificate`` and its ``ASSUMPTIONS`` say the rest.
    It takes ``seconds`` at most, and a little; with two inputs K is a box ((a, b), (c, d)). ValueError for K that is
    not two finite numbers a < b, ε that is not positive and finite, or a network and f with different inputs.
    """
    interval, epsilon = _checked(network, f, K, epsilon)
    if network.inputs == 2:
        return _on_a_box(network, f, interval, epsilon, seconds)
    low, high = interval
    with np.errstate(all="ignore"):
        search = _Search(network, f, low, high, epsilon, time.monotonic() + seconds)
        try:
            search.run()
        except _StoppedError as verdict:
            status, at, reason, bound = verdict.status, verdict.at, verdict.reason, None
        else:
            status, at, bound = "proved", None, search.bound
            ends = [f"{end:g}" for end in interval] if f"{low:g}" != f"{high:g}" else [repr(low), repr(high)]
            reason = f"the error is at most {bound:.4g} everywhere between {ends[0]} and {ends[1]}"
        noise = math.inf if network.activation == "step" else rounding(network, low, high)
        if status == "proved" and _NOTABLE * epsilon < noise < math.inf:
            reason += f"; the network evaluated in float64 may be off by {noise:.1g} more"
            reason += (
                ", which is not below ε: proved is the network in real numbers" if noise >= epsilon else ""
            )
    kept = noise if math.isfinite(noise) else None
    return Certificate(status, bound, at, reason, network, f, (low, high), epsilon, kept, search.cells)


def _on_a_box(
    network: ShallowNetwork, f: Target, interval: Any, epsilon: float, seconds: float
) -> Certificate:
    assert not isinstance(f, PiecewiseLinear)
    with np.errstate(all="ignore"):
        found = plane.search(network, f, interval, epsilon, seconds)
    kept = found.rounding if math.isfinite(found.rounding) else None
    return Certificate(
        found.status, found.bound, found.at, found.reason, network, f, interval, epsilon, kept, found.boxes
    )


def _checked(network: ShallowNetwork, f: Target, interval: Any, epsilon: Any) -> tuple[Any, float]:
    """K as floats, (a, b) or one such pair for each input, and ε."""
    inputs = 1 if isinstance(f, PiecewiseLinear) else len(f.variables)
    if network.inputs != inputs:
        raise ValueError(
            f"the network has {network.inputs} inputs and the function has {inputs}; they must agree"
        )
    if not 0 < epsilon < math.inf:
        raise ValueError(f"epsilon must be a positive, finite number; got {epsilon!r}")
    try:
        sides = np.array(interval, dtype=np.float64)
    except (TypeError, ValueError):
        sides = np.array(np.nan)
    shape = (2,) if inputs == 1 else (inputs, 2)
    with np.errstate(all="ignore"):
        width = np.diff(sides) if sides.shape == shape else np.array(np.nan)
    if not (np.isfinite(width) & (width > 0)).all():
        raise ValueError(
            f"K must be (a, b) with finite a < b, and one such pair for each input; got {interval!r}"
        )
    ends = sides.tolist()
    return (tuple(ends) if inputs == 1 else tuple(map(tuple, ends))), float(epsilon)


class _Search:
    """One search. ``bound`` is the greatest bound of the cells proved so far, ``cells`` how many were looked at."""

    def __init__(
        self, network: ShallowNetwork, f: Target, low: float, high: float, epsilon: float, end: float
    ) -> None:
        self.f, self.epsilon, self.end = f, epsilon, end
        self.model: Smooth | Pieces | Steps = _model(network)(network, low, high)
        self.width = high - low
        self.bound, self.cells = self.model.slack, 0

    def run(self) -> None:
        """Return if the claim is proved; else raise the verdict."""
        if isinstance(self.model, Steps):
            self._check_jumps(*self.model.alone)
        waiting = self._blocks(self._first())
        while waiting:
            cells = waiting.pop()
            bound = self._bound(cells)
            done = bound < self.epsilon
            self.cells += done.size
            self.bound = max(self.bound, float(bound[done].max(initial=0.0)))
            rest = cells.chosen(~done)
            if rest.low.size:
                self._check_clock(rest, bound[~done], sum(more.low.size for more in waiting))
                wide = self._wide(rest, bound[~done])
                parts = self._cut(rest.chosen(wide), bound[~done][wide])
                self._check_resolution(parts)
                waiting += self._blocks(parts)

    def _check_jumps(self, x: Array, n: Interval) -> None:
        """At the jumps themselves, where N is neither that of the cell before nor, perhaps, that of the next."""
        d = self._f_at(x) - n
        if (d.mignitude > self.epsilon).any():
            self._refute(x, d.mignitude)
        if not (d.magnitude < self.epsilon).all():
            at = float(x[np.argmax(d.magnitude)])
            raise _StoppedError(
                "undecided", at, f"at x = {at!r} the error is too close to ε = {self.epsilon:g}"
            )
        self.bound = max(self.bound, float(d.magnitude.max(initial=0.0)))

    def _refute(self, x: Array, sure: Array) -> None:
        worst = int(np.argmax(sure))
        at, error = float(x[worst]), float(sure[worst])
        raise _StoppedError("refuted", at, f"at x = {at!r} the error is at least {error:.4g}")

    def _blocks(self, cells: Cells) -> list[Cells]:
        starts = range(0, cells.low.size, self.model.block)
        return [cells.chosen(slice(start, start + self.model.block)) for start in reversed(starts)]

    def _first(self) -> Cells:
        own = self.model.nodes
        nodes = np.union1d(own, breaks(self.f, *own[[0, -1]]))
        f = self._f_at(nodes)
        low, high = nodes[:-1], nodes[1:]
        piece = np.searchsorted(own, low, side="right") - 1
        n_low, n_high = self._n_at(low, piece, f[:-1]), self._n_at(high, piece, f[1:])
        return self._checked_cells(Cells(low, high, f[:-1], f[1:], n_low, n_high, piece))

    def _f_at(self, x: Array) -> Interval:
        values = enclose_points(self.f, x)
        if not values.finite.all():
            at = float(x[~values.finite][0])
            raise _StoppedError(
                "undecided", at, f"the function may be undefined, or too large, at x = {at!r}"
            )
        return values

    def _n_at(self, x: Array, piece: NDArray[np.intp], f: Interval) -> Interval:
        """N at the points x, where f is known: finely where rounding could be what keeps |f − N| from being below ε."""
        n, model = self.model.at(x, piece), self.model
        if isinstance(model, Smooth) and model.error > COARSE * self.epsilon:
            close = np.flatnonzero(~((f - n).magnitude < CLOSE * self.epsilon))
            fine = model.finely_at(x[close])
            n.lo[close], n.hi[close] = fine.lo, fine.hi
        return n

    def _checked_cells(self, cells: Cells) -> Cells:
        """The cells, if no end refutes the claim."""
        for x, f, n in ((cells.low, cells.f_low, cells.n_low), (cells.high, cells.f_high, cells.n_high)):
            sure = iv.down((f - n).mignitude - self.model.slack)
            bad = np.flatnonzero(sure > self.epsilon)
            if bad.size and isinstance(self.model, Steps):
                x, sure = self._inside(cells.chosen(bad), x[bad])
            if (sure > self.epsilon).any():
                self._refute(x, sure)
        return cells

    def _is_jump(self, x: Array) -> NDArray[np.bool_]:
        """Where N jumps at a float: there it was looked at apart."""
        alone = self.model.alone[0] if isinstance(self.model, Steps) else np.empty(0)
        return np.isin(x, alone)

    def _inside(self, cells: Cells, x: Array) -> tuple[Array, Array]:
        """The floats next to these ends in cells of one level, and the error there: the end may have another."""
        moved = np.where(
            x == cells.low, np.nextafter(cells.low, cells.high), np.nextafter(cells.high, cells.low)
        )
        d = self._f_at(moved) - self.model.at(moved, cells.piece)
        return moved, np.where((cells.low < moved) & (moved < cells.high), d.mignitude, 0.0)

    def _bound(self, cells: Cells) -> Array:
        """|f − N| on each cell is at most this, (m,); ∞ if nothing is known."""
        f = enclose(self.f, cells.low, cells.high)
        bend, h = self.model.bend(cells.low, cells.high), _widths(cells)
        p, q = cells.f_low - cells.n_low, cells.f_high - cells.n_high
        smooth = crest(p, q, f.second - bend, h)
        slope, sag = _line(cells, bend, h)
        ends = np.maximum(p.magnitude, q.magnitude)
        kinked = iv.up(ends + iv.up(h / 2 * (f.first - slope).magnitude))
        ranged = iv.up((f.value - iv.hull(cells.n_low, cells.n_high)).magnitude + sag)
        least = np.fmin(np.fmin(smooth, kinked), ranged)
        bound = np.where(f.defined & ~np.isnan(least), iv.up(least + self.model.slack), np.inf)
        seams = np.flatnonzero(~(f.defined & f.continuous) & ~(bound < self.epsilon))
        if seams.size:
            bound[seams] = np.fmin(bound[seams], self._bound_inside(cells.chosen(seams)))
        return bound

    def _bound_inside(self, cells: Cells) -> Array:
        """The same for cells at whose ends f may change its formula: of their insides, and of their ends apart."""
        f = enclose_open(self.f, cells.low, cells.high)
        middle = cells.low + (cells.high - cells.low) / 2
        reach = iv.up(np.maximum(cells.high - middle, middle - cells.low))
        slope, sag = _line(cells, self.model.bend(cells.low, cells.high), _widths(cells))
        here = (enclose_points(self.f, middle) - self.model.at(middle, cells.piece)).magnitude
        sloped = iv.up(here + iv.up(reach * (f.first - slope).magnitude))
        ranged = iv.up((f.value - iv.hull(cells.n_low, cells.n_high)).magnitude + sag)
        ends = [
            np.where(self._is_jump(x), 0.0, (f - n).magnitude)
            for x, f, n in ((cells.low, cells.f_low, cells.n_low), (cells.high, cells.f_high, cells.n_high))
        ]
        least = np.maximum.reduce([np.fmin(sloped, ranged), *ends])
        known = f.defined & f.continuous & ~np.isnan(least)
        return np.where(known, iv.up(least + self.model.slack), np.inf)

    def _check_clock(self, cells: Cells, bound: Array, waiting: int) -> None:
        if time.monotonic() > self.end or waiting > _MOST_CELLS:
            at = _middle(cells, int(np.argmax(bound)))
            left = cells.low.size + waiting
            raise _StoppedError(
                "undecided", at, f"time ran out with {left} cells left, one of them at x = {at:.6g}"
            )

    def _wide(self, cells: Cells, bound: Array) -> NDArray[np.bool_]:
        """Which cells can be cut. Of the others each side of a jump is looked at apart, or the search ends."""
        narrow = cells.high - cells.low <= self.width * np.where(np.isfinite(bound), _NARROWEST, _BLIND)
        middle = cells.low + (cells.high - cells.low) / 2
        narrow |= (middle <= cells.low) | (middle >= cells.high)
        for k in np.flatnonzero(narrow):
            self._check_cases(cells.chosen(np.array([k])))
        return np.asarray(~narrow)

    def _check_cases(self, cell: Cells) -> None:
        f = enclose_by_cases(self.f, float(cell.low[0]), float(cell.high[0]))
        n = iv.hull(cell.n_low, cell.n_high)
        _, sag = _line(cell, self.model.bend(cell.low, cell.high), _widths(cell))
        inside = iv.up((f - n).magnitude + sag)
        ends = np.maximum((cell.f_low - cell.n_low).magnitude, (cell.f_high - cell.n_high).magnitude)
        bound = float(iv.up(np.maximum(inside, ends) + self.model.slack)[0])
        if not bound < self.epsilon or isinstance(self.model, Steps):
            raise _StoppedError("undecided", _middle(cell, 0), self._why(cell))
        self.bound = max(self.bound, bound)

    def _check_resolution(self, cells: Cells) -> None:
        """Where not even |D| at an end is known to be below ε, no cell with that end will ever be proved."""
        d = cells.f_low - cells.n_low
        most = iv.up(d.magnitude + self.model.slack)
        known = np.flatnonzero(~(most < self.epsilon))
        known = known[
            enclose(self.f, cells.low[known], cells.low[known]).continuous
        ]  # a jump has its own words
        if known.size:
            at, least = float(cells.low[known[0]]), float(d.mignitude[known[0]])
            raise _StoppedError("undecided", at, self._unresolved(at, least, float(most[known[0]])))

    def _unresolved(self, at: float, least: float, most: float) -> str:
        f = enclose_points(self.f, np.array([at]))
        off = float(f.hi[0] - f.lo[0]) / 2
        here = f"at x = {at!r} the error is between {least:.6g} and {most:.6g}"
        if off > _LOST * self.epsilon:
            return f"{here}: the formula of f loses its digits there, and in float64 may be off by {off:.1g}"
        return f"{here}: float64 cannot say if it is below ε"

    def _why(self, cell: Cells) -> str:
        here = f"near x = {_middle(cell, 0):.6g}"
        f = enclose(self.f, cell.low, cell.high)
        if not f.defined[0]:
            return f"the function may be undefined or unbounded {here}"
        if not f.continuous[0]:
            return f"the function may jump {here}"
        return f"the error {here} is too close to ε = {self.epsilon:g} for float64 to tell them apart"

    def _cut(self, cells: Cells, bound: Array) -> Cells:
        """Each cell in 2, 4, 8 or 16 equal parts: as many as a bound with an error of order h³ would need."""
        ends = np.maximum((cells.f_low - cells.n_low).magnitude, (cells.f_high - cells.n_high).magnitude)
        room = np.maximum(self.epsilon - self.model.slack - ends, 0.0)
        wanted = np.cbrt(np.where(np.isfinite(bound), (bound - ends) / room, _MOST_PARTS))
        parts = 2 ** np.ceil(np.log2(np.clip(np.nan_to_num(wanted, nan=2.0), 2, _MOST_PARTS))).astype(np.intp)
        parent = np.repeat(np.arange(parts.size), parts)
        part = np.arange(parent.size) - np.repeat(np.cumsum(parts) - parts, parts)
        return self._children(cells, parent, part, parts[parent])

    def _children(self, cells: Cells, parent: Any, part: Any, parts: Any) -> Cells:
        """The child with number ``part`` of ``parts`` in its parent, whose outer ends it keeps."""
        a, h = cells.low[parent], (cells.high - cells.low)[parent]
        first, last = part == 0, part == parts - 1
        inner = a + h * (part / parts)
        low = np.where(first, a, inner)
        high = np.where(last, cells.high[parent], np.append(inner[1:], 0.0))
        piece = cells.piece[parent]
        f_new = self._f_at(low)
        n_new = self._n_at(low, piece, f_new)
        f_low, n_low = (
            iv.select(first, old[parent], new) for old, new in ((cells.f_low, f_new), (cells.n_low, n_new))
        )
        f_high, n_high = (
            iv.select(last, old[parent], _shifted(new))
            for old, new in ((cells.f_high, f_low), (cells.n_high, n_low))
        )
        return self._checked_cells(Cells(low, high, f_low, f_high, n_low, n_high, piece))


def _shifted(a: Interval) -> Interval:
    """Each one's right neighbour."""
    return Interval(np.roll(a.lo, -1), np.roll(a.hi, -1))


def _model(network: ShallowNetwork) -> Callable[..., Smooth | Pieces | Steps]:
    if network.activation == "step":
        return Steps
    return Smooth if network.activation in FAMILIES else Pieces


def _widths(cells: Cells) -> Array:
    return np.maximum((iv.point(cells.high) - iv.point(cells.low)).hi, _NO_UNDERFLOW)


def _line(cells: Cells, bend: Interval, h: Array) -> tuple[Interval, Array]:
    """What holds every difference quotient of N on the cells, and how far N is from its chord.

    N(x) is within h²/8 sup |N″| of the chord, N′(x) within h/2 sup |N″| of its slope.
    """
    tilt = iv.up(h / 2 * bend.magnitude)
    width = iv.point(cells.high) - iv.point(cells.low)
    slope = (cells.n_high - cells.n_low) / width + Interval(-tilt, tilt)
    return slope, iv.up(iv.up(h * h) / 8 * bend.magnitude)


def _middle(cells: Cells, k: int) -> float:
    return float(cells.low[k] + (cells.high[k] - cells.low[k]) / 2)
