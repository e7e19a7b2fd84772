"""Training many networks of one shape at once, each from its own seed: the same descent as ``train``, in one array.

Full batch and squared loss, in the units of ``training``. Parameters are Θ (S, P), a row for each seed; the formulas
are those of ``shallow.Passes``, with the seeds in front. Nothing passes between the rows.
"""

from collections.abc import Sequence
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.learning import OPTIMIZERS
from nnviz.networks.activations import ACTIVATIONS, Activation
from nnviz.networks.shallow import ShallowNetwork, columns
from nnviz.networks.training import Progress, TrainingSpec, checked_examples, initial_parameters, own_units

Array = NDArray[Any]
Vector = NDArray[np.float64]
_BETWEEN_CALLS = 0.05  # seconds
_AT_ONCE = 2**15  # numbers that go through an activation at once: its temporary arrays stay in the cache


class Crowd(NamedTuple):
    """S trained networks with P parameters each, in the units of x and y.

    ``parameters`` (S, P) are those with the smallest loss on the way, ``losses`` (S,) that loss, in the units of y².
    ``steps`` were taken: fewer than asked if the time was up. ``diverged`` (S,) says who left the finite numbers.
    """

    spec: TrainingSpec
    seeds: tuple[int, ...]
    inputs: int
    parameters: Vector
    losses: Vector
    steps: int
    diverged: NDArray[np.bool_]

    @property
    def networks(self) -> list[ShallowNetwork]:
        """One network for each seed."""
        return [
            ShallowNetwork.from_parameters(self.spec.activation, row, self.inputs) for row in self.parameters
        ]


def train_crowd(
    spec: TrainingSpec, seeds: Sequence[int], x: ArrayLike, y: ArrayLike, progress: Progress | None = None
) -> Crowd:
    """Train one network for each seed on points x, (m,) or (m, d), and targets y (m,), all at once.

    Each is what ``train`` finds for its seed, up to rounding. Of the spec, ``seed``, ``frames`` and ``tolerance`` are
    not used. ValueError for mini-batches, another loss than the squared one, no seeds, or x and y as in ``train``.
    """
    if spec.batch_size or spec.loss != "squared" or not len(seeds):
        raise ValueError("a crowd needs at least one seed, batch_size 0 (full batch) and the loss 'squared'")
    points, targets = checked_examples(spec, x, y)
    units, inputs = own_units(spec, points, targets), points.shape[1]
    u = columns((points - units.x_middle) / units.x_half).astype(spec.dtype)
    r = ((targets - units.y_middle) / units.y_half).astype(spec.dtype)
    starts = [initial_parameters(spec, inputs, np.random.default_rng(seed)) for seed in seeds]
    with np.errstate(all="ignore"):
        best, losses, steps, diverged = _descend(spec, np.array(starts, spec.dtype), u, r, progress)
    parameters = units.original(best.astype(np.float64))
    return Crowd(spec, tuple(seeds), inputs, parameters, losses * units.y_half**2, steps, diverged)


def _descend(
    spec: TrainingSpec, parameters: Array, u: Array, r: Array, progress: Progress | None
) -> tuple[Array, Vector, int, NDArray[np.bool_]]:
    """The best parameters (S, P) on the way, their losses (S,), the steps taken, and who has left the finite."""
    optimizer = OPTIMIZERS[spec.optimizer]
    settings = optimizer.complete(dict(spec.settings))
    state = optimizer.init(parameters)
    passes = CrowdPasses(ACTIVATIONS[spec.activation], len(u) - 1, spec.width, u.shape[1], parameters)
    best, least = parameters, np.full(len(parameters), np.inf)
    diverged = np.zeros(len(parameters), bool)
    started = called = perf_counter()
    for step in range(spec.steps + 1):
        error = passes.forward(parameters, u) - r
        loss = np.einsum("sm,sm->s", error, error, dtype=np.float64) / len(r)
        best = np.where((loss < least)[:, None], parameters, best)
        least = np.fmin(loss, least)
        diverged |= ~np.isfinite(loss + np.einsum("sp,sp->s", parameters, parameters))
        now = perf_counter()
        if step == spec.steps or now - started > spec.seconds:
            break
        if progress is not None and now - called > _BETWEEN_CALLS:
            progress(step, spec.steps)
            called = now
        gradient = passes.backward(u, error * parameters.dtype.type(2 / len(r)))
        parameters, state = optimizer.update(gradient, state, parameters, spec.learning_rate, **settings)
    return best, least, step, diverged


class CrowdPasses:
    """The forward and the backward pass of S networks of N units over the same m points; one memory, reused.

    X (d+1, m) and A (S, N+1, m) end in ones; Θ (S, P) holds Ω (S, d+1, N) and then ω = (v, c), (S, N+1).

        forward    Z = Ωᵀ X,   A = [φ(Z); 1],   ŷ = ω A
        backward   r = ∂L/∂ŷ (S, m),   ∂L/∂ω = A r,   ∂L/∂Ω = (X diag r) φ′(Z)ᵀ diag v
    """

    def __init__(self, activation: Activation, inputs: int, width: int, points: int, like: Array) -> None:
        seeds = len(like)
        self.activation = activation
        self.hidden = (inputs + 1) * width
        self.shape = (seeds, inputs + 1, width)
        self.slope = np.empty((seeds, width, points), like.dtype)
        some = max(_AT_ONCE // (width * points), 1)
        self.blocks = [slice(start, start + some) for start in range(0, seeds, some)]
        self.a_and_one = np.ones((seeds, width + 1, points), like.dtype)
        self.gradient = np.empty_like(like)
        self.d_hidden = self.gradient[:, : self.hidden].reshape(self.shape)
        self.d_output = self.gradient[:, self.hidden :]

    def forward(self, parameters: Array, x: Array) -> Array:
        """ŷ (S, m) at the points X."""
        hidden, self.output = parameters[:, : self.hidden], parameters[:, self.hidden :]
        np.matmul(hidden.reshape(self.shape).mT, x, out=self.slope)
        for some in self.blocks:
            z = self.slope[some]
            self.activation.value_and_slope(z, self.a_and_one[some, :-1], z)
        return np.asarray((self.output[:, None] @ self.a_and_one)[:, 0])

    def backward(self, x: Array, r: Array) -> Array:
        """The gradient (S, P) after ``forward``, from r (S, m). The next call overwrites it."""
        self.d_output[:] = (self.a_and_one @ r[:, :, None])[:, :, 0]
        np.matmul(x * r[:, None], self.slope.mT, out=self.d_hidden)
        self.d_hidden *= self.output[:, None, :-1]
        return self.gradient
