"""What a browser may change in a drawn network, and the numbers that it gets."""

import numpy as np
import pytest

from nnviz.charts import LiveKey
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.web import network_drawing as drawing
from tests.cases import all_hold

DRAWN = drawing.NetworkDrawing(
    LiveKey("net"),
    "chart",
    ((-1.0, 1.0), (-1.0, 1.0)),
    (-1.0, 1.0),
    ranges={"v": (-2.0, 2.0, 0.1), "w1": (0.0, 1.0, 0.1), "slider": (-5.0, 5.0, 0.5)},
)
SENT = {
    "an output weight": ({"part": "v", "unit": 2, "value": 1.5}, ("v", 2, 1.5)),
    "beyond the range": ({"part": "v", "unit": 0, "value": -9}, ("v", 0, -2.0)),
    "one unit only": ({"part": "w", "unit": 1, "value": 0.5}, ("w", 1, 0.5)),
    "another unit": ({"part": "w", "unit": 0, "value": 0.5}, None),
    "a slider": ({"name": "slider", "value": 7}, ("slider", -1, 5.0)),
    "another slider": ({"name": "ua_f", "value": 7}, None),
    "no such unit": ({"part": "v", "unit": 3, "value": 1}, None),
    "no unit": ({"part": "v", "unit": True, "value": 1}, None),
    "no number": ({"part": "v", "unit": 0, "value": "1"}, None),
    "nan": ({"part": "v", "unit": 0, "value": float("nan")}, None),
    "a list": ({"part": ["v"], "unit": 0, "value": 1}, None),
    "nothing": (None, None),
}


def test_what_was_changed_is_read_and_clipped_and_nothing_else() -> None:
    def holds(case: tuple[object, object]) -> None:
        sent, found = case
        assert drawing.read_change(sent, DRAWN, 3) == found

    all_hold(holds, SENT)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sine", "softplus"])
def test_the_table_of_an_activation_is_near_to_it_over_all_that_the_units_get(activation: str) -> None:
    network = ShallowNetwork(activation, [3.0, -12.0], [1.0, 2.0], [1.0, 1.0], 0.0)
    table = drawing._table(ACTIVATIONS[activation].value, (-1.0, 2.0), [network])
    z = np.linspace(-26, 26, 1000)
    known = np.interp(z, np.linspace(-table["from"], table["from"], len(table["values"])), table["values"])
    np.testing.assert_allclose(known, ACTIVATIONS[activation].value(z), atol=0.03)


def test_a_network_travels_as_four_entries() -> None:
    network = ShallowNetwork("relu", [1.0, 2.0], [0.1 + 0.2, 4.0], [5.0, -1 / 3], 7.0)
    assert drawing._parameters(network) == [[1.0, 2.0], [0.3, 4.0], [5.0, -0.3333333], 7.0]


def test_a_rounding_error_of_0_travels_as_0() -> None:
    network = ShallowNetwork("relu", [1.0], [1.0], [-2.45e-16], 2.45e-16)
    assert drawing._parameters(network) == [[1.0], [1.0], [0.0], 0.0]
    tiny = ShallowNetwork("relu", [1e-9], [0.0], [1e-9], 1e-9)
    assert drawing._parameters(tiny) == [[1e-9], [0.0], [1e-9], 1e-9]
