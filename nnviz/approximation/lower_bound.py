"""How many units every ReLU network needs that is within ε of f: a bound that no network beats, and its proof.

A network within ε passes through every gate f(x) ± ε, whatever it does in between. The greedy path through gates at
samples gives a chain of lines; that no function with fewer pieces passes them all follows from three facts for each
line, which are checked here apart from how it was found, with f enclosed in intervals and signs that are exact:

    1  it goes through the top of a gate at p and the bottom of a gate at q > p, and passes above a gate at X > q:
       so no single line that obeys these three gates exists;
    2  p and q are at or behind the X of the line before, so that one piece of the network is in the way; or
    3  p, being the bottom of a gate, is between q and X of the line before, and not above that line.

Upside down the same holds. With P − 1 such lines every function within ε has at least P pieces, so every ReLU network
at least P − 1 units. A line that fails a check is not counted, which can only make the bound smaller.
"""

from fractions import Fraction
from itertools import takewhile
from math import inf
from time import monotonic
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.approximation.domains import Interval
from nnviz.approximation.piecewise_linear import END, Line, Sample, Tube, links, size_of
from nnviz.approximation.relu import ROUNDING
from nnviz.functions import Expression, PiecewiseLinear, enclose_points

Array = NDArray[np.float64]
Target = Expression | PiecewiseLinear

_FINE: Final = 8  # gates in each cell between samples, where a line may leave
_WIDER: Final = (
    1e-6  # of ε: so much wider are the gates of the search, to leave room for rounding in the proof
)
_TWINS: Final = (
    128  # floats: samples so near to each other, and to no other, are one corner of f, known twice
)
_GOLDEN: Final = (5**0.5 - 1) / 2
_SIGN: Final = (
    3 + 16 * 2.0**-53
) * 2.0**-53  # Shewchuk 1997, Adaptive precision floating-point arithmetic, orient2d
_WINDOWS: Final = 17  # one more than are counted
_PLACES: Final = 33  # in each part of K, for one window
_IN_A_WINDOW: Final = 48  # units, about
_GATES: Final = 1600  # in a window
_CHORD: Final = 64  # floats: no shorter chord is looked at


class Gates(Tube):
    """Gates at samples, no walls in between; each cell has further gates, at one of which a line leaves."""

    def __init__(self, f: Target, x: Array, epsilon: float) -> None:
        self.fine = x[:-1] + np.diff(x) * (np.arange(1, _FINE)[:, None] / _FINE)
        y = f(x)
        size = size_of(y)
        self.values, y = f(self.fine) / size, y / size
        self.epsilon = epsilon / size * (1 + _WIDER) + ROUNDING * float(np.abs(y).max())
        super().__init__(x, y - self.epsilon, y + self.epsilon)

    def exits(self, line: Line) -> Sample:
        """The first gate of the cell that the line misses."""
        before, slope, (qx, qy) = self.x[line.i - 1], line.slope, line.q
        for x, y in zip(self.fine[:, line.i - 1].tolist(), self.values[:, line.i - 1].tolist()):
            if x > before and (qy + slope * (x - qx) - y) * line.side > self.epsilon:
                return x, y - self.epsilon, y + self.epsilon
        return self.x[line.i], self.low[line.i], self.high[line.i]


class Chain(NamedTuple):
    """P − 1 lines and the places where they touch and miss gates: all arrays (P − 1,)."""

    side: Array  # 1: leaves above the gate at x, −1: below it
    p: Array
    q: Array
    x: Array


def units_needed(f: Target, epsilon: float, x: Array, deadline: float = inf) -> int:
    """A number of units that every ReLU network within ε of f on K has at least; ``x`` (n,) are samples of K.

    Proved, up to what ``functions.intervals`` assumes; the better the samples, the larger it is. f is finite at x. At
    the ``deadline``, as time.monotonic() tells it, what was found by then counts: it is proved too.
    """
    needed = int(valid(f, epsilon, chain(f, x, epsilon, deadline)).sum())
    return needed or int(_varies(f, epsilon, x))


def estimated_units(f: Target, interval: Interval, epsilon: float) -> float:
    """About how many units a network within ε of f takes, where f has too many waves to look at: an estimate.

    What 16 windows need, one in each part of K, is proved; that f is like that all over the part is assumed. A window
    is as wide as about 48 units reach. The densest of 17 is not counted: f may bend without end at a point in it.
    """
    low, high = interval
    part = (high - low) / _WINDOWS
    places = low + part * np.linspace(0.25, _WINDOWS - 0.25, _WINDOWS * _PLACES)
    width = min(_IN_A_WINDOW * _straight(f, places, part / 2, epsilon), part / 2)
    starts = low + part * (np.arange(_WINDOWS) + np.arange(_WINDOWS) * _GOLDEN % 0.5)
    needed = []
    for x in starts[:, None] + np.linspace(0, width, _GATES):
        seen = x[np.isfinite(f(x))]
        needed.append(valid(f, epsilon, chain(f, seen, epsilon)).sum() if len(seen) > 1 else 0)
    return (high - low) / width * float(np.mean(np.sort(needed)[:-1]))


