"""Name the types that all rooms of the package share, each once."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
"""An array of float64; the docstring of whoever takes or returns it states its shape."""

Vector = NDArray[np.float64]
"""An array of float64 with one axis, in modules that also use arrays of other kinds."""

FloatArray = NDArray[np.floating[Any]]
"""An array of floating-point numbers of any precision: float32 stays float32."""

AnyArray = NDArray[Any]
"""An array of any kind of number."""

Truth = NDArray[np.bool_]
"""An array of truth values."""

Labels = NDArray[np.int64]
"""An array of whole numbers: classes, or positions in a list."""

Index = NDArray[np.intp]
"""An array of positions that indexes another array."""

Bounds = tuple[float, float]
"""The two ends of a closed interval, the lower one first."""

Box = tuple[Bounds, Bounds]
"""The bounds of a rectangle: those of x, then those of y."""

Domain = tuple[Bounds, ...]
"""The bounds of a box with any number of axes."""

Settings = tuple[tuple[str, float], ...]
"""Settings by name, in an order and a form that can be hashed."""

Point = tuple[float, ...]
"""The coordinates of a point with any number of axes."""

PlanePoint = tuple[float, float]
"""The coordinates (x, y) of a point of the plane."""

Function = Callable[[Array], Array]
"""A function from values to values of the same shape, or from points (m, 2) to values (m,)."""

Progress = Callable[[int, int], None]
"""A function that is told (rounds done, rounds in all)."""

ShareProgress = Callable[[float], None]
"""A function that is told the share of the work that is done, 0 to 1."""
