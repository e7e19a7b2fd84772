"""Draw the error of networks over K, over the frames of a run."""

from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Bounds
from nnviz.charts import text
from nnviz.charts.fit_words import EPSILON_SHOWN
from nnviz.charts.network_fit import (
    Fit,
    FitKeys,
    fit_table,
    made_for,
    pale_when_outdated,
    percent,
    value_shown,
    wide,
)
from nnviz.charts.network_units import UNSEEN, UnitLink, where_pointed
from nnviz.charts.theme import (
    BEST,
    ERROR,
    PADDING,
    Picture,
    either,
    finish,
    layered,
    named,
    padded,
    write_text,
    x_axis,
)


def draw_error(fit: Fit, words: str, link: UnitLink | None = None) -> Picture:
    """Draw the error f − N over K in each frame, between lines at −ε and ε, and the share of K between them.

    words: what the chart shows. link: to a drawn network.
    """
    frames, rows = fit.frames, len(fit.frames.x)
    columns = {"x": frames.x, "epsilon": np.full(rows, fit.epsilon), **made_for(fit.drawing, rows)}
    return Picture(
        _error_spec(
            padded(frames.x[0], frames.x[-1], 0.02), value_shown(len(frames.errors)), fit.followed, link
        ),
        {
            "error": {**columns, **wide(frames.errors)},
            "walls": {"side": [-1, 1], "epsilon": [fit.epsilon, fit.epsilon]},
        },
        words,
        fit_table(fit),
    )


@kept
def _error_spec(domain: Bounds, value: str, keys: FitKeys, link: UnitLink | None) -> dict[str, Any]:
    x = x_axis("x", "x", domain, grid=False, tickCount=4)
    y = alt.Y("e:Q", stack=None, title=text.ERROR_AXIS, axis=alt.Axis(tickCount=3, format="~g", minExtent=44))
    signals = keys.signals if link is None else (*keys.signals, link.signal)
    value = value if link is None else link.shifted(value, sign="-")
    errors = named("error").transform_calculate(e=value)
    area = errors.mark_area(
        color=ERROR, fillOpacity=0.35, line={"color": ERROR, "strokeWidth": 1.5}, clip=True
    ).encode(x=x, y=y)
    walls = (
        named("walls")
        .transform_calculate(e=f"datum.side * {EPSILON_SHOWN}")
        .mark_rule(color=BEST, strokeDash=[6, 3], strokeWidth=1.5, clip=True)
        .encode(y=y)
    )
    score = (
        errors.transform_filter(f"isValid(datum.e) && !({keys.outdated})")
        .transform_calculate(inside=f"abs(datum.e) <= {EPSILON_SHOWN} ? 1 : 0")
        .transform_aggregate(share="mean(inside)", points="count()")
        .transform_calculate(
            text=write_text(text.WITHIN_TUBE, share=percent("datum.share"), points="datum.points")
        )
        .mark_text(align="right", baseline="bottom", fontSize=13, fontWeight=600)
        .encode(
            x=alt.XValue(alt.expr("width - 6")),
            y=alt.YValue(-5),
            text=alt.Text("text:N"),
            color=either(alt.ColorValue, "datum.share == 1", BEST, ERROR),
        )
    )
    tips = (
        where_pointed(errors)
        .mark_rule(**UNSEEN)
        .encode(
            x=x,
            tooltip=[alt.Tooltip("x:Q", title="x"), alt.Tooltip("e:Q", title=text.ERROR_AXIS, format=".4~g")],
        )
    )
    layers = layered(pale_when_outdated(area, keys), walls, score, tips)
    spec = finish(layers, height=188, listens=True, signals=signals)
    return {**spec, "padding": {**PADDING, "top": 22}}  # above the plot, for the score
