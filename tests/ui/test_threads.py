"""Before NumPy is loaded, the app asks for one thread of BLAS; what the environment says is kept."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import sys
seen = {}
class Look:
    def find_spec(self, name, path=None, target=None):
        if name == "numpy":
            import os
            seen.setdefault("threads", os.environ.get("OPENBLAS_NUM_THREADS"))
sys.meta_path.insert(0, Look())
import nnviz.ui
print(seen["threads"])
"""


@pytest.mark.parametrize(("given", "kept"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "3"}, "3")])
def test_numpy_finds_one_thread_when_the_app_loads_it(given, kept):
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    found = subprocess.run(
        [sys.executable, "-c", ASK],
        env=environment | given,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.split() == [kept]
