"""Drawn targets on the page of the theorem: in the link, certified, and refused in words."""

from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from nnviz.expressions import parse
from nnviz.targets import PiecewiseLinear, read_drawing, trace
from nnviz.web import drawing_pad as pad


def page() -> None:
    import streamlit as st

    from nnviz.web.function_input import choose_target

    target, interval = choose_target("t")
    st.text(f"{type(target).__name__} on {interval}: {target.text}")


def run(**link: str) -> AppTest:
    app = AppTest.from_function(page)
    for name, value in link.items():
        app.query_params[name] = value
    return app.run(timeout=20)


def test_the_pad_begins_with_the_formula_and_writes_it_into_the_link() -> None:
    app = run(t_f="x^3")
    app.segmented_control[0].set_value("drawn").run()
    assert not app.exception
    cube = trace(parse("x^3"), (-1.0, 1.0))
    assert app.text[-1].value == f"PiecewiseLinear on (-1.0, 1.0): {cube.function.text}"
    assert app.text_input[0].value == cube.text


def test_a_drawing_in_the_link_is_the_target() -> None:
    drawing = trace(parse("|x|"), (-2.0, 2.0))
    app = run(t_source="drawn", t_drawn=drawing.text)
    assert not app.exception
    assert app.text[-1].value == f"PiecewiseLinear on (-2.0, 2.0): {drawing.function.text}"


def test_a_link_without_a_drawing_begins_with_its_formula_on_its_interval_and_says_so() -> None:
    app = run(t_source="drawn", t_f="x^2", t_a="0", t_b="2")
    square = trace(parse("x^2"), (0.0, 2.0))
    assert app.text[-1].value == f"PiecewiseLinear on (0.0, 2.0): {square.function.text}"
    assert "f(x) = x^2 on [0, 2]" in app.text[0].value
    app.text_input[0].set_value(trace(parse("x"), (0.0, 2.0)).text).run()
    assert len(app.text) == 1
    app = run(t_source="drawn", t_f="x^^2", t_a="2", t_b="one")
    assert ["x^^2" in app.code[0].value, "'one'" in app.code[1].value] == [True, True]
    assert "on [−1, 1]" in app.text[0].value


def test_points_at_the_same_x_are_joined_at_their_mean_and_that_is_said() -> None:
    app = run(t_source="points", t_points="0 1\n0 3\n1 1")
    assert app.text[-1].value.endswith(PiecewiseLinear([0, 1], [2, 1]).text)
    assert any("by their mean" in text.value for text in app.text)


def test_nonsense_in_the_link_is_said_and_the_first_target_stays() -> None:
    app = run(t_source="drawn", t_drawn="<b>nonsense</b>")
    assert not app.exception
    assert "This text is not a drawing" in app.code[0].value
    assert app.text[-1].value.startswith("PiecewiseLinear on")


@pytest.mark.parametrize("codes", [None, "abc", [1], [0, 5000], [0.5, 1], [True, None], list(range(99))])
def test_a_stroke_that_makes_no_sense_changes_nothing(monkeypatch: pytest.MonkeyPatch, codes: Any) -> None:
    state = {"p": {"drawn": {"codes": codes}}}
    monkeypatch.setattr(st, "session_state", state)
    pad._take("p", "link", trace(parse("x"), (0.0, 1.0)))
    assert "link" not in state


def test_a_stroke_is_written_to_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, Any] = {"p": {"drawn": {"codes": [0, 4095, 0]}}}
    monkeypatch.setattr(st, "session_state", state)
    pad._take("p", "link", read_drawing("-1~1~-2~2~AAAA"))
    assert read_drawing(state["link"]).function == PiecewiseLinear([-1, 0, 1], [-2, 2, -2])


def test_the_stamp_of_a_drawing_is_that_of_the_browser() -> None:
    """2(√2 − 1 − √3), as in tests/js/stroke.test.mjs."""
    assert pad.drawing_stamp(PiecewiseLinear([-1, 0, 1], [-2, 2, -2])) == pytest.approx(
        -2 + 2 * 2**0.5 - 2 * 3**0.5
    )
    assert pad.drawing_stamp(parse("x")) is None
