"""The curve of a network while one of its weights is dragged, as the browser computes it."""

import re
from types import SimpleNamespace

import numpy as np

from nnviz.charts import LiveKey
from nnviz.charts.network_units import MOVED, UnitLink
from nnviz.networks import ACTIVATIONS, ShallowNetwork

X = np.linspace(-1, 1, 9)


def value_of(expression: str, **names: object) -> np.ndarray:
    """What a Vega expression gives, read as Python: every parameter that it asks for is there."""
    known = re.sub(r"isValid\(pointed\.\w+\.(\w+)\)", "True", expression)
    known = known.replace(MOVED, "True").replace("isValid(pointed)", "True")
    python = re.sub(r"\(True \? (.+?) : 0\)", r"(\1)", known)
    while python != known:
        known, python = python, re.sub(r"\(True \? (.+) : 0\)", r"(\1)", python)
    functions = {"max": np.maximum, "exp": np.exp, "datum": SimpleNamespace(x=X)}
    return np.asarray(eval(python, {**functions, **names}))


def test_a_dragged_weight_moves_the_curve_as_the_network_with_that_weight() -> None:
    for activation in ("relu", "tanh"):
        before = ShallowNetwork(activation, [2.0, -1.0, 3.0], [0.5, 0.25, -1.0], [1.0, -2.0, 0.5], 0.1)
        after = ShallowNetwork(activation, [2.0, -1.5, 3.0], [0.5, 0.25, -1.0], [1.0, -2.0, 0.7], 0.3)
        link = UnitLink(LiveKey("net"), ACTIVATIONS[activation].browser_value, group=2)
        now, was = (
            SimpleNamespace(
                c=one.output_bias,
                **{f"w{k}": one.hidden_weights[k + 1, 0] for k in range(2)},
                **{f"b{k}": one.hidden_biases[k + 1] for k in range(2)},
                **{f"v{k}": one.output_weights[k + 1] for k in range(2)},
            )
            for one in (after, before)
        )
        pointed = SimpleNamespace(now=now, was=was)
        np.testing.assert_allclose(
            value_of(link.shifted("start"), start=before(X), pointed=pointed), after(X), atol=1e-12
        )
        term = after(X) - ShallowNetwork(activation, [2.0], [0.5], [1.0], 0.3)(X)
        np.testing.assert_allclose(value_of(link.term(), pointed=pointed), term, atol=1e-12)
