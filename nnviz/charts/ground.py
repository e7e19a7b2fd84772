"""A function of two variables as the ground of a chart: a banded image, darker where it is larger."""

import base64
import io
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nnviz.charts.theme import BAND, Columns, named, x_axis, y_axis

BANDS = 14


_OPACITY = [8 + 150 * band // (BANDS - 1) for band in range(BANDS)]  # of 255


def stops(color: str = BAND) -> list[dict[str, Any]]:
    """The same bands as stops of a gradient, each with sharp edges."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    shades = [f"rgba({red}, {green}, {blue}, {opacity / 255:.3f})" for opacity in _OPACITY]
    return [
        {"offset": round((band + edge) / BANDS, 4), "color": shade}
        for band, shade in enumerate(shades)
        for edge in (0, 1)
    ]


def levels(values: NDArray[np.float64], bands: int = BANDS) -> NDArray[np.float64]:
    """Edges between bands, for equal shares of the area: steep and flat surfaces both show their shape."""
    finite = values[np.isfinite(values)]
    return np.quantile(finite, np.linspace(0, 1, bands + 1)[1:-1]) if finite.size else np.empty(0)


def ground_columns(
    values: NDArray[np.float64],
    domain: tuple[tuple[float, float], ...],
    edges: NDArray[np.float64] | None = None,
    color: str = BAND,
) -> Columns:
    """The data of `ground`: values (rows y ascending, columns x ascending) over domain, as one PNG.

    edges: between the bands, 13 at most; those of `levels` if none are given.
    """
    (x0, x1), (y0, y1) = domain
    edges = levels(values) if edges is None else edges
    band = np.searchsorted(edges, np.where(np.isfinite(values), values, np.inf))
    image = Image.fromarray(band[::-1].astype(np.uint8), "P")
    image.putpalette([int(color[i : i + 2], 16) for i in (1, 3, 5)] * BANDS)
    opacity = bytes(_OPACITY)
    file = io.BytesIO()
    image.save(file, "PNG", transparency=opacity, optimize=True)
    url = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
    return {"x": [(x0 + x1) / 2], "y": [(y0 + y1) / 2], "image": [url]}


def ground(domain: tuple[tuple[float, float], ...], titles: tuple[str, str]) -> Any:
    """The layer that fills the plot with the image of the data set `ground`; its axes have no grid."""
    x = x_axis("x", titles[0], domain[0], grid=False)
    y = y_axis("y", titles[1], domain[1], grid=False)
    return (
        named("ground")
        .mark_image(aspect=False, width=alt.expr("width"), height=alt.expr("height"))
        .encode(x=x, y=y, url=alt.Url("image:N"))
    )
