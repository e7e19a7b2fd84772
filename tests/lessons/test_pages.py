"""Every page in Streamlit's own test runner: defaults, extremes, deep links, nonsense in the link."""

import inspect
import json
import random
import re
from collections.abc import Iterator
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from nnviz._types import Box
from nnviz.approximation import ridge_least_squares
from nnviz.expressions import Expression
from nnviz.lessons.gradient_descent.network_loss import view as network_loss
from nnviz.lessons.pages import PAGES
from nnviz.lessons.universal_approximation.exists_and_found import view as exists_and_found
from nnviz.lessons.universal_approximation.two_inputs import view as two_inputs
from nnviz.networks import ShallowNetwork
from nnviz.web.render import TABLES
from tests.apps import healthy, open_page
from tests.cases import each
from tests.lessons.chapters import all_chapters, chapter_keys
from tests.lessons.test_linear_regression import filled
from tests.lessons.walk import empty_all, open_popovers
from tests.narrowing import present
from tests.vega_lite import faults

SECONDS = 30
ROOT = Path(__file__).parents[2]
FILES = {name: f"../../pages/{entry.file}" for name, entry in PAGES.items()}


PREFIXES = dict(zip(PAGES, ["ho", "lr", "gd", "lf", "ua", "in"], strict=True))  # of a page's keys


def chapters(page: str, **link: str) -> Iterator[AppTest]:
    """The page as it opens, and once for each of its other chapters."""
    first = open_page(page, **link)
    yield healthy(first)
    key = f"{PREFIXES[page]}_chapter"
    if f"{key}_open" in first.session_state:
        for chapter in sorted(chapter_keys(page) - {first.session_state[f"{key}_open"]}):
            yield healthy(open_page(page, **{**link, key: chapter}))


def boxes(app: AppTest) -> dict[str, Any]:
    """The texts in the boxes of a page."""
    return {
        present(box.key): box.value for kind in (app.text_input, app.text_area) for box in kind if box.key
    }


def the_link_says_what_changed(app: AppTest, before: dict[str, Any], first: dict[str, Any]) -> None:
    """A button that writes a box writes the link, too; what stands there at first needs no link."""
    for key, value in boxes(app).items():
        if key in before and value != before[key]:
            assert app.query_params.get(key) == (None if value == first.get(key) else value), key


@pytest.fixture
def small_work(monkeypatch: pytest.MonkeyPatch, rough_fits: None) -> None:  # noqa: ARG001
    """Compute on coarse grids, for few widths and few ridges: for what does not depend on the numbers."""
    monkeypatch.setattr(exists_and_found, "WIDTHS", (4, 8))
    monkeypatch.setattr(network_loss, "SIDE", 9)
    monkeypatch.setattr(network_loss, "WIDE_SIDE", 9)
    monkeypatch.setattr(two_inputs, "ridge_least_squares", few_ridges)


def few_ridges(f: Expression, box: Box, width: int, activation: str) -> ShallowNetwork:
    """Return a network of this width, of which at most 12 units are fitted; the outputs of the others count 0."""
    few = ridge_least_squares(f, box, min(width, 12), activation)
    weights, biases = np.resize(few.hidden_weights, (width, 2)), np.resize(few.hidden_biases, width)
    outputs = np.pad(few.output_weights, (0, width - few.width))
    return ShallowNetwork(activation, weights, biases, outputs, few.output_bias)


@pytest.mark.long
@pytest.mark.usefixtures("small_work")
@pytest.mark.parametrize("page", FILES)
def test_every_chapter_stands_whatever_is_pressed_dragged_opened_or_emptied(page: str) -> None:
    for app in chapters(page):
        assert app.title[0].value == PAGES[page].title
        assert not app.error
        assert not app.warning
        has_labels_to_be_spoken(app)
        charts: list[Any] = list(app.get("vega_lite_chart"))
        assert [fault for chart in charts for fault in faults(json.loads(chart.proto.spec))] == []
        first = boxes(app)
        for number in range(len(app.button)):
            before = boxes(app)
            app.button[number].click()
            the_link_says_what_changed(healthy(app.run()), before, first)
        for end in ("max", "min"):
            for slider in app.slider:
                slider.set_value(getattr(slider, end))
            healthy(app.run())
        empty_all(healthy(open_popovers(app)))
        healthy(app)


