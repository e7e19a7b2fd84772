"""Paths through a tube with as few straight pieces as possible: the best a ReLU network of one input can do.

The tube is given by samples: floors lowᵢ and ceilings highᵢ at ascending xᵢ. The path with the fewest pieces is found
greedily, in time linear in the number of samples: Imai & Iri 1986 (*Computational-geometric methods for polygonal
approximations of a curve*), the cone of lines by O'Rourke 1981 (*An on-line algorithm for fitting straight lines
between data ranges*), the windows by Suri 1986 (*A linear time algorithm for minimum link paths*).

Why greedy is best. Let L be the line that gets farthest, and let it leave the tube through the ceiling at X. It
touches the ceiling at p and then the floor at q > p; else one could tilt it and get farther. Every line that respects
these two points runs above L behind q. So what comes next crosses L from above, between q and X: it must stay above
the floor from q on, and below the ceiling from X on. That is all that is left of the past, and the line that gets
farthest under these constraints starts on L. Where L leaves through the floor, the same holds upside down.

Where f bends one way for long, which is nearly everywhere, that line is a tangent and is found in a few steps.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import islice
from math import frexp, inf
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Point = tuple[float, float]
Chain = tuple[list[float], list[float]]  # x and y of the corners of a hull, from left to right
Sample = tuple[float, float, float]  # x, floor, ceiling

FLOOR: Final = -1
CEILING: Final = 1
END: Final = 0


class Line(NamedTuple):
    """A line through p and q, p left of q; it leaves the tube through ``side`` between samples i − 1 and i."""

    p: Point
    q: Point
    i: int
    side: int
    hull: Chain  # of the other side, from p or before: floors below a line that leaves through the ceiling

    @property
    def slope(self) -> float:
        """Rise over run."""
        return (self.q[1] - self.p[1]) / (self.q[0] - self.p[0])

    def __call__(self, x: float) -> float:
        """The line at x."""
        return self.q[1] + self.slope * (x - self.q[0])


class Link(NamedTuple):
    """A line of a path, through p and q, and the last x at which the next one may take over."""

    p: Point
    q: Point
    side: int
    limit: float


class Path(NamedTuple):
    """A continuous piecewise linear function: corners x (S + 1,), ascending, and its values y (S + 1,) there."""

    x: Array
    y: Array

    @property
    def pieces(self) -> int:
        """The number of straight pieces S."""
        return len(self.x) - 1

    @property
    def slopes(self) -> Array:
        """The slope of each piece, (S,)."""
        return np.diff(self.y) / np.diff(self.x)

    def __call__(self, x: Array) -> Array:
        """The values, in x's shape."""
        return np.interp(x, self.x, self.y)


