"""The JavaScript beside the Python: its pure parts run in Node, its bundles are whole."""

import re
import subprocess
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from nnviz.ui.assets import script

TESTS = Path(__file__).parent.parent / "js"
HERE = TESTS.parent.parent / "nnviz" / "ui"
NODE = compute_driver_executable()[0]  # Playwright brings its own
COMPONENTS = [path.name for path in sorted(HERE.glob("*.js")) if "export default" in path.read_text("utf-8")]


def test_the_pure_parts_pass_their_own_tests():
    ran = subprocess.run(
        [NODE, "--test", *sorted(map(str, TESTS.glob("*.mjs")))], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_bundle_is_one_module_that_imports_nothing(name, tmp_path):
    text = script(name)
    assert not re.search(r"^import ", text, re.MULTILINE)
    assert re.findall(r"^export .*", text, re.MULTILINE) == re.findall(
        r"^export default.*", text, re.MULTILINE
    )
    assert text.count("export default") == 1
    assert "/**" not in text
    (tmp_path / "bundle.mjs").write_text(text, encoding="utf-8")
    subprocess.run([NODE, "--check", tmp_path / "bundle.mjs"], check=True)


@pytest.mark.parametrize("path", sorted(HERE.glob("*.js")), ids=lambda path: path.name)
def test_nothing_is_fetched_at_run_time(path):
    text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|fetch\(|XMLHttpRequest|import\(|importScripts", text)
