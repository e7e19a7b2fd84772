"""Draw the paths of optimizers on a map of a loss surface of two parameters."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Domain
from nnviz.charts import LiveKey
from nnviz.charts.contour_image import HALO, INK, draw_map_ground, map_axes, say_shading, with_halo
from nnviz.charts.theme import (
    BEST,
    Columns,
    Picture,
    by_series,
    finish,
    layered,
    live,
    named,
    series_color,
    series_dash,
    series_shape,
)
from nnviz.lessons.gradient_descent.shared import text

START_X, START_Y = LiveKey("gd_x"), LiveKey("gd_y")
FRAME = LiveKey("gd_frame")
UPDATE_NOW = live(f"{FRAME}_step", "1e9")

ALL_DRAWN = 200  # updates at the beginning of a path that are all drawn; of later ones a selection
NAME_WIDTH = 130  # pixels of an optimizer's name in the legend
MOST_NAMED = 3  # optimizers that the curves beside the map name; more of them need a legend


class MapAxes(NamedTuple):
    """The domain of a map and the names of its two parameters; hashable, for caches of specs."""

    domain: Domain
    names: tuple[str, str] = ("x", "y")

    def channels(self) -> tuple[alt.X, alt.Y]:
        """Return the channels x and y over the domain; a unit is as long across as up."""
        return map_axes(self.domain, self.names)


class PathData(NamedTuple):
    """What a map of paths shows.

    surface: from `ground_columns`. paths: label -> points (k + 1, 2). order: all labels, which decides colors and
    dashes. minima: the known minima.
    """

    surface: Columns
    paths: Mapping[str, Array]
    order: Sequence[str]
    minima: Sequence[Sequence[float]]

    def columns(self) -> dict[str, Columns]:
        """Return the data sets of `path_layers`."""
        drawn = {label: _thin(points) for label, points in self.paths.items()}
        none, no_points = np.empty(0), np.empty((0, 2))
        points = np.concatenate([points for _, points in drawn.values()] or [no_points])
        return {
            "ground": self.surface,
            "paths": {
                "series": [label for label, (updates, _) in drawn.items() for _ in updates],
                "step": np.concatenate([updates for updates, _ in drawn.values()] or [none]),
                "x": points[:, 0],
                "y": points[:, 1],
            },
            "minima": {"x": [place[0] for place in self.minima], "y": [place[1] for place in self.minima]},
        }

    def told(self, names: tuple[str, str]) -> Columns:
        """Return the numbers behind a map of paths; names: of the parameters."""
        paths = self.columns()["paths"]
        heads = (text.OPTIMIZER, text.UPDATE, *names)
        return {head: paths[field] for head, field in zip(heads, ("series", "step", "x", "y"), strict=True)}


def draw_paths(
    shown: PathData, axes: MapAxes, *, legend: bool = True, height: int | None = None, numbered: int = 0
) -> Picture:
    """Draw the path of each optimizer on the map, up to the update of the player.

    legend: off where the names are near. height: in pixels, by default as the legend needs it. numbered: so many
    updates at the beginning of a path have their number while no later one is shown.
    """
    drawn = tuple(shown.order), tuple(shown.paths)
    spec = _paths_spec(axes, *drawn, legend=legend, height=height, numbered=numbered)
    return Picture(spec, shown.columns(), text.MAP_WORDS, shown.told(axes.names))


@kept
def _paths_spec(
    axes: MapAxes,
    order: tuple[str, ...],
    drawn: tuple[str, ...],
    *,
    legend: bool,
    height: int | None,
    numbered: int,
) -> dict[str, Any]:
    layers = path_layers(axes, order, drawn, legend=legend)
    return finish_map(
        [*layers, *_numbers(axes, order, drawn, numbered)] if numbered else layers, drawn, height
    )


def _numbers(axes: MapAxes, order: Sequence[str], drawn: Sequence[str], most: int) -> list[Any]:
    """Draw the first updates as dots with their numbers."""
    x, y = axes.channels()
    few = f"datum.step > 0 && datum.step <= {UPDATE_NOW} && {UPDATE_NOW} <= {most}"
    places = named("paths").transform_filter(few).encode(x=x, y=y)
    passed = places.transform_filter(f"datum.step < {UPDATE_NOW}")  # the last one has a larger mark
    dots = passed.mark_circle(size=80, opacity=1, stroke=HALO, strokeWidth=1.5, clip=True, aria=False)
    color = series_color(order, drawn).legend(None)
    return [
        dots.encode(color=color),
        *with_halo(places, alt.Text("step:Q"), align="left", dx=11, dy=-8),
    ]


def finish_map(layers: Sequence[Any], drawn: Sequence[str], height: int | None = None) -> dict[str, Any]:
    """Return the spec of a map with these layers; drawn: the labels in its legend."""
    return finish(layered(*layers), height=height or (470 if len(drawn) <= MOST_NAMED else 540), listens=True)


def path_layers(
    axes: MapAxes, order: Sequence[str], drawn: Sequence[str], *, legend: bool = True
) -> list[Any]:
    """Return the layers of a map of paths: surface, minima, lines, start, and the current points on top."""
    x, y = axes.channels()
    color = series_color(order, drawn, wide=NAME_WIDTH, dashed=True, orient="top")
    color = color if legend else color.legend(None)
    shown = by_series(named("paths")).transform_filter(f"datum.step <= {UPDATE_NOW}")
    lines = shown.mark_line(strokeWidth=2.5, clip=True, invalid="filter").encode(
        x=x, y=y, color=color, strokeDash=series_dash(order, drawn), order=alt.Order("step:Q")
    )
    edges = shown.mark_line(
        strokeWidth=5.5, stroke=HALO, opacity=0.85, clip=True, invalid="filter", aria=False
    ).encode(x=x, y=y, detail=alt.Detail("series:N"), order=alt.Order("step:Q"))
    tooltip = [
        alt.Tooltip("series:N", title=text.OPTIMIZER),
        alt.Tooltip("step:Q", title=text.UPDATE),
        alt.Tooltip("x:Q", title=axes.names[0]),
        alt.Tooltip("y:Q", title=axes.names[1]),
    ]
    heads = (
        last_point(shown, ["series"])
        .mark_point(aria=False, size=190, filled=True, opacity=1, stroke=HALO, strokeWidth=2, clip=True)
        .encode(x=x, y=y, color=color, shape=series_shape(order, drawn), tooltip=tooltip)
    )
    ground = [draw_map_ground(axes.domain, axes.names), say_shading(text.SHADED)]
    return [*ground, edges, lines, *_minima_layers(x, y), *_start_layers(), heads]


def _minima_layers(x: alt.X, y: alt.Y) -> list[Any]:
    """Return the crosses at the minima, larger than the marks of the optimizers, and the word beside each."""
    place = named("minima").encode(x=x, y=y)
    cross = place.mark_point(
        shape="cross",
        aria=False,
        size=650,
        color=BEST,
        filled=True,
        stroke=HALO,
        strokeWidth=1.5,
        opacity=1,
        clip=True,
    )
    return [cross, *with_halo(place, text.MINIMUM, align="left", dx=20, clip=True)]


def _start_layers() -> list[Any]:
    """Return the ring at the start, which follows the pointer while it is dragged, and the word beside it."""
    first = named("paths").transform_filter("datum.step == 0")
    place = first.transform_calculate(
        held_x=live(START_X, "datum.x"), held_y=live(START_Y, "datum.y")
    ).encode(x=alt.X("held_x:Q"), y=alt.Y("held_y:Q"))
    ring = place.mark_point(aria=False, size=170, color=INK, strokeWidth=2.5, clip=True)
    words = with_halo(
        place.transform_window(rank="row_number()").transform_filter("datum.rank == 1"),
        text.START_MARK, align="left", dx=12, clip=True,
    )  # fmt: skip
    return [ring, *words]


def last_point(chart: Any, groupby: Sequence[str] = ()) -> Any:
    """Return the chart with the row of the largest step alone, for each group."""
    ranked = chart.transform_window(
        rank="rank()", sort=[alt.SortField("step", order="descending")], groupby=list(groupby)
    )
    return ranked.transform_filter("datum.rank == 1")


def _thin(points: Array) -> tuple[Array, Array]:
    """Return the updates and points to draw: the first 200, then an even selection up to the last."""
    last = len(points) - 1
    late = (
        np.linspace(ALL_DRAWN, last, ALL_DRAWN).round()
        if last > 2 * ALL_DRAWN
        else np.arange(ALL_DRAWN, last + 1)
    )
    drawn = np.append(np.arange(min(ALL_DRAWN, last + 1)), late).astype(int)
    return drawn.astype(np.float64), points[drawn]
