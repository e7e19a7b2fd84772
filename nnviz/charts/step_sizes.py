"""Pictures of what a learning rate does on a quadratic bowl: the ruler of η, the first steps, the distance left.

They follow the live value lr_rate, which is η in units of 1/λmax. Steps are drawn from their closed form,
θ_k = c + Σ (1 − ηλᵢ)ᵏ sᵢ, sᵢ the start's offset along the i-th eigenvector, so that the browser alone can move them.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.ground import ground
from nnviz.charts.theme import (
    BEST,
    ERROR,
    MODEL,
    STEP,
    TRUTH,
    Columns,
    Picture,
    either,
    finish,
    layered,
    legend_columns,
    live,
    named,
    x_axis,
    y_axis,
)

Array = NDArray[np.float64]
Domain = tuple[tuple[float, float], ...]

MOST = 2.4  # of η λmax
DRAWN = 24  # steps on the map
COUNTED = 60  # steps of the distance
LEAST = 1e-6  # of the distance
SMALL = 1e-3  # below it, rates are written with a power of ten
_ETA = f"format(datum.eta, datum.eta < {SMALL} ? '.2~e' : '.3~g')"
_NAMED = -0.25  # below 0 no line crosses the names of the regions
_RATE = live("lr_rate", "datum.rate")
_FLAT, _STEEP, _WORSE = "flattest direction", "steepest direction", "the worse of both"
_LOOKS = {_FLAT: (MODEL, [2, 2]), _STEEP: (STEP, [6, 3]), _WORSE: (TRUTH, [1, 0])}


class Modes(NamedTuple):
    """A bowl of two parameters with a start: its centre c (2,), eigenvalues (2,) rising, and the start's offsets along
    the eigenvectors as rows (2, 2), which add up to θ₀ − c.
    """

    centre: Array
    eigenvalues: Array
    offsets: Array


def ruler(eigenvalues: Array, marks: dict[str, float], rate: float) -> Picture:
    """|1 − ηλ| over η for the flattest and the steepest direction, the three regions, and η.

    eigenvalues: the smallest that is not 0, and the largest. marks: name -> η, in rising order. rate: η λmax.
    """
    flat, steep = eigenvalues
    eta = np.linspace(0, MOST / steep, 241)
    each = {_FLAT: np.abs(1 - eta * flat), _STEEP: np.abs(1 - eta * steep)}
    each[_WORSE] = np.maximum(each[_FLAT], each[_STEEP])
    return Picture(
        _ruler_spec(float(MOST / steep)),
        {
            "regions": {
                "from": [0, 1 / steep, 2 / steep],
                "to": [1 / steep, 2 / steep, MOST / steep],
                "region": ["monotone", "zig-zag", "diverging"],
            },
            "factors": {
                "eta": np.tile(eta, 3),
                "factor": np.concatenate(list(each.values())),
                "series": np.repeat(list(each), eta.size),
            },
            "marks": {"eta": list(marks.values()), "name": list(marks), "row": np.arange(len(marks))},
            "now": {"rate": [rate], "flat": [flat], "steep": [steep]},
        },
        "By how much one step of gradient descent multiplies the error, for each learning rate: a line for the "
        "flattest direction of the bowl and one for the steepest. Up to 1/λmax the way down is monotone, up "
        "to 2/λmax a zig-zag, beyond it diverges.",
    )


@lru_cache(maxsize=64)
def _ruler_spec(end: float) -> dict[str, Any]:
    x = x_axis("eta", "learning rate η", (0, end), grid=False, **({"format": "~e"} if end < SMALL else {}))
    y = y_axis("factor", "|1 − ηλ|", (_NAMED, 1.5), grid=False, values=[0, 0.5, 1, 1.5])
    colors, dashes = zip(*_LOOKS.values(), strict=True)
    legend = alt.Legend(
        orient="bottom", title=None, symbolType="stroke", symbolSize=300, symbolStrokeWidth=3,
        columns=legend_columns(150),
    )  # fmt: skip
    color, dash = (alt.Scale(domain=list(_LOOKS), range=list(looks)) for looks in (colors, dashes))
    one = named("now").mark_rule(color=TRUTH, strokeDash=[2, 3], aria=False).encode(y=alt.YDatum(1))
    factors = (
        named("factors")
        .mark_line(clip=True)
        .encode(
            x=x,
            y=y,
            color=alt.Color("series:N", scale=color, legend=legend),
            strokeDash=alt.StrokeDash("series:N", scale=dash, legend=legend),
            strokeWidth=either(alt.StrokeWidthValue, f"datum.series == '{_WORSE}'", 6, 2),
            opacity=either(alt.OpacityValue, f"datum.series == '{_WORSE}'", 0.4, 1),
        )
    )
    lines = (
        named("marks")
        .mark_rule(color=BEST, strokeDash=[6, 4])
        .encode(x=x, y=alt.YDatum(0), y2=alt.Y2Datum(1.5))
    )
    labels = [
        named("marks")
        .transform_calculate(text=f"datum.name + ' = ' + {_ETA}")
        .transform_filter(f"datum.row == {row}")
        .mark_text(align="right" if row < 2 else "left", fontSize=11, color=BEST, baseline="bottom")
        .encode(x=x, y=alt.YValue(-4 if row != 1 else -18), text=alt.Text("text:N"))
        for row in range(3)
    ]
    return finish(layered(*_regions(x), factors, one, lines, *labels, *_now(x)), height=340, listens=True)


def _regions(x: alt.X) -> tuple[Any, Any]:
    """Monotone, zig-zag, diverging: a ground and a name for each."""
    shade = alt.Scale(domain=["monotone", "zig-zag", "diverging"], range=[BEST, MODEL, ERROR])
    grounds = (
        named("regions")
        .mark_rect(opacity=0.1)
        .encode(
            x=alt.X("from:Q", **_same(x)),
            x2=alt.X2("to:Q"),
            fill=alt.Fill("region:N", scale=shade, legend=None),
        )
    )
    names = (
        named("regions")
        .transform_calculate(middle="(datum.from + datum.to) / 2")
        .mark_text(fontSize=alt.expr("width < 400 ? 11 : 13"), fontWeight=600, color=TRUTH)
        .encode(x=alt.X("middle:Q", **_same(x)), y=alt.YDatum(_NAMED / 2), text=alt.Text("region:N"))
    )
    return grounds, names


def _same(axis: alt.X) -> dict[str, Any]:
    """The scale, title and axis of another channel."""
    return {name: axis[name] for name in ("scale", "title", "axis")}


def _now(x: alt.X) -> tuple[Any, Any, Any]:
    """The learning rate of the slider as a line, the worst factor there as a dot, and its value."""
    here = (
        named("now")
        .transform_calculate(
            eta=f"{_RATE} / datum.steep",
            factor=f"max(abs(1 - {_RATE}), abs(1 - {_RATE} * datum.flat / datum.steep))",
        )
        .transform_calculate(
            factor_text="datum.factor > 0.9995 && datum.factor < 1 ? '(1 − ' + format(1 - datum.factor, '.2~g') + ')' "
            ": format(datum.factor, '.3~f')",
        )
        .transform_calculate(text=f"'η = ' + {_ETA} + ':  × ' + datum.factor_text")
    )
    line = here.mark_rule(color=ERROR, strokeWidth=2).encode(x=x, y=alt.YDatum(0), y2=alt.Y2Datum(1.5))
    dot = here.mark_circle(color=ERROR, size=130, opacity=1, clip=True).encode(x=x, y=alt.Y("factor:Q"))
    text = here.mark_text(
        fontSize=13, fontWeight=600, color=ERROR, baseline="top", dy=4,
        align=alt.expr(f"{live('lr_rate', '1')} > {MOST / 2} ? 'right' : 'left'"),
        dx=alt.expr(f"{live('lr_rate', '1')} > {MOST / 2} ? -8 : 8"),
    ).encode(x=x, y=alt.YDatum(1.5), text=alt.Text("text:N"))  # fmt: skip
    return line, dot, text


def first_steps(
    surface: Columns, modes: Modes, rate: float, domain: Domain, names: tuple[str, str]
) -> Picture:
    """The first steps of gradient descent over a bowl, and its two eigen-directions.

    surface: from `ground_columns`. rate: η λmax. names: of the axes.
    """
    steps = np.arange(DRAWN + 1)
    reach = 2 * max(high - low for low, high in domain)
    ends = modes.centre + reach * np.array([[[-1.0], [1.0]]]) * _directions(modes.offsets)[:, None, :]
    return Picture(
        _steps_spec(domain, names),
        {
            "ground": surface,
            "steps": {
                "step": steps,
                **{name: np.full(steps.shape, v) for name, v in _flat(modes, rate).items()},
            },
            "axes": {
                "x": ends[..., 0].ravel(),
                "y": ends[..., 1].ravel(),
                "direction": np.repeat(["flat", "steep"], 2),
            },
            "best": {"x": modes.centre[:1], "y": modes.centre[1:]},
        },
        f"The loss over {names[0]} and {names[1]}, seen from above, with the first {DRAWN} steps of gradient descent; "
        "thin dashed lines are the flattest and the steepest direction through the minimum, a cross.",
    )


def _directions(offsets: Array) -> Array:
    """Unit vectors along the rows; where one is zero, at right angles to the other."""
    lengths = np.linalg.norm(offsets, axis=1, keepdims=True)
    turned = offsets[::-1] @ np.array([[0.0, 1.0], [-1.0, 0.0]])
    full = np.where(lengths > 0, offsets, turned)
    return np.asarray(full / np.maximum(np.linalg.norm(full, axis=1, keepdims=True), 1e-300))


def _flat(modes: Modes, rate: float) -> dict[str, float]:
    (w, b), (flat, steep) = modes.centre, modes.eigenvalues
    (fw, fb), (sw, sb) = modes.offsets
    return {
        "rate": rate, "w": float(w), "b": float(b), "ratio": float(flat / steep), "fw": float(fw), "fb": float(fb),
        "sw": float(sw), "sb": float(sb),
    }  # fmt: skip


_POWERS = {
    "flat": f"pow(1 - {_RATE} * datum.ratio, datum.step)",
    "steep": f"pow(1 - {_RATE}, datum.step)",
}


@lru_cache(maxsize=64)
def _steps_spec(domain: Domain, names: tuple[str, str]) -> dict[str, Any]:
    x, y = (
        x_axis("x", names[0], domain[0], grid=False),
        y_axis("y", names[1], domain[1], grid=False),
    )
    axes = (
        named("axes")
        .mark_line(color=TRUTH, strokeDash=[3, 3], strokeWidth=1, clip=True)
        .encode(x=x, y=y, detail=alt.Detail("direction:N"))
    )
    walk = (
        named("steps")
        .transform_calculate(**_POWERS)
        .transform_calculate(
            x="datum.w + datum.flat * datum.fw + datum.steep * datum.sw",
            y="datum.b + datum.flat * datum.fb + datum.steep * datum.sb",
        )
    )
    line = walk.mark_line(
        color=STEP, strokeWidth=2, clip=True, point=alt.OverlayMarkDef(color=STEP, size=30)
    ).encode(
        x=x,
        y=y,
        order=alt.Order("step:Q"),
        tooltip=[alt.Tooltip("step:Q"), alt.Tooltip("x:Q"), alt.Tooltip("y:Q")],
    )
    start = (
        walk.transform_filter("datum.step == 0")
        .mark_circle(size=130, color=MODEL, opacity=1)
        .encode(x=x, y=y)
    )
    best = (
        named("best").mark_point(shape="cross", size=120, color=BEST, filled=True, clip=True).encode(x=x, y=y)
    )
    return finish(layered(ground(domain, names), axes, line, start, best), height=240, listens=True)


def distance(modes: Modes, rate: float, observed: Array) -> Picture:
    """What is left of the distance to the minimum against the step: bound, closed form, and what a run did.

    observed: ‖θ_k − c‖ / ‖θ₀ − c‖ of a run with η = rate/λmax, (k + 1,).
    """
    steps = np.arange(COUNTED + 1)
    lengths = (modes.offsets**2).sum(axis=1)
    share = lengths / max(lengths.sum(), 1e-300)
    seen = observed[: COUNTED + 1]
    return Picture(
        _distance_spec(),
        {
            "theory": {
                "step": steps,
                "rate": np.full(steps.shape, rate),
                "ratio": np.full(steps.shape, modes.eigenvalues[0] / modes.eigenvalues[1]),
                "fs": np.full(steps.shape, share[0]),
                "ss": np.full(steps.shape, share[1]),
            },
            "run": {"step": np.arange(seen.size), "left": seen, "rate": np.full(seen.shape, rate)},
        },
        "The distance to the minimum, as a share of that at the start, against the step, on a logarithmic scale: the "
        "bound of the theory, the exact prediction, and dots for the steps of a run.",
    )


@lru_cache(maxsize=1)
def _distance_spec() -> dict[str, Any]:
    x = x_axis("step", "step k", (0, COUNTED))
    scale = alt.Scale(type="log", domain=[LEAST, 10], nice=False)
    axis = alt.Axis(values=[1e-6, 1e-4, 1e-2, 1], format="~%")
    y = alt.Y("left:Q", title="distance left", scale=scale, axis=axis)
    order = ["bound ρᵏ", "predicted", "observed"]
    color = alt.Color(
        "series:N",
        scale=alt.Scale(domain=order, range=[TRUTH, MODEL, STEP]),
        legend=alt.Legend(
            orient="top",
            title=None,
            symbolType="stroke",
            symbolSize=150,
            symbolStrokeWidth=3,
            columnPadding=6,
        ),
    )
    theory = named("theory").transform_calculate(**_POWERS)
    bound = theory.transform_calculate(
        left=f"pow(max(abs(1 - {_RATE}), abs(1 - {_RATE} * datum.ratio)), datum.step)",
        series=f"'{order[0]}'",
    )
    exact = theory.transform_calculate(
        left="sqrt(datum.fs * datum.flat * datum.flat + datum.ss * datum.steep * datum.steep)",
        series=f"'{order[1]}'",
    )
    seen = f"datum.left >= {LEAST} && datum.left < 1e3"
    lines = [
        chart.transform_filter(seen)
        .mark_line(strokeDash=dash, strokeWidth=2, clip=True)
        .encode(x=x, y=y, color=color)
        for chart, dash in ((bound, [6, 4]), (exact, [1, 0]))
    ]
    dots = (
        named("run")
        .transform_filter(f"abs({_RATE} - datum.rate) < 1e-9 && {seen}")
        .transform_calculate(series=f"'{order[2]}'")
        .mark_circle(size=36, opacity=1, clip=True)
        .encode(x=x, y=y, color=color, tooltip=[alt.Tooltip("step:Q"), alt.Tooltip("left:Q", format=".3~g")])
    )
    return finish(layered(*lines, dots), height=220, listens=True)
