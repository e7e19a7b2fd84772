"""Prove |f − N| < ε on a box of two inputs outside of a set of measure at most δ, or bound ∫ (f − N)² over the box.

The box is divided into smaller boxes. On each of them ``certificate.plane`` bounds |f − N| from both sides. A small box
that is not proved is divided. Those on which |f − N| is proved to be at least ε, and those that stay undecided, become
exceptional. The claim is proved if their areas add up to at most δ, rounded up. It is refuted if the boxes with
|f − N| ≥ ε alone have a larger area.

For the root mean square let D = f − N and let I D be the bilinear interpolation of D between the corners of a small
box. By Minkowski's inequality the root mean squares over the small box satisfy

    ‖I D‖ − sup |D − I D| ≤ ‖D‖ ≤ ‖I D‖ + sup |D − I D|,     inf |D| ≤ ‖D‖ ≤ sup |D|,

and ‖I D‖² is a quadratic form in the values at the corners: the product of the forms (a² + ab + b²)/3 of both sides.
"""

from math import inf
from typing import Final, NamedTuple

import numpy as np

from nnviz._clock import processor_time
from nnviz._types import Array, Box, PlanePoint, Truth
from nnviz.approximation.certificate.plane import Examined, PlaneSearch, cut, first_boxes, in_blocks
from nnviz.approximation.certificate.plane_model import Boxes
from nnviz.approximation.certificate.record import Status
from nnviz.approximation.measurable.box_sets import areas, chosen_boxes, merged_boxes, total_area
from nnviz.enclosures import Interval
from nnviz.enclosures import intervals as iv
from nnviz.expressions import Expression
from nnviz.networks import ShallowNetwork


class PlaneProofSettings(NamedTuple):
    """The numbers that tune the search for a proof on a box."""

    max_boxes: int = 2**17  # that wait at the same time
    rounds: int = 60
    fine_boxes: int = 1500  # undecided boxes that fit into δ are divided until they are so many
    share_of_time: float = 0.6  # or until so much of the time is over
    narrowest: float = 2.0**-40  # side of a box over the side of K
    rtol: float = 0.01  # of the bounds of the root mean square, at which the search ends
    left: float = 0.25  # of the doubt, in the boxes that are not divided next


SETTINGS: Final = PlaneProofSettings()


class OutsideBoxes(NamedTuple):
    """The result: the status, and bounds of |f − N| outside of the exceptional boxes (n, 2, 2), each ((a, b), (c, d)).

    low: outside of every set of measure δ, sup |f − N| is at least so large. cells: the number of examined boxes.
    """

    status: Status
    low: float
    bound: float
    exceptional: Array
    cells: int


class SquareBounds(NamedTuple):
    """Proved bounds low ≤ (1/|K| ∫ (f − N)²)^½ ≤ high, and where |f − N| has no bound, or None."""

    low: float
    high: float
    at: PlanePoint | None
    cells: int


@np.errstate(all="ignore")
def prove_outside_boxes(
    network: ShallowNetwork, f: Expression, box: Box, epsilon: float, measure: float, end: float
) -> OutsideBoxes:
    """Prove or refute |f − N| < ε on a box outside of a set of measure δ = ``measure``, until the time ``end``."""
    search = PlaneSearch(network, f, box, epsilon, end)
    start, boxes = processor_time(), first_boxes(search.low, search.high)
    settled, bound, wrong, refuting = list[tuple[Array, Array]](), 0.0, list[Boxes](), 0.0
    for _ in range(SETTINGS.rounds):
        found = _examined(search, boxes)
        done, bad = found.most < epsilon, found.least >= epsilon
        bound = max(bound, float(found.most[done].max(initial=0.0)))
        rest = ~done & ~bad & ~_narrow(search, boxes)
        settled.append((found.least[~rest], areas(boxes).lo[~rest]))
        wrong.append(chosen_boxes(boxes, ~done & ~rest))
        refuting += float(areas(boxes).lo[bad].sum()) * (1 - 2.0**-30)
        boxes, along, least = chosen_boxes(boxes, rest), found.along[:, rest], found.least[rest]
        total = total_area([*wrong, boxes])
        fine = len(boxes.low) > SETTINGS.fine_boxes or processor_time() > _share(start, end)
        late = processor_time() > end or len(boxes.low) > SETTINGS.max_boxes
        if not len(boxes.low) or (total <= measure and fine) or refuting > measure or late:
            break
        boxes = cut(boxes, along)
        least = np.tile(least, 2)
    settled.append((least, areas(boxes).lo))
    exceptional = merged_boxes([*wrong, boxes])
    status: Status = "proved" if total <= measure else "refuted" if refuting > measure else "undecided"
    return OutsideBoxes(status, _above_measure(settled, measure), bound, exceptional, search.cells)


def _share(start: float, end: float) -> float:
    return start + SETTINGS.share_of_time * (end - start)


def _examined(search: PlaneSearch, boxes: Boxes) -> Examined:
    """Return what is proved on boxes, computed in blocks; boxes that come after the time have no bound."""
    parts = list[Examined]()
    for block in in_blocks(boxes, search.model.block):
        if processor_time() <= search.end or not parts:
            parts.append(search.examine(block))
            continue
        n = len(block.low)
        unknown = Interval(np.full((n, 4), -inf), np.full((n, 4), inf))
        parts.append(Examined(unknown, np.full(n, inf), np.zeros(n), np.full(n, inf), np.full((2, n), inf)))
    four = Interval(*(np.concatenate([getattr(part.four, side) for part in parts]) for side in ("lo", "hi")))
    most, least, beyond = (np.concatenate(column) for column in zip(*(part[1:4] for part in parts)))
    return Examined(four, most, least, beyond, np.concatenate([part.along for part in parts], axis=1))


