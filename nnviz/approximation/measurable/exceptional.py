"""Cover the points where f is not continuous by intervals of a given total length, so that f is continuous elsewhere.

Enclosures find the points where a formula jumps, is unbounded, oscillates without a limit or has no value: K is divided
until f is proved to be defined, bounded and continuous on all cells but some, which are short in all. This is Lusin's
theorem for a formula: a measurable f is continuous on a compact set, up to a set of measure δ (Lusin 1912). The rest of
δ covers the places where an approximation needs the most linear pieces, which are next to poles and oscillations.
"""

from typing import Final, NamedTuple

import numpy as np

from nnviz._types import Array, Bounds, Index, Truth
from nnviz.approximation.measurable.intervals import merged, total_length, widened
from nnviz.enclosures import enclose
from nnviz.enclosures.breaks import breaks
from nnviz.targets.convert import Target


class CoverSettings(NamedTuple):
    """The numbers that tune the choice of exceptional intervals. Shares are shares of δ."""

    found: float = 1 / 16  # share for the cells in which f may be discontinuous
    jumps: float = 1 / 8  # share for widening these cells, so that the network need not be steep
    jumps_if_full: float = 0.99  # the same, and for the cells, where nothing else is covered
    costly: float = 0.75  # share for the places that need the most pieces
    bins: int = 64  # into which the costly share is divided
    max_bins: int = 2**14  # that are examined
    most_bins_of_an_interval: float = 2.0**40  # with more, the ends of bins are not exact
    cells_of_a_bin: int = 16
    most_pieces_of_a_cell: float = 16.0
    neighbors: int = 2  # bins on each side whose pieces count too
    pieces_of_a_jump: float = 2.0
    worthwhile: float = 4.0  # pieces that an exceptional interval must save
    max_cells: int = 2**17
    max_rounds: int = 1060
    patience: int = 12  # rounds after which the cells must have become shorter
    most_left: float = 0.5  # the share of their first length that they may still have then


SETTINGS: Final = CoverSettings()


class Cover(NamedTuple):
    """Exceptional intervals (n, 2), disjoint and ascending, and a bound of their total length.

    Outside of them f is proved to be defined, bounded and continuous, unless ``length`` is above the length asked for.
    """

    intervals: Array
    length: float


def discontinuities(f: Target, interval: Bounds, length: float) -> Cover:
    """Return intervals of at most a total ``length`` outside of which f is continuous, or the shortest ones found."""
    low, high = interval
    nodes = np.union1d(breaks(f, low, high), [low, high])
    left, right = _doubtful(f, nodes[:-1], nodes[1:])
    first = float((right - left).sum())
    for number in range(SETTINGS.max_rounds):
        total = float((right - left).sum())
        middle = left + (right - left) / 2
        divisible = (left < middle) & (middle < right)
        stuck = number == SETTINGS.patience and total > SETTINGS.most_left * first
        if total <= length * (1 - 1e-9) or not divisible.any() or left.size > SETTINGS.max_cells or stuck:
            break
        kept = [part[~divisible] for part in (left, right)]
        starts = np.concatenate([left[divisible], middle[divisible]])
        stops = np.concatenate([middle[divisible], right[divisible]])
        new = _doubtful(f, starts, stops)
        left, right = (np.concatenate(pair) for pair in zip(kept, new))
    found = merged(np.column_stack([left, right]))
    return Cover(found, total_length(found))


def exceptional_intervals(
    f: Target,
    interval: Bounds,
    epsilon: float,
    measure: float,
    *,
    steep: bool = False,
    full: bool = False,
) -> Cover:
    """Return intervals of total length at most ``measure`` that cover the discontinuities of f, and costly places.

    steep: look for costly places on all of K, not only next to discontinuities. full: widen the discontinuities with
    nearly all of δ instead, as where waves become ever shorter. If ``length`` of the result is larger,
    then f may be discontinuous or undefined on a set that is too large.
    """
    found = discontinuities(f, interval, SETTINGS.found * measure)
    if found.length > measure or not (len(found.intervals) or steep):
        return found
    if full:
        wide = widened(found.intervals, interval, SETTINGS.jumps_if_full * measure - found.length)
        return Cover(wide, total_length(wide))
    room = min(SETTINGS.costly * measure, 0.97 * measure - found.length)
    costly = _costly(f, interval, np.array([interval]) if steep else found.intervals, epsilon, room)
    both = merged(np.concatenate([found.intervals, costly]))
    rest = min(SETTINGS.jumps * measure, 0.99 * measure - total_length(both))
    both = widened(both, interval, max(rest, 0.0))
    return Cover(both, total_length(both))


