"""Every page in Streamlit's own test runner: defaults, extremes, deep links, nonsense in the link."""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from altair.vegalite.v6.schema.core import load_schema
from jsonschema import Draft7Validator
from streamlit.testing.v1 import AppTest

from nnviz.ui import PAGES
from tests.ui.test_linear_regression import filled

SECONDS = 30
ROOT = Path(__file__).parents[2]
FILES = {name: f"pages/{entry.file}" for name, entry in PAGES.items()}


def opened(page: str, **link: str | list[str]) -> AppTest:
    """The page as a visitor with this link sees it first."""
    app = AppTest.from_file("../../app.py", default_timeout=SECONDS)
    for key, value in link.items():
        app.query_params[key] = value
    return app.switch_page(FILES[page]).run() if page != "home" else app.run()


PREFIXES = dict(zip(PAGES, ["ho", "lr", "gd", "lf", "ua", "in"], strict=True))  # of a page's keys


def chapters(page: str) -> Iterator[AppTest]:
    """The page as it opens, and once for each of its other chapters."""
    first = opened(page)
    yield healthy(first)
    key = f"{PREFIXES[page]}_chapter"
    if key in first.session_state:
        for tab in first.tabs[1:]:
            yield healthy(opened(page, **{key: tab.label}))


def healthy(app: AppTest) -> AppTest:
    assert not app.exception, [box.message for box in app.exception]
    return app


VEGA_LITE = Draft7Validator(load_schema())


def against_the_schema(chart) -> list[str]:
    """What Vega-Lite's own schema has against a chart: in the app, Altair is told not to validate."""
    spec = json.loads(chart.proto.spec)
    spec.get("config", {}).pop("signals", None)  # Vega's, below Vega-Lite
    return [
        f"{spec.get('name')}: {error.json_path}: {error.message}" for error in VEGA_LITE.iter_errors(spec)
    ]


@pytest.mark.parametrize("page", FILES)
def test_every_chapter_shows_itself_and_stands_whatever_is_pressed_or_dragged(page):
    for app in chapters(page):
        assert app.title[0].value in {PAGES[page].title, "nnviz"}
        assert not app.error
        assert not app.warning
        assert [error for chart in app.get("vega_lite_chart") for error in against_the_schema(chart)] == []
        for number in range(len(app.button)):
            app.button[number].click()
            healthy(app.run())
        for end in ("max", "min"):
            for slider in app.slider:
                slider.set_value(getattr(slider, end))
            healthy(app.run())


@pytest.mark.parametrize("page", FILES)
def test_every_choice_of_every_menu(page):
    """The menus of a chapter turn together, each through all of its choices."""
    for app in chapters(page):
        for choice in range(max((len(menu.options) for menu in app.selectbox), default=0)):
            for menu in app.selectbox:
                menu.select_index(choice % len(menu.options))
            healthy(app.run())


def keys_of(app: AppTest) -> list[str]:
    kinds = (app.slider, app.selectbox, app.number_input, app.text_input, app.text_area, app.select_slider)
    return [widget.key for kind in kinds for widget in kind]


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


@pytest.mark.parametrize("page", FILES)
def test_nonsense_in_the_link(page):
    keys, chance = [key for app in chapters(page) for key in keys_of(app)], random.Random(1)
    for _ in range(3):
        healthy(opened(page, **{key: chance.choice(NONSENSE) for key in keys}, unknown="1"))


def test_a_link_sets_the_line():
    app = healthy(opened("linear_regression", lr_w="0.5", lr_b="0.25", lr_formulas="The line now"))
    assert app.slider(key="lr_w").value == 0.5
    assert r"\hat y &= 0.5\,x +0.25" in filled(app)


def test_a_slider_follows_its_range_when_the_data_change():
    app = healthy(opened("linear_regression", lr_noise="2.0"))
    app.slider(key="lr_w").set_value(app.slider(key="lr_w").max)
    healthy(app.run())
    app.slider(key="lr_noise").set_value(0.0)
    healthy(app.run())
    assert app.slider(key="lr_w").value == app.slider(key="lr_w").max


def test_a_step_size_that_diverges_is_said():
    app = healthy(opened("linear_regression", lr_steps="5000", lr_eta="10"))
    assert "diverged" in app.warning[0].value


