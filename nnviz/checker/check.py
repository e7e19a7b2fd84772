"""Check the claims of a certificate from its file alone."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from flint import ctx

from nnviz.checker.claim import Claim, ClaimError, Points, read_claim
from nnviz.checker.gates import why_unproved
from nnviz.checker.jets import set_precision
from nnviz.checker.norms import OutsideSearch, SquareSearch
from nnviz.checker.plane import PlaneSearch, PlaneStoppedError
from nnviz.checker.search import Search, Status, StoppedError
from nnviz.checker.target import CannotCheckError, Formula, Joined


class Verdict(NamedTuple):
    """What the check of a certificate found.

    status  of |f − N| < ε on K. bound: an upper bound of sup |f − N| if proved. at: a point with a larger error, or
    where the search ended. reason: one sentence. cells: the number of cells that were examined. units: the number of
    units that every ReLU network with one hidden layer needs, if the file claims one and its lines prove it; else None.
    units_reason: why the claimed number is not proved, or "". low: a lower bound of sup |f − N|, the error at the point
    where the file says that it is largest; None if the file names no point of K, or if f is not known there.
    """

    status: Status
    bound: float | None
    at: float | tuple[float, float] | None
    reason: str
    cells: int
    units: int | None = None
    units_reason: str = ""
    low: float | None = None


def check(text: str, seconds: float = 60.0) -> Verdict:
    """Return what can be proved of the claims in the text of a certificate, within a time limit in seconds.

    ClaimError if the text is damaged. The status is undecided, with the reason, for what this checker does not know.
    """
    claim = read_claim(text)
    with _precision():
        try:
            return _checked(claim, time.monotonic() + seconds)
        except CannotCheckError as error:
            return Verdict("undecided", None, None, f"Cannot check: {error}", 0)


@contextmanager
def _precision() -> Iterator[None]:
    """Set the precision of Arb, and restore it at the end."""
    before = ctx.prec, ctx.cap
    set_precision()
    try:
        yield
    finally:
        ctx.prec, ctx.cap = before


def _checked(claim: Claim, deadline: float) -> Verdict:
    if len(claim.sides) == 2:
        return _checked_on_box(claim, deadline)
    f = Joined(claim.target) if isinstance(claim.target, Points) else Formula(claim.target, claim.variables)
    (low, high), epsilon = claim.sides[0], claim.epsilon
    if claim.norm != "sup":
        return _checked_in_norm(f, claim, deadline)
    search = Search(f, claim, deadline)
    try:
        search.run()
        bound = math.nextafter(float(search.bound), math.inf)
        found = Verdict("proved", bound, None, f"The error is at most {bound:.4g} on all of K.", search.cells)
    except StoppedError as stopped:
        at = stopped.at
        found = Verdict(stopped.status, None, int(at.p) / int(at.q), stopped.reason, search.cells)
    found = found._replace(low=search.error_at(claim.largest_at))
    if claim.gates is None:
        return found
    reason = why_unproved(claim.gates, f.at, low, high, epsilon)
    return found._replace(units=None if reason else claim.gates.units, units_reason=reason)


def _checked_on_box(claim: Claim, deadline: float) -> Verdict:
    """Return the verdict on a claim about two inputs."""
    if claim.norm != "sup":
        raise CannotCheckError("With two inputs the independent checker knows the sup norm only.")
    search = PlaneSearch(claim, deadline)
    try:
        search.run()
        bound = math.nextafter(float(search.bound), math.inf)
        found = Verdict("proved", bound, None, f"The error is at most {bound:.4g} on all of K.", search.boxes)
    except PlaneStoppedError as stopped:
        x, y = (int(one.p) / int(one.q) for one in stopped.at)
        found = Verdict(stopped.status, None, (x, y), stopped.reason, search.boxes)
    if claim.gates is not None:
        words = "With two inputs the independent checker does not know lower bounds of the number of units."
        found = found._replace(units_reason=words)
    return found._replace(low=search.error_at(claim.largest_at))


def _checked_in_norm(f: Formula | Joined, claim: Claim, deadline: float) -> Verdict:
    """Return the verdict on a claim in the root mean square, or outside of exceptional intervals."""
    search = SquareSearch(f, claim, deadline) if claim.norm == "rms" else OutsideSearch(f, claim, deadline)
    try:
        search.run()
    except StoppedError as stopped:
        at = int(stopped.at.p) / int(stopped.at.q)
        return Verdict(stopped.status, None, at, stopped.reason, search.cells, low=search.low)
    bound = math.nextafter(float(search.bound), math.inf)
    return Verdict("proved", bound, None, search.sentence(), search.cells, low=search.low)


__all__ = ["ClaimError", "Verdict", "check"]
