"""List how tightly operators bind, and what brackets and other signs mean."""

from typing import Final

from nnviz.expressions.nodes import AND, ATOM, CHOICE, COMPARE, COMPARISONS, OR, POWER, PRODUCT, SUM

INFIX: Final = {
    **{
        "!": ATOM,
        "if": CHOICE,
        "?": CHOICE,
        "or": OR,
        "and": AND,
        "+": SUM,
        "-": SUM,
        "^": POWER,
        "°": POWER,
    },
    **dict.fromkeys(COMPARISONS, COMPARE),
    **dict.fromkeys(("*", "/", "%", "//"), PRODUCT),
}
CLOSING: Final = {"(": ")", "[": "]", "{": "}", "|": "|", "\\lvert": "\\rvert", "⌊": "⌋", "⌈": "⌉"}
MEANINGS: Final = {
    "|": "abs",
    "\\lvert": "abs",
    "⌊": "floor",
    "⌈": "ceil",
}  # of brackets that do more than hold together
ROOTS: Final = {"√": "sqrt", "∛": "cbrt"}
FACTOR_SIGNS: Final = (
    "(",
    "\\lvert",
    "⌊",
    "⌈",
    "√",
    "∛",
    "\\frac",
    "\\begin",
    "Σ",
    "Π",
)  # signs, beside the bar, that a factor can begin with
