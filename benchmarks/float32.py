"""Compare the proved bounds of exported float32 networks with their errors when float32 evaluates them.

    python -m benchmarks.float32 [POINTS]

Each network is evaluated in float32 by NumPy, unit by unit, at POINTS random float32 numbers of K, and f in float64.
The bound is that of the network, plus that of its evaluation in float32. Exit code 1 if an error is above its bound.
"""

import sys

import numpy as np

import nnviz as nv
from nnviz.approximation.rounded_weights import float32_bounds, in_float32
from nnviz.networks import ACTIVATIONS, ShallowNetwork

POINTS, BLOCK = 10_000_000, 200_000
QUESTIONS = (
    ("sin(2πx)", (-1.0, 1.0), "relu", 64),
    ("e^-x sin(10x)", (-1.0, 1.0), "relu", 32),
    ("1/(1+25x^2)", (-1.0, 1.0), "tanh", 12),
    ("exp(x)", (0.0, 2.0), "sigmoid", 4),
)


def evaluated(network: ShallowNetwork, x: np.ndarray) -> np.ndarray:
    """Return the outputs that float32 computes, with a sum from left to right."""
    w, b, v = (
        part.astype(np.float32)
        for part in (network.hidden_weights[:, 0], network.hidden_biases, network.output_weights)
    )
    total = np.full(x.shape, network.output_bias, np.float32)
    for w_j, b_j, v_j in zip(w, b, v):
        total += v_j * ACTIVATIONS[network.activation].value(x * w_j + b_j)
    return total


def main() -> int:
    """Print a line for each network."""
    points, above = int(sys.argv[1]) if len(sys.argv) > 1 else POINTS, 0
    rng = np.random.default_rng(0)
    print("| f | units | bound | largest error in float32 |\n|---|---|---|---|")
    for text, interval, activation, width in QUESTIONS:
        network, f = nv.approximate(text, interval, width, activation).network, nv.parse(text)
        single, worst = in_float32(network), 0.0
        bound = float32_bounds(network, text, interval).total
        for _ in range(points // BLOCK):
            x = rng.uniform(*interval, BLOCK).astype(np.float32)
            error = np.abs(f(x.astype(np.float64)) - evaluated(single, x))
            worst = max(worst, float(error[(interval[0] <= x) & (x <= interval[1])].max()))
        above += worst > bound
        print(f"| {text} | {network.width} {activation} | {bound:.6g} | {worst:.6g} |", flush=True)
    return above > 0


if __name__ == "__main__":
    raise SystemExit(main())
