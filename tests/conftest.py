"""How the tests are shared out, and how many threads each worker has."""

import os

# Before NumPy and torch are loaded: the matrices are small, and threads would only wait for each other's cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: those with a browser wait as long as they compute."""
    return (os.cpu_count() or 1) + 1
