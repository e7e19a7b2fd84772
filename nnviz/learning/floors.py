"""What noise on the slope keeps up: the loss expected of a run on a bowl, at each step and in the long run.

A step is linear in z = (θ − c, velocity) and in the slope g = H_B (θ − c) + ξ_B + ε, where a mini-batch B has a Hessian
H_B of its own and a slope ξ_B at the minimum that is not 0. So w = (z, 1) goes to A_B w, an epoch is the product A of
its batches, and E w wᵀ goes to E[A w wᵀ Aᵀ]: epochs are dealt independently of each other. With constant η it settles
where it stays as it is; if all batches have one Hessian, by the discrete Lyapunov equation (Liu, Ziyin & Ueda 2021).

Within an epoch, batches are not independent: what those before have drawn, the rest of it lacks, so that their slopes
nearly cancel and the floor is lower than that of batches drawn anew (Mishchenko, Khaled & Richtárik 2020). The
expectation over an epoch is the mean over many shuffled decks, an estimate good to some percent; all else is exact, and
so is everything for Gaussian noise. Where differences between the batches' Hessians make most of the floor, single runs
are mostly far below their mean, which rare bursts make.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.learning.rates import LINEAR, LinearStep, linear_step
from nnviz.learning.surfaces import Surface

Array = NDArray[np.float64]

DECKS = (64, 2048)  # the fewest and the most that are shuffled
CARDS = 200_000  # the most of all decks together


class SlopeNoise(NamedTuple):
    """The noise of a step's slope near a minimum.

    spread: standard deviation of Gaussian noise on each component. batch: examples a step, of n; 0 for none. Of each
    example the slope at the minimum, slopes (n, d), and the Hessian, hessians (n, d, d).
    """

    spread: float
    batch: int
    slopes: Array
    hessians: Array

    @property
    def epoch(self) -> int:
        """Batches until all examples are dealt anew."""
        return len(self.slopes) // self.batch if self.batch else 1

    def dealt(self, hessian: Array, number: int = 0) -> tuple[Array, Array]:
        """The slope (epoch, d, r) and the Hessian (epoch, d, d, r) of each batch of epoch `number` in r shuffled decks.

        Each epoch has decks of its own, and fewer than those before: their errors do not add up.
        """
        if not self.batch:
            return np.zeros((1, len(hessian), 1)), hessian[None, ..., None]
        (least, most), n = DECKS, len(self.slopes)
        decks = max(least, min(most, CARDS // n) // (1 + number))
        order = np.random.default_rng(number).permuted(np.tile(np.arange(n), (decks, 1)), axis=1)
        hands = order[:, : self.epoch * self.batch].reshape(decks, self.epoch, self.batch)
        slopes, hessians = self.slopes[hands].mean(axis=2), self.hessians[hands].mean(axis=2)
        return slopes.transpose(1, 2, 0), hessians.transpose(1, 2, 3, 0)


def slope_noise(
    surface: Surface, minimum: Sequence[float], spread: float = 0.0, batch: int = 0
) -> SlopeNoise:
    """The noise of steps on `surface` near `minimum`; each example's Hessian by a central difference of its slopes."""
    at, d = np.array(minimum, dtype=np.float64), len(minimum)
    if not batch or surface.examples is None:
        return SlopeNoise(spread, 0, np.zeros((0, d)), np.zeros((0, d, d)))
    count, gradient = surface.examples
    near = 1e-4 * np.diag([high - low for low, high in surface.domain])
    places = np.concatenate(([at], at + near, at - near))
    slopes = np.array([gradient(places, np.array([one])) for one in range(count)])  # (n, 2d + 1, d)
    hessians = (slopes[:, 1 : d + 1] - slopes[:, d + 1 :]) / (2 * near.diagonal()[:, None])
    return SlopeNoise(spread, batch, slopes[:, 0], hessians)


class _Epoch(NamedTuple):
    """What an epoch makes of S = E w wᵀ (D + 1, D + 1) at its begin, as a vector: linear @ S + added at its end.

    After its batch k, E[L − least L] is Σ quadratics[k] ∘ S + constants[k].
    """

    quadratics: Array
    constants: Array
    linear: Array
    added: Array

    def losses(self, begin: Array) -> Array:
        """E[L − least L] after each batch, (k,)."""
        return np.asarray(np.einsum("kij,ij->k", self.quadratics, begin) + self.constants)

    def end(self, begin: Array) -> Array:
        """E w wᵀ at the end."""
        return np.asarray((self.linear @ begin.ravel() + self.added).reshape(begin.shape))


