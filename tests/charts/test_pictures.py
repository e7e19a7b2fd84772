"""Charts as pure functions: legal specs, data under the names the spec asks for, words, colours one can tell apart."""

import json
from base64 import b64decode
from io import BytesIO

import altair as alt
import numpy as np
import pytest
from PIL import Image

from nnviz.approximation import film, interpolants
from nnviz.charts import (
    approximation,
    construction,
    curves,
    depth,
    descent,
    ground_columns,
    limits,
    losses,
    network,
    regression,
    theme,
    theorem,
)
from tests.charts import test_descent, test_loss_pictures, test_regression_pictures

RNG = np.random.default_rng(0)
X = np.linspace(-1, 1, 12)
SQUARE = ((-1.0, 1.0), (-2.0, 2.0))
GROUND = ground_columns(RNG.normal(size=(20, 20)), SQUARE)
NAMES = ["x", "y", "eta", "c", *(f"{symbol}{j}" for j in (1, 2, 3) for symbol in "wbv")]
PASSES = network.Passes("tanh", dict.fromkeys(NAMES, 0.5), 3, "w1")
FILM = film(np.sin, (-1.0, 1.0), interpolants(np.sin, (-1.0, 1.0), range(1, 6)))
EIGEN = descent.eigen_columns(
    [0, 5], X[:2, None] * [1, 1], np.ones((2, 2)), np.array([np.eye(2)] * 2), SQUARE
)
LINES = {"Adam": (X, X**2), "Momentum": (X, -X)}
ORDER = ["Gradient descent", "Momentum", "Adam"]

PICTURES = {
    "fit": lambda: regression.fit(regression.points(X, X**2), (1.0, 0.5), (0.0, 0.3), ("x", "y")),
    "risk": lambda: regression.risk(
        GROUND, np.array([[0.0, 0.0], [0.1, 0.2]]), np.arange(2), (0.3, 0.3), SQUARE
    ),
    "curves": lambda: curves(LINES, ORDER, ("x", "y"), "Two curves."),
    "log curves": lambda: curves(
        LINES, ORDER, ("x", "y"), "Two curves.", log=True, follow="gd_frame", marker=1.0
    ),
    "curves and theory": lambda: curves(
        LINES, ORDER, ("x", "y"), "Two curves.", legend=False, theory={"Adam": LINES["Adam"]}
    ),
    "no curves": lambda: curves({}, ORDER, ("x", "y"), "Nothing."),
    "paths": lambda: descent.paths(GROUND, {"Adam": RNG.normal(size=(500, 2))}, ORDER, [(0.0, 0.0)], SQUARE),
    "no paths": lambda: descent.paths(GROUND, {}, ORDER, [], SQUARE),
    "against step": lambda: descent.against_step({"Adam": np.exp(-X)}, ORDER, 12, "loss L"),
    "eigen": lambda: descent.paths(GROUND, {"Adam": X[:, None] * [1, 2]}, ORDER, [], SQUARE, curvature=EIGEN),
    "refit": lambda: losses.refit(X, X**2, {"Adam": (1.0, 0.0)}, {}, ORDER, (-1.0, 2.0)),
    "approximation": lambda: approximation.approximation(FILM, 5, (X, X), (X, RNG.normal(size=(5, 3, 12)))),
    "error": lambda: approximation.error(FILM),
    "loss": lambda: approximation.loss(np.exp(-np.arange(900.0))),
    "no units": lambda: approximation.approximation(FILM, 5),
    "passes": lambda: network.passes(PASSES),
    "tube": lambda: theorem.tube(X, X**2, X**2 + 0.01, X[:3], 0.1),
    "inside": lambda: theorem.inside(X, X / 100, 0.1),
    "price": lambda: theorem.price(np.array([0.1, 0.01]), np.array([0, 9]), np.array([1, 9]), (0.01, 9)),
    "study": lambda: theorem.study(
        {"trained": theorem.Errors(X + 2, X**2 + 1, X**2, X**2 + 2, X + 3)}, ["solved", "trained"]
    ),
    "one unit": lambda: construction.piece("unit", {"w": 5.0, "b": 2.0, "v": 1.0}),
    "a step": lambda: construction.piece("step", {"k": 40.0, "s": 0.2, "h": 1.0}),
    "a bump": lambda: construction.piece("bump", {"k": 40.0, "low": -0.3, "high": 0.4, "h": 1.0}),
    "many": lambda: construction.many(FILM, RNG.normal(size=(5, 6)), 3, 0.1),
    "own": lambda: construction.own(X, X**2, X, (X[:3], X[:3]), 0.1),
    "own, drawn": lambda: construction.own(X, X**2, X, (X[:3], X[:3]), 0.1, 1.0),
    "fan": lambda: limits.fan(X, X**2, RNG.normal(size=(3, 12)), (-0.5, 0.5)),
    "jump": lambda: limits.jump(20.0, 0.1),
    "map of the error": lambda: limits.maps(
        dict.fromkeys(("target", "network", "error"), RNG.normal(size=(9, 9))), SQUARE
    )["error"],
    "plain map": lambda: limits.plain_map(RNG.normal(size=(9, 9)), SQUARE),
    "output": lambda: network.output(X, X**2, PASSES, SQUARE),
    "ledger": lambda: depth.ledger(X, X**2, X, np.array([0.5, np.nan, 3.0]), SQUARE),
    "folds": lambda: depth.folds((X, X**2), (X, X)),
    "learned": lambda: depth.learned(X, X**2, {"1 × 4": X, "2 × 3": -X}, ["1 × 4", "2 × 3"]),
    "nothing learned": lambda: depth.learned(X, X**2, {}, []),
    "seeds": lambda: depth.seeds({"1 × 4": X**2}, ["1 × 4"], "rms error", log=True),
    "boundary": lambda: depth.boundary(GROUND, RNG.normal(size=(5, 2)), np.arange(5) % 2, SQUARE),
}

