import numpy as np

from nnviz.approximation import approximate, error_bounds
from nnviz.approximation.certificate.series_bound import series_bound
from nnviz.enclosures import intervals as iv
from nnviz.expressions import parse
from nnviz.networks import ShallowNetwork
from nnviz.targets import as_target
from tests.cases import each


@each("activation", ["tanh", "sigmoid", "gaussian", "softplus", "gelu", "sine"])
def test_the_bounds_hold_and_are_close(activation: str, rng: np.random.Generator) -> None:
    f, w = parse("e^-x sin(5x)"), rng.normal(0, 3, 6)
    network = ShallowNetwork(activation, w, rng.normal(0, 1, 6), rng.normal(0, 1, 6), 0.3)
    ends = np.linspace(-1, 1, 33)
    low, high, middle = ends[:-1], ends[1:], ends[:-1] / 2 + ends[1:] / 2
    found = series_bound(f, network)
    assert found is not None
    bound = found.bound(low, high, middle, iv.point(network(middle)), 1.0)
    x = np.linspace(low, high, 1001)
    true = np.abs(f(x) - network(x.ravel()).reshape(x.shape)).max(axis=0)
    assert (bound >= true).all()
    assert (bound <= 1.001 * true + 1e-6).all()


def test_a_close_bound_takes_few_cells() -> None:
    network = approximate("sin(5x)", (-1, 1), 8, "tanh", 0.02).network
    found = error_bounds(network, "sin(5x)", (-1, 1), rtol=1e-3)
    assert found.complete
    assert found.cells < 200


def test_functions_and_networks_that_are_not_smooth_have_no_such_bound() -> None:
    tanh, relu = (ShallowNetwork(name, [1.0], [0.0], [1.0], 0.0) for name in ("tanh", "relu"))
    assert series_bound(as_target("floor(x)"), tanh) is None
    assert series_bound(as_target("x"), relu) is None
