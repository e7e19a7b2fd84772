"""Move through the tokens of a formula, and keep the limits of its depth."""

from abc import ABC, abstractmethod
from typing import Final

from nnviz.expressions.diagnostics import Diagnostics
from nnviz.expressions.nodes import CHOICE, Call, Node
from nnviz.expressions.precedence import CLOSING, MEANINGS
from nnviz.expressions.tokens import Token

MAX_DEPTH: Final = 40
_OPENING: Final = ("(", "[", "{")


class Cursor(ABC):
    """One pass over the tokens.

    ``here`` is the position of the current token, ``depth`` the number of open levels. ``in_bars`` is true if the
    next | closes a pair of bars, ``equals`` if = compares two values here. ``indices`` are the letters that were used
    as an index of a sum, with their place.
    """

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.messages = Diagnostics(text, tokens)
        self.here = 0
        self.depth = 0
        self.in_bars = False
        self.equals = False
        self.last_bar = max((k for k, token in enumerate(tokens) if token.text == "|"), default=-1)
        self.indices: dict[str, Token] = {}

    @abstractmethod
    def expression(self, lowest: int) -> Node:
        """Return the longest expression whose operators all hold at least as tightly as ``lowest``."""

    @property
    def token(self) -> Token:
        """The current token."""
        return self.tokens[self.here]

    @property
    def previous(self) -> Token:
        """The token before the current one."""
        return self.tokens[self.here - 1]

    def advance(self) -> Token:
        """Return the current token and move to the next one; stay at the end."""
        token = self.token
        self.here = min(self.here + 1, len(self.tokens) - 1)
        return token

    def take(self, *texts: str) -> bool:
        """Move past the current token if it is one of these signs or words, and return whether it is."""
        found = self.token.text in texts and self.token.kind != "variable"
        if found:
            self.advance()
        return found

    def at_end(self) -> bool:
        """Return whether all tokens are read."""
        return self.token.kind == "end"

    def nested(self, lowest: int) -> Node:
        """Return an expression one level deeper; ExpressionError beyond ``MAX_DEPTH`` levels."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            problem = f"The formula is nested more than {MAX_DEPTH} levels deep."
            raise self.messages.error(problem, self.token, "Use fewer brackets inside each other.")
        node = self.expression(lowest)
        self.depth -= 1
        return node

    def comparing(self, lowest: int, *, equals: bool = True) -> Node:
        """Return a nested expression in which = compares, or not."""
        outer, self.equals = self.equals, equals
        node = self.nested(lowest)
        self.equals = outer
        return node

    def group(self, opening: Token) -> Node:
        """Return the expression in brackets or bars whose opening sign was just read."""
        outer, self.in_bars = self.in_bars, opening.text == "|"
        node = self.comparing(CHOICE, equals=self.equals or opening.text == "[")
        self.close(opening)
        self.in_bars = outer
        return Call(MEANINGS[opening.text], (node,)) if opening.text in MEANINGS else node

    def close(self, opening: Token) -> None:
        """Read the sign that closes ``opening``; ExpressionError if it is missing."""
        if self.token.text == CLOSING[opening.text]:
            self.advance()
            return
        if self.at_end() or self.token.text in CLOSING.values():
            raise self.messages.never_closed(opening, CLOSING[opening.text])
        raise self.messages.unexpected(self.here)

    def comma_inside(self) -> bool:
        """Return whether the bracket that opens at the current token has a comma of its own inside."""
        depth = 0
        for token in self.tokens[self.here :]:
            depth += (token.text in _OPENING) - (token.text in (")", "]", "}"))
            if depth == 0:
                return False
            if depth == 1 and token.text == ",":
                return True
        return False
