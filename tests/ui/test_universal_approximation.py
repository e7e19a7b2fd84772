"""The page of the theorem, section by section, as a visitor with a link meets it."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from nnviz.functions import TARGETS, TARGETS_2D
from nnviz.ui import construction, limits, plane


def opened(**link: str) -> AppTest:
    app = AppTest.from_file("../../app.py", default_timeout=30)
    for key, value in link.items():
        app.query_params[key] = value
    app.switch_page("pages/4_universal_approximation.py").run()
    assert not app.exception, [box.message for box in app.exception]
    return app


def text_of(app: AppTest) -> str:
    return "\n".join(text.value for kind in (app.markdown, app.caption, app.code) for text in kind)


@pytest.mark.parametrize("kind", [*construction.PIECES, *construction.MANY, construction.OWN])
def test_every_way_to_build_by_hand(kind):
    app = opened(ua_hand=kind)
    assert (kind in construction.MANY) == ("hidden units**" in text_of(app))


@pytest.mark.parametrize(("kind", "units"), [("Many bumps", 20), ("Many steps", 9)])
def test_the_units_of_ten_cells_are_counted(kind, units):
    network = construction.built(kind, TARGETS["sine"].expression, (-1.0, 1.0), 10, 20.0)
    assert network.width == units
    assert f"**{units} hidden units**" in text_of(opened(ua_hand=kind, ua_many="10"))


def test_cells_without_a_value_are_said():
    app = opened(ua_f="sqrt(x - 1)", ua_b="1.5", ua_a="0")
    assert any("no number of cells" in text.value for text in app.text)
    app = opened(ua_f="1/(x - 0.5)", ua_a="0", ua_many="3")  # the middle of the second is 1/2
    assert any("3 cells" in info.value for info in app.info)
    app.slider(key="ua_many").set_value(12).run()
    assert not any("cells" in info.value for info in app.info)


@pytest.mark.parametrize("where", ["Outside K", "At a jump", "With a polynomial φ"])
@pytest.mark.parametrize("f", ["|x|", "step(x)", "log(x)", "7"])
def test_where_it_stops(where, f):
    assert opened(ua_stop=where, ua_f=f)


def test_a_polynomial_activation_stops_getting_better():
    app = opened(ua_stop="With a polynomial φ", ua_f="|x|")
    rows = next(text.value for text in app.markdown if text.value.startswith("| N |")).splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("| ").split("|")] for row in rows]
    assert [cell[0] for cell in cells] == [str(width) for width in limits.WIDTHS]
    assert [cell[1] for cell in cells[-2:]] == ["3", "3"]
    assert cells[-1][2:] == cells[-2][2:]


def test_the_three_norms_at_a_jump():
    text = text_of(opened(ua_stop="At a jump", ua_steep="100", ua_epsilon="0.1"))
    assert "| largest (sup norm) | 0.5 |" in text
    assert "0.0439 of 2" in text  # 2 ln(9) / 100


@pytest.mark.parametrize("way", plane.WAYS)
def test_two_inputs(way):
    text = text_of(opened(ua_plane="true", ua2_way=way, ua2_width="32"))
    assert "measured at 121 × 121 points" in text


def test_a_network_of_two_inputs_is_proved_or_refuted():
    link = {"ua_plane": "true", "ua2_f": "x^2 - y^2", "ua2_a": "-1", "ua2_c": "-1", "ua2_width": "64"}
    assert "Success, and proved" in opened(**link, ua_epsilon="0.05").success[0].value
    assert "Not yet: at (" in text_of(opened(**link, ua_epsilon="1e-06"))


@pytest.mark.parametrize("name", TARGETS_2D)
def test_every_function_of_two_inputs(name):
    app = opened(ua_plane="true", ua2_width="16")
    app.selectbox(key="ua2_example").set_value(name).run()
    assert not app.exception
    assert app.text_input(key="ua2_f").value == TARGETS_2D[name].text


@pytest.mark.parametrize("f", ["x +* y", "1/(x + y)", "z", ""])
def test_a_function_of_two_inputs_that_cannot_be_met_is_said(f):
    app = opened(ua_plane="true", ua2_f=f, ua2_a="-1", ua2_c="-1", ua2_width="16")
    assert app.error


def test_a_network_built_by_hand_is_proved_when_it_is_inside():
    heights = " ".join(f"{np.sin(2 * np.pi * x):.3f}" for x in np.linspace(-1, 1, 21))
    app = opened(ua_hand=construction.OWN, ua_heights=heights)
    assert "Success, and proved" in app.success[0].value
    app.text_input(key="ua_heights").set_value(heights.replace("0.951", "0.5")).run()
    assert not app.success
    assert "Not yet: at x = " in text_of(app)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "there are 0"),
        ("1", "there are 1"),
        ("0 one", "one"),
        ("0 nan", "finite"),
        ("0 1e300", "at most"),
        ("0 " * 40, "40"),
    ],
)
def test_heights_that_are_none_are_said(typed, reason):
    with pytest.raises(ValueError, match=reason):
        construction.read_heights(typed)
    app = opened(ua_hand=construction.OWN)
    app.text_input(key="ua_heights").set_value(typed).run()
    assert app.error
    assert "12 ReLU units" in text_of(app)
