"""What the README says can be run, runs."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_code_for_a_notebook_runs_as_it_stands():
    code = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    run = subprocess.run([sys.executable, "-c", *code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert "units; proved" in run.stdout


def test_its_pictures_are_there():
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(pictures) == 5
    assert all((ROOT / picture).is_file() for picture in pictures)
