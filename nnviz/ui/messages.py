"""What a person is told beside a control; their own text is shown as text, never as Markdown."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

T = TypeVar("T")


def last_good(key: str, read: Callable[[], T], default: T) -> T:
    """What `read` gives; where it raises ValueError, its message, and the last value that was good.

    So a typing error leaves the picture as it was. `default` stands in until something was good.
    """
    try:
        value = read()
    except ValueError as error:
        kept: T = st.session_state.get(f"good_{key}", default)
        shown = (
            "" if kept is None else "the last that did" if f"good_{key}" in st.session_state else "an example"
        )
        problem(error, f" (shown is {shown}):" if shown else ":")
        return kept
    st.session_state[f"good_{key}"] = value
    return value


def problem(error: ValueError, then: str = ":") -> None:
    """A red box, and below it the message of `error` as plain text; for a formula, with a mark under the place."""
    position, text = getattr(error, "position", None), getattr(error, "text", None)
    place = f"{text}\n{' ' * position}▲\n" if text and position is not None and "\n" not in text else ""
    st.error(f"This does not work as it stands{then}", icon=":material/error:")
    st.code(f"{place}{error}", language=None, wrap_lines=True)


def refusal(error: ValueError) -> None:
    """Why there is no network to show: a fact about the function, and no mistake of the reader."""
    st.warning("**There is no network to show here**, and this is why:", icon=":material/block:")
    st.code(str(error), language=None, wrap_lines=True)


def notes(lines: tuple[str, ...]) -> None:
    """Remarks on a person's data, as plain text."""
    for line in lines:
        st.text(f"Note: {line}")
