"""Training a network with one hidden layer by gradient descent, in NumPy, its frames kept for playback.

The network learns in units of its own, in which the inputs and the targets of a regression fill [-1, 1], so that
a learning rate means the same on [0, 100] as on [-1, 1]: ŷ = ȳ + s · network(u) and u = (x − x̄)/h, input by
input, with the middle x̄ and half the range h of the inputs, ȳ and s of the targets (0 and 1 if they are
classes). What comes out is in the units of x and y.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from math import inf, isfinite
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz._checks import argument_error, check, check_between, check_one_of, check_shape
from nnviz._clock import processor_time
from nnviz._display import count, displayed
from nnviz._types import AnyArray, Progress, Vector
from nnviz.networks.activations import ACTIVATIONS
from nnviz.networks.shallow import (
    Passes,
    ShallowNetwork,
    as_numbers,
    as_points,
    as_targets,
    columns,
    outputs,
    scalar_loss,
)
from nnviz.optimization import OPTIMIZERS

Ended = Literal["steps", "tolerance", "time", "divergence"]

MAX_WIDTH = 4096
MAX_STEPS = 100_000
MAX_FRAMES = 500
MAX_CELLS = 2**24  # points in a step times units
_LARGEST = 1e100  # number in x and y
_BETWEEN_CALLS = 0.05  # seconds


@dataclass(frozen=True)
class TrainingSpec:
    """Hold the spec of a run: the network, the loss L = 1/m Σᵢ ℓ(ŷᵢ, yᵢ), the optimizer, and what is recorded.

    ``batch_size`` 0 is full batch; otherwise the examples are shuffled in every epoch and divided into batches
    of this size, the last one smaller. ``settings`` and ``loss_settings`` are (name, value) pairs for the
    optimizer and the loss. The run ends after ``steps``, when L ≤ ``tolerance``, after ``seconds`` of processor
    time, or when it diverges. At most ``frames`` networks are kept. ValueError names what is not legal, and what is.
    """

    width: int
    activation: str = "tanh"
    optimizer: str = "adam"
    learning_rate: float = 0.01
    steps: int = 1000
    batch_size: int = 0
    loss: str = "squared"
    seed: int = 0
    frames: int = 120
    settings: tuple[tuple[str, float], ...] = ()
    loss_settings: tuple[tuple[str, float], ...] = ()
    seconds: float = inf
    tolerance: float = 0.0
    dtype: str = "float32"

    def __post_init__(self) -> None:
        _check_activation(self.activation)
        check_one_of("optimizer", self.optimizer, OPTIMIZERS)
        check_one_of("dtype", self.dtype, ("float32", "float64"))
        check_between("width", self.width, 1, MAX_WIDTH, whole=True)
        check_between("steps", self.steps, 1, MAX_STEPS, whole=True)
        check_between("batch_size", self.batch_size, 0, 2**31, whole=True)
        check_between("seed", self.seed, 0, 2**63, whole=True)
        check_between("frames", self.frames, 3, MAX_FRAMES, whole=True)
        check_between("learning_rate", self.learning_rate, 0, above=True)
        check("seconds", self.seconds, self.seconds > 0, "above 0")
        check_between("tolerance", self.tolerance, 0)
        OPTIMIZERS[self.optimizer].complete(dict(self.settings))
        scalar_loss(self.loss).complete(dict(self.loss_settings))


@displayed(
    lambda run: (
        f"{count(run.spec.width, 'unit')} of {run.spec.activation}, {run.steps[-1]} steps of {run.spec.optimizer}, "
        f"ended by {run.ended}, smallest mean loss {run.frame_losses[run.best]:.4g}"
    )
)
class TrainingRun(NamedTuple):
    """Hold what a run leaves: F networks with P parameters each, in the units of x and y, all of it finite.

    ``steps`` (F,) is the number of steps before each frame: at first every step, then farther and farther apart,
    the last step always and, in full-batch training, the step with the smallest loss. ``parameters`` (F, P) are
    laid out as ShallowNetwork.parameters. ``frame_losses`` (F,) is the mean loss over all examples. ``losses``
    (k + 1,) is the mean loss before each of the k steps and after the last, with mini-batches over the batch of
    that step. ``ended`` says why; divergence leaves what was before it.
    """

    spec: TrainingSpec
    inputs: int
    steps: NDArray[np.int64]
    parameters: Vector
    frame_losses: Vector
    losses: Vector
    ended: Ended

    @property
    def diverged(self) -> bool:
        """Whether the loss or the length of the parameter vector was no longer finite after the next step."""
        return self.ended == "divergence"

    @property
    def best(self) -> int:
        """The frame with the smallest loss over all examples."""
        return int(np.argmin(self.frame_losses))

    def network(self, frame: int) -> ShallowNetwork:
        """Return the network of a frame: -1 is the last, ``best`` the best."""
        return ShallowNetwork.from_parameters(self.spec.activation, self.parameters[frame], self.inputs)

    def predictions(self, x: ArrayLike) -> Vector:
        """Return ŷ of every frame, (F, m), at the points x, (m,) or (m, d)."""
        points = columns(as_points(x, self.inputs))
        activation = ACTIVATIONS[self.spec.activation]
        return np.array([outputs(activation, parameters, points) for parameters in self.parameters])


def train(spec: TrainingSpec, x: ArrayLike, y: ArrayLike, progress: Progress | None = None) -> TrainingRun:
    """Train a network on points x, (m,) or (m, d), and targets y (m,): numbers, or classes 0 and 1.

    The same spec and data give the same numbers, always; a time budget can only cut them short. ``progress``
    is called with (steps done, steps) about every 50 ms; what it raises ends the run. ValueError if x or y are
    not finite numbers of these shapes, or more than a step can hold.
    """
    points, targets = checked_examples(spec, x, y)
    rng = np.random.default_rng(spec.seed)
    start = initial_parameters(spec, points.shape[1], rng).astype(spec.dtype)
    units = own_units(spec, points, targets)
    objective = _Objective(spec, points, targets, units)
    recorder = _Recorder(spec)
    with np.errstate(all="ignore"):
        ended = _record(spec, objective, _descent(spec, objective, start, rng), recorder, progress)
        steps, frames = recorder.frames(with_best=objective.full_batch)
        losses = np.array(recorder.losses)
        frame_losses = losses[steps] if objective.full_batch else np.array([*map(objective.over_all, frames)])
    parameters = units.original(np.array(frames, np.float64))
    return TrainingRun(spec, points.shape[1], steps, parameters, frame_losses, losses, ended)


def initial_parameters(spec: TrainingSpec, inputs: int, rng: np.random.Generator) -> Vector:
    """Return the parameters (P,) that training begins with, in the network's own units, drawn from ``rng``.

    zⱼ = kⱼ eⱼ·(u − pⱼ): each unit is zero at a center pⱼ and looks in a random direction eⱼ. In every input one
    center falls into each of N equal parts of [-1, 1] (a Latin hypercube), so that kinks, steps and bumps cover
    it; kⱼ is uniform between 0 and the activation's ``steepest``, so that some are gentle and some are steep.
    The output weights are small, 0.01 · N(0, 1), and the output bias is 0: the first network is nearly flat.
    """
    n = spec.width
    parts = rng.permuted(np.tile(np.arange(n)[:, None], inputs), axis=0)
    p = (parts + rng.random((n, inputs))) / n * 2 - 1
    e = rng.standard_normal((n, inputs))
    e /= np.linalg.norm(e, axis=1, keepdims=True)
    w = rng.uniform(0, ACTIVATIONS[spec.activation].steepest, (n, 1)) * e
    b = -(w * p).sum(axis=1)
    v = 0.01 * rng.standard_normal(n)
    return np.concatenate([w.T.ravel(), b, v, [0.0]])


def frame_steps(steps: int, frames: int) -> list[int]:
    """Return the steps to keep, at most ``frames``: 0, 1, 2, … and then in geometric progression up to ``steps``."""
    kept = [0]
    for left in range(min(frames - 1, steps), 0, -1):
        last = max(kept[-1], 1)
        kept.append(max(kept[-1] + 1, round(last * (steps / last) ** (1 / left))))
    return kept


class _Units(NamedTuple):
    """Hold middle and half the range of each input, (d,), and of the targets."""

    x_middle: Vector
    x_half: Vector
    y_middle: float
    y_half: float

    def original(self, parameters: Vector) -> Vector:
        """Return parameters (F, P) in the units of x and y: w/h, b − w·x̄/h, s v, ȳ + s c."""
        inputs = len(self.x_half)
        width = (parameters.shape[1] - 1) // (inputs + 2)
        hidden, output = np.split(parameters, [(inputs + 1) * width], axis=1)
        w, b = np.split(hidden.reshape(-1, inputs + 1, width), [inputs], axis=1)
        w = w / self.x_half[:, None]
        b = b - self.x_middle[None] @ w
        output = self.y_half * output
        output[:, -1] += self.y_middle
        return np.hstack([w.reshape(len(w), -1), b[:, 0], output])


class _Objective:
    """Hold L = 1/m Σᵢ ℓ(s · network(uᵢ), yᵢ − ȳ) over a batch, and the gradient of L/ρ.

    A regression loss depends on ŷ − y only, so ȳ can be taken from both. ρ = ℓ(s)/ℓ(1) is what the unit of y
    does to L; without it, the steps of plain gradient descent would grow with that unit. The network is
    computed in the spec's dtype, the loss in float64.
    """

    def __init__(self, spec: TrainingSpec, points: Vector, targets: Vector, units: _Units) -> None:
        self.u = columns((points - units.x_middle) / units.x_half).astype(spec.dtype)
        self.y, self.s = targets - units.y_middle, np.float64(units.y_half)
        self.batch = min(spec.batch_size or len(targets), len(targets))
        loss, settings = scalar_loss(spec.loss), dict(spec.loss_settings)
        self.value = partial(loss.formulas.value, **loss.complete(settings))
        self.derivative = partial(loss.formulas.derivative, **loss.complete(settings))
        at_one, at_s = self.value(np.array([1, self.s]), np.zeros(2))
        self.scale = float(self.s * at_one / at_s)
        self.activation = ACTIVATIONS[spec.activation]
        sizes = {self.batch, len(targets) % self.batch or self.batch}
        self.passes = {m: Passes(self.activation, points.shape[1], spec.width, m, spec.dtype) for m in sizes}
        self.share = {m: np.full(m, 1 / m) for m in sizes}

    @property
    def full_batch(self) -> bool:
        return self.batch == len(self.y)

    def batches(self, rng: np.random.Generator) -> Iterator[tuple[AnyArray, Vector]]:
        """Return the examples of one step after the other, U (d+1, m) and y (m,), without end."""
        while self.full_batch:
            yield self.u, self.y
        while True:
            order = rng.permutation(len(self.y))
            for start in range(0, len(order), self.batch):
                drawn = order[start : start + self.batch]
                yield self.u.take(drawn, axis=1), self.y[drawn]

    def loss(self, parameters: AnyArray, u: AnyArray, y: Vector) -> float:
        """Return L over a batch."""
        self.prediction = self.s * self.passes[len(y)].forward(parameters, u)
        return float(self.value(self.prediction, y).dot(self.share[len(y)]))

    def gradient(self, u: AnyArray, y: Vector) -> AnyArray:
        """Return the gradient (P,) of L/ρ over the batch of the last call of ``loss``; overwritten by the next."""
        r = self.derivative(self.prediction, y) * (self.scale / len(y))
        return self.passes[len(y)].backward(u, r.astype(u.dtype))

    def over_all(self, parameters: AnyArray) -> float:
        """Return L over all examples."""
        prediction = self.s * outputs(self.activation, parameters, self.u)
        return float(self.value(prediction, self.y).mean())


def _descent(
    spec: TrainingSpec, objective: _Objective, parameters: AnyArray, rng: np.random.Generator
) -> Iterator[tuple[AnyArray, float]]:
    """Return the parameters and the loss before each step, as long as they are finite."""
    optimizer = OPTIMIZERS[spec.optimizer]
    settings = optimizer.complete(dict(spec.settings))
    state = optimizer.init(parameters)
    for u, y in objective.batches(rng):
        loss = objective.loss(parameters, u, y)
        if not (isfinite(loss) and isfinite(parameters.dot(parameters))):
            return
        yield parameters, loss
        gradient = objective.gradient(u, y)
        parameters, state = optimizer.update(gradient, state, parameters, spec.learning_rate, **settings)


class _Recorder:
    """Keep the loss of every step and the parameters of some."""

    def __init__(self, spec: TrainingSpec) -> None:
        self.due = set(frame_steps(spec.steps, spec.frames - 1))
        self.kept: dict[int, AnyArray] = {}
        self.losses: list[float] = []
        self.smallest = inf

    def add(self, step: int, parameters: AnyArray, loss: float) -> None:
        self.losses.append(loss)
        self.last = step, parameters
        if loss < self.smallest:
            self.smallest, self.best = loss, self.last
        if step in self.due:
            self.kept[step] = parameters

    def frames(self, *, with_best: bool) -> tuple[NDArray[np.int64], list[AnyArray]]:
        """Return steps (F,) and parameters: those kept, the last and, if wanted, those with the smallest loss."""
        kept = self.kept | dict([self.last, self.best] if with_best else [self.last])
        return np.array(sorted(kept)), [kept[step] for step in sorted(kept)]


def _record(
    spec: TrainingSpec,
    objective: _Objective,
    descent: Iterator[tuple[AnyArray, float]],
    recorder: _Recorder,
    progress: Progress | None,
) -> Ended:
    """Record a descent until there is a reason to end it."""
    started = called = processor_time()
    for step, (parameters, loss) in enumerate(descent):
        recorder.add(step, parameters, loss)
        if step == spec.steps:
            return "steps"
        if loss <= spec.tolerance and objective.over_all(parameters) <= spec.tolerance:
            return "tolerance"
        now = processor_time()
        if now - started > spec.seconds:
            return "time"
        if progress is not None and now - called > _BETWEEN_CALLS:
            progress(step, spec.steps)
            called = processor_time()
    return "divergence"


def checked_examples(spec: TrainingSpec, x: ArrayLike, y: ArrayLike) -> tuple[Vector, Vector]:
    """Return points (m, d) and targets (m,), checked."""
    points = as_numbers("x", x)
    points = as_points(points, points.shape[1] if points.ndim == 2 else 1)
    targets = as_targets(y, len(points))
    check_shape("x", points, "(m,) or (m, d) with m ≥ 1 and d ≥ 1", points.size > 0)
    _check_size("x", points)
    _check_size("y", targets)
    if scalar_loss(spec.loss).task == "binary":
        other = targets[~np.isin(targets, (0, 1))]
        check("y", other[:1].tolist(), not other.size, f"0 or 1 for the loss {spec.loss}")
    batch = min(spec.batch_size or len(points), len(points))
    if batch * spec.width > MAX_CELLS:
        most = MAX_CELLS // spec.width
        raise argument_error("batch_size", f"between 1 and {most} for {spec.width} units", batch)
    return points, targets


def own_units(spec: TrainingSpec, points: Vector, targets: Vector) -> _Units:
    """Return the units in which the network learns; classes keep theirs."""
    if scalar_loss(spec.loss).task == "binary":
        return _Units(*_middle_and_half(points), 0.0, 1.0)
    y_middle, y_half = _middle_and_half(targets)
    return _Units(*_middle_and_half(points), float(y_middle), float(y_half))


def _middle_and_half(values: Vector) -> tuple[Vector, Vector]:
    """Return middle and half the range of each column; 1 for half the range of a constant."""
    low, high = values.min(axis=0), values.max(axis=0)
    half = (high - low) / 2
    return (low + high) / 2, np.where(half > 1 / _LARGEST, half, 1.0)


def _check_activation(name: str) -> None:
    check_one_of("activation", name, ACTIVATIONS)
    if not ACTIVATIONS[name].trainable:
        raise argument_error("activation", f"one that can be trained ({ACTIVATIONS[name].untrainable})", name)


def _check_size(name: str, values: Vector) -> None:
    largest = np.abs(values).max()
    check_between(f"max |{name}|", float(largest), 0, _LARGEST)
