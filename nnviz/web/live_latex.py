"""Draw formulas whose numbers change in the browser while a slider is dragged.

How it works: Streamlit has LaTeX typeset by KaTeX in the browser, and to typeset a formula again takes longer than a
frame. So a formula is typeset once, with an empty, invisible symbol where each number belongs. KaTeX lets no class
and no id through, but colors: the symbol has a transparent color whose first two bytes name the formula and whose
third byte counts the number. The script static/live_latex.js looks for these colors and writes the numbers into the
symbols.

    numbers = LiveNumbers({"lr_w": w, "lr_b": b}, scales=(3.0, 3.0), key="lr_numbers")
    st.latex(rf"L = {numbers.place(lambda w, b: loss(x, y, w, b))}")
    numbers.mount()

Between two reruns a number is what its function gives, if that is a polynomial of degree two in the live values. The
mean squared error of a linear model, its gradient and its update are such polynomials. A few values of the function
determine the coefficients, which are all that the browser gets.

Numbers that a chart computes in the browser are written as the chart computes them (`ChartNumbers`).
"""

import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from nnviz._types import Array
from nnviz.web.components import declare_component

LiveFunction = Callable[..., float]
"""A function of the live values."""

PlaceNumber = Callable[..., str]
"""The method `LiveNumbers.place`."""

_FOLLOWED = declare_component("live_latex", "")
_MAX_NUMBERS = 256  # of one formula: the third byte of a color counts them


def live_value(which: int) -> LiveFunction:
    """Return the function that gives one of the live values itself."""
    return lambda *at: at[which]


class _Places:
    """The places for the numbers in the formulas of one key."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._mark = divmod(zlib.crc32(key.encode()) & 0xFFFF, 256)
        self._sent: list[dict[str, Any]] = []

    def _place(self, coefficients: Sequence[float], digits: int, **style: Any) -> str:
        """Return LaTeX that leaves a place for a number with these coefficients; style: as the script takes it."""
        if len(self._sent) == _MAX_NUMBERS:
            raise IndexError(f"a formula has places for {_MAX_NUMBERS} numbers")
        color = "".join(f"{byte:02x}" for byte in (*self._mark, len(self._sent)))
        if np.isfinite(coefficients).all():
            finite = list(coefficients)
        else:
            finite = [value for value in coefficients[:1] if math.isfinite(value)]
        words = "" if finite else {math.inf: "∞", -math.inf: "−∞"}.get(coefficients[0], "not a number")
        self._sent.append({"of": finite, "words": words, "digits": digits, **style})
        return rf"\textcolor{{#{color}00}}{{\mathord{{}}}}"

    def _mount(self, **follows: Any) -> None:
        _FOLLOWED(key=self._key, data={**follows, "mark": self._mark, "numbers": self._sent})


class ChartNumbers(_Places):
    """The numbers in the formulas of one key that a chart computes in the browser: its signal ``now`` has their names.

    As long as the signal ``moved`` of the chart is false, the numbers are those of the server.
    """

    def __init__(self, values: Mapping[str, float], *, chart: str, key: str) -> None:
        """Take the numbers by their names. chart: the key of the chart."""
        super().__init__(key)
        self._values, self._chart = values, chart

    def place(
        self, name: str, digits: int = 3, *, signed: bool = False, bracketed: bool = False, times: float = 1
    ) -> str:
        """Return LaTeX that leaves a place for ``times`` the number of that name.

        signed: write a plus sign, too, because the number is a summand. bracketed: put a negative number into brackets,
        because it is a factor. IndexError for more than 256 numbers.
        """
        style = {"signed": signed, "bracketed": bracketed, "name": name, "times": times}
        return self._place([times * self._values[name]], digits, **style)

    def mount(self) -> None:
        """Fill the places, now and while the chart moves. Call it after the formulas are drawn."""
        self._mount(chart=self._chart, names=[], at=[], reach=[])


class LiveNumbers(_Places):
    """The numbers in the formulas of one key. Each has a place in LaTeX and follows the live values."""

    def __init__(self, at: Mapping[str, float], *, scales: Sequence[float], key: str) -> None:
        """Follow the live values ``at``, name -> present value.

        scales: how far each is likely to move; the coefficients are computed from values at these distances.
        """
        super().__init__(key)
        self._at = dict(at)
        self._scales = [float(scale) for scale in scales]

    def place(self, function: LiveFunction, digits: int = 3, *, signed: bool = False, color: str = "") -> str:
        """Return LaTeX that leaves a place for a number, a function of the live values.

        signed: write a plus sign, too, because the number is a summand. color: of the number, by default that of the
        formula. IndexError for more than 256 numbers.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            coefficients = self._polynomial(function)
        return self._place(coefficients, digits, signed=signed, color=color)

    def follow(self, function: LiveFunction) -> dict[str, Any]:
        """Return what the browser needs to compute the number by itself (static/live_number.js)."""
        return {**self._follows, "of": self._polynomial(function)}

    @property
    def _follows(self) -> dict[str, Any]:
        return {"names": list(self._at), "at": list(self._at.values()), "reach": self._scales}

    def _polynomial(self, function: LiveFunction) -> list[float]:
        """Return the coefficients of 1, uᵢ, and uᵢuⱼ for i ≤ j, where u is the change in units of the scales."""
        at = np.array(list(self._at.values()))
        changes = np.diag(self._scales)

        def value(change: Array | float) -> float:
            return float(function(*(at + change).tolist()))

        here = value(0.0)
        up, down = [value(change) for change in changes], [value(-change) for change in changes]
        first = [(more - less) / 2 for more, less in zip(up, down, strict=True)]
        second = [(more + less) / 2 - here for more, less in zip(up, down, strict=True)]
        products = [
            second[i] if i == j else value(changes[i] + changes[j]) - up[i] - up[j] + here
            for i in range(len(at))
            for j in range(i, len(at))
        ]
        return [here, *first, *products]

    def mount(self) -> None:
        """Fill the places, now and while the live values change. Call it after the formulas are drawn."""
        self._mount(**self._follows)
