"""Tokens -> tree: a Pratt parser (Pratt 1973, Top Down Operator Precedence) for the language people type.

From loose to tight: a if c else b, c ? a : b | or | and | not | < <= > >= == != (chains) | + - | * / % // and
products without a sign, as in 2x(x + 1) | signs | ^ ** (from the right), superscripts, degrees. So 1/2x is
(1/2)*x, -x^2 is -(x^2) and 2^-x is 2^(-x). What can be read in two ways is refused with both forms.

A function's value stands in brackets, or directly behind it: sin 2πx. The time is linear in the text.
"""

import math
import re
from functools import reduce
from typing import Final

from nnviz.functions.errors import ExpressionError
from nnviz.functions.nodes import (
    AND,
    ATOM,
    CHOICE,
    COMPARE,
    COMPARISONS,
    NOT,
    OR,
    POWER,
    PRODUCT,
    SIGN,
    SUM,
    Call,
    Constant,
    Node,
    Number,
    Variable,
    is_condition,
    is_constant,
    write,
)
from nnviz.functions.tokens import MAX_CHARACTERS, REWRITTEN, Token, tokenize
from nnviz.functions.vocabulary import CONSTANTS, FUNCTIONS

MAX_DEPTH: Final = 40

_INFIX: Final = {
    **{"if": CHOICE, "?": CHOICE, "or": OR, "and": AND, "+": SUM, "-": SUM, "^": POWER, "°": POWER},
    **dict.fromkeys(COMPARISONS, COMPARE),
    **dict.fromkeys(("*", "/", "%", "//"), PRODUCT),
}
_CLOSING: Final = {"(": ")", "[": "]", "{": "}", "|": "|", "⌊": "⌋", "⌈": "⌉"}
_MEANINGS: Final = {"|": "abs", "⌊": "floor", "⌈": "ceil"}  # of brackets that do more than hold together
_ROOTS: Final = {"√": "sqrt", "∛": "cbrt"}
_FACTOR_SIGNS: Final = (
    "(",
    "⌊",
    "⌈",
    "√",
    "∛",
    "\\frac",
)  # signs, beside the bar, that a factor can begin with
_LEFT_SIDE: Final = re.compile(r"\s*([A-Za-z])\s*(?:\(([^()=]*)\)\s*)?=(?!=)")


def read(text: str, variables: tuple[str, ...]) -> Node:
    """The tree of a formula. Raises ExpressionError for text that is not one, or beyond the limits."""
    if len(text) > MAX_CHARACTERS:
        problem = f"The formula has {len(text)} characters; {MAX_CHARACTERS} are the most."
        raise ExpressionError(problem, text, MAX_CHARACTERS, "Write a shorter one.")
    return _Parser(text, tokenize(text, variables, _after_left_side(text, variables))).formula()


def _after_left_side(text: str, variables: tuple[str, ...]) -> int:
    """Where the formula begins behind 'y =' or 'f(x) ='; 0 without a left side."""
    match = _LEFT_SIDE.match(text)
    names = [variable.lower() for variable in variables]
    if match is None or match[1].lower() in (*names, *CONSTANTS):
        return 0
    if match[2] is None:
        return match.end() if match[1].lower() in "fghyz" else 0
    return match.end() if [name.strip().lower() for name in match[2].split(",")] == names else 0


