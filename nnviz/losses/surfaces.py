"""Surfaces: functions of d parameters to go downhill on, with their slopes, curvatures and minima.

Points have shape (..., d): values (...), gradients (..., d), Hessians (..., d, d), all float64. ``quadratic`` and
``ravine`` make bowls, ``plane`` any surface of two parameters from its formulas; those with a name are in
``catalogue``. Where a formula overflows the result is inf or nan, as NumPy gives it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import cos, radians, sin
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz._checks import check, check_between, check_finite, check_shape
from nnviz._display import displayed
from nnviz._types import Array, Point

OnPoints = Callable[[ArrayLike], Array]


Entry = Array | float
"""An entry of a Hessian at many points, or the same number at all of them."""


@displayed()
class Examples(NamedTuple):
    """Hold what a surface is the mean over: ``total`` examples, each with a loss of its own.

    gradient(points (..., d), chosen (m,)) -> (..., d): that of the mean over the chosen examples, a mini-batch.
    """

    total: int
    gradient: Callable[[Array, NDArray[np.intp]], Array]


@displayed()
@dataclass(frozen=True, eq=False)
class Surface:
    """Hold a function of d parameters to go downhill on.

    domain: an interval for each parameter that shows what there is to see; start: a telling place to begin;
    learning_rate: a step size that suits plain gradient descent from there. ``minima`` are the global ones,
    ``other_minima`` the local ones in the domain that lie higher; ``saddles`` are listed where they are few.
    ``examples`` are there where the surface is the mean loss over data.
    """

    name: str
    label: str
    latex: str
    value: OnPoints
    gradient: OnPoints
    hessian: OnPoints
    domain: tuple[tuple[float, float], ...]
    start: Point
    learning_rate: float
    lesson: str
    minima: tuple[Point, ...]
    other_minima: tuple[Point, ...] = ()
    saddles: tuple[Point, ...] = ()
    parameters: tuple[str, ...] = ("x", "y")
    examples: Examples | None = None

    def levels(self, count: int = 12) -> Array:
        """Return rising values (count,) for contours of two parameters, closer together near the minimum.

        Level k encloses the share (k / (count + 1))² of the domain.
        """
        axes = [np.linspace(low, high, 61) for low, high in self.domain]
        values = self.value(np.stack(np.meshgrid(*axes), axis=-1))
        shares = (np.arange(1, count + 1) / (count + 1)) ** 2
        return np.asarray(np.quantile(values, shares))


def quadratic(
    hessian: ArrayLike, center: ArrayLike | None = None, lowest: float = 0.0, reach: float = 3.0
) -> Surface:
    """Return the surface lowest + ½ (θ − c)ᵀ H (θ − c), H (d, d) positive semidefinite, center c (d,), by default 0.

    Its domain is the center ± reach; its learning rate is 1/λmax. Where H has an eigenvalue 0 the center is
    one minimum of many. ValueError if H is not of that kind, or not of the center's size.
    """
    h = np.asarray(hessian, dtype=np.float64)
    c = np.zeros(len(h)) if center is None else np.asarray(center, dtype=np.float64)
    steepest = _check_quadratic(h, c)

    def value(points: ArrayLike) -> Array:
        away = np.asarray(points, dtype=np.float64) - c
        return np.asarray(lowest + 0.5 * ((away @ h) * away).sum(axis=-1))

    def gradient(points: ArrayLike) -> Array:
        away = np.asarray(points, dtype=np.float64) - c
        return np.asarray((away[..., None] * h).sum(axis=-2))  # the same bits for one point as for many

    def curvature(points: ArrayLike) -> Array:
        return np.broadcast_to(h, (*np.shape(points)[:-1], *h.shape)).copy()

    return Surface(
        name="quadratic",
        label="Quadratic bowl",
        latex=r"f(\theta) = \tfrac12 (\theta - c)^\top H\, (\theta - c)"
        + (f" + {lowest:.4g}" if lowest else ""),
        value=value,
        gradient=gradient,
        hessian=curvature,
        domain=tuple((float(at - reach), float(at + reach)) for at in c),
        start=tuple(float(at - 0.8 * reach) for at in c),
        learning_rate=1 / steepest if steepest > 0 else 1.0,
        lesson="Along each eigenvector, gradient descent multiplies the distance by its own factor 1 − ηλ.",
        minima=(tuple(float(at) for at in c),),
        parameters=("x", "y") if len(c) == 2 else tuple(f"x_{i}" for i in range(1, len(c) + 1)),
    )


def _check_quadratic(h: Array, c: Array) -> float:
    """Return the largest eigenvalue of h; ValueError if h and c do not make a bowl."""
    square = h.ndim == 2 and h.shape[0] == h.shape[1] and h.size > 0
    check_shape("hessian", h, "(d, d)", square)
    check_shape("center", c, f"({len(h)},)", c.shape == h.shape[:1])
    check_finite("hessian", h)
    check_finite("center", c)
    check("hessian", h, bool(np.abs(h - h.T).max() <= 1e-10 * np.abs(h).max()), "symmetric")
    eigenvalues = np.linalg.eigvalsh(h)
    semidefinite = eigenvalues[0] >= -1e-10 * abs(eigenvalues[-1])
    check("hessian", h, bool(semidefinite), "positive semidefinite")
    return float(eigenvalues[-1])


def ravine(condition: float = 25.0, angle: float = 0.0) -> Surface:
    """Return a quadratic with eigenvalues 1 and ``condition`` ≥ 1, the flat direction turned by ``angle`` degrees.

    Optimizers with a step for each parameter see the ravine best at angle 0 and not at all at 45.
    """
    check_between("condition", condition, 1)
    turn = radians(angle)
    flat, steep = np.array([cos(turn), sin(turn)]), np.array([-sin(turn), cos(turn)])
    bowl = quadratic(np.outer(flat, flat) + condition * np.outer(steep, steep))
    u, v = ("x", "y") if angle == 0 else ("u", "v")
    formula = rf"f(x, y) = \tfrac12 \left({u}^2 + {condition:g}\, {v}^2\right)"
    turned = rf"(u, v) = (x, y) \text{{ turned by }} {angle:g}^\circ"
    return replace(
        bowl,
        name="ravine",
        label="Ravine",
        latex=formula if angle == 0 else rf"\begin{{gathered}} {formula}, \\ {turned} \end{{gathered}}\;",
        learning_rate=1.75 / condition,
        lesson="The steep direction allows only small steps, and the flat direction needs large ones.",
    )


class PlaneValue(Protocol):
    """Give the value (...) at the points with the coordinates x and y, (...) each."""

    def __call__(self, x: Array, y: Array, /) -> Array:
        """Return the values."""


class PlaneGradient(Protocol):
    """Give the derivatives by x and by y, (...) each, at points with the coordinates x and y."""

    def __call__(self, x: Array, y: Array, /) -> tuple[Array, Array]:
        """Return ∂x and ∂y."""


class PlaneHessian(Protocol):
    """Give the second derivatives, (...) each or a constant, at points with the coordinates x and y."""

    def __call__(self, x: Array, y: Array, /) -> tuple[Entry, Entry, Entry]:
        """Return ∂xx, ∂xy and ∂yy."""


def plane(
    name: str,
    value: PlaneValue,
    gradient: PlaneGradient,
    hessian: PlaneHessian,
    **record: Any,
) -> Surface:
    """Return a surface from formulas in x and y: the value, (∂x, ∂y), and (∂xx, ∂xy, ∂yy)."""

    def values(points: ArrayLike) -> Array:
        p = np.asarray(points, dtype=np.float64)
        return np.asarray(value(p[..., 0], p[..., 1]))

    def gradients(points: ArrayLike) -> Array:
        p = np.asarray(points, dtype=np.float64)
        out = np.empty(p.shape)
        out[..., 0], out[..., 1] = gradient(p[..., 0], p[..., 1])
        return out

    def hessians(points: ArrayLike) -> Array:
        p = np.asarray(points, dtype=np.float64)
        out = np.empty((*p.shape, 2))
        out[..., 0, 0], out[..., 0, 1], out[..., 1, 1] = hessian(p[..., 0], p[..., 1])
        out[..., 1, 0] = out[..., 0, 1]
        return out

    return Surface(name=name, value=values, gradient=gradients, hessian=hessians, **record)
