"""Noise models against torch.distributions, scipy.stats and autograd, in float64."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from scipy import integrate, stats
from torch import distributions as td
from torch.nn import functional

from nnviz._types import Array
from nnviz.losses import LOSSES as REGISTERED
from nnviz.losses.likelihoods import NOISE_MODELS, NoiseSpec, drawn, settings_for
from nnviz.losses.noise_model import NoiseModel
from nnviz.losses.number_noise import student_quantile
from tests.cases import each
from tests.narrowing import present

torch.set_num_threads(1)
SIGMA, NU = 0.7, 3.5
X = np.random.default_rng(8).uniform(-2, 2, 40)


def with_zero(z1: torch.Tensor, z2: torch.Tensor) -> torch.Tensor:
    return torch.stack([torch.zeros_like(z1), z1, z2], dim=-1)


ORACLES: dict[str, Callable[..., Any]] = {
    "gaussian": lambda t, x: td.Normal(t[0] * x + t[1], SIGMA),
    "gaussian_learned": lambda t, x: td.Normal(t[0] * x + t[1], t[2].exp()),
    "laplace": lambda t, x: td.Laplace(t[0] * x + t[1], t[2].exp()),
    "student_t": lambda t, x: td.StudentT(NU, t[0] * x + t[1], t[2].exp()),
    "unequal": lambda t, x: td.Normal(t[0] * x + t[1], (t[2] * x + t[3]).exp()),
    "bernoulli": lambda t, x: td.Bernoulli(logits=t[0] * x + t[1]),
    "categorical": lambda t, x: td.Categorical(logits=with_zero(t[0] * x + t[1], t[2] * x + t[3])),
    "poisson": lambda t, x: td.Poisson((t[0] * x + t[1]).exp()),
}
CONTINUOUS: dict[str, Callable[[Array], Any]] = {
    "gaussian": lambda eta: stats.norm(eta[..., 0], SIGMA),
    "gaussian_learned": lambda eta: stats.norm(eta[..., 0], np.exp(eta[..., 1])),
    "laplace": lambda eta: stats.laplace(eta[..., 0], np.exp(eta[..., 1])),
    "student_t": lambda eta: stats.t(NU, eta[..., 0], np.exp(eta[..., 1])),
    "unequal": lambda eta: stats.norm(eta[..., 0], np.exp(eta[..., 1])),
}
QUANTILES: dict[str, Callable[[Array], Any]] = {
    **CONTINUOUS,
    "poisson": lambda eta: stats.poisson(np.exp(eta[..., 0])),
}


def case(name: str) -> tuple[NoiseModel, Array, Array, dict[str, Any]]:
    """A model, parameters away from the truth, points, settings."""
    model = NOISE_MODELS[name]
    random = np.random.default_rng(3)
    theta = random.normal(0, 0.6, model.parameters)
    y = {"class": random.integers(0, len(model.predictors) + 1, 40), "count": random.poisson(3.0, 40)}.get(
        model.kind, random.normal(0, 2, 40)
    )
    return model, theta, y.astype(float), settings_for(model, SIGMA, NU)


def test_every_model_has_an_oracle() -> None:
    assert set(ORACLES) == set(NOISE_MODELS)


@each("name", NOISE_MODELS)
def test_likelihood_and_gradient_are_those_of_torch(name: str) -> None:
    model, theta, y, settings = case(name)
    t = torch.tensor(theta, requires_grad=True)
    nll = -ORACLES[name](t, torch.tensor(X)).log_prob(torch.tensor(y)).mean()
    nll.backward()
    assert model.nll(theta, X, y, **settings) == pytest.approx(nll.item(), rel=1e-12)
    np.testing.assert_allclose(
        model.gradient(theta, X, y, **settings), present(t.grad).numpy(), rtol=1e-10, atol=1e-12
    )


@each("name", CONTINUOUS)
def test_densities_are_those_of_scipy(name: str) -> None:
    model, theta, y, settings = case(name)
    eta = model.at(theta, X)
    np.testing.assert_allclose(model.density(y, eta, **settings), CONTINUOUS[name](eta).pdf(y), rtol=1e-11)


@each("name", ["bernoulli", "categorical"])
def test_probabilities_of_classes_sum_to_one(name: str) -> None:
    model, theta, _, _ = case(name)
    eta = model.at(theta, X)
    total = sum(model.density(np.full(40, float(k)), eta) for k in range(len(model.predictors) + 1))
    np.testing.assert_allclose(total, 1, rtol=1e-12)


@each("name", NOISE_MODELS)
def test_information_is_the_mean_square_of_the_score(name: str) -> None:
    model, theta, _, settings = case(name)
    eta = model.at(theta, [0.4])
    likelihood = model.likelihood

    def weighted(y: float) -> Array:
        score = likelihood.derivative(eta, np.array([y]), **settings)[0]
        product: Array = np.outer(score, score) * model.density([y], eta, **settings)[0]
        return product

    if model.kind == "number":
        sides = ((-np.inf, eta[0, 0]), (eta[0, 0], np.inf))
        found = sum(integrate.quad_vec(weighted, low, high, epsabs=1e-11)[0] for low, high in sides)
    else:
        found = sum(
            weighted(float(y)) for y in range(3 if name == "categorical" else 60 if name == "poisson" else 2)
        )
    np.testing.assert_allclose(likelihood.information(eta, **settings)[0], found, rtol=1e-6, atol=1e-8)


@each("p", [0.05, 0.25, 0.5, 0.75, 0.95, 0.99])
@each("name", QUANTILES)
def test_quantiles_are_those_of_scipy(name: str, p: float) -> None:
    model, theta, _, settings = case(name)
    eta = model.at(theta, X)
    np.testing.assert_allclose(
        present(model.quantile)(p, eta, **settings), QUANTILES[name](eta).ppf(p), rtol=1e-9, atol=1e-10
    )


@each("nu", [1.0, 1.1, 1.5, 2.0, 2.6, 7.0, 30.0, 200.0, 1e4, 1e9])
@each("p", [1e-100, 1e-12, 1e-6, 0.01, 0.3, 0.5, 0.500001, 0.9, 0.99995, 1 - 1e-12])
def test_quantiles_of_student(nu: float, p: float) -> None:
    assert student_quantile(p, nu) == pytest.approx(stats.t.ppf(p, nu), rel=1e-8, abs=1e-12)


LOSSES: dict[str, tuple[Callable[..., torch.Tensor], float]] = {
    "gaussian": (lambda eta, y: functional.mse_loss(eta[:, 0], y, reduction="none"), 1 / (2 * SIGMA**2)),
    "bernoulli": (
        lambda eta, y: functional.binary_cross_entropy_with_logits(eta[:, 0], y, reduction="none"),
        1,
    ),
    "categorical": (
        lambda eta, y: functional.cross_entropy(with_zero(eta[:, 0], eta[:, 1]), y.long(), reduction="none"),
        1,
    ),
    "poisson": (lambda eta, y: functional.poisson_nll_loss(eta[:, 0], y, reduction="none"), 1),
}


@each("name", LOSSES)
def test_what_is_dropped_does_not_depend_on_the_parameters(name: str) -> None:
    model, theta, y, settings = case(name)
    loss, factor = LOSSES[name]
    rest = []
    for move in (0.0, 0.3, -1.1):
        eta = model.at(theta + move, X)
        value = model.likelihood.value(eta, y, **settings)
        rest.append(value - factor * loss(torch.tensor(eta), torch.tensor(y)).numpy())
    np.testing.assert_allclose(rest[1], rest[0], atol=1e-11)
    np.testing.assert_allclose(rest[2], rest[0], atol=1e-11)


@each("name", [name for name, model in NOISE_MODELS.items() if model.loss])
def test_the_loss_it_is_called_has_its_derivative_up_to_a_factor(name: str) -> None:
    model, theta, y, settings = case(name)
    eta, loss = model.at(theta, X), REGISTERED[model.loss]
    pull = model.likelihood.derivative(eta, y, **settings)
    if loss.task == "multiclass":
        logits = np.column_stack([np.zeros(len(X)), eta])
        np.testing.assert_allclose(pull, loss.derivative(logits, y.astype(int))[:, 1:], atol=1e-12)
        return
    ratio = pull[:, 0] / loss.derivative(eta[:, 0], y)
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-9)
    assert ratio[0] > 0


def test_laplace_becomes_the_absolute_loss_and_a_learned_scale_leaves_the_line_alone() -> None:
    _, _, y, _ = case("laplace")
    for name, loss in (("laplace", functional.l1_loss), ("gaussian_learned", functional.mse_loss)):
        model, log_scale = NOISE_MODELS[name], 0.4
        factor = np.exp(-log_scale) if name == "laplace" else np.exp(-2 * log_scale) / 2
        rest = [
            model.nll([w, 0.2, log_scale], X, y)
            - factor * loss(torch.tensor(w * X + 0.2), torch.tensor(y)).item()
            for w in (-1.0, 0.0, 2.0)
        ]
        np.testing.assert_allclose(rest, rest[0], atol=1e-12)


@each("name", QUANTILES)
def test_draws_have_the_distribution_they_claim(name: str) -> None:
    spec = NoiseSpec(name, n=4000, slope=0.4, intercept=0.3, scale=SIGMA, nu=NU, seed=2)
    x, y = drawn(spec)
    chance = QUANTILES[name](spec.model.at(spec.theta, x))
    if name == "poisson":
        z = (y[0] - chance.mean()) / chance.std()
        assert abs(z.mean()) * np.sqrt(4000) < 4
        assert abs(z.var() - 1) < 0.15
        return
    assert stats.kstest(chance.cdf(y[0]), "uniform").pvalue > 0.001


@each("name", ["bernoulli", "categorical"])
def test_classes_are_drawn_as_often_as_they_are_likely(name: str) -> None:
    spec = NoiseSpec(name, n=8000, slope=1.5, intercept=-0.5, seed=4)
    x, y = drawn(spec)
    for k in range(len(spec.model.predictors) + 1):
        p = spec.model.density(np.full(len(x), float(k)), spec.model.at(spec.theta, x))
        away = (y[0] == k).sum() - p.sum()
        assert abs(away) < 4 * np.sqrt((p * (1 - p)).sum())


def test_the_scale_of_unequal_variance_grows_with_x() -> None:
    spec = NoiseSpec("unequal", scale=0.5, growth=0.7)
    np.testing.assert_allclose(
        np.exp(spec.model.at(spec.theta, [-1.0, 0.0, 2.0])[:, 1]), 0.5 * np.exp([-0.7, 0, 1.4])
    )


def test_a_spec_gives_the_same_numbers_whatever_is_drawn_beside_them() -> None:
    spec = NoiseSpec("student_t", seed=11)
    (x, one), (again, many) = drawn(spec), drawn(spec, 5)
    np.testing.assert_array_equal(x, again)
    np.testing.assert_array_equal(one[0], many[0])
    assert not np.array_equal(many[0], many[1])
    assert not np.array_equal(drawn(replace(spec, seed=12))[1], one)


@each(
    ("wrong", "words"),
    [
        ({"noise": "cauchy"}, r"`noise` must be one of gaussian, .*, got 'cauchy'"),
        ({"n": 2}, "`n` must be a whole number between 3 and 100000, got 2"),
        ({"scale": 0.0}, r"`scale` must be above 0 and finite, got 0\.0"),
        ({"nu": 0.5}, r"`nu` must be at least 1 and finite, got 0\.5"),
        ({"slope": float("nan")}, r"`slope` must be between \-100 and 100, got nan"),
    ],
)
def test_a_spec_that_is_not_legal_says_what_is(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        NoiseSpec(**{"noise": "gaussian", **wrong})


@each("name", NOISE_MODELS)
def test_a_derivation_ends_in_the_loss(name: str) -> None:
    formulas = NOISE_MODELS[name].derivation()
    assert len(formulas) == 6
    assert NOISE_MODELS[name].loss_latex in formulas[-1]
    for formula in formulas:
        assert formula.count("{") == formula.count("}")
        assert formula.count(r"\left") == formula.count(r"\right")
        assert r"\text" not in formula  # words belong to the lesson
        assert r"\newline" not in formula
