"""Bound sup |f − N| on K from both sides by branch and bound over cells.

The search has two phases. In the first, a cell is divided into 2, 4, 8 or 16 parts until its bound is below ε. A point
where |D| > ε is proved refutes the claim. The claim is undecided if a cell is too narrow to be divided, if f may be
undefined at a point, or if the time is over. With ε = ∞ every cell needs some bound.

The second phase makes the bounds close. Let ``least`` be the largest |D| that is proved at a point. A cell with a bound
of at most (1 + rtol) ``least`` is left as it is. The other cells are divided, and in those with the largest bounds the
point with the largest |D| is looked for. The largest bound of all cells is an upper bound of sup |D| at any time.
"""

from math import inf
from typing import Any, Final, NamedTuple

import numpy as np

from nnviz._clock import processor_time
from nnviz._types import Array, Truth
from nnviz.approximation.certificate.cells import CellBounds, Cells, StoppedError, TwoSidedSearch
from nnviz.approximation.certificate.kinked_units import StepUnits
from nnviz.approximation.certificate.models import enclosed
from nnviz.approximation.certificate.rounding import SETTINGS as ROUNDING
from nnviz.approximation.certificate.series_bound import series_bound
from nnviz.enclosures import Interval, enclose, enclose_points
from nnviz.enclosures import intervals as iv
from nnviz.networks import Network
from nnviz.targets.convert import Target


class SearchSettings(NamedTuple):
    """The numbers that tune the search for bounds."""

    max_waiting: int = 2**21  # cells that wait at the same time
    narrowest: float = 2.0**-900  # width of a cell over the width of K; x^0.02 falls to 1e-5 at 1e-250
    narrowest_without_bound: float = 2.0**-160  # the same if no bound is known on the cell
    lost_digits: float = 0.25  # of ε; the value of f has a larger error if its formula loses its digits
    probed_cells: int = 8  # in which the largest error is looked for at the same time
    probes: int = 33  # points of a cell, and then of a part of it
    doubt: float = 4.0  # times the width of enclosures at points; a bound this close is not sharpened


SETTINGS: Final = SearchSettings()


class _Bounded(NamedTuple):
    """Cells with their bounds (m,)."""

    cells: Cells
    bound: Array

    def chosen(self, which: Any) -> "_Bounded":
        """Return the cells with the given indices, or where a mask is true."""
        return _Bounded(self.cells.chosen(which), self.bound[which])


