"""Draw networks beside their target, their error, and their hidden units, over the frames of a run.

A wide table carries the frames. It has a column f0, f1, … for each frame, and f for the last one. The player chooses a
column.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Bounds, FloatArray
from nnviz.charts import text
from nnviz.charts.epsilon_scale import epsilon_at
from nnviz.charts.fit_words import (
    EPSILON_SHOWN,
    error_words,
    ghost_columns,
    ghost_layers,
    name_lines,
    name_switches,
)
from nnviz.charts.live_key import LiveKey
from nnviz.charts.network_units import MOVED, UnitLink, draw_pointed, show_values, write_moved_error
from nnviz.charts.theme import (
    BEST,
    HEIGHT,
    MODEL,
    TRUTH,
    Columns,
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

MOST_TICKS = 64
TICK_ROWS = 32
END_SHARE = 0.1  # of the interval; a name nearer to an end stands inside of the plot


def wide(frames: FloatArray) -> Columns:
    """Columns f0 … fF-1 and f, the last, in float32 for frames (F, m); f alone for one frame."""
    values = np.asarray(frames, np.float32)
    return {**{f"f{k}": row for k, row in enumerate(values) if len(values) > 1}, "f": values[-1]}


def shown(frame: str) -> dict[str, str]:
    """Return the signal that names the column of a wide table for ``frame``. It is computed once, not in each row."""
    return {"name": "shown", "update": f"'f' + {frame}"}


def value_shown(frames: int) -> str:
    """Return the expression of what a row of a wide table shows: its value in the frame shown, or its only value."""
    return "(isDefined(datum[shown]) ? datum[shown] : datum.f)" if frames > 1 else "datum.f"


class FitFrames(Protocol):
    """Describe networks beside a target, one a frame (nnviz.approximation.ErrorFrames)."""

    @property
    def x(self) -> FloatArray:
        """Return an array (m,)."""

    @property
    def target(self) -> FloatArray:
        """Return an array (m,)."""

    @property
    def predictions(self) -> FloatArray:
        """Return an array (F, m)."""

    @property
    def errors(self) -> FloatArray:
        """Return an array (F, m)."""

    @property
    def sup(self) -> FloatArray:
        """Return an array (F,)."""

    @property
    def rms(self) -> FloatArray:
        """Return an array (F,)."""

    @property
    def centers(self) -> FloatArray:
        """Return an array (F, N)."""

    @property
    def measured(self) -> int:
        """Return the number of points at which the errors were measured."""


@dataclass(frozen=True)
class FitKeys:
    """Name the live values that the pictures of a fit follow.

    frame: the player publishes the number of the frame. epsilon: a slider over the values of ``epsilon_scale``
    publishes the number of its stop; None: the tube stays as it is. drawn: the pad publishes the function and its stamp
    while a hand draws; None: the target cannot be drawn.
    """

    frame: LiveKey
    epsilon: LiveKey | None = None
    drawn: LiveKey | None = None

    @property
    def signals(self) -> tuple[dict[str, str], dict[str, str]]:
        """The signals of the column shown and of ε, as `finish` needs them."""
        return shown(live(self.frame, "''")), self.tube

    @property
    def tube(self) -> dict[str, str]:
        """The signal of ε by its slider; null if there is none."""
        step = "-1" if self.epsilon is None else live(self.epsilon, "-1")
        return {"name": "tube", "update": f"{step} < 0 ? null : {epsilon_at(step)}"}

    @property
    def hand(self) -> str:
        """The expression of the function while a hand draws."""
        return f"live['{self.drawn}']"

    @property
    def outdated(self) -> str:
        """The expression of whether a row was made for the drawing before."""
        stamp = f"abs({self.hand}.stamp - datum.drawing) > 1e-9 * (1 + abs(datum.drawing))"
        return "false" if self.drawn is None else f"isValid({self.hand}) && {stamp}"


class Fit(NamedTuple):
    """Hold networks beside a target, and what their pictures follow.

    epsilon: half the height of the tube about the target. drawing: the stamp
    (`nnviz.web.drawing_pad.drawing_stamp`) of a target that a hand may be drawing. The target then follows the hand,
    and what was made for the one before is pale.
    """

    frames: FitFrames
    keys: FitKeys
    epsilon: float = 0.0
    drawing: float | None = None

    @property
    def followed(self) -> FitKeys:
        """The keys that this fit follows: the pad's only if the target is drawn."""
        return self.keys if self.drawing is not None else replace(self.keys, drawn=None)


