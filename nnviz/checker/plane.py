"""Prove or refute |f − N| < ε on a box of two inputs, box by box.

About the middle m of a box with the half sides r, s let fₖ and nₖ be the terms of degree k of Taylor's formula, which
are forms in (x, y) − m, and let Fₖ be the form of f with coefficients that hold on the whole box. Then

    f − N = Σ_{i<k} (fᵢ − nᵢ) + (Fₖ − nₖ) − Σ_{i>k} nᵢ − rest.

For k = 0 the coefficient is the range of f. For k = 1 the mean value theorem holds at kinks too, along one side after
the other. A form of degree k is found from its values in k + 1 directions, which are coefficients of a series of one
variable. The polynomial is bounded by the extremes of its quadratic part and the size of the others, on smaller and
smaller parts. A box that is not proved is divided.
"""

import math
import time
from collections import deque
from typing import Any, Final

from flint import arb, fmpq, fmpq_mat

from nnviz.checker.claim import Claim, DeepNetwork, Tree
from nnviz.checker.jets import Jet, order, variable
from nnviz.checker.plane_networks import Forms, PlaneNetwork
from nnviz.checker.search import (
    MOST_DIVISIONS,
    NARROWEST,
    Status,
    cell_between,
    larger,
    moved,
    parabola_bound,
)
from nnviz.checker.target import CannotCheckError, Cell, check_names, sight

DIRECTIONS: Final = ((1, 0), (0, 1), (1, 1), (1, -1), (1, 2), (1, -2), (2, 1), (2, -1))
DEGREE: Final = 7
MOST_PARTS: Final = 6  # divisions of the range of a polynomial
SLIMMEST: Final = 0.2  # a side that is shorter, as a share of K, than so many times the other is not divided
_INVERSES: Final = [
    fmpq_mat([[p ** (k - j) * q**j for j in range(k + 1)] for p, q in DIRECTIONS[: k + 1]]).inv()
    for k in range(DEGREE + 1)
]

Box = tuple[Cell, Cell]
Point = tuple[fmpq, fmpq]
Rows = list[list[Any]]  # the coefficient of xⁱ yʲ is rows[j][i]


class PlaneStoppedError(Exception):
    """The end of a search without a proof, with its status, the point and the reason."""

    def __init__(self, status: Status, at: Point, reason: str) -> None:
        super().__init__(reason)
        self.status, self.at, self.reason = status, at, reason


class PlaneFormula:
    """A formula in two variables."""

    def __init__(self, tree: Tree, variables: list[str]) -> None:
        self.tree, self.variables = tree, variables
        check_names(tree)

    def jets(self, ends: tuple[tuple[Any, Any], tuple[Any, Any]], directions: int = DEGREE + 1) -> list[Jet]:
        """Return the jets on a box with these ends, one for each direction."""
        return [
            sight(
                self.tree,
                {
                    name: (variable(low, high, one),)
                    for name, (low, high), one in zip(self.variables, ends, direction)
                },
            )[0]
            for direction in DIRECTIONS[:directions]
        ]

    def around(self, box: Box) -> list[Jet]:
        """Return the jets on a box."""
        return self.jets(((box[0].low, box[0].high), (box[1].low, box[1].high)))

    def at(self, point: Point, directions: int = DEGREE + 1) -> list[Jet]:
        """Return the jets at a point."""
        x, y = map(arb, point)
        return self.jets(((x.lower(), x.upper()), (y.lower(), y.upper())), directions)


def form(jets: list[Jet], k: int) -> list[Any]:
    """Return the coefficients of xᵏ, xᵏ⁻¹y, …, yᵏ of the form of degree k with these values in the directions."""
    inverse, values = _INVERSES[k], [one.series[k] for one in jets[: k + 1]]
    return [
        sum((inverse[j, i] * value for i, value in enumerate(values) if inverse[j, i] != 0), arb(0))
        for j in range(k + 1)
    ]


