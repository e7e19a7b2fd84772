import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import nnviz as nv
from nnviz.command_line import app, main
from nnviz.networks import read_network, write_network

REACH = ["reach", "sin(x)", "--on", "-pi", "pi", "--epsilon", "1e-2"]


def test_reach_prints_the_number_of_units_the_proof_and_the_lower_bound(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(REACH) == 0
    found = nv.reach("sin(x)", (-3.141592653589793, 3.141592653589793), epsilon=1e-2)
    units, proof, bound = capsys.readouterr().out.splitlines()
    assert units == f"{found.network.width} hidden units (relu)"
    assert proof.startswith("proved: |f(x) - N(x)| < 0.01 for every x in [-3.14159, 3.14159]")
    assert f"at least {found.lower_bound} units" in bound


def test_reach_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*REACH, "--json", "--activation", "tanh"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["status"] == "proved"
    assert facts["bound"] < facts["epsilon"] == 0.01
    assert facts["lower_bound"] is None


def test_one_unit_is_not_units_and_a_bound_of_0_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reach", "x", "--on", "0", "1", "--epsilon", "0.5"]) == 0
    units, proof = capsys.readouterr().out.splitlines()
    assert units == "1 hidden unit (relu)"
    assert proof.startswith("proved: ")


def test_a_certificate_without_a_version_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "certificate.json"
    file.write_text('{"format": "nnviz certificate"}', encoding="utf-8")
    assert main(["check", str(file)]) == 2
    assert 'its "version" is missing' in capsys.readouterr().err


def test_a_saved_certificate_is_checked_and_its_network_certified(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "certificate.json"
    assert main([*REACH, "--save", str(file)]) == 0
    assert main(["check", str(file), "--json"]) == 0
    assert main(["certify", str(file), "sin(x)", "--on", "-pi", "pi", "--epsilon", "0.01"]) == 0
    assert main(["certify", str(file), "sin(x)", "--on", "-pi", "pi", "--epsilon", "1e-3"]) == 1
    assert "refuted" in capsys.readouterr().out


def test_two_inputs_take_two_intervals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "network.json"
    file.write_text(
        write_network(nv.approximate("x+y", ((-1, 1), (-1, 1)), 8, "tanh").network), encoding="utf-8"
    )
    question = ["x+y", "--on", "-1", "1", "--on", "-1", "1", "--epsilon", "0.5"]
    assert main(["certify", str(file), *question]) == 0
    assert "[-1, 1] x [-1, 1]" in capsys.readouterr().out


def test_out_of_reach_is_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reach", "1/x", "--on", "-1", "1", "--epsilon", "0.1"]) == 1
    assert "unbounded near x = 0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--colour"], "there is no option --colour"),
        (["reach", "sin(x)", "--on", "0", "1"], "required: --epsilon"),
        (["reach", "sin(x)", "--on", "0"], "--on needs two ends"),
        (["reach", "sin(", "--on", "0", "1", "--epsilon", "1"], "sin"),
        (["reach", "sin(x)", "--on", "x", "1", "--epsilon", "1"], "number without x"),
        (["reach", "sin(x)", "--on", "0", "1/0", "--epsilon", "1"], "finite"),
        (["reach", "sin(x)", "--on", "0", "1", "--epsilon", "1e-4.5"], "Write 10^-4.5"),
        (["reach", "sin(x)", "--on", "1", "0", "--epsilon", "1"], "K"),
        (["reach", "x", "--on", "0", "1", "--epsilon", "1", "--activation", "cubic"], "cubic"),
        *(
            ([*REACH, "--seconds", text], f"--seconds must be a number above 0 and finite, got {text}")
            for text in ("-1", "0", "nan", "inf", "-1e-3", "soon")
        ),
        (
            ["check", "file.json", "--seconds", "nan"],
            "--seconds must be a number above 0 and finite, got nan",
        ),
        ([*REACH[:-1], "-1e-3"], "`epsilon` must be above 0 and finite, got -0.001"),
        (REACH[:-1], "argument --epsilon: expected one argument"),
        (["reach", "x*y", "--on", "0", "1", "--epsilon", "1"], "certify takes --on A B --on C D"),
        (["reach", "y", "--on", "0", "1", "--epsilon", "1"], "reach takes x alone"),
        (
            ["--address", "nowhere.invalid"],
            "cannot find the address nowhere.invalid; choose another --address",
        ),
        (["check", "no/such/file.json"], "cannot read"),
        ([*REACH, "--save", "no/such/folder/file.json"], "cannot write"),
        (["--port", "99999999"], "--port must be between 1 and 65535, got 99999999"),
        (["--port=abc"], "--port must be between 1 and 65535, got abc"),
        (["--prot", "1"], "there is no option --prot"),
    ],
)
def test_what_cannot_be_carried_out_is_said_in_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("nnviz: ")
    assert message in lines[0]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"network": {"activation": "relu"}}', "\xff", '{"a": 1}'])
