"""Sample points for a piecewise linear approximation: dense where the function bends, as it bends there.

A chord over a cell of width h departs from f by d = h²|f″|/8. The best piece with error ε departs by 2ε, so a cell
holds √(d/2ε) pieces, and sums of it count the pieces that f will need: ∫√|f″| dx / (4√ε) for a smooth f.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.functions import Expression, PiecewiseLinear

Array = NDArray[np.float64]
Target = Expression | PiecewiseLinear

CELLS: Final = 256
MOST: Final = 2**19  # samples
PER_PIECE: Final = 16
SURPLUS: Final = 500
_PLENTY: Final = 120_000  # samples: beyond that pieces get fewer, as walking through them takes seconds
_SPARSEST: Final = 8  # in a piece
_STRAIGHT: Final = 1 / 64  # of ε: a chord that departs less is straight enough
_QUIET: Final = 1 / 4  # of ε: f need not be known where it varies less
_DEPTH: Final = 1000
_NARROWEST: Final = 1e-270  # x^0.02 is 1e-5 at 1e-250; for narrower cells products underflow
_BENT: Final = 1 / 24  # of ε: a cell between samples that departs more was not seen as it is
_CHECKS: Final = 8
_LOOKS: Final = 12
_RICHEST: Final = 256
_NOISE: Final = 8  # units in the last place, of f and of x: departures below are rounding
_GOLDEN: Final = (5**0.5 - 1) / 2


class TooFine(ValueError):
    """More samples would be needed than are allowed: ``pieces`` says how many pieces were in sight by then."""

    def __init__(self, pieces: float) -> None:
        self.pieces = pieces
        super().__init__(
            f"f bends so often that {pieces:.0f} pieces are in sight, and {MOST // PER_PIECE} are the most"
        )


class Grid(NamedTuple):
    """Sample points x (n,), ascending from one end of the interval to the other, and the pieces they foresee.

    Between m samples in a piece, f departs from its chords by ``sag`` = 2/m², in units of ε.
    """

    x: Array
    pieces: float
    sag: float


class _Cells(NamedTuple):
    left: Array  # (m,)
    right: Array  # (m,)
    first: Array  # (m,)  how far f departs from its chord over the left half
    second: Array  # (m,)  … over the right half
    whole: Array  # (m,)  … over the cell
    hidden: Array  # (m,)  how far the slopes at ¼ and ¾ of it are from foretelling the middle
    range: Array  # (m,)  how far the values at five points are apart


def spread(
    f: Target,
    interval: tuple[float, float],
    epsilon: float,
    at: ArrayLike = (),
    surplus: int = SURPLUS,
    each: int = PER_PIECE,
) -> Grid:
    """Points with ``each`` samples in a piece of an ε-approximation (fewer beyond 7500 pieces), and ``surplus`` more.

    The points ``at`` are among them. Cells are halved until f bends evenly in each of them, or by less than ε/64, so
    points crowd together towards √|x| at 0 or x sin(1/x). Where f is not finite nothing is refined. Raises TooFine
    beyond 2¹⁹ samples.
    """
    low, high = interval
    edges = np.unique(np.concatenate([np.linspace(low, high, CELLS + 1), np.asarray(at, float)]))
    left, right = edges[:-1], edges[1:]
    done: list[_Cells] = []
    seen = 0.0  # pieces in those
    for more in reversed(range(_DEPTH)):
        cells = _measure(f, left, right)
        uneven = ~_even(f, cells, epsilon) & (more > 0)
        rest, even = (_Cells(*(column[which] for column in cells)) for which in (uneven, ~uneven))
        done.append(even)
        seen += float(_pieces(even, epsilon).sum())
        if not uneven.any():
            break
        left, right = _halves(rest.left, rest.right)
        foreseen = seen + float(_pieces(rest, epsilon).sum())
        if foreseen * PER_PIECE > MOST:
            raise TooFine(foreseen)
    grid = _filled(_joined(done), epsilon, surplus, each)
    return grid._replace(x=_checked(f, grid.x, epsilon))


def _checked(f: Target, x: Array, epsilon: float) -> Array:
    """The points, with three more in each cell whose middle is off its chord: where a wave hid between five samples."""
    for _ in range(_CHECKS):
        step = np.diff(x)
        y, middle = f(x), f(x[:-1] + 0.5 * step)
        with np.errstate(invalid="ignore", over="ignore"):
            noise = _NOISE * (
                np.spacing(np.abs(middle)) + np.abs(np.diff(y) / step) * np.spacing(np.abs(x[1:]))
            )
            bent = np.abs(middle - 0.5 * (y[:-1] + y[1:])) > np.maximum(_BENT * epsilon, noise)
        if not bent.any() or len(x) > MOST:
            break
        x = np.unique(
            np.concatenate([x, *(x[:-1][bent] + step[bent] * share for share in (0.25, 0.5, 0.75))])
        )
    return x


def _measure(f: Target, left: Array, right: Array) -> _Cells:
    x = left + (right - left) * np.linspace(0, 1, 5)[:, None]
    y, slope = f(x), f.gradient(x[1::2])
    with np.errstate(invalid="ignore", over="ignore"):
        first = np.abs(y[1] - 0.5 * (y[0] + y[2]))
        second = np.abs(y[3] - 0.5 * (y[2] + y[4]))
        whole = np.abs(y[2] - 0.5 * (y[0] + y[4]))
        hidden = np.abs(y[2] - 0.5 * (y[1] + y[3]) - (right - left) / 16 * (slope[0] - slope[1]))
        noise = _NOISE * (
            np.spacing(np.abs(y).max(axis=0)) + np.abs(slope).max(axis=0) * np.spacing(np.abs(x[4]))
        )
        found = [np.where(d > noise, d, 0.0) for d in (first, second, whole, hidden)]
    return _Cells(left, right, *np.nan_to_num((*found, np.ptp(y, axis=0)), nan=0.0, posinf=0.0))


def _even(f: Target, cells: _Cells, epsilon: float) -> NDArray[np.bool_]:
    """Cells where f bends evenly (departures 1 : 1 : 4) or not at all, as its slopes say too; or hardly moves; or as
    small as can be.
    """
    more, less = np.maximum(cells.first, cells.second), np.minimum(cells.first, cells.second)
    straight = np.maximum(more, cells.whole) <= _STRAIGHT * epsilon
    parabola = (more <= 2 * less) & (2 * more < cells.whole) & (cells.whole < 8 * less)
    floats = np.spacing(np.maximum(np.abs(cells.left), np.abs(cells.right)))
    smallest = cells.right - cells.left <= np.maximum(8 * floats, _NARROWEST)
    seen = cells.hidden <= np.maximum(_STRAIGHT * epsilon, 0.25 * cells.whole)
    even = np.asarray((straight | parabola) & seen | smallest)
    quiet = np.flatnonzero(~even & (cells.range <= _QUIET * epsilon))
    even[quiet] = _quiet(f, cells.left[quiet], cells.right[quiet], epsilon)
    return even


def _quiet(f: Target, left: Array, right: Array, epsilon: float) -> NDArray[np.bool_]:
    """Whether f hardly moves at other points of cells where it does not at five, which waves may deceive."""
    shares = np.arange(1, _LOOKS + 1) * _GOLDEN % 1.0
    with np.errstate(invalid="ignore"):
        moves = np.ptp(f(left + (right - left) * shares[:, None]), axis=0)
    return np.asarray(~(moves > 2 * _QUIET * epsilon))


def _halves(left: Array, right: Array) -> tuple[Array, Array]:
    middle = 0.5 * (left + right)
    return np.concatenate([left, middle]), np.concatenate([middle, right])


def _joined(parts: list[_Cells]) -> _Cells:
    cells = _Cells(*(np.concatenate(columns) for columns in zip(*parts)))
    order = np.argsort(cells.left)
    return _Cells(*(column[order] for column in cells))


def _pieces(cells: _Cells, epsilon: float) -> Array:
    """√(d/2ε) of the two halves of each cell, 256 at most: a jump is not worth more."""
    return np.asarray(
        np.minimum((np.sqrt(cells.first) + np.sqrt(cells.second)) / np.sqrt(2 * epsilon), _RICHEST)
    )


def _filled(cells: _Cells, epsilon: float, surplus: int, each: int) -> Grid:
    """Evenly spaced points inside each cell, as many as its pieces ask for."""
    pieces = _pieces(cells, epsilon)
    total = float(pieces.sum())
    density = max(_SPARSEST, min(each, _PLENTY / max(total, 1.0))) + surplus / max(total, 1.0)
    counts = np.maximum(1, np.ceil(density * pieces)).astype(int)
    start = np.repeat(cells.left, counts)
    step = np.repeat((cells.right - cells.left) / counts, counts)
    place = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return Grid(np.unique(np.append(start + step * place, cells.right[-1])), total, 2 / density**2)


def sags(f: Target, x: Array, y: Array) -> Array:
    """How far f departs from its chords next to each sample, (n,), as the middles of the cells show."""
    with np.errstate(invalid="ignore", over="ignore"):
        sag = np.abs(f(x[:-1] + 0.5 * np.diff(x)) - 0.5 * (y[:-1] + y[1:]))
    sag = np.nan_to_num(sag, nan=0.0, posinf=0.0)
    return np.asarray(np.maximum(np.append(sag, 0.0), np.append(0.0, sag)))


def missed(f: Target, g: Callable[[Array], Array], x: Array, epsilon: float) -> Array:
    """Points of a part of the cells between samples x where |f − g| > ε, a different place in each cell, and nearby.

    For an approximation g that is within ε at the samples: here is where these do not show f as it is.
    """
    place = np.arange(1, len(x)) * _GOLDEN % 1.0
    found = x[:-1] + np.diff(x) * np.stack([place, (place + 0.5) % 1.0])
    with np.errstate(invalid="ignore"):
        bad = np.abs(f(found) - g(found)) > epsilon
    cells = np.flatnonzero(bad.any(axis=0))
    return np.union1d(found[bad], x[cells] + np.diff(x)[cells] * np.linspace(0, 1, 9)[:, None])
