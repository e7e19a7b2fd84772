"""Build the piecewise linear target function through given points."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike

from nnviz._checks import check, check_finite, check_one_of, plain_array
from nnviz._display import displayed
from nnviz._types import Array
from nnviz.expressions.nodes import write_number
from nnviz.expressions.source import LANGUAGES, Language

_SHOWN: Final = 6  # rows of the LaTeX; more pieces are abbreviated

_CODE: Final = {
    "numpy": """\
import numpy as np

KNOTS = {knots}
VALUES = {values}


def f(x):
    \"""Straight lines between the points, constant beyond them.\"""
    return np.interp(x, KNOTS, VALUES)
""",
    "torch": """\
import torch

KNOTS = {knots}
VALUES = {values}


def f(x):
    \"""Straight lines between the points, constant beyond them.\"""
    knots, values = x.new_tensor(KNOTS), x.new_tensor(VALUES)
    x = x.clamp(KNOTS[0], KNOTS[-1])
    k = torch.searchsorted(knots, x.detach().contiguous(), right=True).clamp(1, len(KNOTS) - 1)
    slopes = (values[1:] - values[:-1]) / (knots[1:] - knots[:-1])
    return values[k - 1] + slopes[k - 1] * (x - knots[k - 1])
""",
    "python": """\
from bisect import bisect

KNOTS = {knots}
VALUES = {values}


def f(x):
    \"""Straight lines between the points, constant beyond them.\"""
    x = min(max(x, KNOTS[0]), KNOTS[-1])
    k = min(max(bisect(KNOTS, x), 1), len(KNOTS) - 1)
    slope = (VALUES[k] - VALUES[k - 1]) / (KNOTS[k] - KNOTS[k - 1])
    return VALUES[k - 1] + slope * (x - KNOTS[k - 1])
""",
}


@displayed(
    lambda f: (
        f"{len(f.knots)} knots on [{f.knots[0]:g}, {f.knots[-1]:g}], "
        f"values from {f.values.min():.4g} to {f.values.max():.4g}"
    )
)
@dataclass(frozen=True, eq=False)
class PiecewiseLinear:
    """A continuous function that is linear between its knots, and constant outside of them.

    ``knots`` (n,) increase strictly, ``values`` (n,), n ≥ 2, all finite; both are kept as read-only float64
    arrays. It can replace an Expression of one variable, and is compared and hashed by its text. Raises
    ValueError for other knots or values.
    """

    knots: Array
    values: Array

    if TYPE_CHECKING:  # what it takes is wider than what it keeps

        def __init__(self, knots: ArrayLike, values: ArrayLike) -> None: ...

    def __post_init__(self) -> None:
        for name in ("knots", "values"):
            array = np.array(plain_array(getattr(self, name)), dtype=np.float64)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        shapes = self.knots.shape, self.values.shape
        if len(shapes[0]) != 1 or shapes[0] != shapes[1] or shapes[0][0] < 2:
            raise ValueError(f"`knots` and `values` must have the same shape (n,) with n ≥ 2, got {shapes}")
        check_finite("knots", self.knots)
        check_finite("values", self.values)
        check("knots", self.knots, bool((np.diff(self.knots) > 0).all()), "strictly increasing")
        with np.errstate(over="ignore"):
            if not np.isfinite(self.slopes).all():
                raise ValueError(
                    "`values` must differ by less between two knots, because a slope is infinite. "
                    "Move the knots apart."
                )

    @property
    def variables(self) -> tuple[str, ...]:
        """The name of the variable, as a tuple."""
        return ("x",)

    @property
    def interval(self) -> tuple[float, float]:
        """The first knot and the last knot."""
        return float(self.knots[0]), float(self.knots[-1])

    @property
    def slopes(self) -> Array:
        """The slope of each piece, (n-1,)."""
        return np.asarray(np.diff(self.values) / np.diff(self.knots))

    @property
    def text(self) -> str:
        """The points in words, which are not a formula."""
        return "through " + ", ".join(f"({write_number(x)}, {write_number(y)})" for x, y in self._points())

    def __call__(self, x: ArrayLike) -> Array:
        """Return the values in x's shape; nan where x is nan."""
        return np.asarray(np.interp(np.asarray(plain_array(x), dtype=np.float64), self.knots, self.values))

    def gradient(self, x: ArrayLike) -> Array:
        """Return the slope in x's shape; at a knot, the slope on its right; outside of the knots, 0."""
        x = np.asarray(x, dtype=np.float64)
        pieces = np.concatenate([[0.0], self.slopes, [0.0]])
        slope = pieces[np.searchsorted(self.knots, x, side="right")]
        return np.where(np.isnan(x), np.nan, slope)

    def latex(self) -> str:
        """Return the pieces as LaTeX cases; only the first five and the last one if there are more than six."""
        rows = [self._row(k) for k in range(len(self.slopes))]
        if len(rows) > _SHOWN:
            rows = [*rows[: _SHOWN - 1], r"\vdots & ", rows[-1]]
        return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"

    def code(self, language: Language) -> str:
        """Return the source text of a function f(x) with the same values, in "numpy", "torch" or "python"."""
        check_one_of("language", language, LANGUAGES)
        return _CODE[language].format(knots=self.knots.tolist(), values=self.values.tolist())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PiecewiseLinear) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def _points(self) -> list[tuple[float, float]]:
        """Return the points (x, y) as floats."""
        return list(zip(self.knots.tolist(), self.values.tolist(), strict=True))

    def _row(self, k: int) -> str:
        """Return the LaTeX of the k-th piece, y + s (x − a) for a ≤ x ≤ b, with four digits."""
        a, b, y, slope = *self.knots[k : k + 2], self.values[k], self.slopes[k]
        run = f"(x {_signed(-a)})" if a else "x"
        line = f"{_digits(y)} {_signed(slope)} {run}" if slope else _digits(y)
        return rf"{line} & \text{{if }} {_digits(a)} \le x \le {_digits(b)}"


def _digits(value: float) -> str:
    """Return a number with four significant digits and without an exponent."""
    return np.format_float_positional(value, precision=4, fractional=False, trim="-")


def _signed(value: float) -> str:
    """Return a number with its sign in front, as in + 2 or - 0.5."""
    return f"{'-' if value < 0 else '+'} {_digits(abs(value))}"


def through(x: ArrayLike, y: ArrayLike) -> PiecewiseLinear:
    """Return the piecewise linear target through points (x, y) in any order.

    The values of an x that occurs more than once are averaged. Raises ValueError if x and y differ in size, hold a
    value that is not finite, or have fewer than two different x.
    """
    x, y = (np.ravel(np.asarray(plain_array(part), dtype=np.float64)) for part in (x, y))
    if x.shape != y.shape:
        raise ValueError(f"`x` and `y` must have the same size, got {x.size} and {y.size}")
    check_finite("x", x)
    check_finite("y", y)
    knots, place = np.unique(x, return_inverse=True)
    if knots.size < 2:
        raise ValueError(f"`x` must have at least two different values, got {knots.size}")
    return PiecewiseLinear(knots, np.bincount(place, weights=y) / np.bincount(place))
