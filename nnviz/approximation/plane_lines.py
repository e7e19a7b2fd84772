"""Restrict a function of two variables to lines of its box: functions of one direction, jumps, and lower bounds.

A network of two inputs with N ReLU units is, on a line, a network of one input with at most N ReLU units. So the units
that f needs on a line are needed on the whole box.
"""

from typing import Final, NamedTuple

import numpy as np

from nnviz._types import Array, Bounds, Box
from nnviz.approximation.domains import finite_values
from nnviz.expressions import Expression
from nnviz.expressions.nodes import Call, Node, Number, Variable, write
from nnviz.networks import ShallowNetwork


class LineSettings(NamedTuple):
    """The numbers that tune what is read on lines."""

    inside: float = 1 - 2.0**-40  # of a diagonal, so that rounding does not leave the box
    points: int = 400  # at which a function of one direction is recognized
    same_slope: float = 1e-9  # sine of the angle between gradients that count as parallel
    same_value: float = 1e-10  # over the range of f
    shares: tuple[float, ...] = (0.5, 0.25, 0.75)  # of a side, where a line crosses it


SETTINGS: Final = LineSettings()


class Line(NamedTuple):
    """f on a line of the box, as a function of one variable on an interval, and the line in words."""

    function: Expression
    interval: Bounds
    words: str


def lines_of(f: Expression, box: Box) -> list[Line]:
    """Return f on lines along both sides of the box, and on its diagonals."""
    (x, y), (across, along) = f.variables, box
    lines = []
    for share in SETTINGS.shares:
        place = along[0] + share * (along[1] - along[0])
        lines.append(Line(_put(f, {y: _number(place)}, x), across, f"On the line {y} = {place:.6g}"))
        place = across[0] + share * (across[1] - across[0])
        words = f"On the line {x} = {place:.6g}, where x stands for {y}"
        lines.append(Line(_put(f, {x: _number(place)}, y), along, words))
    for sign in (1.0, -1.0):
        words = f"On a diagonal of K, where {x} and {y} are linear in the position x between −1 and 1"
        lines.append(Line(on_diagonal(f, box, np.array([1.0, sign])), (-1.0, 1.0), words))
    return lines


def on_diagonal(f: Expression, box: Box, signs: Array) -> Expression:
    """Return g(x) = f(middle + half · signs · x) for −1 ≤ x ≤ 1; ``signs`` (2,) are −1, 0 or 1."""
    found: dict[str, Node] = {}
    for name, (low, high), sign in zip(f.variables, box, signs.tolist()):
        half = _number(sign * (high / 2 - low / 2) * SETTINGS.inside)
        found[name] = Call("+", (_number(low / 2 + high / 2), Call("*", (half, Variable("x")))))
    return _put(f, found)


def find_direction(f: Expression, box: Box) -> Array | None:
    """Return e (2,) such that f is a function of e·u on the box, u in [−1, 1]², with |e₁| + |e₂| = 1; else None.

    This is measured at points, so a network that is built on it needs a proof.
    """
    low, high = np.array(box).T
    u = np.random.default_rng(0).uniform(-1, 1, (SETTINGS.points, 2))
    x = low / 2 + high / 2 + u * (high / 2 - low / 2)
    slopes = f.gradient(x) * (high / 2 - low / 2)
    if not np.isfinite(slopes).all():
        return None
    sizes = np.hypot(*slopes.T)
    e = slopes[int(np.argmax(sizes))]
    if (
        not e.any()
        or (np.abs(slopes @ [-e[1], e[0]]) > SETTINGS.same_slope * sizes.max() * np.hypot(*e)).any()
    ):
        return None
    e = e / np.abs(e).sum()
    values = finite_values(f, x)
    g = on_diagonal(f, box, np.sign(e))
    same = np.abs(g(u @ e) - values) <= SETTINGS.same_value * max(float(np.abs(values).max()), 1e-300)
    return e if same.all() else None


def along_direction(network: ShallowNetwork, box: Box, e: Array) -> ShallowNetwork:
    """Return the network of two inputs whose value at u is that of a network of one input at e·u."""
    low, high = np.array(box).T
    weights = network.hidden_weights * (e / (high / 2 - low / 2))
    biases = network.hidden_biases - weights @ (low / 2 + high / 2)
    return ShallowNetwork(network.activation, weights, biases, network.output_weights, network.output_bias)


def _put(f: Expression, values: dict[str, Node], kept: str = "x") -> Expression:
    """Return f as a function of x, with trees in place of variables; the variable ``kept`` is called x."""
    root = _replaced(f.root, {kept: Variable("x"), **values})
    return Expression(write(root), ("x",), root)


def _replaced(node: Node, values: dict[str, Node]) -> Node:
    if isinstance(node, Variable):
        return values.get(node.name, node)
    if not isinstance(node, Call):
        return node
    return Call(node.name, tuple(_replaced(one, values) for one in node.arguments))


def _number(value: float) -> Node:
    number = Number(abs(float(value)))
    return Call("neg", (number,)) if value < 0 else number
