"""Draw the chapter on noise: data with noise, the fit, the loss that the noise gives, its bands, and wrong losses."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnviz._types import Array, ShareProgress
from nnviz.charts import SERIES, CurveStyle, Picture, draw_curves
from nnviz.charts.curves import LineName
from nnviz.lessons.loss_functions.noise import chart, text
from nnviz.lessons.loss_functions.noise.code import noise_code
from nnviz.lessons.loss_functions.noise.fit.view import (
    GAUSSIAN,
    LEVELS,
    TEST_POINTS,
    Fitted,
    compute_coverage,
    compute_scores,
    densities,
    fit_assumed,
)
from nnviz.lessons.loss_functions.shared.view import draw_in_parts
from nnviz.losses import LOSSES
from nnviz.losses.likelihood_fits import band
from nnviz.losses.likelihoods import NOISE_MODELS, NoiseSpec, settings_for
from nnviz.losses.noise_model import NoiseModel
from nnviz.losses.probabilities import sigmoid, softmax
from nnviz.losses.wrong_loss import COMPARED_LOSSES, LossComparison, compare_losses
from nnviz.web.controls import int_slider, select_registered, slider
from nnviz.web.drag_updates import update_during_drag
from nnviz.web.latex_format import markdown_table
from nnviz.web.lesson import Chapter
from nnviz.web.live import announce, live_slider_values, publish_live
from nnviz.web.questions import offer_code, write
from nnviz.web.render import beside_picture, first_screen, keep_in_view, render
from nnviz.web.shared_cache import compute_once
from nnviz.web.turns import fragment

SAY_KEY: Final = "lf_say_comparison"
CLASS_GRID = np.linspace(-2, 2, 121)
REPEATS = 200
SECONDS = 6.0  # for the repeats
FEWEST_REPEATS = 5  # that a comparison can be drawn from
FIRST_NOISE = "student_t"  # a Gaussian is then assumed at first, which is wrong
_COMPARED = ("gaussian_learned", "laplace", "student_t")  # noises whose losses are drawn


class _Same(NamedTuple):
    label: str


ASSUMABLE = {
    "same": _Same(text.SAME),
    **{name: model for name, model in NOISE_MODELS.items() if model.kind == "number"},
}


def compare_once(spec: NoiseSpec) -> LossComparison:
    """Return `compare_losses`, computed once for each spec."""

    def compute(progress: ShareProgress) -> LossComparison:
        return compare_losses(spec, REPEATS, lambda done, repeats: progress(done / repeats), SECONDS)

    return compute_once((compare_losses, spec), compute, words=text.repeating(REPEATS))


def choose_noise(menus: Sequence[DeltaGenerator]) -> tuple[NoiseSpec, str]:
    """Draw the controls, the two noises in `menus`; return the spec and the name of the assumed noise."""
    with menus[0]:
        noise = select_registered(text.NOISE, NOISE_MODELS, FIRST_NOISE, key="lf_noise")
    numbers, assumed = NOISE_MODELS[noise].kind == "number", "same"
    if numbers:
        with menus[1]:
            first = "gaussian_learned" if noise == FIRST_NOISE else "same"
            assumed = select_registered(text.ASSUMED, ASSUMABLE, first, key="lf_believed")
    left, right = st.columns(2)
    with left:
        slope = slider(text.SLOPE, -2.0, 2.0, 1.0, 0.1, key=chart.SLOPE)
        n = int_slider(text.POINTS, 20, 300, 300, step=10, key=chart.POINTS)
    with right:
        intercept = slider(text.INTERCEPT, -2.0, 2.0, 0.5, 0.1, key=chart.INTERCEPT)
        seed = int_slider(text.SEED, 0, 99, 3, key=chart.SEED)
    shape = {}
    if numbers:
        with left:
            shape["scale"] = slider(text.SCALE, 0.1, 2.0, 0.5, 0.05, key=chart.SCALE)
        with right:
            if noise == "unequal":
                shape["growth"] = slider(text.GROWTH, -1.0, 1.0, 0.6, 0.05, key=chart.GROWTH)
            elif "student_t" in (noise, assumed):
                shape["nu"] = slider(text.FREEDOM, 1.0, 30.0, 3.0, 0.5, key=chart.FREEDOM)
    spec = NoiseSpec(noise, n, slope, intercept, seed=seed, **shape)
    return spec, noise if assumed == "same" else assumed


def draw_data_and_fit() -> Fitted:
    """Draw the controls, the data and the fit; return the fit."""
    with beside_picture():
        with first_screen():
            menus = st.columns(2)
            picture, losses = st.columns([3, 2], gap="medium")
        spec, assumed = choose_noise(menus)
    x, y, fit = fit_assumed(spec, assumed)
    model = NOISE_MODELS[assumed]
    found = Fitted(spec, model, settings_for(model, spec.scale, spec.nu), x, y, fit)
    now = live_slider_values(chart.SLIDERS)
    said = text.PROBABILITIES
    if model.quantile is None:
        fitted, true = _class_probabilities(found)
        drawn = chart.draw_probabilities(x, y, CLASS_GRID, fitted, true, now)
    else:
        drawn, said = _fit_picture(found, now), text.legend(counts=model.kind == "count")
    with picture, keep_in_view():
        render(drawn, key="lf_predictive")
    with losses:
        draw_loss(found)
    draw_parameters(found)
    st.caption(f"{text.GIVEN_LOSS[model.name]} {said}")
    say_fit(found)
    w, b = found.fit.parameters[:2]
    publish_live(now, key="lf_say_fit", outcome=text.fitted_said(w, b, float(found.fit.nll)))
    update_during_drag(*chart.SLIDERS, key="lf_hand_noise")
    return found


def _class_probabilities(found: Fitted) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return the fitted and the true probability of each class over CLASS_GRID, class -> (m,)."""
    each = []
    for theta in (found.fit.parameters, found.spec.theta):
        eta = found.model.at(theta, CLASS_GRID)
        if found.model.name == "bernoulli":
            p = np.column_stack([sigmoid(-eta[:, 0]), sigmoid(eta[:, 0])])
        else:
            p = softmax(np.column_stack([np.zeros(len(eta)), eta]))
        each.append({text.class_name(k): p[:, k] for k in range(p.shape[1])})
    return each[0], each[1]


