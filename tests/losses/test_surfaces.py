"""Every surface against torch autograd and published minima; what it lists, and that none is missing."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from scipy.optimize import least_squares, minimize
from scipy.stats import linregress
from torch.autograd.functional import hessian, jacobian

from nnviz._types import Array
from nnviz.data import SampleSpec, draw
from nnviz.losses import Surface, quadratic, ravine
from nnviz.optimization import SURFACES
from nnviz.optimization.test_functions import UNIT_X, UNIT_Y
from tests.cases import each

torch.set_num_threads(1)
SAMPLES = draw(SampleSpec("line", 40, 0.4, 0.0, 0))
LINE = torch.tensor(SAMPLES.x[:, 0]), torch.tensor(SAMPLES.y)
UNIT = torch.tensor(UNIT_X), torch.tensor(UNIT_Y)


def residuals_of_a_unit(p: Array) -> Array:
    residuals: Array = p[1] * np.tanh(p[0] * UNIT_X) - UNIT_Y
    return residuals


ORACLES: dict[str, Callable[..., Any]] = {
    "bowl": lambda x, y: (x**2 + y**2) / 2,
    "ravine": lambda x, y: (x**2 + 25 * y**2) / 2,
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "beale": lambda x, y: sum((a - x + x * y**k) ** 2 for k, a in ((1, 1.5), (2, 2.25), (3, 2.625))),
    "saddle": lambda x, y: x**2 / 2 - y**2 / 2 + y**4 / 4,
    "plateau": lambda x, y: 1 - torch.exp(-(x**2 + y**2) / 2),
    "rastrigin": lambda x, y: sum(10 + u**2 - 10 * torch.cos(2 * math.pi * u) for u in (x, y)),
    "camel": lambda x, y: (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (-4 + 4 * y**2) * y**2,
    "unit": lambda w, v: ((v * torch.tanh(w * UNIT[0]) - UNIT[1]) ** 2).mean(),
    "line": lambda w, b: ((w * LINE[0] + b - LINE[1]) ** 2).mean(),
}
# Jamil & Yang 2013, "A literature survey of benchmark functions"; the saddle's by hand: y² = 1, −1/2 + 1/4.
# The two on data by scipy: a straight line's residual, and one tanh unit by its own least squares.
LINE_FIT = linregress(SAMPLES.x[:, 0], SAMPLES.y)
LOWEST = {
    "saddle": -0.25,
    "camel": -1.031628453,
    "line": np.mean((SAMPLES.y - LINE_FIT.slope * SAMPLES.x[:, 0] - LINE_FIT.intercept) ** 2),
    "unit": 2 * least_squares(residuals_of_a_unit, (1, 1), xtol=1e-12).cost / 17,
}


def points_in(surface: Surface, count: int, seed: int = 0) -> Array:
    low, high = np.transpose(surface.domain)
    return np.random.default_rng(seed).uniform(low, high, (count, len(low)))


def check_against_autograd(surface: Surface, oracle: Callable[..., Any], points: Array) -> None:
    values, gradients, hessians = surface.value(points), surface.gradient(points), surface.hessian(points)
    for i, p in enumerate(torch.tensor(points)):
        np.testing.assert_allclose(values[i], oracle(p), rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(gradients[i], jacobian(oracle, p), rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(hessians[i], hessian(oracle, p), rtol=1e-10, atol=1e-10)


@each("name", SURFACES)
def test_value_gradient_and_hessian_are_those_of_autograd(name: str) -> None:
    surface, points = SURFACES[name], points_in(SURFACES[name], 50)

    def value(p: torch.Tensor) -> Any:
        return ORACLES[name](p[0], p[1])

    check_against_autograd(surface, value, points)


@each("name", SURFACES)
def test_points_of_any_shape_give_values_of_that_shape(name: str) -> None:
    surface, points = SURFACES[name], points_in(SURFACES[name], 6).reshape(3, 2, 2)
    assert surface.value(points).shape == (3, 2)
    assert surface.gradient(points).shape == (3, 2, 2)
    assert surface.hessian(points).shape == (3, 2, 2, 2)
    np.testing.assert_array_equal(surface.value(points[1, 0]), surface.value(points)[1, 0])
    np.testing.assert_array_equal(surface.gradient(list(points[1, 0])), surface.gradient(points)[1, 0])
    np.testing.assert_array_equal(surface.hessian(points[1, 0]), surface.hessian(points)[1, 0])


@each("name", SURFACES)
def test_minima_have_no_slope_curve_upwards_and_the_published_value(name: str) -> None:
    surface, minima = SURFACES[name], np.array(SURFACES[name].minima + SURFACES[name].other_minima)
    np.testing.assert_allclose(surface.gradient(minima), 0, atol=2e-12)
    assert (np.linalg.eigvalsh(surface.hessian(minima)) > 0).all()
    values = surface.value(np.array(surface.minima))
    np.testing.assert_allclose(values, LOWEST.get(name, 0.0), atol=1e-9)
    assert all(surface.value(other) > values.max() + 1e-3 for other in surface.other_minima)
    assert (surface.value(points_in(surface, 20_000)) >= values.min()).all()


@each("name", SURFACES)
def test_saddles_have_no_slope_and_curve_both_ways(name: str) -> None:
    for saddle in SURFACES[name].saddles:
        np.testing.assert_allclose(SURFACES[name].gradient(saddle), 0, atol=1e-12)
        falling, rising = np.linalg.eigvalsh(SURFACES[name].hessian(saddle))
        assert falling < 0 < rising


@each("name", [name for name in SURFACES if name not in ("plateau", "rastrigin")])
def test_no_minimum_is_missing(name: str) -> None:
    """Descents of scipy from all over the domain end at listed minima (or leave it), and each is found."""
    surface, listed = SURFACES[name], np.array(SURFACES[name].minima + SURFACES[name].other_minima)
    low, high = np.transpose(surface.domain)
    found = set()
    for start in points_in(surface, 60, seed=1):
        end = minimize(surface.value, start, jac=surface.gradient, tol=1e-9)
        if ((low <= end.x) & (end.x <= high)).all():
            distances = np.linalg.norm(listed - end.x, axis=1)
            assert distances.min() < 1e-3
            found.add(int(distances.argmin()))
    assert found == set(range(len(listed)))


def test_rastrigin_lists_one_minimum_beside_each_whole_number() -> None:
    surface = SURFACES["rastrigin"]
    places = surface.minima + surface.other_minima
    assert {tuple(np.round(place)) for place in places} == {
        (i, j) for i in range(-5, 6) for j in range(-5, 6)
    }
    assert len(places) == 121


@each("name", SURFACES)
def test_start_and_listed_places_are_in_the_domain(name: str) -> None:
    surface = SURFACES[name]
    low, high = np.transpose(surface.domain)
    for place in (surface.start, *surface.minima, *surface.other_minima, *surface.saddles):
        assert (low <= place).all()
        assert (place <= high).all()
    assert surface.value(surface.start) > surface.value(surface.minima[0])


@each("name", SURFACES)
def test_levels_rise_and_enclose_growing_shares_of_the_domain(name: str) -> None:
    surface = SURFACES[name]
    levels, values = surface.levels(9), surface.value(points_in(surface, 20_000))
    assert (np.diff(levels) > 0).all()
    shares = (values[:, None] <= levels).mean(axis=0)
    np.testing.assert_allclose(shares, (np.arange(1, 10) / 10) ** 2, atol=0.04)


@each("name", SURFACES)
def test_every_record_is_complete(name: str) -> None:
    surface = SURFACES[name]
    assert surface.name == name
    assert surface.label
    assert surface.lesson
    assert surface.latex.count("{") == surface.latex.count("}")


def test_quadratic_in_three_parameters_is_that_of_autograd() -> None:
    factor = np.random.default_rng(5).normal(size=(3, 3))
    h, c = factor @ factor.T, np.array([1.0, -2.0, 0.5])
    surface = quadratic(h, c, lowest=4.0, reach=2.0)

    def value(p: torch.Tensor) -> torch.Tensor:
        return 4.0 + 0.5 * (p - torch.tensor(c)) @ torch.tensor(h) @ (p - torch.tensor(c))

    check_against_autograd(surface, value, points_in(surface, 20))
    assert surface.minima == ((1.0, -2.0, 0.5),)
    assert surface.domain == ((-1.0, 3.0), (-4.0, 0.0), (-1.5, 2.5))
    assert len(surface.parameters) == 3


@each("angle", [0.0, 30.0, 90.0])
def test_ravine_has_the_condition_number_and_the_direction_asked_for(angle: float) -> None:
    eigenvalues, directions = np.linalg.eigh(ravine(40.0, angle).hessian((0.3, -0.2)))
    np.testing.assert_allclose(eigenvalues, [1, 40], rtol=1e-12)
    flat = [math.cos(math.radians(angle)), math.sin(math.radians(angle))]
    assert abs(directions[:, 0] @ flat) == pytest.approx(1)


@each(
    ("curvature", "center", "message"),
    [
        (((1, 0), (1, 1)), None, "symmetric"),
        (
            ((1, 0), (0, -1)),
            None,
            r"`hessian` must be positive semidefinite, got \[\[1\.0, 0\.0\], \[0\.0, \-1\.0\]\]",
        ),
        (((1, 0), (0, math.nan)), None, "finite"),
        (((1, 0), (0, 1)), (0, 0, 0), r"`center` must have the shape \(2,\), got \(3,\)"),
    ],
)
def test_what_is_no_bowl_is_refused(
    curvature: tuple[tuple[int, int], tuple[int, float]], center: tuple[int, int, int] | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        quadratic(curvature, center)


@each("condition", [0.5, -1, math.inf, math.nan])
def test_a_condition_number_below_one_is_refused(condition: float) -> None:
    with pytest.raises(ValueError, match="`condition` must be at least 1 and finite, got "):
        ravine(condition)
