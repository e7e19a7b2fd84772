"""Tables as people copy them from loggers, spreadsheets, statistics programs, web pages and code."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnviz.data import DataError, Finding, parse_table, read_table
from tests.cases import all_hold

TABLES: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "copied_tables.json").read_text(encoding="utf-8")
)


def has_its_points(case: dict[str, Any]) -> None:
    wanted = np.array(case["points"])
    for table in (parse_table(case["text"]), read_table(case["text"].encode())):
        samples = table.samples()
        np.testing.assert_allclose(np.column_stack([samples.x[:, 0], samples.y]), wanted)


def test_every_table_gives_its_points_as_a_file_and_as_text() -> None:
    all_hold(has_its_points, TABLES)


def test_lines_that_hold_no_data_are_counted_where_they_stand() -> None:
    (fact,) = (
        one for one in parse_table(TABLES["campbell.dat"]["text"]).facts if one.finding is Finding.COMMENTS
    )
    assert (fact.rows, fact.line) == (3, 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x,y\n1,3.0 ± 0.1\n2,5.0 ± 0.1\n3,7.0 ± 0.2\n", "is text ('3.0 ± 0.1' in line 2)"),
        ("3 1:1\n5 1:2\n", "is text ('1:1' in line 1)"),
        ("<table><tr><td>x</td></tr></table>", ""),
    ],
)
def test_what_is_in_no_known_notation_is_refused_by_its_line(text: str, words: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_table(text).samples()
    assert words in str(caught.value)


def test_a_named_month_is_a_date_and_no_unit() -> None:
    samples = parse_table("date,v\n30 Jan 2024,1\n31 Jan 2024,3\n1 Feb 2024,5\n").samples()
    assert samples.x[:, 0].tolist() == [0, 1, 2]
