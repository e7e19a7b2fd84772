"""What each wing may import, proved in a fresh interpreter; and the words that may not stand in the sources."""

import ast
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.cases import all_hold, each

ROOT = Path(__file__).parent.parent
NUMERICS = [
    "data",
    "expressions",
    "targets",
    "enclosures",
    "losses",
    "regression",
    "optimization",
    "networks",
    "approximation",
    "export",
    "checker",
]
WINGS = [
    *NUMERICS,
    "store",
    "estimators",
    "charts",
    "notebook",
    "serving",
    "web",
    "lessons",
    "static_edition",
]
SHARED = {
    "_types",
    "_checks",
    "_clock",
    "_registry",
    "_display",
    "_csv",
    "_tasks",
    "_later",
    "_memory",
}  # for every wing
TAUGHT = {"expressions", "targets", "losses", "regression", "optimization", "data"}
ALLOWED = {
    "expressions": set(),
    "targets": {"expressions"},
    "enclosures": {"expressions", "targets"},
    "data": set(),
    "losses": set(),
    "regression": {"losses", "data"},
    "optimization": {"losses", "regression", "expressions", "data"},
    "networks": TAUGHT,
    "approximation": {*TAUGHT, "networks", "enclosures"},
    "estimators": {"networks"},
    "charts": set(),
    "notebook": {*TAUGHT, "networks", "approximation", "charts"},
    "checker": set(),
    "export": {*TAUGHT, "networks"},
    "store": set(),
    "serving": set(),
    "web": {"export", "charts", "data", "expressions", "store", "targets", "losses"},
    "classroom": {"store", "web"},
    "lessons": {*NUMERICS, "charts", "store", "web", "classroom", "serving"},
    "static_edition": {"lessons", "web"},
}


@cache
def modules_after(statement: str) -> frozenset[str]:
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    return frozenset(run.stdout.split())


def test_importing_nnviz_imports_nothing_else() -> None:
    before = modules_after("pass")
    assert modules_after("import nnviz") - before == {"nnviz"}


def test_numerics_import_numpy_only() -> None:
    loaded = modules_after("import " + ", ".join(f"nnviz.{wing}" for wing in NUMERICS))
    assert not loaded & {"streamlit", "torch", "altair", "pandas", "pyarrow", "scipy", "matplotlib"}


def test_charts_know_no_streamlit_and_no_torch() -> None:
    assert not modules_after("import nnviz.charts") & {"streamlit", "torch"}


def test_the_store_knows_no_streamlit_and_asks_for_redis_when_it_is_chosen() -> None:
    assert not modules_after("import nnviz.store") & {"streamlit", "numpy", "redis", "starlette"}


def test_ui_does_not_import_torch() -> None:
    assert "torch" not in modules_after("import nnviz.web")


@each("module", sorted(SHARED))
def test_shared_modules_import_nothing_of_nnviz(module: str) -> None:
    assert imports_of(ROOT / "nnviz" / f"{module}.py") == frozenset()


@each("wing", WINGS)
def test_arrows_between_wings_go_one_way(wing: str) -> None:
    imported = {name.split(".")[1] for file in sources_of(wing) for name in imports_of(file)}
    assert imported - {wing, *SHARED} <= ALLOWED[wing]


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


def test_the_server_imports_every_view_before_the_first_visitor() -> None:
    """Two visitors of a fresh server would otherwise import in different orders, and could wait for each other."""
    loaded = modules_after("import app\nfrom nnviz.lessons import server\nserver.prepare()")
    views = {".".join(file.relative_to(ROOT).with_suffix("").parts) for file in LESSONS.rglob("view.py")}
    assert views <= loaded
    assert "torch" not in loaded


def test_the_server_answers_before_it_imports_the_app() -> None:
    """Altair, NumPy and the views would more than double its start."""
    loaded = modules_after("import app") - modules_after("import streamlit")
    assert not loaded & {"altair", "numpy", "pyarrow", "nnviz.web", "nnviz.classroom"}


LESSONS = ROOT / "nnviz" / "lessons"


