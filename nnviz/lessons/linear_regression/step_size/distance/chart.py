"""Draw the distance to the minimum that remains after each update of gradient descent."""

from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Bounds
from nnviz.charts.theme import MODEL, STEP, TRUTH, Picture, finish, layered, named, x_axis
from nnviz.lessons.linear_regression.step_size import text
from nnviz.lessons.linear_regression.step_size.chart import POWERS, RATE_NOW, Modes, at_steps

HORIZONS = (60, 600, 6000)  # updates that the chart of the distance can span
DISTANCE_POINTS = 61
_SMALLEST_DISTANCE = 1e-6


def choose_horizon(updates: float) -> int:
    """Return how many updates the chart of the distance spans, if so many are needed."""
    return next(
        (most for most in HORIZONS if updates <= most), HORIZONS[-1] if updates < np.inf else HORIZONS[0]
    )


def draw_distance(modes: Modes, rate: float, observed: Array, horizon: int = HORIZONS[0]) -> Picture:
    """Draw the remaining distance to the minimum against the update: its bound, its closed form, and a run.

    observed: ‖θ_k − c‖ / ‖θ₀ − c‖ of a run with η = rate/λmax, (k + 1,). horizon: see ``choose_horizon``.
    """
    steps = np.linspace(0, horizon, DISTANCE_POINTS).round().astype(int)
    lengths = (modes.offsets**2).sum(axis=1)
    share = lengths / max(lengths.sum(), 1e-300)
    ratio = float(modes.eigenvalues[0] / modes.eigenvalues[1])
    seen = steps[steps < observed.size]
    factors = np.abs([1 - rate * ratio, 1 - rate])
    with np.errstate(over="ignore"):
        predicted = np.sqrt((share * factors ** (2 * steps[:, None])).sum(axis=1))
        bound = factors.max() ** steps
    constants = {"rate": rate, "ratio": ratio, "fs": share[0], "ss": share[1]}
    run = np.append(observed[seen], np.full(steps.size - seen.size, np.nan))
    return Picture(
        _distance_spec(horizon),
        {
            "theory": at_steps(steps, constants),
            "run": {"step": seen, "left": observed[seen], "rate": np.full(seen.shape, rate)},
        },
        text.DISTANCE_WORDS,
        {text.UPDATE: steps, text.BOUND: bound, text.PREDICTED: predicted, text.OBSERVED: run},
    )


@kept
def _distance_spec(horizon: int) -> dict[str, Any]:
    x, y, color = _distance_axes((0, horizon))
    theory = named("theory").transform_calculate(**POWERS)
    bound = theory.transform_calculate(
        left=f"pow(max(abs(1 - {RATE_NOW}), abs(1 - {RATE_NOW} * datum.ratio)), datum.step)",
        series=f"'{text.BOUND}'",
    )
    exact = theory.transform_calculate(
        left="sqrt(datum.fs * datum.flat * datum.flat + datum.ss * datum.steep * datum.steep)",
        series=f"'{text.PREDICTED}'",
    )
    visible = f"datum.left >= {_SMALLEST_DISTANCE} && datum.left < 1e3"
    lines = [
        chart.transform_filter(visible)
        .mark_line(strokeDash=dash, strokeWidth=2, clip=True)
        .encode(x=x, y=y, color=color)
        for chart, dash in ((bound, [6, 4]), (exact, [1, 0]))
    ]
    tooltip = [
        alt.Tooltip("step:Q", title=text.UPDATE),
        alt.Tooltip("left:Q", title=text.DISTANCE_Y, format=".3~g"),
    ]
    dots = (
        named("run")
        .transform_filter(f"abs({RATE_NOW} - datum.rate) < 1e-9 && {visible}")
        .transform_calculate(series=f"'{text.OBSERVED}'")
        .mark_circle(size=36, opacity=1, clip=True)
        .encode(x=x, y=y, color=color, tooltip=tooltip)
    )
    return finish(layered(*lines, dots), height=240, listens=True)


def _distance_axes(bounds: Bounds) -> tuple[alt.X, alt.Y, alt.Color]:
    scale = alt.Scale(type="log", domain=[_SMALLEST_DISTANCE, 10], nice=False)
    axis = alt.Axis(values=[1e-6, 1e-4, 1e-2, 1], format="~%")
    names = [text.BOUND, text.PREDICTED, text.OBSERVED]
    legend = alt.Legend(
        orient="top", title=None, symbolType="stroke", symbolSize=150, symbolStrokeWidth=3, columnPadding=6
    )
    return (
        x_axis("step", text.DISTANCE_X, bounds),
        alt.Y("left:Q", title=text.DISTANCE_Y, scale=scale, axis=axis),
        alt.Color("series:N", scale=alt.Scale(domain=names, range=[TRUTH, MODEL, STEP]), legend=legend),
    )
