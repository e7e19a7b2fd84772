"""Split a formula into tokens, the signs and words of the language, each with its place in the text.

Only ASCII and a fixed table of Unicode signs are known. Nothing is normalized, and nothing is run. The time is
linear in the length of the text.
"""

import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, cast

from nnviz.expressions.errors import ExpressionError
from nnviz.expressions.hints import ENDLESS_SUM, LATEX, Hint, unknown_sign, unknown_word
from nnviz.expressions.vocabulary import CONSTANTS, WORDS

MAX_CHARACTERS: Final = 500
MAX_TOKENS: Final = 200

Kind = Literal["number", "variable", "constant", "function", "index", "superscript", "operator", "end"]


class Token(NamedTuple):
    """One word or sign.

    ``text`` is its ASCII form, for a function or constant its name in the vocabulary, for a superscript the
    whole number; ``start`` and ``end`` are its place in the typed text.
    """

    kind: Kind
    text: str
    start: int
    end: int


# Signs that stand for an ASCII sign or word. Invisible signs of formatted mathematics count as blanks.
_SIGNS: Final = {
    **dict.fromkeys("−–‐‑‒﹣", "-"),
    **dict.fromkeys("·×⋅∙∗✕", "*"),
    **dict.fromkeys("÷∕⁄", "/"),
    **dict.fromkeys("∣‖", "|"),
    **{"≤": "<=", "⩽": "<=", "≥": ">=", "⩾": ">=", "≠": "!=", "∧": "and", "∨": "or", "¬": "not"},
    **{"&": "and", "&&": "and", "**": "^", "∑": "Σ", "∏": "Π", "…": "..", "...": ".."},
    **{"½": "0.5", "¼": "0.25", "¾": "0.75", "π": "pi", "τ": "tau", "σ": "sigmoid", "Γ": "gamma", "ℯ": "e"},
}
_COMMANDS: Final = {
    **dict.fromkeys(("cdot", "times", "ast"), "*"),
    **dict.fromkeys(("le", "leq", "leqslant"), "<="),
    **dict.fromkeys(("ge", "geq", "geqslant"), ">="),
    **dict.fromkeys(("vert", "mid"), "|"),
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), "\\frac"),
    **dict.fromkeys(
        (
            "left",
            "right",
            "big",
            "bigl",
            "bigr",
            "Big",
            "Bigl",
            "Bigr",
            "quad",
            "qquad",
            "limits",
            "displaystyle",
        ),
        "",
    ),
    **dict.fromkeys((",", ";", ":", "!", " ", "nolimits", "middle", "hspace"), ""),
    **{
        "lfloor": "⌊",
        "rfloor": "⌋",
        "lceil": "⌈",
        "rceil": "⌉",
        "sigma": "sigmoid",
        "bmod": "%",
        "mod": "mod",
    },
    **{
        "lvert": "\\lvert",
        "rvert": "\\rvert",
        "lVert": "\\lvert",
        "rVert": "\\rvert",
        "exponentialE": "e",  # as MathLive writes it
        "{": "{",
        "}": "}",
        "lbrace": "{",
        "rbrace": "}",
        "\\": "\\\\",
    },
    **{"sqrt[3]": "cbrt", "sqrt[2]": "sqrt", "sum": "Σ", "prod": "Π", "theta": "step", "Theta": "step"},
    **{"div": "/", "lt": "<", "gt": ">", "ne": "!=", "neq": "!=", "land": "and", "lor": "or", "lnot": "not"},
    **{"wedge": "and", "vee": "or", "neg": "not", "ldots": "..", "dots": ".."},
}
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SUBSCRIPTS: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_BLANKS: Final = " \t\u00a0\u2002-\u200b\u202f\u205f-\u2063\ufeff"
_LOGIC: Final = ("and", "or", "not", "if", "else")
PIECE_WORDS: Final = (
    *("then", "elif", "otherwise", "for", "when", "true"),
    *("lambda", "default", "in", "range"),
)
"""Words that only have a meaning in functions in pieces and in sums."""

REWRITTEN: Final = {
    "piecewise": "piecewise(x < 0, -x, x)",
    "select": "select([x < 0], [-x], x)",
    "sum": "sum(k, 1, 5, x^k)",
    "prod": "prod(k, 1, 3, x - k)",
    "besselj": "besselj(0, x)",
    "log_": "log_2(x)",
    "pow": "pow(x, 2)",
    "power": "power(x, 2)",
    "square": "square(x)",
    "cube": "cube(x)",
}
"""Words for functions that the parser rewrites, each with an example of its use."""

