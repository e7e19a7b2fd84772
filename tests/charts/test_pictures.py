"""Charts as pure functions: legal specs, data under the names the spec asks for, words, colors one can tell apart."""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import Any

import altair as alt
import numpy as np
from PIL import Image

from nnviz._types import Array
from nnviz.approximation import interpolants, measure_frames
from nnviz.charts import (
    CurveStyle,
    LiveKey,
    Picture,
    contour_image,
    draw_curves,
    ground_columns,
    network_fit,
    theme,
)
from nnviz.charts.contour_image import RAMP
from nnviz.charts.curves import middle_names
from nnviz.charts.network_error import draw_error
from nnviz.charts.network_units import UnitLink
from nnviz.lessons.gradient_descent.race import chart as race
from nnviz.lessons.gradient_descent.shared.chart import MapAxes, PathData, draw_paths
from nnviz.lessons.linear_regression.by_hand import chart as regression
from nnviz.lessons.loss_functions.errors import chart as losses
from nnviz.lessons.universal_approximation.train import chart as train
from tests.cases import each
from tests.lessons import test_gradient_descent_charts as test_descent
from tests.lessons import test_inside_the_network_charts as test_inside_pictures
from tests.lessons import test_linear_regression_charts as test_regression_pictures
from tests.lessons import test_loss_functions_charts as test_loss_pictures
from tests.lessons import test_universal_approximation_charts as test_approximation_pictures
from tests.vega_lite import faults

RNG = np.random.default_rng(0)
X = np.linspace(-1, 1, 12)
SQUARE = ((-1.0, 1.0), (-2.0, 2.0))
GROUND = ground_columns(RNG.normal(size=(20, 20)), SQUARE)
FRAMES = measure_frames(np.sin, (-1.0, 1.0), interpolants(np.sin, (-1.0, 1.0), range(1, 6)))
FIT = network_fit.Fit(FRAMES, network_fit.FitKeys(LiveKey("frame")))
EIGEN = race.eigen_columns([0, 5], X[:2, None] * [1, 1], np.ones((2, 2)), np.array([np.eye(2)] * 2), SQUARE)
LINES = {"Adam": (X, X**2), "Momentum": (X, -X)}
ORDER = ["Gradient descent", "Momentum", "Adam"]


def paths(points: Array, minima: Sequence[tuple[float, float]] = ()) -> Picture:
    """Draw one path on the map."""
    return draw_paths(PathData(GROUND, {"Adam": points}, ORDER, minima), MapAxes(SQUARE))


PICTURES = {
    "fit": lambda: regression.draw_fit(
        regression.points_columns(X, X**2), (1.0, 0.5), ("x", "y"), (0.0, 0.3)
    ),
    "loss map": lambda: regression.draw_loss_map(
        GROUND, np.array([[0.0, 0.0], [0.1, 0.2]]), np.ones(2), np.arange(2), SQUARE, (0.3, 0.3)
    ),
    "curves": lambda: draw_curves(LINES, ORDER, "Two curves.", CurveStyle(("x", "y"))),
    "log curves": lambda: draw_curves(
        LINES, ORDER, "Two curves.", CurveStyle(("x", "y"), log=True, follow="gd_frame", marker=1.0)
    ),
    "curves and theory": lambda: draw_curves(
        LINES, ORDER, "Two curves.", CurveStyle(("x", "y"), legend=False), theory={"Adam": LINES["Adam"]}
    ),
    "named curves": lambda: draw_curves(
        LINES, ORDER, "Two.", CurveStyle(("x", "y")), names=middle_names(LINES)
    ),
    "no curves": lambda: draw_curves({}, ORDER, "Nothing.", CurveStyle(("x", "y"))),
    "paths": lambda: paths(np.random.default_rng(1).normal(size=(500, 2)), [(0.0, 0.0)]),
    "no paths": lambda: draw_paths(PathData(GROUND, {}, ORDER, []), MapAxes(SQUARE)),
    "against step": lambda: race.draw_measure({"Adam": np.exp(-X)}, ORDER, 12, "loss L"),
    "eigen": lambda: race.draw_map(
        PathData(GROUND, {"Adam": X[:, None] * [1, 2]}, ORDER, []), MapAxes(SQUARE), EIGEN
    ),
    "refit": lambda: losses.draw_lines(X, X**2, {"Adam": (1.0, 0.0)}, {}, ORDER, (-1.0, 2.0)),
    "approximation": lambda: network_fit.draw_approximation(
        FIT, "A network.", (X, X), UnitLink(LiveKey("net"), "max(0, {z})"), 300
    ),
    "error": lambda: draw_error(FIT, "An error."),
    "loss": lambda: train.draw_loss(np.exp(-np.arange(900.0))),
    "no units": lambda: network_fit.draw_approximation(FIT, "A network."),
}

PICTURES |= {
    f"{name} ({module.__name__})": draw
    for module in (
        test_approximation_pictures,
        test_descent,
        test_inside_pictures,
        test_loss_pictures,
        test_regression_pictures,
    )
    for name, draw in module.PICTURES.items()
}


