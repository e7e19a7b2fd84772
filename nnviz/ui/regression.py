"""The chapter "A line by hand": its controls, what is computed once, and the same state as formulas."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from nnviz.charts import Columns, ground_columns
from nnviz.charts import regression as charts
from nnviz.export.regression import Walk, line_code
from nnviz.functions import Library
from nnviz.learning import DescentSpec, StepSizes, Surface, Trajectory, descend, regression, step_sizes
from nnviz.ui.controls import count, fine_slider, one_of, power, whole
from nnviz.ui.draw import TABLES, show
from nnviz.ui.grab import grab_one, grab_points
from nnviz.ui.hand import while_held
from nnviz.ui.live import follow, player
from nnviz.ui.numbers import Moving, Numbers, Place, parameter
from nnviz.ui.questions import code_is_open
from nnviz.ui.samples import into_link, line_samples, sliders_of
from nnviz.ui.words import tex

Array = NDArray[np.float64]

MOST_STEPS = 5000
PIXELS = 200
MOST_GRABBED = 150  # points whose text an address can carry
BATCHES = (0, 1, 2, 4, 8, 16, 32)
CHAPTER = "lr_by_hand"  # the fragment of the whole chapter
CODE = "lr_line"


class Bowl(NamedTuple):
    """What the points alone decide: the risk over (w, b), its image, its minimum, its curvature."""

    surface: Surface
    ground: Columns
    best: tuple[float, float]
    sizes: StepSizes


class Line(NamedTuple):
    """What is on screen: the points (n,), their bowl, where the walk begins and how it goes, and its path."""

    x: Array
    y: Array
    titles: tuple[str, str]
    bowl: Bowl
    walk: Walk
    run: Trajectory
    chosen: NDArray[np.int64]

    @property
    def last(self) -> tuple[float, float]:
        """(w, b) where the walk ends."""
        w, b = self.run.points[-1].tolist()
        return w, b


@st.cache_resource(max_entries=64, show_spinner=False)
def bowl_of(x: Array, y: Array, *, true_angles: bool = False) -> Bowl:
    """The risk of the points, once for each set of them; with true angles, over as much of w as of b."""
    surface = regression.risk_surface(x, y)
    if true_angles:
        reach = max(high - low for low, high in surface.domain) / 2
        surface = replace(surface, domain=tuple((at - reach, at + reach) for at in surface.minima[0]))
    axes = [np.linspace(low, high, PIXELS) for low, high in surface.domain]
    values = surface.value(np.stack(np.meshgrid(*axes), axis=-1))
    w, b = surface.minima[0]
    return Bowl(surface, ground_columns(values, surface.domain), (w, b), step_sizes(regression.hessian(x)))


@st.cache_data(max_entries=32, show_spinner=False)
def walked(x: Array, y: Array, walk: Walk) -> Trajectory:
    """Gradient descent on the risk of the points, on mini-batches where the walk has some."""
    w, b = walk.start
    spec = DescentSpec("own", "gradient_descent", walk.learning_rate, (w, b), walk.steps, tolerance=1e-12)
    deal = regression.batch_gradient(x, y, walk.batch, walk.seed) if walk.batch else None
    return descend(spec, bowl_of(x, y).surface, deal)


def restart() -> None:
    """A line moved by hand is a new start: no step has been walked from it."""
    st.session_state.lr_steps = 0.0


def moved() -> None:
    """A line moved by a slider is a new start. Charts and formulas have followed in the browser; a walk, tables and
    code tell of the line before, and where one of them is on the page, the chapter is drawn anew.
    """
    written = any(map(st.session_state.get, ("lr_steps", TABLES))) or code_is_open(CODE)
    restart()
    if written:
        st.rerun(CHAPTER)


def go_on(steps: int) -> None:
    """Go on by that many steps."""
    st.session_state.lr_steps = min(st.session_state.get("lr_steps", 0.0) + steps, float(MOST_STEPS))


def stand_at(w: float, b: float) -> None:
    """Put the sliders on a line, and begin there."""
    st.session_state.update(lr_w=w, lr_b=b, lr_steps=0.0)


def workbench(words: str) -> Line:
    """The line, its squares as one area, its place on the map, and what moves it; `words` say how to read them."""
    left, right = st.columns([5, 4], gap="medium")
    with right:
        maps = st.container()
        descent = st.container()
        samples = line_samples("lr")
    x, y = samples.x[:, 0], samples.y
    bowl = bowl_of(x, y)
    with left:
        picture = st.container()
        start = _hands(bowl.surface)
        st.caption(words)
    with descent:
        walk = _descent(len(x), start, bowl.best)
    run = walked(x, y, walk)
    chosen = _looks_at(len(x), walk)(len(run.points) - 1)
    line = Line(x, y, (samples.features[0], samples.target), bowl, walk, run, chosen)
    _draw(line, picture, maps, descent)
    while_held("lr_eta", "lr_deal", *sliders_of("lr"), key="lr_hand")
    return line


@st.fragment
def _hands(bowl: Surface) -> tuple[float, float]:
    """The sliders of the line (w, b), a fragment of their own: the browser draws what they move."""
    (across, up), (slope, intercept) = bowl.domain, st.columns(2)
    with slope:
        w = fine_slider("Slope $w$", across, key="lr_w", on_change=moved)
    with intercept:
        b = fine_slider("Intercept $b$", up, key="lr_b", on_change=moved)
    return w, b


def _draw(line: Line, picture: DeltaGenerator, maps: DeltaGenerator, descent: DeltaGenerator) -> None:
    x, y, bowl = line.x, line.y, line.bowl
    points, steps = charts.points(x, y), charts.thinned(len(line.run.points))
    played = steps.size > 1
    with picture:
        show(charts.fit(points, line.last, bowl.best, line.titles, _looked_at(line, steps)), key="lr_fit")
    with maps:
        risk, area = st.columns([3, 2], gap="small")
        with risk:
            path = steps if played else steps[:0]
            show(
                charts.risk(bowl.ground, line.run.points, path, bowl.best, bowl.surface.domain), key="lr_risk"
            )
        with area:
            spread, least = (len(y) * regression.risk(x, y, w, b) for w, b in ((0.0, y.mean()), bowl.best))
            show(charts.area(points, line.last, spread, least), key="lr_area")
    follow(dict(zip(("lr_w", "lr_b"), line.last, strict=True)), key="lr_follow", played=played)
    if played:
        with descent:
            _play(line, steps)
    with maps:
        grab_one(
            "lr_risk", bowl.surface.domain, line.last, keys=("lr_w", "lr_b"), labels=("w", "b"), then=restart,
            words="the dot", key="lr_grab_line",
            hint="Drag the dot over the map, or Tab to it and use the arrow keys: the line follows.",
        )  # fmt: skip
    with picture:
        _grab_points(x, y)


def _looked_at(line: Line, steps: NDArray[np.int64]) -> Columns | None:
    """Of mini-batches, whom the step from each frame of the walk looks at."""
    if not line.walk.batch:
        return None
    batches = map(_looks_at(len(line.x), line.walk), steps.tolist())
    return charts.ringed(line.x, line.y, list(batches))


def _play(line: Line, steps: NDArray[np.int64]) -> None:
    """The walk: the line, its squares and the dot on the map at each of the steps."""
    w, b = line.run.points[steps].T.tolist()
    losses = line.run.values[steps].tolist()
    player(
        "lr_walk", steps.tolist(), run=f"{line.walk} {line.bowl.best}", rate=playing_rate(steps.size),
        outcome=f"Walked {steps[-1]} steps: loss {losses[-1]:.4g}",
        values={"lr_w": w, "lr_b": b, **_of_batches(line, steps)},
        captions=[f"w {u:.4g}, b {v:.4g}, L {loss:.4g}" for u, v, loss in zip(w, b, losses, strict=True)],
    )  # fmt: skip


BATCH_VALUES: Final = ("lr_dw", "lr_db", "lr_x1", "lr_e1", "lr_x2", "lr_e2")


def _of_batches(line: Line, steps: NDArray[np.int64]) -> dict[str, list[float]]:
    """Of mini-batches, at each of the steps: the slopes that it follows, and x and residual of the first points."""
    if not line.walk.batch:
        return {}
    gradient = regression.batch_gradient(line.x, line.y, line.walk.batch, line.walk.seed)
    points = line.run.points[steps]
    slopes = [gradient(point, step) for point, step in zip(points, steps.tolist(), strict=True)]
    first = np.array([chosen[:2] for chosen in map(_looks_at(len(line.x), line.walk), steps.tolist())])
    x, y = line.x[first], line.y[first]
    terms = np.stack([x, points[:, :1] * x + points[:, 1:] - y], axis=-1).reshape(len(steps), -1)
    return dict(zip(BATCH_VALUES, np.hstack([slopes, terms]).T.tolist()))


def playing_rate(frames: int) -> float:
    """Frames a second, for about six seconds: few are shown slowly, many fast."""
    return min(max(frames / 6, 4.0), 30.0)


def _grab_points(x: Array, y: Array) -> None:
    """Let a hand move the points, if their text fits into the link; then they are one's own."""
    if len(x) > MOST_GRABBED:
        return
    grab_points(
        "lr_fit", charts.fit_domain(x, y), np.column_stack((x, y)), name="lr_drag", words="the points", add=True,
        remove=True, key="lr_grab_points", on_change=keep_points,
        hint="Drag a point, double-click to add one, drag one out to remove it: the points are then your own.",
    )  # fmt: skip


