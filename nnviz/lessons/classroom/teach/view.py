"""Show a lesson to its teacher, and open a live room for the class."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import streamlit as st

from nnviz import web
from nnviz._memory import kept
from nnviz.classroom import room
from nnviz.classroom import text as class_text
from nnviz.classroom.lesson_file import Known, Lesson, LessonError, Step, read_lesson, shipped
from nnviz.classroom.room import RoomError, State
from nnviz.lessons import pages
from nnviz.lessons.classroom.teach import chart, text
from nnviz.store import StoreUnavailable, open_store
from nnviz.web import links
from nnviz.web.components import declare_component
from nnviz.web.controls import select_registered
from nnviz.web.frames import say_uploads_are_refused
from nnviz.web.lesson import Chapter
from nnviz.web.turns import fragment
from nnviz.web.wording import plain_markdown, plain_words

LESSON: Final = "cl_lesson"
STEP: Final = "cl_step"
ROOM, SAID, BASE, ENDED = "class_room", "class_said", "class_base", "class_ended"
CONSOLE: Final = "class_console"
OWN: Final = "own"
EVERY: Final = 0.7  # seconds between two looks at the answers
WIDTHS: Final = (5, 4)
_CONSOLE = declare_component(CONSOLE, '<div class="console" hidden><svg role="img"></svg><p></p></div>')


class Titled(NamedTuple):
    """A lesson in the list of lessons."""

    label: str


def draw() -> None:
    """Draw the lesson at the left, and the room at the right."""
    left, right = st.columns(WIDTHS, gap="large")
    with left:
        lesson = choose_lesson()
        step = draw_step(lesson) if lesson else None
    with right:
        draw_room(step)


def known_names() -> Known:
    """Return the names that a lesson may use."""
    names = ["" if name == "home" else name for name in pages.MENU]
    return Known(names, pages.questions(), class_text.CHALLENGES)


@kept
def read(content: bytes) -> Lesson:
    """Return the lesson of a file, read once."""
    return read_lesson(content, known_names())


def choose_lesson() -> Lesson | None:
    """Draw the list of lessons; return the chosen one, or None while there is none."""
    files = shipped()
    titles = {name: Titled(read(file.read_bytes()).title) for name, file in files.items()}
    records = {**titles, OWN: Titled(text.OWN_LESSON)}
    name = select_registered(text.LESSON, records, next(iter(files)), key=LESSON, on_change=_begin)
    if name != OWN:
        _offer_file(files[name])
        return read(files[name].read_bytes())
    file = st.file_uploader(text.LESSON_FILE, "toml", key="cl_file", max_upload_size=1, help=text.LESSON_HELP)
    say_uploads_are_refused()
    if file is None:
        st.caption(text.NO_LESSON)
        return None
    try:
        return read(file.getvalue())
    except LessonError as error:
        st.error(text.WRONG_FILE)
        st.code(str(error), language=None, wrap_lines=True)
        return None


def _offer_file(file: Path) -> None:
    """Offer the file of a shipped lesson, to change it into one's own."""
    st.download_button(
        text.DOWNLOAD_LESSON,
        file.read_bytes(),
        file.name,
        "application/toml",
        on_click="ignore",
        key="cl_download",
    )


def _begin() -> None:
    """Begin a lesson at its first step."""
    st.session_state[STEP] = 0


def place_of(lesson: Lesson) -> int:
    """Return the place of the present step, which the link holds from the second one on."""
    links.accept(STEP)
    linked = st.query_params.get(STEP, "1")
    first = int(linked) - 1 if linked.isascii() and linked.isdigit() and len(linked) < 4 else 0
    place: int = st.session_state.setdefault(STEP, first)
    return min(max(place, 0), len(lesson.steps) - 1)


def draw_step(lesson: Lesson) -> Step:
    """Draw the present step with the teacher's note, and the buttons to the steps before and after."""
    place = place_of(lesson)
    st.query_params[STEP] = str(place + 1)
    step = lesson.steps[place]
    st.text(text.lesson_about(lesson.about, lesson.minutes))
    st.progress((place + 1) / len(lesson.steps))
    with st.container(horizontal=True):
        st.button(text.PREVIOUS, on_click=_move, args=(lesson, -1), disabled=place == 0, key="cl_previous")
        last = place == len(lesson.steps) - 1
        st.button(text.NEXT, on_click=_move, args=(lesson, 1), disabled=last, key="cl_next", type="primary")
        st.link_button(text.OPEN_STEP, step.link or ".")
    st.session_state["class_move"] = lesson
    with st.container(border=True):
        st.subheader(_title(lesson, place), anchor=False)
        st.caption(text.time_so_far(sum(each.minutes for each in lesson.steps[:place]), lesson.minutes))
        _say(text.NOTE_HEAD, step.note)
        _say(text.SEE_HEAD, step.see)
        asked = question_of(step)
        if asked is not None:
            _say(text.QUESTION_HEAD, "\n".join([asked["text"], *_lettered(asked)]))
            _say(text.ANSWER_HEAD, asked["reply"])
    st.caption(text.KEYS)
    return step


