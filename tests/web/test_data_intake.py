"""The intake of the reader's own data: tables as text, what is said of them, and what can be changed."""

from pathlib import Path
from urllib.parse import quote_plus

import pytest
from streamlit.testing.v1 import AppTest

from nnviz.data import Finding, parse_table
from nnviz.optimization.formula_surface import LINE
from nnviz.web import table_text
from nnviz.web.data_intake import MAX_LINK_CHARACTERS
from nnviz.web.text import SHOWS_LAST_VALID
from tests.apps import healthy, open_page
from tests.data.table_kinds import KINDS

FILES = Path(__file__).parent.parent / "fixtures" / "tables"
LINE_SURFACE = LINE
POINTS = "x,y\n0,1\n1,3\n2,5"


def page() -> None:
    import streamlit as st

    from nnviz.web.data_input import read_pair
    from nnviz.web.data_intake import Intake, choose_two_columns, take_data, write_text_box

    samples = take_data(Intake("t_points", "0 1\n1 2", choose_two_columns, read_pair, can_edit=True))
    st.session_state["seen"] = [
        samples.x[:, 0].tolist(),
        samples.y.tolist(),
        samples.features,
        samples.target,
    ]
    st.button("put", on_click=write_text_box, args=("t_points", "x,y\n1,2\n3,9999\n4,5\n5,6\n7,7"))


def opened(**link: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=30)
    for key, value in link.items():
        app.query_params[key] = value
    return healthy(app.run())


def seen(app: AppTest) -> list[tuple[float, float]]:
    x, y, _, _ = app.session_state["seen"]
    return list(zip(x, y, strict=True))


def said(app: AppTest) -> str:
    return "\n".join(text.value for text in app.text)


def test_every_kind_of_table_can_be_pasted() -> None:
    app = opened()
    for name, wanted in list(KINDS.items())[::5]:
        if b"\0" in wanted.raw:
            continue
        app.text_area(key="t_points").set_value(wanted.raw.decode()).run()
        assert seen(healthy(app)) == wanted.points, name
        assert "were read." in said(app), name


def test_a_table_in_the_link_is_read_with_its_controls() -> None:
    app = opened(t_points="10,20\n1,3\n2,5", t_points_header="1")
    assert seen(app) == [(1, 3), (2, 5)]
    assert app.query_params["t_points"] == "10,20\n1,3\n2,5"
    app = opened(t_points="10,20\n1,3\n2,5")
    assert seen(app) == [(10, 20), (1, 3), (2, 5)]


def test_codes_are_asked_about_and_used_if_the_reader_says_so() -> None:
    app = opened(t_points=(FILES / "c14_sentinels.csv").read_text())
    (switch,) = app.toggle
    assert "−99.99 and 9999" in switch.label
    assert len(seen(app)) == 5
    switch.set_value(False).run()
    assert len(seen(healthy(app))) == 7


def test_columns_are_chosen_if_there_are_more_than_two() -> None:
    app = opened(t_points="no\tx\ty\tz\n1\t10\t21\t5\n2\t20\t41\t4\n3\t30\t61\t9")
    assert seen(app) == [(10, 21), (20, 41), (30, 61)]
    app.selectbox(key="t_points_column_y").set_value("z").run()
    assert seen(healthy(app)) == [(10, 5), (20, 4), (30, 9)]
    app.text_area(key="t_points").set_value(POINTS).run()
    assert seen(healthy(app)) == [(0, 1), (1, 3), (2, 5)]


def test_text_that_is_no_table_is_said_and_the_last_good_stays() -> None:
    app = opened(t_points=POINTS)
    for text in ("three blind mice", "x,y\n1,2\n1,3", "x,y\na,b\nc,d", "", 'x,y\n1,2\n"3,4'):
        app.text_area(key="t_points").set_value(text).run()
        assert [error.value for error in healthy(app).error] == [
            "This input is not valid. The picture shows the last valid one."
        ]
        assert seen(app) == [(0, 1), (1, 3), (2, 5)]


def test_a_long_text_is_used_whole_and_it_is_said_that_the_link_does_not_hold_it() -> None:
    app = opened(t_points=POINTS)
    long = "x,y\n" + "\n".join(f"{k},{k * k}" for k in range(1000))
    app.text_area(key="t_points").set_value(long).run()
    assert len(seen(healthy(app))) == 1000
    assert "t_points" not in app.query_params
    caption = table_text.too_long_for_link(len(quote_plus(long)), MAX_LINK_CHARACTERS)
    assert caption in [one.value for one in app.caption]


def test_what_the_app_writes_is_read_with_every_number() -> None:
    app = opened(t_points="0;1\n2;3", t_points_separator=";", t_points_skip="1")
    app.button[-1].click().run()
    assert seen(healthy(app)) == [(1, 2), (3, 9999), (4, 5), (5, 6), (7, 7)]
    assert "t_points_skip" not in app.query_params


def test_there_is_a_sentence_for_each_finding_on_the_reading() -> None:
    told = [finding for finding in Finding if finding in table_text._SENTENCES]
    assert len(told) == len(table_text._SENTENCES)


