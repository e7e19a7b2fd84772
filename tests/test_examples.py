"""The example notebooks are valid, have no stored results, and run in a clean process with warnings as errors."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.ipynb"))
RUNNER = """
import ast, json, sys
for name, cells in json.load(sys.stdin).items():
    names = {"__name__": name}
    for cell in cells:
        tree = ast.parse(cell)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), names)
        shown = eval(compile(ast.Expression(last.value), name, "eval"), names) if last else None
        if hasattr(shown, "_repr_mimebundle_"):
            print(name, *shown._repr_mimebundle_(include=None, exclude=None))
"""


def cells_of(file: Path) -> list[str]:
    document: Any = nbformat.reads(file.read_text(encoding="utf-8"), as_version=4)
    nbformat.validate(document)
    code = [cell for cell in document.cells if cell.cell_type == "code"]
    assert [cell.outputs for cell in code] == [[]] * len(code)
    return [cell.source for cell in code]


@pytest.mark.long
def test_five_examples_run_in_a_clean_process() -> None:
    programs = {file.stem: cells_of(file) for file in EXAMPLES}
    assert len(programs) == 5
    command = [sys.executable, "-W", "error", "-c", RUNNER]
    run = subprocess.run(
        command, input=json.dumps(programs), capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert run.returncode == 0, run.stderr
    for name in programs:
        assert f"\n{name} " in f"\n{run.stdout}"
    assert run.stdout.count("application/vnd.vegalite") >= 6
