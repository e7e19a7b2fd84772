"""Give results one line of text, and a picture in notebooks.

A result with many numbers would fill the screen with them. ``displayed`` writes what matters instead. The picture is
drawn by ``nnviz.notebook``, which is imported when a notebook asks for a picture.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

import numpy as np

_Result = TypeVar("_Result")
_PAINTER = "nnviz.notebook"
_MOST = 60  # characters of a field
_LISTED = 6  # numbers of an array


def displayed(words: Callable[[Any], str] | None = None) -> Callable[[type[_Result]], type[_Result]]:
    """Return a decorator for the class of a result, whose text then is ``Name(words)``.

    ``words`` takes the result and returns the inside of the brackets. By default, it names each field, and a long array
    by its shape. In a notebook the result is drawn as a picture if nnviz.notebook knows one, and Altair is installed.
    """

    def decorate(cls: type[_Result]) -> type[_Result]:
        inside = words or _fields

        def __repr__(self: Any) -> str:  # noqa: N807 - the name that it gets
            return f"{type(self).__name__}({inside(self)})"

        cls.__repr__ = __repr__  # type: ignore[method-assign]
        cls._repr_mimebundle_ = _mimebundle  # type: ignore[attr-defined]
        return cls

    return decorate


def _mimebundle(self: Any, **_options: Any) -> dict[str, Any]:
    """Return the forms in which a notebook can show the result."""
    bundle: dict[str, Any] = import_module(_PAINTER).mimebundle(self)
    return bundle


def _fields(result: Any) -> str:
    names = getattr(result, "_fields", None) or [name for name in vars(result) if not name.startswith("_")]
    return ", ".join(f"{name}={short_text(getattr(result, name))}" for name in names)


def short_text(value: Any) -> str:
    """Return a value as one short line: a number with six digits, a long array by its shape, a list by its length."""
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return short_text(value.item())
        listed = value.ndim == 1 and value.size <= _LISTED
        return f"[{', '.join(map(short_text, value.tolist()))}]" if listed else f"array {value.shape}"
    if isinstance(value, float | np.floating):
        return f"{value:.6g}"
    text = " ".join(repr(value).split())
    if len(text) <= _MOST:
        return text
    if isinstance(value, list | tuple | dict | set | frozenset):
        return f"{type(value).__name__} of {len(value)}"
    return f"{text[: _MOST - 1]}…"


def count(number: int, noun: str) -> str:
    """Return a count with its noun, such as 1 unit or 2 units."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
