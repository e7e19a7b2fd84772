"""Say on a page what its link sets and the page cannot use. The rest of the link is kept.

Streamlit 1.67 gives each bound control the value that the link has under its key, and removes from the link what the
control does not accept: an option that does not exist, a text that is not a number. It moves a number that is out of
range to the end of the range. It says nothing of all this, and names that belong to no control stay in the link. So
the link is remembered as it was when the page was opened, and compared with the controls after they are drawn.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import streamlit as st

from nnviz.web import logs, text

_LINK = "__link"
MAX_LINES = 8
MAX_CHARACTERS = 60  # of a name or a value that is quoted
MAX_LISTED = 200  # characters of the options that are listed


@dataclass
class _Link:
    """What the link set when a page was opened, which parts were used, and what is said of the others.

    values: what the control of a refused part had instead; the line is shown as long as it has this value. ranges,
    options: what each control can have.
    """

    page: str
    params: dict[str, list[str]]
    used: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)


def open_page(name: str) -> bool:
    """Remember the link with which a visitor opens the page ``name``; return whether another page was open before."""
    link: _Link | None = st.session_state.get(_LINK)
    if link is not None and link.page == name:
        return False
    params = {key: st.query_params.get_all(key) for key in st.query_params}
    st.session_state[_LINK] = _Link(name, params)
    return link is not None


def has_settings() -> bool:
    """Return whether the visitor opened the page with a link that sets something."""
    link: _Link | None = st.session_state.get(_LINK)
    return link is not None and bool(link.params)


def mark_used(key: str, shown: str | Sequence[str]) -> None:
    """Note that the control ``key`` shows the words ``shown``, one or several, as the link writes them."""
    link: _Link | None = st.session_state.get(_LINK)
    words = [shown] if isinstance(shown, str) else list(shown)
    if link is not None and key not in link.refused and link.params.get(key) == words:
        link.used.add(key)


def note_range(key: str, low: float, high: float) -> None:
    """Note which numbers the control ``key`` can have; call it before the control is drawn.

    A number outside of the range, for which Streamlit would show the default, moves to the end of the range.
    """
    link: _Link | None = st.session_state.get(_LINK)
    if link is None or key not in link.params:
        return
    link.ranges[key] = (low, high)
    if key not in st.session_state and key not in link.used and key not in link.refused:
        try:
            number = float(link.params[key][0])
        except ValueError:
            return
        if not low <= number <= high and math.isfinite(number):
            st.session_state[key] = (
                min(max(number, low), high) if isinstance(low, float) else min(max(round(number), low), high)
            )


def note_options(key: str, words: Iterable[str]) -> None:
    """Note which words the control ``key`` can have in a link, for what is said of a link with another word."""
    link: _Link | None = st.session_state.get(_LINK)
    if link is not None and key in link.params:
        link.options[key] = list(words)


def refuse(key: str, instead: str) -> None:
    """Say in this run that the page does not know the value of the link for ``key``, and what it does ``instead``."""
    link: _Link | None = st.session_state.get(_LINK)
    if link is not None:
        words = st.query_params.get_all(key)
        link.params[key] = words
        if key not in link.refused:
            logs.note_refusal(key, "value of a link")
        link.refused[key] = text.link_unknown_value(_quoted(key), _quoted(", ".join(words)), instead)


def refuse_option(key: str, known: Sequence[str]) -> None:
    """Say that a control does not have the option that the link sets, as long as the control has its default."""
    link: _Link | None = st.session_state.get(_LINK)
    if link is not None:
        words = link.params.setdefault(key, st.query_params.get_all(key))
        if key not in link.refused:
            logs.note_refusal(key, "value of a link")
        link.refused[key] = text.link_unknown_value(
            _quoted(key), _quoted(", ".join(words)), text.LINK_DEFAULT, _listed(known)
        )
        link.values[key] = repr(st.session_state[key])


def accept(key: str) -> None:
    """Note that the page uses what the link sets for ``key``, where no control has this key."""
    link: _Link | None = st.session_state.get(_LINK)
    if link is not None:
        link.refused.pop(key, None)
        link.used.add(key)


def say_what_is_not_used() -> None:
    """Show one line of plain text for each part of the link that the page could not use. Call it after all controls."""
    link: _Link | None = st.session_state.get(_LINK)
    if link is None:
        return
    lines = [line for key in list(link.params) if (line := _problem(link, key))]
    for line in lines[:MAX_LINES]:
        st.text(line)
    if len(lines) > MAX_LINES:
        st.text(text.more_link_problems(len(lines) - MAX_LINES))


def _problem(link: _Link, key: str) -> str:
    """Return what to say of one part of the link; "" if it is in use."""
    if key not in link.refused and key not in link.used:
        if (
            key not in st.session_state
        ):  # no control has this name, at least not in this chapter; a person typed it
            return text.link_unknown_name(_quoted(key), _quoted(", ".join(link.params[key])))
        _check(link, key, link.params[key])
    if key not in link.refused:
        return ""
    if key in link.values and link.values[key] != repr(st.session_state.get(key)):
        del link.refused[key]  # the reader has changed the control
        link.used.add(key)
        return ""
    return link.refused[key]


def _check(link: _Link, key: str, words: list[str]) -> None:
    """Note whether the control ``key``, drawn for the first time, has the value that the link sets."""
    kept = st.query_params.get_all(key)
    if _is_shown(words, st.session_state[key]):
        link.used.add(key)
        return
    logs.note_refusal(key, "value of a link")
    if kept == words:  # Streamlit has not looked at it, because the control is not bound to the link
        link.refused[key] = text.link_unknown_name(_quoted(key), _quoted(", ".join(words)))
        return
    link.refused[key] = _outside(link, key, words) or text.link_unknown_value(
        _quoted(key),
        _quoted(", ".join(words)),
        text.link_moved(_quoted(", ".join(kept))) if kept else text.LINK_DEFAULT,
        _listed(link.options.get(key, ())),
    )
    link.values[key] = repr(st.session_state[key])


def _outside(link: _Link, key: str, words: list[str]) -> str:
    """Return what to say of a number outside of the range of its control; "" for other values."""
    try:
        number = float(words[0]) if len(words) == 1 else math.nan
    except ValueError:
        return ""
    low, high = link.ranges.get(key, (-math.inf, math.inf))
    if low <= number <= high or math.isnan(number):
        return ""
    limit = text.above(high) if number > high else text.below(low)
    return text.link_outside(_quoted(key), _quoted(words[0]), limit, str(st.session_state[key]))


def _is_shown(words: list[str], value: object) -> bool:
    """Return whether the words of a link say ``value``."""
    if isinstance(value, list | tuple):
        return len(words) == len(value) and all(_is_shown([word], part) for word, part in zip(words, value))
    if len(words) != 1:
        return False
    if isinstance(value, bool):
        return words[0].lower() == str(value).lower()
    if isinstance(value, int | float):
        try:
            return math.isclose(float(words[0]), value, rel_tol=1e-9, abs_tol=1e-12)
        except ValueError:
            return False
    return words[0] == ("" if value is None else str(value))


def _listed(options: Sequence[str]) -> str:
    """Return the options of a control, with an ellipsis after as many as fit in a few lines."""
    shown: list[str] = []
    for option in options:
        if sum(map(len, shown)) + len(option) > MAX_LISTED:
            return ", ".join([*shown, "…"])
        shown.append(option)
    return ", ".join(shown)


def _quoted(words: str) -> str:
    """Return a short form of what a link says, for a line of plain text."""
    flat = " ".join(words.split())
    return flat if len(flat) <= MAX_CHARACTERS else flat[: MAX_CHARACTERS - 1] + "…"
