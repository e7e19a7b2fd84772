"""One visitor who opens links to the most expensive things of each page, one after the other, each of them new.

``python -m benchmarks.greedy ADDRESS TOOL SECONDS`` prints the number of pages that came to their end, and their
seconds. ``benchmarks/load.py --greedy`` runs it beside a class. TOOL is the tool of benchmarks/load.py, whose sessions
speak to Streamlit.
"""

import argparse
import asyncio
import contextlib
import importlib.util
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

LINKS: list[tuple[str, dict[str, Any]]] = [
    (
        "universal_approximation",
        {"ua_chapter": "train", "ua_steps": 30000, "ua_activation": "gelu", "ua_width": 256},
    ),
    ("universal_approximation", {"ua_chapter": "exists_and_found", "ua_study": "true", "ua_studied": "gelu"}),
    ("universal_approximation", {"ua_chapter": "any_epsilon", "ua_built": "tanh", "ua_epsilon": "1e-6"}),
    ("universal_approximation", {"ua_chapter": "two_inputs"}),
    ("universal_approximation", {"ua_chapter": "bumps", "ua_hand": "steps"}),
    ("inside_the_network", {"in_chapter": "width_or_depth", "in_train": "true", "in_steps": 5000}),
    (
        "loss_functions",
        {"lf_chapter": "boundaries", "lf_model": "network", "lf_units": 32, "lf_updates": 3000},
    ),
    ("loss_functions", {"lf_chapter": "noise", "lf_repeat": "true"}),
    ("gradient_descent", {"gd_chapter": "network_loss"}),
    ("linear_regression", {"lr_chapter": "polynomials"}),
    ("", {}),
]
"""The page and what its link sets. Each round also gets another f and other seeds."""


def tool_module(file: Path) -> Any:
    """Return the tool as a module."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[file.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def visit(address: str, tool: Any, seconds: float) -> list[float]:
    """Return the seconds of each page that was opened within that time."""
    options = argparse.Namespace(url=address, seed=0, timeout=seconds, no_http=False, isolation_re=None)
    options.__dict__.update(drop_every=0, burst=0)
    taken, begin, count = [], time.monotonic(), 0
    while time.monotonic() - begin < seconds:
        page, settings = LINKS[count % len(LINKS)]
        new = {
            "ua_f": f"sin({2 + count / 7:.3f}x) + |x|",
            "ua_seed": count,
            "lf_seed": count,
            "gd_seed": count,
        }
        session = tool.Session(0, options, tool.Recorder())
        session.query_string = urlencode({**settings, **new})
        await session.connect()
        left = seconds - (time.monotonic() - begin)
        with contextlib.suppress(TimeoutError, tool.Hang):
            run = await asyncio.wait_for(session.load(page), max(left, 0.1))
            taken.append(run.seconds)
        await session.close()
        count += 1
    return taken


def main() -> None:
    """Print what the visitor got."""
    address, tool, seconds = sys.argv[1:4]
    taken = asyncio.run(visit(address, tool_module(Path(tool)), float(seconds)))
    print(f"{len(taken)} expensive pages, {' '.join(f'{each:.1f}' for each in taken)} s")


if __name__ == "__main__":
    main()
