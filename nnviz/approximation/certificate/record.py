"""Hold a certificate with its claim, its result and its assumptions, and read and write it as a file."""

from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from nnviz._checks import check, check_between, check_one_of
from nnviz._display import displayed
from nnviz._types import Array
from nnviz.approximation.certificate.file_parts import (
    MOST_NUMBERS,
    exact,
    lower_bound_as_json,
    network_as_json,
    number_or_none,
    read_cell_ends,
    read_document,
    read_lower_bound,
    read_network_part,
    read_target,
    target_as_json,
    write_document,
)
from nnviz.approximation.lower_bound import LowerBound
from nnviz.enclosures import LIBM_ULP
from nnviz.networks import Network
from nnviz.networks.network_file import number_from_json
from nnviz.targets.convert import Target

Status = Literal["proved", "refuted", "undecided"]

NUMBERS: Final = "A text such as 0x1.8p+1 is exactly that number. Any other number means the nearest float64."
ASSUMPTIONS: Final = (
    "The network N is its formula over the real numbers, with exactly the float64 parameters given here.",
    "The function f is the formula over the real numbers, or the linear interpolation of the points given here. "
    "A decimal number in the formula means the nearest float64. The names pi, e and tau mean the real numbers.",
    "Sums, products, quotients and square roots are rounded to nearest, as IEEE 754 requires.",
    f"The error of the elementary functions of NumPy is at most {LIBM_ULP} units in the last place. This holds in "
    "float64, and in long double, which is used where float64 is not precise enough.",
)
"""The sentences that a certificate assumes."""


@displayed(lambda proof: proof.summary())
@dataclass(frozen=True, eq=False)
class Certificate:
    """The result for the claim |f(x) − N(x)| < ε for every real x in K = ``interval``, (a, b) or ((a, b), (c, d)).

    ``status``   "proved", "refuted" or "undecided"
    ``bound``    if proved, an upper bound of sup |f − N| that is below ``epsilon``; otherwise None
    ``at``       if refuted, an x with |f(x) − N(x)| > ε; if undecided, the point where the search ended, or None;
                 a pair for two inputs
    ``reason``   the result in sentences, for the user
    ``rounding`` a bound of the further error from evaluating the network in float64; None if there is no bound
    ``cells``    the number of cells that were examined
    ``cell_ends`` (n + 1,) the ends of the n adjacent cells on which the proof succeeded, for one input; else None
    ``lower_bound`` the number of units that every ReLU network with one hidden layer needs, with its proof; or None
    ``low``      if proved or refuted, a lower bound of sup |f − N|: low ≤ sup |f − N| ≤ ``bound``
    ``largest_at`` the point where |f − N| is at least ``low``
    """

    status: Status
    bound: float | None
    at: Any
    reason: str
    network: Network
    target: Target
    interval: Any
    epsilon: float
    rounding: float | None = None
    cells: int = 0
    cell_ends: Array | None = None
    lower_bound: LowerBound | None = None
    low: float | None = None
    largest_at: Any = None

    def to_json(self) -> str:
        """Return the certificate as the text of a JSON file, from which the same float64 numbers are read again."""
        found = {name: getattr(self, name) for name in _RESULT}
        ends = self.cell_ends
        document = {
            "claim": "|f(x) - N(x)| < epsilon for every real x in the interval",
            "interval": self.interval,
            "epsilon": self.epsilon,
            **found,
            "target": target_as_json(self.target),
            "network": network_as_json(self.network),
            "cell_ends": None if ends is None or len(ends) > MOST_NUMBERS else exact(ends),
            "lower_bound": lower_bound_as_json(self.lower_bound),
            "numbers": NUMBERS,
            "assumptions": ASSUMPTIONS,
        }
        return write_document(document)

    def claim(self) -> str:
        """Return the claim as words of a sentence."""
        sides = self.interval if self.network.inputs > 1 else [self.interval]
        where = " x ".join(f"[{low:g}, {high:g}]" for low, high in sides)
        return f"|f(x) - N(x)| < {self.epsilon:g} for every x in {where}"

    def summary(self) -> str:
        """Return the status, the claim and the bounds of the largest error, in less than a line."""
        between = [f"{end:.4g}" for end in (self.low, self.bound) if end is not None]
        size = (
            f", largest error {'between ' if len(between) > 1 else ''}{' and '.join(between)}"
            if between
            else ""
        )
        return f"{self.status}: {self.claim()}{size}"

    def sentence(self) -> str:
        """Return one line with the status, the claim and the result."""
        claim = self.claim()
        if self.status == "proved":
            return f"proved: {claim}. The error is at most {self.bound:.6g}."
        return f"{self.status}: {claim}. {self.reason}"

    @classmethod
    def from_json(cls, text: str) -> "Certificate":
        """Return the certificate in the text of a file without checking its proof; ValueError if it cannot be read."""
        return read_document(text, _NEEDED, _read)


_RESULT: Final = ("status", "bound", "at", "reason", "rounding", "cells", "low", "largest_at")
_NEEDED: Final = ("interval", "epsilon", *_RESULT, "target", "network", "cell_ends", "lower_bound")


def _read(document: dict[str, Any]) -> Certificate:
    """Return the certificate in a JSON document; ValueError if a part is wrong."""
    status, reason, cells = document["status"], document["reason"], document["cells"]
    check_one_of("status", status, get_args(Status))
    check("reason", reason, isinstance(reason, str), "text")
    check_between("cells", cells, 0, 2**53, whole=True)
    interval = _read_interval(document["interval"])
    return Certificate(
        status,
        number_or_none("bound", document["bound"]),
        _read_point("at", document["at"]),
        reason,
        read_network_part(document["network"]),
        read_target(document["target"]),
        interval,
        number_from_json("epsilon", document["epsilon"]),
        number_or_none("rounding", document["rounding"]),
        cells,
        read_cell_ends(document["cell_ends"], interval),
        read_lower_bound(document["lower_bound"]),
        number_or_none("low", document["low"]),
        _read_point("largest_at", document["largest_at"]),
    )


def _read_point(name: str, at: Any) -> Any:
    """Return a point: a number, a pair for two inputs, or None."""
    if isinstance(at, list) and len(at) == 2:
        return tuple(number_from_json(name, part) for part in at)
    return number_or_none(name, at)


def _read_interval(sides: Any) -> Any:
    """Return (a, b), or such a pair for each of two inputs."""
    allowed = isinstance(sides, list) and len(sides) == 2
    check("interval", sides, allowed, "[a, b], or [[a, b], [c, d]] for two inputs")
    if all(isinstance(side, list) and len(side) == 2 for side in sides):
        return tuple(tuple(number_from_json("interval", end) for end in side) for side in sides)
    return tuple(number_from_json("interval", side) for side in sides)