def _title(lesson: Lesson, place: int) -> str:
    step = lesson.steps[place]
    return plain_markdown(text.step_title(place + 1, len(lesson.steps), step.title, step.minutes))


def _say(head: str, words: str) -> None:
    """Draw a part of a step; the words of a lesson are plain text."""
    if words:
        st.markdown(f"**{head}**")
        st.text(words)


def _lettered(asked: State) -> list[str]:
    return [
        f"{letter}. {choice}{f' {text.RIGHT}' if place == asked['right'] else ''}"
        for place, (letter, choice) in enumerate(zip(chart.LETTERS, asked["choices"]))
    ]


def question_of(step: Step) -> State | None:
    """Return what a step asks, as the room needs it; None if it asks nothing."""
    if step.ask:
        return own_question(step.ask)
    if step.challenge:
        words, across, up = class_text.CHALLENGES[step.challenge]
        labels = {"across": across, "up": up, "name": step.challenge}
        return {"text": words, "choices": [], "right": -1, "reply": "", **labels}
    if step.question:
        choices = list(step.choices)
        return {"text": step.question, "choices": choices, "right": step.right, "reply": step.answer}
    return None


def own_question(key: str) -> State:
    """Return one of the app's own questions as plain text."""
    question = pages.questions()[key]
    answers = question.shuffled()
    right = next(place for place, answer in enumerate(answers) if answer.right)
    choices = [plain_words(answer.text) for answer in answers]
    reply = f"{choices[right]}. {plain_words(answers[right].reply)}"
    return {"text": plain_words(question.text), "choices": choices, "right": right, "reply": reply}


def _move(lesson: Lesson, by: int) -> None:
    """Go to another step; the class follows."""
    place = min(max(place_of(lesson) + by, 0), len(lesson.steps) - 1)
    st.session_state[STEP] = place
    _send_to(lesson.steps[place].link)


def _send_to(link: str) -> None:
    st.session_state.pop(BASE, None)
    if ROOM in st.session_state:
        act(room.go(link))


def act(update: Callable[[State], None]) -> None:
    """Change the room as its teacher; what fails is said on the page."""
    code, secret = st.session_state[ROOM]
    try:
        room.change(open_store(), code, secret, update)
        st.session_state.pop(SAID, None)
    except (RoomError, StoreUnavailable) as error:
        st.session_state[SAID] = str(error)
        if isinstance(error, RoomError) and error.status in {403, 404}:
            _forget_room()


def _forget_room() -> None:
    st.session_state.pop(ROOM, None)
    st.session_state[ENDED] = True


def draw_room(step: Step | None) -> None:
    """Draw the button that opens a room, or the room with its controls and answers."""
    st.subheader(text.ROOM_HEAD, anchor=False)
    code, secret = st.session_state.get(ROOM, ("", ""))
    ended = st.session_state.pop(ENDED, False)
    data = {"code": code, "secret": secret, "ended": ended, "texts": {"joinAt": text.JOIN_AT}}
    changes = {"on_room_change": _take_room, "on_move_change": _take_move, "on_at_change": _take_place}
    _CONSOLE(key=CONSOLE, data=data, **changes)
    if SAID in st.session_state:
        st.error(st.session_state[SAID])
    if not code:
        st.markdown(text.ROOM_ABOUT)
        st.button(text.OPEN_ROOM, on_click=_open_room, args=(step,), key="cl_open", type="primary")
        return
    st.link_button(
        text.OPEN_WINDOW, f"room/{code}?screen", help=text.WINDOW_HELP, icon=":material/present_to_all:"
    )
    state = _state()
    if state is not None:
        draw_controls(state, step)
        draw_answers(step)


def _open_room(step: Step | None) -> None:
    try:
        st.session_state[ROOM] = room.open_room(open_store())
        st.session_state.pop(SAID, None)
    except (RoomError, StoreUnavailable) as error:
        st.session_state[SAID] = f"{text.NO_STORE} {error}"
        return
    if step is not None:
        act(room.go(step.link))


def _state() -> State | None:
    """Return the state of the room; say what fails."""
    code, _ = st.session_state[ROOM]
    try:
        return room.read_room(open_store(), code)
    except (RoomError, StoreUnavailable) as error:
        st.error(f"{text.NO_STORE} {error}")
        return None


