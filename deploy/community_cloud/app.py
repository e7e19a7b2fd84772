"""Serve the app on a host that takes the requirements beside the entry point, here without PyTorch."""

import streamlit as st

from nnviz.lessons.server import app_options

app = st.App(**app_options())
