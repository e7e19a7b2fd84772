"""Say what is wrong with a formula, at which place, and which forms would be right."""

import re
from typing import Final

from nnviz.expressions.errors import ExpressionError
from nnviz.expressions.hints import unknown_word
from nnviz.expressions.tokens import PIECE_WORDS, REWRITTEN, Token
from nnviz.expressions.vocabulary import FUNCTIONS

_STRAY_BRACE: Final = (
    r"Braces can only stand after ^, \frac and functions, or around pieces such as {x < 0: -x, x}."
)
_BROKEN_EXPONENT: Final = re.compile(r"([0-9.]+)[eE]([+-]?[0-9]+)$")

Span = tuple[int, int]


class Diagnostics:
    """Make the errors of one formula from its text and its tokens."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        """Keep the text and its tokens."""
        self.text = text
        self.tokens = tokens

    def error(
        self, problem: str, token: Token, suggestion: str | None = None, *forms: str
    ) -> ExpressionError:
        """Return the error that points at ``token``; forms: whole formulas that could have been meant."""
        return ExpressionError(problem, self.text, token.start, suggestion, forms)

    def replaced(self, *changes: tuple[int, int, str]) -> str:
        """Return the text with new text in the place of each span (start, end); the spans are apart, in any order."""
        text = self.text
        for start, end, new in sorted(changes, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def swapped(self, token: Token, new: str) -> str:
        """Return the text with new text in the place of a token."""
        return self.replaced((token.start, token.end, new))

    def side_by_side(self, previous: Token, token: Token) -> ExpressionError:
        """Return the error for a number or bracket directly behind a value."""
        if token.text == "[":
            form = self.swapped(token, "*[")
            return self.error(
                "A formula cannot select an element with [ ].", token, "Write *(…) for a product.", form
            )
        if previous.kind == "number" and token.text.startswith("."):
            return self._second_point(previous, token)
        before = self.text[previous.start : previous.end]
        forms = [self.replaced((previous.end, token.start, "*"))]
        power = previous.kind in ("variable", "index")
        if power:
            forms.append(self.replaced((previous.end, token.start, "^")))
        problem = "There is no sign between these two values."
        either = f" or {before}^{token.text}" if power else ""
        return self.error(problem, token, f"Write {before}*{token.text}{either}.", *forms)

    def _second_point(self, previous: Token, token: Token) -> ExpressionError:
        """Return the error for 1.2.3, and for 1e-4.5, whose exponent is no whole number."""
        power = _BROKEN_EXPONENT.fullmatch(self.text[previous.start : previous.end])
        if power is None:
            return self.error("A number has only one decimal point.", token, "Write 0.5, for example.")
        factor = "" if float(power[1]) == 1 else f"{power[1]}*"
        form = f"{factor}10^{power[2].removeprefix('+')}{token.text}"
        problem = "The exponent behind e must be a whole number."
        whole = self.replaced((previous.start, token.end, form))
        return self.error(problem, token, f"Write {form}.", whole)

    def stray_brace(self, opening: Token, closing: Token) -> ExpressionError:
        """Return the error for braces around something that is neither an exponent nor a list of pieces."""
        form = self.replaced((opening.start, opening.end, "("), (closing.start, closing.end, ")"))
        return self.error(_STRAY_BRACE, opening, "Write ( and ).", form)

    def never_closed(self, opening: Token, closing: str) -> ExpressionError:
        """Return the error for a bracket that is never closed."""
        sign = {"\\rvert": "\\right|"}.get(closing, closing)
        typed = self.text[opening.start : opening.end]
        either = f"{sign}, or the word or" if sign == "|" else sign
        form = self.text.rstrip() + ("\\right" if typed.startswith("\\left") else "") + sign
        return self.error(f"This {typed} is never closed.", opening, f"Write {either}.", form)

    def unexpected(self, here: int) -> ExpressionError:
        """Return the error for the token number ``here``, which cannot follow a whole expression."""
        token = self.tokens[here]
        match token.text:
            case ",":
                problem = "A comma can only stand between the values of a function."
                form = self.decimal_comma(here)
                pieces = f"{self.text[: token.start].rstrip()} {{{self.text[token.end :].strip()}}}"
                forms = [self.swapped(token, ".") if form else pieces]
                if grouped := self.grouping_comma(here):
                    form, forms = f"{form} Or write {grouped}.", [*forms, self.swapped(token, "")]
                return self.error(problem, token, form or "Write max(0, x).", *forms)
            case "=":
                problem = "This is an equation. A formula has no = inside."
                forms = [self.text[token.end :].strip(), self.swapped(token, "==")]
                return self.error(problem, token, "Write the right side only, or == to compare.", *forms)
            case ")" | "]" | "}" | "⌋" | "⌉" | "\\rvert":
                return self.error(
                    "This bracket was never opened.", token, "Delete it.", self.swapped(token, "")
                )
            case ":":
                return self.error("A colon needs a question mark before it.", token, "Write x > 0 ? a : b.")
            case ";":
                problem = "A formula cannot contain a semicolon."
                return self.error(
                    problem, token, "Write a comma between two values.", self.swapped(token, "")
                )
            case "else":
                return self.error("An else needs an if before it.", token, "Write a if x > 0 else b.")
        return self._stray(token) or self.error(
            f"{self.text[token.start : token.end]} cannot stand here.", token, "Write + - * / in front of it."
        )

    def _stray(self, token: Token) -> ExpressionError | None:
        """Return the error for a word that only has a meaning in pieces and sums; None for another token."""
        if token.kind != "operator" or token.text not in PIECE_WORDS:
            return None
        return unknown_word(token.text, ("x",), ()).error(self.text, token.start, token.end)

    def value_missing(self, token: Token) -> ExpressionError:
        """Return the error for a token that no value begins with."""
        if token.kind == "end":
            return self.error("The formula ends too early.", token, "Write a value, such as x, at its end.")
        if stray := self._stray(token):
            return stray
        typed = self.text[token.start : token.end]
        return self.error(f"A value is missing in front of {typed}.", token, "Write a number or x there.")

    def not_empty(self, opening: Token, token: Token) -> None:
        """Raise ExpressionError if ``token`` closes a bracket that was just opened."""
        if token.text in (")", "]", "}") and opening.text in ("(", "[", "{"):
            problem = "There is nothing between the brackets."
            raise self.error(
                problem, token, "Write a value, such as x.", self.replaced((token.start, token.start, "x"))
            )

    def wrong_count(self, name: Token, count: int, here: int) -> ExpressionError:
        """Return the error for a function with too many or too few values."""
        takes = arity(name.text)
        typed = self.text[name.start : name.end]
        problem = f"{typed} takes {takes} value{'s' if takes > 1 else ''}, and here it has {count}."
        inside = [k for k in range(1, here) if self.tokens[k].start > name.start]
        decimals = [k for k in inside if self.decimal_comma(k)]
        if decimals and len(decimals) == count - takes:
            form = self.replaced(*[(self.tokens[k].start, self.tokens[k].end, ".") for k in decimals])
            return self.error(problem, self.tokens[decimals[0]], self.decimal_comma(decimals[0]), form)
        return self.error(problem, name, f"Write {usage(name.text)}.")

    def decimal_comma(self, comma: int) -> str | None:
        """Return the right form of 0,5, or None where the comma is not inside a number."""
        before, here, after = self.tokens[comma - 1 : comma + 2]
        tight = before.end == here.start and here.end == after.start
        if here.text == "," and tight and before.text.isdigit() and after.text.isdigit():
            return f"Write {before.text}.{after.text} with a point."
        return None

    def grouping_comma(self, comma: int) -> str:
        """Return 1000 for 1,000, where the comma could stand between thousands; else ""."""
        before, _, after = (token.text for token in self.tokens[comma - 1 : comma + 2])
        could = self.decimal_comma(comma) and len(after) == 3 and len(before) <= 3 and before[0] != "0"
        return before + after if could else ""

    # --- texts that can be read in two ways ---

    def argument_missing(self, name: Token, token: Token, ends: list[int]) -> ExpressionError:
        """Return the error for a function without a value. ends: where the arguments of "exp -x/2" can end."""
        form = f"{name.text}(-…)" if token.text == "-" else usage(name.text)
        gap = name.end, token.start, "("
        forms = [self.replaced(gap, (end, end, ")")) for end in ends]
        return self.error(f"The function {name.text} needs a value.", name, f"Write {form}.", *forms)

    def unclear_end(
        self, name: Token, value: str, argument: Span, joint: Token, rest: int | None
    ) -> ExpressionError:
        """Return the error for sin x/2. argument: the span of x; rest: where x/2 ends in the text, if that is known."""
        sign = joint.text if joint.text in ("*", "/", "%", "//") else "*"
        problem = f"It is not clear where the value of {name.text} ends."
        form = f"{name.text}({value}"
        start, end = argument
        joined = [] if joint.text == sign else [(end, joint.start, "*")]
        short = self.replaced(
            (name.end, start, "("), (end, end, ")"), *[(joint.start, joint.start, "*") for _ in joined]
        )
        forms = (
            [short]
            if rest is None
            else [short, self.replaced((name.end, start, "("), (rest, rest, ")"), *joined)]
        )
        return self.error(problem, name, f"Write {form}){sign}… or {form}{sign}…).", *forms)

    def unclear_root(
        self, sign: Token, name: str, value: str, argument: Span, joint: Token, *, power: bool
    ) -> ExpressionError:
        """Return the error for √2x and for √x^2. argument: the span of 2 and of x."""
        between = "^" if power else "*"
        forms = f"Write {name}({value}){between}… or {name}({value}{between}…)."
        start, end = argument
        short = self.replaced((sign.start, start, f"{name}("), (end, end, ")" if power else ")*"))
        long = self.replaced(
            (sign.start, start, f"{name}("), (self._end_of_factor(joint), self._end_of_factor(joint), ")")
        )
        return self.error("It is not clear where the root ends.", sign, forms, short, long)

    def _end_of_factor(self, joint: Token) -> int:
        """Return where the factor or the exponent at a token ends, if it is one name or number."""
        here = self.tokens.index(joint)
        return self.tokens[here + 1].end if joint.text == "^" else joint.end

    def unclear_exponent(
        self, factor: Token, forms: tuple[str, str], exponent: Span, rest: Span
    ) -> ExpressionError:
        """Return the error for e^2x. exponent: the span of 2; rest: the span of the factor behind it."""
        long, short = forms
        (start, end), (after, last) = exponent, rest
        whole_long = self.replaced((start, start, "("), (end, after, "*"), (last, last, ")"))
        whole_short = self.replaced((start, start, "("), (end, after, ")*"))
        problem = "It is not clear where the exponent ends."
        return self.error(problem, factor, f"Write {long} or {short}.", whole_long, whole_short)

    def unclear_remainder(self, sign: Token, start: Token, last: Token) -> ExpressionError:
        """Return the error for x + 1 mod 2, from its plus sign, the token behind it, and its last token."""
        here = self.tokens.index(sign)
        first = self.tokens[0].start
        level = 0
        for token in reversed(self.tokens[:here]):  # the sum begins behind the bracket that is open here
            level += (token.text in (")", "]", "}")) - (token.text in ("(", "[", "{"))
            if level < 0:
                first = token.end
                break
        mod = next(k for k in range(self.tokens.index(last), here, -1) if self.tokens[k].text == "mod")
        before = self.tokens[mod - 1].end
        inner = self.replaced((start.start, start.start, "("), (last.end, last.end, ")"))
        outer = self.replaced((first, first, "("), (before, before, ")"))
        problem = "It is not clear what is divided."
        return self.error(problem, sign, "Write x + (1 mod 2) or (x + 1) mod 2.", outer, inner)


def usage(function: str) -> str:
    """Return how a function is written, for messages: sin(x), clip(x, low, high)."""
    if function in REWRITTEN:
        return REWRITTEN[function]
    before, _, _ = FUNCTIONS[function].says.partition(":")
    return before if before.startswith(f"{function}(") else f"{function}(x)"


def arity(function: str) -> int:
    """Return how many values a function takes."""
    return usage(function).count(",") + 1
