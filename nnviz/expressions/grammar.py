"""Build the tree of a formula from its tokens, with a Pratt parser (Pratt 1973, Top Down Operator Precedence).

The operators from loose to tight: a if c else b, c ? a : b | or | and | not | < <= > >= == != (chains) | + - |
* / % // mod and products without a sign, as in 2x(x + 1) | signs | ^ ** (from the right), superscripts, degrees |
the factorial !. So 1/2x is (1/2)*x, -x^2 is -(x^2) and 2^-x is 2^(-x). A text with two possible meanings is an error
that names both forms.

The argument of a function stands in brackets, or directly behind the name, as in sin 2πx (``calls``). ``pieces`` reads
functions in pieces, and ``series`` sums and products. The time is linear in the length of the text.
"""

import math
import re
from functools import reduce

from nnviz.expressions import calls, pieces, series
from nnviz.expressions.cursor import Cursor
from nnviz.expressions.errors import ExpressionError
from nnviz.expressions.nodes import (
    ATOM,
    CHOICE,
    COMPARE,
    COMPARISONS,
    NOT,
    POWER,
    PRODUCT,
    SIGN,
    SUM,
    Call,
    Constant,
    Node,
    Number,
    Variable,
    condition,
    has_and,
    is_condition,
    is_constant,
    write,
)
from nnviz.expressions.precedence import FACTOR_SIGNS, INFIX, ROOTS
from nnviz.expressions.tokens import MAX_CHARACTERS, Token, after_left_side, tokenize, unwrapped


def read(text: str, variables: tuple[str, ...]) -> Node:
    """Return the tree of a formula; ExpressionError for other text and for text beyond the limits."""
    if len(text) > MAX_CHARACTERS:
        problem = f"The formula has {len(text)} characters. At most {MAX_CHARACTERS} are allowed."
        raise ExpressionError(problem, text, MAX_CHARACTERS, "Write a shorter formula.")
    text = unwrapped(text)
    return _Parser(text, tokenize(text, variables, after_left_side(text, variables))).formula(variables)


