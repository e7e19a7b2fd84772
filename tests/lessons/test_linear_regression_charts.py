"""The pictures of the linear page: what is drawn is what was handed over. ``test_pictures`` tests the rest."""

import numpy as np
import pytest
from scipy import linalg

from nnviz.charts import ground_columns
from nnviz.lessons.linear_regression.by_hand import chart as regression
from nnviz.lessons.linear_regression.by_hand.total_area.chart import draw_total_area
from nnviz.lessons.linear_regression.more_inputs import chart as inputs
from nnviz.lessons.linear_regression.polynomials import chart as polynomials
from nnviz.lessons.linear_regression.shared.chart import choose_drawn
from nnviz.lessons.linear_regression.step_size import chart as step_sizes
from nnviz.lessons.linear_regression.step_size.distance import chart as distance
from nnviz.lessons.linear_regression.step_size.scale.chart import draw_scale
from nnviz.lessons.linear_regression.step_size.view import count_updates
from nnviz.regression import linear_model

RANDOM = np.random.default_rng(0)
X, Y = RANDOM.normal(size=12), RANDOM.normal(size=12)
SQUARE = ((-1.0, 1.0), (-2.0, 2.0))
GROUND = ground_columns(RANDOM.normal(size=(20, 20)), SQUARE)
POINTS = regression.points_columns(X, Y)
BATCHES = regression.batch_columns(X, Y, [np.array([1, 2]), np.array([0, 3])])
MODES = step_sizes.Modes(np.array([0.2, 0.1]), np.array([1.0, 5.0]), np.array([[0.6, 0.3], [-0.1, 0.2]]))
TABLE = RANDOM.normal(size=(12, 3))
ROWS, STATE = inputs.points_columns(TABLE, Y), inputs.state_columns(TABLE, Y, (1.0, 0.0, 2.0, 0.2))
GRID = np.linspace(-2, 2, 31)

PICTURES = {
    "fit": lambda: regression.draw_fit(POINTS, (1.0, 0.5), ("x", "y")),
    "fit and the best line": lambda: regression.draw_fit(POINTS, (1.0, 0.5), ("x", "y"), (0.0, 0.3)),
    "fit on batches": lambda: regression.draw_fit(POINTS, (1.0, 0.5), ("x", "y"), batch=BATCHES),
    "area": lambda: draw_total_area(POINTS, (1.0, 0.5), shows_best=True),
    "no area": lambda: draw_total_area(regression.points_columns(X, 0 * X), (1.0, 0.5), shows_best=False),
    "loss map": lambda: regression.draw_loss_map(
        GROUND,
        np.random.default_rng(1).normal(size=(900, 2)),
        np.arange(900.0),
        choose_drawn(900),
        SQUARE,
        (0.3, 0.3),
    ),
    "loss and no run": lambda: regression.draw_loss_map(
        GROUND, np.zeros((1, 2)), np.ones(1), np.arange(0), SQUARE
    ),
    "factors": lambda: step_sizes.draw_factors(np.array([1.0, 5.0]), {"a": 0.2, "b": 0.3, "c": 0.4}, 1.5),
    "first steps": lambda: step_sizes.draw_first_updates(GROUND, MODES, 1.5, 2.0, ("w", "b")),
    "scale": lambda: draw_scale(5.0, 1.9),
    "distance": lambda: distance.draw_distance(MODES, 1.5, 0.5 ** np.arange(500.0)),
    "plane": lambda: inputs.draw_plane(ROWS, STATE, (0, 2), SQUARE, ("x1", "x3")),
    "agreement": lambda: inputs.draw_agreement(ROWS, STATE, "price"),
    "fits": lambda: polynomials.draw_fit(
        polynomials.FittedPoints(X, Y, np.arange(12) % 2 == 0, np.stack([0 * X, X, X**2, X**3])),
        GRID,
        np.vander(GRID, 6, increasing=True).T,
        (3, np.array([4.0, 3, 1, 2])),
        ("x", "y"),
    ),
    "design": lambda: polynomials.draw_design_matrix(X, np.vander(X, 6, increasing=True), 3),
}


def test_the_smallest_error_is_written_beside_that_of_the_plane() -> None:
    least = linalg.lstsq(np.column_stack((TABLE[:, :2], np.ones(12))), Y)[1] / 12
    fit = linear_model.closed_form(TABLE[:, :2], Y)
    assert inputs.state_columns(TABLE[:, :2], Y, (1, 0, 2), fit.loss)["smallest"] == pytest.approx([least])
    assert inputs.state_columns(TABLE[:, :2], Y, (1, 0, 2), 1e-30)["smallest"] == [0]  # a rounding error


