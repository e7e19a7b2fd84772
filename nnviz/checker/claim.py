"""Read the question of a certificate from its file, which may be damaged or hostile."""

import json
import math
import re
from itertools import pairwise
from typing import Any, Final, NamedTuple

from flint import fmpq

MOST_CHARACTERS: Final = 10**7
MOST_UNITS: Final = 2**15
MOST_NUMBERS: Final = 100_001  # in one list
MOST_NODES: Final = 2000  # of a tree
MOST_LEVELS: Final = 100  # of a tree
MOST_LAYERS: Final = 17
_EXACT: Final = re.compile(r"-?0x[01](\.[0-9a-f]{1,13})?p[+-][0-9]{1,4}")


class ClaimError(ValueError):
    """Say why a file holds no question that can be checked."""


class Tree(NamedTuple):
    """A node of a formula: "number", "constant", "variable" or "call", with what it holds."""

    kind: str
    name: str = ""
    value: fmpq = fmpq(0)
    of: tuple[Any, ...] = ()
    constant: bool = True  # no variable occurs in it


class Points(NamedTuple):
    """The points that a piecewise linear target joins; it is constant outside of them."""

    knots: list[fmpq]
    values: list[fmpq]


class Network(NamedTuple):
    """The exact weights of c + Σ v φ(w·x + b); ``w`` has one row for each unit."""

    activation: str
    w: list[list[fmpq]]
    b: list[fmpq]
    v: list[fmpq]
    c: fmpq


class DeepNetwork(NamedTuple):
    """The exact weights of a network with several hidden layers: a matrix, as rows, and biases for each layer."""

    activation: str
    weights: list[list[list[fmpq]]]
    biases: list[list[fmpq]]


class Gates(NamedTuple):
    """The claim that every ReLU network with one hidden layer needs so many units, with its lines or two points."""

    units: int
    lines: list[list[fmpq]]  # side, p, q, x
    apart: list[fmpq]


class Claim(NamedTuple):
    """f − N is below ε on the box ``sides`` in a norm, and perhaps the number of units that are needed.

    norm: "sup", "rms", or "outside" of the ``exceptional`` intervals, whose total length is at most ``measure``.
    """

    target: Tree | Points
    variables: list[str]
    network: Network | DeepNetwork
    sides: list[tuple[fmpq, fmpq]]
    epsilon: fmpq
    ends: list[fmpq]  # of the cells; empty if the file has none
    gates: Gates | None
    largest_at: tuple[fmpq, ...] | None  # where the error is said to be largest
    norm: str = "sup"
    measure: fmpq = fmpq(0)
    exceptional: tuple[tuple[fmpq, fmpq], ...] = ()


def read_claim(text: str) -> Claim:
    """Return the claim in the text of a certificate; ClaimError in one sentence if it is damaged or too large."""
    if len(text) > MOST_CHARACTERS:
        raise ClaimError(f"The file has more than {MOST_CHARACTERS} characters.")
    try:
        document = json.loads(text, object_pairs_hook=_object)
    except RecursionError:
        raise ClaimError("The file has too many brackets inside each other.") from None
    except ValueError as error:
        raise ClaimError(f"The file is not JSON ({error}).") from None
    if _of(document, "format", str) != "nnviz certificate" or document.get("version") != 2:
        raise ClaimError("The file is not a certificate of version 2.")
    network = _network(_of(document, "network", dict))
    target, variables = _target(_of(document, "target", dict))
    sides = _sides(_of(document, "interval", list))
    if not len(sides) == len(variables) == _inputs(network, len(sides)):
        raise ClaimError("The formula, the network and the interval have different numbers of inputs.")
    epsilon = _number(document.get("epsilon"))
    if epsilon <= 0:
        raise ClaimError("ε is not above 0.")
    ends = _ends(document.get("cell_ends"), sides)
    point = _point(document.get("largest_at"), len(sides))
    found = Claim(
        target, variables, network, sides, epsilon, ends, _gates(document.get("lower_bound")), point
    )
    return found if "norm" not in document else _in_norm(found, document)


