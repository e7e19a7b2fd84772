"""The pictures of the page on losses: what is drawn is what was handed over. ``test_pictures`` tests the rest."""

from base64 import b64decode
from io import BytesIO

import numpy as np
from PIL import Image
from scipy import special

from nnviz.charts import CurveStyle, draw_curves
from nnviz.lessons.loss_functions.boundaries import chart as boundaries
from nnviz.lessons.loss_functions.boundaries import text
from nnviz.lessons.loss_functions.boundaries.reliability import chart as diagram
from nnviz.lessons.loss_functions.classes import chart as classes
from nnviz.lessons.loss_functions.errors import chart as losses
from nnviz.lessons.loss_functions.noise import chart as noise
from nnviz.regression.classification import calibration
from tests.narrowing import present

RNG = np.random.default_rng(0)
X = np.linspace(-2, 2, 41)
SQUARE = ((-2.0, 2.0), (-2.0, 2.0))
ORDER = ["Squared", "Absolute", "Tukey"]
LINES = {"Squared": (X, X**2), "Tukey": (X, np.abs(X))}
SEEN = calibration(RNG.random(60), (RNG.random(60) < 0.5).astype(float))
POINTS = RNG.normal(size=(30, 2))
CLASSIFIED = boundaries.Classified(POINTS, np.arange(30.0) % 2, np.arange(30.0) // 2 % 2, np.arange(30) < 9)
FITTED = noise.FittedCurves(X, X, X + 0.1, {0.5: (X - 1, X + 1), 0.9: (X - 2, X + 2)})

MOVED = {"Squared": (np.array([-1.0, 0.0, 2.0]), np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 3.0]]))}

CONSTANTS = {name: (X**2, np.linspace(-4, 4, 81) ** 2, X / 2) for name in ("Squared", "Tukey")}

HAND = boundaries.LineByHand(np.array([0.1, 2.0, -1.0]), np.array([0.0, 0.5]), np.array([1.0, 2.0]))

NOISE_WORDS = noise.FitWords(
    "The band contains 63 %.", False, 0.63, 0.5, ("line", "true line", "density"), "#2f7fc1"
)
PICTURES = {
    "refit": lambda: losses.draw_lines(X, X, {"Squared": (1.0, 0.0)}, MOVED, ORDER, (-3.0, 3.0)),
    "no line": lambda: losses.draw_lines(X, X, {}, {}, ORDER, (-3.0, 3.0)),
    "dots and shade": lambda: draw_curves(
        LINES, ORDER, "Two curves.", CurveStyle(("e", "l"), follow="lf_e", marker=1.0, dots=0.1),
        shade={"Tukey": [(-2.0, -1.0)]},
    ),
    "constants": lambda: losses.draw_constants(X, CONSTANTS, X, ORDER, (-2.0, 2.0)),
    "no constants": lambda: losses.draw_constants(X, {}, X, ORDER, (-2.0, 2.0)),
    "softmax": lambda: classes.draw_softmax([2.0, 0.5, -1.0], 1),
    "gradient": lambda: classes.draw_gradient([2.0, 0.5, -1.0], 1),
    "surprise": lambda: classes.draw_cross_entropy([0.7, 0.2, 0.1], [0.2, 0.3, 0.5]),
    "map": lambda: boundaries.draw_map(
        boundaries.draw_probability_image(np.random.default_rng(1).random((20, 20)), SQUARE),
        np.random.default_rng(2).normal(size=(5, 4)), CLASSIFIED,
        SQUARE, ("x1", "x2"),
    ),
    "map by hand": lambda: boundaries.draw_map_by_hand(HAND, CLASSIFIED, SQUARE, ("x1", "x2")),
    "reliability by hand": lambda: diagram.draw_reliability_by_hand(HAND, POINTS, np.arange(30.0) % 2),
    "reliability": lambda: diagram.draw_reliability(SEEN.edges, SEEN.counts, SEEN.mean, SEEN.share, {"lf_n": 60.0}),
    "predictive": lambda: noise.draw_fit(X, X**2, FITTED, [(X, X + 1)], (-3.0, 5.0), NOISE_WORDS, X > 0),
    "chances": lambda: noise.draw_probabilities(
        X, np.arange(41.0) % 2, X, {"class 0": X, "class 1": X}, {"class 0": X, "class 1": X}
    ),
    "slopes": lambda: noise.draw_slopes({"Squared": 1 + X / 9, "Tukey": 1 + X / 5}, ORDER, 1.0),
}  # fmt: skip


