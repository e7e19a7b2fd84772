"""Paths of optimizers over a surface of two parameters, one update as arrows, a plane through a network's loss."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.curves import curves
from nnviz.charts.ground import ground
from nnviz.charts.theme import (
    BEST,
    ERROR,
    MODEL,
    STEP,
    TRUTH,
    Columns,
    Picture,
    by_series,
    either,
    finish,
    layered,
    live,
    named,
    series_color,
    series_dash,
    series_shape,
    x_axis,
    y_axis,
)

Array = NDArray[np.float64]
Domain = tuple[tuple[float, float], ...]

WHOLE = 200  # steps of a walk that are all drawn
NAME = 130  # pixels of an optimizer's name in the legend
FEW = 4  # optimizers; the legend of more needs room
ARM = 0.13  # half the length of an eigen-direction, as a share of the picture
STEP_NOW = live("gd_frame_step", "1e9")


def paths(
    surface: Columns,
    walks: Mapping[str, Array],
    order: Sequence[str],
    minima: Sequence[Sequence[float]],
    domain: Domain,
    names: tuple[str, str] = ("x", "y"),
    curvature: Columns | None = None,
) -> Picture:
    """The walk of each optimizer, label -> points (k + 1, 2), over a banded surface with its minima.

    surface: from `ground_columns`. A walk is drawn up to the live value gd_frame_step, and whole until there is one.
    curvature: from `eigen_columns`, the eigen-directions of the Hessian where the first walk stands.
    """
    kept = {label: _thin(points) for label, points in walks.items()}
    columns: Columns = {
        "series": [label for label, (steps, _) in kept.items() for _ in steps],
        "step": np.concatenate([steps for steps, _ in kept.values()] or [np.empty(0)]),
        "x": np.concatenate([points[:, 0] for _, points in kept.values()] or [np.empty(0)]),
        "y": np.concatenate([points[:, 1] for _, points in kept.values()] or [np.empty(0)]),
    }
    data: dict[str, Columns] = {
        "ground": surface,
        "walks": columns,
        "minima": {"x": [place[0] for place in minima], "y": [place[1] for place in minima]},
    }
    if curvature is not None:
        data["curvature"] = curvature
    return Picture(
        _spec(domain, tuple(order), tuple(walks), names, curvature is not None),
        data,
        "A surface seen from above, stronger where the loss is larger, with the path of each optimizer "
        "from the common start; crosses mark the minima.",
    )


def _thin(points: Array) -> tuple[Array, Array]:
    """Steps and points to draw: the first 200, then an even choice up to the last."""
    last = len(points) - 1
    late = np.linspace(WHOLE, last, WHOLE).round() if last > 2 * WHOLE else np.arange(WHOLE, last + 1)
    drawn = np.append(np.arange(min(WHOLE, last + 1)), late).astype(int)
    return drawn.astype(np.float64), points[drawn]


def eigen_columns(
    steps: Sequence[int], points: Array, eigenvalues: Array, directions: Array, domain: Domain
) -> Columns:
    """The data of the eigen-directions at points (k, 2) of the steps the player shows.

    eigenvalues (k, 2) rising, directions (k, 2, 2) with a column for each. Both arms are equally long on the map.
    """
    widths = np.array([high - low for low, high in domain])
    arms = np.swapaxes(directions, 1, 2)  # (k, which, parameter)
    arms = ARM * arms / np.linalg.norm(arms / widths, axis=-1, keepdims=True)
    x, y = points[:, None, 0], points[:, None, 1]
    upto = np.append(np.asarray(steps[1:], np.float64), 1e12)
    flat = {
        "x": x - arms[..., 0],
        "y": y - arms[..., 1],
        "x2": x + arms[..., 0],
        "y2": y + arms[..., 1],
        "value": eigenvalues,
        "step": np.repeat(np.asarray(steps, np.float64)[:, None], 2, axis=1),
        "until": np.repeat(upto[:, None], 2, axis=1),
    }
    return {name: np.asarray(column, np.float64).ravel() for name, column in flat.items()}


@lru_cache(maxsize=64)
def _spec(
    domain: Domain, order: tuple[str, ...], drawn: tuple[str, ...], names: tuple[str, str], bent: bool
) -> dict[str, Any]:
    x, y = x_axis("x", names[0], domain[0], grid=False), y_axis("y", names[1], domain[1], grid=False)
    color = series_color(order, drawn, wide=NAME, dashed=True)
    shown = by_series(named("walks")).transform_filter(f"datum.step <= {STEP_NOW}")
    lines = shown.mark_line(strokeWidth=2.5, clip=True).encode(
        x=x, y=y, color=color, strokeDash=series_dash(order, drawn), order=alt.Order("step:Q")
    )
    heads = (
        shown.transform_window(
            rank="rank()", sort=[alt.SortField("step", order="descending")], groupby=["series"]
        )
        .transform_filter("datum.rank == 1")
        .mark_point(size=110, filled=True, opacity=1, stroke="white", strokeWidth=1, clip=True)
        .encode(
            x=x,
            y=y,
            color=color,
            shape=series_shape(order, drawn),
            tooltip=[
                alt.Tooltip("series:N"),
                alt.Tooltip("x:Q", title=names[0]),
                alt.Tooltip("y:Q", title=names[1]),
            ],
        )
    )
    start = (
        named("walks")
        .transform_filter("datum.step == 0")
        .transform_calculate(held_x=live("gd_x", "datum.x"), held_y=live("gd_y", "datum.y"))
        .mark_point(size=160, color=TRUTH, strokeWidth=2, clip=True)
        .encode(x=alt.X("held_x:Q"), y=alt.Y("held_y:Q"))
    )
    minima = (
        named("minima")
        .mark_point(shape="cross", size=140, color=BEST, filled=True, clip=True)
        .encode(x=x, y=y)
    )
    layers = [ground(domain, names), minima, *(_eigen_layers(x, y) if bent else []), lines, start, heads]
    return finish(layered(*layers), height=420 if len(drawn) <= FEW else 480, listens=True)


def _eigen_layers(x: Any, y: Any) -> list[Any]:
    """The two directions of the step that is shown, solid where it curves up, dashed where down, with their λ."""
    now = (
        named("curvature")
        .transform_calculate(now=f"min({STEP_NOW}, 1e11)")
        .transform_filter("datum.step <= datum.now && datum.now < datum.until")
        .transform_calculate(label="'λ = ' + format(datum.value, '.3~g')")
    )
    color = either(alt.ColorValue, "datum.value < 0", ERROR, BEST)
    dash = either(alt.StrokeDashValue, "datum.value < 0", [6, 4], [1, 0])
    arms = now.mark_rule(strokeWidth=2.5, clip=True).encode(
        x=x, y=y, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"), color=color, strokeDash=dash
    )
    words = now.mark_text(align="left", dx=6, dy=-6, fontSize=13, fontWeight=600, clip=True).encode(
        x=alt.X("x2:Q"), y=alt.Y("y2:Q"), text=alt.Text("label:N"), color=color
    )
    return [arms, words]


def _thinned(line: Array) -> tuple[Array, Array]:
    """Steps and values of at most 90 of them, evenly spaced, both ends among them."""
    steps = np.unique(np.linspace(0, line.size - 1, MOST_DRAWN).round().astype(int))
    return steps, line[steps]


def against_step(
    values: Mapping[str, Array],
    order: Sequence[str],
    steps: int,
    what: str,
    log: bool = True,
    expected: Mapping[str, Array] | None = None,
) -> Picture:
    """A number against the step for each walk, label -> values (k + 1,); logarithmic if wanted and none is negative.

    expected: label -> values (k + 1,) that theory expects, wide and pale. No legend: it stands below that of `paths`.
    """
    log = log and all((line >= 0).all() for line in values.values())
    return curves(
        {label: _thinned(line) for label, line in values.items()},
        order,
        ("step", what),
        f"{what[0].upper()}{what[1:]} against the step, one line for each optimizer, in the colours of the map.",
        x_domain=(0, steps),
        log=log,
        height=230,
        follow="gd_frame_step",
        marker=float(steps),
        legend=False,
        theory=None if expected is None else {label: _thinned(line) for label, line in expected.items()},
    )


MOST_DRAWN = 90
KINDS = {"slope": (ERROR, [6, 3]), "memory": (MODEL, [2, 2]), "step": (STEP, [1, 0])}  # of an arrow: its look
PHASE_NOW = live("gd_phase", "1e9")


class Drawn(NamedTuple):
    """An arrow of an update: its phase, its name and kind (in KINDS), where it begins and how far it goes."""

    phase: int
    name: str
    kind: str
    start: Array
    vector: Array


def update(
    surface: Columns,
    trail: Array,
    arrows: Sequence[Drawn],
    squares: Sequence[tuple[int, Array]],
    titles: Sequence[tuple[str, str]],
    domain: Domain,
    names: tuple[str, str] = ("x", "y"),
) -> Picture:
    """One update over a part of the surface: the way so far (k + 1, 2), and the arrows and squares of each phase.

    squares: (phase, the side of each coordinate's square (2,) in units of its axis). titles: of each phase, with its
    result in numbers. The phase shown is the live value gd_phase; those before it stay, paler.
    """
    at, ends = trail[-1], [arrow.start + arrow.vector for arrow in arrows]
    return Picture(
        _update_spec(domain, names, tuple(titles)),
        {
            "ground": surface,
            "trail": {"x": trail[:, 0], "y": trail[:, 1], "step": np.arange(len(trail))},
            "at": {"x": at[:1], "y": at[1:]},
            "arrows": {
                "phase": [arrow.phase for arrow in arrows],
                "name": [arrow.name for arrow in arrows],
                "kind": [arrow.kind for arrow in arrows],
                "x": [arrow.start[0] for arrow in arrows],
                "y": [arrow.start[1] for arrow in arrows],
                "x2": [end[0] for end in ends],
                "y2": [end[1] for end in ends],
            },
            "squares": {
                "phase": [phase for phase, _ in squares for _ in range(2)],
                "name": [f"√s of {name}" for _ in squares for name in names],
                "across": [axis == 0 for _ in squares for axis in range(2)],
                "side": [float(sides[axis]) for _, sides in squares for axis in range(2)],
                "x": [at[0]] * (2 * len(squares)),
                "y": [at[1]] * (2 * len(squares)),
            },
        },
        "One update of an optimizer over the surface, phase by phase: the slope, what is remembered of it, the step.",
    )


@lru_cache(maxsize=64)
def _update_spec(
    domain: Domain, names: tuple[str, str], titles: tuple[tuple[str, str], ...]
) -> dict[str, Any]:
    x, y = x_axis("x", names[0], domain[0], grid=False), y_axis("y", names[1], domain[1], grid=False)
    trail = (
        named("trail")
        .mark_line(color=TRUTH, strokeWidth=2, clip=True, point=alt.OverlayMarkDef(color=TRUTH, size=24))
        .encode(x=x, y=y, order=alt.Order("step:Q"))
    )
    at = named("at").mark_point(size=170, color=TRUTH, strokeWidth=3, clip=True).encode(x=x, y=y)
    layers = [
        ground(domain, names),
        trail,
        *_square_layers(domain, x, y),
        *_arrow_layers(domain, x, y),
        at,
    ]
    now = f"min({live('gd_phase', '1e9')}, {len(titles) - 1})"
    title = alt.TitleParams(
        text=alt.expr(f"{json.dumps(titles)}[{now}]"), anchor="start", frame="group", fontSize=15
    )
    return finish(layered(*layers).properties(title=title), height=480, listens=True)


def _by_phase(name: str) -> Any:
    """A data set up to the phase that is shown, which is `now`; the last until one is told."""
    chart = named(name).transform_joinaggregate(last="max(phase)")
    return chart.transform_calculate(now=PHASE_NOW).transform_filter("datum.phase <= datum.now")


def _pixels(domain: Domain) -> tuple[str, str]:
    """Pixels a unit of x and of y, as expressions."""
    (x0, x1), (y0, y1) = domain
    return f"(width / {x1 - x0})", f"(height / {y1 - y0})"


_NAMED = "datum.phase == min(datum.now, datum.last)"
_PALE = either(alt.OpacityValue, "datum.phase == datum.now || datum.now > 1e8", 1, 0.3)


def _arrow_layers(domain: Domain, x: Any, y: Any) -> list[Any]:
    across, up = _pixels(domain)
    shown = (
        _by_phase("arrows")
        .transform_calculate(dx=f"(datum.x2 - datum.x) * {across}", dy=f"(datum.y2 - datum.y) * {up}")
        .transform_calculate(angle="atan2(datum.dx, datum.dy) * 180 / PI", length="hypot(datum.dx, datum.dy)")
        .transform_calculate(look="datum.kind")
    )
    color = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=list(KINDS), range=[color for color, _ in KINDS.values()]),
        legend=alt.Legend(
            orient="bottom", title=None, symbolType="stroke", symbolSize=300, symbolStrokeWidth=4
        ),
    )
    dash = alt.StrokeDash(
        "look:N", scale=alt.Scale(domain=list(KINDS), range=[dash for _, dash in KINDS.values()]), legend=None
    )
    shafts = shown.mark_rule(strokeWidth=3.5, clip=True).encode(
        x=x,
        y=y,
        x2=alt.X2("x2:Q"),
        y2=alt.Y2("y2:Q"),
        color=color,
        strokeDash=dash,
        opacity=_PALE,
        tooltip=[alt.Tooltip("name:N")],
    )
    tips = (
        shown.transform_filter("datum.length > 3")
        .mark_point(shape="wedge", filled=True, size=260, clip=True)
        .encode(
            x=alt.X("x2:Q"),
            y=alt.Y("y2:Q"),
            angle=alt.Angle("angle:Q", scale=None),
            color=color,
            opacity=_PALE,
        )
    )
    words = (
        shown.transform_calculate(tx="datum.x2", ty="datum.y2")
        .transform_filter(_NAMED)
        .mark_text(align="left", dx=9, dy=-9, fontSize=15, fontWeight=600, clip=True)
        .encode(x=alt.X("tx:Q"), y=alt.Y("ty:Q"), text=alt.Text("name:N"), color=color)
    )
    return [shafts, tips, words]


def _square_layers(domain: Domain, x: Any, y: Any) -> list[Any]:
    """The square of x to the right and below, the square of y to the left and above; as high as they are wide."""
    across, up = _pixels(domain)
    shown = (
        _by_phase("squares")
        .transform_calculate(pixels=f"datum.side * (datum.across ? {across} : {up})")
        .transform_calculate(
            x2=f"datum.x + (datum.across ? 1 : -1) * datum.pixels / {across}",
            y2=f"datum.y + (datum.across ? -1 : 1) * datum.pixels / {up}",
        )
    )
    areas = shown.mark_rect(
        aria=False, color=BEST, fillOpacity=0.25, stroke=BEST, strokeWidth=2, clip=True
    ).encode(x=x, y=y, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"), opacity=_PALE, tooltip=[alt.Tooltip("name:N")])
    words = [
        shown.transform_filter(f"datum.phase == datum.now && datum.across == {across}")
        .mark_text(fontSize=14, fontWeight=600, color=BEST, align=align, dx=dx, dy=dy, clip=True)
        .encode(x=alt.X("x2:Q"), y=alt.Y("y2:Q"), text=alt.Text("name:N"))
        for across, align, dx, dy in (("true", "left", 6, 10), ("false", "right", -6, -8))
    ]
    return [areas, *words]


def plane(surface: Columns, path: Array, steps: Sequence[int], box: Domain) -> Picture:
    """A plane through a network's loss, with the shadow (F, 2) of its training run at these steps."""
    path = np.asarray(path)
    return Picture(
        _plane_spec(box),
        {
            "ground": surface,
            "path": {"x": path[:, 0], "y": path[:, 1], "step": list(steps)},
            "end": {"x": path[-1:, 0], "y": path[-1:, 1]},
        },
        "A plane through the loss of a network seen from above, stronger where the loss is larger, with the shadow of "
        "the training run on it; a cross marks where it ended.",
    )


@lru_cache(maxsize=64)
def _plane_spec(box: Domain) -> dict[str, Any]:
    x, y = x_axis("x", "α, along d₁", box[0], grid=False), y_axis("y", "β, along d₂", box[1], grid=False)
    shown = named("path").transform_filter(f"datum.step <= {STEP_NOW}")
    line = shown.mark_line(color=MODEL, strokeWidth=2.5, clip=True).encode(
        x=x, y=y, order=alt.Order("step:Q")
    )
    head = (
        shown.transform_window(rank="rank()", sort=[alt.SortField("step", order="descending")])
        .transform_filter("datum.rank == 1")
        .mark_point(size=130, filled=True, opacity=1, color=MODEL, stroke="white", strokeWidth=1, clip=True)
        .encode(x=x, y=y, tooltip=[alt.Tooltip("step:Q"), alt.Tooltip("x:Q"), alt.Tooltip("y:Q")])
    )
    start = (
        named("path")
        .transform_filter("datum.step == 0")
        .mark_point(size=160, color=TRUTH, strokeWidth=2, clip=True)
        .encode(x=x, y=y)
    )
    end = named("end").mark_point(shape="cross", size=140, color=BEST, filled=True).encode(x=x, y=y)
    layers = [ground(box, ("α, along d₁", "β, along d₂")), end, line, start, head]
    return finish(layered(*layers), height=420, listens=True)


ALONG = ("true loss of the network", "loss of its shadow on the plane")


def true_and_shadow(steps: Array, true: Array, shadow: Array) -> Picture:
    """The loss of the networks of a run (F,) at its steps (F,), and that of their shadows on the plane."""
    return curves(
        dict(zip(ALONG, ((steps, true), (steps, shadow)), strict=True)),
        ALONG,
        ("step", "loss L"),
        "The loss of the network along its training run, and the loss of its shadow on the plane.",
        x_domain=(0, float(steps[-1])),
        log=True,
        height=230,
        follow="gd_frame_step",
        marker=float(steps[-1]),
    )
