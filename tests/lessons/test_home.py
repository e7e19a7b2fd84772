"""The first page: any f, any ε, and the width that is enough for it."""

import re
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import nnviz as nv
from nnviz.expressions import Library, parse
from nnviz.lessons.home.growing_network import text
from nnviz.lessons.home.growing_network import view as home
from nnviz.lessons.home.growing_network.code import growing_code
from nnviz.lessons.pages import PAGES
from nnviz.lessons.universal_approximation.question import text as question_text
from nnviz.web.glossary import expand
from tests.apps import healthy, open_page

SINE = parse("sin(2πx)")
K = (-1.0, 1.0)


def opened(**link: str) -> AppTest:
    return healthy(open_page("home", **link))


def said(app: AppTest) -> str:
    return "\n".join(one.value for one in (*app.markdown, *app.info, *app.code))


def test_the_width_is_the_first_that_is_within_epsilon() -> None:
    app = opened()
    for f, epsilon, least in (
        ("sin(2πx)", "0.1", 1),
        ("|x|", "0.02", 1),
        ("sin(2πx)", "0.001", 41),
        ("5", "1e-8", 1),
    ):
        app.text_input(key="ua_f").set_value(f)
        app.text_input(key="ua_epsilon").set_value(epsilon).run()
        enough = re.search(r"\*\*(\d+) hidden unit", said(healthy(app)))
        assert enough is not None
        frames, widths = home.build_networks(parse(f), K, float(epsilon))
        place = widths.index(int(enough[1]))
        assert frames.sup[place] <= float(epsilon) < frames.sup[:place].min(initial=np.inf)
        assert int(enough[1]) >= least


def test_what_the_networks_cannot_reach_is_said() -> None:
    app = opened(ua_epsilon="1e-8")
    assert "1024 units are not enough here" in said(app)
    links = {link.proto.label: link.proto.query_string for link in app.get("page_link")}
    assert set(links[text.PLACE_KNOTS].split("&")) == {"ua_chapter=any_epsilon", "ua_epsilon=1e-8"}
    app.text_input(key="ua_f").set_value("1/x").run()
    assert text.NO_VALUES in said(healthy(app))
    assert "f is unbounded near x = 0" in said(app)


def test_straight_pieces_of_a_sine_keep_the_bound_of_interpolation() -> None:
    """h² max|f″| / 8 with N even pieces of [-1, 1] (de Boor 1978): an outside bound for what the page shows."""
    for epsilon in (0.1, 1e-4):
        frames, widths = home.build_networks(SINE, K, epsilon)
        bound = (2 / np.array(widths)) ** 2 / 8 * (2 * np.pi) ** 2
        assert (frames.sup <= bound * (1 + 1e-9)).all()


@pytest.mark.parametrize("library", ["numpy", "torch"])
@pytest.mark.parametrize("epsilon", [0.1, 1e-9])
def test_the_code_finds_the_same_width(library: Library, epsilon: float) -> None:
    names: dict[str, Any] = {}
    frames, widths = home.build_networks(SINE, K, epsilon)
    exec(compile(growing_code(SINE, K, epsilon, widths, library), "code", "exec"), names)
    np.testing.assert_allclose(list(names["errors"].values()), frames.sup, rtol=1e-6, atol=1e-12)
    assert names["enough"] == home.first_within(frames.sup, widths, epsilon)


def test_the_page_asks_a_question_and_has_three_doors() -> None:
    app = opened(ua_f="|x|", ua_epsilon="0.01")
    assert app.title[0].value == PAGES["home"].title
    assert PAGES["home"].title.endswith("?")
    assert PAGES["home"].menu == "Home"
    words = said(app)
    for door in (text.STUDENTS, text.TEACHERS, text.ENGINEERS):
        assert f"## {door}" in words
    assert expand(text.UNITS, set()) in words
    names: dict[str, Any] = {}
    exec(
        compile(app.code[0].value.replace("\nfound.network", "\nshown = found.network"), "code", "exec"),
        names,
    )
    assert names["shown"] == (2, "proved")
    assert names["found"].network.width == nv.reach("|x|", K, epsilon=0.01).network.width


def test_f_travels_between_home_and_the_lesson() -> None:
    app = opened(ua_f="|x|", ua_a="-0.5", ua_epsilon="0.01")
    app.switch_page("../../pages/4_universal_approximation.py").run()
    keys = ("ua_f", "ua_a", "ua_epsilon")
    assert [healthy(app).text_input(key=key).value for key in keys] == ["|x|", "-0.5", "0.01"]
    app.text_input(key="ua_f").set_value("x^2").run()
    app.switch_page("../../pages/0_home.py").run()
    assert [healthy(app).text_input(key=key).value for key in keys] == ["x^2", "-0.5", "0.01"]


def test_the_line_of_the_bar_shows_the_text_of_f_and_not_its_markdown() -> None:
    label = question_text.summary("2*x*y_1", (-1.0, 1.0), 0.1)
    assert label == r"f(x) = 2\*x\*y\_1 on [−1, 1], **ε = 0.1**"
    assert question_text.summary("|x|", (0.0, 2.5), 1e-6).endswith("on [0, 2.5], **ε = 10⁻⁶**")
