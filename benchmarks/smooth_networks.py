"""Compare the errors of smooth networks of the same width: nnviz, scikit-learn's L-BFGS and torch's Adam.

Run with ``python -m benchmarks.smooth_networks [activation]``; exit code 1 if nnviz has a larger error in a row. Each
error is max |f − N| at 20 001 points. L-BFGS (scikit-learn) and Adam (torch, float64) have 1001 points, inputs and
outputs of mean 0 and variance 1, and three seeds, of which the best counts.
"""

import os
import sys
import warnings
from collections.abc import Callable
from time import process_time
from typing import Final

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

from nnviz.approximation import approximate
from nnviz.expressions import Expression, parse

TARGETS: Final = (
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
)
WIDTHS, SEEDS, POINTS = (4, 8, 16, 32, 64), 3, 1001
NAMES: Final = {"tanh": ("tanh", torch.nn.Tanh), "sigmoid": ("logistic", torch.nn.Sigmoid)}

Network = Callable[[np.ndarray], np.ndarray]


def main() -> int:
    """Print the table; 1 if nnviz has a larger error in a row."""
    activation = sys.argv[1] if len(sys.argv) > 1 else "tanh"
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    torch.set_num_threads(1)
    worse = 0
    print("| target | N | nnviz | s of CPU | L-BFGS | Adam | nnviz has |\n|---|---|---|---|---|---|---|")
    for text, (low, high) in TARGETS:
        f, x = parse(text), np.linspace(low, high, 20_001)
        for width in WIDTHS:
            began = process_time()
            network = approximate(f, (low, high), width, activation).network
            seconds = process_time() - began
            ours = largest(f, network, x)
            peers = [peer(f, (low, high), width, activation, x) for peer in (by_lbfgs, by_adam)]
            worse += ours > min(peers)
            verdict = "a larger error" if ours > min(peers) else "the smallest error"
            errors = " | ".join(f"{error:.1e}" for error in peers)
            print(f"| {text} | {width} | {ours:.1e} | {seconds:.2f} | {errors} | {verdict} |", flush=True)
    print(f"\nA larger error in {worse} of {len(TARGETS) * len(WIDTHS)} rows (bar: 0).")
    return int(worse > 0)


def largest(f: Expression, network: Network, x: np.ndarray) -> float:
    """Return max |f − network| at the points."""
    return float(np.abs(f(x) - network(x)).max())


def by_lbfgs(
    f: Expression, interval: tuple[float, float], width: int, activation: str, x: np.ndarray
) -> float:
    """Return the smallest error of three networks that scikit-learn trains by L-BFGS."""

    def trained(u: np.ndarray, r: np.ndarray, seed: int) -> Network:
        model = MLPRegressor(
            hidden_layer_sizes=(width,),
            activation=NAMES[activation][0],
            solver="lbfgs",
            alpha=0,
            max_iter=3000,
            max_fun=10**6,
            tol=1e-12,
            random_state=seed,
        ).fit(u[:, None], r)
        return lambda v: np.asarray(model.predict(v[:, None]))

    return best_of_seeds(f, interval, x, trained)


def by_adam(
    f: Expression, interval: tuple[float, float], width: int, activation: str, x: np.ndarray
) -> float:
    """Return the smallest error of three networks that torch trains by 3000 epochs of Adam."""

    def trained(u: np.ndarray, r: np.ndarray, seed: int) -> Network:
        torch.manual_seed(seed)
        net = torch.nn.Sequential(
            torch.nn.Linear(1, width), NAMES[activation][1](), torch.nn.Linear(width, 1)
        )
        net.double()
        inputs, targets = torch.tensor(u)[:, None], torch.tensor(r)[:, None]
        optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
        for _ in range(3000):
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(net(inputs), targets).backward()
            optimizer.step()
        return lambda v: np.asarray(net(torch.tensor(v)[:, None]).detach().numpy()[:, 0])

    return best_of_seeds(f, interval, x, trained)


def best_of_seeds(
    f: Expression,
    interval: tuple[float, float],
    x: np.ndarray,
    trained: Callable[[np.ndarray, np.ndarray, int], Network],
) -> float:
    """Return the smallest error of the networks that ``trained`` returns for scaled points and three seeds."""
    points = np.linspace(*interval, POINTS)
    y = f(points)
    middle, spread, mean, size = points.mean(), points.std(), y.mean(), y.std()
    errors = []
    for seed in range(SEEDS):
        network = trained((points - middle) / spread, (y - mean) / size, seed)
        errors.append(float(np.abs(f(x) - mean - size * network((x - middle) / spread)).max()))
    return min(errors)


if __name__ == "__main__":
    sys.exit(main())
