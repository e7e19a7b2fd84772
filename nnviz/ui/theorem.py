"""The theorem as it is asked for: ε in, network and proof out; error against width."""

import numpy as np
import streamlit as st

from nnviz.approximation import (
    Certificate,
    Price,
    Reach,
    Study,
    StudySpec,
    film,
    reach,
    study,
    widths_needed,
)
from nnviz.charts import approximation as films
from nnviz.charts import theorem as charts
from nnviz.charts.theorem import Errors
from nnviz.export import network_code
from nnviz.functions import LANGUAGES
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.ui.controls import choice
from nnviz.ui.draw import show
from nnviz.ui.hand import while_held
from nnviz.ui.live import frames_wanted, player, say
from nnviz.ui.messages import last_good, refusal
from nnviz.ui.pad import said_of, stamp
from nnviz.ui.questions import choose_language
from nnviz.ui.target import Interval, Target
from nnviz.ui.training import (
    BY_TEXT,
    TRAINABLE,
    UNIVERSAL,
    Array,
    learned,
    outcome,
    points_of,
    training_controls,
)
from nnviz.ui.words import table
from nnviz.ui.work import Kept, Progress, kept_or_computed

SECONDS = 3.0
SECONDS_OF_STUDY = 8.0
MOST_TICKED = 400  # units
PRICED = (0.3, 0.1, 0.01, 0.001, 0.0001, 0.00001)
WIDTHS = (4, 8, 16, 32, 64, 128)
WAYS = ("trained", "", "optimal", "constructed", "solved")  # of finding a network; each keeps its colour


@st.cache_resource(max_entries=64, show_spinner="Building a network and its proof …", hash_funcs=BY_TEXT)
def _reached(target: Target, interval: Interval, epsilon: float, activation: str) -> Reach:
    return reach(target, interval, epsilon, activation, SECONDS)


@st.cache_resource(max_entries=64, show_spinner="Pricing ε …", hash_funcs=BY_TEXT)
def _price(target: Target, interval: Interval, epsilons: tuple[float, ...]) -> Price:
    return widths_needed(target, interval, epsilons)


def reached(target: Target, interval: Interval, epsilon: float, activation: str) -> Reach | None:
    """`reach`, once for each question; None, with the reason on the page, where there is no such network."""
    try:
        return _reached(target, interval, epsilon, activation)
    except ValueError as error:
        refusal(error)
        return None


def price(target: Target, interval: Interval, epsilon: float) -> Price | None:
    """What ε and others cost, down to 0.001 or the one asked for; None where it cannot be told."""
    least = min(epsilon / 2, 0.001)
    wanted = tuple(sorted({*(one for one in PRICED if one >= least), epsilon}, reverse=True))
    try:
        return _price(target, interval, wanted)
    except ValueError:
        return None


@st.fragment
def trained(target: Target, interval: Interval, epsilon: float) -> None:
    """A network and what training makes of it: its controls, its film, its hidden units, its error, its loss."""
    picture, controls = st.columns([5, 3], gap="large")
    with controls:
        spec = training_controls()
    with picture:
        found = last_good("ua_run", lambda: learned(spec, target, interval), None)
        if found is None:
            return
        run, playing = found.run, frames_wanted("ua_frame", found.name())
        seen, x_units, terms = found.every_frame() if playing else found.last
        points = points_of(found.target)
        units, drawing = (x_units, terms), stamp(found.target)
        show(films.approximation(seen, run.spec.width, points, units, epsilon, drawing), key="ua_fit")
        ended = f"Trained: largest error {seen.sup[-1]:.3g}, rms {seen.rms[-1]:.3g}."
        player("ua_frame", run.steps.tolist(), run=found.name(), loaded=playing, outcome=ended)
        show(films.error(seen, epsilon, drawing), key="ua_error")
        show(films.loss(run.losses), key="ua_loss")
    with controls:
        with said_of(target, "trained"):
            outcome(run, seen)
        take_home(run.network(-1), key="ua_trained")
    while_held("ua_width", "ua_rate", "ua_seed", key="ua_hand_training")


