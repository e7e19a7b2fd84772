"""A function of two variables as the ground of a chart: a banded image, darker where it is larger.

The ramp is even: neighboring bands differ by about as much to the eye (CIELAB), and its lightness falls all the way.
The edges of the bands are smooth: a pixel that an edge crosses has a color between those of its bands.
"""

import base64
import io
import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nnviz._types import Domain
from nnviz.charts.theme import TRUTH, Columns, named, x_axis, y_axis

BANDS = 14
LONGEST = 4.0  # the ratio of the sides of a map; parameters with other units have no common scale
LABELS = 48  # pixels of the numbers on the y axis of a map, with the space around them
WIDER = (4.2, 2.2)  # the image behind a map of equal scales, in sides of the map


RAMP = (
    *("#fef9e2", "#efefcc", "#dde7b9", "#c8ddb0", "#afd5ad", "#96ccad", "#7fc2b0"),
    *("#6ab8b3", "#5aacb7", "#539fba", "#5392ba", "#5683b6", "#5875af", "#5b66a5"),
)
"""The colors of the bands, from the smallest values to the largest: opaque, the same on a light and a dark page."""
HALO = "#ffffff"  # around marks and words on the ramp
INK = "#1b2330"  # of words on the ramp
_SHADES = 8  # colors from the middle of one band to that of the next
_ROWS = 16  # of an image that are shaded at a time
_OPACITY = [
    8 + 150 * shade // (_SHADES * (BANDS - 1)) for shade in range(_SHADES * (BANDS - 1) + 1)
]  # of 255


def stops() -> list[dict[str, Any]]:
    """Return the ramp as stops of a gradient, each band with sharp edges."""
    return [
        {"offset": round((band + edge) / BANDS, 4), "color": shade}
        for band, shade in enumerate(RAMP)
        for edge in (0, 1)
    ]


def levels(values: NDArray[np.float64], bands: int = BANDS) -> NDArray[np.float64]:
    """Edges between bands, for equal shares of the area: steep and flat surfaces both show their shape."""
    finite = values[np.isfinite(values)]
    return np.quantile(finite, np.linspace(0, 1, bands + 1)[1:-1]) if finite.size else np.empty(0)


def refined(values: NDArray[np.float64], times: int) -> NDArray[np.float64]:
    """Return a grid with so many times as many rows and columns, interpolated linearly between its values."""
    for axis in (0, 1):
        count = values.shape[axis]
        at = np.linspace(0, count - 1, times * count)
        low = np.minimum(at.astype(int), count - 2)
        share = np.expand_dims(at - low, 1 - axis)
        values = (1 - share) * values.take(low, axis) + share * values.take(low + 1, axis)
    return values


def ground_columns(
    values: NDArray[np.float64],
    domain: tuple[tuple[float, float], ...],
    edges: NDArray[np.float64] | None = None,
    color: str | None = None,
) -> Columns:
    """Return the data of `draw_map_ground`: values (rows y ascending, columns x ascending) over domain, as one PNG.

    edges: between the bands, 13 at most; those of `levels` if none are given. color: of all bands, which are then the
    more opaque the larger the values are, instead of the ramp.
    """
    (x0, x1), (y0, y1) = domain
    edges = levels(values) if edges is None else edges
    image = Image.fromarray(_shade(values, edges)[::-1], "P")
    image.putpalette(_palette(RAMP if color is None else (color,) * BANDS))
    file = io.BytesIO()
    image.save(file, "PNG", **({} if color is None else {"transparency": bytes(_OPACITY)}))
    url = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
    return {"x": [(x0 + x1) / 2], "y": [(y0 + y1) / 2], "image": [url]}


