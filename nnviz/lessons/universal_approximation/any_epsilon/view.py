"""Show the network that the theorem promises for an ε, with its proof."""

from typing import NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnviz import web
from nnviz._memory import kept
from nnviz._types import Bounds
from nnviz.approximation import (
    Certificate,
    ErrorFrames,
    NormUnreachable,
    Reach,
    UnitCounts,
    approximate,
    measure_frames,
    reach,
    widths_needed,
)
from nnviz.approximation.measurable.reach import ACTIVATIONS as NORM_ACTIVATIONS
from nnviz.approximation.sign_changes import smooth_units_needed
from nnviz.charts.network_fit import Fit, FitKeys
from nnviz.charts.network_units import UnitLink
from nnviz.lessons.universal_approximation.any_epsilon import chart, text
from nnviz.lessons.universal_approximation.any_epsilon.code import POINTS, within_code
from nnviz.lessons.universal_approximation.shared import text as shared_text
from nnviz.lessons.universal_approximation.shared.chart import FIT_KEYS, NET, TALL
from nnviz.lessons.universal_approximation.shared.norms import text as norms_text
from nnviz.lessons.universal_approximation.shared.norms import view as norms
from nnviz.lessons.universal_approximation.shared.view import (
    PICTURE_COLUMNS,
    UNIVERSAL,
    draw_network_to_try,
    offer_network,
    refuse,
)
from nnviz.networks import ACTIVATIONS
from nnviz.targets.convert import Target
from nnviz.web.controls import segmented, select_registered
from nnviz.web.drawing_pad import pale_while_drawing
from nnviz.web.lesson import Chapter
from nnviz.web.live import announce
from nnviz.web.network_drawing import MOST_DRAWN
from nnviz.web.shared_cache import shared
from nnviz.web.turns import fragment

SECONDS = 3.0
_ANYWAY = "ua_anyway"
TUBE_KEY = "ua_tube"
MOST_TICKS = 400  # units
CONTROL_COLUMNS = (4.6, 2, 2.4)


class Places(NamedTuple):
    """Hold where the picture stands, the buttons for the code and the network, the facts, and the units against ε."""

    picture: DeltaGenerator
    files: DeltaGenerator
    facts: DeltaGenerator
    curve: DeltaGenerator


COMPARED = (0.3, 0.1, 0.01, 0.001, 0.0001, 0.00001)


@fragment
def draw(target: Target, interval: Bounds, epsilon: float) -> None:
    """Draw the network for ε in its tube, its proof, and the number of units for other values of ε."""
    with pale_while_drawing(target, "any_epsilon"):
        with web.first_screen():
            picture = st.container(key="any_epsilon_picture")
            norms_place, activation_place, files = st.columns(CONTROL_COLUMNS, vertical_alignment="bottom")
        facts, curve = st.columns(2, gap="large")
    with norms_place:
        norm = segmented(text.NORM, norms_text.NORMS, norms_text.SUP, key="ua_norm")
        measure = norms.choose_measure(interval, key="ua_measure") if norm == norms_text.OUTSIDE else None
    with activation_place:
        activation = select_registered(shared_text.ACTIVATION, UNIVERSAL, "relu", key="ua_built")
    places = Places(picture, files, facts, curve)
    if norm == norms_text.SUP:
        draw_in_sup_norm(target, interval, epsilon, activation, places)
    else:
        draw_in_other_norm(target, interval, epsilon, measure, activation, places)
    with facts:
        web.write(text.MORE)


def draw_in_sup_norm(
    target: Target, interval: Bounds, epsilon: float, activation: str, places: Places
) -> None:
    """Draw the network for the sup norm; if there is none, say why and draw those for the other norms."""
    picture, files, facts, curve = places
    with picture:
        question = target, interval, epsilon, activation
        if not norms.accepts_price(*question, norms_text.SUP, key=_ANYWAY):
            return
        try:
            found = _reach(*question)
        except ValueError as error:
            refuse(error, target, interval)
            measure = norms.SHARES[2] * (interval[1] - interval[0])
            if norms.draw_other_norms(target, interval, epsilon, measure):
                with facts:
                    st.markdown(text.OTHER_NORMS_HINT)
                with curve:
                    norms.draw_measure_curve(target, interval, epsilon, None)
            return
        seen = draw_network(found, target, interval, epsilon)
    with facts:
        draw_facts(found, seen)
        web.publish_result("fewest_units", found.network.width, float(seen.sup[0]))
    with files, st.container(horizontal=True):
        web.offer_code(
            within_code, target, interval, found.network, epsilon, key="ua_within", name="within_epsilon"
        )
        offer_network(found.network, found.certificate, key="ua_proved")
    with curve:
        draw_cost_curve(target, interval, found)


def draw_in_other_norm(
    target: Target,
    interval: Bounds,
    epsilon: float,
    measure: float | None,
    activation: str,
    places: Places,
) -> None:
    """Draw the network for the root mean square, or outside of a set of measure δ = ``measure``."""
    picture, files, facts, curve = places
    used = activation if activation in NORM_ACTIVATIONS else "relu"
    norm = norms_text.RMS if measure is None else norms_text.OUTSIDE
    found = None
    with picture:
        try:
            if norms.accepts_price(target, interval, epsilon, used, norm, key=_ANYWAY):
                found = norms.find_in_norm(target, interval, epsilon, measure, used)
                norms.draw_picture(found, height=TALL, key="ua_in_norm")
        except NormUnreachable as error:
            norms.say_refusal(error)
    with facts:
        if found is not None:
            norms.say_proof(found, key="ua_in_norm_said")
        web.write(text.NORM_MEANING[measure is None])
        if used != activation:
            st.caption(text.ONLY_RELU)
    if found is not None:
        with files:
            offer_network(found.network, found.certificate, key="ua_normed")
    if measure is not None:
        with curve:
            norms.draw_measure_curve(target, interval, epsilon, found)


