"""Tree -> LaTeX with fractions, powers, roots and cases, and no more brackets than a reader needs."""

from collections.abc import Callable
from itertools import product
from typing import Final, NamedTuple

from nnviz.functions.nodes import (
    COMPARISONS,
    CONDITIONS,
    LEVELS,
    Call,
    Constant,
    Node,
    Number,
    Variable,
    write_number,
)
from nnviz.functions.vocabulary import CONSTANTS, FUNCTIONS

# How tightly a piece of typeset formula holds together, loosest first.
_ANY, _LOGIC, _RELATION, _SUM, _MINUS, _PRODUCT, _FRACTION, _POWER, _ATOM = range(9)
_CHAINS: Final = {*product(("<", "<="), repeat=2), *product((">", ">="), repeat=2)}
_TALL: Final = ("\\frac", "\\begin", "\\sqrt")


class _Piece(NamedTuple):
    text: str
    holds: int


def typeset(node: Node) -> str:
    """The LaTeX of a tree, without dollar signs."""
    return _piece(node).text


def _piece(node: Node, inline: bool = False) -> _Piece:
    """The LaTeX of a tree; ``inline`` writes a/b instead of a fraction, as in exponents."""
    match node:
        case Number(value):
            return _number(value)
        case Constant(name):
            return _Piece(CONSTANTS[name].latex, _ATOM)
        case Variable(name):
            return _Piece(name if len(name) == 1 else f"{name[0]}_{{{name[1:]}}}", _ATOM)
        case Call("where"):
            return _cases(node)
        case Call(name) if name in CONDITIONS:
            return _Piece(f"[{_condition(node).text}]", _ATOM)  # Iverson's bracket: 1 if true, else 0
        case Call("^", (base, exponent)):
            return _power(base, exponent, inline)
        case Call("exp", (exponent,)):
            return _power(Constant("e"), exponent, inline)
        case Call("min" | "max" as name):
            return _function(name, [_piece(argument, inline) for argument in _flat(node, name)])
        case Call("/", (a, b)):
            return (_slash if inline else _fraction)(_piece(a, inline), _piece(b, inline))
        case Call(name, arguments):
            pieces = [_piece(argument, inline) for argument in arguments]
            return _OPERATORS[name](*pieces) if name in _OPERATORS else _function(name, pieces)


def _number(value: float) -> _Piece:
    """A number; 1.5e-07 as 1.5 · 10⁻⁷."""
    mantissa, _, exponent = write_number(value).partition("e")
    if not exponent:
        return _Piece(mantissa, _ATOM)
    power = f"10^{{{int(exponent)}}}"
    return _Piece(power, _POWER) if mantissa == "1" else _Piece(rf"{mantissa} \cdot {power}", _PRODUCT)


def _held(piece: _Piece, needed: int) -> str:
    """An operand, in brackets if it holds together less than needed."""
    return piece.text if piece.holds >= needed else _bracketed(piece.text)


def _bracketed(text: str) -> str:
    return rf"\left({text}\right)" if any(sign in text for sign in _TALL) else f"({text})"


def _sum(a: _Piece, b: _Piece) -> _Piece:
    return _Piece(f"{_held(a, _SUM)} + {_held(b, _PRODUCT)}", _SUM)


def _difference(a: _Piece, b: _Piece) -> _Piece:
    return _Piece(f"{_held(a, _SUM)} - {_held(b, _PRODUCT)}", _SUM)


def _minus(a: _Piece) -> _Piece:
    return _Piece(f"-{_held(a, _PRODUCT)}", _MINUS)


def _product(a: _Piece, b: _Piece) -> _Piece:
    """Factors side by side; a dot in front of a digit, between number and fraction, between equal letters."""
    left, right = _held(a, _MINUS), _held(b, _FRACTION)
    clash = right.startswith(r"\frac") and left[-1].isdigit()  # 2 1/2 would be two and a half
    dotted = right[0].isdigit() or clash or left.split()[-1] == right.split()[0]
    sign = r" \cdot " if dotted else " "
    return _Piece(left + sign + right, _MINUS if a.holds == _MINUS else _PRODUCT)


