"""Hold a certificate in the norms "rms" and "outside", and read and write it as a file like that of the sup norm."""

from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np

from nnviz._checks import argument_error, check, check_between, check_one_of
from nnviz._display import displayed
from nnviz._types import Array, Bounds
from nnviz.approximation.certificate.file_parts import (
    MOST_NUMBERS,
    exact,
    network_as_json,
    number_or_none,
    read_document,
    read_network_part,
    read_target,
    target_as_json,
    write_document,
)
from nnviz.approximation.certificate.record import ASSUMPTIONS, NUMBERS, Status
from nnviz.approximation.measurable.intervals import checked_intervals, total_length
from nnviz.networks import LayeredNetwork, ShallowNetwork
from nnviz.networks.network_file import number_from_json, numbers_from_json, read_json
from nnviz.targets.convert import Target

Norm = Literal["rms", "outside"]

CLAIMS: Final = {
    "rms": "the square root of the mean of (f(x) - N(x))^2 over the interval is below epsilon",
    "outside": "|f(x) - N(x)| < epsilon for every real x in the interval that is in no exceptional interval, and the "
    "lengths of the exceptional intervals add up to at most the measure",
}
_NEEDED: Final = (
    "norm",
    "status",
    "low",
    "bound",
    "at",
    "measure",
    "exceptional",
    "cells",
    "interval",
    "epsilon",
    "target",
    "network",
)


@displayed(lambda proof: proof.sentence())
@dataclass(frozen=True, eq=False)
class NormCertificate:
    """The result for a claim about f − N in the norm ``norm`` on K = ``interval``, (a, b).

    "rms"      (1/|K| ∫ (f − N)²)^½ < ε, where ``low`` and ``bound`` enclose the left side
    "outside"  |f − N| < ε on K outside of the ``exceptional`` intervals (n, 2), whose ``length`` in all is at most
               ``measure`` = δ; ``bound`` is an upper bound of |f − N| there, and outside of every set of measure δ
               sup |f − N| is at least ``low``

    status: "proved", "refuted" or "undecided". bound: None if no finite bound is known. at: a point where the search
    found no bound, or None. cells: the number of cells that were examined. In both norms a set of measure 0 on which f
    has no value does not count.
    """

    status: Status
    norm: Norm
    epsilon: float
    low: float
    bound: float | None
    network: ShallowNetwork
    target: Target
    interval: Bounds
    measure: float | None
    exceptional: Array
    at: float | None = None
    cells: int = 0

    @property
    def length(self) -> float:
        """An upper bound of the measure of the exceptional intervals."""
        return total_length(self.exceptional)

    def to_json(self) -> str:
        """Return the certificate as the text of a JSON file, from which the same float64 numbers are read again."""
        document = {
            "norm": self.norm,
            "claim": CLAIMS[self.norm],
            "interval": self.interval,
            "epsilon": self.epsilon,
            "measure": self.measure,
            "status": self.status,
            "low": self.low,
            "bound": self.bound,
            "at": self.at,
            "cells": self.cells,
            "length": self.length,
            "exceptional": [exact(pair) for pair in self.exceptional.tolist()],
            "target": target_as_json(self.target),
            "network": network_as_json(self.network),
            "numbers": NUMBERS,
            "assumptions": ASSUMPTIONS,
        }
        return write_document(document)

    def sentence(self) -> str:
        """Return one line with the status, the claim and the result."""
        low, high = self.interval
        where = f"[{low:g}, {high:g}]"
        if self.norm == "rms":
            claim = f"the root mean square of f(x) - N(x) over {where} is below {self.epsilon:g}"
            found = "" if self.bound is None else f" It is between {self.low:.6g} and {self.bound:.6g}."
        else:
            claim = f"|f(x) - N(x)| < {self.epsilon:g} on {where}, except on a set of measure at most {self.measure:g}"
            count = len(self.exceptional)
            found = (
                f" There are {count} exceptional intervals. Their total length is at most {self.length:.6g}."
            )
            if self.bound is not None:
                found += f" The largest error outside of them is at most {self.bound:.6g}."
            found += f" Outside of every set of this measure it is at least {self.low:.6g}."
        return f"{self.status}: {claim}.{found}"

    @classmethod
    def from_json(cls, text: str) -> "NormCertificate":
        """Return the certificate in the text of a file without checking its proof; ValueError if it cannot be read."""
        return read_document(text, _NEEDED, _read)


def names_a_norm(text: str) -> bool:
    """Return whether a file is a certificate in one of these norms, and not in the sup norm."""
    try:
        document = read_json(text)
    except ValueError:
        return False
    return isinstance(document, dict) and document.get("norm") in get_args(Norm)


def _read(document: dict[str, Any]) -> NormCertificate:
    """Return the certificate in a JSON document; ValueError if a part is wrong."""
    status, norm, cells = document["status"], document["norm"], document["cells"]
    check_one_of("status", status, get_args(Status))
    check_one_of("norm", norm, get_args(Norm))
    check_between("cells", cells, 0, 2**53, whole=True)
    interval = _read_interval(document["interval"])
    measure, epsilon = (
        number_or_none("measure", document["measure"]),
        number_from_json("epsilon", document["epsilon"]),
    )
    check(
        "measure",
        measure,
        (measure is None) == (norm == "rms"),
        "a number for the norm outside, otherwise null",
    )
    check_between("epsilon", epsilon, 0, above=True)
    network = read_network_part(document["network"])
    if isinstance(network, LayeredNetwork):
        raise argument_error(
            "network", "a network with one hidden layer", f"{len(network.widths)} hidden layers"
        )
    return NormCertificate(
        status,
        norm,
        epsilon,
        number_from_json("low", document["low"]),
        number_or_none("bound", document["bound"]),
        network,
        read_target(document["target"]),
        interval,
        measure,
        _read_exceptional(document["exceptional"], interval),
        number_or_none("at", document["at"]),
        cells,
    )


def _read_exceptional(part: Any, interval: Bounds) -> Array:
    """Return the exceptional intervals (n, 2); ValueError unless they are disjoint, ascending and inside of K."""
    if not isinstance(part, list):
        raise argument_error("exceptional", "a list of pairs", part)
    check_between("the length of exceptional", len(part), 0, MOST_NUMBERS, whole=True)
    rows = [numbers_from_json("exceptional", pair, 2) for pair in part]
    check("exceptional", part, all(len(row) == 2 for row in rows), "a list of pairs")
    return checked_intervals(np.array(rows).reshape(-1, 2), interval)


def _read_interval(part: Any) -> Bounds:
    """Return K as (a, b)."""
    check("interval", part, isinstance(part, list) and len(part) == 2, "[a, b]")
    low, high = (number_from_json("interval", end) for end in part)
    check("interval", (low, high), low < high, "[a, b] with a < b")
    return low, high
