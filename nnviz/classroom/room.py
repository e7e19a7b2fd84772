"""A live room: what it shows, who may change it, and the answers, all behind a store that several processes share.

The teacher has a secret, and the store its hash. A student has a token that the room signed. A room is forgotten as a
whole four hours after the teacher's last action, or when the teacher ends it.
"""

import csv
import hashlib
import hmac
import io
import json
import math
import secrets
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from nnviz.classroom import text
from nnviz.store import Store
from nnviz.web.short_links import new_code

CODE_LENGTH = 6  # of 31 letters: short enough to type, 9e8 codes
SECONDS = 4 * 3600.0
MOST_STUDENTS = 500
ANSWERS_EACH = 20  # of one student to one question; the last one counts
MOST_LINK = 8000  # characters of the link that students follow
MOST_ROUNDS = 60  # questions of a room
ROOMS_A_MINUTE = 60
_LARGEST = 1e12  # of a result

State = dict[str, Any]


class RoomError(ValueError):
    """A room refuses something. The message says why. ``status`` is that of HTTP."""

    def __init__(self, words: str, status: int = 409) -> None:
        """Refuse with words."""
        super().__init__(words)
        self.status = status


class Tally(NamedTuple):
    """The answers to a question, one for each student: how often each choice, or the two numbers of each result."""

    counts: list[int]
    points: list[tuple[float, float]]

    @property
    def total(self) -> int:
        """How many students have answered."""
        return sum(self.counts) or len(self.points)


def open_room(store: Store) -> tuple[str, str]:
    """Open a room; return its code, and the secret of its teacher."""
    if store.count("rooms", 60, 1) > ROOMS_A_MINUTE:
        raise RoomError(text.TOO_MANY_ROOMS, 429)
    secret = secrets.token_urlsafe(24)
    state: State = {
        "version": 1, "teacher": _hash(secret), "key": secrets.token_hex(16), "link": "", "follow": False,
        "paused": False, "door": True, "round": 0, "ask": None, "shown": None, "past": [],
    }  # fmt: skip
    while not store.put(_key(code := new_code(CODE_LENGTH)), _encode(state), SECONDS, only_new=True):
        pass
    return code, secret


def read_room(store: Store, code: str) -> State:
    """Return the state of a room; RoomError if there is none."""
    content = (
        store.get(_key(code)) if code.isascii() and code.isalnum() and len(code) == CODE_LENGTH else None
    )
    if content is None:
        raise RoomError(text.NO_ROOM, 404)
    state: State = json.loads(content)
    return state


def public(state: Mapping[str, Any]) -> State:
    """Return what students may know of a room."""
    return {key: value for key, value in state.items() if key not in {"teacher", "key", "past", "solution"}}


def is_teacher(state: Mapping[str, Any], secret: str) -> bool:
    """Return whether somebody has the secret of the room's teacher, in a time that does not tell how nearly."""
    return hmac.compare_digest(str(state["teacher"]), _hash(secret))


def change(store: Store, code: str, secret: str, update: Callable[[State], None]) -> State:
    """Change the state of a room as its teacher, and return it; RoomError for anybody else."""
    while True:
        before = store.get(_key(code))
        if before is None:
            raise RoomError(text.NO_ROOM, 404)
        state: State = json.loads(before)
        if not is_teacher(state, secret):
            raise RoomError(text.NOT_TEACHER, 403)
        update(state)
        state["version"] += 1
        if store.swap(_key(code), before, _encode(state), SECONDS):
            return state


def end_room(store: Store, code: str, secret: str) -> None:
    """Forget a room and all that was answered in it."""
    state = read_room(store, code)
    if not is_teacher(state, secret):
        raise RoomError(text.NOT_TEACHER, 403)
    rounds = [_answers(code, number) for number in range(1, state["round"] + 1)]
    store.forget(_key(code), f"in:{code}", *rounds)


def ask(words: str, choices: list[str]) -> Callable[[State], None]:
    """Return the change that asks a question. Students learn the right choice when the answers are shown."""
    return _begin({"kind": "choice", "text": words, "choices": choices})


def challenge(words: str, across: str, up: str, name: str = "") -> Callable[[State], None]:
    """Return the change that asks for results of two numbers each. name: under which pages publish such results."""
    return _begin({"kind": "numbers", "text": words, "across": across, "up": up, "name": name})


def _begin(asked: State) -> Callable[[State], None]:
    def update(state: State) -> None:
        if state["round"] >= MOST_ROUNDS:
            raise RoomError(text.too_many("questions", MOST_ROUNDS))
        state["round"] += 1
        state["past"].append(asked)
        state["ask"] = {**asked, "open": True}
        state["shown"] = None

    return update


def note_solution(state: State, right: int, reply: str) -> None:
    """Keep the right choice, or -1, and its explanation, for the teacher alone until the answers are shown."""
    state["solution"] = {"right": right, "reply": reply}


