"""Keep results of functions in one memory for the whole process, bounded in bytes.

What was used last stays, and what was not used for the longest time goes first, whichever function it belongs to. So
there is one bound instead of one for each function. Nobody may change what is kept, because all callers share it.
"""

import gc
import hashlib
import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from inspect import signature
from threading import Lock
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, Final, ParamSpec, TypeVar

import numpy as np

P = ParamSpec("P")
T = TypeVar("T")

LIMIT: Final = 32_000_000  # bytes of all results together
_LARGEST_SHARE = 0.5  # of the limit, for one result; a larger one is not kept
_ENTRY = 200  # bytes of an entry beside its key and its result
_SHARED = (type, FunctionType, BuiltinFunctionType, ModuleType)  # not a part of the result that refers to it
MISSING: Final = object()


class Memory:
    """Hold results by their keys, up to ``limit`` bytes."""

    def __init__(self, limit: int = LIMIT) -> None:
        """Begin empty."""
        self.limit, self.size = limit, 0
        self._results: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        """Return the number of results."""
        return len(self._results)

    def find(self, key: Hashable) -> Any:
        """Return the result of that key, or MISSING."""
        with self._lock:
            if key not in self._results:
                return MISSING
            self._results.move_to_end(key)
            return self._results[key][0]

    def keep(self, key: Hashable, result: object) -> None:
        """Keep a result, and forget as many others as it takes."""
        size = _ENTRY + size_of((key, result))
        if size > _LARGEST_SHARE * self.limit:
            return
        with self._lock:
            self.size += size - self._results.pop(key, (None, 0))[1]
            self._results[key] = result, size
            while self.size > self.limit:
                self.size -= self._results.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._results.clear()
            self.size = 0


RESULTS = Memory()
"""The results of this process."""


def kept(function: Callable[P, T]) -> Callable[P, T]:
    """Keep the results of a function of arguments that can be hashed, or are arrays.

    Arguments whose names begin with an underscore are no part of the key.
    """
    key_of = key_maker(function)

    @wraps(function)
    def find(*args: P.args, **kwargs: P.kwargs) -> T:
        key = key_of(*args, **kwargs)
        result = RESULTS.find(key)
        if result is MISSING:
            result = function(*args, **kwargs)
            RESULTS.keep(key, result)
        found: T = result
        return found

    return find


def key_maker(function: Callable[..., Any]) -> Callable[..., Hashable]:
    """Return the function that makes the key of a call."""
    left_out = [name.startswith("_") for name in signature(function).parameters]

    def key_of(*args: Any, **kwargs: Any) -> Hashable:
        parts = [_part(value) for value, out in zip(args, left_out, strict=False) if not out]
        named = [(name, _part(value)) for name, value in sorted(kwargs.items()) if not name.startswith("_")]
        return function, *parts, *named

    return key_of


def _part(value: Any) -> Hashable:
    """Return what stands in a key for an argument."""
    if isinstance(value, np.ndarray):
        content = hashlib.blake2b(np.ascontiguousarray(value).data, digest_size=16).digest()
        return value.shape, value.dtype.str, content
    part: Hashable = value
    return part


def size_of(value: object) -> int:
    """Return the bytes of an object and of all that it refers to, each counted once."""
    seen: set[int] = set()
    waiting, total = [value], 0
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, _SHARED):
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        waiting.extend([one.base] if isinstance(one, np.ndarray) else gc.get_referents(one))
    return total
