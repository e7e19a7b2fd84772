"""The pictures of one update and of a plane through a network's loss: what is drawn is what was handed over."""

import numpy as np

from nnviz.charts import descent, ground_columns

BOX = ((-1.0, 1.0), (-2.0, 2.0))
GROUND = ground_columns(np.random.default_rng(0).normal(size=(20, 20)), BOX)
TRAIL = np.array([[0.0, 0.0], [0.5, -1.0]])
ARROWS = [
    descent.Drawn(0, "−g", "slope", TRAIL[-1], np.array([0.1, 0.2])),
    descent.Drawn(1, "Δθ", "step", TRAIL[-1], np.array([-0.1, 0.5])),
]
TITLES = [("1 · Slope", "g = (1, 2)"), ("2 · Step", "Δθ = (-0.1, 0.5)")]
PICTURES = {
    "update": lambda: descent.update(GROUND, TRAIL, ARROWS, [(0, np.array([0.3, 0.4]))], TITLES, BOX),
    "no squares": lambda: descent.update(GROUND, TRAIL, ARROWS, [], TITLES, BOX),
    "plane": lambda: descent.plane(GROUND, TRAIL, [0, 10], BOX),
    "true and shadow": lambda: descent.true_and_shadow(np.array([0.0, 5, 10]), np.ones(3), np.full(3, 2.0)),
}


def test_arrows_end_where_their_vectors_lead():
    arrows = PICTURES["update"]().data["arrows"]
    np.testing.assert_allclose(arrows["x2"], (0.6, 0.4))
    np.testing.assert_allclose(arrows["y2"], (-0.8, -0.5))
    squares = PICTURES["update"]().data["squares"]
    assert squares["side"] == [0.3, 0.4]


def test_eigen_directions_are_equally_long_on_the_map():
    turn = np.array([[np.cos(0.3), -np.sin(0.3)], [np.sin(0.3), np.cos(0.3)]])
    drawn = descent.eigen_columns([0, 4], TRAIL, np.array([[1.0, 5.0]] * 2), np.array([turn] * 2), BOX)
    arms = np.stack([(drawn["x2"] - drawn["x"]) / 2, (drawn["y2"] - drawn["y"]) / 4], axis=-1)
    np.testing.assert_allclose(np.linalg.norm(arms, axis=1), 2 * descent.ARM)
    np.testing.assert_allclose((drawn["x"] + drawn["x2"]) / 2, np.repeat(TRAIL[:, 0], 2))
    first = np.array([drawn["x2"][0] - drawn["x"][0], drawn["y2"][0] - drawn["y"][0]])
    assert abs(first @ turn[:, 1]) < 1e-12  # along the first column
    np.testing.assert_allclose(drawn["until"], (4, 4, 1e12, 1e12))
