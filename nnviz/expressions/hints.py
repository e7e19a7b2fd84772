"""Say what to write instead of words and signs that a formula cannot contain."""

import keyword
import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final, NamedTuple

from nnviz.expressions.errors import ExpressionError

BESSEL = ("J0(x)", "J1(x)")


class Hint(NamedTuple):
    """What is wrong, and a sentence with the right form if there is one.

    instead: texts that can stand in the place of the word or sign. call: a pattern for the call of a word, with {0} for
    the text between its brackets. wholes: whole formulas that can stand in the place of the formula.
    """

    problem: str
    suggestion: str | None = None
    instead: tuple[str, ...] = ()
    call: str = ""
    wholes: tuple[str, ...] = ()

    def error(self, text: str, start: int, end: int) -> ExpressionError:
        """Return the error for the word or sign at this place of a text."""
        forms = [text[:start] + new + text[end:] for new in self.instead]
        if self.call and (inside := _bracket(text, end)) is not None:
            forms.append(text[:start] + self.call.format(text[end + 1 : inside]) + text[inside + 1 :])
        return ExpressionError(self.problem, text, start, self.suggestion, (*forms, *self.wholes))


def _bracket(text: str, start: int) -> int | None:
    """Return where the round bracket closes that opens at ``start``; None if none does."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return place if place > start else None
    return None


_PROGRAM: Final = "A formula is not a program."
_NOT_FINITE: Final = Hint("A formula contains only finite numbers.", "Write a number, such as 1e6.")
ENDLESS_SUM: Final = Hint("A sum has finitely many terms here.", "Write 20 instead of ∞.", ("20",))
_LETTERS_ALIKE: Final = dict(zip("асеорхуѕіАВСЕНКМОРТХαοχν", "aceopxysiABCEHKMOPTXaoxv", strict=True))
_MANY_LOGARITHMS: Final = re.compile(r"log_?([0-9]+)")
_NAME_WITH_NUMBER: Final = re.compile(r"([a-z]+)([0-9]+)([a-z0-9]*)")

_WORDS: Final = {
    **dict.fromkeys(("nan", "inf", "infinity", "infty"), _NOT_FINITE),
    "true": Hint("A truth value is a number here.", "Write 1.", ("1",)),
    "false": Hint("A truth value is a number here.", "Write 0.", ("0",)),
    **dict.fromkeys(("np", "numpy", "math", "torch"), Hint(_PROGRAM, "Write sin(x) instead of np.sin(x).")),
    **dict.fromkeys(
        ("random", "rand", "randn", "noise"),
        Hint("A function has the same value every time, so it cannot be random."),
    ),
    **dict.fromkeys(
        ("sawtooth", "saw"),
        Hint("There are several sawtooth waves.", "Write x - floor(x).", call="({0} - floor({0}))"),
    ),
    **dict.fromkeys(
        ("triangle", "trianglewave"),
        Hint(
            "There are several triangle functions.",
            "Write tri(x) for one, 1 - 4*abs(mod(x, 1) - 0.5) for a wave.",
            ("tri",),
            "(1 - 4*abs(mod({0}, 1) - 0.5))",
        ),
    ),
    "squarewave": Hint(
        "There are several square waves.", "Write sign(sin(2*pi*x)).", call="sign(sin(2*pi*({0})))"
    ),
    **dict.fromkeys(
        ("fmod", "rem", "remainder"), Hint("There are two kinds of remainder.", "Write mod(x, 1).", ("mod",))
    ),
    "frac": Hint(
        "There is no function for the fractional part.", "Write x - floor(x).", call="({0} - floor({0}))"
    ),
    **dict.fromkeys(
        ("root", "nthroot"),
        Hint("Roots are powers here.", "Write x^(1/4), or cbrt(x).", wholes=("x^(1/4)", "cbrt(x)")),
    ),
    **dict.fromkeys(
        ("int", "fix"),
        Hint("There are several ways to round.", "Write floor(x) or trunc(x).", ("floor", "trunc")),
    ),
    "sqr": Hint("The function sqr is not known here.", "Write x^2.", call="({0})^2"),
    **dict.fromkeys(
        ("radians", "deg", "degrees"), Hint("Angles are in radians.", "Write x*pi/180, or x°.", call="({0})°")
    ),
    **dict.fromkeys(
        ("acot", "arccot"),
        Hint("The function acot is not known here.", "Write pi/2 - atan(x).", call="(pi/2 - atan({0}))"),
    ),
    "xor": Hint("The word xor is not known here.", "Write (x > 0) != (x > 1)."),
    **dict.fromkeys(("mean", "avg"), Hint("There is no function for the mean.", "Write (a + b)/2.")),
    **dict.fromkeys(
        ("begin", "cases"), Hint("Choices are written with where.", "Write where(x < 0, -x, x).")
    ),
    **dict.fromkeys(
        ("ifelse", "iif"), Hint("Choices are written with where.", "Write where(x < 0, -x, x).", ("where",))
    ),
    **dict.fromkeys(
        ("then", "elif"), Hint("This word needs an if before it.", "Write if x < 0 then -x else x.")
    ),
    **dict.fromkeys(
        ("otherwise", "when"), Hint("This word belongs to a list of cases.", "Write {x < 0: -x, x}.")
    ),
    **dict.fromkeys(
        ("for", "in", "range", "lambda", "default"), Hint(_PROGRAM, "Write the formula of a function of x.")
    ),
    **dict.fromkeys(
        ("mathrm", "text", "operatorname"), Hint("Only plain names are known here.", "Write sin(x).")
    ),
    **dict.fromkeys(("i", "j"), Hint("A formula contains only real numbers, and no complex numbers.")),
    **dict.fromkeys(
        ("lgamma", "gammaln", "loggamma"),
        Hint(
            "The logarithm of gamma is not known here.",
            "Write log(abs(gamma(x))).",
            call="log(abs(gamma({0})))",
        ),
    ),
    **dict.fromkeys(
        ("bessely", "besseli", "besselk", "y0", "y1", "i0", "i1", "k0", "k1", "yv", "iv", "kv"),
        Hint("Only the Bessel functions J0 and J1 are known here.", "Write J0(x) or J1(x).", wholes=BESSEL),
    ),
    **dict.fromkeys(
        ("bi", "airybi"), Hint("Only the Airy function Ai is known here.", "Write Ai(x).", ("Ai",))
    ),
}

_SIGNS: Final = {
    ".": Hint("A dot can only stand inside a number.", "Write 0.5, or sin(x) without np. or math."),
    **dict.fromkeys("'\"`", Hint("A formula cannot contain text in quotes.")),
    **dict.fromkeys("\n\r\v\f\u0085\u2028\u2029", Hint("A formula is one line.", "Join the lines.", (" ",))),
    "@": Hint("The sign @ is not known here.", "Write *.", ("*",)),
    "~": Hint("The sign ~ is not known here.", "Write not, or - for minus.", (" not ", "-")),
    "\\": Hint("A backslash can only stand before a LaTeX word.", r"Write \sin(x), or just sin(x).", ("",)),
    "∞": _NOT_FINITE,
    "∫": Hint("There is no sign for integrals here.", "Write out the integral."),
    "∜": Hint("There is no sign for the fourth root here.", "Write x^(1/4)."),
    **dict.fromkeys("′’´", Hint("There is no sign for derivatives here.", "Write out the derivative.")),
    **dict.fromkeys("ⁿˣ⁻⁺", Hint("Only numbers can be superscripts.", "Write ^ for a power, as in x^n.")),
}


LATEX: Final = {
    **dict.fromkeys(("int", "iint", "oint"), _SIGNS["∫"]),
    **dict.fromkeys(("prime", "partial", "nabla"), _SIGNS["′"]),
    **dict.fromkeys(
        ("in", "sim", "approx", "to", "infty", "mathbb", "forall", "exists"),
        Hint("A formula gives one value for each x.", "Write the formula alone, such as sin(x)."),
    ),
}
"""The hints for words of LaTeX that mean something else behind a backslash."""


def unknown_sign(sign: str) -> Hint:
    """Return the hint for a sign that a formula cannot contain."""
    if sign in _SIGNS:
        return _SIGNS[sign]
    name = unicodedata.name(sign, f"U+{ord(sign):04X}").lower()
    problem = f"A formula cannot have the sign {sign + ' ' if sign.isprintable() else ''}({name})."
    if "！" <= sign <= "～":
        plain = chr(ord(sign) - ord("！") + ord("!"))
        return Hint(problem, f"Write {plain} in plain width.", (plain,))
    if sign in _LETTERS_ALIKE:
        letter = _LETTERS_ALIKE[sign]
        return Hint(problem, f"The sign only looks like {letter}. Type the Latin letter {letter}.", (letter,))
    return Hint(problem) if sign.isprintable() else Hint(problem, "The sign is invisible. Delete it.", ("",))


def unknown_word(word: str, variables: tuple[str, ...], known: Iterable[str]) -> Hint:
    """Return the hint for a word that is neither a function, a constant nor a variable."""
    lower = word.lower()
    if lower in _WORDS:
        return _WORDS[lower]
    if keyword.iskeyword(word):
        return Hint(f"'{word}' is a word of Python. {_PROGRAM}")
    if match := _MANY_LOGARITHMS.fullmatch(lower):
        form = f"log(x)/log({match[1]})"
        return Hint(
            f"The base of a logarithm stands behind a _ here, as in log_{match[1]}.",
            f"Write {form}.",
            (f"log_{match[1]}",),
        )
    if len(word) == 1:
        return _unknown_letter(word, variables)
    found = _split_form(lower, variables, known) or _close_form(lower, known)
    if found is not None:
        return found._replace(problem=f"'{_short(word)}' is not known here.")
    return Hint(f"'{_short(word)}' is not known here.", f"Write a formula in {_listed(variables)}.")


def _unknown_letter(letter: str, variables: tuple[str, ...]) -> Hint:
    """Return the hint for a single letter that is not a variable."""
    x = variables[0]
    if letter in "yYzZ" and len(variables) == 1:
        return Hint(
            f"This formula has one variable, {x}. The letter {letter} is for surfaces.",
            f"Write {x} instead.",
            (x,),
        )
    if letter in "fgFG":
        return Hint(f"The function {letter} is not known here.", f"Write its formula, such as sin({x}).")
    instead = (x,) if letter in "tsuvwTSX" and len(variables) == 1 else ()
    return Hint(f"'{letter}' has no value here.", f"Write a number for it, or {_listed(variables)}.", instead)


def _split_form(word: str, variables: tuple[str, ...], known: Iterable[str]) -> Hint | None:
    """Return the right form of a name with a number directly behind it, such as x2 or sin2x; None without one."""
    match = _NAME_WITH_NUMBER.fullmatch(word)
    if match is None:
        return None
    name, digits, rest = match.groups()
    forms: tuple[str, ...] = ()
    if name in variables and not rest:
        forms = f"{digits}*{name}", f"{name}^{digits}"
    elif name + digits in known:
        forms = f"{name}{digits}({rest})", f"{name}({digits}{rest})"
    elif name in known:
        forms = (f"{name}({digits}{rest})",)
    return Hint("", f"Write {' or '.join(forms)}.", forms) if forms else None


def _close_form(word: str, known: Iterable[str]) -> Hint | None:
    """Return a question with the known word that is spelled most like this one; None if there is none."""
    plain = [name for name in known if name not in _WORDS]
    close = get_close_matches(word, plain, n=1) if len(word) <= 20 else []
    return Hint("", f"Did you mean {close[0]}?", (close[0],)) if close else None


def _short(word: str) -> str:
    """Return at most the first 20 characters of a word."""
    return word if len(word) <= 20 else word[:20] + "…"


def _listed(variables: tuple[str, ...]) -> str:
    """Return the variables as words: "x", or "x and y"."""
    return " and ".join(variables)
