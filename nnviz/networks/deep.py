"""Train networks of any depth by torch, which only this module and ``convert`` import, inside functions.

One network for each seed, all of one shape and at once: a weight is a tensor (S, nₗ, nₗ₋₁), and nothing passes between
the seeds. Inputs, and the targets of a regression, are moved to [-1, 1] first; what comes out is NumPy, in the units of
x and y. ``missing`` says in words what to do without torch.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from itertools import pairwise
from math import cos, inf, pi, sqrt
from typing import Any, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from nnviz._checks import check, check_between, check_one_of, check_shape
from nnviz._clock import processor_time
from nnviz._display import displayed
from nnviz._types import Progress, Vector
from nnviz.networks.activations import ACTIVATIONS
from nnviz.networks.layered import MAX_LAYERS, LayeredNetwork, count_parameters
from nnviz.networks.shallow import as_numbers, as_points, as_targets

Loss = Literal["squared", "cross_entropy"]

MAX_SEEDS = 32
LEARNED = ACTIVATIONS.where(lambda one: one.trainable and one.universal)
"""The activations that networks of many layers are trained with."""
MAX_PARAMETERS = 20_000
MAX_STEPS = 20_000
_LOOK = 20  # steps between two looks at the clock and at the best network so far


@dataclass(frozen=True)
class DeepSpec:
    """Hold a run: hidden widths n₁ … n_L, and how each seed's network is trained.

    The mean of (ŷ − y)² for ``squared``, of log(1 + e^ŷ) − yŷ for ``cross_entropy`` with classes 0 and 1, is descended
    by Adam on all examples at once; the learning rate falls to 0 along half a cosine. The run ends after ``steps`` or
    ``seconds`` of processor time. ValueError names what is not legal, and what is.
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
        some = whole and 1 <= len(self.widths) <= MAX_LAYERS
        check("widths", self.widths, some, f"1 to {MAX_LAYERS} whole numbers of at least 1")
        size = count_parameters(1, self.widths)
        limit = f"those of a network with at most {MAX_PARAMETERS} parameters (not {size})"
        check("widths", self.widths, size <= MAX_PARAMETERS, limit)
        check_one_of("activation", self.activation, LEARNED)
        check_one_of("loss", self.loss, ("squared", "cross_entropy"))
        check_between("learning_rate", self.learning_rate, 0, above=True)
        check_between("steps", self.steps, 1, MAX_STEPS, whole=True)
        few = 1 <= len(self.seeds) <= MAX_SEEDS and min(self.seeds) >= 0
        check("seeds", self.seeds, few, f"1 to {MAX_SEEDS} whole numbers of at least 0")
        check("seconds", self.seconds, self.seconds > 0, "above 0")


@displayed()
class DeepRun(NamedTuple):
    """Hold what a run leaves: for each seed the network with the smallest recorded loss, in the units of x and y.

    ``losses`` (k + 1, S) are the mean losses before each of the k steps and after the last, in the units of y²; not
    finite where a seed has diverged. ``best`` (S,) are those of the networks. ``ended``: why.
    """

    spec: DeepSpec
    networks: tuple[LayeredNetwork, ...]
    losses: Vector
    best: Vector
    ended: Literal["steps", "time"]


def missing() -> str | None:
    """Return what to do if torch is not installed, in words; None if it is there. Does not import it."""
    if find_spec("torch") is not None:
        return None
    return "PyTorch is not installed here. In the environment that runs the app: pip install torch"


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
    """Return W₁, b₁, W₂, b₂, … before training: weights N(0, 2/nₗ₋₁) (He et al. 2015), biases uniform in ±1/√nₗ₋₁."""
    rng, drawn = np.random.default_rng(seed), []
    for before, after in pairwise((inputs, *widths, 1)):
        drawn.append(rng.normal(0, sqrt(2 / before), (after, before)))
        drawn.append(rng.uniform(-1, 1, after) / sqrt(before))
    return drawn


class _Units(NamedTuple):
    """Hold middle and half the range of each input, (d,), and of the targets: 0 and 1 for classes."""

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
        """Return the network in the units of x and y: W₁/h, b₁ − W₁x̄/h, …, s W, s b + ȳ."""
        weights, biases = list(layers[::2]), list(layers[1::2])
        weights[0] = weights[0] / self.x_half
        biases[0] = biases[0] - weights[0] @ self.x_middle
        weights[-1], biases[-1] = self.y_half * weights[-1], self.y_half * biases[-1] + self.y_middle
        return LayeredNetwork(activation, tuple(weights), tuple(biases))


