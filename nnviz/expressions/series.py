r"""Read finite sums and products, and write them out for everything that computes.

The tree of sin(x) + sin(2x) + sin(3x) that was typed as a sum is ``Call("sum", (Variable("k"), 1, 3, body))``, with its
index as a variable of the body. ``expanded`` returns the tree of the terms.

    sum(k, 1, 5, sin(k x)/k)    sum(sin(k x)/k, k, 1, 5)    sum(sin(k x)/k, (k, 1, 5))    sum(k = 1, 5, …)
    Sum[Sin[k x]/k, {k, 1, 5}]  sum(sin(k x)/k for k in range(1, 6))    \sum_{k=1}^{5} …    prod(k, 1, 3, x - k)
"""

from functools import reduce
from typing import Final

from nnviz.expressions.cursor import Cursor
from nnviz.expressions.nodes import CHOICE, PRODUCT, SIGN, Call, Node, Number, Variable, write
from nnviz.expressions.tokens import Token

SERIES: Final = {"sum": "+", "prod": "*"}
MAX_TERMS: Final = 1000
MAX_NODES: Final = 2000  # of the tree with all sums written out


def by_sign(cursor: Cursor, sign: Token) -> Node:
    r"""Return the sum or product that begins with a sign, such as \sum_{k=1}^{5}; its terms end before + or -."""
    problem = "A sum needs its bounds."
    form = r"Write \sum_{k=1}^{5}, or sum(k, 1, 5, x^k)."
    if not cursor.take("_"):
        raise cursor.messages.error(problem, sign, form)
    braced = cursor.token.text in ("{", "(")
    opening = cursor.advance() if braced else cursor.token
    index = cursor.advance()
    if not cursor.take("="):
        raise cursor.messages.error(problem, sign, form)
    low = cursor.nested(SIGN)
    if braced:
        cursor.close(opening)
    if cursor.token.kind == "superscript":
        high: Node = Number(float(cursor.advance().text.lstrip("+")))
    elif cursor.take("^"):
        high = _upper_bound(cursor)
    else:
        raise cursor.messages.error(problem, sign, form)
    return _series(cursor, sign, index, low, high, cursor.nested(PRODUCT))


def _upper_bound(cursor: Cursor) -> Node:
    """Return what stands behind ^: a group, or one number or letter, so that the terms can begin with a number."""
    negative = cursor.take("-")
    token = cursor.advance()
    if token.text in ("{", "("):
        node = cursor.group(token)
    else:
        node = Number(float(token.text)) if token.kind == "number" else Variable(token.text)
    return Call("neg", (node,)) if negative else node


def by_name(cursor: Cursor, name: Token) -> Node:
    """Return the sum or product of a call, whose name was just read."""
    if cursor.token.text not in ("(", "["):
        problem = f"{name.text} needs an index, its bounds, and a term."
        raise cursor.messages.error(problem, name, f"Write {name.text}(k, 1, 5, x^k).")
    opening = cursor.advance()
    outer, cursor.in_bars = cursor.in_bars, False
    found = _index_first(cursor, name) if _binds(cursor) else _term_first(cursor, name)
    cursor.close(opening)
    cursor.in_bars = outer
    return found


def _binds(cursor: Cursor) -> bool:
    """Return whether an index with its bounds begins here."""
    return cursor.token.kind in ("index", "variable") and cursor.tokens[cursor.here + 1].text in (",", "=")


def _bounds(cursor: Cursor, name: Token) -> tuple[Token, Node, Node]:
    """Return an index and its bounds: "k, 1, 5", "k = 1, 5" or "k = 1..5"."""
    index = cursor.advance()
    cursor.advance()
    low = cursor.nested(SIGN)
    if not cursor.take(",", "..", ":"):
        problem = f"{name.text} needs two bounds of {index.text}."
        raise cursor.messages.error(problem, index, f"Write {name.text}({index.text}, 1, 5, …).")
    return index, low, cursor.nested(SIGN)


def _index_first(cursor: Cursor, name: Token) -> Node:
    """Return the series of "k, 1, 5, term"."""
    index, low, high = _bounds(cursor, name)
    if not cursor.take(","):
        problem = f"{name.text} needs a term behind its bounds."
        raise cursor.messages.error(
            problem, cursor.token, f"Write {name.text}({index.text}, 1, 5, x^{index.text})."
        )
    return _series(cursor, name, index, low, high, cursor.nested(CHOICE))


def _term_first(cursor: Cursor, name: Token) -> Node:
    """Return the series of "term, k, 1, 5", "term, (k, 1, 5)" or "term for k in range(1, 6)"."""
    body = cursor.nested(CHOICE)
    if cursor.take("for"):
        return _over_range(cursor, name, body)
    cursor.take(",")
    opening = cursor.advance() if cursor.token.text in ("(", "{") else None
    if not _binds(cursor):
        problem = f"{name.text} needs an index, its bounds, and a term."
        raise cursor.messages.error(problem, name, f"Write {name.text}(k, 1, 5, x^k).")
    index, low, high = _bounds(cursor, name)
    if opening is not None:
        cursor.close(opening)
    return _series(cursor, name, index, low, high, body)


