"""A network beside its target, its error, and its hidden units, over the frames of a training run.

A wide table carries the frames: columns f0, f1, … one a frame, and f, the last; the player chooses a column.
"""

from functools import lru_cache
from typing import Any, Protocol

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.curves import curves
from nnviz.charts.theme import (
    BEST,
    ERROR,
    HEIGHT,
    MODEL,
    PADDING,
    TRUTH,
    Columns,
    Interval,
    Picture,
    either,
    finish,
    layered,
    live,
    named,
    padded,
    steady,
    x_axis,
    y_axis,
)

Array = NDArray[np.floating[Any]]

FRAME = "ua_frame"  # the live value the player tells
DRAWN = "ua_drawn"  # what the pad tells while a hand draws: the function as it is now, and its stamp
MOST_TICKS = 64
_UNIT_COLORS = alt.Scale(scheme="tableau10")
MOST_DRAWN = 150


def wide(frames: Array) -> Columns:
    """Columns f0 … fF-1 and f, the last, in float32 for frames (F, m); f alone for one frame."""
    values = np.asarray(frames, np.float32)
    return {**{f"f{k}": row for k, row in enumerate(values) if len(values) > 1}, "f": values[-1]}


def shown(frame: str) -> dict[str, str]:
    """The signal that names the column of a wide table for the frame `frame`: computed once, not in each row."""
    return {"name": "shown", "update": f"'f' + {frame}"}


PLAYED = shown(live(FRAME, "''"))


def value_shown(frames: int) -> str:
    """What a row of a wide table shows, as an expression: its value in the frame `shown`, or the only one there is."""
    return "(isDefined(datum[shown]) ? datum[shown] : datum.f)" if frames > 1 else "datum.f"


class Measured(Protocol):
    """What these pictures draw: networks beside a target, one a frame (nnviz.approximation.Film)."""

    @property
    def x(self) -> Array:
        """(m,)"""

    @property
    def target(self) -> Array:
        """(m,)"""

    @property
    def predictions(self) -> Array:
        """(F, m)"""

    @property
    def errors(self) -> Array:
        """(F, m)"""

    @property
    def sup(self) -> Array:
        """(F,)"""

    @property
    def rms(self) -> Array:
        """(F,)"""

    @property
    def centres(self) -> Array:
        """(F, N)"""

    @property
    def measured(self) -> int:
        """The number of points."""


def approximation(
    film: Measured,
    width: int,
    points: tuple[Array, Array] | None = None,
    units: tuple[Array, Array] | None = None,
    epsilon: float = 0.0,
    drawing: float | None = None,
) -> Picture:
    """Target and network over K with the sup and rms error of the frame shown; ticks where units switch.

    points: what was learned from, drawn as dots. units: x (m,) and what some units add there (F, shown, m), drawn as
    thin lines. epsilon: half the height of the tube about the target. Above 64 units there are no ticks. drawing: the
    stamp (`nnviz.ui.pad.stamp`) of a target that a hand may be drawing: the target then follows the hand, and what
    was made for the one before is pale.
    """
    domain = padded(film.x[0], film.x[-1], 0.02), steady(*_range(film.target), 0.2)
    centres = film.centres if width <= MOST_TICKS else film.centres[:, :0]
    shown = np.where((centres >= film.x[0]) & (centres <= film.x[-1]), centres, np.nan)
    dots = points or (np.empty(0), np.empty(0))
    return Picture(
        _approximation_spec(domain, value_shown(len(film.sup)), drawing is not None),
        {
            "target": target_columns(film, epsilon),
            "network": {"x": film.x, **made_for(drawing, len(film.x)), **wide(film.predictions)},
            "errors": {**made_for(drawing, 2), **error_columns(film)},
            "centres": {"unit": np.arange(shown.shape[1]), **wide(shown)},
            "points": {"x": dots[0], "y": dots[1], **made_for(drawing, len(dots[0]))},
            "units": _unit_columns(*units, drawing) if units else {"x": [], "unit": [], "f": []},
        },
        "The target as a broad grey curve, the output of the network as a blue curve, and what single hidden units "
        "add as thin lines, over the interval K.",
    )


def target_columns(film: Measured, epsilon: float) -> Columns:
    """The target and its tube of ε."""
    return {"x": film.x, "y": film.target, "epsilon": np.full(len(film.x), epsilon)}


def error_columns(film: Measured) -> Columns:
    """The largest error and the rms of every frame, as two lines of words."""
    names = [f"max |f − N| on {film.measured} points", "rms"]
    return {"name": names, "pixel": [6, 24], **wide(np.column_stack([film.sup, film.rms]))}


