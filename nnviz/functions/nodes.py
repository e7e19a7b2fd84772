"""The tree of a formula, and its canonical text.

Four kinds of node, all frozen, hashable and equal by content; positions in the typed text are not kept.
Operators, comparisons and choices are calls too, under the names of the vocabulary:

    +  -  *  /  ^  neg                 arithmetic; ``neg`` is the sign in front, ``^`` the power
    <  <=  >  >=  ==  !=               1 where true, 0 where false; false where an operand is undefined
    and  or  not                       of conditions; any number but 0 counts as true
    where(condition, a, b)             a where the condition holds, else b

A chain such as 0 < x < 2 is the tree of ``0 < x and x < 2``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Number:
    """A literal: finite and not negative."""

    value: float


@dataclass(frozen=True, slots=True)
class Constant:
    """A named number: a key of ``CONSTANTS``."""

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

COMPARISONS: Final = ("<", "<=", ">", ">=", "==", "!=")
CONDITIONS: Final = (*COMPARISONS, "and", "or", "not")

# How tightly an operator holds its operands together, loosest first.
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
    """How tightly the canonical text of this node holds together."""
    return LEVELS.get(node.name, ATOM) if isinstance(node, Call) else ATOM


def is_condition(node: Node) -> bool:
    """True where the value of the node is a truth: a comparison, or and, or, not."""
    return isinstance(node, Call) and node.name in CONDITIONS


def is_constant(node: Node) -> bool:
    """True where no variable occurs in the tree."""
    if isinstance(node, Call):
        return all(map(is_constant, node.arguments))
    return not isinstance(node, Variable)


def subtrees(node: Node) -> set[Node]:
    """All nodes of the tree, itself included; equal ones once."""
    found, waiting = {node}, [node]
    while waiting:
        one = waiting.pop()
        more = set(one.arguments) - found if isinstance(one, Call) else set()
        found |= more
        waiting += more
    return found


def operands(call: Call, text: Callable[[Node], str], holds: Callable[[Node], int] = level) -> list[str]:
    """The operands of an operator as text, in brackets where they would be read otherwise without them.

    ``holds`` says how tightly the text of an operand holds together.
    """
    return [
        text(operand) if _stands_alone(call.name, place, holds(operand)) else f"({text(operand)})"
        for place, operand in enumerate(call.arguments)
    ]


def _stands_alone(operator: str, place: int, inner: int) -> bool:
    """True where an operand of this level needs no brackets at this place (0 left, 1 right)."""
    own = LEVELS[operator]
    if operator == "^":
        return inner >= (ATOM if place == 0 else POWER)  # a^b^c is a^(b^c)
    if place == 1 and inner == SIGN and own >= SUM:
        return False  # a - (-b), a*(-b)
    if place == 1 or own in (COMPARE, SIGN):
        return inner > own  # a - (b - c), (a < b) < c, -(-a)
    return inner >= own


def write(node: Node) -> str:
    """The canonical text: reading it gives the same tree again."""
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
    """The shortest decimal that is read as the same float, whole numbers without a point."""
    text = repr(float(value))
    return text.removesuffix(".0")
