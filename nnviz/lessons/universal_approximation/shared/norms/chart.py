"""Draw a network, its target and the exceptional set, and the number of units against δ."""

from typing import Any, Final

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Bounds, Truth
from nnviz.charts.network_fit import FitKeys, network_layer, target_layers, value_shown
from nnviz.charts.theme import (
    BEST,
    ERROR,
    MODEL,
    Columns,
    Picture,
    finish,
    layered,
    named,
    padded,
    x_axis,
    y_axis,
)
from nnviz.lessons.universal_approximation.shared.chart import FIT_KEYS
from nnviz.lessons.universal_approximation.shared.norms import text
from nnviz.networks import ShallowNetwork
from nnviz.targets.convert import Target

POINTS: Final = 1601
MOST_KNOTS: Final = 600  # points at knots, where a network is steep
MOST_INTERVALS: Final = 500  # drawn
_KEYS: Final = FitKeys(FIT_KEYS.frame)  # nothing follows a slider
_SHOWN: Final = (2.0, 98.0)  # percentiles of f that the vertical axis shows


def draw_in_norm(
    target: Target,
    interval: Bounds,
    network: ShallowNetwork,
    exceptional: Array,
    epsilon: float | None,
    height: int,
) -> Picture:
    """Draw f, the network and the exceptional intervals (n, 2); with ``epsilon``, also the tube outside of them."""
    x = _points(interval, network, exceptional)
    y = target(x)
    y = np.where(np.isfinite(y), y, np.nan)
    left_out = _inside(exceptional, x)
    low, high = _range(y[~left_out])
    shown = exceptional[np.argsort(exceptional[:, 0] - exceptional[:, 1])[:MOST_INTERVALS]]
    room = epsilon or 0.0
    domain = padded(*interval, 0.02), padded(low - room, high + room, 0.08)
    kept = np.where(left_out, np.nan, np.clip(y, low - 10 * (high - low), high + 10 * (high - low)))
    data: dict[str, Columns] = {
        "target": {"x": x, "y": kept, "epsilon": np.full(x.shape, room)},
        "network": {"x": x, "f": network(x)},
        "exceptional": {"from": shown[:, 0], "to": shown[:, 1]},
    }
    return Picture(_spec(domain, height, tube=epsilon is not None), data, text.NORM_CHART)


def _points(interval: Bounds, network: ShallowNetwork, exceptional: Array) -> Array:
    """Return points of K, with knots of the network and the ends of the widest exceptional intervals."""
    knots, ends = network.kinks(*interval), exceptional.ravel()
    beside = np.concatenate([np.nextafter(ends, -np.inf), ends, np.nextafter(ends, np.inf)])
    some = [part[:: max(1, part.size // MOST_KNOTS)] for part in (knots, beside)]
    x = np.unique(np.concatenate([np.linspace(*interval, POINTS), *some]))
    return x[(x >= interval[0]) & (x <= interval[1])]


def _inside(ends: Array, x: Array) -> Truth:
    """Return which points lie in the exceptional intervals."""
    if not len(ends):
        return np.zeros(x.shape, np.bool_)
    k = np.maximum(np.searchsorted(ends[:, 0], x, side="right") - 1, 0)
    return np.asarray((ends[k, 0] <= x) & (x <= ends[k, 1]))


def _range(y: Array) -> Bounds:
    """Return the range of values that is shown: 96 percent of them, and all of them if they are bounded closely."""
    finite = y[np.isfinite(y)]
    if not finite.size:
        return -1.0, 1.0
    low, high = np.percentile(finite, _SHOWN)
    room = 0.5 * (high - low)
    low, high = max(low - room, finite.min()), min(high + room, finite.max())
    return (float(low), float(high)) if high > low else (float(low) - 1.0, float(high) + 1.0)


@kept
def _spec(domain: tuple[Bounds, Bounds], height: int, *, tube: bool) -> dict[str, Any]:
    x, y = x_axis("x", "x", domain[0]), y_axis("y", text.NORM_AXIS, domain[1])
    left_out = (
        named("exceptional")
        .mark_rect(
            color=ERROR, opacity=0.35, stroke=ERROR, strokeWidth=1, clip=True, aria=False
        )  # there may be none
        .encode(x=alt.X("from:Q"), x2=alt.X2("to:Q"))
    )
    network = network_layer(x, value_shown(1), _KEYS)
    layers = [left_out, *target_layers(x, y, _KEYS, network, tube=tube)]
    return finish(layered(*layers), height=height, listens=True, signals=[_KEYS.tube])


def draw_measure_curve(measure: Array, units: Array, now: tuple[float, int] | None) -> Picture:
    """Draw units against δ. now: (δ, units) of the network shown."""
    known = np.isfinite(units)
    shown: Columns = {"measure": [now[0]], "units": [now[1]]} if now else {"measure": [], "units": []}
    return Picture(
        _measure_spec(),
        {"counts": {"measure": measure[known], "units": units[known]}, "now": shown},
        text.MEASURE_CHART,
    )


@kept
def _measure_spec() -> dict[str, Any]:
    ticks = alt.Axis(grid=False, format="~s", values=[k * 10**p for p in range(5) for k in (1, 2, 5)])
    x = alt.X(
        "measure:Q",
        title=text.MEASURE_AXIS,
        scale=alt.Scale(type="log", reverse=True, nice=False),
        axis=alt.Axis(format="~g", grid=False, tickCount=5),
    )
    y = alt.Y(
        "units:Q", title=text.UNITS_AXIS, scale=alt.Scale(type="log", domainMin=0.9, nice=False), axis=ticks
    )
    titles = {"measure": text.TIP_MEASURE, "units": text.UNITS_AXIS}
    tip = [alt.Tooltip(f"{name}:Q", title=title, format="~g") for name, title in titles.items()]
    dots = alt.OverlayMarkDef(color=BEST, size=30)
    line = named("counts").mark_line(color=BEST, strokeDash=[5, 3], point=dots).encode(x=x, y=y, tooltip=tip)
    now = named("now").mark_point(color=MODEL, filled=True, size=150, shape="diamond", opacity=1, aria=False)
    return finish(layered(line, now.encode(x=x, y=alt.Y("units:Q"))), height=220)
