"""Prove |f − N| < ε outside of exceptional intervals, or (1/|K| ∫ (f − N)²)^½ < ε.

**Outside.** The parts of K between the exceptional intervals are divided into cells as in ``search``. Cells that cannot
be proved become exceptional too. The claim is proved if all lengths add up to at most δ, as exact rationals.

**Root mean square.** On a cell |x − m| ≤ r let f − N = p(x − m) + e with a polynomial p and |e| ≤ s. By Minkowski's
inequality

    (√∫p² − s √(2r))² ≤ ∫ (f − N)² ≤ (√∫p² + s √(2r))²,     ∫p² = Σ aᵢ aⱼ 2 r^(i + j + 1)/(i + j + 1)  for even i + j.

The cell with the largest doubt is divided until the sum decides.
"""

import heapq
import math
import time
from bisect import bisect_left, bisect_right
from itertools import count, pairwise
from typing import Any, Final

from flint import arb, fmpq

from nnviz.checker.claim import Claim
from nnviz.checker.jets import order
from nnviz.checker.search import Search, StoppedError, cell_between, difference
from nnviz.checker.target import Formula, Joined

PARTS_OF_THE_ROOM: Final = (
    64  # a cell that is shorter, with a larger error in the middle, becomes exceptional
)
SMALLEST_PART: Final = 2**20  # of the room; a cell that is shorter becomes exceptional
MOST_CELLS: Final = 10**6
MOST_ROUNDS: Final = 80  # without a finite bound, as next to a pole


class OutsideSearch(Search):
    """The search for |f − N| < ε outside of the exceptional intervals of a claim and of few more."""

    def __init__(self, f: Formula | Joined, claim: Claim, deadline: float) -> None:
        super().__init__(f, claim, deadline)
        self.low: float | None = None
        self.exceptional, self.measure = claim.exceptional, claim.measure
        self.length = sum((b - a for a, b in claim.exceptional), fmpq(0))
        ends = [end for pair in claim.exceptional for end in pair]
        self.waiting = [part for whole in self.waiting for part in _outside(whole, ends)]

    def run(self) -> None:
        """Return if the claim is proved; otherwise raise StoppedError."""
        room = self.measure - self.length
        if room < 0:
            reason = "The exceptional intervals of the file are longer than the measure."
            raise StoppedError("undecided", self.exceptional[0][0], reason)
        while self.waiting:
            a, b, piece, divisions = self.waiting.pop()
            self.cells += 1
            cell, is_wrong = cell_between(a, b), False
            try:
                if self.proves(cell, piece):
                    continue
            except StoppedError:
                is_wrong = True
            if time.monotonic() > self.deadline:
                raise StoppedError("undecided", cell.middle, "The time ran out.")
            if (b - a) * (PARTS_OF_THE_ROOM if is_wrong else SMALLEST_PART) < room:
                self.length += b - a
                if self.length > self.measure:
                    at = int(cell.middle.p) / int(cell.middle.q)
                    reason = f"The error is not below ε on a set that is longer than δ, for example near x = {at:.6g}."
                    raise StoppedError("undecided", cell.middle, reason)
                continue
            cut = self.cut(a, b, cell)
            self.waiting += [(cut, b, piece, divisions + 1), (a, cut, piece, divisions + 1)]

    def sentence(self) -> str:
        """Return the result in a sentence."""
        length = math.nextafter(int(self.length.p) / int(self.length.q), math.inf)
        bound = math.nextafter(float(self.bound), math.inf)
        return f"The error is at most {bound:.4g} outside of exceptional intervals of length {length:.4g}."


def _outside(whole: tuple[fmpq, fmpq, int, int], ends: list[fmpq]) -> list[tuple[fmpq, fmpq, int, int]]:
    """Return the parts of a cell that are not inside of the intervals with the ends a₁, b₁, a₂, b₂, …"""
    a, b, piece, divisions = whole
    nodes = [a, *[end for end in ends if a < end < b], b]
    first, last = bisect_right(ends, a) // 2 * 2, bisect_left(ends, b)
    inside = list(zip(ends[max(first - 2, 0) : last + 2 : 2], ends[max(first - 2, 0) + 1 : last + 3 : 2]))
    parts = [(p, q) for p, q in pairwise(nodes) if not any(c <= p and q <= d for c, d in inside)]
    return [(p, q, piece, divisions) for p, q in parts]


