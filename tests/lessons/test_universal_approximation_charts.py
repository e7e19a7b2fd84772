"""The charts of universal approximation: the curves that the browser computes from sliders are the networks named."""

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import vl_convert

from nnviz._types import AnyArray, Array
from nnviz.approximation import bump, interpolants, measure_frames
from nnviz.charts import Picture
from nnviz.charts.network_fit import Fit, draw_approximation, name_columns
from nnviz.lessons.universal_approximation.any_epsilon import chart as any_epsilon
from nnviz.lessons.universal_approximation.bumps import chart as bumps
from nnviz.lessons.universal_approximation.by_hand import chart as by_hand
from nnviz.lessons.universal_approximation.exists_and_found import chart as exists_and_found
from nnviz.lessons.universal_approximation.limits import chart as limits
from nnviz.lessons.universal_approximation.one_unit import chart as one_unit
from nnviz.lessons.universal_approximation.shared import chart as pieces
from nnviz.lessons.universal_approximation.shared.norms import chart as norms
from nnviz.lessons.universal_approximation.train import chart as training
from nnviz.lessons.universal_approximation.two_inputs import chart as two_inputs
from nnviz.networks import ShallowNetwork
from nnviz.targets import as_target
from tests.cases import each
from tests.narrowing import present

RANDOM = np.random.default_rng(0)
X = np.linspace(-1, 1, 12)
SQUARE = ((-1.0, 1.0), (-2.0, 2.0))
FIT = Fit(
    measure_frames(np.sin, (-1.0, 1.0), interpolants(np.sin, (-1.0, 1.0), range(1, 6))), pieces.FIT_KEYS, 0.1
)
DRAWN = FIT._replace(drawing=1.0)
ONE = measure_frames(np.sin, (-1.0, 1.0), interpolants(np.sin, (-1.0, 1.0), [4]))
HEIGHTS = RANDOM.normal(size=(5, 6))
FAN = RANDOM.normal(size=(3, 12))
FIELD = RANDOM.normal(size=(9, 9))
SQUARES = [ShallowNetwork("square", [1.0] * n, [0.5] * n, [1.0] * n, 0.0) for n in (1, 4)]

PICTURES = {
    "one unit": lambda: one_unit.draw_unit({"w": 5.0, "b": 2.0, "v": 1.0}),
    "a step": lambda: bumps.draw_step_or_bump("step", {"k": 40.0, "s": 0.2, "h": 1.0}),
    "a bump": lambda: bumps.draw_step_or_bump("bump", {"k": 40.0, "low": -0.3, "high": 0.4, "h": 1.0}),
    "cells": lambda: bumps.draw_cells(FIT, HEIGHTS, 3, 2),
    "cells, drawn": lambda: bumps.draw_cells(DRAWN, HEIGHTS, 3),
    "pieces": lambda: by_hand.draw_pieces(FIT, (X[:3], X[:3])),
    "pieces, drawn": lambda: by_hand.draw_pieces(DRAWN, (X[:3], X[:3])),
    "tube": lambda: any_epsilon.draw_tube(FIT._replace(frames=ONE), X[:3], by_hand.LINK, ("8 units", "")),
    "error": lambda: any_epsilon.draw_error(X, X / 100, 0.1, X[:3]),
    "cost": lambda: any_epsilon.draw_cost_curve(
        np.array([0.1, 0.01]), np.array([0, 9]), np.array([1, 9]), (0.01, 9)
    ),
    "study": lambda: exists_and_found.draw_study(
        {"trained": exists_and_found.Errors(X + 2, X**2 + 1, X**2, X**2 + 2, X + 3)},
        ["solved", "trained"],
        0.1,
    ),
    "outside": lambda: limits.draw_outside(X, X**2, FAN, (-0.5, 0.5)),
    "jump": lambda: limits.draw_jump(20.0, 0.1),
    "polynomials": lambda: limits.draw_polynomials(np.sin, (-1.0, 1.0), SQUARES),
    "map of the error": lambda: two_inputs.draw_maps(
        dict.fromkeys(("target", "network", "error"), FIELD), SQUARE, 0.1
    )["error"],
    "in a norm": lambda: norms.draw_in_norm(
        as_target("sign(x)"), (-1.0, 1.0), SQUARES[0], np.array([[-0.1, 0.1]]), 0.1, 200
    ),
    "units against δ": lambda: norms.draw_measure_curve(
        np.array([0.1, 0.01]), np.array([3.0, 9.0]), (0.01, 9)
    ),
    "network above its map": lambda: two_inputs.draw_maps(
        dict.fromkeys(("network", "target", "error"), FIELD),
        SQUARE,
        0.1,
        {"network": ShallowNetwork("tanh", [[1.0, -2.0], [0.5, 1.0]], [0.1, 0.2], [1.0, -3.0], 0.0)},
    )["network"],
    "map of the exceptional set": lambda: two_inputs.draw_maps(
        {"target": FIELD, "error": FIELD},
        ((-1, 1), (-1, 1)),
        0.5,
        exceptional=np.array([[[0, 0.5], [-1, 0]]]),
    )["error"],
    "scale of the maps": lambda: two_inputs.draw_value_scale(FIELD),
    "map": lambda: two_inputs.draw_map(FIELD, SQUARE),
}

