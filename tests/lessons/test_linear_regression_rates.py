"""The learning rates of the chapter "A line by hand", which follow the data."""

from pathlib import Path

import numpy as np
import pytest

from nnviz.data import read_csv
from nnviz.lessons.linear_regression.shared.rates import default_rate, keep_rate, learning_rates
from nnviz.lessons.linear_regression.shared.view import LineLoss, compute_line_loss
from tests.apps import healthy
from tests.lessons.test_linear_regression import opened

SECONDS = 1_760_000_000 + 0.3 * np.arange(8)  # since 1970


def table(x: np.ndarray) -> str:
    return "\n".join(["time,value", *(f"{value!r},{20 + k}" for k, value in enumerate(x.tolist()))])


def loss_at(x: np.ndarray) -> LineLoss:
    return compute_line_loss(x, np.arange(20.0, 20 + len(x)))


def test_the_first_learning_rate_is_stable_where_all_of_them_are_tiny() -> None:
    app = opened(lr_data="own", lr_points=table(SECONDS))
    largest = np.linalg.svd(np.column_stack([SECONDS, np.ones(8)]), compute_uv=False)[0] ** 2 * 2 / 8
    assert 0.1 / largest < app.select_slider(key="lr_eta").value <= 1 / largest


def test_a_learning_rate_that_the_slider_loses_moves_to_the_nearest_one() -> None:
    app = opened(lr_data="own", lr_points=table(SECONDS), lr_eta="3.22e-19")
    assert app.select_slider(key="lr_eta").value == 3.22e-19
    moved = np.append(SECONDS[:-1], 1.9e9)
    app.text_area(key="lr_points").set_value(table(moved)).run()
    slider = healthy(app).select_slider(key="lr_eta")
    assert "3.22e-19" not in slider.options
    assert slider.value == pytest.approx(3.22e-19, rel=0.1, abs=0)


@pytest.mark.parametrize("rate", [1e-21, 3.22e-19, 2e-10, 0.05, 10.0])
def test_the_nearest_learning_rate_is_nearest_as_a_ratio(rate: float) -> None:
    loss = loss_at(SECONDS[:6] * 3)
    rates = np.array(learning_rates(loss))
    assert keep_rate(rate, loss) == rates[np.abs(np.log(rates) - np.log(rate)).argmin()]


def test_a_learning_rate_of_other_data_is_not_kept() -> None:
    small = loss_at(np.arange(8.0))
    assert keep_rate(1e-19, small) == default_rate(small)


def test_the_largest_stable_learning_rate_of_years_can_be_chosen() -> None:
    years = read_csv((Path(__file__).parents[1] / "fixtures" / "tables" / "c35_year_as_x.csv").read_bytes())
    x = years.x[:, 0]
    steepest = 2 / len(x) * np.linalg.svd(np.column_stack([x, np.ones(len(x))]), compute_uv=False)[0] ** 2
    assert 2 / steepest == pytest.approx(2.5e-7, rel=0.01)
    rates = np.array(learning_rates(compute_line_loss(x, years.y)))
    assert 1.9 / steepest < rates[rates <= 2 / steepest].max()
