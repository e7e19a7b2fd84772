"""Show networks with about the same number of parameters, wide or deep, trained on one problem."""

from dataclasses import replace

import numpy as np
import streamlit as st

from nnviz import web
from nnviz._types import ShareProgress
from nnviz.approximation import error_bounds
from nnviz.charts import Picture
from nnviz.expressions import parse
from nnviz.lessons.inside_the_network.shared.text import name_architecture
from nnviz.lessons.inside_the_network.width_or_depth import chart, text
from nnviz.lessons.inside_the_network.width_or_depth.code import (
    function_source,
    points_source,
    sawtooth_source,
    training_code,
)
from nnviz.networks import LayeredNetwork, count_parameters
from nnviz.networks.deep import LEARNED, DeepRun, DeepSpec, Loss, missing
from nnviz.networks.deep_process import WORKER, WorkerEndedError
from nnviz.networks.default_comparison import default_run
from nnviz.networks.depth_comparison import (
    INTERVAL,
    TEST_POINTS,
    TRAINING_POINTS,
    Fit,
    Problem,
    class_probability,
    class_problem,
    function_problem,
    measure_fit,
    widths_within,
)
from nnviz.networks.linear_regions import most_pieces, sawtooth
from nnviz.targets import TARGETS, PiecewiseLinear
from nnviz.targets.convert import Target
from nnviz.web.controls import (
    int_slider,
    log_slider,
    multi_select,
    select_int,
    select_option,
    select_registered,
)
from nnviz.web.formula_box import formula_input, show_reading
from nnviz.web.function_input import FIRST
from nnviz.web.latex_format import markdown_table
from nnviz.web.lesson import Chapter
from nnviz.web.messages import last_valid, last_valid_input
from nnviz.web.questions import offer_code, write
from nnviz.web.render import keep_in_view, render
from nnviz.web.shared_cache import compute_once, shared
from nnviz.web.turns import fragment, give_turn_back

DEPTHS = {depth: depth for depth in ("1", "2", "3", "4", "6")}
FIRST_DEPTHS = ["1", "2", "4"]
SECONDS = 30.0  # for all architectures together
PIXELS = 90
TYPED = TARGETS[FIRST].text
PIECEWISE_LINEAR = LEARNED.where(lambda activation: activation.slopes is not None)
_TYPED = "in_typed"
_FUNCTION_CHART, F_KEY = "in_functions", "ua_f"  # f is that of the page "Universal approximation"


def make_problem(name: str, waves: int, typed: str) -> Problem:
    """Return the problem of this name; ``waves`` and ``typed`` say which function. ValueError if it is not finite."""
    if name in text.NOISE:
        return class_problem(text.PROBLEMS[name], name, text.NOISE[name])
    label = f"{name} {waves} {typed}"
    if name == text.SAWTOOTH:
        return function_problem(label, sawtooth(waves), sawtooth_source(waves))
    f = parse(f"sin({2 * waves}πx)" if name == text.SINE else typed)
    return function_problem(label, f, f.code("numpy"))


def find_target(name: str, waves: int, typed: str) -> Target:
    """Return the function of a problem as certificates need it."""
    if name == text.SAWTOOTH:
        knots = np.linspace(0, 1, 2**waves + 1)
        return PiecewiseLinear(knots, np.arange(len(knots)) % 2.0)
    return parse(f"sin({2 * waves}πx)" if name == text.SINE else typed)


def choose_problem() -> Problem:
    """Draw the controls of the problem, and return it."""
    left, right = st.columns(2)
    with left:
        name = select_option(text.PROBLEM, text.PROBLEMS, text.SAWTOOTH, key="in_problem")
    typed, waves = TYPED, 3
    with right:
        if name == text.OWN:
            typed = formula_input(text.FUNCTION, TYPED, key=F_KEY)
        elif name in text.WAVES:
            waves = int_slider(text.WAVES[name], 1, 6, 3, key="in_waves")
    problem = last_valid(
        _TYPED, (name, waves, typed), lambda given: make_problem(*given), (text.OWN, 1, TYPED)
    )
    if name == text.OWN:
        show_reading(typed, key=F_KEY)
        st.caption(text.SHARED_FUNCTION)
    return problem


def choose_networks(problem: Problem) -> list[DeepSpec]:
    """Draw the controls of the networks and their training, and return one spec for each depth."""
    parameters = int_slider(text.PARAMETERS, 50, 500, 200, key="in_parameters", step=10)
    chosen = multi_select(text.DEPTHS, DEPTHS, FIRST_DEPTHS, key="in_depths")
    if not chosen:
        st.caption(text.NO_DEPTHS)
    activation = select_registered(text.ACTIVATION, LEARNED, "relu", key="in_deep_activation")
    left, right = st.columns(2)
    with left:
        updates = select_int(text.UPDATES, (500, 1000, 2000, 5000), 1000, key="in_steps")
    with right:
        rate = log_slider(text.LEARNING_RATE, -4, -1, 0.01, key="in_rate")
    loss: Loss = "cross_entropy" if problem.classes else "squared"
    wanted = widths_within(problem.inputs, parameters, [int(depth) for depth in chosen or ("1",)])
    return [DeepSpec(widths, activation, loss, rate, updates) for widths in wanted]


