import math

import numpy as np

from nnviz._types import Bounds
from nnviz.approximation import reach
from nnviz.approximation.sign_changes import sign_changes, smooth_units_needed
from nnviz.expressions import parse
from nnviz.networks import ACTIVATIONS
from tests.cases import each


@each(
    ("text", "interval", "epsilon", "changes"),
    [
        ("sin(x)", (0.0, 10 * math.pi), 0.5, 9),  # ten half waves
        ("sin(x)", (0.0, 10 * math.pi), 1.01, 0),
        ("x^2", (-1.0, 1.0), 0.1, 2),
        ("e^x", (-1.0, 1.0), 0.1, 1),
        ("3", (-1.0, 1.0), 0.1, 0),
        ("sqrt(x)", (-1.0, 1.0), 0.1, 1),
    ],
)
def test_changes_of_sign_are_counted_as_by_hand(
    text: str, interval: Bounds, epsilon: float, changes: int
) -> None:
    assert sign_changes(parse(text), interval, epsilon) == changes


@each("activation", ["tanh", "sigmoid", "softplus"])
def test_networks_of_n_units_never_have_more_zeros_than_the_bound(
    activation: str, rng: np.random.Generator
) -> None:
    """At most 2ⁿ − 1 zeros of random networks less one of their values."""
    x = np.linspace(-3, 3, 801)
    for n in (1, 2, 3):
        w, b, v = rng.normal(0, 4, (3, 200, n, 1))
        values = (v * ACTIVATIONS[activation].value(w * x + b)).sum(axis=1)
        middle = rng.choice(values, axis=1)[:, None]
        changes = [np.count_nonzero(np.diff(np.sign(row[row != 0]))) for row in values - middle]
        assert max(changes) <= 2**n - 1


@each("activation", ["tanh", "sigmoid", "softplus", "gelu", "sine", "gaussian"])
def test_the_bound_is_not_above_the_units_of_a_proved_network(activation: str) -> None:
    f, K = parse("sin(12x)"), (-1.0, 1.0)  # noqa: N806 - the name in the theorem
    least = smooth_units_needed(f, K, 0.01, activation)
    if activation in ("tanh", "sigmoid", "softplus"):
        assert least == 4  # eight changes: between eight extrema, and before the end at −0.54 for d = −0.8
        found = reach(f, K, 0.01, activation)
        assert found.certificate.status == "proved"
        assert found.network.width >= least
    else:
        assert least is None
