"""Text -> Expression: values, exact gradient, LaTeX and source code of one formula."""

import re
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.functions.errors import ExpressionError
from nnviz.functions.evaluation import dual, value
from nnviz.functions.grammar import read
from nnviz.functions.latex import typeset
from nnviz.functions.nodes import Node, subtrees, write
from nnviz.functions.source import Language, source
from nnviz.functions.tokens import MAX_CHARACTERS

Array = NDArray[np.float64]

_VARIABLE: Final = re.compile(r"[A-Za-z][0-9]?")
_SPARE_BLANK: Final = re.compile(r"(?<=[-+<>=,]) | (?=[-+<>=!])")


@dataclass(frozen=True)
class Expression:
    """A real function of one variable or two, as it was read from a formula; equal and hashed by its text.

    ``text`` is the canonical text: parse(f.text, f.variables) is f again. ``root`` is the tree.
    """

    text: str
    variables: tuple[str, ...]
    root: Node = field(compare=False, repr=False)

    def __call__(self, x: ArrayLike) -> Array:
        """The values: x of any shape -> x's shape; with two variables x (..., 2) -> (...).

        A new float64 array; nan where the value is not real or not defined, inf at a pole or beyond float64.
        """
        point, shape = self._point(x)
        with np.errstate(all="ignore"):
            return np.array(np.broadcast_to(value(self.root, point), shape))

    def gradient(self, x: ArrayLike) -> Array:
        """The exact derivative in x's shape; with two variables both partial derivatives, x (..., 2) -> (..., 2).

        Forward mode: the chain rule from the leaves of the tree to its root. At a kink a subgradient, at a jump
        the slope beside it (``vocabulary`` says which); nan where the value is nan, or 0·∞ occurs.
        """
        point, shape = self._point(x)
        with np.errstate(all="ignore"):
            values, slopes = dual(self.root, point)
            undefined = np.where(np.isnan(values), np.nan, 0.0)
            columns = [np.broadcast_to(slopes.get(v, 0.0) + undefined, shape) for v in self.variables]
        return np.array(columns[0]) if len(columns) == 1 else np.stack(columns, axis=-1)

    def finite_throughout(self, x: ArrayLike) -> NDArray[np.bool_]:
        """Where every part of the formula has a finite value, not f alone: exp(-1/x^2) is 0 at 0, but 1/x^2 is not."""
        point, shape = self._point(x)
        with np.errstate(all="ignore"):
            parts = [np.broadcast_to(value(node, point), shape) for node in subtrees(self.root)]
        return np.asarray(np.isfinite(parts).all(axis=0))

    def latex(self) -> str:
        """The formula as LaTeX, for KaTeX or MathJax, without dollar signs."""
        return typeset(self.root)

    def code(self, language: Language) -> str:
        """A function f in "numpy", "torch" or "python" with the same values: f(x), or f(x, y) for two variables.

        Source text with its imports. NumPy and torch take arrays or tensors, Python takes single numbers.
        """
        return source(self.root, self.variables, language)

    def _point(self, x: ArrayLike) -> tuple[dict[str, Array], tuple[int, ...]]:
        """The variables' values by name, and the shape of the result."""
        x = np.asarray(x, dtype=np.float64)
        if len(self.variables) == 1:
            return {self.variables[0]: x}, x.shape
        if x.ndim == 0 or x.shape[-1] != len(self.variables):
            raise ValueError(
                f"x must have shape (..., {len(self.variables)}) for {self.text!r}; it has {x.shape}"
            )
        return {name: x[..., k] for k, name in enumerate(self.variables)}, x.shape[:-1]


def parse(text: str, variables: tuple[str, ...] = ("x",)) -> Expression:
    """Read a formula in one variable or two, such as "sin(2πx) + |x|".

    Raises ExpressionError, with position and suggestion, for text that is not a formula of these variables or
    is beyond the limits (500 characters, 200 numbers, names and signs, 40 levels; also when written out in
    full); ValueError for names of variables that are not single letters, a digit behind them allowed.
    """
    distinct = {variable.lower() for variable in variables}
    if (
        len(distinct) != len(variables)
        or len(variables) not in (1, 2)
        or not all(map(_VARIABLE.fullmatch, variables))
    ):
        raise ValueError(
            f"variables must be one or two of the form x or x1, such as ('x', 'y'); got {variables!r}"
        )
    root = read(text, variables)
    canonical = write(root)
    if len(canonical) > MAX_CHARACTERS:
        canonical = _SPARE_BLANK.sub("", canonical)
    try:
        read(canonical, variables)
    except ExpressionError as error:
        raise ExpressionError(f"Written out in full: {error.problem}", text, 0, error.suggestion) from None
    return Expression(canonical, variables, root)