def draw_controls(state: State, step: Step | None) -> None:
    """Draw what the teacher can do with the room."""
    asked = question_of(step) if step is not None else None
    with st.container(horizontal=True):
        label = text.ASK_AGAIN if state["ask"] else text.ASK
        can_ask = asked is not None and (asked["choices"] or "across" in asked)
        st.button(label, on_click=_ask, args=(asked,), disabled=not can_ask, key="cl_ask", type="primary")
        is_open = bool(state["ask"]) and not state["shown"]
        st.button(text.SHOW, on_click=_show, disabled=not is_open, key="cl_show")
        st.button(text.CLEAR, on_click=act, args=(room.clear,), disabled=not state["ask"], key="cl_clear")
        with st.popover(text.OTHER):
            key = st.selectbox(
                text.OTHER_LABEL, list(pages.questions()), key="cl_other", format_func=_asked_in_short
            )
            st.button(text.ASK, on_click=_ask, args=(own_question(key),), key="cl_ask_other")
    with st.container(horizontal=True):
        for name, label in (("follow", text.FOLLOW), ("paused", text.PAUSE), ("door", text.DOOR)):
            st.session_state[f"cl_{name}"] = state[name]
            st.toggle(label, key=f"cl_{name}", on_change=_switch, args=(name,))
        with st.popover(text.END_ROOM):
            _offer_csv()
            st.button(text.END_SURE, on_click=_end, key="cl_end")


def _asked_in_short(key: str) -> str:
    words = plain_words(pages.questions()[key].text)
    return words if len(words) <= 70 else f"{words[:69]}…"


def _switch(name: str) -> None:
    act(room.switch(name, on=bool(st.session_state[f"cl_{name}"])))


def _ask(asked: State) -> None:
    """Ask the class. Students learn the right answer when it is shown."""
    if "across" in asked:
        begin = room.challenge(asked["text"], asked["across"], asked["up"], asked["name"])
    else:
        begin = room.ask(asked["text"], asked["choices"])

    def update(state: State) -> None:
        begin(state)
        room.note_solution(state, asked["right"], asked["reply"])

    act(update)


def _show() -> None:
    code, _ = st.session_state[ROOM]
    try:
        store = open_store()
        state = room.read_room(store, code)
        found = room.tally(store, code, state)
    except (RoomError, StoreUnavailable) as error:
        st.session_state[SAID] = str(error)
        return
    solution = state.get("solution", {"right": -1, "reply": ""})
    act(room.show(found, solution["right"], solution["reply"]))


def _end() -> None:
    code, secret = st.session_state[ROOM]
    try:
        room.end_room(open_store(), code, secret)
    except (RoomError, StoreUnavailable) as error:
        st.session_state[SAID] = str(error)
        return
    _forget_room()


def _offer_csv() -> None:
    """Offer all answers as a file, written once it is asked for."""
    code, secret = st.session_state[ROOM]
    st.download_button(
        text.CSV, lambda: room.write_csv(open_store(), code, secret), text.CSV_FILE, "text/csv", on_click="ignore",
        key="cl_csv",
    )  # fmt: skip


@fragment(run_every=EVERY)
def draw_answers(step: Step | None) -> None:  # noqa: ARG001 - another step is another fragment
    """Draw the answers as they arrive. Only the teacher sees them before they are shown."""
    if ROOM not in st.session_state:
        return
    code, _ = st.session_state[ROOM]
    try:
        store = open_store()
        state = room.read_room(store, code)
        found, students = room.tally(store, code, state), room.count_students(store, code)
    except (RoomError, StoreUnavailable) as error:
        st.error(f"{text.NO_STORE} {error}")
        return
    st.markdown(f"**{text.said(students, found.total)}**")
    asked = state["ask"]
    if asked is None:
        st.caption(text.NOTHING_ASKED)
        return
    st.text(asked["text"])
    if asked["kind"] == "numbers":
        web.render(chart.draw_points(found.points, asked["across"], asked["up"]), key="cl_points")
        return
    web.render(chart.draw_bars(found.counts), key="cl_bars")
    st.text("\n".join(f"{letter}. {choice}" for letter, choice in zip(chart.LETTERS, asked["choices"])))


def _take_room() -> None:
    """Take the room that this browser remembers, if it is one whose secret fits."""
    given = st.session_state[CONSOLE].get("room")
    if not isinstance(given, dict) or ROOM in st.session_state:
        return
    code, secret = str(given.get("code", "")), str(given.get("secret", ""))
    try:
        if room.is_teacher(room.read_room(open_store(), code), secret):
            st.session_state[ROOM] = code, secret
    except RoomError:
        st.session_state[ENDED] = True
    except StoreUnavailable as error:
        st.session_state[SAID] = f"{text.NO_STORE} {error}"


def _take_move() -> None:
    """Go to another step, because of a key here or in the window of the class."""
    by, lesson = st.session_state[CONSOLE].get("move"), st.session_state.get("class_move")
    if by in {1, -1} and isinstance(lesson, Lesson):
        _move(lesson, int(by))


def _take_place() -> None:
    """Send students where the window of the class is, after the teacher has changed something in it.

    The first place after a step is the page of the step as the browser writes it.
    """
    at = st.session_state[CONSOLE].get("at")
    if not isinstance(at, str) or len(at) > room.MOST_LINK or ROOM not in st.session_state:
        return
    if BASE in st.session_state and st.session_state[BASE] != at:
        act(room.go(at))
    st.session_state[BASE] = at


CHAPTER = Chapter("teach", text.CHAPTER, draw)
