"""Write formulas and numbers in the language of the Coq proof assistant."""

from fractions import Fraction
from typing import Final

from nnviz.expressions.nodes import Call, Constant, Node, Number, Variable

_CONSTANTS: Final = {"pi": "PI", "e": "(exp 1)", "tau": "(2 * PI)"}
_MAX: Final = "(({0} + {1} + Rabs ({0} - {1})) / 2)"
_MIN: Final = "(({0} + {1} - Rabs ({0} - {1})) / 2)"
FUNCTIONS: Final = {
    "+": "({0} + {1})",
    "-": "({0} - {1})",
    "*": "({0} * {1})",
    "/": "({0} / {1})",
    "neg": "(- {0})",
    "sqrt": "(sqrt {0})",
    "exp": "(exp {0})",
    "expm1": "(exp {0} - 1)",
    "log": "(ln {0})",
    "log2": "(ln {0} / ln 2)",
    "log10": "(ln {0} / ln 10)",
    "log1p": "(ln (1 + {0}))",
    "sin": "(sin {0})",
    "cos": "(cos {0})",
    "tan": "(tan {0})",
    "cot": "(/ tan {0})",
    "sec": "(/ cos {0})",
    "csc": "(/ sin {0})",
    "atan": "(atan {0})",
    "sinh": "((exp {0} - exp (- {0})) / 2)",
    "cosh": "((exp {0} + exp (- {0})) / 2)",
    "tanh": "(1 - 2 / (exp (2 * {0}) + 1))",
    "sech": "(2 / (exp {0} + exp (- {0})))",
    "sigmoid": "(/ (1 + exp (- {0})))",
    "silu": "({0} / (1 + exp (- {0})))",
    "softplus": "(ln (1 + exp {0}))",
    "gaussian": "(exp (- ({0} * {0}) / 2))",
    "abs": "(Rabs {0})",
    "max": _MAX,
    "min": _MIN,
    "relu": "(({0} + Rabs {0}) / 2)",
    "tri": "((1 - Rabs {0} + Rabs (1 - Rabs {0})) / 2)",
    "softsign": "({0} / (1 + Rabs {0}))",
    "hypot": "(sqrt ({0} * {0} + {1} * {1}))",
}
"""The functions that CoqInterval can bound, in Coq's language."""


def number(value: float | Fraction) -> str:
    """Return a number as an exact quotient."""
    exact = Fraction(value)
    return f"({exact.numerator})" if exact.denominator == 1 else f"({exact.numerator} / {exact.denominator})"


def written(node: Node) -> str:
    """Return a formula in Coq's language; ValueError for a function that CoqInterval does not know."""
    match node:
        case Number(value):
            return number(value)
        case Constant(name):
            return _CONSTANTS[name]
        case Variable():
            return "x"
        case Call("^", (Constant("e"), exponent)):
            return f"(exp {written(exponent)})"
        case Call("^", (base, exponent)):
            return _power(written(base), exponent)
        case Call(name, arguments) if name in FUNCTIONS:
            return FUNCTIONS[name].format(*map(written, arguments))
        case Call("clip", (x, low, high)):
            return written(Call("min", (Call("max", (x, low)), high)))
        case Call(name, _):
            raise ValueError(f"`f` must have functions that CoqInterval knows, and {name} is not one of them")


def _power(base: str, exponent: Node) -> str:
    """Return a power; exp(b ln a) unless the exponent is a whole number."""
    match exponent:
        case Number(value) if value.is_integer() and value <= 1000:
            return f"({base} ^ {int(value)})"
        case Call("neg", (Number(value),)) if value.is_integer() and value <= 1000:
            return f"(/ {base} ^ {int(value)})"
        case Number(0.5):
            return f"(sqrt {base})"
    return f"(exp ({written(exponent)} * ln {base}))"
