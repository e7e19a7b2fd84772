"""A store in a server of Redis or Valkey, for several machines. It needs the extra ``nnviz[redis]``.

The server decides what survives its own restart (``appendonly``), and must not evict what has not expired
(``maxmemory-policy noeviction``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import redis
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

from nnviz.store.store import MAX_STORE, Items, StoreFull, StoreUnavailable, check_key, check_value

WAIT = 2.0  # seconds for an answer of the server
PREFIX = "nnviz:"  # of every key, because the server may serve others, too
_SWAP = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1"""
_APPEND = """
if redis.call('LLEN', KEYS[1]) >= tonumber(ARGV[4]) then return 0 end
if tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '0') >= tonumber(ARGV[5]) then return 0 end
redis.call('RPUSH', KEYS[1], ARGV[1] .. '\\n' .. ARGV[2])
redis.call('HINCRBY', KEYS[2], ARGV[1], 1)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1"""
_COUNT = """
if ARGV[1] == '0' then return tonumber(redis.call('GET', KEYS[1]) or '0') end
local amount = redis.call('INCRBY', KEYS[1], ARGV[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return amount"""


class RedisStore:
    """A store in a server of Redis or Valkey. A list is forgotten as a whole, ``seconds`` after its last item."""

    def __init__(self, address: str) -> None:
        """Use the server at an address such as redis://localhost:6379/0; nothing is sent before the first use."""
        # One further try reaches a server that was started again since the last use. What is asked twice in that case
        # does no harm: a value is the same, and of a member's items the last one counts.
        self._client = redis.Redis.from_url(
            address,
            socket_timeout=WAIT,
            socket_connect_timeout=WAIT,
            retry=Retry(ConstantBackoff(0.05), 1),
        )
        self._swap = self._client.register_script(_SWAP)
        self._append = self._client.register_script(_APPEND)
        self._count = self._client.register_script(_COUNT)

    def get(self, key: str) -> bytes | None:
        """Return the value of a key; None if there is none any more."""
        check_key(key)
        with _explained():
            return cast(bytes | None, self._client.get(_value(key)))

    def put(self, key: str, value: bytes, seconds: float, *, only_new: bool = False) -> bool:
        """Set a value; return False, and write nothing, if ``only_new`` and the key has a value."""
        check_key(key)
        check_value(value)
        with _explained():
            return bool(self._client.set(_value(key), value, px=_milliseconds(seconds), nx=only_new))

    def swap(self, key: str, old: bytes, new: bytes, seconds: float) -> bool:
        """Set a value if the key has the value ``old``; return whether it had."""
        check_key(key)
        check_value(new)
        with _explained():
            return bool(self._swap(keys=[_value(key)], args=[old, new, _milliseconds(seconds)]))

    def append(self, name: str, member: str, value: bytes, seconds: float, *, most: int, each: int) -> bool:
        """Add an item to a list; return False, and write nothing, if it has ``most``, or ``each`` of this member."""
        check_key(name)
        check_key(member)
        check_value(value)
        given: list[str | bytes | int] = [member, value, _milliseconds(seconds), most, each]
        with _explained():
            return bool(self._append(keys=[_list(name), _members(name)], args=given))

    def read(self, name: str, after: int = 0) -> Items:
        """Return the items of a list after a place that `read` returned before."""
        check_key(name)
        with _explained():
            found = cast(list[bytes], self._client.lrange(_list(name), after, -1))
        parts = [item.partition(b"\n") for item in found]
        return Items([(member.decode(), value) for member, _, value in parts], after + len(found))

    def count(self, key: str, seconds: float, amount: int = 1) -> int:
        """Add to a counter that begins at 0, and begins again ``seconds`` after its first addition; return it."""
        check_key(key)
        with _explained():
            return int(cast(int, self._count(keys=[_counter(key)], args=[amount, _milliseconds(seconds)])))

    def forget(self, *names: str) -> None:
        """Remove values, lists and counters with these names."""
        kinds = (_value, _list, _members, _counter)
        with _explained():
            self._client.delete(*(kind(name) for name in names for kind in kinds))

    def fullness(self) -> float:
        """Return the part of the server's memory that is in use, from 0 to 1."""
        with _explained():
            memory = self._client.info("memory")
        return float(memory["used_memory"] / (memory["maxmemory"] or MAX_STORE))

    def close(self) -> None:
        """Close the connections of this process."""
        self._client.close()


def _value(key: str) -> str:
    return f"{PREFIX}v:{key}"


def _list(name: str) -> str:
    return f"{PREFIX}l:{{{name}}}"  # braces: in a cluster, a list and its members are on one server


def _members(name: str) -> str:
    return f"{PREFIX}m:{{{name}}}"


def _counter(key: str) -> str:
    return f"{PREFIX}c:{key}"


def _milliseconds(seconds: float) -> int:
    return max(round(1000 * seconds), 1)


@contextmanager
def _explained() -> Iterator[None]:
    """Raise the failures of the client in words."""
    try:
        yield
    except ResponseError as error:
        if str(error).startswith(("OOM", "MISCONF")) or "command not allowed when used memory" in str(error):
            raise StoreFull("The store is full, or its disk is.") from error
        raise StoreUnavailable(f"The store refused a command: {error}.") from error
    except RedisError as error:
        raise StoreUnavailable("The store cannot be reached.") from error
