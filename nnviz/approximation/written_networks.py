"""Read a formula as a network with one hidden layer, where it is one: 3 sin(2x + 1) − 5 is one sine unit."""

from math import pi
from typing import Final, NamedTuple

import numpy as np

from nnviz.expressions import Expression, parse
from nnviz.expressions.evaluation import value
from nnviz.expressions.nodes import Call, Node, Variable, is_constant
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.targets.convert import Target

_SHIFTED: Final = {("sin", "cos"): pi / 2}  # cos z = sin(z + π/2)


class _Sum(NamedTuple):
    """A sum of units v φ(w·x + b), one (v, w, b) each, and a constant."""

    units: tuple[tuple[float, "_Line"], ...]
    constant: float


class _Line(NamedTuple):
    """w·x + b; w by the names of the variables."""

    w: dict[str, float]
    b: float

    def plus(self, sign: float, other: "_Line") -> "_Line":
        """Return the line plus ``sign`` times another."""
        names = {**self.w, **other.w}
        w = {name: self.w.get(name, 0.0) + sign * other.w.get(name, 0.0) for name in names}
        return _Line(w, self.b + sign * other.b)


def written_network(f: Target, activation: str) -> ShallowNetwork | None:
    """Return the network that the formula of f is; None if f is not a sum of multiples of φ(w·x + b)."""
    phi = parse(ACTIVATIONS[activation].formula, ("z",)).root
    if not isinstance(f, Expression) or not isinstance(phi, Call) or phi.arguments != (Variable("z"),):
        return None
    found = _read_sum(f.root, phi.name, 1.0)
    if found is None or not found.units:
        return None
    w = np.array([[line.w.get(name, 0.0) for name in f.variables] for _, line in found.units])
    b, v = [line.b for _, line in found.units], [v for v, _ in found.units]
    return ShallowNetwork(activation, w, b, v, found.constant)


def _read_sum(node: Node, phi: str, factor: float) -> _Sum | None:
    """Return ``factor`` times the tree as a sum of units; None if it is none."""
    if is_constant(node):
        return _Sum((), factor * _number(node))
    if not isinstance(node, Call):
        return None
    if node.name in ("+", "-", "neg"):
        signs = (1.0, -1.0) if node.name == "-" else (1.0, 1.0) if node.name == "+" else (-1.0,)
        parts = [_read_sum(one, phi, sign * factor) for one, sign in zip(node.arguments, signs, strict=True)]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        return _Sum(sum((part.units for part in known), ()), sum(part.constant for part in known))
    if (scaled := _read_multiple(node)) is not None:
        return _read_sum(scaled[1], phi, factor * scaled[0])
    shift = 0.0 if node.name == phi else _SHIFTED.get((phi, node.name))
    line = _read_line(node.arguments[0]) if shift is not None else None
    if line is None or shift is None:
        return None
    return _Sum(((factor, line.plus(1.0, _Line({}, shift))),), 0.0)


def _read_multiple(node: Node) -> tuple[float, Node] | None:
    """Return a number and the tree that it multiplies; None for other trees."""
    if not isinstance(node, Call) or node.name not in ("*", "/"):
        return None
    left, right = node.arguments
    if node.name == "*" and is_constant(left):
        return _number(left), right
    if is_constant(right):
        number = _number(right)
        return (number if node.name == "*" else 1 / number), left
    return None


def _read_line(node: Node) -> _Line | None:
    """Return the line of a tree that is w·x + b; None for other trees."""
    if is_constant(node):
        return _Line({}, _number(node))
    if isinstance(node, Variable):
        return _Line({node.name: 1.0}, 0.0)
    nothing = _Line({}, 0.0)
    if (scaled := _read_multiple(node)) is not None:
        line = _read_line(scaled[1])
        return None if line is None else nothing.plus(scaled[0], line)
    if not isinstance(node, Call) or node.name not in ("+", "-", "neg"):
        return None
    lines = [_read_line(one) for one in node.arguments]
    known = [line for line in lines if line is not None]
    if len(known) < len(lines):
        return None
    if node.name == "neg":
        return nothing.plus(-1.0, known[0])
    return known[0].plus(1.0 if node.name == "+" else -1.0, known[1])


def _number(node: Node) -> float:
    return float(value(node, {}))
