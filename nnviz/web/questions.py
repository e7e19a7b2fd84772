"""Ask questions, list what to notice and what was learned, explain terms, and offer code to download."""

from collections.abc import Callable, Sequence

import streamlit as st

from nnviz.export import notebook_text
from nnviz.expressions import Language
from nnviz.web import text
from nnviz.web.glossary import TERMS, expand
from nnviz.web.lesson import ChapterText, Question
from nnviz.web.turns import fragment


def write(markdown: str) -> None:
    """Show our own Markdown; each term marked as ``[[learning rate]]`` becomes a link with its definition."""
    st.markdown(expand(markdown, set()))


def introduce(chapter: ChapterText) -> None:
    """Show the claim and the intro of a chapter, and beside them its questions and its goals, above the picture."""
    if not (chapter.claim or chapter.intro or chapter.questions or chapter.goals):
        return
    with st.container(key="introduction"):  # a row where there is room (static/page_chapters.css)
        write("\n\n".join([f"## {chapter.claim}", chapter.intro] if chapter.claim else [chapter.intro]))
        offer(chapter)


@fragment
def offer(chapter: ChapterText) -> None:
    """Draw buttons that open the questions and the goals; an answer runs nothing else of the page."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        for question in chapter.questions:
            ask_question(question)
        if chapter.goals:
            list_goals(chapter.goals)


def list_observations(items: Sequence[str]) -> None:
    """List what to notice in a chapter; each item is our own Markdown."""
    with st.container(key="observations"):  # in two columns where there is room (static/page.css)
        write(f"**{text.NOTICE}**\n\n" + "\n".join(f"- {item}" for item in items))


def list_goals(goals: Sequence[str]) -> None:
    """List what a student can do after a chapter."""
    with st.popover(text.GOALS, icon=":material/flag:"):
        write(f"**{text.GOALS_HEAD}**\n\n" + "\n".join(f"- {goal}" for goal in goals))


def ask_question(question: Question) -> None:
    """Ask a question to answer before trying: choose an answer, then read why it is right or wrong.

    The answer is not in the link, because it belongs to this reader alone.
    """
    with st.popover(text.PREDICT, icon=":material/quiz:"):
        asked = expand(question.text, set(TERMS))  # no links in the label of a control
        answers = {answer.text: answer for answer in question.shuffled()}
        chosen = st.radio(f"**{asked}**", list(answers), None, key=question.key)
        if chosen is None:
            return
        reply = expand(answers[chosen].reply, set())
        if answers[chosen].right:
            st.success(f"**{text.RIGHT}** {reply}", icon=":material/check:")
        else:
            st.info(f"**{text.WRONG}** {reply}", icon=":material/lightbulb:")


def offer_code(write_code: Callable[..., str], *shown: object, key: str, name: str = "nnviz") -> None:
    """Offer the source code that reproduces what is on screen, to read, and to download as a program or a notebook.

    It is written by ``write_code(*shown, language)`` once the reader opens it. name: of the file.
    """
    popover = st.popover(text.CODE, icon=":material/code:", key=_popover(key), on_change="rerun")
    if popover.open:
        with popover:
            source = write_code(*shown, choose_language(("numpy", "torch"), key=key))
            program, notebook = st.columns(2)
            program.download_button(
                text.DOWNLOAD_CODE,
                source,
                f"{name}.py",
                "text/x-python",
                on_click="ignore",
                key=f"{key}_download",
            )
            notebook.download_button(
                text.DOWNLOAD_NOTEBOOK,
                notebook_text(source, name.replace("_", " ").capitalize(), text.NOTEBOOK_WORDS),
                f"{name}.ipynb",
                "application/x-ipynb+json",
                on_click="ignore",
                key=f"{key}_notebook",
            )
            st.code(source, language="python", height=360)


def is_code_open(key: str) -> bool:
    """Return whether the reader has opened the code with that key."""
    return bool(st.session_state.get(_popover(key)))


def _popover(key: str) -> str:
    return f"{key}_code"


def choose_language(languages: Sequence[Language], *, key: str) -> Language:
    """Draw the choice of the language of source code, the first one by default."""
    language: Language | None = st.segmented_control(
        text.CODE_LANGUAGE,
        languages,
        default=languages[0],
        key=key,
        required=True,
        format_func=text.LANGUAGES.__getitem__,
    )
    return language or languages[0]
