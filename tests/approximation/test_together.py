"""Networks that are proved together are those that are proved alone."""

import numpy as np

from nnviz.approximation import best_relu, certify, error_bounds
from nnviz.approximation.certificate.together import prove_together
from nnviz.expressions import parse
from nnviz.networks import ShallowNetwork
from tests.cases import each


@each(
    ("formula", "interval"),
    [
        ("sin(2πx)", (-1.0, 1.0)),
        ("|x|^1.5 + e^x", (-1.0, 1.0)),
        ("sqrt(x)", (0.0, 1.0)),
        ("sin(9x^2)", (0.0, 2.0)),
    ],
)
def test_networks_are_proved_together_where_they_are_proved_alone(
    formula: str, interval: tuple[float, float]
) -> None:
    """Each network is tried also with an ε below its error, which ``certify`` refutes."""
    f = parse(formula)
    networks = [best_relu(f, interval, width).network for width in (3, 8, 21)]
    bounds = [error_bounds(one, f, interval) for one in networks]
    above, below = np.array([1.02 * one.high for one in bounds]), np.array([0.98 * one.low for one in bounds])
    for goals, status in ((above, "proved"), (below, "refuted")):
        assert {certify(one, f, interval, goal).status for one, goal in zip(networks, goals)} == {status}
        assert (prove_together(networks, f, interval, goals, np.inf) == (status == "proved")).all()
    mixed = np.where([True, False, True], above, below)
    assert prove_together(networks, f, interval, mixed, np.inf).tolist() == [True, False, True]
    assert not prove_together(networks, f, interval, above, 0.0).all()


@each(
    ("formula", "epsilon"),
    [
        ("where(x == 0.3, 5, x)", 4.0),
        ("x + 0.1 sign(1/(x^2 - 2))", 1.0),
        ("x + sqrt(x - 0.1)", 9.0),
        ("x + step(x - 0.3)", 0.9),
        ("x + 1e-3/|x - 0.7|", 1.0),
    ],
)
def test_no_proof_where_f_has_a_spike_a_jump_or_no_value(formula: str, epsilon: float) -> None:
    identity = ShallowNetwork("relu", [[1.0]], [0.0], [1.0], 0.0)
    goals = np.array([epsilon, epsilon / 2])
    assert not prove_together([identity] * 2, parse(formula), (0.0, 2.0), goals, np.inf).any()


def test_no_networks_need_no_proof() -> None:
    assert prove_together([], parse("x"), (0.0, 1.0), np.empty(0), np.inf).shape == (0,)
