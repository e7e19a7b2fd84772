"""Both stores keep the same promises, the one of Redis in a real server; what fails is said, and nothing is lost."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest

from nnviz.store import Items, Store, StoreFull, StoreUnavailable, open_store
from nnviz.store.choice import default_file
from nnviz.store.redis_store import RedisStore
from nnviz.store.sqlite_store import SqliteStore
from nnviz.store.store import MAX_KEY, MAX_VALUE
from tests.store.servers import Server, skip_without_redis

HOUR = 3600.0
T = TypeVar("T")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    skip_without_redis()
    one = Server(tmp_path_factory.mktemp("redis"))
    one.start()
    yield one
    one.stop()


@pytest.fixture(params=["sqlite", "redis"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    one: Store
    if request.param == "redis":
        one = RedisStore(request.getfixturevalue("server").address)
        one.forget("a", "b", "list", "gone")
    else:
        one = SqliteStore(tmp_path / "new" / "store.sqlite")
    yield one
    one.close()


def until(wanted: T, ask: Callable[[], T]) -> None:
    """Wait until a question has an answer."""
    deadline = time.monotonic() + 20
    while (found := ask()) != wanted and time.monotonic() < deadline:
        time.sleep(0.01)
    assert found == wanted


def add(store: Store, member: str, value: bytes, most: int = 100, each: int = 10) -> bool:
    return store.append("list", member, value, HOUR, most=most, each=each)


def test_values_are_set_kept_exchanged_and_forgotten(store: Store) -> None:
    assert store.get("a") is None
    assert store.put("a", b"\x00one\n", HOUR)
    assert not store.put("a", b"two", HOUR, only_new=True)
    assert store.get("a") == b"\x00one\n"
    assert not store.swap("a", b"other", b"three", HOUR)
    assert store.swap("a", b"\x00one\n", b"three", HOUR)
    assert not store.swap("gone", b"", b"three", HOUR)
    assert store.put("b", b"", HOUR, only_new=True)
    store.forget("a")
    assert (store.get("a"), store.get("b"), store.get("gone")) == (None, b"", None)


def test_lists_grow_to_their_bounds_and_are_read_from_any_place(store: Store) -> None:
    assert store.read("list") == Items([], 0)
    assert add(store, "x", b"1\n2")
    assert add(store, "y", b"")
    first = store.read("list")
    assert first.items == [("x", b"1\n2"), ("y", b"")]
    assert not add(store, "x", b"3", each=1)
    assert not add(store, "z", b"3", most=2)
    assert store.read("list", first.after) == Items([], first.after)
    assert add(store, "z", b"4")
    assert store.read("list", first.after).items == [("z", b"4")]
    store.forget("list")
    assert store.read("list").items == []
    assert add(store, "x", b"5", each=1)


def test_counters_add_up_and_everything_expires(store: Store) -> None:
    assert [store.count("a", HOUR), store.count("a", HOUR, 5), store.count("b", HOUR)] == [1, 6, 1]
    assert [store.count("a", HOUR, 0), store.count("gone", HOUR, 0)] == [6, 0]
    store.put("a", b"1", 0.03)
    store.append("list", "x", b"1", 0.03, most=1, each=1)
    store.count("gone", 0.03, 7)
    until(None, lambda: store.get("a"))
    until(0, lambda: len(store.read("list").items))
    assert store.append("list", "x", b"2", HOUR, most=1, each=1)
    until(True, lambda: store.count("gone", 0.03) == 1)
    assert store.put("a", b"2", HOUR, only_new=True)


def test_what_is_too_long_is_refused_before_it_is_sent(store: Store) -> None:
    for key in ("", "a" * (MAX_KEY + 1), "é", "a\n"):
        with pytest.raises(ValueError, match="`key` must be"):
            store.get(key)
        with pytest.raises(ValueError, match="`key` must be"):
            add(store, key, b"")
    with pytest.raises(ValueError, match="`value` must have at most"):
        store.put("a", b"x" * (MAX_VALUE + 1), HOUR)


def test_many_threads_write_at_once_and_nothing_is_lost(store: Store) -> None:
    store.put("a", b"0", HOUR)

    def one_more(number: int) -> bool:
        while not store.swap("a", old := store.get("a") or b"", str(int(old) + 1).encode(), HOUR):
            pass
        return add(store, f"m{number}", str(number).encode(), most=20)

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(one_more, range(24)))
    assert store.get("a") == b"24"
    assert sum(done) == len(store.read("list").items) == 20
    assert 0 < store.fullness() < 0.5


WRITER = """
import sys
from nnviz.store import open_store
store = open_store()
for number in range(40):
    store.append("list", sys.argv[1], str(number).encode(), 60, most=1000, each=100)
    print(number, flush=True)
