"""Prove or refute |f − N| < ε on all of K, cell by cell.

On a cell |x − m| ≤ r let f have the Taylor coefficients fᵢ at m, and the coefficient Fₖ on the whole cell. Then

    f(x) − N(x) = Σ_{i<k} (fᵢ − nᵢ) (x − m)ⁱ + (Fₖ − nₖ) (x − m)ᵏ − Σ_{i>k} nᵢ (x − m)ⁱ − rest,

with N = Σ nᵢ (x − m)ⁱ + rest. For k = 0 the coefficient is the range of f, and for k = 1 the mean value theorem holds
at kinks too. The polynomial is bounded by the extremes of its quadratic part and the size of the others, on smaller and
smaller parts. A cell that is not proved is divided, at an end of a cell of the file if one is inside.
"""

import math
import time
from bisect import bisect_left, bisect_right
from typing import Any, Final, Literal

from flint import arb, fmpq

from nnviz.checker.claim import Claim
from nnviz.checker.jets import most, order
from nnviz.checker.networks import Expansion, Steps, expandable
from nnviz.checker.target import Cell, Formula, Joined

Status = Literal["proved", "refuted", "undecided"]
MOST_DIVISIONS: Final = 1000
MOST_PARTS: Final = 5  # divisions of the range of a polynomial
NARROWEST: Final = arb(2) ** -140  # of the distance from 0


class StoppedError(Exception):
    """The end of a search without a proof, with its status, the point and the reason."""

    def __init__(self, status: Status, at: fmpq, reason: str) -> None:
        super().__init__(reason)
        self.status, self.at, self.reason = status, at, reason


