from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch.func import grad, vmap
from torch.nn import functional

from nnviz._types import Array, FloatArray
from nnviz.lessons.universal_approximation.shared.text import explain_universality
from nnviz.networks import ACTIVATIONS
from tests.cases import each
from tests.narrowing import present

torch.set_num_threads(1)
NAMES = list(ACTIVATIONS)
TORCH: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "relu": functional.relu,
    "leaky_relu": functional.leaky_relu,
    "gelu": functional.gelu,
    "softplus": lambda z: functional.softplus(z, threshold=36),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "sine": torch.sin,
    "gaussian": lambda z: torch.exp(-(z**2)),
    "step": lambda z: torch.where(z >= 0, 1.0, 0.0) + 0 * z,
    "linear": lambda z: 1 * z,
    "square": torch.square,
    "cube": lambda z: z**3,
}
NOT_UNIVERSAL = {"linear": 1, "square": 2, "cube": 3}
Z = np.concatenate([np.linspace(-8, 8, 400), [-1e3, -40.0, -1e-9, 1e-9, 40.0, 1e3]])


def by_torch(name: str, order: int) -> Array:
    function = TORCH[name]
    for _ in range(order):
        function = grad(function)
    values: Array = vmap(function)(torch.from_numpy(Z)).numpy()
    return values


def test_every_activation_has_a_reference() -> None:
    assert set(TORCH) == set(ACTIVATIONS)
    assert all(name == activation.name for name, activation in ACTIVATIONS.items())


@each("name", NAMES)
def test_value_and_derivatives_equal_torch_autograd(name: str) -> None:
    phi = ACTIVATIONS[name]
    for order, function in enumerate([phi.value, phi.derivative, phi.second_derivative]):
        np.testing.assert_allclose(function(Z), by_torch(name, order), rtol=1e-12, atol=1e-15)


@each("name", NAMES)
def test_slope_with_the_value_at_hand_equals_torch_autograd(name: str) -> None:
    phi = ACTIVATIONS[name]
    np.testing.assert_allclose(phi.slope(Z, phi.value(Z)), by_torch(name, 1), rtol=1e-12, atol=1e-15)


@each(("dtype", "close"), [("float32", 3e-7), ("float64", 1e-12)])
@each("name", NAMES)
def test_value_and_slope_at_once_equal_torch_autograd(name: str, dtype: str, close: float) -> None:
    z = Z[np.abs(Z) < 9].astype(dtype)
    exact = [vmap(f)(torch.from_numpy(z.astype(float))).numpy() for f in (TORCH[name], grad(TORCH[name]))]
    value = np.empty_like(z)
    ACTIVATIONS[name].value_and_slope(z, value, z)
    for found, expected in zip((value, z), exact):
        np.testing.assert_allclose(found, expected, rtol=close, atol=close)


@each("name", NAMES)
def test_derivative_at_zero_and_at_a_kink_is_that_of_torch(name: str) -> None:
    phi = ACTIVATIONS[name]
    for at in (0.0, *phi.kinks):
        expected = grad(TORCH[name])(torch.tensor(at, dtype=torch.float64)).item()
        z = np.array([at])
        assert phi.derivative(z)[0] == pytest.approx(expected, rel=1e-15)
        assert phi.slope(z, phi.value(z))[0] == pytest.approx(expected, rel=1e-15)


@each("name", NAMES)
def test_arrays_keep_their_type_and_out_takes_the_result(name: str) -> None:
    phi = ACTIVATIONS[name]
    z = np.linspace(-2, 2, 9, dtype=np.float32)

    def slope(z: FloatArray, out: FloatArray | None = None) -> FloatArray:
        return phi.slope(z, phi.value(z), out)

    for function in (phi.value, phi.derivative, slope):
        in_place = z.copy()
        assert function(in_place, in_place) is in_place
        expected = function(z)
        assert expected.dtype == np.float32
        np.testing.assert_array_equal(in_place, expected)
    assert phi.second_derivative(z).dtype == np.float32


@each("name", NAMES)
def test_range_is_what_the_values_fill(name: str) -> None:
    low, high = ACTIVATIONS[name].range
    values = by_torch(name, 0)
    assert low <= values.min()
    assert values.max() <= high
    assert values.min() == pytest.approx(low, abs=1e-3) if np.isfinite(low) else values.min() < -8
    assert values.max() == pytest.approx(high, abs=1e-3) if np.isfinite(high) else values.max() > 800


@each("name", NAMES)
def test_lipschitz_is_the_largest_slope(name: str) -> None:
    lipschitz = ACTIVATIONS[name].lipschitz
    z = np.linspace(-20, 20, 400_001)
    chords = np.abs(np.diff(TORCH[name](torch.from_numpy(z)).numpy()) / np.diff(z))
    assert chords.max() == pytest.approx(lipschitz, rel=1e-6) if np.isfinite(lipschitz) else chords.max() > 30


@each("name", NAMES)
def test_kinks_are_where_the_slope_jumps(name: str) -> None:
    h = 1e-6
    z = np.arange(-3, 3.5, 0.5)
    values = [TORCH[name](torch.from_numpy(z + shift)).numpy() for shift in (-h, 0, h)]
    bends = np.abs(values[0] - 2 * values[1] + values[2]) / h
    assert tuple(z[bends > 1e-3]) == ACTIVATIONS[name].kinks
    assert ACTIVATIONS[name].smooth == (not ACTIVATIONS[name].kinks)


@each("name", NAMES)
def test_universal_means_that_the_rank_grows_with_the_width(name: str) -> None:
    """Leshno et al. 1993 at work: degree + 1 for a polynomial, however wide; the width for anything else."""
    phi, width = ACTIVATIONS[name], 12
    centers = np.linspace(-0.95, 0.95, width)
    slopes = np.random.default_rng(0).uniform(3, 6, width)
    features = phi.value(slopes * (np.linspace(-1, 1, 400)[:, None] - centers))
    rank = np.linalg.matrix_rank(features)
    assert rank == (NOT_UNIVERSAL[name] + 1 if name in NOT_UNIVERSAL else width)
    assert phi.degree == NOT_UNIVERSAL.get(name)
    assert phi.universal == (name not in NOT_UNIVERSAL)


@each("name", NAMES)
def test_the_reader_is_told_why(name: str) -> None:
    phi = ACTIVATIONS[name]
    reason = explain_universality(phi.degree)
    assert "Leshno" in reason
    assert phi.universal == ("not a polynomial" in reason)
    assert phi.universal or f"rank {present(phi.degree) + 1}" in reason
    assert phi.label
    assert phi.latex.startswith(r"\varphi(z) = ")
    assert phi.derivative_latex.startswith(r"\varphi'(z) = ")
    assert phi.lesson.endswith(".")


def test_only_the_step_cannot_be_trained_and_says_so() -> None:
    assert [name for name in NAMES if not ACTIVATIONS[name].trainable] == ["step"]
    assert "derivative is 0" in ACTIVATIONS["step"].untrainable
    np.testing.assert_array_equal(ACTIVATIONS["step"].value(np.array([-0.1, 0.0, 0.1])), [0, 1, 1])