"""


def test_two_processes_share_a_file_and_one_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    given = {**os.environ, "NNVIZ_STORE": address}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, name], env=given, stdout=subprocess.PIPE)
        for name in "xy"
    ]
    assert writers[0].stdout is not None
    told = [writers[0].stdout.readline() for _ in range(5)]
    writers[0].kill()
    told += writers[0].stdout.readlines()
    writers[0].stdout.close()
    assert len(writers[1].communicate()[0].splitlines()) == 40
    writers[0].wait()
    store = SqliteStore(Path(address.removeprefix("sqlite:///")))
    items = store.read("list").items
    store.close()
    kept = [int(value) for member, value in items if member == "x"]
    assert kept[: len(told)] == list(range(len(told)))
    assert sum(member == "y" for member, _ in items) == 40


def test_a_server_that_is_away_is_said_and_found_again_with_what_it_acknowledged(tmp_path: Path) -> None:
    skip_without_redis()
    own = Server(tmp_path)
    store = RedisStore(own.address)
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        store.get("a")
    own.start()
    assert add(store, "x", b"1")
    own.stop()  # killed
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        add(store, "x", b"2")
    own.start()
    assert add(store, "x", b"3")
    assert store.read("list").items == [("x", b"1"), ("x", b"3")]
    store._client.config_set("maxmemory", 1)
    with pytest.raises(StoreFull):
        add(store, "x", b"4")
    store._client.config_set("maxmemory", 0)
    assert add(store, "x", b"5")
    store.close()
    own.stop()


def test_a_full_file_is_said_and_what_was_acknowledged_stays(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.sqlite", most=200 * 4096)
    store.put("a", b"kept", HOUR)
    with pytest.raises(StoreFull, match="full"):
        store.put("b", b"x" * MAX_VALUE, HOUR)
    assert store.get("a") == b"kept"
    assert store.put("b", b"fits", HOUR)
    store.close()


def test_a_file_that_is_locked_damaged_or_in_no_folder_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnviz.store.sqlite_store.WAIT", 0.05)
    file = tmp_path / "s.sqlite"
    store = SqliteStore(file)
    store.put("a", b"1", HOUR)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="busy"):
        store.put("a", b"2", HOUR)
    assert store.get("a") == b"1"
    other.execute("ROLLBACK")
    other.close()
    assert store.put("a", b"3", HOUR)
    new = SqliteStore(tmp_path / "new")
    new.put("a", b"4", HOUR)
    new.close()
    for part in tmp_path.glob("s.sqlite-*"):
        part.unlink()
    (tmp_path / "new").replace(file)
    assert store.get("a") == b"4"  # another file
    (tmp_path / "text").write_text("no file of SQLite " * 500, encoding="utf-8")
    with pytest.raises(StoreUnavailable, match="damaged"):
        SqliteStore(tmp_path / "text").get("a")
    with pytest.raises(StoreUnavailable, match="folder"):
        SqliteStore(file / "below" / "s.sqlite").get("a")
    with pytest.raises(StoreUnavailable, match="cannot be used"):
        SqliteStore(tmp_path).get("a")
    store.close()


@pytest.mark.parametrize("left", [(), ("-wal", "-shm")])
def test_a_file_that_is_removed_is_written_again(
    left: tuple[str, ...], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "s.sqlite"
    one, other = SqliteStore(file), SqliteStore(file)
    for store, key in ((one, "a"), (other, "b")):
        store.put(key, b"kept", HOUR)
    one.append("answers", "anna", b"1", HOUR, most=9, each=9)
    for part in ("", "-wal", "-shm"):
        if part not in left:
            file.with_name(file.name + part).unlink()
    assert (one.get("a"), one.get("b")) == (b"kept", b"kept")
    other.append("answers", "berta", b"2", HOUR, most=9, each=9)
    third = SqliteStore(file)
    assert third.read("answers").items == [("anna", b"1"), ("berta", b"2")] == one.read("answers").items
    assert caplog.messages == ["the file of the store was removed; it was written again"]
    for store in (one, other, third):
        store.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [file.name]


def test_the_environment_chooses_the_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NNVIZ_STORE", f"sqlite:///{tmp_path}/a%20b.sqlite")
    store = open_store.__wrapped__()
    store.put("a", b"1", HOUR)
    store.close()
    assert (tmp_path / "a b.sqlite").exists()
    with pytest.raises(ValueError, match="`NNVIZ_STORE` must begin with"):
        open_store("mysql://localhost")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert sys.platform != "linux" or default_file() == tmp_path / "nnviz" / "store.sqlite"


def test_without_a_server_nothing_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNVIZ_STORE", "none")
    with pytest.raises(StoreUnavailable, match="no server"):
        open_store.__wrapped__()
