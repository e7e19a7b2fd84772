"""Check the lower bound of the number of units from its lines, in exact rationals.

A ReLU network with one hidden layer and N units has at most N knots on the line. If it is within ε of f, it passes
each gate [f(x) − ε, f(x) + ε]. A line of the file has a side, 1 or −1 (the plane reflected), and points p < q < X:

    1  no single line passes the gates at p, q and X: the line through the top at p and the bottom at q is above the
       gate at X. So the network has a knot between p and X;
    2  p is at X of the line before, or after it, so that this knot is another one; or
    3  the side changes, q is at X of the line before or after it, and p lies between q and X of the line before, where
       the bottom of the gate is not above that line. If the network had only the knots counted so far up to X, its last
       piece would be above the line before, and so above the bottom at p, and would not pass the gates at q and X.

So n lines prove n knots, and n units. Two points whose gates do not meet prove one unit.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from flint import arb, fmpq

from nnviz.checker.claim import Gates
from nnviz.checker.jets import Jet

WIDER: Final = 1 + arb(2) ** -60
MOST: Final = arb(2) ** 1100


class _Line(NamedTuple):
    """A line through (p, top) and (q, bottom), in the plane or the reflected plane, and the top of the gate at X."""

    side: fmpq
    p: fmpq
    q: fmpq
    x: fmpq
    top: fmpq
    bottom: fmpq
    end: fmpq

    def above(self, x: fmpq, y: fmpq) -> bool:
        """Return whether the line is at (x, y) or above it."""
        return (self.bottom - self.top) * (x - self.p) >= (y - self.top) * (self.q - self.p)


def why_unproved(gates: Gates, f: Callable[[fmpq], Jet], low: fmpq, high: fmpq, epsilon: fmpq) -> str:
    """Return why the lower bound is not proved by its lines or points; "" if it is proved."""
    if gates.units == 0:
        return ""
    if gates.units == 1 and not gates.lines and len(gates.apart) == 2:
        first, second = (_gate(f, x, epsilon) for x in gates.apart)
        if not all(low <= x <= high for x in gates.apart) or not (first and second):
            return "A point is outside of the interval, or f is not known there."
        return "" if first[1] < second[0] or second[1] < first[0] else "The two values do not differ by 2ε."
    if len(gates.lines) != gates.units:
        return "The number of lines is not the number of units."
    before = None
    for k, (side, *points) in enumerate(gates.lines):
        if not low <= points[0] < points[1] < points[2] <= high:
            return f"Line {k + 1} has points outside of the interval, or not in order."
        found = [_gate(f, x, epsilon, side) for x in points]
        if not all(found):
            return f"The value of f at a point of line {k + 1} is not known."
        (_, top), (bottom, _), (_, end) = found  # type: ignore[misc]
        p, q, x = points
        line = _Line(side, p, q, x, top, bottom, end)
        if line.above(line.x, line.end) and not _touches(line):
            if before is None or line.p >= before.x or _overlaps(before, line):
                before = line
                continue
            return f"Line {k + 1} may need the same knot as the line before."
        return f"Line {k + 1} passes its gates."
    return ""


def _touches(line: _Line) -> bool:
    """Return whether the line meets the top of the gate at X exactly."""
    return (line.bottom - line.top) * (line.x - line.p) == (line.end - line.top) * (line.q - line.p)


def _overlaps(before: _Line, line: _Line) -> bool:
    """Return whether fact 3 holds; the bottom of a line is the top of the gate in the plane reflected."""
    return (
        line.side == -before.side
        and before.q <= line.p <= before.x <= line.q
        and before.above(line.p, -line.top)
    )


def _gate(f: Callable[[fmpq], Jet], x: fmpq, epsilon: fmpq, side: Any = 1) -> tuple[fmpq, fmpq] | None:
    """Return bottom and top of the gate at x, rounded outwards, in the plane reflected for side −1; None if unknown.

    The gate is wider by ε/2⁶⁰, so that a value such as exp(−10¹²) is not written as a fraction of all its digits.
    """
    value = f(x)
    if not value.defined or not abs(value.ball) < MOST:
        return None
    reach = arb(epsilon) * WIDER
    bottom, top = (value.low - reach).lower().fmpq(), (value.high + reach).upper().fmpq()
    return (bottom, top) if side > 0 else (-top, -bottom)
