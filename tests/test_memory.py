"""The memory of results is bounded in bytes, and forgets first what was not used for the longest time."""

import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from nnviz import _memory
from nnviz._memory import MISSING, Memory, kept, size_of
from nnviz._types import Array
from tests.cases import each


class _Pair(NamedTuple):
    first: Any
    second: Any


PACKAGE = Path(_memory.__file__).parent
_ROWS = np.zeros((1000, 10))


@each(
    "value, low, high",
    [
        (np.zeros(1000), 8000, 8200),
        (_ROWS[::2, :5], 80_000, 80_400),  # a view keeps all of its rows
        (_Pair(_ROWS, _ROWS.T), 80_000, 80_700),  # shared numbers count once
        ({"a": [b"x" * 5000, "y" * 3000]}, 8000, 8600),
        (b"", sys.getsizeof(b""), sys.getsizeof(b"")),
        (Memory.find, 0, 0),  # a function is no part of a result
    ],
)
def test_the_size_of_a_result_is_that_of_all_that_it_holds(value: object, low: int, high: int) -> None:
    assert low <= size_of(value) <= high


def test_a_memory_stays_below_its_limit_and_keeps_what_was_used_last() -> None:
    memory = Memory(100_000)
    for number in range(40):
        memory.keep(number, np.full(1000, number))
        memory.find(0)
        assert memory.size <= 100_000
    assert 9 <= len(memory) <= 12
    assert memory.find(0)[0] == 0
    assert memory.find(1) is MISSING
    assert memory.find(39)[0] == 39
    before = memory.size
    memory.keep(39, np.full(1000, 39))  # again
    assert memory.size == before
    memory.keep("large", np.zeros(10_000))  # more than half of the limit
    assert memory.find("large") is MISSING
    memory.clear()
    assert (len(memory), memory.size) == (0, 0)


def test_a_function_is_computed_once_for_equal_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_memory, "RESULTS", Memory())
    calls = []

    @kept
    def scaled(x: Array, by: float = 2.0, _left_out: object = None) -> Array | None:
        calls.append(by)
        return None if by == 0 else x * by

    x = np.arange(3.0)
    assert scaled(x) is scaled(x.copy(), _left_out=[1])
    assert scaled(x, 3.0, []) is scaled(np.array([0.0, 1.0, 2.0]), 3.0)
    assert calls == [2.0, 3.0]
    np.testing.assert_equal(scaled(x[:, None], by=3.0), [[0.0], [3.0], [6.0]])
    np.testing.assert_equal(scaled(x.astype(np.float32), by=3.0), [0.0, 3.0, 6.0])
    assert (scaled(x, by=0), scaled(x, by=0)) == (None, None)
    assert calls == [2.0, 3.0, 3.0, 3.0, 0]


def test_no_other_cache_can_grow() -> None:
    """What is cached elsewhere has few entries, which docs/HOSTING.md lists."""
    few = {"data/layout.py", "expressions/large_values.py", "regression/linear_model.py"}
    found = {
        str(file.relative_to(PACKAGE))
        for file in PACKAGE.rglob("*.py")
        if re.search(r"lru_cache|st\.cache_", file.read_text(encoding="utf-8"))
    }
    assert found == few
