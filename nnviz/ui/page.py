"""The list of pages, what every page begins and ends with, and the process set-up that happens once."""

import gc
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from nnviz.ui.draw import TABLES

ROOT = Path(__file__).parent.parent.parent
ICON = str(Path(__file__).parent / "icon.png")


class Entry(NamedTuple):
    """A page of the app: its file in pages/, its title, icon, and what it is about in a few words."""

    file: str
    title: str
    icon: str
    about: str


PAGES = {
    "home": Entry("0_home.py", "Home", ":material/home:", "The idea in one minute."),
    "linear_regression": Entry(
        "1_linear_regression.py",
        "Linear regression",
        ":material/show_chart:",
        "A line fitted to points: residuals, the loss, and the best line there is.",
    ),
    "gradient_descent": Entry(
        "2_gradient_descent.py",
        "Gradient descent",
        ":material/trending_down:",
        "Walking down a loss surface, one optimizer beside the other.",
    ),
    "loss_functions": Entry(
        "3_loss_functions.py",
        "Loss functions",
        ":material/balance:",
        "What a loss forgives and what it punishes, for numbers and for classes.",
    ),
    "universal_approximation": Entry(
        "4_universal_approximation.py",
        "Universal approximation",
        ":material/all_inclusive:",
        "One hidden layer and any function you can type.",
    ),
    "inside_the_network": Entry(
        "5_inside_the_network.py",
        "Inside the network",
        ":material/hub:",
        "Both passes with the numbers in them, the ledger of units, width or depth.",
    ),
}

LESSONS = [name for name in PAGES if name != "home"]

_navigated: ContextVar[bool] = ContextVar("navigated", default=False)


def navigate() -> None:
    """Show the menu and run the page of the address."""
    menu = [
        st.Page(
            ROOT / "pages" / entry.file,
            title=entry.title,
            url_path=name,
            default=name == "home",
        )
        for name, entry in PAGES.items()
    ]
    token = _navigated.set(True)
    try:
        st.navigation(menu, position="top").run()
        freeze_once()
    finally:
        _navigated.reset(token)


def begin(name: str, idea: str) -> None:
    """Title and idea of the page `name`: the first call in every page.

    On a fresh server, Streamlit runs the page file of a deep link alone, without app.py; then the menu comes first.
    """
    if not _navigated.get():
        navigate()
        st.stop()
    title = PAGES[name].title
    st.set_page_config(
        page_title=f"{title} · nnviz" if name != "home" else "nnviz", page_icon=ICON, layout="wide"
    )
    st.title(title if name != "home" else "nnviz")
    st.markdown(idea)


def chapters(key: str, each: Mapping[str, Callable[[], None]]) -> None:
    """Tabs, title -> what draws the chapter; only the open one runs, and the link (`key`_chapter) remembers which.

    The others are emptied first: a control that two chapters share would else be taken away where it was after it came
    where it is, and the browser would no longer write it into the link.
    """
    tabs = st.tabs(list(each), key=f"{key}_chapter", on_change="rerun", bind="query-params")
    for tab in tabs:
        if not tab.open:
            tab.empty()
    for tab, draw in zip(tabs, each.values(), strict=True):
        if tab.open:
            with tab:
                draw()


def end(question: str, following: str | None = None) -> None:
    """A question to take along, the link to the page `following`, and the switch for the tables behind the charts."""
    st.markdown(f"**A question to take along.** {question}")
    if following is not None:
        link(following, f"Next: {PAGES[following].title}")
    st.toggle("Show the numbers behind every chart", key=TABLES, bind="query-params")


def link(name: str, label: str, *, icon: bool = True) -> None:
    """A link to the page `name`."""
    st.page_link(ROOT / "pages" / PAGES[name].file, label=label, icon=PAGES[name].icon if icon else None)


@st.cache_resource(show_spinner=False)
def freeze_once() -> bool:
    """Once a process, when the first page stands: collect the garbage, and freeze what is alive.

    Later collections do not walk them again.
    """
    gc.collect()
    gc.freeze()
    return True
