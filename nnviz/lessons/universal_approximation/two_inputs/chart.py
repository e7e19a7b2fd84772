"""Draw functions of two variables as maps."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Bounds
from nnviz.charts.contour_image import BANDS, draw_map_ground, grid_columns, ground_columns
from nnviz.charts.theme import (
    ERROR,
    MODEL,
    TRUTH,
    Picture,
    finish,
    layered,
)
from nnviz.lessons.universal_approximation.two_inputs import text


def draw_maps(
    fields: Mapping[str, Array], domain: tuple[Bounds, Bounds], names: tuple[str, str] = ("x", "y")
) -> dict[str, Picture]:
    """Draw one map for each of "target", "network" and "error", grids (rows y, columns x) over a box.

    Target and network share their equal bands, so that the same shade is the same value. |error| has equal bands up to
    its largest value.
    """
    target, worst = fields["target"], np.abs(fields["error"])
    shared = np.linspace(float(np.nanmin(target)), float(np.nanmax(target)) or 1.0, BANDS + 1)[1:-1]
    equal = np.linspace(0, float(np.nanmax(worst)) or 1.0, BANDS + 1)[1:-1]
    looks = {"target": (fields["target"], shared, TRUTH), "network": (fields["network"], shared, MODEL)}
    looks["error"] = (worst, equal, ERROR)
    return {
        name: Picture(
            _map_spec(domain, names),
            {"ground": ground_columns(values, domain, edges, color)},
            text.MAP_CHARTS[name],
            asked=partial(grid_columns, values, domain, (*names, name)),
        )
        for name, (values, edges, color) in looks.items()
    }


def draw_map(values: Array, domain: tuple[Bounds, Bounds]) -> Picture:
    """Draw one function of two variables over a box, in equal bands."""
    equal = np.linspace(float(values.min()), float(values.max()), BANDS + 1)[1:-1]
    return Picture(
        _map_spec(domain, ("x", "y")),
        {"ground": ground_columns(values, domain, equal, MODEL)},
        text.TOWER_CHART,
        asked=partial(grid_columns, values, domain),
    )


@kept
def _map_spec(domain: tuple[Bounds, Bounds], names: tuple[str, str]) -> dict[str, Any]:
    return finish(layered(draw_map_ground(domain, names, wide=False)), height=232)
