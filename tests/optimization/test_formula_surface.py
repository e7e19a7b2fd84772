"""Typed formulas as surfaces: slopes, curvatures and resting places against torch autograd and known functions."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch.autograd.functional import hessian, jacobian

from nnviz._types import Box
from nnviz.losses import Surface
from nnviz.optimization import SURFACES
from nnviz.optimization.formula_surface import SurfaceSpec, find_rest, has_kink, surface_of
from tests.cases import each

torch.set_num_threads(1)
BOX = ((-2.0, 2.0), (-1.5, 2.5))
FORMULAS: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "x^4 - 2x^2 + y^2 + x y": lambda x, y: x**4 - 2 * x**2 + y**2 + x * y,
    "sin(2x) cos(y) + x^2/4": lambda x, y: torch.sin(2 * x) * torch.cos(y) + x**2 / 4,
    "exp(-x^2 - y^2) + y/5": lambda x, y: torch.exp(-(x**2) - y**2) + y / 5,
    "ln(1 + x^2 + 3y^2)": lambda x, y: torch.log(1 + x**2 + 3 * y**2),
}


def typed(formula: str, box: Box = BOX) -> Surface:
    return surface_of(SurfaceSpec("typed", formula=formula, box=box))


@each("formula", FORMULAS)
def test_value_gradient_and_hessian_are_those_of_autograd(formula: str) -> None:
    surface = typed(formula)
    low, high = np.transpose(BOX)
    points = np.random.default_rng(0).uniform(low, high, (30, 2))
    for p in points:
        q = torch.tensor(p)

        def value(q: torch.Tensor) -> torch.Tensor:
            return FORMULAS[formula](q[0], q[1])

        np.testing.assert_allclose(surface.value(p), value(q), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(surface.gradient(p), jacobian(value, q), rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(surface.hessian(p), hessian(value, q), rtol=1e-6, atol=1e-6)


@each("name", ["himmelblau", "saddle", "camel", "rastrigin", "plateau", "beale"])
def test_the_search_finds_what_is_published(name: str) -> None:
    surface = SURFACES[name]
    rest = find_rest(surface)
    for found, listed in ((rest.minima, surface.minima), (rest.other_minima, surface.other_minima)):
        assert len(found) == len(listed)
        for place in listed:
            assert min(math.dist(place, one) for one in found) < 1e-5
    if surface.saddles:
        assert len(rest.saddles) == len(surface.saddles)


@each("scale", ["1e-12", "1", "1e12"])
def test_the_search_does_not_depend_on_the_unit_of_the_loss(scale: str) -> None:
    rest = find_rest(typed(f"{scale}*(x^4 - 2x^2 + y^2)"))
    assert sorted(place[0] for place in rest.minima) == pytest.approx([-1, 1], abs=1e-6)
    assert len(rest.saddles) == 1


def test_a_kink_is_found_by_grids() -> None:
    surface = typed("|x - 1/3| + 2|y - 1/2|")
    assert surface.minima[0] == pytest.approx((1 / 3, 0.5), abs=1e-6)
    assert has_kink(surface, surface.minima[0])
    assert not any(has_kink(one, place) for one in SURFACES.values() for place in one.minima)


@each("formula", ["x + y", "3", "-x^2 - y^2", "1/x", "ln(x) + y^2", "ln(x^2 + y^2)"])
def test_what_has_no_minimum_inside_lists_none(formula: str) -> None:
    assert typed(formula).minima == ()


def test_a_start_and_a_rate_go_down() -> None:
    from nnviz.optimization import DescentSpec, descend

    for formula in FORMULAS:
        surface = typed(formula)
        run = descend(
            DescentSpec("own", "gradient_descent", surface.learning_rate, surface.start, 100), surface
        )
        assert not run.diverged
        assert run.values[-1] < run.values[0]


def test_the_ravine_is_shaped_by_its_spec() -> None:
    hessian = surface_of(SurfaceSpec("ravine", 100.0, 45.0)).hessian((0, 0))
    np.testing.assert_allclose(np.linalg.eigvalsh(hessian), (1, 100))
    np.testing.assert_allclose(hessian, ((50.5, -49.5), (-49.5, 50.5)))


def test_a_named_surface_is_the_registered_one() -> None:
    assert surface_of(SurfaceSpec("beale")) is SURFACES["beale"]


@each("box", [((1.0, 1.0), (0.0, 1.0)), ((2.0, 1.0), (0.0, 1.0)), ((0.0, math.inf), (0.0, 1.0))])
def test_a_box_that_is_none_is_refused(box: tuple[tuple[float, float], tuple[float, float]]) -> None:
    with pytest.raises(
        ValueError,
        match=r"`box` must be a smaller and a larger number, at most 1e6 apart, on each side, got \(",
    ):
        SurfaceSpec("typed", formula="x", box=box)


def test_what_makes_no_surface_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`name` must be one of line, .*, got 'hill'"):
        SurfaceSpec("hill")
    with pytest.raises(ValueError, match="`formula` must be finite somewhere in the box"):
        typed("sqrt(-1 - x^2)")
    with pytest.raises(ValueError, match="z"):
        typed("x + z")
