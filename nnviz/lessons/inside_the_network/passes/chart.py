"""Draw a small network with its numbers: circles are values, lines are weights.

The player's live value chooses the phase, and what is not computed yet is faint. At rest the numbers of the server are
shown. While a slider moves, the browser computes them with the same arithmetic (``arithmetic``).
"""

from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Domain
from nnviz.charts import LiveKey
from nnviz.charts.network_units import UNSEEN
from nnviz.charts.theme import (
    ERROR,
    MODEL,
    PAPER,
    STEP,
    TRUTH,
    Picture,
    either,
    finish,
    layered,
    live,
    named,
    write_number,
    x_axis,
    y_axis,
)
from nnviz.lessons.inside_the_network.passes import text
from nnviz.lessons.inside_the_network.shared.arithmetic import Passes, arithmetic, arithmetic_of_change
from nnviz.lessons.inside_the_network.shared.labels import (
    HIDDEN_LAYER,
    LOSS,
    OUTPUT_GRADIENT,
    OUTPUT_LAYER,
    UPDATE,
    Text,
    all_texts,
)
from nnviz.lessons.inside_the_network.shared.rows import circles, edges, numbers_given, symbol_of, unit_of
from nnviz.lessons.inside_the_network.shared.worked import write_worked
from nnviz.networks import ACTIVATIONS
from nnviz.web.latex_format import SUBSCRIPTS

PHASE = LiveKey("in_phase")
INPUT, TARGET, VARIED = LiveKey("in_x"), LiveKey("in_y"), LiveKey("in_varied")
UNIT = LiveKey("in_unit")
"""The unit that is pointed at, in the diagram or in the plot of the output; null while none is."""
_POINTED = {"name": "pointed", "update": live(UNIT, "null")}
_ANOTHER = (
    "isValid(pointed) && datum.unit > 0 && datum.unit !== pointed"  # the mark of a unit that is not meant
)
_FAINT = 0.15  # the opacity of such a mark
_REACH: dict[str, Any] = {**UNSEEN, "strokeWidth": 18}  # of a line that only hears the pointer
_INPUTS = {"x": INPUT, "y": TARGET}
_WIDE = "width >= 420"
_OFFSET = ("align", "dx", "dy")
_PALE = 0.85  # the opacity of the numbers of the forward pass while the backward pass is shown
_ACROSS, _UP = (-0.22, 2.3), (-0.22, 1.37)  # the domains of the diagram
_RADIUS = 38  # pixels from the middle of a circle to the arrow that points at it
_DIGITS = {"yhat": 5}  # of a number that others are computed from; of all others, three
_SIDES = (("align", "'right'", "'left'"), ("dx", -10, 10))  # of names beside the example
_HIGH, _FAR = 2.5, 1e6  # the half height of the output plot by default; beyond the second it stays the same

NODE, LOSS_NODE = "#5d6775", "#b5451a"  # dark enough for white numbers in them


def draw_network(shown: Passes) -> Picture:
    """Draw the network with the numbers of the phase that the player shows."""
    heights = np.linspace(1, 0, shown.units).tolist() if shown.units > 1 else [0.5]
    texts = all_texts(heights)
    cells = dict(zip(Text._fields, map(list, zip(*texts, strict=True)), strict=True))
    wide, narrow = cells.pop("offset"), cells.pop("narrow")
    narrow = [own or usual for own, usual in zip(narrow, wide, strict=True)]
    offsets = {
        f"{before}{name}": list(column)
        for before, rows in (("", wide), ("narrow_", narrow))
        for name, column in zip(_OFFSET, zip(*rows, strict=True), strict=True)
    }
    first = {
        "what": cells["what"],
        "value": np.array([shown.numbers.get(each.what, np.nan) for each in texts]),
        "digits": [_DIGITS.get(each.what, 3) for each in texts],
        "unit": [unit_of(each.what or each.label) for each in texts],
    }
    columns: dict[str, Any] = {**first, **cells, **offsets}
    return Picture(
        _spec(shown.activation, shown.units),
        {
            "texts": columns,
            "numbers": numbers_given(shown),
            "edges": edges(shown, heights),
            "circles": circles(heights),
        },
        text.DIAGRAM,
        {"number": list(map(symbol_of, shown.numbers)), "value": list(shown.numbers.values())},
    )


