"""Find a small network within ε of f on all of K, its proof, and a lower bound of the number of units.

The search is guided by counterexamples. It aims a little below ε at samples, and tries to prove ε everywhere. Where the
proof fails, it takes more samples and aims lower. A proof holds independently of how the network was found.
"""

from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._checks import argument_error, check_between
from nnviz._clock import processor_time
from nnviz._display import count, displayed
from nnviz._types import Array, Bounds
from nnviz.approximation.approximate import as_leaky, widened
from nnviz.approximation.certificate import Certificate, certify
from nnviz.approximation.discontinuities import Gates, gates
from nnviz.approximation.domains import checked_interval, finite_values
from nnviz.approximation.few_pieces import find_few_pieces
from nnviz.approximation.lower_bound import estimated_units, lower_bound
from nnviz.approximation.normal_form import NormalForm, normal_form
from nnviz.approximation.piecewise_linear import Path, attempt
from nnviz.approximation.relu import TooSteep, relu_network, samples, smallest_epsilon
from nnviz.approximation.sampling import SETTINGS as SAMPLING
from nnviz.approximation.sampling import TooManyPieces, chord_deviations, large_errors, spread
from nnviz.approximation.unreachable import MOST_UNITS as MOST_UNITS
from nnviz.approximation.unreachable import Unreachable as Unreachable
from nnviz.approximation.unreachable import find_refusal, too_many_units
from nnviz.approximation.width_for_epsilon import WidthSearch
from nnviz.approximation.written_networks import written_network
from nnviz.enclosures import enclose_points
from nnviz.enclosures.breaks import breaks
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.targets import TargetLike, as_target
from nnviz.targets.convert import Target

SECONDS: Final = 5.0


class ReachSettings(NamedTuple):
    """The numbers that tune the search for a network within ε."""

    proof_margin: float = 4e-3  # share of ε that is reserved for the certificate, and to save a unit
    cost_margins: tuple[float, float] = (2e-3, 5e-5)  # the same for a cost curve, and for its second attempt
    chord_slack: float = 1.25  # times the deviation from the chord at the middle of a cell
    exact_up_to: int = 64  # pieces; up to this number the smallest error is computed
    surplus_samples: int = 2000
    samples_per_piece_for_cost: int = 24
    second_samples: tuple[int, int] = (32_000, 128)  # in all, and of a piece at most, for a second attempt
    second_up_to: int = 600  # units, where the lower bound is more than one unit below
    rounds: int = 8  # of adding samples, and of proving
    coarse_pieces: int = 256  # of a path when the time is over
    resample_above: float = 1.02  # times ε; if the error is larger, more samples are taken
    aim_lower: float = 0.99  # the factor of the ε of the next round otherwise
    hidden_share: float = 0.5  # of ε; samples show f where it deviates less from the chords between them
    neighbor_cells: int = 4  # on each side of a cell with a large error
    parts_of_a_cell: int = 8
    min_samples: int = 9  # at which the value of f is reliable
    seconds_for_a_cost: float = 1.0  # for one ε of a cost curve, with the proof
    seconds_for_a_path: float = 2.5  # for one ε of a cost curve, until no samples are added any more
    smooth_aims: tuple[float, ...] = (0.99, 0.8, 0.5, 0.3)  # of ε, for the error at samples
    lower_bound_time_share: float = 0.3  # of the time limit, in addition


SETTINGS: Final = ReachSettings()


@displayed(
    lambda found: (
        f"{count(found.network.width, f'{found.network.activation} unit')}, {found.certificate.summary()}"
    )
)
class Reach(NamedTuple):
    """A network for f, K and ε; it is proved to be within ε only if ``certificate.status`` is "proved"."""

    network: ShallowNetwork
    certificate: Certificate
    lower_bound: int | None
    """Every ReLU or leaky ReLU network with one hidden layer within ε of f has at least so many units; None for other
    activations."""