class Search(TwoSidedSearch):
    """One search for bounds of sup |f − N|.

    ``least`` is the largest error that is proved at a point, and ``largest_at`` that point. ``cells`` is the number of
    examined cells.
    """

    def __init__(
        self,
        network: Network,
        f: Target,
        low: float,
        high: float,
        epsilon: float,
        end: float,
        rtol: float = 0.01,
    ) -> None:
        self.on = CellBounds(enclosed(network, low, high), f, epsilon, series_bound(f, network))
        self.f, self.epsilon, self.end, self.rtol = f, epsilon, end, rtol
        self.slack, self.width = self.on.model.slack, high - low
        self.network, self.cells = network, 0
        self.least, self.largest_at = 0.0, low
        self._settled_bound, self._settled_starts = self.slack, list[Array]()
        self._open: list[_Bounded] = []

    @property
    def bound(self) -> float:
        """The largest bound of the cells; it bounds sup |f − N| if the first phase succeeded."""
        return max([self._settled_bound, *(float(some.bound.max()) for some in self._open)])

    @property
    def starts(self) -> Array:
        """The left ends of the cells, ascending, if the first phase succeeded."""
        return np.sort(np.concatenate([*self._settled_starts, *(some.cells.low for some in self._open)]))

    def run(self) -> None:
        """Return if every cell has a bound below ε; otherwise raise StoppedError with the result."""
        if isinstance(self.on.model, StepUnits):
            self._check_jumps(*self.on.model.alone)
        waiting = self._blocks(self._with_errors(self.on.first()))
        while waiting:
            cells = waiting.pop()
            bound = self.on.bound(cells, self.epsilon)
            done = bound < self.epsilon
            self.cells += done.size
            self._keep(_Bounded(cells, bound).chosen(done))
            rest = cells.chosen(~done)
            if rest.low.size:
                self._check_clock(rest, bound[~done], sum(more.low.size for more in waiting))
                wide = self._wide(rest, bound[~done])
                parts = self._cut(rest.chosen(wide), bound[~done][wide], self.epsilon)
                self._check_resolution(parts)
                waiting += self._blocks(parts)

    def tighten(self, most_cells: float = inf) -> None:
        """Divide cells until the bound is at most (1 + rtol) times the largest proved error.

        The search ends before if the time is over, if so many cells were examined, or if rounding prevents more.
        """
        open_, self._open = self._open, []
        limit = self.cells + most_cells
        while open_:
            some = _joined(open_)
            self._probe(some)
            open_, rest = [], some.chosen(some.bound > self.close)
            self._settle([some.chosen(some.bound <= self.close)])
            for start in range(0, rest.bound.size, self.on.model.block):
                block = rest.chosen(np.arange(rest.bound.size)[start : start + self.on.model.block])
                if processor_time() > self.end or self.cells + block.bound.size > limit:
                    self._settle([block])
                    continue
                open_ += self._sharpened(block)

    def _keep(self, some: _Bounded) -> None:
        """Store cells with a bound below ε for the second phase, or settle them at once."""
        close = some.bound <= self.close
        self._settle([some.chosen(close)])
        if not close.all():
            self._open.append(some.chosen(~close))

    def _settle(self, parts: list[_Bounded]) -> None:
        """Count the bounds of cells that are left as they are."""
        for some in parts:
            self._settled_bound = max(self._settled_bound, float(some.bound.max(initial=0.0)))
            self._settled_starts.append(some.cells.low)

    def _sharpened(self, some: _Bounded) -> list[_Bounded]:
        """Return cells divided, with bounds that are not above those before; settle those that cannot be divided."""
        self.on.scale = self.close * min(1.0, self.rtol / 4 / ROUNDING.coarse)
        cells = some.cells
        narrow = (cells.middle <= cells.low) | (cells.middle >= cells.high)
        narrow |= cells.high - cells.low <= self.width * SETTINGS.narrowest
        blurred = some.bound - self.slack <= cells.at_ends + SETTINGS.doubt * _doubt(cells)
        self._settle([some.chosen(narrow)])
        found = self._refined(some.chosen(blurred & ~narrow)) if blurred.any() else []
        rest = some.chosen(~(narrow | blurred))
        if not rest.bound.size:
            return found
        parts = self.on.parts(rest.cells, rest.bound, self.close)
        try:
            children = self._with_errors(self.on.divided(rest.cells, parts))
        except StoppedError:  # f is finite on the cell, but not known well at a point
            self._settle([rest])
            return found
        self.cells += children.low.size
        bound = np.fmin(self.on.bound(children, self.close), np.repeat(rest.bound, parts))
        return [*found, _Bounded(children, bound)]

    def _refined(self, some: _Bounded) -> list[_Bounded]:
        """Return cells with narrower enclosures at their ends, in extended precision; settle those without."""
        cells = self.on.refined(some.cells)
        better = _doubt(cells) < _doubt(some.cells) / 2
        self._settle([some.chosen(~better)])
        if not better.any():
            return []
        finer = cells.chosen(better)
        return [_Bounded(finer, np.fmin(self.on.bound(finer, self.close), some.bound[better]))]

    def _probe(self, some: _Bounded) -> None:
        """Look for the point with the largest error in the cells with the largest bounds."""
        chosen = np.argsort(-some.bound)[: SETTINGS.probed_cells]
        cells = some.cells.chosen(chosen[some.bound[chosen] > self.close])
        low, high = cells.low, cells.high
        for _ in range(2):
            x = np.linspace(low, high, SETTINGS.probes)
            error = np.nan_to_num(np.abs(self.f(x) - self.network(x.ravel()).reshape(x.shape)))
            best = np.argmax(error, axis=0)
            columns = np.arange(low.size)
            low, high = x[np.maximum(best - 1, 0), columns], x[np.minimum(best + 1, len(x) - 1), columns]
        at = x[best, columns]
        inside = (cells.low < at) & (at < cells.high)
        self._note(at[inside], self.on.error_at(at[inside], cells.piece[inside]))

    def _with_errors(self, cells: Cells) -> Cells:
        """Return the cells after their ends are noted; raise the refutation if an end refutes the claim."""
        x, sure = self.on.error_at_ends(cells)
        self._note(x, sure)
        if self.least > self.epsilon:
            reason = f"At x = {self.largest_at!r} the error is at least {self.least:.4g}."
            raise StoppedError("refuted", self.largest_at, reason)
        return cells

    def _note(self, x: Array, sure: Array) -> None:
        """Keep the point with the largest proved error."""
        if sure.size and sure.max() > self.least:
            self.largest_at, self.least = float(x[np.argmax(sure)]), float(sure.max())

    def _check_jumps(self, x: Array, n: Interval) -> None:
        """Check the error at the jumps themselves, where N can differ from its values in both neighboring cells."""
        d = self.on.f_at(x) - n
        self._note(x, d.mignitude)
        if self.least > self.epsilon:
            reason = f"At x = {self.largest_at!r} the error is at least {self.least:.4g}."
            raise StoppedError("refuted", self.largest_at, reason)
        if not (d.magnitude < self.epsilon).all():
            at = float(x[np.argmax(d.magnitude)])
            raise StoppedError(
                "undecided", at, f"At x = {at!r} the error is too close to ε = {self.epsilon:g}."
            )
        self._settled_bound = max(self._settled_bound, float(d.magnitude.max(initial=0.0)))

    def _blocks(self, cells: Cells) -> list[Cells]:
        """Return the cells in blocks that fit into the cache, the leftmost block last."""
        starts = range(0, cells.low.size, self.on.model.block)
        return [cells.chosen(slice(start, start + self.on.model.block)) for start in reversed(starts)]

    def _check_clock(self, cells: Cells, bound: Array, waiting: int) -> None:
        """Raise undecided if the time is over or too many cells wait."""
        if processor_time() > self.end or waiting > SETTINGS.max_waiting:
            at = float(cells.middle[np.argmax(bound)])
            left = cells.low.size + waiting
            raise StoppedError(
                "undecided", at, f"The time ran out with {left} cells left, for example at x = {at:.6g}."
            )

    def _wide(self, cells: Cells, bound: Array) -> Truth:
        """Return which cells can be divided; check the sides of a jump in the others separately, or end the search."""
        narrow = cells.high - cells.low <= self.width * np.where(
            np.isfinite(bound), SETTINGS.narrowest, SETTINGS.narrowest_without_bound
        )
        narrow |= (cells.middle <= cells.low) | (cells.middle >= cells.high)
        for k in np.flatnonzero(narrow):
            cell = cells.chosen(np.array([k]))
            by_cases = self.on.bound_by_cases(cell)
            if not by_cases < self.epsilon:
                raise StoppedError("undecided", float(cell.middle[0]), self._why(cell))
            self._settle([_Bounded(cell, np.array([by_cases]))])
        return np.asarray(~narrow)

    def _check_resolution(self, cells: Cells) -> None:
        """Raise undecided if |D| at an end is not known to be below ε, because no cell with this end can be proved."""
        d = cells.f_low - cells.n_low
        most = iv.up(d.magnitude + self.slack)
        known = np.flatnonzero(~(most < self.epsilon))
        if known.size:  # a jump has its own reason
            known = known[enclose(self.f, cells.low[known], cells.low[known]).continuous]
        if known.size:
            at, least = float(cells.low[known[0]]), float(d.mignitude[known[0]])
            raise StoppedError("undecided", at, self._unresolved(at, least, float(most[known[0]])))

    def _unresolved(self, at: float, least: float, most: float) -> str:
        """Return why the error at a point, between ``least`` and ``most``, cannot be compared with ε."""
        f = enclose_points(self.f, np.array([at]))
        off = float(f.hi[0] - f.lo[0]) / 2
        here = f"At x = {at!r} the error is between {least:.6g} and {most:.6g}."
        if off > SETTINGS.lost_digits * self.epsilon:
            return f"{here} The formula of f loses its digits there. Its error in float64 can be {off:.1g}."
        return f"{here} In float64 it cannot be decided whether this is below ε."

    def _why(self, cell: Cells) -> str:
        """Return why a narrow cell cannot be proved."""
        here = f"near x = {cell.middle[0]:.6g}"
        f = enclose(self.f, cell.low, cell.high)
        if not f.defined[0]:
            return f"The function may be undefined or unbounded {here}."
        if not f.continuous[0]:
            return f"The function may jump {here}."
        return f"The error {here} is too close to ε = {self.epsilon:g} for a decision in float64."

    def _cut(self, cells: Cells, bound: Array, goal: float) -> Cells:
        """Return each cell divided into as many parts as the goal needs."""
        return self._with_errors(self.on.divided(cells, self.on.parts(cells, bound, goal)))


def _joined(parts: list[_Bounded]) -> _Bounded:
    """Return all cells with their bounds."""
    columns = zip(*(part.cells for part in parts))
    joined: list[Any] = [
        Interval(np.concatenate([one.lo for one in column]), np.concatenate([one.hi for one in column]))
        if isinstance(column[0], Interval)
        else np.concatenate(column)
        for column in columns
    ]
    return _Bounded(Cells(*joined), np.concatenate([part.bound for part in parts]))


def _doubt(cells: Cells) -> Array:
    """Return the largest width of the enclosures of f − N at the ends, (m,)."""
    both = (cells.f_low - cells.n_low, cells.f_high - cells.n_high)
    return np.asarray(np.maximum.reduce([d.hi - d.lo for d in both]))
