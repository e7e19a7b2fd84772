"""Find the width of a smooth network for ε from the decay of the target's Chebyshev coefficients, and fit it.

On K, f = Σₖ cₖ Tₖ. The degree of f for ε is the smallest n with Σ_{k>n} |cₖ| < ε. N units with fixed hidden weights
have N + 1 free parameters, as a polynomial of degree N has, so N = n is where the search for the width begins. From
there it follows the line through log(error) at two widths, since the error of f falls geometrically where f is smooth.
If the hidden units are also fitted, N units have 3N + 1 free parameters, and fewer units are enough. So on an interval
the search begins below n, and units are then removed one by one.
"""

from math import log
from operator import attrgetter
from typing import Final, NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz._clock import look, processor_time
from nnviz._types import Array, Bounds, Box
from nnviz.approximation.domains import finite_values
from nnviz.approximation.fewer_units import Models, UnitRemoval
from nnviz.approximation.least_squares import (
    Candidate,
    Fit,
    as_network,
    check_fit,
    effective_error,
    fit_layer,
    representable,
)
from nnviz.approximation.placement import Layer, make_frame, placements, spread
from nnviz.approximation.refinement import Effort, refine
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.targets.convert import Target


class WidthSettings(NamedTuple):
    """The numbers that tune the search for the width."""

    first_nodes: int = 32
    max_nodes: int = 2**11
    most_at_first: int = 64  # units of the first width, but where f has many waves
    coarse: float = 0.1  # of half the range of f; the degree for it is large where f has many waves
    max_width: int = 512
    hopeless_width: int = 2048  # that the decay of the errors predicts; no more widths are tried
    resolved: float = 0.1  # error over half the range of f, below which the errors show their decay
    modest: float = 0.7  # of the aim; an output layer with such an error and smaller weights is preferred
    compared: int = 4  # placements that are tried again after the first width, if it is large
    compared_width: int = 48
    max_fits: int = 8  # widths that are tried
    tolerance: float = 1 / 16  # of the width
    low_degree: int = 100  # of f; up to this degree the hidden units are fitted as well from the beginning
    shares_of_degree: tuple[float, float] = (
        0.5,
        0.7,
    )  # the first number of such units, up to degree 20 and above
    removed_from: int = 128  # units; from so many or fewer some are removed
    few_up_to: int = 64  # units, of which the hidden layer is fitted from the beginning
    points_of_a_unit: int = 3  # of the fit
    more_points: int = 16
    refined_starts: int = 3  # placements whose units are refined
    refined_from: int = 24  # units at most, from which such a refinement begins
    checked_models: int = 3
    refined_width: int = 40  # of placed units; up to this width fewer units are looked for
    most_refined: int = 20  # units whose hidden layer is fitted as well
    most_refinements: int = 4  # widths that are tried with fitted hidden units
    placed_starts: int = 4
    effort: Effort = Effort(starts=60, most_starts=12, stages=(5, 8, 16, 25), left=3, thinned=3)
    enough: float = 0.3  # of the aim; variable projection ends at this root mean square
    time_share: float = 1.0  # of the time that is left, for the refinement of one width
    widest_first: bool = False  # whether the largest refined width is tried where more units are expected
    fewer_units: int = 2  # the number of placed units over the first number of refined units


SETTINGS: Final = WidthSettings()


def degrees_needed(f: Target, interval: Bounds, epsilons: ArrayLike) -> NDArray[np.intp]:
    """Return the smallest n with Σ_{k>n} |cₖ| < ε, at most 2¹¹, for the coefficients of f on K and each ε, (k,).

    ValueError if f is not finite at a Chebyshev node.
    """
    middle, half = interval[0] / 2 + interval[1] / 2, interval[1] / 2 - interval[0] / 2
    nodes = SETTINGS.first_nodes
    while True:
        x = np.clip(middle + half * np.cos(np.pi * np.arange(nodes + 1) / nodes), *interval)
        y = finite_values(f, x)
        sizes = np.abs(np.fft.rfft(np.append(y, y[-2:0:-1])).real) / nodes
        tails = np.append(np.cumsum(sizes[::-1])[-2::-1], 0.0)
        found = np.asarray(np.argmax(tails < np.asarray(epsilons)[:, None], axis=1))
        if found.max() < nodes // 2 or nodes >= SETTINGS.max_nodes:
            return found
        nodes *= 2


class Attempt(NamedTuple):
    """The best candidate of one width, and whether it is within the aim."""

    width: int
    best: Candidate
    error: float  # at the points of the fit, or also of the check if it is not within the aim
    within: bool