def keep_points(points: Array) -> None:
    """Points moved by hand become the source "My own points", which the link carries."""
    text = "\n".join(f"{x:.6g} {y:.6g}" for x, y in points.tolist())
    into_link("lr", text)
    restart()


def _looks_at(n: int, walk: Walk) -> Callable[[int], NDArray[np.int64]]:
    """Step -> the numbers of the points that it looks at."""
    return regression.batches(n, walk.batch, walk.seed) if walk.batch else lambda _step: np.arange(n)


def _descent(n: int, start: tuple[float, float], best: tuple[float, float]) -> Walk:
    """The learning rate, the batch, and as many steps as the buttons asked for."""
    dial, walked_steps, batches = st.columns([3, 2, 2], gap="small")
    with dial:
        eta = power("Learning rate $\\eta$", -5, 1, 0.05, key="lr_eta")
    with walked_steps:
        steps = count("Steps walked", MOST_STEPS, key="lr_steps")
    with batches:
        batch: int = st.selectbox(
            "Each step looks at",
            [size for size in BATCHES if size <= n],
            key="lr_batch",
            format_func=lambda size: f"{size} point{'s' * (size > 1)}" if size else "all points",
            bind="query-params",
        )
    seed = whole("Seed of the mini-batches", 0, 99, 0, key="lr_deal") if batch else 0
    with st.container(horizontal=True, gap="small"):
        st.button("1 step", on_click=go_on, args=(1,))
        st.button("25 steps", on_click=go_on, args=(25,))
        st.button("All steps", on_click=go_on, args=(MOST_STEPS,))
        st.button("Rewind", on_click=restart, disabled=steps == 0, help="Back to the line of the sliders")
        st.button("Best line", on_click=stand_at, args=best)
    return Walk(start, eta, steps, batch, seed)


