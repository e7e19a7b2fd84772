"""Surfaces: losses of two parameters whose slopes, curvatures and minima are known in closed form.

Points have shape (..., 2): values (...), gradients (..., 2), Hessians (..., 2, 2), all float64.
``quadratic`` and ``ravine`` make further surfaces; ``quadratic`` in any number of parameters d.
Where a formula overflows the result is inf or nan, as NumPy gives it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from math import cos, pi, radians, sin
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Point = tuple[float, ...]
OnPoints = Callable[[ArrayLike], Array]


@dataclass(frozen=True, eq=False)
class Surface:
    """A function of d parameters to go downhill on.

    domain: an interval for each parameter that shows what there is to see; start: a telling place to begin;
    learning_rate: a step size that suits plain gradient descent from there. ``minima`` are the global ones,
    ``other_minima`` the local ones in the domain that lie higher; ``saddles`` are listed where they are few.
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

    def levels(self, count: int = 12) -> Array:
        """Rising values (count,) for contours of two parameters, closer together near the minimum.

        Level k encloses the share (k / (count + 1))² of the domain.
        """
        axes = [np.linspace(low, high, 61) for low, high in self.domain]
        values = self.value(np.stack(np.meshgrid(*axes), axis=-1))
        shares = (np.arange(1, count + 1) / (count + 1)) ** 2
        return np.asarray(np.quantile(values, shares))


def quadratic(
    hessian: ArrayLike, centre: ArrayLike | None = None, lowest: float = 0.0, reach: float = 3.0
) -> Surface:
    """Lowest + ½ (θ − c)ᵀ H (θ − c), H (d, d) symmetric positive semidefinite, centre c (d,), by default 0.

    Its domain is the centre ± reach; its learning rate is 1/λmax. Where H has an eigenvalue 0 the centre is
    one minimum of many. ValueError if H is not of that kind, or not of the centre's size.
    """
    h = np.asarray(hessian, dtype=np.float64)
    c = np.zeros(len(h)) if centre is None else np.asarray(centre, dtype=np.float64)
    steepest = _check_quadratic(h, c)

    def value(points: ArrayLike) -> Array:
        away = np.asarray(points, dtype=np.float64) - c
        return np.asarray(lowest + 0.5 * ((away @ h) * away).sum(axis=-1))

    def gradient(points: ArrayLike) -> Array:
        return np.asarray((np.asarray(points, dtype=np.float64) - c) @ h)

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
        lesson="Each eigen-direction shrinks by its own factor 1 − ηλ, as if the others were not there.",
        minima=(tuple(float(at) for at in c),),
        parameters=("x", "y") if len(c) == 2 else tuple(f"x_{i}" for i in range(1, len(c) + 1)),
    )


def _check_quadratic(h: Array, c: Array) -> float:
    """The largest eigenvalue of h; ValueError if h and c do not make a bowl."""
    if h.shape != (c.size, c.size) or c.ndim != 1:
        raise ValueError(
            f"Hessian of shape {h.shape} and centre of shape {c.shape}; legal is (d, d) and (d,)"
        )
    if not (np.isfinite(h).all() and np.isfinite(c).all()):
        raise ValueError(f"the Hessian and the centre must be finite, got {h.tolist()} and {c.tolist()}")
    if np.abs(h - h.T).max() > 1e-10 * np.abs(h).max():
        raise ValueError(f"the Hessian must be symmetric, got {h.tolist()}")
    eigenvalues = np.linalg.eigvalsh(h)
    if eigenvalues[0] < -1e-10 * abs(eigenvalues[-1]):
        raise ValueError(f"the Hessian must have no negative eigenvalue, got {eigenvalues.tolist()}")
    return float(eigenvalues[-1])


