"""Write the parts of a certificate for its file, and read them from files that may be damaged or hostile."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVar

import numpy as np

from nnviz._checks import argument_error, check, check_between
from nnviz._types import Array
from nnviz.approximation.lower_bound import LowerBound
from nnviz.expressions import Expression, parse
from nnviz.expressions.nodes import Call, Constant, Node, Number, Variable
from nnviz.networks import LayeredNetwork, Network
from nnviz.networks.network_file import (
    exact_text,
    network_as_dict,
    network_from_dict,
    number_from_json,
    numbers_from_json,
    read_json,
)
from nnviz.targets import PiecewiseLinear
from nnviz.targets.convert import Target

Read = TypeVar("Read")
FORMAT: Final = "nnviz certificate"
VERSION: Final = 2
MOST_NUMBERS: Final = 100_000  # in one list
_WEIGHTS: Final = ("hidden_biases", "output_weights")


def write_document(document: dict[str, Any]) -> str:
    """Return the text of a JSON file of this format, with one line for each part."""
    lines = [
        f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}"
        for name, value in {"format": FORMAT, "version": VERSION, **document}.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def read_document(text: str, needed: Sequence[str], read: Callable[[dict[str, Any]], Read]) -> Read:
    """Return what ``read`` makes of the parts of a file of this format; ValueError says what is wrong with the file."""
    try:
        document = read_json(text)
    except ValueError as error:
        raise ValueError(f"This file is not a certificate, because it is not JSON ({error}).") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(f'This file is not a certificate, because its "format" is not "{FORMAT}".')
    missing = [name for name in ("version", *needed) if name not in document]
    if missing:
        raise ValueError(f'This certificate is incomplete, because its "{missing[0]}" is missing.')
    if document["version"] != VERSION:
        shown = str(document["version"])[:40]
        raise ValueError(f"This certificate has version {shown}, but this program reads version {VERSION}.")
    try:
        return read(document)
    except ValueError as error:
        raise ValueError(f"This certificate is damaged. {error}") from None


def number_or_none(name: str, value: Any) -> float | None:
    """Return a finite number as a float, or None."""
    return None if value is None else number_from_json(name, value)


def exact(numbers: Iterable[float]) -> list[str]:
    """Return floats as exact hexadecimal texts."""
    return [exact_text(number) for number in numbers]


def network_as_json(network: Network) -> dict[str, Any]:
    """Return the network as a dictionary for JSON, with exact weights."""
    if isinstance(network, LayeredNetwork):
        weights = [[exact(row) for row in w] for w in network.weights]
        return {**network_as_dict(network), "weights": weights, "biases": [*map(exact, network.biases)]}
    w = network.hidden_weights
    return {
        **network_as_dict(network),
        "hidden_weights": exact(w[:, 0]) if network.inputs == 1 else [exact(row) for row in w],
        **{name: exact(getattr(network, name)) for name in _WEIGHTS},
        "output_bias": exact_text(network.output_bias),
    }


def read_network_part(part: Any) -> Network:
    """Return the network; ValueError if it is damaged or has more than two inputs."""
    network = network_from_dict(part)
    check("network", network.inputs, network.inputs in (1, 2), "a network with one or two inputs")
    return network


def target_as_json(target: Target) -> dict[str, Any]:
    """Return the target as a dictionary for JSON: the formula and its tree, or exact points."""
    if isinstance(target, Expression):
        tree = _tree_as_json(target.root)
        return {"formula": target.text, "variables": list(target.variables), "tree": tree}
    return {"knots": exact(target.knots), "values": exact(target.values)}


def _tree_as_json(node: Node) -> dict[str, Any]:
    match node:
        case Number(value):
            return {"number": exact_text(value)}
        case Constant(name):
            return {"constant": name}
        case Variable(name):
            return {"variable": name}
        case Call(name, arguments):
            return {"call": name, "of": [_tree_as_json(argument) for argument in arguments]}


def read_target(part: Any) -> Target:
    """Return the target; ValueError if it is damaged, or if the formula and the tree differ."""
    if not isinstance(part, dict):
        raise argument_error("target", "an object", part)
    if "formula" not in part:
        lists = [numbers_from_json(name, part.get(name), MOST_NUMBERS) for name in ("knots", "values")]
        return PiecewiseLinear(*lists)
    formula, variables = part["formula"], part.get("variables")
    check("formula", formula, isinstance(formula, str), "text")
    if not isinstance(variables, list) or not all(isinstance(name, str) for name in variables):
        raise argument_error("variables", "a list of names", variables)
    target = parse(formula, tuple(variables))
    if part.get("tree") != _tree_as_json(target.root):
        raise ValueError("`tree` must be the tree of the formula, but the file has another one, or none")
    return target


def read_cell_ends(part: Any, interval: Any) -> Array | None:
    """Return the ends (n + 1,) of n adjacent cells, or None; ValueError unless they cover the interval."""
    if part is None:
        return None
    ends = np.array(numbers_from_json("cell_ends", part, MOST_NUMBERS + 1))
    check("cell_ends", len(ends), len(ends) > 1, "at least two numbers")
    check("cell_ends", part, bool((np.diff(ends) > 0).all()), "ascending")
    whole = (float(ends[0]), float(ends[-1])) == tuple(interval)
    check("cell_ends", (float(ends[0]), float(ends[-1])), whole, f"a covering of the interval {interval}")
    return ends


def lower_bound_as_json(bound: LowerBound | None) -> dict[str, Any] | None:
    """Return the lower bound as a dictionary for JSON, or None."""
    if bound is None:
        return None
    lines = [[int(line[0]), *exact(line[1:])] for line in bound.lines.tolist()]
    return {"units": bound.units, "lines": lines, "apart": exact(bound.apart)}


def read_lower_bound(part: Any) -> LowerBound | None:
    """Return the lower bound without checking its proof, or None; ValueError if it is damaged."""
    if part is None:
        return None
    if not isinstance(part, dict):
        raise argument_error("lower_bound", "an object", part)
    units, lines = part.get("units"), part.get("lines")
    check_between("units", units, 0, MOST_NUMBERS, whole=True)  # type: ignore[arg-type]
    if not isinstance(lines, list):
        raise argument_error("lines", "a list of lists", lines)
    check_between("the length of lines", len(lines), 0, MOST_NUMBERS, whole=True)
    rows = [numbers_from_json("lines", line, 4) for line in lines]
    check("lines", lines, all(len(row) == 4 for row in rows), "a list of lists of four numbers")
    apart = np.array(numbers_from_json("apart", part.get("apart"), 2))
    return LowerBound(units, np.array(rows).reshape(-1, 4), apart)  # type: ignore[arg-type]
