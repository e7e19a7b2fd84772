"""The curves that the browser computes from sliders are the networks they are said to be."""

import json
import re

import numpy as np
import pytest

from nnviz.approximation import bump
from nnviz.charts import construction, limits
from nnviz.networks import ShallowNetwork

LIVE = re.compile(r"\(isValid\(live_(\w+)\) \? live_\1 : ([-.\w]+)\)")


def drawn(picture, data: str, field: str, **told: float) -> np.ndarray:
    """What the picture's calculated `field` is at each row: its Vega expression, read as Python.

    told: live values; the others are not told yet.
    """
    steps = [
        step
        for layer in picture.spec["layer"]
        if layer["data"]["name"] == data
        for step in layer.get("transform", [])
        if step.get("as") == field
    ]
    expression = LIVE.sub(lambda found: str(told.get(found[1], found[2])), steps[-1]["calculate"])
    names = {"exp": np.exp, **{name: np.asarray(column) for name, column in picture.data[data].items()}}
    return eval(expression.replace("datum.", ""), names)


@pytest.mark.parametrize(
    ("kind", "values", "network"),
    [
        ("unit", {"w": 5.0, "b": 2.0, "v": -1.5}, ShallowNetwork("sigmoid", [5.0], [2.0], [-1.5], 0.0)),
        ("step", {"k": 40.0, "s": 0.2, "h": 1.3}, ShallowNetwork("sigmoid", [40.0], [-8.0], [1.3], 0.0)),
        ("bump", {"k": 20.0, "low": -0.5, "high": 0.5, "h": 0.7}, bump(-0.5, 0.5, 0.7, sharpness=20.0)),
    ],
)
def test_a_piece_is_its_network(kind, values, network):
    picture = construction.piece(kind, values)
    np.testing.assert_allclose(
        drawn(picture, "pieces", "y"), network(picture.data["pieces"]["x"]), atol=1e-12
    )


@pytest.mark.parametrize(("kind", "place"), [("unit", -0.4), ("step", 0.2)])
def test_the_tick_stands_where_the_unit_switches(kind, place):
    values = {"unit": {"w": 5.0, "b": 2.0, "v": 1.0}, "step": {"k": 40.0, "s": 0.2, "h": 1.0}}[kind]
    np.testing.assert_allclose(drawn(construction.piece(kind, values), "places", "at"), place)


def test_the_unit_at_a_jump_is_a_sigmoid():
    picture = limits.jump(30.0, 0.1)
    network = ShallowNetwork("sigmoid", [30.0], [0.0], [1.0], 0.0)
    np.testing.assert_allclose(drawn(picture, "unit", "n"), network(picture.data["unit"]["x"]), atol=1e-12)


def test_target_and_network_share_their_bands():
    box = ((0.0, 1.0), (0.0, 1.0))
    values = np.linspace(0, 1, 81).reshape(9, 9)
    same = limits.maps({"target": values, "network": values, "error": values}, box)
    other = limits.maps({"target": values, "network": values / 2, "error": values}, box)
    assert json.dumps(dict(same["target"].data["ground"])) == json.dumps(dict(other["target"].data["ground"]))
    assert same["network"].data["ground"]["image"] != other["network"].data["ground"]["image"]


@pytest.mark.parametrize("held", [0, 2, 4])
def test_a_knot_that_is_held_bends_the_network_as_a_new_one_would(held):
    x, places = np.linspace(0, 2, 41), np.linspace(0, 2, 5)
    heights = np.array([0.0, 1.0, -1.0, 0.5, 2.0])
    picture = construction.own(x, np.sin(x), np.interp(x, places, heights), (places, heights), 0.1)
    steps = [
        step
        for layer in picture.spec["layer"]
        for step in layer.get("transform", [])
        if step.get("as") == "now"
    ]
    chosen = LIVE.sub(
        lambda found: {"ua_own_i": str(held), "ua_own_y": "3.5"}[found[1]], steps[0]["calculate"]
    )
    move = re.fullmatch(
        r"datum\.n \+ \((\d) < 0 \? 0 : \((.+) - datum\['y' \+ \1\]\) \* datum\['hat' \+ \1\]\)", chosen
    )
    columns = picture.data["network"]
    found = columns["n"] + (float(move[2]) - columns[f"y{move[1]}"]) * columns[f"hat{move[1]}"]
    np.testing.assert_allclose(
        found, np.interp(x, places, np.where(np.arange(5) == held, 3.5, heights)), atol=1e-12
    )


@pytest.mark.parametrize("heights", [[0.0, 0.5], [-40.0, 3.0], [0.0, 1e3]])
def test_the_axes_hold_every_knot_and_the_target(heights):
    x = np.linspace(0, 6, 50)
    _, (low, high) = construction.own_domain(x, np.sin(x), np.array(heights))
    assert low <= min(*heights, -1.0)
    assert high >= max(*heights, 1.0)