class PlaneSearch:
    """The search of one proof; ``bound`` is the largest bound of the boxes proved so far."""

    def __init__(self, claim: Claim, deadline: float) -> None:
        if not isinstance(claim.target, Tree) or isinstance(claim.network, DeepNetwork):
            raise CannotCheckError("With two inputs, a formula and one hidden layer are known.")
        self.f, self.deadline = PlaneFormula(claim.target, claim.variables), deadline
        self.network = PlaneNetwork(claim.network)
        self.epsilon, self.sides = arb(claim.epsilon), claim.sides
        self.bound, self.boxes = arb(0), 0

    def run(self) -> None:
        """Return if the claim is proved; otherwise raise PlaneStoppedError."""
        waiting = deque([(self.sides[0], self.sides[1], 0)])  # the largest first: a large error is found soon
        while waiting:
            *sides, divisions = waiting.popleft()
            self.boxes += 1
            (x, y) = box = cell_between(*sides[0]), cell_between(*sides[1])
            middle = x.middle, y.middle
            lengths = [float((q - p) / (high - low)) for (p, q), (low, high) in zip(sides, self.sides)]
            steep = self.steepness(box)
            if steep is None:
                continue
            if time.monotonic() > self.deadline:
                raise PlaneStoppedError("undecided", middle, "The time ran out.")
            if divisions == MOST_DIVISIONS or any(
                not one.high - one.low > abs(one.high) * NARROWEST for one in box
            ):
                near = ", ".join(f"{int(one.p) / int(one.q):.6g}" for one in middle)
                reason = f"Near ({near}) f may jump or have no value, or the error is too close to ε."
                raise PlaneStoppedError("undecided", middle, reason)
            k = 0 if steep[0] >= steep[1] else 1
            if lengths[k] < SLIMMEST * lengths[1 - k]:
                k = 1 - k
            (a, b), cut = sides[k], middle[k]
            parts = [(part, sides[1]) if k == 0 else (sides[0], part) for part in ((a, cut), (cut, b))]
            waiting += [(*part, divisions + 1) for part in parts]

    def error_at(self, point: tuple[fmpq, ...] | None) -> float | None:
        """Return a lower bound of |f − N| at a point of K; None if there is none."""
        if point is None or not all(low <= one <= high for one, (low, high) in zip(point, self.sides)):
            return None
        x, y = point
        value = self.f.at((x, y), 1)[0]
        error = abs(value.ball - self.network.at((x, y))).lower()
        return max(math.nextafter(float(error), 0.0), 0.0) if value.defined and error.is_finite() else None

    def steepness(self, box: Box) -> tuple[float, float] | None:
        """Return None if |f − N| < ε on the box, else the influence of each side; raise a refutation in the middle."""
        middle, radii = (box[0].middle, box[1].middle), (box[0].radius, box[1].radius)
        here, around = self.f.at(middle), self.f.around(box)
        if here[0].defined:
            error = abs(here[0].series[0] - self.network.at(middle))
            if error > self.epsilon:
                reason = f"The error is at least {float(error.lower()):.4g} at this point."
                raise PlaneStoppedError("refuted", middle, reason)
        if not around[0].defined:
            return 0.0, 0.0
        n = self.network.expand(middle, radii)
        known = min(
            min(order(one.series) for one in around), min(order(one.series) for one in here) + 1, DEGREE
        )
        most = known if here[0].defined else 0
        for k in sorted({most, min(most, 2), 0}, reverse=True):
            rows, rest = difference(here, around, k, n, radii)
            bound = _largest(rows, radii, self.epsilon - rest, MOST_PARTS)
            if bound is not None:
                self.bound = larger(self.bound, (bound + rest).upper())
                return None
        rows, _ = difference(here, around, min(most, 2), n, radii)
        return _influence(rows, radii)


def difference(
    here: list[Jet], around: list[Jet], k: int, n: Forms, radii: tuple[Any, Any]
) -> tuple[Rows, Any]:
    """Return the coefficients of f − N up to degree ``DEGREE``, and a bound of what is left out."""
    (r, s), rest = radii, n.rest
    rows = [[arb(0)] * (DEGREE + 1) for _ in range(DEGREE + 1)]
    for degree in range(k + 1):
        whole = degree == k
        own = [around[0].ball] if whole and k == 0 else form(around if whole else here, degree)
        for j, one in enumerate(own):
            rows[j][degree - j] = one
    for degree, terms in enumerate(n.terms):
        for j, one in enumerate(terms):
            if degree <= DEGREE:
                rows[j][degree - j] -= one
            else:
                rest += abs(one) * r ** (degree - j) * s**j
    return rows, rest.upper()


