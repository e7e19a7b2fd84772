"""Measure how long Coq takes for the exported proofs of the targets, at ε = 1e-2 and 1e-3.

    python -m benchmarks.coq_proofs [ACTIVATION [FIRST [LAST]]]

Each row is one target and one ε: the number of units, and the processor time of ``coqc``. The bar is 60 s for each. It
prints a line for each row as it comes. Targets without a network in the sup norm, and those with functions that
CoqInterval cannot bound, are left out. Exit code 1 if Coq refuses a proof or takes longer.
"""

import resource
import subprocess
import sys
import tempfile
from math import inf
from pathlib import Path

import nnviz as nv
from nnviz.approximation.certificate.coq import coq_proof

TARGETS = (
    ("sin(2πx)", -1, 1),
    ("|x|", -1, 1),
    ("2x^3-x", -1, 1),
    ("1/(1+25x^2)", -1, 1),
    ("e^-x sin(10x)", -1, 1),
    ("sin(20x^2)", 0, 2),
    ("sqrt|x|", -1, 1),
    ("||2x|-1|-x/2", -1, 1),
    ("0.6exp(-40(x+0.4)^2)+exp(-90(x-0.35)^2)", -1, 1),
    ("exp(-2000(x-0.3)^2)", -1, 1),
    ("x*log(x+2)", -1, 1),
    ("tanh(5x)", -1, 1),
)
EPSILONS, SECONDS, MOST_SECONDS = (1e-2, 1e-3), 60.0, 120


def seconds_of_coq(text: str) -> float | None:
    """Return the processor time of coqc for one file; None if it refuses, and ∞ if it needs ``MOST_SECONDS``."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "proof.v"
        file.write_text(text, encoding="utf-8")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run = subprocess.run(
            ["coqc", "-q", str(file)], capture_output=True, check=False, preexec_fn=_limit_processor_time
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if run.returncode == 0:
        return used
    return inf if used > MOST_SECONDS - 1 else None


def _limit_processor_time() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


def main() -> int:
    """Print the table."""
    activation = sys.argv[1] if len(sys.argv) > 1 else "relu"
    first, last = (int(sys.argv[k]) if len(sys.argv) > k else None for k in (2, 3))
    missed = 0
    print("| f | ε | units | coqc |\n|---|---|---|---|")
    for text, low, high in TARGETS[first:last]:
        for epsilon in EPSILONS:
            certificate = nv.reach(text, (low, high), epsilon, activation).certificate
            units = (
                certificate.network.widths[0]
                if hasattr(certificate.network, "widths")
                else certificate.network.width
            )
            used = seconds_of_coq(coq_proof(certificate)) if certificate.status == "proved" else None
            missed += used is None or used > SECONDS
            said = "refused" if used is None else f"{used:.1f} s" if used < inf else f"> {MOST_SECONDS} s"
            print(
                f"| {text} | {epsilon:g} | {units} | {said} |",
                flush=True,
            )
    print(f"missed: {missed}")
    return missed > 0


if __name__ == "__main__":
    raise SystemExit(main())
