"""The numbers of a loss or an optimizer that a person may change, and what they may be."""

from collections.abc import Mapping
from typing import NamedTuple


class Setting(NamedTuple):
    """Default and legal values of one setting: ``low < value < high``, and ``low`` itself if ``closed``."""

    default: float
    low: float
    high: float
    closed: bool
    meaning: str

    def allows(self, value: float) -> bool:
        """Whether ``value`` is legal; nan never is."""
        return self.low < value < self.high or (self.closed and value == self.low)

    def legal(self, name: str) -> str:
        """The legal values in words, such as ``0 < tau < 1``."""
        above = f"{self.low:g} {'≤' if self.closed else '<'} {name}"
        return f"{above} < {self.high:g}" if self.high < float("inf") else f"{above}, finite"


def complete(owner: str, known: Mapping[str, Setting], given: Mapping[str, float]) -> dict[str, float]:
    """Every setting in ``known`` with its given or its default value; ValueError if one is not legal."""
    for name, value in given.items():
        if name not in known:
            raise ValueError(f"{owner} has no setting {name!r}; it has: {', '.join(known) or 'none'}")
        if not known[name].allows(value):
            raise ValueError(f"{name} of {owner} is {value!r}; legal is {known[name].legal(name)}")
    return {name: given.get(name, setting.default) for name, setting in known.items()}
