"""Enclose the Taylor coefficients of f on whole cells, and prove that f is smooth there.

A series holds balls |aₖ − cₖ| ≤ eₖ for the coefficients aₖ = rᵏ f⁽ᵏ⁾(x)/k!, k = 0 … ``ORDER``, at the middle m of a
cell of half-width r, or for every x of the cell. By Taylor's theorem with Lagrange's remainder, for |t| ≤ 1,

    f(m + r t) = Σ_{k<K} aₖ tᵏ + b tᴷ,   aₖ at the middle, b a value of the K-th coefficient on the cell.

The coefficients follow from recurrences. For example y′ = u′ y gives k yₖ = Σ_{j≥1} j uⱼ yₖ₋ⱼ for y = eᵘ (Moore,
Kearfott & Cloud 2009, Introduction to Interval Analysis, chapter 9). Rounding adds to the radii: the error of a sum of
at most ORDER + 1 products, divided by a small number, is below ROUNDING times the sum of the magnitudes. Where f may be
undefined or not smooth, a radius is infinite or nan.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from nnviz._types import Array, Truth
from nnviz.enclosures import intervals as iv
from nnviz.enclosures.intervals import Interval

ORDER: Final = 8
ROUNDING: Final = 2.0**-49  # 16 units of roundoff
SINGLE: Final = 2.0**-52  # two units of roundoff, for a single operation
SPARE: Final = 1 + 2.0**-40  # for the rounding of the radii
TINY: Final = 1e-300  # for underflow


class Series(NamedTuple):
    """Balls for the Taylor coefficients on m cells; the coefficients that are left out are 0."""

    center: Array  # (L, m), L ≤ ORDER + 1
    radius: Array  # (L, m)

    @property
    def range(self) -> Interval:
        """The interval of the first coefficient, (m,)."""
        c, e = self.center[0], self.radius[0]
        return Interval(iv.down(c - e), iv.up(c + e))

    @property
    def known(self) -> Truth:
        """A mask (m,), True where f is defined and smooth, so that all balls are finite."""
        return np.asarray(np.isfinite(self.center + self.radius).all(axis=0))

    @property
    def constant(self) -> bool:
        """Whether only the first coefficient is not 0."""
        return len(self.center) == 1

    def to_length(self, length: int) -> "Series":
        """Return the series with so many coefficients, at least as many as it has."""
        if len(self.center) == length:
            return self
        both = np.zeros((2, length, self.center.shape[1]))
        both[0, : len(self.center)], both[1, : len(self.center)] = self
        return Series(*both)


Ball = tuple[Array, Array]  # centers and radii, (m,) each


def variable(middle: Array, half: Array) -> Series:
    """Return the series of x at the middles of m cells, then on the cells, (2, 2m)."""
    center = np.stack([np.tile(middle, 2), np.tile(half, 2)])
    radius = np.zeros_like(center)
    radius[0, len(half) :] = half
    return Series(center, radius)


def number_like(center: float, radius: float, like: Series) -> Series:
    """Return the series of a number, for as many cells as those of another series."""
    shape = (1, like.center.shape[1])
    return Series(np.full(shape, center), np.full(shape, radius))


def ball_of(a: Interval) -> Ball:
    """Return the balls that contain intervals."""
    center = a.lo / 2 + a.hi / 2
    return center, iv.up(np.maximum(a.hi - center, center - a.lo)) * SPARE + TINY


# --- sums of products ---


def first_factor(a: Series, factors: Array | float = 1.0) -> Array:
    """Return what ``terms`` needs of a first factor, (3, L, m), with its coefficients times ``factors`` (L,)."""
    found = np.stack([a.center, np.abs(a.center), a.radius])
    found *= np.reshape(factors, (-1, 1))
    return found


def slopes_of(u: Series) -> Array:
    """Return j uⱼ as a first factor."""
    return first_factor(u, np.arange(len(u.center), dtype=np.float64))


def second_factor(a: Series) -> Array:
    """Return what ``terms`` needs of a second factor, (3, L, m)."""
    size = np.abs(a.center)
    return np.stack([a.center, a.radius + ROUNDING * size, a.radius + size])


def terms(left: Array, right: Array, k: int, first: int = 0) -> Ball:
    """Return the balls of Σ aⱼ bₖ₋ⱼ from j = ``first`` on, over the coefficients that are not 0."""
    low, high = max(first, k - right.shape[1] + 1), min(k, left.shape[1] - 1)
    found = (left[:, low : high + 1] * right[:, k - high : k - low + 1][:, ::-1]).sum(axis=1)
    return found[0], found[1] + found[2]


def divided(ball: Ball, k: float) -> Ball:
    """Return the balls over a number whose rounding is part of ROUNDING."""
    return ball[0] / k, ball[1] / abs(k)


class Growing:
    """A series whose coefficients are added one after the other, also as a second factor (3, ORDER + 1, m)."""

    def __init__(self, first: Ball) -> None:
        self.right = np.empty((3, ORDER + 1, len(first[0])))
        self.series = Series(self.right[0], np.empty(self.right.shape[1:]))
        self.put(0, first)

    def put(self, k: int, ball: Ball) -> None:
        """Set the k-th coefficient."""
        radius, size = ball[1] * SPARE + TINY, np.abs(ball[0])
        self.series.center[k], self.series.radius[k] = ball[0], radius
        self.right[1, k], self.right[2, k] = radius + ROUNDING * size, radius + size


def solved(first: Ball, coefficient: Callable[[int, Array], Ball]) -> Series:
    """Return the series whose k-th coefficient follows from the ones before, which are a second factor (3, k, m)."""
    found = Growing(first)
    for k in range(1, ORDER + 1):
        found.put(k, coefficient(k, found.right[:, :k]))
    return found.series


def integral(value: Interval, u: Series, slope: Series) -> Series:
    """Return the series of φ(u) from its value and the series of φ′(u), by k yₖ = Σ_{j≥1} j uⱼ gₖ₋ⱼ."""
    left, right = slopes_of(u), second_factor(slope)
    return solved(ball_of(value), lambda k, _: divided(terms(left, right, k, 1), k))
