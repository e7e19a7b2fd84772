"""The plumbing of the page on losses, chapter on boundaries: two classes in a plane."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnviz.charts import Columns, Picture, padded
from nnviz.charts import boundaries as charts
from nnviz.data import (
    DATASETS,
    SAMPLES,
    DataError,
    Samples,
    SampleSpec,
    Table,
    load,
    read_table,
)
from nnviz.learning import LOSSES
from nnviz.learning.classification import (
    Calibration,
    LinearLogit,
    LogitSpec,
    calibration,
    fit_logit,
    sigmoid,
    zero_lines,
)
from nnviz.learning.polynomials import split
from nnviz.networks import ShallowNetwork, TrainingSpec, train
from nnviz.ui.controls import choice, loss_settings, power, powers, seldom, slider, whole
from nnviz.ui.draw import show
from nnviz.ui.hand import while_held
from nnviz.ui.live import asked_of, follow
from nnviz.ui.losses import BINARY, Settings, export, in_parts
from nnviz.ui.messages import last_good
from nnviz.ui.questions import code
from nnviz.ui.samples import FILE, LINK_CHARACTERS, OWN, drawn_samples, noted, still
from nnviz.ui.words import signed, table, tex
from nnviz.ui.work import Kept, Progress, kept_or_computed

Array = NDArray[np.float64]
PIXELS = 140
BINS = 10
SECONDS = 4.0
MOST_KEPT = 24
OUT_OF_TIME = f" in {SECONDS:g} seconds, as many as there was time for"
EXAMPLE = "\n".join(
    f"{x:g} {y:g} {k}"
    for x, y, k in (
        (0, 0, 0), (1, 0.2, 0), (0.3, 1, 0), (0.8, 0.9, 0), (1.3, 1.2, 1), (2, 0.4, 0), (2, 2, 1), (2.6, 1.1, 1),
        (1.1, 2.4, 1),        (3, 2.2, 1), (0.2, 2.2, 0), (2.4, 3, 1),
    )
)  # fmt: skip


class _Entry(NamedTuple):
    label: str


MODELS = {
    "linear": _Entry("Logistic regression"),
    "network": _Entry("Network, one hidden layer"),
    "hand": _Entry("A straight line by hand"),
}
DECIDE = [f"lf_{name}" for name in ("degree", "units", "steps", "n", "spread", "wrong", "seed")]
RATES = (-4, 0)  # powers of ten
HAND = (0.0, 2.0, 0.0)  # θ₀, θ₁, θ₂ at first
MOST = 15.0  # of each
SOURCES: dict[str, Any] = {
    **{name: kind for name, kind in SAMPLES.items() if kind.task == "classification"},
    "iris": _Entry("Iris: versicolor or virginica"),
    OWN: _Entry("My own points"),
    FILE: _Entry("A CSV file"),
}


class Classified(NamedTuple):
    """The model, its logits of all points, and how it came about.

    drawn: the map of p and the line p = ½ where it was trained; the browser draws those of a line by hand.
    """

    model: LinearLogit | ShallowNetwork
    z: Array
    ended: str
    drawn: tuple[Columns, Array] | None = None


def two_classes(samples: Samples) -> Samples:
    """The samples with their two classes numbered 0 and 1; DataError unless there are two, of 2 points or more."""
    values, y, counts = np.unique(samples.y, return_inverse=True, return_counts=True)
    needed = "two classes with at least two points each are needed, such as 0 and 1"
    if len(values) != 2:
        raise DataError(f"{samples.target} has {len(values)} different values; {needed}.")
    if counts.min() < 2:
        raise DataError(f"{samples.target} is {values[counts.argmin()]:g} at one point only; {needed}.")
    low, high = values.tolist()
    which = f"Class 0 is {samples.target} = {low:g}, class 1 is {samples.target} = {high:g}."
    remarks = samples.notes if (low, high) == (0, 1) else (*samples.notes, which)
    return replace(samples, y=y.astype(np.float64), notes=remarks)


def choose_points() -> Samples:
    """Controls for two features and a class; the samples they describe."""
    name = choice("Data", SOURCES, "moons", key="lf_data")
    if name == OWN:
        return _own(parse_classes(EXAMPLE))
    if name == FILE:
        return _file(parse_classes(EXAMPLE))
    if name in DATASETS:
        samples = load(name)
        kept = samples.y > 0
        st.caption(DATASETS[name].lesson)
        return two_classes(replace(samples, x=samples.x[kept], y=samples.y[kept]))
    keys = ["lf_n", "lf_spread", "lf_wrong", "lf_seed"]
    n, spread, wrong, seed = 200, 0.25, 0.0, 0
    with seldom("Points, noise, wrong labels, seed", "lf_drawn", keys) as there:
        if there:
            n = whole("Points", 20, 400, n, key=keys[0], step=10)
            spread = slider(
                "Noise: standard deviation of each coordinate", 0.0, 1.0, spread, 0.05, key=keys[1]
            )
            wrong = slider("Share of wrong labels", 0.0, 0.4, wrong, 0.05, key=keys[2])
            seed = whole("Seed", 0, 99, seed, key=keys[3])
    return drawn_samples(SampleSpec(name, n, spread, wrong, seed))


def parse_classes(text: str) -> Samples:
    """Samples from lines of x1, x2 and the class."""
    return two_classes(_three_columns(read_table(text.encode("utf-8", "replace"), title="your points")))


def _three_columns(read: Table) -> Samples:
    """Samples from the first three columns of numbers; without a header, the features are x1 and x2."""
    names = read.need(3, "three are needed, two features and a class")
    samples = read.samples(names[:2], names[2])
    titles = [f"x{j}" if name == f"unnamed {j}" else name for j, name in enumerate(samples.features, 1)]
    return replace(samples, features=tuple(titles))


def _own(default: Samples) -> Samples:
    text = st.text_area(
        "One point a line: x1 x2 class", EXAMPLE, max_chars=LINK_CHARACTERS, key="lf_points", height=170,
        bind="query-params",
    )  # fmt: skip
    return last_good("lf_points", lambda: noted(parse_classes(text or "")), default)


def _file(default: Samples) -> Samples:
    file = st.file_uploader("CSV file", ["csv", "tsv", "txt"], key="lf_file", max_upload_size=5)
    if file is None:
        st.caption(
            "Two features and a class of two values, all numbers. Until there is a file, an example stands here."
        )
        return default
    samples = last_good(
        "lf_file", lambda: noted(_columns(read_table(file.getvalue(), title=file.name))), default
    )
    still(samples, file.name, default)
    st.caption("A file is not part of the link.")
    return samples


def _columns(read: Table) -> Samples:
    names = list(read.need(3, "three are needed, two features and a class"))
    boxes = st.columns(3)
    labels = zip(boxes, ("first feature", "second feature", "class"), (0, 1, len(names) - 1), strict=True)
    one, two, target = (box.selectbox(label, names, k, key=f"lf_file_{label[0]}") for box, label, k in labels)
    return two_classes(read.samples([one, two], target))


class Model(NamedTuple):
    """What is trained, as the controls say."""

    kind: str
    size: int
    loss: str
    settings: Settings
    rate: float
    steps: int


@st.cache_resource(show_spinner=False)
def _kept() -> Kept[Classified]:
    return Kept(MOST_KEPT)


def classified(samples: Samples, learned: NDArray[np.intp], asked: Model) -> Classified:
    """The model trained on the points `learned`, and the whole plane as it sees it."""
    x, y = samples.x, samples.y

    def compute(progress: Progress) -> Classified:
        model, ended = _trained(x[learned], y[learned], asked, progress)
        domain = _domain(x)
        axes = [np.linspace(low, high, PIXELS) for low, high in domain]
        plane = model(np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)).reshape(PIXELS, PIXELS)
        ground = charts.probability_ground(sigmoid(plane), domain)
        return Classified(model, model(x), ended, (ground, zero_lines(plane, *axes)))

    key = (x.tobytes(), y.tobytes(), asked)
    return kept_or_computed(_kept(), key, compute, lambda found: OUT_OF_TIME not in found.ended)


def _trained(
    x: Array, y: Array, asked: Model, progress: Progress
) -> tuple[LinearLogit | ShallowNetwork, str]:
    """The model after its steps, and in words how training ended."""
    if asked.kind == "linear":
        logit = fit_logit(LogitSpec(asked.size, asked.loss, asked.settings, asked.rate, asked.steps), x, y)
        return logit.model, _ending(len(logit.losses) - 1, logit.diverged, out_of_time=False)
    spec = TrainingSpec(
        asked.size, "tanh", "adam", asked.rate, asked.steps, loss=asked.loss, loss_settings=asked.settings,
        seconds=SECONDS, frames=3,
    )  # fmt: skip
    run = train(spec, x, y, lambda done, steps: progress(done / steps))
    return run.network(-1), _ending(len(run.losses) - 1, run.diverged, run.ended == "time")


def _ending(steps: int, diverged: bool, out_of_time: bool) -> str:
    done = f"after {steps:,} steps of Adam"
    return f"diverged; the last finite model, {done}" if diverged else done + OUT_OF_TIME * out_of_time


def _domain(x: Array) -> tuple[tuple[float, float], tuple[float, float]]:
    (a, b), (c, d) = (padded(float(column.min()), float(column.max()), 0.1) for column in x.T)
    return (a, b), (c, d)


def choose_model() -> Model:
    """Controls for the model, its loss and its training."""
    left, right = st.columns(2)
    with left:
        kind = choice("Model", MODELS, "linear", key="lf_model")
        loss = choice("Loss", BINARY, "cross_entropy", key="lf_loss")
    with right:
        if kind == "hand":
            st.caption("The map, the line and the diagram follow your hand.")
            size, steps = 1, 1000
        elif kind == "linear":
            size = whole("Degree of the features", 1, 6, 1, key="lf_degree", help="1: a straight line")
        else:
            size = whole("Hidden units (tanh)", 1, 32, 8, key="lf_units")
        if kind != "hand":
            steps = whole("Steps of Adam", 10, 3000, 1000, step=10, key="lf_steps")
    rate, settings = 0.05, LOSSES[loss].settings
    keys = ["lf_rate", *(f"lf_chosen_{name}" for name in settings)]
    with seldom("Learning rate, settings of the loss", "lf_training", keys, width="stretch") as there:
        if there:
            rate = power("Learning rate", *RATES, rate, key="lf_rate")
            settings = loss_settings(LOSSES[loss], key="lf_chosen")
    return Model(kind, size, loss, tuple(settings.items()), rate, steps)


def _asked(model: Model) -> dict[str, float]:
    """The sliders that a trained map was computed for, as the browser reads them: the rate by its place."""
    rate = float(powers(*RATES).index(model.rate))
    settings = {f"lf_chosen_{name}": value for name, value in model.settings}
    return {**asked_of(DECIDE), "lf_rate": rate, **settings}


@st.cache_data(max_entries=64, show_spinner=False)
def trained_line(x: Array, y: Array, asked: Model) -> LinearLogit:
    """Logistic regression of degree 1 on the points."""
    return fit_logit(LogitSpec(1, asked.loss, asked.settings, asked.rate, asked.steps), x, y).model


def _stand_at(theta: list[float]) -> None:
    st.session_state.update({f"lf_t{k}": value for k, value in enumerate(theta)})


def line_by_hand(samples: Samples, learned: NDArray[np.intp], asked: Model) -> Classified:
    """A straight line by sliders; a button puts it where training does."""
    trained = trained_line(samples.x[learned], samples.y[learned], asked)
    columns = st.columns(3)
    theta = []
    for k, (column, first) in enumerate(zip(columns, HAND, strict=True)):
        with column:
            theta.append(slider(f"$\\theta_{k}$", -MOST, MOST, first, 0.1, key=f"lf_t{k}"))
    found = np.clip(trained.theta, -MOST, MOST).round(1).tolist()
    st.button("Where training puts it", on_click=_stand_at, args=(found,))
    st.caption(
        "$z = \\theta_0 + \\theta_1 u_1 + \\theta_2 u_2$, where $u_j$ is $x_j$ brought into [−1, 1]. The longer "
        "$\\theta$, the surer the model. The table and the formula answer when you let go."
    )
    model = replace(trained, theta=np.array(theta))
    follow({f"lf_t{k}": value for k, value in enumerate(theta)}, key="lf_follow_hand")
    return Classified(model, model(samples.x), "by hand")


@st.fragment
def boundary() -> None:
    """A classifier trained under a chosen loss: its map, its figures, and whether its probabilities come true."""
    picture, hands = st.columns([3, 2], gap="large")
    with hands:
        samples = choose_points()
        model = choose_model()
    asked = _asked(model)
    learned, held = split(len(samples.y), 0.4, 1)
    with hands if model.kind == "hand" else picture:
        train_or_take = line_by_hand if model.kind == "hand" else classified
        found = train_or_take(samples, learned, model)
    p = sigmoid(found.z)
    parts = {"learned from": learned, "held out": held}
    seen = {name: calibration(p[part], samples.y[part], BINS) for name, part in parts.items()}
    with hands:
        rows = [_figures(name, part, samples, found, model, seen[name]) for name, part in parts.items()]
        st.markdown(table("points | right | mean loss | ECE", rows))
        full = ", full batch" * (model.kind != "hand")
        st.caption(
            f"{BINARY[model.loss].label}, {found.ended}{full}. A point is right where p > ½ is its class. "
            f"40 % of the points are held out, by lot, and drawn hollow. The line is p = ½; the stronger the "
            f"ground, the surer the model. ECE: {BINS} bins of equal width, see below."
        )
        code(
            lambda language: export().classifier_code(language, found.model, samples.x, samples.y),
            key="lf_classifier_code",
            name="classifier",
        )
    with picture:
        in_parts(formula(found.model))
        show(_map(found, samples, held, asked), key="lf_boundary")
    diagram(found, samples, held, seen["held out"], asked)
    heard = ", ".join(f"{name}: {right} right" for name, right, *_ in rows)
    follow(asked, key="lf_say_boundary", outcome=heard)
    while_held(*asked, key="lf_hand_boundary")


def _map(found: Classified, samples: Samples, held: NDArray[np.intp], asked: Mapping[str, float]) -> Picture:
    kept = np.isin(np.arange(len(samples.y)), held)
    features = (samples.features[0], samples.features[1])
    rest = samples.x, samples.y, kept, _domain(samples.x), features
    if found.drawn is None:
        return charts.by_hand(_hand(found), *rest)
    ground, line = found.drawn
    return charts.boundary(ground, line, *rest, asked)


def _hand(found: Classified) -> charts.ByHand:
    if not isinstance(found.model, LinearLogit):
        raise TypeError("a line by hand is a logit of degree 1")
    return charts.ByHand(found.model.theta, found.model.middle, found.model.half)


def formula(model: LinearLogit | ShallowNetwork) -> str:
    """The logit of the model, with its numbers where they are few."""
    if isinstance(model, ShallowNetwork):
        terms, size = (
            rf"c + \sum_{{j=1}}^{{{model.width}}} v_j \tanh(w_j \cdot x + b_j)",
            model.parameters.size,
        )
        return rf"p = \sigma(z), \quad z = {terms}, \quad {size}\text{{ parameters}}"
    if model.degree > 1:
        terms, size = rf"\sum_{{a + b \le {model.degree}}} \theta_{{ab}}\, u_1^a u_2^b", model.theta.size
        return rf"p = \sigma(z), \quad z = {terms}, \quad {size}\text{{ parameters}}"
    b, w1, w2 = model.plane()
    return rf"p = \sigma(z), \quad z = {tex(b)} {signed(w1)}\,x_1 {signed(w2)}\,x_2\;"


def _figures(
    name: str, part: NDArray[np.intp], samples: Samples, found: Classified, model: Model, seen: Calibration
) -> tuple[str, ...]:
    y, z = samples.y[part], found.z[part]
    loss = LOSSES[model.loss].value(z, y, **dict(model.settings)).mean()
    return (
        f"{name} ({len(part)})",
        f"{((z > 0) == (y == 1)).mean() + 1e-9:.1%}",
        f"{loss:.3f}",
        f"{seen.error:.3f}",
    )


def diagram(
    found: Classified,
    samples: Samples,
    held: NDArray[np.intp],
    seen: Calibration,
    asked: Mapping[str, float],
) -> None:
    """The reliability diagram of the points held out; asked: the sliders that it was computed for."""
    picture, words = st.columns([3, 2], gap="large")
    with picture:
        st.markdown("**Does 0.8 mean 8 in 10?** The points held out, sorted by what was predicted")
        if found.drawn:
            drawn = charts.reliability(seen.edges, seen.counts, seen.mean, seen.share, asked)
        else:
            drawn = charts.reliability_by_hand(_hand(found), samples.x[held], samples.y[held])
        show(drawn, key="lf_reliability")
    with words:
        st.latex(
            r"\mathrm{ECE} = \sum_{b=1}^{10} \tfrac{n_b}{n} \left|\text{share}_b - \bar p_b\right| = "
            + f"{seen.error:.3f}"
        )
        st.caption(
            "A bin holds the predictions in one tenth of [0, 1]. Its bar is the share of class 1 in it, the dot "
            "stands at its mean prediction, the red rule is the gap that counts. Few points in a bin make the gap "
            "large by chance."
        )