def _straight(f: Target, x: Array, most: float, epsilon: float) -> float:
    """How long chords about x (n,) are until f departs from them by 2ε: the median, ``most`` at most."""
    shortest = _CHORD * np.spacing(np.abs(x).max())
    lengths = most * 2.0 ** -np.arange(max(np.log2(most / shortest), 1.0))[::-1, None]
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(f(x) - 0.5 * (f(x - lengths / 2) + f(x + lengths / 2))) > 2 * epsilon
    return float(np.median(np.where(off.any(axis=0), lengths[off.argmax(axis=0), 0], most)))


def chain(f: Target, x: Array, epsilon: float, deadline: float = inf) -> Chain:
    """The lines of the greedy path through gates at the samples and in between, but the last; until the deadline."""
    in_time = takewhile(lambda _: monotonic() < deadline, links(Gates(f, _apart(x), epsilon)))
    found = [link for link in in_time if link.side != END]
    rows = [(link.side, link.p[0], link.q[0], link.limit) for link in found]
    return Chain(*np.array(rows, dtype=float).reshape(-1, 4).T)


def _apart(x: Array) -> Array:
    """The samples, without those that repeat the one before but for rounding."""
    gaps = np.diff(x)
    about = np.maximum(np.append(gaps[1:], 0.0), np.append(0.0, gaps[:-1]))
    twins = (gaps < _TWINS * np.spacing(np.abs(x[1:]))) & (gaps < 1e-3 * about)
    return np.asarray(x[np.append(True, ~twins)])


def valid(f: Target, epsilon: float, lines: Chain) -> NDArray[np.bool_]:
    """Which lines are proved: the facts of this module, each for all lines at once; (P − 1,)."""
    side, p, q, x = lines
    top_p, low_q, top_x = (_gates(f, at, epsilon, side)[k] for at, k in ((p, 0), (q, 1), (x, 0)))
    missed = (p < q) & (q < x) & (_turn(p, top_p, q, low_q, x, top_x) < 0)
    last = np.maximum.accumulate(np.append(-np.inf, x))[:-1]  # the X of the line before, at most
    behind = p >= last
    old = slice(None, -1)
    bottom = _gates(f, p[1:], epsilon, side[old])[1]  # of the gate at p, seen with the line before
    under = (p[1:] == q[old]) | (_turn(p[old], top_p[old], q[old], low_q[old], p[1:], bottom) <= 0)
    touching = np.append(False, under & (side[1:] != side[old]) & (p[1:] >= q[old]))[: len(p)]
    proved = np.asarray(missed & (q >= last) & (behind | touching))
    while (lost := proved & ~behind & ~np.append(True, proved)[: len(p)]).any():
        proved &= ~lost  # fact 3 leans on the line before
    return proved


def _gates(f: Target, x: Array, epsilon: float, side: Array) -> tuple[Array, Array]:
    """Top and bottom of the gates at x, rounded outwards, as they look with the plane upside down where side = −1."""
    values = enclose_points(f, x)
    top, bottom = np.nextafter(values.hi + epsilon, np.inf), np.nextafter(values.lo - epsilon, -np.inf)
    return np.where(side > 0, top, -bottom), np.where(side > 0, bottom, -top)


# (b − a) × (c − a): negative where c is below the line from a to b
def _turn(ax: Array, ay: Array, bx: Array, by: Array, cx: Array, cy: Array) -> Array:
    """The exact sign of the turn at each triple of points, −1, 0 or 1; nan where a coordinate is not finite."""
    with np.errstate(all="ignore"):
        one, other = (ax - cx) * (by - cy), (ay - cy) * (bx - cx)
        sign = np.sign(one - other)
        sure = np.abs(one - other) > _SIGN * (np.abs(one) + np.abs(other)) + 2.0**-1000
    finite = np.isfinite(ay) & np.isfinite(by) & np.isfinite(cy)
    for k in np.flatnonzero(finite & ~sure):
        sign[k] = _exact_turn(*(float(column[k]) for column in (ax, ay, bx, by, cx, cy)))
    return np.where(finite, sign, np.nan)


def _exact_turn(*numbers: float) -> int:
    ax, ay, bx, by, cx, cy = map(Fraction, numbers)
    turn = (ax - cx) * (by - cy) - (ay - cy) * (bx - cx)
    return (turn > 0) - (turn < 0)


def _varies(f: Target, epsilon: float, x: Array) -> bool:
    """Whether f takes two values more than 2ε apart, so that a constant is not enough."""
    top, bottom = _gates(f, x, epsilon, np.ones(len(x)))
    return bool(bottom.max() > top.min())