def reach(
    f: TargetLike, interval: Bounds, epsilon: float, activation: str = "relu", seconds: float = SECONDS
) -> Reach:
    """Return a network with |f − network| < ε on all of K, as small as this package finds it, and its certificate.

    The search takes ``seconds`` of processor time, and at most half as much again. If the time is not enough, the
    status of the certificate can be refuted or undecided. Raises Unreachable, with the reason, if f has in K a jump
    of 2ε or more, waves of that height without end, a pole, or points without a value, and if float64 or 20 000 units
    do not suffice. Raises ValueError for an activation that is not universal, and for ``seconds`` that are not above 0
    and finite.
    """
    f = as_target(f)
    interval = checked_interval(interval)
    check_activation(activation)
    check_between("seconds", seconds, 0, above=True)
    deadline = processor_time() + seconds
    form = normal_form(f, interval, epsilon) if epsilon > 0 else None
    if form is not None and (known := _in_form(form, f, interval, epsilon, activation, seconds)) is not None:
        return known
    refusal = find_refusal(f, interval, epsilon)
    late = deadline + SETTINGS.lower_bound_time_share * seconds
    if refusal is None:
        try:
            found = _of_activation(f, interval, epsilon, activation, (deadline, late))
        except (TooSteep, Unreachable) as error:
            refusal = error if isinstance(error, Unreachable) else Unreachable(str(error))
        else:
            if found.certificate.status == "proved" or processor_time() > deadline:
                return found
            refusal = None
    simple = _of_few_pieces(f, interval, epsilon, activation, (deadline, late))
    if simple is None and refusal is not None:
        raise refusal
    return simple or found


def _in_form(
    form: NormalForm, f: Target, interval: Bounds, epsilon: float, activation: str, seconds: float
) -> Reach | None:
    """Return the network for f = c + 2ᵏ g from that for g, with a certificate for f; None if it overflows.

    A network for f minus c is one for g with as many units, so the lower bound is the same.
    """
    try:
        found = reach(form.g, interval, form.scaled(epsilon), activation, seconds)
    except Unreachable:
        return None
    network = form.network_of_f(found.network)
    if network is None:
        return None
    certificate = certify(network, f, interval, epsilon, max(seconds / 4, 0.05))
    return Reach(network, certificate, found.lower_bound) if certificate.status == "proved" else None


def _of_activation(
    f: Target, interval: Bounds, epsilon: float, activation: str, times: tuple[float, float]
) -> Reach:
    """Return the network that the search for this activation finds; ``times`` end the search and the lower bound."""
    if activation == "leaky_relu":
        return _as_leaky_relu(f, interval, epsilon, times)
    if activation == "relu":
        return reach_relu(f, interval, epsilon, times)
    return _by_least_squares(f, interval, epsilon, activation, times)


def _of_few_pieces(
    f: Target, interval: Bounds, epsilon: float, activation: str, times: tuple[float, float]
) -> Reach | None:
    """Return a proved network that needs no assumption about f but few pieces, or a constant; None if none is found."""
    simple = find_few_pieces(f, interval, epsilon, breaks(f, *interval), times[0])
    if simple is None:
        return None
    if activation == "relu":
        least = lower_bound(f, epsilon, simple.samples, times[1])
        return Reach(simple.network, replace(simple.certificate, lower_bound=least), least.units)
    level = float(simple.network(np.array(interval)).mean())
    constant = ShallowNetwork(activation, np.zeros((0, 1)), [], [], level)
    certificate = certify(constant, f, interval, epsilon, max(times[0] - processor_time(), 0.05))
    return Reach(constant, certificate, None) if certificate.status == "proved" else None


def reach_relu(f: Target, interval: Bounds, epsilon: float, times: tuple[float, float]) -> Reach:
    """Return the ReLU network with the fewest pieces at samples, which are added where the proof fails."""
    deadline, late = times
    at = breaks(f, *interval)
    x = samples_or_unreachable(f, interval, epsilon, at, deadline=deadline)
    known = _is_reliable(f, x, epsilon)
    if known.sum() < SETTINGS.min_samples:
        raise Unreachable(
            "In numbers of 64 bits the formula of f loses its digits nearly everywhere on K. The error of "
            f"its value can be more than ε = {epsilon:g}. Write f in another way, or choose a larger ε."
        )
    jumps = gates(f, interval, at, SETTINGS.hidden_share * epsilon)
    x = _refined(f, x[known], epsilon, deadline)
    share, before = 1.0, None
    for _ in range(SETTINGS.rounds):
        above_jumps = (epsilon + float(jumps.half.max(initial=0.0))) / 2
        network, x = small_relu_network(f, x, max(share * epsilon, above_jumps), deadline, jumps)
        certificate = certify(network, f, interval, epsilon, max(deadline - processor_time(), 0.0))
        if certificate.status == "proved" or certificate.at is None or processor_time() > deadline:
            break
        if certificate.status == "undecided" and (
            before is not None or not _is_reliable(f, np.array([certificate.at]), epsilon / 2)[0]
        ):
            break
        before = certificate.at
        more = _samples_around(f, before, x, epsilon)
        x = np.union1d(x, more[_is_reliable(f, more, epsilon)])
        share *= (
            1.0 if _error_at(f, network, before) > SETTINGS.resample_above * epsilon else SETTINGS.aim_lower
        )
    least = lower_bound(f, epsilon, x, late)
    return Reach(network, replace(certificate, lower_bound=least), least.units)


