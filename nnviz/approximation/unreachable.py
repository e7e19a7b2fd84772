"""Say why no network within ε of f on K can be built: jumps, poles, gaps, numbers of 64 bits, too many units."""

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from nnviz._checks import argument_error, check_between
from nnviz._types import Bounds
from nnviz.approximation.discontinuities import Obstacle, find_obstacle
from nnviz.approximation.explanations import explain
from nnviz.enclosures import enclose_points
from nnviz.enclosures.breaks import breaks
from nnviz.expressions import Expression
from nnviz.targets.convert import Target

if TYPE_CHECKING:
    from nnviz.approximation.network_for_epsilon import Reach

MOST_UNITS: Final = 20_000


class RefusalSettings(NamedTuple):
    """The numbers that decide whether 64 bits suffice."""

    min_floats: int = 4096  # that K must hold
    min_epsilon: float = 2.0**-900  # products of smaller numbers underflow in the certificate
    min_epsilon_in_moves: float = 16.0  # times the change of f from one float to the next
    min_epsilon_in_floats: float = 8.0  # times the distance of neighboring floats at max |f|


SETTINGS: Final = RefusalSettings()


class Unreachable(ValueError):
    """The error that no network of this kind is within ε of f on K, or that it cannot be built here; it says why.

    obstacle: the reason as facts; None if float64, the largest number of units or the time does not suffice.
    best: for two inputs, the best network with its certificate when the time was over; else None.
    """

    def __init__(self, reason: str, obstacle: Obstacle | None = None, best: "Reach | None" = None) -> None:
        self.obstacle, self.best = obstacle, best
        super().__init__(reason)


def find_refusal(f: Target, interval: Bounds, epsilon: float) -> Unreachable | None:
    """Return why ε seems out of reach before any search; None if nothing speaks against it.

    Jumps, poles and points without a value are measured and not proved, and so is the rounding of f. So a network that
    is proved to be within ε refutes the reason. ValueError for a function of two variables, and unless ε is above 0 and
    finite.
    """
    low, high = interval
    if isinstance(f, Expression) and len(f.variables) != 1:
        raise argument_error("f", "a function of one variable", f.text)
    check_between("epsilon", epsilon, 0, above=True)
    if high - low < SETTINGS.min_floats * np.spacing(max(abs(low), abs(high))):
        return Unreachable(
            f"K = [{low:.17g}, {high:.17g}] holds fewer than {SETTINGS.min_floats} numbers of 64 bits. Choose "
            "a wider interval, or an interval nearer to 0."
        )
    obstacle = find_obstacle(f, interval, epsilon)
    if obstacle is not None:
        return Unreachable(explain(obstacle, epsilon), obstacle)
    return _too_fine(f, interval, epsilon)


def _too_fine(f: Target, interval: Bounds, epsilon: float) -> Unreachable | None:
    """Return why ε is too small for numbers of 64 bits; None if it is not."""
    x = np.linspace(*interval, 257)
    values = f(x)
    moves = float(np.median(np.abs(f(np.nextafter(x, np.inf)) - values)))
    least = SETTINGS.min_epsilon_in_moves * moves
    if epsilon < least:
        return Unreachable(
            f"ε = {epsilon:g} is too small for numbers of 64 bits on this K. From one of them to the next, f changes "
            f"by {moves:.1g}. Choose ε of at least {least:.1g}, or an interval nearer to 0."
        )
    largest = float(np.abs(values).max())
    gap = float(np.spacing(largest))
    least = max(SETTINGS.min_epsilon_in_floats * gap, SETTINGS.min_epsilon)
    if epsilon < least and np.ptp(values) > 0:
        return Unreachable(
            f"ε = {epsilon:g} is too small for numbers of 64 bits. f reaches {largest:.3g} on K, and neighboring "
            f"numbers of this size differ by {gap:.1g}. Choose ε of at least {least:.1g}."
        )
    return _too_steep(f, interval, epsilon)


def _too_steep(f: Target, interval: Bounds, epsilon: float) -> Unreachable | None:
    """Return that f changes by 2ε or more between a break and the next float, as x^0.005 does at 0; None if not."""
    low, high = interval
    at = breaks(f, low, high)
    if not at.size:
        return None
    for side in (low, high):
        near = np.nextafter(at, side)
        with np.errstate(all="ignore"):
            moves = (enclose_points(f, near) - enclose_points(f, at)).mignitude
        if moves.max() >= 2 * epsilon:
            k = int(np.argmax(moves))
            return Unreachable(
                f"f is too steep for numbers of 64 bits and ε = {epsilon:g}. Between x = {at[k]:g} and the next of "
                f"them, {near[k]:.3g}, f changes by {moves[k]:.3g}. Choose ε above {moves[k] / 2:.3g}, or another K."
            )
    return None


def too_many_units(pieces: float, epsilon: float) -> Unreachable:
    """Return the error that ε needs more units than are built here."""
    return Unreachable(
        f"For this f and K, ε = {epsilon:g} needs an estimated {pieces:.2g} units or more. By the theorem such a "
        f"network exists, but at most {MOST_UNITS} units are built here. Choose a larger ε or a smaller K."
    )
