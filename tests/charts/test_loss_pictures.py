"""The pictures of the page on losses: what is drawn is what was handed over. ``test_pictures`` tests the rest."""

from base64 import b64decode
from io import BytesIO

import numpy as np
from PIL import Image

from nnviz.charts import boundaries, classes, curves, losses, noise
from nnviz.learning.classification import calibration

RNG = np.random.default_rng(0)
X = np.linspace(-2, 2, 41)
SQUARE = ((-2.0, 2.0), (-2.0, 2.0))
ORDER = ["Squared", "Absolute", "Tukey"]
LINES = {"Squared": (X, X**2), "Tukey": (X, np.abs(X))}
SEEN = calibration(RNG.random(60), (RNG.random(60) < 0.5).astype(float))
POINTS = RNG.normal(size=(30, 2))
FITTED = noise.Fitted(X, X, X + 0.1, {0.5: (X - 1, X + 1), 0.9: (X - 2, X + 2)})

MOVED = {"Squared": (np.array([-1.0, 0.0, 2.0]), np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 3.0]]))}

CONSTANTS = {name: (X**2, np.linspace(-4, 4, 81) ** 2, X / 2) for name in ("Squared", "Tukey")}

HAND = boundaries.ByHand(np.array([0.1, 2.0, -1.0]), np.array([0.0, 0.5]), np.array([1.0, 2.0]))

PICTURES = {
    "refit": lambda: losses.refit(X, X, {"Squared": (1.0, 0.0)}, MOVED, ORDER, (-3.0, 3.0)),
    "no line": lambda: losses.refit(X, X, {}, {}, ORDER, (-3.0, 3.0)),
    "dots and shade": lambda: curves(
        LINES, ORDER, ("e", "l"), "Two curves.", follow="lf_e", marker=1.0, dots=0.1, shade={"Tukey": [(-2.0, -1.0)]}
    ),
    "constants": lambda: losses.constants(X, CONSTANTS, X, ORDER, (-2.0, 2.0)),
    "no constants": lambda: losses.constants(X, {}, X, ORDER, (-2.0, 2.0)),
    "softmax": lambda: classes.softmax([2.0, 0.5, -1.0], 1),
    "gradient": lambda: classes.softmax_gradient([2.0, 0.5, -1.0], 1),
    "surprise": lambda: classes.surprise([0.7, 0.2, 0.1], [0.2, 0.3, 0.5]),
    "boundary": lambda: boundaries.boundary(
        boundaries.probability_ground(RNG.random((20, 20)), SQUARE), RNG.normal(size=(5, 4)), POINTS,
        np.arange(30) % 2.0, np.arange(30) < 9, SQUARE, ("x1", "x2"),
    ),
    "by hand": lambda: boundaries.by_hand(
        HAND, POINTS, np.arange(30) % 2.0, np.arange(30) < 9, SQUARE, ("x1", "x2")
    ),
    "reliability by hand": lambda: boundaries.reliability_by_hand(HAND, POINTS, np.arange(30) % 2.0),
    "reliability": lambda: boundaries.reliability(SEEN.edges, SEEN.counts, SEEN.mean, SEEN.share, {"lf_n": 60.0}),
    "predictive": lambda: noise.predictive(X, X**2, FITTED, [(X, X), (X, X + 1)], (-3.0, 5.0)),
    "chances": lambda: noise.chances(
        X, np.arange(41) % 2.0, X, {"class 0": X, "class 1": X}, {"class 0": X, "class 1": X}
    ),
    "slopes": lambda: noise.slopes({"Squared": 1 + X / 9, "Tukey": 1 + X / 5}, ORDER, 1.0),
}  # fmt: skip


def test_new_slopes_of_about_the_same_reach_leave_the_spec_alone():
    one, two = (noise.slopes({"Squared": 1 + k * X / 9}, ORDER, 1.0).spec for k in (1.0, 1.05))
    assert one is two


def test_the_ground_is_pale_where_the_model_is_unsure_and_changes_colour_at_one_half():
    p = np.linspace(0, 1, 40)[None, :].repeat(4, axis=0)
    columns = boundaries.probability_ground(p, SQUARE)
    image = np.asarray(Image.open(BytesIO(b64decode(columns["url"][0].split(",")[1]))).convert("RGBA"))[0]
    assert image[0, 3] > 80 < image[-1, 3]
    assert image[19:21, 3].max() < 40
    assert np.abs(image[0, :3].astype(int) - image[-1, :3]).max() > 60


def test_held_out_points_are_told_apart_by_their_look():
    points = PICTURES["boundary"]().data["points"]
    assert (np.asarray(points["seen"]) == "held out").sum() == 9


def test_bins_without_points_are_not_drawn():
    seen = calibration([0.05, 0.95], [0.0, 1.0])
    bins = boundaries.reliability(seen.edges, seen.counts, seen.mean, seen.share).data["bins"]
    assert len(bins["mean"]) == 2


def test_lines_on_the_way_meet_where_one_part_ends():
    parts = PICTURES["refit"]().data["parts"]
    assert list(parts["low"]) == [-1, 0]
    assert list(parts["high"]) == [0, 2]
    assert list(parts["last"]) == [False, True]
    left, right = losses.refit_domain(X)
    np.testing.assert_allclose(parts["left1"], [left + 1, 2 * left + 3])
    np.testing.assert_allclose(parts["right0"], [1, right + 1])
