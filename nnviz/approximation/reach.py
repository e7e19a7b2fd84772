"""∀ f ∀ ε ∃ N: the smallest network found within ε of f on all of K, its proof, and the least that is needed.

The loop is counterexample-guided: aim a little below ε at samples, try to prove ε everywhere, and where the proof
fails take more samples and aim lower. What comes out with a proof is proved, however it was found.
"""

from collections.abc import Iterable
from time import monotonic
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.approximation.approximate import approximate
from nnviz.approximation.certificate import Certificate, certify
from nnviz.approximation.domains import Interval, checked_interval, finite_values
from nnviz.approximation.lower_bound import estimated_units, units_needed
from nnviz.approximation.obstacles import obstacle
from nnviz.approximation.piecewise_linear import Path, fewest_pieces
from nnviz.approximation.relu import least_epsilon, relu_network, rounding, samples
from nnviz.approximation.sampling import MOST, PER_PIECE, TooFine, missed, sags, spread
from nnviz.functions import Expression, PiecewiseLinear, enclose_points
from nnviz.functions.breaks import breaks
from nnviz.networks import ACTIVATIONS, ShallowNetwork

Array = NDArray[np.float64]
Target = Expression | PiecewiseLinear

MOST_UNITS: Final = 20_000
SECONDS: Final = 5.0
_MARGIN: Final = 4e-3  # of ε: left for the certificate, and for a path that saves a unit
_SAG: Final = 1.25  # a cell may depart from its chord a quarter more than in its middle
_FEW: Final = 64  # pieces: so many are placed with the least error, which leaves more to spare
_SURPLUS: Final = 2000  # samples
_PRICED: Final = 12  # samples in a piece for a price, which need not be as sharp
_ROUNDS: Final = 8
_BLIND: Final = 1.02  # times ε: with a larger error the samples did not show f, and more of them are enough
_HIDDEN: Final = 0.5  # of ε: between samples that show it, f departs less from its chords
_NEIGHBOURS: Final = 4  # cells on each side of one that hid something
_FINER: Final = 8  # parts of such cells
_FEWEST: Final = 9  # samples where f is known
_FLOATS: Final = 4096  # that K has to hold
_SECONDS_EACH: Final = 1.0  # for one ε of a price curve
_LEAST: Final = 16.0  # times the rounding of f: the smallest ε
_MOST_SMOOTH: Final = 512
_REFINING: Final = 0.3  # seconds for each width
_GRACE: Final = 0.3  # of the time: for the lower bound, where the rest was used up
_LONGER: Final = 2.5  # times the time of one width, for the next


class Unreachable(ValueError):
    """No network of this kind is within ε of f on K, or none that can be built here; the message says why."""


class Reach(NamedTuple):
    """A network for f, K and ε. It is proved to be within ε if ``certificate.status`` is "proved", else only found."""

    network: ShallowNetwork
    certificate: Certificate
    lower_bound: (
        int | None
    )  # every ReLU network within ε has at least so many units; None for other activations


class Price(NamedTuple):
    """What ε costs, for k values of ε; all arrays (k,). ``upper`` is at least ``lower``."""

    epsilon: Array
    lower: NDArray[np.int64]  # units that every ReLU network within ε needs: proved
    upper: NDArray[np.int64]  # units of a ReLU network that is within ε at dense samples: not proved


def reach(
    f: Target, interval: Interval, epsilon: float, activation: str = "relu", seconds: float = SECONDS
) -> Reach:
    """A network with |f − network| < ε on all of K, as small as this package can make it, and its certificate.

    It takes ``seconds``, and half as much again at most on a free processor. The certificate may be refuted or
    undecided where they are not enough: look at its status. Raises
    Unreachable, with a reason to act on, where f has a jump of 2ε or more, a pole, a point or stretch without a value
    in K, or where float64 or 20 000 units do not suffice; ValueError for an activation that is not universal.
    """
    low, high = interval = checked_interval(interval)
    _check_activation(activation)
    _check(f, interval, epsilon)
    deadline = monotonic() + seconds
    if activation != "relu":
        return _by_least_squares(f, interval, epsilon, activation, deadline)
    x = _affordable(f, interval, epsilon, breaks(f, low, high))
    known = _legible(f, x, epsilon)
    if known.sum() < _FEWEST:
        raise Unreachable(
            f"In numbers of 64 bits the formula of f loses its digits nearly everywhere on K: what it gives may "
            f"be off by more than ε = {epsilon:g}. Write it in another way, or ask for a larger ε."
        )
    x = _revealing(f, x[known], epsilon)
    share, before = 1.0, None
    for _ in range(_ROUNDS):
        network, x = _shortest(f, x, share * epsilon, deadline)
        certificate = certify(network, f, interval, epsilon, max(deadline - monotonic(), 0.0))
        if certificate.status == "proved" or certificate.at is None or monotonic() > deadline:
            break
        if certificate.status == "undecided" and (
            before is not None or not _legible(f, np.array([certificate.at]), epsilon / 2)[0]
        ):
            break
        before = certificate.at
        more = _around(f, before, x, epsilon)
        x = np.union1d(x, more[_legible(f, more, epsilon)])
        share *= 1.0 if _off(f, network, before) > _BLIND * epsilon else 0.99
    return Reach(network, certificate, units_needed(f, epsilon, x, deadline + _GRACE * seconds))


