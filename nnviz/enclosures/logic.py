"""Enclose conditions, such as x < 1, and the choice between two branches."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from nnviz._types import Truth
from nnviz.enclosures import intervals as iv
from nnviz.enclosures.intervals import Interval
from nnviz.enclosures.jets import Jet, Rule, constant_on_pieces, switch


class Verdicts(NamedTuple):
    """Masks of where a condition certainly holds, and where it certainly fails."""

    holds: Truth
    fails: Truth


def condition(truth: Verdicts, defined: Any) -> Jet:
    """Enclose a condition as 1 or 0."""
    return constant_on_pieces(
        Interval(np.where(truth.holds, 1.0, 0.0), np.where(truth.fails, 0.0, 1.0)), defined
    )


def truth_of(a: Jet) -> Verdicts:
    """Return where a is certainly not 0, and where it is certainly 0."""
    return Verdicts(a.without_zero, np.asarray((a.value.lo == 0) & (a.value.hi == 0)))


def less(a: Jet, b: Jet) -> Verdicts:
    """Return where a < b certainly holds, and where it certainly fails."""
    touching = (a.value.hi == b.value.lo) & (a.open_hi | b.open_lo)
    return Verdicts(np.asarray((a.value.hi < b.value.lo) | touching), np.asarray(a.value.lo >= b.value.hi))


def equal(a: Jet, b: Jet) -> Verdicts:
    """Return where a = b certainly holds, and where it certainly fails."""
    same = (a.value.lo == a.value.hi) & (b.value.lo == b.value.hi) & (a.value.lo == b.value.lo)
    return Verdicts(np.asarray(same), less(a, b).holds | less(b, a).holds)


def negation(truth: Verdicts) -> Verdicts:
    """Return where the negation of a condition certainly holds, and where it certainly fails."""
    return Verdicts(truth.fails, truth.holds)


def comparison(compare: Callable[[Jet, Jet], Verdicts]) -> Rule:
    """Return the rule of a comparison as 1 or 0."""
    return lambda a, b: condition(compare(a, b), a.defined & b.defined)


def conjunction(a: Jet, b: Jet) -> Verdicts:
    """Return where "a and b" certainly holds, and where it certainly fails."""
    left, right = truth_of(a), truth_of(b)
    return Verdicts(left.holds & right.holds, left.fails | right.fails)


def disjunction(a: Jet, b: Jet) -> Verdicts:
    """Return where "a or b" certainly holds, and where it certainly fails."""
    left, right = truth_of(a), truth_of(b)
    return Verdicts(left.holds | right.holds, left.fails & right.fails)


def choice(condition: Jet, a: Jet, b: Jet) -> Jet:
    """Enclose a where the condition holds, and b where it fails."""
    truth = truth_of(condition)
    value = iv.select(truth.holds, a.value, iv.select(truth.fails, b.value, iv.hull(a.value, b.value)))
    taken = np.where(truth.holds, a.defined, np.where(truth.fails, b.defined, a.defined & b.defined))
    chosen = switch(truth.holds, truth.fails, a, b, value, jump=True)
    return chosen._replace(defined=condition.defined & taken)


def restriction(a: Jet, condition: Jet) -> Jet:
    """Enclose a where the condition holds; elsewhere the function is not defined."""
    return a._replace(defined=a.defined & condition.defined & truth_of(condition).holds)
