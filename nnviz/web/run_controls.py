"""Controls of a run: the number of its updates, and buttons that add some or return to the start.

The sliders of the parameters follow the run. They show the parameters of the update where its player stands, and the
link holds the start of the run beside them.

controls = RunControls("lr_steps", start=("lr_w", "lr_b"))
updates = controls.choose_updates("Number of updates")
controls.draw_buttons({1: "Make 1 update"}, made, reset="Return to the start", help="…", begun=updates > 0)
"""

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from nnviz.web import links
from nnviz.web.choices import write_beside
from nnviz.web.controls import count_input, fine_range
from nnviz.web.turns import fragment


@dataclass(frozen=True)
class RunControls:
    """The controls of one run.

    updates: the key of the number of updates, which the link carries. start: the keys of the sliders of the parameters.
    most: the largest number of updates.
    """

    updates: str
    start: tuple[str, ...]
    most: int = 5000

    def reset(self) -> None:
        """Begin a new run where the sliders are."""
        st.session_state[self.updates] = 0.0
        st.session_state.pop(self._origin, None)

    def return_to_start(self) -> None:
        """Return to the start of the run."""
        self.start_at(self.begun_at())

    def begun_at(self) -> tuple[float, ...]:
        """Return the parameters before the first update: those of the sliders, until there is an update."""
        kept: tuple[float, ...] | None = st.session_state.get(self._origin)
        return kept or tuple(float(st.session_state[key]) for key in self.start)

    def find_start(self, updates: int, default: Sequence[float]) -> tuple[float, ...] | None:
        """Return the parameters before the first update, which the link holds; None while there is no update.

        A link without them, which nobody but a person writes, has them on its sliders. default: of the sliders.
        """
        if not updates:
            st.session_state.pop(self._origin, None)
            st.query_params.pop(self._origin, None)
            return None
        linked = _read(st.query_params.get(self._origin, ""), len(self.start))
        each = zip(self.start, default, strict=True)
        start = linked or st.session_state.get(self._origin) or tuple(_at(key, value) for key, value in each)
        st.session_state[self._origin] = start
        write_beside(self._origin, ",".join(map(repr, start)))
        links.accept(self._origin)
        return start

    def follow(
        self, points: Sequence[Sequence[float]], run: str, domains: Sequence[tuple[float, float]]
    ) -> tuple[float, ...]:
        """Put the sliders where the player of the run stands, and return that: at its last frame, unless it reported.

        points: the parameters of each frame. domains: of the sliders, which stop at their ends. Call it before they
        are drawn.
        """
        reported, frame = st.session_state.get(self._frame, ("", 0))
        point = points[frame if reported == run and frame < len(points) else -1]
        ends = [fine_range(domain) for domain in domains]
        shown = tuple(
            min(max(float(f"{value:.6g}"), low), high) for value, (low, high) in zip(point, ends, strict=True)
        )
        for key, value in zip(self.start, shown, strict=True):
            if st.session_state.get(key) != value:
                st.session_state[key] = value
        return shown

    def note_frame(self, run: str, frame: int) -> None:
        """Note the frame where the player of a run stands."""
        st.session_state[self._frame] = (run, frame)

    def start_at(self, parameters: Sequence[float]) -> None:
        """Put the sliders at these parameters, and begin a run there."""
        st.session_state.update(zip(self.start, parameters, strict=True))
        self.reset()

    def begin_for(self, model: Hashable, parameters: Sequence[float]) -> bool:
        """Begin a run at these parameters if the sliders belong to another `model` than before; return whether they do.

        It is called before the sliders are drawn, and ``end_begin`` after them.
        """
        if st.session_state.pop(self._unwritten, False):
            self._set_again()
        if st.session_state.setdefault(self._model, model) == model:
            return False
        self.start_at(parameters)
        return True

    def end_begin(
        self, model: Hashable, *, is_new: bool, parameters: Sequence[float], drawn: Sequence[float]
    ) -> None:
        """Remember the model. If the sliders do not stand at the parameters, run twice more, now and a little later.

        Streamlit takes the value of a slider whose range has changed from the link, whatever it was told before. At the
        next run the slider is no longer new, and stands where it is told. At the run after that, the link says so.
        """
        is_second, was_kept = (st.session_state.pop(name, False) for name in (self._repeated, self._kept))
        if is_new and not is_second and tuple(drawn) != tuple(parameters):
            st.session_state[self._repeated] = True
            st.rerun()
        st.session_state[self._model] = model
        each = zip(self.start, drawn, parameters, strict=True)
        unwritten = any(at != begin and key not in st.query_params for key, at, begin in each)
        if is_second or (was_kept and unwritten):
            self._run_later()

    def _run_later(self) -> None:
        st.session_state[self._unwritten] = True
        st.session_state[self._waiting] = True
        _run_once_more(self._waiting)

    def _set_again(self) -> None:
        """Set the sliders to where they are: only then does Streamlit write them into the link."""
        st.session_state.update({key: st.session_state[key] for key in self.start if key in st.session_state})

    def keep_for(self, model: Hashable) -> None:
        """Keep the sliders where they are for another model, even if their ranges and defaults are others."""
        self._set_again()
        st.session_state[self._model] = model
        st.session_state[self._kept] = True
        self.reset()

    @property
    def _origin(self) -> str:
        return f"{self.updates}_from"

    @property
    def _frame(self) -> str:
        return f"{self.updates}_frame"

    @property
    def _model(self) -> str:
        return f"{self.updates}_model"

    @property
    def _repeated(self) -> str:
        return f"{self.updates}_repeated"

    @property
    def _kept(self) -> str:
        return f"{self.updates}_kept"

    @property
    def _unwritten(self) -> str:
        return f"{self.updates}_unwritten"

    @property
    def _waiting(self) -> str:
        return f"{self.updates}_waiting"

    def add(self, updates: int, made: Callable[[int], int]) -> None:
        """Add updates to the run. made: number asked for -> number made before the run converges or diverges."""
        asked = min(round(st.session_state.get(self.updates, 0.0)) + updates, self.most)
        st.session_state[self._origin] = self.begun_at()
        st.session_state[self.updates] = float(made(asked))

    def choose_updates(self, label: str) -> int:
        """Draw the number of updates, and return it."""
        return count_input(label, self.most, key=self.updates)

    def draw_buttons(
        self, labels: Mapping[int, str], made: Callable[[int], int], *, reset: str, help: str, begun: bool
    ) -> None:
        """Draw a button for each number of updates in `labels`, and the one that returns to the start.

        made: see ``add``. reset, help: the label of the last button, and its tooltip. begun: whether it can be pressed.
        """
        for updates, label in labels.items():
            st.button(label, on_click=self.add, args=(updates, made), key=f"{self.updates}_add_{updates}")
        st.button(
            reset, on_click=self.return_to_start, disabled=not begun, help=help, key=f"{self.updates}_reset"
        )


def _read(words: str, count: int) -> tuple[float, ...] | None:
    """Return the numbers of a link; None unless there are ``count`` finite ones."""
    try:
        numbers = tuple(map(float, words.split(",")))
    except ValueError:
        return None
    return numbers if len(numbers) == count and all(map(math.isfinite, numbers)) else None


def _at(key: str, default: float) -> float:
    """Return the value of a slider that may not be drawn yet."""
    value: float = st.session_state.get(key, (_read(st.query_params.get(key, ""), 1) or (default,))[0])
    return float(value)


@fragment(run_every=0.2)
def _run_once_more(waiting: str) -> None:
    """Run the page again after the run in which the flag `waiting` was set."""
    if not st.session_state.pop(waiting, False):
        st.rerun()