DRAWN = {name: cache(draw) for name, draw in PICTURES.items()}


@each("name", DRAWN)
def test_a_spec_is_vega_lite(name: str) -> None:
    assert faults(DRAWN[name]().spec) == []


@each("name", DRAWN)
def test_a_mark_without_data_is_no_image_without_words(name: str) -> None:
    """Vega makes an image of the group of such a mark, and axe-core then misses its words (rule svg-img-alt)."""
    picture = DRAWN[name]()
    for layer in picture.spec.get("layer", []):
        mark, columns = layer.get("mark"), picture.data.get(layer.get("data", {}).get("name", ""))
        if isinstance(mark, dict) and columns and not len(next(iter(columns.values()))):
            assert mark.get("aria") is False or mark["type"] in ("line", "area"), mark


def test_a_spec_that_is_not_vega_lite_is_found() -> None:
    layer = {"mark": "line", "encoding": {"x": {"field": "x", "type": "quantitative"}}}
    spec = {"data": {"name": "all"}, "layer": [layer]}
    assert faults(spec) == faults(spec) == []
    wrongs: list[dict[str, Any]] = [
        {"mark": "lime"},
        {"encoding": {"x": {"field": "x", "type": 1}}},
        {"marks": []},
    ]
    for wrong in wrongs:
        for _ in range(2):
            assert faults({**spec, "layer": [layer, {**layer, **wrong}]})
            assert faults({**spec, "hconcat": [{**layer, **wrong}]})


@each("name", DRAWN)
def test_the_data_are_those_the_spec_names(name: str) -> None:
    picture = DRAWN[name]()
    wanted = {part.split('"')[0] for part in json.dumps(picture.spec).split('"data": {"name": "')[1:]}
    assert wanted == set(picture.data)


def encoded(part: Any, channel: str) -> list[Any]:
    """What a spec encodes on a channel by a field, in all its layers."""
    if isinstance(part, list):
        return [found for each in part for found in encoded(each, channel)]
    if not isinstance(part, dict):
        return []
    found = part.get("encoding", {}).get(channel, {})
    return [found] * ("field" in found) + [one for each in part.values() for one in encoded(each, channel)]