def _unit_columns(x: Array, terms: Array, drawing: float | None) -> Columns:
    frames, shown, points = terms.shape
    place = {"x": np.tile(x, shown), "unit": np.repeat(np.arange(shown), points)}
    return {**place, **made_for(drawing, shown * points), **wide(terms.reshape(frames, -1))}


def _range(values: Array) -> tuple[float, float]:
    """Lowest and highest value to show: of all, unless a few run away to a pole."""
    finite = values[np.isfinite(values)]
    low, high = np.percentile(finite, [2, 98])
    room = 4 * (high - low) or 1.0
    return max(finite.min(), low - room), min(finite.max(), high + room)


# The live value of a slider over 1, 2 and 5 times powers of ten is the number of its step (ui.power).
EPSILON = "ua_epsilon"
_LEAST_POWER = -6
_STEP = live(EPSILON, "-1")
TUBE = {
    "name": "tube",
    "update": f"{_STEP} < 0 ? null : [1, 2, 5][{_STEP} % 3] * pow(10, {_LEAST_POWER} + floor({_STEP} / 3))",
}
EPSILON_SHOWN = "(isValid(tube) ? tube : datum.epsilon)"


# While a hand draws: the target at x between the even knots of the drawing; and whether a network was made for another.
_HAND = f"live['{DRAWN}']"
_KNOT = f"clamp((datum.x - {_HAND}.a) / ({_HAND}.b - {_HAND}.a), 0, 1) * ({_HAND}.heights.length - 1)"
_HEIGHT_DRAWN = (
    f"isValid({_HAND}) ? {_HAND}.heights[floor(datum.knot)] * (1 - datum.knot + floor(datum.knot)) + "
    f"{_HAND}.heights[ceil(datum.knot)] * (datum.knot - floor(datum.knot)) : datum.y"
)
OLD = f"isValid({_HAND}) && abs({_HAND}.stamp - datum.drawing) > 1e-9 * (1 + abs(datum.drawing))"


def made_for(drawing: float | None, rows: int) -> Columns:
    """The column that says for which drawing something was made; none for other targets."""
    return {} if drawing is None else {"drawing": np.full(rows, drawing)}


def pale_when_old(marks: Any, drawn: bool, opacity: float = 1.0) -> Any:
    """Where a target is `drawn`: these marks are pale while they belong to the drawing before."""
    faded = either(alt.OpacityValue, OLD, 0.2 * opacity, opacity)
    return marks.encode(opacity=faded) if drawn else marks


def percent(share: str) -> str:
    """A Vega expression: the share in percent, rounded down, so that 100 % are all."""
    return f"format(floor(100 * {share} + 1e-9) / 100, '.0%')"


def target_layers(x: alt.X, y: alt.Y, drawn: bool = False) -> list[Any]:
    """The target, broad and grey, and the tube of ε about it; one that is `drawn` follows the hand."""
    target, at = named("target"), "datum.y"
    if drawn:
        at = "datum.at"
        target = target.transform_calculate(knot=f"isValid({_HAND}) ? {_KNOT} : 0")
        target = target.transform_calculate(at=_HEIGHT_DRAWN)
    tube = (
        target.transform_calculate(low=f"{at} - {EPSILON_SHOWN}", high=f"{at} + {EPSILON_SHOWN}")
        .mark_area(color=BEST, opacity=0.16, clip=True, aria=False)
        .encode(x=x, y=alt.Y("low:Q", scale=alt.Scale(zero=False)), y2=alt.Y2("high:Q"))
    )
    line = target.mark_line(color=TRUTH, strokeWidth=7, opacity=0.45, clip=True)
    return [tube, line.encode(x=x, y=alt.Y("at:Q") if drawn else y)]


def network_layer(x: alt.X, value: str, drawn: bool = False) -> Any:
    """The output of the network in the frame shown."""
    network = named("network").transform_calculate(now=value)
    line = network.mark_line(color=MODEL, strokeWidth=2.5, clip=True).encode(x=x, y=alt.Y("now:Q"))
    return pale_when_old(line, drawn)


def error_words(value: str, drawn: bool = False) -> Any:
    """The sup and rms error of the frame shown, at the upper left; none while they are those of another drawing."""
    text = f"isValid({value}) ? datum.name + ' = ' + format({value}, '.3~g') : ''"
    return (
        named("errors")
        .transform_calculate(text=f"{OLD} ? '' : {text}" if drawn else text)
        .mark_text(align="left", baseline="top", fontSize=13, fontWeight=600, color=ERROR)
        .encode(x=alt.XValue(8), y=alt.Y("pixel:Q", scale=None), text=alt.Text("text:N"))
    )


