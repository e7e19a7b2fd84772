"""The chapter on more inputs, in Streamlit's own test runner."""

from tests.apps import healthy, open_page


def test_the_menus_of_the_plane_name_the_inputs_of_the_table_that_is_shown() -> None:
    link = {"lr_chapter": "more_inputs", "lr_table": "longley", "lr_up": "x6"}
    app = healthy(open_page("linear_regression", **link))
    assert app.selectbox(key="lr_up").value == "x6"
    app.selectbox(key="lr_table").set_value("own").run()
    app.text_area(key="lr_csv").set_value("a,**b**,c,d\n1,2,3,4\n2,3,5,1\n4,5,1,3\n6,7,1,1").run()
    menu = healthy(app).selectbox(key="lr_up")
    assert (menu.options, menu.value) == (["x₁: a", "x₂: **b**", "x₃: c"], "x2")
