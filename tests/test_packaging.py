"""The wheel holds the whole app: unpacked anywhere, it starts from any directory."""

import json
import subprocess
import sys
import tomllib
import urllib.request
import zipfile
from pathlib import Path

import pytest

import nnviz as nv
from benchmarks.browser import free_port, wait_until_healthy, wait_until_ready

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and unpack it: what an installation would have."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_holds_pages_settings_and_types(unpacked: Path) -> None:
    app = unpacked / "nnviz" / "_app"
    assert sorted(file.name for file in (app / "pages").glob("*.py")) == sorted(
        file.name for file in (ROOT / "pages").glob("*.py")
    )
    assert (app / "app.py").read_text() == (ROOT / "app.py").read_text()
    assert (app / ".streamlit" / "config.toml").exists()
    assert (unpacked / "nnviz" / "py.typed").exists()
    assert list((unpacked / "nnviz" / "web" / "static").glob("*.js"))


def test_the_app_of_the_wheel_starts_from_another_directory(unpacked: Path, tmp_path: Path) -> None:
    port = free_port()
    code = START.format(site=str(unpacked), port=port)
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}", server)
            wait_until_ready(f"http://127.0.0.1:{port}")
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
                told = json.load(answer)
        finally:
            server.terminate()
        printed, _ = server.communicate(timeout=20)
    assert told == {"status": "ready", "version": nv.__version__}
    assert printed.split()[:2] == [str(unpacked / "nnviz" / "_app" / "app.py"), "#0b62a8"]


def test_the_pages_of_the_wheel_run(unpacked: Path, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", VISIT.format(site=str(unpacked))],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == ["[]"]


START = """
import sys
sys.path.insert(0, {site!r})
from nnviz import command_line
from nnviz.command_line import app
from streamlit import config
print(app.app_script(), flush=True)
loaded = config.get_config_options
def tell(*given, **named):
    options = loaded(*given, **named)
    print(options["theme.light.primaryColor"].value, flush=True)
    config.get_config_options = loaded
    return options
config.get_config_options = tell
command_line.main(["--address", "127.0.0.1", "--port", "{port}"])
"""
VISIT = """
import sys
sys.path.insert(0, {site!r})
from pathlib import Path
import nnviz
from streamlit.testing.v1 import AppTest
app = AppTest.from_file(Path(nnviz.__file__).parent / "lessons" / "main.py", default_timeout=60).run()
app.switch_page("../_app/pages/3_loss_functions.py").run()
print([box.message for box in app.exception])
"""


def test_the_mathematics_depends_on_numpy_alone() -> None:
    assert [name.split(">")[0] for name in PROJECT["dependencies"]] == ["numpy"]
    assert PROJECT["version"] == nv.__version__
