"""Draw what a learning rate does on a quadratic loss: the factors of an update, its first updates, and the distance.

The charts follow the live value RATE, which is η in units of 1/λmax. The browser draws the updates from their closed
form, θ_k = c + Σ (1 − ηλᵢ)ᵏ sᵢ with the start's offset sᵢ along the i-th eigenvector.
"""

from typing import Any, NamedTuple

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Domain, Labels
from nnviz.charts import LiveKey
from nnviz.charts.contour_image import HALO, INK, say_shading, with_halo
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
    live,
    named,
    write_number,
    write_text,
    x_axis,
    y_axis,
)
from nnviz.lessons.linear_regression.shared.chart import draw_minimum
from nnviz.lessons.linear_regression.step_size import text

RATE, MIN_RATE, MAX_RATE = LiveKey("lr_rate"), 0.02, 2.4  # in units of 1/λmax
MAP_UPDATES, MOST_MAP_UPDATES = 24, 1000  # that the maps show
HEIGHT, FACTOR_HEIGHT = 372, 340  # pixels of the map and of the factors
NAME: dict[str, Any] = {"fontSize": 13, "fontWeight": 600, "aria": False}
MAP_REACH = (4.2, 2.2)  # of the image of the loss, in units of the map's own reach
_NAMED_AT = 0.92  # the place of a direction's name, in units of the reach
_SMALL = 1e-3  # below it, learning rates are written with a power of ten
_TOP, _NAMES = 1.7, -0.25  # of the factors; below 0 no line crosses the names of the regions
_ETA = write_number("datum.eta")
RATE_NOW = live(RATE, "datum.rate")
_NOW = write_text(text.NOW, rate=write_number(RATE_NOW), eta=_ETA, factor="datum.factor_text")
_LEFT = write_text(text.LEFT_AFTER, step="datum.step", share="datum.share")
_FARTHER = write_text(text.FARTHER, step="datum.step", times=write_number("datum.left", 2))
_REGIME = (
    f"({RATE_NOW} <= 1 ? '{text.NO_ZIG_ZAG}' : {RATE_NOW} < 2 - 1e-9 ? '{text.ZIG_ZAG}' "
    f": {RATE_NOW} < 2 + 1e-9 ? '{text.NEITHER}' : '{text.DIVERGES}')"
)
_LOOKS = {text.FLAT: (MODEL, [2, 2]), text.STEEP: (STEP, [6, 3]), text.LARGER: (TRUTH, [1, 0])}


class Modes(NamedTuple):
    """A quadratic loss of two parameters with a start.

    center: the minimizer c (2,). eigenvalues: (2,), rising. offsets: (2, 2), rows along the eigenvectors that add up
    to θ₀ − c.
    """

    center: Array
    eigenvalues: Array
    offsets: Array


def draw_factors(eigenvalues: Array, marks: dict[str, float], rate: float) -> Picture:
    """Draw |1 − ηλ| over η for the flattest and the steepest direction, the three regions, and the learning rate.

    eigenvalues: the smallest that is not 0, and the largest. marks: name -> η, rising. rate: η λmax.
    """
    flat, steep = eigenvalues
    eta = np.linspace(0, MAX_RATE / steep, 241)
    lines = {text.FLAT: np.abs(1 - eta * flat), text.STEEP: np.abs(1 - eta * steep)}
    lines[text.LARGER] = np.maximum(lines[text.FLAT], lines[text.STEEP])
    return Picture(
        _factor_spec(float(MAX_RATE / steep)),
        {
            "regions": {
                "from": [0, 1 / steep, 2 / steep],
                "to": [1 / steep, 2 / steep, MAX_RATE / steep],
                "region": list(text.REGIONS),
            },
            "factors": {
                "eta": np.tile(eta, 3),
                "factor": np.concatenate(list(lines.values())),
                "series": np.repeat(list(lines), eta.size),
            },
            "marks": {"eta": list(marks.values()), "name": list(marks), "row": np.arange(len(marks))},
            "now": {"rate": [rate], "flat": [flat], "steep": [steep]},
        },
        text.FACTOR_WORDS,
        {text.FACTOR_X: eta, **lines},
    )


