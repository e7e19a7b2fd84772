"""A sweep is read from a file, and gives a table and charts; a bad file ends in one line."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest

import nnviz as nv
from nnviz.command_line import main
from nnviz.sweep import SweepError, read_sweep, table_of, write_charts

TEXT = """\
[study]
activation = ["relu"]
widths = [2, 4]
seeds = 2
steps = 10

[[target]]
f = "sin(x)"
on = ["-pi", "pi"]

[[target]]
f = "|x|"
on = [-1, 1]
"""


def test_the_table_has_the_errors_of_the_study(tmp_path: Path) -> None:
    sweep = read_sweep(TEXT)
    studies = nv.study_all(sweep.specs, sweep.targets)
    rows = list(csv.DictReader(io.StringIO(table_of(studies, sweep))))
    study = nv.study(nv.StudySpec("relu", (2, 4), seeds=2, steps=10), "|x|", (-1, 1))
    trained = next(curve for curve in study.curves if curve.name == "trained")
    found = [row for row in rows if (row["f"], row["network"], row["units"]) == ("abs(x)", "trained", "4")]
    np.testing.assert_array_equal([float(row["sup norm of the error"]) for row in found], trained.sup[1])
    assert {float(row["from"]) for row in rows} == {-np.pi, -1.0}
    files = write_charts(studies, tmp_path, ".json")
    assert [file.name for file in files] == ["study_001.json", "study_002.json"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("[study]", "[study", "line 1: Expected ']' at the end of a table declaration"),
        ("[study]", "[studies]", "line 1: 'studies' is not known"),
        ("widths", "widhts", "line 3: [study] has no 'widhts'"),
        ("seeds = 2", "seeds = 999", "line 4: `seeds` must be between 0 and 64, got 999"),
        ("steps = 10", "steps = 0", "line 5: `steps` must be"),
        ('"relu"', '"relo"', "line 2: `activation` must be one of relu"),
        ('"|x|"', '"|x"', "line 12: "),
        ("on = [-1, 1]", "on = [1, -1]", "line 13: `K` must be"),
        ("on = [-1, 1]", "on = 3", "line 13: `on` must be a list of two ends"),
        ("on = [-1, 1]", "", "line 11: A [[target]] must have f and on"),
        (TEXT, "", "line 1: The file must have a table [study]"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(old: str, new: str, reason: str) -> None:
    with pytest.raises(SweepError) as error:
        read_sweep(TEXT.replace(old, new))
    assert str(error.value).startswith(reason)
    assert "\n" not in str(error.value)


def test_the_command_ends_in_one_line_and_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.toml").write_text(TEXT.replace("seeds = 2", "seeds = 'many'"), encoding="utf-8")
    assert main(["sweep", str(tmp_path / "bad.toml"), "--processes", "1"]) == 2
    said = capsys.readouterr().err
    assert "bad.toml: line 4: `seeds` must be" in said
    assert said.count("\n") == 1


def test_the_command_writes_a_table_and_charts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "study.toml").write_text(TEXT, encoding="utf-8")
    out = tmp_path / "out"
    options = ["--processes", "1", "--charts", "json", "--out", str(out)]
    assert main(["sweep", str(tmp_path / "study.toml"), *options]) == 0
    assert sorted(file.name for file in out.iterdir()) == ["study_001.json", "study_002.json", "table.csv"]
    assert "2 charts" in capsys.readouterr().out
