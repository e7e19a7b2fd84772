"""Text -> tokens: the signs and words of the language people type, each with its place in the text.

Only ASCII and a fixed table of Unicode signs are known; nothing is normalised, nothing is run. The time is
linear in the length of the text.
"""

import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, cast

from nnviz.functions.errors import ExpressionError
from nnviz.functions.hints import Hint, unknown_sign, unknown_word
from nnviz.functions.vocabulary import CONSTANTS, WORDS

MAX_CHARACTERS: Final = 500
MAX_TOKENS: Final = 200

Kind = Literal["number", "variable", "constant", "function", "superscript", "operator", "end"]


class Token(NamedTuple):
    """One word or sign.

    ``text`` is its ASCII form, for a function or constant its name in the vocabulary, for a superscript the
    whole number; ``start`` and ``end`` are its place in the typed text.
    """

    kind: Kind
    text: str
    start: int
    end: int


# What stands for an ASCII sign or word; invisible signs of formatted maths count as blanks.
_SIGNS: Final = {
    **dict.fromkeys("−–‐‑‒﹣", "-"),
    **dict.fromkeys("·×⋅∙∗✕", "*"),
    **dict.fromkeys("÷∕⁄", "/"),
    **dict.fromkeys("∣", "|"),
    **{"≤": "<=", "⩽": "<=", "≥": ">=", "⩾": ">=", "≠": "!=", "∧": "and", "∨": "or", "¬": "not"},
    **{"&": "and", "&&": "and", "**": "^"},
    **{"½": "0.5", "¼": "0.25", "¾": "0.75", "π": "pi", "τ": "tau"},
}
_COMMANDS: Final = {
    **dict.fromkeys(("cdot", "times", "ast"), "*"),
    **dict.fromkeys(("le", "leq", "leqslant"), "<="),
    **dict.fromkeys(("ge", "geq", "geqslant"), ">="),
    **dict.fromkeys(("lvert", "rvert", "vert", "mid"), "|"),
    **dict.fromkeys(("frac", "dfrac", "tfrac"), "\\frac"),
    **dict.fromkeys(("left", "right", "quad", ",", ";", ":", "!", " "), ""),
    **{"lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "sigma": "sigmoid", "bmod": "%"},
    **{"sqrt[3]": "cbrt", "log_{2}": "log2", "log_{10}": "log10"},
    **{"div": "/", "lt": "<", "gt": ">", "ne": "!=", "neq": "!=", "land": "and", "lor": "or", "lnot": "not"},
}
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_BLANKS: Final = " \t\u00a0\u2002-\u200b\u202f\u205f-\u2063\ufeff"
_LOGIC: Final = ("and", "or", "not", "if", "else")
REWRITTEN: Final = {
    "piecewise": "piecewise(x < 0, -x, x)",
    "pow": "pow(x, 2)",
    "power": "power(x, 2)",
    "square": "square(x)",
    "cube": "cube(x)",
}
"""Words for functions that the parser rewrites with where and ^ -> how they are used."""

_LONGEST: Final = max(map(len, WORDS))

Words = Mapping[str, tuple[Kind, str]]

_TOKEN: Final = re.compile(
    rf"""(?P<blank>[{_BLANKS}]+)
    |(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |\\(?:operatorname|mathrm|text)\{{(?P<upright>[A-Za-z0-9]+)\}}
    |\\(?P<command>sqrt\[3\]|log_\{{(?:2|10)\}}|[A-Za-z]+|[,;:!\ ])
    |(?P<superscript>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)
    |(?P<sign>\*\*|//|<=|>=|==|!=|&&|[{re.escape("".join(k for k in _SIGNS if len(k) == 1))}]
              |[-+*/^%<>=?:|,()\[\]{{}}°√∛⌊⌋⌈⌉])""",
    re.VERBOSE,
)
_ATTRIBUTE: Final = re.compile(r"\s*\.\s*([A-Za-z_][A-Za-z0-9_]*)")


def tokenize(text: str, variables: tuple[str, ...], start: int = 0) -> list[Token]:
    """The tokens of the text from ``start`` on, with one of kind "end" behind them.

    Raises ExpressionError for a sign or word that is not known and for more than ``MAX_TOKENS`` tokens.
    """
    words = _words(variables)
    tokens: list[Token] = []
    place, stop = start, len(text.rstrip())
    while place < stop:
        match = _TOKEN.match(text, place)
        if match is None:
            hint = unknown_sign(text[place])
            raise ExpressionError(hint.problem, text, place, hint.suggestion)
        tokens += _read(match, words, variables)
        place = match.end()
    if len(tokens) > MAX_TOKENS:
        problem = f"The formula has {len(tokens)} numbers, names and signs; {MAX_TOKENS} are the most."
        raise ExpressionError(problem, text, tokens[MAX_TOKENS].start, "Write a shorter one.")
    return [*tokens, Token("end", "", stop, stop)]


def _words(variables: tuple[str, ...]) -> dict[str, tuple[Kind, str]]:
    """Every word that may be written -> its kind and its name in the vocabulary; variables come first."""
    return {
        **{word: ("function", name) for word, name in WORDS.items()},
        **{word: ("function", word) for word in REWRITTEN},
        **{word: ("operator", word) for word in _LOGIC},
        **{name: ("constant", name) for name in CONSTANTS},
        **{variable.lower(): ("variable", variable) for variable in variables},
        **{variable: ("variable", variable) for variable in variables},
    }


def _read(match: re.Match[str], words: Words, variables: tuple[str, ...]) -> list[Token]:
    """The tokens of one match: none for a blank, several for names written together."""
    group = cast(str, match.lastgroup)
    text, (start, end) = match[group], match.span()
    if group == "number":
        return [Token("number", text, start, end)]
    if group == "superscript":
        return [Token("superscript", text.translate(_SUPERSCRIPTS), start, end)]
    if group == "sign":
        return [_sign(_SIGNS.get(text, text), start, end, words)]
    if group == "command" and text in _COMMANDS:
        return [_sign(sign, start, end, words) for sign in [_COMMANDS[text]] if sign]
    return [] if group == "blank" else _read_name(match, text, words, variables)


def _sign(text: str, start: int, end: int, words: Words) -> Token:
    """The token of an ASCII sign, or of the word or number that a sign stands for."""
    kind, name = words.get(text, ("number" if text[0] == "0" else "operator", text))
    return Token(kind, name, start, end)


def _read_name(match: re.Match[str], text: str, words: Words, variables: tuple[str, ...]) -> list[Token]:
    """The token of a name; the tokens of names written together, as in xsin(x) or 2pix."""
    start, end = match.span()
    found = words.get(text) or words.get(text.lower())
    if found:
        return [Token(*found, start, end)]
    pieces = _pieces(text.lower(), words)
    if pieces is None:
        raise _unknown(match, text, words, variables)
    ends = [start + sum(map(len, pieces[: k + 1])) for k in range(len(pieces))]
    return [Token(*words[piece], end - len(piece), end) for piece, end in zip(pieces, ends, strict=True)]


def _unknown(match: re.Match[str], text: str, words: Words, variables: tuple[str, ...]) -> ExpressionError:
    """For a word that is not known, or breaks off at a sign that is not known."""
    start, end = match.span()
    if dotted := _dotted(match, words):
        return ExpressionError(dotted.problem, match.string, start, dotted.suggestion)
    after = match.string[end : end + 1]
    if after not in ("", ".") and _TOKEN.match(match.string, end) is None:
        sign = unknown_sign(after)
        return ExpressionError(sign.problem, match.string, end, sign.suggestion)
    word = unknown_word(text, variables, words)
    return ExpressionError(word.problem, match.string, start, word.suggestion)


def _dotted(match: re.Match[str], words: Words) -> Hint | None:
    """The hint for a name with a module in front: np.sin."""
    after = _ATTRIBUTE.match(match.string, match.end())
    if after is None or after[1] not in words:
        return None
    form = f"{after[1]}(x)" if words[after[1]][0] == "function" else after[1]
    return Hint(f"Names stand alone here, without '{match[0]}.' in front.", f"Write {form}.")


def _pieces(name: str, words: Words) -> list[str] | None:
    """The name cut into variables, constants and functions, longest first; None where it is not clear."""
    lengths = [0] * (len(name) + 1)  # of the piece that starts here, 0 if the rest cannot be cut
    for i in reversed(range(len(name))):
        for length in range(min(_LONGEST, len(name) - i), 0, -1):
            j = i + length
            following = name[j : j + lengths[j]]
            if (following or j == len(name)) and _fits(name[i:j], following, words):
                lengths[i] = length
                break
    pieces, i = [], 0
    while lengths[i]:
        pieces.append(name[i : i + lengths[i]])
        i += lengths[i]
    return pieces or None


def _fits(piece: str, following: str, words: Words) -> bool:
    """True where the piece is clear in front of the following one (empty: at the end of the name).

    A function stands last or in front of a variable or constant, e stands last, and nothing stands twice.
    """
    kind, name = words.get(piece, ("operator", ""))
    if kind == "operator" or piece == following:
        return False
    if not following:
        return True
    if kind == "function":
        return words[following][0] != "function" and not piece[-1].isdigit()
    return name != "e" or kind == "variable"
