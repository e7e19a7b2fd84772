"""Show networks within ε of f in the root mean square, and outside of a set of measure δ."""

from typing import Final

import numpy as np
import streamlit as st

from nnviz import web
from nnviz._memory import kept
from nnviz._types import Bounds, Box
from nnviz.approximation import (
    MeasureCounts,
    NormObstacleKind,
    NormReach,
    NormUnreachable,
    reach,
    units_outside,
)
from nnviz.approximation.price import estimate_price
from nnviz.lessons.universal_approximation.shared import text as shared_text
from nnviz.lessons.universal_approximation.shared.norms import chart, text
from nnviz.targets.convert import Target
from nnviz.web import messages
from nnviz.web.controls import step_slider
from nnviz.web.live import announce
from nnviz.web.shared_cache import shared

SECONDS: Final = 4.0
SHARES: Final = (0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
"""δ as a share of the length of K."""
BOX_SHARES: Final = (0.2, 0.1, 0.05, 0.02)
"""δ as a share of the area of a box."""
COMPARED: Final = (0.1, 0.03, 0.01, 0.003, 0.001)


def choose_measure(interval: Bounds, *, key: str) -> float:
    """Draw a slider for δ as a share of the length of K, and return δ."""
    share = step_slider(text.MEASURE, SHARES, 0.02, key=key, help=text.MEASURE_HELP)
    return share * (interval[1] - interval[0])


def choose_area(box: Box, *, key: str) -> float:
    """Draw a slider for δ as a share of the area of a box, and return δ."""
    share = step_slider(text.MEASURE, BOX_SHARES, 0.1, key=key, help=text.AREA_HELP)
    (a, b), (c, d) = box
    return share * (b - a) * (d - c)


@shared(text.BUILDING_IN_NORM)
def find_in_norm(
    target: Target, interval: Bounds | Box, epsilon: float, measure: float | None, activation: str = "relu"
) -> NormReach:
    """Return a network within ε outside of a set of measure δ = ``measure``; in the root mean square for None."""
    if measure is None:
        return reach(target, interval, epsilon, activation, SECONDS, norm="rms")
    return reach(target, interval, epsilon, activation, SECONDS, norm="outside", measure=measure)


@kept
def _price(target: Target, interval: Bounds, epsilon: float, activation: str, norm: str) -> str:
    units = estimate_price(target, interval, epsilon, activation, norm)
    return text.price(shared_text.units(int(float(f"{units:.2g}")))) if units else ""


def accepts_price(
    target: Target, interval: Bounds, epsilon: float, activation: str, norm: str, *, key: str
) -> bool:
    """Return whether a question is cheap or the reader wants its answer anyway; otherwise say its estimated price."""
    question = target.text, interval, epsilon, activation, norm
    return messages.accepts_price(key, question, _price(target, interval, epsilon, activation, norm))


@shared(text.COUNTING_MEASURES)
def _count(target: Target, interval: Bounds, epsilon: float) -> MeasureCounts:
    width = interval[1] - interval[0]
    return units_outside(target, interval, epsilon, [share * width for share in COMPARED])


def draw_picture(found: NormReach, *, height: int, key: str) -> None:
    """Draw a network with f and the exceptional set."""
    proof = found.certificate
    tube = None if proof.norm == "rms" else proof.epsilon
    picture = chart.draw_in_norm(proof.target, proof.interval, found.network, proof.exceptional, tube, height)
    web.render(picture, key=key)
    st.caption(text.norm_legend(proof.norm, len(proof.exceptional)))


def say_proof(found: NormReach, *, key: str) -> None:
    """Say what is proved of a network in its norm, and how many units it has."""
    proof, units = found.certificate, shared_text.units(found.network.width)
    if proof.status != "proved" or proof.bound is None:
        st.warning(text.not_proved_in_norm(units), icon=":material/search_off:")
        return
    if proof.norm == "rms":
        words = text.proved_rms(proof.low, proof.bound, proof.epsilon)
    else:
        count, length = len(proof.exceptional), proof.length
        words = text.proved_outside(
            proof.low, proof.bound, proof.epsilon, count, length, proof.measure or 0.0, len(proof.sides)
        )
    st.success(words, icon=":material/verified:")
    st.markdown(text.has_units(units))
    announce(text.has_units(units), key=key, first=True)


def draw_other_norms(target: Target, interval: Bounds, epsilon: float, measure: float) -> bool:
    """Draw what is possible in the other two norms, and return True; False if f has no values on a part of K."""
    tried: dict[str, NormReach | NormUnreachable] = {}
    norms = (text.RMS, None), (text.OUTSIDE, measure)
    expensive = [name for name, _ in norms if _price(target, interval, epsilon, "relu", name)]
    for name, delta in norms:
        try:
            if name not in expensive:
                tried[name] = find_in_norm(target, interval, epsilon, delta)
        except NormUnreachable as error:
            tried[name] = error
    kinds = [one.fact.kind for one in tried.values() if isinstance(one, NormUnreachable)]
    if kinds == [NormObstacleKind.NOT_DEFINED] * 2:
        return False
    st.markdown(text.OTHER_NORMS)
    for name in expensive:
        st.caption(text.in_its_norm(text.NORMS[name]))
    for name, found in tried.items():
        st.markdown(f"### {text.NORMS[name]}")
        if isinstance(found, NormUnreachable):
            say_refusal(found)
            continue
        say_proof(found, key=f"ua_other_{name}_said")
        draw_picture(found, height=190, key=f"ua_other_{name}")
    return True


def say_refusal(error: NormUnreachable) -> None:
    """Say why there is no network in a norm, as a fact about f."""
    fact = error.fact
    st.warning(text.norm_refusal(fact.kind.name, fact.x, fact.length, fact.units), icon=":material/block:")


def draw_measure_curve(target: Target, interval: Bounds, epsilon: float, found: NormReach | None) -> None:
    """Draw the number of units against δ, if networks were found for two of them, and the searches are short."""
    if found is None and _price(target, interval, epsilon, "relu", text.OUTSIDE):
        return
    counts = _count(target, interval, epsilon)
    if np.isfinite(counts.units).sum() < 2:
        return
    now = None
    if found is not None and found.certificate.measure is not None:
        now = (found.certificate.measure, found.network.width)
    web.render(chart.draw_measure_curve(counts.measure, counts.units, now), key="ua_measures")
    st.caption(f"{text.MEASURE_LEGEND} {text.MEASURE_NOW}" if now else text.MEASURE_LEGEND)