def ravine(condition: float = 25.0, angle: float = 0.0) -> Surface:
    """Quadratic with eigenvalues 1 and ``condition`` ≥ 1, the flat direction turned by ``angle`` degrees.

    Optimizers with a step for each parameter see the ravine best at angle 0 and not at all at 45.
    """
    if not 1 <= condition < float("inf"):
        raise ValueError(f"the condition number is {condition!r}; legal is 1 ≤ condition, finite")
    turn = radians(angle)
    flat, steep = np.array([cos(turn), sin(turn)]), np.array([-sin(turn), cos(turn)])
    bowl = quadratic(np.outer(flat, flat) + condition * np.outer(steep, steep))
    u, v = ("x", "y") if angle == 0 else ("u", "v")
    turned = "" if angle == 0 else rf", \quad (u, v) = (x, y) \text{{ turned by }} {angle:g}^\circ"
    return replace(
        bowl,
        name="ravine",
        label="Ravine",
        latex=rf"f(x, y) = \tfrac12 \left({u}^2 + {condition:g}\, {v}^2\right)" + turned,
        learning_rate=1.75 / condition,
        lesson="The steep direction forbids large steps and the flat one needs them: hence the zig-zag.",
    )


def _plane(
    name: str,
    value: Callable[[Any, Any], Any],
    gradient: Callable[[Any, Any], tuple[Any, Any]],
    hessian: Callable[[Any, Any], tuple[Any, Any, Any]],
    **record: Any,
) -> Surface:
    """A surface from formulas in x and y: the value, (∂x, ∂y), and (∂xx, ∂xy, ∂yy)."""

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


# f = (1 − x)² + 100 (y − x²)²
def _rosenbrock(x: Any, y: Any) -> Any:
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _rosenbrock_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    return -2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)


def _rosenbrock_hessian(x: Any, y: Any) -> tuple[Any, Any, Any]:
    return 2 - 400 * (y - 3 * x**2), -400 * x, 200


# f = (x² + y − 11)² + (x + y² − 7)²
def _himmelblau(x: Any, y: Any) -> Any:
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def _himmelblau_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    a, b = x**2 + y - 11, x + y**2 - 7
    return 4 * x * a + 2 * b, 2 * a + 4 * y * b


def _himmelblau_hessian(x: Any, y: Any) -> tuple[Any, Any, Any]:
    a, b = x**2 + y - 11, x + y**2 - 7
    return 4 * a + 8 * x**2 + 2, 4 * x + 4 * y, 2 + 4 * b + 8 * y**2


# f = (1.5 − x (1 − y))² + (2.25 − x (1 − y²))² + (2.625 − x (1 − y³))²
def _beale(x: Any, y: Any) -> Any:
    return (1.5 - x * (1 - y)) ** 2 + (2.25 - x * (1 - y**2)) ** 2 + (2.625 - x * (1 - y**3)) ** 2


def _beale_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    a, b, c = 1.5 - x * (1 - y), 2.25 - x * (1 - y**2), 2.625 - x * (1 - y**3)
    return (
        -2 * (a * (1 - y) + b * (1 - y**2) + c * (1 - y**3)),
        2 * x * (a + 2 * b * y + 3 * c * y**2),
    )


def _beale_hessian(x: Any, y: Any) -> tuple[Any, Any, Any]:
    a, b, c = 1.5 - x * (1 - y), 2.25 - x * (1 - y**2), 2.625 - x * (1 - y**3)
    slopes = a + 2 * b * y + 3 * c * y**2
    return (
        2 * ((1 - y) ** 2 + (1 - y**2) ** 2 + (1 - y**3) ** 2),
        2 * slopes - 2 * x * ((1 - y) + 2 * y * (1 - y**2) + 3 * y**2 * (1 - y**3)),
        2 * x * (x * (1 + 4 * y**2 + 9 * y**4) + 2 * b + 6 * c * y),
    )


# f = x²/2 − y²/2 + y⁴/4
def _saddle(x: Any, y: Any) -> Any:
    return x**2 / 2 - y**2 / 2 + y**4 / 4


def _saddle_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    return x, -y + y**3


def _saddle_hessian(x: Any, y: Any) -> tuple[Any, Any, Any]:  # noqa: ARG001
    return 1, 0, -1 + 3 * y**2


