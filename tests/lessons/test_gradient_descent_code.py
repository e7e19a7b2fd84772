"""The race as code: what it computes when it is run is what the page shows."""

from typing import Any

import numpy as np
import pytest
import torch

from nnviz._types import Array
from nnviz.expressions import Library
from nnviz.lessons.gradient_descent.in_3d.code import surface_code
from nnviz.lessons.gradient_descent.one_update.code import update_code
from nnviz.lessons.gradient_descent.race.code import race_code
from nnviz.losses import Surface
from nnviz.optimization import (
    METHODS,
    OPTIMIZERS,
    SCHEDULES,
    SECOND_ORDER,
    SURFACES,
    DescentSpec,
    descend,
    suggested_learning_rate,
)
from nnviz.optimization.formula_surface import SurfaceSpec, surface_of
from nnviz.optimization.phases import slow_motion

torch.set_num_threads(1)
LANGUAGES = ["numpy", "torch"]


def spec(name: str, surface: Surface, **rest: Any) -> DescentSpec:
    rate = suggested_learning_rate(surface, METHODS[name])
    return DescentSpec("own", name, rate, surface.start, 40, **rest)


def ran(source: str) -> dict[str, Array]:
    paths: dict[str, Array] = executed(source)["paths"]
    return paths


def executed(source: str) -> dict[str, Any]:
    room: dict[str, Any] = {}
    exec(source, room)
    return room


def check(surface_spec: SurfaceSpec, specs: list[DescentSpec], language: Library, rtol: float = 1e-7) -> None:
    surface, paths = surface_of(surface_spec), ran(race_code(surface_spec, specs, language))
    assert list(paths) == [METHODS[one.optimizer].label for one in specs]
    for one, path in zip(specs, paths.values(), strict=True):
        np.testing.assert_allclose(path, descend(one, surface).points, rtol=rtol, atol=1e-9)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SURFACES)
def test_every_optimizer_on_every_surface(name: str, language: Library) -> None:
    check(SurfaceSpec(name), [spec(one, SURFACES[name]) for one in OPTIMIZERS], language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule(name: str, language: Library) -> None:
    check(SurfaceSpec("beale"), [spec("adam", SURFACES["beale"], schedule=name)], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_turned_ravine(language: Library) -> None:
    surface_spec = SurfaceSpec("ravine", 50.0, 30.0)
    check(surface_spec, [spec("nesterov", surface_of(surface_spec))], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_typed_formula(language: Library) -> None:
    surface_spec = SurfaceSpec("typed", formula="x^4 - 2x^2 + sin(y)^2 + |x|/4")
    check(surface_spec, [spec("momentum", surface_of(surface_spec))], language, rtol=1e-5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_noise(language: Library) -> None:
    check(SurfaceSpec("bowl"), [spec("rmsprop", SURFACES["bowl"], noise=0.5, seed=4)], language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["line", "unit"])
def test_mini_batches(name: str, language: Library) -> None:
    check(SurfaceSpec(name), [spec("momentum", SURFACES[name], batch=5, seed=4)], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_points_of_page_one(language: Library) -> None:
    surface_spec = SurfaceSpec("line", points=((0.0, 1.0), (1.0, 3.0), (2.0, 4.5)))
    check(surface_spec, [spec("momentum", surface_of(surface_spec), batch=2)], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_settings(language: Library) -> None:
    settings = (("beta1", 0.7), ("beta2", 0.8), ("eps", 1e-3), ("weight_decay", 0.2))
    check(SurfaceSpec("camel"), [spec("adamw", SURFACES["camel"], settings=settings)], language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["ravine", "rosenbrock", "saddle", "unit"])
def test_second_order_methods(name: str, language: Library) -> None:
    specs = [spec(one, SURFACES[name], tolerance=1e-7) for one in SECOND_ORDER]
    check(SurfaceSpec(name), specs, language, rtol=1e-4)


@pytest.mark.parametrize("language", LANGUAGES)
def test_second_order_methods_on_a_typed_formula_under_noise_and_batches(language: Library) -> None:
    typed = SurfaceSpec("typed", formula="x^4 - 2x^2 + y^2 + x/4")
    check(typed, [spec("damped_newton", surface_of(typed), noise=0.1, seed=3)], language, rtol=1e-3)
    check(
        SurfaceSpec("line"), [spec("newton", SURFACES["line"], batch=5, tolerance=1e-7)], language, rtol=1e-5
    )


def test_nobody_and_another_language_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one optimizer"):
        race_code(SurfaceSpec("bowl"), [], "numpy")
    with pytest.raises(ValueError, match=r"`language` must be one of numpy, torch, got .r."):
        race_code(SurfaceSpec("bowl"), [spec("adam", SURFACES["bowl"])], "r")  # type: ignore[arg-type]  # the test of the refusal


def printed(source: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    executed(source)
    return capsys.readouterr().out


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["ravine", "plateau", "line"])
def test_the_race_prints_the_losses_of_the_table(
    name: str, language: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    surface = SURFACES[name]
    run = spec("momentum", surface)
    out = printed(race_code(SurfaceSpec(name), [run], language), capsys)
    assert float(out.split("loss ")[1]) == pytest.approx(descend(run, surface).values[-1], rel=1e-6)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["ravine", "plateau", "line", "unit"])
def test_the_surface_has_the_heights_of_the_screen(name: str, language: Library) -> None:
    surface = SURFACES[name]
    room = executed(surface_code(SurfaceSpec(name), [spec("adam", surface)], language))
    axes = [np.linspace(low, high, 81) for low, high in surface.domain]
    heights = surface.value(np.stack(np.meshgrid(*axes), axis=-1))
    np.testing.assert_allclose(room["heights"], heights, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(
        room["paths"]["Adam"], descend(spec("adam", surface), surface).points, rtol=1e-7
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_one_update_prints_its_gradient_and_its_step(
    name: str, language: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    surface = SURFACES["rosenbrock"]
    shown = DescentSpec("own", name, 1e-3, surface.start, 7)
    out = printed(update_code(SurfaceSpec("rosenbrock"), shown, language), capsys)
    motion = slow_motion(shown, surface)
    numbers = [
        [float(x) for x in line.split("[")[1].strip(" ]").split()]
        for line in out.splitlines()
        if line.startswith(("gradient", "step ["))
    ]
    np.testing.assert_allclose(numbers[0], motion.phases[0].numbers["g"], rtol=1e-4)
    np.testing.assert_allclose(numbers[1], motion.phases[-1].numbers["move"], rtol=1e-4)
    if language == "numpy" and name == "adam":
        assert all(f"\n{memory} [" in out for memory in ("m", "s", "m_hat", "s_hat"))
