"""A certificate: what is claimed, what was found, what it rests on; and the file that anyone can check again."""

import json
import math
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from nnviz.functions import LIBM_ULP, Expression, PiecewiseLinear, parse
from nnviz.networks import ShallowNetwork

Target = Expression | PiecewiseLinear
Status = Literal["proved", "refuted", "undecided"]

FORMAT: Final = "nnviz certificate"
VERSION: Final = 1
ASSUMPTIONS: Final = (
    "The network N is c + Σ v φ(w x + b) over the real numbers, with exactly the float64 parameters given here.",
    "The function f is the formula over the real numbers: a decimal number in it stands for the nearest float64, "
    "pi, e and tau for the real numbers; or it is the straight lines between the points given here.",
    "Sums, products, quotients and square roots are rounded as IEEE 754 says, to nearest.",
    f"Elementary functions of NumPy are within {LIBM_ULP} units in the last place of the true value, in float64 and, "
    "where rounding in float64 would be too coarse, in long double.",
)


@dataclass(frozen=True, eq=False)
class Certificate:
    """The answer to: is |f(x) − N(x)| < ε for every real x in K = ``interval`` = (a, b), or the box ((a, b), (c, d))?

    ``status``   proved, refuted or undecided
    ``bound``    proved: sup |f − N| is at most this, and this is below ``epsilon``; else None
    ``at``       refuted: an x with |f(x) − N(x)| > ε for certain; undecided: where it got stuck, None if nowhere;
                 a pair for two inputs
    ``reason``   in words, for the reader
    ``rounding`` evaluating the network in float64 adds at most this to the error; None if there is no bound
    ``cells``    how many cells were looked at
    """

    status: Status
    bound: float | None
    at: Any
    reason: str
    network: ShallowNetwork
    target: Target
    interval: Any
    epsilon: float
    rounding: float | None = None
    cells: int = 0

    def to_json(self) -> str:
        """The certificate as a file. Numbers are written so that the same float64 is read again."""
        found = {
            name: getattr(self, name) for name in ("status", "bound", "at", "reason", "rounding", "cells")
        }
        document = {
            "format": FORMAT,
            "version": VERSION,
            "claim": "|f(x) - N(x)| < epsilon for every real x in the interval",
            "interval": list(self.interval),
            "epsilon": self.epsilon,
            **found,
            "target": _target_as_json(self.target),
            "network": {
                "formula": "output_bias + sum of output_weights[j] * phi(hidden_weights[j] * x + hidden_biases[j])",
                "activation": self.network.activation,
                "hidden_weights": self.network.hidden_weights.tolist(),
                "hidden_biases": self.network.hidden_biases.tolist(),
                "output_weights": self.network.output_weights.tolist(),
                "output_bias": self.network.output_bias,
            },
            "assumptions": list(ASSUMPTIONS),
        }
        return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Certificate":
        """The certificate in a file, as it stands there and not checked. ValueError if it is not one."""
        try:
            document = json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            raise ValueError(f"this is not a certificate: it is not JSON ({error})") from None
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise ValueError(f'this is not a certificate: its "format" is not "{FORMAT}"')
        if document.get("version") != VERSION:
            raise ValueError(
                f"this certificate is of version {document.get('version')!r}; this program reads {VERSION}"
            )
        try:
            return _read(document)
        except (KeyError, TypeError) as error:
            raise ValueError(f"this certificate is incomplete or damaged: {error}") from None


def _target_as_json(target: Target) -> dict[str, Any]:
    if isinstance(target, Expression):
        return {"formula": target.text, "variables": list(target.variables)}
    return {"knots": target.knots.tolist(), "values": target.values.tolist()}


def _read(document: dict[str, Any]) -> Certificate:
    network, target = document["network"], document["target"]
    if document["status"] not in get_args(Status):
        raise TypeError(f"status {document['status']!r}, legal: {', '.join(get_args(Status))}")
    names = ("activation", "hidden_weights", "hidden_biases", "output_weights", "output_bias")
    return Certificate(
        document["status"],
        _number_or_none(document["bound"]),
        _read_point(document["at"]),
        str(document["reason"]),
        ShallowNetwork(*[network[name] for name in names]),
        parse(target["formula"], tuple(target["variables"]))
        if "formula" in target
        else PiecewiseLinear(target["knots"], target["values"]),
        _read_interval(document["interval"]),
        _number(document["epsilon"]),
        _number_or_none(document["rounding"]),
        int(_number(document["cells"])),
    )


def _read_point(at: Any) -> Any:
    """A number, or a pair of them for two inputs; or None."""
    return tuple(map(_number, at)) if isinstance(at, list) and len(at) == 2 else _number_or_none(at)


def _read_interval(sides: Any) -> Any:
    """(a, b), or such a pair for each of two inputs."""
    if not isinstance(sides, list) or len(sides) != 2:
        raise TypeError(f"interval {sides!r}, legal: [a, b], or [[a, b], [c, d]] for two inputs")
    return tuple(_read_interval(side) if isinstance(side, list) else _number(side) for side in sides)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"{value!r} is not a finite number")
    return float(value)


def _number_or_none(value: Any) -> float | None:
    return None if value is None else _number(value)
