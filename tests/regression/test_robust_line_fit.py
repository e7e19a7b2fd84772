"""The line of least mean loss against linear programming, numpy and scipy."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike
from scipy.optimize import linprog, minimize

from nnviz._types import Array
from nnviz.losses import LOSSES
from nnviz.regression import fit_line, moved_lines
from tests.cases import each
from tests.narrowing import present

REGRESSION = [name for name, loss in LOSSES.items() if loss.task == "regression"]
SMOOTH = [
    ("squared", {}),
    ("huber", {}),
    ("huber", {"delta": 0.05}),
    ("huber", {"delta": 50.0}),
    ("log_cosh", {}),
]


def cloud(kind: str, n: int, seed: int = 0) -> tuple[Array, Array]:
    random = np.random.default_rng((seed, n))
    if kind == "ties":
        return random.integers(0, 6, n).astype(float), random.integers(-4, 5, n).astype(float)
    x = random.uniform(-3, 5, n)
    y = 1.5 * x - 2 + (random.standard_cauchy(n) if kind == "heavy tails" else random.normal(0, 0.5, n))
    if kind == "outliers":
        y[: n // 5] += random.uniform(5, 30, n // 5)
    if kind == "far away":
        x, y = 2000 + x, 300 * y
    return x, y


KINDS = ["plain", "ties", "heavy tails", "outliers", "far away"]


def least_by_linear_program(x: Array, y: Array, tau: float) -> float:
    """Minimize 1/n Σ τ u + (1 − τ) v with y = w x + b + u − v and u, v ≥ 0 (Koenker & Bassett 1978)."""
    n = len(x)
    cost = np.r_[0, 0, np.full(n, tau), np.full(n, 1 - tau)] / n
    equal = np.hstack((np.column_stack((x - x.mean(), np.ones(n))), np.eye(n), -np.eye(n)))
    bounds: list[tuple[float | None, float | None]] = [(None, None)] * 2 + [(0, None)] * (2 * n)
    return present(linprog(cost, A_eq=equal, b_eq=y, bounds=bounds).fun)


@each("kind", KINDS)
@each("n", [2, 3, 8, 61, 200])
@each("tau", [0.5, 0.9, 0.07])
def test_the_quantile_line_is_that_of_the_linear_program(kind: str, n: int, tau: float) -> None:
    x, y = cloud(kind, n)
    fit = fit_line(x, y, "quantile", {"tau": tau})
    assert fit.loss == pytest.approx(least_by_linear_program(x, y, tau), rel=1e-8, abs=1e-12)
    assert LOSSES["quantile"].value(fit.weight * x + fit.bias, y, tau=tau).mean() == pytest.approx(
        fit.loss, abs=1e-9
    )


@each("kind", KINDS)
@each("n", [3, 8, 200])
def test_the_least_absolute_line_is_that_of_the_linear_program(kind: str, n: int) -> None:
    x, y = cloud(kind, n, seed=1)
    assert fit_line(x, y, "absolute").loss == pytest.approx(2 * least_by_linear_program(x, y, 0.5), rel=1e-8)


@each("kind", KINDS)
@each("n", [5, 40, 300])
@each(("loss", "settings"), SMOOTH)
def test_a_smooth_convex_loss_has_no_slope_left(
    kind: str, n: int, loss: str, settings: dict[str, Any]
) -> None:
    x, y = cloud(kind, n, seed=2)
    fit = fit_line(x, y, loss, settings)
    slopes = LOSSES[loss].derivative(fit.weight * x + fit.bias, y, **settings)
    scale = max(1.0, float(np.abs(slopes).mean()))
    assert abs(slopes.mean()) <= 1e-10 * scale
    assert abs((slopes * (x - x.mean())).mean()) <= 1e-10 * scale * x.std()


def test_least_squares_is_that_of_polyfit() -> None:
    x, y = cloud("outliers", 50)
    fit = fit_line(x, y)
    assert (fit.weight, fit.bias) == pytest.approx(np.polyfit(x, y, 1), rel=1e-11)
    assert fit.loss == pytest.approx(np.mean((np.polyval(np.polyfit(x, y, 1), x) - y) ** 2))


@each("kind", ["outliers", "heavy tails"])
@each("loss", REGRESSION)
def test_no_search_of_scipy_finds_a_better_line(kind: str, loss: str) -> None:
    x, y = cloud(kind, 40, seed=3)
    fit, record = fit_line(x, y, loss), LOSSES[loss]

    def mean_loss(line: Array | tuple[float, float]) -> float:
        return float(record.value(line[0] * x + line[1], y).mean())

    starts = [(w, b) for w in (-5, 0, 1.5, 5) for b in (-10, -2, 5)]
    found = min(minimize(mean_loss, start, method="Nelder-Mead").fun for start in starts)
    assert mean_loss((fit.weight, fit.bias)) == pytest.approx(fit.loss, rel=1e-12)
    assert fit.loss <= found + 1e-10


@each("loss", REGRESSION)
def test_points_on_a_line_give_that_line(loss: str) -> None:
    x = np.linspace(-2, 7, 20)
    fit = fit_line(x, 3 * x - 4, loss)
    assert (fit.weight, fit.bias) == pytest.approx((3, -4), abs=1e-9)
    assert fit.loss == pytest.approx(0, abs=1e-12)


@each("loss", [loss for loss in REGRESSION if loss not in ("squared", "log_cosh", "quantile")])
def test_a_far_outlier_moves_a_robust_line_only_so_far(loss: str) -> None:
    x = np.linspace(0, 10, 21)
    near, far = np.where(x == 10, 60.0, x), np.where(x == 10, 1e6, x)
    assert fit_line(x, near, loss).weight == pytest.approx(fit_line(x, far, loss).weight, abs=1e-8)
    assert fit_line(x, far).weight > 1e3


def test_tukey_finds_the_line_of_the_many_past_a_crowd_that_draws_the_other_losses() -> None:
    """Twelve of forty points lie together far out, where they have leverage: the other 28 are exactly on a line."""
    x = np.r_[np.linspace(-3, 3, 28), np.full(12, 30.0)]
    y = np.r_[2 * np.linspace(-3, 3, 28) + 1, np.full(12, -40.0)]
    assert all(fit_line(x, y, loss).weight < 0 for loss in REGRESSION if loss != "tukey")
    fit = fit_line(x, y, "tukey")
    assert (fit.weight, fit.bias) == pytest.approx((2, 1))
    assert fit.loss == pytest.approx(12 / 40 * 4.685**2 / 6)


@each(
    ("loss", "settings", "statistic"),
    [
        ("squared", {}, np.mean),
        ("absolute", {}, np.median),
        ("quantile", {"tau": 0.3}, lambda y: np.quantile(y, 0.3, method="inverted_cdf")),
        ("huber", {"delta": 1e3}, np.mean),
        ("huber", {"delta": 1e-6}, np.median),
    ],
)
def test_where_all_x_agree_the_line_is_the_statistic_that_the_loss_estimates(
    loss: str, settings: dict[str, Any], statistic: Callable[[Array], float]
) -> None:
    y = np.random.default_rng(6).exponential(3, 31)
    fit = fit_line(np.full(31, 4.0), y, loss, settings)
    assert fit.weight == 0
    assert fit.bias == pytest.approx(statistic(y), abs=2e-6)


@each("loss", REGRESSION)
def test_one_point_is_met(loss: str) -> None:
    fit = fit_line([2.0], [5.0], loss)
    assert (fit.weight, fit.bias, fit.loss) == pytest.approx((0, 5, 0))


@each("loss", ["hinge", "softmax_cross_entropy", "cubic"])
def test_only_regression_losses_fit_a_line(loss: str) -> None:
    with pytest.raises(ValueError, match=rf"`loss` must be one of squared, absolute, .*, got '{loss}'"):
        fit_line([0.0, 1.0], [0.0, 1.0], loss)


@each(
    ("x", "y", "message"),
    [
        ([], [], r"`x` must have the shape \(n,\) with n ≥ 1, got \(0,\)"),
        ([0.0, 1.0], [0.0], r"`y` must have the shape \(2,\), got \(1,\)"),
        ([[0.0]], [[1.0]], r"`x` must have the shape \(n,\) with n ≥ 1, got \(1, 1\)"),
        ([0.0, math.nan], [0.0, 1.0], "finite"),
    ],
)
def test_points_that_do_not_fit_are_refused(x: ArrayLike, y: ArrayLike, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit_line(x, y)


def test_an_illegal_setting_is_refused() -> None:
    with pytest.raises(ValueError, match="`tau` of the loss quantile must be above 0 and below 1, got 2"):
        fit_line([0.0, 1.0], [0.0, 1.0], "quantile", {"tau": 2})


HEIGHTS = np.linspace(-4, 10, 57)


def least_squares(x: Array, y: Array) -> Array:
    return np.polyval(np.polyfit(x, y, 1), [x.min(), x.max()])


def huber(x: Array, y: Array) -> Array:
    """By a general minimizer from scipy, on a loss written here."""

    def loss(line: Array) -> float:
        error = np.abs(line[0] * x + line[1] - y)
        return float(np.where(error <= 1, error**2 / 2, error - 0.5).sum())

    line = minimize(loss, [0.5, 0.5], method="BFGS", options={"gtol": 1e-9}).x
    return np.polyval(line, [x.min(), x.max()])


@each(("loss", "oracle"), [("squared", least_squares), ("huber", huber)])
def test_lines_of_a_moved_point_are_blended_from_few(
    loss: str, oracle: Callable[[Array, Array], Array]
) -> None:
    x, y = cloud("plain", 21)
    moved = moved_lines(x, y, HEIGHTS, loss)
    assert len(moved.at) < 30
    for height in HEIGHTS[::5]:
        w, b = (np.interp(height, moved.at, moved.lines[:, k]) for k in (0, 1))
        ends = np.array([w * x.min() + b, w * x.max() + b])
        assert np.abs(ends - oracle(x, np.append(y[:-1], height))).max() < 0.04


def test_a_line_that_jumps_is_followed_up_to_the_next_height() -> None:
    """Tukey's line lets go of a far point at once; the heights at which it does so stand next to each other."""
    x, y = np.array([0.0, 1.0, 2.0, 3.0, 4.0]), np.zeros(5)
    moved = moved_lines(x, y, HEIGHTS, "tukey", {"c": 1.0})
    for height in HEIGHTS:
        fit = fit_line(x, np.append(y[:-1], height), "tukey", {"c": 1.0})
        near = [np.interp(height, moved.at, moved.lines[:, k]) for k in (0, 1)]
        assert np.abs(np.array(near) - [fit.weight, fit.bias]).max() < 0.05


def test_one_height_is_no_way() -> None:
    with pytest.raises(ValueError, match=r"`heights` must have the shape \(h,\) with h ≥ 2, got \(1,\)"):
        moved_lines([0, 1], [0, 1], [1.0])
