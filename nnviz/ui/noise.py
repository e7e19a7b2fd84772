"""The plumbing of the page on losses, chapter on noise: likelihoods, their fits, bands, and the wrong loss."""

from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnviz.charts import Picture, curves
from nnviz.charts import noise as charts
from nnviz.learning import LOSSES
from nnviz.learning.classification import sigmoid, softmax
from nnviz.learning.likelihood_fits import Coverage, NoiseFit, band, coverage, fit_noise, score
from nnviz.learning.likelihoods import NOISE_MODELS, NoiseModel, NoiseSpec, drawn, settings_for
from nnviz.learning.wrong_loss import RIVALS, Cost, cost_of_wrong_loss
from nnviz.ui.controls import choice, slider, whole
from nnviz.ui.draw import show
from nnviz.ui.hand import while_held
from nnviz.ui.live import asked_of, follow, say
from nnviz.ui.losses import export, in_parts
from nnviz.ui.questions import code
from nnviz.ui.words import table
from nnviz.ui.work import Kept, Progress, kept_or_computed

Array = NDArray[np.float64]
LEVELS = (0.5, 0.9)
FRESH = 4000
REPEATS = 200
SECONDS = 6.0  # for the repeats
PLACES = (-1.8, -1.0, -0.2, 0.6, 1.4)  # the highest density reaches to 2.0, where x ends
DECIDE = [f"lf_{name}" for name in ("slope", "intercept", "many", "draw", "scale", "growth", "nu")]
NUMBERS = {name: model for name, model in NOISE_MODELS.items() if model.kind == "number"}


class _Same(NamedTuple):
    label: str


BELIEFS = {"same": _Same("The noise that is in the data"), **NUMBERS}


class Fitted(NamedTuple):
    """A model fitted to drawn data, with the settings it was given."""

    spec: NoiseSpec
    model: NoiseModel
    settings: dict[str, float]
    x: Array
    y: Array
    fit: NoiseFit


@st.cache_data(max_entries=64, show_spinner=False)
def fitted(spec: NoiseSpec, believed: str) -> tuple[Array, Array, NoiseFit]:
    """The points of a spec and the fit of a noise model to them."""
    x, y = drawn(spec)
    return x, y[0], fit_noise(believed, x, y[0], **settings_for(NOISE_MODELS[believed], spec.scale, spec.nu))


@st.cache_data(max_entries=64, show_spinner=False)
def scored(spec: NoiseSpec, believed: str, theta: Array) -> tuple[float, float]:
    """The mean of −log p over fresh draws, of the fitted model and of the truth."""
    return score(spec, believed, theta, FRESH, **settings_for(NOISE_MODELS[believed], spec.scale, spec.nu))


@st.cache_data(max_entries=64, show_spinner=False)
def covered(spec: NoiseSpec, believed: str, theta: Array) -> list[Coverage]:
    """What the bands hold of fresh draws."""
    settings = settings_for(NOISE_MODELS[believed], spec.scale, spec.nu)
    return [coverage(spec, believed, theta, level, FRESH, **settings) for level in LEVELS]


@st.cache_resource(show_spinner=False)
def _costs() -> Kept[Cost]:
    return Kept(32)


def compared(spec: NoiseSpec) -> Cost:
    """`cost_of_wrong_loss`, once for each spec."""

    def compute(progress: Progress) -> Cost:
        return cost_of_wrong_loss(spec, REPEATS, lambda done, repeats: progress(done / repeats), SECONDS)

    words = f"Drawing and fitting {REPEATS} times …"
    return kept_or_computed(_costs(), spec, compute, lambda cost: cost.ended == "repeats", words)