@shared(text.BUILDING)
def _reach(target: Target, interval: Bounds, epsilon: float, activation: str) -> Reach:
    return reach(target, interval, epsilon, activation, SECONDS)


@shared(text.COUNTING)
def _count_units(target: Target, interval: Bounds, epsilons: tuple[float, ...]) -> UnitCounts:
    return widths_needed(target, interval, epsilons)


def count_units(target: Target, interval: Bounds, epsilon: float) -> UnitCounts | None:
    """Return the numbers of units for ε and for others down to 0.001 or to ε / 2; None where they are not known."""
    smallest = min(epsilon / 2, 0.001)
    wanted = tuple(sorted({*(one for one in COMPARED if one >= smallest), epsilon}, reverse=True))
    try:
        return _count_units(target, interval, wanted)
    except ValueError:
        return None


def draw_network(found: Reach, target: Target, interval: Bounds, epsilon: float) -> ErrorFrames:
    """Draw the network inside its tube, and its error between −ε and ε; return what was measured."""
    seen = measure_frames(target, interval, [found.network], points=POINTS)
    knots = found.network.kinks(*interval) if found.network.width <= MOST_TICKS else np.empty(0)
    fit = Fit(seen, FitKeys(FIT_KEYS.frame), epsilon)  # ε of the proof, also while its slider moves
    link = UnitLink(NET, ACTIVATIONS[found.network.activation].browser_value)
    is_drawn = 0 < found.network.width <= MOST_DRAWN
    drawing, tube = st.columns(PICTURE_COLUMNS, gap="medium") if is_drawn else (None, st.container())
    bound = found.certificate.bound if found.certificate.status == "proved" else None
    said = text.headline(found.network.width, found.lower_bound, is_proved=bound is not None)
    fewer = fewer_units(found, target, interval) if bound is not None else None
    headline = said, "" if bound is None else text.proof(shared_text.rounded_up(bound, epsilon), fewer)
    with tube:
        web.render(chart.draw_tube(fit, knots, link, headline), key=TUBE_KEY)
        web.render(chart.draw_error(seen.x, seen.errors[0], epsilon, knots), key="ua_inside")
    if drawing is not None:
        with drawing:
            axes = chart.tube_domain(fit), interval
            draw_network_to_try({"": found.network}, TUBE_KEY, axes, key="ua_proved_drawn")
    return seen


def fewer_units(found: Reach, target: Target, interval: Bounds) -> tuple[int, float] | None:
    """Return one unit less than a network needs, and the error with so many; None if it has more than it needs."""
    units = found.network.width - 1
    if found.lower_bound != found.network.width or not 0 < units < MOST_DRAWN:
        return None
    return units, _best_error(target, interval, units)


@kept
def _best_error(target: Target, interval: Bounds, units: int) -> float:
    return approximate(target, interval, units).sup_error


def draw_facts(found: Reach, seen: ErrorFrames) -> None:
    """Say what is proved of the network, how many units it has, and how many are needed."""
    certificate, units = found.certificate, shared_text.units(found.network.width)
    if certificate.status == "proved" and certificate.bound is not None:
        proved = shared_text.proved(certificate.low, certificate.bound, certificate.epsilon)
        st.success(proved, icon=":material/verified:")
        st.markdown(text.has_units(units))
    else:
        worst = float(seen.x[np.nanargmax(np.abs(seen.errors[0]))])
        error = float(seen.sup[0])
        st.warning(
            text.not_proved(units, error, worst, epsilon=certificate.epsilon), icon=":material/search_off:"
        )
        if error < certificate.epsilon:
            st.text(certificate.reason)
    if found.lower_bound is None:
        draw_smooth_lower_bound(certificate)
    else:
        st.markdown(text.needed(found.lower_bound))
        if found.lower_bound == found.network.width > 1 and certificate.status == "proved":
            st.markdown(text.SHARP)
    announce(text.has_units(units), key="ua_proved_said", first=True)


def draw_smooth_lower_bound(certificate: Certificate) -> None:
    """Say how many units of a smooth activation are needed, if that is known."""
    activation = ACTIVATIONS[certificate.network.activation]
    question = certificate.target, certificate.interval, certificate.epsilon
    least = smooth_units_needed(*question, activation.name)
    if least is None:
        st.caption(text.NO_LOWER_BOUND)
    else:
        st.markdown(text.needed_smooth(least, activation.label))


def draw_cost_curve(target: Target, interval: Bounds, found: Reach) -> None:
    """Draw the number of ReLU units against ε; nothing where no unit is needed, as for a constant."""
    epsilon = found.certificate.epsilon
    counts = count_units(target, interval, epsilon) if found.lower_bound else None
    if counts is not None:
        web.render(
            chart.draw_cost_curve(counts.epsilon, counts.lower, counts.upper, (epsilon, found.network.width)),
            key="ua_cost",
        )
        st.caption(text.cost_legend(proved=bool(counts.proved.all())))


CHAPTER = Chapter("any_epsilon", text.CHAPTER, draw)
