"""Bounds of the error from both sides, beside the one-sided proof and Sollya: ``python -m benchmarks.error_bounds``.

The bounds are those of ``error_bounds`` with rtol = 0.01 for ReLU networks. The one-sided proof is the first phase of
the same search, for ε 2 % above the error, which is what a certificate alone needs. Sollya's ``supnorm`` (Chevillard,
Harrison, Joldeş & Lauter 2011) bounds each linear piece with the same tightness, 2⁻⁷. The time of an empty script is
subtracted. Without the program ``sollya`` that column is empty. Times are those of the processor, on one thread, as
medians of 5. Exit code 1 if a bar is missed.
"""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from time import monotonic, process_time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from nnviz.approximation import approximate, error_bounds
from nnviz.approximation.certificate.search import Search
from nnviz.expressions import Expression, parse
from nnviz.networks import ShallowNetwork

K = (-1.0, 1.0)
RTOL, REPEATS, MOST_RATIO = 0.01, 5, 1.5
WIDTHS = (8, 32, 128, 256)
FORMULAS = ("sin(2pi*x)", "exp(-x)*sin(10x)", "1/(1+25x^2)", "sqrt(abs(x))", "abs(sin(3x))", "atan(10x)")
SOLLYA = {
    "sin(2pi*x)": "sin(2*pi*x)",
    "exp(-x)*sin(10x)": "exp(-x)*sin(10*x)",
    "1/(1+25x^2)": "1/(1+25*x^2)",
    "atan(10x)": "atan(10*x)",
}


def main() -> int:
    """Print the table; 1 if a bar is missed."""
    empty = seconds_in_sollya("quit;") if shutil.which("sollya") else None
    print("| f | N | one-sided, ms | two-sided, ms | ratio | low | high | Sollya, ms | Sollya / two-sided |")
    print("|---|---|---|---|---|---|---|---|---|")
    ratios, peers = [], []
    for text in FORMULAS:
        for width in WIDTHS:
            f = parse(text)
            network = approximate(f, K, width).network
            found = error_bounds(network, f, K, rtol=RTOL, seconds=60)
            assert found.complete
            one = median_ms(partial(prove, network, f, 1.02 * found.high))
            both = median_ms(partial(error_bounds, network, f, K, rtol=RTOL, seconds=60))
            peer = None
            if empty is not None and text in SOLLYA:
                peer = 1e3 * (seconds_in_sollya(supnorms(network, SOLLYA[text])) - empty)
                peers.append(peer / both)
            ratios.append(both / one)
            ends = f"{both / one:.2f} | {found.low:.4g} | {found.high:.4g}"
            beside = " | " if peer is None else f"{peer:.0f} | {peer / both:.1f}"
            print(f"| {text} | {width} | {one:.1f} | {both:.1f} | {ends} | {beside} |", flush=True)
    missed = (np.median(ratios) > MOST_RATIO) + (min(peers, default=2.0) < 1)
    least = min(peers, default=np.nan)
    print(
        f"\nMedian ratio {np.median(ratios):.2f} (bar {MOST_RATIO}), Sollya / two-sided at least {least:.1f} (bar 1)"
    )
    return 1 if missed else 0


def prove(network: ShallowNetwork, f: Expression, epsilon: float) -> None:
    """Prove that the error is below ε, and no more."""
    with np.errstate(all="ignore"):
        Search(network, f, *K, epsilon, monotonic() + 60).run()


def median_ms(run: Callable[[], object]) -> float:
    """Return the median time of the processor for a call, in milliseconds."""
    times = []
    for _ in range(REPEATS):
        start = process_time()
        run()
        times.append(process_time() - start)
    return float(np.median(times)) * 1e3


def supnorms(network: ShallowNetwork, formula: str) -> str:
    """Return a Sollya script that bounds the error on each linear piece, whose numbers are written exactly."""
    nodes = np.unique(np.clip(np.concatenate([network.kinks(*K), K]), *K))
    w, b = network.hidden_weights[:, 0], network.hidden_biases
    lines = []
    for low, high in pairwise(nodes.tolist()):
        on = w * (low / 2 + high / 2) + b > 0
        slope = float((network.output_weights * w)[on].sum())
        start = float((network.output_weights * b)[on].sum() + network.output_bias)
        lines.append(f"supnorm({start!r} + x*({slope!r}), {formula}, [{low!r};{high!r}], absolute, 2^(-7));")
    return "verbosity = 0!;\nprec = 100!;\n" + "\n".join(lines) + "\nquit;\n"


def seconds_in_sollya(script: str) -> float:
    """Return the time of the processor that Sollya takes for a script."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["sollya"], input=script, text=True, capture_output=True, check=False, timeout=600)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