def formulas(line: Line) -> None:
    """The same state as formulas, with its numbers in them."""
    _say_if_diverging(line)
    group = one_of("Formulas", list(GROUPS), "The next step", key="lr_formulas")
    if len(line.chosen) < len(line.x) and group in ("The slope", "The next step"):
        st.markdown(f"On {len(line.chosen)} of the points:")
    steps = len(line.run.points) - 1
    told = _of_batches(line, np.array([steps])) if steps else {}
    at = dict(zip(("lr_w", "lr_b"), line.last, strict=True)) | {
        name: value for name, (value,) in told.items()
    }
    reach = [*((high - low) / 2 for low, high in line.bowl.surface.domain), *[1.0] * (len(at) - 2)]
    numbers = Numbers(at, reach=reach, key="lr_numbers")
    st.latex(aligned(*GROUPS[group](line, numbers.place)))
    numbers.follow()


def _say_if_diverging(line: Line) -> None:
    steps, eta, critical = len(line.run.points) - 1, line.walk.learning_rate, line.bowl.sizes.critical
    if line.run.diverged:
        st.warning(
            f"Gradient descent diverged after {steps} steps: η = {eta:g} is too large for these points; below 2/λmax = "
            f"{critical:.3g} it converges. The last finite line is shown.",
            icon=":material/warning:",
        )
    elif steps and eta > critical and not line.walk.batch:
        st.warning(
            f"η = {eta:g} is above 2/λmax = {critical:.3g}: along the steepest direction every step lands farther from "
            "the best line than it began.",
            icon=":material/warning:",
        )


def _the_line(line: Line, place: Place) -> Sequence[str]:
    x, y, n = line.x, line.y, len(line.x)
    squares = [f"({place(_residual(x[i], y[i]), 2)})^2" for i in range(min(n, 2))]
    return (
        rf"\hat y &= {place(parameter(0))}\,x {place(parameter(1), signed=True)}",
        r"L(w, b) &= \tfrac1n \textstyle\sum_i (\hat y_i - y_i)^2",
        rf"&= \tfrac1{{{n}}}\big[{_sum(squares, n)}\big]",
        rf"&= {place(lambda w, b, *_: regression.risk(x, y, w, b), 4)}, \qquad n = {n}",
        r"R^2 &= 1 - \tfrac{n L}{\sum (y_i - \bar y)^2} = "
        + place(lambda w, b, *_: regression.r_squared(x, y, w, b)),
    )


SLOPES: Final = (
    r"\tfrac{\partial L}{\partial w} &= \tfrac2n \textstyle\sum_i (\hat y_i - y_i)\,x_i = ",
    r"\tfrac{\partial L}{\partial b} &= \tfrac2n \textstyle\sum_i (\hat y_i - y_i) = ",
)


