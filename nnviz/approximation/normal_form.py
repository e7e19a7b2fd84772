"""Write f as c + 2ᵏ g, where numbers of 64 bits lose the digits of f beside a large c, or overflow.

For 10¹⁵ + 0.3 sin 3x the numbers of 64 bits next to 10¹⁵ are 0.125 apart, so f(x) loses its digits. Over the real
numbers |f − N| = |g − (N − c)| with g = 0.3 sin 3x, and N − c is the network with another output bias. In the same way
|f − N| = 2ᵏ |2⁻ᵏ f − 2⁻ᵏ N| for an f next to the largest number, whose products would overflow. Both forms are exact:
the parameters of N that change are computed as fractions, and a form is used only where they are floats.
"""

from dataclasses import replace
from fractions import Fraction
from math import isfinite, ldexp
from typing import Final, NamedTuple

import numpy as np

from nnviz._types import Bounds
from nnviz.expressions import Expression
from nnviz.expressions.nodes import Call, Node, Number, write
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.targets.convert import Target

_FLOATS_IN_EPSILON: Final = 2.0**10  # of the size of c; with fewer, c is taken out
_LARGEST: Final = 1e290  # of |f|; larger values are scaled
_LEAST_SHARE: Final = 1e-9  # of max |f|; with a smaller ε, f is steeper than a network can be
_LEAST_NEIGHBOR: Final = 1e-60  # of max |f|; with a smaller second value, f is a spike
_POINTS: Final = 33


class NormalForm(NamedTuple):
    """The numbers of f = offset + 2^exponent g."""

    g: Expression
    offset: float
    exponent: int

    def scaled(self, value: float) -> float:
        """Return a distance from f as a distance from g; the factor is a power of 2."""
        return ldexp(value, -self.exponent)

    def back(self, value: float) -> float:
        """Return a distance from g as a distance from f."""
        return ldexp(value, self.exponent)

    def network_of_g(self, network: ShallowNetwork) -> ShallowNetwork | None:
        """Return (N − c) 2⁻ᵏ for a network N of f; None if a parameter of it is no float."""
        weights = np.ldexp(network.output_weights, -self.exponent)
        bias = (Fraction(network.output_bias) - Fraction(self.offset)) / Fraction(2) ** self.exponent
        exact = Fraction(float(bias)) == bias
        if not exact or not (np.ldexp(weights, self.exponent) == network.output_weights).all():
            return None
        return replace(network, output_weights=weights, output_bias=float(bias))

    def network_of_f(self, network: ShallowNetwork) -> ShallowNetwork | None:
        """Return c + 2ᵏ N for a network N of g; None if it overflows. A further unit holds the digits of the bias."""
        total = Fraction(self.offset) + Fraction(network.output_bias) * Fraction(2) ** self.exponent
        with np.errstate(over="ignore"):
            weights = np.ldexp(network.output_weights, self.exponent)
        if not np.isfinite(weights).all() or abs(total) > Fraction(np.finfo(np.float64).max):
            return None
        rest = float(total - Fraction(float(total)))
        found = replace(network, output_weights=weights, output_bias=float(total))
        return found if rest == 0 else _with_constant_unit(found, rest)


def normal_form(f: Target, interval: Bounds, epsilon: float) -> NormalForm | None:
    """Return f as c + 2ᵏ g if this keeps digits that numbers of 64 bits lose; None if it is not needed."""
    if not isinstance(f, Expression) or len(f.variables) != 1:
        return None
    offset, root = _number_of_sum(f.root)
    if root is not None and epsilon < _FLOATS_IN_EPSILON * float(np.spacing(abs(offset))):
        return NormalForm(Expression(write(root), f.variables, root), offset, 0)
    with np.errstate(all="ignore"):
        values = np.abs(f(np.linspace(*interval, _POINTS)))
    *_, second, largest = np.sort(np.where(np.isfinite(values), values, 0.0)).tolist()
    if largest < _LARGEST or epsilon < _LEAST_SHARE * largest or second < _LEAST_NEIGHBOR * largest:
        return None
    exponent = int(np.frexp(largest)[1])
    scaled = Call("*", (Number(ldexp(1.0, -exponent)), f.root))
    return NormalForm(Expression(write(scaled), f.variables, scaled), 0.0, exponent)


def _number_of_sum(node: Node) -> tuple[float, Node | None]:
    """Return the first number among the terms of a sum, and the sum of the others; 0 and None if there is none."""
    match node:
        case Call(("+" | "-") as name, (a, b)):
            sign = 1.0 if name == "+" else -1.0
            left, right = _number(a), _number(b)
            if left is not None:
                return left, b if sign > 0 else Call("neg", (b,))
            if right is not None:
                return sign * right, a
            value, rest = _number_of_sum(a)
            if rest is not None:
                return value, Call(name, (rest, b))
            value, rest = _number_of_sum(b)
            return sign * value, None if rest is None else Call(name, (a, rest))
    return 0.0, None


def _number(node: Node) -> float | None:
    """Return the value of a number with or without a sign, else None."""
    match node:
        case Number(value):
            return value
        case Call("neg", (Number(value),)):
            return -value
    return None


def _with_constant_unit(network: ShallowNetwork, value: float) -> ShallowNetwork | None:
    """Return a network with one more unit, whose input is always 1 and which adds a value."""
    at_one = float(ACTIVATIONS[network.activation].value(np.ones(1), np.ones(1))[0])
    if not isfinite(value / at_one):
        return None
    return ShallowNetwork(
        network.activation,
        np.vstack([network.hidden_weights, np.zeros((1, network.inputs))]),
        np.append(network.hidden_biases, 1.0),
        np.append(network.output_weights, value / at_one),
        network.output_bias,
    )