def _influence(rows: Rows, radii: tuple[Any, Any]) -> tuple[float, float]:
    """Return the sizes of the terms above degree 1 with x, and of those with y; 0 if they are not known."""
    (r, s), found = radii, [0.0, 0.0]
    for j, row in enumerate(rows):
        for i, one in enumerate(row):
            if i + j > 1 and one != 0:
                size = float((abs(one).upper() * r**i * s**j).upper())
                found = [found[0] + i * size, found[1] + j * size]
    return (found[0], found[1]) if all(map(math.isfinite, found)) else (0.0, 0.0)


def _largest(rows: Rows, radii: tuple[Any, Any], epsilon: Any, parts: int) -> Any | None:
    """Return an upper bound of |Σ aᵢⱼ xⁱ yʲ| for |x| ≤ r, |y| ≤ s if it is below ε, else None."""
    bound, noise = _quadratic_bound(rows, radii)
    if bound < epsilon:
        return bound
    if not parts or not abs(rows[0][0]) < epsilon or not noise < epsilon:
        return None
    steep = _influence(rows, radii)
    along_x = steep[0] >= steep[1]
    half = (radii[0 if along_x else 1] / 2).upper()
    smaller = (half, radii[1]) if along_x else (radii[0], half)
    found = arb(0)
    for shift in (-half, half):
        part = _largest(_shifted(rows, shift, along_x=along_x), smaller, epsilon, parts - 1)
        if part is None:
            return None
        found = larger(found, part)
    return found


def _shifted(rows: Rows, shift: Any, *, along_x: bool) -> Rows:
    """Return the coefficients of the polynomial about another point."""
    if along_x:
        return [moved(row, shift) for row in rows]
    return [list(row) for row in zip(*[moved(list(column), shift) for column in zip(*rows)])]


def _quadratic_bound(rows: Rows, radii: tuple[Any, Any]) -> tuple[Any, Any]:
    """Return a bound from the extremes of the quadratic part and the size of the rest; and the part from balls."""
    (r, s), noise, rest = radii, arb(0), arb(0)
    for j, row in enumerate(rows):
        for i, one in enumerate(row):
            if one == 0:
                continue
            size = r**i * s**j
            noise += one.rad() * size
            if i + j > 2:
                rest += abs(one.mid()) * size
    a, b, c = rows[0][0].mid(), rows[0][1].mid(), rows[1][0].mid()
    d, e, f = rows[0][2].mid(), rows[1][1].mid(), rows[2][0].mid()
    bounds = [parabola_bound(a + (b + d * x) * x, c + e * x, f, s) for x in (-r, r)]
    bounds += [parabola_bound(a + (c + f * y) * y, b + e * y, d, r) for y in (-s, s)]
    bounds.append(_inner_bound(a, (b, c), (d, e, f), radii))
    return (larger(*bounds) + rest + noise).upper(), noise


def _inner_bound(a: Any, slopes: tuple[Any, Any], bends: tuple[Any, Any, Any], radii: tuple[Any, Any]) -> Any:
    """Return a bound of |a + b x + c y + d x² + e x y + f y²| at an extreme inside of the box, 0 if there is none."""
    (b, c), (d, e, f), (r, s) = slopes, bends, radii
    determinant = 4 * d * f - e * e
    if determinant < 0 or determinant == 0:
        return arb(0)
    if determinant > 0:
        x, y = (e * c - 2 * f * b) / determinant, (e * b - 2 * d * c) / determinant
        return arb(0) if abs(x) > r or abs(y) > s else abs(a + (b * x + c * y) / 2)
    return abs(a) + abs(b) * r + abs(c) * s + abs(d) * r * r + abs(e) * r * s + abs(f) * s * s