# f = 1 − exp(−(x² + y²)/2)
def _plateau(x: Any, y: Any) -> Any:
    return -np.expm1(-(x**2 + y**2) / 2)


def _plateau_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    u = np.exp(-(x**2 + y**2) / 2)
    return x * u, y * u


def _plateau_hessian(x: Any, y: Any) -> tuple[Any, Any, Any]:
    u = np.exp(-(x**2 + y**2) / 2)
    return (1 - x**2) * u, -x * y * u, (1 - y**2) * u


# f = 20 + x² − 10 cos 2πx + y² − 10 cos 2πy
def _rastrigin(x: Any, y: Any) -> Any:
    return 20 + x**2 - 10 * np.cos(2 * pi * x) + y**2 - 10 * np.cos(2 * pi * y)


def _rastrigin_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    return 2 * x + 20 * pi * np.sin(2 * pi * x), 2 * y + 20 * pi * np.sin(2 * pi * y)


def _rastrigin_hessian(x: Any, y: Any) -> tuple[Any, Any, Any]:
    return 2 + 40 * pi**2 * np.cos(2 * pi * x), 0, 2 + 40 * pi**2 * np.cos(2 * pi * y)


# f = (4 − 2.1 x² + x⁴/3) x² + x y + (4 y² − 4) y²
def _camel(x: Any, y: Any) -> Any:
    return (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2


def _camel_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    return 8 * x - 8.4 * x**3 + 2 * x**5 + y, x - 8 * y + 16 * y**3


def _camel_hessian(x: Any, y: Any) -> tuple[Any, Any, Any]:
    return 8 - 25.2 * x**2 + 10 * x**4, 1, -8 + 48 * y**2


def _both_signs(*points: Point) -> tuple[Point, ...]:
    """Each point and its mirror image through the origin."""
    return tuple(mirrored for x, y in points for mirrored in ((x, y), (-x, -y)))


# Rastrigin's minima in one coordinate: where 2x + 20π sin 2πx = 0, just below the whole numbers 0 … 5.
_RASTRIGIN_MINIMA = (
    0.0,
    0.9949586376523348,
    1.9899122337085497,
    2.984855701039481,
    3.9797838603007536,
    4.974691390895051,
)

_REGISTERED = (
    replace(
        quadratic(((1, 0), (0, 1))),
        name="bowl",
        label="Round bowl",
        latex=r"f(x, y) = \tfrac12 \left(x^2 + y^2\right)",
        learning_rate=0.2,
        lesson="The same curvature in every direction: each step points straight at the minimum.",
    ),
    ravine(),
    _plane(
        "rosenbrock",
        _rosenbrock,
        _rosenbrock_gradient,
        _rosenbrock_hessian,
        label="Rosenbrock's banana",
        latex=r"f(x, y) = (1 - x)^2 + 100 \left(y - x^2\right)^2",
        domain=((-2.0, 2.0), (-1.0, 3.0)),
        start=(-1.2, 1.0),
        learning_rate=1e-3,
        lesson="Finding the curved valley is easy; following its floor to (1, 1) is slow (Rosenbrock 1960).",
        minima=((1.0, 1.0),),
    ),
    _plane(
        "himmelblau",
        _himmelblau,
        _himmelblau_gradient,
        _himmelblau_hessian,
        label="Himmelblau's four valleys",
        latex=r"f(x, y) = \left(x^2 + y - 11\right)^2 + \left(x + y^2 - 7\right)^2",
        domain=((-6.0, 6.0), (-6.0, 6.0)),
        start=(-0.5, -0.5),
        learning_rate=0.01,
        lesson="Four minima, all equally good: which one is found depends on the start (Himmelblau 1972).",
        minima=(
            (3.0, 2.0),
            (-2.805118086952745, 3.131312518250573),
            (-3.779310253377747, -3.283185991286169),
            (3.5844283403304917, -1.8481265269644034),
        ),
        saddles=(
            (3.385154183607021, 0.07385187983774928),
            (0.08667750455539634, 2.884254701174776),
            (-3.0730257507643897, -0.08135304428796751),
            (-0.12796134673068005, -1.9537149802445766),
        ),
    ),
    _plane(
        "beale",
        _beale,
        _beale_gradient,
        _beale_hessian,
        label="Beale's flat valley",
        latex=(
            r"f(x, y) = (1.5 - x + xy)^2 + \left(2.25 - x + xy^2\right)^2 + \left(2.625 - x + xy^3\right)^2"
        ),
        domain=((-4.5, 4.5), (-4.5, 4.5)),
        start=(1.0, 1.5),
        learning_rate=0.01,
        lesson="Cliffs at the corners, a flat valley between: no one step size suits both (Beale 1958).",
        minima=((3.0, 0.5),),
        saddles=((0.0, 1.0), (0.1005379373241584, -2.6445135850231245)),
    ),
    _plane(
        "saddle",
        _saddle,
        _saddle_gradient,
        _saddle_hessian,
        label="Saddle between two minima",
        latex=r"f(x, y) = \tfrac12 x^2 - \tfrac12 y^2 + \tfrac14 y^4",
        domain=((-2.0, 2.0), (-2.0, 2.0)),
        start=(1.8, 0.001),
        learning_rate=0.1,
        lesson="On the ridge y = 0 every step leads to the saddle; the smallest push aside grows.",
        minima=((0.0, 1.0), (0.0, -1.0)),
        saddles=((0.0, 0.0),),
    ),
    _plane(
        "plateau",
        _plateau,
        _plateau_gradient,
        _plateau_hessian,
        label="Plateau with a hole",
        latex=r"f(x, y) = 1 - e^{-(x^2 + y^2)/2}",
        domain=((-4.0, 4.0), (-4.0, 4.0)),
        start=(-2.7, 2.1),
        learning_rate=0.5,
        lesson="Far from the hole the slope is nearly zero: a small gradient is no sign of a minimum.",
        minima=((0.0, 0.0),),
    ),
    _plane(
        "rastrigin",
        _rastrigin,
        _rastrigin_gradient,
        _rastrigin_hessian,
        label="Rastrigin's egg box",
        latex=r"f(x, y) = 20 + x^2 - 10 \cos 2\pi x + y^2 - 10 \cos 2\pi y",
        domain=((-5.12, 5.12), (-5.12, 5.12)),
        start=(2.4, -1.7),
        learning_rate=1e-3,
        lesson="121 minima in the picture, one of them the lowest: downhill only ever finds the nearest.",
        minima=((0.0, 0.0),),
        other_minima=tuple(
            point
            for point in product(sorted({*_RASTRIGIN_MINIMA, *(-x for x in _RASTRIGIN_MINIMA)}), repeat=2)
            if point != (0.0, 0.0)
        ),
    ),
    _plane(
        "camel",
        _camel,
        _camel_gradient,
        _camel_hessian,
        label="Six-hump camel",
        latex=(r"f(x, y) = \left(4 - 2.1 x^2 + \tfrac13 x^4\right) x^2 + x y + \left(4 y^2 - 4\right) y^2"),
        domain=((-2.0, 2.0), (-1.2, 1.2)),
        start=(-1.2, -0.3),
        learning_rate=0.02,
        lesson="Two lowest minima and four higher ones: the start decides which one is found.",
        minima=_both_signs((0.08984201310031806, -0.7126564030207396)),
        other_minima=_both_signs(
            (1.703606714969981, -0.7960835686726252), (1.6071047529201976, 0.5686514548841314)
        ),
        saddles=(
            (0.0, 0.0),
            *_both_signs(
                (1.1092053368047863, -0.7682680925095398),
                (1.6380679841897785, 0.22867406904439405),
                (1.2960702671671092, 0.6050843880386584),
            ),
        ),
    ),
)
SURFACES: Mapping[str, Surface] = {surface.name: surface for surface in _REGISTERED}
