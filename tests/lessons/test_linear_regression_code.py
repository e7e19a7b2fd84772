"""The code that the linear pages hand out is run, and leaves the numbers of the library."""

import math
from typing import Any

import numpy as np
import pytest
import torch

from nnviz.expressions import Library
from nnviz.lessons.linear_regression.by_hand.code import write_line_code
from nnviz.lessons.linear_regression.more_inputs.code import write_linear_code
from nnviz.lessons.linear_regression.polynomials.code import SplitPoints, write_polynomial_code
from nnviz.lessons.linear_regression.shared.code import Run
from nnviz.lessons.linear_regression.step_size.code import write_rates_code
from nnviz.optimization import DescentSpec, descend, step_sizes
from nnviz.optimization.convergence import distances_to, rate_at, steps_bound, steps_to
from nnviz.regression import linear_model as regression
from nnviz.regression import loss_surface
from nnviz.regression.polynomials import BASES, fit_polynomial

torch.set_num_threads(1)
RANDOM = np.random.default_rng(0)
X = RANDOM.uniform(-1, 3, 13)
Y = 0.5 * X + RANDOM.normal(size=13)
LIBRARIES = ["numpy", "torch"]


def left_by(source: str) -> dict[str, Any]:
    """The names that the source defines."""
    names: dict[str, Any] = {}
    exec(compile(source, "code", "exec"), names)
    return names


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("batch", [0, 4])
def test_the_line_walks_the_same_way(library: Library, batch: int) -> None:
    walk = Run((0.3, -1.0), 0.05, 17, batch, seed=2)
    deal = regression.batch_gradient(X, Y, batch, 2) if batch else None
    spec = DescentSpec("own", "gradient_descent", 0.05, (0.3, -1.0), 17)
    run, fit = descend(spec, loss_surface(X, Y), deal), regression.closed_form(X, Y)
    names = left_by(write_line_code(X, Y, walk, library))
    np.testing.assert_allclose([names["w"], names["b"]], run.points[-1], rtol=1e-10)
    assert float(names["loss"]) == pytest.approx(run.values[-1], rel=1e-10)
    assert float(names["r_squared"]) == pytest.approx(regression.r_squared(X, Y, *run.points[-1]), rel=1e-10)
    np.testing.assert_allclose(np.asarray(names["best"]), [fit.weights[0], fit.bias], rtol=1e-10)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("multiple", [0.7, 1.6, 2.2])
def test_the_bowl_has_the_same_rates_and_counts(library: Library, multiple: float) -> None:
    sizes, fit = step_sizes(regression.hessian(X)), regression.closed_form(X, Y)
    eta = multiple * sizes.monotone
    names = left_by(write_rates_code(X, Y, eta, 0.01, library))
    assert names["condition"] == pytest.approx(sizes.condition, rel=1e-10)
    rates = [names["monotone"], names["fastest"], names["critical"]]
    np.testing.assert_allclose(rates, [sizes.monotone, sizes.fastest, sizes.critical], rtol=1e-10)
    bound = steps_bound(rate_at(sizes, eta).worst, 0.01)
    assert (names["guaranteed"] or math.inf) == bound
    run = descend(DescentSpec("own", "gradient_descent", eta, (0.0, 0.0), 500), loss_surface(X, Y))
    assert names["observed"] == steps_to(distances_to(sizes, run.points, [fit.weights[0], fit.bias]), 0.01)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("standard", [False, True])
def test_many_inputs_walk_the_same_way(library: Library, standard: bool, rng: np.random.Generator) -> None:
    table = rng.normal(size=(20, 3)) * [1.0, 3.0, 0.5] + 1
    target = table @ [1.0, -0.5, 2.0] + rng.normal(size=20)
    walk = Run((0.1, -0.2, 0.3, 0.4), 0.02, 40)
    names = left_by(write_linear_code(table, target, walk, standard=standard, library=library))
    x = regression.standardize(table).x if standard else table
    run = descend(
        DescentSpec("own", "gradient_descent", 0.02, tuple(walk.start), 40), loss_surface(x, target)
    )
    fit = regression.closed_form(x, target)
    np.testing.assert_allclose(np.asarray(names["theta"]), run.points[-1], rtol=1e-9)
    np.testing.assert_allclose(np.asarray(names["gradient"]), run.gradients[-1], rtol=1e-8)
    np.testing.assert_allclose(np.asarray(names["best"]), [*fit.weights, fit.bias], rtol=1e-9)
    assert float(names["loss"]) == pytest.approx(run.values[-1], rel=1e-9)
    assert names["condition"] == pytest.approx(step_sizes(regression.hessian(x)).condition, rel=1e-8)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("basis", BASES)
def test_the_polynomial_is_the_same(library: Library, basis: str) -> None:
    x, y, interval = X[:9], Y[:9], (-1.2, 3.1)
    fit = fit_polynomial(x, y, 4, basis, interval)
    names = left_by(write_polynomial_code(SplitPoints(x, y, X[9:], Y[9:]), fit, library))
    np.testing.assert_allclose(np.asarray(names["theta"]), fit.coefficients, rtol=1e-7)
    assert names["train_error"] == pytest.approx(np.mean((fit(x) - y) ** 2), rel=1e-8)
    assert names["validation_error"] == pytest.approx(np.mean((fit(X[9:]) - Y[9:]) ** 2), rel=1e-7)
    assert names["condition"] == pytest.approx(fit.condition, rel=1e-7)
