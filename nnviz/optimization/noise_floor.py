"""Predict the loss that gradient noise sustains near a minimum: its expectation after each step and in the long run.

A step is linear in z = (θ − c, velocity) and in the gradient g = H_B (θ − c) + ξ_B + ε. A mini-batch B has its own
Hessian H_B and a gradient ξ_B at the minimum that is not 0; ε is Gaussian noise. So w = (z, 1) is mapped to A_B w, an
epoch is the product A of its batches, and E w wᵀ is mapped to E[A w wᵀ Aᵀ], because epochs are shuffled independently.
With constant η the stationary value is the fixed point of this map; if all batches have one Hessian, it solves the
discrete Lyapunov equation (Liu, Ziyin & Ueda 2021).

Without replacement, batch gradients within an epoch are negatively correlated, which lowers the stationary loss
(Mishchenko, Khaled & Richtárik 2020). The expectation over an epoch is the mean over many shuffles, an estimate with an
error of a few percent. Everything else is exact, and for Gaussian noise all of it is. Where differences between the
Hessians of the batches dominate, most single runs are far below their mean, because rare large values determine it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnviz._display import displayed
from nnviz._types import Array
from nnviz.losses.surfaces import Surface
from nnviz.optimization.convergence import LINEAR, effective_learning_rate, linear_step
from nnviz.optimization.optimizer import LinearStep
from nnviz.optimization.optimizers import OPTIMIZERS


@dataclass(frozen=True)
class ShuffleSettings:
    """Limit the shuffles over which an expectation is averaged.

    least, most: number of shuffles of an epoch. examples: of all shuffles of an epoch together, at most.
    """

    least: int = 64
    most: int = 2048
    examples: int = 200_000


SHUFFLES = ShuffleSettings()


@displayed()
class GradientNoise(NamedTuple):
    """Hold the noise of the gradient near a minimum.

    spread: standard deviation of Gaussian noise on each component. batch: batch size, of n examples; 0 for none.
    gradients (n, d) and hessians (n, d, d): of each example at the minimum.
    """

    spread: float
    batch: int
    gradients: Array
    hessians: Array

    @property
    def epoch(self) -> int:
        """Number of batches in an epoch."""
        return len(self.gradients) // self.batch if self.batch else 1

    def batches(self, hessian: Array, number: int = 0) -> tuple[Array, Array]:
        """Return the gradient (epoch, d, r) and the Hessian (epoch, d, d, r) of each batch of one epoch, in r shuffles.

        Each epoch ``number`` has its own shuffles, and fewer than those before, so that their errors do not add up.
        """
        if not self.batch:
            return np.zeros((1, len(hessian), 1)), hessian[None, ..., None]
        n = len(self.gradients)
        count = max(SHUFFLES.least, min(SHUFFLES.most, SHUFFLES.examples // n) // (1 + number))
        order = np.random.default_rng(number).permuted(np.tile(np.arange(n), (count, 1)), axis=1)
        batches = order[:, : self.epoch * self.batch].reshape(count, self.epoch, self.batch)
        gradients, hessians = self.gradients[batches].mean(axis=2), self.hessians[batches].mean(axis=2)
        return gradients.transpose(1, 2, 0), hessians.transpose(1, 2, 3, 0)


def gradient_noise(
    surface: Surface, minimum: Sequence[float], spread: float = 0.0, batch: int = 0
) -> GradientNoise:
    """Return the noise of steps near ``minimum``; each example's Hessian is a central difference of its gradients."""
    at, d = np.array(minimum, dtype=np.float64), len(minimum)
    if not batch or surface.examples is None:
        return GradientNoise(spread, 0, np.zeros((0, d)), np.zeros((0, d, d)))
    count, gradient = surface.examples
    near = 1e-4 * np.diag([high - low for low, high in surface.domain])
    places = np.concatenate(([at], at + near, at - near))
    slopes = np.array([gradient(places, np.array([one])) for one in range(count)])  # (n, 2d + 1, d)
    hessians = (slopes[:, 1 : d + 1] - slopes[:, d + 1 :]) / (2 * near.diagonal()[:, None])
    return GradientNoise(spread, batch, slopes[:, 0], hessians)


class _Epoch(NamedTuple):
    """Hold the map of an epoch on S = E w wᵀ (D + 1, D + 1) at its begin, as a vector: linear @ S + added at its end.

    After its batch k, E[L − min L] is Σ quadratics[k] ∘ S + constants[k].
    """

    quadratics: Array
    constants: Array
    linear: Array
    added: Array

    def losses(self, begin: Array) -> Array:
        """Return E[L − min L] after each batch, (k,)."""
        return np.asarray(np.einsum("kij,ij->k", self.quadratics, begin) + self.constants)

    def end(self, begin: Array) -> Array:
        """Return E w wᵀ at the end."""
        return np.asarray((self.linear @ begin.ravel() + self.added).reshape(begin.shape))


def _epoch(
    steps: Sequence[LinearStep], hessian: Array, spread: float, batches: tuple[Array, Array]
) -> _Epoch:
    """Return an epoch, or the beginning of one, with a step for each batch; the mean over the shuffles."""
    (size, d), shuffles = steps[0].push.shape, batches[0].shape[-1]
    product = np.repeat(
        np.eye(size, size + 1)[..., None], shuffles, axis=2
    )  # A (D, D + 1) of each shuffle, so far
    fresh, products, constants = np.zeros((shuffles, size, size)), [], np.zeros(len(steps))
    for place, (step, slope, bend) in enumerate(zip(steps, *batches, strict=False)):
        felt = np.einsum("ikr,kjr->ijr", bend, product[:d])
        felt[:, -1] += slope
        moved = step.free @ product.reshape(size, -1) + step.push @ felt.reshape(d, -1)
        product = moved.reshape(product.shape)
        products.append(product[:d])
        if spread:
            move = step.free + step.push @ np.pad(bend.transpose(2, 0, 1), ((0, 0), (0, 0), (0, size - d)))
            fresh = move @ fresh @ move.transpose(0, 2, 1) + spread**2 * step.push @ step.push.T
            constants[place] = 0.5 * np.sum(hessian * fresh[:, :d, :d].mean(axis=0))
    each = np.array(products).swapaxes(1, 2)  # (k, D + 1, d, r)
    bent = (hessian @ each).reshape(len(each), size + 1, -1)
    quadratics = bent @ each.reshape(bent.shape).swapaxes(1, 2) / (2 * shuffles)
    return _Epoch(quadratics, constants, *_as_a_map(product, fresh.mean(axis=0)))


