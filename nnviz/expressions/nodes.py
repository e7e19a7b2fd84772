"""Define the tree of a formula, and write its canonical text.

There are four kinds of node, all frozen, hashable and compared by content. Positions in the typed text are not kept.
Operators, comparisons and choices are calls too, under the names of the vocabulary:

    +  -  *  /  ^  neg                 arithmetic; ``neg`` is the sign in front, ``^`` the power
    <  <=  >  >=  ==  !=               1 where true, 0 where false; false where an operand is undefined
    and  or  not                       of conditions; any number but 0 counts as true
    where(condition, a, b)             a where the condition holds, else b
    restrict(a, condition)             a where the condition holds, and undefined elsewhere
    sum, prod (k, low, high, term)     only in the tree that is written, not in the one that is computed: see ``series``

A chain such as 0 < x < 2 is the tree of ``0 < x and x < 2``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Number:
    """A literal, which is finite and not negative."""

    value: float


@dataclass(frozen=True, slots=True)
class Constant:
    """A named number, a key of ``CONSTANTS``."""

    name: str


@dataclass(frozen=True, slots=True)
class Variable:
    """One of the variables of the expression."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operator, a key of ``FUNCTIONS``, with as many arguments as it takes."""

    name: str
    arguments: tuple["Node", ...]


Node = Number | Constant | Variable | Call


def is_at_most_one(node: Node) -> bool:
    """Return whether |node| ≤ 1 is seen from its form: a/|a|, |a|/a, a/√(a² + …) with terms of at least 0, a/hypot."""
    match node:
        case Call("/", (Call("abs", (a,)), b)) if a == b:
            return True
        case Call("/", (a, Call("abs", (b,)))):
            return a == b
        case Call("/", (a, Call("sqrt", (b,)))):
            return _holds_square(b, a)
        case Call("/", (a, Call("hypot", sides))):
            return a in sides
    return False


def _holds_square(node: Node, a: Node) -> bool:
    """Return whether a tree is a² plus terms that are certainly not negative."""
    match node:
        case Call("+", (p, q)):
            return (_holds_square(p, a) and _is_not_negative(q)) or (
                _is_not_negative(p) and _holds_square(q, a)
            )
        case Call("^", (base, Number(2.0))):
            return base == a
        case Call("*", (p, q)):
            return p == q == a
    return False


def _is_not_negative(node: Node) -> bool:
    """Return whether a tree certainly has no value below 0."""
    match node:
        case Number():
            return True
        case Call("+", (p, q)):
            return _is_not_negative(p) and _is_not_negative(q)
        case Call("*", (p, q)):
            return p == q
        case Call("^", (_, Number(n))):
            return n % 2 == 0
    return isinstance(node, Call) and node.name in ("abs", "exp", "sqrt", "cosh", "gaussian")


COMPARISONS: Final = ("<", "<=", ">", ">=", "==", "!=")
CONDITIONS: Final = (*COMPARISONS, "and", "or", "not")

# The precedence levels of operators, loosest first.
CHOICE, OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, POWER, ATOM = range(10)
LEVELS: Final = {
    "or": OR,
    "and": AND,
    "not": NOT,
    **dict.fromkeys(COMPARISONS, COMPARE),
    "+": SUM,
    "-": SUM,
    "*": PRODUCT,
    "/": PRODUCT,
    "neg": SIGN,
    "^": POWER,
}
_PATTERNS: Final = {"*": "{0}*{1}", "/": "{0}/{1}", "^": "{0}^{1}", "neg": "-{0}", "not": "not {0}"}


def level(node: Node) -> int:
    """Return the precedence level of the canonical text of a node."""
    return LEVELS.get(node.name, ATOM) if isinstance(node, Call) else ATOM


def is_condition(node: Node) -> bool:
    """Return whether the node is a comparison, or one of and, or, not."""
    return isinstance(node, Call) and node.name in CONDITIONS


def condition(node: Node) -> Node:
    """Return a condition unchanged, and for any other tree the condition that it is not 0."""
    return node if is_condition(node) else Call("!=", (node, Number(0.0)))


def is_constant(node: Node) -> bool:
    """Return whether no variable occurs in the tree."""
    if isinstance(node, Call):
        return all(map(is_constant, node.arguments))
    return not isinstance(node, Variable)


def has_and(node: Node) -> bool:
    """Return whether a chain or an "and" occurs in the tree."""
    return isinstance(node, Call) and (node.name == "and" or any(map(has_and, node.arguments)))


def subtrees(node: Node) -> set[Node]:
    """Return all nodes of the tree, the root included; equal nodes occur once."""
    found, waiting = {node}, [node]
    while waiting:
        current = waiting.pop()
        more = set(current.arguments) - found if isinstance(current, Call) else set()
        found |= more
        waiting += more
    return found


def operands(call: Call, text: Callable[[Node], str], holds: Callable[[Node], int] = level) -> list[str]:
    """Return the operands of an operator as text, in brackets where the meaning would change without them.

    ``holds`` returns the precedence level of the text of an operand.
    """
    return [
        text(operand) if _stands_alone(call.name, place, holds(operand)) else f"({text(operand)})"
        for place, operand in enumerate(call.arguments)
    ]


def _stands_alone(operator: str, place: int, inner: int) -> bool:
    """Return whether an operand of level ``inner`` needs no brackets at this place (0 left, 1 right)."""
    own = LEVELS[operator]
    if operator == "^":
        return inner >= (ATOM if place == 0 else POWER)  # a^b^c is a^(b^c)
    if place == 1 and inner == SIGN and own >= SUM:
        return False  # a - (-b), a*(-b)
    if place == 1 or own in (COMPARE, SIGN):
        return inner > own  # a - (b - c), (a < b) < c, -(-a)
    return inner >= own


def write(node: Node) -> str:
    """Return the canonical text of a tree; reading it gives the same tree again."""
    match node:
        case Number(value):
            return write_number(value)
        case Constant(name) | Variable(name):
            return name
        case Call(name, arguments) if name in LEVELS:
            return _PATTERNS.get(name, f"{{0}} {name} {{1}}").format(*operands(node, write))
        case Call(name, arguments):
            return f"{name}({', '.join([write(argument) for argument in arguments])})"


def write_number(value: float) -> str:
    """Return the shortest decimal that is read as the same float, without a point for whole numbers."""
    text = repr(float(value))
    return text.removesuffix(".0")
