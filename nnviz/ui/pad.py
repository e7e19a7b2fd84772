"""A pad to draw a function on; the drawing is in the link, and is a target like any other."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from nnviz.charts import TRUTH
from nnviz.functions import Drawing, Expression, PiecewiseLinear, read_drawing, trace
from nnviz.ui.assets import component
from nnviz.ui.messages import last_good, notes

_HTML = """\
<div class="pad">
  <canvas tabindex="0" role="slider"></canvas>
  <div class="bar">
    <button type="button">Undo</button><button type="button">Smooth</button><button type="button">Clear</button>
    <span class="hint">Draw with mouse, finger or pen; or with the arrow keys.</span>
  </div>
  <output class="said" aria-live="polite"></output>
</div>
"""
_PAD = component("pad", _HTML)
_LONGEST = 400  # characters of a drawing in the link


def stamp(target: object) -> float | None:
    """A number that tells one drawing from another, also in the browser (stroke.js); None for no chain of points."""
    if not isinstance(target, PiecewiseLinear):
        return None
    return float(np.sqrt(np.arange(1, len(target.values) + 1)) @ target.values)


def said_of(target: object, name: str) -> AbstractContextManager[object]:
    """A place for what is said of `target`: pale while a hand draws another, until the server has answered (pad.js)."""
    return nullcontext() if stamp(target) is None else st.container(key=f"said_of_{name}")


def draw_function(key: str, first: Expression, interval: tuple[float, float]) -> PiecewiseLinear:
    """The pad, and the function drawn on it: `first` on `interval` to begin with.

    While a hand draws, charts follow by the live value `key` (`nnviz.charts.approximation.DRAWN`). The drawing is the
    text of the control `key`, in the link. What cannot be read is said, and the last drawing stays.
    """
    begin = last_good(f"{key}_first", lambda: trace(first, interval), trace(abs, (-1.0, 1.0)))
    text = st.session_state.get(key) or st.query_params.get(key)
    if not text:
        st.session_state[key] = st.query_params[key] = text = (
            begin.text
        )  # a first value is not bound by itself
    place = st.container()
    with st.expander("As text: what the link carries", icon=":material/content_paste:"):
        st.text_input(
            "From ~ to ~ lowest ~ highest ~ heights of the knots, two characters each", key=key, bind="query-params",
            max_chars=_LONGEST,
        )  # fmt: skip
        st.button("Start again from f(x)", key=f"{key}_again", on_click=_write, args=(key, begin))
    with place:
        drawing = last_good(f"{key}_read", lambda: read_drawing(text), begin)
        _pad(f"{key}_pad", key, drawing)
        if drawing == begin:
            notes((f"Until you draw, this is f(x) = {first.text} on [{begin.a:g}, {begin.b:g}].",))
    return drawing.function


def _pad(pad: str, key: str, drawing: Drawing) -> None:
    """The pad itself; its data differ after each stroke, so that what cannot be kept is put right."""
    sent = {
        "codes": list(drawing.codes),
        "domain": [drawing.a, drawing.b],
        "limits": [drawing.low, drawing.high],
        "name": key,
        "color": TRUTH,
        "words": "The function drawn. Left and right choose a place, up and down move it.",
        "drops": st.session_state.get(f"drops_{pad}", 0),
    }
    _PAD(key=pad, data=sent, on_drawn_change=lambda: _take(pad, key, drawing))


def _take(pad: str, key: str, drawing: Drawing) -> None:
    """Write what was drawn into the link; nothing where it makes no sense."""
    st.session_state[f"drops_{pad}"] = st.session_state.get(f"drops_{pad}", 0) + 1
    codes: Any = (st.session_state[pad].get("drawn") or {}).get("codes")
    try:
        drawn = replace(drawing, codes=tuple(codes))
    except (TypeError, ValueError):
        return
    _write(key, drawn)


def _write(key: str, drawing: Drawing) -> None:
    st.session_state[key] = drawing.text