def pricing(target: Target, interval: Interval, epsilon: float) -> None:
    """ε in; a network beside its tube, its proof, its price, and the files to take home."""
    with said_of(target, "price"):
        picture, controls = st.columns([5, 3], gap="large")
    with controls:
        activation = choice("Built from", UNIVERSAL, "relu", key="ua_built")
    with picture:
        found = reached(target, interval, epsilon, activation)
        if found is None:
            return
    with controls:
        verdict(found)
        prices(target, interval, found)
        take_home(found.network, found.certificate, key="ua_proved")
    with picture:
        beside(found, target, interval, epsilon)


def prices(target: Target, interval: Interval, found: Reach) -> None:
    """Units against ε, for ReLU; nothing where no unit is needed, as for a constant."""
    if found.lower_bound is None:
        st.caption("Not known here: how many units of this activation every network needs. Try ReLU.")
    costs = price(target, interval, found.certificate.epsilon) if found.lower_bound else None
    if costs is not None:
        show(charts.price(*costs, now=(found.certificate.epsilon, found.network.width)), key="ua_price")
        st.caption(
            "The price of ε. Full line: units that every ReLU network needs, **proved**. Dashed: units that were "
            "enough at dense samples, **measured**, not proved between them. Diamond: the network shown."
        )


def beside(found: Reach, target: Target, interval: Interval, epsilon: float) -> None:
    """The network inside its tube, its error between the walls, and at how many points they are drawn."""
    seen = film(target, interval, [found.network], points=4001)
    kinks = found.network.kinks(*interval) if found.network.width <= MOST_TICKED else np.empty(0)
    show(charts.tube(seen.x, seen.target, seen.predictions[0], kinks, epsilon), key="ua_tube")
    show(charts.inside(seen.x, seen.errors[0], epsilon), key="ua_inside")
    ticks = "Ticks: where the network bends. " if len(kinks) else ""
    holds = "the proof holds" if found.certificate.status == "proved" else "nothing is proved"
    st.caption(f"{ticks}Both pictures are drawn through {len(seen.x)} points; {holds} between them.")


def verdict(found: Reach) -> None:
    """What is known of the network, in the words that are true of it."""
    certificate, units = found.certificate, found.network.width
    if certificate.status == "proved":
        st.success(
            f"**Proved on all of K**: |f − N| ≤ {certificate.bound:.6g} < ε = {certificate.epsilon:g}, "
            f"with **{_units(units)}**.",
            icon=":material/verified:",
        )
    else:
        st.warning(
            f"**Not proved**: a network of {_units(units)} was found; that it is within ε is {certificate.status}."
        )
        st.text(certificate.reason)
    if found.lower_bound == 0:
        st.markdown(
            "The least is **no unit at all**: a constant $c$ alone stays within ε, so there is no price to pay."
        )
    elif found.lower_bound is not None:
        st.markdown(
            f"**Proved too**: no ReLU network with fewer than **{_units(found.lower_bound)}** stays within ε on K."
        )


def _units(number: int) -> str:
    return f"{number} unit{'s' * (number != 1)}"


def judged(found: Certificate, *, key: str) -> None:
    """Whether a network is within ε on all of K: proved, refuted with a place, or not decided and why."""
    if found.status == "proved":
        st.success(
            f"**Success, and proved:** |f − N| ≤ {found.bound:.4g} < ε = {found.epsilon:g} on all of K.",
            icon=":material/verified:",
        )
    elif found.status == "refuted":
        words = f"Not yet: at {place(found.at)} it is off by more than ε = {found.epsilon:g}."
        st.markdown(words)
        say(words, key=f"{key}_said", first=True)
    else:
        st.markdown("Whether it is within ε everywhere could not be decided:")
        st.text(found.reason)
        say(f"Not decided: {found.reason}", key=f"{key}_said", first=True)


def place(at: float | tuple[float, ...] | None) -> str:
    """A point of K in words."""
    if isinstance(at, tuple):
        return f"({', '.join(f'{value:.4g}' for value in at)})"
    return f"x = {at:.4g}"


