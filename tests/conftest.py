"""How the tests are shared out, and how many threads each worker has."""

import gc
import importlib
import os
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

# Before NumPy and torch are loaded: the matrices are small, and threads would only wait for each other's cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pytest
from hypothesis import settings

gc.disable()  # while all modules are imported: nothing of that is given back before the end

# A worker takes half of its time before the first test to compile the tests, and every server compiles the app.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Servers and pages that the tests open share what they share in a file of their own, and not in the user's.
_STORE = tempfile.TemporaryDirectory(prefix="nnviz_store_")
os.environ["NNVIZ_STORE"] = f"sqlite:///{Path(_STORE.name) / 'store.sqlite'}"

# The same examples in each run, and none fails because the machine is busy.
settings.register_profile("nnviz", derandomize=True, deadline=None)
settings.load_profile("nnviz")


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """Return a generator seeded by the name of the test, so that its numbers do not depend on other tests."""
    return np.random.default_rng(zlib.crc32(request.node.name.encode()))


@pytest.fixture
def rough_fits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refine hidden layers from few starts in few steps: for what does not depend on how good a network is."""
    from nnviz._memory import RESULTS
    from nnviz.approximation.refinement import Effort

    few = Effort(starts=6, most_starts=6, stages=(2, 2, 4), left=3, thinned=1, leveled=1)
    fits = importlib.import_module(
        "nnviz.approximation.least_squares"
    )  # the package has a function of this name
    rough = fits.SETTINGS._replace(efforts=(few, few), leveled=1, leveled_in_plane=4)
    monkeypatch.setattr(fits, "SETTINGS", rough)
    RESULTS.clear()
    yield
    RESULTS.clear()  # no other test finds such a fit


def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than there are cores, because workers with a browser often wait."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest tests begin first, so that no worker ends late alone.

    At first, each worker is given one part of the list, and later it takes the end of another's part. The browser tests
    begin the first part, because they share a server and a browser. The proofs of Coq begin the second part.
    """
    browser = [item for item in items if item.get_closest_marker("browser")]
    coq = [item for item in items if item.get_closest_marker("coq")]
    first = {id(item) for item in (*browser, *coq)}
    rest = [item for item in items if id(item) not in first]
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    part = max(0, len(items) // workers - len(browser))
    items[:] = [*browser, *rest[:part], *coq, *rest[part:]]


def pytest_collection_finish() -> None:
    """Leave the modules and the tests out of the garbage collections from now on, as the server does."""
    gc.freeze()
    gc.enable()
