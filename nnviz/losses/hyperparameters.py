"""Describe the numbers of a loss, an optimizer or a schedule that a person may change, and check what is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, kw_only=True)
class Hyperparameter:
    """Hold the default and the legal values of one number: ``low < value < high``, and ``low`` itself if ``closed``.

    meaning: what the number does, for a label, such as "the error beyond which the loss grows linearly".
    """

    default: float
    low: float
    high: float
    closed: bool = False
    meaning: str

    def allows(self, value: float) -> bool:
        """Return whether ``value`` is legal; nan never is."""
        return self.low < value < self.high or (self.closed and value == self.low)

    @property
    def requirement(self) -> str:
        """The legal values in words, such as "above 0 and below 1"."""
        above = f"{'at least' if self.closed else 'above'} {self.low:g}"
        return f"{above} and below {self.high:g}" if self.high < inf else f"{above} and finite"


def complete(owner: str, known: Mapping[str, Hyperparameter], given: Mapping[str, float]) -> dict[str, float]:
    """Return every hyperparameter in ``known`` with its given or its default value.

    ValueError for a name that is not in ``known``, or a value that is not legal; ``owner`` is whose they are.
    """
    for name, value in given.items():
        if name not in known:
            raise ValueError(
                f"{owner} has no hyperparameter {name!r}; its hyperparameters are: {', '.join(known) or 'none'}"
            )
        if not known[name].allows(value):
            raise ValueError(f"`{name}` of {owner} must be {known[name].requirement}, got {value!r}")
    return {name: given.get(name, one.default) for name, one in known.items()}
