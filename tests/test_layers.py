"""What each wing may import, proved in a fresh interpreter; and the words that may not stand in the sources."""

import ast
import importlib.util
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NUMERICS = ["data", "functions", "learning", "networks", "approximation", "export"]
WINGS = [wing for wing in [*NUMERICS, "charts", "ui"] if importlib.util.find_spec(f"nnviz.{wing}")]
ALLOWED = {
    "functions": set(),
    "data": set(),
    "learning": {"functions", "data"},
    "networks": {"functions", "data", "learning"},
    "approximation": {"functions", "data", "learning", "networks"},
    "charts": set(),
    "export": {"functions", "networks", "learning", "data"},
    "ui": {"charts", "networks", "learning", "functions", "data", "approximation", "export"},
}


@cache
def modules_after(statement: str) -> frozenset[str]:
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    return frozenset(run.stdout.split())


def test_importing_nnviz_imports_nothing_else():
    before = modules_after("pass")
    assert modules_after("import nnviz") - before == {"nnviz"}


@pytest.mark.parametrize("wing", [wing for wing in WINGS if wing in NUMERICS])
def test_numerics_import_numpy_only(wing):
    loaded = modules_after(f"import nnviz.{wing}")
    assert not loaded & {"streamlit", "torch", "altair", "pandas", "pyarrow", "scipy", "matplotlib"}


def test_charts_know_no_streamlit_and_no_torch():
    assert not modules_after("import nnviz.charts") & {"streamlit", "torch"}


def test_ui_does_not_import_torch():
    assert "torch" not in modules_after("import nnviz.ui")


@pytest.mark.parametrize("wing", WINGS)
def test_arrows_between_wings_go_one_way(wing):
    imported = {name.split(".")[1] for file in sources_of(wing) for name in imports_of(file)}
    assert imported - {wing} <= ALLOWED[wing]


def sources_of(wing: str) -> list[Path]:
    """The files of a wing: a package, or one module."""
    return [*(ROOT / "nnviz" / wing).rglob("*.py"), *(ROOT / "nnviz").glob(f"{wing}.py")]


@cache
def imports_of(file: Path) -> frozenset[str]:
    """The nnviz modules that a source file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return frozenset(name for name in names if name.startswith("nnviz."))


def behind(wing: str) -> set[str]:
    """What a fresh import of a wing's face brings along of the wing itself."""
    return {name for name in modules_after(f"import nnviz.{wing}") if name.startswith(f"nnviz.{wing}.")}


@pytest.mark.parametrize("wing", WINGS)
def test_nobody_reaches_behind_the_face_of_a_wing(wing):
    """Two visitors of a fresh server import in different orders; face first in every thread, or they deadlock."""
    inside = set(sources_of(wing))
    reached = {
        (str(file.relative_to(ROOT)), name)
        for file in SOURCES
        if file not in inside
        for name in imports_of(file)
    }
    faces = behind(wing)
    assert {(file, name) for file, name in reached if name in faces} == set()


SOURCES = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py")), *sorted((ROOT / "nnviz").rglob("*.py"))]


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_source_runs_or_renders_what_a_person_sends(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & {"eval", "exec", "compile", "__import__"}
    assert "unsafe_allow_html" not in {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}


@pytest.mark.parametrize("page", sorted((ROOT / "pages").glob("*.py")), ids=lambda page: page.stem)
def test_a_page_is_an_essay(page):
    tree = ast.parse(page.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not imported & {"altair", "numpy", "pandas", "torch"}
    assert len(page.read_text(encoding="utf-8").splitlines()) <= 150


@pytest.mark.parametrize("file", sources_of("charts"), ids=lambda file: file.stem)
def test_channels_are_typed(file):
    """For each text in `encode`, as in x="x:Q", Altair looks through its whole schema: 5 ms, a third of a chart."""
    calls = [
        node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    encoded = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "encode"]
    given = [word.value for call in encoded for word in call.keywords]
    each = [part for value in given for part in (value.elts if isinstance(value, ast.List) else [value])]
    assert [ast.unparse(part) for part in each if is_text(part)] == []


def is_text(node: ast.expr) -> bool:
    called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
    return called in {"alt.value", "alt.datum", "alt.condition"} or isinstance(
        node, ast.Constant | ast.JoinedStr
    )
