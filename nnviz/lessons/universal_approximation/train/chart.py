"""Draw the largest error and the loss of a training run."""

from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import AnyArray, FloatArray
from nnviz.charts import CurveStyle, Picture, draw_curves
from nnviz.charts.fit_words import EPSILON_SHOWN
from nnviz.charts.theme import (
    BEST,
    ERROR,
    PAPER,
    TRUTH,
    either,
    finish,
    layered,
    live,
    named,
    write_text,
    x_axis,
)
from nnviz.lessons.universal_approximation.shared.chart import FIT_KEYS
from nnviz.lessons.universal_approximation.train import text

MOST_DRAWN = 150
HISTORY_TALL = 122  # pixels
SIDE = 40  # pixels beside the history: its plot stays while ε moves
NAMED_BY = write_text(text.AFTER, update=live(f"{FIT_KEYS.frame}_step", "datum.update"))
"""What stands before the largest error: the update of the player, or of the picture of `name_update`."""


def name_update(fitted: Picture, update: int) -> Picture:
    """Return the picture of a fit with the update that its errors belong to. It is data: the spec stays the same."""
    return fitted._replace(data={**fitted.data, "errors": {**fitted.data["errors"], "update": [update]}})


def draw_history(updates: AnyArray, errors: FloatArray, shown: int, epsilon: float) -> Picture:
    """Draw the largest error after each update of the frames (F,), the level of ε, and where the player is.

    shown: the update of the picture, until the player says another.
    """
    return Picture(
        _history_spec(float(max(updates[-1], 1))),
        {
            "history": {
                "update": updates.astype(float),
                "error": np.maximum(errors, 1e-16),
                "shown": np.full(len(updates), float(shown)),
                "epsilon": np.full(len(updates), epsilon),
            },
        },
        text.HISTORY_CHART,
        dict(zip(text.HISTORY_AXES, (updates, errors), strict=True)),
    )


@kept
def _history_spec(last: float) -> dict[str, Any]:
    x = x_axis("update", text.HISTORY_AXES[0], (-0.02 * last, 1.02 * last))
    log, powers = (
        alt.Scale(type="log", nice=False, zero=False, padding=6),
        [10.0**power for power in range(-16, 17)],
    )
    axis = alt.Axis(values=powers, format="~g", minExtent=SIDE, maxExtent=SIDE)
    y = alt.Y("error:Q", title=text.HISTORY_AXES[1], scale=log, axis=axis)
    rows = named("history").transform_calculate(level=EPSILON_SHOWN)
    color = either(alt.ColorValue, "datum.error <= datum.level", BEST, ERROR)
    tip = [
        alt.Tooltip(f"{name}:Q", title=title, format=".3~g")
        for name, title in zip(("update", "error"), text.HISTORY_AXES)
    ]
    once = rows.transform_filter("datum.update == 0")
    level = once.mark_rule(color=BEST, strokeWidth=1.5, strokeDash=[6, 3], aria=False)
    name = once.mark_text(
        text="ε", color=BEST, fontSize=14, fontWeight=600, align="right", baseline="bottom", dy=-3, aria=False
    )
    at = f"datum.update == {live(f'{FIT_KEYS.frame}_step', 'datum.shown')}"
    layers = [
        level.encode(y=alt.Y("level:Q", scale=log)),
        name.encode(x=alt.XValue(alt.expr("width - 4")), y=alt.Y("level:Q", scale=log)),
        rows.mark_line(color=TRUTH, strokeWidth=1.5).encode(x=x, y=y),
        rows.mark_circle(size=36, opacity=1).encode(x=x, y=y, color=color, tooltip=tip),
        rows.transform_filter(at)
        .mark_circle(size=170, opacity=1, stroke=PAPER, strokeWidth=2, aria=False)
        .encode(x=x, y=y, color=color),
    ]
    return finish(layered(*layers), height=HISTORY_TALL, listens=True, signals=[FIT_KEYS.tube])


def draw_loss(losses: FloatArray) -> Picture:
    """Draw the loss before each update and after the last one, with a line at the update of the player."""
    updates = np.unique(np.linspace(0, len(losses) - 1, MOST_DRAWN).round().astype(int))
    last = max(len(losses) - 1, 1)
    style = CurveStyle(
        text.LOSS_AXES,
        x_domain=(0, last),
        log=True,
        height=220,
        follow=f"{FIT_KEYS.frame}_step",
        marker=float(len(losses) - 1),
    )
    return draw_curves({"loss": (updates, losses[updates])}, ["loss"], text.LOSS_CHART, style)
