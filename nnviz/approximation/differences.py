"""Enclose D = f − N on cells by a parabola and a bounded rest, for norms that need more than the maximum of |D|.

On a cell with middle m and D″ in [c − ρ, c + ρ], Taylor's theorem gives, for every x = m + t of the cell,

    D(x) = D(m) + D′(m) t + c t²/2 + e(t),   |e(t)| ≤ ρ t²/2.

Where f has a kink, D(x) = D(m) + s t + e(t), where s ± σ encloses the difference quotients of D, and |e(t)| ≤ σ |t|.
The values and derivatives of f may come from the cell without its ends. So a jump at an end does no harm, and neither
does an end without a value.
"""

from typing import Final, NamedTuple

import numpy as np

from nnviz._types import Array, Index
from nnviz.approximation.certificate.cells import SMALLEST_WIDTH
from nnviz.approximation.certificate.models import enclosed
from nnviz.approximation.certificate.smooth_units import SmoothUnits
from nnviz.enclosures import Enclosure, Interval, enclose
from nnviz.enclosures import intervals as iv
from nnviz.enclosures.breaks import breaks
from nnviz.enclosures.removable_singularities import enclose_open
from nnviz.networks import Network
from nnviz.targets.convert import Target

_CLOSE: Final = 1e3  # times the rounding error of the network; smaller errors use extended precision


class Parabolas(NamedTuple):
    """Bounds of D on m cells: D(m* + t) is within ``rest`` of value + slope t + bend t²/2, m* the exact middle.

    All arrays are (m,). ``mean_rest`` bounds the root mean square of the difference, and is infinite where nothing is
    known. ``range`` contains D(x) for almost every x of the cell. ``width`` encloses the widths of the cells.
    """

    value: Array
    slope: Array
    bend: Array
    rest: Array
    mean_rest: Array
    range: Interval
    width: Interval

    def largest(self) -> Array:
        """Return an upper bound of |D| on each cell, without the ends where f may jump; ∞ if none is known."""
        with np.errstate(all="ignore"):
            return np.asarray(np.fmin(self._at_ends_or_turn(), self.range.magnitude))

    def smallest(self) -> Array:
        """Return a lower bound of |D| on each cell, 0 if none is known."""
        with np.errstate(all="ignore"):
            h = self.width.hi
            moves = iv.up(np.abs(self.slope) * h / 2 + iv.up(np.abs(self.bend) * iv.up(h * h) / 8))
            by_parabola = iv.down(np.abs(self.value) - iv.up(iv.up(moves) + self.rest))
            return np.asarray(np.fmax(np.fmax(by_parabola, self.range.mignitude), 0.0))

    # the extremes of the parabola are at t = ±h/2 and at t = −slope/bend
    def _at_ends_or_turn(self) -> Array:
        """Return the largest |value + slope t + bend t²/2| plus the rest."""
        half, bow = iv.point(self.width.hi / 2), iv.point(self.bend) * iv.square(self.width) / 8.0
        tilt = iv.point(self.slope) * half
        ends = np.maximum(*((iv.point(self.value) + side + bow).magnitude for side in (tilt, -tilt)))
        turn = iv.point(self.value) - iv.square(iv.point(self.slope)) / (2.0 * iv.point(self.bend))
        inside = np.abs(self.slope) <= iv.up(np.abs(self.bend) * self.width.hi / 2)
        turned = np.where(inside & (self.bend != 0), turn.magnitude, 0.0)
        return np.asarray(iv.up(np.maximum(ends, np.nan_to_num(turned, nan=np.inf)) + self.rest))


