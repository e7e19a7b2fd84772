"""A room keeps every answer that it acknowledged, and obeys nobody but its teacher."""

import asyncio
import csv
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from nnviz.classroom import room, routes, text
from nnviz.classroom.room import RoomError, State
from nnviz.store import Store
from nnviz.store.sqlite_store import SqliteStore
from tests.cases import all_hold
from tests.clock import Clock
from tests.loops import run

CHOICES = ["one", "=two"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Store:
    one = SqliteStore(tmp_path / "s.sqlite", clock=clock)
    monkeypatch.setattr(routes, "open_store", lambda: one)
    return one


def refuses(status: int, words: str, work: Callable[..., object], *given: object) -> None:
    with pytest.raises(RoomError, match=words) as found:
        work(*given)
    assert found.value.status == status


def test_a_question_is_asked_answered_shown_and_asked_again(store: Store) -> None:
    code, secret = room.open_room(store)
    ann, bob = room.join(store, code), room.join(store, code)
    room.change(store, code, secret, room.ask("Which?", CHOICES))
    room.answer(store, code, ann, 1, 0)
    room.answer(store, code, bob, 1, 1)
    room.answer(store, code, ann, 1, 1)  # the last answer of a student counts
    state = room.read_room(store, code)
    assert (room.tally(store, code, state).counts, room.count_students(store, code)) == ([0, 2], 2)
    shown = room.change(store, code, secret, room.show(room.tally(store, code, state), 1, "Because."))
    assert shown["shown"] == {"counts": [0, 2], "points": [], "right": 1, "reply": "Because."}
    refuses(409, "not open", room.answer, store, code, ann, 1, 0)
    room.change(store, code, secret, room.challenge("How few?", "units", "error"))
    refuses(409, "not open", room.answer, store, code, ann, 1, 0)
    room.answer(store, code, ann, 2, [8, 0.5])
    assert room.tally(store, code, room.read_room(store, code)).points == [(8.0, 0.5)]
    rows = list(csv.reader(room.write_csv(store, code, secret).splitlines()))
    assert rows[1:] == [["1", "Which?", "'=two"], ["1", "Which?", "'=two"], ["2", "How few?", "8.0", "0.5"]]
    room.change(store, code, secret, room.clear)
    assert room.tally(store, code, room.read_room(store, code)).total == 0


def test_nobody_acts_as_teacher_or_as_another_student(store: Store) -> None:
    code, secret = room.open_room(store)
    other, _ = room.open_room(store)
    token = room.join(store, code)
    for guess in ("", token, secret[:-1], secret.upper()):
        refuses(403, "Only the teacher", room.change, store, code, guess, room.clear)
        refuses(403, "Only the teacher", room.end_room, store, code, guess)
        refuses(403, "Only the teacher", room.write_csv, store, code, guess)
    refuses(403, "Only the teacher", room.change, store, other, secret, room.clear)
    told = json.dumps(room.public(room.read_room(store, code)))
    assert all(kept not in told for kept in (secret, "teacher", "key"))
    room.change(store, code, secret, room.ask("Which?", CHOICES))
    room.change(store, code, secret, lambda state: room.note_solution(state, 1, "Because."))
    told = json.dumps(room.public(room.read_room(store, code)))
    assert '"right"' not in told
    assert "Because" not in told
    for forged in ("", ".", token[:-1], f"0{token}", room.join(store, other)):
        refuses(403, "not joined", room.answer, store, code, forged, 1, 0)


def test_answers_that_are_none_and_floods_are_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    code, secret = room.open_room(store)
    token = room.join(store, code)
    room.change(store, code, secret, room.ask("Which?", CHOICES))
    values: list[object] = [2, -1, True, "0", None, [0], 0.5, {}]
    all_hold(
        lambda value: refuses(400, "not an answer", room.answer, store, code, token, 1, value),
        {repr(value): value for value in values},
    )
    for _ in range(room.ANSWERS_EACH):
        room.answer(store, code, token, 1, 1)
    refuses(429, "many times", room.answer, store, code, token, 1, 0)
    room.change(store, code, secret, room.switch("paused", on=True))
    refuses(409, "not open", room.answer, store, code, token, 1, 0)
    monkeypatch.setattr(room, "MOST_STUDENTS", 2)
    room.join(store, code)
    refuses(403, "full", room.join, store, code)
    room.change(store, code, secret, room.switch("door", on=False))
    refuses(403, "no further", room.join, store, code)
    with pytest.raises(RoomError, match="at most"):
        room.go("x" * 9000)


def test_a_room_is_forgotten(store: Store, clock: Clock) -> None:
    code, secret = room.open_room(store)
    room.change(store, code, secret, room.ask("Which?", CHOICES))
    room.answer(store, code, room.join(store, code), 1, 0)
    room.end_room(store, code, secret)
    refuses(404, "no room", room.read_room, store, code)
    assert store.read(f"answers:{code}:1").items == []
    code, secret = room.open_room(store)
    clock.now += room.SECONDS + 1
    refuses(404, "no room", room.change, store, code, secret, room.clear)
    for wrong in ("", "../../a", "ABCDEF", "é" * 6):
        refuses(404, "no room", room.read_room, store, wrong)


ROUTES = {route.path.rpartition("/")[2]: route.endpoint for route in routes.room_routes()}


async def ask(name: str, code: str, body: bytes = b"", query: bytes = b"") -> tuple[int, State]:
    """What a route answers: its status and its JSON."""
    scope = {
        "type": "http", "method": "POST", "path": f"/room/{code}/{name}", "headers": [], "query_string": query,
        "client": ("10.0.0.1", 1), "path_params": {"code": code},
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    answer: Response = await ROUTES[name](Request(scope, receive))
    return answer.status_code, json.loads(bytes(answer.body))


def test_the_routes_let_in_keep_answers_and_tell_changes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "LOOK", 0.01)
    monkeypatch.setattr(routes, "HELD", 0.05)
    code, secret = room.open_room(store)

    async def visit() -> None:
        status, told = await ask("join", code.upper())
        assert status == 200
        assert (await ask("state", code))[1]["version"] == 1
        waiting = asyncio.create_task(ask("state", code, query=b"after=1"))
        await asyncio.sleep(0)
        room.change(store, code, secret, room.ask("Which?", CHOICES))
        while (state := (await waiting)[1])["version"] == 1:
            waiting = asyncio.create_task(ask("state", code, query=b"after=1"))
        assert state["ask"]["text"] == "Which?"
        given = json.dumps({"token": told["token"], "round": 1, "value": 1}).encode()
        assert await ask("answer", code, given) == (200, {"kept": 1})
        for wrong in (b"", b"[]", b"{}", b"[" * 1000, b'{"token": 1, "round": "x", "value": 1}', b"\xff"):
            assert (await ask("answer", code, wrong))[0] == 400
        assert (await ask("answer", code, given + b" " * 3000))[0] == 413
        assert (await ask("join", "zzzzzz"))[0] == 404
        room.end_room(store, code, secret)
        while (await ask("state", code, query=b"after=2"))[0] == 200:
            pass
        assert (await ask("state", code))[1] == {"error": text.NO_ROOM}
        while routes._WATCHES:
            await asyncio.sleep(0.01)

    run(visit)


def test_codes_are_not_guessed_and_a_store_that_is_away_is_said(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _ = room.open_room(store)

    async def guess() -> None:
        statuses = [(await ask("join", "zzzzzz"))[0] for _ in range(31)]
        assert statuses == [404] * 30 + [429]
        assert (await ask("join", code))[0] == 429
        monkeypatch.setattr(routes, "open_store", lambda: SqliteStore(Path("/dev/null/none")))
        assert await ask("join", code) == (503, {"error": text.STORE_AWAY})
        assert (await ask("state", code))[0] == 503

    run(guess)


def test_a_student_who_sends_very_often_has_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, pace = Clock(), routes.Pace(2, 10.0)
    monkeypatch.setattr(time, "monotonic", clock)
    for token in ("a", "b", "a", "b"):
        pace.note(token)
    clock.now += 9.0
    with pytest.raises(RoomError, match="very often") as refused:
        pace.note("a")
    assert refused.value.status == 503  # the screen tries again
    clock.now += 2.0
    pace.note("a")
    for number in range(routes.MOST_PACES + 5):
        pace.note(str(number))
    assert len(pace._sent) == routes.MOST_PACES