class SquareSearch(Search):
    """The search for bounds of the root mean square of f − N."""

    def __init__(self, f: Formula | Joined, claim: Claim, deadline: float) -> None:
        super().__init__(f, claim, deadline)
        low, high = claim.sides[0]
        self.length, self.goal = arb(high - low), arb(claim.epsilon) ** 2 * arb(high - low)
        self.low: float | None = None

    def run(self) -> None:
        """Return if the claim is proved; otherwise raise StoppedError."""
        heap = [self._measured(a, b, piece) for a, b, piece, _ in self.waiting]
        heapq.heapify(heap)
        for number in count():
            least: Any = sum((one[4] for one in heap), arb(0))
            most: Any = sum((one[5] for one in heap), arb(0))
            if most < self.goal:
                self.bound, self.low = (most / self.length).sqrt().upper(), _root_below(least / self.length)
                return
            middle = cell_between(heap[0][1], heap[0][2]).middle
            if least > self.goal:
                error = float((least / self.length).sqrt().lower())
                raise StoppedError("refuted", middle, f"The root mean square is at least {error:.4g}.")
            stuck = number > MOST_ROUNDS and not most.is_finite()
            if stuck or time.monotonic() > self.deadline or len(heap) > MOST_CELLS:
                at = int(middle.p) / int(middle.q)
                raise StoppedError(
                    "undecided", middle, f"No close bound of the integral near x = {at:.6g} was found."
                )
            unbounded = sum(one[0] == -math.inf for one in heap)
            for _ in range(
                unbounded or max(1, len(heap) // 4)
            ):  # so that the sums are taken a few times only
                _, a, b, piece, _, _ = heapq.heappop(heap)
                cut = cell_between(a, b).middle
                for part in ((a, cut), (cut, b)):
                    heapq.heappush(heap, self._measured(*part, piece))

    def sentence(self) -> str:
        """Return the result in a sentence."""
        return f"The root mean square is at most {math.nextafter(float(self.bound), math.inf):.4g}."

    def _measured(self, a: fmpq, b: fmpq, piece: int) -> tuple[float, fmpq, fmpq, int, Any, Any]:
        """Return a cell with bounds of its integral, the cell with the largest doubt first."""
        self.cells += 1
        cell = cell_between(a, b)
        radius = cell.radius
        n = self.network.expand(cell.middle, radius, piece)
        here, around = self.f.at(cell.middle), self.f.around(cell)
        least, most = arb(0), arb("inf")
        if around.defined:
            top = min(order(around.series), order(here.series) + 1 if here.defined else 0)
            for k in {top, min(top, 2), 0}:
                polynomial = difference(here.series, around.ball if k == 0 else around.series[k], k, n)
                low, high = _square_integral(polynomial, radius, n.rest)
                least, most = max(least, low, key=float), min(most, high, key=float)
        doubt = float(most) - float(least)
        return (-doubt if doubt < math.inf else -math.inf, a, b, piece, least, most)


def _root_below(square: Any) -> float:
    return max(math.nextafter(float(square.sqrt().lower()), 0.0), 0.0) if square > 0 else 0.0


def _square_integral(polynomial: list[Any], radius: Any, rest: Any) -> tuple[Any, Any]:
    """Return bounds of ∫ (Σ aᵢ tⁱ + e)² over |t| ≤ radius, |e| ≤ rest."""
    error, power = rest, arb(1)
    for one in polynomial:
        error += one.rad() * power
        power *= radius
    a = [one.mid() for one in polynomial]
    square = arb(0)
    for i, one in enumerate(a):
        for j in range(i % 2, len(a), 2):
            square += one * a[j] * 2 * radius ** (i + j + 1) / (i + j + 1)
    root, spread = square.upper().sqrt() if square.upper() > 0 else arb(0), error * (2 * radius).sqrt()
    below = (square.lower().sqrt() if square.lower() > 0 else arb(0)) - spread
    return ((below * below).lower() if below > 0 else arb(0)), ((root + spread) ** 2).upper()
