"""Run with ``streamlit run app.py``: the navigation, which leads into the pages."""

from nnviz.ui import navigate

navigate()
