"""Show one hidden unit, whose weights and bias are sliders."""

from typing import Final

import numpy as np
import streamlit as st

from nnviz import web
from nnviz._types import Bounds
from nnviz.lessons.universal_approximation.one_unit import chart, text
from nnviz.lessons.universal_approximation.one_unit.code import unit_code
from nnviz.lessons.universal_approximation.shared.chart import KEYS
from nnviz.lessons.universal_approximation.shared.view import (
    DRAWN_COLUMNS,
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

CHART_KEY: Final = "ua_piece"
PARAMETERS: Final = {"w0": (1.0, "w"), "b0": (1.0, "b"), "v0": (1.0, "v")}


@fragment
def draw(target: Target, interval: Bounds, epsilon: float) -> None:  # noqa: ARG001
    """Draw one hidden unit with its sliders and its formula."""
    drawing, picture, controls = st.columns(DRAWN_COLUMNS, gap="medium")
    with controls:
        values = choose_piece(SLIDERS)
        w, b, v = values.values()
        unit = ShallowNetwork("sigmoid", np.array([w]), np.array([b]), np.array([v]), 0.0)
        numbers = LiveNumbers(
            {KEYS[name]: value for name, value in values.items()},
            scales=(20.0, 20.0, 2.0),
            key="ua_unit_numbers",
        )
        places = [numbers.place(live_value(which), signed=which == 1) for which in range(len(values))]
        st.latex(rf"N(x) = {places[2]}\,\sigma({places[0]}\,x {places[1]})")
        numbers.mount()
        web.write(text.UNIT)
        web.write(text.place(w, b))
        web.offer_code(unit_code, unit, key="ua_unit", name="one_unit")
    with picture, web.keep_in_view():
        web.render(chart.draw_unit(values), key=CHART_KEY)
    with drawing:
        draw_piece_network(unit, SLIDERS, PARAMETERS, chart_key=CHART_KEY, key="ua_unit_drawn")
    web.publish_live({KEYS[name]: value for name, value in values.items()}, key="ua_piece_follow")


CHAPTER = Chapter("one_unit", text.CHAPTER, draw)