_OTHER_SPELLINGS: Final = {
    **dict.fromkeys(("product",), "prod"),
    **dict.fromkeys(("jv", "jn", "besselj_"), "besselj"),
    "symsum": "sum",
}
_ONLY_CALLED: Final = {"H": "step", "u": "step"}  # letters that are functions in front of a bracket
_LONGEST: Final = max(map(len, WORDS))

Words = Mapping[str, tuple[Kind, str]]

_TOKEN: Final = re.compile(
    rf"""(?P<blank>[{_BLANKS}]+)
    |(?P<power_of_ten>(?:[0-9]+\.?[0-9]*\{{\\cdot\}})?\{{10\}}\^\{{-?[0-9]+\}})
    |(?P<number>(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][+−–-]?[0-9]+)?)
    |(?P<exponential>\{{e\}}\^(?=\{{))
    |(?P<module>(?:np|numpy)\.(?=(?:piecewise|where|select|heaviside)[(]))
    |(?P<series>(?:\\?(?:[Ss]um|[Pp]rod(?:uct)?)|[ΣΠ])(?=(?:\\limits)?\ *_))
    |(?P<small_base>(?:\\log|[Ll]og)[₀-₉]+)
    |(?P<base>(?:\\log|[Ll]og)_(?=[{{(0-9]|e\b|pi\b))
    |(?P<under>_(?=\ *(?:[{{(]|[A-Za-z]\ *=)))
    |(?P<subscripted>[A-Za-z]_(?:\{{[0-9]\}}|[0-9])(?![A-Za-z0-9_]))
    |(?P<step>[θΘ](?=\ *\())
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |\\(?:operatorname\*?|mathrm|mathop|textrm|textit|text|mbox)\ *\{{(?P<upright>[A-Za-z0-9_\\\ ,.:]*)\}}
    |\\(?P<environment>begin|end)\ *\{{[dr]?(?:cases|array)\*?\}}(?:\{{[lcr|\ ]*\}})?
    |\\(?P<bar>left|right)\ *(?:\||\\vert\ ?|\\[lr]vert\ ?)
    |\\(?:left|right)\ *\.(?P<ghost>)
    |\\(?P<command>sqrt\[[23]\]|[A-Za-z]+|[,;:!{{}}\\\ ])
    |(?P<superscript>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)
    |(?P<sign>\*\*|//|<=|>=|==|!=|&&|\.\.\.?|[{re.escape("".join(k for k in _SIGNS if len(k) == 1))}]
              |[-+*/^%<>=?:|,;!()\[\]{{}}°√∛⌊⌋⌈⌉])""",
    re.VERBOSE,
)
_ATTRIBUTE: Final = re.compile(
    r"(?:\s*\.\s*[A-Za-z_][A-Za-z0-9_]*)*?\s*\.\s*([A-Za-z_][A-Za-z0-9_]*)(?!\s*\.|[A-Za-z0-9_])"
)
_CALL: Final = re.compile(rf"[{_BLANKS}]*(?:\\left *)?[(\[]")
_SERIES: Final = re.compile(r"sum|prod|[∑Σ∏Π]", re.IGNORECASE)
_INDEX: Final = re.compile(
    r"(?:_\s*[{(]?|(?:sum|prod|product)\s*[(\[]|,\s*[({]?)\s*([A-Za-z])\s*[,=]|\bfor\s+([A-Za-z])\s+in\b",
    re.IGNORECASE,
)


def tokenize(text: str, variables: tuple[str, ...], start: int = 0) -> list[Token]:
    """Return the tokens of the text from ``start`` on, followed by one token of kind "end".

    Raises ExpressionError for a sign or word that is not known and for more than ``MAX_TOKENS`` tokens.
    """
    words = _words(variables, _indices(text))
    tokens: list[Token] = []
    place, stop = start, len(text.rstrip())
    while place < stop:
        match = _TOKEN.match(text, place)
        if match is None:
            endless = text[place] == "∞" and _SERIES.search(text)
            hint = ENDLESS_SUM if endless else unknown_sign(text[place])
            raise hint.error(text, place, place + 1)
        tokens += _read(match, words, variables)
        place = match.end()
    if len(tokens) > MAX_TOKENS:
        problem = f"The formula has {len(tokens)} numbers, names and signs. At most {MAX_TOKENS} are allowed."
        raise ExpressionError(problem, text, tokens[MAX_TOKENS].start, "Write a shorter formula.")
    return [*_with_columns(tokens, text), Token("end", "", stop, stop)]


