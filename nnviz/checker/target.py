"""Enclose the target function on cells and at points: a formula in balls, or points joined in exact rationals."""

from bisect import bisect_right
from typing import Any, Final, NamedTuple

from flint import arb, arb_series, fmpq

from nnviz.checker.claim import Points, Tree
from nnviz.checker.functions import power
from nnviz.checker.jets import Jet, constant, least, most, variable
from nnviz.checker.rules import CONSTANTS, NAMES, RULES

Sight = tuple[Jet, ...]  # jets on a cell, at its left end and at its right end


class CannotCheckError(Exception):
    """Say which part of a claim this checker does not know."""


class Cell(NamedTuple):
    """A cell with exact ends, and its middle."""

    low: Any
    high: Any
    middle: fmpq

    @property
    def radius(self) -> Any:
        """The largest distance of the middle from an end."""
        middle = arb(self.middle)
        return most((self.high - middle).upper(), (middle - self.low).upper())


class Formula:
    """A formula in one variable."""

    knots: Final[list[fmpq]] = []

    def __init__(self, tree: Tree, variables: list[str]) -> None:
        self.tree, self.variables = tree, variables
        check_names(tree)

    def around(self, cell: Cell) -> Jet:
        """Return the jet on a cell. Where f is monotone, the range is that of its values at the ends."""
        ends = variable(cell.low, cell.high), variable(cell.low, cell.low), variable(cell.high, cell.high)
        return sight(self.tree, {self.variables[0]: ends})[0]

    def at(self, x: fmpq) -> Jet:
        """Return the jet at a point."""
        ball = arb(x)
        return sight(self.tree, {self.variables[0]: (variable(ball.lower(), ball.upper()),)})[0]


def check_names(tree: Tree) -> None:
    """Raise CannotCheckError for a function that has no rule here."""
    if tree.kind == "call" and tree.name not in NAMES:
        raise CannotCheckError(f"The function {tree.name[:40]!r} is not known to the independent checker.")
    for one in tree.of:
        check_names(one)


def sight(tree: Tree, variables: dict[str, Sight]) -> Sight:
    """Return the jets of a node; all of the same kinds as those of the variables."""
    if tree.kind == "variable":
        return variables[tree.name]
    kinds = len(next(iter(variables.values())))
    if tree.kind != "call":
        known = constant(tree.value if tree.kind == "number" else CONSTANTS[tree.name]())
        return (known,) * kinds
    of = [sight(one, variables) for one in tree.of]
    try:
        found = tuple(_apply(tree, [one[k] for one in of]) for k in range(kinds))
    except (TypeError, ValueError):
        raise CannotCheckError(f"The call of {tree.name} has a wrong number of arguments.") from None
    return found if len(found) == 1 else (_monotone(*found), *found[1:])


def _apply(tree: Tree, of: list[Jet]) -> Jet:
    if tree.name == "^":
        base, exponent = of
        return power(base, exponent, exponent_is_constant=tree.of[1].constant)
    return RULES[tree.name](*of)


def _monotone(found: Jet, left: Jet, right: Jet) -> Jet:
    """Return the jet with the range between the values at the ends, if the first derivative has one sign."""
    slope = found.series[1]
    if not (slope >= 0 or slope <= 0) or not (found.defined and left.defined and right.defined):
        return found
    low, high = most(found.low, least(left.low, right.low)), least(found.high, most(left.high, right.high))
    return found._replace(low=low, high=high)


class Joined:
    """Points joined by straight lines, constant outside of them."""

    def __init__(self, points: Points) -> None:
        self.knots, self.values = points.knots, points.values

    def around(self, cell: Cell) -> Jet:
        """Return the jet on a cell that has no knot inside."""
        slope = self._slope(cell.middle)
        value, reach = arb(self._value(cell.middle)), arb(slope) * cell.radius
        low, high = value - abs(reach), value + abs(reach)
        return Jet(low.lower(), high.upper(), arb_series([low.union(high), arb(slope)]))

    def at(self, x: fmpq) -> Jet:
        """Return the jet at a point, with the slope on its right."""
        value = arb(self._value(x))
        return Jet(value.lower(), value.upper(), arb_series([value, arb(self._slope(x))]))

    def _slope(self, x: fmpq) -> fmpq:
        k = bisect_right(self.knots, x)
        if k in (0, len(self.knots)):
            return fmpq(0)
        return (self.values[k] - self.values[k - 1]) / (self.knots[k] - self.knots[k - 1])

    def _value(self, x: fmpq) -> fmpq:
        k = bisect_right(self.knots, x)
        if k == 0:
            return self.values[0]
        return self.values[k - 1] + self._slope(x) * (x - self.knots[k - 1])
