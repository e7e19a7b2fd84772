"""Choose sample points for a piecewise linear approximation, with a density that follows the second derivative of f.

The chord of f on a cell of width h deviates from f by d = h²|f″|/8. The best linear piece with error ε deviates by
2ε from the chord. So a cell needs √(d/2ε) pieces, and the sum over cells predicts the number of pieces: ∫√|f″| dx /
(4√ε) for a smooth f.
"""

from collections.abc import Callable
from math import inf
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnviz._clock import processor_time
from nnviz._types import Array, Truth
from nnviz.targets.convert import Target


class SamplingSettings(NamedTuple):
    """The numbers that tune the choice of samples."""

    first_cells: int = 256  # cells before any halving
    max_samples: int = 2**19  # samples of an interval
    samples_per_piece: int = 16  # by default
    surplus: int = 500  # samples beyond those of the pieces, by default
    many_samples: int = 120_000  # with more, each piece gets fewer, because a path takes seconds
    min_samples_per_piece: int = 8  # however many pieces there are
    straight: float = 1 / 64  # of ε; a chord with a smaller deviation counts as f itself
    small_variation: float = 1 / 4  # of ε; f need not be known where it varies less
    max_halvings: int = 1000  # of one cell
    narrowest: float = (
        1e-270  # width of a cell; x^0.02 is 1e-5 at 1e-250, and products underflow in narrower cells
    )
    checked_deviation: float = 1 / 24  # of ε; a cell with a larger deviation gets more samples
    check_rounds: int = 8  # of adding samples to such cells
    further_points: int = 12  # of a cell in which f seems to vary little
    max_pieces_of_a_cell: int = 256  # as a jump needs no more
    rounding_units: int = 8  # in the last place, of f and of x; smaller deviations are due to rounding


SETTINGS: Final = SamplingSettings()
_GOLDEN: Final = (5**0.5 - 1) / 2


class TooManyPieces(ValueError):
    """The error that more samples would be needed than are allowed; ``pieces`` is the predicted number of pieces."""

    def __init__(self, pieces: float) -> None:
        self.pieces = pieces
        super().__init__(
            f"f bends so often that it needs about {pieces:.0f} linear pieces. At most "
            f"{SETTINGS.max_samples // SETTINGS.samples_per_piece} are built."
        )


class Grid(NamedTuple):
    """Sample points x (n,), ascending from one end of the interval to the other, and the predicted number of pieces.

    With m samples in a piece, f deviates from its chords by ``deviation`` = 2/m², in units of ε.
    """

    x: Array
    pieces: float
    deviation: float


class _Cells(NamedTuple):
    """m cells, and how far f deviates from linear on them, from values at five points; all arrays (m,)."""

    left: Array
    right: Array
    first: Array  # the deviation of f from its chord on the left half
    second: Array  # the deviation on the right half
    whole: Array  # the deviation on the cell
    hidden: Array  # the error of a prediction of the middle from the derivatives at ¼ and ¾ of the cell
    range: Array  # the largest minus the smallest of the five values


