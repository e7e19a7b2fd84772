"""ReLU networks for a width and for an ε: error against the optimum, units against the proved least, time, a peer.

Run with ``python benchmarks/reach.py``; exit code 1 if a bar is missed. One process, one thread; times are those of the
processor, and medians. The optimum is bracketed by the proof that no function with N pieces is within an ε: the largest
such ε found by bisection. The peer is the loop of every tutorial: torch, Adam at 1e-2, 3000 epochs, the same width.
"""

import csv
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time
from typing import TypeVar

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nnviz._types import Array
from nnviz.approximation import Unreachable, best_relu, reach, units_needed, widths_needed
from nnviz.approximation.sampling import spread
from nnviz.expressions import Expression, parse
from nnviz.targets import TARGETS

T = TypeVar("T")

WIDTHS, EPSILONS = (8, 32, 128, 256), (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
PEER_TARGETS, ROUNDS = ("sine", "decaying_wave", "runge"), 5
ERROR_BAR, TIME_BAR = 1.02, 60.0  # × the optimum with N pieces; ms at N = 256
REACH_BARS = {1e-4: 100.0, 1e-6: 1000.0}  # ms, median over targets
CURVE_BARS = {"decaying_wave": 200.0, "chirp": 300.0}  # ms for twelve ε
HELD_OUT = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "held_out.tsv"
SHARES = (1e-2, 1e-3, 1e-4, 1e-5)  # of the range of f
JUMPS = ("step", "staircase", "sawtooth")


def main() -> int:
    """Print four tables; 1 if a bar is missed."""
    targets = {t.name: (parse(t.text), t.interval) for t in TARGETS.values() if t.name not in JUMPS}
    missed = widths({name: targets[name] for name in targets if name != "wiggle"})
    missed += epsilons(targets)
    missed += sum([curve(name, *targets[name]) for name in CURVE_BARS])
    missed += held_out()
    return 1 if missed else 0


def widths(targets: dict[str, tuple[Expression, tuple[float, float]]]) -> int:
    """Error of the best network of each width against the optimum with as many pieces."""
    print(
        "| target | N | sup error | × optimum | ms | torch Adam, sup error | seconds |\n|---|---|---|---|---|---|---|"
    )
    missed = 0
    for name, (f, interval) in targets.items():
        for width in WIDTHS:
            milliseconds, best = timed(partial(best_relu, f, interval, width))
            error = sup_error(best.network, f, interval)
            ratio = error / optimum(f, interval, width, error) if error > 1e-12 else 0.0
            peer = adam(f, interval, width) if name in PEER_TARGETS and width < 256 else None
            print(f"| {name} | {width} | {error:.3e} | {ratio:.3f} | {milliseconds:.0f} | {peer or '| '} |")
            missed += ratio > ERROR_BAR or (width == 256 and milliseconds > TIME_BAR)
    return missed


def epsilons(targets: dict[str, tuple[Expression, tuple[float, float]]]) -> int:
    """Units of ``reach`` against the proved least, its certificate and its time."""
    print("\n| target | ε | units | least | certificate | ms |\n|---|---|---|---|---|---|")
    missed, times = 0, dict[float, list[float]]()
    for name, (f, interval) in targets.items():
        for epsilon in EPSILONS:
            try:
                milliseconds, found = timed(partial(reach, f, interval, epsilon, seconds=15), rounds=3)
            except Unreachable as reason:
                print(f"| {name} | {epsilon:g} | {str(reason)[:60]}… | | | |")
                continue
            units, least, status = found.network.width, found.lower_bound, found.certificate.status
            print(f"| {name} | {epsilon:g} | {units} | {least} | {status} | {milliseconds:.0f} |")
            times.setdefault(epsilon, []).append(milliseconds)
            missed += least is None or units > 1.05 * least + 2
    for epsilon, bar in REACH_BARS.items():
        print(f"\nmedian over targets at ε = {epsilon:g}: {median(times[epsilon]):.0f} ms (bar {bar:g})")
        missed += median(times[epsilon]) > bar
    return missed


def held_out() -> int:
    """Functions that nothing was tuned on: what is proved, how wide, how fast; the exceptions one by one.

    Those that are marked as hard are listed, but no bar.
    """
    rows = list(csv.DictReader(HELD_OUT.read_text(encoding="utf-8").splitlines(), delimiter="\t"))
    print("\n| held out: formula | ε | units | least | certificate | ms |\n|---|---|---|---|---|---|")
    times, wide, unproved = dict[float, list[float]](), 0, 0
    for row, epsilon in ((row, epsilon) for row in rows for epsilon in SHARES):
        f, interval = parse(row["formula"]), (float(row["low"]), float(row["high"]))
        size = float(np.ptp(f(np.linspace(*interval, 2001)))) or 1.0
        try:
            milliseconds, found = timed(partial(reach, f, interval, epsilon * size, seconds=15), rounds=1)
        except Unreachable as reason:
            print(f"| {row['formula']} | {epsilon:g} | {str(reason)[:60]}… | | | |")
            continue
        units, least, status = found.network.width, found.lower_bound, found.certificate.status
        times.setdefault(epsilon, []).append(milliseconds)
        off = least is None or units > 1.05 * least + 2 or status != "proved"
        if off or milliseconds > 1000:
            print(f"| {row['formula']} | {epsilon:g} | {units} | {least} | {status} | {milliseconds:.0f} |")
        wide += off and row["kind"] != "hard" and status == "proved"
        unproved += row["kind"] != "hard" and status != "proved"
    for epsilon in SHARES:
        print(
            f"\n{len(times[epsilon])} held out at ε = {epsilon:g} of the range: median {median(times[epsilon]):.0f} ms"
        )
    print(f"\nnot proved: {unproved} (bar 0); wider than 1.05 × the least + 2: {wide} (bar 0)")
    return wide + unproved


def curve(name: str, f: Expression, interval: tuple[float, float]) -> int:
    """Return the price of twelve ε."""
    milliseconds, _ = timed(lambda: widths_needed(f, interval, np.geomspace(1e-1, 1e-5, 12)))
    print(
        f"\nprice curve of {name}, 12 ε from 1e-1 to 1e-5: {milliseconds:.0f} ms (bar {CURVE_BARS[name]:g})"
    )
    return milliseconds > CURVE_BARS[name]


def timed(work: Callable[[], T], rounds: int = ROUNDS) -> tuple[float, T]:
    """Return milliseconds, the median of a few rounds, and the last result."""
    times = []
    for _ in range(rounds):
        start = process_time()
        result = work()
        times.append((process_time() - start) * 1e3)
    return median(times), result


def sup_error(network: Callable[[Array], Array], f: Expression, interval: tuple[float, float]) -> float:
    """Return the largest error at 20 011 points."""
    x = np.linspace(*interval, 20_011)
    return float(np.abs(network(x) - f(x)).max())


def optimum(f: Expression, interval: tuple[float, float], pieces: int, error: float) -> float:
    """Return an ε that no function with so many pieces is within: within 0.1 % the largest that is proved."""
    low, high = 0.5 * error, 1.5 * error
    while high > 1.001 * low:
        middle = (low * high) ** 0.5
        proved = units_needed(f, middle, spread(f, interval, middle, surplus=4000).x) >= pieces
        low, high = (middle, high) if proved else (low, middle)
    return low


def adam(f: Expression, interval: tuple[float, float], width: int) -> str:
    """Sup error and seconds of the tutorial's network."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    x = torch.linspace(*interval, 256)[:, None]
    y = torch.tensor(f(x.numpy().astype(float)), dtype=torch.float32)
    net = torch.nn.Sequential(torch.nn.Linear(1, width), torch.nn.ReLU(), torch.nn.Linear(width, 1))
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
    start = process_time()
    for _ in range(3000):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(net(x), y).backward()
        optimizer.step()
    seconds = process_time() - start
    with torch.no_grad():
        error = sup_error(
            lambda t: net(torch.tensor(t, dtype=torch.float32)[:, None])[:, 0].numpy(), f, interval
        )
    return f"{error:.1e} | {seconds:.1f}"


if __name__ == "__main__":
    sys.exit(main())