def take_home(network: ShallowNetwork, certificate: Certificate | None = None, *, key: str) -> None:
    """The network as code that runs by itself, and its certificate as a file that anyone can check again."""
    home = st.popover("Take it home", icon=":material/download:", key=f"{key}_home", on_change="rerun")
    if not home.open:
        return
    with home:
        language = choose_language(LANGUAGES, key=key)
        st.download_button(
            "Code with all weights", network_code(network, language), "network.py", "text/x-python",
            key=f"{key}_code", on_click="ignore",
        )  # fmt: skip
        if certificate is not None:
            st.download_button(
                "Certificate", certificate.to_json, "certificate.json", "application/json", key=f"{key}_certificate",
                on_click="ignore", help="Checked again by: python -m nnviz.approximation.certificate FILE",
            )  # fmt: skip


@st.cache_resource(show_spinner=False)
def _studies() -> Kept[Study]:
    return Kept(32)


def studied(target: Target, interval: Interval, activation: str) -> Study | None:
    """Error against width: 6 widths, 8 seeds each; once for each target.

    None, with the reason on the page, where f has no values.
    """

    def compute(progress: Progress) -> Study:
        return study(StudySpec(activation, WIDTHS, seconds=SECONDS_OF_STUDY), target, interval, progress)

    try:
        return kept_or_computed(
            _studies(), (target.text, interval, activation), compute, lambda found: found.complete
        )
    except ValueError as error:
        refusal(error)
        return None


def widths(target: Target, interval: Interval) -> None:
    """Error against width for every way to find a network, with the slopes; and the rank of the hidden layer."""
    menu, switch = st.columns([1, 2], gap="large", vertical_alignment="bottom")
    with menu:
        activation = choice("Activation", TRAINABLE, "relu", key="ua_studied")
    with switch:
        wanted = st.toggle("Train 48 networks (about 3 seconds)", key="ua_study", bind="query-params")
    found = studied(target, interval, activation) if wanted else None
    if found is None:
        return
    if not found.complete:
        st.warning(
            f"Stopped after {SECONDS_OF_STUDY:g} seconds: what was trained by then is shown, and nothing else."
        )
    best = ", ".join(f"{curve.name} {curve.median[-1]:.2g}" for curve in found.curves)
    say(f"Errors at {found.curves[0].widths[-1]} units: {best}.", key="ua_study_said", first=True)
    with said_of(target, "widths"):
        picture, words = st.columns([5, 3], gap="large")
    with picture:
        show(charts.study(errors_of(found), WAYS), key="ua_study_chart")
    with words:
        st.markdown(table("way | slope | theory, for smooth f", slopes_of(found)))
        st.caption(
            f"Errors **measured** at {found.measured} points of K, not proved; slopes of log error against log width, "
            f"**estimated** by least squares. Trained: {found.spec.steps} steps, the median of {found.spec.seeds} "
            "seeds with their range as bars. Thin dots: the slope of theory. −2 means: twice the units, a quarter of "
            "the error. Errors of 0 have no logarithm and are not drawn."
        )
        st.markdown(
            f"Rank of the hidden layer with its constant ({best_way(found)}, in float64), by width: "
            f"{', '.join(map(str, found.ranks))}."
        )
        if found.degree is not None:
            st.markdown(f"**A plateau.** {ACTIVATIONS[activation].reason}")


def best_way(found: Study) -> str:
    """The name of the curve that is not trained and not written down."""
    return next(curve.name for curve in found.curves if curve.name in ("optimal", "solved"))


def errors_of(found: Study) -> dict[str, Errors]:
    """The curves of a study as they are drawn: without what is 0, and theory no higher than what was measured."""
    worst = 2 * max(float(np.nanmax(curve.sup)) for curve in found.curves)
    return {
        curve.name: Errors(
            curve.widths, *_drawn(curve.median, *curve.spread), *_drawn(curve.in_theory, most=worst)
        )
        for curve in found.curves
    }


def _drawn(*errors: Array, most: float = np.inf) -> Array:
    """The errors that a logarithmic axis up to `most` can show, the others nan."""
    return np.where((np.array(errors) > 0) & (np.array(errors) <= most), errors, np.nan)


def slopes_of(found: Study) -> list[tuple[str, str, str]]:
    """Name, fitted slope and slope in theory of each curve, in words where there is none."""
    return [(curve.name, _slope(curve.slope), _slope(curve.theory)) for curve in found.curves]


def _slope(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−") if np.isfinite(value) else "not stated"
