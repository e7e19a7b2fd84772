"""Draw one update of an optimizer as arrows and squares on a part of the map, phase by phase."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Domain
from nnviz.charts import LiveKey
from nnviz.charts.contour_image import (
    HALO,
    INK,
    draw_map_ground,
    pixels_per_unit,
    say_shading,
    with_halo,
)
from nnviz.charts.inset import inset_columns, inset_layers
from nnviz.charts.theme import (
    BEST,
    BUILDING,
    ERROR,
    LABEL,
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
)
from nnviz.lessons.gradient_descent.one_update import text
from nnviz.lessons.gradient_descent.shared.chart import MapAxes
from nnviz.lessons.gradient_descent.shared.text import SHADED

PHASE = LiveKey("gd_phase")
HEIGHT = 470  # pixels
TIP_BACK = (
    17  # pixels: so much before its end is the tip of an arrow that follows another, where the step ends, too
)
GOAL_WITHIN = 0.92  # of the map; a minimum that lies further out is named by an arrow there
SUMMANDS = 3  # lines of a sum: memory, gradient and step
LETTER, SPACE, ROW = 6.9, 16, 22  # pixels of a letter of the sum, between its parts, and from line to line
_IS_WIDE = "(width > 720)"  # the sum is in one line
PHASE_NOW = live(PHASE, "1e9")
KINDS: Final[Mapping[str, tuple[str, list[int]]]] = {  # of an arrow: its color and dash
    text.KINDS["slope"]: (ERROR, [6, 3]),
    text.KINDS["memory"]: (MODEL, [2, 2]),
    text.KINDS["step"]: (STEP, [1, 0]),
}


class DrawnArrow(NamedTuple):
    """An arrow: the number of its phase from 0, its label, its kind (a key of KINDS), where it begins, its vector.

    late: its label in the last phase. told: its line in the sum at the top of the map, "" if it has none. faint:
    whether it is pale in the last phase.
    """

    phase: int
    label: str
    kind: str
    start: Array
    vector: Array
    late: str = ""
    told: str = ""
    faint: bool = False


class DrawnUpdate(NamedTuple):
    """What the chart shows.

    surface: from `ground_columns`. path: points (k + 1, 2) up to the start of this update. minima: the known minima.
    squares: pairs of the number
    of a phase and the sides (2,) of its two squares in units of the axes. titles: the lines of the title of each phase.
    whole: the image of the whole surface, from `ground_columns`, and its domain.
    """

    surface: Columns
    path: Array
    arrows: Sequence[DrawnArrow]
    squares: Sequence[tuple[int, Array]]
    titles: Sequence[tuple[str, ...]]
    whole: tuple[Columns, Domain]
    minima: Sequence[Sequence[float]] = ()


def draw_update(shown: DrawnUpdate, axes: MapAxes) -> Picture:
    """Draw one update; the player shows a phase, and those before it stay, paler."""
    at = shown.path[-1]
    return Picture(
        _update_spec(axes, tuple(shown.titles)),
        {
            "ground": shown.surface,
            "path": {
                "x": shown.path[-2:, 0],
                "y": shown.path[-2:, 1],
                "step": np.arange(len(shown.path[-2:])),
            },
            "at": {"x": at[:1], "y": at[1:]},
            "before": {"x": shown.path[-2:-1, 0], "y": shown.path[-2:-1, 1]},
            "goal": _goal_columns(shown.minima, at, axes.domain),
            **inset_columns(*shown.whole, axes.domain, shown.path, shown.minima),
            "arrows": {**_arrow_columns(shown.arrows), **_repeated(at, len(shown.arrows))},
            "squares": _square_columns(shown.squares, at, axes.names),
        },
        text.UPDATE_WORDS,
        _told(shown.arrows, axes.names),
    )


def _told(arrows: Sequence[DrawnArrow], names: tuple[str, str]) -> Columns:
    """Return the arrows as they are drawn, one in a row."""
    drawn = _arrow_columns(arrows)
    ends = {
        f"{name} ({end})": drawn[f"{axis}{field}"]
        for field, end in (("", text.TAIL), ("2", text.TIP))
        for axis, name in zip("xy", names, strict=True)
    }
    return {
        text.PHASE: [arrow.phase + 1 for arrow in arrows],
        text.ARROW: drawn["name"],
        text.KIND: drawn["kind"],
        **ends,
    }


def _repeated(at: Array, number: int) -> Columns:
    return {"at_x": np.full(number, at[0]), "at_y": np.full(number, at[1])}


def _arrow_columns(arrows: Sequence[DrawnArrow]) -> Columns:
    ends = [arrow.start + arrow.vector for arrow in arrows]
    return {
        "phase": [arrow.phase for arrow in arrows],
        "name": [arrow.label for arrow in arrows],
        "kind": [arrow.kind for arrow in arrows],
        "late": [arrow.late for arrow in arrows],
        "told": [arrow.told for arrow in arrows],
        "row": np.cumsum([bool(arrow.told) for arrow in arrows]).tolist(),
        "letters": np.cumsum([len(arrow.told) for arrow in arrows]).tolist(),
        "faint": [arrow.faint for arrow in arrows],
        "x": [arrow.start[0] for arrow in arrows],
        "y": [arrow.start[1] for arrow in arrows],
        "x2": [end[0] for end in ends],
        "y2": [end[1] for end in ends],
    }


def _goal_columns(minima: Sequence[Sequence[float]], at: Array, domain: Domain) -> Columns:
    """Return the nearest minimum, or where the way to it leaves the map: a place, its words, and its direction."""
    if not minima:
        return {"x": [], "y": [], "name": [], "outside": [], "angle": []}
    (x0, x1), (y0, y1) = domain
    middle, half = np.array([x0 + x1, y0 + y1]) / 2, GOAL_WITHIN * np.array([x1 - x0, y1 - y0]) / 2
    goal = np.array(min(minima, key=lambda one: float(np.linalg.norm(np.subtract(one, at)))))
    way = (goal - middle) / half
    reach = float(np.abs(way).max())
    place = goal if reach <= 1 else middle + half * way / reach
    angle = float(np.degrees(np.arctan2(way[0], way[1])))
    return {
        "x": place[:1],
        "y": place[1:],
        "name": [text.MINIMUM if reach <= 1 else text.TO_MINIMUM],
        "outside": [reach > 1],
        "angle": [angle],
    }


def _square_columns(squares: Sequence[tuple[int, Array]], at: Array, names: Sequence[str]) -> Columns:
    """Return two rows for each phase with squares, one for each parameter."""
    rows = [(phase, axis, float(sides[axis])) for phase, sides in squares for axis in range(2)]
    return {
        "phase": [phase for phase, _, _ in rows],
        "name": [text.square(names[axis]) for _, axis, _ in rows],
        "across": [axis == 0 for _, axis, _ in rows],
        "side": [side for _, _, side in rows],
        "x": [at[0]] * len(rows),
        "y": [at[1]] * len(rows),
    }


@kept
def _update_spec(axes: MapAxes, titles: tuple[tuple[str, ...], ...]) -> dict[str, Any]:
    x, y = axes.channels()
    edge, path = (
        named("path")
        .mark_line(
            stroke=color, strokeWidth=width, clip=True, point=alt.OverlayMarkDef(color=color, size=size)
        )
        .encode(x=x, y=y, order=alt.Order("step:Q"))
        for color, width, size in ((HALO, 5, 70), (TRUTH, 2, 30))
    )
    place = named("at").encode(x=x, y=y)
    at = [
        place.mark_point(size=170, color=INK, strokeWidth=3, clip=True),
        *with_halo(place, text.HERE, align="right", dx=-14),
    ]
    ground = [draw_map_ground(axes.domain, axes.names), say_shading(SHADED)]
    earlier = with_halo(
        named("before").encode(x=x, y=y), text.EARLIER_PATH, align="right", dx=-10, clip=True, fill=LABEL
    )
    layers = [
        *(*ground, edge, path, *earlier, *inset_layers(text.WHOLE), *_goal_layers(x, y)),
        *(*_square_layers(axes), *_arrow_layers(axes), *at, *_sum_layers()),
    ]
    now = f"min({PHASE_NOW}, {len(titles) - 1})"
    title = alt.TitleParams(
        text=alt.expr(f"{json.dumps(titles)}[{now}]"), anchor="start", frame="group", fontSize=15, offset=10
    )
    with BUILDING:  # Altair validates the title at once
        titled = layered(*layers).properties(title=title)
    return finish(titled, height=HEIGHT, listens=True)


def _sum_layers() -> list[Any]:
    """Return what adds up to the step, in the colors of the arrows: a line above the map, three above a narrow one."""
    place = _by_phase("arrows").transform_filter("datum.told")
    words = place.transform_calculate(before="datum.letters - length(datum.told)").mark_text(
        align="left",
        baseline="middle",
        x=alt.expr(f"{_IS_WIDE} ? {LETTER} * datum.before + {SPACE} * (datum.row - 1) : 0"),
        y=alt.expr(f"{_IS_WIDE} ? -14 : -14 - {ROW} * ({SUMMANDS} - datum.row)"),
        fontSize=15,
        fontWeight=600,
        aria=False,
    )
    return [words.encode(text=alt.Text("told:N"), color=_arrow_color())]


def _goal_layers(x: alt.X, y: alt.Y) -> list[Any]:
    """Return a cross at the nearest minimum, or an arrow at the edge of the map that points to it; and its name."""
    place = named("goal").encode(x=x, y=y)
    inside, outside = (place.transform_filter(f"datum.outside == {known}") for known in ("false", "true"))
    look: dict[str, Any] = {"aria": False, "filled": True, "color": BEST, "stroke": HALO, "opacity": 1}
    return [
        inside.mark_point(shape="cross", size=220, **look),
        outside.mark_point(shape="arrow", size=900, **look).encode(angle=alt.Angle("angle:Q", scale=None)),
        *with_halo(place, alt.Text("name:N"), align="left", dx=16, clip=True),
    ]


def _by_phase(name: str) -> Any:
    """Return the rows of a data set up to the phase `now` of the player; all rows until it has said one."""
    chart = named(name).transform_joinaggregate(last="max(phase)")
    return chart.transform_calculate(now=PHASE_NOW).transform_filter("datum.phase <= datum.now")


# In the last phase, some arrows before it keep their names.
_SHOWN = "min(datum.now, datum.last)"
_LABEL = f"datum.phase == {_SHOWN} ? datum.name : {_SHOWN} == datum.last ? datum.late : ''"
_PALE_IF_EARLIER = either(alt.OpacityValue, f"datum.phase == {_SHOWN}", 1, 0.85)
_FOLLOWS = "(datum.x != datum.at_x || datum.y != datum.at_y)"
_FAINT = "datum.faint && datum.now >= datum.last"
_OPACITY = either(alt.OpacityValue, _FAINT, 0.35, 0.95)


def _arrow_layers(axes: MapAxes) -> list[Any]:
    """Return the shafts, tips and labels of the arrows."""
    across, up = pixels_per_unit(axes.domain)
    shown = (
        _by_phase("arrows")
        .transform_calculate(dx=f"(datum.x2 - datum.x) * {across}", dy=f"(datum.y2 - datum.y) * {up}")
        .transform_calculate(angle="atan2(datum.dx, datum.dy) * 180 / PI", length="hypot(datum.dx, datum.dy)")
        .transform_calculate(look="datum.kind")
    )
    color = _arrow_color()
    return [*_arrow_shafts(shown, axes, color), _arrow_tips(shown, color), *_arrow_labels(shown, color)]


def _arrow_color() -> alt.Color:
    scale = alt.Scale(domain=list(KINDS), range=[color for color, _ in KINDS.values()])
    return alt.Color("kind:N", scale=scale, legend=None)


def _arrow_shafts(shown: Any, axes: MapAxes, color: alt.Color) -> list[Any]:
    x, y = axes.channels()
    edges = shown.mark_rule(stroke=HALO, strokeWidth=9, strokeCap="round", clip=True, aria=False)
    edges = edges.encode(x=x, y=y, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"))
    dash = alt.StrokeDash(
        "look:N", scale=alt.Scale(domain=list(KINDS), range=[dash for _, dash in KINDS.values()]), legend=None
    )
    shafts = shown.mark_rule(strokeWidth=5, clip=True).encode(
        x=x,
        y=y,
        x2=alt.X2("x2:Q"),
        y2=alt.Y2("y2:Q"),
        color=color,
        strokeDash=dash,
        opacity=_OPACITY,
        tooltip=[alt.Tooltip("name:N", title=" ")],
    )
    return [edges, shafts]


def _arrow_tips(shown: Any, color: alt.Color) -> Any:
    """Return the tips of the arrows that are longer than three pixels."""
    return (
        shown.transform_filter("datum.length > 3")
        .transform_calculate(back=f"{_FOLLOWS} ? 1 - min(1, {TIP_BACK} / datum.length) : 1")
        .transform_calculate(
            tip_x="datum.x + datum.back * (datum.x2 - datum.x)",
            tip_y="datum.y + datum.back * (datum.y2 - datum.y)",
        )
        .mark_point(shape="triangle-up", filled=True, size=300, stroke=HALO, strokeWidth=1.5, clip=True)
        .encode(
            x=alt.X("tip_x:Q"),
            y=alt.Y("tip_y:Q"),
            angle=alt.Angle("angle:Q", scale=None),
            color=color,
            opacity=_OPACITY,
        )
    )


def _arrow_labels(shown: Any, color: alt.Color) -> list[Any]:
    """Return the names of the arrows: beyond the tip, and of one that follows another at the right of its middle."""
    named_arrows = (
        shown.transform_calculate(
            tx=f"{_FOLLOWS} ? (datum.x + datum.x2) / 2 : datum.x2",
            ty=f"{_FOLLOWS} ? (datum.y + datum.y2) / 2 : datum.y2",
            right=f"{_FOLLOWS} ? 1 : datum.dx / max(datum.length, 1e-9)",
            up=f"{_FOLLOWS} ? 0 : datum.dy / max(datum.length, 1e-9)",
            label=_LABEL,
        )
        .transform_filter("datum.label")
        .encode(x=alt.X("tx:Q"), y=alt.Y("ty:Q"))
    )
    look: dict[str, Any] = {
        "align": alt.expr("datum.right > 0.1 ? 'left' : datum.right < -0.1 ? 'right' : 'center'"),
        "dx": alt.expr("datum.right > 0.1 ? 12 : datum.right < -0.1 ? -12 : 0"),
        "dy": alt.expr("-20 * datum.up"),
        "fontSize": 15, "clip": True,
    }  # fmt: skip
    edge, words = with_halo(named_arrows, alt.Text("label:N"), **look)
    return [edge, words.encode(color=color)]


def _square_layers(axes: MapAxes) -> list[Any]:
    """Return the square of x to the right and below, and of y to the left and above, as high as they are wide."""
    x, y = axes.channels()
    across, up = pixels_per_unit(axes.domain)
    shown = (
        _by_phase("squares")
        .transform_calculate(pixels=f"datum.side * (datum.across ? {across} : {up})")
        .transform_calculate(
            x2=f"datum.x + (datum.across ? 1 : -1) * datum.pixels / {across}",
            y2=f"datum.y + (datum.across ? -1 : 1) * datum.pixels / {up}",
        )
    )
    areas = shown.mark_rect(
        aria=False, color=BEST, fillOpacity=0.25, stroke=BEST, strokeWidth=2, clip=True
    ).encode(
        x=x,
        y=y,
        x2=alt.X2("x2:Q"),
        y2=alt.Y2("y2:Q"),
        opacity=_PALE_IF_EARLIER,
        tooltip=[alt.Tooltip("name:N", title=" ")],
    )
    labels = [
        shown.transform_filter(f"datum.phase == datum.now && datum.across == {is_x}")
        .mark_text(aria=False, fontSize=14, fontWeight=600, color=BEST, align=align, dx=dx, dy=dy, clip=True)
        .encode(x=alt.X("x2:Q"), y=alt.Y("y2:Q"), text=alt.Text("name:N"))
        for is_x, align, dx, dy in (("true", "left", 6, 10), ("false", "right", -6, -8))
    ]
    return [areas, *labels]
