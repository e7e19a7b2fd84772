"""Keep the choices of menus in the link, by keys that stay the same when the words of a menu change.

Streamlit's ``bind`` writes the words that a menu shows. Two entries can have the same words, and a new wording breaks
every link. So these controls are not bound. The link is read before a control is drawn, if a visitor has opened it, and
what was chosen is written into the link after it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, NamedTuple, ParamSpec

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from nnviz.web import links, turns

P = ParamSpec("P")
_CHOICES = "__choices"


class Choice(NamedTuple):
    """A control that offers a few options.

    options: the word of each option in the link -> the option itself. default: the words of those that are chosen at
    first, which the link leaves out. several: whether any number of them can be chosen.
    """

    key: str
    options: Mapping[str, Any]
    default: tuple[str, ...]
    several: bool = False

    def state(self, words: tuple[str, ...]) -> Any:
        """Return what Streamlit keeps of a control with these options chosen."""
        chosen = [self.options[word] for word in words]
        return chosen if self.several else chosen[0] if chosen else None

    def words(self, state: Any) -> tuple[str, ...]:
        """Return the words of the chosen options."""
        chosen = state or () if self.several else (state,)
        return tuple(word for word, option in self.options.items() if option in chosen)

    def reads(self, words: tuple[str, ...]) -> bool:
        """Return whether the words of a link can be a choice."""
        return set(words) <= set(self.options) and (self.several or len(words) == 1)


@dataclass
class _Drawn:
    """What the controls of a visitor have in common.

    written: the words that the link has for each control, as far as known. shown: the controls of the present run.
    parts: those that each fragment drew last. others: what else the present run wrote into the link.
    """

    page: str = ""
    written: dict[str, tuple[str, ...]] = field(default_factory=dict)
    shown: dict[str, Choice] = field(default_factory=dict)
    parts: dict[str, set[str]] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)


def _drawn() -> _Drawn:
    drawn: _Drawn = st.session_state.setdefault(_CHOICES, _Drawn())
    return drawn


def begin(page: str) -> None:
    """Note that a run of the page ``page`` begins."""
    drawn = _drawn()
    if drawn.page != page:
        st.session_state[_CHOICES] = _Drawn(page)
    drawn.shown.clear()
    drawn.others.clear()


def end() -> None:
    """Remove from the link the choices of controls that the run did not draw."""
    drawn = _drawn()
    _forget(set(drawn.written) - set(drawn.shown) - drawn.others)


def write_beside(key: str, words: str) -> None:
    """Write words into the link that no menu writes; they leave it with a run of the page that does not write them."""
    drawn = _drawn()
    drawn.others.add(key)
    drawn.written[key] = (words,)
    if st.query_params.get(key) != words:
        st.query_params[key] = words


def fragment(draw: Callable[P, None]) -> Callable[P, None]:
    """Make a fragment of Streamlit that removes the choices of its own controls from the link once they are gone."""
    made: Callable[P, None] = turns.fragment(forget_gone(draw))
    return made


def forget_gone(draw: Callable[P, None]) -> Callable[P, None]:
    """Make what is drawn in a fragment remove the choices of its own controls from the link once they are gone."""

    @wraps(draw)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        drawn, name = _drawn(), f"{draw.__module__}.{draw.__qualname__}"
        before, drawn.shown = drawn.shown, {}
        try:
            draw(*args, **kwargs)
        finally:
            mine, drawn.shown = set(drawn.shown), before | drawn.shown
            # A run that is cut short has not drawn all; its fragment then keeps what it had.
            kept = drawn.parts.get(name, set())
            drawn.parts[name] = kept | mine
        _forget(kept - mine)
        drawn.parts[name] = mine

    return run


def _forget(keys: set[str]) -> None:
    drawn = _drawn()
    for key in keys:
        drawn.written.pop(key, None)
        drawn.shown.pop(key, None)
        if key in st.query_params:
            del st.query_params[key]


def note_text(key: str) -> None:
    """Note that the text of the control ``key`` is in the link: it leaves the link with the control."""
    drawn = _drawn()
    drawn.shown[key] = Choice(key, {}, ())
    drawn.written[key] = tuple(st.query_params.get_all(key))


def take_from_link(choice: Choice) -> None:
    """Set the state of a control that is about to be drawn, if a visitor has opened its link.

    That is so when the page draws it for the first time, and when the visitor goes back or forward in the history of
    the browser. In any other run the address can be older than what is chosen: the browser may have asked for the run
    before it had the address that the run before has written.
    """
    key, drawn = choice.key, _drawn()
    words = tuple(word for word in st.query_params.get_all(key) if word)
    is_set, known = key in st.query_params, drawn.written.get(key)
    drawn.shown[key] = choice
    if known == words or not (is_set if known is None else is_history_navigation()):
        return
    if not is_set:
        st.session_state[key] = choice.state(choice.default)
    elif choice.reads(words) and (words or choice.several):
        st.session_state[key] = choice.state(words)
        links.accept(key)
    else:
        st.session_state[key] = choice.state(choice.default)
        links.refuse_option(key, list(choice.options))


def is_history_navigation() -> bool:
    """Return whether the visitor asked for this run by going back or forward in the history of the browser.

    Streamlit 1.67 tells it to its own bound controls, and nowhere in its public names.
    """
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))


def write_into_link(choice: Choice, state: Any) -> None:
    """Write what is chosen into the link, unless it is the default."""
    key, words, drawn = choice.key, choice.words(state), _drawn()
    if set(words) == set(choice.default):
        words = ()
        if key in st.query_params:
            del st.query_params[key]
    elif tuple(st.query_params.get_all(key)) != (words or ("",)):
        st.query_params[key] = list(words) or ""
    drawn.written[key] = words
