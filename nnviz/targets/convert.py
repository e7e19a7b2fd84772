"""Convert every accepted form of f to a function: text, an Expression, points, a drawing or a function of arrays."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz._checks import check_shape, plain_array
from nnviz.expressions import Expression, parse
from nnviz.targets.drawing import Drawing
from nnviz.targets.points import PiecewiseLinear, through

Target = Expression | PiecewiseLinear
Function = Callable[..., NDArray[np.float64]]
TargetLike = str | Target | Drawing | NDArray[Any] | Sequence[Any]
"""What a function f may be given as: text, a formula, a drawing, or points."""
FunctionLike = TargetLike | Function
"""The same, or a function of Python, about which nothing can be proved."""

_NAMES = ("x", "y")


def as_target(f: TargetLike, inputs: int = 1) -> Target:
    """Return f as a function with a known formula, about which bounds can be proved.

    f: text such as "sin(2πx) + |x|"; an Expression; a PiecewiseLinear; a Drawing; or points, as an array (n, 2) or
    as a pair of n values x and n values y, which are joined by straight lines. inputs: 1, or 2 for a formula in x
    and y. Raises ExpressionError, a ValueError, for text that is not a formula of these variables. Raises
    ValueError for points that are not a function, and for a Python function, because nothing can be proved about
    it.
    """
    if isinstance(f, str):
        return parse(f, _NAMES[:inputs])
    if isinstance(f, Expression | PiecewiseLinear):
        return f
    if isinstance(f, Drawing):
        return f.function
    if callable(f):
        raise ValueError(
            f"`f` must be text, an Expression, points or a drawing, got {f!r}. "
            "Nothing can be proved about a Python function."
        )
    points = _points(f)
    check_shape("f", points, "(n, 2) or (2, n)", points.ndim == 2 and 2 in points.shape)
    return through(*(points.T if points.shape[1] == 2 else points))


def _points(f: Any) -> NDArray[np.float64]:
    """Return points as an array of numbers; a pair can hold two Series or two tensors."""
    parts = [plain_array(part) for part in f] if isinstance(f, list | tuple) else plain_array(f)
    return np.asarray(parts, dtype=np.float64)


def as_function(f: FunctionLike, inputs: int = 1) -> Function:
    """Return f as a function of arrays; f may be anything that ``as_target`` reads, or a function of arrays."""
    return f if callable(f) else as_target(f, inputs)