class Search:
    """The search of one proof; ``bound`` is the largest bound of the cells proved so far."""

    def __init__(self, f: Formula | Joined, claim: Claim, deadline: float) -> None:
        (low, high), self.f, self.deadline = claim.sides[0], f, deadline
        self.network = expandable(claim.network, low, high)
        self.epsilon, self.ends = arb(claim.epsilon), claim.ends
        self.bound, self.cells = arb(0), 0
        own = self.network.nodes
        nodes = sorted({*own, *[x for x in f.knots if low < x < high]})
        pieces = [bisect_right(own, x) - 1 for x in nodes[:-1]]
        self.waiting = [(a, b, piece, 0) for a, b, piece in zip(nodes, nodes[1:], pieces)][::-1]

    def run(self) -> None:
        """Return if the claim is proved; otherwise raise StoppedError."""
        if isinstance(self.network, Steps):
            for x, level in self.network.alone:
                self._check_point(x, arb(level))
        while self.waiting:
            a, b, piece, divisions = self.waiting.pop()
            self.cells += 1
            cell = cell_between(a, b)
            if self.proves(cell, piece):
                continue
            if time.monotonic() > self.deadline:
                raise StoppedError("undecided", cell.middle, "The time ran out.")
            if divisions == MOST_DIVISIONS or not cell.high - cell.low > abs(cell.high) * NARROWEST:
                at = int(cell.middle.p) / int(cell.middle.q)
                reason = f"Near x = {at:.6g} f may jump or have no value, or the error is too close to ε."
                raise StoppedError("undecided", cell.middle, reason)
            cut = self.cut(a, b, cell)
            self.waiting += [(cut, b, piece, divisions + 1), (a, cut, piece, divisions + 1)]

    def error_at(self, point: tuple[fmpq, ...] | None) -> float | None:
        """Return a lower bound of |f − N| at a point of K; None if there is none."""
        if point is None or not self.network.nodes[0] <= (x := point[0]) <= self.network.nodes[-1]:
            return None
        value = self.f.at(x)
        error = abs(value.ball - self.network.at(x)).lower()
        return max(math.nextafter(float(error), 0.0), 0.0) if value.defined and error.is_finite() else None

    def cut(self, a: fmpq, b: fmpq, cell: Cell) -> fmpq:
        """Return the middle one of the ends inside that the file has, else the middle of the cell."""
        first, last = bisect_right(self.ends, a), bisect_left(self.ends, b)
        return self.ends[(first + last) // 2] if first < last else cell.middle

    def _check_point(self, x: fmpq, n: Any) -> None:
        """Compare the error at one point with ε."""
        value = self.f.at(x)
        error = abs(value.ball - n)
        if value.defined and error > self.epsilon:
            raise StoppedError(
                "refuted", x, f"The error is at least {float(error.lower()):.4g} at this point."
            )
        if not (value.defined and error < self.epsilon):
            raise StoppedError(
                "undecided", x, "At this point f has no value, or the error is too close to ε."
            )
        self.bound = larger(self.bound, error.upper())

    def proves(self, cell: Cell, piece: int) -> bool:
        """Return whether |f − N| < ε on the cell; raise the refutation if it fails in the middle."""
        radius = cell.radius
        here, n = self.f.at(cell.middle), self.network.expand(cell.middle, radius, piece)
        if here.defined:
            error = abs(here.series[0] - n.coefficients[0])
            if error > self.epsilon:
                reason = f"The error is at least {float(error.lower()):.4g} at this point."
                raise StoppedError("refuted", cell.middle, reason)
        around = self.f.around(cell)
        if not around.defined:
            return False
        top = min(order(around.series), order(here.series) + 1 if here.defined else 0)
        for k in sorted({top, min(top, 2), 0}, reverse=True):
            polynomial = difference(here.series, around.ball if k == 0 else around.series[k], k, n)
            bound = _largest(polynomial, radius, self.epsilon - n.rest, MOST_PARTS)
            if bound is not None:
                self.bound = larger(self.bound, (bound + n.rest).upper())
                return True
        return False


def cell_between(a: fmpq, b: fmpq) -> Cell:
    """Return a cell that holds the rationals a and b, and its middle as a dyadic rational."""
    low, high = arb(a).lower(), arb(b).upper()
    return Cell(low, high, ((low + high) / 2).mid().fmpq())


def difference(center: Any, remainder: Any, k: int, n: Expansion) -> list[Any]:
    """Return the coefficients of f − N on a cell, with the k-th one of f on the whole cell."""
    size = max(len(n.coefficients), k + 1)
    own = [center[i] if i < k else remainder if i == k else arb(0) for i in range(size)]
    return [a - n.coefficients[i] if i < len(n.coefficients) else a for i, a in enumerate(own)]


def _largest(polynomial: list[Any], radius: Any, epsilon: Any, parts: int) -> Any | None:
    """Return an upper bound of |Σ aᵢ tⁱ| for |t| ≤ radius if it is below ε, else None."""
    bound, noise = _quadratic_bound(polynomial, radius)
    if bound < epsilon:
        return bound
    if not parts or not abs(polynomial[0]) < epsilon or not noise < epsilon:
        return None
    half = radius / 2
    halves = [_largest(moved(polynomial, shift), half.upper(), epsilon, parts - 1) for shift in (-half, half)]
    return None if None in halves else larger(*halves)


def _quadratic_bound(polynomial: list[Any], radius: Any) -> tuple[Any, Any]:
    """Return a bound from the exact extremes of a + b t + c t² and the size of the rest; and the part from balls."""
    a, b, c = [one.mid() for one in (*polynomial[:3], arb(0), arb(0))][:3]
    noise, rest, power = arb(0), arb(0), arb(1)
    for i, one in enumerate(polynomial):
        noise += one.rad() * power
        if i > 2:
            rest += abs(one.mid()) * power
        power *= radius
    ends = parabola_bound(a, b, c, radius)
    return (ends + rest + noise).upper(), noise


def parabola_bound(a: Any, b: Any, c: Any, radius: Any) -> Any:
    """Return an upper bound of |a + b t + c t²| for |t| ≤ radius, from the exact extremes."""
    ends = larger(abs(a + (b + c * radius) * radius), abs(a - (b - c * radius) * radius))
    if c == 0 or abs(b) >= 2 * abs(c) * radius:
        return ends
    return larger(ends, abs(a - b * b / (4 * c)))


def moved(polynomial: list[Any], shift: Any) -> list[Any]:
    """Return the coefficients of the polynomial about another point."""
    moved = list(polynomial)
    for k in range(len(moved) - 1):
        for i in range(len(moved) - 2, k - 1, -1):
            moved[i] += shift * moved[i + 1]
    return moved


def larger(*numbers: Any) -> Any:
    """Return an upper bound of some numbers."""
    return most(*[one.upper() for one in numbers])
