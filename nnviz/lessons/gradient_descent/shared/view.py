"""Choose a surface and the optimizers that run on it, and compute the runs once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from nnviz._memory import kept
from nnviz._types import Array, Box, Domain, Settings
from nnviz.charts import Columns, ground_columns, levels
from nnviz.charts.contour_image import has_equal_scales, widened
from nnviz.lessons.gradient_descent.shared import text
from nnviz.lessons.gradient_descent.shared.chart import START_X, START_Y, MapAxes, PathData
from nnviz.losses import Surface
from nnviz.optimization import (
    METHODS,
    SCHEDULES,
    SECOND_ORDER,
    SURFACES,
    DescentSpec,
    Trajectory,
    race,
    suggested_learning_rate,
)
from nnviz.optimization.formula_surface import LINE, RAVINE, TYPED, SurfaceSpec, surface_of
from nnviz.regression import linear_model
from nnviz.web.controls import (
    int_slider,
    lazy_popover,
    log_slider,
    multi_select,
    number_input,
    options_of,
    round_step,
    select_registered,
    slider,
    step_slider,
)
from nnviz.web.data_input import LINE_KEYS, choose_line_samples, draw_center_switch
from nnviz.web.drag_points import DragHandles, draw_handle
from nnviz.web.formula_box import formula_input, real_input, show_reading
from nnviz.web.messages import last_valid, last_valid_input, try_or_explain
from nnviz.web.render import PIXELS

Runs = Mapping[str, Trajectory]

DEFAULT_OPTIMIZERS = ("gradient_descent", "momentum")
DEFAULT_FORMULA = "x^4 - 2x^2 + y^2 + x/4"
DEFAULT_BOX: Box = ((-2.0, 2.0), (-2.0, 2.0))
CONDITIONS = (1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 1000.0)
DEFAULT_CONDITION = 100.0  # momentum is then clearly faster than gradient descent
GRADIENT_TOLERANCE = 1e-7  # at which a second-order method stops, as in torch.optim.LBFGS

RATE, SURFACE, MAP, OPTIMIZERS = "gd_rate", "gd_surface", "gd_paths", "gd_optimizers"
CONDITION, ROTATION, UPDATES = "gd_kappa", "gd_angle", "gd_steps"
NOISE, BATCH, SEED, SCHEDULE, FORMULA = "gd_noise", "gd_batch", "gd_seed", "gd_schedule", "gd_formula"
_LAST_RACE = "gd_last_race"
BOX = ("gd_xa", "gd_xb", "gd_ya", "gd_yb")
FURTHER = (RATE, SURFACE, FORMULA, *BOX, START_X, START_Y, SCHEDULE, OPTIMIZERS)
SLIDERS = (CONDITION, ROTATION, UPDATES, NOISE, BATCH, SEED)
"""The sliders that change every run, without the learning rate."""
SHARED = (*FURTHER, *SLIDERS, *LINE_KEYS, *(f"gd_{name}_" for name in (*METHODS, *SCHEDULES)))


class _Entry(NamedTuple):
    label: str


class ChosenSurface(NamedTuple):
    """A surface, and the spec that names it."""

    spec: SurfaceSpec
    surface: Surface

    @property
    def axes(self) -> MapAxes:
        """The axes of its map."""
        first, second = self.surface.parameters
        return MapAxes(self.surface.domain, (first, second))


class OwnSettings(NamedTuple):
    """What belongs to one optimizer: its multiple of the learning rate, and its hyperparameters."""

    multiple: float = 1.0
    settings: Settings = ()


class Randomness(NamedTuple):
    """The noise of the gradient: its standard deviation, the batch size (0: all points), and the seed of both."""

    noise: float = 0.0
    batch: int = 0
    seed: int = 0


class RaceSetup(NamedTuple):
    """Everything about a race except the learning rate; own: the chosen optimizers by name."""

    chosen: ChosenSurface
    own: dict[str, OwnSettings]
    updates: int
    start: tuple[float, float]
    schedule: tuple[str, Settings]
    randomness: Randomness


class Race(NamedTuple):
    """A surface, and a spec for each optimizer by name, all with the same number of updates."""

    chosen: ChosenSurface
    specs: dict[str, DescentSpec]
    updates: int


class RaceResult(NamedTuple):
    """A race, and the run of each of its optimizers by name."""

    race: Race
    runs: Runs


def choose_surface() -> ChosenSurface:
    """Choose the surface; its formula and its lesson are shown."""
    registry = {**SURFACES, TYPED: _Entry(text.OWN_FORMULA)}
    name = select_registered(text.SURFACE, registry, RAVINE, key=SURFACE, on_change=_move_to_its_start)
    if name == TYPED:
        typed = _type_formula()
        spec = last_valid(FORMULA, typed, _read_formula, (DEFAULT_FORMULA, DEFAULT_BOX))
        show_reading(typed[0], key=FORMULA, variables=("x", "y"))
    elif name == RAVINE:
        spec = _shape_ravine()
    elif name == LINE:
        spec = try_or_explain(_use_regression_data, SurfaceSpec(LINE))
    else:
        spec = SurfaceSpec(name)
    chosen = name_surface(spec)
    if name != TYPED:
        st.latex(chosen.surface.latex)
    st.caption(chosen.surface.lesson)
    return chosen


def name_surface(spec: SurfaceSpec) -> ChosenSurface:
    """Return a spec with its surface."""
    return ChosenSurface(spec, surface_of(spec))


def _move_to_its_start() -> None:
    """Move the start to that of the surface that was just chosen."""
    if (surface := SURFACES.get(st.session_state[SURFACE])) is not None:
        st.session_state.update({START_X: surface.start[0], START_Y: surface.start[1]})


def _shape_ravine() -> SurfaceSpec:
    left, right = st.columns(2)
    with left:
        condition = step_slider(text.CONDITION, CONDITIONS, DEFAULT_CONDITION, key=CONDITION)
    with right:
        rotation = slider(text.ROTATION, 0.0, 90.0, 0.0, 15.0, key=ROTATION, format="%.0f")
    return SurfaceSpec(RAVINE, condition, rotation)


def _use_regression_data() -> SurfaceSpec:
    """Return the loss of a line on the data of the page on regression, with the controls of that page.

    Either page changes both. ValueError where the points make no surface.
    """
    samples = choose_line_samples("gd")
    st.text(text.data_of_regression(samples.title, len(samples.y)))
    x = samples.x[:, 0]
    if draw_center_switch():
        x = linear_model.standardize(x).x
    spec = SurfaceSpec(LINE, points=tuple(zip(x.tolist(), samples.y.tolist(), strict=True)))
    surface_of(spec)
    return spec


def _type_formula() -> tuple[str, Box]:
    """Return a typed formula and its domain."""
    formula = formula_input(text.FORMULA, DEFAULT_FORMULA, key=FORMULA)
    with lazy_popover(text.BOX, "gd_box", BOX) as is_drawn:
        box = _choose_box() if is_drawn else DEFAULT_BOX
    return formula, box


def _read_formula(given: tuple[str, Box]) -> SurfaceSpec:
    """Return the spec of a formula on a domain; ValueError where they make no surface."""
    formula, box = given
    spec = SurfaceSpec(TYPED, formula=formula, box=box)
    surface_of(spec)
    return spec


def _choose_box() -> Box:
    left, right = st.columns(2)
    with left:
        x = real_input(text.X_LOW, "-2", key=BOX[0]), real_input(text.X_HIGH, "2", key=BOX[1])
    with right:
        y = real_input(text.Y_LOW, "-2", key=BOX[2]), real_input(text.Y_HIGH, "2", key=BOX[3])
    return x, y


def choose_start(surface: Surface) -> tuple[float, float]:
    """Choose the start of all runs by numbers."""
    left, right = st.columns(2)
    with left:
        x = _choose_coordinate(surface, 0, START_X)
    with right:
        return x, _choose_coordinate(surface, 1, START_Y)


def _choose_coordinate(surface: Surface, which: int, key: str) -> float:
    """Choose a number inside the domain; a value that a new surface puts outside moves to the end of the domain."""
    (low, high), label = surface.domain[which], text.start(surface.parameters[which])
    if key in st.session_state:
        st.session_state[key] = min(max(st.session_state[key], low), high)
    step = round_step((high - low) / 100)
    value = st.number_input(
        label, low, high, surface.start[which], step, key=key, format="%.6g", bind="query-params"
    )
    return float(value)


def choose_setup(
    chosen: ChosenSurface, optimizers: tuple[str, Sequence[str]] = (OPTIMIZERS, DEFAULT_OPTIMIZERS)
) -> RaceSetup:
    """Choose everything about a race except the learning rate; the start can also be dragged on the map.

    optimizers: the key of their menu, and which are chosen by default.
    """
    surface, (key, default) = chosen.surface, optimizers
    names = multi_select(text.OPTIMIZERS, options_of(METHODS), default, key=key)
    updates = int_slider(text.UPDATES, 10, 1000, 200, step=10, key=UPDATES)
    start = choose_start(surface)
    handles = DragHandles(
        MAP,
        surface.domain,
        words=text.DRAGGED,
        labels=chosen.axes.names,
        key="gd_drag_start",
        is_equal=has_equal_scales(surface.domain),
    )
    draw_handle(handles, start, keys=(START_X, START_Y))
    with st.container(horizontal=True):
        own = choose_own_settings(names)
        schedule = _choose_schedule()
        randomness = _choose_randomness(surface)
    return RaceSetup(chosen, own, updates, start, schedule, randomness)


def choose_rate() -> float:
    """Choose the multiple of the suggested learning rates."""
    return log_slider(text.LEARNING_RATE, -2, 1, 1.0, key=RATE)


def choose_race(setup: RaceSetup) -> Race:
    """Choose the learning rate of a race."""
    rate = choose_rate()
    specs = {
        name: DescentSpec(
            "own",
            name,
            rate * own.multiple * suggested_learning_rate(setup.chosen.surface, METHODS[name]),
            setup.start,
            setup.updates,
            own.settings,
            setup.randomness.noise,
            setup.randomness.seed,
            GRADIENT_TOLERANCE if name in SECOND_ORDER else 0.0,
            setup.randomness.batch,
            *setup.schedule,
        )
        for name, own in setup.own.items()
    }
    return Race(setup.chosen, specs, setup.updates)


def choose_own_settings(names: Sequence[str]) -> dict[str, OwnSettings]:
    """Choose the multiple of the learning rate and the hyperparameters of each optimizer."""
    keys = {name: [f"gd_{name}_{key}" for key in ("eta", *METHODS[name].settings)] for name in names}
    flat = [key for group in keys.values() for key in group]
    with lazy_popover(text.OWN_SETTINGS, "gd_own", flat) as is_drawn:
        return {name: _choose_own(name, keys[name]) if is_drawn else OwnSettings() for name in names}


def _choose_own(name: str, keys: Sequence[str]) -> OwnSettings:
    method = METHODS[name]
    st.markdown(f"**{method.label}**")
    multiple = log_slider(text.MULTIPLIER, -2, 2, 1.0, key=keys[0])
    typed = {
        one: number_input(text.setting(one, setting.meaning), setting.default, key=key)
        for (one, setting), key in zip(method.hyperparameters.items(), keys[1:], strict=True)
    }
    return OwnSettings(multiple, _complete(f"gd_{name}", method.complete, typed))


def _complete(
    key: str, complete: Callable[[Mapping[str, float]], dict[str, float]], typed: Mapping[str, float]
) -> Settings:
    """Return typed settings if they are allowed, else the last ones that were."""
    none: Settings = ()
    return last_valid(key, tuple(typed.items()), lambda given: tuple(complete(dict(given)).items()), none)


def _choose_schedule() -> tuple[str, Settings]:
    """Choose the schedule of the learning rate and its settings."""
    keys = [f"gd_{name}_{one}" for name, kind in SCHEDULES.items() for one in kind.hyperparameters]
    with lazy_popover(text.SCHEDULE, "gd_schedules", [SCHEDULE, *keys]) as is_drawn:
        if not is_drawn:
            return "constant", ()
        name = select_registered(text.SCHEDULE_OF_RATE, SCHEDULES, "constant", key=SCHEDULE)
        schedule = SCHEDULES[name]
        st.latex(schedule.latex)
        st.caption(schedule.lesson)
        typed = {
            one: number_input(setting.meaning.capitalize(), setting.default, key=f"gd_{name}_{one}")
            for one, setting in schedule.hyperparameters.items()
        }
        return name, _complete(f"gd_s_{name}", schedule.complete, typed)


def _choose_randomness(surface: Surface) -> Randomness:
    """Choose the noise of the gradient, and the batch size where the surface is a mean over points."""
    with lazy_popover(text.NOISE, "gd_noises", [NOISE, BATCH, SEED]) as is_drawn:
        if not is_drawn:
            return Randomness()
        points = surface.examples.total if surface.examples is not None else 0
        batch = int_slider(text.BATCH_SIZE, 1, points, points, key=BATCH) if points else 0
        noise = slider(text.NOISE_SIZE, 0.0, 2.0, 0.0, 0.05, key=NOISE)
        if not points:
            st.caption(text.NOISE_IS_DRAWN)
        seed = int_slider(text.SEED, 0, 99, 0, key=SEED)
        return Randomness(noise, 0 if batch == points else batch, seed)


def compute_race(race: Race) -> RaceResult:
    """Compute the runs of a race; where the start has no gradient, say so and return the last valid race."""
    kept: Any = last_valid_input(_LAST_RACE)
    typed: Any = last_valid_input(FORMULA)
    if kept and typed and race.chosen.spec.name == TYPED and typed[0] != st.session_state.get(FORMULA):
        return _compute(kept)  # the message of the formula is enough
    given = race.chosen.spec, tuple(race.specs.items()), race.updates
    return last_valid(_LAST_RACE, given, _compute, None) or RaceResult(race, {})


def _compute(given: tuple[SurfaceSpec, tuple[tuple[str, DescentSpec], ...], int]) -> RaceResult:
    spec, specs, updates = given
    try:
        runs = _compute_once(spec, tuple(each for _, each in specs))
    except ValueError as error:
        raise ValueError(text.move_start(str(error))) from error
    return RaceResult(
        Race(name_surface(spec), dict(specs), updates), dict(zip(dict(specs), runs, strict=True))
    )


@kept
def _compute_once(spec: SurfaceSpec, specs: tuple[DescentSpec, ...]) -> list[Trajectory]:
    return race(specs, surface_of(spec))


def label_runs(runs: Runs) -> Runs:
    """Return the runs by the labels of their optimizers."""
    return {METHODS[name].label: run for name, run in runs.items()}


def all_labels() -> list[str]:
    """Return the labels of all optimizers; their order decides colors and dashes."""
    return [method.label for method in METHODS.values()]


def collect_paths(result: RaceResult) -> PathData:
    """Return what the map of a race shows."""
    chosen = result.race.chosen
    paths = {label: run.points for label, run in label_runs(result.runs).items()}
    return PathData(
        draw_image(chosen.spec, chosen.surface.domain), paths, all_labels(), chosen.surface.minima
    )


@kept
def draw_image(spec: SurfaceSpec, domain: Domain) -> Columns:
    """Return the image behind a map of that domain, which also chooses its bands."""
    surface = surface_of(spec)
    edges = levels(compute_grid(surface, domain, PIXELS // 2))
    wide = widened(domain)
    return ground_columns(compute_grid(surface, wide, 2 * PIXELS, PIXELS), wide, edges)


def compute_grid(surface: Surface, domain: Domain, across: int, up: int | None = None) -> Array:
    """Return the values of a surface on a grid over the domain, (up, across), y down the rows, both ascending.

    up: as many as across by default.
    """
    axes = [np.linspace(*side, number) for side, number in zip(domain, (across, up or across), strict=True)]
    return surface.value(np.stack(np.meshgrid(*axes), axis=-1))
