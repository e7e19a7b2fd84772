"""Check arguments, and word every complaint the same way: "`points` must be between 2 and 4001, got 1"."""

from collections.abc import Iterable
from math import inf
from operator import le, lt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike


def argument_error(name: str, requirement: str, got: object) -> ValueError:
    """Return the ValueError that says what the argument ``name`` must be and what it was.

    ``requirement`` completes the sentence "`name` must be …".
    """
    return ValueError(f"`{name}` must be {requirement}, got {_shown(got)}")


def check(name: str, got: object, accepted: bool, requirement: str) -> None:
    """Raise ValueError unless ``accepted``; ``requirement`` completes "`name` must be …"."""
    if not accepted:
        raise argument_error(name, requirement, got)


def check_one_of(name: str, value: object, allowed: Iterable[object]) -> None:
    """Raise ValueError unless ``value`` is one of ``allowed``, which the message lists."""
    names = tuple(allowed)
    if value not in names:
        raise argument_error(name, f"one of {', '.join(map(str, names))}", value)


def check_between(
    name: str,
    value: float,
    low: float = -inf,
    high: float = inf,
    *,
    above: bool = False,
    below: bool = False,
    whole: bool = False,
) -> None:
    """Raise ValueError unless ``value`` is a finite number from ``low`` to ``high``, ends included.

    above: ``low`` itself is excluded; below: ``high`` itself is excluded; whole: the number must be of a whole type.
    """
    kinds = int | np.integer if whole else int | float | np.integer | np.floating
    number = isinstance(value, kinds) and not isinstance(value, bool) and value == value  # not nan
    kind_fits = number and abs(value) < inf
    if kind_fits and (lt if above else le)(low, value) and (lt if below else le)(value, high):
        return
    raise argument_error(name, requirement_between(low, high, above=above, below=below, whole=whole), value)


def requirement_between(
    low: float = -inf, high: float = inf, *, above: bool = False, below: bool = False, whole: bool = False
) -> str:
    """Return the words of ``check_between`` for these limits, such as "above 0 and at most 1"."""
    kind = "a whole number " if whole else ""
    if not (above or below) and -inf < low and high < inf:
        return f"{kind}between {_limit(low)} and {_limit(high)}"
    parts = [f"{'above' if above else 'at least'} {_limit(low)}"] if low > -inf else []
    if high < inf:
        parts.append(f"{'below' if below else 'at most'} {_limit(high)}")
    elif not whole:
        parts.append("finite")
    return f"{kind}of {' and '.join(parts)}" if whole else " and ".join(parts)


def _limit(value: float) -> str:
    """Return a limit as text: whole numbers in full, others to six digits."""
    return str(value) if isinstance(value, int) else f"{value:g}"


def check_finite(name: str, values: ArrayLike) -> None:
    """Raise ValueError if an entry of ``values`` is nan or infinite; the message names the first."""
    array = np.asarray(values, dtype=np.float64)
    bad = ~np.isfinite(array)
    if bad.any():
        raise argument_error(name, "finite", float(array[bad].flat[0]))


def check_shape(name: str, values: ArrayLike, expected: str, accepted: bool) -> None:
    """Raise ValueError unless ``accepted``: "`name` must have the shape (n,), got (2, 3)"."""
    if not accepted:
        raise shape_error(name, values, expected)


def shape_error(name: str, values: ArrayLike, expected: str) -> ValueError:
    """Return the ValueError "`name` must have the shape (n,), got (2, 3)"."""
    return ValueError(f"`{name}` must have the shape {expected}, got {np.shape(values)}")


def one_line(message: str) -> str:
    """Return a message as one line that every terminal shows; other characters are written as escapes."""
    shown = " ".join(message.split())
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in shown)


def plain_array(value: Any) -> Any:
    """Return a value that NumPy can read: a tensor without its gradient and on the CPU, everything else as it is.

    NumPy reads lists, arrays, and the DataFrames and Series of pandas and polars by itself.
    """
    detach = getattr(value, "detach", None)
    return value if detach is None else detach().cpu().numpy()


def _shown(value: object) -> str:
    """Return a value as a message shows it: text in quotes, NumPy's numbers as plain numbers, long values cut."""
    plain = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    shown = repr(plain)
    return shown if len(shown) <= 200 else shown[:197] + "..."
