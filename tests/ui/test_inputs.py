"""The chapter on more inputs, in Streamlit's own test runner."""

from tests.ui.test_pages import healthy, opened


def test_the_menus_of_the_plane_name_the_inputs_of_the_table_that_is_shown():
    link = {"lr_chapter": "More inputs", "lr_table": "Longley: US employment 1947–1962", "lr_up": "x6: year"}
    app = healthy(opened("linear_regression", **link))
    assert app.selectbox(key="lr_up").value == 5
    app.selectbox(key="lr_table").set_value("own").run()
    app.text_area(key="lr_csv").set_value("a,**b**,c,d\n1,2,3,4\n2,3,5,1\n4,5,1,3\n6,7,1,1").run()
    menu = healthy(app).selectbox(key="lr_up")
    assert (menu.options, menu.value) == (["x1: a", "x2: **b**", "x3: c"], 1)
