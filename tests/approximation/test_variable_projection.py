import numpy as np
import pytest
import torch
from scipy.optimize import least_squares as scipy_least_squares

from nnviz.approximation.variable_projection import project
from nnviz.networks import ACTIVATIONS

torch.set_num_threads(1)
X = np.linspace(-1, 1, 120)


def cost(activation, w, b, y):
    features = np.column_stack([activation.value(np.outer(X, w) + b), np.ones(len(X))])
    return np.sum((features @ np.linalg.lstsq(features, y, rcond=1e-12)[0] - y) ** 2)


def test_a_network_of_the_same_width_is_found_again():
    w, b, v = np.array([3.0, -2.0]), np.array([1.0, 0.5]), np.array([1.0, 2.0])
    y = np.tanh(np.outer(X, w) + b) @ v - 0.3
    start_w = np.array([[3.4, -1.7], [2.5, -1.8]])
    start_b = np.array([[0.8, 0.6], [1.3, 0.2]])
    found_w, found_b = project(ACTIVATIONS["tanh"], X, y, start_w, start_b, 100, 10.0, 1e6)
    assert cost(ACTIVATIONS["tanh"], found_w[0], found_b[0], y) < 1e-24
    np.testing.assert_allclose(np.sort(np.abs(found_w[0])), [2, 3], atol=1e-6)


@pytest.mark.parametrize("activation", ["tanh", "gaussian", "sine", "softplus"])
def test_no_worse_than_scipy_on_all_parameters_from_the_same_starts(activation):
    phi, y, rng = ACTIVATIONS[activation], np.exp(X) * np.sin(4 * X), np.random.default_rng(4)
    w = rng.uniform(1, 5, (8, 3))
    b = -w * rng.permuted(np.tile([-0.6, 0.0, 0.6], (8, 1)), axis=1)

    def residual(p):
        return phi.value(np.outer(X, p[:3]) + p[3:6]) @ p[6:9] + p[9] - y

    def by_scipy(w, b):
        features = np.column_stack([phi.value(np.outer(X, w) + b), np.ones(len(X))])
        start = np.concatenate([w, b, np.linalg.lstsq(features, y)[0]])
        return 2 * scipy_least_squares(residual, start, method="lm", max_nfev=100 * 11).cost

    found = project(phi, X, y, w, b, 100, 10.0, 1e6)
    assert cost(phi, found[0][0], found[1][0], y) < 1.05 * min(map(by_scipy, w, b))


def test_at_the_end_the_gradient_by_all_parameters_is_zero():
    y = np.exp(X) + 0.1 * np.sin(9 * X)
    w, b = project(ACTIVATIONS["tanh"], X, y, np.array([[2.0, 2.0]]), np.array([[-1.0, 1.0]]), 300, 20.0, 1e6)
    features = np.column_stack([np.tanh(np.outer(X, w[0]) + b[0]), np.ones(len(X))])
    v = np.linalg.lstsq(features, y, rcond=1e-12)[0]
    w, b, v, x, y = (torch.tensor(a, requires_grad=k < 3) for k, a in enumerate((w[0], b[0], v, X, y)))
    loss = ((torch.tanh(torch.outer(x, w) + b) @ v[:-1] + v[-1] - y) ** 2).sum()
    loss.backward()
    scale = float(v.detach().abs().max())
    assert max(float(p.grad.abs().max()) for p in (w, b, v)) < 1e-5 * scale


def test_starts_do_not_touch_each_other_and_the_best_comes_first():
    rng, y = np.random.default_rng(1), np.abs(X)
    w, b = rng.normal(0, 4, (5, 3)), rng.normal(0, 2, (5, 3))
    together = project(ACTIVATIONS["tanh"], X, y, w, b, 15, 10.0, 1e6)
    alone = [project(ACTIVATIONS["tanh"], X, y, w[k : k + 1], b[k : k + 1], 15, 10.0, 1e6) for k in range(5)]
    costs = sorted(cost(ACTIVATIONS["tanh"], one[0][0], one[1][0], y) for one in alone)
    np.testing.assert_allclose(
        [cost(ACTIVATIONS["tanh"], *one, y) for one in zip(*together)], costs, rtol=1e-6
    )


def test_weights_stay_below_the_cap_and_time_is_kept():
    y, w, b = np.sign(X), np.array([[1.0, 2.0]]), np.array([[0.1, -0.1]])
    capped = project(ACTIVATIONS["tanh"], X, y, w, b, 200, 10.0, 50.0)
    assert max(np.abs(capped[0]).max(), np.abs(capped[1]).max()) <= 50
    none = project(ACTIVATIONS["tanh"], X, y, w, b, 200, 0.0, 50.0)
    np.testing.assert_array_equal(none[0], w)
