"""Hold functions that are drawn by hand, with evenly spaced knots, as short texts for a link."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from nnviz._checks import argument_error
from nnviz._display import displayed
from nnviz._types import Array
from nnviz.targets.points import PiecewiseLinear

KNOTS: Final = 65  # the largest number of knots
LEVELS: Final = 4096  # different heights, written as two signs of 64 each
LARGEST: Final = 1e6
_SIGNS: Final = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # base64url, RFC 4648 section 5
)
_TEXT: Final = re.compile(rf"([^~]+)~([^~]+)~([^~]+)~([^~]+)~((?:[A-Za-z0-9_-]{{2}}){{2,{KNOTS}}})")


@displayed(lambda f: f"{len(f.codes)} knots on [{f.a:g}, {f.b:g}], heights {f.low:g} to {f.high:g}")
@dataclass(frozen=True)
class Drawing:
    """A continuous function on [a, b] that is linear between evenly spaced knots.

    ``codes``: the heights of the 2 to 65 knots, whole numbers from 0 (``low``) to 4095 (``high``). Raises
    ValueError, in words for the user, for other values.
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
                    f"The ends of {what} must be between −{LARGEST:g} and {LARGEST:g}, got {start:g} and {end:g}"
                )
            if not end - start >= 1e-9 * max(abs(start), abs(end), 1e-3):
                raise ValueError(
                    f"The first end of {what} must be smaller than the second, got {start:g} and {end:g}"
                )
        if not 2 <= len(self.codes) <= KNOTS:
            raise ValueError(f"A drawing must have between 2 and {KNOTS} knots, got {len(self.codes)}")
        if not all(isinstance(code, int) and 0 <= code < LEVELS for code in self.codes):
            raise argument_error("codes", f"whole numbers between 0 and {LEVELS - 1}", self.codes)

    @property
    def knots(self) -> Array:
        """The positions of the knots, (n,)."""
        return np.linspace(self.a, self.b, len(self.codes))

    @property
    def values(self) -> Array:
        """The heights of the knots, (n,)."""
        return self.low + np.array(self.codes) / (LEVELS - 1) * (self.high - self.low)

    @property
    def function(self) -> PiecewiseLinear:
        """The drawing as a target."""
        return PiecewiseLinear(self.knots, self.values)

    @property
    def text(self) -> str:
        """The text ``a~b~low~high~heights``, with two characters for each knot; `read_drawing` reads it."""
        signs = "".join(_SIGNS[code // 64] + _SIGNS[code % 64] for code in self.codes)
        return "~".join([*(repr(float(v)) for v in (self.a, self.b, self.low, self.high)), signs])


def read_drawing(text: str) -> Drawing:
    """Return the drawing of a `Drawing.text`; ValueError, in words for the user, if it cannot be read."""
    match = _TEXT.fullmatch(text.strip())
    if match is None:
        raise ValueError(
            "This text is not a drawing. A drawing has four numbers, and two characters for each of 2 to "
            f"{KNOTS} knots, as in -1~1~-1.5~1.5~AAgAAA."
        )
    try:
        a, b, low, high = map(float, match.groups()[:4])
    except ValueError as error:
        raise ValueError("One of the first four parts of the drawing is not a number.") from error
    signs = [_SIGNS.index(sign) for sign in match[5]]
    return Drawing(a, b, low, high, tuple(64 * x + y for x, y in zip(signs[::2], signs[1::2], strict=True)))


def trace(f: Callable[[Array], Array], interval: tuple[float, float]) -> Drawing:
    """Return the drawing with 65 knots that is closest to f at the knots, with a margin above and below.

    f is interpolated linearly where its value is not finite. ValueError if no value at a knot is finite.
    """
    x = np.linspace(*interval, KNOTS)
    y = np.asarray(f(x), dtype=np.float64)
    finite = np.abs(y) <= LARGEST / 2
    if not finite.any():
        raise ValueError("The function has no finite value on K, so it cannot be drawn.")
    y = np.interp(x, x[finite], y[finite])
    low, high = float(y.min()), float(y.max())
    margin = 0.25 * (high - low) or max(abs(high), 1.0)
    low, high = float(f"{low - margin:.2g}"), float(f"{high + margin:.2g}")
    codes = np.round((y - low) / (high - low) * (LEVELS - 1)).clip(0, LEVELS - 1).astype(int)
    return Drawing(float(interval[0]), float(interval[1]), low, high, tuple(codes.tolist()))
