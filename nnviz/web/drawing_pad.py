"""Let the reader draw a function on a pad. The drawing is in the link, and is a target like any other."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from nnviz._types import Bounds
from nnviz.charts import TRUTH
from nnviz.expressions import Expression, parse
from nnviz.targets import Drawing, PiecewiseLinear, read_drawing, trace
from nnviz.web import text
from nnviz.web.components import declare_component
from nnviz.web.messages import last_valid, show_notes

_HTML = f"""\
<div class="pad">
  <canvas tabindex="0" role="slider"></canvas>
  <div class="bar">
    <button type="button">{text.UNDO}</button><button type="button">{text.SMOOTH}</button>
    <button type="button">{text.CLEAR}</button>
    <span class="hint">{text.PAD_HINT}</span>
  </div>
  <output class="said" aria-live="polite"></output>
</div>
"""
_PAD = declare_component("drawing_pad", _HTML)
_EXAMPLE = "|x|", (-1.0, 1.0)  # stands in for a formula that cannot be traced on its interval


def drawing_stamp(target: object) -> float | None:
    """Return a number that tells one drawing from another, also in the browser (static/stroke.js).

    None if ``target`` is not a piecewise linear function.
    """
    if not isinstance(target, PiecewiseLinear):
        return None
    return float(np.sqrt(np.arange(1, len(target.values) + 1)) @ target.values)


def pale_while_drawing(target: object, name: str) -> AbstractContextManager[object]:
    """Return a container for what is said of ``target``. It is pale while the reader draws another function.

    That ends when the server has answered (static/drawing_pad.js).
    """
    if drawing_stamp(target) is None:
        return nullcontext()
    return st.container(key=f"said_of_{name}")


def draw_pad(key: str, first: Expression, interval: Bounds) -> PiecewiseLinear:
    """Draw the pad, and return the function drawn on it: ``first`` on ``interval`` to begin with.

    While the reader draws, charts follow by the live value ``key`` (`nnviz.charts.network_fit.DRAWN`). The drawing is
    the text of the control ``key``, in the link. If it cannot be read, the last valid drawing stays.
    """
    begin, formula = last_valid(f"{key}_first", (first.text, interval), _trace, _EXAMPLE)
    drawn = st.session_state.get(key) or st.query_params.get(key)
    if not drawn:  # a first value does not get into the link by itself
        st.session_state[key] = st.query_params[key] = drawn = begin.text
    place = st.container()
    with st.expander(text.PAD_AS_TEXT, icon=":material/content_paste:"):
        st.text_input(text.PAD_TEXT, key=key, bind="query-params")
        st.button(text.PAD_RESET, key=f"{key}_again", on_click=_write, args=(key, begin))
    with place:
        drawing = last_valid(f"{key}_read", drawn, read_drawing, begin.text)
        _draw_canvas(f"{key}_pad", key, drawing)
        if drawing == begin:
            show_notes((text.pad_begins(formula, begin.a, begin.b),))
    return drawing.function


def _trace(given: tuple[str, Bounds]) -> tuple[Drawing, str]:
    """Return the drawing of a formula on an interval, and the formula."""
    formula, interval = given
    return trace(parse(formula), interval), formula


def _draw_canvas(pad: str, key: str, drawing: Drawing) -> None:
    """Draw the component. Its data differ after each stroke, so that the browser takes the server's answer."""
    data = {
        "codes": list(drawing.codes),
        "domain": [drawing.a, drawing.b],
        "limits": [drawing.low, drawing.high],
        "name": key,
        "color": TRUTH,
        "words": text.PAD_DESCRIPTION,
        "texts": text.PAD_TEXTS,
        "drops": st.session_state.get(f"drops_{pad}", 0),
    }
    _PAD(key=pad, data=data, on_drawn_change=lambda: _take(pad, key, drawing))


def _take(pad: str, key: str, drawing: Drawing) -> None:
    """Write what was drawn into the link; do nothing if it makes no sense."""
    st.session_state[f"drops_{pad}"] = st.session_state.get(f"drops_{pad}", 0) + 1
    codes: Any = (st.session_state[pad].get("drawn") or {}).get("codes")
    try:
        drawn = replace(drawing, codes=tuple(codes))
    except (TypeError, ValueError):
        return
    _write(key, drawn)


def _write(key: str, drawing: Drawing) -> None:
    st.session_state[key] = drawing.text
