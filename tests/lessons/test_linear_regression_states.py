"""What the controls of the page about linear regression do, and that what it says is true of what it shows."""

from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from nnviz.data import DATASETS, SampleSpec, draw, load
from nnviz.expressions import parse_number
from nnviz.lessons.linear_regression.by_hand import chart as by_hand_chart
from nnviz.lessons.linear_regression.by_hand.view import default_intercept
from nnviz.lessons.linear_regression.polynomials.view import fit_degrees
from nnviz.web.run_controls import RunControls
from tests.lessons.test_linear_regression import opened, sent_to, table_row, weights
from tests.narrowing import present


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception
    return app


def line_of(app: AppTest) -> tuple[Any, Any]:
    return app.slider(key="lr_w").value, app.slider(key="lr_b").value


def test_the_sliders_follow_the_run_and_return_to_its_start() -> None:
    app = opened(lr_w="0.1", lr_b="-0.2")
    for label in ("Make 1 update", "Make 25 updates"):
        values = sent_to(press(app, label), "nnviz_player")[0]["values"]
        assert line_of(app) == pytest.approx((values["lr_w"][-1], values["lr_b"][-1]), rel=1e-5)
        assert (values["lr_w"][0], values["lr_b"][0]) == (0.1, -0.2)
    assert app.number_input(key="lr_steps").value == 26
    link = {key: str(app.slider(key=key).value) for key in ("lr_w", "lr_b")}
    again = opened(**link, lr_steps="26", lr_steps_from=str(app.query_params["lr_steps_from"]))
    assert line_of(again) == line_of(app)
    press(app, "Return to the start")
    assert line_of(app) == (0.1, -0.2)
    assert "lr_steps_from" not in app.query_params


def test_a_slider_that_is_moved_after_a_run_begins_a_new_run_there() -> None:
    app = press(opened(), "Make 25 updates")
    b = line_of(app)[1]
    app.slider(key="lr_w").set_value(0.5).run()
    assert (line_of(app), app.number_input(key="lr_steps").value) == ((0.5, b), 0)
    values = sent_to(press(app, "Make 1 update"), "nnviz_player")[0]["values"]
    assert (values["lr_w"][0], values["lr_b"][0]) == (0.5, b)


def test_the_sliders_stop_where_the_player_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", state)
    frames, domain = [[0.0], [0.25], [9.0]], [(-1.0, 1.0)]
    controls = RunControls("steps", start=("w",))
    assert controls.follow(frames, "run", domain) == (1.0,)  # at the end of the slider
    controls.note_frame("run", 1)
    assert controls.follow(frames, "run", domain) == (state["w"],) == (0.25,)
    assert controls.follow(frames, "another run", domain) == (1.0,)


def test_the_start_of_a_run_leaves_the_link_with_its_chapter_and_comes_back_with_it() -> None:
    app = press(opened(lr_w="0.5"), "Make 1 update")
    assert "lr_steps_from" in app.query_params
    app.query_params["lr_chapter"] = "step_size"
    app.run()
    assert "lr_steps_from" not in app.query_params
    del app.query_params["lr_chapter"]
    app.run()
    assert sent_to(app, "nnviz_player")[0]["values"]["lr_w"][0] == 0.5


@pytest.mark.parametrize("words", ["", "1", "1,2,3", "1,nan", "1,inf", "a,b"])
def test_a_start_that_the_link_cannot_have_is_that_of_the_sliders(words: str) -> None:
    app = opened(lr_w="0.5", lr_steps="5", lr_steps_from=words)
    assert sent_to(app, "nnviz_player")[0]["values"]["lr_w"][0] == 0.5


def test_the_weights_follow_the_run_too() -> None:
    app, keys = opened(lr_chapter="more_inputs"), ("lr_w1", "lr_w2", "lr_wb")
    first = {key: app.slider(key=key).value for key in keys}
    values = sent_to(press(app, "Make 25 updates"), "nnviz_player")[0]["values"]
    for key in keys:
        assert app.slider(key=key).value == pytest.approx(values[key][-1], rel=1e-5)
        assert values[key][0] == first[key] != 0


def test_a_number_of_updates_that_is_not_whole_is_rounded_in_the_box_too() -> None:
    app = opened()
    app.number_input(key="lr_steps").set_value(2.6).run()
    assert app.number_input(key="lr_steps").value == 3
    assert sent_to(app, "nnviz_player")[0]["steps"][-1] == 3


@pytest.mark.parametrize(("eta", "word"), [("0.2", "converged"), ("10", "diverges")])
def test_a_button_counts_the_updates_that_are_made_and_no_more(eta: str, word: str) -> None:
    app = press(opened(lr_eta=eta), "Make up to 5000 updates")
    count = int(present(app.number_input(key="lr_steps").value))
    assert 0 < count < 1000
    assert any(f"{word} after {count} updates" in box.value for box in [*app.caption, *app.warning])
    assert sent_to(app, "nnviz_player")[0]["steps"][-1] == count


