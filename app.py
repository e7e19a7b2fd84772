"""Serve the app: ``streamlit run app.py`` finds ``app`` and starts it."""

import streamlit as st

from nnviz.lessons.server import app_options

app = st.App(**app_options())
