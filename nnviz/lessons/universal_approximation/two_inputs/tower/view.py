"""Show the tower of the picture books, which has two hidden layers."""

from typing import Final

import numpy as np
import streamlit as st

from nnviz import web
from nnviz._types import Box
from nnviz.approximation import two_layer_tower
from nnviz.lessons.universal_approximation.two_inputs import chart, text
from nnviz.web.controls import slider
from nnviz.web.drag_updates import update_during_drag

TOWER_KEY: Final = "ua2_tower"
BOX: Final[Box] = ((-1.0, 1.0), (-1.0, 1.0))
SIDE: Final = 121  # points of a side of the map


def draw() -> None:
    """Draw the tower, and say that it has two hidden layers."""
    st.markdown(text.TOWER_HEADING)
    picture, words = st.columns([1, 2], gap="large")
    with words:
        steepness = slider(text.STEEPNESS, 2.0, 80.0, 20.0, 1.0, key=TOWER_KEY, format="%g")
        st.markdown(text.TOWER)
    points = np.stack(np.meshgrid(*(np.linspace(*side, SIDE) for side in BOX)), axis=-1).reshape(-1, 2)
    with picture:
        values = two_layer_tower(points, ((-0.4, 0.4), (-0.4, 0.4)), sharpness=steepness)
        st.markdown(text.scale(text.TOWER_TITLE, values.min(), values.max()))
        web.render(chart.draw_map(values.reshape(SIDE, SIDE), BOX), key="ua2_tower_map")
    update_during_drag(TOWER_KEY, key="ua2_hand")