def _the_slope(line: Line, place: Place) -> Sequence[str]:
    """The gradient on the points of the next step, term by term."""
    terms, n = _terms(line), len(line.chosen)
    errors = [f"({place(residual, 2)})" for _, residual in terms.firsts]
    by_b = _sum(errors, n)
    by_w = _sum([f"{error}({place(x, 2)})" for error, (x, _) in zip(errors, terms.firsts, strict=True)], n)
    return (
        rf"{SLOPES[0]}{place(terms.slopes[0])}",
        rf"&= \tfrac{{2}}{{{n}}}\big[{by_w}\big]",
        rf"{SLOPES[1]}{place(terms.slopes[1])}",
        rf"&= \tfrac{{2}}{{{n}}}\big[{by_b}\big]",
    )


def _the_step(line: Line, place: Place) -> Sequence[str]:
    return (*_update(line, place, 0, "w"), *_update(line, place, 1, "b"))


def _update(line: Line, place: Place, which: int, name: str) -> tuple[str, str]:
    """The slope along one of the two parameters, and the step against it."""
    slope, eta = _terms(line).slopes[which], line.walk.learning_rate
    old, new = place(parameter(which)), place(lambda *at: at[which] - eta * slope(*at))
    return (
        rf"{SLOPES[which]}{place(slope)}",
        rf"{name} &\leftarrow {old} - {eta:g} \cdot ({place(slope)}) = {new}",
    )


class Terms(NamedTuple):
    """What the next step is made from, as numbers that move: the two slopes, and of the first points x and residual."""

    slopes: Sequence[Moving]
    firsts: Sequence[tuple[Moving, Moving]]


def _terms(line: Line) -> Terms:
    """All but the line itself is told by the player where each step of a walk looks at points of its own."""
    first = min(len(line.chosen), 2)
    if line.walk.batch and len(line.run.points) > 1:
        told = [parameter(place) for place in range(2, 4 + 2 * first)]
        return Terms(told[:2], list(zip(told[2::2], told[3::2], strict=True)))
    x, y = line.x[line.chosen], line.y[line.chosen]
    slopes = [_slope(x, y, which) for which in range(2)]
    return Terms(slopes, [(_still(x[i]), _residual(x[i], y[i])) for i in range(first)])


def _still(value: float) -> Moving:
    return lambda *_: float(value)


def _residual(x: float, y: float) -> Moving:
    return lambda w, b, *_: float(w * x + b - y)


def _slope(x: Array, y: Array, which: int) -> Moving:
    """∂L/∂w or ∂L/∂b on these points."""
    return lambda w, b, *_: float(regression.gradient(x, y, w, b)[which])


def _the_solution(line: Line, _place: Place) -> Sequence[str]:
    equations = regression.normal_equations(line.x, line.y)
    best = np.array(line.bowl.best)
    return (
        r"X^\top\! X \tbinom wb &= X^\top y, \quad X = [x \;\, 1]",
        rf"{matrix(equations.matrix)} \tbinom wb &= {matrix(equations.right[:, None])}",
        rf"\tbinom wb &= {matrix(best[:, None])}",
        rf"L &= {tex(regression.risk(line.x, line.y, best[0], best[1]), 4)}",
    )


GROUPS: Final[dict[str, Callable[[Line, Place], Sequence[str]]]] = {
    "The line now": _the_line,
    "The slope": _the_slope,
    "The next step": _the_step,
    "The best line": _the_solution,
}


def aligned(*lines: str) -> str:
    """Lines of LaTeX, one below the other at their &; with room at the right, or the browser makes them scroll."""
    return r"\begin{aligned}" + r" \\[3pt] ".join(lines) + r"\end{aligned}\;"


def matrix(values: Array, digits: int = 4) -> str:
    """A matrix (rows, columns) for LaTeX; what is 0 but for rounding, beside its largest entry, is written 0."""
    values = np.where(np.abs(values) > 1e-13 * np.abs(values).max(), values, 0.0)
    return column(" & ".join(tex(cell, digits) for cell in row) for row in values.tolist())


def column(rows: Iterable[str]) -> str:
    """A matrix for LaTeX of rows that are written already."""
    return r"\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"


def _sum(terms: Sequence[str], count: int) -> str:
    """Terms added up, with dots where there are more than those."""
    return "{}".format(" + ".join([*terms, r"\cdots"] if count > len(terms) else terms))


def source(line: Line, language: Library) -> str:
    """The code that walks the same way."""
    return line_code(line.x, line.y, line.walk._replace(steps=len(line.run.points) - 1), language)
