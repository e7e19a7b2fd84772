"""Several curves over one axis: losses, derivatives, loss against step."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.theme import (
    HEIGHT,
    TRUTH,
    Columns,
    Picture,
    by_series,
    finish,
    layered,
    live,
    named,
    series_color,
    series_dash,
    x_axis,
    y_axis,
)

Array = NDArray[Any]


def curves(
    series: Mapping[str, tuple[Array, Array]],
    order: Sequence[str],
    titles: tuple[str, str],
    words: str,
    *,
    x_domain: tuple[float, float] | None = None,
    y_domain: tuple[float, float] | None = None,
    log: bool = False,
    height: int = HEIGHT,
    follow: str | None = None,
    marker: float | None = None,
    dots: float | None = None,
    shade: Mapping[str, Sequence[tuple[float, float]]] | None = None,
    legend: bool = True,
    theory: Mapping[str, tuple[Array, Array]] | None = None,
) -> Picture:
    """One line a series, label -> (x, y), with a colour and a dash that belong to its place in `order`.

    log: logarithmic y; values <= 0 are left out. follow: a live value that a vertical line stands at.
    marker: an x where a vertical line stands until the live value `follow` is told. dots: the distance between
    the x of all series; then a dot on each stands at the live value, too. shade: label -> intervals of x.
    legend: off where a chart above has it. theory: label -> (x, y), a wide pale line behind that of the series.
    """
    shown = tuple(series)
    spec = _spec(
        tuple(order), shown, titles, x_domain, y_domain, log, height, follow, dots, shade is not None, legend,
        theory is not None,
    )  # fmt: skip
    return Picture(
        spec,
        {
            "curves": _columns(series, log),
            **({} if theory is None else {"theory": _columns(theory, log)}),
            "marker": {"x": np.array([] if marker is None else [marker])},
            **({} if shade is None else {"shade": _rows(shade)}),
        },
        words,
    )


def _columns(series: Mapping[str, tuple[Array, Array]], log: bool) -> Columns:
    kept = {label: _shown(x, y, log) for label, (x, y) in series.items()}
    empty = np.empty(0)
    return {
        "x": np.concatenate([x for x, _ in kept.values()] or [empty]),
        "y": np.concatenate([y for _, y in kept.values()] or [empty]),
        "series": [label for label, (x, _) in kept.items() for _ in range(x.size)],
    }


def _rows(shade: Mapping[str, Sequence[tuple[float, float]]]) -> Columns:
    spans = [(label, low, high) for label, each in shade.items() for low, high in each]
    return {
        "series": [label for label, _, _ in spans],
        "x": np.array([low for _, low, _ in spans], dtype=np.float64),
        "x2": np.array([high for _, _, high in spans], dtype=np.float64),
    }


def _shown(x: Array, y: Array, log: bool) -> tuple[Array, Array]:
    keep = np.isfinite(y) & (y > 0 if log else True)
    return x[keep], y[keep]


@lru_cache(maxsize=64)
def _spec(
    order: tuple[str, ...],
    shown: tuple[str, ...],
    titles: tuple[str, str],
    x_domain: tuple[float, float] | None,
    y_domain: tuple[float, float] | None,
    log: bool,
    height: int,
    follow: str | None,
    dots: float | None,
    shaded: bool,
    legend: bool,
    theory: bool,
) -> dict[str, Any]:
    x, y = x_axis("x", titles[0], x_domain), y_axis("y", titles[1], y_domain)
    if log:
        x = x.axis(grid=False, tickCount=4)
        y = y.scale(alt.Scale(type="log")).axis(format="~e", tickCount=4, grid=False, minExtent=44)
    color = series_color(order, shown, dashed=True)
    color = color if legend else color.legend(None)
    lines = (
        by_series(named("curves"))
        .mark_line(strokeWidth=2.5, clip=True)
        .encode(
            x=x,
            y=y,
            color=color,
            strokeDash=series_dash(order, shown),
            tooltip=[
                alt.Tooltip("series:N", title=" "),
                alt.Tooltip("x:Q", title=titles[0], format=".4~g"),
                alt.Tooltip("y:Q", title=titles[1], format=".4~g"),
            ],
        )
    )
    at = live(follow, "datum.x") if follow else "datum.x"
    marker = (
        named("marker")
        .transform_calculate(at=at)
        .mark_rule(color=TRUTH, strokeWidth=1.5, clip=True, aria=False)
        .encode(x=alt.X("at:Q"))
    )
    layers = [marker, lines]
    if shaded:
        layers.insert(
            0, named("shade").mark_rect(fillOpacity=0.16).encode(x=x, x2=alt.X2("x2:Q"), color=color)
        )
    if theory:
        layers.insert(
            0, named("theory").mark_line(strokeWidth=7, opacity=0.35, clip=True).encode(x=x, y=y, color=color)
        )
    if dots is not None and follow is not None:
        layers.append(_dots(follow, dots).encode(x=x, y=y, color=color))
    return finish(layered(*layers), height=height, listens=follow is not None)


def _dots(follow: str, spacing: float) -> Any:
    """Of each series the one point that is nearest to the live value."""
    away = f"(datum.x - {live(follow, 'NaN')})"
    return (
        named("curves")
        .transform_filter(f"{away} > {-spacing / 2} && {away} <= {spacing / 2}")
        .mark_circle(size=110, opacity=1, clip=True)
    )