def _epoch(steps: Sequence[LinearStep], hessian: Array, spread: float, dealt: tuple[Array, Array]) -> _Epoch:
    """An epoch, or the beginning of one, with a step for each batch; the mean over the decks."""
    (size, d), decks = steps[0].push.shape, dealt[0].shape[-1]
    product = np.repeat(np.eye(size, size + 1)[..., None], decks, axis=2)  # A (D, D + 1) of each deck, so far
    fresh, products, constants = np.zeros((decks, size, size)), [], np.zeros(len(steps))
    for place, (step, slope, bend) in enumerate(zip(steps, *dealt, strict=False)):
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
    quadratics = bent @ each.reshape(bent.shape).swapaxes(1, 2) / (2 * decks)
    return _Epoch(quadratics, constants, *_as_a_map(product, fresh.mean(axis=0)))


def _of_all(steps: Sequence[LinearStep], hessian: Array, spread: float, second: Array) -> Array:
    """E[L − least L] after each step on all examples, (k,), from E z zᵀ (D, D)."""
    losses, d = np.empty(len(steps)), len(hessian)
    for number, step in enumerate(steps):
        move = step.on(hessian)
        second = move @ second @ move.T + spread**2 * step.push @ step.push.T
        losses[number] = 0.5 * np.sum(hessian * second[:d, :d])
    return losses


def _as_a_map(product: Array, fresh: Array) -> tuple[Array, Array]:
    """What S ↦ E[A S Aᵀ] + fresh is for S as a vector: a matrix, and what is added."""
    size, _, decks = product.shape
    last = np.zeros((1, size + 1, decks))
    last[0, -1] = 1
    rows = np.concatenate((product, last)).reshape(-1, decks)
    both = (rows @ rows.T / decks).reshape((size + 1,) * 4)  # E[A_ij A_kl]
    return both.transpose(0, 2, 1, 3).reshape((size + 1) ** 2, -1), np.pad(fresh, (0, 1)).ravel()


def expected_losses(
    optimizer: str,
    learning_rates: ArrayLike,
    away: ArrayLike,
    hessian: ArrayLike,
    settings: Mapping[str, float],
    noise: SlopeNoise,
) -> Array | None:
    """E[L − least L] at step 0, 1, …, (steps + 1,), from θ₀ − c = `away` (d,), with a learning rate for each step.

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
                epoch = _epoch(ahead, h, noise.spread, noise.dealt(h, number))
            losses.extend(epoch.losses(now))
            now = epoch.end(now)
    return np.array(losses[: len(steps) + 1])


def predicted_floor(
    optimizer: str, learning_rate: float, hessian: ArrayLike, settings: Mapping[str, float], noise: SlopeNoise
) -> float | None:
    """E[L − least L] in the long run with constant η, the mean over an epoch; inf where the noise grows without end.

    For gradient descent with Gaussian noise Σ η σ² / (2 (2 − ηλ)). None for a rule that is not in LINEAR.
    """
    if optimizer not in LINEAR:
        return None
    h = np.asarray(hessian, np.float64)
    step = linear_step(optimizer, learning_rate, h, settings)
    epoch = _epoch([step] * noise.epoch, h, noise.spread, noise.dealt(h))
    linear, last = epoch.linear[:-1, :-1], epoch.linear[:-1, -1]  # of S as a vector, whose last entry stays 1
    if np.abs(np.linalg.eigvals(linear)).max() >= 1:
        return float("inf")
    settled = np.append(np.linalg.solve(np.eye(len(linear)) - linear, last + epoch.added[:-1]), 1.0)
    return float(epoch.losses(settled.reshape(len(step.push) + 1, -1)).mean())


def decay_exponent(
    optimizer: str, learning_rate: float, half: float, hessian: ArrayLike, settings: Mapping[str, float]
) -> float | None:
    """The p of E[L − least L] ~ k⁻ᵖ under noise with η_k = η/(1 + k/h), h = `half` steps (Chung 1954).

    min(1, 2 η h λ₁), λ₁ the least eigenvalue that is not 0; a velocity makes η/(1 − μ) of η. None for other rules.
    """
    if optimizer not in ("gradient_descent", "momentum", "nesterov"):
        return None
    eigenvalues = np.linalg.eigvalsh(np.asarray(hessian, np.float64))
    least = float(eigenvalues[eigenvalues > 1e-12 * eigenvalues[-1]][0])
    return min(1.0, 2 * learning_rate / (1 - settings.get("momentum", 0.0)) * half * least)


def observed_floor(values: Array, least: float) -> float:
    """The mean of the loss above the least over the last half of a run, from values (k + 1,)."""
    return float(np.mean(values[len(values) // 2 :]) - least)
