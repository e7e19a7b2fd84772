"""A class at once: 30 sessions over all pages, a change every 2 s, beside the stock page under the same load.

Run with ``python -m benchmarks.load --tool classroom.py``, where the tool is a headless class of students for Streamlit
apps that takes --url, --sessions, --actions, --think, --pages, --pid and --json. Exit code 1 when a bar is missed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.browser import ROOT, serve
from nnviz.lessons.pages import PAGES

P95_BAR, ERROR_BAR, MEMORY_BAR = 500.0, 0, 300.0


def load(tool: Path, script: Path, pages: list[str], sessions: int, actions: int) -> dict[str, Any]:
    """Run the tool and return its report for one server."""
    with serve(script) as (address, process), tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, str(tool), "--url", address, "--pid", str(process), "--json", str(report)]
        command += ["--sessions", str(sessions), "--actions", str(actions), "--think", "2"]
        command += ["--pages", ",".join(pages), "--switch-pages", "0.1" if len(pages) > 1 else "0"]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
        result: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return result


def main() -> int:
    """Print the table; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", type=Path, required=True)
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--actions", type=int, default=20)
    options = parser.parse_args()
    names = ["" if name == "home" else name for name in PAGES]
    ours = load(options.tool, ROOT / "app.py", names, options.sessions, options.actions)
    stock = load(options.tool, ROOT / "benchmarks" / "stock_page.py", [""], options.sessions, options.actions)
    print(
        f"| {options.sessions} sessions, a change every 2 s | p50 ms | p95 ms | errors | peak MB |\n"
        "|---|---|---|---|---|"
    )
    for name, report in (("nnviz, all pages", ours), ("stock page", stock)):
        p50, p95, errors, memory = figures(report)
        print(f"| {name} | {p50:.0f} | {p95:.0f} | {errors} | {memory:.0f} |")
    _, p95, errors, memory = figures(ours)
    return 0 if p95 <= P95_BAR and errors <= ERROR_BAR and memory <= MEMORY_BAR else 1


def figures(report: dict[str, Any]) -> tuple[float, float, int, float]:
    """Median and 95th percentile of all changes in ms, errors, and the server's peak memory in MB."""
    changes, server = report["actions"], report["server"]
    return changes["p50_ms"], changes["p95_ms"], report["errors_total"], server["rss_mb_peak"]


if __name__ == "__main__":
    sys.exit(main())
