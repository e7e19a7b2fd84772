"""Read a formula as an Expression, with values, exact gradient, LaTeX and source code."""

import re
from dataclasses import dataclass, field
from math import isfinite
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz._checks import argument_error, plain_array, shape_error
from nnviz._display import displayed
from nnviz._types import Array
from nnviz.expressions.errors import ExpressionError
from nnviz.expressions.evaluation import dual, value
from nnviz.expressions.grammar import read
from nnviz.expressions.latex import typeset
from nnviz.expressions.nodes import Node, is_constant, subtrees, write
from nnviz.expressions.pasted import plain_formula
from nnviz.expressions.series import expanded
from nnviz.expressions.source import Language, source
from nnviz.expressions.tokens import MAX_CHARACTERS

MOST_COPIED: Final = 2000  # characters of a text in which a formula is searched
_VARIABLE: Final = re.compile(r"[A-Za-z][0-9]?")
_SPARE_BLANK: Final = re.compile(r"(?<=[-+<>=,]) | (?=[-+<>=!])")


@displayed(lambda f: f"{f.text!r}" if f.variables == ("x",) else f"{f.text!r}, variables={f.variables}")
@dataclass(frozen=True)
class Expression:
    """A real function of one or two variables, read from a formula; compared and hashed by its text.

    ``text`` is the canonical text, so parse(f.text, f.variables) == f. ``root`` is the tree that is computed, with sums
    and products written out. ``typed`` is the tree with sums and products as they were read; None: it is the same.
    """

    text: str
    variables: tuple[str, ...]
    root: Node = field(compare=False, repr=False)
    typed: Node | None = field(default=None, compare=False, repr=False)

    @property
    def form(self) -> Node:
        """The tree as it was read, of which the text and the LaTeX are written."""
        return self.root if self.typed is None else self.typed

    def __call__(self, x: ArrayLike) -> Array:
        """Return the values as a new float64 array.

        With one variable, x of any shape -> x's shape. With two variables, x (..., 2) -> (...).
        A value is nan where f is not real or not defined, and infinite at a pole or beyond float64. ValueError if x has
        another shape.
        """
        point, shape = self._point(x)
        with np.errstate(all="ignore"):
            return np.array(np.broadcast_to(value(self.root, point), shape))

    def gradient(self, x: ArrayLike) -> Array:
        """Return the exact derivative in x's shape; for two variables both partial derivatives, (..., 2) -> (..., 2).

        Forward mode differentiation: the chain rule from the leaves of the tree to its root. At a kink the result
        is a subgradient, and at a jump the derivative beside it (``vocabulary`` says which). It is nan where the
        value is nan, and where 0·∞ occurs.
        """
        point, shape = self._point(x)
        with np.errstate(all="ignore"):
            values, derivatives = dual(self.root, point)
            undefined = np.where(np.isnan(values), np.nan, 0.0)
            columns = [np.broadcast_to(derivatives.get(v, 0.0) + undefined, shape) for v in self.variables]
        return np.array(columns[0]) if len(columns) == 1 else np.stack(columns, axis=-1)

    def finite_throughout(self, x: ArrayLike) -> NDArray[np.bool_]:
        """Return where every part of the formula is finite: at 0, exp(-1/x^2) is 0, but its part 1/x^2 is infinite."""
        point, shape = self._point(x)
        with np.errstate(all="ignore"):
            parts = [np.broadcast_to(value(node, point), shape) for node in subtrees(self.root)]
        return np.asarray(np.isfinite(parts).all(axis=0))

    def latex(self) -> str:
        """Return the formula as LaTeX, for KaTeX or MathJax, without dollar signs."""
        return typeset(self.form)

    def code(self, language: Language) -> str:
        """Return the source text, with imports, of a function f(x) or f(x, y) with the same values.

        language: "numpy" for arrays, "torch" for tensors, "python" for single numbers. ValueError for another language.
        """
        return source(self.root, self.text, self.variables, language)

    def _point(self, x: ArrayLike) -> tuple[dict[str, Array], tuple[int, ...]]:
        """Return the values of the variables by name, and the shape of the result."""
        x = np.asarray(plain_array(x), dtype=np.float64)
        if len(self.variables) == 1:
            return {self.variables[0]: x}, x.shape
        if x.ndim == 0 or x.shape[-1] != len(self.variables):
            raise shape_error("x", x, f"(..., {len(self.variables)}) for the function {self.text!r}")
        return {name: x[..., k] for k, name in enumerate(self.variables)}, x.shape[:-1]


def parse(text: str, variables: tuple[str, ...] = ("x",)) -> Expression:
    """Read a formula in one or two variables, such as "sin(2πx) + |x|".

    Raises ExpressionError, with position and suggestion, for text that is not a formula of these variables, and for
    text beyond the limits, which also apply to the canonical text: 500 characters, 200 numbers, names and signs, 40
    levels. Raises ValueError for a variable name that is not a single letter, with or without a digit behind it.
    """
    distinct = {variable.lower() for variable in variables}
    if (
        len(distinct) != len(variables)
        or len(variables) not in (1, 2)
        or not all(map(_VARIABLE.fullmatch, variables))
    ):
        raise argument_error(
            "variables", "one or two names of the form x or x1, such as ('x', 'y')", variables
        )
    try:
        form = read(text, variables)
    except ExpressionError as error:
        raise _with_forms(error, variables) from None
    canonical = write(form)
    if len(canonical) > MAX_CHARACTERS:
        canonical = _SPARE_BLANK.sub("", canonical)
    try:
        read(canonical, variables)
    except ExpressionError as error:
        raise ExpressionError(
            f"Written out in full, the formula is beyond the limits. {error.problem}",
            text,
            0,
            error.suggestion,
        ) from None
    return Expression(canonical, variables, expanded(form), form)


def _with_forms(error: ExpressionError, variables: tuple[str, ...]) -> ExpressionError:
    """Return the error with those forms that help, and with the formula that a copied text holds."""
    forms = tuple(dict.fromkeys(one for one in error.forms if _is_better(one, error, variables)))
    plain = plain_formula(error.text) if len(error.text) <= MOST_COPIED else error.text.strip()
    if plain == error.text.strip() or not _is_readable(plain, variables):
        error.forms = forms
        return error
    readable = tuple(form for form in forms if form != plain and _is_readable(form, variables))
    suggestion = error.suggestion if readable or plain in forms else f"Write {plain}."
    return ExpressionError(error.problem, error.text, error.position, suggestion, (plain, *readable))


def _is_readable(form: str, variables: tuple[str, ...]) -> bool:
    try:
        read(form, variables)
    except ExpressionError:
        return False
    return True


def _is_better(form: str, error: ExpressionError, variables: tuple[str, ...]) -> bool:
    """Return whether a formula that stands in for a wrong one can be read, or is wrong only behind that place."""
    try:
        read(form, variables)
    except ExpressionError as other:
        behind = len(error.text) - error.position
        return len(form) - other.position < behind and other.problem != error.problem
    return True


def parse_number(text: str) -> float:
    """Return the value of a formula without variables, such as "-pi", "π/2" or "1e-4".

    ExpressionError for text that is not a formula; ValueError if it has a variable or no finite value.
    """
    formula = parse(text)
    if not is_constant(formula.root):
        raise ValueError(f"`{text}` must be a number without x, such as -1 or pi/2")
    number = float(formula(0.0))
    if not isfinite(number):
        raise ValueError(f"`{text}` must be a finite number, got {number}")
    return number
