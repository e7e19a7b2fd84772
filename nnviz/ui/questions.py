"""What a page asks of its reader, and what it lets them take home."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st


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


def code(sources: Mapping[str, Callable[[], str]], *, key: str, name: str = "nnviz") -> None:
    """Language -> source that reproduces what is on screen, written when the reader opens it; a file to keep."""
    opened = st.popover("Code", icon=":material/code:", key=f"{key}_code", on_change="rerun")
    if opened.open:
        with opened:
            language = st.segmented_control(
                "Code in", list(sources), default=next(iter(sources)), key=key, required=True
            )
            text = sources[language]()
            st.download_button(
                "Keep it", text, f"{name}.py", "text/x-python", on_click="ignore", key=f"{key}_keep"
            )
            st.code(text, language="python", height=360)
