"""Every loss against torch: values, derivatives and curvatures by autograd, in float64."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch.autograd import functional as autograd
from torch.nn import functional

from nnviz._types import Array
from nnviz.losses import LOSSES, Loss
from tests.cases import each

torch.set_num_threads(1)


def log_cosh(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return torch.logaddexp(prediction - target, target - prediction) - math.log(2)


def pinball(prediction: torch.Tensor, target: torch.Tensor, tau: float) -> torch.Tensor:
    residual = target - prediction
    return torch.where(residual >= 0, tau * residual, (tau - 1) * residual)


def biweight(prediction: torch.Tensor, target: torch.Tensor, c: float) -> torch.Tensor:
    u = (prediction - target) / c
    return torch.where(u.abs() <= 1, c**2 / 6 * (1 - (1 - u**2) ** 3), torch.full_like(u, c**2 / 6))


def focal(logit: torch.Tensor, target: torch.Tensor, gamma: float) -> torch.Tensor:
    """As torchvision.ops.sigmoid_focal_loss writes it, with alpha < 0 (off)."""
    p = torch.sigmoid(logit)
    p_t = p * target + (1 - p) * (1 - target)
    return functional.binary_cross_entropy_with_logits(logit, target, reduction="none") * (1 - p_t) ** gamma


ORACLES: dict[str, Callable[..., torch.Tensor]] = {
    "squared": lambda p, t: functional.mse_loss(p, t, reduction="none"),
    "absolute": lambda p, t: functional.l1_loss(p, t, reduction="none"),
    "huber": lambda p, t, delta: functional.huber_loss(p, t, reduction="none", delta=delta),
    "log_cosh": log_cosh,
    "quantile": pinball,
    "tukey": biweight,
    "cross_entropy": lambda z, t: functional.binary_cross_entropy_with_logits(z, t, reduction="none"),
    "hinge": lambda z, t: functional.relu(1 - (2 * t - 1) * z),
    "squared_sigmoid": lambda z, t: functional.mse_loss(torch.sigmoid(z), t, reduction="none"),
    "focal": focal,
    "softmax_cross_entropy": lambda z, t: functional.cross_entropy(z, t, reduction="none"),
}
SETTINGS = {
    "huber": [{"delta": 0.3}, {"delta": 2.5}],
    "quantile": [{"tau": 0.5}, {"tau": 0.05}],
    "tukey": [{"c": 1.5}],
    "focal": [{"gamma": 0.0}, {"gamma": 0.5}, {"gamma": 5.0}],
}
CASES = [(name, settings) for name in LOSSES for settings in ({}, *SETTINGS.get(name, []))]
SCALAR = [case for case in CASES if LOSSES[case[0]].task != "multiclass"]
BINARY = [name for name, loss in LOSSES.items() if loss.task == "binary"]


def scalar_data(loss: Loss) -> tuple[Array, Array]:
    """Predictions and targets away from every kink."""
    random = np.random.default_rng(3)
    if loss.task == "binary":
        return random.normal(0, 4, 200), random.integers(0, 2, 200).astype(float)
    return random.normal(0, 3, 200), random.normal(0, 1, 200)


def by_autograd(
    loss: Loss, prediction: Array, target: Array, settings: dict[str, Any]
) -> tuple[Array, Array, Array]:
    """Value, first and second derivative of each example."""
    p = torch.tensor(prediction, requires_grad=True)
    value = ORACLES[loss.name](p, torch.tensor(target), **(loss.settings | settings))
    (first,) = torch.autograd.grad(value.sum(), p, create_graph=True)
    second = torch.autograd.grad(first.sum(), p)[0] if first.requires_grad else torch.zeros_like(p)
    second = second.detach().clone()  # torch 2.6 gives NumPy what is in memory for zeros without memory
    return value.detach().numpy(), first.detach().numpy(), second.numpy()


@each(("name", "settings"), SCALAR)
def test_value_derivative_and_curvature_are_those_of_autograd(name: str, settings: dict[str, Any]) -> None:
    loss = LOSSES[name]
    prediction, target = scalar_data(loss)
    value, first, second = by_autograd(loss, prediction, target, settings)
    np.testing.assert_allclose(loss.value(prediction, target, **settings), value, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(loss.derivative(prediction, target, **settings), first, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(loss.curvature(prediction, target, **settings), second, rtol=1e-10, atol=1e-12)


def test_softmax_derivative_and_hessian_are_those_of_autograd() -> None:
    loss, random = LOSSES["softmax_cross_entropy"], np.random.default_rng(4)
    logits, classes = random.normal(0, 3, (40, 5)), random.integers(0, 5, 40)
    z, y = torch.tensor(logits), torch.tensor(classes)
    values, slopes, hessians = (f(logits, classes) for f in (loss.value, loss.derivative, loss.curvature))
    np.testing.assert_allclose(values, functional.cross_entropy(z, y, reduction="none"), rtol=1e-12)
    for i, target in enumerate(y):

        def one(row: torch.Tensor, target: torch.Tensor = target) -> torch.Tensor:
            return functional.cross_entropy(row, target)

        np.testing.assert_allclose(slopes[i], autograd.jacobian(one, z[i]), atol=1e-14)
        np.testing.assert_allclose(hessians[i], autograd.hessian(one, z[i]), atol=1e-14)


@each("name", BINARY)
@each("logit", [-1e4, -750.0, -40.0, 0.0, 40.0, 750.0, 1e4])
def test_extreme_logits_give_finite_numbers_that_agree_with_torch(name: str, logit: float) -> None:
    loss, logits, targets = LOSSES[name], np.full(2, logit), np.array([0.0, 1.0])
    oracle = ORACLES[name](torch.tensor(logits), torch.tensor(targets), **loss.settings)
    np.testing.assert_allclose(loss.value(logits, targets), oracle, rtol=1e-12, atol=1e-15)
    assert np.isfinite(loss.derivative(logits, targets)).all()
    assert np.isfinite(loss.curvature(logits, targets)).all()


def test_cross_entropy_of_a_sure_and_right_prediction_keeps_its_digits() -> None:
    """Log(1 + e⁻⁴⁰) = e⁻⁴⁰ to double precision, where 1 − σ(40) is already 0."""
    assert LOSSES["cross_entropy"].value([40.0], [1])[0] == pytest.approx(math.exp(-40), rel=1e-12)


@each(("z", "y"), [(37.0, 1.0), (-37.0, 0.0), (300.0, 1.0)])
def test_derivatives_of_a_sure_and_right_prediction_keep_their_digits(z: float, y: float) -> None:
    """σ(z) − y is −e^(−z) for y = 1 and a large z, to the last digits."""
    off = (1 if y == 0 else -1) * np.exp(-abs(z))
    at = np.array([z]), np.array([y])
    np.testing.assert_allclose(LOSSES["cross_entropy"].formulas.derivative(*at), [off], rtol=1e-14)
    np.testing.assert_allclose(
        LOSSES["squared_sigmoid"].formulas.derivative(*at), [2 * off * abs(off)], rtol=1e-14
    )


def test_extreme_softmax_logits() -> None:
    loss, logits, classes = LOSSES["softmax_cross_entropy"], np.array([[1e4, 0, -1e4]] * 3), np.arange(3)
    np.testing.assert_array_equal(loss.value(logits, classes), [0, 1e4, 2e4])
    np.testing.assert_array_equal(loss.derivative(logits, classes), [[0, 0, 0], [1, -1, 0], [1, 0, -1]])


def test_large_errors_do_not_overflow_log_cosh() -> None:
    assert LOSSES["log_cosh"].value([1e4, -1e4], [0, 0]) == pytest.approx(1e4 - math.log(2))
    np.testing.assert_array_equal(LOSSES["log_cosh"].curvature([1e4, -1e4], [0, 0]), 0)


@each("name", ["absolute", "quantile"])
def test_the_derivative_at_a_kink_is_zero(name: str) -> None:
    assert LOSSES[name].derivative([2.0], [2.0]) == 0


def test_the_derivative_of_the_hinge_at_its_kink_is_zero() -> None:
    np.testing.assert_array_equal(LOSSES["hinge"].derivative([1.0, -1.0], [1, 0]), 0)


@each("name", [name for name in LOSSES if LOSSES[name].task != "multiclass"])
def test_convex_losses_are_those_whose_slope_never_falls(name: str) -> None:
    loss, grid = LOSSES[name], np.linspace(-15, 15, 3001)
    slopes = [loss.derivative(grid, np.full_like(grid, target)) for target in (0.0, 1.0)]
    assert loss.convex == all((np.diff(slope) >= -1e-14).all() for slope in slopes)


@each("name", LOSSES)
def test_float32_stays_float32(name: str) -> None:
    loss = LOSSES[name]
    if loss.task == "multiclass":
        prediction, target = np.zeros((3, 2), dtype=np.float32), np.array([0, 1, 1])
    else:
        prediction, target = np.linspace(-2, 2, 5, dtype=np.float32), np.array([0, 1, 0, 1, 0])
    for function in (loss.value, loss.derivative, loss.curvature):
        assert function(prediction, target).dtype == np.float32


def test_whole_numbers_are_taken_as_numbers() -> None:
    np.testing.assert_array_equal(LOSSES["squared"].value([3, -1], [1, 1]), [4.0, 4.0])
    assert LOSSES["huber"].derivative([3, -1], [1, 1]).dtype == np.float64


@each(
    ("name", "setting", "value"),
    [
        ("huber", "delta", 0.0),
        ("huber", "delta", -1.0),
        ("huber", "delta", math.inf),
        ("quantile", "tau", 0.0),
        ("quantile", "tau", 1.0),
        ("focal", "gamma", -0.1),
        ("tukey", "c", math.nan),
    ],
)
def test_an_illegal_setting_is_refused_by_name(name: str, setting: str, value: float) -> None:
    with pytest.raises(
        ValueError,
        match=rf"^`{setting}` of the loss {name} must be (above|at least) 0 and .*, got {value!r}$",
    ):
        LOSSES[name].value([1.0], [0.0], **{setting: value})


def test_an_unknown_setting_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        ValueError, match="the loss huber has no hyperparameter 'gamma'; its hyperparameters are: delta"
    ):
        LOSSES["huber"].derivative([1.0], [0.0], gamma=1)
    with pytest.raises(ValueError, match="its hyperparameters are: none"):
        LOSSES["squared"].value([1.0], [0.0], delta=1)


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(
        ValueError, match=r"`prediction` must have the shape \(3,\) of the target, got \(3, 1\)"
    ):
        LOSSES["squared"].value(np.zeros((3, 1)), np.zeros(3))
    with pytest.raises(ValueError, match=r"`logits` must have the shape \(n, k\), got \(3,\)"):
        LOSSES["softmax_cross_entropy"].value(np.zeros(3), np.zeros(3, dtype=int))


@each("classes", [[0, 3], [-1, 0], [0.0, 1.0]])
def test_classes_that_do_not_exist_are_refused(classes: list[float]) -> None:
    with pytest.raises(ValueError, match="whole numbers between 0 and 2"):
        LOSSES["softmax_cross_entropy"].value(np.zeros((2, 3)), np.array(classes))


@each("name", LOSSES)
def test_every_record_is_complete(name: str) -> None:
    loss = LOSSES[name]
    assert loss.name == name
    assert set(loss.settings) == set(loss.hyperparameters)
    for text in (loss.label, loss.latex, loss.derivative_latex, loss.estimates, loss.lesson):
        assert text
    for formula in (loss.latex, loss.derivative_latex):
        assert formula.count("{") == formula.count("}")
        assert formula.count(r"\left") == formula.count(r"\right")
    assert all(setting.allows(setting.default) for setting in loss.hyperparameters.values())
