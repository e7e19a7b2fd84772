"""Three classes by hand: the softmax and its gradient, and what a cross-entropy is made of."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np

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
    x_axis,
    y_axis,
)

CLASSES = ("class 1", "class 2", "class 3")
_LOGITS = tuple(live(f"lf_z{k}", f"datum.z{k}") for k in (1, 2, 3))
_SUM = " + ".join(f"exp({z} - datum.most)" for z in _LOGITS)
_OWN = f"(datum.k == 1 ? {_LOGITS[0]} : (datum.k == 2 ? {_LOGITS[1]} : {_LOGITS[2]}))"


def softmax(logits: Sequence[float], truth: int) -> Picture:
    """Three probabilities as bars beside the truth, 0 … 2, as outlines; the logits follow the live lf_z1 … lf_z3."""
    return Picture(
        _softmax_spec(),
        {"classes": _classes(logits, truth)},
        "Three bars, the probabilities that the softmax makes of three logits, and an outline of height 1 round the "
        "class that is true.",
    )


def softmax_gradient(logits: Sequence[float], truth: int) -> Picture:
    """The derivative of the cross-entropy by each logit, p − y, as bars up and down; live as ``softmax``."""
    return Picture(
        _gradient_spec(),
        {"classes": _classes(logits, truth)},
        "Three bars, the derivative of the cross-entropy by each logit: below zero for the class that is true, above "
        "zero for the others.",
    )


def _classes(logits: Sequence[float], truth: int) -> dict[str, Any]:
    rows = {f"z{k}": np.full(3, logits[k - 1]) for k in (1, 2, 3)}
    return {"k": [1, 2, 3], "name": list(CLASSES), "y": [float(j == truth) for j in range(3)], **rows}


def _with_shares() -> alt.Chart:
    most = f"max({', '.join(_LOGITS)})"
    return (
        named("classes")
        .transform_calculate(most=most)
        .transform_calculate(p=f"exp({_OWN} - datum.most) / ({_SUM})")
        .transform_calculate(
            gradient="datum.p - datum.y",
            label="format(datum.p, '.3f')",
            pull="format(datum.p - datum.y, '+.3f')",
            loss="'ℓ = −log p = ' + format(-log(datum.p), '.3f')",
        )
    )


_BY_CLASS = alt.X("name:N", title=None, sort=list(CLASSES), axis=alt.Axis(labelAngle=0))


@lru_cache(maxsize=1)
def _softmax_spec() -> dict[str, Any]:
    classes = _with_shares()
    p = y_axis("p", "probability p", (0.0, 1.25), values=[0, 0.25, 0.5, 0.75, 1], format=".2f")
    bars = classes.mark_bar(color=MODEL, size=44).encode(x=_BY_CLASS, y=p)
    truth = (
        classes.transform_filter("datum.y == 1")
        .mark_bar(fillOpacity=0, stroke=TRUTH, strokeWidth=2.5, strokeDash=[6, 4], size=52)
        .encode(x=_BY_CLASS, y=y_axis("y", "probability p", (0.0, 1.25)))
    )
    numbers = classes.mark_text(dy=-9, fontSize=14, fontWeight=600, color=MODEL).encode(
        x=_BY_CLASS, y=p, text=alt.Text("label:N")
    )
    loss = (
        classes.transform_filter("datum.y == 1")
        .mark_text(align="left", baseline="top", fontSize=16, fontWeight=600, color=ERROR)
        .encode(x=alt.XValue(10), y=alt.YValue(6), text=alt.Text("loss:N"))
    )
    return finish(layered(bars, truth, numbers, loss), height=300, listens=True)


@lru_cache(maxsize=1)
def _gradient_spec() -> dict[str, Any]:
    classes = _with_shares()
    slope = y_axis("gradient", "∂ℓ/∂z = p − y", (-1.2, 1.2), values=[-1, -0.5, 0, 0.5, 1])
    bars = classes.mark_bar(color=STEP, size=44).encode(x=_BY_CLASS, y=slope)
    place = alt.Y("at:Q", scale=alt.Scale(domain=[-1.2, 1.2], nice=False))
    numbers = (
        classes.transform_calculate(at="datum.gradient + (datum.gradient < 0 ? -0.1 : 0.1)")
        .mark_text(fontSize=14, fontWeight=600, color=STEP)
        .encode(x=_BY_CLASS, y=place, text=alt.Text("pull:N"))
    )
    return finish(layered(bars, numbers), height=300, listens=True)


_PARTS = ("H(p), the entropy", "KL(p ‖ q)", "H(p, q), the cross-entropy")
_P, _Q = (tuple(live(f"lf_{one}{k}", f"datum.{one}{k}") for k in (1, 2, 3)) for one in "pq")


def surprise(p: Sequence[float], q: Sequence[float]) -> Picture:
    """Entropy and divergence stacked beside the cross-entropy; the weights p, q (3) follow the live lf_p1 … lf_q3."""
    weights = {f"p{k}": [p[k - 1]] for k in (1, 2, 3)} | {f"q{k}": [q[k - 1]] for k in (1, 2, 3)}
    return Picture(
        _surprise_spec(),
        {"weights": weights},
        "Two bars of equal length: the entropy with the divergence set onto it, and the cross-entropy.",
    )


@lru_cache(maxsize=1)
def _surprise_spec() -> dict[str, Any]:
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
    x = x_axis("x", "nats", (0.0, 4.0))
    row = alt.Y("row:N", title=None, sort=["H(p) + KL(p ‖ q)", "H(p, q)"], axis=alt.Axis(labelLimit=160))
    color = alt.Color(
        "part:N",
        scale=alt.Scale(domain=list(_PARTS), range=[TRUTH, ERROR, MODEL]),
        legend=alt.Legend(orient="bottom", title=None, labelLimit=240, columns=legend_columns(190)),
    )
    layers = []
    parts = zip(
        _PARTS, ("0", "datum.entropy", "0"), ("datum.entropy", "datum.cross", "datum.cross"), strict=True
    )
    for number, (part, low, high) in enumerate(parts):
        named_row = "H(p, q)" if number == 2 else "H(p) + KL(p ‖ q)"
        bar = base.transform_calculate(
            x=low, x2=high, row=f"'{named_row}'", part=f"'{part}'", label=f"format({high} - {low}, '.3f')",
            middle=f"({high} + {low}) / 2",
        )  # fmt: skip
        layers.append(bar.mark_bar(size=40, clip=True).encode(x=x, x2=alt.X2("x2:Q"), y=row, color=color))
        text = bar.mark_text(fontSize=14, fontWeight=600, color="white", clip=True)
        layers.append(text.encode(x=x_axis("middle", "nats", (0.0, 4.0)), y=row, text=alt.Text("label:N")))
    return finish(layered(*layers), height=260, listens=True)
