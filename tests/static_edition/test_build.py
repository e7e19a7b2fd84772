"""The folder of the static edition: what a web host needs to serve, and nothing that a browser lacks."""

import json
import re
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from nnviz.command_line import main
from nnviz.lessons.pages import UP_TO_GLOSSARY
from nnviz.static_edition import parts
from nnviz.static_edition.build import build
from nnviz.web.components import ROUTE, STATIC

WHEEL = "{name}-{version}-py3-none-any.whl"


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("edition")
    build(folder)
    return folder


class Page(HTMLParser):
    """The addresses that a page names, and its settings."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.settings: dict[str, Any] = {}
        self._in_settings = False
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        named = dict(attrs)
        self.addresses += [value for key in ("href", "src") if (value := named.get(key))]
        self._in_settings = named.get("id") == "settings"

    def handle_data(self, data: str) -> None:
        if self._in_settings:
            self.settings = json.loads(data)
            self._in_settings = False


def test_each_page_has_a_folder_whose_addresses_lead_to_files(edition: Path) -> None:
    home, *others = UP_TO_GLOSSARY
    files = [edition / "index.html", *(edition / name / "index.html" for name in others)]
    for file in files:
        page = Page(file)
        assert len(page.addresses) == 3
        for address in page.addresses:
            assert address.startswith("https://cdn.jsdelivr.net/") or (file.parent / address).is_file(), (
                address
            )
    assert {file.parent.name for file in edition.glob("*/index.html")} == set(others) - {home}


def test_the_components_find_their_modules(edition: Path) -> None:
    script = Page(edition / "index.html").addresses[-1]
    assert "/static/js/" in f"/{script}"  # where nnviz/web/components.py looks for the folder of the app
    for file in STATIC.glob("*.js"):
        assert (edition / ROUTE.strip("/") / file.name).read_text() == file.read_text()


def test_the_archive_holds_what_the_app_reads(edition: Path, tmp_path: Path) -> None:
    settings = Page(edition / "index.html").settings
    (archive,) = settings["options"]["archives"]
    with zipfile.ZipFile(edition / archive["url"]) as packed:
        packed.extractall(tmp_path)
    assert (tmp_path / settings["options"]["entrypoint"]).is_file()
    assert (tmp_path / ".streamlit" / "config.toml").is_file()
    visit = VISIT.format(main=str(tmp_path / settings["options"]["entrypoint"]))
    run = subprocess.run(
        [sys.executable, "-c", visit], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == [str(tmp_path / "nnviz" / "__init__.py"), "[]", "True", "False"]


VISIT = """
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({main!r}, default_timeout=60).run()
import nnviz
print(nnviz.__file__)
print([box.message for box in app.exception])
print(any("vega" in node.type for node in app.main))
print("nnviz.store.sqlite_store" in sys.modules or "nnviz.classroom" in sys.modules)
"""


def test_a_folder_that_is_in_use_is_left_alone(edition: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["static", str(edition)]) == 2
    assert "must be empty" in capsys.readouterr().err


def write_wheel(folder: Path, name: str, requires: tuple[str, ...] = (), version: str = "1.0") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / WHEEL.format(name=name, version=version), "w") as wheel:
        lines = "".join(f"Requires-Dist: {one}\n" for one in requires)
        wheel.writestr(
            f"{name}-{version}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\n{lines}"
        )
        wheel.writestr(f"{name}/__init__.py", "")


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A folder of parts: stlite, a Pyodide that has NumPy and pandas, and wheels of the rest."""
    folder = tmp_path / "parts"
    (folder / "pyodide").mkdir(parents=True)
    for name in parts.CORE:
        (folder / "pyodide" / name).touch()
    packages = {}
    for name, depends in {
        "numpy": [],
        "pandas": ["numpy"],
        "micropip": [],
        "ssl": [],
        "scipy": ["numpy"],
    }.items():
        packages[name] = {"file_name": f"{name}.whl", "depends": depends, "name": name}
        (folder / "pyodide" / f"{name}.whl").touch()
    lock = {"info": {"python": "3.13.2", "version": "0.29.3"}, "packages": packages}
    (folder / "pyodide" / parts.LOCK).write_text(json.dumps(lock), encoding="utf-8")
    needs = (
        "altair<7",
        "pandas",
        "fastparquet",
        "pyarrow",
        "uvloop; sys_platform != 'emscripten'",
        "rich; extra == 'all'",
    )
    write_wheel(folder / "stlite" / "wheels", "streamlit", needs)
    write_wheel(folder / "stlite" / "wheels", "stlite_lib")
    (folder / "stlite" / "stlite.js").touch()
    write_wheel(folder / "wheels", "altair", ("Jinja2",))
    write_wheel(folder / "wheels", "jinja2")
    write_wheel(folder / "wheels", "segno")
    return folder


def test_parts_that_are_missing_are_named(
    given: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["static", str(tmp_path / "out"), "--parts", str(given)]) == 2
    assert "lacks wheels of fastparquet" in capsys.readouterr().err
    (given / "pyodide" / "pyodide.mjs").unlink()
    with pytest.raises(ValueError, match=re.escape("must hold pyodide/pyodide.mjs")):
        parts.Parts(given)


def test_an_edition_with_its_parts_asks_no_other_address(given: Path, tmp_path: Path) -> None:
    write_wheel(given / "wheels", "fastparquet")
    build(tmp_path / "out", given)
    page = Page(tmp_path / "out" / "glossary" / "index.html")
    options = page.settings["options"]
    own = [page.settings["stlite"], options["pyodideUrl"], *options["wheelUrls"].values()]
    assert all((tmp_path / "out" / file).is_file() for file in own)
    assert "//" not in json.dumps([page.addresses, page.settings])
    lock = json.loads((tmp_path / "out" / "pyodide" / parts.LOCK).read_text(encoding="utf-8"))["packages"]
    assert sorted(lock) == ["altair", "fastparquet", "jinja2", "micropip", "numpy", "pandas", "segno", "ssl"]
    assert lock["altair"]["depends"] == ["Jinja2"]
    assert lock["altair"]["imports"] == ["altair"]
    for entry in lock.values():
        assert (tmp_path / "out" / "pyodide" / entry["file_name"]).is_file()
