"""No digit and no character of an input is lost on its way through a page."""

import numpy as np
import pytest
import streamlit as st

from nnviz.lessons.universal_approximation.by_hand import view as by_hand
from tests.apps import healthy, open_page


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
