"""What the README says can be run, runs."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from nnviz.command_line import main

ROOT = Path(__file__).parent.parent


def test_the_code_for_a_notebook_runs_as_it_stands() -> None:
    code = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    run = subprocess.run([sys.executable, "-c", *code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert "units; proved" in run.stdout


def test_its_pictures_are_there() -> None:
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(pictures) == 5
    assert all((ROOT / picture).is_file() for picture in pictures)


def test_the_commands_for_a_shell_run_as_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    lines = re.findall(r"^nnviz (.+)$", "\n".join(shown), re.MULTILINE)
    assert len(lines) == 2
    assert [main(shlex.split(line)) for line in lines] == [0, 0]
    assert capsys.readouterr().out.count("proved: |f(x) - N(x)| < 0.001") == 2