def _fraction(a: _Piece, b: _Piece) -> _Piece:
    """A fraction, with the minus of its numerator in front."""
    if a.holds == _MINUS:
        return _Piece(rf"-\frac{{{a.text[1:]}}}{{{b.text}}}", _MINUS)
    return _Piece(rf"\frac{{{a.text}}}{{{b.text}}}", _FRACTION)


def _slash(a: _Piece, b: _Piece) -> _Piece:
    return _Piece(f"{_held(a, _MINUS)}/{_held(b, _POWER)}", _MINUS if a.holds == _MINUS else _PRODUCT)


def _modulo(a: _Piece, b: _Piece) -> _Piece:
    return _Piece(rf"{_held(a, _FRACTION)} \bmod {_held(b, _FRACTION)}", _RELATION)


_OPERATORS: Final[dict[str, Callable[..., _Piece]]] = {
    "+": _sum,
    "-": _difference,
    "neg": _minus,
    "*": _product,
    "mod": _modulo,
}


def _power(base: Node, exponent: Node, inline: bool) -> _Piece:
    """A power: sin²(x) for a function with a whole exponent, else base and exponent."""
    above = f"^{{{_piece(exponent, inline=True).text}}}"
    if (
        isinstance(base, Call)
        and _takes_exponent(base)
        and isinstance(exponent, Number)
        and exponent.value % 1 == 0
    ):
        (argument,) = base.arguments
        return _Piece(FUNCTIONS[base.name].latex + above + _bracketed(_piece(argument, inline).text), _POWER)
    return _Piece(_held(_piece(base, inline), _ATOM) + above, _POWER)


def _takes_exponent(call: Call) -> bool:
    """True for functions of one argument that are written by name, such as sin."""
    function = FUNCTIONS[call.name]
    return (
        call.name not in LEVELS and function.arity == 1 and "#1" not in function.latex and call.name != "exp"
    )


def _function(name: str, arguments: list[_Piece]) -> _Piece:
    """A function by its name, as in sin(x), or by its own signs, as in |x|."""
    latex = FUNCTIONS[name].latex
    inside = ", ".join(argument.text for argument in arguments)
    if "#1" not in latex:
        return _Piece(latex + _bracketed(inside), _POWER)
    return _Piece(latex.replace("#1", inside), _ATOM if latex.startswith(r"\left") else _POWER)


def _flat(node: Node, name: str) -> list[Node]:
    """The values of min(min(a, b), c): a, b, c."""
    if not isinstance(node, Call) or node.name != name:
        return [node]
    first, second = node.arguments
    return [*_flat(first, name), second]


def _condition(node: Node) -> _Piece:
    """A condition: comparisons as relations, 0 < x and x < 2 as 0 < x < 2, numbers as x ≠ 0."""
    match node:
        case Call("and", (Call(first, (a, b)), Call(second, (c, d)))) if (
            b == c and (first, second) in _CHAINS
        ):
            signs = FUNCTIONS[first].latex, FUNCTIONS[second].latex
            return _Piece(f"{_side(a)} {signs[0]} {_side(b)} {signs[1]} {_side(d)}", _RELATION)
        case Call("and" | "or" as name, (a, b)):
            sides = [_held(_condition(side), _RELATION) for side in (a, b)]
            return _Piece(f" {FUNCTIONS[name].latex} ".join(sides), _LOGIC)
        case Call("not", (a,)):
            return _Piece(rf"\lnot {_bracketed(_condition(a).text)}", _RELATION)
        case Call(name, (a, b)) if name in COMPARISONS:
            return _Piece(f"{_side(a)} {FUNCTIONS[name].latex} {_side(b)}", _RELATION)
    return _Piece(rf"{_side(node)} \ne 0", _RELATION)


def _side(node: Node) -> str:
    """One side of a relation."""
    return _held(_piece(node), _SUM)


def _cases(node: Node) -> _Piece:
    """A choice between formulas, a row for each, choices in the last row unfolded."""
    rows = []
    while isinstance(node, Call) and node.name == "where":
        condition, value, otherwise = node.arguments
        rows.append(rf"{_piece(value).text} & \text{{if }} {_condition(condition).text}")
        node = otherwise
    rows.append(rf"{_piece(node).text} & \text{{otherwise}}")
    return _Piece(r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}", _LOGIC)