def widths_needed(f: Target, interval: Interval, epsilons: Iterable[float]) -> Price:
    """The price of each ε: units that every ReLU network needs, and units that were enough at dense samples.

    Fast, because only the lower bound is proved; ``reach`` proves the other. Raises Unreachable as ``reach`` does,
    for the smallest ε that is asked for.
    """
    interval = checked_interval(interval)
    wanted = np.array(list(epsilons), dtype=np.float64)
    _check(f, interval, float(wanted.min(initial=np.inf)))
    at = breaks(f, *interval)
    rows = [_price(f, interval, float(epsilon), at) for epsilon in wanted]
    lower, upper = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    return Price(wanted, lower, upper)


def _price(f: Target, interval: Interval, epsilon: float, at: Array) -> tuple[int, int]:
    deadline = monotonic() + _SECONDS_EACH
    x = _affordable(f, interval, epsilon, at, _SURPLUS // 10, _PRICED)
    network, x = _shortest(f, x, epsilon, deadline, sharp=False)
    return units_needed(f, epsilon, x), network.width


def _shortest(
    f: Target, x: Array, epsilon: float, deadline: float, sharp: bool = True
) -> tuple[ShallowNetwork, Array]:
    """A ReLU network within ε of f, as far as samples show, with as few units as can be; and x with more samples."""
    for k in range(_ROUNDS):
        y = finite_values(f, x)
        sag = _SAG * sags(f, x, y)
        slack = np.where(sag < epsilon / 2, sag, 0.0)  # more is a jump, or is found by ``missed``
        aim = (1 - _MARGIN * (1 + k * k)) * epsilon
        path = fewest_pieces(x, y - (aim - slack), y + (aim - slack))
        more = _missed(f, path, x, epsilon)
        if not more.size or len(x) + len(more) > MOST or monotonic() > deadline or k == _ROUNDS - 1:
            break
        x = np.union1d(x, _nearby(f, more, x))
    found = relu_network(path, aim, epsilon - aim).network
    if path.pieces <= _FEW and (sharp or found.width == path.pieces):
        path, aim = least_epsilon(x, y, path.pieces, aim, slack)
        found = relu_network(path, aim, epsilon - aim).network
    return found, x


def _affordable(
    f: Target, interval: Interval, epsilon: float, at: Array, surplus: int = _SURPLUS, each: int = PER_PIECE
) -> Array:
    """Samples of K, the breaks ``at`` among them; Unreachable where they show that too many units are needed."""
    try:
        grid = samples(f, interval, epsilon, at, surplus, each)
    except TooFine as error:
        raise _too_many(max(error.pieces, estimated_units(f, interval, epsilon)), epsilon) from None
    if grid.pieces > MOST_UNITS:
        raise _too_many(grid.pieces, epsilon)
    return grid.x


def _off(f: Target, network: ShallowNetwork, x: float) -> float:
    return float(np.abs(f(np.array([x])) - network(np.array([x])))[0])


def _revealing(f: Target, x: Array, epsilon: float) -> Array:
    """The samples, and more where f is far from the straight lines between them: looking is cheaper than walking."""
    for _ in range(_ROUNDS):
        more = _missed(f, Path(x, finite_values(f, x)), x, _HIDDEN * epsilon)
        if not more.size or len(x) + len(more) > MOST:
            break
        x = np.union1d(x, _nearby(f, more, x))
    return x


def _missed(f: Target, path: Path, x: Array, epsilon: float) -> Array:
    """Points between samples x where f is more than ε from the path, as far as its value is known; and nearby."""
    found = missed(f, path.__call__, x, epsilon)
    return found[_legible(f, found, epsilon)]


def _legible(f: Target, x: Array, epsilon: float) -> NDArray[np.bool_]:
    """Where the value of f at x is a number, and not known to lose its digits: rounding is no reason for a kink."""
    sure = enclose_points(f, x)
    return np.asarray(np.isfinite(f(x)) & (~sure.finite | (sure.hi - sure.lo <= epsilon)))


def _nearby(f: Target, found: Array, x: Array) -> Array:
    """The points found between samples x, and more in their cells and a few on each side, where more may hide."""
    cells = np.unique(np.searchsorted(x, found)[:, None] + np.arange(-_NEIGHBOURS, _NEIGHBOURS + 1))
    cells = cells[(cells > 0) & (cells < len(x))] - 1
    inner = x[cells] + np.diff(x)[cells] * np.arange(1, _FINER)[:, None] / _FINER
    more = np.append(found, inner)
    return np.asarray(more[np.isfinite(f(more))])


def _around(f: Target, at: float, x: Array, epsilon: float) -> Array:
    """More samples about a point: over the cell between samples x that it is in, and its neighbours."""
    k = int(np.clip(np.searchsorted(x, at), 1, len(x) - 1))
    ends = float(x[max(k - 2, 0)]), float(x[min(k + 1, len(x) - 1)])
    try:
        return spread(f, ends, epsilon, [at]).x
    except TooFine:
        return np.append(np.linspace(*ends, 13), at)


# --- other activations ---


def _by_least_squares(
    f: Target, interval: Interval, epsilon: float, activation: str, deadline: float
) -> Reach:
    """Widths 4, 8, 16, … until one is proved, then the middle of the last gap while there is time."""
    best, width, too_few, took = None, 4, 0, 0.0
    while width <= _MOST_SMOOTH and (monotonic() + _LONGER * took < deadline or best is None):
        started = monotonic()
        found = _of_width(f, interval, epsilon, activation, width, deadline)
        took = monotonic() - started
        if best is None or found.certificate.status == "proved" or best.certificate.status != "proved":
            best = found
        if best.certificate.status != "proved":
            too_few, width = width, 2 * width
            continue
        too_few = too_few if found.certificate.status == "proved" else width
        width = (too_few + best.network.width) // 2
        if width - too_few <= too_few // 8 or width == too_few:
            break
    assert best is not None
    return best


def _of_width(
    f: Target, interval: Interval, epsilon: float, activation: str, width: int, deadline: float
) -> Reach:
    refining = min(_REFINING, max(0.3 * (deadline - monotonic()), 0.01))
    network = approximate(f, interval, width, activation, seconds=refining, goal=0.5 * epsilon).network
    return Reach(network, certify(network, f, interval, epsilon, max(deadline - monotonic(), 0.05)), None)


# --- why not ---


def _check_activation(activation: str) -> None:
    legal = [one.name for one in ACTIVATIONS.values() if one.universal and one.name != "step"]
    if activation not in legal:
        known = ACTIVATIONS.get(activation)
        why = f" {known.reason}" if known is not None and not known.universal else ""
        raise ValueError(f"activation is {activation!r}; legal are {', '.join(legal)}.{why}")


def _check(f: Target, interval: Interval, epsilon: float) -> None:
    """Raise Unreachable, or ValueError, for what can be seen to be out of reach before anything is tried."""
    low, high = interval
    if isinstance(f, Expression) and len(f.variables) != 1:
        raise ValueError(
            f"{f.text!r} has the variables {', '.join(f.variables)}; legal is a function of one variable"
        )
    if not 0 < epsilon < np.inf:
        raise ValueError(f"ε is {epsilon:g}; legal is a positive number, such as 0.01")
    if high - low < _FLOATS * np.spacing(max(abs(low), abs(high))):
        raise Unreachable(
            f"K = [{low:.17g}, {high:.17g}] holds fewer than {_FLOATS} of the numbers that a computer with 64 bits "
            "tells apart; choose a wider interval, or one nearer to 0"
        )
    if reason := obstacle(f, interval, epsilon):
        raise Unreachable(reason)
    x = np.linspace(low, high, 257)
    values = f(x)
    moves = float(np.median(np.abs(f(np.nextafter(x, np.inf)) - values)))
    if epsilon < _LEAST * moves:
        raise Unreachable(
            f"ε = {epsilon:g} is too small for numbers of 64 bits on this K: from one of them to the next f moves by "
            f"{moves:.1g}. Ask for ε of {_LEAST * moves:.1g} or more, or choose an interval nearer to 0."
        )
    least = _LEAST * rounding(values)
    if epsilon < least and np.ptp(values) > 0:
        raise Unreachable(
            f"ε = {epsilon:g} is too small for numbers of 64 bits: f reaches {np.abs(values).max():.3g} on K, and "
            f"sums of such numbers are exact to about {rounding(values):.1g}. Ask for ε of {least:.1g} or more."
        )


def _too_many(pieces: float, epsilon: float) -> Unreachable:
    return Unreachable(
        f"f bends so much on K that ε = {epsilon:g} takes an estimated {pieces:.2g} units or more. The theorem "
        f"promises that network, but {MOST_UNITS} units are the most that are built here. Ask for a larger ε, or "
        "choose a smaller interval."
    )
