"""Draw surfaces in three dimensions that turn in the browser, with paths on them that follow the player."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from nnviz._checks import argument_error
from nnviz._types import Array, Domain
from nnviz.charts import levels
from nnviz.charts.contour_image import RAMP, grid_columns
from nnviz.web import downloads, text
from nnviz.web.components import declare_component
from nnviz.web.projector import scale_height

MAX_CORNERS = 121  # along one side of the grid
_HTML = f"""\
<div class="surface">
  <ul class="names"></ul>
  <canvas tabindex="0" role="img"></canvas>
  <div class="bar"><span class="hint">{text.SURFACE_HINT}</span>
    <fieldset></fieldset><button type="button">{text.TOP_VIEW}</button></div>
</div>
"""
_SURFACE = declare_component("surface_3d", _HTML)


class SurfacePath(NamedTuple):
    """A path on a surface.

    points (n, 3) in the units of the axes. steps (n,): the player's step of each point, 0 … n − 1 by default. dash:
    as in nnviz.charts.theme.DASHES, to go with the color.
    """

    name: str
    color: str
    points: Array
    steps: Sequence[int] | None = None
    dash: Sequence[int] = ()


@dataclass(frozen=True)
class SurfaceStyle:
    """Say how surfaces look.

    labels: of the three axes. frame: the live value of the player that they follow. colors: name -> "#rrggbb", by
    default the ramp of maps. log: draw the logarithm of the heights. own_scale: the names of surfaces that do not
    share the common scale of heights. height: of the drawing, in pixels. view: azimuth and elevation at the beginning,
    in radians.
    """

    labels: tuple[str, str, str] = ("x", "y", "L")
    frame: str | None = None
    colors: Mapping[str, str] | None = None
    log: bool = False
    own_scale: Sequence[str] = ()
    height: int = 420
    view: tuple[float, float] = (-0.6, 0.55)


def draw_surface(
    heights: Mapping[str, Array],
    domain: Domain,
    *,
    key: str,
    words: str,
    paths: Sequence[SurfacePath] = (),
    style: SurfaceStyle | None = None,
) -> None:
    """Draw surfaces over the box ``domain``, one at a time with a switch; the bands are those of the contour image.

    heights: name -> values (rows, cols), y and x ascending, or (frames, rows, cols) to follow the player; at most 121
    corners along a side. A value that is not finite is a hole. words: what the drawing shows, for those who do not see
    it. paths are drawn up to the player's step. ValueError for other shapes and, with ``log``, for a negative value and
    for a path that leads below 0.
    """
    style = style or SurfaceStyle()
    fields = {name: _grid(name, values) for name, values in heights.items()}
    floor = _floor(fields) if style.log else None
    if floor is not None:
        fields = {name: _logarithm(values, floor) for name, values in fields.items()}
    shared = _range([values for name, values in fields.items() if name not in style.own_scale])
    ranges = {
        name: _range([values]) if name in style.own_scale else shared for name, values in fields.items()
    }
    colors = style.colors or {}
    data = {
        "fields": [_field(name, values, ranges[name], colors.get(name)) for name, values in fields.items()],
        "paths": [_path(path, domain, shared, floor) for path in paths],
        "domain": [list(map(float, side)) for side in domain],
        "labels": list(style.labels),
        "log": style.log,
        "frame": style.frame or "",
        "key": key,
        "words": text.describe_surface(words),
        "choose": text.SURFACES,
        "start": text.SURFACE_START,
        "height": scale_height(style.height),
        "view": dict(zip(("azimuth", "elevation"), style.view, strict=True)),
    }
    downloads.give(key, lambda: _columns(heights, domain, paths))
    _SURFACE(key=key, data=data)


def _columns(
    heights: Mapping[str, Array], domain: Domain, paths: Sequence[SurfacePath]
) -> dict[str, list[Any]]:
    """Return the corners of each surface, frame by frame, and the points of the paths as columns of a table."""
    columns: dict[str, list[Any]] = {}
    for name, values in heights.items():
        frames = np.asarray(values, np.float64).reshape(-1, *np.shape(values)[-2:])
        corners = grid_columns(frames[0], domain)
        columns |= {f"{name} {axis}": np.asarray(corners[axis]).tolist() for axis in "xy"}
        columns |= {
            f"{name} {k}" if len(frames) > 1 else name: grid.ravel().tolist() for k, grid in enumerate(frames)
        }
    for path in paths:
        points = np.asarray(path.points, np.float64).reshape(-1, 3)
        columns |= {f"{path.name} {axis}": points[:, k].tolist() for k, axis in enumerate("xyz")}
    return columns


def _grid(name: str, values: Array) -> Array:
    """Return the values as (frames, rows, cols); nan where they are not finite."""
    grid = np.asarray(values, dtype=np.float64)
    grid = grid[None] if grid.ndim == 2 else grid
    if grid.ndim != 3 or not (min(grid.shape[1:]) >= 2 and max(grid.shape[1:]) <= MAX_CORNERS):
        raise ValueError(
            f"`heights[{name!r}]` must have the shape (rows, cols) or (frames, rows, cols) with 2 to {MAX_CORNERS} "
            f"rows and cols, got {np.shape(values)}"
        )
    return np.where(np.isfinite(grid), grid, np.nan)


def _floor(fields: Mapping[str, Array]) -> float:
    """Return the smallest value whose logarithm is drawn: the smallest positive one, at least 1e-8 of the largest."""
    values = np.concatenate([grid[np.isfinite(grid)] for grid in fields.values()])
    if (values < 0).any():
        raise argument_error("heights", "at least 0 on a logarithmic scale", float(values.min()))
    positive = values[values > 0]
    return max(float(positive.min()), 1e-8 * float(positive.max())) if positive.size else 1.0


def _logarithm(values: Array, floor: float) -> Array:
    return np.asarray(np.log10(np.maximum(values, floor)))


def _range(grids: Sequence[Array]) -> tuple[float, float]:
    """Return the smallest and the largest value, moved apart by 1 if they are equal."""
    values = np.concatenate([grid[np.isfinite(grid)] for grid in grids] or [np.empty(0)])
    if not values.size:
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _field(name: str, values: Array, limits: tuple[float, float], color: str | None) -> dict[str, Any]:
    """Return a surface as shares of its range, 16 bits for each corner, 0 where there is no value."""
    low, high = limits
    share = (values - low) / (high - low)
    codes = np.where(np.isnan(share), 0, 1 + np.round(np.nan_to_num(share) * 65534)).astype("<u2")
    inner = (levels(values) - low) / (high - low)
    return {
        "name": name,
        "colors": list(RAMP) if color is None else [color],
        "low": low,
        "high": high,
        "rows": values.shape[1],
        "cols": values.shape[2],
        "edges": [0.0, *np.round(inner, 7).tolist(), 1.0],
        "frames": base64.b64encode(codes.tobytes()).decode("ascii"),
    }


def _path(
    path: SurfacePath, domain: Domain, limits: tuple[float, float], floor: float | None
) -> dict[str, Any]:
    """Return a path as shares of the box; None for the points outside."""
    points = np.asarray(path.points, dtype=np.float64).reshape(-1, 3)
    z = points[:, 2] if floor is None else _logarithm(points[:, 2], floor)
    low, high = np.array([*domain, limits]).T
    with np.errstate(invalid="ignore"):
        shares = (np.column_stack([points[:, :2], z]) - low) / (high - low)
        inside = ((shares > -0.01) & (shares < 1.01)).all(axis=1)
    return {
        "name": path.name,
        "color": path.color,
        "dash": list(path.dash),
        "steps": list(range(len(points))) if path.steps is None else [int(step) for step in path.steps],
        "points": [row if ok else None for row, ok in zip(np.round(shares, 5).tolist(), inside, strict=True)],
    }
