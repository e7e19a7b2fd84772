"""The controls of a run, in Streamlit's own test runner."""

from typing import Any

from streamlit.testing.v1 import AppTest


def script() -> None:
    import streamlit as st

    from nnviz.web.run_controls import RunControls

    controls = RunControls("lr_steps", start=("lr_w",), most=40)
    wide = st.toggle("wide", key="wide")
    is_new = controls.begin_for(wide, (1.0,))
    updates = controls.choose_updates("Number of updates")
    w = st.slider("w", 0.0, 9.0 if wide else 2.0, 1.0, key="lr_w", bind="query-params")
    controls.end_begin(wide, is_new=is_new, parameters=(1.0,), drawn=(w,))
    controls.draw_buttons(
        {25: "Make 25 updates"}, lambda asked: min(asked, 30), reset="Reset", help="h", begun=updates > 0
    )
    st.button("Start at 2", on_click=controls.start_at, args=((2.0,),), key="at")
    st.button("Keep", on_click=controls.keep_for, args=(True,), key="keep")


def opened(**link: str) -> AppTest:
    app = AppTest.from_function(script, default_timeout=30)
    for key, value in link.items():
        app.query_params[key] = value
    return app.run()


def state(app: AppTest) -> tuple[Any, float | None]:
    assert not app.exception
    return app.slider(key="lr_w").value, app.number_input(key="lr_steps").value


def test_buttons_add_as_many_updates_as_are_made_and_return_to_the_start() -> None:
    app = opened()
    add, reset = app.button(key="lr_steps_add_25"), app.button(key="lr_steps_reset")
    assert (reset.disabled, state(app)) == (True, (1, 0))
    assert state(add.click().run()) == (1, 25)
    assert state(app.button(key="lr_steps_add_25").click().run()) == (
        1,
        30,
    )  # 40 at most, of which 30 are made
    assert not app.button(key="lr_steps_reset").disabled
    assert state(app.button(key="lr_steps_reset").click().run()) == (1, 0)


def test_sliders_that_are_put_somewhere_begin_a_run_there() -> None:
    app = opened(lr_steps="7")
    assert state(app) == (1, 7)
    assert state(app.button(key="at").click().run()) == (2, 0)


def test_a_new_model_begins_at_its_own_parameters_even_if_the_link_has_others() -> None:
    app = opened(lr_w="0.5", lr_steps="3")
    assert state(app) == (0.5, 3)
    assert state(app.toggle(key="wide").set_value(True).run()) == (1, 0)
    assert state(app.slider(key="lr_w").set_value(5.0).run()) == (5, 0)


def test_another_model_that_is_kept_leaves_the_sliders_alone() -> None:
    app = opened(lr_steps="3")
    app.slider(key="lr_w").set_value(0.5).run()
    app.button(key="keep").click()
    assert state(app.toggle(key="wide").set_value(True).run()) == (0.5, 0)