def _doubtful(f: Target, low: Array, high: Array) -> tuple[Array, Array]:
    """Return the cells on which f is not proved to be defined, bounded and continuous."""
    known = enclose(f, low, high)
    bad = ~(known.defined & known.continuous & known.value.finite)
    return low[bad], high[bad]


def _costly(f: Target, interval: Bounds, around: Array, epsilon: float, room: float) -> Array:
    """Return intervals of at most a total length ``room`` near others where f needs the most linear pieces."""
    low, high = interval
    width = room / SETTINGS.bins
    while _count(around, room, width) > 64 * SETTINGS.max_bins:
        width *= 2
    if width > room / 4 or high - low > SETTINGS.most_bins_of_an_interval * width:
        return np.empty((0, 2))
    bins = _bins_near(around, interval, room, width)
    bins = bins[:: max(1, bins.size // SETTINGS.max_bins)] if bins.size > SETTINGS.max_bins else bins
    pieces = _pieces(f, low + bins * width, width, epsilon)
    np.add.at(pieces, _bins_with_jumps(bins, around, low, width), SETTINGS.pieces_of_a_jump)
    chosen = np.sort(np.argsort(-pieces, kind="stable")[: int(room / width)])
    chosen = chosen[pieces[chosen] > 0]
    ends = np.column_stack([low + bins[chosen] * width, low + (bins[chosen] + 1) * width])
    return _worthwhile(np.clip(ends, low, high), pieces[chosen], width)


def _count(around: Array, room: float, width: float) -> float:
    """Return how many bins are near the intervals, at most."""
    return float(((around[:, 1] - around[:, 0] + 2 * room) / width + 2).sum())


def _bins_near(around: Array, interval: Bounds, room: float, width: float) -> Array:
    """Return the numbers of the bins of K that are at most ``room`` away from the intervals."""
    low, high = interval
    first = np.floor((np.maximum(around[:, 0] - room, low) - low) / width).astype(np.int64)
    last = np.ceil((np.minimum(around[:, 1] + room, high) - low) / width).astype(np.int64)
    counts = np.maximum(last - first, 1)
    start = np.repeat(first, counts)
    return np.unique(start + np.arange(start.size) - np.repeat(np.cumsum(counts) - counts, counts))


def _pieces(f: Target, start: Array, width: float, epsilon: float) -> Array:
    """Return the predicted pieces of an ε-approximation in each bin, from second differences of f."""
    n = SETTINGS.cells_of_a_bin
    y = f(start[:, None] + width * np.arange(2 * n + 1) / (2 * n))
    with np.errstate(all="ignore"):
        bend = np.abs(y[:, :-2:2] - 2 * y[:, 1:-1:2] + y[:, 2::2])
        pieces = np.sqrt(bend / (4 * epsilon))
    most = SETTINGS.most_pieces_of_a_cell
    found = np.minimum(np.nan_to_num(pieces, nan=most, posinf=most), most).sum(axis=1)
    around = [np.roll(found, k) for k in range(-SETTINGS.neighbors, SETTINGS.neighbors + 1)]
    return np.asarray(np.maximum.reduce(around))  # the points can miss the waves in one bin


def _bins_with_jumps(bins: Array, around: Array, low: float, width: float) -> Index:
    """Return the positions of the bins in which the intervals begin."""
    place = np.searchsorted(bins, np.floor((around[:, 0] - low) / width))
    return np.asarray(place[place < bins.size])


def _worthwhile(ends: Array, pieces: Array, width: float) -> Array:
    """Return the connected groups of bins that save enough pieces."""
    if not len(ends):
        return ends
    tolerance = np.array([0.0, width / 64])
    groups = merged(ends + tolerance)
    number = np.searchsorted(groups[:, 0], ends[:, 0], side="right") - 1
    saved = np.bincount(number, pieces, len(groups))
    kept: Truth = saved >= SETTINGS.worthwhile
    return np.asarray(groups[kept] - tolerance)