def _signals(activation: str, units: int, numbers: list[tuple[str, str]]) -> list[dict[str, str]]:
    """Return the signals of the chart: every number for the present sliders, each computed once.

    ``given`` is the row of the data set ``numbers``, ``phase`` is what the player shows, ``now`` holds the numbers by
    name, and ``moved`` says whether a slider differs from the given numbers.
    """
    given = Passes(activation, {}, units).given
    signals = {
        "given": "length(data('numbers')) ? data('numbers')[0] : {}",
        "phase": live(PHASE, str(LOSS)),
    }
    for name in given:
        varied = f"given.varied == '{name}' ? {live(VARIED, f'given.{name}')} : given.{name}"
        signals[f"n_{name}"] = live(_INPUTS[name], f"given.{name}") if name in _INPUTS else varied
    signals |= {f"n_{name}": expression.replace("datum.", "n_") for name, expression in numbers}
    names = [*given, *(name for name, _ in numbers)]
    signals["now"] = "{" + ", ".join(f"{name}: n_{name}" for name in names) + "}"
    signals["moved"] = " + ".join(f"abs(n_{name} - given.{name})" for name in given) + " > 1e-9"
    return [{"name": name, "update": update} for name, update in signals.items()]


@kept
def _spec(activation: str, units: int) -> dict[str, Any]:
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=list(_ACROSS), nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=list(_UP), nice=False))
    place: dict[str, Any] = {
        name: alt.expr(f"{_WIDE} ? datum.{name} : datum.narrow_{name}") for name in _OFFSET
    }
    tone = alt.Color("kind:N", scale=alt.Scale(domain=["value", "back"], range=[TRUTH, STEP]), legend=None)
    labels = alt.Chart().encode(x=x, y=y, text=alt.Text("text:N"))
    is_back = f"phase >= {OUTPUT_GRADIENT} && phase < {UPDATE}"
    is_older = "(datum.kind == 'value' || phase > datum.first)"  # than the phase that is shown
    outside = labels.transform_filter("!datum.inside").mark_text(
        fontSize=alt.expr(f"{_WIDE} ? 14 : 11.5"),
        fontWeight=alt.expr(f"{is_back} && {is_older} ? 400 : 600"),
        opacity=alt.expr(f"{_ANOTHER} ? {_FAINT} : {is_back} && {is_older} ? {_PALE} : 1"),
        aria=False,
        **place,
    )
    inside = labels.transform_filter("datum.inside").mark_text(
        fontSize=alt.expr(
            "datum.what == '' ? (width < 420 ? 11 : 13) : "
            "length(datum.text) > (width < 420 ? 5 : 7) ? (width < 420 ? 10 : 11) : (width < 420 ? 12 : 15)"
        ),
        fontWeight=alt.expr("datum.what == '' ? 400 : 700"),
        dy=alt.expr("datum.what == '' ? (width < 420 ? -10 : -13) : 7"),
        color="white",
    )
    reach = named("edges").transform_filter("datum.unit > 0").mark_rule(**_REACH)
    reach = reach.encode(x=x, x2=alt.X2("x2:Q"), y=y, y2=alt.Y2("y2:Q"))
    texts = _texts(layered(outside.encode(color=tone), inside, data=alt.NamedData("texts")))
    picture = layered(
        *_lines(x, y), reach, *_discs(x, y), texts, *_titles(units), _count(units)
    ).resolve_scale(color="independent")
    numbers = arithmetic(activation, units) + arithmetic_of_change(activation, units)
    signals = [_POINTED, *_signals(activation, units, numbers)]
    return finish(picture, height=460, listens=True, signals=signals)


