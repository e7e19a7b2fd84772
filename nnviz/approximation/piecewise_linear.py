"""Find paths through a tube with as few linear pieces as possible, the best a ReLU network with one input can do.

The tube is given by samples, with floors lowᵢ and ceilings highᵢ at ascending xᵢ. The path with the fewest pieces
is found greedily, in time linear in the number of samples: Imai & Iri 1986 (*Computational-geometric methods for
polygonal approximations of a curve*), the cone of lines by O'Rourke 1981 (*An on-line algorithm for fitting
straight lines between data ranges*), the windows by Suri 1986 (*A linear time algorithm for minimum link paths*).

Why the greedy path is optimal. Let L be the line that stays in the tube longest, and let it leave through the
ceiling at X. L touches the ceiling at p and then the floor at q > p, because otherwise a tilted line would stay
longer. Every line that respects these two points is above L after q. So the next line crosses L from above, between
q and X. It must stay above the floor from q on, and below the ceiling from X on. No other constraints remain, and
the line that stays longest under these constraints starts on L. If L leaves through the floor, the same holds for
the reflected tube.

Where f is convex or concave over many samples, this line is a tangent and is found in a few steps.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import islice
from math import frexp, inf
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._clock import processor_time
from nnviz._types import Array, PlanePoint

Hull = tuple[list[float], list[float]]  # x and y of the corners of a convex hull, from left to right
Sample = tuple[float, float, float]  # x, floor, ceiling

FLOOR: Final = -1
CEILING: Final = 1
END: Final = 0
_LINKS_A_LOOK: Final = 8  # at the clock


class Line(NamedTuple):
    """A line through p and q, with p to the left of q; it leaves the tube through ``side`` between samples i − 1
    and i.
    """

    p: PlanePoint
    q: PlanePoint
    i: int
    side: int
    hull: Hull  # of the other side, from p or before: floors below a line that leaves through the ceiling

    @property
    def slope(self) -> float:
        """The slope of the line."""
        return (self.q[1] - self.p[1]) / (self.q[0] - self.p[0])

    def __call__(self, x: float) -> float:
        """Return the value of the line at x."""
        return self.q[1] + self.slope * (x - self.q[0])


class Link(NamedTuple):
    """A line of a path through p and q, and the last x at which the next line can begin."""

    p: PlanePoint
    q: PlanePoint
    side: int
    limit: float


class Path(NamedTuple):
    """A continuous piecewise linear function with knots x (S + 1,), ascending, and its values y (S + 1,) there."""

    x: Array
    y: Array

    @property
    def pieces(self) -> int:
        """The number of linear pieces S."""
        return len(self.x) - 1

    @property
    def slopes(self) -> Array:
        """The slope of each piece, (S,)."""
        return np.diff(self.y) / np.diff(self.x)

    def __call__(self, x: Array) -> Array:
        """Return the values, in x's shape."""
        return np.interp(x, self.x, self.y)


class Tube:
    """A floor and a ceiling at n ≥ 2 samples x, linear in between, with floor < ceiling.

    ``until[FLOOR]`` (n,) is for each sample the last sample up to which both walls are convex; ``until[CEILING]``
    is the same for concave walls.
    """

    def __init__(self, x: Array, low: Array, high: Array) -> None:
        self.x: list[float] = x.tolist()
        self.low: list[float] = low.tolist()
        self.high: list[float] = high.tolist()
        with np.errstate(all="ignore"):
            turns = [np.diff(np.diff(wall) / np.diff(x)) for wall in (low, high)]
        self.until = {
            FLOOR: _until((turns[0] >= 0) & (turns[1] >= 0)),
            CEILING: _until((turns[0] <= 0) & (turns[1] <= 0)),
        }

    def crossing(self, line: Line) -> Sample:
        """Return the sample of the tube at which a line crosses the wall, in the cell before the first sample it
        misses.
        """
        i, wall, slope, (qx, qy) = line.i, self.high if line.side == CEILING else self.low, line.slope, line.q
        x, low, high = self.x[i - 1], self.low[i - 1], self.high[i - 1]
        before = abs(wall[i - 1] - qy - slope * (x - qx))
        share = before / (before + abs(wall[i] - qy - slope * (self.x[i] - qx)) or 1.0)
        return (
            x + share * (self.x[i] - x),
            low + share * (self.low[i] - low),
            high + share * (self.high[i] - high),
        )