PICTURES |= {
    f"{name} ({module.__name__})": draw
    for module in (test_descent, test_loss_pictures, test_regression_pictures)
    for name, draw in module.PICTURES.items()
}


@pytest.fixture(params=PICTURES)
def picture(request):
    return PICTURES[request.param]()


def test_a_spec_is_vega_lite(picture):
    checked = alt.LayerChart if "layer" in picture.spec else alt.Chart
    checked.from_dict({key: value for key, value in picture.spec.items() if key != "config"})


def test_the_data_are_those_the_spec_names(picture):
    wanted = {part.split('"')[0] for part in json.dumps(picture.spec).split('"data": {"name": "')[1:]}
    assert wanted == set(picture.data)


def encoded(part, channel):
    """What a spec encodes on a channel by a field, in all its layers."""
    if isinstance(part, list):
        return [found for each in part for found in encoded(each, channel)]
    if not isinstance(part, dict):
        return []
    found = part.get("encoding", {}).get(channel, {})
    return [found] * ("field" in found) + [one for each in part.values() for one in encoded(each, channel)]


def test_every_axis_has_its_title_and_no_names_of_columns(picture):
    for channel in "xy":
        axes = [one for one in encoded(picture.spec, channel) if one.get("scale", {}) is not None]
        assert not axes or any("title" in one or one.get("axis", {}) is None for one in axes)


def test_columns_of_a_data_set_are_of_one_length(picture):
    for columns in picture.data.values():
        assert len({len(column) for column in columns.values()}) == 1


def test_words_are_a_sentence(picture):
    assert picture.words[0].isupper()
    assert picture.words.endswith(".")


def test_a_picture_draws_itself_in_a_notebook(picture):
    bundle = picture._repr_mimebundle_()
    drawn = json.loads(json.dumps(bundle["application/vnd.vegalite.v6+json"], allow_nan=False))
    assert set(drawn["datasets"]) == set(picture.data)
    assert bundle["text/plain"] == picture.words


@pytest.mark.parametrize("name", PICTURES)
def test_the_spec_stays_the_same_object_for_the_same_axes(name):
    assert PICTURES[name]().spec is PICTURES[name]().spec


