"""Hide what a teacher does not want on a page: ``?hide=lr_fit,polynomials`` hides controls and chapters by their keys.

A hidden control keeps the value that the link gives it. Whoever reads the link can take the names away: this keeps a
page simple, and keeps nothing secret.
"""

import re
from collections.abc import Sequence

import streamlit as st

from nnviz.web import links, text
from nnviz.web.lesson import Chapter

HIDE = "hide"  # the name in the link
MOST = 60  # names
_FOUND = "__hidden"
_NAME = re.compile(r"[A-Za-z0-9_]{1,60}")


def hidden_names() -> list[str]:
    """Return the names that the link hides; whatever is no name is left out."""
    words = ",".join(st.query_params.get_all(HIDE)).split(",")
    return [word for word in words if _NAME.fullmatch(word)][:MOST]


def shown_chapters(chapters: Sequence[Chapter]) -> list[Chapter]:
    """Return the chapters that the link does not hide; all of them if it hides all."""
    names = set(hidden_names())
    return [chapter for chapter in chapters if chapter.key not in names] or list(chapters)


def hide_controls(chapters: Sequence[Chapter]) -> None:
    """Hide the controls that the link names, by their keys."""
    chapter_keys = {chapter.key for chapter in chapters}
    keys = [name for name in hidden_names() if name not in chapter_keys]
    if HIDE in st.query_params:
        links.accept(HIDE)
    if keys:
        rules = ", ".join(f".st-key-{key}" for key in keys)
        st.html(f"<style>{rules} {{ display: none !important; }}</style>")


def say_what_hides_nothing(chapters: Sequence[Chapter]) -> None:
    """Say which names in the link hide nothing, for the teacher who wrote it. Call it after all controls.

    A name that the visitor has met in another chapter hides something there.
    """
    names = hidden_names()
    if not names:
        return
    found: set[str] = st.session_state.setdefault(_FOUND, set())
    chapter_keys = {chapter.key for chapter in chapters}
    found.update(name for name in names if name in chapter_keys or name in st.session_state)
    unknown = [name for name in names if name not in found]
    if unknown:
        st.text(text.hides_nothing(unknown))