def _in_norm(claim: Claim, document: dict[str, Any]) -> Claim:
    """Return the claim in the norm of the file; ClaimError unless the exceptional intervals fit into K and δ."""
    norm = _of(document, "norm", str)
    if norm == "rms" or len(claim.sides) > 1:
        return claim._replace(norm=norm)
    if norm != "outside":
        raise ClaimError("The file is damaged: the norm is neither rms nor outside.")
    (low, high), measure = claim.sides[0], _number(document.get("measure"))
    pairs = [
        _numbers({"pair": pair}, "pair", 2) for pair in _of(document, "exceptional", list)[:MOST_NUMBERS]
    ]
    if not all(len(pair) == 2 and pair[0] <= pair[1] for pair in pairs):
        raise ClaimError("The file is damaged: an exceptional interval is not [a, b] with a <= b.")
    ends = [end for pair in pairs for end in pair]
    if not all(a < b for a, b in zip(ends[1::2], ends[2::2])) or (
        ends and not low <= ends[0] <= ends[-1] <= high
    ):
        raise ClaimError("The exceptional intervals are not disjoint intervals inside of K.")
    if not 0 < measure < high - low:
        raise ClaimError("The measure is not between 0 and the length of K.")
    return claim._replace(norm=norm, measure=measure, exceptional=tuple((a, b) for a, b in pairs))


def _point(at: Any, inputs: int) -> tuple[fmpq, ...] | None:
    """Return a point of one or two numbers; None if the file has none."""
    if at is None:
        return None
    if inputs == 1:
        return (_number(at),)
    numbers = tuple(_numbers({"largest_at": at}, "largest_at", 2))
    if len(numbers) != 2:
        raise ClaimError("The file is damaged: the point with the largest error is not a pair of numbers.")
    return numbers


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name is given twice")
    return dict(pairs)


def _of(part: Any, name: str, kind: type) -> Any:
    """Return the named part of an object; ClaimError unless it is there and of this kind."""
    value = part.get(name) if isinstance(part, dict) else None
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ClaimError(f'The file is damaged: "{name}" is missing or wrong.')
    return value


def _number(value: Any) -> fmpq:
    """Return a float, or its exact hexadecimal text, as a rational."""
    try:
        text = isinstance(value, str) and _EXACT.fullmatch(value)
        if not text and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise ClaimError("The file is damaged: a number is missing or wrong.")
        number = float.fromhex(value) if text else float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ClaimError("The file is damaged: a number is not finite.")
    return fmpq(*number.as_integer_ratio())


def _numbers(part: Any, name: str, most: int = MOST_NUMBERS) -> list[fmpq]:
    values = _of(part, name, list)
    if len(values) > most:
        raise ClaimError(f'"{name}" has {len(values)} entries, but at most {most} are checked.')
    return [_number(value) for value in values]


def _inputs(network: Network | DeepNetwork, unknown: int) -> int:
    """Return the number of inputs; ``unknown`` if there are no units."""
    rows = network.weights[0] if isinstance(network, DeepNetwork) else network.w
    return len(rows[0]) if rows else unknown


def _deep_network(part: dict[str, Any]) -> DeepNetwork:
    """Return a network with a matrix and biases for each layer, whose sizes fit."""
    parts = _of(part, "weights", list), _of(part, "biases", list)
    if not 2 <= len(parts[0]) == len(parts[1]) <= MOST_LAYERS:
        raise ClaimError(
            f"The file is damaged: a network has 2 to {MOST_LAYERS} layers with weights and biases."
        )
    weights = [
        [_numbers({"row": row}, "row") for row in _of({"rows": rows}, "rows", list)] for rows in parts[0]
    ]
    biases = [_numbers({"biases": numbers}, "biases") for numbers in parts[1]]
    before = [len(row) for row in weights[0][:1]] + [len(b) for b in biases]
    for rows, b, width in zip(weights, biases, before):
        if not width or len(rows) != len(b) or any(len(row) != width for row in rows):
            raise ClaimError("The file is damaged: the sizes of the layers do not fit.")
    if len(biases[-1]) != 1:
        raise ClaimError("The file is damaged: the network does not have one output.")
    return DeepNetwork(_of(part, "activation", str), weights, biases)