def _shade(values: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the index of each pixel's color in `_palette`; where there is no value, that of the largest.

    Some rows at a time stay in the cache of the processor. Their slopes need a row more on each side.
    """
    shown = np.where(np.isfinite(values), values, edges.max(initial=0.0) + 1.0)
    if not edges.size or min(shown.shape) < 2:
        return (_SHADES * np.searchsorted(edges, shown)).astype(np.uint8)
    shades = np.empty(shown.shape, np.uint8)
    for row in range(0, len(shown), _ROWS):
        first = max(row - 1, 0)
        block = _shade_rows(shown[first : row + _ROWS + 1], edges)
        shades[row : row + _ROWS] = block[row - first : row - first + _ROWS]
    return shades


def _shade_rows(shown: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the indices of the colors of two or more rows; pixels near the edge of a band have a color between."""
    band = np.searchsorted(edges, shown)
    reach = np.maximum(np.hypot(*np.gradient(shown)), 1e-300)  # about the difference at two ends of a pixel
    shade = band.astype(np.float64)
    for side, bounds in ((-1, np.append(edges[:1], edges)), (1, np.append(edges, edges[-1:]))):
        away = bounds.take(band) - shown
        near = np.abs(away) < 0.5 * reach
        share = 0.5 - np.abs(away[near]) / reach[near]
        shade[near] += side * np.where((away[near] > 0) == (side > 0), share, 0.0)
    return np.clip(np.round(_SHADES * shade), 0, _SHADES * (BANDS - 1)).astype(np.uint8)


@cache
def _palette(colors: Sequence[str]) -> list[int]:
    """Return the colors of the bands with those between them, as red, green, blue, red and so on."""
    bands = np.array([[int(shade[i : i + 2], 16) for i in (1, 3, 5)] for shade in colors], np.float64)
    at = np.arange(_SHADES * (BANDS - 1) + 1) / _SHADES
    mixed = [np.interp(at, np.arange(BANDS), channel) for channel in bands.T]
    return np.round(np.stack(mixed, axis=1)).astype(int).ravel().tolist()


def grid_columns(
    values: NDArray[np.float64],
    domain: tuple[tuple[float, float], ...],
    names: tuple[str, str, str] = ("x", "y", "value"),
) -> Columns:
    """Return the numbers behind `ground_columns`, one row for each corner of the grid: x, y and the value."""
    sides = [np.linspace(*side, count) for side, count in zip(domain, values.shape[::-1], strict=True)]
    x, y = np.meshgrid(*sides)
    return dict(zip(names, (x.ravel(), y.ravel(), values.ravel()), strict=True))


def has_equal_scales(domain: Domain) -> bool:
    """Return whether a map of that domain shows one unit of both parameters as equally long."""
    (x0, x1), (y0, y1) = domain
    return 1 / LONGEST <= (x1 - x0) / (y1 - y0) <= LONGEST


def widened(domain: Domain) -> Domain:
    """Return the domain of the image behind a map, which is wider than the map so that it fits every shape of it."""
    sides = WIDER if has_equal_scales(domain) else (1.0, 1.0)
    halves = [(high - low) / 2 * wide for (low, high), wide in zip(domain, sides, strict=True)]
    return tuple(
        ((low + high) / 2 - half, (low + high) / 2 + half)
        for (low, high), half in zip(domain, halves, strict=True)
    )


def _shares(domain: Domain) -> tuple[str, str]:
    """Return Vega expressions: how many times its side in `domain` a map shows, across and up."""
    if not has_equal_scales(domain):
        return "1", "1"
    (x0, x1), (y0, y1) = domain
    wide = f"(width / height * {(y1 - y0) / (x1 - x0)})"
    return f"max(1, {wide})", f"max(1, 1 / {wide})"


def pixels_per_unit(domain: Domain) -> tuple[str, str]:
    """Return Vega expressions for the pixels per unit of x and of y on `map_axes`."""
    (x0, x1), (y0, y1) = domain
    across, up = _shares(domain)
    return f"(width / {x1 - x0} / {across})", f"(height / {y1 - y0} / {up})"


def map_axes(
    domain: Domain, titles: tuple[str, str], fields: tuple[str, str] = ("x", "y")
) -> tuple[alt.X, alt.Y]:
    """Return the axes of a map: a unit is as long across as up, and `domain` is shown in the middle.

    How much of the y axis is shown depends on the size of the plot, and with it the width of the labels. So all labels
    have the same room: otherwise the plot would move, and the title would be cut off.
    """
    x = x_axis(fields[0], titles[0], None, grid=False, titleAnchor="start")  # at the right: `say_shading`
    y = y_axis(fields[1], titles[1], None, grid=False, minExtent=LABELS)
    across, up = (
        alt.Scale(
            domainMin=alt.expr(f"{(low + high) / 2} - {(high - low) / 2} * {share}"),
            domainMax=alt.expr(f"{(low + high) / 2} + {(high - low) / 2} * {share}"),
            nice=False,
            zero=False,
        )
        for (low, high), share in zip(domain, _shares(domain), strict=True)
    )
    return x.scale(across), y.scale(up)


def draw_map_ground(domain: Domain, titles: tuple[str, str], *, wide: bool = True) -> Any:
    """Draw the layer with the image of the data set `ground` on `map_axes`.

    wide: the image is that of ``widened(domain)``, and else of `domain`.
    """
    x, y = map_axes(domain, titles)
    sides = WIDER if wide and has_equal_scales(domain) else (1.0, 1.0)
    width, height = (
        alt.expr(f"{side} * {size} / {share}")
        for side, size, share in zip(sides, ("width", "height"), _shares(domain), strict=True)
    )
    ground = named("ground").mark_image(aspect=False, clip=True, width=width, height=height)
    return ground.encode(x=x, y=y, url=alt.Url("image:N"))


def say_shading(words: str) -> Any:
    """Return the layer that says at the right below a map what its shades mean."""
    look: dict[str, Any] = {
        "align": "right",
        "baseline": "middle",
        "fontSize": 12,
        "color": TRUTH,
        "aria": False,
    }
    return named("ground").mark_text(text=words, x=alt.expr("width"), y=alt.expr("height + 38"), **look)


def with_halo(marks: alt.Chart, text: alt.Text | str, **look: Any) -> list[Any]:
    """Return words on a map as two layers: a light edge, and the words themselves. look: as for `mark_text`."""
    given: dict[str, Any] = {"fontSize": 13, "fontWeight": 600, "aria": False, "fill": INK, **look}
    edge: dict[str, Any] = {**given, "stroke": HALO, "strokeWidth": 4, "strokeJoin": "round", "fill": HALO}
    if isinstance(text, str):
        return [marks.mark_text(text=text, **each) for each in (edge, given)]
    given.pop("fill")
    return [marks.mark_text(**each).encode(text=text) for each in (edge, {"color": INK, **given})]


def draw_slope_ground(
    state: alt.Chart,
    affine: tuple[str, str, str],
    span: tuple[str, str],
    colors: Sequence[dict[str, Any]],
    axes: tuple[alt.X, alt.Y],
    box: tuple[tuple[float, float], tuple[float, float]],
) -> Any:
    """Draw the plot filled by one gradient along the slope of an affine function of x and y, from colors as stops.

    state: a chart of one row. affine: Vega expressions, the value at the lower left corner, and how much it grows to
    the right and up to the ends of the box. span: expressions, the values of the first and the last stop. Over the unit
    square the value is c + g·p, so it is low at p = (low − c) g/|g|², and high likewise.
    """
    (x0, x1), (y0, y1) = box
    end = {f"{name}{k}": f"datum.u{name} * datum.{at}" for k, at in ((1, "from"), (2, "to")) for name in "xy"}
    gradient = (
        f"{{gradient: 'linear', id: 'plane', x1: {end['x1']}, y1: 1 - {end['y1']}, x2: {end['x2']}, "
        f"y2: 1 - {end['y2']}, stops: {json.dumps(list(colors))}}}"
    )
    return (
        state.transform_calculate(c=affine[0], gx=affine[1], gy=affine[2], low=span[0], high=span[1])
        .transform_calculate(steep="hypot(datum.gx, datum.gy)", flat="0.001 * (datum.high - datum.low)")
        .transform_calculate(
            ux="datum.steep > 0 ? datum.gx / datum.steep : 1",
            uy="datum.steep > 0 ? datum.gy / datum.steep : 0",
            rise="max(datum.steep, datum.flat)",
        )
        .transform_calculate(
            **{"from": "(datum.low - datum.c) / datum.rise", "to": "(datum.high - datum.c) / datum.rise"},
            left=f"{x0}",
            right=f"{x1}",
            bottom=f"{y0}",
            top=f"{y1}",
        )
        .mark_rect(fill=alt.expr(gradient), aria=False)
        .encode(x=axes[0], x2=alt.X2("right:Q"), y=axes[1], y2=alt.Y2("top:Q"))
    )
