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

Array = NDArray[np.float64]
Interval = tuple[float, float]

MOST_DEGREE = 20


@dataclass(frozen=True, eq=False)
class Basis:
    """Features of one number. ``columns(x (n,), degree, interval)`` gives the design matrix (n, degree + 1)."""

    name: str
    label: str
    latex: str
    lesson: str
    columns: Callable[[Array, int, Interval], Array]


def _unit(x: Array, interval: Interval) -> Array:
    """The interval mapped to [−1, 1]."""
    low, high = interval
    return (2 * x - low - high) / (high - low)


def _powers(x: Array, degree: int, _interval: Interval) -> Array:
    return np.vander(x, degree + 1, increasing=True)


def _scaled_powers(x: Array, degree: int, interval: Interval) -> Array:
    return np.vander(_unit(x, interval), degree + 1, increasing=True)


def _chebyshev(x: Array, degree: int, interval: Interval) -> Array:
    return np.asarray(chebyshev.chebvander(_unit(x, interval), degree))


_BASES = (
    Basis(
        "powers",
        "Powers of x",
        r"\varphi_j(x) = x^j",
        "The textbook's choice (a Vandermonde matrix): far from zero the columns look more and more alike.",
        _powers,
    ),
    Basis(
        "scaled",
        "Powers of x scaled to [−1, 1]",
        r"\varphi_j(x) = t^j, \quad t = \tfrac{2x - a - b}{b - a}",
        "The same curves; scaling alone takes away most of the condition number.",
        _scaled_powers,
    ),
    Basis(
        "chebyshev",
        "Chebyshev polynomials",
        r"\varphi_j(x) = T_j(t) = \cos(j \arccos t), \quad t = \tfrac{2x - a - b}{b - a}",
        "The same curves again; the columns are nearly orthogonal, so each weight can be told from the others.",
        _chebyshev,
    ),
)

BASES: dict[str, Basis] = {basis.name: basis for basis in _BASES}


class PolynomialFit(NamedTuple):
    """Least squares in a basis.

    coefficients: (degree + 1,) θ; condition: σmax/σmin of the design matrix, inf where σmin = 0; rank: how many
    singular values are above rounding (n ε σmax); with less than degree + 1, θ is the one of least norm.
    """

    basis: str
    interval: Interval
    coefficients: Array
    condition: float
    rank: int

    def __call__(self, x: ArrayLike) -> Array:
        """ŷ at x (m,), shape (m,)."""
        return design(x, len(self.coefficients) - 1, self.basis, self.interval) @ self.coefficients


def design(x: ArrayLike, degree: int, basis: str, interval: Interval) -> Array:
    """The features of x (n,) as columns, (n, degree + 1), inf beyond floating point.

    ValueError for an unknown basis or a bad degree.
    """
    if basis not in BASES:
        raise ValueError(f"the basis is {basis!r}; legal is one of {', '.join(BASES)}")
    if not 0 <= degree <= MOST_DEGREE:
        raise ValueError(f"the degree is {degree}; legal is 0 to {MOST_DEGREE}")
    if not interval[0] < interval[1]:
        raise ValueError(f"the interval is {interval}; legal is a smaller number before a larger one")
    with np.errstate(over="ignore"):
        return BASES[basis].columns(np.asarray(x, dtype=np.float64), degree, interval)


def fit_polynomial(
    x: ArrayLike, y: ArrayLike, degree: int, basis: str = "chebyshev", interval: Interval = (-1.0, 1.0)
) -> PolynomialFit:
    """The polynomial of least mean squared error through points x, y (n,), by the SVD of the design matrix."""
    target = np.asarray(y, dtype=np.float64)
    columns = design(x, degree, basis, interval)
    if columns.shape[0] != target.size or not np.isfinite(target).all():
        raise ValueError(
            f"x gives {columns.shape[0]} rows and y has {target.size} numbers; all must be finite"
        )
    if not np.isfinite(columns).all():
        raise ValueError(f"features of x up to degree {degree} are beyond floating point; scale x first")
    coefficients, _, rank, singular = np.linalg.lstsq(columns, target)
    ratio = _ratio(np.asarray(singular, np.float64), columns.shape)
    return PolynomialFit(basis, interval, np.asarray(coefficients, np.float64), ratio, int(rank))


def condition(x: ArrayLike, degree: int, basis: str, interval: Interval) -> float:
    """σmax/σmin of the design matrix; inf where σmin = 0, as with fewer points than columns, or entries overflow."""
    columns = design(x, degree, basis, interval)
    if not np.isfinite(columns).all():
        return inf
    return _ratio(np.asarray(np.linalg.svd(columns, compute_uv=False), np.float64), columns.shape)


def _ratio(singular: Array, shape: tuple[int, ...]) -> float:
    few = shape[0] < shape[1]
    return inf if few or singular[-1] == 0 else float(singular[0] / singular[-1])


class Split(NamedTuple):
    """The numbers of the points to learn from, and of those held out, each rising."""

    train: NDArray[np.int64]
    held_out: NDArray[np.int64]


def split(n: int, share: float, seed: int) -> Split:
    """Hold round(share · n) of n points out by chance, at least one on either side; 0 < share < 1, else ValueError."""
    if not (n >= 2 and 0 < share < 1):
        raise ValueError(f"n = {n}, share {share!r}; legal is n ≥ 2 and 0 < share < 1")
    held = min(max(round(share * n), 1), n - 1)
    dealt = np.random.default_rng(seed).permutation(n)
    return Split(np.sort(dealt[held:]), np.sort(dealt[:held]))
