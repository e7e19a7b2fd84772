"""Prove a lower bound of the units of every ReLU network with one hidden layer and one input that is within ε of f.

Such a network passes through every gate [f(x) − ε, f(x) + ε]. The greedy path through the gates at samples gives a
list of lines. Three facts for each line prove that no function with fewer pieces passes all gates. They are checked
here independently of the search, with enclosures of f and with exact signs:

    1  the line goes through the top of a gate at p and the bottom of a gate at q > p, and passes above a gate at X > q,
       so no single line passes these three gates;
    2  p and q are at X of the line before, or after it, so that another piece of the network is needed; or
    3  p, at the bottom of a gate, is between q and X of the line before, and not above that line.

The same holds with the plane reflected. With P − 1 such lines every function within ε has at least P pieces, so
every ReLU network with one hidden layer has at least P − 1 units. A line that fails a check is not counted, so the
bound stays valid.
"""

from fractions import Fraction
from math import inf, ulp
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._display import displayed
from nnviz._types import Array, Bounds, PlanePoint
from nnviz.approximation.piecewise_linear import END, Line, Sample, Tube, links, size_of, until
from nnviz.approximation.relu import SETTINGS as RELU
from nnviz.enclosures import enclose_points
from nnviz.targets.convert import Target


class LowerBoundSettings(NamedTuple):
    """The numbers that tune the lower bound."""

    gates_of_a_cell: int = 8  # between samples, at which a line can leave
    gate_widening: float = 1e-6  # of ε; the search uses wider gates, as a reserve for rounding in the proof
    miss: float = 1e-4  # of ε, by which a line misses a gate between two others
    bend: float = (
        2e-3  # of ε; half the second difference of f at three gates, between which f is interpolated
    )
    twin_floats: int = 128  # the distance of two samples that are one kink of f, found twice
    windows: int = 17  # one more than are counted
    chords_of_a_window: int = 33  # in each part of K
    units_of_a_window: int = 48  # approximately
    gates_of_a_window: int = 1600  # at evenly spaced points
    shortest_chord: int = 64  # in floats


SETTINGS: Final = LowerBoundSettings()
_GOLDEN: Final = (5**0.5 - 1) / 2
_SIGN: Final = (
    3 + 16 * 2.0**-53
) * 2.0**-53  # Shewchuk 1997, Adaptive precision floating-point arithmetic, orient2d


class Gates(Tube):
    """A tube with gates at samples and without walls in between; each cell has further gates, where a line can
    leave.
    """

    def __init__(self, f: Target, x: Array, epsilon: float) -> None:
        share = np.arange(1, SETTINGS.gates_of_a_cell) / SETTINGS.gates_of_a_cell
        self.fine = x[:-1, None] + np.diff(x)[:, None] * share
        y = f(x)
        size = size_of(y)
        self.values, y = f(self.fine) / size, y / size
        self.y: list[float] = y.tolist()
        self.epsilon = epsilon / size * (1 + SETTINGS.gate_widening) + RELU.rounding * float(np.abs(y).max())
        super().__init__(x, y - self.epsilon, y + self.epsilon)

    # d(x) ≈ d₁ + s (x − x₁) + c (x − x₁)(x − x₂),  d the distance of the line from f, at three points x₀ < x₁ < x₂
    def crossing(self, line: Line) -> Sample:
        """Return the first gate of the cell that the line misses, or one between this gate and the gate before it.

        There f is interpolated, where its second difference is small. The proof, which takes the value of f at the
        gate, shows whether the line misses this gate.
        """
        i, side, slope, (qx, qy), epsilon = line.i, line.side, line.slope, line.q, self.epsilon
        x1, y1 = self.x[i - 1], (self.low[i - 1] + self.high[i - 1]) / 2
        start, (x0, y0) = x1, self._gate_before(i)
        x2, y2, d2 = self.x[i], self.y[i], inf
        for x, y in zip([*self.fine[i - 1].tolist(), x2], [*self.values[i - 1].tolist(), y2]):
            d2 = (qy + slope * (x - qx) - y) * side
            if x > start and d2 > epsilon:
                x2, y2 = x, y
                break
            x0, y0, x1, y1 = x1, y1, x, y
        d0, d1 = ((qy + slope * (x - qx) - y) * side for x, y in ((x0, y0), (x1, y1)))
        goal = epsilon * (1 + SETTINGS.miss)
        if x0 < x1 < x2 and d1 < goal < d2:
            s = (d2 - d1) / (x2 - x1)
            c = (s - (d1 - d0) / (x1 - x0)) / (x2 - x0)
            rounding = abs(slope) * ulp(x2)
            if abs(c) * (x2 - x1) ** 2 < SETTINGS.bend * epsilon and rounding < SETTINGS.miss / 8 * epsilon:
                x = x1 + (goal - d1) / s
                x = x1 + (goal - d1 - c * (x - x1) * (x - x2)) / s
                if x1 < x < x2:
                    x2, y2 = x, qy + slope * (x - qx) - goal * side
        return x2, y2 - epsilon, y2 + epsilon

    def _gate_before(self, i: int) -> PlanePoint:
        """Return the last gate between the samples i − 2 and i − 1; a point at −∞ if there is none."""
        return (float(self.fine[i - 2, -1]), float(self.values[i - 2, -1])) if i > 1 else (-inf, 0.0)


