"""The peer of benchmarks/pages.py: a stock Streamlit page with one slider and one 200-point Altair chart."""

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

st.title("Stock page")
frequency = st.slider("frequency", 0.0, 10.0, 2.0, 0.1)
x = np.linspace(0, 1, 200)
frame = pd.DataFrame({"x": x, "y": np.sin(2 * np.pi * frequency * x)})
st.altair_chart(alt.Chart(frame).mark_line().encode(x="x", y="y"))
