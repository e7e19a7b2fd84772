"""Live values: sliders and a player that move the charts in the browser, in the same frame."""

from collections.abc import Mapping, Sequence

import streamlit as st

from nnviz.ui.assets import component
from nnviz.ui.hand import under_hand

_SPEEDS = (0.25, 0.5, 1, 2, 4)
_BUTTON = (
    '<button type="button" class="{}"><svg viewBox="0 0 16 16" aria-hidden="true"><path/></svg></button>'
)
_HTML = f"""\
<div class="frame"><div class="player" role="group" aria-label="Player">
  {"".join(map(_BUTTON.format, ("play", "back", "on")))}
  <input type="range" min="0">
  <select aria-label="Speed">{
    "".join(f'<option value="{v}"{" selected" * (v == 1)}>{v}×</option>' for v in _SPEEDS)
}</select>
  <div><output aria-live="off"></output><small></small></div>
  <span class="said" aria-live="polite"></span>
</div></div>
"""
_UNSEEN = "position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden"
_FOLLOW = component("follow", f'<span class="said" aria-live="polite" style="{_UNSEEN}"></span>')
_PLAYER = component("player", _HTML)


def follow(values: Mapping[str, float], *, key: str, played: bool = False, outcome: str = "") -> None:
    """Let the charts that listen follow the sliders whose keys and present values are `values`.

    played: a player tells the present values, and `values` only names the sliders. outcome: said by a screen reader
    when it changes.
    """
    told = {} if played else dict(values)
    _FOLLOW(key=key, data={"sliders": list(values), "values": told, "outcome": outcome, "first": False})


def asked_of(keys: Sequence[str]) -> dict[str, float]:
    """Of sliders that a picture was computed for, the values of those on the page, a hand's included."""
    return {key: under_hand(key, float(st.session_state[key])) for key in keys if key in st.session_state}


def say(outcome: str, *, key: str, first: bool = False) -> None:
    """What a screen reader says when it changes, where no slider is followed and nothing plays.

    first: also when it appears, as the answer to what the reader asked for.
    """
    _FOLLOW(key=key, data={"sliders": [], "values": {}, "outcome": outcome, "first": first})


def frames_wanted(name: str, run: str) -> bool:
    """Whether the player `name` was asked for the frames of `run`: until then, charts need the last frame only.

    Whoever played the run before is given this one whole too, so that the player keeps its place without a flash.
    """
    before, now = st.session_state.get(f"runs_{name}", ("", ""))
    if run != now:
        st.session_state[f"runs_{name}"] = before, now = now, run
    asked = st.session_state.get(f"player_{name}", {}).get("wanted")
    return bool(asked) and asked in (before, now)


def player(
    name: str,
    steps: Sequence[int],
    *,
    run: str,
    words: str = "step",
    begin: int | None = None,
    loaded: bool = True,
    rate: float = 30.0,
    outcome: str = "",
    values: Mapping[str, Sequence[float]] | None = None,
    captions: Sequence[str] | None = None,
) -> None:
    """Play, pause, single steps, scrub and speed: the live value `name` runs over 0 ... len(steps) - 1.

    steps: what is shown for each frame. run: a text that names the run; a new one is shown at the frame `begin`, its
    last if none is given, or where a reader stood in the middle of the one before (playhead.js). loaded: whether the
    charts hold every frame; else the first press asks for them. rate: frames a second. outcome: said by a screen reader
    when it changes. values: further live values, one a frame. captions: what is written below the step of each frame.
    """
    first = len(steps) - 1 if begin is None else begin
    shown = {"name": name, "steps": list(steps), "run": run, "words": words, "begin": first, "loaded": loaded}
    told = {key: list(of_frames) for key, of_frames in (values or {}).items()}
    sent = {**shown, "rate": rate, "outcome": outcome, "values": told, "captions": captions}
    _PLAYER(key=f"player_{name}", data=sent, on_wanted_change=lambda: None)
