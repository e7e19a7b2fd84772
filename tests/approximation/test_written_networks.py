"""A formula that is a network is read as this network, and proved at once; other formulas are not."""

import numpy as np

import nnviz as nv
from nnviz.approximation.written_networks import written_network
from nnviz.expressions import parse

K = (-1.0, 1.0)
WRITTEN = (
    ("sin(2πx)", "sine", 1),
    ("3sin(2x + 1)/4 - cos(π(x - 1)) + 5", "sine", 2),
    ("-tanh(3 - 2x) + tanh(x)/2", "tanh", 2),
    ("1 - 2sigmoid(9x)", "sigmoid", 1),
)
OTHERS = (("sin(x^2)", "sine"), ("x sin(x)", "sine"), ("sin(2πx)", "tanh"), ("5", "sine"), ("1/sin(x)", "sine"),
          ("sin(x)+x", "sine"), ("exp(-x^2)", "gaussian"))  # fmt: skip


def test_a_formula_that_is_a_network_is_read_as_it() -> None:
    x = np.linspace(-2, 2, 101)
    for text, activation, units in WRITTEN:
        network = written_network(parse(text), activation)
        assert network is not None
        assert network.width == units
        np.testing.assert_allclose(network(x), parse(text)(x), atol=1e-13)
    for text, activation in OTHERS:
        assert written_network(parse(text), activation) is None, text


def test_one_sine_unit_is_proved() -> None:
    found = nv.reach("sin(50x)", K, 1e-3, "sine", seconds=60)
    assert (found.network.width, found.certificate.status) == (1, "proved")
