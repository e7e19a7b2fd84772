"""Write the tree of a formula as LaTeX with fractions, powers, roots, cases and the necessary brackets."""

from collections.abc import Callable
from itertools import product
from typing import Final, NamedTuple

from nnviz.expressions.nodes import (
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
from nnviz.expressions.vocabulary import CONSTANTS, FUNCTIONS

# The precedence levels of a piece of LaTeX, loosest first; _LED is a product that begins with a minus sign.
_ANY, _LOGIC, _RELATION, _SERIES, _SUM, _MINUS, _LED, _PRODUCT, _FRACTION, _POWER, _ATOM = range(11)
_FRAC: Final = r"\frac"
_CHAINS: Final = {*product(("<", "<="), repeat=2), *product((">", ">="), repeat=2)}
_TALL: Final = ("\\frac", "\\begin", "\\sqrt", "\\sum", "\\prod")


class _Piece(NamedTuple):
    """A piece of LaTeX and its precedence level."""

    text: str
    holds: int


def typeset(node: Node) -> str:
    """Return the LaTeX of a tree, without dollar signs."""
    return _piece(node).text


def _piece(node: Node, *, inline: bool = False) -> _Piece:
    """Return the LaTeX of a tree; if ``inline``, as in exponents, a quotient is written as a/b."""
    match node:
        case Number(value):
            return _number(value)
        case Constant(name):
            return _Piece(CONSTANTS[name].latex, _ATOM)
        case Variable(name):
            return _Piece(name if len(name) == 1 else f"{name[0]}_{{{name[1:]}}}", _ATOM)
        case Call("where" | "restrict"):
            return _cases(node)
        case Call(("sum" | "prod") as name, (index, low, high, term)):
            return _series(name, index, low, high, term)
        case Call(name) if name in CONDITIONS:
            return _Piece(f"[{_condition(node).text}]", _ATOM)  # Iverson's bracket: 1 if true, else 0
        case Call("^", (Constant("e"), exponent)):
            return _power("e", exponent)
        case Call("exp", (exponent,)):
            return _power("{e}", exponent)  # the braces are invisible, and tell exp(x) from e^x
        case Call("^", (base, exponent)):
            return _function_power(base, exponent, inline=inline) or _power(
                _held(_piece(base, inline=inline), _ATOM), exponent
            )
        case Call("min" | "max" as name):
            return _function(name, [_piece(argument, inline=inline) for argument in _flat(node, name)])
        case Call("/", (a, b)):
            return (_slash if inline else _fraction)(_piece(a, inline=inline), _piece(b, inline=inline))
        case Call(name, arguments):
            pieces = [_piece(argument, inline=inline) for argument in arguments]
            return _OPERATORS[name](*pieces) if name in _OPERATORS else _function(name, pieces)


def _number(value: float) -> _Piece:
    """Return a number, with 1.5e-07 written as 1.5 · 10⁻⁷; invisible braces tell it from a product and a power."""
    mantissa, _, exponent = write_number(value).partition("e")
    if not exponent:
        return _Piece(mantissa, _ATOM)
    power = f"{{10}}^{{{int(exponent)}}}"
    return _Piece(power, _POWER) if mantissa == "1" else _Piece(rf"{mantissa}{{\cdot}}{power}", _PRODUCT)


def _held(piece: _Piece, needed: int) -> str:
    """Return the LaTeX of an operand, in brackets if its level is below the needed level."""
    return piece.text if piece.holds >= needed else _bracketed(piece.text)


def _bracketed(text: str) -> str:
    """Return LaTeX in round brackets, which grow with a tall content."""
    return rf"\left({text}\right)" if any(sign in text for sign in _TALL) else f"({text})"


def _sum(a: _Piece, b: _Piece) -> _Piece:
    return _Piece(f"{_held(a, _SUM)} + {_term(b)}", _SUM)


def _difference(a: _Piece, b: _Piece) -> _Piece:
    return _Piece(f"{_held(a, _SUM)} - {_term(b)}", _SUM)


def _term(b: _Piece) -> str:
    """Return the right operand of a sum; a series needs no brackets there."""
    return b.text if b.text.startswith((r"\sum", r"\prod")) and b.holds == _SERIES else _held(b, _PRODUCT)


def _minus(a: _Piece) -> _Piece:
    return _Piece(f"-{_held(a, _FRACTION if not a.text.startswith(_FRAC) else _POWER)}", _MINUS)


def _product(a: _Piece, b: _Piece) -> _Piece:
    """Return a product of two factors side by side, with a dot where their meaning would not be clear."""
    left, right = _held(a, _MINUS), _held(b, _FRACTION)
    clash = right.startswith(r"\frac") and left[-1].isdigit()  # 2 1/2 would be two and a half
    dotted = (
        right[0].isdigit() or right.startswith(("[", "{")) or clash or left.split()[-1] == right.split()[0]
    )
    sign = r" \cdot " if dotted else " "
    return _Piece(left + sign + right, _led(a))


def _led(first: _Piece) -> int:
    """Return the level of a product or quotient from its first operand."""
    return _LED if first.holds in (_MINUS, _LED) else _PRODUCT


def _fraction(a: _Piece, b: _Piece) -> _Piece:
    """Return a fraction, with a minus sign of the numerator in front of the fraction."""
    if a.holds == _MINUS:
        return _Piece(rf"-\frac{{{a.text[1:]}}}{{{b.text}}}", _LED)
    return _Piece(rf"\frac{{{a.text}}}{{{b.text}}}", _FRACTION)


def _slash(a: _Piece, b: _Piece) -> _Piece:
    return _Piece(f"{_held(a, _MINUS)}/{_held(b, _POWER)}", _led(a))


def _factorial(a: _Piece) -> _Piece:
    return _Piece(f"{_held(a, _ATOM)}!", _POWER)


def _modulo(a: _Piece, b: _Piece) -> _Piece:
    return _Piece(rf"{_held(a, _FRACTION)} \bmod {_held(b, _FRACTION)}", _RELATION)


_OPERATORS: Final[dict[str, Callable[..., _Piece]]] = {
    "+": _sum,
    "-": _difference,
    "neg": _minus,
    "*": _product,
    "mod": _modulo,
    "factorial": _factorial,
}


def _power(base: str, exponent: Node) -> _Piece:
    """Return a power of a base that is LaTeX already."""
    return _Piece(f"{base}^{{{_piece(exponent, inline=True).text}}}", _POWER)


def _function_power(base: Node, exponent: Node, *, inline: bool) -> _Piece | None:
    """Return a power of a named function with a whole exponent, written as sin²(x); None for other powers."""
    if not (isinstance(base, Call) and _takes_exponent(base) and isinstance(exponent, Number)):
        return None
    if exponent.value % 1 or exponent.value >= 1e16:
        return None
    (argument,) = base.arguments
    above = f"^{{{_piece(exponent).text}}}"
    return _Piece(
        FUNCTIONS[base.name].latex + above + _bracketed(_piece(argument, inline=inline).text), _POWER
    )


def _series(name: str, index: Node, low: Node, high: Node, term: Node) -> _Piece:
    """Return a sum or product with its bounds."""
    bounds = rf"_{{{_piece(index).text}={_piece(low).text}}}^{{{_piece(high).text}}}"
    return _Piece(rf"\{name}{bounds} {_held(_piece(term), _MINUS)}", _SERIES)


def _takes_exponent(call: Call) -> bool:
    """Return whether the name of a function can have an exponent, as sin can."""
    function = FUNCTIONS.get(call.name)  # None for a sum
    if function is None or call.name in (*LEVELS, "exp", "where", "restrict", "mod", "factorial"):
        return False
    return function.arity == 1 and "#1" not in function.latex


def _function(name: str, arguments: list[_Piece]) -> _Piece:
    """Return a call by the name of the function, as in sin(x), or by special signs, as in |x|."""
    latex = FUNCTIONS[name].latex
    inside = ", ".join(argument.text for argument in arguments)
    if "#1" not in latex:
        return _Piece(latex + _bracketed(inside), _POWER)
    return _Piece(latex.replace("#1", inside), _ATOM if latex.startswith(r"\left") else _POWER)


def _flat(node: Node, name: str) -> list[Node]:
    """Return the arguments a, b, c of min(min(a, b), c)."""
    if not isinstance(node, Call) or node.name != name:
        return [node]
    first, second = node.arguments
    return [*_flat(first, name), second]


def _condition(node: Node) -> _Piece:
    """Return a condition: 0 < x and x < 2 is written as 0 < x < 2, and a number x as x ≠ 0."""
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
    """Return the LaTeX of one side of a relation."""
    return _held(_piece(node), _SUM)


def _cases(node: Node) -> _Piece:
    """Return a choice between formulas as cases, with a nested choice in the last case written as further cases."""
    rows = []
    while isinstance(node, Call) and node.name == "where":
        condition, value, otherwise = node.arguments
        rows.append(rf"{_piece(value).text} & \text{{if }} {_condition(condition).text}")
        node = otherwise
    if isinstance(node, Call) and node.name == "restrict":
        value, condition = node.arguments
        rows.append(rf"{_piece(value).text} & \text{{if }} {_condition(condition).text}")
    else:
        rows.append(rf"{_piece(node).text} & \text{{otherwise}}")
    return _Piece(r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}", _LOGIC)
