"""Compare the errors of smooth networks of the same width: nnviz, scikit-learn's L-BFGS and torch's Adam.

Run with ``python -m benchmarks.smooth_networks [activation [first [last]]]``, first and last for some of the targets;
exit code 1 if nnviz has a larger error in a row. Each error is max |f − N| at 20 001 points, or at 201 × 201 points of
a box. The errors of L-BFGS and Adam, the best of three seeds each, are those that ``smooth_peers`` stored.
"""

import csv
import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any, Final

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from nnviz.approximation import approximate
from nnviz.expressions import Expression, parse

TARGETS: Final[tuple[tuple[str, Any], ...]] = (
    ("sin(10πx)/(2x) + (x-1)^4", (0.5, 2.5)),  # Gramacy & Lee 2012
    ("|sin(5x)|", (-1, 1)),
    ("sin(3x)", (-3, 3)),
    ("1/(1+25x^2)", (-1, 1)),
    ("e^x", (0, 3)),
    ("|x|", (-1, 1)),
    ("sqrt(|x|)", (-1, 1)),
    ("x^3 - x", (-2, 2)),
    ("tanh(20x)", (-1, 1)),
    ("cos(x^2)", (0, 4)),
    ("x sin(8x)", (-2, 2)),
    ("e^(-x^2) cos(10x)", (-3, 3)),
    ("max(0, x) - max(0, x-1)", (-2, 3)),
    ("ln(1+x)", (0, 10)),
    ("sqrt(x)", (0, 4)),
    ("x^5 - 3x^3 + x", (-1.8, 1.8)),
    ("sin(x) + sin(3x)/3 + sin(5x)/5", (-4, 4)),
    ("1/(1.2-x)", (-1, 1)),
    ("sin(20x)", (-1, 1)),
    ("e^(-x) sin(10x)", (0, 3)),
    ("tanh(3x + 4y)", ((-1, 1), (-1, 1))),
    ("e^(-x^2 - y^2)", ((-2, 2), (-2, 2))),
    ("sin(x + y)", ((-3, 3), (-3, 3))),
    ("x y", ((-1, 1), (-1, 1))),
    (  # Franke 1979
        "0.75 e^(-(9x-2)^2/4 - (9y-2)^2/4) + 0.75 e^(-(9x+1)^2/49 - (9y+1)/10)"
        " + 0.5 e^(-(9x-7)^2/4 - (9y-3)^2/4) - 0.2 e^(-(9x-4)^2 - (9y-7)^2)",
        ((0, 1), (0, 1)),
    ),
    (  # peaks of MATLAB
        "3 (1-x)^2 e^(-x^2 - (y+1)^2) - 10 (x/5 - x^3 - y^5) e^(-x^2 - y^2) - e^(-(x+1)^2 - y^2)/3",
        ((-3, 3), (-3, 3)),
    ),
    ("x e^(-x^2 - y^2)", ((-2, 2), (-2, 2))),
    ("sin(10x y)", ((0, 1), (0, 1))),
)
WIDTHS: Final = (8, 32, 4, 16, 64)  # in the order in which the peers train
SECONDS: Final = {1: 0.5, 2: 3.0}
PEERS: Final = Path(__file__).with_name("smooth_peers.csv")

Network = Callable[[np.ndarray], np.ndarray]


def main() -> int:
    """Print the table; 1 if nnviz has a larger error in a row."""
    activation = sys.argv[1] if len(sys.argv) > 1 else "tanh"
    first, last = (int(sys.argv[k]) if len(sys.argv) > k else end for k, end in ((2, 0), (3, len(TARGETS))))
    known, worse, rows = read_peers(), 0, 0
    print("| target | N | nnviz | s of CPU | L-BFGS | Adam | nnviz has |\n|---|---|---|---|---|---|---|")
    for text, domain in TARGETS[first:last]:
        inputs = np.atleast_2d(domain).shape[0]
        f, x = parse(text, ("x", "y")[:inputs]), test_points(domain)
        for width in sorted(WIDTHS):
            if (peers := known.get((text, activation, width))) is None:
                continue
            began = process_time()
            network = approximate(f, domain, width, activation, SECONDS[inputs]).network
            seconds = process_time() - began
            ours = largest(f, network, x)
            worse, rows = worse + (ours > min(peers)), rows + 1
            verdict = "a larger error" if ours > min(peers) else "the smallest error"
            errors = " | ".join(f"{error:.1e}" for error in peers)
            print(
                f"| {text[:40]} | {width} | {ours:.1e} | {seconds:.2f} | {errors} | {verdict} |", flush=True
            )
    print(f"\nA larger error in {worse} of {rows} rows (bar: 0).")
    return int(worse > 0)


def read_peers() -> dict[tuple[str, str, int], tuple[float, float]]:
    """Return the errors of L-BFGS and Adam for each target, activation and width that is stored."""
    with PEERS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {
            (row["target"], row["activation"], int(row["width"])): (float(row["L-BFGS"]), float(row["Adam"]))
            for row in rows
        }


def test_points(domain: Any) -> np.ndarray:
    """Return the points at which errors are measured."""
    return grid(domain, {1: 20_001, 2: 201}[np.atleast_2d(domain).shape[0]])


def grid(domain: Any, count: int) -> np.ndarray:
    """Return evenly spaced points of an interval, (m,), or of a box with ``count`` along each side, (m, 2)."""
    sides = [np.linspace(low, high, count) for low, high in np.atleast_2d(domain).tolist()]
    return sides[0] if len(sides) == 1 else np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)


def largest(f: Expression, network: Network, x: np.ndarray) -> float:
    """Return max |f − network| at the points."""
    return float(np.abs(f(x) - network(x)).max())


if __name__ == "__main__":
    sys.exit(main())