def test_a_file_without_a_network_is_refused(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "network.json"
    file.write_bytes(text.encode("latin-1"))
    assert main(["certify", str(file), "x", "--on", "0", "1", "--epsilon", "1"]) == 2
    assert main(["check", str(file)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_a_state_dict_is_certified_and_its_certificate_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torch = pytest.importorskip("torch")
    weights = {"0.weight": [[2.0], [-2.0]], "2.weight": [[1.0, -1.0]], "4.weight": [[1.5]], "4.bias": [0.25]}
    file, saved = tmp_path / "model.pt", tmp_path / "certificate.json"
    torch.save({name: torch.tensor(one) for name, one in weights.items()}, file)
    question = ["certify", str(file), "3 relu(x) + 1/4", "--on", "-1", "1", "--epsilon", "1e-9"]
    assert main([*question, "--activation", "relu", "--save", str(saved)]) == 0
    assert main(["check", str(saved)]) == 0
    assert capsys.readouterr().out.count("proved: ") == 2
    assert main(question) == 2
    assert "`activation` must be one of" in capsys.readouterr().err


def test_a_port_in_use_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--address", "127.0.0.1", "--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert said.endswith(f"127.0.0.1:{port} (Address already in use); choose another --port\n")


def test_without_streamlit_the_app_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app, "find_spec", lambda _: None)
    assert main([]) == 2
    assert capsys.readouterr().err == "nnviz: the app needs streamlit and altair: pip install 'nnviz[app]'\n"


def test_the_app_is_beside_the_package_in_a_checkout() -> None:
    assert app.app_script() == Path(nv.__file__).parent.parent / "app.py"


def test_the_module_runs_the_command() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "nnviz", "--version"], capture_output=True, text=True, check=True
    )
    assert run.stdout == f"nnviz {nv.__version__}\n"


def test_a_network_is_read_as_it_was_written() -> None:
    network = nv.reach("sin(x)", (0, 1), epsilon=1e-2).network
    read = read_network(write_network(network))
    assert isinstance(read, nv.ShallowNetwork)
    assert read.activation == network.activation
    assert (read.parameters == network.parameters).all()


NORMS = ["reach", "1/x", "--on", "-1", "1", "--epsilon", "0.3", "--norm"]


def test_reach_in_other_norms(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "outside.json"
    assert main([*NORMS, "outside", "--measure", "1e-1", "--save", str(file)]) == 0
    units, proof = capsys.readouterr().out.splitlines()
    assert units.endswith("hidden units (relu)")
    assert proof.startswith("proved: |f(x) - N(x)| < 0.3 on [-1, 1], except on a set of measure at most 0.1.")
    assert main(["check", str(file), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["norm"] == "outside"
    assert facts["length"] <= facts["measure"] == 0.1
    assert main(["reach", "step(x)", "--on", "-1", "1", "--epsilon", "0.1", "--norm", "rms"]) == 0
    assert "root mean square" in capsys.readouterr().out


def test_what_a_norm_cannot_do_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*NORMS, "rms"]) == 1
    assert capsys.readouterr().out.startswith("unreachable: The integral of f²")
    for wrong in (["outside"], ["rms", "--measure", "0.1"], ["outside", "--measure", "3"], ["L2"]):
        assert main([*NORMS, *wrong]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
