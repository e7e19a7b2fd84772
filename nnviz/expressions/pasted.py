r"""Find the formula in a text that was copied from elsewhere: $\sin x$, =SIN(x), lambda x: …, @(x) x.^2, x -> x^2.

The text itself is refused, because a formula is no program. What is found is offered, and read only if the reader takes
it. Each rule rewrites one habit of one source. The texts are at most 5000 characters, and every rule is linear.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

Rule = Callable[[str], str]
_NAME: Final = r"[A-Za-z]\w{0,30}"
_NUMBER: Final = r"[0-9]+(?:\.[0-9]+)?"


def _replace(pattern: str, by: str | Callable[[re.Match[str]], str], flags: int = 0) -> Rule:
    """Return the rule that replaces a pattern everywhere."""
    found = re.compile(pattern, flags)
    return lambda text: found.sub(by, text)


def _plain_letters(text: str) -> str:
    """Return the text with letters and signs of other fonts and widths as plain ones."""
    return "".join(
        unicodedata.normalize("NFKC", sign) if "\uff01" <= sign <= "\uff5e" or ord(sign) >= 0x1D400 else sign
        for sign in text
    )


_OTHER_NAMES: Final = {
    # spreadsheets in German, French, Spanish, Portuguese and Italian
    **dict.fromkeys(("wenn", "si", "se", "ifs", "wenns", "ifelse", "iif", "cond"), "where"),
    **dict.fromkeys(("wurzel", "racine", "raiz", "raíz", "raizq", "rcuad", "radq", "rcarré"), "sqrt"),
    **dict.fromkeys(("potenz", "puissance", "potencia", "potência", "potenza"), "power"),
    **dict.fromkeys(("rest", "residuo", "resto"), "mod"),
    **dict.fromkeys(("betrag", "valeurabs"), "abs"),
    **dict.fromkeys(("sen", "seno"), "sin"),
    **dict.fromkeys(("tg",), "tan"),
    **dict.fromkeys(("arctg",), "atan"),
    **dict.fromkeys(("arcsen",), "asin"),
    **dict.fromkeys(("vorzeichen", "signe", "signo", "sinal"), "sign"),
    # programs
    **dict.fromkeys(("expf",), "exp"),
    **dict.fromkeys(("sinf",), "sin"),
    **dict.fromkeys(("cosf",), "cos"),
    **dict.fromkeys(("sqrtf",), "sqrt"),
    **dict.fromkeys(("fabsf",), "abs"),
    **dict.fromkeys(("pmax", "fmax"), "max"),
    **dict.fromkeys(("pmin", "fmin"), "min"),
}
_NORMAL_DENSITY: Final = ("dnorm", "normpdf", "gauss", "gaussian")


def _translate_names(text: str) -> str:
    def other(match: re.Match[str]) -> str:
        lower = match[1].lower()
        return f"{_OTHER_NAMES[lower]}(" if lower in _OTHER_NAMES else match[0]

    return re.sub(rf"(?<![\w\\])({_NAME}|ra[ií]z|pot[eê]ncia)\s*[(\[]", other, text)


def _close_where(text: str) -> str:
    """Return the text with a where of more than three values, as in a spreadsheet, nested."""
    match = re.search(r"(?<![\w\\])(?:where|[Ii][Ff])\s*([(\[])", text)
    if match is None:
        return text
    parts, depth, begin = [], 0, match.end()
    for place in range(begin, len(text)):
        sign = text[place]
        if sign in ",)]" and depth == 0:
            parts.append(text[begin:place].strip())
            begin = place + 1
            if sign != ",":
                return f"{text[: match.start()]}{_nested(parts)}{text[begin:]}"
        depth += (sign in "([{") - (sign in ")]}")
    return text


def _nested(parts: list[str]) -> str:
    if len(parts) >= 4 and parts[-2].lower() in ("true", "wahr", "vrai", "verdadero", "1"):
        parts = [*parts[:-2], parts[-1]]
    return (
        parts[0]
        if len(parts) == 1
        else f"where({parts[0]}, {parts[1]}, {_nested(parts[2:]) or '0'})"
        if (len(parts) > 3)
        else f"where({', '.join(parts)})"
    )


def _commas(text: str) -> str:
    """Return the text with semicolons between values as commas, and decimal commas as points."""
    if ";" in text:
        return re.sub(r"(?<=[0-9]),(?=[0-9])", ".", text).replace(";", ",")
    if re.search(r"[0-9],[0-9]", text) and not re.search(r",(?![0-9])|(?<![0-9]),", text):
        return re.sub(r"(?<=[0-9]),(?=[0-9])", ".", text)
    return text


def _groups(text: str) -> str:
    """Return the text with the marks between thousands left out of numbers."""
    for mark in (r"['’]", r"[ \u00a0\u202f\u2009]", "_"):
        text = re.sub(
            rf"(?<![\w.])[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+(?![0-9])",
            lambda match: re.sub(r"[^0-9]", "", match[0]),
            text,
        )
    return _ungrouped(_ungrouped(text, ".", ","), ",", ".")


def _ungrouped(text: str, mark: str, decimal: str) -> str:
    """Return the text with numbers such as 1.000,5 or 1.000.000 as 1000.5 and 1000000; mark: between thousands."""
    groups = rf"\{mark}[0-9]{{3}}"
    return re.sub(
        rf"(?<![\w.,])[0-9]{{1,3}}(?:(?:{groups})+\{decimal}[0-9]+|(?:{groups}){{2,}})(?![0-9.,])",
        lambda match: match[0].replace(mark, "").replace(decimal, "."),
        text,
    )


_SUPERSCRIPTS: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ˣⁿᵏᵗ⁽⁾ᐟ⸍", "0123456789+-xnkt()//", strict=True))


def _raise_superscripts(text: str) -> str:
    """Return the text with superscripts that hold a letter or a fraction as powers."""

    def power(match: re.Match[str]) -> str:
        inner = "".join(_SUPERSCRIPTS.get(sign, sign) for sign in match[0]).replace("⁄", "/")
        return match[0] if re.fullmatch(r"[+-]?[0-9]+", inner) else f"^({inner})"

    signs = "".join(_SUPERSCRIPTS)
    return re.sub(rf"[{signs}][{signs}⁄]*", power, text)


_RULES: Final[tuple[Rule, ...]] = (
    _plain_letters,
    # what stands around a formula
    _replace(r"[#].*$", "", re.MULTILINE),
    _replace(r"^\s*(?:\$\$?|\\\(|\\\[)(.*?)[.,]?\s*(?:\$\$?|\\\)|\\\])[.,]?\s*$", r"\1", re.DOTALL),
    _replace(r"^\s*(?:plot|graph|draw|zeichne|plotte)\b\s*", "", re.IGNORECASE),
    _replace(r"\s+from\s+\S+\s+to\s+\S+\s*$", ""),
    _replace(r"\s*(?:,|\bfor\b|\bwith\b|\bfür\b)\s*x\s*(?:∈|\\in\b|\bin\b)\s*\S.*$", ""),
    _replace(r"\s*(?:∈|\\in)\s*.*$", ""),
    _replace(r"\s*,\s*[-−\d.π]+\s*(?:<|≤|<=)\s*x\s*(?:<|≤|<=)\s*[-−\d.π]+\s*$", ""),
    _replace(r"^\s*(?:def\s+\w+\s*\(\s*x\s*(?::\s*\w+)?\)\s*(?:->\s*\w+)?\s*:\s*)?return\s+", ""),
    _replace(r"^\s*(?:def\s+\w+\s*\(\s*x\s*(?::\s*\w+)?\)\s*(?:->\s*\w+)?\s*:\s*)return\s+", ""),
    _replace(r"^\s*[A-Za-z]\w*\s*:\s*(?=[A-Za-z]\w*\s*(?:\(x\)\s*)?=|x\s*(?:->|↦|→))", ""),
    _replace(r"^\s*(?:lambda\s+x\s*:|@\s*\(\s*x\s*\)|\(?\s*x\s*\)?\s*(?:->|=>|↦|→|\\mapsto|\\to)\s*)", ""),
    _replace(r"^\s*[A-Za-z]\w*\s*(?:\(\s*x\s*\))?\s*(?::=|<-|=)\s*(?![=>])", ""),
    _replace(r"^\s*=\s*[-−]\s*(x|[A-Z]+[0-9]+|\([^()]*\))\s*\^", r"(-\1)^"),  # the sign comes first there
    _replace(r"^\s*=\s*(?!=)", ""),
    _replace(r"^\s*(?:lambda\s+x\s*:|@\s*\(\s*x\s*\)|\(?\s*x\s*\)?\s*(?:->|=>|↦|→|\\mapsto|\\to)\s*)", ""),
    _replace(r"^\s*(?:function\s*|\\)\(\s*x\s*\)\s*(?:\{(.*)\}|(.*))\s*;?\s*$", r"\1\2"),
    _replace(r"(?:\\,|\\;|\\ |[;,\s]|(?<![0-9])\.)+$", ""),
    _replace(r"(?<=[0-9])\.$", ""),
    # how values and names are written
    _replace(r"@\s*\.\s*", ""),
    _replace(r"\.(?=[*/^])(?<![0-9]\.)|(?<=[0-9])\.(?=\^)", ""),
    _replace(r"(?<=[A-Za-z])\.(?=\()", ""),
    _replace(
        r"\bstd::|\b(?:np|numpy|math|torch|sp|sympy|jnp|Math|tf|F|nn|scipy|special|functional)\.(?=[A-Za-z])",
        "",
    ),
    _replace(r"\b(?:PI|pi|π)\s*\(\s*\)", "pi"),
    _replace(r"(?<=[0-9])f\b", ""),
    _replace(r"(?<=[0-9.])[dD](?=[-+−]?[0-9])", "e"),
    _replace(r"(?<![A-Za-z])\$?[A-Z]{1,2}\$?[0-9]{1,5}\b(?!\()", "x"),
    _translate_names,
    _groups,
    _commas,
    _close_where,
    _replace(rf"\b(?:{'|'.join(_NORMAL_DENSITY)})\(\s*x\s*\)", "exp(-x^2/2)/sqrt(2*pi)"),
    _replace(r"\b(?:n|nth)_?root\(\s*([^(),]+)\s*,\s*3\s*\)", r"cbrt(\1)", re.IGNORECASE),
    _replace(r"\b(?:n|nth)_?root\(\s*([^(),]+)\s*,\s*([^(),]+)\s*\)", r"(\1)^(1/(\2))", re.IGNORECASE),
    _replace(r"%/%", "//"),
    _replace(r"%%", "%"),
    _replace(rf"({_NUMBER})\s*%(?=\s*(?:$|[-+*/)]))", r"(\1/100)"),
    _replace(r"\^(?=[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ˣ])", ""),
    _raise_superscripts,
    _replace(r"\\math(?:bf|bb|1)\s*\{1\}_\{([^{}\[\]]*[<>=≤≥][^{}]*)\}", r"where(\1, 1, 0)"),
    _replace(r"(?<![\w\\])(?:θ|t|τ|ξ|u|s|z|φ)(?!\w)(?!\s*\()|\\(?:theta|xi|tau|phi)(?![A-Za-z(])", "x"),
)


def plain_formula(text: str) -> str:
    """Return the formula that a copied text seems to hold; the text itself if there is nothing to change."""
    found = " ".join(text.split("\n")) if "\n" in text else text
    for rule in _RULES:
        found = rule(found)
    return found.strip()
