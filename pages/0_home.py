"""The idea in one minute, and the way into the pages."""

import streamlit as st

from nnviz import ui
from nnviz.charts import approximation as charts
from nnviz.ui import home

ui.begin(
    "home",
    "**A network with one hidden layer can come as near to any continuous function as you like.** That is the "
    "universal approximation theorem. Here you can touch it: press ▶, and watch units "
    "being added until the network (blue) stays inside the tube (green) about the function (grey).",
)

picture, words = st.columns([5, 3], gap="large")
with words:
    target = home.pick_target("home_target")
    epsilon = home.pick_epsilon()
    film, widths = home.growing(target)
    enough = home.enough(film, widths, epsilon)
    st.markdown(
        f"""
Each **hidden unit** is one ramp, $\\max(0, x - t)$: flat, then rising. A weighted sum of ramps is a chain of straight
pieces, with one kink for each unit. More units, shorter pieces, a smaller error.

{enough} Make the green tube as thin as you like: **for every ε there is a width N.**

These networks were *written down*. Whether **training** finds them is the other half of the story.
"""
    )
with picture:
    ui.show(charts.approximation(film, widths[-1], epsilon=epsilon), key="home_fit")
    ui.player("ua_frame", widths, run=target, words="units", begin=5, rate=8, outcome=enough.replace("*", ""))

st.header("The way there")
columns = st.columns(len(ui.LESSONS))
for column, name in zip(columns, ui.LESSONS, strict=True):
    with column.container(border=True, height="stretch"):
        ui.link(name, ui.PAGES[name].title, icon=False)
        st.caption(ui.PAGES[name].about)
st.caption(
    "For teachers: every setting is in the address. Set a page up as you want it, copy the "
    "link, and the class sees the same."
)