def test_another_data_set_begins_with_no_update_and_a_learning_rate_that_converges() -> None:
    app = opened(lr_steps="25", lr_w="0.5")
    app.selectbox(key="lr_data").set_value("galileo").run()
    assert app.number_input(key="lr_steps").value == 0
    assert (app.slider(key="lr_w").value, app.slider(key="lr_b").value) == (0, 430)  # the mean of y is 434
    critical = 2 / np.linalg.eigvalsh(hessian_of(load("galileo").x[:, 0]))[-1]
    assert 0.1 * critical < app.select_slider(key="lr_eta").value < 0.5 * critical
    assert not press(app, "Make 25 updates").warning
    losses = [parse_number(text.rsplit("= ", 1)[1]) for text in sent_to(app, "nnviz_player")[0]["captions"]]
    assert losses == sorted(losses, reverse=True)


def hessian_of(x: np.ndarray) -> np.ndarray:
    return 2 / len(x) * np.array([[x @ x, x.sum()], [x.sum(), len(x)]])


@pytest.mark.parametrize("name", [name for name, data in DATASETS.items() if len(data.features) == 1])
def test_the_line_is_on_the_chart_of_every_real_data_set(name: str) -> None:
    data = load(name)
    if data.y.dtype.kind == "f":
        low, high = by_hand_chart.fit_domain(data.x[:, 0], data.y)[1]
        assert low < default_intercept(data.y) < high


def test_own_points_of_another_size_begin_with_a_learning_rate_that_converges() -> None:
    app = opened(lr_data="own", lr_points="0 1\n1 3\n2 5", lr_eta="0.1")
    assert app.select_slider(key="lr_eta").value == 0.1
    app.text_area(key="lr_points").set_value("0 1\n1 3\n2 6").run()
    assert app.select_slider(key="lr_eta").value == 0.1
    years = [1990.0 + k for k in range(5)]
    app.text_area(key="lr_points").set_value("\n".join(f"{x} {k}" for k, x in enumerate(years))).run()
    assert app.select_slider(key="lr_eta").value < 1 / np.mean(np.square(years))


def test_at_the_critical_learning_rate_nothing_is_said_to_converge_or_to_diverge() -> None:
    app = opened(lr_chapter="step_size", lr_rate="2.0")
    assert "neither converges nor diverges" in table_row(app, "learning rate")[1]
    assert table_row(app, "largest factor") == ["1.0000", "1.0000"]
    assert table_row(app, "updates, guaranteed") == ["no guarantee", "no guarantee"]
    assert table_row(app, "updates, observed") == ["not within 60 updates"] * 2


def test_standardization_is_compared_at_the_best_learning_rate_of_each() -> None:
    app = opened(lr_chapter="step_size")
    next(button for button in app.button if "λₘᵢₙ+λₘₐₓ" in button.label).click()
    app.run()
    assert table_row(app, "updates, guaranteed with") == ["16", "1"]


def test_the_validation_error_shown_first_falls_and_then_rises() -> None:
    app = opened(lr_chapter="polynomials")
    samples = draw(SampleSpec("sine", 40, 0.4))
    shown = fit_degrees(samples.x[:, 0], samples.y, "powers", 0.4, 2)
    best = int(shown.validation_error.argmin())
    assert best == 7
    assert (np.diff(shown.validation_error[: best + 1]) < 0).all()
    assert (np.diff(shown.validation_error[best:]) > 0).all()
    assert (np.diff(shown.train_error) < 0).all()
    assert (app.slider(key="lr_degree").value, app.slider(key="lr_split").value) == (15, 2)
    assert f"{shown.validation_error[15] / shown.validation_error[best]:.2g}" == "5.6"


def test_other_inputs_begin_at_their_own_weights() -> None:
    """Half of the best weights for the samples around a plane, in their units, and a level plane for others."""
    app = opened(lr_chapter="more_inputs", lr_w1="0.7", lr_updates="3")
    plane = draw(SampleSpec("plane", 60, 0.4))
    wide = np.column_stack((plane.x, np.ones(60)))
    best = np.linalg.lstsq(wide, plane.y)[0][0] * plane.x[:, 0].std()
    app.toggle(key="lr_scaled").set_value(True).run()
    assert app.slider(key="lr_w1").value == pytest.approx(best / 2, rel=0.1)
    assert app.number_input(key="lr_updates").value == 0
    app.selectbox(key="lr_table").set_value("trees").run()
    assert app.slider(key="lr_w1").value == 0
    assert app.slider(key="lr_wb").value == pytest.approx(load("trees").y.mean(), rel=0.05)


def test_the_least_squares_plane_of_the_cherry_trees_is_too_low_at_both_ends() -> None:
    trees = load("trees")
    design = np.column_stack((trees.x, np.ones(len(trees.y))))
    residuals = (trees.y - design @ np.linalg.lstsq(design, trees.y)[0])[np.argsort(trees.y)]
    assert residuals[:3].mean() > 0
    assert residuals[-3:].mean() > 0


def test_the_gradient_at_the_least_squares_weights_is_zero_and_no_rounding_error() -> None:
    app = opened(lr_chapter="more_inputs", lr_table="trees")
    assert weights(press(app, "Use the least-squares weights"))["∂L/∂θ"] == ["0", "0", "0"]