@kept
def _factor_spec(end: float) -> dict[str, Any]:
    x = x_axis("eta", text.FACTOR_X, (0, end), grid=False, **({"format": "~e"} if end < _SMALL else {}))
    y = y_axis("factor", text.FACTOR_Y, (_NAMES, _TOP), grid=False, values=[0, 0.5, 1, 1.5])
    one = named("now").mark_rule(color=TRUTH, strokeDash=[2, 3], aria=False).encode(y=alt.YDatum(1))
    marks = (
        named("marks")
        .mark_rule(color=BEST, strokeDash=[6, 4])
        .encode(x=x, y=alt.YDatum(0), y2=alt.Y2Datum(_TOP))
    )
    layers = [*_regions(x), _factor_lines(x, y), one, marks, *_line_names(x, y), *_mark_labels(x), *_now(x)]
    return finish(layered(*layers), height=FACTOR_HEIGHT, listens=True)


def _factor_lines(x: alt.X, y: alt.Y) -> Any:
    """Draw a line for each direction, and a wide pale one for the larger factor of both."""
    colors, dashes = zip(*_LOOKS.values(), strict=True)
    color, dash = (alt.Scale(domain=list(_LOOKS), range=list(looks)) for looks in (colors, dashes))
    larger = f"datum.series == '{text.LARGER}'"
    return (
        named("factors")
        .mark_line(clip=True)
        .encode(
            x=x,
            y=y,
            color=alt.Color("series:N", scale=color, legend=None),
            strokeDash=alt.StrokeDash("series:N", scale=dash, legend=None),
            strokeWidth=either(alt.StrokeWidthValue, larger, 6, 2.5),
            opacity=either(alt.OpacityValue, larger, 0.4, 1),
        )
    )


def _line_names(x: alt.X, y: alt.Y) -> list[Any]:
    """Write the names of both directions at the left, above and below their lines."""
    looks = (
        (text.FLAT, MODEL, "1", -14),
        (text.STEEP, STEP, "0.1", 0),
    )
    return [
        named("now").transform_calculate(eta="0", factor=factor)
        .mark_text(text=name, align="left", dx=4, dy=dy, color=color, **NAME)
        .encode(x=x, y=y)
        for name, color, factor, dy in looks
    ]  # fmt: skip


def _mark_labels(x: alt.X) -> list[Any]:
    """Write the named learning rates above the chart, in two rows with values if there is room."""
    return [
        named("marks")
        .transform_calculate(text=f"datum.name + (width < 400 ? '' : ' = ' + {_ETA})")
        .transform_filter(f"datum.row == {row}")
        .mark_text(align="right", dx=6, fontSize=13, color=BEST, baseline="bottom")
        .encode(x=x, y=alt.YValue(-4 if row != 1 else -22), text=alt.Text("text:N"))
        for row in range(3)
    ]


def _regions(x: alt.X) -> tuple[Any, Any]:
    """Draw a background and a name for each of the three regions of the learning rate."""
    same = {name: x[name] for name in ("scale", "title", "axis")}
    shade = alt.Scale(domain=list(text.REGIONS), range=[BEST, MODEL, ERROR])
    fill = alt.Fill("region:N", scale=shade, legend=None)
    grounds = (
        named("regions")
        .mark_rect(opacity=0.1)
        .encode(x=alt.X("from:Q", **same), x2=alt.X2("to:Q"), fill=fill)
    )
    names = (
        named("regions")
        .transform_calculate(middle="(datum.from + datum.to) / 2")
        .mark_text(fontSize=alt.expr("width < 400 ? 11 : 13"), fontWeight=600, color=TRUTH)
        .encode(x=alt.X("middle:Q", **same), y=alt.YDatum(_NAMES / 2), text=alt.Text("region:N"))
    )
    return grounds, names


def _now(x: alt.X) -> tuple[Any, Any, Any]:
    """Draw the learning rate of the slider as a line, the larger factor there as a dot, and write both."""
    here = (
        named("now")
        .transform_calculate(
            eta=f"{RATE_NOW} / datum.steep",
            factor=f"max(abs(1 - {RATE_NOW}), abs(1 - {RATE_NOW} * datum.flat / datum.steep))",
        )
        .transform_calculate(
            factor_text="datum.factor > 0.9995 && datum.factor < 1 - 1e-12 "
            "? '1 − ' + " + write_number("1 - datum.factor", 2) + " : format(datum.factor, '.3~f')",
        )
        .transform_calculate(text=_NOW)
    )
    line = here.mark_rule(color=ERROR, strokeWidth=2).encode(x=x, y=alt.YDatum(0), y2=alt.Y2Datum(_TOP))
    dot = here.mark_circle(color=ERROR, size=130, opacity=1, clip=True).encode(x=x, y=alt.Y("factor:Q"))
    small = alt.expr("width < 320 ? 12 : 14")
    label = here.mark_text(
        align="left", fontSize=small, fontWeight=600, color=ERROR, baseline="bottom"
    ).encode(x=alt.XValue(0), y=alt.YValue(-44), text=alt.Text("text:N"))
    return line, dot, label


