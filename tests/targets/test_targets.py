"""The list of targets: each is legal, is what its name says, and teaches in one sentence."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike
from scipy import integrate

from nnviz._types import Array
from nnviz.targets import TARGETS, TARGETS_2D, Target
from tests.cases import each

ALL = [*TARGETS.values(), *TARGETS_2D.values()]
JUMPS = ("step", "staircase", "sawtooth")


def grid(target: Target[Any], n: int) -> Array:
    sides = [np.linspace(a, b, n) for a, b in np.atleast_2d(target.interval)]
    return sides[0] if len(sides) == 1 else np.stack(np.meshgrid(*sides), axis=-1)


def values(name: str, at: ArrayLike) -> Array:
    return (TARGETS | {f"{k} in 2-D": t for k, t in TARGETS_2D.items()})[name].expression(at)


@each("target", ALL, ids=lambda t: t.label)
def test_finite_and_of_a_size_to_look_at(target: Target[Any]) -> None:
    y = target.expression(grid(target, 301))
    assert np.isfinite(y).all()
    assert 0.5 < np.ptp(y) < 10


@each("target", ALL, ids=lambda t: t.label)
def test_one_or_two_sentences_and_a_label(target: Target[Any]) -> None:
    assert target.lesson[0].isupper()
    assert target.lesson.endswith(".")
    assert target.lesson.count(". ") <= 1
    assert len(target.lesson) < 130
    assert 3 <= len(target.label) <= 25


@each("registry", [TARGETS, TARGETS_2D])
def test_names_are_keys_and_functions_differ(registry: dict[str, Target[Any]]) -> None:
    assert all(name == target.name for name, target in registry.items())
    assert len({target.expression for target in registry.values()}) == len(registry)


@each("target", TARGETS.values(), ids=lambda t: t.name)
def test_those_that_jump_are_the_ones_said_to(target: Target[Any]) -> None:
    x = grid(target, 400_001)
    largest = np.abs(np.diff(target.expression(x))).max()
    assert (largest > 0.2) == (target.name in JUMPS)


@each(
    ("name", "at", "value"),
    [
        ("sine", 0.25, 1.0),
        ("absolute", -0.5, 0.5),
        ("cubic", -1.0, -1.0),
        ("runge", 0.2, 0.5),
        ("decaying_wave", -1.0, np.e * np.sin(-10)),
        ("chirp", np.sqrt(np.pi / 40), 1.0),
        ("root", -0.25, 0.5),
        ("zigzag", 0.25, 0.375),
        ("pieces", -0.75, 0.5),
        ("pieces", 0.5, 2.0),
        ("mixture", -0.4, 0.6),
        ("spike", 0.3, 1.0),
        ("bump", 0.0, 1.0),
        ("bump", 0.8, 0.0),
        ("wiggle", 0.0, 0.0),
        ("step", 0.0, 1.0),
        ("staircase", -0.1, -0.25),
        ("sawtooth", -0.25, 0.75),
        ("saddle in 2-D", (0.5, 1.0), -0.75),
        ("product in 2-D", (0.5, -1.0), -0.5),
        ("ripples in 2-D", (0.6, 0.8), -1.0),
        ("ridge in 2-D", (0.4, -0.3), 0.0),
        ("bump in 2-D", (0.0, 0.0), 1.0),
    ],
)
def test_values_by_hand(name: str, at: float | tuple[float, float], value: float) -> None:
    assert values(name, at) == pytest.approx(value, abs=1e-8 if name == "mixture" else 1e-12)


def test_franke_has_its_published_integral() -> None:
    """∫∫ over the unit square is 0.40696958949155611906… (Franke & Nielson; used in cubature tests)."""
    f = TARGETS_2D["franke"].expression
    integral, _ = integrate.dblquad(lambda y, x: float(f((x, y))), 0, 1, 0, 1, epsabs=1e-9)
    assert integral == pytest.approx(0.4069695894, abs=1e-8)


def test_two_diagonal_ridges_make_the_product() -> None:
    at = np.random.default_rng(0).uniform(-1, 1, (50, 2))
    np.testing.assert_allclose(
        values("product in 2-D", at), (at.sum(1) ** 2 - (at[:, 0] - at[:, 1]) ** 2) / 4, atol=1e-15
    )


def test_four_relu_units_make_the_kinks() -> None:
    x = np.linspace(-1, 1, 401)

    def relu(z: Array) -> Array:
        return np.maximum(z, 0)

    network = 1.5 - 2.5 * relu(x + 1) + 4 * relu(x + 0.5) - 4 * relu(x) + 4 * relu(x - 0.5)
    np.testing.assert_allclose(values("zigzag", x), network, atol=1e-14)
