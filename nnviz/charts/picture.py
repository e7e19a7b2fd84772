"""A picture: a Vega-Lite specification, its data and its words; how notebooks draw it and how it is saved."""

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._checks import check_one_of
from nnviz._csv import columns_as_csv

if TYPE_CHECKING:
    import altair as alt

Columns = Mapping[str, NDArray[Any] | Sequence[Any]]

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v{}.json"
NOTEBOOK_VERSION: Final = 5  # the newest Vega-Lite that JupyterLab 4.6, Notebook 7.6 and VS Code draw
COLAB: Final = "google.colab"  # the module that Colab imports into each notebook
WIDTH: Final = 560  # pixels of a plot outside of the app
SUFFIXES: Final = (".png", ".svg", ".pdf", ".html", ".json", ".csv")
INSIDE: Final = "pointer_inside"
"""The signal of whether the pointer is over the chart. `theme.finish` adds it to a chart that asks for it."""
_DRAWN_ONLY: Final = ("image", "pixel")  # columns that are no data


class Picture(NamedTuple):
    """What a chart function returns.

    spec: Vega-Lite, the same object for the same axes, so that new data are swapped in place
    data: the columns of each named data set
    words: what the chart shows, for those who do not see it; as constant as the spec
    told: the columns of the table behind the chart, where its data sets are made for drawing; else these are shown
    asked: gives the columns of a file, where these are too many for a table on the page
    """

    spec: Mapping[str, Any]
    data: Mapping[str, Columns]
    words: str
    told: Columns | None = None
    asked: Callable[[], Columns] | None = None

    def __repr__(self) -> str:
        return f"Picture({self.words!r})"

    def vega_lite(self, version: int = 6, width: int | None = None) -> dict[str, Any]:
        """Return the whole picture as one Vega-Lite object of version 5 or 6, data inside.

        width: of the plot in pixels, where the specification gives none.
        """
        check_one_of("version", version, (5, 6))
        rows = {name: _rows(columns) for name, columns in self.data.items()}
        spec = {"$schema": SCHEMA.format(version), **self.spec, "datasets": rows}
        if width is not None:
            config = spec.get("config", {})
            spec["config"] = {**config, "view": {**config.get("view", {}), "continuousWidth": width}}
        return spec

    def altair(self) -> "alt.TopLevelMixin":
        """Return the picture as an Altair chart, to be changed, combined and saved.

        What follows the controls of a page has no place in Altair, so the chart shows the picture as it is now.
        """
        import altair

        spec = self.vega_lite(width=WIDTH)
        signals = spec["config"].pop("signals", [])
        spec["params"] = [*spec.get("params", []), *map(_as_parameter, signals)]
        kinds: dict[str, Any] = {
            "layer": altair.LayerChart,
            "vconcat": altair.VConcatChart,
            "hconcat": altair.HConcatChart,
        }
        kind = next((kinds[key] for key in kinds if key in spec), altair.Chart)
        datasets = spec.pop("datasets")
        chart: Any = kind.from_dict(spec, validate=False)
        chart.datasets = datasets  # Altair would copy each row
        return chart  # type: ignore[no-any-return]

    def save(self, path: str | Path, scale: float = 2.0) -> None:
        """Write the picture to a file; the suffix .png, .svg, .pdf, .html, .json or .csv names the format.

        scale: pixels of a PNG for each pixel of the chart. An HTML file needs no network. JSON is Vega-Lite, and CSV
        holds the data. ValueError for another suffix, and if vl-convert-python is needed but not installed.
        """
        file = Path(path)
        suffix = file.suffix.lower()
        check_one_of("suffix", suffix, SUFFIXES)
        if suffix == ".json":
            text = json.dumps(self.vega_lite(width=WIDTH), ensure_ascii=False, allow_nan=False)
            file.write_text(text, encoding="utf-8")
        elif suffix == ".csv":
            file.write_text(self.csv(), encoding="utf-8-sig", newline="")
        else:
            content = converted(self, suffix[1:], scale)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def csv(self) -> str:
        """Return the data of the picture as CSV; no cell is a formula for a spreadsheet."""
        return columns_as_csv(self.columns())

    def columns(self) -> dict[str, list[Any]]:
        """Return the data of the picture as columns of one table, the data sets side by side."""
        told = self.told if self.asked is None else self.asked()
        if told is not None:
            return {name: np.asarray(cells).tolist() for name, cells in told.items()}
        return {
            f"{name} {column}": np.asarray(cells).tolist()
            for name, data in self.data.items()
            for column, cells in data.items()
            if column not in _DRAWN_ONLY and np.size(cells)
        }

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, Any]:
        """Return what a notebook draws, and an image alone where it may not know Vega-Lite."""
        words = {"text/plain": repr(self)}
        if not needs_image():
            return {
                f"application/vnd.vegalite.v{NOTEBOOK_VERSION}+json": self.vega_lite(NOTEBOOK_VERSION, WIDTH),
                **words,
            }
        try:
            return {"image/svg+xml": converted(self, "svg"), **words}
        except ValueError:
            return words


def needs_image() -> bool:
    """Return whether what shows the notebook may not know Vega-Lite: Colab, or what NNVIZ_PICTURES=image announces."""
    return COLAB in sys.modules or os.environ.get("NNVIZ_PICTURES") == "image"


def converted(picture: Picture, kind: str, scale: float = 2.0) -> bytes | str:
    """Return a picture as png, svg, pdf or html; ValueError in words without vl-convert-python."""
    try:
        import vl_convert
    except ImportError:
        raise ValueError(
            'To save a picture needs the package vl-convert-python: pip install "nnviz[notebook]"'
        ) from None
    options: dict[str, Any] = (
        {"scale": scale} if kind == "png" else {"bundle": True} if kind == "html" else {}
    )
    convert = getattr(vl_convert, f"vegalite_to_{kind}")
    content: bytes | str = convert(picture.vega_lite(width=WIDTH), **options)
    return content


def _as_parameter(signal: Mapping[str, Any]) -> dict[str, Any]:
    """Return a signal of Vega as a variable of Vega-Lite; a value that the page would send stays as it is.

    Nothing hears the pointer, so that a chart shows what it shows where it is pointed at.
    """
    if "value" in signal:
        return {"name": signal["name"], "value": signal["name"] == INSIDE or signal["value"]}
    return {"name": signal["name"], "expr": signal.get("update") or signal["init"]}


def _rows(columns: Columns) -> list[dict[str, Any]]:
    cells = [np.asarray(column).tolist() for column in columns.values()]
    return [
        {name: None if cell != cell else cell for name, cell in zip(columns, row, strict=True)}
        for row in zip(*cells, strict=True)
    ]