def _titles(units: int) -> list[Any]:
    """Return the rule of the phase that is shown, and below it the rule with the numbers of one unit."""
    rules = [f"{number}  {title}" for number, title in zip("①②③④⑤⑥⑦⑧⑨", text.PHASES, strict=True)]
    lines = write_worked(named("numbers").transform_calculate(title=f"{rules}[phase]"), units)
    color = either(alt.ColorValue, f"phase >= {OUTPUT_GRADIENT} && phase < {UPDATE}", STEP, MODEL)
    return [
        lines.mark_text(
            fontSize=alt.expr(f"clamp(width / 30, 10, {most})"), fontWeight=weight, baseline="top", aria=False
        ).encode(
            x=alt.XValue(alt.expr("width / 2")),
            y=alt.YValue(alt.expr(f"width < 420 ? {narrow} : {y}")),
            text=alt.Text(f"{field}:N"),
            color=color,
        )
        for field, y, narrow, most, weight in (("title", 0, 0, 15, 400), ("worked", 22, 16, 18, 700))
    ]


def _count(units: int) -> Any:
    """Return how many of the derivatives by parameters the backward pass has reached, in the lower left corner."""
    found = f"phase >= {HIDDEN_LAYER} ? {3 * units + 1} : phase >= {OUTPUT_LAYER} ? {units + 1} : 0"
    words = (
        named("numbers")
        .transform_filter(f"phase >= {OUTPUT_GRADIENT} && phase < {UPDATE}")
        .transform_calculate(count=f"({found}) + '{text.derivatives_of(3 * units + 1)}'")
        .mark_text(
            align="left", fontWeight=600, color=STEP, aria=False, fontSize=alt.expr(f"{_WIDE} ? 15 : 12")
        )
    )
    return words.encode(x=alt.XValue(4), y=alt.YValue(alt.expr("height - 14")), text=alt.Text("count:N"))


def _texts(layers: Any) -> Any:
    """Keep the texts of the phase that is shown, with their numbers."""
    return (
        layers.transform_filter("phase >= datum.first && phase <= datum.last")
        .transform_calculate(
            shown="moved ? (isValid(now[datum.what]) ? now[datum.what] : null) : datum.value",
        )
        .transform_calculate(
            number=f"!isValid(datum.shown) ? '…' : datum.digits > 3 ? {write_number('datum.shown', 5)} "
            f": {write_number('datum.shown')}",
            text="datum.label + (datum.what == '' ? '' : datum.number)",
            kind=f"indexof(datum.label, '∂') >= 0 || phase == {UPDATE} && indexof(datum.label, '→') >= 0 "
            "? 'back' : 'value'",
        )
    )


def _lines(x: alt.X, y: alt.Y) -> list[Any]:
    """Return the lines and their arrows: weights, or derivatives where the backward pass has reached them."""
    kinds = ["positive", "negative", "derivative"]
    edges = (
        named("edges")
        .transform_calculate(
            derived=f"phase >= datum.back && phase < {UPDATE}",
            pale=f"phase < datum.first || phase >= {OUTPUT_GRADIENT} && phase < {UPDATE}",
        )
        .transform_calculate(
            now="datum.derived ? (moved ? now['d' + datum.what] : datum.derivative) "
            ": moved && datum.what != 'y' && isValid(now[datum.what]) ? now[datum.what] : datum.weight"
        )
        .transform_calculate(
            width="1 + 4 * min(1, abs(datum.now) / 3)",
            sign="datum.now < 0 ? 'negative' : 'positive'",
            kind="datum.derived ? 'derivative' : datum.sign",
            strength=f"{_ANOTHER} ? {_FAINT} : datum.derived ? (phase > datum.back ? 0.5 : 0.95) "
            ": datum.pale ? 0.2 : 0.7",
        )
    )
    color = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[MODEL, ERROR, STEP]), legend=None)
    strength = alt.Opacity("strength:Q", scale=None)
    dash = alt.Scale(domain=kinds[:2], range=[[1, 0], [6, 3]])
    lines = edges.mark_rule(aria=False).encode(
        x=x,
        x2=alt.X2("x2:Q"),
        y=y,
        y2=alt.Y2("y2:Q"),
        strokeWidth=alt.StrokeWidth("width:Q", scale=None),
        opacity=strength,
        color=color,
        strokeDash=alt.StrokeDash("sign:N", scale=dash, legend=None),
    )
    return [lines, _arrows(edges).encode(color=color, opacity=strength)]


