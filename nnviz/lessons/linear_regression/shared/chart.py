"""Hold what the pictures of several chapters share: which updates of a run are drawn, and the mark of the minimum."""

from typing import Any

import altair as alt
import numpy as np

from nnviz._types import Labels
from nnviz.charts.contour_image import HALO
from nnviz.charts.theme import BEST, named

MOST_DRAWN = 300  # updates of a run that are all drawn


def choose_drawn(points: int) -> Labels:
    """Return which of the points 0 … points − 1 of a run are drawn, rising: all of 300, else at most 601.

    The first and the last are always drawn. In between, drawn points become rarer, in equal ratios.
    """
    if points <= MOST_DRAWN:
        return np.arange(points)
    return np.unique(np.geomspace(1, points, 2 * MOST_DRAWN).round().astype(np.int64)) - 1


def draw_minimum(x: alt.X, y: alt.Y) -> Any:
    """Draw a cross at the point of the data set `minimum`."""
    cross = named("minimum").mark_point(
        shape="cross", size=180, color=BEST, filled=True, opacity=1, stroke=HALO, strokeWidth=1.5, clip=True
    )
    return cross.encode(x=x, y=y)