def test_layers_are_those_of_altair():
    line, dot = (theme.named(name).mark_line().encode(x="x:Q", y="y:Q") for name in ("line", "dot"))
    ours = theme.layered(line, theme.layered(dot, line), data=alt.NamedData("all"))
    theirs = alt.layer(line, alt.layer(dot, line), data=alt.NamedData("all"))
    assert ours.properties(height=9).to_dict() == theirs.properties(height=9).to_dict()


def test_new_numbers_leave_the_spec_alone():
    one, two = (
        regression.fit(regression.points(X, X**2), line, (0.0, 0.3), ("x", "y"))
        for line in ((1.0, 0.5), (2.0, -0.5))
    )
    assert one.spec is two.spec
    assert one.data["now"]["w"] != two.data["now"]["w"]


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, success criterion 1.4.11: graphics need 3 : 1."""
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", ["#ffffff", "#10151d"])
@pytest.mark.parametrize(
    "color", sorted({*theme.SERIES, theme.TRUTH, theme.MODEL, theme.ERROR, theme.BEST, theme.STEP})
)
def test_every_colour_is_seen_on_both_grounds(color, ground):
    assert contrast(color, ground) >= 3


@pytest.mark.parametrize("color", [network.NODE, network.LOSS_NODE, network.BACK_NODE])
def test_white_numbers_are_read_in_the_circles(color):
    assert contrast(color, "#ffffff") >= 4.5


def test_dashes_and_shapes_tell_all_series_apart_without_colour():
    assert len(set(theme.DASHES)) == len(set(theme.SHAPES)) == len(theme.SERIES)
    drawn = [sum(dash[::2]) / sum(dash) for dash in theme.DASHES]
    assert min(drawn) >= 0.5  # a line that is mostly gaps is faint


def test_a_series_keeps_its_colour_whichever_are_shown():
    one = curves({"Adam": LINES["Adam"]}, ORDER, ("x", "y"), "One.").spec
    two = curves(LINES, ORDER, ("x", "y"), "Two.").spec
    scales = [spec["layer"][1]["encoding"]["color"]["scale"] for spec in (one, two)]
    colors = [dict(zip(scale["domain"], scale["range"], strict=True)) for scale in scales]
    assert colors[0]["Adam"] == colors[1]["Adam"]


def test_logarithmic_curves_leave_out_what_has_no_logarithm():
    drawn = curves({"Adam": (X, X)}, ORDER, ("x", "y"), "One.", log=True).data["curves"]
    assert (drawn["y"] > 0).all()


def test_the_ground_is_stronger_where_the_surface_is_higher():
    heights = np.add.outer(np.linspace(0, 1, 40), np.zeros(40))
    columns = ground_columns(heights, SQUARE)
    image = Image.open(BytesIO(b64decode(columns["image"][0].split(",")[1]))).convert("RGBA")
    opacity = np.asarray(image)[::-1, 0, 3].astype(int)
    assert (np.diff(opacity) >= 0).all()
    assert opacity[-1] > opacity[0] + 100


def test_a_walk_keeps_its_first_steps_and_its_last():
    walk = np.cumsum(RNG.normal(size=(5001, 2)), axis=0)
    drawn = descent.paths(GROUND, {"Adam": walk}, ORDER, [], SQUARE).data["walks"]
    steps = np.asarray(drawn["step"]).astype(int)
    assert (steps[:200] == np.arange(200)).all()
    assert steps[-1] == 5000
    assert len(steps) <= 400
    np.testing.assert_array_equal(drawn["x"], walk[steps, 0])


@pytest.mark.parametrize(
    ("low", "high"),
    [(-1, 1), (0, 0), (0.3, 0.30001), (-1e-9, 1e-9), (1e6, 1e6 + 1), (-1e307, 1e307), (-5, 2000)],
)
def test_a_steady_axis_holds_the_values_with_some_air(low, high):
    (a, b), (c, d) = theme.steady(low, high, 0.2), theme.padded(low, high, 0.2)
    assert a <= c < d <= b
    assert b / 2 - a / 2 <= 1.4 * (d / 2 - c / 2)


def test_a_steady_axis_stays_where_the_values_change_a_little():
    assert theme.steady(-1.0, 1.0, 0.2) == theme.steady(-0.97, 1.01, 0.2) == (-1.5, 1.5)