def _indices(text: str) -> set[str]:
    """Return the letters that are the index of a sum or product in the text."""
    if not _SERIES.search(text):
        return set()
    return {match[1] or match[2] for match in _INDEX.finditer(text)}


def _with_columns(tokens: list[Token], text: str) -> list[Token]:
    """Return the tokens with each & between the columns of cases told apart from the word and."""
    found, inside = [], 0
    for token in tokens:
        inside += (token.text == "\\begin") - (token.text == "\\end")
        column = inside > 0 and text[token.start : token.end] == "&"
        found.append(token._replace(text="&") if column else token)
    return found


def _words(variables: tuple[str, ...], indices: set[str]) -> dict[str, tuple[Kind, str]]:
    """Return the kind and the vocabulary name of every known word; a variable hides a function of the same name."""
    return {
        **{word: ("function", name) for word, name in {**WORDS, **_OTHER_SPELLINGS, **_ONLY_CALLED}.items()},
        **{word: ("function", word) for word in REWRITTEN if word != "log_"},
        **{word: ("operator", word) for word in (*_LOGIC, *PIECE_WORDS)},
        **{letter: ("index", letter) for letter in indices},
        **{name: ("constant", name) for name in CONSTANTS},
        **{variable.lower(): ("variable", variable) for variable in variables},
        **{variable: ("variable", variable) for variable in variables},
    }


def _read(match: re.Match[str], words: Words, variables: tuple[str, ...]) -> list[Token]:
    """Return the tokens of one match; a blank has none, and names written together have several."""
    group = cast(str, match.lastgroup)
    text, (start, end) = match[group], match.span()
    match group:
        case "blank" | "module" | "ghost":
            return []
        case "number":
            return [Token("number", re.sub("[−–]", "-", text), start, end)]
        case "power_of_ten":
            mantissa, _, exponent = text[:-1].rpartition("{10}^{")
            digits = mantissa.removesuffix(r"{\cdot}") or "1"
            return [Token("number", f"{digits}e{exponent}", start, end)]
        case "superscript":
            return [Token("superscript", text.translate(_SUPERSCRIPTS), start, end)]
        case "sign":
            return [_sign(_SIGNS.get(text, text), start, end, words)]
        case "series":
            return [Token("operator", "Π" if text.lstrip("\\")[0] in "PpΠ" else "Σ", start, end)]
        case "small_base":
            digits = text.lstrip("\\Llog").translate(_SUBSCRIPTS)
            return [Token("function", "log_", start, end), Token("number", digits, start, end)]
        case "base":
            return [Token("function", "log_", start, end)]
        case "exponential":
            return [Token("function", "exp", start, end)]
        case "step":
            return [Token("function", "step", start, end)]
        case "under":
            return [Token("operator", "_", start, end)]
        case "environment":
            return [Token("operator", f"\\{text}", start, end)]
        case "bar":
            return [Token("operator", "\\lvert" if text == "left" else "\\rvert", start, end)]
        case "upright":
            return _read_upright(match, words, variables)
        case "command" if text in _COMMANDS:
            return [_sign(sign, start, end, words) for sign in [_COMMANDS[text]] if sign]
        case "subscripted":
            return _read_name(match, text[0] + text.strip("{}")[-1], words, variables)
    return _read_name(match, text, words, variables)


def _read_upright(match: re.Match[str], words: Words, variables: tuple[str, ...]) -> list[Token]:
    r"""Return the tokens of the words in \text{…} or \operatorname{…}."""
    listed = match["upright"].replace("\\", "").replace(",", " ").replace(":", " ").split()
    return [token for word in listed for token in _read_name(match, word.rstrip("."), words, variables)]


def _sign(text: str, start: int, end: int, words: Words) -> Token:
    """Return the token of a sign, or of the word or number that the sign stands for."""
    kind, name = words.get(text, ("number" if text[0] == "0" else "operator", text))
    return Token(kind, name, start, end)


