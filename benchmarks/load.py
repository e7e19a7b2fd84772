"""A class at once: many sessions over all pages, a change every 2 s, beside the stock page under the same load.

Run with ``python -m benchmarks.load --tool classroom.py``, where the tool is a headless class of students for Streamlit
apps that takes --url, --sessions, --actions, --think, --ramp, --pages, --pid and --json. Each server is just started
when the class comes (cold), and with ``--again`` a second class of other actions comes afterwards (warm). ``--against
app.py`` measures another build in the same run. ``--greedy``
lets a third class come, beside a visitor who opens the most expensive pages in a loop (benchmarks/greedy.py).
``--ready`` lets the class come when the server says on /healthz that it is ready, and otherwise when it answers.
``--share 0.4`` gives each server that part of one core, in slices of 10 ms: a slower machine. Server and class then go
before all other processes of the machine. It needs Linux with the cpu controller of cgroups (version 1), and root. Exit
code 1 when a bar is missed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.browser import ROOT, serve, wait_until_ready
from nnviz.lessons.pages import PAGES

P95_BAR, ERROR_BAR, MEMORY_BAR = 300.0, 0, 300.0
TOGGLES = ("toggle", "checkbox")
RAMP = 4.0  # seconds in which the students arrive
GROUP = Path("/sys/fs/cgroup/cpu/nnviz_load")  # of processes
SLICE, WEIGHT = 10_000, 40_000  # microseconds; against 1024 of all others together


class Class(NamedTuple):
    """Hold how a class behaves: its size, its changes, and the seed of what it changes."""

    tool: Path
    sessions: int
    actions: int
    seed: int = 1
    ready: bool = False
    share: float | None = None


class Row(NamedTuple):
    """Hold the figures of one class at one server, in ms and MB. processor: ms of the server for each run."""

    name: str
    start: float
    loads: tuple[float, float]
    changes: tuple[float, float]
    toggles: float
    errors: int
    memory: float
    processor: float

    def line(self) -> str:
        """Return the row of the table."""
        loads, changes = (f"{p50:.0f} | {p95:.0f}" for p50, p95 in (self.loads, self.changes))
        rest = f"{self.toggles:.0f} | {self.errors} | {self.memory:.0f} | {self.processor:.1f}"
        return f"| {self.name} | {self.start:.2f} | {loads} | {changes} | {rest} |"


HEAD = (
    "| server | start s | loads p50 ms | p95 | changes p50 ms | p95 | toggles p95 | errors | peak MB | "
    "processor ms a run |\n|---|---|---|---|---|---|---|---|---|---|"
)


def measure(name: str, script: Path, pages: list[str], each: Class, more: Collection[str]) -> Iterator[Row]:
    """Start a server and give the figures of the class that comes at once, and of those that come afterwards."""
    begin = time.monotonic()
    with ExitStack() as stack:
        with in_group(each.share):  # what is started here stays in the group
            address, process = stack.enter_context(serve(script))
        if each.ready:
            wait_until_ready(address)
        start = time.monotonic() - begin
        yield row(f"{name}, cold", start, teach(address, process, pages, each))
        if "again" in more:
            again = teach(address, process, pages, each._replace(seed=each.seed + 1))
            yield row(f"{name}, warm", start, again)
        if "greedy" in more:
            command = [sys.executable, "-m", "benchmarks.greedy", address, str(each.tool), "60"]
            visitor = subprocess.Popen(command, cwd=ROOT)
            third = teach(address, process, pages, each._replace(seed=each.seed + 2))
            visitor.wait()
            yield row(f"{name}, beside a greedy visitor", start, third)


@contextmanager
def in_group(share: float | None) -> Iterator[None]:
    """Let what is started here have that share of one core; what is started afterwards has as much as it wants."""
    if share is None:
        yield
        return
    server = GROUP / "server"
    server.mkdir(parents=True, exist_ok=True)
    (GROUP / "cpu.shares").write_text(str(WEIGHT))
    (server / "cpu.cfs_period_us").write_text(str(SLICE))
    (server / "cpu.cfs_quota_us").write_text(str(int(share * SLICE)))
    (server / "cgroup.procs").write_text(str(os.getpid()))
    try:
        yield
    finally:
        (GROUP / "cgroup.procs").write_text(str(os.getpid()))


def teach(address: str, process: int, pages: list[str], each: Class) -> dict[str, Any]:
    """Run the tool and return its report."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            sys.executable,
            str(each.tool),
            "--url",
            address,
            "--pid",
            str(process),
            "--json",
            str(report),
        ]
        command += ["--sessions", str(each.sessions), "--actions", str(each.actions), "--think", "2"]
        command += ["--ramp", str(RAMP), "--seed", str(each.seed), "--max-seconds", "100"]
        command += ["--pages", ",".join(pages)]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
        return read_report(report)


def read_report(file: Path) -> dict[str, Any]:
    """Return what the tool has written."""
    result: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return result


def row(name: str, start: float, report: dict[str, Any]) -> Row:
    """Return the figures of a report of the tool."""
    loads, changes = ((report[one]["p50_ms"], report[one]["p95_ms"]) for one in ("loads", "actions"))
    toggles = max(
        [report["by_action"][one]["p95_ms"] for one in TOGGLES if one in report["by_action"]], default=0.0
    )
    memory, used = report["server"]["rss_mb_peak"], report["server"]["cpu_percent"] / 100 * report["wall_s"]
    runs = report["loads"]["n"] + report["actions"]["n"]
    return Row(
        name, start, loads, changes, toggles, report["errors_total"], memory, 1000 * used / max(runs, 1)
    )


def main() -> int:
    """Print the table; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", type=Path, required=True)
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--actions", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--against", type=Path, help="the app.py of another build")
    parser.add_argument("--again", action="store_true", help="let a second class come to the same server")
    parser.add_argument(
        "--greedy", action="store_true", help="let a third class come, beside a greedy visitor"
    )
    parser.add_argument("--ready", action="store_true", help="let the class come when the server is ready")
    parser.add_argument("--share", type=float, help="the part of one core that each server has")
    parser.add_argument("--no-stock", action="store_true", help="leave out the stock page")
    options = parser.parse_args()
    each = Class(options.tool, options.sessions, options.actions, options.seed, options.ready, options.share)
    names = ["" if name == "home" else name for name in PAGES if name not in ("classroom", "glossary")]
    servers = [("nnviz", ROOT / "app.py", names)]
    servers += [("other build", options.against, names)] if options.against else []
    servers += [] if options.no_stock else [("stock page", ROOT / "benchmarks" / "stock_page.py", [""])]
    print(HEAD)
    rows = []
    more = {name for name in ("again", "greedy") if getattr(options, name)}
    for name, script, pages in servers:
        for found in measure(name, script, pages, each, more if name == "nnviz" else ()):
            rows.append(found)
            print(found.line(), flush=True)
    last = [found for found in rows if found.name in ("nnviz, cold", "nnviz, warm")][-1]
    return 0 if last.changes[1] <= P95_BAR and last.errors <= ERROR_BAR and last.memory <= MEMORY_BAR else 1


if __name__ == "__main__":
    sys.exit(main())