def small_relu_network(
    f: Target,
    x: Array,
    epsilon: float,
    deadline: float,
    jumps: Gates,
    *,
    sharp: bool = True,
    margin: float = SETTINGS.proof_margin,
) -> tuple[ShallowNetwork, Array]:
    """Return a ReLU network with few units that is within ε of f at samples, and the samples x with further ones.

    At ``jumps`` it is within ε of both sides. If ``sharp``, or if this saves a unit, the network has the smallest error
    that its number of pieces allows. ``margin`` is the share of ε that is left for a proof. At the ``deadline`` it is
    the last one that was found, or a coarse one.
    """
    highest, known = float(jumps.half.max(initial=0.0)), list[tuple[Path, float]]()
    for k in range(SETTINGS.rounds):
        y, jump = _values_and_jumps(f, x, jumps)
        deviation = SETTINGS.chord_slack * np.array(chord_deviations(f, x, y))
        # A larger deviation is a jump, or is found by ``large_errors``.
        slack = np.where(deviation < epsilon / 2, deviation, 0.0)  # of the floor, and of the ceiling
        aim = max((1 - margin * (1 + k * k)) * epsilon, (epsilon + highest) / 2)
        half = np.minimum(aim - slack, aim - jump)
        low, high = y - half[0], y + half[1]
        found, _ = attempt(x, low, high, MOST_UNITS + 1, deadline)
        if found is None:
            if processor_time() <= deadline:
                raise too_many_units(MOST_UNITS, epsilon)
            path, aim = known[-1] if known else (_coarse_path(x, y), aim)
            return relu_network(path, aim, epsilon - aim).network, x
        path = _flattened(found, float(low.max()), float(high.min()))
        known.append((path, aim))
        more = _reliable_large_errors(f, path, x, epsilon)
        if (
            not more.size
            or len(x) + len(more) > SAMPLING.max_samples
            or processor_time() > deadline
            or k == SETTINGS.rounds - 1
        ):
            break
        x = np.union1d(x, _with_neighbors(f, more, x))
    network = relu_network(path, aim, epsilon - aim).network
    if network.width > 0 and path.pieces <= SETTINGS.exact_up_to and (sharp or network.width == path.pieces):
        path, aim = smallest_epsilon(x, y, path.pieces, aim, slack, jump)
        network = relu_network(path, aim, epsilon - aim).network
    return network, x


def _values_and_jumps(f: Target, x: Array, jumps: Gates) -> tuple[Array, Array]:
    """Return f at samples x (n,), the middle of a jump where f jumps, and half the height of the jump, 0 elsewhere."""
    y, jump = finite_values(f, x), np.zeros(len(x))
    if jumps.x.size:
        place = np.searchsorted(x, jumps.x).clip(0, len(x) - 1)
        there = x[place] == jumps.x
        y[place[there]], jump[place[there]] = jumps.middle[there], jumps.half[there]
    return y, jump


def _flattened(path: Path, low: float, high: float) -> Path:
    """Return the constant between two levels instead of a path, if low ≤ high."""
    return Path(path.x[[0, -1]], np.full(2, low / 2 + high / 2)) if low <= high else path


def _coarse_path(x: Array, y: Array) -> Path:
    """Return a path through a few of the samples, for a search that has no time for a better one."""
    chosen = np.unique(np.linspace(0, len(x) - 1, SETTINGS.coarse_pieces + 1).astype(int))
    return Path(x[chosen], y[chosen])


def samples_or_unreachable(
    f: Target,
    interval: Bounds,
    epsilon: float,
    at: Array,
    surplus: int = SETTINGS.surplus_samples,
    each: int = SAMPLING.samples_per_piece,
    deadline: float = np.inf,
) -> Array:
    """Return samples of K with the breaks ``at`` among them; Unreachable if too many units are needed."""
    try:
        grid = samples(f, interval, epsilon, at, surplus, each, deadline)
    except TooManyPieces as error:
        raise too_many_units(max(error.pieces, estimated_units(f, interval, epsilon)), epsilon) from None
    if grid.pieces > MOST_UNITS:
        raise too_many_units(grid.pieces, epsilon)
    return grid.x


def _error_at(f: Target, network: ShallowNetwork, x: float) -> float:
    """Return |f − network| at a point."""
    return float(np.abs(f(np.array([x])) - network(np.array([x])))[0])


