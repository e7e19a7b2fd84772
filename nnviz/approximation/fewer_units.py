"""Remove hidden units from a network within an aim, and refine those that stay, until no unit can be missed.

If a unit is removed and only the output layer is fitted again, Σ r² grows by vⱼ² / [(FᵀF)⁻¹]ⱼⱼ, F the features (Hassibi
& Stork 1993, Optimal Brain Surgeon, for a linear layer). Units with a small growth are removed first. Then the hidden
units are refined by variable projection (see ``variable_projection``), with QR decompositions instead of normal
equations, because errors of 1e-8 need all digits. Two choices of a unit are tried at the same time: the first run that
is within the aim ends the other one.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from nnviz._clock import processor_time
from nnviz._types import Array, Index, Truth
from nnviz.networks import Activation


class RemovalSettings(NamedTuple):
    """The numbers that tune the removal of units."""

    steps: int = 40  # of variable projection
    first_look: int = 8  # steps, after which a run ends that is not expected to reach the aim
    look_back: int = 5  # steps, over which the rate of the error is measured
    patience: float = 1.5  # times the steps that are left at this rate
    first_damping: float = 1e-4
    gains: tuple[float, float] = (
        0.1,
        0.3,
    )  # of the damping, after a step that halves the cost, and after another one
    slow: float = 1e6  # damping at which a run ends; with 1e2 some units are not removed
    steps_of_a_ridge: int = 3  # after which μ follows the error
    ridge: float = 1e-3  # μ over the root mean square of the residual of the first step
    final_ridge: float = 0.3  # μ times the largest output weights over the aim
    largest_output: float = 1e5
    rounding: float = 1e-12  # over the aim; larger output weights hide an error of this size
    choices: int = 2  # of one unit that is removed; both are tried together
    share_at_once: int = 6  # at first a sixth of the units is removed together
    most_work: float = 4000.0  # steps; one with N units counts as 1 + N²/100
    goal: float = 0.97  # of the aim, for the largest error at the points of the fit
    farthest: float = 60.0  # |w| and |b|/4 of a refined unit, or 4 times those of the start


SETTINGS: Final = RemovalSettings()


class Models(NamedTuple):
    """R hidden layers with their best output layers, and the quantities that follow from them."""

    alpha: Array  # (R, 2, N)  w, then b
    z: Array  # (R, m, N)
    basis: Array  # (R, m + N, N + 1)  Q; the last rows are those of μ
    triangle: Array  # (R, N + 1, N + 1)  its factor in the QR decomposition
    along: Array  # (R, N + 1)  Qᵀy
    residual: Array  # (R, m + N)  r, then −μ v
    error: Array  # (R,)  max |r|
    cost: Array  # (R,)  ‖r‖² + μ² ‖v‖²

    def chosen(self, which: Index | slice) -> "Models":
        """Return some of the models."""
        return Models(*(part[which] for part in self))

    @property
    def best(self) -> "Models":
        """The model with the smallest error, R = 1."""
        k = int(np.argmin(self.error))
        return self.chosen(slice(k, k + 1))

    @property
    def width(self) -> int:
        """The number of units."""
        return int(self.alpha.shape[2])

    @property
    def output(self) -> Array:
        """The output layers v, then c, (R, N + 1); LinAlgError if the features are linearly dependent."""
        return np.asarray(np.linalg.solve(self.triangle, self.along[:, :, None])[:, :, 0])


class NormalSystem(NamedTuple):
    """The normal equations of a step from R models."""

    matrix: Array  # (R, 2N, 2N)
    along: Array  # (R, 2N, 1)
    damping: Array  # (R, 2N)  the diagonal of D²


class UnitRemoval:
    """The data of a fit: an activation, points u (m,), values y (m,) and the largest error that is allowed there.

    m must be at least 2N. The search ends at ``deadline``, a time of ``processor_time``, or after so much ``work``.
    """

    def __init__(self, activation: Activation, u: Array, y: Array, aim: float, deadline: float) -> None:
        self.activation, self.u, self.y, self.deadline = activation, u, y, deadline
        self.goal, self.work = SETTINGS.goal * aim, 0.0
        largest = min(SETTINGS.largest_output, aim / SETTINGS.rounding)
        self.least_ridge = SETTINGS.final_ridge * aim / max(largest, 1.0)

    # [F; μI] = QR,  output = R⁻¹Qᵀy
    def models(self, alpha: Array, ridge: Array | None = None) -> Models:
        """Return the models of hidden layers (R, 2, N), with a ridge μ for each, (R,), or the smallest one."""
        m, (runs, _, width) = len(self.u), alpha.shape
        self.work += runs * (1 + width**2 / 100)
        z = self.u[:, None] * alpha[:, :1] + alpha[:, 1:]
        features = np.zeros((runs, m + width, width + 1))
        features[:, :m, :width], features[:, :m, width] = self.activation.value(z), 1
        k = np.arange(width)
        features[:, m + k, k] = self.least_ridge if ridge is None else ridge[:, None]
        basis, triangle = np.linalg.qr(features)
        along = self.y @ basis[:, :m]
        residual = (basis @ -along[:, :, None])[:, :, 0]
        residual[:, :m] += self.y
        error, cost = np.abs(residual[:, :m]).max(axis=1), np.square(residual).sum(axis=1)
        return Models(alpha, z, basis, triangle, along, residual, error, cost)

    def refined(self, alpha: Array) -> Models:
        """Return the first model within the goal, or that with the smallest error.

        Steps of Levenberg and Marquardt begin from each of the hidden layers (R, 2, N).
        """
        models = self.models(alpha)
        if models.error.min() <= self.goal:
            return models.best
        far = np.maximum(SETTINGS.farthest, 4 * np.abs(alpha).max(axis=(1, 2), keepdims=True))
        far = far * np.array([[1.0], [4.0]])
        ridge, damping = self._ridge(models), np.full(len(alpha), SETTINGS.first_damping)
        factor = np.full(len(alpha), 2.0)
        models = self.models(alpha, ridge)
        solved, system = models, self._system(models)
        errors = [models.error]
        for k in range(SETTINGS.steps):
            ends = self._ends(errors, k) | (damping > SETTINGS.slow)
            if models.error.min() <= self.goal or ends.all():
                break
            if ends.any():
                left = np.flatnonzero(~ends)
                models, far = models.chosen(left), far[left]
                ridge, damping, factor = ridge[left], damping[left], factor[left]
                errors = [one[left] for one in errors]
            if models is not solved:
                solved, system = models, self._system(models)
            models, better = self._moved(models, system, damping, ridge, far)
            damping = np.where(better, np.maximum(damping * better, 1e-15), damping * factor)
            factor = np.where(better, 3.0, 2 * factor)
            if k % SETTINGS.steps_of_a_ridge == SETTINGS.steps_of_a_ridge - 1:
                lower = self._ridge(models)
                if (lower < ridge / 2).any():
                    ridge = np.where(lower < ridge / 2, lower, ridge)
                    models = self.models(models.alpha, ridge)
            errors.append(models.error)
        found = models.best
        return self.models(found.alpha) if found.error[0] <= self.goal else found

    def _moved(
        self, models: Models, system: NormalSystem, damping: Array, ridge: Array, far: Array
    ) -> tuple[Models, Array]:
        """Return the models after a step, and 0 where it was rejected, else the factor of the damping."""
        moved = models.alpha + _step(system, damping)
        near = np.abs(moved) <= far
        if not near.all():
            moved = np.where(near.all(axis=(1, 2), keepdims=True), moved, models.alpha)
        trial = self.models(moved, ridge)
        ratio = trial.cost / models.cost  # 1 for a model that stays where it is
        better = ratio < 1
        gain = np.where(ratio < 0.5, *SETTINGS.gains) * better
        rejected = np.flatnonzero(~better)
        if rejected.size == len(better):
            return models, gain
        for k in rejected:
            for old, new in zip(models, trial):
                new[k] = old[k]
        return trial, gain

    def reduced(self, models: Models) -> Iterator[Models]:
        """Yield models within the goal with fewer and fewer units, each from the one before; the first is given."""
        at_once = max(models.width // SETTINGS.share_at_once, 1)
        yield models
        while models.width > 1 and not self.is_over():
            at_once = max(min(at_once, models.width // 3), 1)
            fewer = self.refined(models.alpha[0][:, self._left(models, at_once)].transpose(1, 0, 2))
            if fewer.error[0] <= self.goal:
                models = fewer
                yield models
            elif at_once == 1:
                break
            else:
                at_once //= 2

    def is_over(self) -> bool:
        """Return whether the time or the work is used up."""
        return self.work > SETTINGS.most_work or processor_time() > self.deadline

    @staticmethod
    def _left(models: Models, at_once: int) -> Index:
        """Return choices of the units (R, N − at_once) that are left if those are removed that are missed least."""
        inverse = np.linalg.inv(models.triangle[0])
        growth = np.square(models.output[0, :-1]) / np.square(inverse[:-1]).sum(axis=1)
        order = np.argsort(growth)
        choices = min(SETTINGS.choices, len(order)) if at_once == 1 else 1
        return np.array([np.sort(np.delete(order, slice(j, j + at_once))) for j in range(choices)])

    def _ridge(self, models: Models) -> Array:
        """Return μ for the errors of the models, (R,)."""
        scale = np.sqrt(np.square(models.residual[:, : len(self.u)]).mean(axis=1))
        return np.asarray(np.maximum(self.least_ridge, SETTINGS.ridge * scale))

    def _ends(self, errors: list[Array], k: int) -> Truth:
        """Return which runs are not expected to be within the goal before the last step, (R,)."""
        if self.is_over():
            return np.ones(len(errors[-1]), np.bool_)
        if k <= SETTINGS.first_look:
            return np.zeros(len(errors[-1]), np.bool_)
        rate = np.log(errors[-1 - SETTINGS.look_back] / errors[-1]) / SETTINGS.look_back
        steps_left = (SETTINGS.steps - k) * SETTINGS.patience
        return np.asarray(~(rate * steps_left >= np.log(errors[-1] / self.goal)))

    # (JᵀJ + λ D²) δ = Jᵀr,  D the norms of the columns of J
    def _system(self, models: Models) -> NormalSystem:
        """Return JᵀJ, Jᵀr and D²."""
        runs, m, width = models.z.shape
        slopes = self.activation.derivative(models.z)
        slopes *= models.output[:, None, :-1]
        jacobian = np.empty((runs, m + width, 2 * width))
        np.multiply(slopes, self.u[:, None], out=jacobian[:, :m, :width])
        jacobian[:, :m, width:], jacobian[:, m:] = slopes, 0
        jacobian -= models.basis @ (models.basis[:, :m].mT @ jacobian[:, :m])
        matrix = jacobian.mT @ jacobian
        sizes = np.sqrt(np.einsum("rkk->rk", matrix))
        sizes += 1e-6 * sizes.max(axis=1, keepdims=True) + 1e-150
        return NormalSystem(matrix, jacobian.mT @ models.residual[:, :, None], sizes * sizes)


def _step(system: NormalSystem, damping: Array) -> Array:
    """Return the steps δ, (R, 2, N)."""
    runs, unknowns, _ = system.along.shape
    matrix, k = system.matrix.copy(), np.arange(unknowns)
    matrix[:, k, k] += damping[:, None] * system.damping
    return np.asarray(np.linalg.solve(matrix, system.along).reshape(runs, 2, -1))