def switches(value: str) -> Any:
    """A tick at the lower edge where each unit switches."""
    return (
        named("centres")
        .transform_calculate(at=value)
        .transform_filter("isValid(datum.at)")
        .mark_rule(color=MODEL, strokeWidth=1.5, opacity=0.8)
        .encode(x=alt.X("at:Q"), y=alt.YValue(alt.expr("height - 10")), y2=alt.Y2Value(alt.expr("height")))
    )


@lru_cache(maxsize=64)
def _approximation_spec(domain: tuple[Interval, Interval], value: str, drawn: bool) -> dict[str, Any]:
    x, y = x_axis("x", "x", domain[0]), y_axis("y", "f(x), N(x)", domain[1])
    points = (
        named("points").mark_circle(aria=False, color=TRUTH, size=36, opacity=0.9, clip=True).encode(x=x, y=y)
    )
    units = (
        named("units")
        .transform_calculate(now=value)
        .mark_line(strokeWidth=1, opacity=0.75, clip=True, aria=False)
        .encode(
            x=x,
            y=alt.Y("now:Q"),
            detail=alt.Detail("unit:N"),
            color=alt.Color("unit:N", legend=None, scale=_UNIT_COLORS),
        )
    )
    layers = [
        *target_layers(x, y, drawn),
        pale_when_old(units, drawn, 0.75),
        pale_when_old(points, drawn, 0.9),
        network_layer(x, value, drawn),
        switches(value),
        error_words(value, drawn),
    ]
    return finish(layered(*layers), height=HEIGHT, listens=True, signals=(PLAYED, TUBE))


def error(film: Measured, epsilon: float = 0.0, drawing: float | None = None) -> Picture:
    """The error f − N over K, frame by frame, between the walls −ε and ε, and how much of K lies between them.

    drawing: as in `approximation`.
    """
    columns = {"x": film.x, "epsilon": np.full(len(film.x), epsilon), **made_for(drawing, len(film.x))}
    return Picture(
        _error_spec(padded(film.x[0], film.x[-1], 0.02), value_shown(len(film.errors)), drawing is not None),
        {
            "error": {**columns, **wide(film.errors)},
            "walls": {"side": [-1, 1], "epsilon": [epsilon, epsilon]},
        },
        "The error, target minus network, over the interval K, and the walls at minus epsilon and epsilon.",
    )


@lru_cache(maxsize=64)
def _error_spec(domain: Interval, value: str, drawn: bool) -> dict[str, Any]:
    x = x_axis("x", "x", domain, grid=False, tickCount=4)
    y = alt.Y("e:Q", title="f(x) − N(x)", axis=alt.Axis(tickCount=3, format="~g", minExtent=44))
    errors = named("error").transform_calculate(e=value)
    area = errors.mark_area(
        color=ERROR, opacity=0.35, line={"color": ERROR, "strokeWidth": 1.5}, clip=True
    ).encode(x=x, y=y)
    walls = (
        named("walls")
        .transform_calculate(e=f"datum.side * {EPSILON_SHOWN}")
        .mark_rule(color=BEST, strokeDash=[6, 3], strokeWidth=1.5, clip=True)
        .encode(y=y)
    )
    score = (
        errors.transform_filter(f"isValid(datum.e){f' && !({OLD})' * drawn}")
        .transform_calculate(inside=f"abs(datum.e) <= {EPSILON_SHOWN} ? 1 : 0")
        .transform_aggregate(share="mean(inside)", points="count()")
        .transform_calculate(
            text=f"'within ±ε at ' + {percent('datum.share')} + ' of ' + datum.points + ' points'"
        )
        .mark_text(align="right", baseline="bottom", fontSize=13, fontWeight=600, color=BEST)
        .encode(x=alt.XValue(alt.expr("width - 6")), y=alt.YValue(-5), text=alt.Text("text:N"))
    )
    layers = layered(pale_when_old(area, drawn, 0.35), walls, score)
    spec = finish(layers, height=188, listens=True, signals=(PLAYED, TUBE))
    return {**spec, "padding": {**PADDING, "top": 22}}  # above the plot, for the score


def loss(losses: Array) -> Picture:
    """The loss before each step and after the last; a line stands at the player's step."""
    steps = np.unique(np.linspace(0, len(losses) - 1, MOST_DRAWN).round().astype(int))
    return curves(
        {"loss": (steps, losses[steps])},
        ["loss"],
        ("step", "loss: mean (N − f)²"),
        "The training loss against the step, on a logarithmic scale.",
        x_domain=(0, max(len(losses) - 1, 1)),
        log=True,
        height=220,
        follow=f"{FRAME}_step",
        marker=float(len(losses) - 1),
    )
