"""A study of error against width: 6 widths × 8 seeds × 1000 steps, and its crowds beside the same runs one by one.

Run with ``python benchmarks/study.py``; exit code 1 if a bar is missed. The peer is this package's own ``train``, seed
after seed, with as few frames as it allows; it is itself measured against torch in ``training_step.py``. BLAS has one
thread. The sides take turns; times are medians.
"""

import os
import sys
from dataclasses import replace
from math import inf
from pathlib import Path
from statistics import median
from time import process_time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nnviz.approximation import StudySpec, study
from nnviz.expressions import parse
from nnviz.networks import train
from nnviz.networks.batched_training import train_seeds

F, K, ROUNDS, SECONDS, FASTER = parse("sin(2πx)"), (-1.0, 1.0), 1, 3.0, 1.2
ACTIVATIONS = ("tanh", "relu", "sigmoid", "gelu", "softplus", "gaussian", "sine")


def main() -> int:
    """Print the tables; 1 if a bar is missed."""
    missed = 0
    for activation in ACTIVATIONS:
        spec = StudySpec(activation)
        crowds, alone = take_turns(spec)
        ratio = sum(alone) / sum(crowds)
        seconds = median([whole(spec) for _ in range(ROUNDS)])
        good = seconds <= SECONDS and ratio >= FASTER
        missed += not good
        print(
            f"\n{activation}: the whole study {seconds:.2f} s (≤ {SECONDS:g}); its training {ratio:.1f}× faster",
            end="",
        )
        print(f" than one by one (≥ {FASTER:g}×): {'met' if good else 'MISSED'}\n")
        print("| N | 8 seeds at once, s | one by one, s | ratio |")
        print("|---|---|---|---|")
        for width, together, apart in zip(spec.widths, crowds, alone):
            print(f"| {width} | {together:.3f} | {apart:.3f} | {apart / together:.1f}× |")
    return 1 if missed else 0


def whole(spec: StudySpec) -> float:
    """Seconds of a whole study."""
    start = process_time()
    study(spec, F, K)
    return process_time() - start


def take_turns(spec: StudySpec) -> tuple[list[float], list[float]]:
    """Seconds for each width, all seeds at once and one by one."""
    x = np.linspace(*K, spec.points)
    crowds, alone = [], []
    for width in spec.widths:
        training = replace(spec.training(width, inf), frames=3)
        together, apart = [], []
        for _ in range(ROUNDS):
            start = process_time()
            train_seeds(training, range(spec.seeds), x, F(x))
            between = process_time()
            for seed in range(spec.seeds):
                train(replace(training, seed=seed), x, F(x))
            together.append(between - start)
            apart.append(process_time() - between)
        crowds.append(median(together))
        alone.append(median(apart))
    return crowds, alone


if __name__ == "__main__":
    sys.exit(main())
