"""Light up a unit of a drawn network in its chart, and move the network's curve while one of its weights is dragged.

The drawing (nnviz/web/network_drawing.py) publishes one live value. It is null, or the units that are pointed at, with
their parameters ``now`` and those ``was`` for which the chart's data were computed.
"""

from dataclasses import dataclass
from typing import Any, Final

import altair as alt

from nnviz.charts import text
from nnviz.charts.live_key import LiveKey
from nnviz.charts.theme import BEST, ERROR, INSIDE, STEP, either, live, named, write_number, write_text

_ANY = "isValid(pointed)"
MOST_POINTED = 120  # places along an axis that show their values
UNSEEN: Final = {
    "opacity": 0,
    "strokeWidth": 8,
    "clip": True,
    "aria": False,
}  # rules that only hear the pointer
MOVED = "(isValid(pointed) && pointed.moved)"
"""The expression of whether a parameter is dragged."""


@dataclass(frozen=True)
class UnitLink:
    """Link a chart with the drawing of its network.

    name: the live value that the drawing publishes. phi: the activation function in Vega's language, with {z} for its
    argument. group: how many units belong together, such as 2 for a bump.
    """

    name: LiveKey
    phi: str
    group: int = 1

    @property
    def signal(self) -> dict[str, str]:
        """The signal of what is pointed at, as `finish` needs it."""
        return {"name": "pointed", "update": live(self.name, "null")}

    def term(self, when: str = "now", x: str = "datum.x") -> str:
        """Return the expression of what the units that are pointed at add to the output at ``x``."""
        return " + ".join(self._unit(when, k, x) for k in range(self.group))

    def shifted(self, value: str, x: str = "datum.x", sign: str = "+") -> str:
        """Return the expression of the network's value at ``x`` while one of its parameters is dragged.

        sign: "-" for a value that the network is subtracted from.
        """
        change = f"pointed.now.c - pointed.was.c + {self.term('now', x)} - ({self.term('was', x)})"
        return f"{value} {sign} ({MOVED} ? {change} : 0)"

    def _unit(self, when: str, k: int, x: str) -> str:
        of = f"pointed.{when}"
        value = self.phi.replace("{z}", f"({of}.w{k} * {x} + {of}.b{k})")
        return f"(isValid({of}.w{k}) ? {of}.v{k} * ({value}) : 0)"


def draw_pointed(x: alt.X, link: UnitLink, data: str = "network") -> list[Any]:
    """Draw the curve of the units that are pointed at, and a line at the knot of each; nothing while none is.

    x: the chart's axis. data: the data set with a column x.
    """
    curve = (
        named(data)
        .transform_filter(f"{_ANY} && pointed.unit >= 0")
        .transform_calculate(term=link.term())
        .mark_line(color=STEP, strokeWidth=3, clip=True, aria=False)
        .encode(x=x, y=alt.Y("term:Q"))
    )
    knots = (
        alt.Chart(alt.sequence(0, link.group, as_="k"))
        .transform_filter(f"{_ANY} && abs(pointed.now['w' + datum.k]) > 0")
        .transform_calculate(at="-pointed.now['b' + datum.k] / pointed.now['w' + datum.k]")
        .encode(x=alt.X("at:Q"))
    )
    line = knots.mark_rule(color=STEP, strokeWidth=1, strokeDash=[3, 3], clip=True, aria=False)
    tick = knots.mark_rule(color=STEP, strokeWidth=4, clip=True, aria=False).encode(
        y=alt.YValue(alt.expr("height - 14")), y2=alt.Y2Value(alt.expr("height"))
    )
    return [curve, line, tick]


def show_values(x: alt.X, value: str, outdated: str) -> Any:
    """Show x, f(x), N(x) and the error where the chart is pointed at. The marks themselves are not seen.

    value: the expression of the network's value in a row of the data set ``network``, which has the target as ``t``.
    outdated: the expression of whether a row was made for another target.
    """
    shown = {"x": "x", "t": text.TIP_TARGET, "now": text.TIP_NETWORK, "e": text.ERROR_AXIS}
    return (
        where_pointed(named("network"), f"!({outdated})")
        .transform_calculate(now=value)
        .transform_calculate(e="isValid(datum.t) ? datum.t - datum.now : null")
        .mark_rule(**UNSEEN)
        .encode(
            x=x,
            tooltip=[alt.Tooltip(f"{name}:Q", title=title, format=".4~g") for name, title in shown.items()],
        )
    )


def where_pointed(rows: Any, shown: str = "true") -> Any:
    """Keep about MOST_POINTED evenly spaced rows, and those only while the pointer is over the chart.

    Each row is a mark with words, and the browser draws it again whenever the data change. shown: the expression of
    whether a row counts.
    """
    return (
        rows.transform_filter(INSIDE)
        .transform_window(row="row_number()")
        .transform_joinaggregate(rows="count()")
        .transform_filter(f"{shown} && datum.row % ceil(datum.rows / {MOST_POINTED}) == 0")
    )


def write_moved_error(value: str, limit: str) -> Any:
    """Write the largest error at the points drawn, at the upper left, while a parameter is dragged.

    value: the expression of the network's value in a row of the data set ``network``. limit: the expression of ε.
    """
    words = write_text(text.ERROR_NOW, error=write_number("datum.worst"), points="datum.points")
    return (
        named("network")
        .transform_filter(f"{MOVED} && isValid(datum.t)")
        .transform_calculate(miss=f"abs(datum.t - ({value}))", limit=limit)
        .transform_aggregate(worst="max(miss)", limit="max(limit)", points="count()")
        .transform_calculate(text=f"{words} + (datum.worst <= datum.limit ? ' ✓' : '')")
        .transform_filter("datum.points > 0")
        .mark_text(align="left", baseline="bottom", fontSize=16, fontWeight=600, aria=False)
        .encode(
            x=alt.XValue(2),
            y=alt.YValue(-8),  # above the plot, in the place of the error at rest
            text=alt.Text("text:N"),
            color=either(alt.ColorValue, "datum.worst <= datum.limit", BEST, ERROR),
        )
    )
