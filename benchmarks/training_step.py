"""One step of full-batch training against eager torch Adam: 256 points, tanh, float32, whole loops on both sides.

Run with ``python benchmarks/training_step.py``; exit code 1 if a bar is missed. torch runs with one thread and with
its default threads, and the faster of the two is the peer. The sides take turns, and the ratio is the median of
the ratios of each round, so that other work on the machine weighs on both.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nnviz.networks import TrainingSpec, train

POINTS, LEARNING_RATE, ROUNDS = 256, 0.01, 15
STEPS = {"nnviz": 1000, "torch": 100}
BARS = {8: 10.0, 64: 10.0, 512: 3.5}  # width -> how many times faster


def main() -> int:
    """Print the table; 1 if a bar is missed."""
    x = np.linspace(-1, 1, POINTS)
    y = np.sin(2 * np.pi * x)
    default = torch.get_num_threads()
    print(f"| N | torch, 1 thread | torch, {default} threads | nnviz | ratio | bar |")
    print("|---|---|---|---|---|---|")
    missed = 0
    for width, bar in BARS.items():
        rounds = take_turns(
            {
                "default": partial(torch_step, width, x, y, default),
                "one": partial(torch_step, width, x, y, 1),
                "nnviz": partial(nnviz_step, width, x, y),
            }
        )
        times = {side: median(one[side] for one in rounds) for side in rounds[0]}
        peer = min("one", "default", key=times.__getitem__)
        ratio = median(one[peer] / one["nnviz"] for one in rounds)
        missed += ratio < bar
        figures = f"{times['one']:.0f} | {times['default']:.0f} | {times['nnviz']:.1f}"
        print(f"| {width} | {figures} | {ratio:.1f}× | ≥ {bar:g}×{'' if ratio >= bar else ' MISSED'} |")
    print(f"\nµs per step and ratio to the faster torch, medians of {ROUNDS} rounds.")
    return 1 if missed else 0


def take_turns(sides: dict[str, Callable[[], float]]) -> list[dict[str, float]]:
    """Time rounds in which every side runs once. A first round warms up and is left out."""
    return [{name: rested(side) for name, side in sides.items()} for _ in range(ROUNDS + 1)][1:]


def rested(side: Callable[[], float]) -> float:
    """Run a side once the threads of the one before have stopped waiting for work."""
    sleep(0.05)
    return side()


def nnviz_step(width: int, x: np.ndarray, y: np.ndarray) -> float:
    """Microseconds per step of ``train`` as the app calls it, frames and all."""
    spec = TrainingSpec(width, "tanh", "adam", LEARNING_RATE, STEPS["nnviz"], dtype="float32")
    start = perf_counter()
    train(spec, x, y)
    return (perf_counter() - start) / spec.steps * 1e6


def torch_step(width: int, x: np.ndarray, y: np.ndarray, threads: int) -> float:
    """Microseconds per step of the loop of every tutorial, its loss kept at each step."""
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    inputs = torch.tensor(x, dtype=torch.float32)[:, None]
    targets = torch.tensor(y, dtype=torch.float32)[:, None]
    net = torch.nn.Sequential(torch.nn.Linear(1, width), torch.nn.Tanh(), torch.nn.Linear(width, 1))
    optimizer = torch.optim.Adam(net.parameters(), lr=LEARNING_RATE)
    losses = []
    start = perf_counter()
    for _ in range(STEPS["torch"]):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(net(inputs), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return (perf_counter() - start) / STEPS["torch"] * 1e6


if __name__ == "__main__":
    sys.exit(main())