def draw_approximation(
    fit: Fit,
    words: str,
    points: tuple[FloatArray, FloatArray] | None = None,
    link: UnitLink | None = None,
    height: int = HEIGHT,
    ghosts: Mapping[str, FloatArray] | None = None,
    named_by: str = "datum.name",
    knots: str = "",
) -> Picture:
    """Draw target and network over K with the largest error of the frame shown, and ticks where units switch.

    words: what the chart shows. points: the training set, drawn as dots. link: to a drawn network. ghosts: other
    networks (m,) by their names, drawn as pale lines. named_by: the expression of what stands before the largest error,
    such as the number of units. knots: the name of the ticks. Above 64 units there are no ticks.
    Pointing shows f(x), N(x) and the error.
    """
    frames, drawing = fit.frames, fit.drawing
    ticks = _ticks(frames)
    dots = points or (np.empty(0), np.empty(0))
    return Picture(
        _approximation_spec(
            fit_domain(fit),
            value_shown(len(frames.sup)),
            fit.followed,
            link,
            height,
            named_by,
            knots,
            has_ghosts=bool(ghosts),
        ),
        {
            "target": target_columns(fit),
            "network": network_columns(fit),
            "errors": error_columns(fit),
            "centers": {"unit": np.arange(ticks.shape[1]), **wide(ticks)},
            "points": {"x": dots[0], "y": dots[1], **made_for(drawing, len(dots[0]))},
            "names": name_columns(fit),
            **(ghost_columns(frames.x, frames.target, ghosts, drawing) if ghosts else {}),
        },
        words,
        fit_table(fit),
    )