SOURCES = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py")), *sorted((ROOT / "nnviz").rglob("*.py"))]


def by_name(files: Iterable[Path]) -> dict[str, Path]:
    return {str(file.relative_to(ROOT)): file for file in files}


def test_no_source_runs_or_renders_what_a_person_sends() -> None:
    all_hold(runs_and_renders_nothing, by_name(SOURCES))


def runs_and_renders_nothing(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & {"eval", "exec", "compile", "__import__"}
    assert "unsafe_allow_html" not in {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}


@each("page", sorted((ROOT / "pages").glob("*.py")), ids=lambda page: page.stem)
def test_a_page_holds_no_control_flow_and_no_arithmetic(page: Path) -> None:
    tree = ast.parse(page.read_text(encoding="utf-8"))
    flow = (
        ast.If,
        ast.For,
        ast.While,
        ast.Try,
        ast.With,
        ast.FunctionDef,
        ast.Lambda,
        ast.comprehension,
        ast.IfExp,
    )
    assert [
        ast.unparse(node) for node in ast.walk(tree) if isinstance(node, (*flow, ast.BinOp, ast.Compare))
    ] == []
    assert {name.split(".")[1] for name in imports_of(page)} <= {"web", "lessons"}


CHAPTER_FILES = {"__init__.py", "view.py", "chart.py", "code.py", "text.py", "formulas.py"}


def test_a_chapter_imports_itself_and_what_its_page_shares() -> None:
    all_hold(imports_itself_and_what_its_page_shares, by_name(LESSONS.glob("*/*/*.py")))


def imports_itself_and_what_its_page_shares(file: Path) -> None:
    page, chapter, name = file.relative_to(ROOT / "nnviz" / "lessons").parts
    own = [one.split(".") for one in imports_of(file) if one.startswith(f"nnviz.lessons.{page}.")]
    assert {parts[3] for parts in own if len(parts) > 3} <= {chapter, "shared", "text"}
    assert name in CHAPTER_FILES or chapter == "shared"


def test_no_lesson_imports_another_page_of_lessons() -> None:
    all_hold(imports_no_other_page, by_name(LESSONS.rglob("*.py")))


def imports_no_other_page(file: Path) -> None:
    folder = file.relative_to(ROOT / "nnviz" / "lessons").parts
    imported = {name.split(".")[2] for name in imports_of(file) if name.startswith("nnviz.lessons.")}
    assert len(folder) == 1 or imported <= {folder[0], "pages"}


CHARTS = [*sources_of("charts"), *sorted((ROOT / "nnviz" / "lessons").rglob("chart.py"))]


def test_channels_are_typed() -> None:
    all_hold(has_typed_channels, by_name(CHARTS))


def has_typed_channels(file: Path) -> None:
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


# A browser has no threads, no processes and no sockets: the static edition never calls what needs them.
PARALLEL = {
    "classroom/routes.py": "ThreadPoolExecutor",  # a server's route
    "command_line/app.py": "socket",
    "command_line/sweep.py": "ProcessPoolExecutor multiprocessing",
    "networks/deep_process.py": "subprocess",  # where torch is installed
    "serving/startup.py": "Thread",
    "web/short_links.py": "run_in_threadpool",  # a server's route
    "web/turns.py": "Thread",  # begins where one thread waits for another
}
NEEDS_A_SYSTEM = {
    *("Thread", "Timer", "ThreadPoolExecutor", "ProcessPoolExecutor", "run_in_threadpool"),
    *("subprocess", "multiprocessing", "socket"),
}


def test_threads_processes_and_sockets_are_where_a_browser_does_not_come() -> None:
    found = {}
    for file in sorted((ROOT / "nnviz").rglob("*.py")):
        nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
        imported = [
            one for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for one in node.names
        ]
        names = sorted({one.name.split(".")[0] for one in imported} & NEEDS_A_SYSTEM)
        if names:
            found[file.relative_to(ROOT / "nnviz").as_posix()] = " ".join(names)
    assert found == PARALLEL