def _fit_picture(found: Fitted, now: dict[str, float]) -> Picture:
    at = np.linspace(-2, 2, 81)
    bands = {level: band(found.model, found.fit.parameters, at, level, **found.settings) for level in LEVELS}
    center, true = (
        model.at(theta, at)[:, 0]
        for model, theta in ((found.model, found.fit.parameters), (found.spec.model, found.spec.theta))
    )
    if found.model.kind == "count":
        center, true = np.exp(center), np.exp(true)
    wide = bands[LEVELS[-1]]
    low = min(float(np.quantile(found.y, 0.02)), float(wide.low.min()))
    high = max(float(np.quantile(found.y, 0.98)), float(wide.high.max()))
    high += 0.25 * (high - low)  # above the points, words have room
    domain = _rounded(low, high)
    shown = {level: (each.low, each.high) for level, each in bands.items()}
    covered = compute_coverage(found.spec, found.model.name, found.fit.parameters)[0]
    counts = found.model.kind == "count"  # whose bands are rounded outwards
    is_right = LEVELS[0] <= covered.high and (counts or covered.low <= LEVELS[0])
    drawn_curves = chart.FittedCurves(at, true, center, shown)
    words = chart.FitWords(
        text.contains(covered.share, covered.drawn),
        is_right,
        covered.share,
        LEVELS[0],
        text.names(found.model.label, counts=counts),
        _loss_color(found.model),
        is_left=bool(center[0] > center[-1]) or counts,
        is_high=counts,
        true_density="" if found.assumption_is_right else text.true_density(found.spec.model.label),
    )
    at_points = band(found.model, found.fit.parameters, found.x, LEVELS[0], **found.settings)
    inside = (at_points.low <= found.y) & (found.y <= at_points.high)
    return chart.draw_fit(
        found.x, found.y, drawn_curves, densities(found, domain), domain, words, inside, now
    )


def _rounded(low: float, high: float) -> tuple[float, float]:
    """Return the interval with a margin, its ends on a coarse ruler, so that the axes seldom change."""
    step = 2.0 ** np.ceil(np.log2(max(high - low, 1e-6) / 8))
    return float(np.floor(low / step - 0.5) * step), float(np.ceil(high / step + 0.5) * step)


def draw_parameters(found: Fitted) -> None:
    """Draw the fitted parameters beside the true ones, with the gradient there."""
    names = text.symbols(found.model.predictors)
    known = len(names) if found.has_true_model else 2  # every model of numbers has the line
    true = [_signed(value, "") for value in found.spec.theta[:known]] + [text.UNKNOWN] * (len(names) - known)
    gradient = [_signed(part, "+") for part in gradient_at_truth(found)] or [text.UNKNOWN] * len(names)
    fitted = [_signed(value, "") for value in found.fit.parameters]
    st.markdown(markdown_table(text.PARAMETERS, zip(names, fitted, true, gradient, strict=True)))


