"""Show a page to a room: large type, high charts, thick lines, and nothing else than the chapter and its controls.

The link has ``view=projector``. What is drawn in pixels (charts, surfaces) is enlarged as a whole by
static/projector.css, in the same steps as the letters, so that a drawing keeps its proportions. Charts are also given a
larger share of the height of the window.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from nnviz.web import text
from nnviz.web.choices import Choice, take_from_link, write_into_link
from nnviz.web.components import STATIC

VIEW = "view"  # its key, and its name in the link
PROJECTOR = "projector"
TALLER = 1.3  # than on the ordinary page, before all is enlarged
TALLEST = 480  # pixels before all is enlarged, so that the controls below a picture are still in the window
LETTERS = 13  # pixels of the labels of axes, before all is enlarged
_CHANGED = "view_changed"
_CHOICE = Choice(VIEW, {PROJECTOR: PROJECTOR}, ())


def is_projected() -> bool:
    """Return whether the page is shown to a room."""
    return bool(st.session_state.get(VIEW) == PROJECTOR)


def draw_switch() -> None:
    """Draw the switch between the ordinary page and the projector; it may stand in a fragment."""
    take_from_link(_CHOICE)
    chosen = st.pills(
        text.VIEW,
        [PROJECTOR],
        key=VIEW,
        persist_state="session",
        on_change=_note_change,
        label_visibility="collapsed",
    )
    write_into_link(_CHOICE, chosen)
    if st.session_state.pop(_CHANGED, False):
        st.rerun()


def _note_change() -> None:
    st.session_state[_CHANGED] = True


def style_page() -> None:
    """Enlarge the page, if it is projected. Call it before anything else of the page is drawn."""
    take_from_link(_CHOICE)
    if is_projected():
        st.html(STATIC / "projector.css")


def scale_height(height: float) -> int:
    """Return the height of a drawing in pixels: more of the window, if the page is projected."""
    return round(max(min(TALLER * height, TALLEST), height)) if is_projected() else round(height)


def enlarge(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a Vega-Lite spec as it is drawn for a room, if the page is projected; else the same object.

    Its height is scaled by ``scale_height``. Its letters have the sizes of the ordinary page, because the theme of
    Streamlit would enlarge them before all is enlarged.
    """
    if not is_projected():
        return spec
    config = dict(spec.get("config", {}))
    for part in ("axis", "legend"):
        config[part] = {**config.get(part, {}), "labelFontSize": LETTERS, "titleFontSize": LETTERS}
    height = spec.get("height")
    scaled = {"height": scale_height(height)} if isinstance(height, int | float) else {}
    return {**spec, **scaled, "config": config}
