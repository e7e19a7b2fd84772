"""Read a function with its arguments: sin(x), sin²(x), sin 2πx, log_2(x), log(x, 2), besselj(0, x)."""

from functools import reduce

from nnviz.expressions.cursor import Cursor
from nnviz.expressions.diagnostics import arity
from nnviz.expressions.errors import ExpressionError
from nnviz.expressions.hints import BESSEL
from nnviz.expressions.nodes import (
    CHOICE,
    POWER,
    SIGN,
    Call,
    Constant,
    Node,
    Number,
    condition,
    write,
)
from nnviz.expressions.tokens import Token
from nnviz.expressions.vocabulary import FUNCTIONS

_JOINTS = ("*", "/", "%", "//")


def function(cursor: Cursor, name: Token) -> Node:
    """Return a function with its arguments: sin(x), sin²(x) or sin x."""
    base = _logarithm_base(cursor) if name.text == "log_" else None
    exponent = _exponent(cursor, name)
    if cursor.token.text in ("(", "[", "{"):
        opening = cursor.token
        arguments = _arguments(cursor, name)
        if opening.text == "[" and name.text == "log" and len(arguments) == 2:
            arguments.reverse()  # Mathematica's Log[2, x]
    else:
        arguments = [_bare_argument(cursor, name)]
    value = _apply(cursor, name, arguments, base)
    return value if exponent is None else Call("^", (value, exponent))


def _logarithm_base(cursor: Cursor) -> Node:
    r"""Return the base of log_2(x) or \log_{b}(x)."""
    token = cursor.advance()
    match token.kind:
        case "number":
            return Number(float(token.text))
        case "constant":
            return Constant(token.text)
    if token.text in ("{", "("):
        return cursor.group(token)
    raise cursor.messages.error("This logarithm needs a base.", token, "Write log_2(x), or log(x, 2).")


def _exponent(cursor: Cursor, name: Token) -> Node | None:
    """Return the exponent in sin²(x) or sin^2(x), a positive whole number; None without one."""
    if cursor.token.kind != "superscript" and cursor.token.text != "^":
        return None
    token = cursor.advance()
    digits = token.text if token.kind == "superscript" else _plain_exponent(cursor)
    if digits.isdigit():
        return Number(float(digits))
    raise _unclear_exponent(cursor, name, digits)


def _plain_exponent(cursor: Cursor) -> str:
    """Return the text behind ^ up to its end, with or without braces or brackets."""
    opening = cursor.token
    if opening.text in ("{", "("):
        cursor.advance()
    sign = cursor.advance().text if cursor.token.text in ("-", "+") else ""
    digits = sign + cursor.advance().text
    if opening.text in ("{", "(") and not cursor.take("}", ")"):
        return ""
    return digits


def _unclear_exponent(cursor: Cursor, name: Token, digits: str) -> ExpressionError:
    """Return the error for sin^-1(x), which could be asin(x) or 1/sin(x)."""
    typed, messages = cursor.text[name.start : name.end], cursor.messages
    inverse = f"a{name.text}" if f"a{name.text}" in FUNCTIONS else ""
    forms = []
    if digits == "-1":
        after = cursor.token.start
        if inverse:
            forms.append(
                messages.replaced((name.start, after, inverse if cursor.token.text == "(" else f"{inverse} "))
            )
        if (end := _end_of_argument(cursor, name)) is not None:
            gap = "" if cursor.text[after] in "([{|\\" else " "
            reciprocal = f"1/{typed}{gap}{cursor.text[after:end]}"
            alone = not cursor.text[: name.start].strip() and not cursor.text[end:].strip()
            forms.append(messages.replaced((name.start, end, reciprocal if alone else f"({reciprocal})")))
    problem = f"{name.text} is a function. The exponent of its name must be a positive whole number."
    other = f"1/{name.text}(x)" if digits == "-1" else f"{name.text}(x)^…"
    suggestion = f"Write {inverse}(x) or {other}." if inverse else f"Write {other}."
    return messages.error(problem, name, suggestion, *forms)


def _end_of_argument(cursor: Cursor, name: Token) -> int | None:
    """Return where the argument behind the name ends in the text; None if it cannot be read. The cursor stays."""
    here, depth, bars = cursor.here, cursor.depth, cursor.in_bars
    try:
        if cursor.token.text in ("(", "[", "{"):
            _arguments(cursor, name)
        else:
            _bare_argument(cursor, name)
        return cursor.previous.end
    except ExpressionError:
        return None
    finally:
        cursor.here, cursor.depth, cursor.in_bars = here, depth, bars


def _arguments(cursor: Cursor, name: Token) -> list[Node]:
    """Return the arguments of a function in brackets."""
    opening = cursor.advance()
    cursor.messages.not_empty(opening, cursor.token)
    outer, cursor.in_bars = cursor.in_bars, False
    compares = name.text in ("where", "restrict")
    arguments = [cursor.comparing(CHOICE, equals=compares)]
    while cursor.take(","):
        arguments.append(cursor.comparing(CHOICE, equals=compares))
    cursor.close(opening)
    cursor.in_bars = outer
    return arguments


