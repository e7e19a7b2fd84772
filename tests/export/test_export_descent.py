"""The race as code: what it computes when it is run is what the page shows."""

import numpy as np
import pytest
import torch

from nnviz.export.descent import race_code
from nnviz.learning import (
    METHODS,
    OPTIMIZERS,
    SCHEDULES,
    SECOND_ORDER,
    SURFACES,
    DescentSpec,
    descend,
    suggested_learning_rate,
)
from nnviz.learning.terrain import TerrainSpec, surface_of

torch.set_num_threads(1)
LANGUAGES = ["numpy", "torch"]


def spec(name, surface, **rest):
    rate = suggested_learning_rate(surface, METHODS[name])
    return DescentSpec("own", name, rate, surface.start, 40, **rest)


def ran(source):
    room = {}
    exec(source, room)
    return room["paths"]


def check(terrain, specs, language, rtol=1e-7):
    surface, paths = surface_of(terrain), ran(race_code(terrain, specs, language))
    assert list(paths) == [METHODS[one.optimizer].label for one in specs]
    for one, path in zip(specs, paths.values(), strict=True):
        np.testing.assert_allclose(path, descend(one, surface).points, rtol=rtol, atol=1e-9)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SURFACES)
def test_every_optimizer_on_every_surface(name, language):
    check(TerrainSpec(name), [spec(one, SURFACES[name]) for one in OPTIMIZERS], language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule(name, language):
    check(TerrainSpec("beale"), [spec("adam", SURFACES["beale"], schedule=name)], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_turned_ravine(language):
    terrain = TerrainSpec("ravine", 50.0, 30.0)
    check(terrain, [spec("nesterov", surface_of(terrain))], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_typed_formula(language):
    terrain = TerrainSpec("typed", formula="x^4 - 2x^2 + sin(y)^2 + |x|/4")
    check(terrain, [spec("momentum", surface_of(terrain))], language, rtol=1e-5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_noise(language):
    check(TerrainSpec("bowl"), [spec("rmsprop", SURFACES["bowl"], noise=0.5, seed=4)], language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["risk", "unit"])
def test_mini_batches(name, language):
    check(TerrainSpec(name), [spec("momentum", SURFACES[name], batch=5, seed=4)], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_points_of_page_one(language):
    terrain = TerrainSpec("risk", points=((0.0, 1.0), (1.0, 3.0), (2.0, 4.5)))
    check(terrain, [spec("momentum", surface_of(terrain), batch=2)], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_settings(language):
    settings = (("beta1", 0.7), ("beta2", 0.8), ("eps", 1e-3), ("weight_decay", 0.2))
    check(TerrainSpec("camel"), [spec("adamw", SURFACES["camel"], settings=settings)], language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["ravine", "rosenbrock", "saddle", "unit"])
def test_second_order_methods(name, language):
    specs = [spec(one, SURFACES[name], tolerance=1e-7) for one in SECOND_ORDER]
    check(TerrainSpec(name), specs, language, rtol=1e-4)


@pytest.mark.parametrize("language", LANGUAGES)
def test_second_order_methods_on_a_typed_formula_under_noise_and_batches(language):
    typed = TerrainSpec("typed", formula="x^4 - 2x^2 + y^2 + x/4")
    check(typed, [spec("damped_newton", surface_of(typed), noise=0.1, seed=3)], language, rtol=1e-3)
    check(
        TerrainSpec("risk"), [spec("newton", SURFACES["risk"], batch=5, tolerance=1e-7)], language, rtol=1e-5
    )


def test_nobody_and_another_language_are_refused():
    with pytest.raises(ValueError, match="at least one optimizer"):
        race_code(TerrainSpec("bowl"), [], "numpy")
    with pytest.raises(ValueError, match="the language is 'r'"):
        race_code(TerrainSpec("bowl"), [spec("adam", SURFACES["bowl"])], "r")
