"""What a page asks of its readers, what it points out to them, and what it lets them take home."""

from collections.abc import Callable, Sequence

import streamlit as st

from nnviz.functions import Language

_LANGUAGES: dict[Language, str] = {"numpy": "NumPy", "torch": "PyTorch", "python": "Python alone"}


def notice(text: str, *, beside: bool = False) -> None:
    """What to notice, as a list in our own Markdown; `beside` something else, its heading is small."""
    st.markdown(f"{'**What to notice**' if beside else '## What to notice'}\n{text}")


@st.fragment
def predict(question: str, options: Sequence[str], right: str, why: str, *, key: str) -> None:
    """A question to answer before trying: commit to one of `options`; then which is `right`, and `why`.

    All texts are our own Markdown. The answer is the reader's alone, so it is not in the link.
    """
    with st.container(border=True):
        st.markdown(f"**Predict first.** {question}")
        chosen = st.radio(question, options, None, key=key, label_visibility="collapsed", horizontal=True)
        if chosen == right:
            st.success(f"**Yes.** {why}", icon=":material/check:")
        elif chosen is not None:
            st.info(f"**Not quite: {right}.** {why}", icon=":material/lightbulb:")


def code(write: Callable[..., str], *shown: object, key: str, name: str = "nnviz") -> None:
    """Source that reproduces what is on screen, `write(*shown, language)` when the reader opens it; a file to keep."""
    opened = st.popover("Code", icon=":material/code:", key=_popover(key), on_change="rerun")
    if opened.open:
        with opened:
            text = write(*shown, choose_language(("numpy", "torch"), key=key))
            st.download_button(
                "Keep it", text, f"{name}.py", "text/x-python", on_click="ignore", key=f"{key}_keep"
            )
            st.code(text, language="python", height=360)


def code_is_open(key: str) -> bool:
    """Whether the reader has opened the code with that key."""
    return bool(st.session_state.get(_popover(key)))


def _popover(key: str) -> str:
    return f"{key}_code"


def choose_language(languages: Sequence[Language], *, key: str) -> Language:
    """The language of source code, the first one by default."""
    language: Language = st.segmented_control(
        "Code in", languages, default=languages[0], key=key, required=True, format_func=_LANGUAGES.__getitem__
    )
    return language