def links(tube: Tube) -> Iterator[Link]:
    """Yield the lines of a path through the tube with the fewest pieces, from left to right; the tube is changed."""
    x, low, high = tube.x, tube.low, tube.high
    line, i = farthest_line(x, low, high, 0, _empty(), _empty()), 0
    while line.side != END:
        length, i, exit_ = line.i - i, line.i, tube.crossing(line)
        if line.q[0] < exit_[0] < x[i]:
            i -= 1  # the sample in its place was passed, and is in the hull
            x[i], low[i], high[i] = exit_
        yield Link(line.p, line.q, line.side, x[i])
        line = tangent(tube, i, line, length) or _next_line(tube, i, line)
    yield Link(line.p, line.q, line.side, x[-1])


def until(found: Iterator[Link], deadline: float) -> Iterator[Link]:
    """Yield the lines that are found by the ``deadline``, in the time of ``processor_time``."""
    for k, link in enumerate(found):
        if k % _LINKS_A_LOOK == 0 and processor_time() >= deadline:
            return
        yield link


def _next_line(tube: Tube, start: int, line: Line) -> Line:
    """Return the line that stays in the tube longest from ``start`` on, where the line before leaves the tube."""
    rest = _between(line.q, tube.x[start], line.hull)
    floor, ceiling = (rest, _empty()) if line.side == CEILING else (_empty(), rest)
    return farthest_line(tube.x, tube.low, tube.high, start, floor, ceiling)


