"""Draw charts as SVG for the site, each in light and in dark."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import vl_convert
from streamlit.testing.v1 import AppTest

from docs.draw_architecture import ROOT
from nnviz.charts.picture import SCHEMA, WIDTH
from nnviz.lessons.pages import MENU
from nnviz.web.glossary import CHAPTERS

LIGHT, DARK = "light", "dark"
# Colors of text, axes and grid on the two grounds of the site.
_INK: Final = {LIGHT: ("#0e1420", "#4a5361", "#e1e5ea"), DARK: ("#e8edf3", "#a9b3c0", "#323b47")}
MAIN_CHART: Final = {("loss_functions", "classes"): 3}
"""Which chart of a chapter stands for it, if that is not the first one."""
_SECONDS: Final = 120


def of_chapters(folder: Path) -> dict[tuple[str, str], str]:
    """Write the main chart of each chapter as it is at first; return its words by (page, chapter)."""
    folder.mkdir(parents=True)
    words = {}
    for page, chapters in CHAPTERS.items():
        for chapter in chapters:
            chart = _first_chart(page, chapter)
            write_both(_specification(chart), folder / f"{page}_{chapter}")
            words[page, chapter] = chart.proto.alt
    return words


def write_both(spec: Mapping[str, Any], stem: Path) -> None:
    """Write a chart as STEM_light.svg and STEM_dark.svg."""
    for ground, svg in drawn(spec).items():
        stem.with_name(f"{stem.name}_{ground}.svg").write_text(svg, encoding="utf-8")


def drawn(spec: Mapping[str, Any]) -> dict[str, str]:
    """Return a Vega-Lite specification with its data as two SVG, for a light and for a dark ground."""
    return {ground: vl_convert.vegalite_to_svg(_on_ground(spec, *ink)) for ground, ink in _INK.items()}


def _on_ground(spec: Mapping[str, Any], text: str, label: str, grid: str) -> dict[str, Any]:
    config = spec.get("config", {})
    axis = {
        "titleColor": text,
        "labelColor": label,
        "gridColor": grid,
        "domainColor": grid,
        "tickColor": grid,
    }
    colors = {
        "background": "transparent",
        "axis": {**config.get("axis", {}), **axis},
        "legend": {**config.get("legend", {}), "labelColor": text, "titleColor": text},
        "title": {**config.get("title", {}), "color": text, "subtitleColor": label},
        "view": {**config.get("view", {}), "continuousWidth": WIDTH, "discreteWidth": WIDTH, "stroke": grid},
        "font": "system-ui, sans-serif",
    }
    return {**spec, "config": {**config, **colors}}


def _first_chart(page: str, chapter: str) -> Any:
    """Open a chapter in the test runner of Streamlit, and return its main chart."""
    app = AppTest.from_file(ROOT / "nnviz" / "lessons" / "main.py", default_timeout=_SECONDS)
    app.query_params[f"{MENU[page].prefix}_chapter"] = chapter
    app.switch_page(f"../../pages/{MENU[page].file}").run()
    if app.exception:
        raise RuntimeError(f"the chapter {page}/{chapter} fails: {app.exception[0].message}")
    return app.get("vega_lite_chart")[MAIN_CHART.get((page, chapter), 0)]


def _specification(chart: Any) -> dict[str, Any]:
    """Return a chart on a page as one Vega-Lite object with its data."""
    spec = json.loads(chart.proto.spec)
    rows = {one.name: _rows(one.data.data) for one in chart.proto.datasets}
    return {**spec, "$schema": SCHEMA.format(6), "datasets": rows}


def _rows(arrow: bytes) -> list[dict[str, Any]]:
    table = pa.ipc.open_stream(arrow).read_all()
    return [{name: None if cell != cell else cell for name, cell in row.items()} for row in table.to_pylist()]