def panels(spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the parts of a spec that have axes of their own; the layers of a panel share its axes."""
    parts = [part for kind in ("vconcat", "hconcat", "concat") for part in spec.get(kind, [])]
    return [panel for part in parts for panel in panels(part)] if parts else [spec]


@each("channel", ["x", "y"])
@each("name", DRAWN)
def test_every_axis_has_its_title_and_no_names_of_columns(name: str, channel: str) -> None:
    picture = DRAWN[name]()
    for panel in panels(picture.spec):
        axes = [one for one in encoded(panel, channel) if one.get("scale", {}) is not None]
        assert not axes or any("title" in one or one.get("axis", {}) is None for one in axes)


@each("name", DRAWN)
def test_columns_of_a_data_set_are_of_one_length(name: str) -> None:
    picture = DRAWN[name]()
    for columns in picture.data.values():
        assert len({len(column) for column in columns.values()}) == 1


@each("name", DRAWN)
def test_words_are_a_sentence(name: str) -> None:
    picture = DRAWN[name]()
    assert picture.words[0].isupper()
    assert picture.words.endswith(".")


@each("name", DRAWN)
def test_a_picture_draws_itself_in_a_notebook(name: str) -> None:
    picture = DRAWN[name]()
    bundle = picture._repr_mimebundle_()
    drawn = json.loads(json.dumps(bundle["application/vnd.vegalite.v5+json"], allow_nan=False))
    assert set(drawn["datasets"]) == set(picture.data)
    assert bundle["text/plain"] == repr(picture) == f"Picture({picture.words!r})"


@each("name", PICTURES)
def test_the_spec_stays_the_same_object_for_the_same_axes(name: str) -> None:
    assert PICTURES[name]().spec is PICTURES[name]().spec


def test_layers_are_those_of_altair() -> None:
    line, dot = (theme.named(name).mark_line().encode(x="x:Q", y="y:Q") for name in ("line", "dot"))
    ours = theme.layered(line, theme.layered(dot, line), data=alt.NamedData("all"))
    theirs = alt.layer(line, alt.layer(dot, line), data=alt.NamedData("all"))
    assert ours.properties(height=9).to_dict() == theirs.properties(height=9).to_dict()


def test_new_numbers_leave_the_spec_alone() -> None:
    one, two = (
        regression.draw_fit(regression.points_columns(X, X**2), line, ("x", "y"), (0.0, 0.3))
        for line in ((1.0, 0.5), (2.0, -0.5))
    )
    assert one.spec is two.spec
    assert one.data["now"]["w"] != two.data["now"]["w"]


def test_dashes_and_shapes_tell_all_series_apart_without_color() -> None:
    assert len(set(theme.DASHES)) == len(set(theme.SHAPES)) == len(theme.SERIES)
    drawn = [sum(dash[::2]) / sum(dash) for dash in theme.DASHES]
    assert min(drawn) >= 0.5  # a line that is mostly gaps is faint


def test_a_series_keeps_its_color_whichever_are_shown() -> None:
    one = draw_curves({"Adam": LINES["Adam"]}, ORDER, "One.", CurveStyle(("x", "y"))).spec
    two = draw_curves(LINES, ORDER, "Two.", CurveStyle(("x", "y"))).spec
    scales = [spec["layer"][1]["encoding"]["color"]["scale"] for spec in (one, two)]
    colors = [dict(zip(scale["domain"], scale["range"], strict=True)) for scale in scales]
    assert colors[0]["Adam"] == colors[1]["Adam"]


def test_named_curves_have_their_names_beside_them_where_they_hide_no_line_and_no_legend() -> None:
    drawn = PICTURES["named curves"]()
    assert drawn.data["names"]["words"] == list(LINES)
    np.testing.assert_allclose(drawn.data["names"]["y"], [X[7] ** 2, -X[7]])
    assert drawn.data["names"]["is_above"] == [False, True]  # of a line that rises, and of one that falls
    colors = [layer.get("encoding", {}).get("color", {}) for layer in drawn.spec["layer"]]
    assert all(color["legend"] is None for color in colors if "scale" in color)


def test_logarithmic_curves_leave_out_what_has_no_logarithm() -> None:
    drawn = draw_curves({"Adam": (X, X)}, ORDER, "One.", CurveStyle(("x", "y"), log=True)).data["curves"]
    assert (np.asarray(drawn["y"]) > 0).all()


def band_colors(color: str | None = None) -> Array:
    """The colors of a map of heights that rise from 0 to 1, (height, RGBA)."""
    heights = np.add.outer(np.linspace(0, 1, 140), np.zeros(40))
    columns = ground_columns(heights, SQUARE, color=color)
    image = Image.open(BytesIO(b64decode(columns["image"][0].split(",")[1]))).convert("RGBA")
    return np.asarray(image)[::-1, 0].astype(np.float64)


def test_the_ground_of_one_color_is_stronger_where_the_surface_is_higher() -> None:
    opacity = band_colors(color=theme.BAND)[:, 3]
    assert (np.diff(opacity) >= 0).all()
    assert opacity[-1] > opacity[0] + 100


def test_the_image_of_a_map_has_no_seams() -> None:
    x, y = np.meshgrid(np.linspace(-1, 1, 37), np.linspace(-1, 1, 50))
    values = np.where(x * y > 0.9, np.inf, x**2 - np.sin(3 * y) * x)
    shaded = [contour_image._shade(one, contour_image.levels(values)) for one in (values, values.T)]
    np.testing.assert_array_equal(shaded[0], shaded[1].T)  # rows are shaded some at a time, columns are not


def test_the_ramp_is_even_to_the_eye_and_ever_darker() -> None:
    shades = band_colors()[:, :3] / 255
    linear = np.where(shades <= 0.04045, shades / 12.92, ((shades + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = np.cbrt(linear @ to_xyz.T / to_xyz.sum(axis=1)).T  # CIELAB, whose linear part begins below 1 %
    lab = np.column_stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])
    ramp = [[int(shade[i : i + 2], 16) for i in (1, 3, 5)] for shade in RAMP]
    is_band = np.isclose(shades[:, None] * 255, ramp).all(axis=-1).any(axis=-1)
    assert not is_band.all()  # the edges are smooth
    bands = lab[is_band]
    bands = bands[np.append(True, np.abs(np.diff(bands, axis=0)).sum(axis=1) > 0)]
    steps = np.linalg.norm(np.diff(bands, axis=0), axis=1)
    assert len(bands) == 14
    assert steps.max() < 2 * steps.min()
    assert (np.diff(bands[:, 0]) < -2).all()


def test_a_walk_keeps_its_first_steps_and_its_last() -> None:
    walk = np.cumsum(np.random.default_rng(3).normal(size=(5001, 2)), axis=0)
    drawn = paths(walk).data["paths"]
    steps = np.asarray(drawn["step"]).astype(int)
    assert (steps[:200] == np.arange(200)).all()
    assert steps[-1] == 5000
    assert len(steps) <= 400
    np.testing.assert_array_equal(drawn["x"], walk[steps, 0])


@each(
    ("low", "high"),
    [(-1, 1), (0, 0), (0.3, 0.30001), (-1e-9, 1e-9), (1e6, 1e6 + 1), (-1e307, 1e307), (-5, 2000)],
)
def test_a_steady_axis_holds_the_values_with_some_air(low: float, high: float) -> None:
    (a, b), (c, d) = theme.steady(low, high, 0.2), theme.padded(low, high, 0.2)
    assert a <= c < d <= b
    assert b / 2 - a / 2 <= 1.4 * (d / 2 - c / 2)


def test_a_steady_axis_stays_where_the_values_change_a_little() -> None:
    assert theme.steady(-1.0, 1.0, 0.2) == theme.steady(-0.97, 1.01, 0.2) == (-1.5, 1.5)


def test_a_text_with_places_becomes_an_expression_of_vega() -> None:
    written = theme.write_text('{share} of "{points}" points', share="a", points="datum.n")
    assert written == r'''a + " of \"" + datum.n + "\" points"'''