class Difference:
    """D = f − N on K, or f itself if ``network`` is None; N is a line, or smooth, between neighboring ``nodes``.

    If ``closed``, the bounds hold at the ends of the cells too; otherwise only inside.
    """

    def __init__(
        self, network: Network | None, f: Target, low: float, high: float, *, closed: bool = False
    ) -> None:
        self.f, self.network, self.closed = f, network, closed
        with np.errstate(all="ignore"):
            self.model = None if network is None else enclosed(network, low, high)
        self.own = np.array([low, high]) if self.model is None else self.model.nodes
        self.nodes = np.union1d(self.own, breaks(f, low, high))
        self.slack = 0.0 if self.model is None else self.model.slack

    def pieces(self, low: Array) -> Index:
        """Return the piece of the network that begins before each cell, (m,)."""
        return np.asarray(np.searchsorted(self.own, low, side="right") - 1)

    def on(self, low: Array, high: Array) -> Parabolas:
        """Return the bounds on the cells [lowᵢ, highᵢ], (m,) each, none of which has a node inside."""
        with np.errstate(all="ignore"):
            return self._parabolas(low, high, self._enclosed(low, high))

    def network_range(self, low: Array, high: Array) -> Interval:
        """Return an enclosure of N on the cells, (m,)."""
        with np.errstate(all="ignore"):
            h = np.maximum(high - low, SMALLEST_WIDTH)
            bow = iv.up(iv.up(h * h) * self._bend(low, high).magnitude / 4) + self.slack
            piece = self.pieces(low)
            ends = iv.hull(self._outputs(low, piece), self._outputs(high, piece))
            return Interval(iv.down(ends.lo - bow), iv.up(ends.hi + bow))

    def _enclosed(self, low: Array, high: Array) -> Enclosure:
        """Return the enclosures of f on the cells, and on the open cells where f has no bound on the closed cells."""
        f = enclose(self.f, low, high)
        known = f.defined & f.continuous & f.value.finite
        at = np.flatnonzero(~known & ~np.isnan(self.f(low + (high - low) / 2)))
        if self.closed or not at.size:
            return f
        inside = enclose_open(self.f, low[at], high[at])
        defined, continuous = f.defined.copy(), f.continuous.copy()
        defined[at] |= inside.defined
        continuous[at] |= inside.continuous
        bounds = [iv.select(known, one, iv.WHOLE) for one in (f.value, f.first, f.second)]
        for one, other in zip(bounds, (inside.value, inside.first, inside.second)):
            one.lo[at], one.hi[at] = other.lo, other.hi
        value, first, second = bounds
        return Enclosure(value, first, second, second.finite, defined, continuous)

    def _parabolas(self, low: Array, high: Array, f: Enclosure) -> Parabolas:
        """Return the parabolas from enclosures of f on the cells."""
        middle = low + (high - low) / 2
        width = iv.point(high) - iv.point(low)
        left, right = iv.point(low) - iv.point(middle), iv.point(high) - iv.point(middle)
        shift, half = (left + right).magnitude / 2, iv.up(width.hi / 2)
        here, n_bend = enclose(self.f, middle, middle), self._bend(low, high)
        n, n_slope = self._network_at((low, high, middle), n_bend, width, shift)
        d, bend = here.value - n, f.second - n_bend
        smooth = np.asarray(bend.finite & here.first.finite)
        slopes = f.first - _quotients(n_slope, n_bend, iv.up(half + shift))
        slope = iv.select(smooth, here.first - n_slope, slopes)
        bend = iv.select(smooth, bend, iv.as_interval(0.0))
        (value, value_off), (tilt, tilt_off), (bow, bow_off) = (_centered(part) for part in (d, slope, bend))
        moved = iv.up(shift * iv.up(np.abs(tilt) + tilt_off + bend.magnitude * (half + shift)))
        fixed = iv.up(value_off + moved + self.slack)
        rest = iv.up(fixed + iv.up(tilt_off * half + iv.up(bow_off / 2 * iv.up(half * half))))
        mean = iv.up(fixed + iv.up(tilt_off * half / 1.732 + iv.up(bow_off / 4.472 * iv.up(half * half))))
        known = f.defined & f.continuous & np.isfinite(value) & np.isfinite(tilt) & np.isfinite(mean)
        rest, mean = np.where(known, rest, np.inf), np.where(known, mean, np.inf)
        value, tilt, bow = (np.where(known, part, 0.0) for part in (value, tilt, bow))
        return Parabolas(value, tilt, bow, rest, mean, self._range(low, high, f), width)

    def _range(self, low: Array, high: Array, f: Enclosure) -> Interval:
        """Return an enclosure of the values of D on the cells; the whole line where f may be undefined."""
        n = self.network_range(low, high)
        return iv.select(f.defined, f.value - n, iv.WHOLE)

    def _network_at(
        self, cells: tuple[Array, Array, Array], bend: Interval, width: Interval, shift: Array
    ) -> tuple[Interval, Interval]:
        """Return N and N′ at the middles of cells (low, high, middle), which are rounded by at most ``shift``.

        N′ differs from the slope of the chord by at most h/8 times the range of N″.
        """
        low, high, middle = cells
        piece = self.pieces(low)
        rise = self._outputs(high, piece) - self._outputs(low, piece)
        off = iv.up(width.hi / 8 * iv.up(bend.hi - bend.lo))
        off = iv.up(off + iv.up(2 * shift * bend.magnitude))
        return self._outputs(middle, piece), rise / width + Interval(-off, off)

    def _outputs(self, x: Array, piece: Index) -> Interval:
        """Return N at the points x without its slack, in extended precision where this is not known to be enough."""
        if self.model is None:
            return iv.point(np.zeros_like(x))
        n = self.model.at(x, piece)
        if isinstance(self.model, SmoothUnits) and self.model.fine_error < self.model.error / 16:
            close = np.flatnonzero(~(np.abs(self.f(x) - n.lo) > _CLOSE * self.model.error))
            fine = self.model.at_in_extended_precision(x[close])
            n.lo[close], n.hi[close] = fine.lo, fine.hi
        return n

    def _bend(self, low: Array, high: Array) -> Interval:
        """Return an enclosure of N″ on the cells."""
        return iv.point(np.zeros_like(low)) if self.model is None else self.model.second_derivative(low, high)


def _quotients(slope: Interval, bend: Interval, reach: Array) -> Interval:
    """Return the difference quotients of N on cells from N′ at a point whose largest distance is ``reach``."""
    turn = iv.up(reach * bend.magnitude)
    return slope + Interval(-turn, turn)


def _centered(a: Interval) -> tuple[Array, Array]:
    """Return the middles of intervals, and bounds of the distances to their ends."""
    middle = a.lo + (a.hi - a.lo) / 2
    return middle, iv.up(np.maximum(a.hi - middle, middle - a.lo))
