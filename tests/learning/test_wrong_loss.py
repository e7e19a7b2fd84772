"""The cost of the wrong loss: its theory against closed forms and quadrature, its measurement against the theory."""

import math

import numpy as np
import pytest
import torch
from scipy import integrate, optimize, stats

from nnviz.learning.likelihoods import NOISE_MODELS, NoiseSpec, drawn
from nnviz.learning.wrong_loss import RIVALS, cost_of_wrong_loss, half_line, slope_variance

X = np.linspace(-2, 2, 50)
AWAY = ((X - X.mean()) ** 2).sum()


def variance(noise, loss, x=X, **given):
    spec = NoiseSpec(noise, **{"slope": 1.0, "intercept": 0.5, "scale": 0.7, "nu": 5.0, **given})
    rival = next(rival for rival in RIVALS[noise] if rival.name == loss)
    return slope_variance(rival, spec, x)


@pytest.mark.parametrize(
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
def test_the_variance_of_a_slope_has_its_closed_form(noise, loss, factor):
    assert variance(noise, loss) == pytest.approx(factor * 0.7**2 / AWAY, rel=1e-8)


def test_the_famous_efficiencies():
    assert variance("gaussian", "squared") / variance("gaussian", "absolute") == pytest.approx(2 / math.pi)
    assert variance("laplace", "absolute") / variance("laplace", "squared") == pytest.approx(1 / 2)


@pytest.mark.parametrize("noise", ["gaussian", "laplace"])
def test_student_on_another_noise_is_that_of_quadrature(noise):
    nu = 5.0
    density = (stats.norm if noise == "gaussian" else stats.laplace)(0, 0.7).pdf

    def mean(g):
        return 2 * integrate.quad(lambda r: g(r) * density(r), 0, np.inf, epsabs=1e-13)[0]

    def balance(s):
        return mean(lambda r: (nu + 1) * r**2 / (nu * s**2 + r**2)) - 1

    s = optimize.brentq(balance, 0.05, 5, xtol=1e-13)
    square = mean(lambda r: ((nu + 1) * r / (nu * s**2 + r**2)) ** 2)
    bend = mean(lambda r: (nu + 1) * (nu * s**2 - r**2) / (nu * s**2 + r**2) ** 2)
    assert variance(noise, "student_t") == pytest.approx(square / bend**2 / AWAY, rel=1e-7)


def test_a_variance_that_is_infinite_leaves_no_efficiency():
    assert variance("student_t", "squared", nu=2.0) == math.inf


def test_unequal_variance_is_that_of_weighted_least_squares():
    growth, rows = 0.8, np.column_stack([X, np.ones_like(X)])
    omega = np.diag((0.7 * np.exp(growth * X)) ** 2)
    weighted = np.linalg.inv(rows.T @ np.linalg.inv(omega) @ rows)
    bread = np.linalg.inv(rows.T @ rows)
    plain = bread @ rows.T @ omega @ rows @ bread
    assert variance("unequal", "unequal", growth=growth) == pytest.approx(weighted[0, 0])
    assert variance("unequal", "squared", growth=growth) == pytest.approx(plain[0, 0])


@pytest.mark.parametrize("noise", ["bernoulli", "poisson"])
def test_the_sandwich_of_classes_and_counts_is_that_of_autograd(noise):
    theta = torch.tensor([0.6, 0.5], dtype=torch.float64, requires_grad=True)
    rows = torch.tensor(np.column_stack([X, np.ones_like(X)]))
    outcomes = torch.arange(2 if noise == "bernoulli" else 80, dtype=torch.float64)
    mean = torch.sigmoid if noise == "bernoulli" else torch.exp
    eta = (rows @ theta).detach()
    chance = (
        torch.distributions.Bernoulli(logits=eta)
        if noise == "bernoulli"
        else torch.distributions.Poisson(eta.exp())
    )

    def expected(loss):
        def each(t, y):
            return loss(rows @ t, y)

        j, k = torch.zeros(2, 2, dtype=torch.float64), torch.zeros(2, 2, dtype=torch.float64)
        for y in outcomes:
            p = chance.log_prob(y.expand(len(X))).exp().detach()
            j += torch.autograd.functional.hessian(lambda t, y=y, p=p: (p * each(t, y)).sum(), theta.detach())
            scores = torch.autograd.functional.jacobian(lambda t, y=y: each(t, y), theta.detach())
            k += scores.T @ (p[:, None] * scores)
        inverse = torch.linalg.inv(j)
        return float((inverse @ k @ inverse)[0, 0])

    wrong, right = RIVALS[noise][1].name, RIVALS[noise][0].name
    squared = expected(lambda z, y: (mean(z) - y) ** 2)
    nll = expected(
        (lambda z, y: torch.logaddexp(torch.zeros_like(z), z) - y * z)
        if noise == "bernoulli"
        else (lambda z, y: z.exp() - y * z)
    )
    given = {"slope": 0.6, "intercept": 0.5}
    assert variance(noise, wrong, **given) == pytest.approx(squared, rel=1e-8)
    assert variance(noise, right, **given) == pytest.approx(nll, rel=1e-8)


@pytest.mark.parametrize("noise", ["gaussian", "laplace", "student_t"])
def test_the_rule_of_quadrature_integrates_the_density(noise):
    u, weights = half_line(NOISE_MODELS[noise], 1.5)
    oracle = {"gaussian": stats.norm(), "laplace": stats.laplace(), "student_t": stats.t(1.5)}[noise]
    for bound in (0.5, 3.0):
        exact = 2 * integrate.quad(lambda v, b=bound: v**2 / (b + v**2) * oracle.pdf(v), 0, np.inf)[0]
        assert weights @ (u**2 / (bound + u**2)) == pytest.approx(exact, rel=1e-7)


@pytest.mark.parametrize("noise", ["gaussian", "student_t", "unequal"])
def test_what_is_measured_on_many_points_is_what_the_theory_says(noise):
    cost = cost_of_wrong_loss(NoiseSpec(noise, n=300, seed=5), 400)
    assert cost.efficiency[0] == cost.theory[0] == 1
    assert (np.abs(cost.efficiency - cost.theory) < 4 * cost.error + 0.03).all()


@pytest.mark.parametrize("noise", RIVALS)
def test_the_slopes_scatter_about_the_truth(noise):
    cost = cost_of_wrong_loss(NoiseSpec(noise, n=150, slope=0.7, intercept=0.5, seed=3), 200)
    assert cost.labels == tuple(rival.label for rival in RIVALS[noise])
    assert cost.slopes.shape == (len(cost.labels), 200 - cost.lost)
    assert (np.abs(cost.slopes.mean(axis=1) - 0.7) < 0.2 * 0.7).all()
    np.testing.assert_allclose(cost.spread, np.sqrt(((cost.slopes - 0.7) ** 2).mean(axis=1)))


def test_the_first_slope_of_the_squared_loss_is_that_of_polyfit():
    spec = NoiseSpec("laplace", seed=9)
    cost = cost_of_wrong_loss(spec, 5)
    x, y = drawn(spec, 5)
    squared = [rival.name for rival in RIVALS["laplace"]].index("squared")
    np.testing.assert_allclose(cost.slopes[squared], [np.polyfit(x, row, 1)[0] for row in y])


def test_the_standard_error_is_that_of_the_jackknife():
    cost = cost_of_wrong_loss(NoiseSpec("laplace", n=40, seed=1), 400)
    squares = (cost.slopes - 1.0) ** 2
    for k in (1, 2):
        total = squares.sum(axis=1)
        leave = (total[0] - squares[0]) / (total[k] - squares[k])
        jackknife = np.sqrt(399 / 400 * ((leave - leave.mean()) ** 2).sum())
        assert cost.error[k] == pytest.approx(jackknife, rel=0.05)


def test_what_cannot_be_compared_is_said():
    with pytest.raises(ValueError, match="losses are compared for"):
        cost_of_wrong_loss(NoiseSpec("categorical"))
    with pytest.raises(ValueError, match="repeats must be 2"):
        cost_of_wrong_loss(NoiseSpec("gaussian"), 1)
