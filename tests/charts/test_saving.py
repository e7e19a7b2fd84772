"""Pictures are saved as files, and opened as Altair charts."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vl_convert

from nnviz._csv import csv_text
from nnviz.charts import CurveStyle, Picture, draw_curves
from nnviz.charts.picture import INSIDE, WIDTH
from tests.cases import all_hold
from tests.charts.test_pictures import PICTURES

X = np.linspace(-1, 1, 9)
CURVES = draw_curves({"f": (X, X**2), "g": (X, -X)}, ["f", "g"], "Two curves.", CurveStyle(("x", "y")))
BEGINNINGS = {".png": b"\x89PNG", ".svg": b"<svg", ".pdf": b"%PDF", ".html": b"<!DOCTYPE", ".json": b"{"}


def test_a_picture_is_saved_in_the_format_of_the_suffix(tmp_path: Path) -> None:
    for suffix, beginning in BEGINNINGS.items():
        CURVES.save(tmp_path / f"curves{suffix}")
        assert (tmp_path / f"curves{suffix}").read_bytes().lstrip().startswith(beginning)
    page = (tmp_path / "curves.html").read_text(encoding="utf-8")
    assert "<script src" not in page  # it needs no network
    with pytest.raises(ValueError, match=r"`suffix` must be one of .png, .svg"):
        CURVES.save(tmp_path / "curves.gif")


def test_the_csv_of_a_picture_has_its_numbers(tmp_path: Path) -> None:
    CURVES.save(tmp_path / "curves.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "curves.csv").read_text(encoding="utf-8-sig"))))
    assert [float(row["x"]) for row in rows] == [*X, *X]
    assert [float(row["y"]) for row in rows] == [*X**2, *-X]
    told = CURVES._replace(told={"x": X, "f": X**2})
    assert told.csv().splitlines()[:2] == ["x,f", "-1.0,1.0"]


def test_no_cell_of_a_csv_is_a_formula() -> None:
    dangerous = ["=1+1", "+1", "-1+cmd", "@SUM(A1)", "\tx", "\rx"]
    names, row = csv.reader(
        io.StringIO(csv_text(dangerous, [[*dangerous[:3], -1.5, np.nan, None]]), newline="")
    )
    assert names == [f"'{text}" for text in dangerous]
    assert row == ["'=1+1", "'+1", "'-1+cmd", "-1.5", "", ""]


def test_pictures_that_follow_a_page_open_as_altair_charts() -> None:
    all_hold(
        opens_as_an_altair_chart,
        {name: PICTURES[name] for name in ("fit", "approximation", "error", "eigen")},
    )


def opens_as_an_altair_chart(draw: Any) -> None:
    picture: Picture = draw()
    chart: Any = picture.altair()
    assert chart.datasets.keys() == picture.data.keys()
    assert "signals" not in chart.config.to_dict(validate=False)
    parameters = {one["name"]: one.get("value") for one in chart.to_dict(validate=False)["params"]}
    assert parameters.get(INSIDE, True), "nothing hears the pointer there"


def test_the_altair_chart_is_valid_and_draws_the_same() -> None:
    chart = CURVES.altair()
    spec = chart.to_dict()  # with validation
    both = (vl_convert.vegalite_to_svg(one) for one in (spec, CURVES.vega_lite(width=WIDTH)))
    drawn, ours = (re.sub(r"clip\d+", "clip", svg) for svg in both)
    assert drawn == ours