class _Parser:
    """One pass over the tokens. ``here`` counts them; ``in_bars`` is true where the next | would close."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.here = 0
        self.depth = 0
        self.in_bars = False
        self.last_bar = max((k for k, token in enumerate(tokens) if token.text == "|"), default=-1)

    @property
    def token(self) -> Token:
        return self.tokens[self.here]

    @property
    def previous(self) -> Token:
        return self.tokens[self.here - 1]

    def advance(self) -> Token:
        """The present token; the next one becomes present. The end stays."""
        token = self.token
        self.here = min(self.here + 1, len(self.tokens) - 1)
        return token

    def at_end(self) -> bool:
        return self.token.kind == "end"

    def error(self, problem: str, token: Token, suggestion: str | None = None) -> ExpressionError:
        return ExpressionError(problem, self.text, token.start, suggestion)

    # --- the loop ---

    def formula(self) -> Node:
        if self.at_end():
            raise self.error("There is no formula yet.", self.token, "Write one, such as sin(2*pi*x).")
        node = self.expression(CHOICE)
        if not self.at_end():
            raise self.unexpected()
        return node

    def expression(self, lowest: int) -> Node:
        """The longest expression whose operators all hold at least as tightly as ``lowest``."""
        left = self.prefix()
        while (level := self.infix_level()) >= lowest:
            left = self.infix(left, level)
        return left

    def nested(self, lowest: int) -> Node:
        """An expression one level further in."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            problem = f"The formula is nested more than {MAX_DEPTH} levels deep."
            raise self.error(problem, self.token, "Write a flatter one.")
        node = self.expression(lowest)
        self.depth -= 1
        return node

    # --- what an expression begins with ---

    def prefix(self) -> Node:
        token = self.advance()
        match token.kind:
            case "number":
                return self.number(token)
            case "variable":
                return Variable(token.text)
            case "constant":
                return Constant(token.text)
            case "function":
                return self.function(token)
        return self.prefix_sign(token)

    def prefix_sign(self, token: Token) -> Node:
        match token.text:
            case "-":
                return Call("neg", (self.nested(SIGN),))
            case "+":
                return self.nested(SIGN)
            case "not":
                return Call("not", (self.nested(NOT),))
            case "(" | "[" | "|" | "⌊" | "⌈":
                return self.group(token)
            case "{" if self.tokens[self.here - 2].text == "^":
                return self.group(token)
            case "√" | "∛":
                return self.root(token)
            case "\\frac":
                return Call("/", (self.braces(), self.braces()))
            case "if" if self.token.text == "(":
                return self.function(token._replace(kind="function", text="where"))
        raise self.value_missing(token)

    def number(self, token: Token) -> Node:
        value = float(token.text)
        if math.isinf(value):
            raise self.error("This number is too large.", token, "The largest is about 1.8e308.")
        return Number(value)

    def whole(self, token: Token, digits: str) -> Node:
        """The tree of a whole number with or without a sign, from the digits of this token."""
        value = self.number(token._replace(text=digits.lstrip("+-")))
        return Call("neg", (value,)) if digits.startswith("-") else value

    def group(self, opening: Token) -> Node:
        """An expression in brackets or bars; the opening one is behind us."""
        outer, self.in_bars = self.in_bars, opening.text == "|"
        node = self.nested(CHOICE)
        self.close(opening)
        self.in_bars = outer
        return Call(_MEANINGS[opening.text], (node,)) if opening.text in _MEANINGS else node

    def close(self, opening: Token) -> None:
        if self.token.text == _CLOSING[opening.text]:
            self.advance()
            return
        if self.at_end() or self.token.text in _CLOSING.values():
            closing = "|, or the word or" if opening.text == "|" else _CLOSING[opening.text]
            raise self.error(f"This {opening.text} is never closed.", opening, f"Write {closing}.")
        raise self.unexpected()

    def braces(self) -> Node:
        if self.token.text != "{":
            raise self.error("A fraction has two pairs of braces.", self.token, r"Write \frac{1}{x}, or 1/x.")
        return self.group(self.advance())

    def root(self, sign: Token) -> Node:
        """√(x), √x; not √2x, which could be √2·x or √(2x)."""
        name = _ROOTS[sign.text]
        if self.token.text == "(":
            return Call(name, (self.group(self.advance()),))
        value = self.nested(ATOM)
        power = self.infix_level() == POWER
        if power or (self.factor_begins() and self.token.kind != "function"):
            form, joint = write(value), "^" if power else "*"
            forms = f"Write {name}({form}){joint}… or {name}({form}{joint}…)."
            raise self.error("It is not clear where the root ends.", sign, forms)
        return Call(name, (value,))

    # --- what can follow ---

    def infix_level(self) -> int:
        """How tightly the present token binds to what is in front of it; -1 if it ends the expression."""
        token = self.token
        if token.kind == "superscript":
            return POWER
        if self.factor_begins():
            return PRODUCT
        if token.kind == "number" or token.text in ("[", "{"):
            raise self.side_by_side(token)
        return _INFIX.get(token.text, -1)

    def factor_begins(self) -> bool:
        """True where a factor follows without a sign for the product."""
        if self.token.text == "|":
            return not self.in_bars
        if self.token.text == "[":
            return self.previous.kind == "number"
        return self.token.kind in ("variable", "constant", "function") or self.token.text in _FACTOR_SIGNS

    def infix(self, left: Node, level: int) -> Node:
        token = self.token
        if level == COMPARE:
            return self.comparisons(left)
        if level == PRODUCT and token.text not in _INFIX:
            return self.product_without_sign(left)
        self.advance()
        match token.text:
            case "if":
                return self.choice_in_words(left)
            case "?":
                return self.choice_in_signs(left)
            case "^":
                return self.power(left)
            case "°":
                return Call("*", (left, Call("/", (Constant("pi"), Number(180.0)))))
        if token.kind == "superscript":
            return Call("^", (left, self.whole(token, token.text)))
        return self.operator(token, left, self.expression(level + 1))

    def operator(self, token: Token, left: Node, right: Node) -> Node:
        if token.text == "%":
            return Call("mod", (left, right))
        if token.text == "//":
            return Call("floor", (Call("/", (left, right)),))
        if self.text[token.start] == "&" and not (is_condition(left) and is_condition(right)):
            raise self.error("& joins two conditions.", token, "Write (x > 0) and (x < 1).")
        return Call(token.text, (left, right))

    def product_without_sign(self, left: Node) -> Node:
        if self.previous.text == "|" and self.token.text != "|" and self.last_bar > self.here:
            problem = "It is not clear which bars belong together."
            raise self.error(problem, self.token, "Write * in front of this, or abs(x) instead of bars.")
        return Call("*", (left, self.expression(SIGN)))

    def power(self, base: Node) -> Node:
        exponent = self.nested(SIGN)
        unclear = self.token.kind in ("variable", "constant") and self.previous.kind in ("number", "constant")
        if unclear and is_constant(base) and is_constant(exponent):
            x = Variable(self.token.text)
            long = write(Call("^", (base, Call("*", (exponent, x)))))
            short = write(Call("*", (Call("^", (base, exponent)), x)))
            problem = "It is not clear where the exponent ends."
            raise self.error(problem, self.token, f"Write {long} or {short}.")
        return Call("^", (base, exponent))

    def comparisons(self, left: Node) -> Node:
        """One comparison, or a chain a < b < c, which is a < b and b < c."""
        found: list[Node] = []
        first = self.token
        while self.token.text in COMPARISONS:
            token = self.advance()
            right = self.expression(SUM)
            if found and _joins(left):  # b would double with every level of a < (…) < c
                raise self.error("This chain has another chain inside.", first, "Write a < b and b < c.")
            found.append(Call(token.text, (left, right)))
            left = right
        return reduce(lambda a, b: Call("and", (a, b)), found)

    def choice_in_words(self, value: Node) -> Node:
        condition = self.nested(OR)
        if self.token.text != "else":
            raise self.error("To this if belongs an else.", self.token, "Write a if x > 0 else b.")
        self.advance()
        return Call("where", (condition, value, self.nested(CHOICE)))

    def choice_in_signs(self, condition: Node) -> Node:
        value = self.nested(CHOICE)
        if self.token.text != ":":
            raise self.error("To this ? belongs a colon.", self.token, "Write x > 0 ? a : b.")
        self.advance()
        return Call("where", (condition, value, self.nested(CHOICE)))

    # --- functions ---

    def function(self, name: Token) -> Node:
        """A function with its values: sin(x), sin²(x), sin x."""
        exponent = self.function_exponent(name)
        arguments = self.arguments() if self.token.text in ("(", "[", "{") else [self.bare_argument(name)]
        value = self.apply(name, arguments)
        return value if exponent is None else Call("^", (value, exponent))

    def function_exponent(self, name: Token) -> Node | None:
        """The exponent in sin²(x) or sin^2(x): a positive whole number."""
        if self.token.kind != "superscript" and self.token.text != "^":
            return None
        token = self.advance()
        digits = token.text if token.kind == "superscript" else self.plain_exponent()
        if digits.isdigit():
            return self.whole(token, digits)
        inverse = f"a{name.text}(x) or " if f"a{name.text}" in FUNCTIONS else ""
        problem = f"{name.text} is a function: behind it only a whole number can be an exponent."
        raise self.error(problem, name, f"Write {inverse}{name.text}(x)^….")

    def plain_exponent(self) -> str:
        """The text of the one token behind ^, with or without braces."""
        if self.token.text != "{":
            return self.advance().text
        self.advance()
        digits = self.advance().text
        return digits if self.advance().text == "}" else ""

    def arguments(self) -> list[Node]:
        opening = self.advance()
        if self.token.text == _CLOSING[opening.text]:
            raise self.error(
                "There is nothing between the brackets.", self.token, "Write a value, such as x."
            )
        outer, self.in_bars = self.in_bars, False
        arguments = [self.nested(CHOICE)]
        while self.token.text == ",":
            self.advance()
            arguments.append(self.nested(CHOICE))
        self.close(opening)
        self.in_bars = outer
        return arguments

    def bare_argument(self, name: Token) -> Node:
        """The value of a function without brackets: factors side by side, as in sin 2πx; or one |x|, √x, cos x."""
        simple = self.token.kind in ("number", "variable", "constant")
        if not simple and not self.factor_begins() and self.token.text != "|":
            problem = f"{name.text} is a function: its value is missing."
            form = f"{name.text}(-…)" if self.token.text == "-" else _usage(name.text)
            raise self.error(problem, name, f"Write {form}.")
        value = self.nested(POWER)
        while simple and self.token.kind in ("variable", "constant"):
            value = Call("*", (value, self.expression(POWER)))
        self.refuse_unclear_end(name, value)
        return value

    def refuse_unclear_end(self, name: Token, value: Node) -> None:
        """Refuse sin x/2, which could be sin(x)/2 or sin(x/2). sin x/cos x is clear."""
        sign = self.token.text in ("*", "/", "%", "//")
        follows = self.tokens[self.here + 1] if sign else self.token
        if follows.kind != "function" and (sign or self.factor_begins() or follows.text in ("[", "{")):
            form, joint = f"{name.text}({write(value)}", self.token.text if sign else "*"
            problem = f"It is not clear where the value of {name.text} ends."
            raise self.error(problem, name, f"Write {form}){joint}… or {form}{joint}…).")

    def apply(self, name: Token, arguments: list[Node]) -> Node:
        """The function's node; functions that are other words for something are rewritten."""
        match name.text, arguments:
            case "min" | "max", [_, _, *_]:
                return reduce(lambda a, b: Call(name.text, (a, b)), arguments)
            case "pow" | "power", [base, exponent]:
                return Call("^", (base, exponent))
            case "square", [base]:
                return Call("^", (base, Number(2.0)))
            case "cube", [base]:
                return Call("^", (base, Number(3.0)))
            case "piecewise", [_, _, _, *_] if len(arguments) % 2:
                return _choices(arguments)
        if len(arguments) != _arity(name.text):
            raise self.wrong_count(name, len(arguments))
        return Call(name.text, tuple(arguments))

    # --- messages ---

    def side_by_side(self, token: Token) -> ExpressionError:
        """For a number or bracket directly behind a value."""
        if token.text == "{":
            return self.error(r"Braces belong to ^, \frac and functions.", token, "Write ( and ).")
        if token.text == "[":
            return self.error("Nothing can be picked out with [ ].", token, "For a product write *(…).")
        if self.previous.kind == "number" and token.text.startswith("."):
            return self.error("A number has one point only.", token, "Write 0.5, for example.")
        before = self.text[self.previous.start : self.previous.end]
        power = f" or {before}^{token.text}" if self.previous.kind == "variable" else ""
        problem = "There is no sign between these two values."
        return self.error(problem, token, f"Write {before}*{token.text}{power}.")

    def unexpected(self) -> ExpressionError:
        """For a token that cannot follow a whole expression."""
        match self.token.text:
            case ",":
                problem = "A comma stands only between the values of a function."
                return self.error(problem, self.token, self.decimal_comma(self.here) or "Write max(0, x).")
            case "=":
                problem = "This is an equation; a formula has no = inside."
                return self.error(problem, self.token, "Write the right side only, or == to compare.")
            case ")" | "]" | "}" | "⌋" | "⌉":
                return self.error("This bracket was never opened.", self.token, "Leave it out.")
            case ":":
                return self.error("A colon belongs to a question mark.", self.token, "Write x > 0 ? a : b.")
            case "else":
                return self.error("An else belongs to an if.", self.token, "Write a if x > 0 else b.")
        typed = self.text[self.token.start : self.token.end]
        return self.error(f"{typed} cannot stand here.", self.token, "Write + - * / in front of it.")

    def value_missing(self, token: Token) -> ExpressionError:
        """For a token that no value begins with."""
        if token.kind == "end":
            return self.error("The formula ends too early.", token, "Write a value, such as x, at its end.")
        typed = self.text[token.start : token.end]
        if typed == "{":
            return self.error(r"Braces belong to ^, \frac and functions.", token, "Write ( and ).")
        return self.error(f"In front of {typed} a value is missing.", token, "Write a number or x there.")

    def wrong_count(self, name: Token, count: int) -> ExpressionError:
        """For a function with too many or too few values."""
        takes = _arity(name.text)
        typed = self.text[name.start : name.end]
        problem = f"{typed} takes {takes} value{'s' if takes > 1 else ''}; here it has {count}."
        inside = [k for k in range(1, self.here) if self.tokens[k].start > name.start]
        decimals = [k for k in inside if self.decimal_comma(k)]
        if decimals and len(decimals) == count - takes:
            return self.error(problem, self.tokens[decimals[0]], self.decimal_comma(decimals[0]))
        form = "log(x)/log(2)" if name.text == "log" else _usage(name.text)
        return self.error(problem, name, f"Write {form}.")

    def decimal_comma(self, comma: int) -> str | None:
        """The right form of 0,5; None where the comma is not inside a number."""
        before, here, after = self.tokens[comma - 1 : comma + 2]
        tight = before.end == here.start and here.end == after.start
        if here.text == "," and tight and before.text.isdigit() and after.text.isdigit():
            return f"Write {before.text}.{after.text} with a point."
        return None


def _usage(function: str) -> str:
    """How a function is written, for messages: sin(x), clip(x, low, high)."""
    if function in REWRITTEN:
        return REWRITTEN[function]
    before, _, _ = FUNCTIONS[function].says.partition(":")
    return before if before.startswith(f"{function}(") else f"{function}(x)"


def _arity(function: str) -> int:
    return _usage(function).count(",") + 1


def _choices(arguments: list[Node]) -> Node:
    """piecewise(condition, value, condition, value, …, otherwise) as nested where."""
    *pairs, otherwise = arguments
    for condition, value in reversed(list(zip(pairs[::2], pairs[1::2], strict=True))):
        otherwise = Call("where", (condition, value, otherwise))
    return otherwise


def _joins(node: Node) -> bool:
    """True where a chain or an "and" occurs in the tree."""
    return isinstance(node, Call) and (node.name == "and" or any(map(_joins, node.arguments)))
