"""The lessons without Python: what was recorded of the app, and what a page needs besides."""

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from nnviz.lessons.linear_regression.by_hand.text import CHAPTER
from nnviz.static_edition import lesson_pages
from nnviz.static_edition.recorded import question_html, record, rows_of
from tests.apps import open_page

JSON = re.compile(r'<script type="application/json">(.*?)</script>')


@pytest.fixture(scope="module")
def by_hand() -> Any:
    return record(open_page("linear_regression"))


def test_charts_sliders_and_handles_that_need_no_python_are_recorded(by_hand: Any) -> None:
    html = "".join(by_hand.html)
    sent = [json.loads(found) for found in JSON.findall(html)]
    assert [one["spec"]["name"] for one in sent if "spec" in one][:2] == ["lr_fit", "lr_loss_map"]
    assert re.findall('data-live="(.*?)"', html) == ["lr_w", "lr_b"]
    (handle,) = [one["data"] for one in sent if one.get("name") == "drag_points"]
    assert handle["names"] == ["lr_w", "lr_b"]  # and not the points, whose fit Python computes
    assert {"Learning rate η", "Make 1 update", "Dragging the points", "Data"} <= set(by_hand.needs)


def test_the_page_of_a_chapter_says_what_needs_python(by_hand: Any) -> None:
    page = lesson_pages.page_html("linear_regression", "by_hand", by_hand, ("loss_functions", "errors"))
    assert "<h1>A line by hand</h1>" in page
    assert "<li>Learning rate η</li>" in page.split('class="needs"')[1]
    assert 'href="loss_functions-errors.html"' in page
    assert not re.search(r'(src|href)="(?!https://)[^"]*/', page)  # each page has all beside itself
    assert len(lesson_pages.all_chapters()) >= 25


def test_numbers_of_a_table_are_kept_to_seven_digits() -> None:
    table = pa.table({"x": [0.1234567891, float("nan"), -1e300], "name": ["a", "b", None], "n": [1, 2, 3]})
    stream = io.BytesIO()
    with pa.ipc.new_stream(stream, table.schema) as writer:
        writer.write_table(table)
    assert rows_of(stream.getvalue()) == [
        {"x": 0.1234568, "name": "a", "n": 1},
        {"x": None, "name": "b", "n": 2},
        {"x": -1e300, "name": None, "n": 3},
    ]


def test_the_answers_of_a_question_unfold_their_replies() -> None:
    (question, *_) = CHAPTER.questions
    html = question_html(question)
    assert html.count("<details>") == len(question.answers)


def test_every_module_that_a_module_imports_has_an_address() -> None:
    script = lesson_pages.modules_script()
    imports = json.loads(re.findall(r"JSON.stringify\((.*)\)", script)[0])["imports"]
    for address in imports.values():
        source = base64.b64decode(address.partition(",")[2]).decode()
        assert '"./' not in source
        assert set(re.findall(r'from "(nnviz/[\w/]+\.js)"', source)) <= imports.keys()


def test_formulas_have_the_classes_and_the_fonts_that_their_rules_name(tmp_path: Path) -> None:
    lesson_pages.write_katex(tmp_path)
    rules = (tmp_path / "katex.css").read_text(encoding="utf-8")
    script = (tmp_path / "katex.js").read_text(encoding="utf-8")
    assert "globalThis.katex" in script
    for name in ("base", "strut", "sizing"):
        assert f"`katex-{name}`" in script
        assert f".katex .katex-{name}" in rules
    fonts = set(re.findall(r"url\((fonts/[^)]*)\)", rules))
    assert len(fonts) >= 19
    assert all((tmp_path / font).is_file() for font in fonts)
