"""Files of certificates: written and read, damaged and hostile."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import ctx

from nnviz.approximation import Certificate, certify, interpolant, reach
from nnviz.approximation.certificate.__main__ import main
from nnviz.expressions import parse
from nnviz.targets import through
from tests.approximation.networks import ROOF, K
from tests.cases import each
from tests.narrowing import present


@pytest.fixture(autouse=True)
def _precision() -> None:
    ctx.prec, ctx.cap = 200, 8


def proof() -> Certificate:
    f = parse("sin(2pi*x) + 0.1")
    return certify(interpolant(f, K, 64), f, K, 0.006)


def test_a_certificate_is_read_as_it_was_written() -> None:
    for found in (proof(), certify(ROOF, through([0, 1, 2], [0.1, 1 / 3, 2]), K, 1e-3)):
        again = Certificate.from_json(found.to_json())
        assert again.to_json() == found.to_json()
        np.testing.assert_array_equal(again.network.parameters, found.network.parameters)
        assert again.target == found.target
        assert certify(again.network, again.target, again.interval, again.epsilon).bound == found.bound


def test_the_file_is_checked_from_the_file_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "certificate.json"
    file.write_text(proof().to_json(), encoding="utf-8")
    run = [sys.executable, "-W", "error", "-m", "nnviz.approximation.certificate", str(file)]
    answer = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("proved: |f(x) - N(x)| < 0.006 for every x in [-1, 1]")
    document = json.loads(file.read_text(encoding="utf-8"))
    document["epsilon"] = 0.001  # what the file says of itself is not believed
    file.write_text(json.dumps(document), encoding="utf-8")
    assert main([str(file)]) == 1
    assert "refuted" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.update(format="x"), "not a certificate"),
        (lambda d: d.update(version=99), "version 99"),
        (lambda d: d.pop("network"), "incomplete"),
        (lambda d: d["network"].update(hidden_biases=[1.0]), "hidden_biases"),
        (lambda d: d["network"].update(activation="__import__"), "activation"),
        (lambda d: d["target"].update(formula="open(x)"), "open"),
        (lambda d: d.update(epsilon="0.1"), "damaged"),
        (lambda d: d["target"].update(tree={"variable": "x"}), "tree"),
        (lambda d: d["cell_ends"].pop(), "covering"),
        (lambda d: d["cell_ends"].reverse(), "ascending"),
        (lambda d: d.update(interval=[0.0]), "interval"),
        (lambda d: d.update(status="certain"), "status"),
    ],
)
def test_a_damaged_file_is_refused_in_words(
    change: Callable[..., Any], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(proof().to_json())
    change(document)
    with pytest.raises(ValueError, match=message):
        Certificate.from_json(json.dumps(document))
    file = tmp_path / "certificate.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert main([str(file)]) == 2
    assert str(file) in capsys.readouterr().err


HOSTILE = [
    None,
    True,
    "\ud800",
    "a\n\x1b[2J",
    {"a": 1},
    10**400,
    1e308,
    5,
    [5],
    [10**400],
    ["0x1p+5000"],
    [None],
    [[[1]]],
]


PLACES: list[tuple[str | int, ...]] = [
    ("format",), ("version",), ("interval",), ("interval", 0), ("epsilon",), ("status",), ("bound",), ("at",),
    ("reason",), ("cells",), ("target",), ("target", "formula"), ("target", "variables"), ("target", "variables", 0),
    ("target", "tree"), ("network",), ("network", "activation"), ("network", "hidden_weights"),
    ("network", "hidden_weights", 0), ("network", "output_bias"), ("cell_ends",), ("cell_ends", 5),
    ("lower_bound",), ("lower_bound", "units"), ("lower_bound", "lines"), ("lower_bound", "lines", 0, 2),
]  # fmt: skip


def test_any_value_in_any_place_is_read_or_refused_in_words() -> None:
    text = reach("sin(x)", (0, 3), 0.01).certificate.to_json()
    for place in PLACES:
        for value in HOSTILE:
            document = json.loads(text)
            part = document
            for name in place[:-1]:
                part = part[name]
            part[place[-1]] = value
            with contextlib.suppress(ValueError):
                Certificate.from_json(json.dumps(document))


@each(
    ("text", "message"),
    [
        ("[" * 100_000, "brackets"),
        ("[" * 300 + "]" * 300, "brackets"),
        ('{"epsilon": NaN}', "NaN"),
        ('{"epsilon": 1, "epsilon": 2}', "twice"),
        ('{"epsilon": ' + "9" * 10_000 + "}", "digits"),
        ('{"format": "nnviz certificate"}', "version"),
    ],
)
def test_hostile_json_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Certificate.from_json(text)


def test_more_units_or_cells_than_can_be_checked_are_refused() -> None:
    document = json.loads(proof().to_json())
    cells = document | {"cell_ends": [-1, *(k / 10**5 for k in range(10**5)), 1]}
    units = document | {"network": document["network"] | {"hidden_weights": [1.0] * 40_000}}
    for many, name in ((cells, "cell_ends"), (units, "hidden_weights")):
        with pytest.raises(ValueError, match=f"the length of {name}"):
            Certificate.from_json(json.dumps(many))


@pytest.mark.parametrize(
    ("file", "message"),
    [("/dev/zero", "a folder or a device"), (".", "a folder or a device"), ("no/such", "no such file")],
)
def test_what_is_no_file_is_not_read(file: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([file]) == 2
    assert message in capsys.readouterr().err


def test_a_large_file_and_other_text_are_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "large.json"
    for content, message in ((b"1" * (10**7 + 1), "more than 10 megabytes"), (b"\xff\xfe{}", "not UTF-8")):
        file.write_bytes(content)
        assert main([str(file)]) == 2
        assert message in capsys.readouterr().err


def test_the_cells_of_a_proof_cover_the_interval_and_are_exact_in_the_file() -> None:
    found = proof()
    ends = present(found.cell_ends)
    assert (ends[0], ends[-1]) == K
    assert (np.diff(ends) > 0).all()
    np.testing.assert_array_equal(present(Certificate.from_json(found.to_json()).cell_ends), ends)


def test_what_is_not_json_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON"):
        Certificate.from_json("proved!")
    with pytest.raises(ValueError, match="not a certificate"):
        Certificate.from_json("[]")
