"""The plumbing of the page on gradient descent: what is chosen, what is computed from it once, how it is shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnviz.charts import DASHES, SERIES, Columns, descent, ground_columns
from nnviz.export.descent import race_code
from nnviz.functions import Library
from nnviz.learning import (
    METHODS,
    SCHEDULES,
    SECOND_ORDER,
    SURFACES,
    DescentSpec,
    Surface,
    Trajectory,
    distances,
    race,
    rates,
    suggested_learning_rate,
    verdict,
)
from nnviz.learning.floors import (
    decay_exponent,
    expected_losses,
    observed_floor,
    predicted_floor,
    slope_noise,
)
from nnviz.learning.terrain import RAVINE, RISK, TYPED, Box, TerrainSpec, has_kink, surface_of
from nnviz.ui.controls import choice, number, one_in_a_row, power, round_step, seldom, several, slider, whole
from nnviz.ui.draw import PIXELS, show
from nnviz.ui.grab import grab_one
from nnviz.ui.live import player
from nnviz.ui.messages import last_good
from nnviz.ui.runs import frames
from nnviz.ui.samples import line_samples
from nnviz.ui.surface import Path, surface_3d
from nnviz.ui.words import table

Array = NDArray[np.float64]
Runs = Mapping[str, Trajectory]
Settings = tuple[tuple[str, float], ...]

ORDER = [method.label for method in METHODS.values()]
FIRST = ["gradient_descent", "momentum", "adam"]
FORMULA = "x^4 - 2x^2 + y^2 + x/4"
KAPPAS = (1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 1000.0)
NONE = "–"
# But that of the learning rate
SLIDERS = ("gd_kappa", "gd_angle", "gd_steps", "gd_noise", "gd_batch", "gd_seed")
AT_REST = 1e-7  # the slope at which a second-order method stops, as torch.optim.LBFGS does


THEORY = """
**The factor a step** in theory is the spectral radius of the step along the worst eigen-direction of the Hessian at the
minimum: exact on bowls, and the limit near any other minimum. Gradient descent, momentum, Nesterov and Newton have
one; the steps of the others are not linear in the slope. **Seen** is the mean factor over the last half of the run.
**Under noise** every step is kicked anew. On a bowl, the mean and the covariance of (distance, velocity) follow from
those of the step before, whatever the schedule: that is the loss expected of this run. With constant η they settle, at
the solution of the Lyapunov equation $C = M C M^\\top + \\eta^2 \\Sigma$; the loss there is the floor. Mini-batches are
dealt from a shuffled deck: over an epoch their noise nearly cancels, so their floor is lower than that of batches drawn
anew. Each batch has a curvature of its own, too, so the noise grows with the distance: what an epoch does to mean and
covariance is estimated, by its mean over up to 2048 shuffled decks. With 1/t the loss falls like
$k^{-\\min(1,\\, 2 \\eta h \\lambda_1)}$ (Chung 1954).
"""


class _Entry(NamedTuple):
    label: str


class Place(NamedTuple):
    """The surface chosen, and the spec that names it."""

    spec: TerrainSpec
    surface: Surface


class Runners(NamedTuple):
    """Everyone who runs but for the learning rate: of each its multiple and settings; one schedule and one noise."""

    place: Place
    own: dict[str, tuple[float, Settings]]
    steps: int
    start: tuple[float, float]
    schedule: tuple[str, Settings]
    noise: tuple[float, int, int]


class Field(NamedTuple):
    """Everyone who runs: the place, a spec for each optimizer by name, and the number of steps."""

    place: Place
    specs: dict[str, DescentSpec]
    steps: int


def _to_its_start() -> None:
    """A new surface begins at its own telling place."""
    surface = SURFACES.get(st.session_state.gd_surface)
    if surface is not None:
        st.session_state.update(gd_x=surface.start[0], gd_y=surface.start[1])


def choose_place() -> Place:
    """The surface, with its formula and what there is to learn from it."""
    named = {**SURFACES, TYPED: _Entry("Your own formula …")}
    name = choice("Surface", named, RAVINE, key="gd_surface", on_change=_to_its_start)
    if name == TYPED:
        spec = last_good("gd_formula", _typed, TerrainSpec(TYPED, formula=FORMULA))
    elif name == RAVINE:
        condition, angle = st.columns(2)
        with condition:
            kappa = one_in_a_row("Condition number κ", KAPPAS, 25.0, key="gd_kappa")
        with angle:
            turned = slider("Turned by (degrees)", 0.0, 90.0, 0.0, 15.0, key="gd_angle", format="%.0f")
        spec = TerrainSpec(name, kappa, turned)
    elif name == RISK:
        spec = last_good("gd_risk", _on_the_data_of_page_one, TerrainSpec(RISK))
    else:
        spec = TerrainSpec(name)
    surface = surface_of(spec)
    st.latex(surface.latex)
    st.caption(surface.lesson)
    return Place(spec, surface)


def _on_the_data_of_page_one() -> TerrainSpec:
    """The risk on the points that page 1 shows now; its own controls, so that either page changes both.

    ValueError where the points make no surface.
    """
    samples = line_samples("gd")
    st.text(f"The data of page 1: {samples.title}, {len(samples.y)} points")
    spec = TerrainSpec(RISK, points=tuple(zip(samples.x[:, 0].tolist(), samples.y.tolist(), strict=True)))
    surface_of(spec)
    return spec


def _typed() -> TerrainSpec:
    """A formula and its box; ValueError where they make no surface."""
    formula = st.text_input("f(x, y)", FORMULA, key="gd_formula", max_chars=500, bind="query-params")
    with seldom("Box", "gd_box", ["gd_xa", "gd_xb", "gd_ya", "gd_yb"]) as there:
        box = _box() if there else ((-2.0, 2.0), (-2.0, 2.0))
    spec = TerrainSpec(TYPED, formula=formula, box=box)
    surface_of(spec)
    return spec


def _box() -> Box:
    x, y = st.columns(2)
    with x:
        across = number("x from", -2.0, key="gd_xa"), number("x to", 2.0, key="gd_xb")
    with y:
        up = number("y from", -2.0, key="gd_ya"), number("y to", 2.0, key="gd_yb")
    return across, up


def choose_start(surface: Surface) -> tuple[float, float]:
    """Where everyone starts, by numbers; the map has the same by hand."""
    at = st.columns(2)
    with at[0]:
        x = _coordinate(surface, 0, "gd_x")
    with at[1]:
        y = _coordinate(surface, 1, "gd_y")
    return x, y


def _coordinate(surface: Surface, which: int, key: str) -> float:
    """A number inside the domain; one that lies outside since the surface has changed moves to its end."""
    (low, high), label = surface.domain[which], f"Start {surface.parameters[which]}"
    if key in st.session_state:
        st.session_state[key] = min(max(st.session_state[key], low), high)
    step = round_step((high - low) / 100)
    value = st.number_input(
        label, low, high, surface.start[which], step, key=key, format="%.6g", bind="query-params"
    )
    return float(value)


def choose_runners(place: Place) -> Runners:
    """Who runs, how far, from where, and with which noise and schedule: all but the learning rate."""
    surface = place.surface
    chosen = several("Optimizers", METHODS, FIRST, key="gd_optimizers")
    steps = whole("Steps", 10, 1000, 200, step=10, key="gd_steps")
    start = choose_start(surface)
    grab_one(
        "gd_paths", surface.domain, start, keys=("gd_x", "gd_y"), words="the start", labels=names_of(surface),
        key="gd_grab",
    )  # fmt: skip
    with st.container(horizontal=True):
        own = own_settings(chosen)
        schedule = _schedule()
        noise = _noise(surface)
    return Runners(place, own, steps, start, schedule, noise)


def choose_field(runners: Runners) -> Field:
    """Everyone who runs, with the learning rate chosen here."""
    rate = power("Learning rate η, as a multiple of the suggested one", -2, 1, 1.0, key="gd_rate")
    surface, (schedule, shape), (noise, batch, seed) = runners.place.surface, runners.schedule, runners.noise
    specs = {
        name: DescentSpec(
            "own", name, rate * multiple * suggested_learning_rate(surface, METHODS[name]), runners.start,
            runners.steps, settings, noise, seed, AT_REST if name in SECOND_ORDER else 0.0, batch, schedule, shape,
        )
        for name, (multiple, settings) in runners.own.items()
    }  # fmt: skip
    return Field(runners.place, specs, runners.steps)


def own_settings(chosen: Sequence[str]) -> dict[str, tuple[float, Settings]]:
    """Of each optimizer chosen its own multiple of the learning rate, and its hyperparameters."""
    keys = {name: [f"gd_{name}_{one}" for one in ("eta", *METHODS[name].settings)] for name in chosen}
    with seldom("Settings of each", "gd_own", [key for group in keys.values() for key in group]) as there:
        return {name: _own(name, keys[name]) if there else (1.0, ()) for name in chosen}


def _own(name: str, keys: Sequence[str]) -> tuple[float, Settings]:
    method = METHODS[name]
    st.markdown(f"**{method.label}**")
    multiple = power("η: this many times what all have", -2, 2, 1.0, key=keys[0])
    typed = {
        one: number(f"{one}: {setting.meaning}", setting.default, key=key)
        for (one, setting), key in zip(method.hyperparameters.items(), keys[1:], strict=True)
    }
    return multiple, last_good(f"gd_{name}", lambda: tuple(method.complete(typed).items()), ())


def _schedule() -> tuple[str, Settings]:
    """The schedule of the learning rate, and its settings."""
    keys = [f"gd_{name}_{one}" for name, kind in SCHEDULES.items() for one in kind.hyperparameters]
    with seldom("Schedule", "gd_schedules", ["gd_schedule", *keys]) as there:
        if not there:
            return "constant", ()
        name = choice("Schedule of η", SCHEDULES, "constant", key="gd_schedule")
        schedule = SCHEDULES[name]
        st.latex(schedule.latex)
        st.caption(schedule.lesson)
        typed = {
            one: number(setting.meaning.capitalize(), setting.default, key=f"gd_{name}_{one}")
            for one, setting in schedule.hyperparameters.items()
        }
        return name, last_good(f"gd_s_{name}", lambda: tuple(schedule.complete(typed).items()), ())


def _noise(surface: Surface) -> tuple[float, int, int]:
    """Standard deviation of noise on the gradient, size of the mini-batches, and the seed of both."""
    with seldom("Noise", "gd_noises", ["gd_noise", "gd_batch", "gd_seed"]) as there:
        if not there:
            return 0.0, 0, 0
        batch = 0
        if surface.examples is not None:
            count = surface.examples.total
            batch = whole("Mini-batch: examples a step (all: no noise)", 1, count, count, key="gd_batch")
        noise = slider(
            "Noise added to each component of the gradient (σ)", 0.0, 2.0, 0.0, 0.05, key="gd_noise"
        )
        if surface.examples is None:
            st.caption(
                "There are no data behind this surface, so its noise is drawn: Gaussian, the same for all."
            )
        seed = whole("Seed", 0, 99, 0, key="gd_seed")
        full = surface.examples is None or batch == surface.examples.total
        return noise, 0 if full else batch, seed


@st.cache_data(max_entries=24, show_spinner=False)
def _raced(spec: TerrainSpec, specs: tuple[DescentSpec, ...]) -> list[Trajectory]:
    """`race`, once for each field of runners."""
    return race(specs, surface_of(spec))


def raced(field: Field) -> Runs:
    """The path of everyone, by name. Where the surface has no slope at the start, the reason is on the page."""
    default: Runs = {}
    runs = last_good(
        f"gd_race {field.place.spec}",
        lambda: dict(zip(field.specs, _raced(field.place.spec, tuple(field.specs.values())))),
        default,
    )
    return {name: run for name, run in runs.items() if name in field.specs}


@st.cache_data(max_entries=32, show_spinner=False)
def ground_of(spec: TerrainSpec) -> Columns:
    """The image of the surface from above, once for each."""
    surface = surface_of(spec)
    axes = [np.linspace(low, high, PIXELS) for low, high in surface.domain]
    return ground_columns(surface.value(np.stack(np.meshgrid(*axes), axis=-1)), surface.domain)


MEASURES = {"loss": "Loss", "distance": "Distance to the minimum", "rate": "Learning rate"}


def draw(field: Field, runs: Runs) -> None:
    """The walks over the surface and what is measured along them, on one playhead."""
    draw_map(field, runs, bent=_bent())
    _play(field, runs)
    measure = _measure(field.place.surface)
    theory = expected(field, runs) if measure == "loss" else {}
    values = measured(field, runs, measure)
    show(descent.against_step(*values, log=measure != "rate", expected=theory or None), key="gd_losses")
    if theory:
        st.caption("Wide and pale: the loss that theory expects, the mean over all the seeds there are.")


def draw_map(field: Field, runs: Runs, bent: bool = False) -> None:
    """The walks over the surface seen from above; with ``bent``, the curvature where the first one stands."""
    spec, surface = field.place
    walks = {METHODS[name].label: run.points for name, run in runs.items()}
    arms = curvature(surface, next(iter(runs.values())), frames(field.steps)) if runs and bent else None
    show(
        descent.paths(ground_of(spec), walks, ORDER, surface.minima, surface.domain, names_of(surface), arms),
        key="gd_paths",
    )


def _play(field: Field, runs: Runs) -> None:
    ended = "; ".join(f"{METHODS[name].label}: loss {run.values[-1]:.3g}" for name, run in runs.items())
    walk = f"{field.place.spec} {field.steps} {list(runs)}"
    player("gd_frame", frames(field.steps), run=walk, outcome=ended)


def names_of(surface: Surface) -> tuple[str, str]:
    """What the two parameters of a surface are called."""
    first, second = surface.parameters
    return first, second


def _bent() -> bool:
    return bool(st.session_state.get("gd_bent", st.query_params.get("gd_bent") == "true"))


def curvature(surface: Surface, run: Trajectory, steps: Sequence[int]) -> Columns:
    """The eigen-directions of the Hessian where a run stands at each step that the player shows."""
    points = run.points[np.minimum(steps, len(run.points) - 1)]
    hessians = surface.hessian(points)
    fine = np.asarray(np.isfinite(hessians).all(axis=(1, 2)))
    eigenvalues, directions = np.linalg.eigh(hessians[fine])
    kept = [step for step, good in zip(steps, fine, strict=True) if good]
    return descent.eigen_columns(kept, points[fine], eigenvalues, directions, surface.domain)


def _measure(surface: Surface) -> str:
    """What the lower chart shows."""
    options = [name for name in MEASURES if name != "distance" or surface.minima]
    chosen = st.segmented_control(
        "Against the step", options, default="loss", key="gd_measure", format_func=lambda name: MEASURES[name],
        required=True, bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    return str(chosen)


def measured(field: Field, runs: Runs, measure: str) -> tuple[dict[str, Array], list[str], int, str]:
    """What the lower chart draws: label -> values, the order of colours, the number of steps, the axis title."""
    of: dict[str, Callable[[str, Trajectory], Array]] = {
        "loss": lambda _name, run: run.values,
        "distance": lambda _name, run: distances(run, field.place.surface),
        "rate": lambda name, _run: field.specs[name].rates,
    }
    titles = {"loss": "loss L", "distance": "distance ‖θ − θ*‖", "rate": "learning rate η"}
    return (
        {METHODS[name].label: of[measure](name, run) for name, run in runs.items()},
        ORDER,
        field.steps,
        titles[measure],
    )


def report(field: Field, runs: Runs) -> None:
    """How each run ended, in words, and its rate in theory and in fact."""
    if not field.specs:
        st.info("Choose at least one optimizer.", icon=":material/touch_app:")
    if not runs:
        return
    surface, noisy = field.place.surface, any(map(_noisy, field.specs.values()))
    rows = []
    for name, run in runs.items():
        spec = field.specs[name]
        ended = verdict(run, surface, noisy)
        seen, theory = _rates(spec, run, field.place, ended.kind)
        rate = seen if theory == NONE else f"{seen} (theory: {theory})"
        rows.append((f"{METHODS[name].label}, η\u00a0=\u00a0{spec.learning_rate:.3g}", ended.words, rate))
    what = "loss above the least, mean of the last half" if noisy else "distance to the minimum, each step"
    st.markdown(table(f"optimizer | how it ended | {what}", rows))


def _rates(spec: DescentSpec, run: Trajectory, place: Place, kind: str) -> tuple[str, str]:
    """Seen and predicted: the factor of the distance at each step, or under noise the loss that is kept up.

    Of the minimum that the run went to, a local one where it is stuck; there is no theory for a kink.
    """
    surface = place.surface
    minima = {"stuck": surface.other_minima, "at a saddle": ()}.get(kind, surface.minima)
    if not minima or run.diverged:
        return NONE, NONE
    least = min(minima, key=lambda place: float(np.linalg.norm(run.points[-1] - place)))
    kink = has_kink(surface, least)
    if _noisy(spec):
        seen = f"{observed_floor(run.values, float(surface.value(least))):.2g}"
        return seen, NONE if kink else _kept_up(place.spec, spec, least)
    hessian, settings = surface.hessian(least), METHODS[spec.optimizer].complete(dict(spec.settings))
    factor, theory = rates.observed_factor(distances(run, replace(surface, minima=minima))), None
    if spec.schedule == "constant" and not kink:
        theory = rates.predicted_factor(spec.optimizer, spec.learning_rate, hessian, settings)
    return (
        NONE if factor is None else f"×\u00a0{factor:.4f}",
        NONE if theory is None else f"×\u00a0{theory:.4f}",
    )


def _noisy(spec: DescentSpec) -> bool:
    return bool(spec.noise or spec.batch)


def expected(field: Field, runs: Runs) -> dict[str, Array]:
    """On a bowl, the loss that theory expects of each noisy runner at each step, by label."""
    minima = field.place.surface.minima
    noisy = {name: spec for name, spec in field.specs.items() if name in runs and minima and _noisy(spec)}
    each = {METHODS[name].label: _expected(field.place.spec, spec, minima[0]) for name, spec in noisy.items()}
    return {label: losses for label, losses in each.items() if losses is not None}


@st.cache_data(max_entries=64, show_spinner=False)
def _expected(terrain: TerrainSpec, spec: DescentSpec, least: tuple[float, ...]) -> Array | None:
    """The loss expected at each step, (steps + 1,), while it is finite; None where there is no theory."""
    surface, settings = surface_of(terrain), METHODS[spec.optimizer].complete(dict(spec.settings))
    hessian = surface.hessian(least)
    if not _is_bowl(surface, hessian):
        return None
    noise, away = slope_noise(surface, least, spec.noise, spec.batch), np.subtract(spec.start, least)
    losses = expected_losses(spec.optimizer, spec.rates, away, hessian, settings, noise)
    return None if losses is None else losses + float(surface.value(least))


@st.cache_data(max_entries=128, show_spinner=False)
def _kept_up(terrain: TerrainSpec, spec: DescentSpec, least: tuple[float, ...]) -> str:
    """What theory expects of a noisy run: on a bowl its mean loss, and with constant η the floor in the long run."""
    surface, settings = surface_of(terrain), METHODS[spec.optimizer].complete(dict(spec.settings))
    hessian, noise = surface.hessian(least), slope_noise(surface, least, spec.noise, spec.batch)
    losses, bowl = _expected(terrain, spec, least), _is_bowl(surface, hessian)
    parts = [] if losses is None else [f"{observed_floor(losses, float(surface.value(least))):.2g}"]
    if spec.schedule == "constant":
        floor = predicted_floor(spec.optimizer, spec.learning_rate, hessian, settings, noise)
        parts += [] if floor is None else [f"in the long run {floor:.2g}" + ", near the minimum" * (not bowl)]
        alike = noise._replace(hessians=np.broadcast_to(hessian, noise.hessians.shape))  # of every batch
        calm = predicted_floor(spec.optimizer, spec.learning_rate, hessian, settings, alike)
        bursts = floor is not None and calm is not None and 1.5 * calm < floor < np.inf
        parts += ["most of it in rare bursts"] if bursts else []
    if bowl and spec.schedule == "inverse":
        half = SCHEDULES["inverse"].complete(dict(spec.schedule_settings))["half"] * spec.steps
        power_ = decay_exponent(spec.optimizer, spec.learning_rate, half, hessian, settings)
        if power_ is not None:
            parts.append("in the long run like " + ("1/k" if power_ == 1 else f"k to the −{power_:.2g}"))
    return "; ".join(parts).replace("inf", "∞").replace("nan", "∞") or NONE


def _is_bowl(surface: Surface, hessian: Array) -> bool:
    """Whether the curvature is the same at the corners of the domain as at the minimum."""
    (left, right), (low, high) = surface.domain
    corners = surface.hessian([(x, y) for x in (left, right) for y in (low, high)])
    return bool(np.allclose(corners, hessian, rtol=1e-4, atol=1e-4 * np.abs(hessian).max()))


def rules(runs: Runs) -> None:
    """The rule of each runner, written when the reader opens it."""
    opened = st.expander("The rules, and what theory says of them", key="gd_rules", on_change="rerun")
    if opened.open:
        with opened:
            for name in runs:
                st.markdown(f"**{METHODS[name].label}.** {METHODS[name].lesson}")
                st.latex(METHODS[name].latex)
            st.markdown(THEORY)


def draw_in_3d(field: Field, runs: Runs) -> None:
    """The same race on the surface as a height field that turns, with the player of the map."""
    spec, surface = field.place
    shown = frames(field.steps)
    order = list(METHODS)
    heights = heights_of(spec)
    low = float(np.nanmin(heights))
    paths = [
        Path(
            METHODS[name].label, SERIES[order.index(name) % len(SERIES)],
            np.column_stack([run.points[kept], run.values[kept]]), kept.tolist(),
            DASHES[order.index(name) % len(DASHES)],
        )
        for name, run in runs.items()
        for kept in [np.array([step for step in shown if step < len(run.points)])]
    ]  # fmt: skip
    log = low >= 0 and st.toggle("Heights by their logarithm", True, key="gd_log", bind="query-params")
    first, second = surface.parameters
    surface_3d(
        {"loss": heights}, surface.domain, key="gd_solid", paths=paths, labels=(first, second, "L"),
        frame="gd_frame", log=log, height=480,
        words=f"{surface.label} as a landscape that turns, with the path of each optimizer on it.",
    )  # fmt: skip
    _play(field, runs)


@st.cache_data(max_entries=32, show_spinner=False)
def heights_of(spec: TerrainSpec) -> Array:
    """The values of the surface on a grid of its domain, (81, 81)."""
    surface = surface_of(spec)
    axes = [np.linspace(low, high, 81) for low, high in surface.domain]
    return surface.value(np.stack(np.meshgrid(*axes), axis=-1))


def source(field: Field, language: Library) -> str:
    """The race as code, or why there is none."""
    try:
        return race_code(field.place.spec, list(field.specs.values()), language)
    except ValueError as error:
        return f"# {error}\n"
