"""The cost of the wrong loss: its theory against closed forms and quadrature, its measurement against the theory."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from scipy import integrate, optimize, special, stats

from nnviz._types import Array
from nnviz.losses.likelihoods import NOISE_MODELS, NoiseSpec, drawn
from nnviz.losses.wrong_loss import COMPARED_LOSSES, compare_losses, half_line, slope_variance
from tests.cases import each

X = np.linspace(-2, 2, 50)
AWAY = ((X - X.mean()) ** 2).sum()


def variance(noise: str, loss: str, x: Array = X, **given: float) -> float:
    settings: dict[str, Any] = {"slope": 1.0, "intercept": 0.5, "scale": 0.7, "nu": 5.0, **given}
    spec = NoiseSpec(noise, **settings)
    compared = next(each for each in COMPARED_LOSSES[noise] if each.name == loss)
    return slope_variance(compared, spec, x)


@each(
    ("noise", "loss", "factor"),
    [
        ("gaussian", "squared", 1.0),
        ("gaussian", "absolute", math.pi / 2),  # 1 / (4 f(0)²), Laplace 1818
        ("laplace", "absolute", 1.0),
        ("laplace", "squared", 2.0),
        ("student_t", "squared", 5 / 3),  # ν / (ν − 2)
        ("student_t", "student_t", 8 / 6),  # (ν + 3) / (ν + 1), the inverse of the information
        ("student_t", "absolute", 1 / (4 * stats.t.pdf(0, 5.0) ** 2)),
    ],
)
def test_the_variance_of_a_slope_has_its_closed_form(noise: str, loss: str, factor: float) -> None:
    assert variance(noise, loss) == pytest.approx(factor * 0.7**2 / AWAY, rel=1e-8)


def test_the_famous_efficiencies() -> None:
    assert variance("gaussian", "squared") / variance("gaussian", "absolute") == pytest.approx(2 / math.pi)
    assert variance("laplace", "absolute") / variance("laplace", "squared") == pytest.approx(1 / 2)


@each("noise", ["gaussian", "laplace"])
def test_student_on_another_noise_is_that_of_quadrature(noise: str) -> None:
    nu = 5.0
    density = (stats.norm if noise == "gaussian" else stats.laplace)(0, 0.7).pdf

    def mean(g: Callable[[float], float]) -> float:
        return 2 * integrate.quad(lambda r: g(r) * density(r), 0, np.inf, epsabs=1e-13)[0]

    def balance(s: float) -> float:
        return mean(lambda r: (nu + 1) * r**2 / (nu * s**2 + r**2)) - 1

    s = optimize.brentq(balance, 0.05, 5, xtol=1e-13)
    square = mean(lambda r: ((nu + 1) * r / (nu * s**2 + r**2)) ** 2)
    bend = mean(lambda r: (nu + 1) * (nu * s**2 - r**2) / (nu * s**2 + r**2) ** 2)
    assert variance(noise, "student_t") == pytest.approx(square / bend**2 / AWAY, rel=1e-7)


def test_a_variance_that_is_infinite_leaves_no_efficiency() -> None:
    assert variance("student_t", "squared", nu=2.0) == math.inf


def test_unequal_variance_is_that_of_weighted_least_squares() -> None:
    growth, rows = 0.8, np.column_stack([X, np.ones_like(X)])
    omega = np.diag((0.7 * np.exp(growth * X)) ** 2)
    weighted = np.linalg.inv(rows.T @ np.linalg.inv(omega) @ rows)
    bread = np.linalg.inv(rows.T @ rows)
    plain = bread @ rows.T @ omega @ rows @ bread
    assert variance("unequal", "unequal", growth=growth) == pytest.approx(weighted[0, 0])
    assert variance("unequal", "squared", growth=growth) == pytest.approx(plain[0, 0])


# outcomes, what torch says of them at z (n, k), the mean of each outcome, −log p
CHANCES: dict[str, tuple[int, Callable[..., Any], Callable[..., torch.Tensor]]] = {
    "bernoulli": (
        2,
        lambda z: torch.distributions.Bernoulli(logits=z[:, 0]),
        lambda z, y: (torch.sigmoid(z[:, 0]) - y) ** 2,
    ),
    "poisson": (
        40,
        lambda z: torch.distributions.Poisson(z[:, 0].exp()),
        lambda z, y: (z[:, 0].exp() - y) ** 2,
    ),
    "categorical": (
        3,
        lambda z: torch.distributions.Categorical(logits=padded(z)),
        lambda z, y: ((padded(z).softmax(1) - torch.eye(3)[y.long()]) ** 2).sum(1),
    ),
}


def padded(z: torch.Tensor) -> torch.Tensor:
    """Logits with that of class 0, which is 0."""
    return torch.cat([torch.zeros_like(z[:, :1]), z], dim=1)


@each("noise", CHANCES)
def test_the_sandwich_of_classes_and_counts_is_that_of_autograd(noise: str) -> None:
    outcomes, distribution, squared = CHANCES[noise]
    spec = NoiseSpec(noise, slope=0.6, intercept=0.5)
    rows, theta = torch.tensor(spec.model.design(X)), torch.tensor(spec.theta)
    chance = distribution(rows @ theta)

    def expected(loss: Callable[..., torch.Tensor]) -> float:
        size = len(theta)
        j, k = torch.zeros(size, size, dtype=torch.float64), torch.zeros(size, size, dtype=torch.float64)
        for y in torch.arange(outcomes, dtype=torch.float64):
            each = y.expand(len(X))
            p = chance.log_prob(each).exp()
            j += torch.autograd.functional.hessian(
                lambda t, p=p, y=each: (p * loss(rows @ t, y)).sum(), theta
            )
            scores = torch.autograd.functional.jacobian(lambda t, y=each: loss(rows @ t, y), theta)
            k += scores.T @ (p[:, None] * scores)
        inverse = torch.linalg.inv(j)
        return float((inverse @ k @ inverse)[0, 0])

    right, wrong = (loss.name for loss in COMPARED_LOSSES[noise])
    given: dict[str, Any] = {"slope": 0.6, "intercept": 0.5}
    assert variance(noise, wrong, **given) == pytest.approx(expected(squared), rel=1e-8)
    nll = expected(lambda z, y: -distribution(z).log_prob(y))
    assert variance(noise, right, **given) == pytest.approx(nll, rel=1e-8)


def test_squared_error_on_three_shares_is_made_least_as_scipy_does() -> None:
    spec = NoiseSpec("categorical", n=80, slope=0.8, intercept=0.3, seed=4)
    x, y = drawn(spec, 3)
    rows = np.column_stack([x, np.ones_like(x)])

    def brier(theta: Array, target: Array) -> float:
        shares = special.softmax(
            np.column_stack([np.zeros(len(x)), rows @ theta[:2], rows @ theta[2:]]), axis=1
        )
        return float(((shares - np.eye(3)[target.astype(int)]) ** 2).sum(axis=1).mean())

    slopes = [
        optimize.minimize(brier, spec.theta, (row,), method="BFGS", options={"gtol": 1e-8}).x[0] for row in y
    ]
    np.testing.assert_allclose(compare_losses(spec, 3).slopes[1], slopes, atol=2e-5)


def test_repeats_are_counted_as_they_are_made_and_end_with_the_time() -> None:
    told = []
    whole = compare_losses(NoiseSpec("poisson"), 50, lambda *at: told.append(at))
    assert told == [(done, 50) for done in (0, 10, 20, 30, 40)]
    assert whole.ended == "repeats"
    short = compare_losses(NoiseSpec("poisson"), 50, seconds=0.0)
    assert short.ended == "time"
    np.testing.assert_allclose(short.slopes, whole.slopes[:, :10])


@each("noise", ["gaussian", "laplace", "student_t"])
def test_the_rule_of_quadrature_integrates_the_density(noise: str) -> None:
    u, weights = half_line(NOISE_MODELS[noise], 1.5)
    oracle = {"gaussian": stats.norm(), "laplace": stats.laplace(), "student_t": stats.t(1.5)}[noise]
    for bound in (0.5, 3.0):
        exact = 2 * integrate.quad(lambda v, b=bound: v**2 / (b + v**2) * oracle.pdf(v), 0, np.inf)[0]
        assert weights @ (u**2 / (bound + u**2)) == pytest.approx(exact, rel=1e-7)


@each("noise", ["gaussian", "student_t", "unequal"])
def test_what_is_measured_on_many_points_is_what_the_theory_says(noise: str) -> None:
    cost = compare_losses(NoiseSpec(noise, n=300, seed=5), 400)
    assert cost.efficiency[0] == cost.theory[0] == 1
    assert (np.abs(cost.efficiency - cost.theory) < 4 * cost.error + 0.03).all()


@each("noise", COMPARED_LOSSES)
def test_the_slopes_scatter_about_the_truth(noise: str) -> None:
    cost = compare_losses(NoiseSpec(noise, n=150, slope=0.7, intercept=0.5, seed=3), 200)
    assert cost.labels == tuple(loss.label for loss in COMPARED_LOSSES[noise])
    assert cost.slopes.shape == (len(cost.labels), 200 - cost.lost)
    assert (np.abs(cost.slopes.mean(axis=1) - 0.7) < 0.2 * 0.7).all()
    np.testing.assert_allclose(cost.spread, np.sqrt(((cost.slopes - 0.7) ** 2).mean(axis=1)))


def test_the_first_slope_of_the_squared_loss_is_that_of_polyfit() -> None:
    spec = NoiseSpec("laplace", seed=9)
    cost = compare_losses(spec, 5)
    x, y = drawn(spec, 5)
    squared = [loss.name for loss in COMPARED_LOSSES["laplace"]].index("squared")
    np.testing.assert_allclose(cost.slopes[squared], [np.polyfit(x, row, 1)[0] for row in y])


def test_the_standard_error_is_that_of_the_jackknife() -> None:
    cost = compare_losses(NoiseSpec("laplace", n=40, seed=1), 400)
    squares = (cost.slopes - 1.0) ** 2
    for k in (1, 2):
        total = squares.sum(axis=1)
        leave = (total[0] - squares[0]) / (total[k] - squares[k])
        jackknife = np.sqrt(399 / 400 * ((leave - leave.mean()) ** 2).sum())
        assert cost.error[k] == pytest.approx(jackknife, rel=0.05)


def test_repeats_without_an_end_say_nothing() -> None:
    cost = compare_losses(NoiseSpec("poisson", n=3, slope=0.0, intercept=-9.0), 3)
    assert cost.lost == 3
    assert np.isnan(cost.efficiency).all()


def test_what_cannot_be_compared_is_said() -> None:
    with pytest.raises(ValueError, match="`repeats` must be a whole number of at least 2, got 1"):
        compare_losses(NoiseSpec("gaussian"), 1)
