"""The peer of benchmarks/pages.py: a stock Streamlit page with one slider and one 200-point Altair chart.

It is the first page, and the page of the path /stock, so that a deep link can be compared with a deep link.
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
    """The same page under a path of its own."""
    page()


st.navigation(
    [st.Page(page, title="Stock", default=True), st.Page(same, title="Stock", url_path="stock")]
).run()