def image_domain(center: Array, reach: float) -> Domain:
    """Return the bounds of the image behind a map, which is wider than the map so that it fits every shape of it."""
    return tuple(
        (at - wide * reach, at + wide * reach) for at, wide in zip(center.tolist(), MAP_REACH, strict=True)
    )


def draw_first_updates(
    image: Columns,
    modes: Modes,
    rate: float,
    reach: float,
    names: tuple[str, str],
    updates: int = MAP_UPDATES,
) -> Picture:
    """Draw the first updates of gradient descent over the loss, and the eigen-directions, with equal scales.

    image: of the loss over ``image_domain``. rate: η λmax. reach: the map shows the square of that reach around the
    minimum, and as much more as fits beside it. names: of the axes. updates: how many;
    all of the first MAP_UPDATES are drawn, and some of the others.
    """
    late = np.linspace(MAP_UPDATES, max(updates, MAP_UPDATES), 100).round().astype(int)
    steps = np.union1d(np.arange(MAP_UPDATES + 1), late)
    along = np.array([[[-8.0], [_NAMED_AT], [8.0]]]) * reach  # in the middle, the name of the direction
    ends = modes.center - along * _directions(modes.offsets)[:, None, :]
    powers = (1 - rate * modes.eigenvalues / modes.eigenvalues[1]) ** steps[:, None]
    points = modes.center + powers @ modes.offsets
    now = {**_flat(modes, rate), "last": float(updates)}
    return Picture(
        _map_spec(tuple(modes.center.tolist()), reach, names),
        {
            "ground": image,
            "updates": at_steps(steps, now),
            "axes": {
                "x": ends[..., 0].ravel(),
                "y": ends[..., 1].ravel(),
                "direction": np.repeat([text.FLAT, text.STEEP], 3),
                "label": [
                    text.name_direction(name, symbol, value)
                    for name, symbol, value in zip(
                        (text.FLAT, text.STEEP), text.CURVATURES, modes.eigenvalues.tolist(), strict=True
                    )
                    for _ in range(3)
                ],
                "named": np.tile([False, np.ptp(modes.eigenvalues) > 1e-9 * modes.eigenvalues[1], False], 2),
            },
            "minimum": {"x": modes.center[:1], "y": modes.center[1:]},
        },
        text.MAP_WORDS,
        {text.UPDATE: steps, text.W: points[:, 0], text.B: points[:, 1]},
    )


def _directions(offsets: Array) -> Array:
    """Return unit vectors along the rows; a row of zeros gets the direction perpendicular to the other row."""
    lengths = np.linalg.norm(offsets, axis=1, keepdims=True)
    turned = offsets[::-1] @ np.array([[0.0, 1.0], [-1.0, 0.0]])
    full = np.where(lengths > 0, offsets, turned)
    return np.asarray(full / np.maximum(np.linalg.norm(full, axis=1, keepdims=True), 1e-300))


def at_steps(steps: Labels, constants: dict[str, float]) -> Columns:
    """Return the steps as a column, and a column for each constant."""
    return {"step": steps, **{name: np.full(steps.shape, value) for name, value in constants.items()}}


def _flat(modes: Modes, rate: float) -> dict[str, float]:
    """Return what the closed form of the updates needs, as columns of one row."""
    (w, b), (flat, steep) = modes.center, modes.eigenvalues
    (fw, fb), (sw, sb) = modes.offsets
    return {
        "rate": rate, "w": float(w), "b": float(b), "ratio": float(flat / steep), "fw": float(fw), "fb": float(fb),
        "sw": float(sw), "sb": float(sb),
    }  # fmt: skip


POWERS = {
    "flat": f"pow(1 - {RATE_NOW} * datum.ratio, datum.step)",
    "steep": f"pow(1 - {RATE_NOW}, datum.step)",
}