def test_new_slopes_of_about_the_same_reach_leave_the_spec_alone() -> None:
    one, two = (noise.draw_slopes({"Squared": 1 + k * X / 9}, ORDER, 1.0).spec for k in (1.0, 1.05))
    assert one is two


def test_the_ground_is_pale_where_the_model_is_unsure_and_changes_color_at_one_half() -> None:
    p = np.linspace(0, 1, 40)[None, :].repeat(4, axis=0)
    columns = boundaries.draw_probability_image(p, SQUARE)
    image = np.asarray(Image.open(BytesIO(b64decode(columns["image"][0].split(",")[1]))).convert("RGBA"))[0]
    assert image[0, 3] > 80 < image[-1, 3]
    assert image[len(image) // 2 - 1 : len(image) // 2 + 1, 3].max() < 40
    assert np.abs(image[0, :3].astype(int) - image[-1, :3]).max() > 60


def test_points_of_the_validation_set_are_told_apart_by_their_look() -> None:
    points = PICTURES["map"]().data["points"]
    assert (np.asarray(points["set"]) == text.VALIDATION).sum() == 9


def test_bins_without_points_are_not_drawn() -> None:
    seen = calibration([0.05, 0.95], [0.0, 1.0])
    bins = diagram.draw_reliability(seen.edges, seen.counts, seen.mean, seen.share).data["bins"]
    assert len(bins["mean"]) == 2


def test_lines_on_the_way_meet_where_one_part_ends() -> None:
    parts = PICTURES["refit"]().data["parts"]
    assert list(parts["low"]) == [-1, 0]
    assert list(parts["high"]) == [0, 2]
    assert list(parts["last"]) == [False, True]
    left, right = losses.line_domain(X)
    np.testing.assert_allclose(parts["left1"], [left + 1, 2 * left + 3])
    np.testing.assert_allclose(parts["right0"], [1, right + 1])


def test_the_table_behind_the_map_has_the_names_of_the_features() -> None:
    assert list(present(PICTURES["map"]().told)) == ["x1", "x2", "class", "predicted class", "set"]


def test_the_table_behind_the_lines_has_the_prediction_of_each_loss() -> None:
    told = present(PICTURES["refit"]().told)
    assert list(told) == ["x", "y", "ŷ (Squared)"]
    np.testing.assert_allclose(told["ŷ (Squared)"], X)


def test_the_table_behind_the_constants_has_the_mean_losses() -> None:
    numbers, c = np.array([0.0, 1.0, 3.0]), np.linspace(0, 4, 41)
    others = (c**2 + (c - 1) ** 2) / 3
    moved = {"Squared": (others, np.linspace(-4, 4, 81) ** 2 / 3, c)}
    told = present(losses.draw_constants(numbers, moved, c, ORDER, (-1.0, 5.0)).told)
    expected = np.mean([(c - y) ** 2 for y in numbers], axis=0)
    np.testing.assert_allclose(told["mean loss (Squared)"], expected, atol=1e-12)


def test_the_table_behind_the_softmax_has_probabilities_and_gradient() -> None:
    told = present(PICTURES["softmax"]().told)
    np.testing.assert_allclose(np.sum(told["probability p"]), 1)
    np.testing.assert_allclose(np.sum(told["p − y"]), 0, atol=1e-15)


def test_the_curve_below_the_softmax_is_the_loss_of_the_true_class() -> None:
    curve = PICTURES["softmax"]().data["curve"]
    np.testing.assert_allclose(curve["loss"], special.entr(curve["p"]) / curve["p"], atol=1e-15)


def test_misclassified_points_are_marked() -> None:
    points = PICTURES["map"]().data["points"]
    np.testing.assert_array_equal(points["wrong"], CLASSIFIED.predicted != CLASSIFIED.y)
