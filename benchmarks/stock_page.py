"""The peer of benchmarks/pages.py: a stock Streamlit page with one slider and one 200-point Altair chart.

It is the first page, and the page of the path /stock, so that a deep link can be compared with a deep link. For
benchmarks/hand.py, /table has heights in a table and a chart of them, /turned a surface of 60 × 60 corners that a
slider turns, drawn by the server at each angle. For
benchmarks/formula.py, /formula has a text box and a line of Markdown.
"""

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st


def page() -> None:
    """One slider, one chart."""
    st.title("Stock page")
    frequency = st.slider("frequency", 0.0, 10.0, 2.0, 0.1)
    x = np.linspace(0, 1, 200)
    frame = pd.DataFrame({"x": x, "y": np.sin(2 * np.pi * frequency * x)})
    st.altair_chart(alt.Chart(frame).mark_line().encode(x="x", y="y"))


def same() -> None:
    """Serve the same page under a path of its own."""
    page()


def table() -> None:
    """Draw a function given by the heights of 65 knots."""
    x = np.linspace(-1, 1, 65)
    heights = st.data_editor(pd.DataFrame({"y": np.sin(2 * np.pi * x)}), hide_index=True)
    st.altair_chart(alt.Chart(heights.assign(x=x)).mark_line().encode(x="x", y="y"))


def turned() -> None:
    """Draw the rows of a surface as lines in perspective from a direction."""
    angle = np.radians(st.slider("azimuth", 0, 180, 30, 4))
    grid = np.linspace(-2, 2, 60)
    x, y = np.meshgrid(grid, grid)
    z = np.sin(3 * x) * np.cos(2 * y)
    across, along = x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)
    rows = np.repeat(np.arange(60), 60)
    frame = pd.DataFrame({"u": across.ravel(), "v": (along / 2 + z).ravel(), "row": rows})
    st.altair_chart(alt.Chart(frame).mark_line().encode(x="u", y="v", detail="row", color="row"))


def formula() -> None:
    """Typeset what is typed, in one line of Markdown."""
    typed = st.text_input("f(x)", "sin(x)")
    st.markdown(f"$f(x) = {typed}$")


st.navigation(
    [
        st.Page(page, title="Stock", default=True),
        st.Page(same, title="Stock", url_path="stock"),
        st.Page(table, title="Table"),
        st.Page(turned, title="Turned"),
        st.Page(formula, title="Formula"),
    ]
).run()
