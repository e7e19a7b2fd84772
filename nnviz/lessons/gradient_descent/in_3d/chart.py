"""Turn runs into paths on the surface in three dimensions, and minima into points of it."""

from collections.abc import Mapping, Sequence

import numpy as np

from nnviz.charts import DASHES, SERIES
from nnviz.charts.theme import BEST
from nnviz.lessons.gradient_descent.shared.text import MINIMUM
from nnviz.losses import Surface
from nnviz.optimization import Trajectory
from nnviz.web.surface_3d import SurfacePath


def surface_paths(
    runs: Mapping[str, Trajectory], order: Sequence[str], updates: Sequence[int]
) -> list[SurfacePath]:
    """Return the path of each run, label -> run, at these updates, with the color and dash of its place in `order`."""
    places = {label: list(order).index(label) for label in runs}
    return [
        SurfacePath(
            label,
            SERIES[places[label] % len(SERIES)],
            np.column_stack([run.points[shown], run.values[shown]]),
            shown.tolist(),
            DASHES[places[label] % len(DASHES)],
        )
        for label, run in runs.items()
        for shown in [np.array([update for update in updates if update < len(run.points)])]
    ]


def surface_minima(surface: Surface) -> list[SurfacePath]:
    """Return each minimum of the surface as a path of one point, which is named where it is."""
    return [
        SurfacePath(MINIMUM, BEST, np.array([[*place, float(surface.value(np.array(place)))]]))
        for place in surface.minima
    ]
