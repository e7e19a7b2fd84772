"""Hold the records that a person can choose from, by name, and accept new ones while the app runs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol, TypeVar


class Named(Protocol):
    """A record with a name, by which links, exported code and other records refer to it."""

    @property
    def name(self) -> str:
        """The name, unique in its registry."""


R = TypeVar("R", bound=Named)


class Registry(Mapping[str, R]):
    """A mapping from the name of each record to the record, in the order in which they were registered.

    kind: what the records are, in messages. missing: returns the name of the first field that a record lacks, or "".
    """

    def __init__(self, kind: str, records: Iterable[R], missing: Callable[[R], str]) -> None:
        self._kind, self._missing = kind, missing
        self._records: dict[str, R] = {}
        for record in records:
            self.register(record)

    def register(self, record: R) -> None:
        """Add a record; ValueError if a field is missing (the message names it) or the name is taken."""
        field = self._missing(record)
        if field:
            raise ValueError(f"the {self._kind} {record.name!r} lacks the field `{field}`")
        if record.name in self._records:
            raise ValueError(
                f"`name` must be new, got {record.name!r}, which is the name of a registered {self._kind}"
            )
        self._records[record.name] = record

    def remove(self, name: str) -> None:
        """Take a record out again; KeyError for a name that is not registered."""
        del self._records[name]

    def where(self, condition: Callable[[R], bool]) -> "View[R]":
        """Return the records that meet a condition, as a view: records registered later are in it too."""
        return View((self,), condition)

    def __getitem__(self, name: str) -> R:
        return self._records[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)


class View(Mapping[str, R]):
    """Hold the records of one or more mappings that meet a condition at the time they are asked for."""

    def __init__(self, sources: tuple[Mapping[str, R], ...], condition: Callable[[R], bool]) -> None:
        self._sources, self._condition = sources, condition

    def __getitem__(self, name: str) -> R:
        for source in self._sources:
            if name in source and self._condition(source[name]):
                return source[name]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (
            name for source in self._sources for name, record in source.items() if self._condition(record)
        )

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def where(self, condition: Callable[[R], bool]) -> "View[R]":
        """Return those of the records that meet a further condition, as a view."""
        return View((self,), condition)


def joined(*sources: Mapping[str, R]) -> "View[R]":
    """Return the records of several registries as one view, in the order given."""
    return View(sources, lambda _: True)


def first_empty(record: object, fields: Iterable[str]) -> str:
    """Return the first of ``fields`` that is an empty text or None in ``record``; "" if there is none."""
    return next((field for field in fields if getattr(record, field) in ("", None, ())), "")
