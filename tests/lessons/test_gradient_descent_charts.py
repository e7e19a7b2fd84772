"""The pictures of one update and of a plane through a network's loss: what is drawn is what was handed over."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import vl_convert

from nnviz.charts import ground_columns
from nnviz.lessons.gradient_descent.network_loss.chart import draw_losses, draw_plane
from nnviz.lessons.gradient_descent.one_update.chart import DrawnArrow, DrawnUpdate, draw_update
from nnviz.lessons.gradient_descent.one_update.text import KINDS, MINIMUM, TO_MINIMUM
from nnviz.lessons.gradient_descent.race.chart import HALF_LENGTH, draw_measure, eigen_columns
from nnviz.lessons.gradient_descent.shared.chart import MapAxes

BOX = ((-1.0, 1.0), (-2.0, 2.0))
GROUND = ground_columns(np.random.default_rng(0).normal(size=(20, 20)), BOX)
TRAIL = np.array([[0.0, 0.0], [0.5, -1.0]])
ARROWS = [
    DrawnArrow(0, "−g", KINDS["slope"], TRAIL[-1], np.array([0.1, 0.2])),
    DrawnArrow(1, "Δθ", KINDS["step"], TRAIL[-1], np.array([-0.1, 0.5])),
]
TITLES = [("1 · Gradient", "g = (1, 2)"), ("2 · Step", "Δθ = (-0.1, 0.5)")]
SQUARES = [(0, np.array([0.3, 0.4]))]
PICTURES = {
    "update": lambda: draw_update(
        DrawnUpdate(GROUND, TRAIL, ARROWS, SQUARES, TITLES, (GROUND, BOX)), MapAxes(BOX)
    ),
    "no squares": lambda: draw_update(
        DrawnUpdate(GROUND, TRAIL, ARROWS, [], TITLES, (GROUND, BOX)), MapAxes(BOX)
    ),
    "plane": lambda: draw_plane(GROUND, TRAIL, [0, 10], MapAxes(BOX), (np.ones(2), np.full(2, 2.0))),
    "both losses": lambda: draw_losses(np.array([0.0, 5, 10]), np.ones(3), np.full(3, 2.0), 1),
}


def test_arrows_end_where_their_vectors_lead() -> None:
    arrows = PICTURES["update"]().data["arrows"]
    np.testing.assert_allclose(arrows["x2"], (0.6, 0.4))
    np.testing.assert_allclose(arrows["y2"], (-0.8, -0.5))
    squares = PICTURES["update"]().data["squares"]
    assert squares["side"] == [0.3, 0.4]


def test_eigen_directions_are_equally_long_on_the_map() -> None:
    turn = np.array([[np.cos(0.3), -np.sin(0.3)], [np.sin(0.3), np.cos(0.3)]])
    drawn = eigen_columns([0, 4], TRAIL, np.array([[1.0, 5.0]] * 2), np.array([turn] * 2), BOX)
    arms = np.stack([(drawn["x2"] - drawn["x"]) / 2, (drawn["y2"] - drawn["y"]) / 4], axis=-1)
    np.testing.assert_allclose(np.linalg.norm(arms, axis=1), 2 * HALF_LENGTH)
    np.testing.assert_allclose((drawn["x"] + drawn["x2"]) / 2, np.repeat(TRAIL[:, 0], 2))
    first = np.array([drawn["x2"][0] - drawn["x"][0], drawn["y2"][0] - drawn["y"][0]])
    assert abs(first @ turn[:, 1]) < 1e-12  # along the first column
    np.testing.assert_allclose(drawn["until"], (4, 4, 1e12, 1e12))


def test_the_minimum_is_on_the_map_or_an_arrow_at_its_edge_points_to_it() -> None:
    def goal(*minima: tuple[float, float]) -> Mapping[str, Any]:
        return draw_update(
            DrawnUpdate(GROUND, TRAIL, ARROWS, [], TITLES, (GROUND, BOX), minima), MapAxes(BOX)
        ).data["goal"]

    near = goal((0.2, -0.3), (0.2, 9.0))
    assert (near["name"], near["outside"], *near["x"], *near["y"]) == ([MINIMUM], [False], 0.2, -0.3)
    far = goal((0.0, -40.0))
    assert (far["name"], far["outside"], far["angle"]) == ([TO_MINIMUM], [True], [180.0])
    np.testing.assert_allclose((*far["x"], *far["y"]), (0, -0.92 * 2))
    assert len(goal()["x"]) == 0


def test_losses_keep_their_spec_where_nothing_has_arrived() -> None:
    values = {"Adam": np.array([3.0, 2.0, 1.0])}
    without, ringed = (draw_measure(values, ["Adam"], 2, "Loss", ring=one) for one in (None, ("first", 1, 2)))
    assert without.spec == ringed.spec
    assert {name: len(columns) for name, columns in without.data.items()} == {
        name: len(columns) for name, columns in ringed.data.items()
    }
    svgs = [vl_convert.vegalite_to_svg(one.vega_lite(width=400)) for one in (without, ringed)]
    assert ["first" in svg for svg in svgs] == [False, True]
    assert "NaN" not in svgs[0]
