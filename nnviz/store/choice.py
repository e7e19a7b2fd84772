"""Choose the store by the environment variable NNVIZ_STORE."""

import os
import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from nnviz.store.store import Store, StoreUnavailable

VARIABLE = "NNVIZ_STORE"
NO_STORE = "none"


@cache
def open_store(address: str | None = None) -> Store:
    """Return the store of an address; without one, that of NNVIZ_STORE, or a file in the user's folder for data.

    address: ``sqlite:///relative.db``, ``sqlite:////absolute.db``, ``redis://host:port/0``, ``rediss://…``,
    ``unix://…``, or ``none`` where nothing can be kept. Nothing is opened or made before the first use.
    StoreUnavailable for ``none``; ValueError for another address; ImportError for Redis without the extra
    ``nnviz[redis]``.
    """
    chosen = address or os.environ.get(VARIABLE) or f"sqlite:///{default_file()}"
    scheme = urlsplit(chosen).scheme
    if chosen == NO_STORE:
        raise StoreUnavailable("This edition has no server.")
    if scheme == "sqlite":
        from nnviz.store.sqlite_store import SqliteStore

        return SqliteStore(Path(unquote(chosen.removeprefix("sqlite:///"))))
    if scheme in {"redis", "rediss", "unix"}:
        from nnviz.store.redis_store import RedisStore

        return RedisStore(chosen)
    raise ValueError(
        f"`{VARIABLE}` must begin with sqlite:///, redis://, rediss:// or unix://, got {chosen!r}"
    )


def default_file() -> Path:
    """Return the file of the default store, in the folder that the system has for a user's data."""
    home = Path.home()
    if sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
    elif sys.platform == "darwin":
        folder = home / "Library" / "Application Support"
    else:
        folder = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return folder / "nnviz" / "store.sqlite"