def _signed(value: float, sign: str) -> str:
    return f"{value:{sign}.3f}".replace("-", "−")


def say_fit(found: Fitted) -> None:
    """Say how the fit was found, and whether the gradient is zero there."""
    write(text.fit(found.model.method, float(found.fit.nll)))
    if not found.fit.converged:
        st.warning(text.NO_MAXIMUM[found.model.kind], icon=":material/all_inclusive:")
    elif found.model.name != "laplace":
        at_truth = f" {text.GRADIENT_AT_TRUTH}" if found.has_true_model else ""
        st.caption(text.GRADIENT_ZERO + at_truth)


def gradient_at_truth(found: Fitted) -> list[float]:
    """Return the gradient of the mean loss at the true parameters; empty if the model is not that of the data."""
    if not found.has_true_model:
        return []
    return list(found.model.gradient(found.spec.theta, found.x, found.y, **found.settings))


def draw_loss(found: Fitted) -> None:
    """Draw −log p over the residual, beside that of a Gaussian; or over the predictor for some outcomes."""
    numbers = found.model.kind == "number"
    series, order, axis, domain = (_over_residual if numbers else _over_predictor)(found)
    style = CurveStyle((axis, text.NLL_AXIS), domain, (0.0, 8.0), height=chart.HEIGHT)
    names = _name_losses(series) if numbers else None
    assumed = text.SHORT_LOSSES.get("gaussian_learned" if found.model.name in GAUSSIAN else found.model.name)
    wide = {
        label: curve for label, curve in series.items() if label == assumed
    }  # behind the loss of the model
    render(draw_curves(series, order, text.LOSS_CHART, style, names=names, theory=wide), key="lf_loss_of")
    if found.model.name == "categorical":
        st.caption(text.SAME_CURVES)


def _name_losses(series: Mapping[str, tuple[Array, Array]]) -> dict[str, LineName]:
    """Return the names of the three losses over the residual: inside the parabola, and below both ends."""
    places = ((1.75, 6.9, True), (6.0, 2.3, True), (-6.0, 2.3, False))
    each = zip(series, places, strict=True)
    return {label: LineName(label, x, y, ends=ends) for label, (x, y, ends) in each}


def _loss_color(model: NoiseModel) -> str:
    """Return the color of the curve of a noise of numbers, which its density has, too."""
    labels = [_loss_label(NOISE_MODELS[name]) for name in _COMPARED]
    label = _loss_label(model)
    return SERIES[labels.index(label)] if label in labels else SERIES[0]


Curves = tuple[dict[str, tuple[Array, Array]], list[str], str, tuple[float, float]]
"""Series label -> (x, y), their order, the title and the domain of the x axis."""


def _loss_label(model: NoiseModel) -> str:
    """Return the label of the curve of a noise of numbers."""
    return text.GAUSSIAN if model.name in GAUSSIAN else model.label


def _over_residual(found: Fitted) -> Curves:
    """Return the curves of Gaussian, Laplace and Student t noise, each of scale 1."""
    r = np.linspace(-6, 6, 241)
    series = {}
    for model in (NOISE_MODELS[name] for name in _COMPARED):
        eta = np.zeros((len(r), len(model.predictors)))
        density = model.density(r, eta, **settings_for(model, 1.0, found.spec.nu))
        label = text.SHORT_LOSSES[model.name]
        series[label] = (r, -np.log(density))
    return series, list(series), text.RESIDUAL_AXIS, (-6.0, 6.0)


def _over_predictor(found: Fitted) -> Curves:
    """Return a curve for each of some outcomes over the first predictor; a second one is 0."""
    outcomes = (0, 2, 6) if found.model.kind == "count" else range(len(found.model.predictors) + 1)
    at = np.linspace(-4, 4, 241)
    eta = np.column_stack([at, *np.zeros((len(found.model.predictors) - 1, len(at)))])
    series = {
        text.outcome(y): (at, found.model.likelihood.value(eta, np.full(len(at), float(y)))) for y in outcomes
    }
    return series, list(series), text.PREDICTOR_AXES[found.model.name], (-4.0, 4.0)


