"""Where the theorem stops: outside K, at a jump, and with a polynomial activation; and functions of two inputs."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.ground import BANDS, ground, ground_columns, levels
from nnviz.charts.theme import (
    BEST,
    ERROR,
    MODEL,
    TRUTH,
    Interval,
    Picture,
    finish,
    layered,
    live,
    named,
    padded,
    x_axis,
    y_axis,
)

Array = NDArray[np.float64]

WEIGHT = "ua_steep"  # the slider of the unit at a jump


def fan(x: Array, target: Array, networks: Array, interval: Interval) -> Picture:
    """Networks (S, m) that were trained on K only, and the target (m,), at points x (m,) on both sides of K."""
    on_k = target[(x >= interval[0]) & (x <= interval[1])]
    low, high = float(np.nanmin(on_k)), float(np.nanmax(on_k))
    seeds, points = networks.shape
    return Picture(
        _fan_spec((float(x[0]), float(x[-1])), padded(low, high, 1.0)),
        {
            "target": {"x": x, "y": target},
            "networks": {
                "x": np.tile(x, seeds),
                "y": networks.ravel(),
                "seed": np.repeat(np.arange(seeds), points),
            },
            "K": {"from": [interval[0]], "to": [interval[1]]},
        },
        "Networks from several seeds, which agree on the shaded interval K and fan out beside it; the target in grey.",
    )


@lru_cache(maxsize=64)
def _fan_spec(x_domain: Interval, y_domain: Interval) -> dict[str, Any]:
    x, y = x_axis("x", "x", x_domain), y_axis("y", "f(x), N(x)", y_domain)
    inside = (
        named("K")
        .mark_rect(color=BEST, opacity=0.12, aria=False)
        .encode(x=alt.X("from:Q"), x2=alt.X2("to:Q"))
    )
    label = (
        named("K")
        .transform_calculate(middle="(datum.from + datum.to) / 2", text="'K: trained here'")
        .mark_text(color=BEST, fontSize=13, fontWeight=600, baseline="top")
        .encode(x=alt.X("middle:Q"), y=alt.YValue(6), text=alt.Text("text:N"))
    )
    target = named("target").mark_line(color=TRUTH, strokeWidth=7, opacity=0.45, clip=True).encode(x=x, y=y)
    networks = (
        named("networks")
        .mark_line(color=MODEL, strokeWidth=1.3, opacity=0.85, clip=True)
        .encode(x=x, y=y, detail=alt.Detail("seed:N"))
    )
    return finish(layered(inside, target, networks, label), height=320)


def jump(weight: float, epsilon: float) -> Picture:
    """A step and one unit σ(w x) that must pass through the middle of the jump; shaded where it is off by more than ε.

    weight: where the slider stands.
    """
    x = np.linspace(-1, 1, 801)
    state = {"weight": np.full(x.shape, weight), "epsilon": np.full(x.shape, epsilon)}
    return Picture(
        _jump_spec(),
        {"step": {"x": [-1.0, 0.0, 0.0, 1.0], "y": [0.0, 0.0, 1.0, 1.0]}, "unit": {"x": x, **state}},
        "A step in grey and one sigmoid unit in blue, which passes through the middle of the jump however steep it is.",
    )


@lru_cache(maxsize=1)
def _jump_spec() -> dict[str, Any]:
    x, y = x_axis("x", "x", (-1.0, 1.0)), y_axis("y", "f(x), N(x)", (-0.3, 1.3))
    step = (
        named("step")
        .mark_line(color=TRUTH, strokeWidth=7, opacity=0.45)
        .encode(x=x, y=y, order=alt.Order("x:Q"))
    )
    unit = named("unit").transform_calculate(
        n=f"1 / (1 + exp(-{live(WEIGHT, 'datum.weight')} * datum.x))", f="datum.x >= 0 ? 1 : 0"
    )
    bad = (
        unit.transform_filter("abs(datum.f - datum.n) > datum.epsilon")
        .mark_rule(color=ERROR, opacity=0.3, strokeWidth=1, aria=False)
        .encode(x=x, y=alt.Y("f:Q"), y2=alt.Y2("n:Q"))
    )
    curve = unit.mark_line(color=MODEL, strokeWidth=2.5).encode(x=x, y=alt.Y("n:Q"))
    return finish(layered(step, bad, curve), height=300, listens=True)


def maps(
    fields: Mapping[str, Array], domain: tuple[Interval, Interval], names: tuple[str, str] = ("x", "y")
) -> dict[str, Picture]:
    """One map for each of "target", "network" and "error", grids (rows y, columns x) over a box.

    Target and network share their bands, so that the same grey is the same value; |error| has equal bands up to its
    largest value.
    """
    shared, worst = levels(fields["target"]), np.abs(fields["error"])
    equal = np.linspace(0, float(np.nanmax(worst)) or 1.0, BANDS + 1)[1:-1]
    looks = {"target": (fields["target"], shared, TRUTH), "network": (fields["network"], shared, MODEL)}
    looks["error"] = (worst, equal, ERROR)
    return {
        name: Picture(
            _map_spec(domain, names),
            {"ground": ground_columns(values, domain, edges, color)},
            f"The {name} over the box, seen from above; the stronger the colour, the larger.",
        )
        for name, (values, edges, color) in looks.items()
    }


def plain_map(values: Array, domain: tuple[Interval, Interval]) -> Picture:
    """One function of two variables over a box, in equal bands."""
    equal = np.linspace(float(values.min()), float(values.max()), BANDS + 1)[1:-1]
    return Picture(
        _map_spec(domain, ("x", "y")),
        {"ground": ground_columns(values, domain, equal, MODEL)},
        "A function of x and y over a box, seen from above; the stronger the colour, the larger.",
    )


@lru_cache(maxsize=16)
def _map_spec(domain: tuple[Interval, Interval], names: tuple[str, str]) -> dict[str, Any]:
    return finish(layered(ground(domain, names)), height=260)
