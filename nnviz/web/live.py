"""Let sliders and a player move the charts in the browser, in the same frame, without the server.

Live values are named numbers that all charts and components of a page share (static/live_bus.js). A chart reads one by
`nnviz.charts.theme.live`.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from nnviz.web import text
from nnviz.web.components import declare_component
from nnviz.web.drag_updates import dragged_value
from nnviz.web.frames import is_framed

Result = float | Mapping[str, Any]
"""A number of a result: fixed, or one that follows live values, as `LiveNumbers.follow` gives it."""

ALL_FRAMES = "all_frames"  # in the session: whether charts get all frames at once
_SPEEDS = (0.25, 0.5, 1, 2, 4)
_BUTTON = (
    '<button type="button" class="{}"><svg viewBox="0 0 16 16" aria-hidden="true"><path/></svg></button>'
)
_HTML = f"""\
<div class="frame"><div class="player" role="group" aria-label="{text.PLAYER}">
  {"".join(map(_BUTTON.format, ("play", "back", "on")))}
  <span class="bar"><input type="range" min="0"><i aria-hidden="true" hidden></i></span>
  <select aria-label="{text.SPEED}">{
    "".join(f'<option value="{v}"{" selected" if v == 1 else ""}>{v}×</option>' for v in _SPEEDS)
}</select>
  <div><output aria-live="off"></output><small></small></div>
  <span class="said" aria-live="polite"></span>
</div></div>
"""
_HIDDEN = "position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden"
_FOLLOW = declare_component(
    "live_sliders", f'<span class="said" aria-live="polite" style="{_HIDDEN}"></span>'
)
_PLAYER = declare_component("player", _HTML)


@dataclass(frozen=True)
class PlayerOptions:
    """Say how a player begins, what it is called, and what moves with it.

    unit: what a frame is, such as "step". begin: the frame that a new run is shown at; its last one by default. loaded:
    whether the charts hold every frame; if not, the first press asks for them. rate: frames per second. outcome: a
    screen reader says it when it changes. values: further live values, one for each frame. captions: the words below
    the step, one for each frame. mark: a frame that is marked on the bar, where playing stops once. marks: a live
    value, and the marked frame for each of its values 0, 1, …, while that value is published. plays: whether a
    new run plays by itself, for readers who have not asked for less motion. even: whether the bar is even in the steps,
    and not in the frames. on_frame: called with the frame where the player has stood for a moment, before the script
    runs.
    """

    unit: str = "step"
    begin: int | None = None
    loaded: bool = True
    rate: float = 30.0
    outcome: str = ""
    values: Mapping[str, Sequence[float]] | None = None
    captions: Sequence[str] | None = None
    mark: int | None = None
    marks: tuple[str, Sequence[int | None]] | None = None
    plays: bool = False
    even: bool = False
    on_frame: Callable[[int], None] | None = None


def publish_live(values: Mapping[str, float], *, key: str, played: bool = False, outcome: str = "") -> None:
    """Publish the values of the sliders whose keys are in ``values``, now and while the sliders are dragged.

    played: a player publishes the present values, and ``values`` only names the sliders. outcome: a screen reader says
    it when it changes.
    """
    published = {} if played else dict(values)
    _FOLLOW(key=key, data={"sliders": list(values), "values": published, "outcome": outcome, "first": False})


def live_slider_values(keys: Sequence[str]) -> dict[str, float]:
    """Return the present values of those sliders of ``keys`` that are on the page, also while one is dragged."""
    return {key: dragged_value(key, float(st.session_state[key])) for key in keys if key in st.session_state}


def announce(outcome: str, *, key: str, first: bool = False) -> None:
    """Let a screen reader say ``outcome`` when it changes, where no slider is followed and nothing plays.

    first: say it when it appears, too, because it answers what the reader asked for.
    """
    _FOLLOW(key=key, data={"sliders": [], "values": {}, "outcome": outcome, "first": first})


def publish_result(challenge: str, across: Result, up: Result) -> None:
    """Publish what the page has found for a challenge of a class room, where students can take it (static/room.js).

    Students see the page in a frame. A number that is not finite, such as the loss of a run that diverges, is no
    result.
    """
    if not is_framed():
        return
    found = {f"{challenge}_across": across, f"{challenge}_up": up}
    values = {
        name: None if isinstance(result, float) and not math.isfinite(result) else result
        for name, result in found.items()
    }
    _FOLLOW(key=f"result_{challenge}", data={"sliders": [], "values": values, "outcome": "", "first": False})


def needs_all_frames(name: str, run: str) -> bool:
    """Return whether the player ``name`` has asked for all frames of ``run``; until then charts need the last one only.

    A visitor who played the run before gets all frames of this one, too, so that the player keeps its place. So does a
    page that is recorded, because nobody can ask later.
    """
    if st.session_state.get(ALL_FRAMES):
        return True
    before, now = st.session_state.get(f"runs_{name}", ("", ""))
    if run != now:
        st.session_state[f"runs_{name}"] = before, now = now, run
    asked = st.session_state.get(f"player_{name}", {}).get("wanted")
    return bool(asked) and asked in (before, now)


def draw_player(name: str, steps: Sequence[int], *, run: str, options: PlayerOptions | None = None) -> None:
    """Draw a player: play, pause, single steps, a bar and a speed. It publishes the live value ``name``.

    The value runs over the frames 0 … len(steps) − 1, and ``name_step`` is the step of the frame. steps: the number
    shown for each frame. run: a text that names the run. A new run begins at ``options.begin``, or at the frame where
    the visitor stopped the run before (static/playhead.js).
    """
    given = options or PlayerOptions()
    data = {
        "name": name,
        "steps": list(steps),
        "run": run,
        "unit": given.unit,
        "begin": len(steps) - 1 if given.begin is None else given.begin,
        "loaded": given.loaded,
        "rate": given.rate,
        "outcome": given.outcome,
        "values": {key: list(of_frames) for key, of_frames in (given.values or {}).items()},
        "captions": given.captions,
        "mark": given.mark,
        "marks": None if given.marks is None else {"name": given.marks[0], "frames": list(given.marks[1])},
        "plays": given.plays,
        "even": given.even,
        "reports": given.on_frame is not None,
        "texts": text.PLAYER_TEXTS,
    }
    key = f"player_{name}"
    reported = partial(_report_frame, key, run, len(steps), given.on_frame)
    _PLAYER(key=key, data=data, on_wanted_change=lambda: None, on_frame_change=reported)


def _report_frame(key: str, run: str, frames: int, on_frame: Callable[[int], None] | None) -> None:
    """Call ``on_frame`` with the frame that the browser sent, if it is one of this run: anybody can send anything."""
    sent = st.session_state[key].get("frame")
    if on_frame is None or not isinstance(sent, dict) or sent.get("run") != run:
        return
    frame = sent.get("frame")
    if isinstance(frame, int | float) and frame in range(frames):
        on_frame(int(frame))
