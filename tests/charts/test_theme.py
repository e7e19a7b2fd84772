"""The theme: every mark is seen on both grounds, and tube, network and target are told apart by more than color."""

import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pytest
import vl_convert
from altair.utils import schemapi

from nnviz.approximation import interpolants, measure_frames
from nnviz.charts import CurveStyle, Picture, draw_curves, network_fit, theme
from nnviz.charts.live_key import LiveKey
from nnviz.charts.network_units import UnitLink
from nnviz.lessons.inside_the_network.passes import chart as passes
from nnviz.lessons.universal_approximation.any_epsilon import chart as any_epsilon
from nnviz.lessons.universal_approximation.bumps import chart as bumps
from nnviz.lessons.universal_approximation.by_hand import chart as by_hand
from nnviz.lessons.universal_approximation.shared.chart import FIT_KEYS
from nnviz.lessons.universal_approximation.shared.norms import chart as norms
from nnviz.targets import as_target
from nnviz.web.wording import show_number
from tests.cases import each

GRAPHICS, WORDS = 3.0, 4.5  # WCAG 2.2, success criteria 1.4.11 and 1.4.3
CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text())["theme"]
GROUNDS = {
    f"{scheme}, {ground}": CONFIG[scheme][ground]
    for scheme in ("light", "dark")
    for ground in ("backgroundColor", "secondaryBackgroundColor")
}
MARKS = {
    "target, points": theme.TRUTH,
    "network, lines, knots": theme.MODEL,
    "error, outside": theme.ERROR,
    "tube outline, success, inside": theme.BEST,
    "steps": theme.STEP,
    "ground under paths": theme.BAND,
    **{f"series {k}": color for k, color in enumerate(theme.SERIES)},
}


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@each(
    ("color", "published"),
    [("#000000", 21.0), ("#777777", 4.48), ("#767676", 4.54), ("#ff0000", 4.0), ("#ffffff", 1.0)],
)
def test_contrast_on_white_has_its_published_values(color: str, published: float) -> None:
    assert contrast(color, "#ffffff") == pytest.approx(published, abs=0.005)


@each("ground", GROUNDS)
@each("mark", MARKS)
def test_every_mark_is_seen_on_both_grounds(mark: str, ground: str) -> None:
    assert contrast(MARKS[mark], GROUNDS[ground]) >= GRAPHICS


@each("color", [passes.NODE, passes.LOSS_NODE, theme.LABEL])
def test_white_words_are_read_on_their_grounds(color: str) -> None:
    assert contrast(color, "#ffffff") >= WORDS


class Look(NamedTuple):
    """How a line is drawn, apart from its color."""

    width: float
    dashed: bool
    filled: bool  # it bounds an area of its color


# Three colors with 3 : 1 to both grounds and to each other need 81 : 1 from ground to ground; there are 18 : 1.
# So these differ in more than color: the fill tells the tube, the dash the target, the width the network.
LOOKS = {
    theme.BEST: ("tube outline", Look(1.2, dashed=False, filled=True)),
    theme.TRUTH: ("target", Look(1.5, dashed=True, filled=False)),
    theme.MODEL: ("network", Look(2.5, dashed=False, filled=False)),
}
FRAMES = measure_frames(np.sin, (-1.0, 1.0), interpolants(np.sin, (-1.0, 1.0), range(1, 4)))
FIT = network_fit.Fit(FRAMES, FIT_KEYS, 0.02)
NETWORKS = interpolants(np.sin, (-1.0, 1.0), [4])
ONE = network_fit.Fit(measure_frames(np.sin, (-1.0, 1.0), NETWORKS), FIT_KEYS, 0.02)
TUBES = {
    "home, train": lambda: network_fit.draw_approximation(FIT, "A network."),
    "bumps": lambda: bumps.draw_cells(FIT, np.ones((3, 4)), 3),
    "by hand": lambda: by_hand.draw_pieces(FIT, (FRAMES.x[:3], FRAMES.x[:3])),
    "any ε": lambda: any_epsilon.draw_tube(
        ONE, FRAMES.x[:3], UnitLink(LiveKey("net"), "max(0, {z})"), ("8", "")
    ),
    "outside a small set": lambda: norms.draw_in_norm(
        as_target("sign(x)"), (-1.0, 1.0), NETWORKS[0], np.array([[-0.1, 0.1]]), 0.1, 200
    ),
}
SOLID = "opacity", "strokeOpacity"


def marks(picture: Picture, kind: str) -> list[dict[str, Any]]:
    layers = [layer["mark"] for layer in picture.spec["layer"]]
    return [mark for mark in layers if mark["type"] == kind and mark.get("color") in LOOKS]


