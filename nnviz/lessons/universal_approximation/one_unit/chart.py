"""Draw one hidden unit."""

from collections.abc import Mapping

from nnviz.charts.theme import Picture
from nnviz.lessons.universal_approximation.one_unit import text
from nnviz.lessons.universal_approximation.shared.chart import draw_piece


def draw_unit(values: Mapping[str, float]) -> Picture:
    """Draw v σ(w x + b) by the values w, b and v of its sliders."""
    return draw_piece("unit", values, text.AXIS, text.CHART)