def _arrows(edges: Any) -> Any:
    """Return an arrow on each line. It points right, or left on the way back."""
    across = f"(datum.x2 - datum.x) * width / {_ACROSS[1] - _ACROSS[0]}"
    up = f"(datum.y2 - datum.y) * height / {_UP[1] - _UP[0]}"
    return (
        edges.transform_calculate(across=across, up=up)
        .transform_calculate(
            share=f"{_RADIUS} / sqrt(datum.across * datum.across + datum.up * datum.up)",
            angle="atan2(datum.across, datum.up) * 180 / PI + (datum.derived ? 180 : 0)",
        )
        .transform_calculate(at="datum.derived ? datum.share : 1 - datum.share")
        .transform_calculate(
            ax="datum.x + datum.at * (datum.x2 - datum.x)", ay="datum.y + datum.at * (datum.y2 - datum.y)"
        )
        .mark_point(shape="triangle", filled=True, size=90, aria=False)
        .encode(
            x=alt.X("ax:Q", axis=None), y=alt.Y("ay:Q", axis=None), angle=alt.Angle("angle:Q", scale=None)
        )
    )


def _discs(x: alt.X, y: alt.Y) -> list[Any]:
    """Return the circles of the values. A ring says that the derivative of the loss has reached one."""
    kinds = alt.Scale(domain=["value", "loss"], range=[NODE, LOSS_NODE])
    size = alt.expr("width < 420 ? 2300 : 3600")
    ground = named("circles").mark_circle(size=size, color=PAPER, opacity=1, aria=False).encode(x=x, y=y)
    discs = (
        named("circles")
        .transform_calculate(
            ring=f"phase >= datum.back && phase < {UPDATE} ? (phase > datum.back + 1 ? 2 : 5) : 0",
            strength=f"phase < datum.first ? 0.15 : {_ANOTHER} ? 0.25 : 1",
        )
        .mark_circle(size=size, stroke=STEP, aria=False)
        .encode(
            x=x,
            y=y,
            color=alt.Color("kind:N", scale=kinds, legend=None),
            strokeWidth=alt.StrokeWidth("ring:Q", scale=None),
            opacity=alt.Opacity("strength:Q", scale=None),
        )
    )
    return [ground, discs]


def _names_of_example(at: alt.X) -> list[Any]:
    """Return the names of the dot and of the vertical line, to the side where the chart has more room."""
    side = {name: alt.expr(f"n_x > 0.7 ? {far} : {near}") for name, far, near in _SIDES}
    place: dict[str, Any] = {**side, "fontSize": 13, "fontWeight": 600, "clip": True, "aria": False}
    return [
        alt.Chart().mark_text(text=name, color=color, **place).encode(x=at, y=alt.Y(f"{field}:Q"))
        for name, color, field in ((text.EXAMPLE, TRUTH, "target"), (text.ERROR_OF_OUTPUT, ERROR, "middle"))
    ]


def draw_output(x: Array, y: Array, shown: Passes) -> Picture:
    """Draw the network as a curve, (m,), the example as a dot, and its error as a vertical line."""
    units = range(1, shown.units + 1)
    return Picture(
        _output_spec(shown.activation, shown.units, output_domain(shown)),
        {
            "curve": {"x": x, "y": y},
            "numbers": numbers_given(shown),
            "units": {"unit": [*units], "name": [f"z{j}".translate(SUBSCRIPTS) for j in units]},
        },
        text.OUTPUT,
    )


