"""Serve the page of benchmarks/hand.py with the modules of the components."""

import sys
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).parent.parent))

from nnviz.web.components import static_routes

app = st.App(Path(__file__).with_name("hand_page.py"), routes=static_routes())
