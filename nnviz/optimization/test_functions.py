"""The surfaces that have a name: test functions of the literature, and the losses of two small models on data.

All are surfaces of two parameters whose gradient and Hessian are in closed form. The listed minima are all minima in
the domain (Jamil & Yang 2013 for the published values). The listed saddles are all saddles, except that the 220 saddles
of Rastrigin's function are not listed.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from math import pi

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz._types import Array, Point
from nnviz.data import SampleSpec, draw
from nnviz.losses.surfaces import Entry, Examples, Surface, plane, quadratic, ravine
from nnviz.regression.linear_model import loss_surface

UNIT_X: Array = np.linspace(-2.0, 2.0, 17)
UNIT_Y: Array = np.array(
    [-1.4, -1.5, -1.2, -1.1, -0.9, -0.9, -0.9, -0.6, 0.1, 0.8, 0.8, 0.7, 0.9, 1.5, 1.2, 0.8, 1.2]
)
"""What one hidden unit is fitted to: 17 points near 1.2 tanh(1.5 x)."""


# R = 1/n Σ (v tanh(w xᵢ) − yᵢ)²,  with t = tanh(w x),  u = x (1 − t²) = ∂t/∂w,  r = v t − y
def _unit_terms(w: Array, v: Array) -> tuple[Array, Array, Array]:
    """Return t, u and r for every parameter pair and example, (..., n)."""
    w, v = np.asarray(w)[..., None], np.asarray(v)[..., None]
    t = np.tanh(w * UNIT_X)
    return t, UNIT_X * (1 - t**2), v * t - UNIT_Y


def _unit(w: Array, v: Array) -> Array:
    return np.asarray((_unit_terms(w, v)[2] ** 2).mean(axis=-1))


def _unit_gradient(w: Array, v: Array) -> tuple[Array, Array]:
    t, u, r = _unit_terms(w, v)
    return 2 * v * (r * u).mean(axis=-1), 2 * (r * t).mean(axis=-1)


def _unit_hessian(w: Array, v: Array) -> tuple[Entry, Entry, Entry]:
    t, u, r = _unit_terms(w, v)
    bend = -2 * UNIT_X * t * u  # ∂u/∂w
    return (
        2 * v**2 * (u**2).mean(axis=-1) + 2 * v * (r * bend).mean(axis=-1),
        2 * v * (t * u).mean(axis=-1) + 2 * (r * u).mean(axis=-1),
        2 * (t**2).mean(axis=-1),
    )


def _unit_batch(points: Array, chosen: NDArray[np.intp]) -> Array:
    w, v = points[..., 0, None], points[..., 1, None]
    x = UNIT_X[chosen]
    t = np.tanh(w * x)
    r = v * t - UNIT_Y[chosen]
    return np.stack(((2 * v * r * x * (1 - t**2)).mean(axis=-1), (2 * r * t).mean(axis=-1)), axis=-1)


def default_line_points() -> tuple[Array, Array]:
    """Return the points x, y (40,) that a line is fitted to by default."""
    samples = draw(SampleSpec("line", 40, 0.4, 0.0, 0))
    return samples.x[:, 0], samples.y


def line_loss(x: ArrayLike, y: ArrayLike) -> Surface:
    """Return the loss 1/n Σ (w xᵢ + b − yᵢ)² of a line on points x, y (n,), as a surface with real mini-batches."""
    target = np.asarray(y, dtype=np.float64)
    design = np.column_stack((np.asarray(x, dtype=np.float64), np.ones(target.shape)))

    def batch(points: Array, chosen: NDArray[np.intp]) -> Array:
        rows = design[chosen]
        errors = (points[..., None, :] * rows).sum(axis=-1) - target[chosen]
        return np.asarray(2 * (errors[..., None] * rows).mean(axis=-2))

    return replace(
        loss_surface(x, y),
        label="Mean squared error of a line",
        latex=r"L(w, b) = \frac1n \sum_{i=1}^n \left(w x_i + b - y_i\right)^2",
        lesson="The mean squared error of a line is a quadratic bowl for all data. It has real mini-batches.",
        examples=Examples(len(target), batch),
    )


# f = (1 − x)² + 100 (y − x²)²
def _rosenbrock(x: Array, y: Array) -> Array:
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _rosenbrock_gradient(x: Array, y: Array) -> tuple[Array, Array]:
    return -2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)


def _rosenbrock_hessian(x: Array, y: Array) -> tuple[Entry, Entry, Entry]:
    return 2 - 400 * (y - 3 * x**2), -400 * x, 200


# f = (x² + y − 11)² + (x + y² − 7)²
def _himmelblau(x: Array, y: Array) -> Array:
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def _himmelblau_gradient(x: Array, y: Array) -> tuple[Array, Array]:
    a, b = x**2 + y - 11, x + y**2 - 7
    return 4 * x * a + 2 * b, 2 * a + 4 * y * b


def _himmelblau_hessian(x: Array, y: Array) -> tuple[Entry, Entry, Entry]:
    a, b = x**2 + y - 11, x + y**2 - 7
    return 4 * a + 8 * x**2 + 2, 4 * x + 4 * y, 2 + 4 * b + 8 * y**2


# f = (1.5 − x (1 − y))² + (2.25 − x (1 − y²))² + (2.625 − x (1 − y³))²
def _beale(x: Array, y: Array) -> Array:
    return (1.5 - x * (1 - y)) ** 2 + (2.25 - x * (1 - y**2)) ** 2 + (2.625 - x * (1 - y**3)) ** 2


def _beale_gradient(x: Array, y: Array) -> tuple[Array, Array]:
    a, b, c = 1.5 - x * (1 - y), 2.25 - x * (1 - y**2), 2.625 - x * (1 - y**3)
    return (
        -2 * (a * (1 - y) + b * (1 - y**2) + c * (1 - y**3)),
        2 * x * (a + 2 * b * y + 3 * c * y**2),
    )


def _beale_hessian(x: Array, y: Array) -> tuple[Entry, Entry, Entry]:
    a, b, c = 1.5 - x * (1 - y), 2.25 - x * (1 - y**2), 2.625 - x * (1 - y**3)
    slopes = a + 2 * b * y + 3 * c * y**2
    return (
        2 * ((1 - y) ** 2 + (1 - y**2) ** 2 + (1 - y**3) ** 2),
        2 * slopes - 2 * x * ((1 - y) + 2 * y * (1 - y**2) + 3 * y**2 * (1 - y**3)),
        2 * x * (x * (1 + 4 * y**2 + 9 * y**4) + 2 * b + 6 * c * y),
    )


# f = x²/2 − y²/2 + y⁴/4
def _saddle(x: Array, y: Array) -> Array:
    return x**2 / 2 - y**2 / 2 + y**4 / 4


def _saddle_gradient(x: Array, y: Array) -> tuple[Array, Array]:
    return x, -y + y**3


def _saddle_hessian(x: Array, y: Array) -> tuple[Entry, Entry, Entry]:  # noqa: ARG001
    return 1, 0, -1 + 3 * y**2


# f = 1 − exp(−(x² + y²)/2)
def _plateau(x: Array, y: Array) -> Array:
    return np.asarray(-np.expm1(-(x**2 + y**2) / 2))


def _plateau_gradient(x: Array, y: Array) -> tuple[Array, Array]:
    u = np.exp(-(x**2 + y**2) / 2)
    return x * u, y * u


def _plateau_hessian(x: Array, y: Array) -> tuple[Entry, Entry, Entry]:
    u = np.exp(-(x**2 + y**2) / 2)
    return (1 - x**2) * u, -x * y * u, (1 - y**2) * u


# f = 20 + x² − 10 cos 2πx + y² − 10 cos 2πy
def _rastrigin(x: Array, y: Array) -> Array:
    return np.asarray(20 + x**2 - 10 * np.cos(2 * pi * x) + y**2 - 10 * np.cos(2 * pi * y))


def _rastrigin_gradient(x: Array, y: Array) -> tuple[Array, Array]:
    return 2 * x + 20 * pi * np.sin(2 * pi * x), 2 * y + 20 * pi * np.sin(2 * pi * y)


def _rastrigin_hessian(x: Array, y: Array) -> tuple[Entry, Entry, Entry]:
    return 2 + 40 * pi**2 * np.cos(2 * pi * x), 0, 2 + 40 * pi**2 * np.cos(2 * pi * y)


# f = (4 − 2.1 x² + x⁴/3) x² + x y + (4 y² − 4) y²
def _camel(x: Array, y: Array) -> Array:
    return (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2


def _camel_gradient(x: Array, y: Array) -> tuple[Array, Array]:
    return 8 * x - 8.4 * x**3 + 2 * x**5 + y, x - 8 * y + 16 * y**3


def _camel_hessian(x: Array, y: Array) -> tuple[Entry, Entry, Entry]:
    return 8 - 25.2 * x**2 + 10 * x**4, 1, -8 + 48 * y**2


def _both_signs(*points: Point) -> tuple[Point, ...]:
    """Return each point and its mirror image through the origin."""
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
    line_loss(*default_line_points()),
    replace(
        quadratic(((1, 0), (0, 1))),
        name="bowl",
        label="Round bowl",
        latex=r"f(x, y) = \tfrac12 \left(x^2 + y^2\right)",
        learning_rate=0.2,
        lesson="The curvature is the same in every direction, so each step points at the minimum.",
    ),
    ravine(),
    plane(
        "rosenbrock",
        _rosenbrock,
        _rosenbrock_gradient,
        _rosenbrock_hessian,
        label="Rosenbrock function",
        latex=r"f(x, y) = (1 - x)^2 + 100 \left(y - x^2\right)^2",
        domain=((-2.0, 2.0), (-1.0, 3.0)),
        start=(-1.2, 1.0),
        learning_rate=1e-3,
        lesson="A run finds the curved valley quickly, but it follows the valley to (1, 1) slowly (Rosenbrock 1960).",
        minima=((1.0, 1.0),),
    ),
    plane(
        "himmelblau",
        _himmelblau,
        _himmelblau_gradient,
        _himmelblau_hessian,
        label="Himmelblau function",
        latex=r"f(x, y) = \left(x^2 + y - 11\right)^2 + \left(x + y^2 - 7\right)^2",
        domain=((-6.0, 6.0), (-6.0, 6.0)),
        start=(-0.5, -0.5),
        learning_rate=0.01,
        lesson="All four minima have the same value. The start decides which one a run finds (Himmelblau 1972).",
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
    plane(
        "beale",
        _beale,
        _beale_gradient,
        _beale_hessian,
        label="Beale function",
        latex=(
            r"\begin{aligned} f(x, y) = {} &(1.5 - x + xy)^2 + {} \\ &\left(2.25 - x + xy^2\right)^2 + {} \\"
            r" &\left(2.625 - x + xy^3\right)^2 \end{aligned}\;"
        ),
        domain=((-4.5, 4.5), (-4.5, 4.5)),
        start=(1.0, 1.5),
        learning_rate=0.01,
        lesson="It is steep at the corners and flat in between. No learning rate suits both parts (Beale 1958).",
        minima=((3.0, 0.5),),
        saddles=((0.0, 1.0), (0.1005379373241584, -2.6445135850231245)),
    ),
    plane(
        "saddle",
        _saddle,
        _saddle_gradient,
        _saddle_hessian,
        label="Saddle between two minima",
        latex=r"f(x, y) = \tfrac12 x^2 - \tfrac12 y^2 + \tfrac14 y^4",
        domain=((-2.0, 2.0), (-2.0, 2.0)),
        start=(1.8, 0.001),
        learning_rate=0.1,
        lesson="A run on the ridge y = 0 converges to the saddle point. Any small distance from the ridge grows.",
        minima=((0.0, 1.0), (0.0, -1.0)),
        saddles=((0.0, 0.0),),
    ),
    plane(
        "plateau",
        _plateau,
        _plateau_gradient,
        _plateau_hessian,
        label="Plateau around a minimum",
        latex=r"f(x, y) = 1 - e^{-(x^2 + y^2)/2}",
        domain=((-4.0, 4.0), (-4.0, 4.0)),
        start=(-2.7, 2.1),
        learning_rate=0.5,
        lesson="Far from the minimum, the gradient is almost zero. A small gradient does not imply a minimum.",
        minima=((0.0, 0.0),),
    ),
    plane(
        "rastrigin",
        _rastrigin,
        _rastrigin_gradient,
        _rastrigin_hessian,
        label="Rastrigin function",
        latex=(
            r"\begin{aligned} f(x, y) = 20 &+ x^2 - 10 \cos 2\pi x \\ &+ y^2 - 10 \cos 2\pi y \end{aligned}\;"
        ),
        domain=((-5.12, 5.12), (-5.12, 5.12)),
        start=(2.4, -1.7),
        learning_rate=1e-3,
        lesson="The domain contains 121 minima, and only one is global. The start decides where a run ends.",
        minima=((0.0, 0.0),),
        other_minima=tuple(
            point
            for point in product(sorted({*_RASTRIGIN_MINIMA, *(-x for x in _RASTRIGIN_MINIMA)}), repeat=2)
            if point != (0.0, 0.0)
        ),
    ),
    plane(
        "camel",
        _camel,
        _camel_gradient,
        _camel_hessian,
        label="Six-hump camel function",
        latex=(
            r"\begin{aligned} f(x, y) = {} &\left(4 - 2.1 x^2 + \tfrac13 x^4\right) x^2 \\"
            r" &+ x y + \left(4 y^2 - 4\right) y^2 \end{aligned}\;"
        ),
        domain=((-2.0, 2.0), (-1.2, 1.2)),
        start=(-1.2, -0.3),
        learning_rate=0.02,
        lesson="It has two global minima and four higher local minima. The start decides which one a run finds.",
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
    replace(
        plane(
            "unit",
            _unit,
            _unit_gradient,
            _unit_hessian,
            label="One hidden unit on data",
            latex=r"L(w, v) = \frac1n \sum_{i=1}^n \left(v \tanh(w x_i) - y_i\right)^2",
            domain=((-4.0, 4.0), (-2.5, 2.5)),
            start=(0.1, -1.6),
            learning_rate=0.3,
            lesson="The smallest network has two minima, a saddle point at 0, and plateaus. It has real mini-batches.",
            minima=_both_signs((1.675469399327922, 1.1876436438236198)),
            saddles=((0.0, 0.0),),
            parameters=("w", "v"),
        ),
        examples=Examples(len(UNIT_X), _unit_batch),
    ),
)
SURFACES: Mapping[str, Surface] = {surface.name: surface for surface in _REGISTERED}
"""Name -> surface."""
