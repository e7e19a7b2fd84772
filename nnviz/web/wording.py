"""Write numbers and counts as readers see them in sentences."""

import math
import re

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"


def show_number(value: float, digits: int = 3) -> str:
    """Return a number with so many significant digits for running text: 0.35, −1.2, 2.2 × 10⁻¹⁶, 10⁻⁸."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else "∞" if value > 0 else "−∞"
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    mantissa = mantissa.replace("-", "−")
    if not exponent:
        return mantissa if float(f"{value:.{digits}g}") else "0"
    factor = mantissa[:-1] if mantissa in ("1", "−1") else f"{mantissa} × "
    return f"{factor}10{str(int(exponent)).translate(SUPERSCRIPTS)}"


def show_count(count: float) -> str:
    """Return a whole number for running text: 2001, and 10 000 with a thin space."""
    return f"{count:.0f}" if abs(count) < 10_000 else f"{count:,.0f}".replace(",", _THIN_SPACE)


def plural(count: int, noun: str) -> str:
    """Return a count with its noun: 1 update, 10 updates."""
    return f"{show_count(count)} {noun}{'' if count == 1 else 's'}"


def plain_markdown(words: str) -> str:
    """Return Markdown that shows the words as they are: every sign is escaped."""
    return re.sub(r"([^\w\s]|_)", r"\\\1", words)


def shortest(value: float) -> str:
    """Return the shortest decimal that is read as the same float, as a box and a link hold it: -1, 0.1, 1e-06."""
    return repr(float(value)).removesuffix(".0")


_SIGNS = {
    "eta": "η", "kappa": "κ", "lambda": "λ", "varepsilon": "ε", "epsilon": "ε", "delta": "δ", "sigma": "σ", "mu": "μ",
    "theta": "θ", "omega": "ω", "pi": "π", "varphi": "φ", "beta": "β", "alpha": "α", "infty": "∞", "cdot": "·",
    "cdots": "⋯", "times": "×", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "approx": "≈", "ne": "≠", "to": "→",
    "pm": "±", "in": "∈", "sum": "Σ", "lvert": "|", "rvert": "|", "max": "max", "min": "min", "log": "log",
    "ln": "ln", "exp": "exp", "sin": "sin", "tanh": "tanh", "bar": "", "hat": "", "mathrm": "", "text": "", "dots": "…",
    "ldots": "…", "tfrac": "", "left": "", "right": "", "quad": " ", "sqrt": "√", "partial": "∂", "rho": "ρ",
}  # fmt: skip


def plain_words(markdown: str) -> str:
    """Return our own Markdown as plain text, with formulas in one line: η = 2/(λ_min + λ_max)."""
    text = re.sub(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]", r"\1", markdown)
    text = re.sub(r"\$([^$]*)\$", lambda formula: _plain_formula(formula[1]), text)
    return re.sub(r"\*+|`", "", text)


def _plain_formula(latex: str) -> str:
    """Return a short formula in one line of plain text."""
    latex = re.sub(r"_\{([^{}]*)\}", r"_\1", latex)
    latex = re.sub(r"\\[td]?frac\{([^{}]*)\}\{([^{}]*)\}", lambda f: f"{_part(f[1])}/{_part(f[2])}", latex)
    latex = re.sub(r"\\sqrt\{([^{}]*)\}", r"√(\1)", latex)
    latex = re.sub(
        r"\\([a-zA-Z]+)", lambda name: _SIGNS.get(name[1], name[1]), re.sub(r"\\[,;! ]", " ", latex)
    )
    latex = re.sub(r"\^\{?(-?\d+)\}?", lambda power: power[1].translate(SUPERSCRIPTS), latex)
    return re.sub(r"[{}]", "", latex.replace("-", "−"))


def _part(latex: str) -> str:
    """Return the numerator or denominator of a fraction, in parentheses if it has several terms or factors."""
    return latex if re.fullmatch(r"\\?[\w.\\]+", latex) else f"({latex})"
