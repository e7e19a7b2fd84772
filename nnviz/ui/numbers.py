"""Formulas whose numbers follow a hand: LaTeX is set once, and its numbers change in their places, in the browser.

A line of LaTeX leaves a place for each number; the numbers are then followed:

    numbers = Numbers({"lr_w": w, "lr_b": b}, reach=(3.0, 3.0), key="lr_numbers")
    st.latex(rf"L = {numbers.place(lambda w, b: risk(x, y, w, b))}")
    numbers.follow()

Setting a formula anew costs the browser more than a frame. Between two reruns a number is what its function gives,
if that is a polynomial of degree two in the live values, as the mean squared error of a linear model, its slope and
the step are: a few values of the function say which.
"""

import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.ui.assets import component

Moving = Callable[..., float]  # of the live values
Place = Callable[..., str]  # Numbers.place

_FOLLOWED = component("numbers", "")
_MOST = 256  # numbers of a formula: the third byte of its colours counts them


def parameter(which: int) -> Moving:
    """One of the live values, as it is."""
    return lambda *at: at[which]


class Numbers:
    """The numbers of the formulas below one key: each has a place in LaTeX, and follows the live values."""

    def __init__(self, at: Mapping[str, float], *, reach: Sequence[float], key: str) -> None:
        """Follow the live values `at`, name -> present value.

        reach: how far each is likely to move, the scale on which the polynomials are found.
        """
        self._at = dict(at)
        self._reach = [float(r) for r in reach]
        self._key = key
        # KaTeX lets no names through, but colours: two bytes for the key, one for the number, and fully transparent
        self._mark = divmod(zlib.crc32(key.encode()) & 0xFFFF, 256)
        self._sent: list[dict[str, Any]] = []

    def place(self, moving: Moving, digits: int = 3, *, signed: bool = False) -> str:
        """LaTeX that leaves a place for a number, a function of the live values.

        signed: with its sign in front, to be added. IndexError where there are more than 256.
        """
        if len(self._sent) == _MOST:
            raise IndexError(f"a formula has places for {_MOST} numbers")
        color = "".join(f"{byte:02x}" for byte in (*self._mark, len(self._sent)))
        with np.errstate(over="ignore", invalid="ignore"):
            of = self._polynomial(moving)
        finite = of if np.isfinite(of).all() else [one for one in of[:1] if math.isfinite(one)]
        words = "" if finite else {math.inf: "∞", -math.inf: "−∞"}.get(of[0], "not a number")
        self._sent.append({"of": finite, "words": words, "digits": digits, "signed": signed})
        return rf"\textcolor{{#{color}00}}{{\mathord{{}}}}"

    def _polynomial(self, moving: Moving) -> list[float]:
        """Its coefficients of 1, of uᵢ, and of uᵢuⱼ for i ≤ j, where u is the way from `at` in units of the reach."""
        at = np.array(list(self._at.values()))
        ways = np.diag(self._reach)

        def value(way: NDArray[np.float64] | float) -> float:
            return float(moving(*(at + way).tolist()))

        here, on, back = value(0.0), [value(way) for way in ways], [value(-way) for way in ways]
        slopes = [(more - less) / 2 for more, less in zip(on, back, strict=True)]
        bends = [(more + less) / 2 - here for more, less in zip(on, back, strict=True)]
        products = [
            bends[i] if i == j else value(ways[i] + ways[j]) - on[i] - on[j] + here
            for i in range(len(at)) for j in range(i, len(at))
        ]  # fmt: skip
        return [here, *slopes, *products]

    def follow(self) -> None:
        """Fill the places, now and while the live values change."""
        names, at = list(self._at), list(self._at.values())
        data = {"mark": self._mark, "names": names, "at": at, "reach": self._reach, "numbers": self._sent}
        _FOLLOWED(key=self._key, data=data)