def _of_all(steps: Sequence[LinearStep], hessian: Array, spread: float, second: Array) -> Array:
    """Return E[L − min L] after each step on all examples, (k,), from E z zᵀ (D, D)."""
    losses, d = np.empty(len(steps)), len(hessian)
    for number, step in enumerate(steps):
        move = step.on(hessian)
        second = move @ second @ move.T + spread**2 * step.push @ step.push.T
        losses[number] = 0.5 * np.sum(hessian * second[:d, :d])
    return losses


def _as_a_map(product: Array, fresh: Array) -> tuple[Array, Array]:
    """Return what S ↦ E[A S Aᵀ] + fresh is for S as a vector: a matrix, and what is added."""
    size, _, shuffles = product.shape
    last = np.zeros((1, size + 1, shuffles))
    last[0, -1] = 1
    rows = np.concatenate((product, last)).reshape(-1, shuffles)
    both = (rows @ rows.T / shuffles).reshape((size + 1,) * 4)  # E[A_ij A_kl]
    return both.transpose(0, 2, 1, 3).reshape((size + 1) ** 2, -1), np.pad(fresh, (0, 1)).ravel()


def expected_losses(
    optimizer: str,
    learning_rates: ArrayLike,
    away: ArrayLike,
    hessian: ArrayLike,
    settings: Mapping[str, float],
    noise: GradientNoise,
) -> Array | None:
    """Return E[L − min L] at step 0, 1, …, (steps + 1,), from θ₀ − c = ``away`` (d,), with a rate for each step.

    Whatever the schedule. None for a rule that is not in LINEAR.
    """
    if optimizer not in LINEAR:
        return None
    h, rates = np.asarray(hessian, np.float64), np.asarray(learning_rates, np.float64).tolist()
    made = {eta: linear_step(optimizer, eta, h, settings) for eta in {1.0, *rates}}
    steps, constant = [made[eta] for eta in rates], len(set(rates)) == 1
    start = np.zeros(len(made[1.0].push) + 1)
    start[: len(h)], start[-1] = away, 1
    now, losses = np.outer(start, start), [0.5 * start[: len(h)] @ h @ start[: len(h)]]
    epoch: _Epoch | None = None
    with np.errstate(over="ignore", invalid="ignore"):
        if not noise.batch:
            return np.append(losses, _of_all(steps, h, noise.spread, now[:-1, :-1]))
        for number, first in enumerate(range(0, len(steps), noise.epoch)):
            if epoch is None or not constant:
                ahead = steps[first : first + noise.epoch]
                epoch = _epoch(ahead, h, noise.spread, noise.batches(h, number))
            losses.extend(epoch.losses(now))
            now = epoch.end(now)
    return np.array(losses[: len(steps) + 1])


def predicted_floor(
    optimizer: str,
    learning_rate: float,
    hessian: ArrayLike,
    settings: Mapping[str, float],
    noise: GradientNoise,
) -> float | None:
    """Return the limit of E[L − min L] with constant η, the mean over an epoch; inf where it grows without bound.

    For gradient descent with Gaussian noise Σ η σ² / (2 (2 − ηλ)). None for a rule that is not in LINEAR.
    """
    if optimizer not in LINEAR:
        return None
    h = np.asarray(hessian, np.float64)
    step = linear_step(optimizer, learning_rate, h, settings)
    epoch = _epoch([step] * noise.epoch, h, noise.spread, noise.batches(h))
    linear, last = epoch.linear[:-1, :-1], epoch.linear[:-1, -1]  # of S as a vector, whose last entry stays 1
    if np.abs(np.linalg.eigvals(linear)).max() >= 1:
        return float("inf")
    settled = np.append(np.linalg.solve(np.eye(len(linear)) - linear, last + epoch.added[:-1]), 1.0)
    return float(epoch.losses(settled.reshape(len(step.push) + 1, -1)).mean())


def decay_exponent(
    optimizer: str, learning_rate: float, half: float, hessian: ArrayLike, settings: Mapping[str, float]
) -> float | None:
    """Return the p of E[L − min L] ~ k⁻ᵖ under noise with η_k = η/(1 + k/h), h = `half` steps (Chung 1954).

    min(1, 2 η h λ₁), λ₁ the smallest eigenvalue above 0; with a velocity η/(1 − μ) replaces η. None for other rules.
    """
    if optimizer not in LINEAR or optimizer not in OPTIMIZERS:
        return None
    eigenvalues = np.linalg.eigvalsh(np.asarray(hessian, np.float64))
    least = float(eigenvalues[eigenvalues > 1e-12 * eigenvalues[-1]][0])
    return min(1.0, 2 * effective_learning_rate(optimizer, learning_rate, settings) * half * least)


def observed_floor(values: Array, least: float) -> float:
    """Return the mean of L − min L over the last half of a run, from values (k + 1,)."""
    return float(np.mean(values[len(values) // 2 :]) - least)
