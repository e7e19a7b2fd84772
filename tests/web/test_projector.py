"""A page that is shown to a room has the chapter and its controls, and nothing else."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from nnviz.web import text
from nnviz.web.projector import TALLER, TALLEST, VIEW
from tests.apps import healthy, open_page


def heights(app: AppTest) -> list[int]:
    return [json.loads(chart.proto.spec)["height"] for chart in app.get("vega_lite_chart")]


def test_the_switch_and_its_link_show_the_chapter_alone_with_higher_charts() -> None:
    page = healthy(open_page("inside_the_network", in_chapter="folding"))
    ordinary = heights(page)
    assert page.title
    assert ordinary
    switched = healthy(page.button_group(key=VIEW).set_value("projector").run())
    linked = healthy(open_page("inside_the_network", in_chapter="folding", view="projector"))
    for app in (switched, linked):
        taller = [max(min(TALLER * height, TALLEST), height) for height in ordinary]
        assert heights(app) == pytest.approx(taller, abs=0.5)
        assert not app.title
        assert not any(text.NOTICE in box.value for box in app.markdown)
        assert [tab.label for tab in app.tabs] == [tab.label for tab in page.tabs]
    back = healthy(switched.button_group(key=VIEW).set_value(None).run())
    assert back.title
    assert heights(back) == ordinary