def _beforehand(problem: Problem, specs: list[DeepSpec]) -> list[Fit] | None:
    """Return the networks that were trained beforehand, for the first example of the app; None for others."""
    runs = [default_run(problem, spec) for spec in specs]
    found = [measure_fit(problem, run) for run in runs if run is not None]
    return found if len(found) == len(specs) else None


def train(problem: Problem, specs: list[DeepSpec]) -> list[Fit] | None:
    """Train every architecture within the time limit; None without torch, after a warning that says why."""
    reason = missing()
    if reason is not None:
        st.warning(f"{text.NO_TORCH} {reason}")
        return None
    try:
        return [_train_one(problem, replace(spec, seconds=max(SECONDS / len(specs), 0.1))) for spec in specs]
    except (ImportError, MemoryError, WorkerEndedError):  # torch is too large for the memory of the server
        st.warning(f"{text.NO_TORCH} {text.BROKEN_TORCH}")
        return None


def _train_one(problem: Problem, spec: DeepSpec) -> Fit:
    def compute(progress: ShareProgress) -> DeepRun:
        progress(0.0)  # torch takes a while to load
        with give_turn_back():  # another process computes
            return WORKER.train(spec, problem.x, problem.y, lambda done, steps: progress(done / steps))

    return measure_fit(problem, compute_once((spec, problem.name), compute))


def write_fits(fits: list[Fit], problem: Problem) -> str:
    """Return the table of errors and pieces of each architecture."""
    head = text.CLASS_TABLE if problem.classes else text.FUNCTION_TABLE
    rows = []
    for fit in fits:
        errors = float(np.median(fit.errors)), float(fit.errors.min()), float(fit.errors.max())
        row = [name_architecture(fit.widths), str(fit.median_network.parameters)]
        row.append(text.show_range(*errors, classes=problem.classes))
        rows.append(row if problem.classes else [*row, _show_pieces(fit)])
    return markdown_table(head, rows)


def _show_pieces(fit: Fit) -> str:
    if fit.run.spec.activation not in PIECEWISE_LINEAR:
        return text.SMOOTH
    return text.show_pieces(fit.median_pieces, most_pieces(fit.widths))


def _order(fits: list[Fit]) -> list[str]:
    """Return a label for each depth, so that each depth keeps its color."""
    labels = {len(fit.widths): name_architecture(fit.widths) for fit in fits}
    return [labels.get(int(depth), depth) for depth in DEPTHS]


def draw_functions(problem: Problem, fits: list[Fit], built: tuple[int, ...] = ()) -> Picture:
    """Draw the target, the median network of each architecture, and a constructed one with the widths ``built``."""
    found = {name_architecture(fit.widths): fit.median_network(problem.x_test) for fit in fits}
    words = {
        name_architecture(fit.widths): text.name_row(
            fit.widths, fit.median_network.parameters, float(np.median(fit.errors))
        )
        for fit in fits
    }
    name = text.name_built_row(len(built), count_parameters(1, built)) if built and fits else ""
    runs = {name_architecture(fit.widths): text.name_runs(fit.errors.tolist()) for fit in fits}
    return chart.draw_functions(problem.x_test, problem.y_test, found, _order(fits), words, name, runs)


def built_widths() -> tuple[int, ...]:
    """Return the widths of the network that is the target itself; () if the target is no sawtooth."""
    given = last_valid_input(_TYPED)
    return (2,) * given[1] if isinstance(given, tuple) and given[0] == text.SAWTOOTH else ()


def draw_errors(problem: Problem, fits: list[Fit], built: tuple[int, ...] = ()) -> Picture:
    """Draw the errors of all seeds, and that of a constructed network with the widths ``built``."""
    errors = {name_architecture(fit.widths): fit.errors for fit in fits}
    title = text.CLASS_ERROR if problem.classes else text.FUNCTION_ERROR
    name = text.name_built(name_architecture(built)) if built else ""
    return chart.draw_errors(errors, _order(fits), title, log=not problem.classes, built=name)


def write_built(fits: list[Fit], built: tuple[int, ...]) -> str:
    """Return the sizes and errors of the constructed network and of the best trained one."""
    errors = np.concatenate([fit.errors for fit in fits])
    parameters = count_parameters(1, built)
    return text.describe_built(len(built), parameters, len(errors), float(errors.min()))


def draw_boundary(problem: Problem, fit: Fit) -> Picture:
    """Draw the predicted probability of class 1 of the median network."""
    probability = class_probability(fit.median_network, problem.reach, PIXELS)
    return chart.draw_boundary(probability, problem.x, problem.y, problem.reach)


