"""Training networks of any depth by torch. The one module that imports it, and only inside functions.

One network for each seed, all of one shape and at once: a weight is a tensor (S, nₗ, nₗ₋₁), and nothing passes between
the seeds. Inputs, and the targets of a regression, are moved to [-1, 1] first; what comes out is NumPy, in the units of
x and y. ``missing`` says in words what to do without torch.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from math import cos, inf, pi, sqrt
from time import perf_counter
from typing import Any, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.networks.layered import MAX_LAYERS, LayeredNetwork, count_parameters
from nnviz.networks.shallow import as_numbers, as_points

Vector = NDArray[np.float64]
Loss = Literal["squared", "cross_entropy"]
Progress = Callable[[int, int], None]

LEARNED = ("relu", "leaky_relu", "gelu", "softplus", "sigmoid", "tanh", "sine", "gaussian")
MAX_PARAMETERS = 20_000
MAX_STEPS = 20_000
_LOOK = 20  # steps between two looks at the clock and at the best network so far


@dataclass(frozen=True)
class DeepSpec:
    """A run: hidden widths n₁ … n_L, and how each seed's network is trained.

    The mean of (ŷ − y)² for ``squared``, of log(1 + e^ŷ) − yŷ for ``cross_entropy`` with classes 0 and 1, is descended
    by Adam on all examples at once; the learning rate falls to 0 along half a cosine. The run ends after ``steps`` or
    ``seconds``. ValueError names what is not legal, and what is.
    """

    widths: tuple[int, ...]
    activation: str = "relu"
    loss: Loss = "squared"
    learning_rate: float = 0.01
    steps: int = 1000
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    seconds: float = inf

    def __post_init__(self) -> None:
        whole = all(isinstance(n, int) and n >= 1 for n in self.widths)
        _check(
            "widths",
            self.widths,
            whole and 1 <= len(self.widths) <= MAX_LAYERS,
            f"1 to {MAX_LAYERS} of 1 or more",
        )
        size = count_parameters(1, self.widths)
        legal = f"up to {MAX_PARAMETERS:,} parameters; these have {size:,}"
        _check("widths", self.widths, size <= MAX_PARAMETERS, legal)
        _check("activation", self.activation, self.activation in LEARNED, ", ".join(LEARNED))
        _check("loss", self.loss, self.loss in ("squared", "cross_entropy"), "squared, cross_entropy")
        _check("learning_rate", self.learning_rate, 0 < self.learning_rate < inf, "above 0 and finite")
        _check("steps", self.steps, 1 <= self.steps <= MAX_STEPS, f"1 to {MAX_STEPS:,}")
        _check(
            "seeds", self.seeds, 1 <= len(self.seeds) <= 32 and min(self.seeds) >= 0, "1 to 32 of 0 or more"
        )
        _check("seconds", self.seconds, self.seconds > 0, "above 0")


class DeepRun(NamedTuple):
    """What a run leaves: for each seed the network with the smallest loss that was looked at, in the units of x and y.

    ``losses`` (k + 1, S) are the mean losses before each of the k steps and after the last, in the units of y²; not
    finite where a seed has diverged. ``best`` (S,) are those of the networks. ``ended``: why.
    """

    spec: DeepSpec
    networks: tuple[LayeredNetwork, ...]
    losses: Vector
    best: Vector
    ended: Literal["steps", "time"]


def missing() -> str | None:
    """What to do if torch is not installed, in words; None if it is there. Does not import it."""
    if find_spec("torch") is not None:
        return None
    return "PyTorch is not installed here. In the environment that runs the app: pip install torch==2.13.0"


def train_deep(spec: DeepSpec, x: ArrayLike, y: ArrayLike, progress: Progress | None = None) -> DeepRun:
    """Train one network for each seed on points x, (m,) or (m, d), and targets y (m,): numbers, or classes 0 and 1.

    The same spec and data give the same numbers on one machine; a time budget can only cut them short. Each seed's
    network is the same whichever others are trained beside it, up to rounding. ``progress`` is called with (steps done,
    steps); what it raises ends the run. ValueError for x and y that do not fit; ImportError without torch.
    """
    import torch

    torch.set_num_threads(1)
    points, targets = _examples(spec, x, y)
    units = _Units.of(spec, points, targets)
    u = torch.from_numpy((points - units.x_middle) / units.x_half)
    r = torch.from_numpy((targets - units.y_middle) / units.y_half)
    descent = _Descent(spec, u, r)
    ended = descent.run(progress)
    kept = [layer.numpy() for layer in descent.kept]
    networks = tuple(
        units.outward(spec.activation, [layer[s] for layer in kept]) for s in range(len(spec.seeds))
    )
    scale = units.y_half**2
    return DeepRun(
        spec, networks, torch.stack(descent.losses).numpy() * scale, descent.best.numpy() * scale, ended
    )


def initial(widths: tuple[int, ...], inputs: int, seed: int) -> list[Vector]:
    """W₁, b₁, W₂, b₂, … before training: weights N(0, 2/nₗ₋₁) (He et al. 2015), biases uniform in ±1/√nₗ₋₁."""
    rng, drawn = np.random.default_rng(seed), []
    for before, after in pairwise((inputs, *widths, 1)):
        drawn.append(rng.normal(0, sqrt(2 / before), (after, before)))
        drawn.append(rng.uniform(-1, 1, after) / sqrt(before))
    return drawn


class _Units(NamedTuple):
    """Middle and half the range of each input, (d,), and of the targets: 0 and 1 for classes."""

    x_middle: Vector
    x_half: Vector
    y_middle: float
    y_half: float

    @classmethod
    def of(cls, spec: DeepSpec, points: Vector, targets: Vector) -> Self:
        inputs = _middle_and_half(points)
        if spec.loss == "cross_entropy":
            return cls(*inputs, 0.0, 1.0)
        middle, half = _middle_and_half(targets)
        return cls(*inputs, float(middle), float(half))

    def outward(self, activation: str, layers: list[Vector]) -> LayeredNetwork:
        """The network in the units of x and y: W₁/h, b₁ − W₁x̄/h, …, s W, s b + ȳ."""
        weights, biases = list(layers[::2]), list(layers[1::2])
        weights[0] = weights[0] / self.x_half
        biases[0] = biases[0] - weights[0] @ self.x_middle
        weights[-1], biases[-1] = self.y_half * weights[-1], self.y_half * biases[-1] + self.y_middle
        return LayeredNetwork(activation, tuple(weights), tuple(biases))


def _middle_and_half(values: Vector) -> tuple[Vector, Vector]:
    low, high = values.min(axis=0), values.max(axis=0)
    return (low + high) / 2, np.where(high > low, (high - low) / 2, 1.0)


class _Descent:
    """Adam on the sum over seeds of the mean losses; keeps for each seed the best parameters that were looked at."""

    def __init__(self, spec: DeepSpec, u: Any, r: Any) -> None:
        import torch

        self.torch, self.spec, self.u, self.r = torch, spec, u, r
        self.activation = _activations()[spec.activation]
        start = (initial(spec.widths, u.shape[1], seed) for seed in spec.seeds)
        self.parameters = [
            torch.from_numpy(np.stack(rows)).requires_grad_() for rows in zip(*start, strict=True)
        ]
        self.optimizer = torch.optim.Adam(self.parameters, lr=spec.learning_rate)
        self.kept = [layer.detach().clone() for layer in self.parameters]
        self.best = torch.full((len(spec.seeds),), inf, dtype=torch.float64)
        self.losses: list[Any] = []

    def loss(self) -> Any:
        """The mean loss of each seed's network, (S,)."""
        a = self.u
        for k in range(0, len(self.parameters), 2):
            w, b = self.parameters[k : k + 2]
            z = a @ w.mT + b[:, None]
            a = self.activation(z)
        functional, y = self.torch.nn.functional, z[:, :, 0]
        if self.spec.loss == "squared":
            return ((y - self.r) ** 2).mean(1)
        return functional.binary_cross_entropy_with_logits(y, self.r.expand_as(y), reduction="none").mean(1)

    def run(self, progress: Progress | None) -> Literal["steps", "time"]:
        """Descend to the end, or until the time is up."""
        started, steps = perf_counter(), self.spec.steps
        for step in range(steps):
            losses = self.loss()
            self.losses.append(losses.detach())
            if step % _LOOK == 0:
                self.look()
                if progress is not None:
                    progress(step, steps)
                if perf_counter() - started > self.spec.seconds:
                    return "time"
            self.optimizer.param_groups[0]["lr"] = self.spec.learning_rate * (1 + cos(pi * step / steps)) / 2
            self.optimizer.zero_grad()
            losses.sum().backward()
            self.optimizer.step()
        with self.torch.no_grad():
            self.losses.append(self.loss())
        self.look()
        return "steps"

    def look(self) -> None:
        """Keep the parameters of those seeds whose last loss is the smallest so far."""
        better = self.losses[-1] < self.best
        self.best = self.torch.where(better, self.losses[-1], self.best)
        for kept, now in zip(self.kept, self.parameters, strict=True):
            kept[better] = now.detach()[better]


def _activations() -> dict[str, Callable[[Any], Any]]:
    import torch
    from torch.nn import functional

    return {
        "relu": functional.relu,
        "leaky_relu": functional.leaky_relu,
        "gelu": functional.gelu,
        "softplus": functional.softplus,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "sine": torch.sin,
        "gaussian": lambda z: torch.exp(-z * z),
    }


def _examples(spec: DeepSpec, x: ArrayLike, y: ArrayLike) -> tuple[Vector, Vector]:
    points = as_numbers("x", x)
    points = as_points(points, points.shape[1] if points.ndim == 2 else 1)
    targets = as_numbers("y", y, (len(points),), "one target for each point")
    if points.size == 0:
        raise ValueError(f"x has shape {points.shape}; at least one point with one input is needed")
    if spec.loss == "cross_entropy" and not np.isin(targets, (0, 1)).all():
        raise ValueError(
            f"cross_entropy needs classes 0 and 1; y holds {targets[~np.isin(targets, (0, 1))][0]:g}"
        )
    return points, targets


def _check(name: str, value: Any, good: bool, legal: str) -> None:
    if not good:
        raise ValueError(f"{name} is {value!r}; legal is {legal}")
