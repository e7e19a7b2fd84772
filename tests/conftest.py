"""How the tests are shared out, and how many threads each worker has."""

import gc
import importlib
import os
import sys
import tempfile
import zlib
from collections.abc import Iterator
from itertools import chain, islice
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
    """Let what is long begin first, and short tests end the run, so that no worker ends late alone.

    Each worker is given one part of the list, of equal counts. One that is done takes half of the longest part that is
    left, from its end. So no part ends with long tests, or with tests that need a browser: two parts begin with those,
    and no third worker starts a browser and a server. What is marked `long` and needs no browser begins the last part.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    sizes = [(len(items) + k) // workers for k in range(workers)]  # the last parts are the longer ones
    begins = _first_of_each_part(items, workers)
    taken = {id(item) for part in begins for item in part}
    rest = (item for item in items if id(item) not in taken)
    parts = [[*part, *islice(rest, max(0, size - len(part)))] for part, size in zip(begins, sizes)]
    items[:] = [*chain.from_iterable(parts), *rest]


def _first_of_each_part(items: list[pytest.Item], workers: int) -> list[list[pytest.Item]]:
    """Return what each worker begins with: the browser tests in two halves, and the other long tests at the end."""
    browser = [item for item in items if item.get_closest_marker("browser")]
    browser.sort(key=_is_elsewhere)  # one worker serves the page of pages/hand.py
    long, short = ([item for item in browser if _is_long(item) == wanted] for wanted in (True, False))
    half = len(short) // 2
    first, second = [*long[::2], *short[:half]], [*long[1::2], *short[half:]]
    last = [item for item in items if _is_long(item) and not item.get_closest_marker("browser")]
    begins: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for number, tests in ((0, first), (min(1, workers - 1), second), (workers - 1, last)):
        begins[number] += tests
    return begins


def _is_elsewhere(item: pytest.Item) -> bool:
    return "stand" not in getattr(item, "fixturenames", ())


def _is_long(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("long", "coq"))


def pytest_collection_finish() -> None:
    """Leave the modules and the tests out of the garbage collections from now on, as the server does."""
    gc.freeze()
    gc.enable()
