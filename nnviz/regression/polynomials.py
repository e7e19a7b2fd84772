"""Polynomials fitted to points: curved in x, still linear in their parameters.

ŷ = Σ θⱼ φⱼ(x), j = 0 … degree. The design matrix A has the columns φⱼ(xᵢ), shape (n, degree + 1), and the
least-squares θ is that of a linear model with these features. Bases differ in the φⱼ, not in the curves they span.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import ArrayLike, NDArray

from nnviz._checks import argument_error, check, check_between, check_finite, check_one_of, check_shape
from nnviz._display import displayed
from nnviz._types import Array, Bounds

MOST_DEGREE = 20


@dataclass(frozen=True, eq=False)
class Basis:
    """Hold features of one number. ``columns(x (n,), degree, interval)`` gives the design matrix (n, degree + 1)."""

    name: str
    label: str
    latex: str
    lesson: str
    columns: Callable[[Array, int, Bounds], Array]


def _unit(x: Array, interval: Bounds) -> Array:
    """Return the interval mapped to [−1, 1]."""
    low, high = interval
    return (2 * x - low - high) / (high - low)


def _powers(x: Array, degree: int, _interval: Bounds) -> Array:
    return np.vander(x, degree + 1, increasing=True)


def _scaled_powers(x: Array, degree: int, interval: Bounds) -> Array:
    return np.vander(_unit(x, interval), degree + 1, increasing=True)


def _chebyshev(x: Array, degree: int, interval: Bounds) -> Array:
    return np.asarray(chebyshev.chebvander(_unit(x, interval), degree))


_BASES = (
    Basis(
        "powers",
        "Powers of x",
        r"\varphi_j(x) = x^j",
        "These columns form a Vandermonde matrix. If $x$ is far from zero, they become almost parallel.",
        _powers,
    ),
    Basis(
        "scaled",
        "Powers of x scaled to [−1, 1]",
        r"\varphi_j(x) = t^j, \quad t = \tfrac{2x - a - b}{b - a}",
        "The curves are the same. Scaling lowers the condition number most if $x$ is far from zero.",
        _scaled_powers,
    ),
    Basis(
        "chebyshev",
        "Chebyshev polynomials",
        r"\varphi_j(x) = T_j(t) = \cos(j \arccos t), \quad t = \tfrac{2x - a - b}{b - a}",
        "The curves are the same. The columns are closer to orthogonal, so rounding errors change the weights less.",
        _chebyshev,
    ),
)

BASES: dict[str, Basis] = {basis.name: basis for basis in _BASES}


@displayed()
class PolynomialFit(NamedTuple):
    """Hold least squares in a basis.

    coefficients: (degree + 1,) θ; condition: σmax/σmin of the design matrix, inf where σmin = 0; rank: how many
    singular values are above rounding (n ε σmax); with less than degree + 1, θ is the one of least norm.
    """

    basis: str
    interval: Bounds
    coefficients: Array
    condition: float
    rank: int

    def __call__(self, x: ArrayLike) -> Array:
        """Return ŷ at x (m,), shape (m,)."""
        return design(x, len(self.coefficients) - 1, self.basis, self.interval) @ self.coefficients


def design(x: ArrayLike, degree: int, basis: str, interval: Bounds) -> Array:
    """Return the features of x (n,) as columns, (n, degree + 1), inf beyond floating point.

    ValueError for an unknown basis or a bad degree.
    """
    check_one_of("basis", basis, BASES)
    check_between("degree", degree, 0, MOST_DEGREE)
    check("interval", interval, interval[0] < interval[1], "two numbers a < b")
    with np.errstate(over="ignore"):
        return BASES[basis].columns(np.asarray(x, dtype=np.float64), degree, interval)


def fit_polynomial(
    x: ArrayLike, y: ArrayLike, degree: int, basis: str = "chebyshev", interval: Bounds = (-1.0, 1.0)
) -> PolynomialFit:
    """Return the polynomial of least mean squared error through points x, y (n,), by the SVD of the design matrix."""
    target = np.asarray(y, dtype=np.float64)
    columns = design(x, degree, basis, interval)
    check_shape("y", target, f"({len(columns)},)", target.shape == (len(columns),))
    check_finite("y", target)
    if not np.isfinite(columns).all():
        raise argument_error("x", f"small enough for the power {degree} in floating point (scale it)", x)
    coefficients, _, rank, singular = np.linalg.lstsq(columns, target)
    ratio = _ratio(np.asarray(singular, np.float64), columns.shape)
    return PolynomialFit(basis, interval, np.asarray(coefficients, np.float64), ratio, int(rank))


def condition(x: ArrayLike, degree: int, basis: str, interval: Bounds) -> float:
    """Return σmax/σmin of the design matrix: inf if σmin = 0, as with fewer points than columns, or on overflow."""
    columns = design(x, degree, basis, interval)
    if not np.isfinite(columns).all():
        return inf
    return _ratio(np.asarray(np.linalg.svd(columns, compute_uv=False), np.float64), columns.shape)


def _ratio(singular: Array, shape: tuple[int, ...]) -> float:
    few = shape[0] < shape[1]
    return inf if few or singular[-1] == 0 else float(singular[0] / singular[-1])


@displayed()
class Split(NamedTuple):
    """Hold the positions of the points in the training set and in the validation set, each rising."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64]


def split(n: int, share: float, seed: int) -> Split:
    """Return a random split of n ≥ 2 points with the share 0 < share < 1 in the validation set, else ValueError.

    The validation set has round(share · n) points; both sets have at least one.
    """
    check_between("n", n, 2)
    check_between("share", share, 0, 1, above=True, below=True)
    held = min(max(round(share * n), 1), n - 1)
    shuffled = np.random.default_rng(seed).permutation(n)
    return Split(np.sort(shuffled[held:]), np.sort(shuffled[:held]))
