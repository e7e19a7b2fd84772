"""Networks by least squares, beside the loop of every tutorial: 3000 epochs of Adam on the same network and target.

Run with ``python benchmarks/least_squares.py``; exit code 1 if a bar is missed. Sup errors are over 12 345 points (a
121 × 121 grid for Franke's function) that no side has fitted. nnviz runs with one thread of BLAS; torch with one thread
and with its default, and the faster of the two is the peer. Times are medians.
"""

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nnviz.approximation import approximate, ridge_least_squares
from nnviz.expressions import Expression, parse
from nnviz.networks import ShallowNetwork

TARGETS = ("sin(2πx)", "e^(-x) sin(10x)", "1/(1+25x^2)")
EPOCHS, LEARNING_RATE, POINTS, ROUNDS = 3000, 0.01, 256, 9
WIDTH, SUP, MILLISECONDS, FASTER = 32, 1e-6, 30.0, 50.0
FRANKE = parse(
    "0.75 e^(-(9x-2)^2/4 - (9y-2)^2/4) + 0.75 e^(-(9x+1)^2/49 - (9y+1)/10)"
    " + 0.5 e^(-(9x-7)^2/4 - (9y-3)^2/4) - 0.2 e^(-(9x-4)^2 - (9y-7)^2)",
    ("x", "y"),
)
X = np.linspace(-1, 1, 12_345)


def main() -> int:
    """Print the tables; 1 if a bar is missed."""
    missed = 0
    print(f"tanh, N = {WIDTH}\n")
    print("| target | nnviz: sup | ms | Adam: sup | ms | time | error | bars |")
    print("|---|---|---|---|---|---|---|---|")
    for text in TARGETS:
        f = parse(text)
        network, ms = timed(partial(solved, f))
        peer, peer_ms = adam(f(np.linspace(-1, 1, POINTS)))
        sup, peer_sup = np.abs(network(X) - f(X)).max(), np.abs(peer(X) - f(X)).max()
        good = sup <= SUP and ms <= MILLISECONDS and peer_ms / ms >= FASTER and sup < peer_sup
        missed += not good
        ratios = f"{peer_ms / ms:.0f}× | {peer_sup / sup:.0e}×"
        print(
            f"| {text} | {sup:.1e} | {ms:.1f} | {peer_sup:.1e} | {peer_ms:.0f} | {ratios} | {verdict(good)} |"
        )
    print(f"\nBars: sup ≤ {SUP:g}, ≤ {MILLISECONDS:g} ms, ≥ {FASTER:g}× less time, a smaller error.\n")
    return 1 if missed + franke() else 0


def franke() -> int:
    """Franke's function with 512 ridges; 1 if a bar is missed."""
    side = np.linspace(0, 1, 121)
    points = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    network, ms = timed(lambda: ridge_least_squares(FRANKE, ((0.0, 1.0), (0.0, 1.0)), 512))
    sup = np.abs(network(points) - FRANKE(points)).max()
    good = sup <= 1e-4 and ms <= 300
    print(f"Franke's function, N = 512: sup {sup:.1e} (≤ 1e-4), {ms:.0f} ms (≤ 300): {verdict(good)}")
    return int(not good)


def verdict(good: bool) -> str:
    """Return the word for the table."""
    return "met" if good else "MISSED"


def solved(f: Expression) -> ShallowNetwork:
    """Return the network of nnviz for f on [-1, 1]."""
    return approximate(f, (-1.0, 1.0), WIDTH, "tanh").network


def timed(build: Callable[[], ShallowNetwork]) -> tuple[ShallowNetwork, float]:
    """Return the network, and the median of the milliseconds that it took. The first round warms up."""
    times = []
    for _ in range(ROUNDS + 1):
        start = perf_counter()
        network = build()
        times.append((perf_counter() - start) * 1e3)
    return network, median(times[1:])


def adam(y: np.ndarray) -> tuple[Callable[[np.ndarray], np.ndarray], float]:
    """Return the tutorial's network and its milliseconds, with the number of threads that is faster."""
    default = torch.get_num_threads()
    runs = [loop(y, threads) for threads in {1, default}]
    torch.set_num_threads(default)
    return min(runs, key=lambda run: run[1])


def loop(y: np.ndarray, threads: int) -> tuple[Callable[[np.ndarray], np.ndarray], float]:
    """Return the tutorial's network after 3000 epochs, and its milliseconds."""
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    inputs = torch.linspace(-1, 1, POINTS)[:, None]
    targets = torch.tensor(y, dtype=torch.float32)[:, None]
    net = torch.nn.Sequential(torch.nn.Linear(1, WIDTH), torch.nn.Tanh(), torch.nn.Linear(WIDTH, 1))
    optimizer = torch.optim.Adam(net.parameters(), lr=LEARNING_RATE)
    start = perf_counter()
    for _ in range(EPOCHS):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(net(inputs), targets)
        loss.backward()
        optimizer.step()
    ms = (perf_counter() - start) * 1e3

    def network(x: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return np.asarray(net(torch.tensor(x, dtype=torch.float32)[:, None])[:, 0].numpy())

    return network, ms


if __name__ == "__main__":
    sys.exit(main())
