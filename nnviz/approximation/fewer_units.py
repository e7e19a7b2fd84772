"""Remove hidden units from a network within an aim, and refine those that stay, until no unit can be missed.

If a unit is removed and only the output layer is fitted again, Σ r² grows by vⱼ² / [(FᵀF)⁻¹]ⱼⱼ, F the features (Hassibi
& Stork 1993, Optimal Brain Surgeon, for a linear layer). The unit with the smallest growth is removed first. Then the
hidden units are refined by variable projection (see ``variable_projection``) for one network at a time, with QR
decompositions instead of normal equations, because errors of 1e-8 need all digits.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from nnviz._clock import processor_time
from nnviz._types import Array, Index
from nnviz.networks import Activation


class RemovalSettings(NamedTuple):
    """The numbers that tune the removal of units."""

    steps: int = 40  # of variable projection for one network
    first_look: int = 12  # steps, after which a run ends that is not expected to reach the aim
    look_back: int = 6  # steps, over which the rate of the error is measured
    patience: float = 1.5  # times the steps that are left at this rate
    slow: float = 1e6  # damping at which a run ends
    ridge: float = 1e-3  # μ over the root mean square of the residual of the first step
    final_ridge: float = 0.3  # μ times the largest output weights over the aim
    largest_output: float = 1e5
    rounding: float = 1e-12  # over the aim; larger output weights hide an error of this size
    share_at_once: int = 6  # at first a sixth of the units is removed together
    single: int = 3  # units that are tried to be removed alone
    most_work: float = 1000.0  # steps; one with N units counts as 1 + N²/100
    goal: float = 0.97  # of the aim, for the largest error at the points of the fit
    farthest: float = 60.0  # |w| and |b|/4 of a refined unit, or 4 times those of the start


SETTINGS: Final = RemovalSettings()


class Model(NamedTuple):
    """A hidden layer with its best output layer, and the quantities that follow from them."""

    alpha: Array  # (2, N)  w, then b
    z: Array  # (m, N)
    basis: Array  # (m + N, N + 1)  Q; the last rows are those of μ
    triangle: Array  # (N + 1, N + 1)  R
    output: Array  # (N + 1,)  v, then c
    residual: Array  # (m + N,)  r, then −μ v
    error: float  # max |r|
    cost: float  # ‖r‖² + μ² ‖v‖²


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
    def model(self, alpha: Array, ridge: float | None = None) -> Model:
        """Return the model of a hidden layer (2, N)."""
        m, width = len(self.u), alpha.shape[1]
        self.work += 1 + width**2 / 100
        z = self.u[:, None] * alpha[0] + alpha[1]
        features = np.zeros((m + width, width + 1))
        features[:m, :width], features[:m, width] = self.activation.value(z), 1
        features[m + np.arange(width), np.arange(width)] = self.least_ridge if ridge is None else ridge
        basis, triangle = np.linalg.qr(features)
        along = self.y @ basis[:m]
        residual = -(basis @ along)
        residual[:m] += self.y
        try:
            output = np.linalg.solve(triangle, along)
        except np.linalg.LinAlgError:
            return Model(alpha, z, basis, triangle, along, residual, np.inf, np.inf)
        error = float(np.abs(residual[:m]).max())
        return Model(alpha, z, basis, triangle, output, residual, error, float(residual @ residual))

    def refined(self, alpha: Array) -> Model:
        """Return the model after steps of Levenberg and Marquardt, which end when it is within the goal."""
        model, damping, factor = self.model(alpha), 1e-3, 2.0
        if model.error <= self.goal:
            return model
        far = np.maximum(SETTINGS.farthest, 4 * np.abs(alpha).max()) * np.array([[1.0], [4.0]])
        ridge, errors = self._ridge(model), [model.error]
        model = self.model(alpha, ridge)
        for k in range(SETTINGS.steps):
            if self._ends(errors, k) or damping > SETTINGS.slow:
                break
            moved = model.alpha + self._step(model, damping)
            trial = self.model(moved, ridge) if (np.abs(moved) <= far).all() else None
            if trial is not None and trial.cost < model.cost:
                damping *= 0.1 if trial.cost < model.cost / 2 else 0.3
                model, damping, factor = trial, max(damping, 1e-15), 3.0
            else:
                damping, factor = damping * factor, 2 * factor
            if k % 3 == 2 and self._ridge(model) < ridge / 2:
                ridge = self._ridge(model)
                model = self.model(model.alpha, ridge)
            errors.append(model.error)
        return self.model(model.alpha) if ridge > self.least_ridge else model

    def reduced(self, model: Model) -> Iterator[Model]:
        """Yield models within the goal with fewer and fewer units, each from the one before; the first is ``model``."""
        at_once = max(model.alpha.shape[1] // SETTINGS.share_at_once, 1)
        yield model
        while model.alpha.shape[1] > 1 and not self.is_over():
            width = model.alpha.shape[1]
            at_once = max(min(at_once, width // SETTINGS.share_at_once), 1)
            for left in self._left(model, at_once):
                fewer = self.refined(model.alpha[:, left])
                if fewer.error <= self.goal:
                    break
            if fewer.error <= self.goal:
                model = fewer
                yield model
            elif at_once == 1:
                break
            else:
                at_once //= 2

    def is_over(self) -> bool:
        """Return whether the time or the work is used up."""
        return self.work > SETTINGS.most_work or processor_time() > self.deadline

    def _left(self, model: Model, at_once: int) -> Iterator[Index]:
        """Yield which units are left if some are removed, the best choice first."""
        width = model.alpha.shape[1]
        try:
            inverse = np.linalg.inv(model.triangle)
        except np.linalg.LinAlgError:
            return
        growth = np.square(model.output[:-1]) / np.square(inverse[:-1]).sum(axis=1)
        order = np.argsort(growth)
        if at_once > 1:
            yield np.sort(order[at_once:])
            return
        for j in range(min(SETTINGS.single, width)):
            yield np.sort(np.delete(order, j))
        if width > 2:
            yield np.sort(order[2:])

    def _ridge(self, model: Model) -> float:
        """Return μ for the error of a model."""
        scale = float(np.sqrt(np.square(model.residual[: len(self.u)]).mean()))
        return max(self.least_ridge, SETTINGS.ridge * scale)

    def _ends(self, errors: list[float], k: int) -> bool:
        """Return whether a run is within the goal, or is not expected to be before its last step."""
        if errors[-1] <= self.goal or self.is_over():
            return True
        if k <= SETTINGS.first_look:
            return False
        rate = np.log(errors[-1 - SETTINGS.look_back] / errors[-1]) / SETTINGS.look_back
        steps_left = (SETTINGS.steps - k) * SETTINGS.patience
        return bool(rate * steps_left < np.log(errors[-1] / self.goal))

    # min ‖J δ − r‖² + λ ‖D δ‖²,  D the norms of the columns of J,  by the QR decomposition of [J r; √λ D 0]
    def _step(self, model: Model, damping: float) -> Array:
        """Return the step δ, (2, N)."""
        m, width = model.z.shape
        system = np.zeros((m + 3 * width, 2 * width + 1))
        slopes = self.activation.derivative(model.z) * model.output[:-1]
        system[:m, :width], system[:m, width:-1] = slopes * self.u[:, None], slopes
        upper = system[: m + width, :-1]
        upper -= model.basis @ (model.basis[:m].T @ upper[:m])
        system[: m + width, -1] = model.residual
        sizes = np.sqrt(np.square(upper).sum(axis=0))
        k = np.arange(2 * width)
        system[m + width + k, k] = np.sqrt(damping) * (sizes + 1e-6 * sizes.max() + 1e-300)
        triangle = np.asarray(np.linalg.qr(system, mode="r"))
        step = np.linalg.solve(triangle[:-1, :-1], triangle[:-1, -1])
        return np.asarray(step.reshape(2, width))
