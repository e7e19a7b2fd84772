"""Whatever bytes, text or rows there are: samples, or an error that says why, with work in proportion."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.data import DataError, Samples, parse_points, read_csv, read_points
from nnviz.data.columns import _looks_coded
from nnviz.data.layout import GUESS
from tests.cases import each
from tests.counting import calls
from tests.data.rows import points

MAX_ROWS = GUESS.most


PIECES = st.sampled_from(
    [
        "1",
        "2.5",
        "0,5",
        "-3e4",
        "1,234",
        "nan",
        "inf",
        "abc",
        "",
        " ",
        ",",
        ";",
        "\t",
        "|",
        '"',
        '""',
        "\n",
        "\r\n",
        "\r",
        "#",
        "x",
        "y",
        "50%",
        "\x00",
        "é",
        "\u202e",
        "1e999",
        "=1+1",
        "sep=;",
        "(",
        ")",
        "−",
    ]
)


def assert_samples_or_data_error(read: Callable[..., Any], *arguments: Any) -> None:
    try:
        samples = read(*arguments)
    except DataError:
        return
    assert samples.x.shape == (len(samples.y), 1)
    assert len(samples.y) >= 2
    assert np.isfinite(samples.x).all()
    assert np.isfinite(samples.y).all()
    assert np.ptp(samples.x) > 0
    assert np.ptp(samples.y) > 0


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.binary(max_size=300))
def test_any_bytes_give_samples_or_a_data_error(raw: bytes) -> None:
    assert_samples_or_data_error(read_csv, raw)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_text_gives_samples_or_a_data_error(text: str) -> None:
    assert_samples_or_data_error(read_csv, text.encode())
    assert_samples_or_data_error(read_csv, text.encode("utf-16"))
    assert_samples_or_data_error(parse_points, text)


CELLS = st.none() | st.floats() | st.integers() | st.booleans() | st.text(max_size=8) | st.just("0,5")


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.lists(CELLS, max_size=3), max_size=6))
def test_any_edited_rows_give_samples_or_a_data_error(rows: list[Any]) -> None:
    assert_samples_or_data_error(read_points, rows)


# Some numbers, such as 1e20, stand for a missing value, and hypothesis tries numbers that it finds in our code.
MEASURED = st.floats(-1e100, 1e100).filter(lambda value: not _looks_coded(value))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(MEASURED, MEASURED), min_size=2, max_size=20))
def test_floats_come_back_bit_for_bit(rows: list[tuple[float, float]]) -> None:
    constant = any(min(column) == max(column) for column in zip(*rows))
    written = "x,y\n" + "\n".join(f"{x!r},{y!r}" for x, y in rows)
    ways: list[Callable[[], Samples]] = [lambda: read_csv(written.encode()), lambda: read_points(rows)]
    for read in ways:
        if constant:
            with pytest.raises(DataError, match="in every row"):
                read()
        else:
            assert points(read()) == rows


@each(
    "unit",
    [
        "\n",
        "1,2\n3,5\n",
        "1,",
        "1 ",
        '"',
        "1",
        ",",
        "1.2.",
        "(",
        "1,-\n",
        "1,234;",
        '"a\nb",1\n',
        "a,b\n",
        "é;\r",
        ",".join("12" * 25) + "\n",
    ],
)
def test_the_work_grows_with_the_length_of_the_file(unit: str) -> None:
    """At most 60 function calls a byte, Python's own among them; squares of the length would take thousands."""
    assert calls_to_read(unit, 16_000) <= 60 * 16_000


def calls_to_read(unit: str, size: int) -> int:
    """How many functions are called to read that many bytes of a unit, with a table at their end."""
    content = (unit * (size // len(unit.encode())) + "\n1,2\n3,5").encode()
    return calls(lambda: assert_samples_or_data_error(read_csv, content))


def test_a_megabyte_of_anything_is_read_or_refused() -> None:
    for unit in ('"', "(", "1,234;"):
        content = unit * (999_990 // len(unit)) + "\n1,2\n3,5"
        assert_samples_or_data_error(read_csv, content.encode())