OWN = {"lr_data": "My own points", "lr_points": "0 1\n1 3\n2 5"}


def test_own_points_come_from_the_link():
    app = healthy(
        opened(
            "linear_regression",
            lr_data="My own points",
            lr_points="0 1\n1 3\n2 5",
            lr_formulas="The line now",
        )
    )
    app.button[[button.label for button in app.button].index("Best line")].click()
    assert r"\hat y &= 2\,x +1" in filled(healthy(app.run()))


def test_points_that_cannot_be_read_are_said_and_the_last_good_stay():
    app = healthy(
        opened(
            "linear_regression",
            lr_data="My own points",
            lr_points="0 1\n1 3\n2 5",
            lr_formulas="The line now",
        )
    )
    app.text_area(key="lr_points").set_value("three blind mice").run()
    assert any("no rows below the header" in code.value for code in healthy(app).code)
    assert any("n = 3" in latex.value for latex in app.latex)


def error_shown(app: AppTest) -> str:
    return next(text.value for text in app.markdown if text.value.startswith("max |f − N|"))


def test_a_typed_function_is_learned():
    app = healthy(opened("universal_approximation", ua_f="x^2", ua_steps="100"))
    assert any("Universal" in caption.value for caption in app.caption)
    assert "measured at 1001 points" in error_shown(app)


@pytest.mark.parametrize("typed", ["sin(2πx", "__import__('os')", "2 +* x", "y", "", "x" * 600])
def test_a_formula_that_cannot_be_read_keeps_the_last_picture(typed):
    app = healthy(opened("universal_approximation", ua_f="cos(x)"))
    before = error_shown(app)
    app.text_input(key="ua_f").set_value(typed).run()
    assert healthy(app).error, "no message"
    assert error_shown(app) == before


@pytest.mark.parametrize(("a", "b"), [(1, -1), (0, 0), (0, 1e-12), (-1e12, 1e12)])
def test_an_interval_that_is_none_is_said(a, b):
    app = healthy(opened("universal_approximation"))
    before = error_shown(app)
    app.number_input(key="ua_a").set_value(a)
    app.number_input(key="ua_b").set_value(b).run()
    assert any(code.value.startswith("K ") for code in healthy(app).code)
    assert error_shown(app) == before


def test_a_function_without_values_is_said_and_the_last_picture_stays():
    app = healthy(opened("universal_approximation", ua_f="cos(x)"))
    before = error_shown(app)
    app.text_input(key="ua_f").set_value("sqrt(-1-x^2)").run()
    assert any("no finite value" in code.value for code in healthy(app).code)
    assert error_shown(app) == before


def links_of_the_readme() -> list[str]:
    return re.findall(
        r"\(http://localhost:8501/([^)\s]+)\)", (ROOT / "README.md").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("link", links_of_the_readme())
def test_every_setting_in_a_link_of_the_readme_is_taken(link):
    page, query = link.split("?")
    settings = parse_qs(query)
    plain, linked = opened(page), healthy(opened(page, **settings))
    for key in settings:
        before = plain.session_state[key] if key in plain.session_state else None  # noqa: SIM401 - it has no get
        assert linked.session_state[key] != before, f"{key} is what it is without the link"


def test_an_epsilon_is_proved_and_priced():
    app = healthy(opened("universal_approximation", ua_f="sin(x)", ua_epsilon="0.01", ua_prove="true"))
    assert "Proved on all of K" in app.success[0].value
    assert any("no ReLU network with fewer than" in text.value for text in app.markdown)


@pytest.mark.parametrize(("f", "reason"), [("step(x)", "jump"), ("1/x", "x = 0"), ("sqrt(x)", "x")])
def test_what_no_network_can_meet_is_said(f, reason):
    app = healthy(opened("universal_approximation", ua_f=f, ua_prove="true"))
    assert not app.success
    assert any(reason in code.value for code in app.code)


def test_a_study_compares_what_is_promised_with_what_is_found():
    app = healthy(opened("universal_approximation", ua_study="true", ua_studied="Square"))
    assert any("| optimal |" in text.value or "| solved |" in text.value for text in app.markdown)
    assert any("A plateau" in text.value for text in app.markdown)
