"""Draw softmax and its gradient for three logits, and a cross-entropy as a sum."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz.charts import LiveKey
from nnviz.charts.theme import (
    ERROR,
    MODEL,
    STEP,
    TRUTH,
    Picture,
    finish,
    layered,
    legend_columns,
    live,
    named,
    write_number,
    x_axis,
    y_axis,
)
from nnviz.lessons.loss_functions.classes import text

LOGITS = tuple(LiveKey(f"lf_z{k}") for k in (1, 2, 3))
"""The three logits."""
TRUE_WEIGHTS, PREDICTED_WEIGHTS = (tuple(LiveKey(f"lf_{one}{k}") for k in (1, 2, 3)) for one in "pq")
"""The weights of the three classes in p and in q."""
LOGIT = LiveKey("lf_z")
"""The logit of a point with the true class 1 of two classes."""

SPAN = (-1.1, 1.15)  # of both charts, so that a bar of one is as long in the other
HEIGHT = 500  # pixels
_MOST = 5.0  # the largest loss in the plot of −log p; a triangle at its top marks a larger one
_TOP, _FOOT = 312, 470  # pixels: of that plot
_ALONG = np.geomspace(np.exp(-_MOST), 1, 61)
_LOGITS = tuple(live(key, f"datum.z{k}") for k, key in enumerate(LOGITS, 1))
_SUM = " + ".join(f"exp({z} - datum.most)" for z in _LOGITS)
_OWN = f"(datum.k == 1 ? {_LOGITS[0]} : (datum.k == 2 ? {_LOGITS[1]} : {_LOGITS[2]}))"


def draw_softmax(logits: Sequence[float], truth: int) -> Picture:
    """Draw three probabilities as bars, and the loss below them; they follow the live LOGITS.

    truth: the true class, 0 … 2, which has an outline.
    """
    return Picture(
        _softmax_spec(),
        {"classes": _classes(logits, truth), "curve": {"p": _ALONG, "loss": -np.log(_ALONG)}},
        text.SOFTMAX_CHART,
        _table(logits, truth),
    )


def draw_gradient(logits: Sequence[float], truth: int) -> Picture:
    """Draw the derivative p − y of the cross-entropy by each logit as bars; live as ``draw_softmax``."""
    return Picture(
        _gradient_spec(),
        {"classes": _classes(logits, truth)},
        text.GRADIENT_CHART,
        _table(logits, truth),
    )


def _table(logits: Sequence[float], truth: int) -> dict[str, Any]:
    """Return what the tables behind both charts show."""
    powers = np.exp(np.array(logits) - max(logits))
    p = powers / powers.sum()
    return {
        **{text.CLASS_COLUMN: list(text.CLASSES), text.LOGIT_COLUMN: np.array(logits)},
        **{text.PROBABILITY_COLUMN: p, text.GRADIENT_COLUMN: p - (np.arange(3) == truth)},
    }


def _classes(logits: Sequence[float], truth: int) -> dict[str, Any]:
    rows = {f"z{k}": np.full(3, logits[k - 1]) for k in (1, 2, 3)}
    return {"k": [1, 2, 3], "name": list(text.CLASSES), "y": [float(j == truth) for j in range(3)], **rows}


def _with_probabilities() -> alt.Chart:
    most = f"max({', '.join(_LOGITS)})"
    return (
        named("classes")
        .transform_calculate(most=most)
        .transform_calculate(p=f"exp({_OWN} - datum.most) / ({_SUM})")
        .transform_calculate(
            gradient="datum.p - datum.y",
            label=f"datum.p < 0.01 ? {write_number('datum.p', 2)} : format(datum.p, '.3f')",
            middle="(datum.p + datum.y) / 2",
            gradient_label="format(datum.p - datum.y, '+.3f')",
            loss="'ℓ = −log p' + slice('₁₂₃', datum.k - 1, datum.k) + ' = ' + format(-log(datum.p), '.2f')",
        )
    )


_BARE = alt.Axis(labels=False, ticks=False, domain=False)
_BY_CLASS = alt.X("name:N", title=None, sort=list(text.CLASSES), axis=_BARE)


def _class_names(classes: alt.Chart, value: str) -> Any:
    """Return the names of the classes at the zero line, on the other side of it than the bars."""
    below = alt.expr(f"datum.{value} < 0 ? -12 : 14")
    words = classes.mark_text(fontSize=14, fontWeight=600, color=TRUTH, dy=below, aria=False)
    return words.encode(x=_BY_CLASS, y=alt.YDatum(0), text=alt.Text("name:N"))


@kept
def _softmax_spec() -> dict[str, Any]:
    classes = _with_probabilities()
    p = y_axis("p", "", SPAN, values=[0, 0.5, 1])
    bars = classes.mark_bar(color=MODEL, size=44).encode(x=_BY_CLASS, y=p)
    gaps = classes.mark_rule(color=STEP, strokeWidth=8, strokeCap="butt", xOffset=34, aria=False).encode(
        x=_BY_CLASS, y=p, y2=alt.Y2("y:Q")
    )
    truth = (
        classes.transform_filter("datum.y == 1")
        .mark_bar(fillOpacity=0, stroke=TRUTH, strokeWidth=2.5, strokeDash=[6, 4], size=52)
        .encode(x=_BY_CLASS, y=y_axis("y", "", SPAN))
    )
    numbers = classes.mark_text(dy=-9, fontSize=14, fontWeight=600, color=MODEL).encode(
        x=_BY_CLASS, y=p, text=alt.Text("label:N")
    )
    outlined = classes.transform_filter("datum.y == 1").mark_text(
        text=text.OUTLINED,
        dy=alt.expr("datum.p > 0.88 ? -26 : -13"),
        fontSize=13,
        fontWeight=600,
        color=TRUTH,
        aria=False,
    )
    name = outlined.encode(x=_BY_CLASS, y=y_axis("y", "", SPAN))
    gap = (
        classes.transform_filter("datum.y == 1")
        .mark_text(
            text=text.GAP, align="left", fontSize=14, fontWeight=600, color=STEP, xOffset=44, aria=False
        )
        .encode(x=_BY_CLASS, y=alt.Y("middle:Q"))
    )
    return finish(
        layered(bars, gaps, truth, numbers, name, gap, _class_names(classes, "p"), *_loss_curve(classes)),
        height=HEIGHT,
        listens=True,
    )


def _loss_curve(classes: alt.Chart) -> list[Any]:
    """Return −log p over p below the bars, and the loss of the true class as a dot on it."""

    def place(p: str, loss: str, end: str = "") -> dict[str, Any]:
        across, up = f"10 + (width - 20) * {p}", f"{_FOOT} - {_FOOT - _TOP} * {loss} / {_MOST}"
        x, y = (alt.X2Value, alt.Y2Value) if end else (alt.XValue, alt.YValue)
        return {f"x{end}": x(alt.expr(across)), f"y{end}": y(alt.expr(up))}

    true = classes.transform_filter("datum.y == 1").transform_calculate(
        high=f"min(-log(datum.p), {_MOST})", near="min(datum.p, 0.45)"
    )
    curve = named("curve").mark_line(color=ERROR, strokeWidth=2, opacity=0.5, aria=False)
    foot = true.mark_rule(color=TRUTH, strokeWidth=1, aria=False)
    drop = true.mark_rule(color=ERROR, strokeWidth=3, aria=False)
    shape = alt.expr(f"datum.high < {_MOST} ? 'circle' : 'triangle-up'")
    dot = true.mark_point(shape=shape, color=ERROR, size=110, filled=True, opacity=1, aria=False)
    loss = true.mark_text(align="left", dx=14, dy=-8, fontSize=18, fontWeight=600, color=ERROR)
    end: dict[str, Any] = {"baseline": "top", "dy": 6, "fontSize": 13, "color": TRUTH, "aria": False}
    ends = [
        true.mark_text(text=words, **end).encode(**place(at, "0"))
        for words, at in (("0", "0"), (text.TRUE_P, "0.5"), ("1", "1"))
    ]
    return [
        foot.encode(**place("0", "0"), **place("1", "0", "2")),
        curve.encode(**place("datum.p", "datum.loss")),
        drop.encode(**place("datum.p", "0"), **place("datum.p", "datum.high", "2")),
        dot.encode(**place("datum.p", "datum.high")),
        loss.encode(**place("datum.near", f"min(-log(datum.near), {_MOST})"), text=alt.Text("loss:N")),
        *ends,
    ]


@kept
def _gradient_spec() -> dict[str, Any]:
    classes = _with_probabilities()
    slope = y_axis("gradient", "", SPAN, values=[-1, -0.5, 0, 0.5, 1])
    bars = classes.mark_bar(color=STEP, size=44).encode(x=_BY_CLASS, y=slope)
    place = alt.Y("at:Q", scale=alt.Scale(domain=list(SPAN), nice=False))
    numbers = (
        classes.transform_calculate(at="datum.gradient + (datum.gradient < 0 ? -0.1 : 0.1)")
        .mark_text(fontSize=14, fontWeight=600, color=STEP)
        .encode(x=_BY_CLASS, y=place, text=alt.Text("gradient_label:N"))
    )
    return finish(layered(bars, numbers, _class_names(classes, "gradient")), height=HEIGHT, listens=True)


_P = tuple(live(key, f"datum.p{k}") for k, key in enumerate(TRUE_WEIGHTS, 1))
_Q = tuple(live(key, f"datum.q{k}") for k, key in enumerate(PREDICTED_WEIGHTS, 1))


def draw_cross_entropy(p: Sequence[float], q: Sequence[float]) -> Picture:
    """Draw entropy plus divergence beside the cross-entropy; the weights p, q (3) follow the live weights."""
    weights = {f"p{k}": [p[k - 1]] for k in (1, 2, 3)} | {f"q{k}": [q[k - 1]] for k in (1, 2, 3)}
    return Picture(
        _cross_entropy_spec(),
        {"weights": weights},
        text.DIVERGENCE_CHART,
    )


@kept
def _cross_entropy_spec() -> dict[str, Any]:
    total = {"p": " + ".join(_P), "q": " + ".join(_Q)}
    share = {
        f"{one}{k}": f"({each[k - 1]}) / ({total[one]})"
        for one, each in (("p", _P), ("q", _Q))
        for k in (1, 2, 3)
    }
    entropy = " + ".join(
        f"({share[f'p{k}']} > 0 ? -{share[f'p{k}']} * log({share[f'p{k}']}) : 0)" for k in (1, 2, 3)
    )
    cross = " + ".join(
        f"({share[f'p{k}']} > 0 ? -{share[f'p{k}']} * log({share[f'q{k}']}) : 0)" for k in (1, 2, 3)
    )
    base = named("weights").transform_calculate(entropy=entropy, cross=cross)
    x = x_axis("x", text.NATS, (0.0, 4.0))
    row = alt.Y("row:N", title=None, sort=list(text.ROWS), axis=alt.Axis(labelLimit=160))
    color = alt.Color(
        "part:N",
        scale=alt.Scale(domain=list(text.PARTS), range=[TRUTH, ERROR, MODEL]),
        legend=alt.Legend(orient="bottom", title=None, labelLimit=240, columns=legend_columns(190)),
    )
    layers = []
    parts = zip(
        text.PARTS, ("0", "datum.entropy", "0"), ("datum.entropy", "datum.cross", "datum.cross"), strict=True
    )
    for number, (part, low, high) in enumerate(parts):
        named_row = text.ROWS[number == 2]
        bar = base.transform_calculate(
            x=low,
            x2=high,
            row=f"'{named_row}'",
            part=f"'{part}'",
            label=f"format({high} - {low}, '.3f')",
            middle=f"({high} + {low}) / 2",
        )
        layers.append(bar.mark_bar(size=40, clip=True).encode(x=x, x2=alt.X2("x2:Q"), y=row, color=color))
        label = bar.mark_text(fontSize=14, fontWeight=600, color="white", clip=True)
        layers.append(
            label.encode(x=x_axis("middle", text.NATS, (0.0, 4.0)), y=row, text=alt.Text("label:N"))
        )
    return finish(layered(*layers), height=260, listens=True)
