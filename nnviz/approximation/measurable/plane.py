"""Find a network of two inputs within ε of a measurable f on a box in the norms "rms" and "outside", with its proof.

The theorems are those for one input (``reach``): Cybenko 1989, theorem 3, Hornik, Stinchcombe & White 1989, corollary
2.1, and Hornik 1991, theorem 1 hold for any number of inputs. By Lusin's theorem f is continuous on a compact subset of
the box up to measure δ. ``plane_fit`` finds the exceptional set and the network together, at points. ``plane_prove``
proves the result on the whole box. A function of one direction has the network of its restriction to a diagonal.
"""

from collections.abc import Callable
from math import exp, inf, log
from typing import Final, NamedTuple

import numpy as np

from nnviz._checks import check_between
from nnviz._clock import processor_time
from nnviz._types import Array, Box
from nnviz.approximation.domains import checked_box
from nnviz.approximation.measurable.certify import certify_outside, certify_rms, check_measure
from nnviz.approximation.measurable.facts import NormObstacle, NormObstacleKind, NormUnreachable
from nnviz.approximation.measurable.plane_fit import SETTINGS as FIT
from nnviz.approximation.measurable.plane_fit import Fitted, PlaneFit
from nnviz.approximation.measurable.plane_prove import square_bounds
from nnviz.approximation.measurable.reach import ACTIVATIONS as KINKED
from nnviz.approximation.measurable.reach import NormReach, reach_outside, reach_rms
from nnviz.approximation.measurable.record import NormCertificate
from nnviz.approximation.network_for_epsilon import check_activation
from nnviz.approximation.plane_lines import along_direction, on_diagonal
from nnviz.expressions import Expression
from nnviz.networks import ShallowNetwork
from nnviz.targets import TargetLike, as_target


class PlaneReachSettings(NamedTuple):
    """The numbers that tune the search with two inputs."""

    existence_share: float = 0.1  # of the time, to bound ∫ f²
    fit_share: float = 0.7  # of the time; the rest is for the proof
    proof_share: float = 0.5  # of the time, at least
    aims: tuple[float, ...] = (
        0.8,
        0.5,
        0.25,
    )  # of δ, the share of points with large errors at which a proof is tried
    rms_aims: tuple[float, ...] = (0.93, 0.8, 0.6)  # of ε, the measured root mean square at which it is tried
    slab_share: float = 0.85  # of δ, for a function of one direction
    direction_share: float = 0.4  # of the time, for a function of one direction
    directions_tested: int = 400  # points
    same_value: float = 1e-12  # over the range of f
    fits_of_a_price: int = 4  # widths that are tried to estimate a price
    price_seconds: float = 1.0


SETTINGS: Final = PlaneReachSettings()


@np.errstate(all="ignore")
def reach_outside_on_box(
    f: TargetLike, box: Box, epsilon: float, measure: float, activation: str = "relu", seconds: float = 5.0
) -> NormReach:
    """Return a network with |f − N| < ε on a box except on a set of measure at most δ = ``measure``, with its proof.

    The certificate lists small boxes that cover the exceptional set. f may jump on curves, and may have poles and
    points without a limit. Where no network is proved in time, the best one is returned, and its certificate is not
    "proved". activation: one that is universal and continuous. NormUnreachable if f has no value on a part of K larger
    than δ. ValueError for bad numbers.
    """
    target, box = _checked(f, box, epsilon, activation, seconds)
    check_measure(measure, box)
    (a, b), (c, d) = box
    share = measure / ((b - a) * (d - c))
    _check_defined(target, box, share)

    def prove(network: ShallowNetwork, left: float) -> NormCertificate:
        return certify_outside(network, target, box, epsilon, measure, left)

    def in_one_direction(g: Expression, e: Array, left: float) -> ShallowNetwork:
        length = min(2 * float(np.abs(e).max()) * share, 1.0) * SETTINGS.slab_share
        return reach_outside(g, (-1.0, 1.0), (1 - 1e-9) * epsilon, length, activation, left).network

    fit = PlaneFit(target, box, epsilon, share, activation)
    return _Search(fit, prove, in_one_direction, SETTINGS.aims, seconds).run()


