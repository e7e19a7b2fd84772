"""Live values: sliders and a player that move the charts in the browser, in the same frame."""

from collections.abc import Mapping, Sequence

import streamlit as st

from nnviz.ui.assets import component

_HTML = """\
<div class="player" hidden>
  <button type="button"></button><input type="range" min="0"><output></output>
</div>
"""
_LIVE = component("live", _HTML)


def follow(values: Mapping[str, float], *, key: str) -> None:
    """Let the charts that listen follow the sliders whose keys and present values are `values`."""
    _LIVE(key=key, data={"sliders": list(values), "values": dict(values)})


def frames_wanted(name: str, run: str) -> bool:
    """Whether the player `name` was started for `run`: until then, charts need the last frame only."""
    return bool(st.session_state.get(f"player_{name}", {}).get("wanted") == run)


def player(
    name: str,
    steps: Sequence[int],
    *,
    run: str,
    words: str = "step",
    begin: int | None = None,
    loaded: bool = True,
    rate: float = 30.0,
) -> None:
    """A play button and a scrub bar: the live value `name` runs over 0 ... len(steps) - 1.

    steps: what is shown for each frame. run: a text that names the run; a new run is shown at the frame `begin`, its
    last if none is given. loaded: whether the charts hold every frame; else the first press asks for them. rate: frames
    a second.
    """
    first = len(steps) - 1 if begin is None else begin
    shown = {"name": name, "steps": list(steps), "run": run, "words": words, "begin": first, "loaded": loaded}
    _LIVE(key=f"player_{name}", data={"player": {**shown, "rate": rate}}, on_wanted_change=lambda: None)