def choose_noise() -> tuple[NoiseSpec, str]:
    """Controls for the data and for what the model believes; the spec, and the name of the model."""
    noise = choice("Noise in the data", NOISE_MODELS, "gaussian_learned", key="lf_noise")
    model = NOISE_MODELS[noise]
    believed = (
        choice("Noise the model believes in", BELIEFS, "same", key="lf_believed")
        if model.kind == "number"
        else "same"
    )
    left, right = st.columns(2)
    with left:
        slope = slider("True slope", -2.0, 2.0, 1.0, 0.1, key="lf_slope")
        n = whole("Points", 20, 300, 60, step=10, key="lf_many")
    with right:
        intercept = slider("True intercept", -2.0, 2.0, 0.5, 0.1, key="lf_intercept")
        seed = whole("Seed of the draw", 0, 99, 0, key="lf_draw")
    shape = {}
    if model.kind == "number":
        with left:
            shape["scale"] = slider("Scale of the noise", 0.1, 2.0, 0.5, 0.05, key="lf_scale")
        with right:
            if noise == "unequal":
                shape["growth"] = slider("Growth u of log σ", -1.0, 1.0, 0.6, 0.05, key="lf_growth")
            elif "student_t" in (noise, believed):
                shape["nu"] = slider("Degrees of freedom ν", 1.0, 30.0, 3.0, 0.5, key="lf_nu")
    return NoiseSpec(
        noise, n, slope, intercept, seed=seed, **shape
    ), noise if believed == "same" else believed


def draw_noise() -> Fitted:
    """Controls, data, fit and picture; what was fitted."""
    picture, hands = st.columns([3, 2], gap="large")
    with hands:
        spec, believed = choose_noise()
    x, y, fit = fitted(spec, believed)
    model = NOISE_MODELS[believed]
    found = Fitted(spec, model, settings_for(model, spec.scale, spec.nu), x, y, fit)
    with picture:
        if model.quantile is None:
            show(charts.chances(x, y, *_chances(found), asked_of(DECIDE)), key="lf_chances")
            st.caption(
                "Solid: the fitted probabilities. Dashed: the true ones. Below: the points, one row a class."
            )
        else:
            show(_predictive(found), key="lf_predictive")
            centre, shape = ("mean", "probabilities") if model.kind == "count" else ("line", "density")
            st.caption(
                f"Blue: the fitted {centre}, and the bands that should hold 50 % and 90 % of new points. Grey, dashed: "
                f"the truth. Green: the fitted {shape} at five places, drawn sideways."
            )
    with hands:
        _report(found)
    w, b = found.fit.parameters[:2]
    heard = f"Fitted: slope {w:.3f}, at x = 0 {b:.3f}; {float(found.fit.nll):.3f} nats a point."
    follow(asked_of(DECIDE), key="lf_say_fit", outcome=heard)
    while_held(*DECIDE, key="lf_hand_noise")
    return found


def _chances(found: Fitted) -> tuple[Array, dict[str, Array], dict[str, Array]]:
    """Points of the axis, and the fitted and the true probability of each class there."""
    at = np.linspace(-2, 2, 121)
    each = []
    for theta in (found.fit.parameters, found.spec.theta):
        eta = found.model.at(theta, at)
        if found.model.name == "bernoulli":
            p = np.column_stack([sigmoid(-eta[:, 0]), sigmoid(eta[:, 0])])
        else:
            p = softmax(np.column_stack([np.zeros(len(eta)), eta]))
        each.append({f"class {k}": p[:, k] for k in range(p.shape[1])})
    return at, each[0], each[1]


def _predictive(found: Fitted) -> Picture:
    at = np.linspace(-2, 2, 81)
    count = found.model.kind == "count"
    bands = {level: band(found.model, found.fit.parameters, at, level, **found.settings) for level in LEVELS}
    centre, true = (
        model.at(theta, at)[:, 0]
        for model, theta in ((found.model, found.fit.parameters), (found.spec.model, found.spec.theta))
    )
    if count:
        centre, true = np.exp(centre), np.exp(true)
    wide = bands[LEVELS[-1]]
    low = min(float(np.quantile(found.y, 0.02)), float(wide.low.min()))
    high = max(float(np.quantile(found.y, 0.98)), float(wide.high.max()))
    domain = _rounded(low, high)
    shown = charts.Fitted(at, true, centre, {level: (each.low, each.high) for level, each in bands.items()})
    return charts.predictive(found.x, found.y, shown, _sideways(found, domain), domain, asked_of(DECIDE))


def _rounded(low: float, high: float) -> tuple[float, float]:
    """The interval with some air, its ends on a coarse ruler, so that the axes seldom change."""
    step = 2.0 ** np.ceil(np.log2(max(high - low, 1e-6) / 8))
    return float(np.floor(low / step - 0.5) * step), float(np.ceil(high / step + 0.5) * step)