def _bare_argument(cursor: Cursor, name: Token) -> Node:
    """Return the argument of a function without brackets.

    The argument consists of factors side by side, as in sin 2πx, or of one |x|, √x or cos x.
    """
    start = cursor.token
    if not begins_value(cursor):
        raise cursor.messages.argument_missing(name, start, _signed_argument(cursor))
    value, unclear = _factors(cursor)
    if unclear:
        end = cursor.previous.end
        joint, rest = cursor.token, _rest_of_product(cursor)
        raise cursor.messages.unclear_end(name, write(value), (start.start, end), joint, rest)
    return value


def begins_value(cursor: Cursor) -> bool:
    """Return whether a value without a sign in front begins at the current token."""
    token = cursor.token
    plain = token.kind in ("number", "variable", "constant", "index", "function")
    return plain or token.text in ("|", "(", "\\lvert", "⌊", "⌈", "√", "∛", "\\frac", "Σ", "Π")


def _factors(cursor: Cursor) -> tuple[Node, bool]:
    """Return the factors of a bare argument, and whether it is unclear where they end, as in sin x/2."""
    simple = cursor.token.kind in ("number", "variable", "constant", "index")
    value = cursor.nested(POWER)
    while simple and cursor.token.kind in ("variable", "constant", "index"):
        value = Call("*", (value, cursor.expression(POWER)))
    sign = cursor.token.text in _JOINTS
    follows = cursor.tokens[cursor.here + 1] if sign else cursor.token
    more = sign or (begins_value(cursor) and not (cursor.token.text == "|" and cursor.in_bars))
    return value, follows.kind != "function" and (more or follows.text == "[")


def _rest_of_product(cursor: Cursor) -> int | None:
    """Return where the product ends that the current token continues; None if it cannot be read."""
    try:
        if cursor.token.text in _JOINTS:
            cursor.advance()
        cursor.expression(SIGN)
        return cursor.previous.end
    except ExpressionError:
        return None


def _signed_argument(cursor: Cursor) -> list[int]:
    """Return where -x or -x/2 ends in "exp -x/2": behind the first factors, and behind the product."""
    if cursor.token.text not in ("-", "+"):
        return []
    try:
        cursor.advance()
        _, unclear = _factors(cursor)
        ends = [cursor.previous.end]
        rest = _rest_of_product(cursor) if unclear else None
        return [*ends, *([rest] if rest is not None else [])]
    except ExpressionError:
        return []


def _apply(cursor: Cursor, name: Token, arguments: list[Node], base: Node | None) -> Node:
    """Return the call of a function; rewrite pow, square, cube, logarithms, besselj, and min and max of several."""
    match name.text, arguments:
        case (("log_" | "log"), [x]) if base is not None:
            return _logarithm(x, base)
        case "log", [x, to_base]:
            return _logarithm(x, to_base)
        case "min" | "max", [_, _, *_]:
            return reduce(lambda a, b: Call(name.text, (a, b)), arguments)
        case "pow" | "power", [a, b]:
            return Call("^", (a, b))
        case "square", [a]:
            return Call("^", (a, Number(2.0)))
        case "cube", [a]:
            return Call("^", (a, Number(3.0)))
        case "step", [x, at_zero]:
            return _step(x, at_zero)
        case "besselj", [Number(0.0), x]:
            return Call("bessel_j0", (x,))
        case "besselj", [Number(1.0), x]:
            return Call("bessel_j1", (x,))
        case "besselj", [_, _]:
            raise cursor.messages.error(
                "Only the Bessel functions J0 and J1 are known here.", name, "Write J0(x) or J1(x).", *BESSEL
            )
        case "where", [test, *values] if len(values) == 2:
            return Call("where", (condition(test), *values))
        case "restrict", [x, test]:
            return Call("restrict", (x, condition(test)))
    if len(arguments) != arity(name.text):
        raise cursor.messages.wrong_count(name, len(arguments), cursor.here)
    return Call(name.text, tuple(arguments))


def _logarithm(x: Node, base: Node) -> Node:
    """Return the logarithm of x to a base."""
    known = {Number(2.0): "log2", Number(10.0): "log10", Constant("e"): "log"}
    if base in known:
        return Call(known[base], (x,))
    return Call("/", (Call("log", (x,)), Call("log", (base,))))


def _step(x: Node, at_zero: Node) -> Node:
    """Return the step function of x with another value at 0, as NumPy's heaviside."""
    step = Call("step", (x,))
    return step if at_zero == Number(1.0) else Call("where", (Call("==", (x, Number(0.0))), at_zero, step))
