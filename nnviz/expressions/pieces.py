r"""Read functions in pieces, in the spellings of Desmos, LaTeX, SymPy, NumPy, Mathematica and of plain words.

{x < 0: -x, x^2}        Desmos; without a last value the function is undefined elsewhere
x^2 {x > 0}             a factor x^2 that is undefined where the condition fails
\begin{cases} … \end{cases}
if x < 0 then -x else x^2
Piecewise((-x, x < 0), (x^2, True))
np.piecewise(x, [x < 0, x >= 0], [-x, x^2])     of several true conditions the last one counts, and 0 if none is true
"""

from typing import Final

from nnviz.expressions.cursor import Cursor
from nnviz.expressions.nodes import CHOICE, OR, Call, Node, Number, condition, is_condition
from nnviz.expressions.tokens import Token

_ALWAYS: Final[Node] = Call(
    "otherwise", ()
)  # stands for a condition that always holds; it is in no finished tree
_OTHERWISE: Final = ("otherwise", "else", "true")
_IF: Final = ("if", "for", "when")
_ONE: Final[Node] = Number(1.0)

Piece = tuple[Node, Node | None]
Pieces = list[tuple[Node, Node]]  # conditions with their values
Entry = Node | list["Entry"]


def braced(cursor: Cursor, opening: Token) -> Node:
    """Return the function in pieces, or the plain group before a power, whose brace was just read."""
    if cursor.take("\\begin"):
        node = cases(cursor, cursor.previous)
        cursor.take("}")
        return node
    pieces = _braces(cursor, opening)
    if len(pieces) == 1 and pieces[0][0] == _ALWAYS:
        follows = cursor.token.text == "^" or cursor.token.kind == "superscript"
        if follows or "\\" in cursor.text:  # in LaTeX, braces are brackets that are not printed
            return pieces[0][1]
        raise cursor.messages.stray_brace(opening, cursor.previous)
    return _joined(cursor, pieces, opening)


def restricted(cursor: Cursor, left: Node) -> Node:
    """Return ``left`` where the condition in the braces at the current token holds, or its product with pieces."""
    opening = cursor.advance()
    pieces = _braces(cursor, opening)
    (condition, value), *others = pieces
    if condition == _ALWAYS:
        raise cursor.messages.stray_brace(opening, cursor.previous)
    if others or value != _ONE:
        return Call("*", (left, _joined(cursor, pieces, opening)))
    return Call("restrict", (left, condition))


def _braces(cursor: Cursor, opening: Token) -> Pieces:
    """Return the pieces in braces whose opening sign was just read."""
    outer, cursor.in_bars = cursor.in_bars, False
    items = [_piece(cursor)]
    while cursor.take(",", ";", "\\\\"):
        items.append(_piece(cursor))
    cursor.close(opening)
    cursor.in_bars = outer
    firsts = [first for first, second in items]
    plain = all(second is None for _, second in items) and len(items) > 1
    if plain and not is_condition(firsts[0]):  # {-x, x < 0, x^2, x >= 0}
        last = [(firsts[-1], _ALWAYS)] if len(items) % 2 else []
        items = [*zip(firsts[::2], firsts[1::2], strict=False), *last]
    return [_sorted(first, second) for first, second in items]


def _sorted(first: Node, second: Node | None) -> tuple[Node, Node]:
    """Return the condition and the value of a piece, whichever is typed first; a condition alone has the value 1."""
    if second is None:
        return (first, _ONE) if _is_case(first) else (_ALWAYS, first)
    if _is_case(second) and not _is_case(first):
        return second, first
    return condition(first) if first != _ALWAYS else first, second


def _is_case(node: Node) -> bool:
    return is_condition(node) or node == _ALWAYS


def _piece(cursor: Cursor) -> Piece:
    """Return both parts of "x < 0: -x", of "-x if x < 0", or one part alone."""
    first = _part(cursor)
    if cursor.take(":"):
        return first, _part(cursor)
    if cursor.take(*_IF):
        return _part(cursor), first
    if cursor.take(*_OTHERWISE):
        return _ALWAYS, first
    return first, None


def _part(cursor: Cursor) -> Node:
    """Return a condition or a value."""
    return _ALWAYS if cursor.take(*_OTHERWISE) else cursor.comparing(OR)


def _joined(cursor: Cursor, pieces: Pieces, place: Token) -> Node:
    """Return the nested choices of pieces; where no condition holds, the function is undefined."""
    *others, (last, node) = pieces
    if any(condition == _ALWAYS for condition, _ in others):
        problem = "Only the last piece can be without a condition."
        raise cursor.messages.error(problem, place, "Write {x < 0: -x, x^2}, for example.")
    if last != _ALWAYS:
        node = Call("restrict", (node, last))
    for condition_, value in reversed(others):
        node = Call("where", (condition_, value, node))
    return node


def cases(cursor: Cursor, opening: Token) -> Node:
    r"""Return the function in pieces between \begin{cases}, which was just read, and \end{cases}."""
    pieces: Pieces = []
    while cursor.token.text not in ("\\end", "") and not cursor.at_end():
        value = cursor.comparing(OR)
        while cursor.take("&", ",", *_IF):
            pass
        alone = cursor.token.text in ("\\\\", "\\end")
        first = _ALWAYS if alone else _part(cursor)
        pieces.append(_sorted(first, value))
        cursor.take(",", ".")
        if not cursor.take("\\\\"):
            break
    if not pieces or not cursor.take("\\end"):
        raise cursor.messages.error(
            "These cases are never closed.", opening, r"Write \end{cases} behind the last row."
        )
    return _joined(cursor, pieces, opening)