def draw_problem(problem: Problem, specs: list[DeepSpec]) -> None:
    """Draw the problem and the networks before training."""
    if problem.classes:
        render(chart.draw_points(problem.x, problem.y, problem.reach), key="in_points")
        st.caption(text.ABOUT_CLASSES)
    else:
        with keep_in_view():
            render(draw_functions(problem, []), key=_FUNCTION_CHART)
    rows = [
        (name_architecture(spec.widths), str(count_parameters(problem.inputs, spec.widths))) for spec in specs
    ]
    st.markdown(markdown_table(text.ARCHITECTURE_TABLE, rows))
    st.info(text.PREDICT)


def draw_results(problem: Problem, fits: list[Fit]) -> None:
    """Draw what training found: curves or maps, the errors of all seeds, and the table."""
    finished = [fit for fit in fits if fit.finished]
    warn_of_unfinished([fit for fit in fits if not fit.finished])
    if not finished:
        return
    if problem.classes:
        for column, fit in zip(st.columns(len(finished)), finished, strict=True):
            with column:
                st.markdown(f"**{name_architecture(fit.widths)}**")
                render(draw_boundary(problem, fit), key=f"in_region_{len(fit.widths)}")
        st.caption(text.BOUNDARY_CAPTION)
    else:
        with keep_in_view():
            render(draw_functions(problem, finished, built_widths()), key=_FUNCTION_CHART)


def draw_facts(problem: Problem, fits: list[Fit]) -> None:
    """Draw the errors of all seeds, their table, and what can be proved."""
    finished = [fit for fit in fits if fit.finished]
    if not finished:
        return
    built = built_widths()
    render(draw_errors(problem, finished, built), key="in_errors")
    if built:
        st.markdown(write_built(finished, built))
    st.markdown(write_fits(finished, problem))
    st.caption(text.describe_errors(classes=problem.classes))
    if not problem.classes:
        prove_fits(finished)


def prove_fits(fits: list[Fit]) -> None:
    """Draw a switch, and with it the proved bounds of the largest error of each median network on [0, 1]."""
    given = last_valid_input(_TYPED)
    if not isinstance(given, tuple) or not st.toggle(text.PROVE, key="in_prove", bind="query-params"):
        return
    rows = []
    for fit in fits:
        found = _bound_error(fit.median_network, f"{given} {fit.run.spec}", given)
        shown = text.NO_BOUND if found is None else text.show_bounds(*found)
        rows.append((name_architecture(fit.widths), shown))
    st.markdown(markdown_table(text.PROOF_TABLE, rows))
    st.caption(text.PROOF_CAPTION)


@shared(text.PROVING)
def _bound_error(
    _network: LayeredNetwork,
    run: str,  # noqa: ARG001
    given: tuple[str, int, str],
) -> tuple[float, float] | None:
    """Return proved bounds of the largest error on [0, 1], once for each ``run``; None if there is no upper one."""
    try:
        found = error_bounds(_network, find_target(*given), INTERVAL)
    except ValueError:
        return None
    return (found.low, found.high) if np.isfinite(found.high) else None


def warn_of_unfinished(fits: list[Fit]) -> None:
    """Warn of networks that the time limit stopped: their errors are not comparable."""
    if fits:
        stopped = [(name_architecture(fit.widths), fit.updates) for fit in fits]
        st.warning(text.describe_unfinished(stopped, fits[0].run.spec.steps, SECONDS))


def announce(fits: list[Fit] | None) -> str:
    """Return what a screen reader says after training."""
    finished = [fit for fit in fits or () if fit.finished]
    return text.announce([(name_architecture(fit.widths), float(np.median(fit.errors))) for fit in finished])


def draw_code(problem: Problem, specs: list[DeepSpec]) -> None:
    """Draw the code that trains the deepest network."""
    if specs:
        st.caption(text.describe_code(name_architecture(specs[-1].widths)))
        offer_code(training_code, specs[-1], write_data(problem), key="in_code_depth", name="width_or_depth")


def write_data(problem: Problem) -> str:
    """Return the source of the training set and the test set."""
    if problem.classes:
        return points_source(problem.x, problem.y, problem.x_test, problem.y_test)
    return function_source(problem.source, TRAINING_POINTS, TEST_POINTS)


@fragment
def draw() -> None:
    """Draw the chapter."""
    picture = st.container(key="depth_picture")
    chosen, settings = st.columns([5, 3], vertical_alignment="bottom")
    with chosen:
        problem = choose_problem()
    with settings, st.popover(text.SETTINGS, icon=":material/tune:"):
        specs = choose_networks(problem)
    fits = _beforehand(problem, specs)
    asked = fits is None and st.toggle(text.TRAIN, key="in_train", bind="query-params")
    with picture:
        if asked:
            fits = train(problem, specs)
        if fits is None:
            draw_problem(problem, specs)
        else:
            draw_results(problem, fits)
    if fits is not None:
        draw_facts(problem, fits)
    write(text.MORE)
    web.announce(announce(fits), key="in_say_depth")
    draw_code(problem, specs)


CHAPTER = Chapter("width_or_depth", text.CHAPTER, draw)
