"""Functions drawn by hand: evenly spaced knots, as few characters of a link."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nnviz.functions.points import PiecewiseLinear

Array = NDArray[np.float64]

KNOTS: Final = 65  # the most
LEVELS: Final = 4096  # of height: two signs of 64 each
LARGEST: Final = 1e6
_SIGNS: Final = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # base64url, RFC 4648 section 5
)
_TEXT: Final = re.compile(rf"([^~]+)~([^~]+)~([^~]+)~([^~]+)~((?:[A-Za-z0-9_-]{{2}}){{2,{KNOTS}}})")


@dataclass(frozen=True)
class Drawing:
    """A continuous function on [a, b] through evenly spaced knots, straight between them.

    ``codes``: the heights of the 2 to 65 knots, whole numbers from 0 (``low``) to 4095 (``high``). ValueError, in
    words for the one who drew, for anything else.
    """

    a: float
    b: float
    low: float
    high: float
    codes: tuple[int, ...]

    def __post_init__(self) -> None:
        for start, end, what in ((self.a, self.b, "K"), (self.low, self.high, "the height of the pad")):
            if not (np.isfinite([start, end]).all() and max(abs(start), abs(end)) <= LARGEST):
                raise ValueError(
                    f"{what} must be between −{LARGEST:g} and {LARGEST:g}; got {start:g} and {end:g}"
                )
            if not end - start >= 1e-9 * max(abs(start), abs(end), 1e-3):
                raise ValueError(
                    f"{what} must go from a smaller to a larger number; got {start:g} and {end:g}"
                )
        if not 2 <= len(self.codes) <= KNOTS:
            raise ValueError(f"a drawing has 2 to {KNOTS} knots; got {len(self.codes)}")
        if not all(isinstance(code, int) and 0 <= code < LEVELS for code in self.codes):
            raise ValueError(f"the heights of a drawing are whole numbers from 0 to {LEVELS - 1}")

    @property
    def knots(self) -> Array:
        """Where the knots are (n,)."""
        return np.linspace(self.a, self.b, len(self.codes))

    @property
    def values(self) -> Array:
        """The heights of the knots (n,)."""
        return self.low + np.array(self.codes) / (LEVELS - 1) * (self.high - self.low)

    @property
    def function(self) -> PiecewiseLinear:
        """The drawing as a target."""
        return PiecewiseLinear(self.knots, self.values)

    @property
    def text(self) -> str:
        """The drawing as ``a~b~low~high~heights``, two characters a knot, safe in a link; `read_drawing` reads it."""
        signs = "".join(_SIGNS[code // 64] + _SIGNS[code % 64] for code in self.codes)
        return "~".join([*(repr(float(v)) for v in (self.a, self.b, self.low, self.high)), signs])


def read_drawing(text: str) -> Drawing:
    """The drawing of a `Drawing.text`; ValueError, in words, where it cannot be read."""
    match = _TEXT.fullmatch(text.strip())
    if match is None:
        raise ValueError(
            f"this is no drawing: four numbers and two characters for each of 2 to {KNOTS} knots are expected, as in "
            "-1~1~-1.5~1.5~AAgAAA"
        )
    try:
        a, b, low, high = map(float, match.groups()[:4])
    except ValueError as error:
        raise ValueError("one of the first four parts of the drawing is not a number") from error
    signs = [_SIGNS.index(sign) for sign in match[5]]
    return Drawing(a, b, low, high, tuple(64 * x + y for x, y in zip(signs[::2], signs[1::2], strict=True)))


def trace(f: Callable[[Array], Array], interval: tuple[float, float]) -> Drawing:
    """The drawing of 65 knots that is nearest to f at them, on a pad with some air above and below.

    Where f has no finite value, the line goes straight to where it has. ValueError if it has none at all.
    """
    x = np.linspace(*interval, KNOTS)
    y = np.asarray(f(x), dtype=np.float64)
    finite = np.abs(y) <= LARGEST / 2
    if not finite.any():
        raise ValueError("the function has no finite value on K that could be drawn")
    y = np.interp(x, x[finite], y[finite])
    low, high = float(y.min()), float(y.max())
    air = 0.25 * (high - low) or max(abs(high), 1.0)
    low, high = float(f"{low - air:.2g}"), float(f"{high + air:.2g}")
    codes = np.round((y - low) / (high - low) * (LEVELS - 1)).clip(0, LEVELS - 1).astype(int)
    return Drawing(float(interval[0]), float(interval[1]), low, high, tuple(codes.tolist()))
