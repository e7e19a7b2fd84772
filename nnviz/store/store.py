"""Say what a store can do, which sizes it accepts, and how it fails."""

from typing import NamedTuple, Protocol

MAX_KEY = 120  # characters
MAX_VALUE = 1024 * 1024  # bytes of one value
MAX_STORE = 256 * 1024 * 1024  # bytes of the whole store; Redis may have a smaller limit of its own


class StoreUnavailable(Exception):
    """The store cannot be reached at this time. Nothing was acknowledged, and it is right to try again."""


class StoreFull(StoreUnavailable):
    """The store has no place left. Nothing was written."""


class Items(NamedTuple):
    """The items of a list after a place: (member, value) of each, in their order, and the place after the last one."""

    items: list[tuple[str, bytes]]
    after: int


class Store(Protocol):
    """A store of values and lists, each with a time after which it is forgotten.

    Each method is atomic, also between processes. A method that returns has written what it says, and another process
    finds it there. Each raises StoreUnavailable if the store cannot be reached, and StoreFull if it has no place left.
    ValueError for a key or a value that is too long. seconds: the time after which the value is forgotten.
    """

    def get(self, key: str) -> bytes | None:
        """Return the value of a key; None if there is none any more."""

    def put(self, key: str, value: bytes, seconds: float, *, only_new: bool = False) -> bool:
        """Set a value; return False, and write nothing, if ``only_new`` and the key has a value."""

    def swap(self, key: str, old: bytes, new: bytes, seconds: float) -> bool:
        """Set a value if the key has the value ``old``; return whether it had."""

    def append(self, name: str, member: str, value: bytes, seconds: float, *, most: int, each: int) -> bool:
        """Add an item to a list.

        Return False, and write nothing, if the list has ``most`` items, or ``each`` of this member.
        """

    def read(self, name: str, after: int = 0) -> Items:
        """Return the items of a list after a place that `read` returned before."""

    def count(self, key: str, seconds: float, amount: int = 1) -> int:
        """Add to a counter that begins at 0, and begins again ``seconds`` after its first addition; return it.

        An ``amount`` of 0 writes nothing.
        """

    def forget(self, *names: str) -> None:
        """Remove values, lists and counters with these names."""

    def fullness(self) -> float:
        """Return the part of the store that is in use, from 0 to 1."""

    def close(self) -> None:
        """Close the connections of this process."""


def check_key(key: str) -> None:
    """ValueError unless the key is short, printable ASCII."""
    if not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise ValueError(f"`key` must be 1 to {MAX_KEY} printable ASCII characters, got {key[:MAX_KEY]!r}")


def check_value(value: bytes) -> None:
    """ValueError if a value is too long."""
    if len(value) > MAX_VALUE:
        raise ValueError(f"`value` must have at most {MAX_VALUE} bytes, got {len(value)}")
