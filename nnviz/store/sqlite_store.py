"""A store in a file of SQLite, for several processes of one machine."""

import contextlib
import logging
import os
import sqlite3
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nnviz.store.store import MAX_STORE, Items, StoreFull, StoreUnavailable, check_key, check_value

WAIT = 3.0  # seconds for another process that writes
SWEEP = 256  # writes of this process between two removals of what has expired
_PAGE = 4096  # bytes
_LOG = logging.getLogger("nnviz")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value BLOB NOT NULL, expires REAL NOT NULL);
CREATE TABLE IF NOT EXISTS items (
  place INTEGER PRIMARY KEY AUTOINCREMENT, list TEXT NOT NULL, member TEXT NOT NULL, value BLOB NOT NULL,
  expires REAL NOT NULL);
CREATE TABLE IF NOT EXISTS counts (key TEXT PRIMARY KEY, amount INTEGER NOT NULL, expires REAL NOT NULL);
CREATE INDEX IF NOT EXISTS of_list ON items (list, place);
CREATE INDEX IF NOT EXISTS of_member ON items (list, member);
CREATE INDEX IF NOT EXISTS old_entries ON entries (expires);
CREATE INDEX IF NOT EXISTS old_items ON items (expires);
CREATE INDEX IF NOT EXISTS old_counts ON counts (expires);
"""
_TABLES = {"entries": "key", "items": "list", "counts": "key"}


@dataclass
class _Append:
    """An item that waits to be written, and what became of it."""

    name: str
    member: str
    value: bytes
    expires: float
    most: int
    each: int
    done: bool = False
    written: bool = False
    error: StoreUnavailable | None = None


class SqliteStore:
    """A store in a file: the default. The file is made at the first use.

    Writes are on the disk before a method returns (synchronous = FULL). One connection serves all threads, in turn; it
    is opened again after a failure, and when the file was replaced. A file that was removed while a process had it open
    is written again, with all that it held.
    """

    def __init__(self, file: Path, *, clock: Callable[[], float] = time.time, most: int = MAX_STORE) -> None:
        """Keep everything in ``file``. clock: the time in seconds. most: bytes of the whole file."""
        self._file, self._clock, self._most = file, clock, most
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._waiting: deque[_Append] = deque()
        self._connection: sqlite3.Connection | None = None
        self._identity = (0, 0)
        self._writes = 0

    def get(self, key: str) -> bytes | None:
        """Return the value of a key; None if there is none any more."""
        check_key(key)
        with self._use(write=False) as db:
            return self._value(db, key)

    def _value(self, db: sqlite3.Connection, key: str) -> bytes | None:
        found = "SELECT value FROM entries WHERE key = ? AND expires > ?"
        row = db.execute(found, (key, self._clock())).fetchone()
        return None if row is None else bytes(row[0])

    def put(self, key: str, value: bytes, seconds: float, *, only_new: bool = False) -> bool:
        """Set a value; return False, and write nothing, if ``only_new`` and the key has a value."""
        check_key(key)
        check_value(value)
        with self._use() as db:
            if only_new and self._value(db, key) is not None:
                return False
            self._set(db, key, value, seconds)
        return True

    def _set(self, db: sqlite3.Connection, key: str, value: bytes, seconds: float) -> None:
        db.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", (key, value, self._clock() + seconds))

    def swap(self, key: str, old: bytes, new: bytes, seconds: float) -> bool:
        """Set a value if the key has the value ``old``; return whether it had."""
        check_key(key)
        check_value(new)
        with self._use() as db:
            if self._value(db, key) != old:
                return False
            self._set(db, key, new, seconds)
        return True

    def append(self, name: str, member: str, value: bytes, seconds: float, *, most: int, each: int) -> bool:
        """Add an item to a list; return False, and write nothing, if it has ``most``, or ``each`` of this member."""
        check_key(name)
        check_key(member)
        check_value(value)
        one = _Append(name, member, value, self._clock() + seconds, most, each)
        self._waiting.append(one)
        with self._turn:
            if not one.done:
                self._write_waiting()
        if one.error is not None:
            raise one.error
        return one.written

    def _write_waiting(self) -> None:
        """Write all items that wait, of all threads, in one transaction: the disk is waited for once."""
        batch: list[_Append] = []
        with contextlib.suppress(IndexError):
            while True:
                batch.append(self._waiting.popleft())
        try:
            with self._use() as db:
                for one in batch:
                    one.written = self._add(db, one)
        except StoreUnavailable as error:
            for one in batch:
                one.error = error
        for one in batch:
            one.done = True

    def _add(self, db: sqlite3.Connection, one: "_Append") -> bool:
        """Add an item, if its list and its member have place for it."""
        live = "SELECT count(*) FROM items WHERE list = ? AND expires > ?"
        now = self._clock()
        of_all = db.execute(live, (one.name, now)).fetchone()[0]
        of_member = db.execute(f"{live} AND member = ?", (one.name, now, one.member)).fetchone()[0]
        if of_all >= one.most or of_member >= one.each:
            return False
        row = (one.name, one.member, one.value, one.expires)
        db.execute("INSERT INTO items (list, member, value, expires) VALUES (?, ?, ?, ?)", row)
        return True

    def read(self, name: str, after: int = 0) -> Items:
        """Return the items of a list after a place that `read` returned before."""
        check_key(name)
        wanted = "SELECT place, member, value FROM items WHERE list = ? AND place > ? AND expires > ? ORDER BY place"
        with self._use(write=False) as db:
            rows = db.execute(wanted, (name, after, self._clock())).fetchall()
        return Items([(member, bytes(value)) for _, member, value in rows], rows[-1][0] if rows else after)

    def count(self, key: str, seconds: float, amount: int = 1) -> int:
        """Add to a counter that begins at 0, and begins again ``seconds`` after its first addition; return it."""
        check_key(key)
        now = self._clock()
        with self._use(write=amount != 0) as db:
            if amount == 0:
                row = db.execute(
                    "SELECT amount FROM counts WHERE key = ? AND expires > ?", (key, now)
                ).fetchone()
                return int(row[0]) if row else 0
            db.execute("DELETE FROM counts WHERE key = ? AND expires <= ?", (key, now))
            added = "INSERT INTO counts VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET amount = amount + ?"
            db.execute(added, (key, amount, now + seconds, amount))
            return int(db.execute("SELECT amount FROM counts WHERE key = ?", (key,)).fetchone()[0])

    def forget(self, *names: str) -> None:
        """Remove values, lists and counters with these names."""
        with self._use() as db:
            for table, column in _TABLES.items():
                db.executemany(f"DELETE FROM {table} WHERE {column} = ?", [(name,) for name in names])  # noqa: S608

    def fullness(self) -> float:
        """Return the part of the store that is in use, from 0 to 1."""
        with self._use(write=False) as db:
            pages, free = (
                db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count")
            )
        return float((pages - free) * _PAGE / self._most)

    def close(self) -> None:
        """Close the connection of this process."""
        with self._lock:
            self._drop()

    @contextmanager
    def _use(self, *, write: bool = True) -> Iterator[sqlite3.Connection]:
        """Yield the connection, in a transaction if it writes, to one thread at a time."""
        with self._lock:
            try:
                db = self._connect()
                if write:
                    db.execute("BEGIN IMMEDIATE")
                    self._sweep(db)
                yield db
                if write:
                    db.execute("COMMIT")
            except sqlite3.Error as error:
                self._undo()
                raise _explained(error) from error
            except OSError as error:
                raise StoreUnavailable(
                    f"The folder of the store cannot be used: {error.strerror}."
                ) from error
            except BaseException:
                self._undo()
                raise

    def _sweep(self, db: sqlite3.Connection) -> None:
        """Remove what has expired, from time to time."""
        if self._writes % SWEEP == 0:
            for table in _TABLES:
                db.execute(f"DELETE FROM {table} WHERE expires <= ?", (self._clock(),))  # noqa: S608
        self._writes += 1

    def _connect(self) -> sqlite3.Connection:
        """Return the open connection; open it first if there is none, or if the file is another one."""
        if self._connection is not None and _identity(self._file) != self._identity:
            with contextlib.suppress(sqlite3.Error, OSError):
                self._write_again(self._connection)
            self._drop()
        if self._connection is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = self._open()
            weakref.finalize(
                self, self._connection.close
            )  # Python 3.13 warns of a connection that is left open
            self._identity = _identity(self._file)
            self._writes = 0
        return self._connection

    def _write_again(self, db: sqlite3.Connection) -> None:
        """Put the content of an open file where it was. One process does it, and the others wait for it."""
        claim, copy = (self._file.with_name(f".{self._file.name}.{part}") for part in ("claim", "copy"))
        self._file.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.close(os.open(claim, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            deadline = time.monotonic() + WAIT
            while claim.exists() and time.monotonic() < deadline:
                time.sleep(0.01)
            return
        try:
            if not self._file.exists():
                self._copy(db, copy)
        finally:
            copy.unlink(missing_ok=True)
            claim.unlink(missing_ok=True)

    def _copy(self, db: sqlite3.Connection, copy: Path) -> None:
        """Copy an open file to ``copy`` and then to its place, without what SQLite kept beside the removed file."""
        copy.unlink(missing_ok=True)
        for part in ("-wal", "-shm"):
            self._file.with_name(self._file.name + part).unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(copy)) as target:
            db.backup(target)
        os.link(copy, self._file)
        _LOG.warning("the file of the store was removed; it was written again")

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._file, timeout=WAIT, isolation_level=None, check_same_thread=False)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute(f"PRAGMA max_page_count = {self._most // _PAGE}")
            db.executescript(_SCHEMA)
        except sqlite3.Error:
            db.close()
            raise
        return db

    def _undo(self) -> None:
        """End a transaction that failed; close a connection that cannot even do that."""
        if self._connection is not None and self._connection.in_transaction:
            try:
                self._connection.execute("ROLLBACK")
            except sqlite3.Error:
                self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None


def _identity(file: Path) -> tuple[int, int]:
    """Return what tells a file from another one of the same name; zeros if there is none."""
    try:
        found = os.stat(file)
    except OSError:
        return (0, 0)
    return found.st_dev, found.st_ino


def _explained(error: sqlite3.Error) -> StoreUnavailable:
    """Return the failure in words."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return StoreFull("The store or its disk is full.")
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StoreUnavailable("The store is busy. Another process has locked it.")
    if code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return StoreUnavailable("The file of the store is damaged, or it is not a file of SQLite.")
    return StoreUnavailable(f"The file of the store cannot be used: {error}.")