LIVE = re.compile(r"\(isValid\(live_(\w+)\) \? live_\1 : ([-.\w]+)\)")


def drawn(picture: Picture, data: str, field: str, **told: float) -> np.ndarray:
    """What the picture's calculated `field` is at each row: its Vega expression, read as Python.

    told: live values; the others are not told yet.
    """
    steps = [
        step
        for layer in picture.spec["layer"]
        if layer["data"].get("name") == data
        for step in layer.get("transform", [])
        if step.get("as") == field
    ]
    expression = LIVE.sub(lambda found: str(told.get(found[1], found[2])), steps[-1]["calculate"])
    names = {"exp": np.exp, **{name: np.asarray(column) for name, column in picture.data[data].items()}}
    values: AnyArray = eval(expression.replace("datum.", ""), names)
    return values


@pytest.mark.parametrize(
    ("kind", "values", "network"),
    [
        ("unit", {"w": 5.0, "b": 2.0, "v": -1.5}, ShallowNetwork("sigmoid", [5.0], [2.0], [-1.5], 0.0)),
        ("step", {"k": 40.0, "s": 0.2, "h": 1.3}, ShallowNetwork("sigmoid", [40.0], [-8.0], [1.3], 0.0)),
        ("bump", {"k": 20.0, "low": -0.5, "high": 0.5, "h": 0.7}, bump(-0.5, 0.5, 0.7, sharpness=20.0)),
    ],
)
def test_a_piece_is_its_network(kind: str, values: dict[str, Any], network: ShallowNetwork) -> None:
    picture = pieces.draw_piece(kind, values, "y", "A piece.")
    np.testing.assert_allclose(
        drawn(picture, "pieces", "y"), network(picture.data["pieces"]["x"]), atol=1e-12
    )


@pytest.mark.parametrize(("kind", "place"), [("unit", -0.4), ("step", 0.2)])
def test_the_tick_stands_where_the_unit_switches(kind: str, place: float) -> None:
    values = {"unit": {"w": 5.0, "b": 2.0, "v": 1.0}, "step": {"k": 40.0, "s": 0.2, "h": 1.0}}[kind]
    np.testing.assert_allclose(drawn(pieces.draw_piece(kind, values, "y", "A piece."), "places", "at"), place)


def test_the_unit_at_a_jump_is_a_sigmoid() -> None:
    picture = limits.draw_jump(30.0, 0.1)
    network = ShallowNetwork("sigmoid", [30.0], [0.0], [1.0], 0.0)
    np.testing.assert_allclose(drawn(picture, "unit", "n"), network(picture.data["unit"]["x"]), atol=1e-12)


def test_target_and_network_share_their_bands() -> None:
    box = ((0.0, 1.0), (0.0, 1.0))
    values = np.linspace(0, 1, 81).reshape(9, 9)
    same = two_inputs.draw_maps({"target": values, "network": values, "error": values}, box, 0.1)
    other = two_inputs.draw_maps({"target": values, "network": values / 2, "error": values}, box, 0.1)
    assert json.dumps(dict(same["target"].data["ground"])) == json.dumps(dict(other["target"].data["ground"]))
    assert same["network"].data["ground"]["image"] != other["network"].data["ground"]["image"]


def test_along_each_line_on_the_map_the_input_of_its_unit_is_zero(rng: np.random.Generator) -> None:
    network = ShallowNetwork("tanh", rng.normal(size=(40, 2)), rng.normal(size=40), rng.normal(size=40), 0.0)
    box = ((-1.0, 1.0), (0.0, 2.0))
    lines = two_inputs.ridge_columns(network, box)
    units = np.asarray(lines["unit"]) - 1
    corners = np.array([(x, y) for x in box[0] for y in box[1]]) @ network.hidden_weights.T
    signs = np.sign(corners + network.hidden_biases)
    np.testing.assert_array_equal(units, np.flatnonzero(signs.min(axis=0) < signs.max(axis=0)))
    for x, y in (("x", "y"), ("x2", "y2")):
        ends = np.column_stack([lines[x], lines[y]])
        inputs = (network.hidden_weights[units] * ends).sum(axis=1) + network.hidden_biases[units]
        np.testing.assert_allclose(inputs, 0, atol=1e-12)
        sides = np.abs(ends - (0.0, 1.0))
        np.testing.assert_allclose(sides.max(axis=1), 1, atol=1e-12)  # on the border of the box


def test_the_network_above_a_map_has_a_line_for_each_weight_with_its_sign_and_size() -> None:
    network = ShallowNetwork("tanh", [[1.0, -2.0], [0.5, 1.0]], [0.1, 0.2], [1.0, -3.0], 0.0)
    drawn = two_inputs.draw_parts(network, SQUARE)
    lines = drawn["weights"]
    assert list(lines["unit"]) == [1, 2] * 3  # to the output, from x, from y
    assert list(lines["negative"]) == [False, True, False, False, True, False]
    np.testing.assert_allclose(lines["size"], [1 / 3, 1, 1, 0.5, 1, 0.5])
    assert set(drawn["ridges"]["unit"]) <= set(drawn["units"]["unit"]) == {1, 2}