def _over_range(cursor: Cursor, name: Token, body: Node) -> Node:
    """Return the series of "term for k in range(1, 6)", from the index on; Python's range ends before 6."""
    index = cursor.advance()
    if not (cursor.take("in") and cursor.take("range") and cursor.token.text == "("):
        raise cursor.messages.error("This for needs a range.", index, f"Write {name.text}(k, 1, 5, x^k).")
    opening = cursor.advance()
    bounds = [cursor.nested(SIGN)]
    if cursor.take(","):
        bounds.append(cursor.nested(SIGN))
    cursor.close(opening)
    low, stop = bounds if len(bounds) == 2 else (Number(0.0), bounds[0])
    high = whole(stop)
    return _series(cursor, name, index, low, stop if high is None else _number(high - 1), body)


def _series(cursor: Cursor, name: Token, index: Token, low: Node, high: Node, body: Node) -> Node:
    """Return the tree of a sum or product; ExpressionError for bounds that are no whole numbers, or too many terms."""
    if index.kind != "index":
        typed = cursor.text[index.start : index.end]
        problem = f"The index of a sum must be a letter without another meaning, got {typed}."
        raise cursor.messages.error(problem, index, "Write k, for example.")
    first, last = whole(low), whole(high)
    if first is None or last is None:
        problem = f"The bounds of {index.text} must be whole numbers, got {write(low)} and {write(high)}."
        raise cursor.messages.error(problem, index, "Write 1 and 10, for example.")
    if last < first:
        problem = f"{index.text} must go from a smaller to a larger number, got {first} to {last}."
        forms = _with_bounds(cursor, index, (first, last), (last, first))
        raise cursor.messages.error(problem, index, f"Write {last} first.", *forms)
    if last - first >= MAX_TERMS:
        problem = f"A sum has at most {MAX_TERMS} terms, and this one has {last - first + 1}."
        forms = _with_bounds(cursor, index, (first, last), (first, first + 19))
        raise cursor.messages.error(
            problem, index, f"Write {first + 19} as its last {index.text}, for example.", *forms
        )
    kind = "prod" if name.text in ("prod", "Π") else "sum"
    node = Call(kind, (Variable(index.text), _number(first), _number(last), body))
    if (size := _size(node)) > MAX_NODES:
        problem = f"With its sums written out, the formula has {size} parts. At most {MAX_NODES} are allowed."
        raise cursor.messages.error(problem, name, "Use fewer terms.")
    return node


def _with_bounds(cursor: Cursor, index: Token, old: tuple[int, int], new: tuple[int, int]) -> list[str]:
    """Return the text with other bounds behind the index; empty if the bounds are not literal numbers there."""
    behind = [token for token in cursor.tokens if token.start > index.start and token.kind == "number"]
    found = [next((t for t in behind if float(t.text) == value), None) for value in old]
    if old[0] < 0 or None in found or found[0] is found[1]:
        return []
    changes = [(t.start, t.end, str(value)) for t, value in zip(found, new, strict=True) if t is not None]
    return [cursor.messages.replaced(*changes)]


def whole(node: Node) -> int | None:
    """Return the whole number that a tree is, up to 10^9 in size; None for other trees."""
    match node:
        case Number(value) if value.is_integer() and value <= 1e9:
            return int(value)
        case Call("neg", (Number(value),)) if value.is_integer() and value <= 1e9:
            return -int(value)
    return None


def _number(value: int) -> Node:
    return Number(float(value)) if value >= 0 else Call("neg", (Number(float(-value)),))


def _range(node: Call) -> range:
    """Return the values of the index of a series."""
    low, high = (whole(bound) for bound in node.arguments[1:3])
    assert low is not None
    assert high is not None
    return range(low, high + 1)


def _size(node: Node) -> int:
    """Return the number of nodes with all series written out."""
    if not isinstance(node, Call):
        return 1
    if node.name in SERIES:
        return len(_range(node)) * (1 + _size(node.arguments[3]))
    return 1 + sum(map(_size, node.arguments))


def expanded(node: Node) -> Node:
    """Return the tree with every sum and product written out, in a balanced tree of its terms."""
    if not isinstance(node, Call):
        return node
    if node.name in SERIES:
        index, _, _, body = node.arguments
        terms = [expanded(_replaced(body, index, _number(k))) for k in _range(node)]
        return _balanced(SERIES[node.name], terms)
    arguments = tuple(map(expanded, node.arguments))
    return node if arguments == node.arguments else Call(node.name, arguments)


def _replaced(node: Node, index: Node, value: Node) -> Node:
    """Return the tree with a value in place of an index; a series inside with the same index keeps its own."""
    if node == index:
        return value
    if not isinstance(node, Call) or (node.name in SERIES and node.arguments[0] == index):
        return node
    return Call(node.name, tuple(_replaced(argument, index, value) for argument in node.arguments))


def _balanced(operator: str, terms: list[Node]) -> Node:
    """Return the sum or product of the terms, joined in pairs, so that the tree is not deep."""
    while len(terms) > 1:
        pairs = [Call(operator, (a, b)) for a, b in zip(terms[::2], terms[1::2], strict=False)]
        terms = [*pairs, *terms[len(pairs) * 2 :]]
    return terms[0]


def free_names(node: Node) -> set[str]:
    """Return the names of the variables of a tree that are no index of a series around them."""
    match node:
        case Variable(name):
            return {name}
        case Call(("sum" | "prod"), (Variable(index), _, _, body)):
            return free_names(body) - {index}
        case Call(_, arguments):
            return reduce(set.union, map(free_names, arguments), set())
    return set()