def draw_test(found: Fitted) -> None:
    """Draw how good the fitted model is on test points: the mean of −log p, and the coverage of its bands."""
    bands = found.model.quantile is not None
    st.markdown(text.BANDS_TITLE if bands else text.SCORE_TITLE)
    fitted, true = compute_scores(found.spec, found.model.name, found.fit.parameters)
    rows = ((text.FITTED, f"{fitted:.4f}"), (text.TRUE, f"{true:.4f}"))
    st.markdown(markdown_table(text.score_head(TEST_POINTS), rows))
    if not bands:
        write(text.SCORE_OF_CLASSES)
        return
    draw_coverage(found)


def draw_coverage(found: Fitted) -> None:
    """Draw the fractions of test points in the bands of the fitted and of the true model, with a verdict."""
    fitted = compute_coverage(found.spec, found.model.name, found.fit.parameters)
    true = compute_coverage(found.spec, found.spec.noise, found.spec.theta)
    rows = (
        (f"{one.level:.0%}", f"{one.share:.1%}", f"{best.share:.1%}", f"{one.low:.1%} to {one.high:.1%}")
        for one, best in zip(fitted, true, strict=True)
    )
    st.markdown(markdown_table(text.BANDS, ([cell.replace("%", " %") for cell in row] for row in rows)))
    if found.model.kind == "count":
        st.markdown(text.COUNTS)
    elif all(one.low <= one.level <= one.high for one in fitted):
        st.markdown(text.BOTH_HOLD)
    else:
        verdicts = [text.verdict(one.level, one.low, one.high) for one in fitted]
        reason = text.ESTIMATION if found.assumption_is_right else text.WRONG_NOISE
        st.markdown(" ".join([*verdicts, reason]))
    st.caption(text.bands_measured(TEST_POINTS, found.spec.n))


def draw_derivation(found: Fitted) -> None:
    """Draw the steps from the noise to the loss, and the gradient."""
    model = found.model
    st.markdown(text.derivation_title(model.label))
    steps = (*text.STEPS, text.LAST_STEP[model.name])
    for number, (step, formula) in enumerate(zip(steps, model.derivation(), strict=True), 1):
        write(f"{number}. {step}")
        draw_in_parts(formula)
    st.markdown(text.GRADIENT)
    draw_in_parts(model.gradient_latex)
    st.caption(text.lesson(model.name, LOSSES[model.loss].label if model.loss else ""))


def draw_comparison(spec: NoiseSpec) -> None:
    """Draw a switch, and the effect of other losses on this noise, over repeated data sets."""
    st.markdown(text.COMPARISON_TITLE)
    if not st.toggle(text.repeat(REPEATS), key="lf_repeat", bind="query-params"):
        announce("", key=SAY_KEY)
        return
    comparison = compare_once(spec)
    efficiencies = dict(zip(comparison.labels, comparison.efficiency.tolist(), strict=True))
    announce(text.efficiencies_said(efficiencies), key=SAY_KEY)
    kept = comparison.slopes.shape[1]
    if comparison.ended == "time":
        st.warning(text.out_of_time(kept + comparison.lost, REPEATS, SECONDS))
    if kept < FEWEST_REPEATS:
        st.warning(text.too_few(comparison.lost, kept + comparison.lost))
        return
    picture, words = st.columns(2, gap="large")
    with picture:
        order = sorted({loss.label for each in COMPARED_LOSSES.values() for loss in each})
        found = dict(zip(comparison.labels, comparison.slopes, strict=True))
        render(chart.draw_slopes(found, order, spec.slope), key="lf_slopes")
    with words:
        _draw_comparison(comparison, spec.n)


def _draw_comparison(comparison: LossComparison, points: int) -> None:
    rows = (
        (label, f"{spread:.3f}", f"{efficiency:.2f} ± {error:.2f}" if error else "1", f"{theory:.2f}")
        for label, spread, efficiency, error, theory in zip(
            comparison.labels,
            comparison.spread,
            comparison.efficiency,
            comparison.error,
            comparison.theory,
            strict=True,
        )
    )
    st.markdown(markdown_table(text.COMPARISON, rows))
    made = comparison.slopes.shape[1] + comparison.lost
    write(f"{text.comparison_measured(made, points)} {text.lost_fits(comparison.lost, made)}")


@fragment
def draw() -> None:
    """Draw the chapter."""
    found = draw_data_and_fit()
    left, right = st.columns(2, gap="large")
    with left:
        draw_derivation(found)
    with right:
        draw_test(found)
        offer_code(
            lambda language: noise_code(language, found.model.name, found.x, found.y, found.settings),
            key="lf_noise_code",
            name="noise",
        )
    draw_comparison(found.spec)
    write(text.MORE)


CHAPTER = Chapter("noise", text.CHAPTER, draw)
