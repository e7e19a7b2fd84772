"""Compare ``reach`` for smooth units with an older build of this package: time and units, question by question.

Run with ``python -m benchmarks.reach_against FOLDER [seconds]``, where FOLDER holds a checkout of the older build, as
``git worktree add FOLDER 2bc20b8`` makes it. Both builds answer each question in turn, each in a process of its own.
Times are those of the processor. Each of 40 targets is asked with tanh and sigmoid and one ε of each, in turn from
1e-3 to 1e-8, until the seconds of the clock are over. Exit code 1 if the median ratio of the times is below 10, or
that of the units above 1.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any, Final

FORMULAS: Final = [
    "sin(2πx)",
    "e^x",
    "1/(1+25x^2)",
    "e^-x sin(10x)",
    "x^5-x",
    "cos(20x)",
    "tanh(8x)",
    "e^(-20x^2)",
    "ln(2+x)",
    "sqrt(2+x)",
    "sin(x)/(2+x)",
    "1/(1.2-x)",
    "x e^(-x^2)",
    "cos(x^2)+x",
    "sin(5x)+sin(9x)/3",
    "atan(6x)",
    "e^(sin(3x))",
    "x^2/(1+x^2)",
    "cos(3x)^3",
    "sinh(2x)",
    "sin(12x)/(1+x^2)",
    "erf(3x)",
    "1/cosh(4x)",
    "x^7-x^3",
    "e^(-x) cos(7x)",
    "ln(1+e^(5x))",
    "sin(e^(1.5x))",
    "1/(2+sin(6x))",
    "x^3 cos(4x)",
    "sqrt(1+9x^2)",
    "cos(5x) e^(-2x^2)",
    "x/(1+4x^2)",
    "sin(3x)^2",
    "2^(3x)",
    "e^(-1/(1.1-x^2))",
    "sin(15x)",
    "cos(8x)+x/2",
    "tanh(3x)+x^2",
    "1/(1+e^(-9x))",
    "sin(4x)cos(3x)",
]
EPSILONS: Final = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)

WORKER: Final = """\
import json, sys
from time import process_time
from nnviz.approximation import reach
try:
    from nnviz.expressions import parse
except ImportError:  # the older layout
    from nnviz.functions import parse
reach(parse("sin(x)"), (-1, 1), 0.1, "tanh")
print("ready", flush=True)
for line in sys.stdin:
    text, activation, epsilon = json.loads(line)
    began = process_time()
    try:
        found = reach(parse(text), (-1, 1), epsilon, activation)
        answer = [found.network.width, found.certificate.status]
    except ValueError:
        answer = [0, "refused"]
    print(json.dumps([*answer, process_time() - began]), flush=True)
"""


def main() -> int:
    """Print the table; 1 if a bar is missed."""
    old, new = Path(sys.argv[1]).resolve(), Path(__file__).resolve().parents[1]
    end = monotonic() + (float(sys.argv[2]) if len(sys.argv) > 2 else 600.0)
    workers = [_worker(folder) for folder in (old, new)]
    rows = []
    print("| f | φ | ε | units before, now | s before, now |\n|---|---|---|---|---|")
    for k, (text, activation) in enumerate((text, a) for text in FORMULAS for a in ("tanh", "sigmoid")):
        if monotonic() > end:
            break
        question = text, activation, EPSILONS[(k // 2 + 3 * (k % 2)) % 6]
        before, now = (_asked(worker, question) for worker in workers)
        rows.append((before, now))
        units = ", ".join(f"{one[0]} {'' if one[1] == 'proved' else one[1]}".strip() for one in (before, now))
        print(
            f"| {text} | {activation} | {question[2]:g} | {units} | {before[2]:.2f}, {now[2]:.3f} |",
            flush=True,
        )
    for worker in workers:
        worker.kill()
    faster = median(before[2] / now[2] for before, now in rows)
    both = [(before[0], now[0]) for before, now in rows if before[1] == now[1] == "proved"]
    units = median(now / max(before, 1) for before, now in both)
    proved = [sum(row[k][1] == "proved" for row in rows) for k in (0, 1)]
    wider = sum(now > before for before, now in both)
    print(
        f"\n{len(rows)} questions, proved before and now: {proved[0]} and {proved[1]}. Median time {faster:.1f} times"
    )
    print(
        f"as fast (bar 10), median units {units:.2f} times (bar 1.00), more units in {wider} of {len(both)}."
    )
    return int(faster < 10 or units > 1)


def _worker(folder: Path) -> "subprocess.Popen[str]":
    """Return a process that answers questions with the build in a folder."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    pipe = subprocess.PIPE
    worker = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", WORKER],
        cwd=folder,
        env=environment,
        stdin=pipe,
        stdout=pipe,
        text=True,
    )
    assert worker.stdout is not None
    worker.stdout.readline()
    return worker


def _asked(worker: "subprocess.Popen[str]", question: tuple[str, str, float]) -> Any:
    """Return the units, the status and the seconds for a question."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(json.dumps(question) + "\n")
    worker.stdin.flush()
    return json.loads(worker.stdout.readline())


if __name__ == "__main__":
    sys.exit(main())
