"""Evaluate the tree of a formula, and its partial derivatives by the chain rule."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from nnviz._types import Array
from nnviz.expressions.functions import Function
from nnviz.expressions.nodes import Call, Constant, Node, Number, Variable
from nnviz.expressions.vocabulary import CONSTANTS, FUNCTIONS


def value(node: Node, point: Mapping[str, Array]) -> Any:
    """Return the value of the tree at a point: an array, or a NumPy scalar where no variable occurs."""
    match node:
        case Number(number):
            return np.float64(number)
        case Constant(name):
            return np.float64(CONSTANTS[name].value)
        case Variable(name):
            return point[name]
        case Call(name, arguments):
            return FUNCTIONS[name].value(*[value(argument, point) for argument in arguments])


class Dual(NamedTuple):
    """A value, and its partial derivative by each variable that it depends on."""

    value: Any
    derivatives: dict[str, Any]


def dual(node: Node, point: Mapping[str, Array]) -> Dual:
    """Return the value and the derivatives of the tree at a point.

    ∂f/∂x = Σᵢ ∂f/∂aᵢ · ∂aᵢ/∂x, summed over the arguments aᵢ that depend on x.
    """
    if isinstance(node, Variable):
        return Dual(point[node.name], {node.name: 1.0})
    if not isinstance(node, Call):
        return Dual(value(node, point), {})
    function = FUNCTIONS[node.name]
    arguments = [dual(argument, point) for argument in node.arguments]
    values = [argument.value for argument in arguments]
    found: dict[str, Any] = {}
    for argument, rule in zip(arguments, function.derivatives, strict=True):
        if argument.derivatives:
            outer = rule(*values) if callable(rule) else rule
            for name, inner in argument.derivatives.items():
                found[name] = found.get(name, 0.0) + _term(function, outer, inner)
    return Dual(function.value(*values), found)


def _term(function: Function, outer: Any, inner: Any) -> Any:
    """Return one term of the chain rule.

    Where the derivative of a ``flat`` function is 0, its argument has no influence, so 0·∞ and 0·nan are 0 there.
    """
    return np.where(outer == 0, 0.0, outer * inner) if function.flat else outer * inner
