"""The page of benchmarks/hand.py: 300 frames of 400 points over a contour, played by the browser or by the server."""

import sys
import time
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pyarrow as pa
import streamlit as st

sys.path.insert(0, str(Path(__file__).parent.parent))

from nnviz import web
from nnviz.charts import Picture, ground_columns
from nnviz.charts.contour_image import draw_map_ground
from nnviz.charts.theme import MODEL, finish, live, named, x_axis, y_axis
from nnviz.web.surface_3d import draw_surface

FRAMES, POINTS, CORNERS = 300, 400, 60
DOMAIN = ((0.0, 1.0), (-1.0, 1.0))


def waves() -> dict[str, Any]:
    """x, and a wave for each frame."""
    x = np.linspace(0, 1, POINTS)
    frames = {f"f{k}": np.round(np.sin(2 * np.pi * (2 * x + k / FRAMES)) * x, 4) for k in range(FRAMES)}
    return {"x": x, **frames}


def picture(y: str, data: dict[str, Any], listens: bool) -> Picture:
    """Draw a line over a contour; y is the expression of its height."""
    line = (
        named("waves")
        .transform_calculate(y=y)
        .mark_line(color=MODEL)
        .encode(x=x_axis("x", "x", DOMAIN[0]), y=y_axis("y", "y", DOMAIN[1]))
    )
    spec = finish(alt.layer(draw_map_ground(DOMAIN, ("x", "y")), line), listens=listens)
    grid = np.linspace(-1, 1, 100)
    return Picture(
        spec, {"ground": ground_columns(grid**2 + grid[:, None] ** 2, DOMAIN), "waves": data}, "Waves."
    )


def browser() -> None:
    """Draw the player, and a surface of 60 × 60 corners."""
    web.render(picture(f"datum['f' + {live('bench', '0')}]", waves(), listens=True), key="played")
    web.draw_player("bench", range(FRAMES), run="waves", options=web.PlayerOptions(begin=0, rate=60))
    grid = np.linspace(-2, 2, CORNERS)
    heights = np.sin(3 * grid) * np.cos(2 * grid)[:, None]
    draw_surface({"z": heights}, ((-2.0, 2.0), (-2.0, 2.0)), key="surface", words="Waves.")


def server() -> None:
    """Draw each frame by a loop on the server, the usual way."""
    place, data = st.empty(), waves()
    start = time.perf_counter()
    for k in range(60):
        frame = picture("datum.f", {"x": data["x"], "f": data[f"f{k}"]}, listens=False)
        datasets = {name: pa.table(dict(columns)) for name, columns in frame.data.items()}
        place.vega_lite_chart({**frame.spec, "datasets": datasets}, width="stretch")
    st.text(f"done in {time.perf_counter() - start:.2f} s")


st.title("Bench")
if st.query_params.get("by") == "server":
    if st.button("Play by the server"):
        server()
else:
    browser()