def tangent(tube: Tube, start: int, before: Line, length: int) -> Line | None:
    """Return the line of ``farthest_line`` in a few steps if the walls are convex or concave for long enough, else
    None.

    Let the line before leave through the floor at X, the sample ``start``, and let both walls be convex from the
    point where it touched the ceiling. Then the line that stays longest goes from the floor at X to a point where
    it touches the ceiling, and leaves through the floor again, because a convex ceiling is above its tangents. Both
    points are found from a guess, the ``length`` of the line before in samples. For the ceiling the same holds with
    concave walls.
    """
    x, side = tube.x, before.side
    stop = int(tube.until[side][bisect_left(x, before.q[0], 0, start)])
    near, far = (tube.low, tube.high) if side == FLOOR else (tube.high, tube.low)
    t, y = x[start], near[start]

    def slope(wall: list[float], k: int) -> float:
        return side * (y - wall[k]) / (x[k] - t)

    k = min(start + (length + 1) // 2, stop)
    if k <= start:
        return None
    least = slope(far, k)
    while k < stop and (ahead := slope(far, k + 1)) < least:
        k, least = k + 1, ahead
    while k > start + 1 and (behind := slope(far, k - 1)) <= least:
        k, least = k - 1, behind
    i = min(max(start + length, k + 1), stop)
    while slope(near, i) <= least:
        if i == stop:
            return None
        i += 1
    while i > k + 1 and slope(near, i - 1) > least:
        i -= 1
    return Line((t, y), (x[k], far[k]), i, side, (x[k:i], far[k:i]))


def farthest_line(
    x: list[float], low: list[float], high: list[float], start: int, floor: Hull, ceiling: Hull
) -> Line:
    """Return the line that stays longest between low and high from ``start`` on, above ``floor`` and below ``ceiling``.

    The steepest such line touches the floor at a and then the ceiling at b. The flattest touches the ceiling at c
    and then the floor at d. a and c are corners of the hulls and move only to the right. The hulls grow. ``rises``
    and ``falls`` are the slopes of the hulls before their corners; infinite entries protect the corners up to a and
    c from removal.
    """
    (fx, fy), (cx, cy) = floor, ceiling
    rises, falls = [inf, *_slopes(floor)], [-inf, *_slopes(ceiling)]
    a = c = 0
    xa = xc = xb = xd = -inf
    ya = yc = yb = yd = 0.0
    steepest, flattest = inf, -inf
    for i in range(start, len(x)):
        t, g, h = x[i], low[i], high[i]
        top = ya + steepest * (t - xa)
        bottom = yc + flattest * (t - xc)
        if h < bottom:
            return Line((xc, yc), (xd, yd), i, CEILING, floor)
        if g > top:
            return Line((xa, ya), (xb, yb), i, FLOOR, ceiling)
        if h < top and fx:
            while a + 1 < len(fx) and (h - fy[a + 1]) * (t - fx[a]) <= (h - fy[a]) * (t - fx[a + 1]):
                a += 1
                rises[a] = inf
            xa, ya, xb, yb = fx[a], fy[a], t, h
            steepest = (h - ya) / (t - xa)
        if g > bottom and cx:
            while c + 1 < len(cx) and (g - cy[c + 1]) * (t - cx[c]) >= (g - cy[c]) * (t - cx[c + 1]):
                c += 1
                falls[c] = -inf
            xc, yc, xd, yd = cx[c], cy[c], t, g
            flattest = (g - yc) / (t - xc)
        if fx:
            while (rise := (g - fy[-1]) / (t - fx[-1])) >= rises[-1]:
                del fx[-1], fy[-1], rises[-1]
            rises.append(rise)
        if cx:
            while (fall := (h - cy[-1]) / (t - cx[-1])) <= falls[-1]:
                del cx[-1], cy[-1], falls[-1]
            falls.append(fall)
        fx.append(t)
        fy.append(g)
        cx.append(t)
        cy.append(h)
    return _middle([((xa, ya), (xb, yb)), ((xc, yc), (xd, yd))], x[-1])


def _until(bent: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return for each of n samples the next sample where ``bent`` (n − 2,) is False, or the last sample, (n,)."""
    last = len(bent) + 1
    unbent = np.where(bent, last, np.arange(1, last))
    return np.append(np.minimum.accumulate(unbent[::-1])[::-1], [last, last])


def _slopes(chain: Hull) -> list[float]:
    """Return the slopes between the corners of a hull."""
    x, y = chain
    return [(y[k + 1] - y[k]) / (x[k + 1] - x[k]) for k in range(len(x) - 1)]


def _middle(extremes: list[tuple[PlanePoint, PlanePoint]], last: float) -> Line:
    """Return the line halfway between the steepest and the flattest line, or the only one of them."""
    lines = [Line(p, q, 0, END, _empty()) for p, q in extremes if p[0] > -inf]
    first = min(line.p[0] for line in lines)
    ends = [(t, sum(line(t) for line in lines) / len(lines)) for t in (first, last)]
    return Line(ends[0], ends[1], 0, END, _empty())


def _empty() -> Hull:
    """Return a hull without corners."""
    return [], []


def _between(q: PlanePoint, limit: float, hull: Hull) -> Hull:
    """Return the corners of a hull from its corner q to before x = limit, which is the hull of the points there."""
    start, stop = bisect_right(hull[0], q[0]), bisect_left(hull[0], limit)
    return [q[0], *hull[0][start:stop]], [q[1], *hull[1][start:stop]]


class Attempt(NamedTuple):
    """The result of a search for a path: the path, or None and the fraction of the samples that was reached."""

    path: Path | None
    reached: float


def attempt(x: Array, low: Array, high: Array, most: int, deadline: float = inf) -> Attempt:
    """Return a path with the fewest pieces through the tube, if ``most`` pieces are enough.

    The search ends at the ``deadline``, in the time of ``processor_time``.
    """
    size = size_of(low, high)
    found = list(islice(until(links(Tube(x, low / size, high / size)), deadline), most))
    if not found:
        return Attempt(None, 0.0)
    if found[-1].side != END:
        return Attempt(None, float(np.searchsorted(x, found[-1].limit)) / len(x))
    return Attempt(_joined(found, x, size), 1.0)


def fewest_pieces(x: Array, low: Array, high: Array) -> Path:
    """Return a continuous path with the fewest pieces and low ≤ path ≤ high at the samples x (n,) and between them."""
    size = size_of(low, high)
    return _joined(list(links(Tube(x, low / size, high / size))), x, size)


def size_of(*values: Array) -> float:
    """Return a power of two near the largest |value|; slopes of the values divided by it do not overflow."""
    largest = max(float(np.abs(one).max(initial=0.0)) for one in values)
    return 2.0 ** min(max(frexp(largest)[1], -1000), 1000) if largest else 1.0


# A knot is where two lines meet: q + s (t − x_q) = q′ + s′ (t − x_q′)
def _joined(found: list[Link], x: Array, size: float) -> Path:
    """Return the path of consecutive lines, scaled back by ``size``."""
    (px, py), (qx, qy) = np.array([(link.p, link.q) for link in found]).transpose(1, 2, 0)
    slope = (qy - py) / (qx - px)
    limit = np.array([link.limit for link in found])
    gap = qy[1:] + slope[1:] * (qx[:-1] - qx[1:]) - qy[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        behind = np.nan_to_num(gap / (slope[:-1] - slope[1:]), nan=0.0)
    behind = np.clip(behind, 0.0, (limit - qx)[:-1])
    corners = np.concatenate([x[:1], qx[:-1] + behind, x[-1:]])
    values = np.concatenate(
        [
            qy[:1] + slope[:1] * (x[0] - qx[:1]),
            qy[:-1] + slope[:-1] * behind,
            qy[-1:] + slope[-1:] * (x[-1] - qx[-1:]),
        ]
    )
    distinct = np.append(np.diff(corners) > 0, True)
    return Path(corners[distinct], values[distinct] * size)
