import numpy as np

from nnviz.approximation.fewer_units import SETTINGS, UnitRemoval
from nnviz.networks import ACTIVATIONS
from tests.cases import each

SMOOTH = [name for name, a in ACTIVATIONS.items() if a.smooth and a.universal]
U = np.linspace(-1, 1, 80)


def _removal(activation: str, y: np.ndarray, aim: float = 1e-6) -> UnitRemoval:
    return UnitRemoval(ACTIVATIONS[activation], U, y, aim, np.inf)


@each("activation", SMOOTH)
def test_the_output_layer_is_that_of_numpys_least_squares(activation: str, rng: np.random.Generator) -> None:
    alpha, y = rng.uniform(1, 4, (2, 4)), np.sin(3 * U)
    model = _removal(activation, y).models(alpha[None])
    features = np.column_stack([ACTIVATIONS[activation].value(np.outer(U, alpha[0]) + alpha[1]), U**0])
    wanted = features @ np.linalg.lstsq(features, y)[0]
    np.testing.assert_allclose(y - model.residual[0, :80], wanted, atol=1e-5)
    assert model.error == [np.abs(model.residual[0, :80]).max()]


def test_the_unit_is_removed_first_whose_removal_costs_least(rng: np.random.Generator) -> None:
    alpha, y = rng.uniform(-3, 3, (2, 5)), np.exp(U)
    removal = _removal("tanh", y)
    features = np.column_stack([np.tanh(np.outer(U, alpha[0]) + alpha[1]), U**0])
    costs = [np.linalg.lstsq(np.delete(features, j, axis=1), y)[1][0] for j in range(5)]
    models, order = removal.models(alpha[None]), np.argsort(costs).tolist()
    removed = [(set(range(5)) - set(left)).pop() for left in removal._left(models, 1).tolist()]
    assert removed == order[: SETTINGS.choices]
    assert set(range(5)) - set(removal._left(models, 2)[0].tolist()) == set(order[:2])


@each("activation", SMOOTH)
def test_units_that_f_does_not_have_are_removed(activation: str) -> None:
    phi = ACTIVATIONS[activation].value
    y = phi(2.5 * U - 0.5) - 0.7 * phi(1.2 * U + 0.8)
    start = _removal(activation, y).models(np.array([[np.full(6, 2.0), np.linspace(-2, 2, 6)]]))
    removal = _removal(activation, y, 1.1 * start.error[0] / SETTINGS.goal)
    found = list(removal.reduced(start))
    assert [model.width for model in found] == sorted((model.width for model in found), reverse=True)
    assert all(model.error[0] <= removal.goal for model in found)
    (w, b), output = found[-1].alpha[0], found[-1].output[0]
    assert len(w) <= 2
    values = phi(np.outer(U, w) + b) @ output[:-1] + output[-1]
    np.testing.assert_allclose(np.abs(values - y).max(), found[-1].error[0], rtol=1e-3)


def test_one_of_several_runs_that_is_within_the_goal_is_enough(rng: np.random.Generator) -> None:
    alpha, y = rng.uniform(-3, 3, (3, 2, 4)), np.sin(3 * U)
    alone = [_removal("tanh", y).refined(one[None]).error[0] for one in alpha]
    removal = _removal("tanh", y, 1.1 * min(alone) / SETTINGS.goal)
    assert removal.refined(alpha).error[0] <= removal.goal


def test_a_search_without_time_ends_with_its_start() -> None:
    removal = UnitRemoval(ACTIVATIONS["tanh"], U, np.sin(U), 1.0, 0.0)
    start = removal.models(np.ones((1, 2, 3)) * [1, 2, 3])
    assert list(removal.reduced(start)) == [start]