def test_the_scale_of_the_maps_goes_from_the_smallest_value_of_the_target_to_the_largest() -> None:
    scale = two_inputs.draw_value_scale(FIELD).data["scale"]
    np.testing.assert_allclose([scale["low"][0], scale["high"][-1]], [FIELD.min(), FIELD.max()])
    np.testing.assert_allclose(scale["high"][:-1], two_inputs.value_edges(FIELD))


def test_the_full_color_of_the_error_is_the_largest_error() -> None:
    def image(factor: float, epsilon: float = 0.1) -> object:
        fields = {"target": FIELD, "network": FIELD, "error": factor * FIELD}
        return two_inputs.draw_maps(fields, SQUARE, epsilon)["error"].data["ground"]["image"]

    assert image(1.0) == image(2.0**-20) == image(1.0, 1e6) != image(0.0)


@pytest.mark.parametrize("held", [0, 2, 4])
def test_a_knot_that_is_held_bends_the_network_as_a_new_one_would(held: int) -> None:
    places, heights = np.linspace(0, 2, 5), np.array([0.0, 1.0, -1.0, 0.5, 2.0])
    networks = interpolants(lambda x: np.interp(x, places, heights), (0.0, 2.0), [4])
    frames = measure_frames(np.sin, (0.0, 2.0), networks)
    x, picture = frames.x, by_hand.draw_pieces(FIT._replace(frames=frames), (places, heights))
    steps = [
        step
        for layer in picture.spec["layer"]
        for step in layer.get("transform", [])
        if step.get("as") == "now"
    ]
    at_rest = steps[0]["calculate"].split(" + ((isValid(pointed)")[0]  # no weight is dragged
    chosen = LIVE.sub(lambda found: {"ua_own_i": str(held), "ua_own_y": "3.5"}[found[1]], at_rest)
    formula = r"datum\.n \+ \((\d) < 0 \? 0 : \((.+) - datum\['y' \+ \1\]\) \* datum\['hat' \+ \1\]\)"
    move = present(re.fullmatch(formula, chosen))
    columns = {name: np.asarray(column) for name, column in picture.data["network"].items()}
    found = columns["n"] + (float(move[2]) - columns[f"y{move[1]}"]) * columns[f"hat{move[1]}"]
    np.testing.assert_allclose(
        found, np.interp(x, places, np.where(np.arange(5) == held, 3.5, heights)), atol=1e-12
    )


@pytest.mark.parametrize("heights", [[0.0, 0.5], [-40.0, 3.0], [0.0, 1e3]])
def test_the_axes_hold_every_knot_and_the_target(heights: list[float]) -> None:
    x = np.linspace(0, 6, 50)
    _, (low, high) = by_hand.pieces_domain(x, np.sin(x), np.array(heights))
    assert low <= min(*heights, -1.0)
    assert high >= max(*heights, 1.0)


def test_the_gap_is_between_the_widest_trained_network_and_the_best_other_one() -> None:
    def errors(*values: float) -> exists_and_found.Errors:
        y = np.array(values)
        return exists_and_found.Errors(np.array([4.0, 8.0]), y, y, y, y)

    found = {"trained": errors(1.0, 0.6), "best possible": errors(0.5, 0.2), "constructed": errors(0.7, 0.3)}
    gap = exists_and_found.gap_columns(found)
    assert (gap["width"], gap["low"], gap["high"]) == ([8.0], [0.2], [0.6])
    assert not exists_and_found.gap_columns({name: found[name] for name in ("constructed",)})["width"]
    assert not exists_and_found.gap_columns({**found, "trained": errors(1.0, 0.1)})["high"]


@each(
    ("f", "sides", "anchors"),
    [
        (lambda x: x, [1, -1], {"end", "start"}),
        (lambda x: -x, [-1, 1], {"end", "start"}),
        (lambda x: np.sin(4 * x), [0, 0], {"middle"}),
    ],
)
def test_names_at_the_ends_stand_inside_of_the_plot(
    f: Callable[[Array], Array], sides: list[int], anchors: set[str]
) -> None:
    fit = FIT._replace(frames=measure_frames(f, (-1.0, 1.0), interpolants(f, (-1.0, 1.0), [5])))
    assert list(name_columns(fit)["side"]) == sides
    svg = vl_convert.vegalite_to_svg(draw_approximation(fit, "a fit").vega_lite(width=300))
    assert set(re.findall(r'text-anchor="(\w+)"[^>]*>(?:tube f ± ε|network N)<', svg)) == anchors


def test_the_update_of_a_trained_network_is_data() -> None:
    fitted = draw_approximation(FIT._replace(frames=ONE), "a fit", named_by=training.NAMED_BY)
    early, late = (training.name_update(fitted, update) for update in (72, 226))
    assert early.spec == late.spec
    drawn = [vl_convert.vegalite_to_svg(one.vega_lite(width=600)) for one in (early, late)]
    assert ["72 updates: largest error" in svg for svg in drawn] == [True, False]
    assert "226 updates: largest error" in drawn[1]
