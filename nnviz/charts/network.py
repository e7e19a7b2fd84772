"""A small network drawn with its numbers: circles are values, lines are weights, phases are the steps of learning.

The player's live value `in_phase` chooses the phase: what is not reached yet is faint. At rest every number is the one
that was given; while a slider moves, the same arithmetic runs in the browser (`arithmetic`), for the eye only.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.theme import (
    ERROR,
    MODEL,
    STEP,
    TRUTH,
    Columns,
    Picture,
    finish,
    layered,
    live,
    named,
    x_axis,
    y_axis,
)

Array = NDArray[np.float64]
Domain = tuple[tuple[float, float], ...]

NODE, LOSS_NODE, BACK_NODE = "#5d6775", "#b5451a", "#7d43a3"  # dark enough for white numbers in them
PHASES = (
    "z = Wx + b: each unit weighs its input",
    "a = φ(z): each unit bends it",
    "ŷ = vᵀa + c: the units are added up",
    "L = (ŷ − y)²: how wrong is it?",
    "∂L/∂ŷ = 2(ŷ − y): the blame arrives",
    "∂L/∂v = ∂L/∂ŷ · a and ∂L/∂c = ∂L/∂ŷ",
    "∂L/∂z = ∂L/∂ŷ · v · φ′(z): back through the bend",
    "∂L/∂w = ∂L/∂z · x and ∂L/∂b = ∂L/∂z",
    "θ ← θ − η ∂L/∂θ: every parameter gives way",
)
AFFINE, BEND, OUTPUT, LOSS, BACK, OUTER, THROUGH, INNER, UPDATE = range(9)
_OWN_NAMES = {"eta": "η", "yhat": "ŷ", "loss": "L", "dy": "∂L/∂ŷ", "after": "L after the step"}
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

# φ and φ′ of each activation in Vega's expression language; written so that Python reads them too.
BROWSER: Mapping[str, tuple[str, str]] = {
    "relu": ("max(0, {z})", "({z} > 0) * 1"),
    "leaky_relu": ("max(0.01 * {z}, {z})", "max(0.01, ({z} > 0) * 1)"),
    "gelu": ("{z} * cumulativeNormal({z})", "cumulativeNormal({z}) + {z} * densityNormal({z})"),
    "softplus": ("max({z}, 0) + log(1 + exp(-abs({z})))", "1 / (1 + exp(-{z}))"),
    "sigmoid": ("1 / (1 + exp(-{z}))", "exp(-{z}) / ((1 + exp(-{z})) * (1 + exp(-{z})))"),
    "tanh": (
        "2 / (1 + exp(-2 * {z})) - 1",
        "1 - (2 / (1 + exp(-2 * {z})) - 1) * (2 / (1 + exp(-2 * {z})) - 1)",
    ),
    "sine": ("sin({z})", "cos({z})"),
    "gaussian": ("exp(-{z} * {z})", "-2 * {z} * exp(-{z} * {z})"),
    "linear": ("1 * {z}", "1"),
    "square": ("{z} * {z}", "2 * {z}"),
    "cube": ("{z} * {z} * {z}", "3 * {z} * {z}"),
}


class Passes(NamedTuple):
    """One example through a network with one input and N units, and one step of gradient descent.

    numbers: name -> value for x, y, eta, loss, yhat, dy, c, dc, nc (the new c) and, for each unit j = 1 … N, wj, bj,
    vj, zj, aj, dwj, dbj, dvj, dzj, nwj, nbj, nvj; `after` is the loss after the step. turned: the parameter that the
    live value in_by stands for.
    """

    activation: str
    numbers: Mapping[str, float]
    units: int
    turned: str = ""

    @property
    def given(self) -> list[str]:
        """The names of the numbers that all others follow from."""
        return ["x", "y", "eta", "c", *(f"{symbol}{j}" for j in range(1, self.units + 1) for symbol in "wbv")]


def arithmetic(activation: str, units: int) -> list[tuple[str, str]]:
    """Name and expression of every number of the two passes, in order; names stand for themselves behind `datum.`."""
    value, slope = (text.replace("{z}", "datum.z{j}") for text in BROWSER[activation])
    each = range(1, units + 1)
    forward = [(f"z{j}", f"datum.w{j} * datum.x + datum.b{j}") for j in each]
    forward += [(f"a{j}", value.replace("{j}", str(j))) for j in each]
    output = " + ".join(["datum.c", *(f"datum.v{j} * datum.a{j}" for j in each)])
    top = [("yhat", output), ("loss", "(datum.yhat - datum.y) * (datum.yhat - datum.y)")]
    top += [("dy", "2 * (datum.yhat - datum.y)"), ("dc", "1 * datum.dy")]
    back = [(f"dv{j}", f"datum.dy * datum.a{j}") for j in each]
    back += [(f"dz{j}", f"datum.dy * datum.v{j} * ({slope.replace('{j}', str(j))})") for j in each]
    back += [(f"dw{j}", f"datum.dz{j} * datum.x") for j in each] + [
        (f"db{j}", f"1 * datum.dz{j}") for j in each
    ]
    learned = ["c", *(f"{symbol}{j}" for j in each for symbol in "wbv")]
    return (
        forward + top + back + [(f"n{name}", f"datum.{name} - datum.eta * datum.d{name}") for name in learned]
    )


class _Text(NamedTuple):
    """A number and its name at a place, from one phase to another; white inside a circle; offset: alignment, dx, dy."""

    x: float
    y: float
    label: str
    what: str
    first: int
    last: int
    inside: bool = False
    offset: tuple[str, int, int] = ("center", 0, 0)


def passes(shown: Passes) -> Picture:
    """The network with the numbers of the phase that the player shows."""
    heights = np.linspace(1, 0, shown.units).tolist() if shown.units > 1 else [0.5]
    texts = [text for rows in (_ends(), *map(_unit, range(1, shown.units + 1), heights)) for text in rows]
    cells = dict(zip(_Text._fields, map(list, zip(*texts, strict=True)), strict=True))
    offsets = zip(("align", "dx", "dy"), map(list, zip(*cells.pop("offset"), strict=True)), strict=True)
    first = {
        "what": cells["what"],
        "value": np.array([shown.numbers.get(text.what, np.nan) for text in texts]),
    }
    columns: dict[str, Any] = {**first, **cells, **dict(offsets)}
    return Picture(
        _spec(shown.activation, shown.units),
        {
            "texts": columns,
            "numbers": numbers_given(shown),
            "edges": _edges(shown, heights),
            "circles": _circles(heights),
        },
        "The network from the input on the left over the hidden units to the output and the loss on the right, with "
        "its numbers in nine phases: forward, loss, backward, update.",
        {"number": list(map(_in_words, shown.numbers)), "value": list(shown.numbers.values())},
    )


def _in_words(name: str) -> str:
    """A number of `Passes` as the diagram names it."""
    if name in _OWN_NAMES:
        return _OWN_NAMES[name]
    symbol = name.lstrip("dn").translate(SUBSCRIPTS)
    return f"∂L/∂{symbol}" if name[0] == "d" else f"{symbol} after the step" if name[0] == "n" else symbol


def numbers_given(shown: Passes) -> Columns:
    """What all numbers follow from, as one row."""
    return {**{name: [shown.numbers[name]] for name in shown.given}, "turned": [shown.turned]}


def _named(symbol: str, unit: int) -> str:
    return symbol + str(unit).translate(SUBSCRIPTS)


def _ends() -> list[_Text]:
    """Input, output and loss."""
    above, below, last = ("center", 0, -36), ("center", 0, 36), UPDATE
    corner = ("right", 36, -88)
    return [
        _Text(0, 0.5, "", "x", AFFINE, last, inside=True),
        _Text(0, 0.5, "x", "", AFFINE, last, offset=above),
        _Text(2, 0.5, "", "yhat", OUTPUT, LOSS, inside=True),
        _Text(2, 0.5, "ŷ", "", AFFINE, LOSS, offset=above),
        _Text(2, 0.5, "", "dy", BACK, INNER, inside=True),
        _Text(2, 0.5, "∂L/∂ŷ", "", BACK, INNER, offset=above),
        _Text(2, 0.5, "", "yhat", UPDATE, last, inside=True),
        _Text(2, 0.5, "ŷ", "", UPDATE, last, offset=above),
        _Text(2, 0.5, "c = ", "c", AFFINE, BACK, offset=corner),
        _Text(2, 0.5, "∂L/∂c = ", "dc", OUTER, INNER, offset=corner),
        _Text(2, 0.5, "c → ", "nc", UPDATE, last, offset=corner),
        _Text(2, 0, "", "loss", LOSS, INNER, inside=True),
        _Text(2, 0, "", "after", UPDATE, last, inside=True),
        _Text(2, 0, "L", "", AFFINE, INNER, offset=("right", -32, 0)),
        _Text(2, 0, "L then", "", UPDATE, last, offset=("right", -32, 0)),
        _Text(2, 0, "y = ", "y", AFFINE, last, offset=below),
    ]


def _unit(j: int, height: float) -> list[_Text]:
    """One hidden unit with the two lines it hangs on."""
    above, below, last = ("center", 0, -36), ("center", 0, 36), UPDATE
    z, a, w, b, v = (_named(symbol, j) for symbol in "zawbv")
    rise = height - 0.5
    into, out = _beside(rise, "right", -6), _beside(rise, "left", 6)
    left, right = (0.5, 0.5 + rise * 0.5), (1.5, 0.5 + rise * 0.5)
    return [
        _Text(1, height, "", f"z{j}", AFFINE, AFFINE, inside=True),
        _Text(1, height, z, "", AFFINE, AFFINE, offset=above),
        _Text(1, height, "", f"a{j}", BEND, OUTER, inside=True),
        _Text(1, height, a, "", BEND, OUTER, offset=above),
        _Text(1, height, "", f"dz{j}", THROUGH, INNER, inside=True),
        _Text(1, height, f"∂L/∂{z}", "", THROUGH, INNER, offset=above),
        _Text(1, height, "", f"a{j}", UPDATE, last, inside=True),
        _Text(1, height, a, "", UPDATE, last, offset=above),
        _Text(1, height, f"{b} = ", f"b{j}", AFFINE, THROUGH, offset=below),
        _Text(1, height, f"∂L/∂{b} = ", f"db{j}", INNER, INNER, offset=below),
        _Text(1, height, f"{b} → ", f"nb{j}", UPDATE, last, offset=below),
        _Text(*left, f"{w} = ", f"w{j}", AFFINE, THROUGH, False, into),
        _Text(*left, f"∂L/∂{w} = ", f"dw{j}", INNER, INNER, False, into),
        _Text(*left, f"{w} → ", f"nw{j}", UPDATE, last, False, into),
        _Text(*right, f"{v} = ", f"v{j}", AFFINE, BACK, False, out),
        _Text(*right, f"∂L/∂{v} = ", f"dv{j}", OUTER, INNER, False, out),
        _Text(*right, f"{v} → ", f"nv{j}", UPDATE, last, False, out),
    ]


def _beside(rise: float, align: str, dx: int) -> tuple[str, int, int]:
    """Alignment and offset of a number at a line to or from a unit: above the lines that rise to it, else below."""
    if rise == 0:
        return "center", 0, -12
    return align, dx, -10 if rise > 0 else 14


def _edges(shown: Passes, heights: list[float]) -> Columns:
    """Lines from input to units to output; the last joins output and loss."""
    units = range(1, shown.units + 1)
    rows = [(0, 0.5, 1, height, f"w{j}") for j, height in zip(units, heights, strict=True)]
    rows += [(1, height, 2, 0.5, f"v{j}") for j, height in zip(units, heights, strict=True)]
    rows.append((2, 0.5, 2, 0.0, ""))
    weights = [shown.numbers.get(row[-1], 0.2) for row in rows]
    columns = dict(zip(("x", "y", "x2", "y2", "what"), map(list, zip(*rows, strict=True)), strict=True))
    columns["first"] = [AFFINE] * shown.units + [OUTPUT] * shown.units + [LOSS]
    return {**columns, "weight": weights}


def _circles(heights: list[float]) -> Columns:
    """Where the circles are, from which phase on they are reached forward, and backward."""
    units = len(heights)
    return {
        "x": [0, 2, 2] + [1] * units,
        "y": [0.5, 0.5, 0.0, *heights],
        "first": [AFFINE, OUTPUT, LOSS] + [AFFINE] * units,
        "back": [99, BACK, 99] + [THROUGH] * units,
        "kind": ["value", "value", "loss"] + ["value"] * units,
    }


def _signals(activation: str, units: int, numbers: list[tuple[str, str]]) -> list[dict[str, str]]:
    """Signals of the chart: every number as the sliders stand now, each computed once; `moved` says if one is away.

    `given` is the row of the data set `numbers`, `phase` what the player shows, `now` the numbers by their names.
    """
    given = Passes(activation, {}, units).given
    signals = {
        "given": "length(data('numbers')) ? data('numbers')[0] : {}",
        "phase": live("in_phase", str(LOSS)),
    }
    for name in given:
        turned = f"given.turned == '{name}' ? {live('in_by', f'given.{name}')} : given.{name}"
        signals[f"n_{name}"] = live(f"in_{name}", f"given.{name}") if name in "xy" else turned
    signals |= {f"n_{name}": expression.replace("datum.", "n_") for name, expression in numbers}
    names = [*given, *(name for name, _ in numbers)]
    signals["now"] = "{" + ", ".join(f"{name}: n_{name}" for name in names) + "}"
    signals["moved"] = " + ".join(f"abs(n_{name} - given.{name})" for name in given) + " > 1e-9"
    return [{"name": name, "update": update} for name, update in signals.items()]


@lru_cache(maxsize=16)
def _spec(activation: str, units: int) -> dict[str, Any]:
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.22, 2.3], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-0.22, 1.3], nice=False))
    place: dict[str, Any] = {name: alt.expr(f"datum.{name}") for name in ("align", "dx", "dy")}
    tone = alt.Color("kind:N", scale=alt.Scale(domain=["value", "back"], range=[TRUTH, STEP]), legend=None)
    words = alt.Chart().encode(x=x, y=y, text=alt.Text("text:N"))
    outside = words.transform_filter("!datum.inside").mark_text(
        fontSize=13, fontWeight=600, aria=False, **place
    )
    small = alt.expr("length(datum.text) > (width < 420 ? 5 : 7) ? (width < 420 ? 10 : 11) : 14")
    inside = words.transform_filter("datum.inside").mark_text(fontSize=small, fontWeight=700, color="white")
    texts = _texts(layered(outside.encode(color=tone), inside, data=alt.NamedData("texts")))
    titles = [f"{number}  {words}" for number, words in zip("①②③④⑤⑥⑦⑧⑨", PHASES, strict=True)]
    title = (
        named("numbers")
        .transform_calculate(words=f"{titles}[phase]")
        .mark_text(fontSize=15, fontWeight=700, color=MODEL, baseline="top")
        .encode(x=alt.XValue(alt.expr("width / 2")), y=alt.YValue(0), text=alt.Text("words:N"))
    )
    picture = layered(_lines(x, y), _discs(x, y), texts, title).resolve_scale(color="independent")
    return finish(
        picture, height=334, listens=True, signals=_signals(activation, units, arithmetic(activation, units))
    )


def _texts(layers: Any) -> Any:
    """The rows of the phase that is shown, with their numbers as text."""
    return layers.transform_filter("phase >= datum.first && phase <= datum.last").transform_calculate(
        number="moved ? (isValid(now[datum.what]) ? format(now[datum.what], '.3~g') : '…') "
        ": format(datum.value, '.3~g')",
        text="datum.label + (datum.what == '' ? '' : datum.number)",
        kind=f"datum.first == phase && phase >= {BACK} && (datum.what != '' || indexof(datum.label, '∂') >= 0) "
        "? 'back' : 'value'",
    )


def _lines(x: alt.X, y: alt.Y) -> Any:
    sign = ["positive", "negative"]
    return (
        named("edges")
        .transform_calculate(now="moved && isValid(now[datum.what]) ? now[datum.what] : datum.weight")
        .transform_calculate(
            width="1 + 4 * min(1, abs(datum.now) / 3)",
            sign="datum.now < 0 ? 'negative' : 'positive'",
            look="datum.sign",
            strength="phase < datum.first ? 0.2 : 0.7",
        )
        .mark_rule(aria=False)
        .encode(
            x=x,
            x2=alt.X2("x2:Q"),
            y=y,
            y2=alt.Y2("y2:Q"),
            strokeWidth=alt.StrokeWidth("width:Q", scale=None),
            opacity=alt.Opacity("strength:Q", scale=None),
            color=alt.Color("sign:N", scale=alt.Scale(domain=sign, range=[MODEL, ERROR]), legend=None),
            strokeDash=alt.StrokeDash(
                "look:N", scale=alt.Scale(domain=sign, range=[[1, 0], [6, 3]]), legend=None
            ),
        )
    )


def _discs(x: alt.X, y: alt.Y) -> Any:
    kinds = alt.Scale(domain=["value", "loss", "back"], range=[NODE, LOSS_NODE, BACK_NODE])
    return (
        named("circles")
        .transform_calculate(
            role=f"phase >= datum.back && phase < {UPDATE} ? 'back' : datum.kind",
            strength="phase < datum.first ? 0.25 : 1",
        )
        .mark_circle(size=alt.expr("width < 420 ? 1700 : 2800"), aria=False)
        .encode(
            x=x,
            y=y,
            color=alt.Color("role:N", scale=kinds, legend=None),
            opacity=alt.Opacity("strength:Q", scale=None),
        )
    )


def output(x: Array, y: Array, shown: Passes, domain: Domain) -> Picture:
    """The network as a curve, the example (x, y), and the error between the two."""
    return Picture(
        _output_spec(shown.activation, shown.units, domain),
        {"curve": {"x": x, "y": y}, "numbers": numbers_given(shown)},
        "The output of the network as a curve over its input, the example as a dot, and the error between them.",
    )


@lru_cache(maxsize=16)
def _output_spec(activation: str, units: int, domain: Domain) -> dict[str, Any]:
    x, y = x_axis("x", "x", domain[0]), y_axis("y", "ŷ", domain[1])
    curve = named("curve").mark_line(color=MODEL, strokeWidth=3, clip=True).encode(x=x, y=y)
    at, height = alt.X("at:Q"), alt.Y("target:Q")
    guide = alt.Chart().mark_rule(color=TRUTH, strokeDash=[4, 4], aria=False).encode(x=at)
    gap = (
        alt.Chart()
        .mark_rule(color=ERROR, strokeWidth=3, clip=True)
        .encode(x=at, y=height, y2=alt.Y2("said:Q"))
    )
    dot = alt.Chart().mark_circle(color=TRUTH, size=110, opacity=1, clip=True).encode(x=at, y=height)
    example = layered(guide, gap, dot, data=alt.NamedData("numbers"))
    example = example.transform_calculate(at="n_x", target="n_y", said="n_yhat")
    forward = arithmetic(activation, units)[: 2 * units + 1]
    return finish(
        layered(curve, example), height=240, listens=True, signals=_signals(activation, units, forward)
    )
