"""Targets from points or a drawing: the piecewise linear function through them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.functions.nodes import write_number
from nnviz.functions.source import LANGUAGES, Language

Array = NDArray[np.float64]

_SHOWN: Final = 6  # pieces that LaTeX shows before it abbreviates

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


@dataclass(frozen=True, eq=False)
class PiecewiseLinear:
    """The continuous function with the given values at the knots, straight between them, constant beyond.

    ``knots`` (n,) increase strictly, ``values`` (n,), n ≥ 2, all finite; both are kept as read-only float64
    arrays. Stands wherever an Expression of one variable can stand; equal and hashed by its text. Raises
    ValueError for other knots or values.
    """

    knots: Array
    values: Array

    def __post_init__(self) -> None:
        for name in ("knots", "values"):
            array = np.array(getattr(self, name), dtype=np.float64)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        shapes = self.knots.shape, self.values.shape
        if len(shapes[0]) != 1 or shapes[0] != shapes[1] or shapes[0][0] < 2:
            raise ValueError(f"knots and values must both have shape (n,) with n >= 2; got {shapes}")
        if not np.isfinite([self.knots, self.values]).all():
            raise ValueError("knots and values must be finite numbers")
        if not (np.diff(self.knots) > 0).all():
            raise ValueError(f"knots must increase; got {self.knots.tolist()}")
        with np.errstate(over="ignore"):
            if not np.isfinite(self.slopes).all():
                raise ValueError("knots are too close together or values too far apart: a slope is infinite")

    @property
    def variables(self) -> tuple[str, ...]:
        """The name of its one variable."""
        return ("x",)

    @property
    def interval(self) -> tuple[float, float]:
        """From the first knot to the last."""
        return float(self.knots[0]), float(self.knots[-1])

    @property
    def slopes(self) -> Array:
        """The slope of each piece (n-1,)."""
        return np.asarray(np.diff(self.values) / np.diff(self.knots))

    @property
    def text(self) -> str:
        """Its points in words; not a formula."""
        return "through " + ", ".join(f"({write_number(x)}, {write_number(y)})" for x, y in self._points())

    def __call__(self, x: ArrayLike) -> Array:
        """The values in x's shape; nan where x is nan."""
        return np.asarray(np.interp(np.asarray(x, dtype=np.float64), self.knots, self.values))

    def gradient(self, x: ArrayLike) -> Array:
        """The slope in x's shape, at a knot that of the piece to the right; 0 beyond the knots."""
        x = np.asarray(x, dtype=np.float64)
        pieces = np.concatenate([[0.0], self.slopes, [0.0]])
        slope = pieces[np.searchsorted(self.knots, x, side="right")]
        return np.where(np.isnan(x), np.nan, slope)

    def latex(self) -> str:
        """The pieces as cases; with many pieces the first ones and the last."""
        rows = [self._row(k) for k in range(len(self.slopes))]
        if len(rows) > _SHOWN:
            rows = [*rows[: _SHOWN - 1], r"\vdots & ", rows[-1]]
        return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"

    def code(self, language: Language) -> str:
        """Source text of a function f(x) with the same values, in "numpy", "torch" or "python"."""
        if language not in LANGUAGES:
            raise ValueError(f"language must be one of {', '.join(LANGUAGES)}; got {language!r}")
        return _CODE[language].format(knots=self.knots.tolist(), values=self.values.tolist())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PiecewiseLinear) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def _points(self) -> list[tuple[float, float]]:
        return list(zip(self.knots.tolist(), self.values.tolist(), strict=True))

    def _row(self, k: int) -> str:
        """The k-th piece, y + s (x − a) for a ≤ x ≤ b, to four digits."""
        a, b, y, slope = *self.knots[k : k + 2], self.values[k], self.slopes[k]
        run = f"(x {_signed(-a)})" if a else "x"
        line = f"{_digits(y)} {_signed(slope)} {run}" if slope else _digits(y)
        return rf"{line} & \text{{if }} {_digits(a)} \le x \le {_digits(b)}"


def _digits(value: float) -> str:
    """Four digits, without an exponent."""
    return np.format_float_positional(value, precision=4, fractional=False, trim="-")


def _signed(value: float) -> str:
    """A term with its sign in front, as in + 2 or - 0.5."""
    return f"{'-' if value < 0 else '+'} {_digits(abs(value))}"


def through(x: ArrayLike, y: ArrayLike) -> PiecewiseLinear:
    """The piecewise linear target through points (x, y) in any order.

    Where an x occurs more than once its values are averaged. Raises ValueError where x and y differ in shape,
    hold a value that is not finite, or have fewer than two different x.
    """
    x, y = np.ravel(np.asarray(x, dtype=np.float64)), np.ravel(np.asarray(y, dtype=np.float64))
    if x.shape != y.shape:
        raise ValueError(f"there must be as many y as x; got {x.size} x and {y.size} y")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("every x and y must be a finite number")
    knots, place = np.unique(x, return_inverse=True)
    if knots.size < 2:
        raise ValueError(f"a line needs points at two different x or more; got {knots.size}")
    return PiecewiseLinear(knots, np.bincount(place, weights=y) / np.bincount(place))