def _middle_and_half(values: Vector) -> tuple[Vector, Vector]:
    low, high = values.min(axis=0), values.max(axis=0)
    return (low + high) / 2, np.where(high > low, (high - low) / 2, 1.0)


class _Descent:
    """Run Adam on the sum over seeds of the mean losses; keep the best parameters of each seed."""

    def __init__(self, spec: DeepSpec, u: Any, r: Any) -> None:
        import torch

        self.torch, self.spec, self.u, self.r = torch, spec, u, r
        self.activation = torch_activation(spec.activation)
        start = (initial(spec.widths, u.shape[1], seed) for seed in spec.seeds)
        self.parameters = [
            torch.from_numpy(np.stack(rows)).requires_grad_() for rows in zip(*start, strict=True)
        ]
        self.optimizer = torch.optim.Adam(self.parameters, lr=spec.learning_rate)
        self.kept = [layer.detach().clone() for layer in self.parameters]
        self.best = torch.full((len(spec.seeds),), inf, dtype=torch.float64)
        self.losses: list[Any] = []

    def loss(self) -> Any:
        """Return the mean loss of each seed's network, (S,)."""
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
        started, steps = processor_time(), self.spec.steps
        for step in range(steps):
            losses = self.loss()
            self.losses.append(losses.detach())
            if step % _LOOK == 0:
                self.look()
                if progress is not None:
                    progress(step, steps)
                if processor_time() - started > self.spec.seconds:
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


def torch_activation(name: str) -> Callable[[Any], Any]:
    """Return φ for tensors: torch's own, or the record's value with its derivative as the gradient."""
    import torch

    known = ACTIVATIONS[name]
    if known.torch_function is not None:
        return known.torch_function(torch)

    class Wrapped(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, z: Any) -> Any:
            ctx.save_for_backward(z)
            return torch.from_numpy(np.asarray(known.value(z.detach().numpy())))

        @staticmethod
        def backward(ctx: Any, *upstream: Any) -> Any:
            (z,) = ctx.saved_tensors
            return upstream[0] * torch.from_numpy(np.asarray(known.derivative(z.numpy())))

    return Wrapped.apply


def _examples(spec: DeepSpec, x: ArrayLike, y: ArrayLike) -> tuple[Vector, Vector]:
    points = as_numbers("x", x)
    points = as_points(points, points.shape[1] if points.ndim == 2 else 1)
    targets = as_targets(y, len(points))
    check_shape("x", points, "(m,) or (m, d) with m ≥ 1 and d ≥ 1", points.size > 0)
    if spec.loss == "cross_entropy":
        other = targets[~np.isin(targets, (0, 1))]
        check("y", other[:1].tolist(), not other.size, "0 or 1 for the loss cross_entropy")
    return points, targets


def read_state_dict(content: bytes, most: int) -> dict[str, Vector]:
    """Return the tensors of a ``state_dict`` in the order of the file, in float64, from the bytes of a PyTorch file.

    Only weights are read, so that nothing in the file is executed (``weights_only`` of torch.load). ValueError if torch
    is missing, if the file holds something else, or for more than ``most`` numbers.
    """
    if (reason := missing()) is not None:
        raise ValueError(reason)
    import torch

    try:
        state = torch.load(BytesIO(content), map_location="cpu", weights_only=True)
    except Exception:  # noqa: BLE001 - what a damaged file raises is not documented
        raise ValueError("The PyTorch file must hold model.state_dict(), with weights only.") from None
    if not isinstance(state, dict) or not state or not all(isinstance(name, str) for name in state):
        raise ValueError("The PyTorch file must hold model.state_dict(), with weights only.")
    for name, one in state.items():
        plain = isinstance(one, torch.Tensor) and one.layout == torch.strided and one.is_floating_point()
        if not plain or one.device.type != "cpu":
            raise ValueError(f"Only Linear layers are read, but the file has {name[:60]!r}.")
    check_between("the number of weights", sum(one.numel() for one in state.values()), 1, most, whole=True)
    return {name: one.detach().resolve_neg().to(torch.float64).numpy() for name, one in state.items()}
