"""A page with each thing that a hand moves, for test_hand.py: what was dropped is written out as text."""

import sys
import time
from pathlib import Path

import altair as alt
import numpy as np
import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[3]))

from nnviz import web
from nnviz._types import Array
from nnviz.charts import Picture
from nnviz.charts.curves import CurveStyle, draw_curves
from nnviz.charts.theme import finish, live, named, x_axis, y_axis
from nnviz.expressions import parse
from nnviz.web import surface_3d as surface
from nnviz.web.drag_points import DragHandles, draw_handle, draw_handles
from nnviz.web.drawing_pad import draw_pad

DOMAIN = ((-2.0, 2.0), (-2.0, 2.0))
POINTS = np.array([[-1.0, 0.0], [0.0, 1.0], [1.0, -1.0]])


def dots(name: str, x: str, y: str, points: Array, height: int = 300) -> Picture:
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


def keep(points: Array) -> None:
    """As a page keeps points: in what the link carries."""
    st.session_state.pts = points


@st.fragment
def hand() -> None:
    """One thing, points, and a surface that follows the player."""
    if st.toggle("Answer late", key="late"):
        time.sleep(0.9)
    x, _ = draw_things()
    draw_surface_and_pad()
    tall = 200 + 50 * st.toggle("Draw the chart anew", key="anew")
    where = f"{live('walk_frame', '20')} / 10 - 1"
    web.render(dots("The frame", where, "0", POINTS[:1], height=tall), key="played")
    words = f"Now from x = {x:g}."
    web.draw_player(
        "walk_frame", range(0, 105, 5), run=f"walk {x}", options=web.PlayerOptions(outcome=words, rate=10)
    )


def draw_things() -> tuple[float, float]:
    """One thing and several points; return the place of the one."""
    x = web.slider("x", -2.0, 2.0, 0.5, 0.05, key="one_x")
    y = web.slider("y", -2.0, 2.0, -0.5, 0.05, key="one_y")
    web.render(dots("One", live("one_x", "datum.x"), live("one_y", "datum.y"), np.array([[x, y]])), key="one")
    draw_handle(
        DragHandles("one", DOMAIN, words="the start", key="grab_one"), (x, y), keys=("one_x", "one_y")
    )
    web.publish_live({"one_x": x, "one_y": y}, key="follow")

    points = st.session_state.setdefault("pts", POINTS)
    held = f"{live('pt_i', '-1')} == datum.i"
    px, py = (f"{held} ? {live(f'pt_{axis}', '0')} : datum.{axis}" for axis in "xy")
    web.render(dots("Several", px, py, points), key="several")
    draw_handles(
        DragHandles("several", DOMAIN, words="the points", key="grab_points"),
        points,
        name="pt",
        on_change=keep,
        may_add=True,
        min_points=2,
    )
    st.text(f"one {x:g} {y:g}; points {np.round(points, 2).tolist()}")
    return x, y


def draw_surface_and_pad() -> None:
    """A surface that follows the player, and a function that a hand draws."""
    grid = np.linspace(-2, 2, 60)
    bowl = grid**2 + 3 * grid[:, None] ** 2
    path = np.column_stack([np.linspace(2, 0, 21), np.zeros(21), np.linspace(2, 0, 21) ** 2])
    surface.draw_surface(
        {"loss": bowl, "half of it": bowl / 2},
        DOMAIN,
        key="surface",
        words="A bowl.",
        paths=[surface.SurfacePath("Descent", "#d5561f", path)],
        style=surface.SurfaceStyle(frame="walk_frame"),
    )
    target = draw_pad("drawn", parse("x"), DOMAIN[0])
    web.render(
        draw_curves({"f": (target.knots, target.values)}, ["f"], "What is drawn.", CurveStyle(("x", "f(x)"))),
        key="target",
    )


st.set_page_config(page_title="Hand", layout="wide")
st.title("Hand")
hand()