def if_then(cursor: Cursor) -> Node:
    """Return the choice "if condition then value else other", from the condition on."""
    start = cursor.token
    choice = cursor.comparing(OR)
    if not is_condition(choice):
        raise cursor.messages.error(
            "Behind if stands a condition.", start, "Write if x < 0 then -x else x, for example."
        )
    if not cursor.take("then", ":", ","):
        raise cursor.messages.error(
            "This if needs a then.", cursor.token, "Write if x < 0 then -x else x, for example."
        )
    value = cursor.nested(CHOICE)
    if cursor.token.text in (",", ";") and cursor.tokens[cursor.here + 1].text in (
        "else",
        "elif",
        "otherwise",
    ):
        cursor.advance()
    if cursor.take("elif"):
        return Call("where", (choice, value, if_then(cursor)))
    if not cursor.take("else", "otherwise"):
        return Call("restrict", (value, choice))
    cursor.take(":", ",")
    return Call("where", (choice, value, cursor.nested(CHOICE)))


def in_words(cursor: Cursor, value: Node) -> Node:
    """Return the choice "value if condition else other", from the condition on."""
    choice = condition(cursor.comparing(OR))
    if not cursor.take("else", "otherwise"):
        raise cursor.messages.error("This if needs an else.", cursor.token, "Write a if x > 0 else b.")
    return Call("where", (choice, value, cursor.nested(CHOICE)))


def in_signs(cursor: Cursor, choice: Node) -> Node:
    """Return the choice "condition ? value : other", from the value on."""
    value = cursor.nested(CHOICE)
    if not cursor.take(":"):
        raise cursor.messages.error("This ? needs a colon.", cursor.token, "Write x > 0 ? a : b.")
    return Call("where", (condition(choice), value, cursor.nested(CHOICE)))


# --- calls of piecewise and select ---


def piecewise(cursor: Cursor, name: Token) -> Node:
    """Return the function in pieces of a call of piecewise or select, whose name was just read."""
    opening = cursor.advance()
    entries = _entries(cursor)
    cursor.close(opening)
    match entries:
        case [list() as conditions, list() as values, *rest] if name.text == "select":
            otherwise = rest[0] if rest and not isinstance(rest[0], list) else Number(0.0)
            return _joined(cursor, [*_pairs(cursor, name, conditions, values), (_ALWAYS, otherwise)], name)
        case [_, list() as conditions, list() as values] if not isinstance(entries[0], list):
            extra = values[len(conditions) :]
            otherwise = extra[0] if len(extra) == 1 and not isinstance(extra[0], list) else Number(0.0)
            pairs = _pairs(cursor, name, conditions, values[: len(conditions)])
            return _joined(cursor, [*reversed(pairs), (_ALWAYS, otherwise)], name)
        case [list() as rows] if all(isinstance(row, list) for row in rows):
            return _joined(cursor, [*_rows(cursor, name, rows), (_ALWAYS, Number(0.0))], name)
        case [list() as rows, last] if all(isinstance(row, list) for row in rows) and not isinstance(
            last, list
        ):
            return _joined(cursor, [*_rows(cursor, name, rows), (_ALWAYS, last)], name)
    if entries and all(isinstance(entry, list) for entry in entries):
        return _joined(cursor, _rows(cursor, name, entries), name)
    plain = [entry for entry in entries if not isinstance(entry, list)]
    if len(plain) < max(2, len(entries)):
        raise _misread(cursor, name)
    tail = [(_ALWAYS, plain.pop())] if len(plain) % 2 else []
    found = [(condition(c), v) for c, v in zip(plain[::2], plain[1::2], strict=True)]
    return _joined(cursor, [*found, *tail], name)


def _misread(cursor: Cursor, name: Token) -> Exception:
    problem = f"{cursor.text[name.start : name.end]} takes conditions and values."
    return cursor.messages.error(problem, name, "Write piecewise(x < 0, -x, x).")


def _pairs(cursor: Cursor, name: Token, conditions: list[Entry], values: list[Entry]) -> Pieces:
    """Return the pieces of a list of conditions and a list of values of the same length."""
    if len(conditions) != len(values):
        raise _misread(cursor, name)
    return _rows(cursor, name, [[value, case] for case, value in zip(conditions, values, strict=True)])


def _rows(cursor: Cursor, name: Token, rows: list[Entry]) -> Pieces:
    """Return the pieces of pairs (value, condition)."""
    pieces: Pieces = []
    for row in rows:
        match row:
            case [value, case] if not isinstance(value, list) and not isinstance(case, list):
                pieces.append(_sorted(case, value))
            case _:
                raise _misread(cursor, name)
    return pieces


def _entries(cursor: Cursor) -> list[Entry]:
    """Return the entries up to a closing bracket."""
    entries = [_entry(cursor)]
    while cursor.take(","):
        if cursor.token.text in (")", "]", "}"):  # a comma behind the last entry
            break
        entries.append(_entry(cursor))
    return entries


def _entry(cursor: Cursor) -> Entry:
    """Return an entry of a call: an expression, or a list in brackets."""
    token = cursor.token
    if token.text in ("[", "{") or (token.text == "(" and cursor.comma_inside()):
        opening = cursor.advance()
        outer, cursor.in_bars = cursor.in_bars, False
        entries = _entries(cursor)
        cursor.close(opening)
        cursor.in_bars = outer
        return entries
    if cursor.take("lambda"):
        if cursor.token.kind == "variable":
            cursor.advance()
        cursor.take(":")
    if cursor.take("default"):
        cursor.take("=")
    return _ALWAYS if cursor.take(*_OTHERWISE) else cursor.comparing(CHOICE)
