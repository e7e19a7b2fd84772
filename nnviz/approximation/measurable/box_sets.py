"""Handle an exceptional set that is a union of boxes, and a bound of its measure."""

import numpy as np

from nnviz._checks import argument_error
from nnviz._types import Array, Box, Truth
from nnviz.approximation.certificate.plane_model import Boxes
from nnviz.enclosures import Interval
from nnviz.enclosures import intervals as iv


def areas(boxes: Boxes) -> Interval:
    """Return enclosures of the areas of boxes, (m,)."""
    width, height = (iv.point(boxes.high[:, k]) - iv.point(boxes.low[:, k]) for k in range(2))
    return width * height


def total_area(parts: list[Boxes]) -> float:
    """Return an upper bound of the measure of the union of boxes, the sum of their areas rounded up."""
    sizes = np.concatenate([areas(part).hi for part in parts])
    return float(sizes.sum() * (1 + (sizes.size + 2) * 2.0**-52)) if sizes.size else 0.0


def merged_boxes(parts: list[Boxes]) -> Array:
    """Return the boxes as ((a, b), (c, d)), (n, 2, 2), where boxes side by side with equal heights are joined."""
    found = np.concatenate([np.stack([part.low, part.high], axis=-1) for part in parts])
    for along in (0, 1):
        across = 1 - along
        found = found[np.lexsort((found[:, along, 0], found[:, across, 1], found[:, across, 0]))]
        same = (found[1:, across] == found[:-1, across]).all(axis=1)
        first = np.append(True, ~(same & (found[1:, along, 0] == found[:-1, along, 1])))[: len(found)]
        last = np.append(first[1:], True)[: len(found)]
        joined = found[first]
        joined[:, along, 1] = found[last, along, 1]
        found = joined
    return found


def chosen_boxes(boxes: Boxes, which: Truth) -> Boxes:
    """Return the boxes where a mask is true."""
    return Boxes(boxes.low[which], boxes.high[which])


def area_of(boxes: Array) -> float:
    """Return an upper bound of the measure of a union of boxes ((a, b), (c, d)), (n, 2, 2)."""
    return total_area([Boxes(boxes[:, :, 0], boxes[:, :, 1])])


def checked_boxes(boxes: Array, box: Box) -> Array:
    """Return the boxes (n, 2, 2); ValueError unless they are finite boxes inside of K."""
    low, high = np.array(box).T
    inside = np.isfinite(boxes).all() and (boxes[:, :, 0] >= low).all() and (boxes[:, :, 1] <= high).all()
    if not inside or not (boxes[:, :, 0] <= boxes[:, :, 1]).all():
        raise argument_error("exceptional", "boxes inside of K", boxes[:1].tolist())
    return boxes
