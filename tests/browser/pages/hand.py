"""A page with each thing that a hand moves, for test_hand.py: what was dropped is written out as text."""

import sys
from pathlib import Path

import altair as alt
import numpy as np
import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[3]))

from nnviz import ui
from nnviz.charts import Picture
from nnviz.charts.curves import curves
from nnviz.charts.theme import finish, live, named, x_axis, y_axis
from nnviz.functions import parse
from nnviz.ui import surface
from nnviz.ui.grab import grab_one, grab_points
from nnviz.ui.pad import draw_function

DOMAIN = ((-2.0, 2.0), (-2.0, 2.0))
POINTS = np.array([[-1.0, 0.0], [0.0, 1.0], [1.0, -1.0]])


def dots(name: str, x: str, y: str, points: ui.Array, height: int = 300) -> Picture:
    """Points at places that follow live values, as the charts of the app have them."""
    chart = (
        named("points")
        .transform_calculate(px=x, py=y)
        .mark_circle(size=120)
        .encode(x=x_axis("px", "x", DOMAIN[0]), y=y_axis("py", "y", DOMAIN[1]))
    )
    spec = finish(alt.layer(chart), height=height, listens=True)
    return Picture(
        spec, {"points": {"x": points[:, 0], "y": points[:, 1], "i": np.arange(len(points))}}, name
    )


def keep(points: ui.Array) -> None:
    """As a page keeps points: in what the link carries."""
    st.session_state.pts = points


@st.fragment
def hand() -> None:
    """One thing, points, and a surface that follows the player."""
    x = ui.slider("x", -2.0, 2.0, 0.5, 0.05, key="one_x")
    y = ui.slider("y", -2.0, 2.0, -0.5, 0.05, key="one_y")
    ui.show(dots("One", live("one_x", "datum.x"), live("one_y", "datum.y"), np.array([[x, y]])), key="one")
    grab_one("one", DOMAIN, (x, y), keys=("one_x", "one_y"), words="the start", key="grab_one")
    ui.follow({"one_x": x, "one_y": y}, key="follow")

    points = st.session_state.setdefault("pts", POINTS)
    held = f"{live('pt_i', '-1')} == datum.i"
    px, py = (f"{held} ? {live(f'pt_{axis}', '0')} : datum.{axis}" for axis in "xy")
    ui.show(dots("Several", px, py, points), key="several")
    grab_points(
        "several", DOMAIN, points, name="pt", words="the points", key="grab_points", on_change=keep,
        add=True, remove=True,
    )  # fmt: skip
    st.text(f"one {x:g} {y:g}; points {np.round(points, 2).tolist()}")

    grid = np.linspace(-2, 2, 60)
    bowl = grid**2 + 3 * grid[:, None] ** 2
    path = np.column_stack([np.linspace(2, 0, 21), np.zeros(21), np.linspace(2, 0, 21) ** 2])
    surface.surface_3d(
        {"loss": bowl, "half of it": bowl / 2}, DOMAIN, key="surface", words="A bowl.", frame="walk_frame",
        paths=[surface.Path("Descent", "#d5561f", path)],
    )  # fmt: skip
    target = draw_function("drawn", parse("x"), DOMAIN[0])
    ui.show(
        curves({"f": (target.knots, target.values)}, ["f"], ("x", "f(x)"), "What is drawn."), key="target"
    )

    tall = 200 + 50 * st.toggle("Draw the chart anew", key="anew")
    where = f"{live('walk_frame', '20')} / 10 - 1"
    ui.show(dots("The frame", where, "0", POINTS[:1], height=tall), key="played")
    words = f"Now from x = {x:g}."
    ui.player("walk_frame", range(0, 105, 5), run=f"walk {x}", outcome=words, rate=10)


st.set_page_config(page_title="Hand", layout="wide")
st.title("Hand")
hand()