@kept
def _map_spec(center: tuple[float, float], reach: float, names: tuple[str, str]) -> dict[str, Any]:
    x, y = _equal_scales(center, reach, names)
    smaller = "min(width, height)"
    ground = (
        named("ground")
        .mark_image(
            aspect=False,
            clip=True,
            width=alt.expr(f"{MAP_REACH[0]} * {smaller}"),
            height=alt.expr(f"{MAP_REACH[1]} * {smaller}"),
        )
        .encode(x=x, y=y, url=alt.Url("image:N"))
    )
    line = named("axes").encode(x=x, y=y)
    axes = line.mark_line(color=INK, strokeDash=[6, 4], strokeWidth=1.5, clip=True).encode(
        detail=alt.Detail("direction:N")
    )
    label = "width < 500 ? datum.direction : datum.label"
    names_of_axes = with_halo(
        line.transform_filter("datum.named").transform_calculate(label=label),
        alt.Text("label:N"),
        align="center",
    )
    layers = [
        *(ground, axes, say_shading(text.SHADED), *_updates(x, y), draw_minimum(x, y)),
        *names_of_axes,
        *with_halo(named("minimum").encode(x=x, y=y), text.MINIMUM, align="left", dx=12, dy=14),
    ]
    return finish(layered(*layers), height=HEIGHT, listens=True)


def _equal_scales(center: tuple[float, float], reach: float, names: tuple[str, str]) -> tuple[alt.X, alt.Y]:
    """Return axes on which a unit is as long across as up, whatever the shape of the chart."""
    shares = ("max(1, width / height)", "max(1, height / width)")
    across, up = (
        alt.Scale(
            domainMin=alt.expr(f"{at} - {reach} * {share}"),
            domainMax=alt.expr(f"{at} + {reach} * {share}"),
            nice=False,
            zero=False,
        )
        for at, share in zip(center, shares, strict=True)
    )
    x = x_axis("x", names[0], None, grid=False, titleAnchor="start")
    y = y_axis("y", names[1], None, grid=False)
    return x.scale(across), y.scale(up)


def _updates(x: alt.X, y: alt.Y) -> tuple[Any, ...]:
    """Draw the updates as a path with dots, and the start as a ring, and write what the learning rate does."""
    path = (
        named("updates")
        .transform_calculate(**POWERS)
        .transform_calculate(
            x="datum.w + datum.flat * datum.fw + datum.steep * datum.sw",
            y="datum.b + datum.flat * datum.fb + datum.steep * datum.sb",
        )
    )
    tooltip = [alt.Tooltip("step:Q", title=text.UPDATE), alt.Tooltip("x:Q"), alt.Tooltip("y:Q")]
    halo = path.mark_line(stroke=HALO, strokeWidth=5.5, opacity=0.85, clip=True, aria=False).encode(
        x=x, y=y, order=alt.Order("step:Q")
    )
    dots = alt.OverlayMarkDef(color=MODEL, size=45)
    line = path.mark_line(color=MODEL, strokeWidth=2.5, clip=True, point=dots).encode(
        x=x, y=y, order=alt.Order("step:Q"), tooltip=tooltip
    )
    start = path.transform_filter("datum.step == 0").encode(x=x, y=y)
    ring = start.mark_point(size=170, color=INK, strokeWidth=2.5, opacity=1)
    name = with_halo(start, text.START, align="right", dx=-14)
    return halo, line, ring, *name, _headline(path)


def _headline(path: Any) -> Any:
    """Write above the map what the learning rate does, and the distance that remains after the updates."""
    left = "hypot(datum.flat * datum.fw + datum.steep * datum.sw, datum.flat * datum.fb + datum.steep * datum.sb)"
    return (
        path.transform_filter("datum.step == datum.last")
        .transform_calculate(left=f"{left} / hypot(datum.fw + datum.sw, datum.fb + datum.sb)")
        .transform_calculate(
            share="datum.left < 1e-4 ? '< 0.01' : format(100 * datum.left, datum.left < 0.1 ? '.2~g' : '.0f')"
        )
        .transform_calculate(says=f"datum.left <= 1 ? {_LEFT} : datum.left < 1e6 ? {_FARTHER} : ''")
        .transform_calculate(label=f"{_REGIME} + (datum.says == '' ? '' : ': ' + datum.says)")
        .mark_text(
            align="left",
            baseline="bottom",
            fontSize=alt.expr("width < 500 ? 13 : 18"),
            fontWeight=600,
            color=alt.expr(f"{RATE_NOW} < 2 - 1e-9 ? '{MODEL}' : '{ERROR}'"),
        )
        .encode(x=alt.XValue(alt.expr("width < 500 ? -40 : 0")), y=alt.YValue(-6), text=alt.Text("label:N"))
    )
