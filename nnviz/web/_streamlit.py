"""Imported before the rest of nnviz.web: leave out what an older Streamlit does not know.

The app is made for the Streamlit that pyproject.toml pins, and then this module changes nothing. The newest stlite,
which runs the static edition (docs/STATIC.md), has Streamlit 1.62. It lacks the keywords below, and cannot run single
fragments by their names. The whole page runs in their place.
"""

import inspect
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

import streamlit as st
from streamlit import runtime
from streamlit.delta_generator import DeltaGenerator

NEWER_KEYWORDS = {
    "vega_lite_chart": ("alt",),
    "dataframe": ("alt",),
    "data_editor": ("alt",),
    "pills": ("wrap",),
    "segmented_control": ("wrap",),
}
_ASKED = "__whole_page"  # whether a callback asked for fragments by name

runs_named_fragments = "key" in inspect.signature(st.fragment).parameters
"""Whether ``st.fragment`` takes a key, and ``st.rerun`` the keys of fragments."""


def unknown_keywords(call: Callable[..., Any], keywords: Collection[str]) -> set[str]:
    """Return those of ``keywords`` that the function does not take."""
    return set(keywords) - set(inspect.signature(call).parameters)


def without_keywords(call: Callable[..., Any], keywords: Collection[str]) -> Callable[..., Any]:
    """Return ``call`` as a function that ignores ``keywords``."""

    @wraps(call)
    def ignoring(*args: Any, **given: Any) -> Any:
        return call(*args, **{name: value for name, value in given.items() if name not in keywords})

    return ignoring


def adapt_controls(owner: Any) -> None:
    """Let the functions of ``owner`` ignore the keywords that they do not know."""
    for name, keywords in NEWER_KEYWORDS.items():
        unknown = unknown_keywords(getattr(owner, name), keywords)
        if unknown:
            setattr(owner, name, without_keywords(getattr(owner, name), unknown))


def adapt_reruns() -> None:
    """Let ``st.fragment`` take a key, and let ``st.rerun`` run the whole page if it is given keys of fragments.

    A callback cannot run the page: the fragment that runs after it does.
    """
    from streamlit.runtime.scriptrunner_utils.script_run_context import RunLocation, ThreadState

    make, run_page = st.fragment, st.rerun

    def rerun(*_keys: object, **options: Any) -> None:
        if ThreadState.get().run_location is RunLocation.CALLBACK:
            st.session_state[_ASKED] = True
        else:
            run_page(**options)

    def fragment(draw: Callable[..., Any] | None = None, *, key: str | None = None, **options: Any) -> Any:
        if draw is None:
            return lambda later: fragment(later, key=key, **options)

        @wraps(draw)
        def run(*args: Any, **given: Any) -> Any:
            if st.session_state.pop(_ASKED, False):
                run_page()
            return draw(*args, **given)

        return make(run, **options)

    setattr(st, "fragment", fragment)  # noqa: B010  # its type is that of the newer one
    setattr(st, "rerun", rerun)  # noqa: B010


def adapt_runtime() -> None:
    """Give the runtime of stlite 1.9.2 the two methods that its components still call: it has functions instead."""
    if not hasattr(runtime.Runtime, "exists"):
        setattr(runtime.Runtime, "exists", staticmethod(runtime.exists))  # noqa: B010
        setattr(runtime.Runtime, "instance", staticmethod(runtime.get_instance))  # noqa: B010


adapt_runtime()
adapt_controls(st)
adapt_controls(DeltaGenerator)
if not runs_named_fragments:
    adapt_reruns()
