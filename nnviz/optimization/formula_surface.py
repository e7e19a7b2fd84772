"""Surfaces with something to choose: a ravine's shape, or a formula in x and y with the box it is looked at in."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnviz._checks import argument_error, check, check_one_of
from nnviz._memory import kept
from nnviz._types import Array, Box, Point
from nnviz.expressions import Expression, parse
from nnviz.losses.surfaces import Surface, ravine
from nnviz.optimization.test_functions import SURFACES, line_loss

TYPED = "typed"
RAVINE = "ravine"
LINE = "line"
GRID = 61  # the search for places without slope begins at points of a grid of this many by this many


@dataclass(frozen=True)
class SurfaceSpec:
    """Hold which surface: a name in SURFACES, or "typed" for ``formula`` over ``box``.

    condition and angle (in degrees) shape the ravine and nothing else; points, pairs (x, y), are what the loss of a
    line is taken on: ``default_line_points`` if none are given.
    """

    name: str
    condition: float = 25.0
    angle: float = 0.0
    formula: str = ""
    box: Box = ((-3.0, 3.0), (-3.0, 3.0))
    points: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        check_one_of("name", self.name, (*SURFACES, TYPED))
        for low, high in self.box:
            fits = isfinite(low) and isfinite(high) and 1e-6 < high - low < 1e6
            check("box", (low, high), fits, "a smaller and a larger number, at most 1e6 apart, on each side")


@kept
def surface_of(spec: SurfaceSpec) -> Surface:
    """Return the surface of a spec. ValueError for a formula that cannot be read, or has no values in its box."""
    if spec.name == TYPED:
        return formula_surface(parse(spec.formula, ("x", "y")), spec.box)
    if spec.name == RAVINE:
        return ravine(spec.condition, spec.angle)
    if spec.name == LINE and spec.points:
        return line_loss(*np.transpose(spec.points))
    return SURFACES[spec.name]


def formula_surface(f: Expression, box: Box) -> Surface:
    """Return an expression in two variables as a surface over a box.

    Its gradient is exact, by the chain rule. Its Hessian is the central difference of that gradient over
    ±1e-5 of the box's sides, made symmetric: right to about eight digits. Its minima and saddles are those
    that ``find_rest`` finds: searched for, not proved to be all. The start is at a fifth of the box. The learning
    rate is one over a curvature that three quarters of the box do not exceed.
    """
    sides = np.array([high - low for low, high in box])

    def hessian(points: ArrayLike) -> Array:
        return difference_of_gradients(f, points, 1e-5 * sides)

    start = tuple(float(low + 0.2 * (high - low)) for low, high in box)
    bare = Surface(
        name=TYPED,
        label="Your own formula",
        latex=rf"f(x, y) = {f.latex()}",
        value=f,
        gradient=f.gradient,
        hessian=hessian,
        domain=box,
        start=start,
        learning_rate=_learning_rate(hessian(_grid(box, 21)), float(sides.min())),
        lesson="The gradient is exact. The Hessian is a difference of gradients. The minima come from a search.",
        minima=(),
    )
    if not np.isfinite(f(_grid(box, GRID))).any():
        raise argument_error("formula", "finite somewhere in the box", f.text)
    rest = find_rest(bare)
    return Surface(
        **{**vars(bare), "minima": rest.minima, "other_minima": rest.other_minima, "saddles": rest.saddles}
    )


def difference_of_gradients(f: Expression, points: ArrayLike, steps: Array) -> Array:
    """Return the Hessian (..., 2, 2) by central differences of the exact gradient, over ±steps (2,), made symmetric."""
    p = np.asarray(points, dtype=np.float64)
    h = np.diag(steps)
    ahead, behind = f.gradient(p[..., None, :] + h), f.gradient(p[..., None, :] - h)
    with np.errstate(all="ignore"):
        rows = (ahead - behind) / (2 * steps[:, None])
        return np.asarray((rows + np.swapaxes(rows, -1, -2)) / 2)


def _grid(box: Box, count: int) -> Array:
    """Return evenly spaced points of the box, (count, count, 2), rows of rising y."""
    axes = [np.linspace(low, high, count) for low, high in box]
    return np.stack(np.meshgrid(*axes), axis=-1)


def _learning_rate(hessians: Array, width: float) -> float:
    """Return 1 over the upper quartile of the curvature, by row sums of |H|; a tenth of the box where that is 0."""
    curvatures = np.abs(hessians).sum(axis=-1).max(axis=-1)
    curvatures = curvatures[np.isfinite(curvatures)]
    large = float(np.quantile(curvatures, 0.75)) if curvatures.size else 0.0
    return 1 / large if large > 1e-9 else 0.1 * width


class Rest(NamedTuple):
    """Hold the critical points by kind: minima of the smallest value, other minima, saddles."""

    minima: tuple[Point, ...]
    other_minima: tuple[Point, ...]
    saddles: tuple[Point, ...]


def find_rest(surface: Surface) -> Rest:
    """Find the minima and saddles of a surface of two parameters inside its domain, as far as a search finds them.

    Newton's method for ∇f = 0 starts at the points of a grid where the gradient is smallest among their neighbors. The
    eigenvalues of the Hessian tell the kind. At a kink the gradient is never 0: the lowest point of the grid is refined
    by ever finer grids, and counts as a minimum if it stays inside and lies lower.
    """
    with np.errstate(all="ignore"):
        found = _distinct(_newton(surface, _starts(surface)), surface)
        eigenvalues = np.linalg.eigvalsh(surface.hessian(found)) if len(found) else np.empty((0, 2))
    bottoms = [tuple(p) for p in found[eigenvalues[:, 0] > 0].tolist()]
    saddles = tuple(tuple(p) for p in found[(eigenvalues[:, 0] < 0) & (eigenvalues[:, 1] > 0)].tolist())
    kink = _lowest_by_grids(surface)
    values = [float(surface.value(p)) for p in bottoms]
    tiny = 1e-12 * _range(surface)
    if kink is not None and (not values or float(surface.value(kink)) < min(values) - 1e3 * tiny):
        bottoms, values = [*bottoms, kink], [*values, float(surface.value(kink))]
    least = min(values, default=0.0)
    near = [value <= least + 1e-9 * abs(least) + tiny for value in values]
    return Rest(_chosen(bottoms, near), _chosen(bottoms, [not one for one in near]), saddles)


def _range(surface: Surface) -> float:
    """Return the largest minus the smallest finite value on a grid."""
    values = surface.value(_grid((surface.domain[0], surface.domain[1]), GRID).reshape(-1, 2))
    return float(np.ptp(values[np.isfinite(values)])) if np.isfinite(values).any() else 0.0


def _chosen(places: Sequence[Point], keep: Sequence[bool]) -> tuple[Point, ...]:
    return tuple(place for place, kept in zip(places, keep, strict=True) if kept)


def _starts(surface: Surface) -> Array:
    """Return points of a grid whose slope is no steeper than that of their eight neighbors, (k, 2)."""
    points = _grid((surface.domain[0], surface.domain[1]), GRID)
    slopes = np.linalg.norm(surface.gradient(points), axis=-1)
    slopes = np.where(np.isfinite(slopes), slopes, np.inf)
    padded = np.pad(slopes, 1, constant_values=np.inf)
    around = [padded[i : i + GRID, j : j + GRID] for i in range(3) for j in range(3)]
    return np.asarray(points[(slopes <= np.min(around, axis=0)) & np.isfinite(slopes)])


def _newton(surface: Surface, points: Array) -> Array:
    """Return where Newton's method for ∇f = 0 converges inside the domain, from points (k, 2)."""
    low, high = np.transpose(surface.domain)
    for _ in range(30):
        hessians, slopes = surface.hessian(points), surface.gradient(points)
        fine = np.asarray(np.isfinite(hessians).all(axis=(1, 2)) & np.isfinite(slopes).all(axis=1))
        safe = np.where(fine[:, None, None], hessians, 0)
        fine &= np.abs(np.linalg.det(safe)) > 1e-12 * np.square(np.abs(safe).max(axis=(1, 2), initial=0.0))
        points, hessians, slopes = points[fine], hessians[fine], slopes[fine]
        points = points - np.linalg.solve(hessians, slopes[..., None])[..., 0]
        inside = ((low <= points) & (points <= high)).all(axis=1)
        points = points[inside]
    scale = np.abs(surface.hessian(points)).max(axis=(1, 2)) if len(points) else np.empty(0)
    slopes = np.abs(surface.gradient(points)).max(axis=-1, initial=0.0)
    return np.asarray(points[np.flatnonzero(slopes <= 1e-8 * scale)])