@np.errstate(all="ignore")
def reach_rms_on_box(
    f: TargetLike, box: Box, epsilon: float, activation: str = "relu", seconds: float = 5.0
) -> NormReach:
    """Return a network with (1/|K| ∫ (f − N)²)^½ < ε over a box, the integral enclosed, with its certificate.

    As ``reach_outside_on_box``. NormUnreachable also where no bound of f² is known near a point, as at a pole.
    """
    target, box = _checked(f, box, epsilon, activation, seconds)
    _check_defined(target, box, 1e-3)
    nothing = ShallowNetwork(activation, np.empty((0, 2)), [], [], 0.0)
    at = square_bounds(nothing, target, box, processor_time() + SETTINGS.existence_share * seconds).at
    if at is not None:
        raise NormUnreachable(NormObstacle(NormObstacleKind.NO_MAJORANT, at))

    def prove(network: ShallowNetwork, left: float) -> NormCertificate:
        return certify_rms(network, target, box, epsilon, left)

    # The share of K with e·u in a set is at most 1/max |eₖ| times the share of [−1, 1] that the set has.
    def in_one_direction(g: Expression, e: Array, left: float) -> ShallowNetwork:
        return reach_rms(g, (-1.0, 1.0), epsilon * float(np.abs(e).max()) ** 0.5, activation, left).network

    fit = PlaneFit(target, box, epsilon, 0.0, activation)
    return _Search(fit, prove, in_one_direction, SETTINGS.rms_aims, seconds).run()


class _Search:
    """A search for the first width whose network is proved.

    prove: the certificate of a network within some seconds. in_one_direction: a network of one input for a function of
    one direction.
    """

    def __init__(
        self,
        fit: PlaneFit,
        prove: Callable[[ShallowNetwork, float], NormCertificate],
        in_one_direction: Callable[[Expression, Array, float], ShallowNetwork],
        aims: tuple[float, ...],
        seconds: float,
    ) -> None:
        self.fit, self.prove, self.in_one_direction, self.aims = fit, prove, in_one_direction, aims
        self.seconds, self.end = seconds, processor_time() + seconds

    def run(self) -> NormReach:
        """Return the first proved network; if there is none, the best one with its certificate."""
        found = self._in_one_direction()
        if found is not None and found.certificate.status == "proved":
            return found
        tried: list[Fitted] = []
        aims = iter(self.aims)
        aim, last = next(aims), self.end - (1 - SETTINGS.fit_share) * self.seconds
        for width in FIT.widths:
            tried.append(self.fit.best(width, last, aim))
            best = min(tried, key=self.fit.measure)
            late = processor_time() > last
            if (
                not late
                and self.fit.measure(tried[-1]) > aim
                and not _is_hopeless(self._measures(tried), aim)
            ):
                continue
            found = self._proved(best.network)
            if found.certificate.status == "proved" or late or self.fit.measure(best) > aim:
                break
            if (aim := next(aims, 0.0)) == 0.0:
                break
        if found is None:
            found = self._proved(best.network)
        return found

    def _measures(self, tried: list[Fitted]) -> list[tuple[int, float]]:
        return [(one.network.width, self.fit.measure(one)) for one in tried]

    def _proved(self, network: ShallowNetwork) -> NormReach:
        """Return a network with its certificate."""
        return NormReach(
            network,
            self.prove(network, max(self.end - processor_time(), SETTINGS.proof_share * self.seconds)),
        )

    def _in_one_direction(self) -> NormReach | None:
        """Return the network of kinked units for f if f is a function of one direction."""
        if self.fit.activation not in KINKED or (e := direction_of_values(self.fit.f, self.fit.box)) is None:
            return None
        g = on_diagonal(self.fit.f, self.fit.box, np.sign(e))
        try:
            network = self.in_one_direction(g, e, SETTINGS.direction_share * self.seconds)
        except NormUnreachable:
            return None
        return self._proved(along_direction(network, self.fit.box, e))


def predicted_units(tried: list[tuple[int, float]], aim: float) -> float:
    """Return the width at which the measure is ``aim``, on the line through the last and the best log measure.

    tried: pairs of a width and its measure, ascending. Infinite if the measure does not become smaller.
    """
    (width, now), (before, start) = tried[-1], tried[max(len(tried) - 3, 0)]
    if now <= aim:
        return float(width)
    if not 0 < now < start or width == before:
        return inf
    rate = log(start / now) / log(width / before)
    return width * exp(min(log(now / aim) / rate, 50.0))


