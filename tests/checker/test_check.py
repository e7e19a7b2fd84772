"""The independent checker: true claims, false claims, damaged files; it shares no code with the prover."""

import ast
import json
import random
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnviz as nv
from nnviz.approximation import Certificate, certify, interpolant
from nnviz.approximation.certificate.file_parts import target_as_json
from nnviz.checker import ClaimError, check
from nnviz.command_line import check as check_command
from nnviz.command_line import main
from nnviz.targets import through

FOLDER = Path(nv.__file__).parent / "checker"
K = (-1.0, 1.0)


def test_the_checker_imports_the_standard_library_and_flint_only() -> None:
    found = set()
    for file in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module or "")
    own = {name for name in found if name.startswith("nnviz.checker")}
    assert {name.split(".")[0] for name in found - own} <= sys.stdlib_module_names | {"flint"}
    run = [sys.executable, "-c", "import sys, nnviz.checker; print(*sys.modules)"]
    loaded = subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()
    ours = [name for name in loaded if name.startswith("nnviz")]
    assert all(name == "nnviz" or name.startswith("nnviz.checker") for name in ours)
    assert "numpy" not in loaded


@cache
def reached(f: str, low: float, high: float, epsilon: float, activation: str = "relu") -> Certificate:
    found = nv.reach(f, (low, high), epsilon, activation).certificate
    assert found.status == "proved"
    return found


def document(f: str = "sin(2pi*x)", epsilon: float = 1e-2, activation: str = "relu") -> dict[str, Any]:
    """A certificate as a document that may be damaged."""
    return dict(json.loads(reached(f, *K, epsilon, activation).to_json()))


PROVED = [
    ("sin(2pi*x) + abs(x)", 1e-3, "relu"),
    ("sqrt(abs(x))", 1e-2, "relu"),
    ("round(2x)/200 + x", 1e-2, "relu"),
    ("sinc(2x)", 1e-3, "relu"),
    ("where(x < 0, x, x^2)", 1e-3, "leaky_relu"),
    ("tanh(5x) + x^3", 1e-3, "tanh"),
    ("exp(x)", 1e-4, "sigmoid"),
    ("x^2", 1e-3, "softplus"),
    ("atan(3x)", 1e-3, "gelu"),
    ("cos(3x)", 1e-3, "sine"),
    ("1/(1+x^2)", 1e-4, "gaussian"),
]


@pytest.mark.parametrize(("f", "epsilon", "activation"), PROVED)
def test_true_claims_are_proved_with_their_lower_bounds(f: str, epsilon: float, activation: str) -> None:
    found = reached(f, *K, epsilon, activation)
    verdict = check(found.to_json())
    x = np.linspace(*K, 2001)
    error = float(np.abs(found.target(x) - found.network(x)).max())
    assert verdict.status == "proved", verdict.reason
    assert verdict.bound is not None
    assert error - 1e-14 < verdict.bound < epsilon
    assert verdict.low is not None
    assert found.low is not None
    assert found.low * (1 - 1e-9) <= verdict.low <= verdict.bound
    assert verdict.units == (found.lower_bound.units if found.lower_bound else None)
    assert verdict.units_reason == ""


def test_256_units_and_points_and_steps_are_checked() -> None:
    f = nv.parse("sin(2pi*x)")
    wide = certify(interpolant(f, K, 256), f, K, 1e-3)
    points = through(np.linspace(-1, 1, 50), np.sin(np.arange(50.0)))
    joined = certify(interpolant(points, K, 60), points, K, 0.9)
    steps = certify(
        nv.ShallowNetwork("step", [1.0, -1.0], [0.3, 0.3], [0.5, 1.0], -0.5), nv.parse("-x/2"), K, 1.2
    )
    for claim in (wide, joined, steps):
        assert claim.status == "proved"
        assert check(claim.to_json()).status == "proved"
        error = check(json.dumps(json.loads(claim.to_json()) | {"epsilon": (claim.bound or 0) * 0.5}))
        assert error.status == "refuted"


def worsened(chance: random.Random) -> dict[str, Any]:
    """A certificate of which one weight is changed so that the error at some point is more than ε."""
    while True:
        found = document()
        network, name = found["network"], chance.choice(["hidden_weights", "hidden_biases", "output_weights"])
        k = chance.randrange(len(network[name]))
        network[name][k] = float.fromhex(network[name][k]) * (
            1 + chance.choice([-1, 1]) * 10 ** chance.uniform(-4, 0)
        )
        x = np.linspace(*K, 4001)
        worse = Certificate.from_json(json.dumps(found))
        if np.abs(worse.target(x) - worse.network(x)).max() > 1.0001e-2:
            return found


def test_no_edited_weight_is_proved() -> None:
    chance = random.Random(0)
    for _ in range(60):
        assert check(json.dumps(worsened(chance))).status == "refuted"


@pytest.mark.parametrize("seed", range(15))
def test_no_spike_is_proved_however_narrow(seed: int) -> None:
    chance = random.Random(seed)
    at, width = chance.uniform(-1, 1), 10 ** chance.uniform(-9, -2)
    spike = nv.parse(f"sin(2pi*x) + 0.03*exp(-((x - ({at!r}))/{width!r})^2)")
    verdict = check(
        json.dumps(document(activation=["relu", "tanh"][seed % 2]) | {"target": target_as_json(spike)})
    )
    assert verdict.status == "refuted"
    assert verdict.at == pytest.approx(at, abs=4 * width)


UNDEFINED = [
    "1/x",
    "0*log(x + 1/3)",
    "sign(1/(x^2-1/2))",
    "sqrt(x^2 - 1e-9)",
    "mod(1, x)",
    "x^x",
    "asin(x + 1e-9)",
]


