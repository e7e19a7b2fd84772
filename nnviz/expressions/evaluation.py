"""Evaluate the tree of a formula, and its partial derivatives by the chain rule."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from nnviz._types import Array, Truth
from nnviz.expressions.functions import Function
from nnviz.expressions.large_values import NEEDS_DIGITS, REWRITTEN, alternative
from nnviz.expressions.nodes import Call, Constant, Node, Number, Variable, is_at_most_one
from nnviz.expressions.vocabulary import CONSTANTS, FUNCTIONS

_FEW_DIGITS: Final = 1e-290  # numbers nearer to 0 may have lost digits


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
            values = [value(argument, point) for argument in arguments]
            found = FUNCTIONS[name].value(*values)
            if name == "/" and is_at_most_one(node):
                found = np.clip(found, -1.0, 1.0)
            if name in REWRITTEN and (lost := _lost(name, found, values)).any():
                other = alternative(node)
                return found if other is None else _replaced(found, lost, value(other, point))
            return found


def _lost(name: str, found: Any, values: list[Any]) -> Truth:
    """Return where a call has no finite value, or needs the digits that a number near 0 has lost."""
    lost = ~np.isfinite(found)
    return np.asarray(lost | (np.abs(values[-1]) < _FEW_DIGITS) if name in NEEDS_DIGITS else lost)


def _replaced(found: Any, lost: Truth, other: Any) -> Any:
    """Return the first values, and the other ones where the first are lost and the others are finite."""
    return np.where(lost & np.isfinite(other), other, found)


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
    clipped = node.name == "/" and is_at_most_one(node)
    here = Dual(np.clip(function.value(*values), -1.0, 1.0) if clipped else function.value(*values), found)
    return here if node.name not in REWRITTEN else _dual_replaced(node, here, values, point)


def _dual_replaced(node: Call, here: Dual, values: list[Any], point: Mapping[str, Array]) -> Dual:
    """Return a value with its derivatives, from the alternative of the call where the call overflows."""
    lost = _lost(node.name, here.value, values)
    for derivative in here.derivatives.values():
        lost = lost | ~np.isfinite(derivative)
    if not lost.any() or (tree := alternative(node)) is None:
        return here
    other = dual(tree, point)
    lost = lost & np.isfinite(other.value)
    derivatives = {
        name: np.where(lost, other.derivatives.get(name, 0.0), found)
        for name, found in here.derivatives.items()
    }
    return Dual(np.where(lost, other.value, here.value), derivatives)


def _term(function: Function, outer: Any, inner: Any) -> Any:
    """Return one term of the chain rule.

    Where the derivative of a ``flat`` function is 0, its argument has no influence, so 0·∞ and 0·nan are 0 there.
    """
    return np.where(outer == 0, 0.0, outer * inner) if function.flat else outer * inner
