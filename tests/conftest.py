"""How the tests are shared out."""

import os


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: those with a browser wait as long as they compute."""
    return (os.cpu_count() or 1) + 1