@pytest.mark.parametrize("f", UNDEFINED)
def test_no_function_with_a_gap_is_proved(f: str) -> None:
    target = {"target": target_as_json(nv.parse(f)), "epsilon": 1e3}
    assert check(json.dumps(document() | target), seconds=2).status != "proved"


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["cell_ends"].pop(),
        lambda d: d["cell_ends"].pop(0),
        lambda d: d["cell_ends"].reverse(),
        lambda d: d["cell_ends"].insert(3, d["cell_ends"][3]),
        lambda d: d["cell_ends"].__setitem__(0, "-0x1.1p+0"),
        lambda d: d.update(epsilon=0),
        lambda d: d.update(interval=[1, -1]),
        lambda d: d.update(interval=[[0, 1], [0, 1]]),
        lambda d: d["network"]["hidden_biases"].pop(),
        lambda d: d["network"].update(hidden_weights=[[1, 2]] * len(d["network"]["hidden_biases"])),
        lambda d: d["target"].update(tree={"call": "sin", "of": [{"variable": "y"}]}),
        lambda d: d["target"].update(tree={"number": 10**400}),
        lambda d: d["lower_bound"]["lines"].append([2, 0, 0, 0]),
    ],
)
def test_damaged_files_are_refused(change: Callable[[dict[str, Any]], Any]) -> None:
    damaged = document()
    change(damaged)
    with pytest.raises(ClaimError):
        check(json.dumps(damaged))


@pytest.mark.parametrize(
    "text", ["", "[" * 10**5, "{}", '{"format": "nnviz certificate", "version": 2}', "1e9"]
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ClaimError):
        check(text)


def test_what_is_unknown_is_said() -> None:
    for part, words in (
        ({"target": {"variables": ["x"], "tree": {"call": "zeta", "of": [{"variable": "x"}]}}}, "'zeta'"),
        ({"target": {"variables": ["x"], "tree": {"call": "sin", "of": []}}}, "number of arguments"),
        ({"network": document()["network"] | {"activation": "swirl"}}, "'swirl'"),
    ):
        verdict = check(json.dumps(document() | part))
        assert verdict.status == "undecided"
        assert words in verdict.reason


# --- the lower bound ---


def test_more_units_than_are_proved_are_not_confirmed() -> None:
    chance, known = random.Random(0), document()
    lines = known["lower_bound"]["lines"]
    width = len(known["network"]["hidden_biases"])
    for _ in range(60):
        more = [list(line) for line in lines]
        while len(more) <= width:
            k = chance.randrange(len(more))
            side, *points = more[k]
            moved = sorted(
                float.fromhex(x) + chance.uniform(-0.01, 0.01) for x in points if isinstance(x, str)
            )
            new = [[side, *points], [-side, *points], [side, *moved]][chance.randrange(3)]
            more.insert(k + chance.randrange(2), new if len(new) == 4 else [side, *points])
        verdict = check(json.dumps(known | {"lower_bound": {"units": len(more), "lines": more, "apart": []}}))
        assert verdict.units is None
        assert verdict.units_reason


def test_a_constant_is_not_enough_where_two_values_differ() -> None:
    found = reached("x", 0.0, 1.0, 0.4)
    assert found.lower_bound is not None
    assert (found.lower_bound.units, len(found.lower_bound.apart)) == (1, 2)
    assert check(found.to_json()).units == 1
    wrong = json.loads(found.to_json()) | {"lower_bound": {"units": 1, "lines": [], "apart": [0.4, 0.6]}}
    assert check(json.dumps(wrong)).units is None


def test_values_with_billions_of_digits_take_no_time() -> None:
    spike = nv.parse("sqrt(abs(x)) + exp(-((x - 1/2)/1e-9)^2)")
    gates = {"units": 1, "lines": [], "apart": [0.0, 1.0]}
    assert check(json.dumps(document() | {"target": target_as_json(spike), "lower_bound": gates})).units == 1


# --- the command ---


def test_the_command_says_which_checker_ran(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "certificate.json"
    file.write_text(reached("sin(2pi*x)", *K, 1e-2).to_json(), encoding="utf-8")
    assert main(["check", str(file)]) == 0
    claim, units = capsys.readouterr().out.splitlines()
    assert claim.startswith("proved: |f(x) - N(x)| < 0.01")
    assert "The largest error is between 0.00" in claim
    assert claim.endswith("Checked independently with Arb.")
    assert units.startswith("proved: a ReLU network with one hidden layer needs at least")
    assert main(["check", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["checker"] == "independent, with Arb"
    monkeypatch.setattr(check_command, "find_spec", lambda _: None)
    assert main(["check", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["checker"] == "the same program"
    assert main(["check", str(file)]) == 0
    assert "pip install 'nnviz[check]'" in capsys.readouterr().out


def test_the_command_falls_back_and_fails_for_a_wrong_lower_bound(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "certificate.json"
    root = nv.reach("sqrt(x^2 - 2x^3 + x^4)", (0, 2), 1e-1, "leaky_relu").certificate
    file.write_text(root.to_json(), encoding="utf-8")
    assert main(["check", str(file)]) == 0
    printed = capsys.readouterr().out
    assert "Proved again by the same program." in printed
    assert "The independent check is undecided." in printed
    known = document()
    known["lower_bound"]["units"] += 1
    file.write_text(json.dumps(known), encoding="utf-8")
    assert main(["check", str(file)]) == 1
    assert "The lower bound of the number of units is not proved." in capsys.readouterr().out
