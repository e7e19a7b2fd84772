"""A small map of a whole surface in the corner of a map of a part of it, with a path and a frame of the part."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from nnviz._types import Array, Domain
from nnviz.charts.contour_image import HALO, INK, with_halo
from nnviz.charts.theme import BEST, Columns, named

SIDE = 220  # pixels
WIDE = 640  # pixels of a map that has room for the small one


def inset_columns(
    image: Columns, whole: Domain, part: Domain, path: Array, minima: Sequence[Sequence[float]]
) -> dict[str, Columns]:
    """Return the data sets of `inset_layers`: places as shares of the sides of the small map, from 0 to 1.

    image: of the surface over `whole`, from `ground_columns`. part: the domain of the large map. path: points (n, 2).
    minima: of the surface, each has a cross.
    """
    low, high = np.transpose(whole)
    corners, points, crosses = (
        np.clip((np.asarray(places).reshape(-1, 2) - low) / (high - low), 0, 1)
        for places in (np.transpose(part), path, minima)
    )
    frame = {
        name: [float(share)] for name, share in zip(("x", "y", "x2", "y2"), corners.ravel(), strict=True)
    }
    trail = {"x": points[:, 0], "y": points[:, 1], "step": np.arange(len(points))}
    lowest = {"x": crosses[:, 0], "y": crosses[:, 1]}
    return {"whole": {"image": image["image"], **frame}, "trail": trail, "lowest": lowest}


def inset_layers(title: str) -> list[Any]:
    """Return the layers of the small map, with its title below it; a narrow chart has no room for it."""
    look: dict[str, Any] = {"aria": False, "opacity": alt.expr(f"width < {WIDE} ? 0 : 1")}
    whole = named("whole")
    image = whole.mark_image(aspect=False, width=SIDE, height=SIDE, **_place("0.5", "0.5"), **look)
    edge = whole.mark_rect(
        filled=False, stroke=HALO, strokeWidth=3, **_place("0", "0"), **_place("1", "1", "2"), **look
    )
    trail = named("trail").mark_line(color=INK, strokeWidth=1.5, **_place("datum.x", "datum.y"), **look)
    cross = named("lowest").mark_point(
        shape="cross", filled=True, color=BEST, stroke=HALO, size=90, **_place("datum.x", "datum.y"), **look
    )
    corners = {**_place("datum.x", "datum.y"), **_place("datum.x2", "datum.y2", "2")}
    frame = whole.mark_rect(filled=False, stroke=INK, strokeWidth=2.5, **corners, **look)
    words = with_halo(whole, title, align="center", baseline="top", dy=6, **_place("0.5", "0"), **look)
    drawn = image.encode(url=alt.Url("image:N")), edge, trail.encode(order=alt.Order("step:Q")), frame
    return [*drawn, cross, *words]


def _place(across: str, up: str, end: str = "") -> dict[str, Any]:
    """Return the place at these shares of the sides of the small map, as Vega expressions for a mark."""
    x, y = f"width - {SIDE + 12} + {SIDE} * ({across})", f"12 + {SIDE} * (1 - ({up}))"
    return {f"x{end}": alt.expr(x), f"y{end}": alt.expr(y)}