class Tube:
    """A floor and a ceiling at n ≥ 2 samples x, straight in between, with floor < ceiling.

    ``exits`` says where a line leaves: a sample of the tube in the cell before the first that the line misses.
    ``until[FLOOR]`` (n,) is the sample up to which both walls bend up from a sample on, ``until[CEILING]`` down.
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

    def exits(self, line: Line) -> Sample:
        """The point at which the line crosses the wall: its distance from the wall is 0 there."""
        i, wall, slope, (qx, qy) = line.i, self.high if line.side == CEILING else self.low, line.slope, line.q
        before = abs(wall[i - 1] - qy - slope * (self.x[i - 1] - qx))
        share = before / (before + abs(wall[i] - qy - slope * (self.x[i] - qx)) or 1.0)
        return (
            self.x[i - 1] + share * (self.x[i] - self.x[i - 1]),
            self.low[i - 1] + share * (self.low[i] - self.low[i - 1]),
            self.high[i - 1] + share * (self.high[i] - self.high[i - 1]),
        )


def links(tube: Tube) -> Iterator[Link]:
    """The lines of a path through the tube with the fewest pieces, from left to right. Uses the tube up."""
    x, low, high = tube.x, tube.low, tube.high
    line, i = farthest_line(x, low, high, 0, _empty(), _empty()), 0
    while line.side != END:
        length, i, exit_ = line.i - i, line.i, tube.exits(line)
        if line.q[0] < exit_[0] < x[i]:
            i -= 1  # the sample in its place is behind us, and in the hull
            x[i], low[i], high[i] = exit_
        yield Link(line.p, line.q, line.side, x[i])
        line = tangent(tube, i, line, length) or _next_line(tube, i, line)
    yield Link(line.p, line.q, line.side, x[-1])


def _next_line(tube: Tube, start: int, line: Line) -> Line:
    """The line that gets farthest from ``start`` on, where the line before leaves the tube."""
    rest = _between(line.q, tube.x[start], line.hull)
    floor, ceiling = (rest, _empty()) if line.side == CEILING else (_empty(), rest)
    return farthest_line(tube.x, tube.low, tube.high, start, floor, ceiling)


def tangent(tube: Tube, start: int, before: Line, length: int) -> Line | None:
    """The same as ``farthest_line`` in a few steps, if both walls bend the way in which the line before left the tube.

    Let that be through the floor at X, the sample ``start``, and let both walls bend up from where it touched the
    ceiling. Then the line that gets farthest goes from the floor at X to where it touches the ceiling, and leaves
    through the floor again: no ceiling is below a line that touches one which bends up. Both places are found from a
    guess, the ``length`` of the line before in samples. None if the walls do not bend up for so long.
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
    x: list[float], low: list[float], high: list[float], start: int, floor: Chain, ceiling: Chain
) -> Line:
    """The line that gets farthest between low and high from ``start`` on, above ``floor`` and below ``ceiling``.

    a, b are where the steepest such line touches the floor and then the ceiling; c, d where the flattest touches the
    ceiling and then the floor. a and c are corners of the hulls, which move right only. The hulls grow; ``rises`` and
    ``falls`` are the slopes that lead to their corners, and keep those up to a and c from being taken away.
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
    """For each of n samples the next one where a wall is not ``bent`` (n − 2,) as wanted, or the last, (n,)."""
    last = len(bent) + 1
    unbent = np.where(bent, last, np.arange(1, last))
    return np.append(np.minimum.accumulate(unbent[::-1])[::-1], [last, last])


def _slopes(chain: Chain) -> list[float]:
    """The slopes between the corners of a hull."""
    x, y = chain
    return [(y[k + 1] - y[k]) / (x[k + 1] - x[k]) for k in range(len(x) - 1)]


def _middle(extremes: list[tuple[Point, Point]], last: float) -> Line:
    """The line halfway between the steepest and the flattest, or the one of them that there is."""
    lines = [Line(p, q, 0, END, _empty()) for p, q in extremes if p[0] > -inf]
    first = min(line.p[0] for line in lines)
    ends = [(t, sum(line(t) for line in lines) / len(lines)) for t in (first, last)]
    return Line(ends[0], ends[1], 0, END, _empty())


def _empty() -> Chain:
    return [], []


def _between(q: Point, limit: float, hull: Chain) -> Chain:
    """The corners of a hull from its corner q to before x = limit: the hull of the points there."""
    start, stop = bisect_right(hull[0], q[0]), bisect_left(hull[0], limit)
    return [q[0], *hull[0][start:stop]], [q[1], *hull[1][start:stop]]


class Attempt(NamedTuple):
    """A path of at most so many pieces: the path, or None and the share of the samples that was reached."""

    path: Path | None
    reached: float


def attempt(x: Array, low: Array, high: Array, most: int) -> Attempt:
    """A path with the fewest pieces through the tube, if ``most`` pieces are enough."""
    size = size_of(low, high)
    found = list(islice(links(Tube(x, low / size, high / size)), most))
    if found[-1].side != END:
        return Attempt(None, float(np.searchsorted(x, found[-1].limit)) / len(x))
    return Attempt(_joined(found, x, size), 1.0)


def fewest_pieces(x: Array, low: Array, high: Array) -> Path:
    """A continuous path with the fewest pieces and low ≤ path ≤ high at the samples x (n,), and between them."""
    size = size_of(low, high)
    return _joined(list(links(Tube(x, low / size, high / size))), x, size)


def size_of(*values: Array) -> float:
    """A power of two about as large as the largest of the values; divided by it, no slope of them overflows."""
    largest = max(float(np.abs(one).max(initial=0.0)) for one in values)
    return 2.0 ** min(max(frexp(largest)[1], -1000), 1000) if largest else 1.0


# A corner is where two lines meet: q + s (t − x_q) = q′ + s′ (t − x_q′)
def _joined(found: list[Link], x: Array, size: float) -> Path:
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