def has_labels_to_be_spoken(app: AppTest) -> None:
    """A screen reader speaks the label as it is written, and would speak LaTeX letter by letter."""
    for kind in (app.slider, app.select_slider, app.number_input, app.selectbox, app.toggle, app.text_input):
        assert not [one.label for one in kind if "$" in one.label or "*" in one.label]


WORD = re.compile(r"[a-z0-9_.-]+")  # of an option in a link


def the_link_says_what_is_chosen(app: AppTest) -> None:
    """Each menu has labels that differ, and keys that differ; the link has the keys of the chosen options."""
    shown = app.session_state["__choices"].shown
    for menu in app.selectbox:
        assert len(set(menu.options)) == len(menu.options), menu.key
    for key, choice in shown.items():
        assert all(map(WORD.fullmatch, choice.options)), key
        assert len(set(choice.options.values())) == len(choice.options), key
        for word in choice.options:
            assert choice.words(choice.state((word,))) == (word,)
        words = choice.words(app.session_state[key])
        link = app.query_params.get(key, [])
        said = tuple(word for word in ([link] if isinstance(link, str) else link) if word)
        assert said == (() if set(words) == set(choice.default) else words), key


SMALL = {"universal_approximation": {"ua_width": "3", "ua2_width": "4"}}  # networks: their size is in no menu
AGAIN = 3  # choices of a menu in each further chapter that has it


@pytest.mark.long
@pytest.mark.usefixtures("small_work")
@pytest.mark.parametrize("page", FILES)
def test_every_choice_of_every_menu(page: str) -> None:
    """The menus of a chapter turn together, each through all of its choices in the first chapter that has it."""
    seen: set[str] = set()
    for number, app in enumerate(chapters(page, **SMALL.get(page, {}))):
        keys = {present(menu.key): len(menu.options) for menu in app.selectbox}
        turns = max((choices if key not in seen else AGAIN for key, choices in keys.items()), default=0)
        seen |= set(keys)
        for turn in range(number, number + turns):
            for menu in app.selectbox:
                menu.select_index(turn % len(menu.options))
            healthy(app.run())
            the_link_says_what_is_chosen(app)


def keys_of(app: AppTest) -> list[str]:
    kinds = (app.slider, app.selectbox, app.number_input, app.text_input, app.text_area, app.select_slider)
    return [present(widget.key) for kind in kinds for widget in kind]


NONSENSE = [
    "nan",
    "inf",
    "-1e999",
    "x" * 2000,
    "",
    "💩",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "[]",
    "1e400",
]


@pytest.mark.usefixtures("small_work")
@pytest.mark.parametrize("page", FILES)
def test_nonsense_in_the_link(page: str) -> None:
    keys, chance = [key for app in chapters(page) for key in keys_of(app)], random.Random(1)
    for _ in range(3):
        healthy(open_page(page, **{key: chance.choice(NONSENSE) for key in keys}, unknown="1"))
    app = open_page(page)
    shown = [present(one.key) for kind in (app.slider, app.number_input, app.select_slider) for one in kind]
    wrong = dict.fromkeys((*shown, *app.session_state["__choices"].shown, "unknown"), "💩")
    lines = [line.value for line in healthy(open_page(page, **wrong)).text]
    further = sum(int(match[1]) for line in lines if (match := re.search(r"use (\d+) further parts", line)))
    assert sum(line.startswith("The link sets") for line in lines) + further == len(wrong)


def test_a_link_sets_the_line() -> None:
    app = healthy(open_page("linear_regression", lr_w="0.5", lr_b="0.25", lr_formulas="loss"))
    assert app.slider(key="lr_w").value == 0.5
    assert r"\hat y &= 0.5\,x +0.25" in filled(app)


def test_a_slider_follows_its_range_when_the_data_change() -> None:
    app = healthy(open_page("linear_regression", lr_noise="2.0"))
    app.slider(key="lr_w").set_value(app.slider(key="lr_w").max)
    healthy(app.run())
    app.slider(key="lr_noise").set_value(0.0)
    healthy(app.run())
    assert app.slider(key="lr_w").value == app.slider(key="lr_w").max