def spread(
    f: Target,
    interval: tuple[float, float],
    epsilon: float,
    at: ArrayLike = (),
    surplus: int = SETTINGS.surplus,
    each: int = SETTINGS.samples_per_piece,
    deadline: float = inf,
) -> Grid:
    """Return points with ``each`` samples for each piece of an ε-approximation, and ``surplus`` more.

    The points ``at`` are among them. Beyond 7500 pieces there are fewer samples for each piece. Cells are halved
    until f is almost a parabola in each of them, or deviates from its chord by less than ε/64. So the points are
    dense near 0 for √|x| and x sin(1/x). Cells where f is not finite are not halved. At the
    ``deadline``, in the time of ``processor_time``, the cells are left as they are. Raises TooManyPieces beyond 2¹⁹
    samples.
    """
    low, high = interval
    edges = np.unique(
        np.concatenate([np.linspace(low, high, SETTINGS.first_cells + 1), np.asarray(at, float)])
    )
    left, right = edges[:-1], edges[1:]
    done: list[_Cells] = []
    seen = 0.0  # pieces in those
    for more in reversed(range(SETTINGS.max_halvings)):
        cells = _measure(f, left, right)
        unresolved = ~_is_resolved(f, cells, epsilon) & (more > 0) & (processor_time() < deadline)
        rest, resolved = (_Cells(*(column[which] for column in cells)) for which in (unresolved, ~unresolved))
        done.append(resolved)
        seen += float(_pieces(resolved, epsilon).sum())
        if not unresolved.any():
            break
        left, right = _halves(rest.left, rest.right)
        foreseen = seen + float(_pieces(rest, epsilon).sum())
        if foreseen * SETTINGS.samples_per_piece > SETTINGS.max_samples:
            raise TooManyPieces(foreseen)
    grid = _filled(_joined(done), epsilon, surplus, each)
    return grid._replace(x=_checked(f, grid.x, epsilon))


def _checked(f: Target, x: Array, epsilon: float) -> Array:
    """Return the points, with three more in each cell whose middle is far from its chord.

    This finds waves between the five points at which a cell was examined.
    """
    for _ in range(SETTINGS.check_rounds):
        step = np.diff(x)
        y, middle = f(x), f(x[:-1] + 0.5 * step)
        with np.errstate(invalid="ignore", over="ignore"):
            noise = SETTINGS.rounding_units * (
                np.spacing(np.abs(middle)) + np.abs(np.diff(y) / step) * np.spacing(np.abs(x[1:]))
            )
            bent = np.abs(middle - 0.5 * (y[:-1] + y[1:])) > np.maximum(
                SETTINGS.checked_deviation * epsilon, noise
            )
        if not bent.any() or len(x) > SETTINGS.max_samples:
            break
        x = np.unique(
            np.concatenate([x, *(x[:-1][bent] + step[bent] * share for share in (0.25, 0.5, 0.75))])
        )
    return x


def _measure(f: Target, left: Array, right: Array) -> _Cells:
    """Return the cells with their deviations; deviations below the rounding of f are 0."""
    x = left + (right - left) * np.linspace(0, 1, 5)[:, None]
    y, slope = f(x), f.gradient(x[1::2])
    with np.errstate(invalid="ignore", over="ignore"):
        first = np.abs(y[1] - 0.5 * (y[0] + y[2]))
        second = np.abs(y[3] - 0.5 * (y[2] + y[4]))
        whole = np.abs(y[2] - 0.5 * (y[0] + y[4]))
        hidden = np.abs(y[2] - 0.5 * (y[1] + y[3]) - (right - left) / 16 * (slope[0] - slope[1]))
        noise = SETTINGS.rounding_units * (
            np.spacing(np.abs(y).max(axis=0)) + np.abs(slope).max(axis=0) * np.spacing(np.abs(x[4]))
        )
        found = [np.where(d > noise, d, 0.0) for d in (first, second, whole, hidden)]
    return _Cells(left, right, *np.nan_to_num((*found, np.ptp(y, axis=0)), nan=0.0, posinf=0.0))


def _is_resolved(f: Target, cells: _Cells, epsilon: float) -> Truth:
    """Return which cells need no halving, (m,).

    There f is almost linear, or almost a parabola (deviations 1 : 1 : 4), as its derivatives confirm; or f varies
    little; or the cell is as small as possible.
    """
    more, less = np.maximum(cells.first, cells.second), np.minimum(cells.first, cells.second)
    straight = np.maximum(more, cells.whole) <= SETTINGS.straight * epsilon
    parabola = (more <= 2 * less) & (2 * more < cells.whole) & (cells.whole < 8 * less)
    floats = np.spacing(np.maximum(np.abs(cells.left), np.abs(cells.right)))
    smallest = cells.right - cells.left <= np.maximum(8 * floats, SETTINGS.narrowest)
    seen = cells.hidden <= np.maximum(SETTINGS.straight * epsilon, 0.25 * cells.whole)
    resolved = np.asarray((straight | parabola) & seen | smallest)
    flat = np.flatnonzero(~resolved & (cells.range <= SETTINGS.small_variation * epsilon))
    resolved[flat] = _varies_little(f, cells.left[flat], cells.right[flat], epsilon)
    return resolved