def show(tally: Tally, right: int, reply: str) -> Callable[[State], None]:
    """Return the change that closes the question and shows the answers with the right one and its explanation."""

    def update(state: State) -> None:
        if state["ask"] is not None:
            state["ask"]["open"] = False
            state["shown"] = {"counts": tally.counts, "points": tally.points, "right": right, "reply": reply}

    return update


def clear(state: State) -> None:
    """Take the question and its answers from all screens."""
    state["ask"] = state["shown"] = None


def go(link: str) -> Callable[[State], None]:
    """Return the change of the page that students who follow see."""
    if len(link) > MOST_LINK:
        raise RoomError(text.too_long("link", MOST_LINK))

    def update(state: State) -> None:
        state["link"] = link

    return update


def switch(name: str, *, on: bool) -> Callable[[State], None]:
    """Return the change of a switch: ``follow``, ``paused`` or ``door``."""

    def update(state: State) -> None:
        state[name] = on

    return update


def join(store: Store, code: str) -> str:
    """Let a student in, and return the token that the student answers with."""
    state = read_room(store, code)
    if not state["door"]:
        raise RoomError(text.DOOR_CLOSED, 403)
    if store.count(f"in:{code}", SECONDS) > MOST_STUDENTS:
        raise RoomError(text.ROOM_FULL, 403)
    member = secrets.token_hex(8)
    return f"{member}.{_sign(state, member)}"


def count_students(store: Store, code: str) -> int:
    """Return how many students have joined."""
    return min(store.count(f"in:{code}", SECONDS, 0), MOST_STUDENTS)


def answer(store: Store, code: str, token: str, number: int, value: object) -> None:
    """Keep a student's answer to the question ``number``; when this returns, it is kept. RoomError if it is refused."""
    state = read_room(store, code)
    member, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode(), _sign(state, member).encode()):
        raise RoomError(text.NOT_JOINED, 403)
    if state["ask"] is None or number != state["round"] or not state["ask"]["open"] or state["paused"]:
        raise RoomError(text.NOT_OPEN)
    content = json.dumps(_checked(state["ask"], value)).encode()
    most = ANSWERS_EACH * MOST_STUDENTS
    if not store.append(_answers(code, number), member, content, SECONDS, most=most, each=ANSWERS_EACH):
        raise RoomError(text.ANSWERED_OFTEN, 429)


def _checked(asked: Mapping[str, Any], value: object) -> int | list[float]:
    """Return an answer as it is kept; RoomError if it is none."""
    if asked["kind"] == "choice":
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(asked["choices"]):
            return value
    elif isinstance(value, list) and len(value) == 2:
        numbers = [each for each in value if isinstance(each, int | float) and not isinstance(each, bool)]
        if len(numbers) == 2 and all(math.isfinite(each) and abs(each) <= _LARGEST for each in numbers):
            return [float(each) for each in numbers]
    raise RoomError(text.NO_ANSWER_VALUE, 400)


def tally(store: Store, code: str, state: Mapping[str, Any]) -> Tally:
    """Return the answers to the present question; of each student the last one counts."""
    if state["ask"] is None:
        return Tally([], [])
    last = _last_answers(store, code, state["round"])
    if state["ask"]["kind"] == "numbers":
        return Tally([], [(across, up) for across, up in last])
    return Tally([last.count(place) for place in range(len(state["ask"]["choices"]))], [])


def _last_answers(store: Store, code: str, number: int) -> list[Any]:
    """Return the last answer of each student to a question."""
    return list(
        {member: json.loads(value) for member, value in store.read(_answers(code, number)).items}.values()
    )


def write_csv(store: Store, code: str, secret: str) -> str:
    """Return all answers of a room as CSV, in an order that does not tell who gave them.

    RoomError for anybody but its teacher.
    """
    state = read_room(store, code)
    if not is_teacher(state, secret):
        raise RoomError(text.NOT_TEACHER, 403)
    lines = io.StringIO()
    table = csv.writer(lines)
    table.writerow(text.CSV_HEAD)
    for number, asked in enumerate(state["past"], 1):
        for value in sorted(_last_answers(store, code, number)):
            told = value if isinstance(value, list) else [_plain_cell(asked["choices"][value])]
            table.writerow([number, _plain_cell(asked["text"]), *told])
    return lines.getvalue()


def _plain_cell(words: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{words}" if words[:1] in {"=", "+", "-", "@", "\t", "\r"} else words


def _encode(state: State) -> bytes:
    return json.dumps(state).encode()


def _key(code: str) -> str:
    return f"room:{code}"


def _answers(code: str, number: int) -> str:
    return f"answers:{code}:{number}"


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _sign(state: Mapping[str, Any], member: str) -> str:
    return hmac.new(bytes.fromhex(state["key"]), member.encode(), hashlib.sha256).hexdigest()[:32]
