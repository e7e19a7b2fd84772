"""Newton and L-BFGS against torch autograd, torch.optim.LBFGS and scipy; and where Newton honestly fails."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy.optimize import LbfgsInvHessProduct, minimize

from nnviz._types import Array
from nnviz.losses import Surface, quadratic, ravine
from nnviz.optimization import METHODS, SECOND_ORDER, SURFACES, DescentSpec, Trajectory, descend
from nnviz.optimization.second_order import inverse_hessian_times
from tests.cases import each

torch.set_num_threads(1)


def rosenbrock(p: torch.Tensor) -> torch.Tensor:
    return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2


def run(
    surface: Surface | str,
    method: str,
    start: tuple[float, ...],
    steps: int,
    rate: float = 1.0,
    **settings: int,
) -> Trajectory:
    spec = DescentSpec("own", method, rate, start, steps, tuple(settings.items()))
    return descend(spec, SURFACES[surface] if isinstance(surface, str) else surface)


@each("rate", [1.0, 0.5])
def test_newton_steps_by_the_hessian_of_autograd(rate: float) -> None:
    path = run("rosenbrock", "newton", (-1.2, 1.0), 6, rate).points
    for here, there in itertools.pairwise(path):
        p = torch.tensor(here)
        hessian = torch.autograd.functional.hessian(rosenbrock, p)
        gradient = torch.autograd.functional.jacobian(rosenbrock, p)
        np.testing.assert_allclose(there, p - rate * torch.linalg.solve(hessian, gradient), rtol=1e-9)


@each("surface", [ravine(1000.0, 30.0), quadratic(((3, 1), (1, 2)), (1, -1))])
@each("method", ["newton", "damped_newton"])
def test_on_a_bowl_newton_arrives_in_one_step(surface: Surface, method: str) -> None:
    path = run(surface, method, surface.start, 1).points
    np.testing.assert_allclose(path[1], surface.minima[0], atol=1e-12)


def test_newton_goes_to_the_saddle_and_the_damped_one_away_from_it() -> None:
    """Near the saddle of x²/2 − y²/2 + y⁴/4 the Hessian has a negative eigenvalue: H⁻¹ g points uphill along y."""
    plain, damped = (run("saddle", method, (1.8, 0.3), 30) for method in ("newton", "damped_newton"))
    np.testing.assert_allclose(plain.points[-1], (0, 0), atol=1e-9)
    np.testing.assert_allclose(damped.points[-1], (0, 1), atol=1e-6)
    assert (np.diff(damped.values) <= 1e-15).all()


def test_damped_newton_inverts_the_absolute_eigenvalues() -> None:
    here = np.array([0.5, 0.4])
    hessian = torch.tensor([[1.0, 0.0], [0.0, -1 + 3 * 0.4**2]], dtype=torch.float64)  # by hand
    values, vectors = torch.linalg.eigh(hessian)
    absolute = vectors @ torch.diag(values.abs()) @ vectors.T
    gradient = torch.tensor([0.5, -0.4 + 0.4**3], dtype=torch.float64)
    there = run("saddle", "damped_newton", tuple(here), 1, rate=0.1).points[1]
    np.testing.assert_allclose(there, here - 0.1 * torch.linalg.solve(absolute, gradient).numpy(), rtol=1e-12)


@each("name", ["rosenbrock", "himmelblau", "beale", "plateau", "rastrigin", "camel", "unit"])
@each("method", ["damped_newton", "lbfgs"])
def test_with_the_line_search_the_loss_never_rises_and_the_end_has_no_slope(name: str, method: str) -> None:
    surface = SURFACES[name]
    path = run(name, method, surface.start, 200)
    assert (np.diff(path.values) <= 1e-12 * np.abs(path.values[:-1])).all()
    scale = np.abs(surface.hessian(path.points[-1])).max()
    assert np.linalg.norm(path.gradients[-1]) <= 1e-4 * scale
    ends = minimize(surface.value, path.points[-1], jac=surface.gradient, tol=1e-12)
    assert ends.fun == pytest.approx(path.values[-1], abs=1e-8)


def torch_lbfgs(
    function: Callable[[torch.Tensor], torch.Tensor],
    start: tuple[float, ...],
    rate: float,
    steps: int,
    history: int,
) -> Array:
    p = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [p], lr=rate, max_iter=1, history_size=history, tolerance_grad=0, tolerance_change=0
    )

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = function(p)
        loss.backward()
        return loss

    path = [p.detach().numpy().copy()]
    for _ in range(steps):
        optimizer.step(closure)
        path.append(p.detach().numpy().copy())
    return np.array(path)


@each(("rate", "history"), [(1.0, 10), (0.5, 3), (0.3, 1)])
def test_without_the_line_search_lbfgs_is_that_of_torch(rate: float, history: int) -> None:
    def bowl(p: torch.Tensor) -> torch.Tensor:
        return 0.5 * (p[0] ** 2 + 25 * p[1] ** 2)

    expected = torch_lbfgs(bowl, (-2.4, -2.4), rate, 25, history)
    path = run("ravine", "lbfgs", (-2.4, -2.4), 25, rate, history=history, halvings=0).points
    np.testing.assert_allclose(path, expected, rtol=0, atol=1e-11)


def test_without_the_line_search_lbfgs_is_that_of_torch_on_a_banana() -> None:
    expected = torch_lbfgs(rosenbrock, (-1.2, 1.0), 0.2, 15, 5)
    path = run("rosenbrock", "lbfgs", (-1.2, 1.0), 15, 0.2, history=5, halvings=0).points
    np.testing.assert_allclose(path, expected, rtol=1e-8, atol=1e-8)


def test_the_two_loops_are_the_inverse_of_scipy() -> None:
    """scipy starts from the identity; scaled by sᵀy/yᵀy the pairs (s, y/γ) turn ours into theirs times γ."""
    random = np.random.default_rng(4)
    moves, changes = random.normal(size=(3, 6)), random.normal(size=(3, 6))
    changes *= np.sign((moves * changes).sum(axis=1))[:, None]
    gradient = random.normal(size=6)
    gamma = (moves[-1] @ changes[-1]) / (changes[-1] @ changes[-1])
    expected = gamma * LbfgsInvHessProduct(moves / gamma, changes).dot(gradient)
    np.testing.assert_allclose(
        inverse_hessian_times(gradient, tuple(moves), tuple(changes)), expected, rtol=1e-10
    )


def test_newton_on_flat_ground_does_not_stop_the_run() -> None:
    """Where H is singular the least-norm step is taken."""
    flat = quadratic(((2.0, 0.0), (0.0, 0.0)))
    np.testing.assert_allclose(run(flat, "newton", (1.0, 1.0), 1).points[1], (0, 1), atol=1e-12)


@each("name", SECOND_ORDER)
def test_every_record_is_complete(name: str) -> None:
    method = METHODS[name]
    assert method.name == name
    assert method.label
    assert method.lesson.endswith((".", ")."))
    assert method.latex.count("{") == method.latex.count("}")