def _varies_little(f: Target, left: Array, right: Array, epsilon: float) -> Truth:
    """Return whether f varies little at twelve further points of cells in which its values at five points are close."""
    shares = np.arange(1, SETTINGS.further_points + 1) * _GOLDEN % 1.0
    with np.errstate(invalid="ignore"):
        moves = np.ptp(f(left + (right - left) * shares[:, None]), axis=0)
    return np.asarray(~(moves > 2 * SETTINGS.small_variation * epsilon))


def _halves(left: Array, right: Array) -> tuple[Array, Array]:
    """Return the ends of the left halves and of the right halves of cells."""
    middle = 0.5 * (left + right)
    return np.concatenate([left, middle]), np.concatenate([middle, right])


def _joined(parts: list[_Cells]) -> _Cells:
    """Return all cells in ascending order."""
    cells = _Cells(*(np.concatenate(columns) for columns in zip(*parts)))
    order = np.argsort(cells.left)
    return _Cells(*(column[order] for column in cells))


def _pieces(cells: _Cells, epsilon: float) -> Array:
    """Return the predicted pieces in each cell, √(d/2ε) summed over its halves, at most 256, as for a jump."""
    return np.asarray(
        np.minimum(
            (np.sqrt(cells.first) + np.sqrt(cells.second)) / np.sqrt(2 * epsilon),
            SETTINGS.max_pieces_of_a_cell,
        )
    )


def _filled(cells: _Cells, epsilon: float, surplus: int, each: int) -> Grid:
    """Return the grid with evenly spaced points in each cell, as many as its predicted pieces need."""
    pieces = _pieces(cells, epsilon)
    total = float(pieces.sum())
    density = max(
        SETTINGS.min_samples_per_piece, min(each, SETTINGS.many_samples / max(total, 1.0))
    ) + surplus / max(total, 1.0)
    counts = np.maximum(1, np.ceil(density * pieces)).astype(int)
    start = np.repeat(cells.left, counts)
    step = np.repeat((cells.right - cells.left) / counts, counts)
    place = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return Grid(np.unique(np.append(start + step * place, cells.right[-1])), total, 2 / density**2)


def chord_deviations(f: Target, x: Array, y: Array) -> tuple[Array, Array]:
    """Return how far f is above and below its chords next to each sample, (n,) each, at the middles of the cells."""
    with np.errstate(invalid="ignore", over="ignore"):
        above = f(x[:-1] + 0.5 * np.diff(x)) - 0.5 * (y[:-1] + y[1:])
    above = np.nan_to_num(above, nan=0.0, posinf=0.0, neginf=0.0)
    sides = np.maximum(above, 0.0), np.maximum(-above, 0.0)
    one, other = (np.maximum(np.append(side, 0.0), np.append(0.0, side)) for side in sides)
    return one, other


def large_errors(f: Target, g: Callable[[Array], Array], x: Array, epsilon: float) -> Array:
    """Return points with |f − g| > ε, found at two points of each cell between samples x, and further points nearby.

    For an approximation g that is within ε at the samples, such points show that the samples do not represent f.
    """
    place = np.arange(1, len(x)) * _GOLDEN % 1.0
    found = x[:-1] + np.diff(x) * np.stack([place, (place + 0.5) % 1.0])
    with np.errstate(invalid="ignore"):
        bad = np.abs(f(found) - g(found)) > epsilon
    cells = np.flatnonzero(bad.any(axis=0))
    return np.union1d(found[bad], x[cells] + np.diff(x)[cells] * np.linspace(0, 1, 9)[:, None])
