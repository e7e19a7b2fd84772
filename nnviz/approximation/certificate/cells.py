"""Bound |f − N| on cells of one input.

On a cell [a, b] of width h, let D = f − N and let D″ lie in [m, M] (or, where f′ has kinks, the difference
quotients of D′). Let L be the chord of D. Then D − L + M/2 (x − a)(b − x) is concave and 0 at both ends, so it is ≥
0. The other bound follows in the same way:

    L(x) − M/2 (x − a)(b − x)  ≤  D(x)  ≤  L(x) − m/2 (x − a)(b − x).

Each side is a parabola, whose maximum is known in closed form. This bound is sharper than max |D| at the ends plus
h²/8 sup |D″|. Its excess has the order h³, because only the *change* of D″ over the cell enters.

Where f and N are smooth, their Taylor polynomials give a bound of a higher order (``series_bound``), and the others are
used only where that one is not known or too large.

Two more bounds serve cells where f has a kink or a vertical tangent: max |D| at the ends plus h/2 · sup |D′|, and
the range of f minus the range of N. The smallest of the three bounds is used.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._types import Array, Index, Truth
from nnviz.approximation.certificate.kinked_units import StepUnits
from nnviz.approximation.certificate.models import Units
from nnviz.approximation.certificate.parabola_bound import parabola_bound
from nnviz.approximation.certificate.record import Status
from nnviz.approximation.certificate.rounding import SETTINGS as ROUNDING
from nnviz.approximation.certificate.series_bound import SeriesBound
from nnviz.approximation.certificate.smooth_units import SmoothUnits
from nnviz.enclosures import Interval, enclose, enclose_points
from nnviz.enclosures import intervals as iv
from nnviz.enclosures.breaks import breaks
from nnviz.enclosures.removable_singularities import enclose_by_cases, enclose_open
from nnviz.enclosures.series import ORDER
from nnviz.targets.convert import Target

_MAX_PARTS: Final = 16  # into which a cell is divided
FAR: Final = 100.0  # times the goal; from there on, Taylor polynomials are not better
SMALLEST_WIDTH: Final = 1e-150  # a narrower cell counts as this wide, so that h² does not underflow


class Cells(NamedTuple):
    """m cells: their ends, enclosures of f and N at the ends, and the linear piece of N that contains the cell."""

    low: Array
    high: Array
    f_low: Interval
    f_high: Interval
    n_low: Interval
    n_high: Interval
    piece: NDArray[np.intp]

    def chosen(self, which: Any) -> "Cells":
        """Return the cells with the given indices, or where a mask is true."""
        columns: list[Any] = [column[which] for column in self]
        return Cells(*columns)

    @property
    def at_ends(self) -> Array:
        """The largest |f − N| that the enclosures at both ends allow, (m,)."""
        return np.maximum((self.f_low - self.n_low).magnitude, (self.f_high - self.n_high).magnitude)

    @property
    def middle(self) -> Array:
        """The middles, (m,)."""
        return self.low + (self.high - self.low) / 2


class StoppedError(Exception):
    """The end of a search without a proof, with the status, the point (a pair for two inputs) and the reason."""

    def __init__(self, status: Status, at: Any, reason: str) -> None:
        super().__init__(reason)
        self.status, self.at, self.reason = status, at, reason


class TwoSidedSearch:
    """What the searches on an interval and on a box have in common: a bound of sup |f − N| from each side.

    ``least`` is the largest error that is proved at a point, and ``rtol`` the relative distance of the two bounds that
    is wanted.
    """

    rtol: float
    least: float

    @property
    def bound(self) -> float:
        """The largest bound of the cells; it bounds sup |f − N| if the first phase succeeded."""
        raise NotImplementedError

    @property
    def complete(self) -> bool:
        """Whether the bound is at most (1 + rtol) times the largest proved error."""
        return self.bound <= self.close

    @property
    def close(self) -> float:
        """The bound at which a cell is left as it is in the second phase."""
        return (1 + self.rtol) * self.least


class CellBounds:
    """The bounds of |f − N| on cells of [low, high].

    ``scale`` is the size of errors that matter: ε, or the largest error that is known. N is evaluated in extended
    precision where rounding is not small in comparison.
    """

    def __init__(self, model: Units, f: Target, scale: float, series: SeriesBound | None = None) -> None:
        self.model, self.f, self.scale, self.series = model, f, scale, series
        self.order = 3 if self.series is None else ORDER  # of the excess of a bound, as a power of the width

    def first(self) -> Cells:
        """Return the cells between the nodes of the network and the breaks of f."""
        own = self.model.nodes
        if self.series is not None:
            own = self.series.nodes(own[0], own[-1], self.scale)
        nodes = np.union1d(own, breaks(self.f, *own[[0, -1]]))
        piece = np.searchsorted(own, nodes[:-1], side="right") - 1
        return self.between(nodes, np.arange(len(piece)), piece)

    def between(self, nodes: Array, first: Index, piece: Index) -> Cells:
        """Return the cells from the node with each index ``first`` to the next node, on the given pieces of N."""
        f, low, high = self.f_at(nodes), nodes[first], nodes[first + 1]
        f_low, f_high = f[first], f[first + 1]
        n_low, n_high = self._n_at(low, piece, f_low), self._n_at(high, piece, f_high)
        return Cells(low, high, f_low, f_high, n_low, n_high, piece)

    def f_at(self, x: Array) -> Interval:
        """Return f at the points x; raise undecided where it may be undefined."""
        values = enclose_points(self.f, x)
        if not values.finite.all():
            at = float(x[~values.finite][0])
            raise StoppedError(
                "undecided", at, f"The function may be undefined, or too large, at x = {at!r}."
            )
        return values

    def _n_at(self, x: Array, piece: NDArray[np.intp], f: Interval) -> Interval:
        """Return N at the points x, in extended precision where rounding could prevent a proof."""
        n, model = self.model.at(x, piece), self.model
        if isinstance(model, SmoothUnits) and model.error > ROUNDING.coarse * self.scale:
            close = np.flatnonzero(~((f - n).magnitude < ROUNDING.close * self.scale))
            fine = model.at_in_extended_precision(x[close])
            n.lo[close], n.hi[close] = fine.lo, fine.hi
        return n

    def refined(self, cells: Cells) -> Cells:
        """Return the cells with N evaluated again at their ends, for the present ``scale``."""
        n_low, n_high = (
            self._n_at(x, cells.piece, f) for x, f in ((cells.low, cells.f_low), (cells.high, cells.f_high))
        )
        return cells._replace(n_low=n_low, n_high=n_high)

    def error_at(self, x: Array, piece: NDArray[np.intp]) -> Array:
        """Return a lower bound of |f − N| at points x inside of cells on the given pieces of N, (m,)."""
        values = enclose_points(self.f, x)
        sure = (values - self._n_at(x, piece, values)).mignitude
        return np.where(values.finite, iv.down(sure - self.model.slack), 0.0)

    def error_at_ends(self, cells: Cells) -> tuple[Array, Array]:
        """Return the ends of m cells and lower bounds of |f − N| there, (2m,) each.

        A network of steps has the level of the cell only inside of it. There the floats next to the ends are used.
        """
        x = np.concatenate([cells.low, cells.high])
        if not isinstance(self.model, StepUnits):
            both = ((cells.f_low - cells.n_low), (cells.f_high - cells.n_high))
            return x, iv.down(np.concatenate([d.mignitude for d in both]) - self.model.slack)
        inner = [np.nextafter(cells.low, cells.high), np.nextafter(cells.high, cells.low)]
        sure = [
            np.where((cells.low < at) & (at < cells.high), self.error_at(at, cells.piece), 0.0)
            for at in inner
        ]
        return np.concatenate(inner), np.concatenate(sure)

    def bound(self, cells: Cells, enough: Array | float) -> Array:
        """Return a bound of |f − N| on each cell, (m,); ∞ if none is known.

        Where the Taylor polynomials give none, or one far above ``enough``, the second derivatives are used.
        """
        if self.series is None:
            return self._bound(cells, enough)
        x = cells.middle
        n = self._n_at(x, cells.piece, iv.hull(cells.f_low, cells.f_high))
        bound = self.series.bound(cells.low, cells.high, x, n, ROUNDING.coarse * self.scale)
        rest = np.flatnonzero(~(bound < FAR * enough))
        if rest.size:
            bound[rest] = np.fmin(bound[rest], self._bound(cells.chosen(rest), enough))
        return bound

    def _bound(self, cells: Cells, enough: Array | float) -> Array:
        """Return a bound by the second derivatives.

        Where f may change its formula at an end, a slower method is used unless the bound is below ``enough``.
        """
        f = enclose(self.f, cells.low, cells.high)
        bend, h = self.model.second_derivative(cells.low, cells.high), _widths(cells)
        p, q = cells.f_low - cells.n_low, cells.f_high - cells.n_high
        smooth = parabola_bound(p, q, f.second - bend, h)
        slope, sag = _line(cells, bend, h)
        ends = np.maximum(p.magnitude, q.magnitude)
        kinked = iv.up(ends + iv.up(h / 2 * (f.first - slope).magnitude))
        ranged = iv.up((f.value - iv.hull(cells.n_low, cells.n_high)).magnitude + sag)
        least = np.fmin(np.fmin(smooth, kinked), ranged)
        bound = np.where(f.defined & ~np.isnan(least), iv.up(least + self.model.slack), np.inf)
        seams = np.flatnonzero(~(f.defined & f.continuous) & ~(bound < enough))
        if seams.size:
            bound[seams] = np.fmin(bound[seams], self._bound_inside(cells.chosen(seams)))
        return bound

    def _bound_inside(self, cells: Cells) -> Array:
        """Return a bound for cells at whose ends f may change its formula, from the open cells and the ends
        separately.
        """
        f = enclose_open(self.f, cells.low, cells.high)
        middle = cells.middle
        reach = iv.up(np.maximum(cells.high - middle, middle - cells.low))
        slope, sag = _line(cells, self.model.second_derivative(cells.low, cells.high), _widths(cells))
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

    def _is_jump(self, x: Array) -> Truth:
        """Return where N jumps at a float; these points are checked separately."""
        alone = self.model.alone[0] if isinstance(self.model, StepUnits) else np.empty(0)
        return np.isin(x, alone)

    def bound_by_cases(self, cell: Cells) -> float:
        """Return a bound for one narrow cell from each side of a jump of f separately; ∞ if none is known."""
        if isinstance(self.model, StepUnits):
            return np.inf
        f = enclose_by_cases(self.f, float(cell.low[0]), float(cell.high[0]))
        n = iv.hull(cell.n_low, cell.n_high)
        _, sag = _line(cell, self.model.second_derivative(cell.low, cell.high), _widths(cell))
        inside = iv.up((f - n).magnitude + sag)
        return float(iv.up(np.maximum(inside, cell.at_ends) + self.model.slack)[0])

    def parts(self, cells: Cells, bound: Array, goal: Array | float) -> Index:
        """Return into how many parts each cell is divided, 2, 4, 8 or 16, by the order of the excess of a bound."""
        ends = cells.at_ends
        room = np.maximum(goal - self.model.slack - ends, 0.0)
        excess = np.where(np.isfinite(bound), np.maximum(bound - ends, 0.0) / room, np.inf)
        wanted = np.where(excess > FAR, np.cbrt(excess), excess ** (1 / self.order))
        power = np.ceil(np.log2(np.clip(np.nan_to_num(wanted, nan=2.0), 2, _MAX_PARTS)))
        return np.asarray(2 ** power.astype(np.intp), np.intp)

    def divided(self, cells: Cells, parts: NDArray[np.intp]) -> Cells:
        """Return each cell divided into so many equal parts; outer parts keep the ends of their cell."""
        parent = np.repeat(np.arange(parts.size), parts)
        part = np.arange(parent.size) - np.repeat(np.cumsum(parts) - parts, parts)
        a, h = cells.low[parent], (cells.high - cells.low)[parent]
        first, last = part == 0, part == parts[parent] - 1
        inner = a + h * (part / parts[parent])
        low = np.where(first, a, inner)
        high = np.where(last, cells.high[parent], np.append(inner[1:], 0.0))
        piece = cells.piece[parent]
        f_new = self.f_at(low)
        n_new = self._n_at(low, piece, f_new)
        f_low, n_low = (
            iv.select(first, old[parent], new) for old, new in ((cells.f_low, f_new), (cells.n_low, n_new))
        )
        f_high, n_high = (
            iv.select(last, old[parent], _shifted(new))
            for old, new in ((cells.f_high, f_low), (cells.n_high, n_low))
        )
        return Cells(low, high, f_low, f_high, n_low, n_high, piece)


def _shifted(a: Interval) -> Interval:
    """Return the intervals moved by one place, so that each is replaced by its right neighbor."""
    return Interval(np.roll(a.lo, -1), np.roll(a.hi, -1))


def _widths(cells: Cells) -> Array:
    """Return upper bounds of the widths of the cells, (m,)."""
    return np.maximum((iv.point(cells.high) - iv.point(cells.low)).hi, SMALLEST_WIDTH)


def _line(cells: Cells, bend: Interval, h: Array) -> tuple[Interval, Array]:
    """Return an enclosure of the difference quotients of N on the cells, and a bound of its distance from its chord.

    N(x) is within h²/8 sup |N″| of the chord, N′(x) within h/2 sup |N″| of its slope.
    """
    tilt = iv.up(h / 2 * bend.magnitude)
    width = iv.point(cells.high) - iv.point(cells.low)
    slope = (cells.n_high - cells.n_low) / width + Interval(-tilt, tilt)
    return slope, iv.up(iv.up(h * h) / 8 * bend.magnitude)
