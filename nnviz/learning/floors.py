"""What noise on the slope keeps up: the loss expected of a run on a bowl, at each step and in the long run.

A step is linear in z = (θ − c, velocity) and in the slope g = H_B (θ − c) + ξ, where a mini-batch B has a Hessian H_B
of its own and a slope ξ at the minimum that is not 0. So E z and E z zᵀ follow from those of the step before. With
constant η the second settles where C = E[M C Mᵀ] + E[G ξ ξᵀ Gᵀ], the discrete Lyapunov equation if all batches have one
Hessian (Liu, Ziyin & Ueda 2021). Batches dealt from a shuffled deck are not independent: what an epoch's batches have
drawn, the rest of it lacks, so their ξ nearly cancel and the floor is lower than that of batches drawn anew
(Mishchenko, Khaled & Richtárik 2020). That is counted; that the Hessians of an epoch's batches depend on each other is
not. The figures are exact for Gaussian noise; for mini-batches within a tenth of the mean of many runs, but up to a
third too low where the differences between the batches' Hessians make most of the floor. There single runs are mostly
far below their mean, which rare bursts make.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.learning.rates import LINEAR, LinearStep, linear_step
from nnviz.learning.surfaces import Surface

Array = NDArray[np.float64]


class SlopeNoise(NamedTuple):
    """The noise of a step's slope near a minimum.

    spread: standard deviation of Gaussian noise on each component. batch: examples a step, of `total`; 0 for none.
    Of the examples' slopes sₙ at the minimum and their Hessians Dₙ, both less their means: covariance (d, d) E[s sᵀ];
    bends (d, d, d, d), entry ijkl E[Dᵢⱼ Dₖₗ]; mixed (d, d, d), entry ijk E[Dᵢⱼ sₖ].
    """

    spread: float
    batch: int
    total: int
    covariance: Array
    bends: Array
    mixed: Array

    @property
    def share(self) -> float:
        """Of the variance of one example, that of a batch without repetition: (n − m) / (m (n − 1))."""
        n, m = self.total, self.batch
        return (n - m) / (m * (n - 1)) if n > 1 else 0.0

    @property
    def epoch(self) -> int:
        """Batches until all examples are dealt anew."""
        return self.total // self.batch if self.batch else 1


def slope_noise(
    surface: Surface, minimum: Sequence[float], spread: float = 0.0, batch: int = 0
) -> SlopeNoise:
    """The noise of steps on `surface` near `minimum`; each example's Hessian by a central difference of its slopes."""
    at, d = np.array(minimum, dtype=np.float64), len(minimum)
    if not batch or surface.examples is None:
        return SlopeNoise(spread, 0, 0, np.zeros((d, d)), np.zeros((d,) * 4), np.zeros((d,) * 3))
    count, gradient = surface.examples
    near = 1e-4 * np.diag([high - low for low, high in surface.domain])
    places = np.concatenate(([at], at + near, at - near))
    slopes = np.array([gradient(places, np.array([one])) for one in range(count)])  # (n, 2d + 1, d)
    bends = (slopes[:, 1 : d + 1] - slopes[:, d + 1 :]) / (2 * near.diagonal()[:, None])
    s, bent = (one - one.mean(axis=0) for one in (slopes[:, 0], bends))
    return SlopeNoise(
        spread, batch, count, s.T @ s / count, np.einsum("nij,nkl->ijkl", bent, bent) / count,
        np.einsum("nij,nk->ijk", bent, s) / count,
    )  # fmt: skip


class _Moments(NamedTuple):
    """Of z: mean (…, D) and second moment (…, D, D); with the sum of the epoch's ξ so far: (…, D, d)."""

    mean: Array
    second: Array
    shared: Array


def _after(now: _Moments, step: LinearStep, hessian: Array, noise: SlopeNoise, place: int) -> _Moments:
    """The moments after one step, the batch of which is number `place` of its epoch."""
    move, push, d = step.on(hessian), step.push, hessian.shape[0]
    fresh = push @ (noise.spread**2 * np.eye(d)) @ push.T
    second = move @ now.second @ move.T + fresh
    mean, shared = now.mean @ move.T, now.shared
    if noise.batch:
        n, m = noise.total, noise.batch
        bent = np.einsum("ijkl,...jl->...ik", noise.bends, now.second[..., :d, :d])
        mixed = np.einsum("ijk,...j->...ik", noise.mixed, now.mean[..., :d])
        back = m / (n - place * m)  # E[ξ | the batches before it] = −back · their sum
        cross = -back * move @ shared @ push.T
        of_batch = noise.share * (noise.covariance + bent + mixed + np.swapaxes(mixed, -1, -2))
        second = second + push @ of_batch @ push.T + cross + np.swapaxes(cross, -1, -2)
        drawn = (
            place * (n - place * m) / (m * max(n - 1, 1)) * noise.covariance
        )  # E[their sum · its transpose]
        shared = (1 - back) * move @ shared + push @ (noise.share * noise.covariance - back * drawn)
    if place + 1 == noise.epoch:
        shared = np.zeros_like(shared)
    return _Moments(mean, second, shared)


def _loss(second: Array, hessian: Array) -> Array:
    """½ tr(H E[δ δᵀ])."""
    d = len(hessian)
    return np.asarray(0.5 * np.einsum("ij,...ji->...", hessian, second[..., :d, :d]))


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
    size = len(linear_step(optimizer, 1.0, h, settings).push)
    start = np.zeros(size)
    start[: len(h)] = away
    now = _Moments(start, np.outer(start, start), np.zeros((size, len(h))))
    losses = [_loss(now.second, h)]
    with np.errstate(over="ignore", invalid="ignore"):
        for number, eta in enumerate(rates):
            now = _after(now, linear_step(optimizer, eta, h, settings), h, noise, number % noise.epoch)
            losses.append(_loss(now.second, h))
    return np.array(losses)


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
    size, d = step.push.shape
    # E z zᵀ after an epoch is affine in that before it: what becomes of 0, and of each entry.
    units = np.concatenate((np.zeros((1, size, size)), np.eye(size * size).reshape(-1, size, size)))
    now, losses = _Moments(np.zeros((len(units), size)), units, np.zeros((len(units), size, d))), []
    for place in range(noise.epoch):
        now = _after(now, step, h, noise, place)
        losses.append(_loss(now.second, h))
    constant = now.second[0].ravel()
    linear = now.second[1:].reshape(size * size, -1).T - constant[:, None]
    if np.abs(np.linalg.eigvals(linear)).max() >= 1:
        return float("inf")
    settled = np.linalg.solve(np.eye(size * size) - linear, constant)
    over = np.mean(losses, axis=0)
    return float(over[0] + settled @ (over[1:] - over[0]))


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
