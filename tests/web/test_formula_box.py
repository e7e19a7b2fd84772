"""What is typed is shown as it was read; other readings are one press away, and numbers are expressions."""

import pytest
from streamlit.testing.v1 import AppTest

from nnviz.expressions import parse
from tests.apps import healthy, open_page

PAGE = "universal_approximation"


def opened(**link: str) -> AppTest:
    return healthy(open_page(PAGE, ua_chapter="one_unit", **link))


def press(app: AppTest, start: str) -> AppTest:
    (button,) = [one for one in app.button if one.label.replace("\\", "").startswith(start)]
    return healthy(button.click().run())


def texts(app: AppTest) -> str:
    return "\n".join(one.value for one in (*app.markdown, *app.caption, *app.code, *app.warning))


@pytest.mark.parametrize(
    ("typed", "latex"),
    [
        ("log(x+2)", r"\ln(x + 2)"),
        ("1/2x", r"\frac{1}{2} x"),
        ("sin 2πx", r"\sin(2 \pi x)"),
        ("-x^2", "-x^{2}"),
        ("{x<0: -x, x^2}", r"\begin{cases}"),
    ],
)
def test_the_formula_is_shown_as_it_was_read(typed: str, latex: str) -> None:
    assert f"$f(x) = {latex}" in texts(opened(ua_f=typed))


def test_a_logarithm_says_its_base_and_offers_the_other() -> None:
    app = opened(ua_f="log(x+2)")
    assert "natural logarithm" in texts(app)
    assert press(app, "Use log10(x+2)").text_input(key="ua_f").value == "log10(x+2)"


@pytest.mark.parametrize(
    ("typed", "start", "form"),
    [("exp -x", "Use exp(-x)", "exp(-x)"), ("10^-3 x", "Use 10^(-3)*x", "10^(-3)*x")],
)
def test_a_form_that_a_message_names_is_one_press_away(typed: str, start: str, form: str) -> None:
    app = opened(ua_f=typed)
    assert app.error
    assert press(app, start).text_input(key="ua_f").value == form
    assert not press_errors(app)


def press_errors(app: AppTest) -> list[str]:
    return [error.value for error in app.error]


@pytest.mark.parametrize(
    ("f", "k", "value"),
    [
        ("sin(x)/x", ("-1", "1"), 1.0),
        ("exp(-1/x^2)", ("-2", "2"), 0.0),
        ("log((x+3)/4)/(x-1)", ("-1", "1"), 0.25),
    ],
)
def test_a_hole_is_filled_with_the_limit(f: str, k: tuple[str, str], value: float) -> None:
    app = press(opened(ua_f=f, ua_a=k[0], ua_b=k[1]), "Define f(")
    assert not [one for one in app.warning if "does not cover" in one.value]
    filled = parse(app.text_input(key="ua_f").value or "")
    assert filled(1.0 if "log" in f else 0.0) == value


def test_a_cube_root_and_the_largest_interval_are_offered() -> None:
    app = opened(ua_f="x^(1/3)")
    assert press(app, "Use cbrt(x)").text_input(key="ua_f").value == "cbrt(x)"
    app = press(opened(ua_f="log(x)"), "Use K from 0.01 to 1")
    assert (app.text_input(key="ua_a").value, app.text_input(key="ua_b").value) == ("0.01", "1")


def test_the_ends_of_k_and_epsilon_are_expressions() -> None:
    app = opened(ua_a="-π", ua_b="π/2", ua_epsilon="1/300")
    assert "ε \\= 0\\.00333333" in "".join(one.label for one in app.button) or "0.00333" in "".join(
        one.label for one in app.button
    )
    assert app.text_input(key="ua_a").value == "-π"


@pytest.mark.parametrize(
    ("key", "typed", "words"),
    [
        ("ua_epsilon", "0", "ε must be between"),
        ("ua_epsilon", "1e-4.5", "Write 10^-4.5"),
        ("ua_b", "1.000,5", "Write 1000.5."),
        ("ua_epsilon", "0,05", "Write 0.05 with a point."),
        ("ua_epsilon", "x", "must be a number without x"),
        ("ua_b", "-1", "K must go from a smaller to a larger number, got −1 to −1"),
    ],
)
def test_a_wrong_number_is_said_and_the_last_one_stays(key: str, typed: str, words: str) -> None:
    app = opened()
    before = next(one.label for one in app.button if one.label.startswith("f("))
    app.text_input(key=key).set_value(typed)
    assert words in texts(healthy(app.run()))
    assert next(one.label for one in app.button if one.label.startswith("f(")) == before


def test_the_slider_writes_the_box_of_epsilon() -> None:
    app = opened(ua_epsilon="0.003")
    app.select_slider(key="ua_epsilon_slider").set_value(0.02)
    assert healthy(app.run()).text_input(key="ua_epsilon").value == "0.02"
