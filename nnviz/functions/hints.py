"""What to write instead: words and signs that are not known here, with the right form."""

import keyword
import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final, NamedTuple


class Hint(NamedTuple):
    """What is wrong, and the right form if there is one."""

    problem: str
    suggestion: str | None = None


_PROGRAM: Final = "A formula is not a program."
_NOT_FINITE: Final = Hint("A formula is made of finite numbers.", "Write a number, such as 1e6.")
_LETTERS_ALIKE: Final = dict(zip("асеорхуѕіАВСЕНКМОРТХαοχν", "aceopxysiABCEHKMOPTXaoxv", strict=True))
_MANY_LOGARITHMS: Final = re.compile(r"log_?([0-9]+)")
_NAME_WITH_NUMBER: Final = re.compile(r"([a-z]+)([0-9]+)([a-z0-9]*)")

_WORDS: Final = {
    **dict.fromkeys(("nan", "inf", "infinity", "infty"), _NOT_FINITE),
    "true": Hint("Truth is a number here.", "Write 1."),
    "false": Hint("Truth is a number here.", "Write 0."),
    **dict.fromkeys(("np", "numpy", "math", "torch"), Hint(_PROGRAM, "Write sin(x) instead of np.sin(x).")),
    **dict.fromkeys(
        ("random", "rand", "randn", "noise"),
        Hint("A function has the same value every time; it cannot be random."),
    ),
    **dict.fromkeys(("factorial", "gamma"), Hint("There is no factorial here.", "Write the product out.")),
    **dict.fromkeys(
        ("sum", "prod", "sigma"), Hint("There is no sign for sums here.", "Write the terms out.")
    ),
    **dict.fromkeys(("sawtooth", "saw"), Hint("There are several sawtooth waves.", "Write x - floor(x).")),
    **dict.fromkeys(
        ("triangle", "trianglewave"),
        Hint("There are several triangles.", "Write tri(x) for one, 1 - 4*abs(mod(x, 1) - 0.5) for a wave."),
    ),
    "squarewave": Hint("There are several square waves.", "Write sign(sin(2*pi*x))."),
    **dict.fromkeys(("fmod", "rem", "remainder"), Hint("There are two remainders.", "Write mod(x, 1).")),
    "frac": Hint("There is no function for the fractional part.", "Write x - floor(x)."),
    **dict.fromkeys(("root", "nthroot"), Hint("Roots are powers here.", "Write x^(1/4), or cbrt(x).")),
    **dict.fromkeys(("int", "fix"), Hint("There are several ways to round.", "Write floor(x) or trunc(x).")),
    "sqr": Hint("There is no sqr here.", "Write x^2."),
    **dict.fromkeys(("radians", "deg", "degrees"), Hint("Angles are in radians.", "Write x*pi/180, or x°.")),
    **dict.fromkeys(("acot", "arccot"), Hint("There is no acot here.", "Write pi/2 - atan(x).")),
    "xor": Hint("There is no xor here.", "Write (x > 0) != (x > 1)."),
    **dict.fromkeys(("mean", "avg"), Hint("There is no mean here.", "Write (a + b)/2.")),
    **dict.fromkeys(
        ("begin", "cases", "ifelse", "iif"),
        Hint("Choices are written with where.", "Write where(x < 0, -x, x)."),
    ),
    **dict.fromkeys(("mathrm", "text", "operatorname"), Hint("Only plain names are read.", "Write sin(x).")),
    **dict.fromkeys(("i", "j"), Hint("There are no complex numbers here, only real ones.")),
}

