"""What the controls of the page about linear regression do, and that what it says is true of what it shows."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from nnviz.data import DATASETS, SampleSpec, draw, load
from nnviz.expressions import parse_number
from nnviz.lessons.linear_regression.by_hand import chart as by_hand_chart
from nnviz.lessons.linear_regression.by_hand.view import default_intercept
from nnviz.lessons.linear_regression.polynomials.view import fit_degrees
from tests.lessons.test_linear_regression import opened, sent_to, table_row, weights
from tests.narrowing import present


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception
    return app


def test_the_sliders_say_that_they_are_the_start_once_there_is_an_update() -> None:
    app = opened()
    assert app.slider(key="lr_w").label == "Slope $w$"
    press(app, "Make 1 update")
    assert app.slider(key="lr_w").label == "Slope $w$ at the start"
    assert app.slider(key="lr_w").value == 0
    assert app.slider(key="lr_w").label == press(app, "Make 25 updates").slider(key="lr_w").label
    assert app.number_input(key="lr_steps").value == 26
    assert press(app, "Return to the start").slider(key="lr_w").label == "Slope $w$"


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


def test_at_the_critical_learning_rate_nothing_is_said_to_converge_or_to_diverge() -> None:
    app = opened(lr_chapter="step_size", lr_rate="2.0")
    assert "neither converges nor diverges" in table_row(app, "learning rate")[1]
    assert table_row(app, "largest factor") == ["1.0000", "1.0000"]
    assert table_row(app, "updates, guaranteed") == ["no guarantee", "no guarantee"]
    assert table_row(app, "updates, observed") == ["not within 60 updates"] * 2


def test_standardization_is_compared_at_the_best_learning_rate_of_each() -> None:
    app = opened(lr_chapter="step_size")
    next(button for button in app.button if "λmin+λmax" in button.label).click()
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
    assert (app.slider(key="lr_degree").value, app.slider(key="lr_split").value) == (12, 2)


def test_other_inputs_begin_at_zero_weights() -> None:
    app = opened(lr_chapter="more_inputs", lr_w1="0.5", lr_updates="3")
    app.toggle(key="lr_scaled").set_value(True).run()
    assert (app.slider(key="lr_w1").value, app.number_input(key="lr_updates").value) == (0, 0)


def test_the_least_squares_plane_of_the_cherry_trees_is_too_low_at_both_ends() -> None:
    trees = load("trees")
    design = np.column_stack((trees.x, np.ones(len(trees.y))))
    residuals = (trees.y - design @ np.linalg.lstsq(design, trees.y)[0])[np.argsort(trees.y)]
    assert residuals[:3].mean() > 0
    assert residuals[-3:].mean() > 0


def test_the_gradient_at_the_least_squares_weights_is_zero_and_no_rounding_error() -> None:
    app = opened(lr_chapter="more_inputs", lr_table="trees")
    assert weights(press(app, "Use the least-squares weights"))["∂L/∂θ"] == ["0", "0", "0"]
