"""The chapter "More inputs": a linear model with several features, its weights and their gradients, and scaling."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnviz.charts import Columns, curves
from nnviz.charts import inputs as charts
from nnviz.charts.regression import thinned
from nnviz.data import DATASETS, SAMPLES, Samples, SampleSpec, load, read_table
from nnviz.export.regression import Walk, linear_code
from nnviz.functions import Library
from nnviz.learning import (
    DescentSpec,
    StepSizes,
    Surface,
    Trajectory,
    descend,
    regression,
    risk_surface,
    step_sizes,
)
from nnviz.ui.controls import choice, count, fine_slider, power, seldom, slider, whole
from nnviz.ui.draw import show
from nnviz.ui.hand import while_held
from nnviz.ui.live import follow, player
from nnviz.ui.messages import last_good
from nnviz.ui.numbers import Moving, Numbers, parameter
from nnviz.ui.regression import aligned, column, matrix, playing_rate
from nnviz.ui.samples import LINK_CHARACTERS, drawn_samples, noted
from nnviz.ui.words import table, tex

Array = NDArray[np.float64]

PLANE_SLIDERS = ("lr_table_n", "lr_table_noise", "lr_unit", "lr_table_seed")
MOST_INPUTS = 6
MOST_STEPS = 5000
COMPARED = 200  # steps of both walks
ROUNDING = 1e-9  # of the loss above the least: what is left is not shown
BEGUN = 25  # steps of the walk that is shown first
OWN = "own"
OWN_TABLE = """size,rooms,price
52,2,171
61,2,190
75,3,240
80,3,251
94,4,289
110,4,330
128,5,388
140,6,410"""
RAW, STANDARD = "as they are", "standardised"


class _Entry(NamedTuple):
    label: str


class Model(NamedTuple):
    """What is on screen: features (n, d), as chosen or standardised; where the weights stand; the walk from there."""

    samples: Samples
    x: Array
    y: Array
    surface: Surface
    sizes: StepSizes
    best: regression.LinearFit
    standard: bool
    start: tuple[float, ...]
    pace: float
    run: Trajectory


def choose_table() -> Samples:
    """Controls for a table with two inputs or more, and the samples they describe."""
    real = {
        name: kept for name, kept in DATASETS.items() if kept.task == "regression" and len(kept.features) > 1
    }
    options = {"plane": SAMPLES["plane"], **real, OWN: _Entry("My own table")}
    name = choice("Data", options, "plane", key="lr_table")
    if name == OWN:
        return _own_table()
    if name in DATASETS:
        st.caption(DATASETS[name].lesson)
        return load(name)
    st.caption(SAMPLES["plane"].lesson)
    return _plane()


def _plane() -> Samples:
    points, spread, times, draw = PLANE_SLIDERS
    n, noise, unit, seed = 60, 0.4, 5.0, 0
    with seldom("Points, noise, unit, seed", "lr_table_drawn", PLANE_SLIDERS) as there:
        if there:
            n = whole("Points", 5, 300, n, key=points)
            noise = slider("Noise: standard deviation of y", 0.0, 2.0, noise, 0.05, key=spread)
            unit = power("Measure $x_2$ in a unit so that its numbers are times", 0, 3, unit, key=times)
            seed = whole("Seed", 0, 99, seed, key=draw)
    samples = drawn_samples(SampleSpec("plane", n, noise, 0.0, seed))
    return Samples(
        samples.x * [1.0, unit], samples.y, samples.features, samples.target, samples.title, samples.source,
        samples.licence,
    )  # fmt: skip


def _own_table() -> Samples:
    """A table pasted as text, which the link carries, or a file; the last column of numbers is what is predicted."""
    text = st.text_area(
        "A table with a header; its last column of numbers is predicted", OWN_TABLE, max_chars=LINK_CHARACTERS,
        key="lr_csv", bind="query-params", height=160,
    )  # fmt: skip
    file = st.file_uploader(
        "or a CSV file (not part of the link)", ["csv", "tsv", "txt"], key="lr_csv_file", max_upload_size=5
    )
    raw = file.getvalue() if file is not None else (text or "").encode()
    return last_good("lr_csv", lambda: noted(table_samples(raw)), table_samples(OWN_TABLE.encode()))


@st.cache_data(max_entries=16, show_spinner=False)
def table_samples(raw: bytes) -> Samples:
    """A table as samples: at most six columns of numbers as inputs, the last one as target. DataError without them."""
    table = read_table(raw)
    *inputs, target = table.need(3, "three are needed, two inputs and a target")
    return table.samples(inputs[:MOST_INPUTS], target)


@st.cache_resource(max_entries=32, show_spinner=False)
def bowl_of(x: Array, y: Array) -> tuple[Surface, StepSizes, regression.LinearFit]:
    """The risk over all weights, its curvature, and its minimum."""
    return risk_surface(x, y), step_sizes(regression.hessian(x)), regression.closed_form(x, y)


@st.cache_data(max_entries=32, show_spinner=False)
def walked(x: Array, y: Array, start: tuple[float, ...], pace: float, steps: int) -> Trajectory:
    """Gradient descent with η = pace/λmax."""
    surface, sizes, _ = bowl_of(x, y)
    return descend(DescentSpec("own", "gradient_descent", pace * sizes.monotone, start, steps), surface)


def go_on(steps: int) -> None:
    """Go on by that many steps."""
    st.session_state.lr_walk = min(st.session_state.get("lr_walk", float(BEGUN)) + steps, float(MOST_STEPS))


def restart() -> None:
    """Weights moved by hand are a new start."""
    st.session_state.lr_walk = 0.0


def stand_at(values: dict[str, float]) -> None:
    """Put the sliders somewhere, and begin there."""
    st.session_state.update(values, lr_walk=0.0)


def workbench(words: str) -> Model:
    """The plane and its residuals, which `words` explain, predicted against actual, weights by hand and by descent."""
    left, right = st.columns([5, 4], gap="medium")
    with right:
        agreement, controls = st.container(), st.container()
    with controls:
        samples = choose_table()
    with left:
        picture = st.container()
        st.caption(words)
        standard = st.toggle(
            "Standardise the inputs: $(x_j - \\bar x_j)/s_j$", key="lr_scaled", bind="query-params"
        )
        x = regression.standardize(samples.x).x if standard else samples.x
        surface, sizes, best = bowl_of(x, samples.y)
        start = _hands(surface)
        pace, steps = _descent(best)
    run = walked(x, samples.y, start, pace, steps)
    model = Model(samples, x, samples.y, surface, sizes, best, standard, start, pace, run)
    with picture:
        _draw_plane(model)
    with agreement:
        show(charts.agreement(charts.points(x, model.y), _state(model), samples.target), key="lr_agreement")
    with left:
        _play(model)
    while_held("lr_pace", *PLANE_SLIDERS, key="lr_hand_inputs")
    return model


def _play(model: Model) -> None:
    """The walk of the weights, if there is one, and the sliders: both move the charts."""
    keys, points = _keys(model.x.shape[1]), model.run.points
    steps = thinned(len(points))
    follow(dict(zip(keys, points[-1].tolist(), strict=True)), key="lr_follow_inputs", played=steps.size > 1)
    if steps.size > 1:
        losses = model.run.values[steps].tolist()
        player(
            "lr_trek", steps.tolist(), run=f"{model.start} {model.pace} {steps[-1]} {model.best.weights}",
            rate=playing_rate(steps.size), outcome=f"Walked {steps[-1]} steps: loss {losses[-1]:.4g}",
            values=dict(zip(keys, points[steps].T.tolist(), strict=True)),
            captions=[f"L {loss:.4g}" for loss in losses],
        )  # fmt: skip


def _state(model: Model) -> Columns:
    return charts.now(model.x, model.y, model.run.points[-1])


def _keys(d: int) -> list[str]:
    return [*(f"lr_w{j}" for j in range(1, d + 1)), "lr_wb"]


def _hands(surface: Surface) -> tuple[float, ...]:
    """A slider for each weight and the bias; more than two weights fold away."""
    keys = _keys(len(surface.domain) - 1)
    labels = [*(f"$w_{j}$" for j in range(1, len(keys))), "$b$"]
    place = st.container() if len(keys) == 3 else st.expander("Move the weights by hand")
    with place:
        columns = st.columns(3)
        values = []
        for number, (label, key, domain) in enumerate(zip(labels, keys, surface.domain, strict=True)):
            with columns[number % 3]:
                values.append(fine_slider(label, domain, key=key, on_change=restart))
    return tuple(values)


def _descent(best: regression.LinearFit) -> tuple[float, int]:
    dial, number = st.columns([3, 2], gap="small")
    with dial:
        pace = slider("$\\eta$ in units of $1/\\lambda_{\\max}$", 0.1, 2.2, 1.0, 0.1, key="lr_pace")
    with number:
        steps = count("Steps walked", MOST_STEPS, key="lr_walk", default=BEGUN)
    keys = _keys(best.weights.size)
    with st.container(horizontal=True, gap="small"):
        for more, label in ((1, "1 step"), (25, "25 steps"), (500, "500 steps")):
            st.button(label, on_click=go_on, args=(more,), key=f"lr_go_{more}")
        st.button("Rewind", on_click=restart, disabled=steps == 0, key="lr_rewind_inputs")
        solution = dict(zip(keys, [*best.weights.tolist(), best.bias], strict=True))
        st.button("Least squares", on_click=stand_at, args=(solution,), key="lr_solve_inputs")
    return pace, steps


def _draw_plane(model: Model) -> None:
    features = model.samples.features
    names = tuple(name + ", standardised" * model.standard for name in features)
    over = (0, 1) if len(names) == 2 else _two_inputs(features)
    box = charts.domains(model.x, over)
    points, titles = charts.points(model.x, model.y), (names[over[0]], names[over[1]])
    show(charts.plane(points, _state(model), over, box, titles), key="lr_plane")


def _two_inputs(names: tuple[str, ...]) -> tuple[int, int]:
    """Which two inputs the plane is drawn over; the others are at their mean."""
    titles = [f"x{j}: {name}" for j, name in enumerate(names, 1)]
    chosen = [
        box.selectbox(label, range(len(names)), first, key=key, format_func=titles.__getitem__, bind="query-params")
        for box, label, first, key in zip(st.columns(2), ("Across", "Up"), (0, 1), ("lr_across", "lr_up"), strict=True)
    ]  # fmt: skip
    return chosen[0], chosen[1]


def weights_table(model: Model) -> None:
    """Each parameter with its gradient, both as they move, and where least squares has it; then the inputs."""
    numbers, d = _numbers(model, "lr_numbers_weights"), model.x.shape[1]
    names, best = [*(f"w_{j}" for j in range(1, d + 1)), "b"], [*model.best.weights, model.best.bias]
    moving = [
        (name, numbers.place(parameter(j), 4), numbers.place(slope, 4), tex(float(best[j]), 4))
        for j, (name, slope) in enumerate(zip(names, _slopes(model), strict=True))
    ]
    mean, deviation = model.x.mean(axis=0), model.x.std(axis=0)
    mean = np.where(np.abs(mean) > 1e-13 * deviation, mean, 0.0)
    still = [(f"x_{j + 1}", tex(float(mean[j]), 4), tex(float(deviation[j]), 4)) for j in range(d)]
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.markdown(table("θ | now | ∂L/∂θ | least squares", map(_in_latex, moving)))
        numbers.follow()
    with right:
        st.markdown(table("input | mean | standard deviation", map(_in_latex, still)))
        titles = [f"x{j}: {name}" for j, name in enumerate(model.samples.features, 1) if name != f"x{j}"]
        if titles:
            st.text("; ".join(titles))


def _in_latex(cells: Iterable[str]) -> list[str]:
    return [f"${cell}$" for cell in cells]


def _numbers(model: Model, key: str) -> Numbers:
    """Numbers that follow the weights and the bias."""
    keys, now = _keys(model.x.shape[1]), model.run.points[-1].tolist()
    reach = [(high - low) / 2 for low, high in model.surface.domain]
    return Numbers(dict(zip(keys, now, strict=True)), reach=reach, key=key)


def formulas(model: Model) -> None:
    """The gradient and the closed form with the numbers of this table."""
    eta, d, n = model.pace * model.sizes.monotone, model.x.shape[1], len(model.y)
    equations = regression.normal_equations(model.x, model.y)
    steps = len(model.run.points) - 1
    if model.pace > 2 and steps:
        st.warning("η is above 2/λmax: every step lands farther away.", icon=":material/warning:")
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**The next step**")
        numbers = _numbers(model, "lr_numbers_inputs")
        old = [numbers.place(parameter(j)) for j in range(d + 1)]
        st.latex(
            aligned(
                rf"\hat y &= W^\top x + b, \quad W \in \mathbb R^{{{d}}}, \quad n = {n}",
                rf"L &= \tfrac1n \textstyle\sum_i (\hat y_i - y_i)^2 = {numbers.place(_risk(model), 4)}",
                rf"\nabla L &= \tfrac2n X^\top (X\theta - y) = {column(map(numbers.place, _slopes(model)))}",
                rf"\theta &\leftarrow {column(old)} - {tex(eta)} \cdot \nabla L",
            )
        )
        numbers.follow()
    with right:
        st.markdown("**The closed form**, $\\theta = (W, b)$ and $X = [x_1 \\cdots x_d \\; 1]$")
        sides = (  # below each other: side by side they are wider than a phone
            rf"X^\top\! X &= {matrix(equations.matrix, 3)}",
            rf"X^\top y &= {matrix(equations.right[:, None], 3)}",
        )
        st.latex(
            aligned(
                r"X^\top\! X\, \theta &= X^\top y",
                *(sides if d == 2 else ()),
                rf"\theta &= {matrix(np.array([*model.best.weights, model.best.bias])[:, None])}",
                rf"L &= {tex(model.best.risk, 4)}, \quad R^2 = {tex(_r_squared(model))}",
            )
        )
    if not model.best.unique:
        st.info(
            f"The inputs have rank {model.best.rank} of {d + 1}: many weights are equally good; these are the least."
        )


def _risk(model: Model) -> Moving:
    return lambda *theta: regression.risk(model.x, model.y, theta[:-1], theta[-1])


def _slopes(model: Model) -> list[Moving]:
    """∂L/∂θⱼ for each parameter."""

    def along(j: int) -> Moving:
        return lambda *theta: float(regression.gradient(model.x, model.y, theta[:-1], theta[-1])[j])

    return [along(j) for j in range(model.x.shape[1] + 1)]


def _r_squared(model: Model) -> float:
    return regression.r_squared(model.x, model.y, model.best.weights, model.best.bias)


def _condition(x: Array, y: Array) -> str:
    """The condition number, as far as the digits of the machine can tell it."""
    _, sizes, best = bowl_of(x, y)
    if np.isfinite(sizes.condition) or not best.unique:
        return f"$\\kappa = {tex(sizes.condition)}$"
    return "$\\kappa > 10^{14}$, more than 16 digits can tell"


def scaling(model: Model) -> None:
    """Loss against step from the same flat start, for the inputs as they are and standardised."""
    d = model.x.shape[1]
    runs, notes_ = {}, []
    for name, x in ((RAW, model.samples.x), (STANDARD, regression.standardize(model.samples.x).x)):
        run = walked(x, model.y, (0.0,) * (d + 1), model.pace, COMPARED)
        above = run.values - bowl_of(x, model.y)[2].risk
        runs[name] = (np.arange(len(above)), np.where(above > ROUNDING * above[0], above, np.nan))
        notes_.append(f"{name}: {_condition(x, model.y)}")
    st.markdown(
        f"**What scaling does**, with $\\eta = {model.pace:g}/\\lambda_{{\\max}}$ of each. Inputs {'; '.join(notes_)}."
    )
    words = "How far the loss is above the least, against the step, for inputs as they are and standardised."
    order = (RAW, STANDARD)
    show(
        curves(runs, order, ("step", "L − least L"), words, x_domain=(0, COMPARED), log=True, height=240),
        key="lr_scaling",
    )


def source(model: Model, language: Library) -> str:
    """The code that walks the same way."""
    walk = Walk(model.start, model.pace * model.sizes.monotone, len(model.run.points) - 1)
    return linear_code(model.samples.x, model.y, walk, model.standard, language)
