"""Height fields in three dimensions that turn in the browser, with paths on them that follow the player."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.charts import BAND, levels
from nnviz.ui.assets import component

Array = NDArray[np.float64]
Domain = tuple[tuple[float, float], ...]

MOST_CORNERS = 121  # a side
_HTML = """\
<div class="surface">
  <canvas tabindex="0" role="img"></canvas>
  <div class="bar"><ul class="names"></ul><span class="hint">Drag it, or use the arrow keys</span>
    <fieldset></fieldset><button type="button">From above, and back</button></div>
</div>
"""
_SURFACE = component("surface", _HTML)


class Path(NamedTuple):
    """A path on a surface.

    points (n, 3) in the units of the axes; steps (n,), the player's step each belongs to, 0 ... n - 1 if not given;
    dash: as in nnviz.charts.theme.DASHES, to go with the colour.
    """

    name: str
    color: str
    points: Array
    steps: Sequence[int] | None = None
    dash: Sequence[int] = ()


def surface_3d(
    heights: Mapping[str, Array],
    domain: Domain,
    *,
    key: str,
    words: str,
    paths: Sequence[Path] = (),
    labels: tuple[str, str, str] = ("x", "y", "L"),
    frame: str | None = None,
    colors: Mapping[str, str] | None = None,
    log: bool = False,
    own_scale: Sequence[str] = (),
    height: int = 420,
) -> None:
    """Draw height fields over the box `domain`, one at a time with a switch; the bands are those of the contour.

    heights: name -> values (rows, cols), y and x ascending, or (frames, rows, cols) to follow the player `frame`; at
    most 121 corners a side; not finite: a hole. All share one scale of heights but those in `own_scale`.
    paths are drawn up to the player's step. log: heights by their logarithm. colors: name -> "#rrggbb".
    ValueError for other shapes, and for log where a value is negative or a path leads below 0.
    """
    fields = {name: _grid(name, values) for name, values in heights.items()}
    if log:
        floor = _floor(fields)
        fields = {name: _logarithm(values, floor) for name, values in fields.items()}
    shared = _range([values for name, values in fields.items() if name not in own_scale])
    ranges = {name: _range([values]) if name in own_scale else shared for name, values in fields.items()}
    sent = {
        "fields": [
            _field(name, values, ranges[name], (colors or {}).get(name, BAND))
            for name, values in fields.items()
        ],
        "paths": [_path(path, domain, shared, floor if log else None) for path in paths],
        "domain": [list(map(float, side)) for side in domain],
        "labels": list(labels),
        "log": log,
        "frame": frame or "",
        "words": words,
        "height": height,
    }
    _SURFACE(key=key, data=sent)


def _grid(name: str, values: Array) -> Array:
    """The values as (frames, rows, cols)."""
    grid = np.asarray(values, dtype=np.float64)
    grid = grid[None] if grid.ndim == 2 else grid
    if grid.ndim != 3 or not (min(grid.shape[1:]) >= 2 and max(grid.shape[1:]) <= MOST_CORNERS):
        raise ValueError(
            f"heights[{name!r}] must have shape (rows, cols) or (frames, rows, cols) with 2 to {MOST_CORNERS} "
            f"rows and cols; got {np.shape(values)}"
        )
    return np.where(np.isfinite(grid), grid, np.nan)


def _floor(fields: Mapping[str, Array]) -> float:
    """The smallest value that is drawn by its logarithm: what is positive, and not below 1e-8 of the largest."""
    values = np.concatenate([grid[np.isfinite(grid)] for grid in fields.values()])
    if (values < 0).any():
        raise ValueError(f"heights by their logarithm must not be negative; the least is {values.min():g}")
    positive = values[values > 0]
    return max(float(positive.min()), 1e-8 * float(positive.max())) if positive.size else 1.0


def _logarithm(values: Array, floor: float) -> Array:
    return np.asarray(np.log10(np.maximum(values, floor)))


def _range(grids: Sequence[Array]) -> tuple[float, float]:
    """The least and the largest value, told apart by a little where they are equal."""
    values = np.concatenate([grid[np.isfinite(grid)] for grid in grids] or [np.empty(0)])
    if not values.size:
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _field(name: str, values: Array, limits: tuple[float, float], color: str) -> dict[str, Any]:
    """A field as shares of its range: 16 bits a corner, 0 where there is no value."""
    low, high = limits
    share = (values - low) / (high - low)
    codes = np.where(np.isnan(share), 0, 1 + np.round(np.nan_to_num(share) * 65534)).astype("<u2")
    inner = (levels(values) - low) / (high - low)
    return {
        "name": name,
        "color": color,
        "low": low,
        "high": high,
        "rows": values.shape[1],
        "cols": values.shape[2],
        "edges": [0.0, *np.round(inner, 7).tolist(), 1.0],
        "frames": base64.b64encode(codes.tobytes()).decode("ascii"),
    }


def _path(path: Path, domain: Domain, limits: tuple[float, float], floor: float | None) -> dict[str, Any]:
    """A path as shares of the box; None where it is outside."""
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