def _read_name(match: re.Match[str], text: str, words: Words, variables: tuple[str, ...]) -> list[Token]:
    """Return the token of a name, or the tokens of names written together, as in xsin(x) or 2pix."""
    start, end = match.span()
    found = words.get(text) or words.get(text.lower())
    called = _CALL.match(match.string, end) is not None
    if found and (called or text not in _ONLY_CALLED or found[0] != "function"):
        return [Token(*found, start, end)]
    pieces = _pieces(text.lower(), words)
    if pieces and pieces[-1] in _ONLY_CALLED and words[pieces[-1]][0] == "function" and not called:
        pieces = None
    if pieces is None:
        raise _unknown(match, text, words, variables)
    ends = [start + sum(map(len, pieces[: k + 1])) for k in range(len(pieces))]
    return [Token(*words[piece], end - len(piece), end) for piece, end in zip(pieces, ends, strict=True)]


def _unknown(match: re.Match[str], text: str, words: Words, variables: tuple[str, ...]) -> ExpressionError:
    """Return the error for an unknown word, or for an unknown sign directly behind a word."""
    start, end = match.span()
    if text.lower() in ("inf", "infinity", "infty", "oo") and _SERIES.search(match.string):
        return ENDLESS_SUM.error(match.string, start, end)
    if match.lastgroup == "command" and text in LATEX:
        return LATEX[text].error(match.string, start, end)
    if text == "d" and re.search(r"d\}?x\b", match.string):
        return LATEX["prime"].error(match.string, start, end)
    if dotted := _dotted(match, words):
        return dotted.error(match.string, start, end)
    after = match.string[end : end + 1]
    if after not in ("", ".") and _TOKEN.match(match.string, end) is None:
        return unknown_sign(after).error(match.string, end, end + 1)
    return unknown_word(text, variables, words).error(match.string, start, end)


def _dotted(match: re.Match[str], words: Words) -> Hint | None:
    """Return the hint for a name with a module in front, such as np.sin; None for other text."""
    after = _ATTRIBUTE.match(match.string, match.end())
    word = "" if after is None else after[1] if after[1] in words else after[1].lower()
    if word not in words:
        return None
    bare = re.sub(rf"\b{match[0]}\s*\.\s*(?:[A-Za-z_][A-Za-z0-9_]*\s*\.\s*)*(?=[A-Za-z_])", "", match.string)
    form = bare if len(bare) <= MAX_CHARACTERS // 10 else word
    return Hint(f"A name is written without '{match[0]}.' in front.", f"Write {form}.", wholes=(bare,))


def _pieces(name: str, words: Words) -> list[str] | None:
    """Return a name split into variables, constants and functions, longest first; None if that is not possible."""
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
    """Return whether a piece of a name is clear before ``following``, which is empty at the end of the name.

    A function stands last or before a variable or constant. The constant e stands last. No piece stands twice in a row.
    """
    kind, name = words.get(piece, ("operator", ""))
    if kind == "operator" or piece == following:
        return False
    if not following:
        return True
    if kind == "function":
        return words[following][0] != "function" and not piece[-1].isdigit()
    return name != "e" or kind == "variable"


_LEFT_SIDE: Final = re.compile(r"\s*([A-Za-z])\s*(?:(?:\\left\s*)?\(([^()=]*?)(?:\\right\s*)?\)\s*)?=(?!=)")
_WRAPPED: Final = re.compile(r"\s*(\{\\(?:display|text)style\b)(.*)(\})\s*", re.DOTALL)


def unwrapped(text: str) -> str:
    r"""Return a formula of Wikipedia, {\displaystyle …}, with blanks for what stands around it."""
    match = _WRAPPED.fullmatch(text)
    return text if match is None else f"{' ' * match.end(1)}{match[2]} "


def after_left_side(text: str, variables: tuple[str, ...]) -> int:
    """Return where the formula begins behind 'y =' or 'f(x) ='; 0 without a left side."""
    match = _LEFT_SIDE.match(text)
    names = [variable.lower() for variable in variables]
    if match is None or match[1].lower() in (*names, *CONSTANTS):
        return 0
    if match[2] is None:
        return match.end() if match[1].lower() in "fghyz" else 0
    return match.end() if [name.strip().lower() for name in match[2].split(",")] == names else 0