def _sideways(found: Fitted, domain: tuple[float, float]) -> list[tuple[Array, Array]]:
    """The fitted density along y at five places, as paths to the right of them, the highest 0.6 wide; counts: combs."""
    count = found.model.kind == "count"
    y = np.arange(0.0, domain[1] + 1) if count else np.linspace(*domain, 161)
    eta = found.model.at(found.fit.parameters, PLACES)
    each = [found.model.density(y, np.broadcast_to(row, (len(y), len(row))), **found.settings) for row in eta]
    most = max(float(density.max()) for density in each)
    teeth = np.array([0.0, 1.0, 0.0]) if count else np.ones(1)
    return [
        (place + 0.6 / most * np.outer(density[seen], teeth).ravel(), np.repeat(y[seen], len(teeth)))
        for place, density in zip(PLACES, each, strict=True)
        if (seen := density > 0.005 * density.max()).any()
    ]


def _report(found: Fitted) -> None:
    """The fitted parameters beside the true ones, and what the bands hold."""
    names = [
        name for predictor in found.model.predictors for name in _symbols(predictor.latex, predictor.slope)
    ]
    known = (
        len(names) if found.model.name == found.spec.noise else 2
    )  # the line is meant by every model of numbers
    true = [f"{value:.3f}" for value in found.spec.theta[:known]] + ["–"] * (len(names) - known)
    pulls = [f"{pull:+.3f}" for pull in pull_at_truth(found)] or ["–"] * len(names)
    rows = (
        (f"${name}$", f"{value:.3f}", truth, pull)
        for name, value, truth, pull in zip(names, found.fit.parameters, true, pulls, strict=True)
    )
    st.markdown(table("parameter | fitted | true | derivative at the true one", rows))
    st.caption(f"Fit: {found.model.method}. Mean of −log p: {float(found.fit.nll):.3f} nats a point.")
    if found.model.name != "laplace" and found.fit.converged:
        left = "; at the true parameters chance leaves a slope" * (found.model.name == found.spec.noise)
        st.caption(f"At the fit every derivative of the mean loss is 0{left}.")
    if not found.fit.converged:
        st.warning(
            "No likelihood is the largest here: the steeper the curve, the likelier the points (the classes can be "
            "parted without a mistake, or nothing was counted). The fit was stopped.",
            icon=":material/all_inclusive:",
        )


def pull_at_truth(found: Fitted) -> list[float]:
    """The derivative of the mean loss by each parameter at the true ones; none for another model than the data's."""
    if found.model.name != found.spec.noise:
        return []
    return list(found.model.gradient(found.spec.theta, found.x, found.y, **found.settings))


def loss_of(found: Fitted) -> None:
    """What −log p looks like: over the residual, beside that of a bell curve, or over the predictor for some y."""
    curves_of = _over_residual if found.model.kind == "number" else _over_predictor
    series, order, axis, domain = curves_of(found)
    st.markdown(
        "**The loss it becomes:** −log p" + ", in units of the scale" * (found.model.kind == "number")
    )
    words = "Minus the logarithm of the density or probability, one curve for each noise or each outcome."
    picture = curves(series, order, (axis, "−log p"), words, x_domain=domain, y_domain=(0.0, 8.0), height=300)
    show(picture, key="lf_loss_of")


Shape = tuple[dict[str, tuple[Array, Array]], list[str], str, tuple[float, float]]


def _over_residual(found: Fitted) -> Shape:
    """That of the model, of the noise in the data, and of the Gaussian, each of scale 1."""
    r = np.linspace(-6, 6, 241)
    series = {}
    for model in (found.model, found.spec.model, NOISE_MODELS["gaussian_learned"]):
        bell = model.name in ("gaussian", "gaussian_learned", "unequal")
        eta = np.zeros((len(r), len(model.predictors)))
        density = model.density(r, eta, **settings_for(model, 1.0, found.spec.nu))
        series["Gaussian" if bell else model.label] = (r, -np.log(density))
    return series, ["Gaussian", "Laplace", "Student t"], "residual y − μ, in scales", (-6.0, 6.0)


def _over_predictor(found: Fitted) -> Shape:
    """For each of some outcomes, over the first predictor; a second stays 0."""
    outcomes = (0, 2, 6) if found.model.kind == "count" else range(len(found.model.predictors) + 1)
    at = np.linspace(-4, 4, 241)
    eta = np.column_stack([at, *np.zeros((len(found.model.predictors) - 1, len(at)))])
    series = {
        f"y = {y}": (at, found.model.likelihood.value(eta, np.full(len(at), float(y)))) for y in outcomes
    }
    axis = {"bernoulli": "z", "categorical": "z₁, with z₂ = 0", "poisson": "log λ"}[found.model.name]
    return series, list(series), axis, (-4.0, 4.0)


