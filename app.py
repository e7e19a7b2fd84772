"""The page list and the navigation; each page sets itself up and can be opened alone.

Run with ``streamlit run app.py``.
"""

import streamlit as st

from nnviz.ui import PAGES

st.navigation(
    [st.Page("pages/0_home.py", title="nnviz", icon=":material/home:", url_path="home", default=True)]
    + [
        st.Page(f"pages/{number}_{name}.py", title=title, icon=icon, url_path=name)
        for number, (name, (title, icon)) in enumerate(PAGES.items(), start=1)
    ],
    position="top",
).run()
