"""Tree -> numbers: the values of a formula, and its slopes by the chain rule."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.functions.nodes import Call, Constant, Node, Number, Variable
from nnviz.functions.vocabulary import CONSTANTS, FUNCTIONS, Function

Array = NDArray[np.float64]


def value(node: Node, point: Mapping[str, Array]) -> Any:
    """The value of the tree at a point: an array, or a NumPy scalar where no variable occurs."""
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
    """A value, and its slope by each variable that it depends on."""

    value: Any
    slopes: dict[str, Any]


def dual(node: Node, point: Mapping[str, Array]) -> Dual:
    """Value and slopes of the tree: ∂f/∂x = Σᵢ ∂f/∂aᵢ · ∂aᵢ/∂x over the arguments aᵢ that depend on x."""
    if isinstance(node, Variable):
        return Dual(point[node.name], {node.name: 1.0})
    if not isinstance(node, Call):
        return Dual(value(node, point), {})
    function = FUNCTIONS[node.name]
    arguments = [dual(argument, point) for argument in node.arguments]
    values = [argument.value for argument in arguments]
    slopes: dict[str, Any] = {}
    for argument, derivative in zip(arguments, function.derivatives, strict=True):
        if argument.slopes:
            partial = derivative(*values) if callable(derivative) else derivative
            for name, slope in argument.slopes.items():
                slopes[name] = slopes.get(name, 0.0) + _term(function, partial, slope)
    return Dual(function.value(*values), slopes)


def _term(function: Function, partial: Any, slope: Any) -> Any:
    """One term of the chain rule; a flat function's 0 means no influence, so there 0·∞ and 0·nan are 0."""
    return np.where(partial == 0, 0.0, partial * slope) if function.flat else partial * slope
