"""Say to readers and to the type checker what a test knows about a value."""

from typing import TypeVar

T = TypeVar("T")


def present(value: T | None) -> T:
    """Return a value that is not None; AssertionError where it is."""
    assert value is not None
    return value