_SIGNS: Final = {
    ".": Hint("A dot has its place inside a number only.", "Write 0.5, or sin(x) without np. or math."),
    **dict.fromkeys("'\"`", Hint("Text in quotes has no place in a formula.")),
    **dict.fromkeys("\n\r\v\f\u0085\u2028\u2029", Hint("A formula is one line.", "Join the lines.")),
    "!": Hint("There is no factorial here.", "Write the product out, or != for 'not equal'."),
    "$": Hint("A formula needs no dollar signs.", "Leave them out."),
    ";": Hint("A semicolon has no place in a formula.", "Write a comma between two values."),
    "&": Hint("One & is not enough.", "Write and."),
    "@": Hint("There is no @ here.", "Write *."),
    "~": Hint("There is no ~ here.", "Write not, or - for minus."),
    "\\": Hint("A backslash stands in front of a LaTeX word only.", r"Write \sin(x), or just sin(x)."),
    "∞": _NOT_FINITE,
    **dict.fromkeys("∑Σ∏∫", Hint("There are no signs for sums or integrals here.", "Write the terms out.")),
    "∜": Hint("There is no sign for the fourth root here.", "Write x^(1/4)."),
    **dict.fromkeys("′’´", Hint("There is no sign for derivatives here.", "Write the derivative out.")),
    **dict.fromkeys("ⁿˣ⁻⁺", Hint("Only numbers can be superscripts.", "Write x^n with ^.")),
}


def unknown_sign(sign: str) -> Hint:
    """What is wrong with a sign that is not in the table."""
    if sign in _SIGNS:
        return _SIGNS[sign]
    name = unicodedata.name(sign, f"U+{ord(sign):04X}").lower()
    problem = f"A formula cannot have the sign {sign + ' ' if sign.isprintable() else ''}({name})."
    return Hint(problem, _plain_form(sign))


def _plain_form(sign: str) -> str | None:
    """The ASCII sign that this one only looks like."""
    if "！" <= sign <= "～":
        return f"Write {chr(ord(sign) - ord('！') + ord('!'))} in plain width."
    if sign in _LETTERS_ALIKE:
        return f"It only looks like {_LETTERS_ALIKE[sign]}: type the Latin letter."
    return None if sign.isprintable() else "It is invisible: delete it."


def unknown_word(word: str, variables: tuple[str, ...], known: Iterable[str]) -> Hint:
    """What is wrong with a word that is neither a function, a constant nor a variable."""
    lower = word.lower()
    if lower in _WORDS:
        return _WORDS[lower]
    if keyword.iskeyword(word):
        return Hint(f"'{word}' is a word of Python. {_PROGRAM}")
    if match := _MANY_LOGARITHMS.fullmatch(lower):
        return Hint(f"There is no logarithm to base {match[1]} here.", f"Write log(x)/log({match[1]}).")
    if len(word) == 1:
        return _unknown_letter(word, variables)
    if suggestion := _split_form(lower, variables, known) or _close_form(lower, known):
        return Hint(f"'{_short(word)}' is not known here.", suggestion)
    return Hint(f"'{_short(word)}' is not known here.", f"Write a formula in {_listed(variables)}.")


def _unknown_letter(letter: str, variables: tuple[str, ...]) -> Hint:
    x = variables[0]
    if letter in "yYzZ" and len(variables) == 1:
        return Hint(f"This formula has one variable, {x}; {letter} is for surfaces.", f"Write {x} instead.")
    if letter in "fgFG":
        return Hint(f"The function {letter} is not known here.", f"Write its formula, such as sin({x}).")
    return Hint(f"'{letter}' has no value here.", f"Write a number for it, or {_listed(variables)}.")


def _split_form(word: str, variables: tuple[str, ...], known: Iterable[str]) -> str | None:
    """The right form of a name that runs into a number: x2, sin2x."""
    match = _NAME_WITH_NUMBER.fullmatch(word)
    if match is None:
        return None
    name, digits, rest = match.groups()
    if name in variables and not rest:
        return f"Write {digits}*{name} or {name}^{digits}."
    if name + digits in known:
        return f"Write {name}{digits}({rest}) or {name}({digits}{rest})."
    return f"Write {name}({digits}{rest})." if name in known else None


def _close_form(word: str, known: Iterable[str]) -> str | None:
    close = get_close_matches(word, known, n=1) if len(word) <= 20 else []
    return f"Did you mean {close[0]}?" if close else None


def _short(word: str) -> str:
    return word if len(word) <= 20 else word[:20] + "…"


def _listed(variables: tuple[str, ...]) -> str:
    return " and ".join(variables)