def _ticks(frames: FitFrames) -> FloatArray:
    """Return the centers (F, n), nan for those not shown. n changes rarely: the browser reads the spec again then."""
    units = frames.centers.shape[1]
    ticks = np.full((len(frames.centers), TICK_ROWS * max(1, -(-units // TICK_ROWS))), np.nan)
    inside = (frames.centers >= frames.x[0]) & (frames.centers <= frames.x[-1])
    if units <= MOST_TICKS:
        ticks[:, :units] = np.where(inside, frames.centers, np.nan)
    return ticks


def fit_domain(fit: Fit) -> tuple[Bounds, Bounds]:
    """Return what the axes of `draw_approximation` span."""
    x = fit.frames.x
    return padded(x[0], x[-1], 0.02), steady(*_range(fit.frames.target), 0.2)


def fit_table(fit: Fit) -> Columns:
    """Return the table of the last frame: x, target, network, error and its square."""
    frames = fit.frames
    error = frames.errors[-1]
    columns = (frames.x, frames.target, frames.predictions[-1], error, error**2)
    return dict(zip(text.FIT_TABLE, columns, strict=True))


def target_columns(fit: Fit) -> Columns:
    """Return the columns of the target and its tube of ε."""
    frames = fit.frames
    return {"x": frames.x, "y": frames.target, "epsilon": np.full(len(frames.x), fit.epsilon)}


def network_columns(fit: Fit) -> Columns:
    """Return the columns of the network of every frame."""
    frames = fit.frames
    known = {"x": frames.x, "t": frames.target, "epsilon": np.full(len(frames.x), fit.epsilon)}
    return {**known, **made_for(fit.drawing, len(frames.x)), **wide(frames.predictions)}


def error_columns(fit: Fit) -> Columns:
    """Return the largest error of every frame, with its name."""
    return {
        "name": [text.LARGEST_ERROR],
        "epsilon": [fit.epsilon],
        **made_for(fit.drawing, 1),
        **wide(fit.frames.sup[:, None]),
    }


def name_columns(fit: Fit) -> Columns:
    """Return where the names of the tube and of the network stand: at the largest and the smallest value of f."""
    frames = fit.frames
    if not np.isfinite(frames.target).any():
        return {"name": [], "x": [], "t": [], "side": [], "epsilon": [], **wide(frames.predictions[:, :0])}
    at = [int(np.nanargmax(frames.target)), int(np.nanargmin(frames.target))]
    share = (frames.x[at] - frames.x[0]) / np.ptp(frames.x)
    return {
        "name": [text.TUBE_NAME, text.NETWORK_NAME],
        "x": frames.x[at],
        "t": frames.target[at],
        "side": np.sign(share - 0.5) * (np.abs(share - 0.5) > 0.5 - END_SHARE),
        "epsilon": [fit.epsilon, fit.epsilon],
        **made_for(fit.drawing, 2),
        **wide(frames.predictions[:, at]),
    }


def _range(values: FloatArray) -> tuple[float, float]:
    """Return the lowest and highest value to show. Values near a pole are left out."""
    finite = values[np.isfinite(values)]
    low, high = np.percentile(finite, [2, 98])
    room = 4 * (high - low) or 1.0
    return max(finite.min(), low - room), min(finite.max(), high + room)


def _height_drawn(hand: str) -> tuple[str, str]:
    """Return the expressions of the place of x among the even knots of a drawing, and of its height there."""
    knot = f"clamp((datum.x - {hand}.a) / ({hand}.b - {hand}.a), 0, 1) * ({hand}.heights.length - 1)"
    height = (
        f"{hand}.heights[floor(datum.knot)] * (1 - datum.knot + floor(datum.knot)) + "
        f"{hand}.heights[ceil(datum.knot)] * (datum.knot - floor(datum.knot))"
    )
    return f"isValid({hand}) ? {knot} : 0", f"isValid({hand}) ? {height} : datum.y"


def made_for(drawing: float | None, rows: int) -> Columns:
    """Return the column that says for which drawing something was made; no column for other targets."""
    return {} if drawing is None else {"drawing": np.full(rows, drawing)}


def pale_when_outdated(marks: Any, keys: FitKeys) -> Any:
    """Make marks pale while they belong to the drawing before, if the target can be drawn."""
    faded = either(alt.OpacityValue, keys.outdated, 0.2, 1.0)
    return marks if keys.drawn is None else marks.encode(opacity=faded)


def percent(share: str) -> str:
    """Return a Vega expression of a share in percent. It is rounded down, so that 100 % means all."""
    return f"format(floor(100 * {share} + 1e-9) / 100, '.0%')"


def target_layers(x: alt.X, y: alt.Y, keys: FitKeys, *inside: Any, tube: bool = True) -> list[Any]:
    """Return the tube of ε and the target as a thin line; one that is drawn follows the hand.

    inside: layers below the edges of the tube, such as the network, which is wider than a thin tube. tube: off where no
    ε bounds the error at each x.
    """
    target, at = named("target"), "datum.y"
    if keys.drawn is not None:
        at = "datum.at"
        knot, height = _height_drawn(keys.hand)
        target = target.transform_calculate(knot=knot).transform_calculate(at=height)
    known = f"isValid({at}) ? {at}"  # null + ε is ε in Vega
    around = target.transform_calculate(
        low=f"{known} - {EPSILON_SHOWN} : null", high=f"{known} + {EPSILON_SHOWN} : null"
    )
    low = alt.Y("low:Q", scale=alt.Scale(zero=False))
    area = around.mark_area(color=BEST, opacity=0.3, clip=True, aria=False).encode(
        x=x, y=low, y2=alt.Y2("high:Q")
    )
    edges = [
        around.mark_line(color=BEST, strokeWidth=1.2, clip=True, aria=False).encode(x=x, y=edge)
        for edge in (low, alt.Y("high:Q"))
    ]
    line = target.mark_line(color=TRUTH, strokeWidth=1.5, strokeDash=[4, 2], clip=True)
    line = line.encode(x=x, y=y if keys.drawn is None else alt.Y("at:Q"))
    return [area, *inside, line, *edges] if tube else [*inside, line]


def network_layer(x: alt.X, value: str, keys: FitKeys) -> Any:
    """Return the line of the network in the frame shown."""
    network = named("network").transform_calculate(now=value)
    line = network.mark_line(color=MODEL, strokeWidth=2.5, clip=True).encode(x=x, y=alt.Y("now:Q"))
    return pale_when_outdated(line, keys)


def draw_switches(value: str) -> Any:
    """Draw a tick at the lower edge where the input of each unit is zero."""
    return (
        named("centers")
        .transform_calculate(at=value)
        .transform_filter("isValid(datum.at)")
        .mark_rule(color=MODEL, strokeWidth=1.5, aria=False)
        .encode(x=alt.X("at:Q"), y=alt.YValue(alt.expr("height - 10")), y2=alt.Y2Value(alt.expr("height")))
    )


@kept
def _approximation_spec(
    domain: tuple[Bounds, Bounds],
    value: str,
    keys: FitKeys,
    link: UnitLink | None,
    height: int,
    name: str,
    knots: str,
    *,
    has_ghosts: bool,
) -> dict[str, Any]:
    x, y = x_axis("x", "x", domain[0]), y_axis("y", text.FIT_AXIS, domain[1])
    points = (
        named("points").mark_circle(aria=False, color=TRUTH, size=36, opacity=1, clip=True).encode(x=x, y=y)
    )
    moved, pointed, signals, hidden = value, [], list(keys.signals), "false"
    if link is not None:
        moved, hidden = link.shifted(value), MOVED
        pointed = [*draw_pointed(x, link), write_moved_error(moved, EPSILON_SHOWN)]
        signals.append(link.signal)
    ghosts = ghost_layers(x, y, keys.outdated) if has_ghosts else ()
    inside = [pale_when_outdated(points, keys), network_layer(x, moved, keys)]
    layers = [
        *ghosts[:1],
        *target_layers(x, y, keys, *inside),
        draw_switches(value),
        *pointed,
        error_words(value, keys.outdated, hidden, name),
        *([] if not knots else [name_switches(value, knots)]),
        *name_lines(moved, keys.outdated),
        *ghosts[1:],
        show_values(x, moved, keys.outdated),
    ]
    return finish(layered(*layers), height=height, listens=True, signals=signals)
