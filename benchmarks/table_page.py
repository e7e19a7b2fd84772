"""The peer of benchmarks/tables.py: a stock Streamlit page that reads a file with pandas and shows it."""

import pandas as pd
import streamlit as st

file = st.file_uploader("file")
if file is not None:
    st.dataframe(pd.read_csv(file))