def _is_hopeless(tried: list[tuple[int, float]], aim: float) -> bool:
    """Return whether the measures show that far more units are needed than are tried."""
    width, _ = tried[-1]
    return width >= 128 and predicted_units(tried, aim) > 16 * FIT.widths[-1]


def estimate_units_on_box(
    f: TargetLike, box: Box, epsilon: float, measure: float | None, activation: str = "tanh"
) -> float:
    """Return the predicted number of units on a box, from fits of a few small widths; measure None for "rms"."""
    target, box = _checked(f, box, epsilon, activation, 1.0)
    (a, b), (c, d) = box
    share = 0.0 if measure is None else measure / ((b - a) * (d - c))
    if activation in KINKED and direction_of_values(target, box) is not None:
        return 0.0
    fit, tried = PlaneFit(target, box, epsilon, share, activation), list[tuple[int, float]]()
    aim = (SETTINGS.rms_aims if measure is None else SETTINGS.aims)[0]
    end = processor_time() + SETTINGS.price_seconds
    for width in FIT.widths[: SETTINGS.fits_of_a_price]:
        tried.append((width, fit.measure(fit.best(width, end, aim))))
        if tried[-1][1] <= aim or processor_time() > end:
            break
    return predicted_units(tried, aim)


@np.errstate(all="ignore")
def direction_of_values(f: Expression, box: Box) -> Array | None:
    """Return e (2,) such that f is a function of e·u on the box, u in [−1, 1]², with |e₁| + |e₂| = 1; else None.

    This is measured at points, so a network that is built on it needs a proof. f may jump, and may have no value.
    """
    low, high = np.array(box).T
    u = np.random.default_rng(0).uniform(-1, 1, (SETTINGS.directions_tested, 2))

    def at(points: Array) -> Array:
        return f(low / 2 + high / 2 + points * (high / 2 - low / 2))

    values, slopes = at(u), f.gradient(low / 2 + high / 2 + u * (high / 2 - low / 2)) * (high / 2 - low / 2)
    sizes = np.where(np.isfinite(slopes).all(axis=1), np.hypot(*slopes.T), -1.0)
    steepest = [slopes[int(np.argmax(sizes))]] if sizes.max() > 0 else []
    for e in [*steepest, *np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, -1.0]])]:
        e = e / np.abs(e).sum()
        room = np.nanmin((1 - np.sign([-e[1], e[0]]) * u) / np.abs([e[1], e[0]]), axis=1)
        moved = at(u + 0.9 * room[:, None] * [-e[1], e[0]])
        scale = np.nanmax(np.abs(values), initial=0.0, where=np.isfinite(values))
        same = (np.abs(moved - values) <= SETTINGS.same_value * scale) | (np.isnan(moved) & np.isnan(values))
        if same.all():
            return np.asarray(e)
    return None


def _checked(
    f: TargetLike, box: Box, epsilon: float, activation: str, seconds: float
) -> tuple[Expression, Box]:
    """Return f and K; ValueError for bad arguments."""
    check_activation(activation)
    check_between("epsilon", epsilon, 0, above=True)
    check_between("seconds", seconds, 0, above=True)
    target = as_target(f, 2)
    assert isinstance(target, Expression)
    return target, checked_box(box)


def _check_defined(f: Expression, box: Box, share: float) -> None:
    """Raise NormUnreachable if f has no finite value on more than a share of the points of a grid."""
    side = FIT.sides[0]
    low, high = np.array(box).T
    steps = (np.stack(np.meshgrid(*[np.arange(side)] * 2), axis=-1).reshape(-1, 2) + 0.5) / side
    x = low + (high - low) * steps
    missing = ~np.isfinite(f(x))
    if missing.mean() > share:
        size = float(missing.mean() * np.prod(high - low))
        raise NormUnreachable(
            NormObstacle(
                NormObstacleKind.NOT_DEFINED, (float(x[missing][0, 0]), float(x[missing][0, 1])), size
            )
        )
