"""What losses do: lines and constants fitted while one point is moved, and three classes by hand."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.theme import (
    ERROR,
    MODEL,
    STEP,
    TRUTH,
    Picture,
    by_series,
    finish,
    live,
    named,
    padded,
    series_color,
    series_dash,
    series_shape,
    x_axis,
    y_axis,
)

Array = NDArray[np.float64]


def refit(
    x: Array,
    y: Array,
    lines: Mapping[str, tuple[float, float]],
    order: Sequence[str],
    y_domain: tuple[float, float],
) -> Picture:
    """Points, the moved one last, and the line (w, b) of each loss; the point follows the live lf_outlier."""
    domain = padded(float(x.min()), float(x.max()))
    ends = np.array(domain)
    return Picture(
        _refit_spec(tuple(order), tuple(lines), domain, y_domain),
        {
            "points": {"x": x[:-1], "y": y[:-1]},
            "moved": {"x": x[-1:], "y": y[-1:]},
            "lines": {
                "x": np.tile(ends, len(lines)),
                "y": np.concatenate([w * ends + b for w, b in lines.values()] or [np.empty(0)]),
                "series": [label for label in lines for _ in ends],
            },
        },
        "Points near a line, one outlier, and the line that each loss fits to all of them.",
    )


@lru_cache(maxsize=64)
def _refit_spec(
    order: tuple[str, ...],
    shown: tuple[str, ...],
    x_domain: tuple[float, float],
    y_domain: tuple[float, float],
) -> dict[str, Any]:
    x, y = x_axis("x", "x", x_domain), y_axis("y", "y", y_domain)
    points = named("points").mark_circle(color=TRUTH, size=55, opacity=1, clip=True).encode(x=x, y=y)
    lines = (
        by_series(named("lines"))
        .mark_line(strokeWidth=2.5, clip=True)
        .encode(x=x, y=y, color=series_color(order, shown), strokeDash=series_dash(order, shown))
    )
    moved = (
        named("moved")
        .transform_calculate(at=live("lf_outlier", "datum.y"))
        .mark_point(color=ERROR, size=190, filled=True, opacity=1, shape="diamond", clip=True)
        .encode(x=x, y="at:Q")
    )
    return finish(alt.layer(points, lines, moved), listens=True)


def constants(
    numbers: Array,
    risks: Mapping[str, tuple[Array, Array]],
    best: Mapping[str, float],
    order: Sequence[str],
    domain: tuple[float, float],
) -> Picture:
    """Numbers as dots, the last one moved; above them the risk of each constant, and where each is least.

    risks: label -> (c, mean loss at c), each drawn from 0 at its least value to 1 at its largest.
    """
    empty = np.empty(0)
    scaled = [(risk - risk.min()) / (np.ptp(risk) or 1.0) for _, risk in risks.values()]
    return Picture(
        _constants_spec(tuple(order), tuple(risks), domain),
        {
            "numbers": {"x": numbers[:-1], "y": np.full(len(numbers) - 1, -0.1)},
            "moved": {"x": numbers[-1:], "y": [-0.1]},
            "risks": {
                "x": np.concatenate([c for c, _ in risks.values()] or [empty]),
                "y": np.concatenate(scaled or [empty]),
                "series": [label for label, (c, _) in risks.items() for _ in c],
            },
            "best": {"x": list(best.values()), "y": np.zeros(len(best)), "series": list(best)},
        },
        "Numbers as dots on a line; above them the mean loss of every constant, one curve for each loss, and a mark "
        "where each curve is lowest.",
    )


@lru_cache(maxsize=64)
def _constants_spec(
    order: tuple[str, ...], shown: tuple[str, ...], domain: tuple[float, float]
) -> dict[str, Any]:
    x = x_axis("x", "a number y, or the constant c", domain)
    y = y_axis("y", "mean loss, rescaled", (-0.2, 1.05), values=[0, 0.5, 1])
    color, dash = series_color(order, shown), series_dash(order, shown)
    risks = by_series(named("risks")).mark_line(strokeWidth=2.5, clip=True)
    marks = by_series(named("best"))
    values = named("numbers").mark_circle(color=TRUTH, size=70, opacity=0.9).encode(x=x, y=y)
    moved = (
        named("moved")
        .transform_calculate(at=live("lf_far", "datum.x"))
        .mark_point(color=ERROR, size=170, filled=True, opacity=1, shape="diamond")
        .encode(x="at:Q", y=y)
    )
    return finish(
        alt.layer(
            named("best").mark_rule(strokeWidth=1.2).encode(x=x, color=color),
            risks.encode(x=x, y=y, color=color, strokeDash=dash),
            values,
            moved,
            marks.mark_point(size=130, filled=True, opacity=1).encode(
                x=x, y=y, color=color, shape=series_shape(order, shown),
                tooltip=[alt.Tooltip("series:N", title=" "), alt.Tooltip("x:Q", title="c", format=".4~g")],
            ),
        ),
        height=340,
        listens=True,
    )  # fmt: skip


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
        x=_BY_CLASS, y=p, text="label:N"
    )
    loss = (
        classes.transform_filter("datum.y == 1")
        .mark_text(align="left", baseline="top", fontSize=16, fontWeight=600, color=ERROR)
        .encode(x=alt.value(10), y=alt.value(6), text="loss:N")
    )
    return finish(alt.layer(bars, truth, numbers, loss), height=300, listens=True)


@lru_cache(maxsize=1)
def _gradient_spec() -> dict[str, Any]:
    classes = _with_shares()
    slope = y_axis("gradient", "∂ℓ/∂z = p − y", (-1.2, 1.2), values=[-1, -0.5, 0, 0.5, 1])
    bars = classes.mark_bar(color=STEP, size=44).encode(x=_BY_CLASS, y=slope)
    place = alt.Y("at:Q", scale=alt.Scale(domain=[-1.2, 1.2], nice=False))
    numbers = (
        classes.transform_calculate(at="datum.gradient + (datum.gradient < 0 ? -0.1 : 0.1)")
        .mark_text(fontSize=14, fontWeight=600, color=STEP)
        .encode(x=_BY_CLASS, y=place, text="pull:N")
    )
    return finish(alt.layer(bars, numbers), height=300, listens=True)


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
        legend=alt.Legend(
            orient="bottom", title=None, labelLimit=240, columns=alt.expr("max(1, floor(width / 190))")
        ),
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
        layers.append(bar.mark_bar(size=40, clip=True).encode(x=x, x2="x2:Q", y=row, color=color))
        text = bar.mark_text(fontSize=14, fontWeight=600, color="white", clip=True)
        layers.append(text.encode(x=x_axis("middle", "nats", (0.0, 4.0)), y=row, text="label:N"))
    return finish(alt.layer(*layers), height=260, listens=True)
