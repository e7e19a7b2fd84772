"""A server that was just started: when it answers, when it is ready, and the first load of a visitor.

Run with ``python -m benchmarks.first_visit --tool classroom.py``; the tool is that of benchmarks/load.py. It is started
when the server answers. The stock page is measured in turn with the app. Exit code 1 when a bar is missed.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.browser import ROOT, serve, wait_until_ready
from benchmarks.load import read_report

ANSWER_BAR, LOAD_BAR = 1.3, 0.8  # of the stock page
PAGES = {"app.py": "universal_approximation", "benchmarks/stock_page.py": ""}


class Start(NamedTuple):
    """Hold the seconds from the start to the first answer and to /healthz, and those of the first load."""

    answer: float
    ready: float
    load: float


def measure(script: str, tool: Path) -> Start:
    """Start a server and load a page of it as soon as it answers."""
    begin = time.monotonic()
    with serve(ROOT / script) as (address, _), tempfile.TemporaryDirectory() as folder:
        answer = time.monotonic() - begin
        report = Path(folder) / "report.json"
        command = [sys.executable, str(tool), "--url", address, "--sessions", "1", "--actions", "0"]
        command += ["--pages", PAGES[script], "--json", str(report)]
        visitor = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until_ready(address)
        ready = time.monotonic() - begin
        visitor.wait()
        return Start(answer, ready, read_report(report)["loads"]["p50_ms"] / 1000)


def main() -> int:
    """Print the table; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", type=Path, required=True)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    print("| server | answers after s | /healthz s | first load s |\n|---|---|---|---|")
    found: dict[str, list[Start]] = {script: [] for script in PAGES}
    for _ in range(options.times):
        for script, starts in found.items():
            starts.append(measure(script, options.tool))
            print(f"| {script} | {' | '.join(f'{value:.2f}' for value in starts[-1])} |", flush=True)
    ours, stock = (Start(*map(median, zip(*starts, strict=True))) for starts in found.values())
    answer, load = ours.answer / stock.answer, ours.load / stock.load
    print(f"\nmedians: answers {answer:.2f}×, first load {load:.2f}× of the stock page")
    return 0 if answer <= ANSWER_BAR and load <= LOAD_BAR else 1


if __name__ == "__main__":
    sys.exit(main())