def test_the_points_of_each_batch_are_marked() -> None:
    assert list(zip(np.asarray(BATCHES["frame"]).tolist(), np.asarray(BATCHES["i"]).tolist())) == [
        (0, 1),
        (0, 2),
        (1, 0),
        (1, 3),
    ]
    np.testing.assert_array_equal(BATCHES["y"], Y[[1, 2, 0, 3]])


def test_the_strips_stand_in_the_order_of_x() -> None:
    assert (np.diff(draw_total_area(POINTS, (1.0, 0.5), shows_best=True).data["points"]["x"]) >= 0).all()


@pytest.mark.parametrize("count", [1, 300, 301, 5001])
def test_a_long_run_is_drawn_in_part_but_keeps_both_ends(count: int) -> None:
    steps = choose_drawn(count)
    assert (steps[0], steps[-1]) == (0, count - 1)
    assert (np.diff(steps) > 0).all()
    assert len(steps) <= 601


def test_the_factors_show_what_a_step_leaves() -> None:
    data = PICTURES["factors"]().data["factors"]
    eta, factor, series = (np.asarray(data[name]) for name in ("eta", "factor", "series"))
    np.testing.assert_allclose(
        factor[series == "flattest direction"], abs(1 - eta[series == "flattest direction"])
    )
    steep = series == "steepest direction"
    np.testing.assert_allclose(factor[steep], abs(1 - 5 * eta[steep]))
    worse = factor[series == "ρ, the larger of both"]
    assert eta[series == "ρ, the larger of both"][worse.argmin()] == pytest.approx(
        2 / 6, abs=2e-3
    )  # Polyak's


def test_the_scale_ends_its_regions_at_the_limits_of_the_curvature() -> None:
    data = PICTURES["scale"]().data
    assert list(data["limits"]["eta"]) == [1 / 5, 2 / 5]
    assert list(data["regions"]["to"])[:2] == list(data["limits"]["rate"])


def test_the_eigen_directions_are_at_right_angles_also_where_the_start_has_no_part_in_one() -> None:
    for offsets in (MODES.offsets, np.array([[0.6, 0.3], [0.0, 0.0]])):
        axes = step_sizes.draw_first_updates(
            GROUND, MODES._replace(offsets=offsets), 1.0, 2.0, ("w", "b")
        ).data["axes"]
        ends = np.column_stack((axes["x"], axes["y"])).reshape(2, 3, 2)
        along = ends[:, 2] - ends[:, 0]
        assert along[0] @ along[1] == pytest.approx(0, abs=1e-12)
        assert (np.linalg.norm(along, axis=1) > 1).all()


def test_the_state_holds_weights_means_and_the_largest_residual() -> None:
    assert set(ROWS) == {"x1", "x2", "x3", "y"}
    assert {name: STATE[name] for name in ("p1", "p2", "p3", "p0")} == {
        "p1": [1],
        "p2": [0],
        "p3": [2],
        "p0": [0.2],
    }
    assert STATE["m3"] == [pytest.approx(TABLE[:, 2].mean())]
    assert STATE["largest"] == [pytest.approx(np.abs(Y - TABLE[:, 0] - 2 * TABLE[:, 2] - 0.2).max())]


def test_a_long_valley_shows_more_updates_than_a_round_one() -> None:
    assert [count_updates(condition) for condition in (1.0, 6.6, 786.0, np.inf)] == [24, 24, 790, 1000]
    short, long = (
        step_sizes.draw_first_updates(GROUND, MODES, 1.5, 2.0, ("w", "b"), updates) for updates in (24, 790)
    )
    steps = np.asarray(long.data["updates"]["step"])
    np.testing.assert_array_equal(steps[:25], np.asarray(short.data["updates"]["step"]))
    assert steps[-1] == 790 == long.data["updates"]["last"][0]
    assert steps.size < 130
    assert short.spec == long.spec  # data alone change


def test_the_curve_of_each_degree_is_sent_once_and_validation_points_are_told_apart() -> None:
    data = PICTURES["fits"]().data
    np.testing.assert_allclose(data["curve"]["d2"][10:21], GRID[10:21] ** 2)
    assert list(data["points"]["part"][:2]) == ["validation set", "training set"]


def test_the_design_matrix_is_shown_in_the_order_of_x_and_scaled_by_column() -> None:
    cells = polynomials.draw_design_matrix(X, np.vander(X, 4, increasing=True), 3).data["cells"]
    linear = cells["feature"] == 1
    np.testing.assert_allclose(cells["value"][linear], np.sort(X))
    assert np.abs(cells["scaled"][linear]).max() == pytest.approx(1)