class ProofLines(NamedTuple):
    """P − 1 lines and the positions of the gates that they touch and miss; all arrays (P − 1,)."""

    side: Array  # 1 if the line passes above the gate at x, −1 if below
    p: Array
    q: Array
    x: Array


@displayed()
class LowerBound(NamedTuple):
    """A proved lower bound of the number of units, with what proves it."""

    units: int
    lines: Array  # (units, 4) side, p, q and x of each line that is proved; (0, 4) where no line is
    apart: Array  # (2,) if ``lines`` is empty and ``units`` is 1: points whose values differ by more than 2ε


def units_needed(f: Target, epsilon: float, x: Array, deadline: float = inf) -> int:
    """Return the number of units of ``lower_bound``."""
    return lower_bound(f, epsilon, x, deadline).units


def lower_bound(f: Target, epsilon: float, x: Array, deadline: float = inf) -> LowerBound:
    """Return a lower bound of the units of every ReLU network with one hidden layer that is within ε of f on K.

    ``x`` (n,) are samples of K at which f is finite. The bound is proved under the assumptions of
    ``nnviz.enclosures.intervals``. Better samples give a larger bound. The search ends at the ``deadline``, in the
    time of ``processor_time``, with the bound that is proved by then.
    """
    lines = proof_lines(f, x, epsilon, deadline)
    proved = np.column_stack(lines)[proved_lines(f, epsilon, lines)]
    apart = np.empty(0) if len(proved) else _far_apart(f, epsilon, x)
    return LowerBound(len(proved) or len(apart) // 2, proved, apart)


def estimated_units(f: Target, interval: Bounds, epsilon: float) -> float:
    """Return an estimate of the units of a ReLU network within ε of f, for an f with too many waves to examine.

    The units that f needs in 16 windows, one in each part of K, are proved. The estimate assumes that f is similar
    in the rest of each part. A window is as wide as about 48 units reach. The window with the most units of 17 is
    not counted, because it may contain a point with infinitely many waves.
    """
    low, high = interval
    part = (high - low) / SETTINGS.windows
    places = low + part * np.linspace(
        0.25, SETTINGS.windows - 0.25, SETTINGS.windows * SETTINGS.chords_of_a_window
    )
    width = min(SETTINGS.units_of_a_window * _chord_length(f, places, part / 2, epsilon), part / 2)
    starts = low + part * (np.arange(SETTINGS.windows) + np.arange(SETTINGS.windows) * _GOLDEN % 0.5)
    needed = []
    for x in starts[:, None] + np.linspace(0, width, SETTINGS.gates_of_a_window):
        seen = x[np.isfinite(f(x))]
        needed.append(proved_lines(f, epsilon, proof_lines(f, seen, epsilon)).sum() if len(seen) > 1 else 0)
    return (high - low) / width * float(np.mean(np.sort(needed)[:-1]))


def _chord_length(f: Target, x: Array, most: float, epsilon: float) -> float:
    """Return the median length, at most ``most``, of chords around x (n,) from which f deviates by 2ε."""
    shortest = SETTINGS.shortest_chord * np.spacing(np.abs(x).max())
    lengths = most * 2.0 ** -np.arange(max(np.log2(most / shortest), 1.0))[::-1, None]
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(f(x) - 0.5 * (f(x - lengths / 2) + f(x + lengths / 2))) > 2 * epsilon
    return float(np.median(np.where(off.any(axis=0), lengths[off.argmax(axis=0), 0], most)))


def proof_lines(f: Target, x: Array, epsilon: float, deadline: float = inf) -> ProofLines:
    """Return all lines but the last of the greedy path through the gates, as far as they are found by the deadline."""
    all_links = links(Gates(f, _distinct_samples(x), epsilon))
    found = [link for link in until(all_links, deadline) if link.side != END]
    rows = [(link.side, link.p[0], link.q[0], link.limit) for link in found]
    return ProofLines(*np.array(rows, dtype=float).reshape(-1, 4).T)


def _distinct_samples(x: Array) -> Array:
    """Return the samples without those that equal the sample before up to rounding."""
    gaps = np.diff(x)
    about = np.maximum(np.append(gaps[1:], 0.0), np.append(0.0, gaps[:-1]))
    twins = (gaps < SETTINGS.twin_floats * np.spacing(np.abs(x[1:]))) & (gaps < 1e-3 * about)
    return np.asarray(x[np.append(True, ~twins)])


def proved_lines(f: Target, epsilon: float, lines: ProofLines) -> NDArray[np.bool_]:
    """Return which lines are proved by the three facts of this module, (P − 1,)."""
    side, p, q, x = lines
    top_p, low_q, top_x = (_gates(f, at, epsilon, side)[k] for at, k in ((p, 0), (q, 1), (x, 0)))
    misses = (p < q) & (q < x) & (_turn(p, top_p, q, low_q, x, top_x) < 0)
    last = np.maximum.accumulate(np.append(-np.inf, x))[:-1]  # the X of the line before, at most
    behind = p >= last
    old = slice(None, -1)
    bottom = _gates(f, p[1:], epsilon, side[old])[1]  # of the gate at p, seen with the line before
    under = (p[1:] == q[old]) | (_turn(p[old], top_p[old], q[old], low_q[old], p[1:], bottom) <= 0)
    touching = np.append(False, under & (side[1:] != side[old]) & (p[1:] >= q[old]))[: len(p)]
    proved = np.asarray(misses & (q >= last) & (behind | touching))
    while (lost := proved & ~behind & ~np.append(True, proved)[: len(p)]).any():
        proved &= ~lost  # fact 3 needs the line before
    return proved


def _gates(f: Target, x: Array, epsilon: float, side: Array) -> tuple[Array, Array]:
    """Return top and bottom of the gates at x, rounded outwards, with the plane reflected where side = −1."""
    values = enclose_points(f, x)
    top, bottom = np.nextafter(values.hi + epsilon, np.inf), np.nextafter(values.lo - epsilon, -np.inf)
    return np.where(side > 0, top, -bottom), np.where(side > 0, bottom, -top)


# (b − a) × (c − a), which is negative where c is below the line from a to b
def _turn(ax: Array, ay: Array, bx: Array, by: Array, cx: Array, cy: Array) -> Array:
    """Return the exact sign of the turn at each triple of points, −1, 0 or 1; nan where a coordinate is not finite."""
    with np.errstate(all="ignore"):
        one, other = (ax - cx) * (by - cy), (ay - cy) * (bx - cx)
        sign = np.sign(one - other)
        sure = np.abs(one - other) > _SIGN * (np.abs(one) + np.abs(other)) + 2.0**-1000
    finite = np.isfinite(ay) & np.isfinite(by) & np.isfinite(cy)
    for k in np.flatnonzero(finite & ~sure):
        sign[k] = _exact_turn(*(float(column[k]) for column in (ax, ay, bx, by, cx, cy)))
    return np.where(finite, sign, np.nan)


def _exact_turn(*numbers: float) -> int:
    """Return the sign of one turn in exact arithmetic."""
    ax, ay, bx, by, cx, cy = map(Fraction, numbers)
    turn = (ax - cx) * (by - cy) - (ay - cy) * (bx - cx)
    return (turn > 0) - (turn < 0)


def _far_apart(f: Target, epsilon: float, x: Array) -> Array:
    """Return two samples (2,) whose values differ by more than 2ε, so that a constant is not enough; else (0,)."""
    top, bottom = _gates(f, x, epsilon, np.ones(len(x)))
    low, high = int(np.argmin(top)), int(np.argmax(bottom))
    return x[[low, high]] if bottom[high] > top[low] else np.empty(0)
