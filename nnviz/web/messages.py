"""Say beside a control what is wrong with an input, and use the last valid one. A reader's own text is plain text."""

from collections.abc import Callable, Hashable
from typing import TypeVar, overload

import streamlit as st

from nnviz.web import logs, text

MAX_TYPED = 5000  # characters of a text that is read
T = TypeVar("T")
D = TypeVar("D")
H = TypeVar("H", bound=Hashable)


@overload
def last_valid(key: str, given: H, read: Callable[[H], T], default: H) -> T: ...
@overload
def last_valid(key: str, given: H, read: Callable[[H], T], default: None) -> T | None: ...
def last_valid(key: str, given: H, read: Callable[[H], T], default: H | None) -> T | None:
    """Return what ``read`` makes of ``given``; if it raises ValueError, say why and use the last valid input instead.

    So a typing error leaves the picture as it was. Only the input is remembered, one for each ``key``, so it must be
    small: text, numbers, a spec. ``read`` computes from it again, or finds its result in a cache. ``default`` is used
    while nothing valid is remembered; None: there is no example, and the result is None.
    """
    name = f"valid_{key}"
    try:
        value = read(given)
    except ValueError as error:
        _note_once(key, given, error)
        place = st.container()
        fallback, message = _fallback(st.session_state.get(name), read, default)
        with place:
            show_problem(error, message)
        return fallback
    st.session_state[name] = given
    return value


def _note_once(key: str, given: Hashable, error: ValueError) -> None:
    """Name the control in the log, once for each refused input."""
    if st.session_state.get(f"refused_{key}") != given:
        st.session_state[f"refused_{key}"] = given
        logs.note_refusal(key, type(error).__name__)


def _fallback(kept: H | None, read: Callable[[H], T], default: H | None) -> tuple[T | None, str]:
    """Return the result of the input ``kept``, or of ``default`` if it fails, too, and what to say of it."""
    if kept is not None:
        try:
            return read(kept), text.SHOWS_LAST_VALID
        except ValueError:
            pass
    return (None, text.INVALID) if default is None else (read(default), text.SHOWS_EXAMPLE)


def last_valid_input(key: str) -> object:
    """Return the input that ``last_valid`` remembers under ``key``; None if there is none yet."""
    return st.session_state.get(f"valid_{key}")


def try_or_explain(read: Callable[[], T], default: D, message: str = text.INVALID) -> T | D:
    """Return what ``read`` gives; if it raises ValueError, say why under ``message`` and return ``default``."""
    try:
        return read()
    except ValueError as error:
        show_problem(error, message)
        return default


def check_length(typed: str) -> str:
    """Return a text for further reading; ValueError, for the reader, if it is too long. No box cuts a text."""
    if len(typed) > MAX_TYPED:
        raise ValueError(text.too_long(len(typed), MAX_TYPED))
    return typed


def show_problem(error: ValueError, message: str = text.INVALID) -> None:
    """Show ``message`` in a red box, and the reason as plain text; for a formula, mark the place of the mistake."""
    position, formula = getattr(error, "position", None), getattr(error, "text", None)
    place = ""
    if formula and position is not None and "\n" not in formula:
        place = f"{formula}\n{' ' * position}▲\n"
    st.error(message, icon=":material/error:")
    st.code(f"{place}{error}", language=None, wrap_lines=True)


def show_refusal(error: ValueError) -> None:
    """Say why no network can be shown. The reason is a fact about the function, and not a mistake of the reader."""
    st.warning(text.NO_NETWORK, icon=":material/block:")
    st.code(str(error), language=None, wrap_lines=True)


def show_notes(lines: tuple[str, ...]) -> None:
    """Show remarks on the reader's data as plain text."""
    for line in lines:
        st.text(text.note(line))


def accepts_price(key: str, question: Hashable, price: str) -> bool:
    """Return whether a question is cheap or the reader wants its answer anyway; otherwise say its estimated price.

    price: a sentence, "" for a cheap question. key: of the button. Only the last question that was asked in spite of
    its price is remembered.
    """
    if not price or st.session_state.get(f"{key}_for") == question:
        return True
    st.info(price, icon=":material/hourglass_top:")
    st.button(text.COMPUTE_ANYWAY, key=key, on_click=_compute_anyway, args=(f"{key}_for", question))
    return False


def _compute_anyway(name: str, question: Hashable) -> None:
    st.session_state[name] = question
