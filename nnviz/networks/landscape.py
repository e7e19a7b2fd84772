"""A plane through a network's loss, with what the plane hides beside it (Li, Xu, Taylor, Studer & Goldstein 2018).

L(α, β) = L(θ* + α d₁ + β d₂) about the last network θ* of a training run. The two directions are random and
filter-normalized, or the principal components of the run's own path. A path in P parameters does not lie in the
plane: ``Landscape`` holds the true loss along it beside the loss at its shadow on the plane.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnviz._checks import check, check_between, check_one_of
from nnviz._display import displayed
from nnviz._types import Box, Domain, Vector
from nnviz.networks.shallow import ShallowNetwork, as_numbers, as_points, scalar_loss
from nnviz.networks.training import TrainingRun

DIRECTIONS = ("components", "random")
MOST_SIDE = 121


@dataclass(frozen=True)
class LandscapeSpec:
    """Hold which plane, and how finely it is looked at.

    directions: "components" of the path, or "random". seed: of the random ones. side: points a side of the grid, 2
    to 121. reach: how far the random plane is shown, in lengths of its directions; that of the components shows the
    whole path and a quarter of its extent on each side.
    """

    directions: str = "components"
    seed: int = 0
    side: int = 41
    reach: float = 1.0

    def __post_init__(self) -> None:
        check_one_of("directions", self.directions, DIRECTIONS)
        check_between("side", self.side, 2, MOST_SIDE)
        check_between("reach", self.reach, 0, 1e6, above=True, below=True)
        check_between("seed", self.seed, 0)


@displayed()
class Landscape(NamedTuple):
    """Hold the plane θ* + α d₁ + β d₂ and what is on it; P parameters, F frames of the run, a grid of n a side.

    directions: (2, P), d₁ and d₂, orthogonal for components. box: the intervals of α and β. losses: (n, n), β down the
    rows, both ascending. path: (F, 2), the (α, β) nearest to each network of the run. shadow: (F,), the loss there.
    true: (F,), the loss of the networks themselves. missed: (F,), the distance of each network from the plane, as a
    share of its distance from θ*; 0 for θ* itself. explained: (2,), the share of the path's variance about its mean
    along each component (nan for random directions); what is missing to 1 no picture of this plane shows.
    """

    directions: Vector
    box: Box
    losses: Vector
    path: Vector
    shadow: Vector
    true: Vector
    missed: Vector
    explained: Vector


def landscape(spec: LandscapeSpec, run: TrainingRun, x: ArrayLike, y: ArrayLike) -> Landscape:
    """Return the plane of a run, with the mean of the run's own loss over examples x, (m,) or (m, d), and y (m,).

    ValueError if the run diverged (its last weights are larger than the rest of the path by many powers of ten), has
    fewer than three networks, or too few different ones to span a plane.
    """
    if run.diverged:
        raise ValueError(
            f"`run` must be one that did not diverge, got one that diverged after {run.steps[-1]} updates"
        )
    check("run", len(run.parameters), len(run.parameters) >= 3, "one with at least three recorded networks")
    center, offsets = run.parameters[-1], run.parameters - run.parameters[-1]
    if spec.directions == "random":
        directions = random_directions(run.network(-1), np.random.default_rng(spec.seed))
        explained = np.full(2, np.nan)
    else:
        directions, explained = principal_components(run.parameters)
    path = coordinates(offsets, directions)
    box = _box(spec, path)
    loss = _Loss(run, x, y)
    losses = _on_grid(loss, directions, box, (spec.side, spec.side))
    on_plane = path @ directions
    away, far = np.linalg.norm(offsets - on_plane, axis=1), np.linalg.norm(offsets, axis=1)
    missed = np.divide(away, far, out=np.zeros_like(far), where=far > 0)
    return Landscape(
        directions, box, losses, path, loss(center + on_plane), loss(run.parameters), missed, explained
    )


def losses_around(
    seen: Landscape, run: TrainingRun, x: ArrayLike, y: ArrayLike, box: Domain, side: int
) -> Vector:
    """Return the losses on the same plane over another box, (side, 2 side), β down the rows, both ascending."""
    return _on_grid(_Loss(run, x, y), seen.directions, box, (side, 2 * side))


def random_directions(network: ShallowNetwork, rng: np.random.Generator) -> Vector:
    """Return two Gaussian directions (2, P), filter-normalized: each filter of d has the norm of that filter of θ.

    A filter is what one unit computes with: a hidden unit's weights and bias, the output weights, the output bias.
    So a step is as large for the network, whatever the scale of its weights (Li et al. 2018, section 4).
    """
    n, d = network.width, network.inputs
    hidden = np.arange(n * (d + 1)).reshape(d + 1, n)
    filters = [*hidden.T, np.arange(hidden.size, hidden.size + n), np.array([hidden.size + n])]
    theta = network.parameters
    directions = rng.standard_normal((2, theta.size))
    for chosen in filters:
        norms = np.linalg.norm(directions[:, chosen], axis=1, keepdims=True)
        directions[:, chosen] *= np.linalg.norm(theta[chosen]) / norms
    return directions


def principal_components(path: Vector) -> tuple[Vector, Vector]:
    """Return the two leading principal components (2, P) of networks (F, P), unit vectors, and their shares (2,).

    ValueError if the networks lie on a line.
    """
    _, singular, components = np.linalg.svd(path - path.mean(axis=0), full_matrices=False)
    if singular[1] <= 1e-10 * singular[0]:
        raise ValueError("`run` must have networks that span a plane, got networks on a line")
    return components[:2], singular[:2] ** 2 / (singular**2).sum()


def coordinates(offsets: Vector, directions: Vector) -> Vector:
    """Return the (α, β) (F, 2) with the smallest distance of α d₁ + β d₂ from the offsets (F, P)."""
    return np.asarray(np.linalg.lstsq(directions.T, offsets.T)[0].T)


def _box(spec: LandscapeSpec, path: Vector) -> Box:
    if spec.directions == "random":
        return ((-spec.reach, spec.reach),) * 2
    low, high = path.min(axis=0), path.max(axis=0)
    air = np.maximum(0.25 * (high - low), 0.1 * (high - low).max())
    (x0, y0), (x1, y1) = (low - air).tolist(), (high + air).tolist()
    return (x0, x1), (y0, y1)


def _on_grid(loss: "_Loss", directions: Vector, box: Domain, shape: tuple[int, int]) -> Vector:
    axes = [np.linspace(low, high, count) for (low, high), count in zip(box, reversed(shape), strict=True)]
    grid = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    return loss(loss.run.parameters[-1] + grid @ directions).reshape(shape)


class _Loss:
    """Hold the mean loss of networks (k, P) over all examples, (k,)."""

    def __init__(self, run: TrainingRun, x: ArrayLike, y: ArrayLike) -> None:
        self.run = run
        self.points = as_points(x, run.inputs)
        self.targets = as_numbers("y", y, (len(self.points),), "one target for each point")
        self.loss, self.settings = scalar_loss(run.spec.loss), dict(run.spec.loss_settings)

    def __call__(self, parameters: Vector) -> Vector:
        with np.errstate(all="ignore"):
            predictions = self.run._replace(parameters=parameters).predictions(self.points)
            targets = np.broadcast_to(self.targets, predictions.shape)
            values = self.loss.value(predictions, targets, **self.settings)
        return np.asarray(values.mean(axis=-1))
