"""Proofs for Coq: ``coqc`` accepts them with the axioms of the real numbers only, and rejects a damaged one."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import nnviz as nv
from nnviz.approximation import Certificate, certify
from nnviz.approximation.certificate.coq import coq_proof
from nnviz.command_line import main

AXIOMS = {  # those of the real numbers of Coq's library, and classical logic
    "ClassicalDedekindReals.sig_forall_dec",
    "ClassicalDedekindReals.sig_not_dec",
    "FunctionalExtensionality.functional_extensionality_dep",
    "Classical_Prop.classic",
}


def compiled(text: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The result of coqc. Without coqc the test fails, or is left out if NNVIZ_COQ is "skip"."""
    if shutil.which("coqc") is None and os.environ.get("NNVIZ_COQ") == "skip":
        pytest.skip("NNVIZ_COQ=skip, and there is no coqc")
    file = folder / "proof.v"
    file.write_text(text, encoding="utf-8")
    command = ["coqc", "-q", *options, str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)


def proved(f: str, low: float, high: float, epsilon: float) -> Certificate:
    found = nv.reach(f, (low, high), epsilon).certificate
    assert found.status == "proved"
    return found


@pytest.mark.coq
def test_coq_accepts_a_proof_with_the_axioms_of_the_real_numbers_only(tmp_path: Path) -> None:
    text = coq_proof(proved("sin(x)", 0, 3, 0.05)) + "Print Assumptions network_is_within_epsilon.\n"
    run = compiled(text, tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert set(re.findall(r"^(\S+)(?: :|$)", run.stdout, re.MULTILINE)) - {"Axioms:"} <= AXIOMS
    assert "Classical" in run.stdout


def absolute() -> Certificate:
    """Units of any weight, and one kink."""
    network = nv.ShallowNetwork(
        "relu", [1.0, -1.0, 0.0, 0.0], [0.0, 0.0, 1.0, -1.0], [1.0, 1.0, 0.25, 5.0], -0.125
    )
    return certify(network, "|x|", (-1, 1), 0.25)


@pytest.mark.coq
def test_coq_accepts_proofs_of_other_functions_and_networks(tmp_path: Path) -> None:
    """Each proof is a module of one file: for four files, coqc would load its libraries four times."""
    smooth = nv.ShallowNetwork("tanh", [1.0], [0.1], [1.0], 0.0)
    certificates = (
        proved("exp(x)/(2 + sqrt(x)) - x^-2", 1, 3, 0.05),
        proved("abs(x - 2) + log(x)", 1, 3, 0.05),
        certify(smooth, "tanh(x)", (0, 0.25), 0.125),
        absolute(),
    )
    modules = [
        f"Module proof{number}.\n{coq_proof(one)}End proof{number}.\n"
        f"Check proof{number}.network_is_within_epsilon.\n"
        for number, one in enumerate(certificates)
    ]
    run = compiled("".join(modules), tmp_path, "-w", "-require-in-module,-undeclared-scope")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.count(".network_is_within_epsilon\n") == len(certificates)


@pytest.mark.coq
def test_coq_rejects_a_proof_for_another_network(tmp_path: Path) -> None:
    text = coq_proof(proved("x^2", 0, 1, 0.05))
    unit = re.search(r"^  \((-?\d+), ", text, re.MULTILINE)
    assert unit is not None
    damaged = text[: unit.start(1)] + str(int(unit[1]) + 1) + text[unit.end(1) :]
    assert compiled(damaged, tmp_path).returncode != 0


def test_what_cannot_be_written_is_said() -> None:
    relu = nv.ShallowNetwork("relu", [1.0], [0.0], [1.0], 0.0)
    gelu = nv.ShallowNetwork("gelu", [1.0], [0.0], [1.0], 0.0)
    for network, f, message in (
        (relu, "x + 5", "`certificate` must be proved"),
        (gelu, "x", "`network` must be a network of at most 1000 units of relu, tanh"),
        (relu, "floor(x/9)", "floor is not one of them"),
        (relu, "erf(x)", "erf is not one of them"),
        (relu, [[0.0, 0.0], [0.5, 0.2], [1.0, 0.5]], "`f` must be a formula"),
    ):
        found = certify(network, f, (0, 1), 2.0)
        with pytest.raises(ValueError, match=message):
            coq_proof(found)


def test_weights_and_pieces_are_exact() -> None:
    network = nv.ShallowNetwork("relu", [3.0, -0.1], [-1.0, 0.05], [0.5, 2.0**-60], 0.25)
    text = coq_proof(certify(network, "x", (0, 1), 2.0))
    w, b = (-0.1).as_integer_ratio(), (0.05).as_integer_ratio()
    scale = max(w[1], b[1])
    assert f"(1, {w[0] * scale // w[1]}, {b[0] * scale // b[1]})" in text
    kinks = re.findall(r"Lemma piece\d x : IZR \((\d+)\) / IZR (\d+)", text)
    np.testing.assert_allclose([int(n) / int(d) for n, d in kinks], [0, 1 / 3, 0.5])


def test_the_command_writes_a_proof(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    proof, file = tmp_path / "proof.v", tmp_path / "certificate.json"
    question = ["reach", "sin(x)", "--on", "0", "1", "--epsilon", "0.1"]
    assert main([*question, "--coq", str(proof), "--save", str(file)]) == 0
    written = proof.read_text(encoding="utf-8")
    assert written.count("Lemma piece") >= 1
    assert main(["check", str(file), "--coq", str(proof)]) == 0
    assert proof.read_text(encoding="utf-8") == written
    assert main([*question, "--activation", "gelu", "--coq", str(proof)]) == 2
    assert "cannot write a proof for Coq" in capsys.readouterr().err
