"""What every page begins and ends with, and the process set-up that happens once."""

import gc
import importlib.util

import streamlit as st

PAGES = {
    "linear_regression": ("Linear regression", ":material/show_chart:"),
    "gradient_descent": ("Gradient descent", ":material/trending_down:"),
    "loss_functions": ("Loss functions", ":material/balance:"),
    "universal_approximation": ("Universal approximation", ":material/all_inclusive:"),
    "inside_the_network": ("Inside the network", ":material/hub:"),
}


def begin(name: str, idea: str) -> None:
    """Title and idea of the page `name`; the first call in every page, which may be opened without app.py."""
    title, icon = PAGES[name]
    st.set_page_config(page_title=f"{title} · nnviz", page_icon=icon, layout="wide")
    prepare_process()
    st.title(title)
    st.markdown(idea)


def end(question: str, following: str | None = None) -> None:
    """A question to take along, and the link to the page `following`."""
    st.markdown(f"**A question to take along.** {question}")
    if following is not None:
        number = list(PAGES).index(following) + 1
        title, icon = PAGES[following]
        st.page_link(f"pages/{number}_{following}.py", label=f"Next: {title}", icon=icon)


@st.cache_resource(show_spinner=False)
def prepare_process() -> bool:
    """Once a process: import what the pages need, then freeze what is alive.

    Streamlit runs a full garbage collection after every rerun; frozen objects are not walked again.
    """
    import nnviz.charts
    import nnviz.networks  # noqa: F401

    gc.collect()
    gc.freeze()
    return True


def torch_is_installed() -> bool:
    """Whether torch can be imported, without importing it."""
    return importlib.util.find_spec("torch") is not None
