"""Say which parts of a formula people often mean in another way, and write the formula in that way."""

import re
from enum import Enum
from fractions import Fraction
from typing import Final, NamedTuple

from nnviz.expressions.errors import ExpressionError
from nnviz.expressions.expression import Expression, parse
from nnviz.expressions.nodes import Call, Node, Number, subtrees, write, write_number

_LOGARITHM: Final = re.compile(r"(?<![A-Za-z_])\\?[Ll]og(?![A-Za-z_0-9])")
_QUOTIENT: Final = re.compile(
    r"(?<![\w.)])([0-9.]+)\s*/\s*([0-9.]+)\s*([A-Za-zπ][A-Za-z0-9]*)(?![A-Za-z0-9(^])"
)
_MOST_DENOMINATOR: Final = 100
_ROUNDING: Final = 1e-9  # of a measured limit that is taken for a fraction


class Meaning(Enum):
    """The parts of a formula that are worth a remark."""

    NATURAL_LOGARITHM = "log is the natural logarithm"
    LEFT_TO_RIGHT = "1/2x is (1/2) x"
    STEP_AT_ZERO = "the step function is 1 at 0"


class Remark(NamedTuple):
    """A part of a formula that could be meant in another way, and the formula in that way; "" without one."""

    meaning: Meaning
    other: str


def remarks(typed: str, f: Expression) -> list[Remark]:
    """Return the remarks on a formula, from the text that was typed and from what was read."""
    names = {node.name for node in subtrees(f.form) if isinstance(node, Call)}
    found = []
    if "log" in names and _LOGARITHM.search(typed):
        found.append(Remark(Meaning.NATURAL_LOGARITHM, _LOGARITHM.sub("log10", typed)))
    if "/" in names and _QUOTIENT.search(typed):
        found.append(Remark(Meaning.LEFT_TO_RIGHT, _QUOTIENT.sub(r"\1/(\2\3)", typed)))
    if "step" in names:
        found.append(Remark(Meaning.STEP_AT_ZERO, ""))
    return [one if _is_readable(one.other, f.variables) else one._replace(other="") for one in found]


def _is_readable(text: str, variables: tuple[str, ...]) -> bool:
    try:
        parse(text, variables)
    except ExpressionError:
        return False
    return True


def with_real_roots(f: Expression) -> str:
    """Return f with x^(1/3) written as cbrt(x), which is also defined for x < 0; "" if f has no such part."""
    changed = _rooted(f.form)
    return "" if changed == f.form else write(changed)


def _rooted(node: Node) -> Node:
    """Return the tree with each power u^(p/3) as a power of the cube root of u."""
    match node:
        case Call("^", (base, Call("/", (Number(p), Number(3.0))))) if p.is_integer():
            root = Call("cbrt", (_rooted(base),))
            return root if p == 1 else Call("^", (root, Number(p)))
        case Call(name, arguments):
            return Call(name, tuple(map(_rooted, arguments)))
    return node


def with_value(f: Expression, x: float, value: float) -> str:
    """Return f, a function of one variable, with a value at x; a value next to a simple fraction is that fraction."""
    near = Fraction(value).limit_denominator(_MOST_DENOMINATOR)
    close = abs(float(near) - value) <= _ROUNDING * max(1.0, abs(value))
    written = f"{near.numerator}/{near.denominator}" if close and near.denominator > 1 else ""
    if not written:
        written = write_number(float(near) if close else value)
    return f"where({f.variables[0]} == {write_number(x)}, {written}, {f.text})"