def _symbols(latex: str, slope: bool) -> list[str]:
    return [rf"{latex}\text{{: slope}}", rf"{latex}\text{{: at }} x\,{{=}}\,0"] if slope else [latex]


def on_fresh_draws(found: Fitted) -> None:
    """What the fitted model is worth on fresh draws: the mean of −log p, and what its bands hold."""
    mine, true = scored(found.spec, found.model.name, found.fit.parameters)
    both = (("fitted", f"{mine:.4f}"), ("true", f"{true:.4f}"))
    st.markdown(table(f"model | mean of −log p, {FRESH:,} fresh points", both))
    if found.model.quantile is None:
        st.caption(
            "That of the truth is its entropy, up to chance; what the fit has more is its divergence. Classes have no "
            "band; whether predicted shares come true is asked under Boundaries."
        )
        return
    rows = (
        (f"{one.level:.0%}", f"{one.share:.1%}", f"{one.low:.1%} to {one.high:.1%}")
        for one in covered(found.spec, found.model.name, found.fit.parameters)
    )
    st.markdown(table("band | holds, of fresh points | 95 % interval for its true share", rows))
    st.caption(
        f"Measured on {FRESH:,} fresh draws of the noise in the data; the interval is Wilson's, for chance in these "
        "draws. The fit itself is off by chance too: more points make it better."
    )
    if found.model.kind == "count":
        st.caption("The band of a count has whole ends, so that of the true rate holds more than its level.")


def derivation(found: Fitted) -> None:
    """From the noise to the loss, line by line, and the gradient."""
    for number, line in enumerate(found.model.derivation(), 1):
        st.markdown(f"{number}. {line.words}:")
        in_parts(line.latex)
    st.markdown("Its derivative, which is what pulls:")
    in_parts(found.model.gradient_latex)
    named = f" It is the loss called **{LOSSES[found.model.loss].label}**." if found.model.loss else ""
    st.caption(found.model.lesson + named)


def take_home(found: Fitted) -> None:
    """The fit as code."""
    code(
        lambda language: export().noise_code(language, found.model.name, found.x, found.y, found.settings),
        key="lf_noise_code",
        name="noise",
    )


def wrong_loss(spec: NoiseSpec) -> None:
    """What other losses cost on this noise, over repeats."""
    if not st.toggle(
        f"Draw the data {REPEATS} times and fit them under each loss", key="lf_repeat", bind="query-params"
    ):
        say("", key="lf_say_cost")
        return
    cost = compared(spec)
    heard = ", ".join(f"{label} {each:.2f}" for label, each in zip(cost.labels, cost.efficiency, strict=True))
    say(f"Efficiency: {heard}.", key="lf_say_cost")
    made = cost.slopes.shape[1] + cost.lost
    if cost.ended == "time":
        st.warning(f"The time was up ({SECONDS:g} s): {made} of {REPEATS} repeats were made.")
    if cost.slopes.shape[1] < 5:
        st.warning(f"In {cost.lost} of {made} repeats some fit had no end: take more points.")
        return
    order = sorted({rival.label for each in RIVALS.values() for rival in each})
    picture, words = st.columns(2, gap="large")
    with picture:
        found = dict(zip(cost.labels, cost.slopes, strict=True))
        show(charts.slopes(found, order, spec.slope), key="lf_slopes")
    with words:
        rows = (
            (label, f"{spread:.3f}", f"{efficiency:.2f} ± {error:.2f}" if error else "1", f"{theory:.2f}")
            for label, spread, efficiency, error, theory in zip(
                cost.labels, cost.spread, cost.efficiency, cost.error, cost.theory, strict=True
            )
        )
        st.markdown(table("loss | off by | efficiency | in theory", rows))
        lost = f" {cost.lost} repeats are left out because a fit had no end." if cost.lost else ""
        lost += " So many that what is left flatters the losses that fail." * (cost.lost > made // 20)
        st.caption(
            f"Off by: root of the mean squared distance from the true slope, {made} draws of {spec.n} points at the "
            "same x. Efficiency: the mean square of the first loss over that of this one, ± one standard error; 0.5 "
            "means that twice the points are needed. In theory: its limit for many points (Huber 1967)."
            + lost
        )