class WidthSearch:
    """A search for the smallest network whose error is at most an aim at samples, with one smooth activation."""

    def __init__(
        self,
        f: Target,
        domain: Bounds | Box,
        activation: str,
        deadline: float,
        settings: WidthSettings = SETTINGS,
    ) -> None:
        self.f, self.domain, self.activation, self.deadline = f, domain, activation, deadline
        self.settings = settings
        self.frame = make_frame(f, *np.atleast_2d(domain).T)
        self.ways = placements(activation, len(self.frame.x_half))

    def smallest(self, epsilon: float) -> ShallowNetwork:
        """Return the smallest network within ε that is found, or the one with about the smallest error."""
        aim = epsilon / self.frame.y_half
        if aim >= 1:
            return self.constant()
        degree = self._first_width(aim)
        one = self._few(degree, aim) if degree <= self.settings.low_degree else None
        return self.network(one or self._with_units_removed(self._placed(degree, aim), aim))

    def constant(self) -> ShallowNetwork:
        """Return the middle of the range of f, without units."""
        return ShallowNetwork(
            self.activation, np.empty((0, len(self.frame.x_half))), [], [], self.frame.y_middle
        )

    def network(self, attempt: Attempt) -> ShallowNetwork:
        """Return the best network of an attempt."""
        return as_network(self.frame, self.activation, attempt.best)

    def _placed(self, width: int, aim: float) -> Attempt:
        """Return the attempt with the smallest width whose placed units are within the aim."""
        tried: list[Attempt] = []
        while (
            width and len(tried) < self.settings.max_fits and (not tried or processor_time() < self.deadline)
        ):
            narrow = bool(tried) and width > self.settings.compared_width
            tried.append(self._attempt(self._fits(width, narrow=narrow), aim))
            width = _next_width(tried, aim, self.settings)
        return best_attempt(tried)

    def _few(self, degree: int, aim: float) -> Attempt | None:
        """Return the smallest attempt within the aim from refined units that are removed one by one, or None."""
        width = max(round(self.settings.shares_of_degree[degree > 20] * degree) + 1, 2)
        while width <= self.settings.few_up_to and processor_time() < self.deadline:
            points = self.settings.points_of_a_unit * width + self.settings.more_points
            removal = self._removal(-np.cos(np.pi * (np.arange(points) + 0.5) / points), aim)
            start = self._first_model(removal, width)
            found = None if start is None else self._reduced(removal, start, aim)
            if found is not None:
                return found
            width += max(width // 4, 1)
        return None

    def _first_model(self, removal: UnitRemoval, width: int) -> Models | None:
        """Return a model within the goal, from placed units that are refined if necessary; None if none is found."""
        units = (way.units(self.frame, width) for way in self.ways)
        alpha = np.array([[weights[:, 0], biases] for weights, biases in units])
        placed = removal.models(alpha)
        if placed.best.error[0] <= removal.goal:
            return placed.best
        if width > self.settings.refined_from:
            return None
        refined = removal.refined(alpha[np.argsort(placed.error)[: self.settings.refined_starts]])
        return refined if refined.error[0] <= removal.goal else None

    def _with_units_removed(self, placed: Attempt, aim: float) -> Attempt:
        """Return an attempt with fewer units than a placed one that is within the aim, or that one."""
        if not placed.within or not 1 < placed.width <= self.settings.removed_from:
            return placed
        u = np.sort(self.ways[0].layer(self.frame, placed.width).fit[:, 0])
        points = self.settings.points_of_a_unit * placed.width + self.settings.more_points
        removal = self._removal(u[np.linspace(0, len(u) - 1, min(points, len(u))).astype(int)], aim)
        weights = placed.best.weights[:, 0]
        biases = placed.best.biases + weights * self.frame.x_middle[0]
        start = removal.models(np.stack([weights * self.frame.x_half[0], biases])[None])
        return self._reduced(removal, start, aim) or placed

    def _removal(self, u: Array, aim: float) -> UnitRemoval:
        """Return the removal of units for the target at points u (m,)."""
        y = self.frame.at(self.frame.x(u[:, None]))
        return UnitRemoval(ACTIVATIONS[self.activation], u, y, aim, self.deadline)

    def _reduced(self, removal: UnitRemoval, start: Models, aim: float) -> Attempt | None:
        """Return the smallest of the reduced models that is within the aim at points between those of the fit."""
        models = list(removal.reduced(start))
        for w, b in (model.alpha[0] for model in models[: -1 - self.settings.checked_models : -1]):
            layer = Layer(w[:, None], b, removal.u[:, None], spread(1, len(w))[1])
            attempt = self._attempt([fit_layer(self.frame, self.activation, layer)], aim)
            if attempt.within:
                return attempt
        return None

    def _with_fewer(self, placed: Attempt, aim: float) -> Attempt:
        """Return the best of a placed attempt and of refined ones with fewer units."""
        wanted = -(-placed.width // self.settings.fewer_units)
        return best_attempt(self._projected([placed], min(wanted, self.settings.most_refined), aim))

    def _first_width(self, aim: float) -> int:
        """Return the degree of f; if that is large, because of a short stretch of K, no more than the waves need."""
        coarse = np.array([self.settings.coarse, aim])
        waves, degree = degrees_needed(self.f, cast(Bounds, self.domain), self.frame.y_half * coarse)
        return int(np.clip(min(degree, max(self.settings.most_at_first, waves)), 3, self.settings.max_width))

    def _fits(self, width: int, *, narrow: bool) -> list[Fit]:
        """Return the fits of the placements, the best first; if ``narrow``, only of those that were the best before."""
        ways = self.ways[: self.settings.compared] if narrow else self.ways[:]
        fits = []
        for way in ways:
            look()
            fits.append(fit_layer(self.frame, self.activation, way.layer(self.frame, width)))
        order = np.argsort([fit.least for fit in fits], kind="stable")
        self.ways[: len(ways)] = [ways[k] for k in order]
        return [fits[k] for k in order]

    def _attempt(self, fits: list[Fit], aim: float) -> Attempt:
        """Return the first fit within the aim, with small weights; or that with the smallest error."""
        best: list[Candidate] = []
        for fit in fits:
            if best and fit.least > aim:
                break
            levels = [self.settings.modest * aim, aim, 0.0]
            chosen = [*(int(np.argmax(fit.errors <= max(level, fit.least))) for level in levels), 0]
            few = fit._replace(outputs=fit.outputs[chosen], errors=fit.errors[chosen])
            candidates = check_fit(self.frame, self.activation, few)
            allowed = representable(candidates, self.frame) or candidates[-1:]
            within = [one for one in allowed if effective_error(one) <= aim]
            if within:
                return Attempt(
                    len(fit.biases), min(within, key=attrgetter("size")), fits[0].least, within=True
                )
            best.append(min(allowed, key=effective_error))
        nearest = min(best, key=effective_error)
        return Attempt(len(fits[0].biases), nearest, max(effective_error(nearest), 1.01 * aim), within=False)

    def _projected(self, tried: list[Attempt], width: int, aim: float) -> list[Attempt]:
        """Return the attempts, and further ones that follow their errors, whose hidden layers are fitted as well."""
        for k in range(self.settings.most_refinements):
            fits = self._fits(width, narrow=k > 0)
            one = self._attempt(fits, aim)
            tried.append(one if one.within else self._attempt(self._refined(fits, aim), aim))
            width = _next_width(tried, aim, self.settings)
            if self.settings.widest_first and tried[-1].width < self.settings.most_refined:
                width = min(width, self.settings.most_refined)
            if not 0 < width <= self.settings.most_refined or processor_time() > self.deadline:
                break
        return tried

    def _refined(self, fits: list[Fit], aim: float) -> list[Fit]:
        """Return fits whose hidden layers are refined by variable projection, the best first."""
        layers = [fit.layer for fit in fits[: self.settings.placed_starts]]
        seconds = max(self.settings.time_share * (self.deadline - processor_time()), 0.01)
        layers = refine(
            self.frame, self.activation, layers, self.settings.effort, seconds, self.settings.enough * aim
        )
        fits = [*(fit_layer(self.frame, self.activation, layer) for layer in layers), fits[0]]
        return sorted(fits, key=attrgetter("least"))


def best_attempt(tried: list[Attempt]) -> Attempt:
    """Return the smallest attempt within the aim; if there is none, that with the smallest error."""
    within = [one for one in tried if one.within]
    return min(within or tried, key=attrgetter("width" if within else "error"))


def _next_width(tried: list[Attempt], aim: float, settings: WidthSettings) -> int:
    """Return the next width on the line through log(error) at two widths, inside of the known bounds; 0 to end."""
    most = min((one.width for one in tried if one.within), default=None)
    low = max(
        (one.width for one in tried if not one.within and (most is None or one.width < most)), default=0
    )
    if low >= settings.max_width or (most and most - low <= max(1, most * settings.tolerance)):
        return 0
    points = [(0, 0.0), *((one.width, log(max(one.error, 1e-16))) for one in tried[-2:])][-2:]
    (left, above), (right, below) = sorted(points)
    rate = (above - below) / (right - left) if above > below else max(-below / right, 1e-3)
    wanted = tried[-1].width + (log(max(tried[-1].error, 1e-16)) - log(aim)) / rate
    if most is None:
        hopeless = len(tried) > 2 and tried[-1].error < settings.resolved and wanted > settings.hopeless_width
        return 0 if hopeless else int(np.clip(wanted, low + 1 + low // 8, min(2 * low, settings.max_width)))
    wanted = min(wanted, (low + most) // 2) if tried[-1].within else wanted
    edge = max(1, (most - low) // 6)
    return int(np.clip(round(wanted), low + edge, most - edge))
