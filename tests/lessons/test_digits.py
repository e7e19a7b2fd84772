"""No digit and no character of an input is lost on its way through a page."""

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from nnviz.lessons.pages import MENU
from nnviz.lessons.universal_approximation.by_hand import view as by_hand
from tests.apps import MAIN, SECONDS, healthy, open_page
from tests.cases import each
from tests.lessons.test_exported_code import NUMBER


def test_knots_are_put_on_f_with_all_digits() -> None:
    link = {"ua_chapter": "by_hand", "ua_heights": "0 0 0 0 0 0", "ua_f": "exp(x)/3"}
    app = healthy(open_page("universal_approximation", **link))
    app.button(key="ua_on_f").click()
    heights = (healthy(app.run()).text_input(key="ua_heights").value or "").split()
    assert [float(height) for height in heights] == [float(np.exp(x) / 3) for x in np.linspace(-1, 1, 6)]


def test_a_knot_that_moves_leaves_the_digits_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, str] = {}
    monkeypatch.setattr(st, "session_state", state)
    monkeypatch.setattr(by_hand, "last_valid_input", lambda _: f"0.1 {1 / 3!r} 2e-20 -7")
    by_hand.write_heights(np.column_stack([np.arange(4.0), [0.1 + 1e-16, 1 / 3, 0.123456, -7.0]]))
    assert state == {by_hand.HEIGHTS_KEY: f"0.1 {1 / 3!r} 0.1235 -7"}


def test_a_long_formula_of_a_link_is_not_cut() -> None:
    f = f"-{'+'.join(['x'] * 99)}+12.5"
    assert len(f) == 203
    link = {"in_chapter": "width_or_depth", "in_problem": "own", "ua_f": f}
    app = healthy(open_page("inside_the_network", **link))
    assert app.text_input(key="ua_f").value == f
    assert app.query_params["ua_f"] in (f, [f])
    assert any(one.value.endswith("+ 12.5$") for one in app.markdown)


SIXTEEN = [
    *((0.1234567890123456, 1e-17), (1 / 3, -2 / 3)),
    *((2.718281828459045, 12345678.90123456), (-7.1e-9, 9007199254740992.0)),
]


@each(
    "chapter, data, key",
    [("by_hand", "lr", "lr_line"), ("polynomials", "lrp", "lr_polynomial")],
)
def test_exported_code_has_all_sixteen_digits_of_the_data(chapter: str, data: str, key: str) -> None:
    app = AppTest.from_file(MAIN, default_timeout=SECONDS)
    app.session_state[f"{key}_code"] = True
    app.query_params["lr_chapter"] = chapter
    app.query_params[f"{data}_data"] = "own"
    app.query_params[f"{data}_points"] = "\n".join(f"{x!r} {y!r}" for x, y in SIXTEEN)
    app = healthy(app.switch_page(f"../../pages/{MENU['linear_regression'].file}").run())
    written = {float(number) for number in NUMBER.findall(app.code[0].value)}
    assert written >= {number for point in SIXTEEN for number in point}
