"""Find a small network within ε of a measurable f in the norms "rms" and "outside", with its proof.

What makes this possible for every f that can be typed:

- A measurable f is continuous on a compact subset of K up to measure δ (Lusin 1912), and a continuous function is
  approximated uniformly. So networks are dense in the measurable functions in the sense of convergence in measure
  (Hornik, Stinchcombe & White 1989, theorem 2.4 and corollary 2.1), which is the norm "outside". Cybenko 1989,
  theorem 3, is this statement for the decision function of a finite measurable partition.
- Networks with a bounded, nonconstant activation function are dense in Lᵖ(μ) for every finite measure μ and every
  p < ∞ (Hornik 1991, theorem 1). With p = 2 and the uniform probability on K this is the norm "rms", for square
  integrable f. On a compact K every activation function that is not a polynomial will do (Leshno, Lin, Pinkus &
  Schocken 1993, proposition 1), ReLU among them.

The construction: exceptional intervals cover the points where f is not continuous (``exceptional``). The path with the
fewest linear pieces through the tube f ± ε leads over them in straight lines (``bridge``). For "rms" the tube and the
intervals become narrower until the integral is small enough.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np

from nnviz._checks import check_between, check_one_of
from nnviz._clock import processor_time
from nnviz._display import displayed
from nnviz._types import Array, Bounds
from nnviz.approximation import network_for_epsilon
from nnviz.approximation.approximate import as_leaky, widened
from nnviz.approximation.domains import checked_interval
from nnviz.approximation.integral import Doubt, rms_bounds, squared_error_bounds
from nnviz.approximation.measurable.bridge import bridge
from nnviz.approximation.measurable.certify import certify_outside, certify_rms, check_measure
from nnviz.approximation.measurable.exceptional import Cover, discontinuities, exceptional_intervals
from nnviz.approximation.measurable.facts import NormObstacle, NormObstacleKind, NormUnreachable
from nnviz.approximation.measurable.intervals import contains
from nnviz.approximation.measurable.record import NormCertificate
from nnviz.approximation.measurable.tube import graded_tube, uniform_tube
from nnviz.approximation.unreachable import Unreachable
from nnviz.networks import ShallowNetwork
from nnviz.targets import TargetLike, as_target
from nnviz.targets.convert import Target

ACTIVATIONS: Final = ("relu", "leaky_relu")
_NO_POINTS: Final = np.empty(0)


class NormSettings(NamedTuple):
    """The numbers that tune the search."""

    rounds: int = 5  # of adding samples where a proof fails
    aim_lower: float = 0.98  # the factor of the tube in the next round
    first_tube: float = (
        1.35  # times ε; the root mean square of a piece's error is about two thirds of its maximum
    )
    wider: float = 1.15  # the factor of the tube while the root mean square stays below ε
    first_measure: float = 1 / 32  # of K, for the norm rms
    next_measure: float = 0.25  # the factor of the exceptional measure in the next round, at most
    least_factor: float = 1e-60  # the same, at least
    jump_share: float = 0.3  # of ε², the square of the error on the exceptional intervals that is aimed at
    rtol: float = 0.02  # of the bounds of the root mean square during the search
    rms_rounds: int = 16
    tried_after_success: int = 2
    points: int = 4096  # that measure the error outside of the exceptional intervals
    share_outside: float = 0.75  # of ε, the largest error there at which the intervals become narrower
    negligible: float = (
        1e-3  # of K; a shorter part on which f may be discontinuous is not said to have no values
    )
    existence_seconds: float = 0.25  # share of the time, to decide whether f is square integrable
    seconds_for_a_count: float = 1.0


SETTINGS: Final = NormSettings()


@displayed(
    lambda found: f"{found.network.width} {found.network.activation} units, {found.certificate.sentence()}"
)
class NormReach(NamedTuple):
    """A network for f, K and ε in a norm; it is proved to be within ε only if ``certificate.status`` is "proved"."""

    network: ShallowNetwork
    certificate: NormCertificate


@displayed()
class MeasureCounts(NamedTuple):
    """The numbers of units for k values of δ; all arrays (k,)."""

    measure: Array
    units: Array  # of a network that is within ε at dense samples outside of a set of measure δ: measured; nan if none


@np.errstate(all="ignore")
def reach_outside(
    f: TargetLike,
    interval: Bounds,
    epsilon: float,
    measure: float,
    activation: str = "relu",
    seconds: float = 5.0,
) -> NormReach:
    """Return a network with |f − N| < ε on K except on a set of measure at most δ = ``measure``, with its certificate.

    Such a network exists for every measurable f, ε and δ (Hornik, Stinchcombe & White 1989, corollary 2.1). f may have
    jumps, also infinitely many, poles, and oscillations without a limit. activation: relu or leaky_relu. Raises
    NormUnreachable if f is undefined on a part of K that is longer than δ, or if more than 20 000 units are needed.
    ValueError for bad numbers.
    """
    target, interval, end = _checked(f, interval, epsilon, activation, seconds)
    check_measure(measure, interval)
    try:
        first, cover = _first_network(target, interval, epsilon, measure, end)
    except NormUnreachable:
        if (constant := _constant_outside(target, interval, epsilon, measure, activation, seconds)) is None:
            raise
        return constant
    more, share = _NO_POINTS, 1.0
    for number in range(SETTINGS.rounds):
        if number:
            first = bridge(
                target, interval, uniform_tube(interval, share * epsilon), cover.intervals, more, end
            )
        network = _with_activation(first, interval, activation)
        left = max(end - processor_time(), 0.1 * seconds)
        found = certify_outside(network, target, interval, epsilon, measure, left, cover.intervals)
        if found.status == "proved" or processor_time() > end:
            break
        wrong = found.exceptional
        more = np.union1d(more, np.concatenate([wrong.mean(axis=1), wrong.ravel()]))
        more = more[~contains(cover.intervals, more) & np.isfinite(target(more))]
        share *= SETTINGS.aim_lower
    return NormReach(network, found)


@np.errstate(all="ignore")
def reach_rms(
    f: TargetLike, interval: Bounds, epsilon: float, activation: str = "relu", seconds: float = 5.0
) -> NormReach:
    """Return a network with (1/|K| ∫ (f − N)²)^½ < ε, the integral enclosed by proved bounds, and its certificate.

    Such a network exists for every square integrable f and every ε (Hornik 1991, theorem 1). Raises NormUnreachable if
    f is proved not to be square integrable, as 1/x at 0, if no bound of ∫ f² is known, or if more than 20 000 units
    are needed. activation: relu or leaky_relu. ValueError for bad numbers.
    """
    target, interval, end = _checked(f, interval, epsilon, activation, seconds)
    try:
        _check_square_integrable(target, interval, SETTINGS.existence_seconds * seconds)
        network = _with_activation(_RmsSearch(target, interval, epsilon, end).run(), interval, activation)
    except NormUnreachable:
        if (found := _within_everywhere(target, interval, epsilon, activation, 0.5 * seconds)) is None:
            raise
        return found
    left = max(end - processor_time(), 0.2 * seconds)
    proof = certify_rms(network, target, interval, epsilon, left)
    if proof.status != "proved":
        found = _within_everywhere(target, interval, epsilon, activation, 0.5 * seconds)
        return found or NormReach(network, proof)
    return NormReach(network, proof)


def _within_everywhere(
    f: Target, interval: Bounds, epsilon: float, activation: str, seconds: float
) -> NormReach | None:
    """Return a network that is proved to be within ε in the sup norm, which bounds the root mean square; else None.

    Squares of values above 1e154 overflow, and those of values below 1e-162 are 0, so no integral is enclosed there.
    """
    try:
        found = network_for_epsilon.reach(f, interval, epsilon, activation, seconds)
    except Unreachable:
        return None
    if found.certificate.status != "proved":
        return None
    return NormReach(found.network, certify_rms(found.network, f, interval, epsilon, seconds))


def _first_network(
    f: Target, interval: Bounds, epsilon: float, measure: float, end: float
) -> tuple[ShallowNetwork, Cover]:
    """Return the first network for the norm outside, and its exceptional intervals.

    If it would have too many units, the places that need the most of them become exceptional on all of K, or the
    discontinuities are widened with nearly all of δ.
    """
    tube = uniform_tube(interval, epsilon)
    cover = _covered(f, interval, epsilon, measure)
    try:
        return bridge(f, interval, tube, cover.intervals, _NO_POINTS, end), cover
    except NormUnreachable as error:
        for steep, full in ((True, False), (False, True)):
            cover = exceptional_intervals(f, interval, epsilon, measure, steep=steep, full=full)
            if cover.length > measure:
                continue
            try:
                return bridge(f, interval, tube, cover.intervals, _NO_POINTS, end), cover
            except NormUnreachable:
                continue
        raise error from None


def _constant_outside(
    f: Target, interval: Bounds, epsilon: float, measure: float, activation: str, seconds: float
) -> NormReach | None:
    """Return a constant that is proved to be within ε outside of a set of measure δ, as for a spike; else None."""
    y = f(np.linspace(*interval, SETTINGS.points))
    level = float(np.median(y[np.isfinite(y)])) if np.isfinite(y).any() else 0.0
    constant = ShallowNetwork(activation, np.empty((0, 1)), [], [], level)
    proof = certify_outside(constant, f, interval, epsilon, measure, 0.2 * seconds)
    return NormReach(constant, proof) if proof.status == "proved" else None


class _RmsSearch:
    """A search for a network in the norm rms: the tube and the exceptional intervals become narrower until it is found.

    The square of the error on exceptional intervals of measure m behaves like mᵠ, as for jumps (q = 1) and for poles
    r^(−p) (q = 1 − 2p). q is estimated from two rounds.
    """

    def __init__(self, f: Target, interval: Bounds, epsilon: float, end: float) -> None:
        self.f, self.interval, self.epsilon, self.end = f, interval, epsilon, end
        self.tube, width = SETTINGS.first_tube * epsilon, interval[1] - interval[0]
        y = f(np.linspace(*interval, 257))
        variance = float(np.var(y[np.isfinite(y)])) if np.isfinite(y).any() else 1.0
        share = SETTINGS.jump_share * epsilon**2 / max(variance, 1e-300)
        self.measure = width * min(SETTINGS.first_measure, max(share, SETTINGS.least_factor))
        self.before: tuple[float, float] | None = (
            None  # the measure and the square of the error of the last round
        )

    def run(self) -> ShallowNetwork:
        """Return the network with the fewest units that was found to be within ε, or the last one."""
        best, tried = None, 0
        for _ in range(SETTINGS.rms_rounds):
            cover = _covered(self.f, self.interval, self.tube, self.measure)
            tube = graded_tube(self.f, self.interval, self.tube, cover.intervals)
            network = bridge(self.f, self.interval, tube, cover.intervals, _NO_POINTS, self.end)
            left = max(self.end - processor_time(), 0.1)
            found = rms_bounds(network, self.f, self.interval, SETTINGS.rtol, left, self.epsilon)
            if found.high < self.epsilon:
                best = network if best is None or network.width < best.width else best
                self.tube, tried = self.tube * SETTINGS.wider, tried + 1
            elif best is None:
                self._narrow(network, cover.intervals, found.high)
            late = processor_time() > self.end
            if late or tried == SETTINGS.tried_after_success or (best and found.high >= self.epsilon):
                break
        return best or network

    def _narrow(self, network: ShallowNetwork, intervals: Array, error: float) -> None:
        """Make the tube narrower if the error outside of the intervals is large, otherwise the intervals shorter."""
        outside = _measured_outside(self.f, network, self.interval, intervals)
        if outside > SETTINGS.share_outside * self.epsilon:
            self.tube *= SETTINGS.aim_lower * SETTINGS.share_outside * self.epsilon / outside
            return
        square, factor = error**2, SETTINGS.next_measure
        if self.before is not None and square < self.before[1]:
            rate = np.log(self.before[1] / square) / np.log(self.before[0] / self.measure)
            wanted = SETTINGS.jump_share * self.epsilon**2 / square
            factor = float(np.clip(wanted ** (1 / rate), SETTINGS.least_factor, factor))
        self.before = (self.measure, square)
        self.measure *= factor


@np.errstate(all="ignore")
def units_outside(
    f: TargetLike, interval: Bounds, epsilon: float, measures: Iterable[float]
) -> MeasureCounts:
    """Return for each δ the units of a ReLU network within ε of f on K outside of a set of measure δ, for a chart.

    The networks are those that ``reach_outside`` proves; here they are only measured at dense samples. nan stands for
    more than 20 000 units, and for a δ that is too small for the part of K on which f has no value.
    """
    target, interval, _ = _checked(f, interval, epsilon, "relu", 1.0)
    wanted = np.array(list(measures), dtype=np.float64)
    units = np.full(wanted.shape, np.nan)
    for k, measure in enumerate(wanted.tolist()):
        check_measure(measure, interval)
        try:
            cover = _covered(target, interval, epsilon, measure)
            end = processor_time() + SETTINGS.seconds_for_a_count
            tube = uniform_tube(interval, epsilon)
            units[k] = bridge(target, interval, tube, cover.intervals, _NO_POINTS, end).width
        except NormUnreachable:
            continue
    return MeasureCounts(wanted, units)


def _checked(
    f: TargetLike, interval: Bounds, epsilon: float, activation: str, seconds: float
) -> tuple[Target, Bounds, float]:
    """Return f, K and the time at which the search ends; ValueError for bad arguments."""
    check_one_of("activation", activation, ACTIVATIONS)
    check_between("epsilon", epsilon, 0, above=True)
    check_between("seconds", seconds, 0, above=True)
    return as_target(f), checked_interval(interval), processor_time() + seconds


def _covered(f: Target, interval: Bounds, epsilon: float, measure: float) -> Cover:
    """Return the exceptional intervals; NormUnreachable if they are longer than δ."""
    cover = exceptional_intervals(f, interval, epsilon, measure)
    if cover.length > measure:
        raise _not_defined(cover)
    return cover


def _not_defined(cover: Cover) -> NormUnreachable:
    """Return the error that f has no value on a part of K that is too long."""
    widest = cover.intervals[np.argmax(np.diff(cover.intervals, axis=1))]
    return NormUnreachable(NormObstacle(NormObstacleKind.NOT_DEFINED, float(widest.mean()), cover.length))


def _check_square_integrable(f: Target, interval: Bounds, seconds: float) -> None:
    """Raise NormUnreachable unless ∫ f² has a finite bound."""
    found = squared_error_bounds(None, f, interval, 0.5, seconds)
    if found.doubt is None:
        return
    width = interval[1] - interval[0]
    if found.doubt is Doubt.UNDEFINED:
        cover = discontinuities(f, interval, SETTINGS.negligible * width)
        if cover.length > 2 * SETTINGS.negligible * width:
            raise _not_defined(cover)
    at = found.at if found.at is not None else np.nan
    infinite = found.doubt is Doubt.INFINITE
    kind = NormObstacleKind.NOT_SQUARE_INTEGRABLE if infinite else NormObstacleKind.NO_MAJORANT
    raise NormUnreachable(NormObstacle(kind, at))


def _measured_outside(f: Target, network: ShallowNetwork, interval: Bounds, intervals: Array) -> float:
    """Return the root mean square error at points outside of the exceptional intervals."""
    x = np.linspace(*interval, SETTINGS.points)
    x = x[~contains(intervals, x)]
    error = f(x) - network(x)
    error = error[np.isfinite(error)]
    return float(np.sqrt(np.mean(error**2))) if error.size else 0.0


def _with_activation(network: ShallowNetwork, interval: Bounds, activation: str) -> ShallowNetwork:
    """Return the same function as a network of relu or leaky_relu units."""
    if activation == "relu":
        return network
    try:
        return as_leaky(network, interval)
    except ValueError:
        return as_leaky(widened(network, interval, network.width + 1), interval)