def _distinct(points: Array, surface: Surface) -> Array:
    """Return the points, without those that repeat another to within a millionth of the domain."""
    share = points / [high - low for low, high in surface.domain]
    close = (np.abs(share[:, None] - share) <= 1e-6).all(axis=-1)
    return np.asarray(points[~np.triu(close, 1).any(axis=0)])


def has_kink(surface: Surface, place: Sequence[float]) -> bool:
    """Return whether the slope jumps at a place: the curvature there is ten times that next to it, or more."""
    beside = np.add(place, [1e-3 * (high - low) for low, high in surface.domain])
    here, there = (np.abs(surface.hessian(at)).max() for at in (place, beside))
    return bool(here > 10 * there)


def _lowest_by_grids(surface: Surface) -> Point | None:
    """Return the lowest point of ever finer grids, if it lies inside the domain and no pole is there."""
    low, high = np.transpose(surface.domain)
    points = _grid((surface.domain[0], surface.domain[1]), GRID).reshape(-1, 2)
    best, reach = points[0], (high - low) / (GRID - 1)
    spreads = []
    for _ in range(40):
        values = surface.value(points)
        if not np.isfinite(values).any():
            return None
        best = points[int(np.nanargmin(np.where(np.isfinite(values), values, np.nan)))]
        spreads.append(float(np.ptp(values)))
        points = best + reach * (_grid(((-1.0, 1.0), (-1.0, 1.0)), 5).reshape(-1, 2))
        points, reach = np.clip(points, low, high), reach / 2
    margin = 1e-3 * (high - low)
    if not spreads[-10] <= 0.1 * spreads[1]:  # the values about it do not come together: a pole or a jump
        return None
    return tuple(best.tolist()) if ((best > low + margin) & (best < high - margin)).all() else None