@each("chapter", TUBES)
def test_tube_network_and_target_look_the_same_in_every_chapter(chapter: str) -> None:
    picture = TUBES[chapter]()
    areas = {mark["color"] for mark in marks(picture, "area")}
    lines = marks(picture, "line")
    looks = {
        mark["color"]: Look(mark["strokeWidth"], "strokeDash" in mark, mark["color"] in areas)
        for mark in lines
    }
    assert looks == {color: look for color, (_, look) in LOOKS.items()}
    assert all(mark.get(name, 1) == 1 for mark in lines for name in SOLID)  # else the contrast is less
    assert [mark["color"] for mark in lines][-2:] == [theme.BEST] * 2  # on top: a thin tube stays in sight


def test_two_lines_that_cannot_differ_in_contrast_differ_in_more_than_color() -> None:
    light, dark = (CONFIG[name]["backgroundColor"] for name in ("light", "dark"))
    assert contrast(light, dark) < GRAPHICS ** (len(LOOKS) + 1)
    looks = [look for _, look in LOOKS.values()]
    for k, one in enumerate(looks):
        for other in looks[:k]:
            wider = max(one.width, other.width) / min(one.width, other.width) >= 1.5
            assert wider or one.dashed != other.dashed or one.filled != other.filled


def color_of_words(picture: Picture) -> dict[str, Any]:
    """The color channel of the large words in a picture of a fit, which say its error or its proof."""
    words = [layer for layer in picture.spec["layer"] if layer["mark"].get("fontWeight") == 700]
    (color,) = [
        layer["encoding"]["color"] for layer in words if "condition" in layer["encoding"].get("color", {})
    ]
    return dict(color)


@each("chapter", ["home, train", "bumps", "by hand", "any ε"])
def test_the_error_has_the_color_of_success_inside_and_of_errors_outside(chapter: str) -> None:
    color = color_of_words(TUBES[chapter]())
    tests = color["condition"] if isinstance(color["condition"], list) else [color["condition"]]
    assert color["value"] == theme.ERROR
    assert tests[0]["value"] == theme.BEST
    assert any(words in tests[0]["test"] for words in ("datum.share == 1", "<=", "datum.proof"))
    assert theme.ERROR not in [test["value"] for test in tests]


def test_a_chart_writes_numbers_as_sentences_do() -> None:
    values = [0.0, 0.354, -1.2, 999.6, 1234.0, 66_000.0, 1e-8, -1e-8, 2.2204e-16, 1e100, 3e-123]
    shown = (
        theme.named("numbers").transform_calculate(text=theme.write_number("datum.x")).mark_text()
    ).encode(text=alt.Text("text:N"))
    spec = theme.finish(shown) | {"datasets": {"numbers": [{"x": value} for value in values]}}
    drawn = re.findall(r"<text[^>]*>([^<]+)</text>", vl_convert.vegalite_to_svg(spec))
    assert drawn == [show_number(value) for value in values]


@each(
    ("low", "high", "written"),
    [
        (1e-5, 10.0, ["10⁻⁴", "10⁻²", "1"]),
        (0.05, 10.0, ["0.1", "1", "10"]),
        (2.0, 2e6, ["10²", "10⁴", "10⁶"]),
    ],
)
def test_a_logarithmic_axis_has_one_notation(low: float, high: float, written: list[str]) -> None:
    curve = {"run": (np.array([0.0, 1.0]), np.array([low, high]))}
    picture = draw_curves(curve, ["run"], "words", CurveStyle(("update", "loss"), log=True))
    svg = vl_convert.vegalite_to_svg(picture.vega_lite(width=300))
    drawn = re.findall(r"<text[^>]*>([^<]+)</text>", svg)
    assert set(written) <= set(drawn)


def test_an_axis_writes_powers_of_ten_and_years_without_a_comma() -> None:
    scale, axis = alt.Scale(type="log", domain=[1e-6, 10]), alt.Axis(format="~e", values=[1e-6, 1e-4, 0.1, 1])
    chart = theme.named("years").mark_point().encode(x=alt.X("x:Q", scale=scale, axis=axis))
    chart = chart.encode(y=theme.y_axis("y", "year", (1990.0, 2010.0)))
    spec = theme.finish(chart) | {"datasets": {"years": [{"x": 1.0, "y": 2000.0}]}}
    drawn = re.findall(r"<text[^>]*>([^<]+)</text>", vl_convert.vegalite_to_svg(spec))
    assert drawn[:4] == ["10⁻⁶", "10⁻⁴", "0.1", "1"]
    assert "2000" in drawn


def test_numbers_and_words_are_taken_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    theme.trust_specs()
    ours: Any = schemapi._todict
    original = ours._convert
    parts = [1, 2.5, "a", True, None, np.float64(3.5), ["b", (4, {"c": alt.Undefined, "d": np.arange(2)})]]
    options = {"context": {}, "np_opt": np, "pd_opt": None}
    read = [ours(part, **options) for part in parts]
    theme.trust_specs()
    assert schemapi._todict is ours  # once
    monkeypatch.setattr(schemapi, "_todict", original)
    assert read == [schemapi._todict(part, **options) for part in parts]
