"""Ask for a formula or a number, show how it was read, and offer other readings as buttons.

What is typeset is written from the tree of the formula. The typed text itself is only shown as plain text, and on
buttons with every sign of Markdown escaped.
"""

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnviz._memory import kept
from nnviz.expressions import Expression, ExpressionError, parse, parse_number
from nnviz.expressions.readings import remarks
from nnviz.web import text
from nnviz.web.messages import last_valid
from nnviz.web.turns import let_browser_draw
from nnviz.web.wording import plain_markdown

_MAX_LABEL = 60  # characters of a formula on a button

read_formula = kept(parse)
read_number = kept(parse_number)


def formula_input(label: str, default: str, *, key: str) -> str:
    """Draw the box for a formula, whose text is in the link, and return the text."""
    return st.text_input(label, default, key=key, bind="query-params") or ""


def show_reading(typed: str, *, key: str, variables: tuple[str, ...] = ("x",), brief: bool = False) -> None:
    """Show below the box ``key`` the formula as it was read, and offer other formulas that could have been meant.

    For a text that cannot be read only the offers are shown; its message is that of ``last_valid``. brief: show nothing
    where the formula that was read looks like the text.
    """
    try:
        f = read_formula(typed, variables)
    except ExpressionError as error:
        offer_formulas(error.forms, key=key)
        return
    if brief and looks_as_typed(typed, f):
        return
    st.markdown(f"$f({', '.join(variables)}) = {f.latex()}$")
    for remark in remarks(typed, f):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(text.REMARKS[remark.meaning.name], width="content")
            if remark.other:
                offer_formulas((remark.other,), key=f"{key}_{remark.meaning.name}", box=key)
    let_browser_draw(key, typed)


def looks_as_typed(typed: str, f: Expression) -> bool:
    """Return whether a text reads like the formula that was made of it, and nothing is to be said of it."""
    written = f.latex().replace(r"\left", "").replace(r"\right", "").replace(r"\pi", "π")
    return "".join(typed.split()) == written.replace("\\", "").replace(" ", "") and not remarks(typed, f)


def offer_formulas(
    formulas: Sequence[str], *, key: str, box: str = "", label: Callable[[str], str] | None = None
) -> None:
    """Draw a button for each formula that puts it into the box ``box``, by default ``key``, and thus into the link."""
    if not formulas:
        return
    with st.container(horizontal=True, gap="small"):
        for number, formula in enumerate(formulas):
            words = label(formula) if label else text.use(plain_markdown(shortened(formula)))
            st.button(
                words,
                key=f"{key}_offer_{number}",
                on_click=_put,
                args=(((box or key), formula),),
                type="secondary",
            )


def offer_values(words: str, values: Sequence[tuple[str, str]], *, key: str) -> None:
    """Draw a button that puts several texts into boxes. values: the key of each box, and its new text."""
    st.button(words, key=key, on_click=_put, args=tuple(values))


def _put(*values: tuple[str, str]) -> None:
    st.session_state.update(dict(values))


def shortened(formula: str) -> str:
    """Return a formula for a label."""
    return formula if len(formula) <= _MAX_LABEL else f"{formula[: _MAX_LABEL - 1]}…"


def real_input(
    label: str,
    default: str,
    *,
    key: str,
    read: Callable[[str], float] = read_number,
    below: DeltaGenerator | None = None,
    help: str | None = None,
) -> float:
    """Draw a box for a real number, written as an expression without x, and return its value.

    The last valid input stays in use, with a message in ``below``, while the present one cannot be read. An empty box
    means the default.
    """
    typed = st.text_input(label, default, key=key, help=help, bind="query-params")
    with below or st.container():
        value = last_valid(key, typed or default, read, default)
        try:
            read(typed or default)
        except ExpressionError as error:
            offer_formulas(error.forms, key=key)
        except ValueError:
            pass
    return value
