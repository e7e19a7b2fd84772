"""The code of every chapter runs in a clean process, as a notebook too, and gives the numbers on screen."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import nbformat
import numpy as np
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from nnviz.export import notebook_text
from nnviz.lessons.pages import MENU
from tests.apps import MAIN, SECONDS, healthy
from tests.cases import all_hold
from tests.lessons.chapters import all_chapters

# chapter -> key of its code, and how many numbers that the program prints stand on the screen
CODES = {
    ("home", "growing_network"): ("home_growing", 1),
    ("linear_regression", "by_hand"): ("lr_line", 3),
    ("linear_regression", "more_inputs"): ("lr_linear", 4),
    ("linear_regression", "polynomials"): ("lr_polynomial", 4),
    ("linear_regression", "step_size"): ("lr_bowl", 2),
    ("gradient_descent", "race"): ("gd_race", 3),
    ("gradient_descent", "one_update"): ("gd_update_source", 3),
    ("gradient_descent", "in_3d"): ("gd_solid_source", 1),
    ("gradient_descent", "network_loss"): ("gd_plane_source", 1),
    ("loss_functions", "errors"): ("lf_line_code", 3),
    ("loss_functions", "noise"): ("lf_noise_code", 2),
    ("loss_functions", "classes"): ("lf_softmax_code", 3),
    ("loss_functions", "boundaries"): ("lf_classifier_code", 2),
    ("universal_approximation", "one_unit"): ("ua_unit", 1),
    ("universal_approximation", "bumps"): ("ua_cells", 1),
    ("universal_approximation", "by_hand"): ("ua_pieces", 1),
    ("universal_approximation", "any_epsilon"): ("ua_within", 1),
    ("universal_approximation", "train"): ("ua_training", 1),
    ("universal_approximation", "exists_and_found"): ("ua_slopes", 3),
    ("universal_approximation", "limits"): ("ua_jump_source", 1),
    ("universal_approximation", "two_inputs"): ("ua2_ridges", 2),
    ("inside_the_network", "passes"): ("in_code_passes", 2),
    ("inside_the_network", "symmetries"): ("in_code_symmetries", 1),
    ("inside_the_network", "folding"): ("in_code_folds", 1),
    ("inside_the_network", "width_or_depth"): ("in_code_depth", 1),
}
PREFIXES = {
    "linear_regression": "lr",
    "gradient_descent": "gd",
    "loss_functions": "lf",
    "universal_approximation": "ua",
    "inside_the_network": "in",
}
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
TEXTS = ("markdown", "latex", "text", "success", "info", "caption", "metric")
RUNNER = """
import contextlib, io, json, sys
printed = {}
for name, source in json.load(sys.stdin).items():
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        exec(compile(source, name, "exec"), {})
    printed[name] = text.getvalue()
json.dump(printed, sys.stdout)
"""


def opened(page: str, chapter: str, key: str) -> AppTest:
    """Return a chapter whose code is open."""
    app = AppTest.from_file(MAIN, default_timeout=SECONDS)
    app.session_state[f"{key}_code"] = True
    if page not in PREFIXES:
        return healthy(app.run())
    app.query_params[f"{PREFIXES[page]}_chapter"] = chapter
    return healthy(app.switch_page(f"../../pages/{MENU[page].file}").run())


def numbers_on(app: AppTest) -> Iterator[float | str]:
    """Yield the numbers of the texts and readouts of a page as they are written, and those of its charts."""
    parts: list[Any] = [part for kind in TEXTS for part in app.get(kind)]
    texts = [part.value for part in parts if isinstance(part.value, str)]
    components: list[Any] = list(app.get("bidi_component"))
    texts += [part.proto.json for part in components]
    for text in texts:
        yield from NUMBER.findall(text.replace("−", "-"))
    charts: list[Any] = list(app.get("vega_lite_chart"))
    for chart in charts:
        for one in chart.proto.datasets:
            table = pa.ipc.open_stream(one.data.data).read_all()
            for column in table.columns:
                if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
                    yield from np.unique(column.to_numpy()).tolist()


@cache
def pages() -> dict[str, tuple[str, str, tuple[float | str, ...]]]:
    """The source, the notebook and the numbers on the screen of each chapter."""
    found = {}
    for (page, chapter), (key, _) in CODES.items():
        app = opened(page, chapter, key)
        source = app.code[0].value
        found[f"{page}/{chapter}"] = (source, notebook_text(source, chapter), tuple(numbers_on(app)))
    return found


def cells(notebook: str) -> str:
    """Return the code of a notebook that its format allows, as one program."""
    reads: Any = nbformat.reads
    document = reads(notebook, as_version=4)
    nbformat.validate(document)
    return "\n".join(cell.source for cell in document.cells if cell.cell_type == "code")


@cache
def outputs() -> dict[str, str]:
    """What the notebook of each chapter prints when all are run in one clean process, warnings as errors."""
    programs = {name: cells(notebook) for name, (_, notebook, _) in pages().items()}
    command = [sys.executable, "-I", "-W", "error", "-c", RUNNER]
    run = subprocess.run(command, input=json.dumps(programs), capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return dict(json.loads(run.stdout))


def agree(printed: str, shown: float | str) -> bool:
    """Whether two numbers agree in the digits that are given of both."""
    if not isinstance(shown, str):
        return abs(float(printed) - shown) <= 1e-6 * abs(shown)
    digits = min(len(re.sub(r"e.*|^[-0.]+|\.", "", one)) or 1 for one in (printed, shown))
    return f"{float(printed):.{digits - 1}e}" == f"{float(shown):.{digits - 1}e}"


def test_every_chapter_with_code_is_here() -> None:
    chapters = {
        (page, chapter.key) for page, chapter in all_chapters() if page not in ("glossary", "classroom")
    }
    assert set(CODES) == {one for one in chapters if one in CODES} == chapters


@pytest.mark.long
def test_the_notebook_of_every_chapter_gives_the_numbers_on_screen() -> None:
    def gives(name: str) -> None:
        printed, shown = NUMBER.findall(outputs()[name]), pages()[name][2]
        least = CODES[(name.split("/")[0], name.split("/")[1])][1]
        found = {one for one in printed if any(agree(one, number) for number in shown)}
        assert len(found) >= least, (sorted(found), printed)

    all_hold(gives, {name: name for name in pages()})


def test_a_notebook_has_the_code_of_the_program_in_its_cells() -> None:
    for source, notebook, _ in pages().values():
        assert cells(notebook).split() == source.split()
        document = json.loads(notebook)
        assert document["cells"][0]["cell_type"] == "markdown"
        assert len(document["cells"]) > 2