@pytest.mark.parametrize(
    ("page_name", "link", "key"),
    [
        ("linear_regression", {"lr_data": "own"}, "lr_points"),
        ("linear_regression", {"lr_chapter": "polynomials", "lrp_data": "own"}, "lrp_points"),
        ("gradient_descent", {"gd_surface": LINE_SURFACE, "lr_data": "own"}, "lr_points"),
        ("linear_regression", {"lr_chapter": "more_inputs", "lr_table": "own"}, "lr_csv"),
        ("loss_functions", {"lf_chapter": "boundaries", "lf_data": "own"}, "lf_points"),
        ("universal_approximation", {"ua_source": "points"}, "ua_points"),
    ],
)
def test_every_page_that_takes_a_table_has_the_intake(page_name: str, link: dict[str, str], key: str) -> None:
    table = "name;a;b;kind\n" + "\n".join(f"n{k};{k},5;{k * k % 7},25;{'uv'[k % 2]}" for k in range(12))
    app = healthy(open_page(page_name, **link, **{key: table}))
    assert "12 rows and 4 columns were read. Semicolons separate the cells." in said(app)
    assert not app.error


NARROW = {
    "by hand": ("linear_regression", {"lr_data": "own"}, "lr_points"),
    "polynomials": (
        "linear_regression",
        {"lr_chapter": "polynomials", "lrp_data": "own"},
        "lrp_points",
    ),
    "descent": ("gradient_descent", {"gd_surface": LINE_SURFACE, "lr_data": "own"}, "lr_points"),
}


def charts(app: AppTest) -> list[str]:
    return [chart.proto.spec for chart in app.get("vega_lite_chart")]


@pytest.mark.parametrize("chapter", NARROW)
def test_names_that_are_years_are_names_and_words_do_not_replace_the_picture(chapter: str) -> None:
    page_name, link, key = NARROW[chapter]
    years = (FILES / "c04_years_as_header.csv").read_text()
    app = healthy(open_page(page_name, **link, **{key: years}))
    assert "4 rows and 4 columns were read." in said(app)
    assert app.selectbox(key=f"{key}_column_x").options == ["1990", "2000", "2010"]
    before = charts(app)
    app.text_area(key=key).set_value("x,kind\n1,red\n2,green\n3,blue\n4,red\n5,green\n6,blue").run()
    assert [error.value for error in healthy(app).error] == [SHOWS_LAST_VALID]
    (why,) = [box.value for box in app.code if "Column kind" in box.value]
    assert "('red' in line 2). Write numbers, or two different words, which are then 0 and 1." in why
    assert before
    assert charts(app) == before


@pytest.mark.parametrize("chapter", ["by hand", "polynomials"])
def test_an_axis_of_two_words_says_which_is_0(chapter: str) -> None:
    page_name, link, key = NARROW[chapter]
    app = healthy(open_page(page_name, **link, **{key: "hours,passed\n1,no\n2,yes\n3,no\n4,yes"}))
    assert "passed (no = 0, yes = 1)" in charts(app)[0]


def test_own_points_leave_the_link_with_their_box_and_come_back() -> None:
    app = healthy(open_page("linear_regression", lr_data="own", lr_points=POINTS))
    app.selectbox(key="lr_data").set_value("line").run()
    assert not {"lr_points", "lr_data"} & set(healthy(app).query_params)
    app.selectbox(key="lr_data").set_value("own").run()
    assert healthy(app).query_params["lr_points"] == POINTS
    assert app.text_area(key="lr_points").value == POINTS


def test_dates_without_separators_are_told_and_can_be_kept_as_numbers() -> None:
    dates = "d,y\n20240131,1\n20240201,2\n20240301,3"
    app = opened(t_points=dates)
    assert seen(app) == [(0, 1), (1, 2), (30, 3)]
    assert "Column d holds dates such as 20240131. They are read as days since 20240131." in said(app)
    app = opened(t_points=dates, t_points_dates="numbers")
    assert seen(app)[0] == (20240131, 1)
    assert app.selectbox(key="t_points_dates").label == "Dates"


def test_months_quarters_and_weeks_are_told() -> None:
    for first, others, name in (
        ("202401", ("202402", "202403"), "months"),
        ("2024Q1", ("2024Q2", "2024Q3"), "quarters"),
        ("2024-W01", ("2024-W02", "2024-W03"), "weeks"),
        ("Jan-24", ("Feb-24", "Mar-24"), "months"),
        ("2024-H1", ("2024-H2", "2025-H1"), "half-years"),
    ):
        rows = "\n".join(f"{cell},{k}" for k, cell in enumerate((first, *others)))
        (fact,) = parse_table(f"d,y\n{rows}").samples().facts
        kept = "numbers" if first.isdigit() else "words"
        assert table_text.say(fact) == (
            f"Column d holds {name} such as {first}. Each stands for its first day. They are read as days since the "
            f"first day of {first}. Under “Change how it is read” you can keep the plain {kept}."
        )
