"""Numbers in formulas."""

import math
from collections.abc import Iterable, Sequence


def tex(value: float, digits: int = 3) -> str:
    """A number for LaTeX with that many significant digits: 0.123, -4.5, 1.2 times a power of ten."""
    if not math.isfinite(value):
        return r"\text{not a number}" if math.isnan(value) else (r"\infty" if value > 0 else r"-\infty")
    text = f"{value:.{digits}g}"
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"


def signed(value: float, digits: int = 3) -> str:
    """The same with its sign in front, to be added: + 0.123 or - 4.5."""
    return f"{'-' if value < 0 else '+'} {tex(abs(value), digits)}"


def by(symbol: str) -> str:
    """The derivative of the loss by a symbol, for LaTeX."""
    return rf"\tfrac{{\partial L}}{{\partial {symbol}}}"


def table(head: str, rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table of our own words and numbers: `head` is "a | b | c"."""
    lines = [f"| {head} |", "|" + "---|" * (head.count("|") + 1), *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines)