def _narrow(search: PlaneSearch, boxes: Boxes) -> Truth:
    """Return which boxes are too narrow to be divided."""
    return np.asarray((boxes.high - boxes.low <= (search.high - search.low) * SETTINGS.narrowest).any(axis=1))


def _above_measure(settled: list[tuple[Array, Array]], measure: float) -> float:
    """Return the largest t for which the boxes with an error of at least t have an area above δ in all, or 0."""
    error, area = (np.concatenate(column) for column in zip(*settled))
    order = np.argsort(-error)
    total = np.cumsum(area[order]) * (1 - (area.size + 2) * 2.0**-52)
    k = int(np.searchsorted(total, measure, side="right"))
    return float(error[order[k]]) if k < area.size else 0.0


# --- the root mean square ---


@np.errstate(all="ignore")
def square_bounds(
    network: ShallowNetwork, f: Expression, box: Box, end: float, goal: float | None = None
) -> SquareBounds:
    """Return proved bounds of the root mean square of f − N over a box, until the time ``end``.

    The search ends when the root mean square is known to be below or above the ``goal``; without one, when it is known
    to be finite.
    """
    scale = goal or 1.0
    search = PlaneSearch(network, f, box, scale, end)
    whole = areas(Boxes(search.low[None], search.high[None]))
    boxes = first_boxes(search.low, search.high)
    found = _examined(search, boxes)
    least, most = _squares(found, boxes)
    along = found.along
    for _ in range(SETTINGS.rounds):
        low, high = _mean_root(least, most, whole)
        decided = high < goal or low > goal if goal is not None else np.isfinite(high)
        if decided or high <= (1 + SETTINGS.rtol) * low or processor_time() > end:
            break
        chosen = _to_divide(least, most) & ~_narrow(search, boxes)
        if not chosen.any() or len(boxes.low) > SETTINGS.max_boxes:
            break
        new = cut(chosen_boxes(boxes, chosen), along[:, chosen])
        found = _examined(search, new)
        parts = _squares(found, new)
        least, most = (np.concatenate([old[~chosen], one]) for old, one in zip((least, most), parts))
        along = np.concatenate([along[:, ~chosen], found.along], axis=1)
        boxes = Boxes(*(np.concatenate([old[~chosen], one]) for old, one in zip(boxes, new)))
    at = None
    if not np.isfinite(most).all():
        k = int(np.flatnonzero(~np.isfinite(most))[0])
        at = tuple(((boxes.low[k] + boxes.high[k]) / 2).tolist())
    return SquareBounds(low, high, at, search.cells)


def _squares(found: Examined, boxes: Boxes) -> tuple[Array, Array]:
    """Return bounds of ∫ D² over each box from below and from above."""
    size, mean = areas(boxes), iv.sqrt(_mean_square(found.four))
    root_low = np.fmax(np.fmax(iv.down(mean.lo - found.beyond), found.least), 0.0)
    root_high = np.fmin(iv.up(mean.hi + found.beyond), found.most)
    squares = iv.square(Interval(root_low, root_high)) * size
    least, most = np.nan_to_num(squares.lo, nan=0.0), np.where(np.isnan(squares.hi), inf, squares.hi)
    return np.maximum(least, 0.0), most


# (a² + ab + b²)/3 = ((a + b)² + a² + b²)/6 for each side
def _mean_square(four: Interval) -> Interval:
    """Return enclosures of the mean square of the bilinear interpolation of values at the corners, (m,)."""
    corner = [four[:, k] for k in range(4)]  # (0, 0), (0, 1), (1, 0), (1, 1)

    def form(squares: tuple[Interval, Interval, Interval]) -> Interval:
        return (squares[0] + squares[1] + squares[2]) / 6.0

    def side(p: Interval, q: Interval) -> Interval:
        return form((iv.square(p + q), iv.square(p), iv.square(q)))

    left, right = (corner[0], corner[1]), (corner[2], corner[3])
    both = (left[0] + right[0], left[1] + right[1])
    return form((side(*both), side(*left), side(*right)))


def _mean_root(least: Array, most: Array, whole: Interval) -> tuple[float, float]:
    """Return bounds of the root of the sum over the area of K."""
    room = (least.size + 4) * 2.0**-52
    total = Interval(iv.down(least.sum() * (1 - room)), iv.up(most.sum() * (1 + room)))
    root = iv.sqrt(total / whole)
    return float(root.lo[0]), float(root.hi[0]) if np.isfinite(root.hi[0]) else inf


def _to_divide(least: Array, most: Array) -> Truth:
    """Return the boxes with the largest doubt, which together hold most of it."""
    doubt = most - least
    order = np.argsort(-doubt)
    if not np.isfinite(doubt[order[0]]):
        return np.asarray(~np.isfinite(doubt))
    behind = np.cumsum(doubt[order][::-1])[::-1]
    chosen = np.zeros(doubt.shape, np.bool_)
    chosen[order[behind > SETTINGS.left * behind[0]]] = True
    return chosen
