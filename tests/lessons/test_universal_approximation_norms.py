"""Where the sup norm ends, the page shows the norms that remain, each with network, proof and picture."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from nnviz.approximation import reach
from nnviz.lessons.universal_approximation.any_epsilon import text as any_text
from nnviz.lessons.universal_approximation.limits import text as limits_text
from nnviz.lessons.universal_approximation.shared import text as shared_text
from nnviz.lessons.universal_approximation.shared.norms import chart, text
from nnviz.targets import as_target
from tests.apps import healthy, open_page


def opened(chapter: str, **link: str) -> AppTest:
    return healthy(open_page("universal_approximation", ua_chapter=chapter, **link))


def said(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.code, app.success, app.warning, app.info)
    return "\n".join(one.value for kind in kinds for one in kind)


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (
            "1/x",
            ["f is unbounded near x = 0", "infinite for every network", "Proved on K except on one interval"],
        ),
        (
            "step(x)",
            [
                "f jumps by 1 at x = 0",
                "the root mean square of $f - N$ is between",
                "Proved on K except on one interval",
            ],
        ),
    ],
)
def test_where_the_sup_norm_is_impossible_the_other_norms_are_shown(f: str, expected: list[str]) -> None:
    words = said(opened("any_epsilon", ua_f=f))
    for part in (shared_text.SEE_VERDICT, *expected, any_text.OTHER_NORMS_HINT, text.MEASURE_LEGEND):
        assert part in words
    assert text.MEASURE_NOW not in words


def test_a_function_without_values_has_no_network_in_any_norm() -> None:
    words = said(opened("any_epsilon", ua_f="sqrt(x)"))
    assert shared_text.SEE_VERDICT in words
    assert text.OTHER_NORMS not in words


def test_the_norm_and_the_measure_are_in_the_link() -> None:
    words = said(opened("any_epsilon", ua_f="floor(1/x)", ua_norm=text.OUTSIDE, ua_measure="0.05"))
    assert "$\\delta = 0.1$" in words
    assert text.MEASURE_NOW in words
    words = said(opened("any_epsilon", ua_f="step(x)", ua_norm=text.RMS, ua_built="tanh"))
    assert "Proved on all of K:** the root mean square" in words
    assert any_text.ONLY_RELU in words


@pytest.mark.parametrize(
    ("f", "intervals"), [("sin(1/x)", "**one interval**"), ("floor(5x)", "**11 intervals**")]
)
def test_lusins_theorem_is_told_with_the_readers_function(f: str, intervals: str) -> None:
    words = said(opened("limits", ua_f=f, ua_stop=limits_text.SMALL_SET))
    assert intervals in words
    assert "Lusin's theorem" in words
    assert "Proved on K except on" in words


def test_a_continuous_function_needs_no_exceptional_set() -> None:
    words = said(opened("limits", ua_f="sin(x)", ua_stop=limits_text.SMALL_SET))
    assert "Nothing is left out" in words
    assert "No exceptional interval is needed" in words


def test_the_picture_shows_the_tube_outside_of_the_exceptional_set_only() -> None:
    found = reach("1/x", (-1, 1), 0.2, norm="outside", measure=0.1)
    exceptional = found.certificate.exceptional
    picture = chart.draw_in_norm(as_target("1/x"), (-1, 1), found.network, exceptional, 0.2, 200)
    x, middle = (np.asarray(picture.data["target"][name]) for name in ("x", "y"))
    inside = (exceptional[0, 0] <= x) & (x <= exceptional[0, 1])
    assert np.isnan(middle[inside]).all()
    assert np.isfinite(middle[~inside]).all()
    assert picture.data["exceptional"]["from"][0] == exceptional[0, 0]
    curve = chart.draw_measure_curve(np.array([0.1, 0.01]), np.array([3.0, np.nan]), None)
    assert len(curve.data["counts"]["units"]) == 1


def test_a_search_in_two_inputs_says_its_price_first() -> None:
    page = opened("two_inputs", ua2_way="reach", ua2_f="sin(9x)*cos(8y)", ua_epsilon="0.01")
    assert any("This question is expensive" in one.value for one in page.info)
    assert "ua2_anyway" in [button.key for button in page.button]
