"""The app without torch: no page in its default state imports it, and every page stands when it is missing."""

import subprocess
import sys
from pathlib import Path

from nnviz.lessons.pages import PAGES

ROOT = Path(__file__).parent.parent
VISIT = """
import sys
from streamlit.testing.v1 import AppTest
def visit():
    app = AppTest.from_file("{app}", default_timeout=60).run()
    for page in {pages}:
        app.switch_page(page).run()
        assert not app.exception, (page, [box.message for box in app.exception])
visit()
print("torch" in sys.modules)
sys.modules["torch"] = None  # importing it raises ImportError from here on
visit()
"""


def test_no_page_needs_torch() -> None:
    pages = [f"../../pages/{entry.file}" for entry in PAGES.values()]
    script = VISIT.format(app=ROOT / "nnviz" / "lessons" / "main.py", pages=pages)
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.split()[-1] == "False"
