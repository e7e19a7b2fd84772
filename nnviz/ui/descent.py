"""The plumbing of the page on gradient descent: what is chosen, what is computed from it once, how it is shown."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnviz.charts import Columns, descent, ground_columns
from nnviz.charts.theme import DASHES, SERIES
from nnviz.functions import TARGETS, parse
from nnviz.learning import (
    METHODS,
    OPTIMIZERS,
    SCHEDULES,
    SECOND_ORDER,
    SURFACES,
    DescentSpec,
    Surface,
    Trajectory,
    distances,
    race,
    suggested_learning_rate,
    verdict,
)
from nnviz.learning.phases import Phase, SlowMotion, slow_motion
from nnviz.learning.rates import observed_factor, observed_floor, predicted_factor, predicted_floor
from nnviz.learning.terrain import RAVINE, TYPED, Box, TerrainSpec, surface_of
from nnviz.networks import ACTIVATIONS, TrainingRun, TrainingSpec, train
from nnviz.networks.landscape import Landscape, LandscapeSpec, landscape
from nnviz.ui.controls import choice, number, power, several, slider, whole
from nnviz.ui.draw import PIXELS, show
from nnviz.ui.grab import grab_one
from nnviz.ui.live import player
from nnviz.ui.messages import last_good
from nnviz.ui.runs import MOST_FRAMES, frames
from nnviz.ui.surface import Path, surface_3d
from nnviz.ui.words import table, tex

Array = NDArray[np.float64]
Runs = Mapping[str, Trajectory]
Settings = tuple[tuple[str, float], ...]

ORDER = [method.label for method in METHODS.values()]
FIRST = ["gradient_descent", "momentum", "adam"]
FORMULA = "x^4 - 2x^2 + y^2 + x/4"
KAPPAS = (1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 1000.0)
NONE = "–"
SECONDS = 5.0  # a training run is cut there
AT_REST = 1e-10  # the slope at which a second-order method has nothing more to do


class _Entry(NamedTuple):
    label: str


class Place(NamedTuple):
    """The surface chosen, and the spec that names it."""

    spec: TerrainSpec
    surface: Surface


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
            kappa = st.select_slider("Condition number κ", KAPPAS, 25.0, key="gd_kappa", bind="query-params")
        with angle:
            turned = slider("Turned by (degrees)", 0.0, 90.0, 0.0, 15.0, key="gd_angle")
        spec = TerrainSpec(name, kappa, turned)
    else:
        spec = TerrainSpec(name)
    surface = surface_of(spec)
    st.latex(surface.latex)
    st.caption(surface.lesson)
    return Place(spec, surface)


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


@contextmanager
def seldom(label: str, key: str, keys: Sequence[str]) -> Iterator[bool]:
    """A popover whose controls `keys` are sent to the browser once it has been opened, or the link sets one of them.

    Gives whether they are to be drawn; else all of them stand at their defaults.
    """
    opened = st.popover(label, key=key, on_change="rerun")
    with opened:
        yield bool(opened.open) or any(one in st.session_state or one in st.query_params for one in keys)


def choose_start(surface: Surface) -> tuple[float, float]:
    """Where everyone starts: by sliders, or exactly, by numbers."""
    (x0, x1), (y0, y1) = surface.domain
    name_x, name_y = surface.parameters
    at = st.columns(2)
    with at[0]:
        x = slider(f"Start {name_x}", x0, x1, surface.start[0], (x1 - x0) / 200, key="gd_x", format="%.4g")
    with at[1]:
        y = slider(f"Start {name_y}", y0, y1, surface.start[1], (y1 - y0) / 200, key="gd_y", format="%.4g")
    with seldom("Type the start", "gd_exact", ["gd_x_typed", "gd_y_typed"]) as there:
        if there:
            for name, key, value in ((name_x, "gd_x", x), (name_y, "gd_y", y)):
                low, high = surface.domain[key == "gd_y"]
                st.number_input(
                    name,
                    low,
                    high,
                    value,
                    key=f"{key}_typed",
                    format="%.6g",
                    on_change=_take_typed,
                    args=(key,),
                )
    return x, y


def _take_typed(key: str) -> None:
    st.session_state[key] = st.session_state[f"{key}_typed"]


def choose_field(place: Place, *, only: str | None = None) -> Field:
    """Who runs, how far, from where, and with which noise and schedule."""
    surface = place.surface
    chosen = several("Optimizers", METHODS, FIRST, key="gd_optimizers") if only is None else [only]
    rate = power("Learning rate η, as a multiple of the suggested one", -2, 1, 1.0, key="gd_rate")
    steps = whole("Steps", 10, 1000, 200, step=10, key="gd_steps")
    start = choose_start(surface)
    with st.container(horizontal=True):
        own = _own_settings(chosen)
        schedule, shape = _schedule()
        noise, batch, seed = _noise(surface)
    specs = {
        name: DescentSpec(
            "own", name, rate * multiple * suggested_learning_rate(surface, METHODS[name]), start, steps,
            settings, noise, seed, AT_REST if name in SECOND_ORDER else 0.0, batch, schedule, shape,
        )
        for name, (multiple, settings) in own.items()
    }  # fmt: skip
    return Field(place, specs, steps)


def _own_settings(chosen: Sequence[str]) -> dict[str, tuple[float, Settings]]:
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
        "gd_race",
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
    show(descent.against_step(*measured(field, runs, measure), log=measure != "rate"), key="gd_losses")


def draw_map(field: Field, runs: Runs, bent: bool = False) -> None:
    """The walks over the surface seen from above; with ``bent``, the curvature where the first one stands."""
    spec, surface = field.place
    walks = {METHODS[name].label: run.points for name, run in runs.items()}
    arms = curvature(surface, next(iter(runs.values())), frames(field.steps)) if runs and bent else None
    show(
        descent.paths(ground_of(spec), walks, ORDER, surface.minima, surface.domain, _names(surface), arms),
        key="gd_paths",
    )
    if runs:
        start = next(iter(field.specs.values())).start
        grab_one(
            "gd_paths", surface.domain, (start[0], start[1]), keys=("gd_x", "gd_y"), words="the start",
            labels=_names(surface), key="gd_grab",
        )  # fmt: skip


def _play(field: Field, runs: Runs) -> None:
    player("gd_frame", frames(field.steps), run=f"{field.place.spec} {field.steps} {list(runs)}")


def _names(surface: Surface) -> tuple[str, str]:
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
    if not runs:
        st.info("Choose at least one optimizer.", icon=":material/touch_app:")
        return
    surface, noisy = field.place.surface, any(spec.noise or spec.batch for spec in field.specs.values())
    rows = []
    for name, run in runs.items():
        spec = field.specs[name]
        ended = verdict(run, surface, noisy).words
        seen, theory = _rates(spec, run, surface)
        rate = seen if theory == NONE else f"{seen} (theory: {theory})"
        rows.append((f"{METHODS[name].label}, η = {spec.learning_rate:.3g}", ended, rate))
    what = "loss kept up above the least" if noisy else "distance to the minimum, each step"
    st.markdown(table(f"optimizer | how it ended | {what}", rows))


def _rates(spec: DescentSpec, run: Trajectory, surface: Surface) -> tuple[str, str]:
    """Seen and predicted: the factor of the distance at each step, or under noise the loss that is kept up."""
    if not surface.minima or run.diverged:
        return NONE, NONE
    place = min(surface.minima, key=lambda place: float(np.linalg.norm(run.points[-1] - place)))
    hessian, settings = surface.hessian(place), METHODS[spec.optimizer].complete(dict(spec.settings))
    constant = spec.schedule == "constant"
    if spec.noise or spec.batch:
        seen = f"{observed_floor(run.values, float(surface.value(place))):.2g}"
        floor = predicted_floor(spec.optimizer, spec.learning_rate, hessian, settings, spec.noise)
        return seen, f"{floor.loss:.2g}" if floor and constant and not spec.batch else NONE
    factor = observed_factor(distances(run, surface))
    theory = predicted_factor(spec.optimizer, spec.learning_rate, hessian, settings) if constant else None
    return NONE if factor is None else f"× {factor:.4f}", NONE if theory is None else f"× {theory:.4f}"


def rules(runs: Runs) -> None:
    """The rule of each runner."""
    for name in runs:
        st.markdown(f"**{METHODS[name].label}.** {METHODS[name].lesson}")
        st.latex(METHODS[name].latex)


def choose_update(place: Place) -> SlowMotion:
    """The optimizer, how far it has come, and the phases of its next update."""
    name = choice("Optimizer", OPTIMIZERS, "momentum", key="gd_one")
    after = whole("Steps taken before", 0, 60, 3, key="gd_after")
    rate = power("Learning rate η, as a multiple of the suggested one", -2, 1, 1.0, key="gd_rate")
    start = choose_start(place.surface)
    multiple, settings = _own_settings([name])[name]
    eta = rate * multiple * suggested_learning_rate(place.surface, METHODS[name])
    spec = DescentSpec("own", name, eta, start, after, settings)
    first = slow_motion(DescentSpec("own", "gradient_descent", 1e-9, place.surface.start, 0), place.surface)
    return last_good("gd_update", lambda: slow_motion(spec, place.surface), first)


def draw_update(place: Place, motion: SlowMotion) -> None:
    """The update over the part of the surface it happens in, phase by phase."""
    surface, at, phases = place.surface, motion.trail[-1], motion.phases
    window = _window(surface, at, np.asarray(phases[-1].numbers["move"]))
    scale = _scale(phases, window)
    arrows = [
        descent.Drawn(
            index, arrow.name, arrow.kind,
            at if arrow.after is None else at + scale * arrow.after,
            arrow.vector if arrow.kind == "step" else scale * arrow.vector,
        )
        for index, phase in enumerate(phases) for arrow in phase.arrows
    ]  # fmt: skip
    squares = [
        (index, scale * np.sqrt(phase.squares))
        for index, phase in enumerate(phases)
        if phase.squares is not None
    ]
    titles = [(f"{spot} · {phase.title}", phase.says % _plain(phase)) for spot, phase in enumerate(phases, 1)]
    show(
        descent.update(
            _part(surface, window), motion.trail, arrows, squares, titles, window, _names(surface)
        ),
        key="gd_update",
    )
    steps = list(range(1, len(phases) + 1))
    player("gd_phase", steps, run=" ".join(title for title, _ in titles), words="phase", rate=0.8)
    st.caption(
        f"The step is drawn at the map's own scale; slopes, memory and √s at {scale:.3g} of a unit of the map for 1."
    )


def _part(surface: Surface, window: Box) -> Columns:
    axes = [np.linspace(low, high, PIXELS) for low, high in window]
    return ground_columns(surface.value(np.stack(np.meshgrid(*axes), axis=-1)), window)


def _window(surface: Surface, at: Array, move: Array) -> Box:
    """Where to look: about the point, a power of two of the domain wide, so that the step fills a good part of it."""
    widths = np.array([high - low for low, high in surface.domain])
    reach = float(np.abs(move / widths).max())
    share = 2.0 ** np.clip(np.ceil(np.log2(max(3 * reach, 1e-9))), -20, 0)
    half = share * widths / 2
    centre = np.round((at + move / 2) / (half / 4)) * (half / 4)
    (x0, y0), (x1, y1) = (centre - half).tolist(), (centre + half).tolist()
    return (x0, x1), (y0, y1)


def _scale(phases: Sequence[Phase], window: Box) -> float:
    """How long one unit of a slope is drawn: the longest takes a third of the window."""
    widths = np.array([high - low for low, high in window])
    slopes = [arrow.vector for phase in phases for arrow in phase.arrows if arrow.kind != "step"]
    roots = [np.sqrt(phase.squares) for phase in phases if phase.squares is not None]
    longest = max(float(np.abs(vector / widths).max()) for vector in (*slopes, *roots))
    return 1 / (3 * longest) if longest > 0 else 1.0


def formulas(place: Place, motion: SlowMotion) -> None:
    """Every phase with the numbers in its formula, and what the update does to the loss."""
    for index in range(0, len(motion.phases), 2):
        for spot, (at, phase) in zip(st.columns(2, gap="large"), list(enumerate(motion.phases, 1))[index:]):
            with spot:
                st.markdown(f"**{at} · {phase.title}.** {phase.words}")
                st.latex(_lines(phase.formula % {name: _tex(value) for name, value in phase.numbers.items()}))
    here = motion.trail[-1]
    there = here + np.asarray(motion.phases[-1].numbers["move"])
    before, after = float(place.surface.value(here)), float(place.surface.value(there))
    st.latex(rf"\theta \leftarrow {_tex(there)}, \qquad L: \; {tex(before, 4)} \;\to\; {tex(after, 4)}")


def _tex(value: Array | float) -> str:
    if np.ndim(value) == 0:
        return tex(float(value))
    return r"\left(" + r",\, ".join(tex(float(one)) for one in np.asarray(value)) + r"\right)"


def _lines(formula: str) -> str:
    """Equations below each other, and each of them broken at its equality signs, so that it fits a phone."""
    rows = []
    for equation in formula.split(r" \\ "):
        first, *rest = equation.split(" = ")
        aligned = [first.replace(r"\leftarrow", r"&\leftarrow")] if r"\leftarrow" in first else []
        rows += aligned + [f"&= {part}" for part in rest]
        if not aligned:
            rows[-len(rest)] = f"{first} &= {rest[0]}"
    return r"\begin{aligned} " + r" \\ ".join(rows) + r" \end{aligned}"


def _plain(phase: Phase) -> dict[str, str]:
    """The numbers of a phase as plain text."""
    return {
        name: f"{value:.3g}"
        if np.ndim(value) == 0
        else f"({', '.join(f'{one:.3g}' for one in np.asarray(value))})"
        for name, value in phase.numbers.items()
    }


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


class Plane(NamedTuple):
    """A training run and the plane through its loss."""

    run: TrainingRun
    seen: Landscape


def choose_plane() -> Plane:
    """The network, how it is trained, and the plane through its loss; a plane that cannot be is said."""
    target = choice("Function to learn", TARGETS, "sine", key="gd_target")
    columns = st.columns(2)
    with columns[0]:
        width = whole("Hidden units", 2, 32, 8, key="gd_width")
        trainable = {name: one for name, one in ACTIVATIONS.items() if one.trainable}
        activation = choice("Activation", trainable, "tanh", key="gd_activation")
        steps = whole("Training steps", 100, 2000, 600, step=100, key="gd_training")
    with columns[1]:
        optimizer = choice("Trained by", OPTIMIZERS, "adam", key="gd_trainer")
        rate = power("Its learning rate", -4, 0, 0.02, key="gd_trainer_rate")
        seed = whole("Seed of the network", 0, 99, 0, key="gd_network")
    directions = st.segmented_control(
        "Plane", list(PLANES), default="components", key="gd_plane", format_func=lambda name: PLANES[name],
        required=True, bind="query-params",
    )  # fmt: skip
    which = whole("Seed of the directions", 0, 99, 0, key="gd_direction") if directions == "random" else 0
    spec = TrainingSpec(
        width,
        activation,
        optimizer,
        rate,
        steps,
        seed=seed,
        frames=MOST_FRAMES,
        seconds=SECONDS,
        dtype="float64",
    )
    default = _plane(TrainingSpec(4, steps=100, dtype="float64"), "sine", LandscapeSpec())
    return last_good(
        "gd_plane", lambda: _plane(spec, target, LandscapeSpec(directions, which, SIDE)), default
    )


PLANES = {"components": "Principal components of the path", "random": "Random, filter-normalised"}
SIDE = 101


@st.cache_resource(max_entries=16, show_spinner="Training …")
def _plane(spec: TrainingSpec, target: str, look: LandscapeSpec) -> Plane:
    """Train on 64 evenly spaced points, and look at the plane; once for each."""
    x = np.linspace(*TARGETS[target].interval, 64)
    y = parse(TARGETS[target].text)(x)
    run = train(spec, x, y)
    return Plane(run, landscape(look, run, x, y))


def draw_plane(plane: Plane) -> None:
    """The plane from above or as a landscape, with the run on it, on one playhead."""
    run, seen = plane
    steps = run.steps.tolist()
    view = st.segmented_control(
        "Seen", ["From above", "As a landscape"], default="From above", key="gd_view", required=True,
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    if view == "From above":
        show(
            descent.plane(ground_columns(seen.losses, seen.box), seen.path, steps, seen.box),
            key="gd_plane_map",
        )
    else:
        looks = zip(descent.ALONG, (SERIES[0], SERIES[1]), (seen.true, seen.shadow), DASHES, strict=False)
        paths = [
            Path(name, color, np.column_stack([seen.path, values]), steps, dash)
            for name, color, values, dash in looks
        ]
        surface_3d(
            {"loss": seen.losses}, seen.box, key="gd_plane_solid", paths=paths, labels=("α", "β", "L"),
            frame="gd_frame", log=True, height=420,
            words="The loss over the plane as a landscape that turns; the shadow of the run lies on it, its true "
            "loss above or below.",
        )  # fmt: skip
    player("gd_frame", steps, run=f"{run.spec} {steps[-1]}")
    show(descent.true_and_shadow(run.steps.astype(float), seen.true, seen.shadow), key="gd_true")


def report_plane(plane: Plane) -> None:
    """What the plane shows of the run, and what it does not."""
    run, seen = plane
    count, gap = run.parameters.shape[1], np.abs(np.log(seen.shadow / seen.true))
    if np.isfinite(seen.explained).all():
        first, second = seen.explained
        st.markdown(
            f"**{seen.explained.sum():.1%}** of the variance of the path lies in this plane ({first:.1%} along d₁, "
            f"{second:.1%} along d₂); the rest is in {count - 2} directions that are not drawn."
        )
    worst = int(np.nanargmax(gap))
    st.markdown(
        f"The networks are off the plane by up to **{seen.missed.max():.0%}** of their distance from the end (median "
        f"{np.median(seen.missed[:-1]):.0%}). At step {run.steps[worst]} the plane shows a loss of "
        f"**{seen.shadow[worst]:.3g}** where the network has **{seen.true[worst]:.3g}**."
    )
    if run.diverged:
        st.warning("The training diverged; the plane goes through its last finite network.")