def _refined(f: Target, x: Array, epsilon: float, deadline: float) -> Array:
    """Return the samples, and further samples where f is far from the lines between them.

    This is faster than to compute a path first.
    """
    for _ in range(SETTINGS.rounds):
        more = _reliable_large_errors(f, Path(x, finite_values(f, x)), x, SETTINGS.hidden_share * epsilon)
        if not more.size or len(x) + len(more) > SAMPLING.max_samples or processor_time() > deadline:
            break
        x = np.union1d(x, _with_neighbors(f, more, x))
    return x


def _reliable_large_errors(f: Target, path: Path, x: Array, epsilon: float) -> Array:
    """Return points between samples x where f differs from the path by more than ε, and f is reliable."""
    found = large_errors(f, path.__call__, x, epsilon)
    return found[_is_reliable(f, found, epsilon)]


def _is_reliable(f: Target, x: Array, epsilon: float) -> NDArray[np.bool_]:
    """Return where f(x) is finite and not known to lose its digits, so that no knot is placed because of rounding."""
    sure = enclose_points(f, x)
    return np.asarray(np.isfinite(f(x)) & (~sure.finite | (sure.hi - sure.lo <= epsilon)))


def _with_neighbors(f: Target, found: Array, x: Array) -> Array:
    """Return the points found between samples x, and further points in their cells and in a few neighboring cells."""
    cells = np.unique(
        np.searchsorted(x, found)[:, None] + np.arange(-SETTINGS.neighbor_cells, SETTINGS.neighbor_cells + 1)
    )
    cells = cells[(cells > 0) & (cells < len(x))] - 1
    inner = (
        x[cells]
        + np.diff(x)[cells] * np.arange(1, SETTINGS.parts_of_a_cell)[:, None] / SETTINGS.parts_of_a_cell
    )
    more = np.append(found, inner)
    return np.asarray(more[np.isfinite(f(more))])


def _samples_around(f: Target, at: float, x: Array, epsilon: float) -> Array:
    """Return further samples around a point, in its cell between samples x and in the neighboring cells."""
    k = int(np.clip(np.searchsorted(x, at), 1, len(x) - 1))
    ends = float(x[max(k - 2, 0)]), float(x[min(k + 1, len(x) - 1)])
    try:
        return spread(f, ends, epsilon, [at]).x
    except TooManyPieces:
        return np.append(np.linspace(*ends, 13), at)


# --- other activations ---


def _as_leaky_relu(f: Target, interval: Bounds, epsilon: float, times: tuple[float, float]) -> Reach:
    """Return the ReLU network of ``reach`` with leaky ReLU units, and one more unit if none is on everywhere on K.

    A leaky ReLU network is a path with as many pieces, so the lower bound of the units is that of ReLU networks.
    """
    found = reach_relu(f, interval, epsilon, times)
    network = found.network
    try:
        leaky = as_leaky(network, interval)
    except ValueError:
        leaky = as_leaky(widened(network, interval, network.width + 1), interval)
    seconds = max(times[0] - processor_time(), 0.05)
    return Reach(leaky, certify(leaky, f, interval, epsilon, seconds), found.lower_bound)


def _by_least_squares(
    f: Target, interval: Bounds, epsilon: float, activation: str, times: tuple[float, float]
) -> Reach:
    """Return the network that f is, or the smallest smooth one that is found, aiming lower until a proof."""
    deadline = times[0]
    if (written := written_network(f, activation)) is not None:
        return Reach(
            written, certify(written, f, interval, epsilon, max(deadline - processor_time(), 0.05)), None
        )
    search = WidthSearch(f, interval, activation, deadline)
    if epsilon > search.frame.y_half:  # a constant may be enough, also where f jumps
        constant = _of_few_pieces(f, interval, epsilon, activation, times)
        if constant is not None:
            return constant
    for share in SETTINGS.smooth_aims:
        network = search.smallest(share * epsilon)
        certificate = certify(network, f, interval, epsilon, max(deadline - processor_time(), 0.05))
        if certificate.status == "proved" or processor_time() > deadline:
            break
    return Reach(network, certificate, None)


def check_activation(activation: str) -> None:
    """Raise ValueError unless the activation is universal and continuous; say why if it is not universal."""
    allowed = [one.name for one in ACTIVATIONS.values() if one.universal and one.continuous]
    if activation not in allowed:
        known = ACTIVATIONS.get(activation)
        why = f" It is a polynomial of degree {known.degree}." if known and not known.universal else ""
        error = argument_error("activation", f"one of {', '.join(allowed)}", activation)
        raise ValueError(f"{error}.{why}" if why else str(error))
