"""Serve the page of test_hand.py with the modules of the components."""

import sys
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[3]))

from nnviz.web.components import static_routes

app = st.App(Path(__file__).with_name("hand.py"), routes=static_routes())