def test_a_step_size_that_diverges_is_said() -> None:
    app = healthy(open_page("linear_regression", lr_steps="5000", lr_eta="10"))
    assert "diverges after" in app.warning[0].value


OWN = {"lr_data": "own", "lr_points": "0 1\n1 3\n2 5"}


def test_own_points_come_from_the_link() -> None:
    app = healthy(
        open_page(
            "linear_regression",
            lr_data="own",
            lr_points="0 1\n1 3\n2 5",
            lr_formulas="loss",
        )
    )
    app.button[[button.label for button in app.button].index("Use the least-squares line")].click()
    assert r"\hat y &= 2\,x +1" in filled(healthy(app.run()))


def test_points_that_cannot_be_read_are_said_and_the_last_good_stay() -> None:
    app = healthy(
        open_page(
            "linear_regression",
            lr_data="own",
            lr_points="0 1\n1 3\n2 5",
            lr_formulas="loss",
        )
    )
    app.text_area(key="lr_points").set_value("three blind mice").run()
    assert any("no rows below the header" in code.value for code in healthy(app).code)
    assert any("n = 3" in latex.value for latex in app.latex)


@each(
    "page, key",
    [("linear_regression", "lr_w"), ("inside_the_network", "in_x"), ("loss_functions", "lf_outlier")],
)
def test_a_table_behind_a_chart_follows_a_slider(page: str, key: str) -> None:
    """The browser draws what these sliders move, but tables come from the server."""
    app = open_page(page)
    app.session_state[TABLES] = True
    before = [table.value for table in healthy(app.run()).dataframe]
    app.slider(key=key).set_value(1.5)
    after = [table.value for table in healthy(app.run()).dataframe]
    assert any(not any(new.equals(old) for old in before) for new in after)


def links_of_the_readme() -> list[str]:
    return re.findall(
        r"\(http://localhost:8501/([^)\s]+)\)", (ROOT / "README.md").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("link", links_of_the_readme())
def test_every_setting_in_a_link_of_the_readme_is_taken(link: str) -> None:
    page, query = link.split("?")
    settings = parse_qs(query)
    plain, linked = open_page(page), healthy(open_page(page, **settings))
    for key in [f"{key}_open" if key.endswith("_chapter") else key for key in settings]:
        before = plain.session_state[key] if key in plain.session_state else None  # noqa: SIM401 - it has no get
        assert linked.session_state[key] != before, f"{key} is what it is without the link"


def test_a_chapter_asks_for_the_fragment_that_the_page_draws_it_in() -> None:
    """A page draws a chapter in a fragment of its own (web/chapters.py), so no other key would be found."""
    for _, chapter in all_chapters():
        decorator = inspect.getsource(chapter.draw).partition("def ")[0]
        assert "key=" not in decorator or decorator == "@fragment(key=body_fragment(_CHAPTER))\n"
        assert "key=" not in decorator or inspect.unwrap(chapter.draw).__globals__["_CHAPTER"] == chapter.key


def test_every_chapter_of_a_lesson_has_a_claim_as_its_heading() -> None:
    claims = {chapter.key: chapter.text.claim for page, chapter in all_chapters() if page in list(PAGES)[1:]}
    assert (
        len(all_chapters()) - 3 == len([one for page, one in all_chapters() if page in list(PAGES)[1:]]) == 24
    )
    assert all(claims.values())
    assert any(f"## {claims['race']}" in one.value for one in healthy(open_page("gradient_descent")).markdown)


@each("name", ["linear_regression", "gradient_descent", "loss_functions"])
def test_a_chapter_has_at_most_three_notes_of_fifteen_words(name: str) -> None:
    folder = ROOT / "nnviz" / "lessons" / name
    texts = [
        import_module(f"nnviz.lessons.{name}.{file.parent.name}.text") for file in folder.glob("*/text.py")
    ]
    notes = [text.CHAPTER.notice for text in texts if hasattr(text, "CHAPTER")]
    assert len(notes) == 4
    assert max(map(len, notes)) <= 3
    for note in chain(*notes):
        words = re.sub(r"\$[^$]*\$", "x", re.sub(r"\[\[(?:[^\]|]*\|)?([^\]]*)\]\]", r"\1", note)).split()
        assert len(words) <= 15, note
