"""Formulas whose numbers follow a hand: LaTeX is set once, and its numbers change in their places, in the browser.

A line of LaTeX leaves a place for each number; the numbers are then followed:

    numbers = Numbers({"lr_w": w, "lr_b": b}, reach=(3.0, 3.0), key="lr_numbers")
    st.latex(rf"L = {numbers.place(lambda w, b: risk(x, y, w, b))}")
    numbers.follow()

Setting a formula anew costs the browser more than a frame. Between two reruns a number is what its function gives,
if that is a polynomial of degree two in the two live values, as the mean squared error of a line, its slope and the
step are: six values of the function say which.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from nnviz.ui.assets import component
from nnviz.ui.words import tex

Moving = Callable[[float, float], float]
Place = Callable[..., str]  # Numbers.place

_FOLLOWED = component("numbers", "")
_MOST = 256  # numbers of a formula: the third byte of its colours counts them


class Numbers:
    """The numbers of the formulas below one key: each has a place in LaTeX, and follows the live values."""

    def __init__(self, at: Mapping[str, float], *, reach: Sequence[float] | None, key: str) -> None:
        """Follow the live values `at`, name -> present value.

        reach: how far each of the two is likely to move, the scale on which the polynomials are found; None where the
        numbers stay as they are until the server is asked again.
        """
        self._at = dict(at)
        self._reach = None if reach is None else [float(r) for r in reach]
        self._key = key
        # KaTeX lets no names through, but colours: two bytes for the key, one for the number, and fully transparent
        self._mark = divmod(zlib.crc32(key.encode()) & 0xFFFF, 256)
        self._sent: list[dict[str, Any]] = []

    def place(self, moving: Moving | float, digits: int = 3, *, signed: bool = False) -> str:
        """LaTeX that leaves a place for a number, a function of the two live values or one that stays.

        signed: with its sign in front, to be added. IndexError where there are more than 256.
        """
        if len(self._sent) == _MOST:
            raise IndexError(f"a formula has places for {_MOST} numbers")
        color = "".join(f"{byte:02x}" for byte in (*self._mark, len(self._sent)))
        of = self._polynomial(moving) if callable(moving) else [float(moving)]
        finite = bool(np.isfinite(of).all())
        words = "" if finite else {r"\infty": "∞", r"-\infty": "−∞"}.get(tex(of[0]), "not a number")
        self._sent.append({"of": of if finite else [], "words": words, "digits": digits, "signed": signed})
        return rf"\textcolor{{#{color}00}}{{\mathord{{}}}}"

    def _polynomial(self, moving: Moving) -> list[float]:
        """Its coefficients of 1, u, v, u², uv, v², where u and v are the ways from `at` in units of the reach."""
        names = list(self._at.values())
        if self._reach is None:
            return [float(moving(*names))]
        (w, b), (across, up) = names, self._reach
        here, on, back, over, under, both = (
            float(moving(w + u * across, b + v * up))
            for u, v in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1))
        )
        du, dv, uu, vv = (
            (on - back) / 2,
            (over - under) / 2,
            (on + back) / 2 - here,
            (over + under) / 2 - here,
        )
        return [here, du, dv, uu, both - here - du - dv - uu - vv, vv]

    def follow(self) -> None:
        """Fill the places, now and while the live values change."""
        live = self._reach is not None
        names, at, reach = list(self._at) * live, list(self._at.values()) * live, self._reach or []
        data = {"mark": self._mark, "names": names, "at": at, "reach": reach, "numbers": self._sent}
        _FOLLOWED(key=self._key, data=data)
