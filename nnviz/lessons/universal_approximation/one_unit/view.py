"""Show one hidden unit, whose weights and bias are sliders."""

from typing import Final

import numpy as np
import streamlit as st

from nnviz import web
from nnviz._types import Bounds
from nnviz.lessons.universal_approximation.one_unit import chart, text
from nnviz.lessons.universal_approximation.one_unit.code import unit_code
from nnviz.lessons.universal_approximation.shared.chart import COLORS, KEYS
from nnviz.lessons.universal_approximation.shared.view import (
    PieceSlider,
    choose_piece,
    draw_piece_network,
)
from nnviz.networks import ShallowNetwork
from nnviz.targets.convert import Target
from nnviz.web.lesson import Chapter
from nnviz.web.live_latex import LiveNumbers, live_value
from nnviz.web.turns import fragment

SLIDERS: Final = {
    "w": PieceSlider(text.WEIGHT, -20.0, 20.0, 10.0, 0.5),
    "b": PieceSlider(text.BIAS, -20.0, 20.0, 4.0, 0.5),
    "v": PieceSlider(text.OUTPUT_WEIGHT, -2.0, 2.0, 1.5, 0.05),
}

COLUMNS: Final = (3, 6)  # the drawn network, which is large, and the picture
DRAWN: Final = 320  # pixels: of the network; the formula is below it
CHART_KEY: Final = "ua_piece"
PARAMETERS: Final = {"w0": (1.0, "w"), "b0": (1.0, "b"), "v0": (1.0, "v")}


@fragment
def draw(target: Target, interval: Bounds, epsilon: float) -> None:  # noqa: ARG001
    """Draw one hidden unit with its sliders and its formula."""
    with web.beside_picture():
        drawing, picture = st.columns(COLUMNS, gap="medium")
        controls = st.container()
    with controls:
        values = choose_piece(SLIDERS)
        w, b, v = values.values()
        unit = ShallowNetwork("sigmoid", np.array([w]), np.array([b]), np.array([v]), 0.0)
        web.offer_code(unit_code, unit, key="ua_unit", name="one_unit")
    with picture, web.keep_in_view():
        web.render(chart.draw_unit(values), key=CHART_KEY)
    with drawing:
        draw_piece_network(
            unit, SLIDERS, PARAMETERS, chart_key=CHART_KEY, key="ua_unit_drawn", colors=COLORS, tall=DRAWN
        )
        draw_formula(values)
    web.publish_live({KEYS[name]: value for name, value in values.items()}, key="ua_piece_follow")


def draw_formula(values: dict[str, float]) -> None:
    """Draw the formula of the unit, whose numbers have the colors of their sliders and follow them."""
    numbers = LiveNumbers(
        {KEYS[name]: value for name, value in values.items()}, scales=(20.0, 20.0, 2.0), key="ua_unit_numbers"
    )
    w, b, v = (
        numbers.place(live_value(which), signed=name == "b", color=COLORS[name])
        for which, name in enumerate(values)
    )
    st.latex(rf"N(x) = {v}\,\sigma({w}\,x {b})")
    numbers.mount()


CHAPTER = Chapter("one_unit", text.CHAPTER, draw)
