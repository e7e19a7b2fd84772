"""Training many networks of one shape at once, each from its own seed: the same descent as ``train``, in one array.

Full batch and squared loss, in the units of ``training``. Parameters are Θ (S, P), a row for each seed; the formulas
are those of ``shallow.Passes``, with the seeds in front. Nothing passes between the rows.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz._checks import check, check_one_of
from nnviz._clock import processor_time
from nnviz._display import count, displayed
from nnviz._tasks import compute_all
from nnviz._types import AnyArray, Progress, Vector
from nnviz.networks.activations import ACTIVATIONS, Activation
from nnviz.networks.shallow import ShallowNetwork, columns
from nnviz.networks.training import TrainingSpec, checked_examples, initial_parameters, own_units
from nnviz.optimization import OPTIMIZERS

_BETWEEN_CALLS = 0.05  # seconds
_A_TASK = 8  # seeds
_AT_ONCE = 2**15  # numbers that go through an activation at once: its temporary arrays stay in the cache


@displayed(
    lambda runs: (
        f"{len(runs.seeds)} seeds, {count(runs.spec.width, 'unit')} of {runs.spec.activation}, {runs.steps} steps, "
        f"mean losses {runs.losses.min():.4g} to {runs.losses.max():.4g}"
    )
)
class SeedRuns(NamedTuple):
    """Hold S trained networks with P parameters each, in the units of x and y.

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


def train_seeds(
    spec: TrainingSpec,
    seeds: Sequence[int],
    x: ArrayLike,
    y: ArrayLike,
    progress: Progress | None = None,
    *,
    executor: Executor | None = None,
) -> SeedRuns:
    """Train one network for each seed on points x, (m,) or (m, d), and targets y (m,), all at once.

    Each is what ``train`` finds for its seed, up to rounding. Of the spec, ``seed``, ``frames`` and ``tolerance`` are
    not used. executor: any ``concurrent.futures.Executor``, whose workers train eight seeds at once; ``progress`` is
    then called with seeds instead of steps, and a limit in seconds holds for each eight seeds. ValueError for
    mini-batches, another loss than the squared one, no seeds, or x and y as in ``train``.
    """
    check("batch_size", spec.batch_size, spec.batch_size == 0, "0 (full batch)")
    check_one_of("loss", spec.loss, ("squared",))
    check("seeds", list(seeds), len(seeds) > 0, "a list of at least one seed")
    points, targets = checked_examples(spec, x, y)
    if executor is not None and len(seeds) > _A_TASK:
        return _trained_elsewhere(spec, seeds, points, targets, executor, progress)
    units, inputs = own_units(spec, points, targets), points.shape[1]
    u = columns((points - units.x_middle) / units.x_half).astype(spec.dtype)
    r = ((targets - units.y_middle) / units.y_half).astype(spec.dtype)
    starts = [initial_parameters(spec, inputs, np.random.default_rng(seed)) for seed in seeds]
    with np.errstate(all="ignore"):
        best, losses, steps, diverged = _descend(spec, np.array(starts, spec.dtype), u, r, progress)
    parameters = units.original(best.astype(np.float64))
    return SeedRuns(spec, tuple(seeds), inputs, parameters, losses * units.y_half**2, steps, diverged)


def _trained_elsewhere(
    spec: TrainingSpec,
    seeds: Sequence[int],
    x: Vector,
    y: Vector,
    executor: Executor,
    progress: Progress | None,
) -> SeedRuns:
    """Return the runs of all seeds, eight of them a task."""
    groups = [tuple(seeds[k : k + _A_TASK]) for k in range(0, len(seeds), _A_TASK)]

    def report(share: float) -> None:
        if progress is not None:
            progress(round(share * len(seeds)), len(seeds))

    parts = compute_all(partial(_group, spec, x, y), groups, executor, report)
    stacked = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("parameters", "losses", "diverged")
    )
    parameters, losses, diverged = stacked
    return SeedRuns(spec, tuple(seeds), x.shape[1], parameters, losses, min(p.steps for p in parts), diverged)


def _group(spec: TrainingSpec, x: Vector, y: Vector, seeds: tuple[int, ...]) -> SeedRuns:
    return train_seeds(spec, seeds, x, y)


def _descend(
    spec: TrainingSpec, parameters: AnyArray, u: AnyArray, r: AnyArray, progress: Progress | None
) -> tuple[AnyArray, Vector, int, NDArray[np.bool_]]:
    """Return the best parameters (S, P) on the way, their losses (S,), the steps taken, and who has left the finite."""
    optimizer = OPTIMIZERS[spec.optimizer]
    settings = optimizer.complete(dict(spec.settings))
    state = optimizer.init(parameters)
    passes = SeedPasses(ACTIVATIONS[spec.activation], len(u) - 1, spec.width, u.shape[1], parameters)
    best, least = parameters, np.full(len(parameters), np.inf)
    diverged = np.zeros(len(parameters), bool)
    started = called = processor_time()
    for step in range(spec.steps + 1):
        error = passes.forward(parameters, u) - r
        loss = np.einsum("sm,sm->s", error, error, dtype=np.float64) / len(r)
        best = np.where((loss < least)[:, None], parameters, best)
        least = np.fmin(loss, least)
        diverged |= ~np.isfinite(loss + np.einsum("sp,sp->s", parameters, parameters))
        now = processor_time()
        if step == spec.steps or now - started > spec.seconds:
            break
        if progress is not None and now - called > _BETWEEN_CALLS:
            progress(step, spec.steps)
            called = now
        gradient = passes.backward(u, error * parameters.dtype.type(2 / len(r)))
        parameters, state = optimizer.update(gradient, state, parameters, spec.learning_rate, **settings)
    return best, least, step, diverged


class SeedPasses:
    """Hold the forward and the backward pass of S networks of N units over the same m points; one memory, reused.

    X (d+1, m) and A (S, N+1, m) end in ones; Θ (S, P) holds Ω (S, d+1, N) and then ω = (v, c), (S, N+1).

        forward    Z = Ωᵀ X,   A = [φ(Z); 1],   ŷ = ω A
        backward   r = ∂L/∂ŷ (S, m),   ∂L/∂ω = A r,   ∂L/∂Ω = (X diag r) φ′(Z)ᵀ diag v
    """

    def __init__(self, activation: Activation, inputs: int, width: int, points: int, like: AnyArray) -> None:
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

    def forward(self, parameters: AnyArray, x: AnyArray) -> AnyArray:
        """Return ŷ (S, m) at the points X."""
        hidden, self.output = parameters[:, : self.hidden], parameters[:, self.hidden :]
        np.matmul(hidden.reshape(self.shape).mT, x, out=self.slope)
        for some in self.blocks:
            z = self.slope[some]
            self.activation.value_and_slope(z, self.a_and_one[some, :-1], z)
        return np.asarray((self.output[:, None] @ self.a_and_one)[:, 0])

    def backward(self, x: AnyArray, r: AnyArray) -> AnyArray:
        """Return the gradient (S, P) after ``forward``, from r (S, m). The next call overwrites it."""
        self.d_output[:] = (self.a_and_one @ r[:, :, None])[:, :, 0]
        np.matmul(x * r[:, None], self.slope.mT, out=self.d_hidden)
        self.d_hidden *= self.output[:, None, :-1]
        return self.gradient