def _network(part: dict[str, Any]) -> Network | DeepNetwork:
    if "weights" in part:
        return _deep_network(part)
    rows = _of(part, "hidden_weights", list)
    b, v = _numbers(part, "hidden_biases", MOST_UNITS), _numbers(part, "output_weights", MOST_UNITS)
    if not len(rows) == len(b) == len(v):
        raise ClaimError("The file is damaged: the numbers of weights differ.")
    w = [_numbers({"row": row if isinstance(row, list) else [row]}, "row", 2) for row in rows]
    if len({len(row) for row in w}) > 1 or not all(w):
        raise ClaimError("The file is damaged: the hidden weights have rows of different lengths.")
    return Network(_of(part, "activation", str), w, b, v, _number(part.get("output_bias")))


def _target(part: dict[str, Any]) -> tuple[Tree | Points, list[str]]:
    if "tree" not in part:
        knots, values = _numbers(part, "knots"), _numbers(part, "values")
        if len(knots) != len(values) or len(knots) < 2 or not _ascending(knots):
            raise ClaimError("The file is damaged: the points are not in order.")
        return Points(knots, values), ["x"]
    variables = _of(part, "variables", list)
    if not all(isinstance(name, str) for name in variables) or len(set(variables)) not in (1, 2):
        raise ClaimError("The file is damaged: the variables are not one or two names.")
    return _Trees(variables).read(part["tree"], 0), variables


class _Trees:
    """Read trees of at most 2000 nodes."""

    def __init__(self, variables: list[str]) -> None:
        self.variables, self.nodes = variables, 0

    def read(self, part: Any, level: int) -> Tree:
        """Return the tree of one object with the key number, constant, variable or call."""
        self.nodes += 1
        if self.nodes > MOST_NODES or level > MOST_LEVELS:
            raise ClaimError("The formula is too large to be checked.")
        match part:
            case {"number": value}:
                return Tree("number", value=_number(value))
            case {"constant": "pi" | "e" | "tau" as name}:
                return Tree("constant", name)
            case {"variable": str(name)} if name in self.variables:
                return Tree("variable", name, constant=False)
            case {"call": str(name), "of": [*parts]}:
                of = tuple(self.read(one, level + 1) for one in parts)
                return Tree("call", name, of=of, constant=all(one.constant for one in of))
        raise ClaimError("The file is damaged: the tree of the formula has an unknown node.")


def _sides(part: list[Any]) -> list[tuple[fmpq, fmpq]]:
    pairs = part if all(isinstance(side, list) for side in part) else [part]
    sides = [tuple(_numbers({"interval": pair}, "interval", 2)) for pair in pairs]
    if len(sides) not in (1, 2) or not all(len(side) == 2 and side[0] < side[1] for side in sides):
        raise ClaimError("The file is damaged: the interval is not [a, b] with a < b, or two of them.")
    return [(low, high) for low, high in sides]


def _ends(part: Any, sides: list[tuple[fmpq, fmpq]]) -> list[fmpq]:
    if part is None:
        return []
    ends = _numbers({"cell_ends": part}, "cell_ends")
    if len(ends) < 2 or not _ascending(ends) or [(ends[0], ends[-1])] != sides:
        raise ClaimError("The cells of the file do not cover the interval.")
    return ends


def _ascending(numbers: list[fmpq]) -> bool:
    return all(a < b for a, b in pairwise(numbers))


def _gates(part: Any) -> Gates | None:
    if part is None:
        return None
    lines = [_numbers({"lines": line}, "lines", 4) for line in _of(part, "lines", list)[:MOST_NUMBERS]]
    if not all(len(line) == 4 and abs(line[0]) == 1 for line in lines):
        raise ClaimError("The file is damaged: a line of the lower bound is not side, p, q, x.")
    return Gates(_of(part, "units", int), lines, _numbers(part, "apart", 2))