def output_domain(shown: Passes) -> Domain:
    """Return the domain of the output plot: the default one, or 2, 4, 8, … times as high to hold the example and ŷ."""
    farthest = max(abs(shown.numbers["yhat"]), abs(shown.numbers["y"]))
    doublings = max(0.0, np.ceil(np.log2(farthest / _HIGH))) if 0 < farthest < _FAR else 0.0
    high = float(_HIGH * 2**doublings)
    return (-2.0, 2.0), (-high, high)


@kept
def _output_spec(activation: str, units: int, domain: Domain) -> dict[str, Any]:
    x, y = x_axis("x", text.OUTPUT_AXES[0], domain[0]), y_axis("y", text.OUTPUT_AXES[1], domain[1])
    curve = named("curve").mark_line(color=MODEL, strokeWidth=3, clip=True).encode(x=x, y=y)
    at, height = alt.X("at:Q"), alt.Y("target:Q")
    guide = alt.Chart().mark_rule(color=TRUTH, strokeDash=[4, 4], aria=False).encode(x=at)
    gap = (
        alt.Chart()
        .mark_rule(color=ERROR, strokeWidth=3, clip=True)
        .encode(x=at, y=height, y2=alt.Y2("said:Q"))
    )
    dot = alt.Chart().mark_circle(color=TRUTH, size=110, opacity=1, clip=True).encode(x=at, y=height)
    layers = [guide, gap, dot, *_names_of_example(at)]
    example = layered(*layers, data=alt.NamedData("numbers"))
    example = example.transform_calculate(at="n_x", target="n_y", said="n_yhat", middle="(n_y + n_yhat) / 2")
    forward = arithmetic(activation, units)[: 2 * units + 1]
    signals = [_POINTED, *_signals(activation, units, forward)]
    drawn = layered(curve, *_draw_units(x, activation, units), example)
    return finish(drawn, height=188, listens=True, signals=signals)


def _draw_units(x: alt.X, activation: str, units: int) -> list[Any]:
    """Draw a tick where the input of each unit is 0, and the curve that the unit that is pointed at adds to ŷ."""
    each = range(1, units + 1)
    w, b, v = ("[" + ", ".join(f"n_{symbol}{j}" for j in each) + "]" for symbol in "wbv")
    phi = ACTIVATIONS[activation].browser_value.replace(
        "{z}", f"({w}[pointed - 1] * datum.x + {b}[pointed - 1])"
    )
    curve = (
        named("curve")
        .transform_filter("isValid(pointed)")
        .transform_calculate(term=f"{v}[pointed - 1] * ({phi})")
        .mark_line(color=STEP, strokeWidth=3, clip=True, aria=False)
        .encode(x=x, y=alt.Y("term:Q"))
    )
    centers = (
        named("units")
        .transform_calculate(at=f"-{b}[datum.unit - 1] / {w}[datum.unit - 1]")
        .transform_filter("isFinite(datum.at)")
        .encode(x=alt.X("at:Q"))
    )
    is_meant = "datum.unit === pointed"
    color = either(alt.ColorValue, is_meant, STEP, MODEL)
    foot = {"y": alt.YValue(alt.expr("height - 10")), "y2": alt.Y2Value(alt.expr("height"))}
    tick = centers.mark_rule(clip=True, aria=False).encode(
        color=color, strokeWidth=either(alt.StrokeWidthValue, is_meant, 4, 1.5), **foot
    )
    name = centers.mark_text(fontSize=13, fontWeight=600, baseline="bottom", clip=True, aria=False)
    name = name.encode(color=color, text=alt.Text("name:N"), y=alt.YValue(alt.expr("height - 11")))
    reach = centers.mark_rule(**_REACH)
    return [curve, tick, name, reach]
