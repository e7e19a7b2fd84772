"""Hold a certificate in the norms "rms" and "outside", and read and write it as a file like that of the sup norm."""

from dataclasses import dataclass
from typing import Any, Final, Literal, cast, get_args

import numpy as np

from nnviz._checks import argument_error, check, check_between, check_one_of
from nnviz._display import displayed
from nnviz._types import Array, Bounds, Box, PlanePoint
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
from nnviz.approximation.measurable.box_sets import area_of, checked_boxes
from nnviz.approximation.measurable.intervals import checked_intervals, total_length
from nnviz.networks import LayeredNetwork, ShallowNetwork
from nnviz.networks.network_file import number_from_json, numbers_from_json, read_json
from nnviz.targets.convert import Target

Norm = Literal["rms", "outside"]

CLAIMS: Final = {
    "rms": "the square root of the mean of (f(x) - N(x))^2 over the interval is below epsilon",
    "outside": "|f(x) - N(x)| < epsilon for every real x in the interval that is in no exceptional interval, and the "
    "lengths of the exceptional intervals add up to at most the measure",
    "boxes": "|f(x) - N(x)| < epsilon for every x in the box K that is in no exceptional box [a, b, c, d], which means "
    "a <= x <= b and c <= y <= d, and the areas of the exceptional boxes add up to at most the measure",
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
    """The result for a claim about f − N in the norm ``norm`` on K = ``interval``, (a, b), or a box.

    "rms"      (1/|K| ∫ (f − N)²)^½ < ε, where ``low`` and ``bound`` enclose the left side
    "outside"  |f − N| < ε on K outside of the ``exceptional`` intervals (n, 2), whose ``length`` in all is at most
               ``measure`` = δ; ``bound`` is an upper bound of |f − N| there, and outside of every set of measure δ
               sup |f − N| is at least ``low``

    For two inputs K is a box ((a, b), (c, d)), ``exceptional`` holds boxes (n, 2, 2), and ``length`` is their area.

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
    interval: Any  # (a, b), or ((a, b), (c, d))
    measure: float | None
    exceptional: Array
    at: Any = None
    cells: int = 0

    @property
    def length(self) -> float:
        """An upper bound of the measure of the exceptional intervals, or boxes."""
        return total_length(self.exceptional) if self.exceptional.ndim == 2 else area_of(self.exceptional)

    @property
    def sides(self) -> Array:
        """The sides of K, (1, 2), or (2, 2) for two inputs."""
        return np.atleast_2d(self.interval)

    def to_json(self) -> str:
        """Return the certificate as the text of a JSON file, from which the same float64 numbers are read again."""
        document = {
            "norm": self.norm,
            "claim": CLAIMS["boxes" if self.norm == "outside" and len(self.sides) == 2 else self.norm],
            "interval": self.interval,
            "epsilon": self.epsilon,
            "measure": self.measure,
            "status": self.status,
            "low": self.low,
            "bound": self.bound,
            "at": self.at,
            "cells": self.cells,
            "length": self.length,
            "exceptional": [
                exact(pair) for pair in self.exceptional.reshape(-1, 2 * len(self.sides)).tolist()
            ],
            "target": target_as_json(self.target),
            "network": network_as_json(self.network),
            "numbers": NUMBERS,
            "assumptions": ASSUMPTIONS,
        }
        return write_document(document)

    def claim(self) -> str:
        """Return the claim as words of a sentence."""
        where = " x ".join(f"[{low:g}, {high:g}]" for low, high in self.sides.tolist())
        if self.norm == "rms":
            return f"the root mean square of f(x) - N(x) over {where} is below {self.epsilon:g}"
        return f"|f(x) - N(x)| < {self.epsilon:g} on {where}, except on a set of measure at most {self.measure:g}"

    def sentence(self) -> str:
        """Return one line with the status, the claim and the result."""
        parts, size = ("intervals", "length") if len(self.sides) == 1 else ("boxes", "area")
        if self.norm == "rms":
            found = "" if self.bound is None else f" It is between {self.low:.6g} and {self.bound:.6g}."
            return f"{self.status}: {self.claim()}.{found}"
        count = len(self.exceptional)
        found = f" There are {count} exceptional {parts}. Their total {size} is at most {self.length:.6g}."
        if self.bound is not None:
            found += f" The largest error outside of them is at most {self.bound:.6g}."
        found += f" Outside of every set of this measure it is at least {self.low:.6g}."
        return f"{self.status}: {self.claim()}.{found}"

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
    network = _read_network(document["network"])
    sides = len(np.atleast_2d(interval))
    check("interval", interval, sides == network.inputs, "one side of K for each input of the network")
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
        _read_at(document["at"], sides),
        cells,
    )


def _read_network(part: Any) -> ShallowNetwork:
    """Return the network; ValueError unless it has one hidden layer."""
    network = read_network_part(part)
    if isinstance(network, LayeredNetwork):
        raise argument_error(
            "network", "a network with one hidden layer", f"{len(network.widths)} hidden layers"
        )
    return network


def _read_exceptional(part: Any, interval: Bounds | Box) -> Array:
    """Return the exceptional intervals (n, 2) or boxes (n, 2, 2); ValueError unless they are inside of K.

    A box is written as [a, b, c, d] for ((a, b), (c, d)).
    """
    if not isinstance(part, list):
        raise argument_error("exceptional", "a list of pairs", part)
    check_between("the length of exceptional", len(part), 0, MOST_NUMBERS, whole=True)
    if np.ndim(interval) == 1:
        return checked_intervals(_read_rows(part, 2), cast(Bounds, interval))
    return checked_boxes(_read_rows(part, 4).reshape(-1, 2, 2), cast(Box, interval))


def _read_rows(part: list[Any], length: int) -> Array:
    """Return lists of numbers of this length, (n, length)."""
    rows = [numbers_from_json("exceptional", row, length) for row in part]
    check("exceptional", part, all(len(row) == length for row in rows), f"lists of {length} numbers")
    return np.array(rows).reshape(-1, length)


def _read_interval(part: Any) -> Bounds | Box:
    """Return K as (a, b), or as ((a, b), (c, d))."""
    check("interval", part, isinstance(part, list) and len(part) == 2, "[a, b], or [[a, b], [c, d]]")
    if all(isinstance(side, list) for side in part):
        return _read_side(part[0]), _read_side(part[1])
    return _read_side(part)


def _read_side(part: Any) -> Bounds:
    """Return an interval as (a, b)."""
    check("interval", part, isinstance(part, list) and len(part) == 2, "[a, b]")
    low, high = (number_from_json("interval", end) for end in part)
    check("interval", (low, high), low < high, "[a, b] with a < b")
    return low, high


def _read_at(part: Any, inputs: int) -> float | PlanePoint | None:
    """Return a point of K or None."""
    if inputs == 2 and isinstance(part, list) and len(part) == 2:
        return number_from_json("at", part[0]), number_from_json("at", part[1])
    return number_or_none("at", part)