class _Parser(Cursor):
    """A Pratt parser of one formula."""

    loose_remainder: Node | None = None  # the last "a mod b" that was read

    # --- the loop ---

    def formula(self, variables: tuple[str, ...]) -> Node:
        """Return the tree of the whole text."""
        if self.at_end():
            raise self.messages.error(
                "There is no formula yet.", self.token, "Write a formula, such as sin(2*pi*x)."
            )
        node = self.expression(CHOICE)
        if not self.at_end():
            raise self.messages.unexpected(self.here)
        unbound = sorted(series.free_names(node) - set(variables)) if self.indices else []
        if unbound:
            problem = f"'{unbound[0]}' has no value here. It is an index outside of its sum."
            raise self.messages.error(problem, self.indices[unbound[0]], "Write brackets around the terms.")
        return node

    def expression(self, lowest: int) -> Node:
        """Return the longest expression whose operators all hold at least as tightly as ``lowest``."""
        left = self.prefix()
        while (level := self.infix_level()) >= lowest:
            left = self.infix(left, level)
        return left

    # --- what an expression begins with ---

    def prefix(self) -> Node:
        """Return the value, function, sign or bracket that an expression begins with."""
        token = self.advance()
        match token.kind:
            case "number":
                return self.number(token)
            case "variable":
                return Variable(token.text)
            case "index":
                self.indices.setdefault(token.text, token)
                return Variable(token.text)
            case "constant":
                return Constant(token.text)
            case "function":
                return self.function(token)
        return self.prefix_sign(token)

    def prefix_sign(self, token: Token) -> Node:
        """Return the expression that begins with a sign, a bracket, a root or a word."""
        match token.text:
            case "-":
                return self.minus()
            case "+":
                return self.nested(SIGN)
            case "not":
                return Call("not", (condition(self.nested(NOT)),))
            case "(" | "[" | "|" | "\\lvert" | "⌊" | "⌈":
                return self.group(token)
            case "{":
                return (
                    self.group(token)
                    if self.tokens[self.here - 2].text == "^"
                    else pieces.braced(self, token)
                )
            case "√" | "∛":
                return self.root(token)
            case "\\frac":
                return Call("/", (self.braces(), self.braces()))
            case "\\begin":
                return pieces.cases(self, token)
            case "Σ" | "Π":
                return series.by_sign(self, token)
            case "if" if self.token.text in ("(", "[") and self.comma_inside():
                return self.function(token._replace(kind="function", text="where"))
            case "if":
                return pieces.if_then(self)
        raise self.messages.value_missing(token)

    def minus(self) -> Node:
        r"""Return what begins with a minus sign; -\frac{a}{b} is (-a)/b, as -a/b is."""
        if self.token.text == "\\frac":
            self.advance()
            top = Call("neg", (self.braces(),))
            return Call("/", (top, self.braces()))
        return Call("neg", (self.nested(SIGN),))

    def function(self, name: Token) -> Node:
        """Return a function with its arguments."""
        if name.text in ("piecewise", "select") and self.token.text in ("(", "["):
            return pieces.piecewise(self, name)
        if name.text in series.SERIES:
            return series.by_name(self, name)
        if (
            name.text == "sqrt"
            and self.text[name.start] == "\\"
            and self.token.kind in ("number", "variable")
        ):
            return Call("sqrt", (self.braces(),))
        return calls.function(self, name)

    def group(self, opening: Token) -> Node:
        """Return the expression in brackets or bars whose opening sign was just read."""
        node = super().group(opening)
        self.loose_remainder = None
        return node

    def number(self, token: Token) -> Node:
        """Return a literal; ExpressionError if it is too large for a float."""
        value = float(token.text)
        if math.isinf(value):
            raise self.messages.error("This number is too large.", token, "The largest is about 1.8e308.")
        return Number(value)

    def whole(self, token: Token, digits: str) -> Node:
        """Return a whole number, with or without a sign, from the digits of a token."""
        value = self.number(token._replace(text=digits.lstrip("+-")))
        return Call("neg", (value,)) if digits.startswith("-") else value

    def braces(self) -> Node:
        """Return the expression in a pair of braces, or the single digit or letter that can stand for it."""
        if self.token.text == "{":
            return self.group(self.advance())
        if self.token.kind in ("variable", "constant", "index"):
            return self.prefix()
        if self.token.kind == "number" and self.token.text.isdigit():
            return self.digit()
        raise self.messages.error(
            "A fraction has two pairs of braces.", self.token, r"Write \frac{1}{x}, or 1/x."
        )

    def digit(self) -> Node:
        r"""Return the first digit of the current number, as LaTeX reads \frac12; the others stay the current token."""
        token = self.token
        if len(token.text) == 1:
            return self.number(self.advance())
        self.tokens[self.here] = token._replace(text=token.text[1:], start=token.start + 1)
        return Number(float(token.text[0]))

    def root(self, sign: Token) -> Node:
        """Return a root: √(x) or √x. Refuse √2x, which could be √2·x or √(2x)."""
        name = ROOTS[sign.text]
        if self.token.text == "(":
            return Call(name, (self.group(self.advance()),))
        start = self.token.start
        value = self.nested(ATOM)
        power = self.infix_level() == POWER
        if power or (self.factor_begins() and self.token.kind != "function"):
            raise self.messages.unclear_root(
                sign, name, write(value), (start, self.previous.end), self.token, power=power
            )
        return Call(name, (value,))

    # --- what can follow ---

    def infix_level(self) -> int:
        """Return how tightly the current token binds to the left; -1 if it ends the expression."""
        token = self.token
        if token.kind == "superscript":
            return POWER
        if self.factor_begins() or token.text == "{" or self.infix_mod():
            return PRODUCT
        if token.kind == "number" or token.text == "[":
            raise self.messages.side_by_side(self.previous, token)
        return COMPARE if self.equality() else INFIX.get(token.text, -1)

    def factor_begins(self) -> bool:
        """Return whether a factor begins here, so that the sign of a product is left out."""
        if self.token.text == "|":
            return not self.in_bars
        if self.token.text == "[":
            return self.previous.kind == "number"
        if self.infix_mod():
            return False
        kinds = ("variable", "constant", "function", "index")
        return self.token.kind in kinds or self.token.text in FACTOR_SIGNS

    def infix_mod(self) -> bool:
        """Return whether the word mod stands between two values here, and not in front of a bracket with two values."""
        if self.token.kind != "function" or self.token.text != "mod":
            return False
        self.here += 1
        call = self.token.text in ("(", "[", "{") and self.comma_inside()
        self.here -= 1
        return not call

    def infix(self, left: Node, level: int) -> Node:
        """Return ``left`` combined with the operator at the current token and its right side."""
        token = self.token
        if level == COMPARE:
            return self.comparisons(left)
        if token.text == "{":
            return pieces.restricted(self, left)
        if level == PRODUCT and token.text not in INFIX and not self.infix_mod():
            return self.product_without_sign(left)
        self.advance()
        match token.text:
            case "if":
                return pieces.in_words(self, left)
            case "?":
                return pieces.in_signs(self, left)
            case "^":
                return self.power(left)
            case "!":
                return self.factorial(left)
            case "°":
                return Call("*", (left, Call("/", (Constant("pi"), Number(180.0)))))
        if token.kind == "superscript":
            return Call("^", (left, self.whole(token, token.text)))
        start = self.token
        right = self.expression(level + 1)
        if right is self.loose_remainder and level == SUM:
            raise self.messages.unclear_remainder(token, start, self.previous)
        return self.operator(token, left, right)

    def operator(self, token: Token, left: Node, right: Node) -> Node:
        """Return the call of an operator with two operands."""
        if token.text == "mod":
            self.loose_remainder = Call("mod", (left, right))
            return self.loose_remainder
        if token.text == "%":
            return Call("mod", (left, right))
        if token.text == "//":
            return Call("floor", (Call("/", (left, right)),))
        if self.text[token.start] == "&" and not (is_condition(left) and is_condition(right)):
            raise self.messages.error("& joins two conditions.", token, "Write (x > 0) and (x < 1).")
        if token.text in ("and", "or"):
            return Call(token.text, (condition(left), condition(right)))
        return Call(token.text, (left, right))

    def factorial(self, left: Node) -> Node:
        """Return x!; refuse x!!, which could be the double factorial or (x!)!."""
        if self.token.text == "!":
            form = re.sub(r"(\w+|\([^()]*\))\s*!\s*!", r"(\1!)!", self.messages.text)
            raise self.messages.error("Two factorials stand side by side.", self.token, "Write (x!)!.", form)
        return Call("factorial", (left,))

    def product_without_sign(self, left: Node) -> Node:
        """Return a product such as 2x; refuse bars that could belong together in two ways."""
        if self.previous.text == "|" and self.token.text != "|" and self.last_bar > self.here:
            problem = "It is not clear which bars belong together."
            raise self.messages.error(
                problem, self.token, "Write * in front of this, or abs(x) instead of bars."
            )
        return Call("*", (left, self.expression(SIGN)))

    def power(self, base: Node) -> Node:
        """Return a power; refuse e^2x, which could be e^(2x) or e^2·x."""
        start = self.token.start
        exponent = self.nested(SIGN)
        follows = self.token.kind in ("variable", "constant", "index")
        unclear = follows and self.previous.kind in ("number", "constant")
        if unclear and is_constant(base) and is_constant(exponent):
            x = Variable(self.token.text)
            long = write(Call("^", (base, Call("*", (exponent, x)))))
            short = write(Call("*", (Call("^", (base, exponent)), x)))
            end, factor = self.previous.end, self.token
            self.expression(SIGN)
            spans = (start, end), (factor.start, self.previous.end)
            raise self.messages.unclear_exponent(factor, (long, short), *spans)
        return Call("^", (base, exponent))

    def comparisons(self, left: Node) -> Node:
        """Return a comparison, or the tree of "a < b and b < c" for a chain a < b < c."""
        found: list[Node] = []
        first = self.token
        while self.token.text in COMPARISONS or self.equality():
            token = self.advance()
            right = self.expression(SUM)
            if found and has_and(left):  # b would double with every level of a < (…) < c
                raise self.messages.error(
                    "This chain has another chain inside.", first, "Write a < b and b < c."
                )
            found.append(Call("==" if token.text == "=" else token.text, (left, right)))
            left = right
        return reduce(lambda a, b: Call("and", (a, b)), found)

    def equality(self) -> bool:
        """Return whether an = stands in the condition of a choice, where it compares."""
        return self.token.text == "=" and self.equals
