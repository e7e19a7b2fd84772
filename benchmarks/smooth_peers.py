"""Train networks by scikit-learn's L-BFGS and torch's Adam, and store their errors in ``smooth_peers.csv``.

Run with ``python -m benchmarks.smooth_peers [FIRST [LAST]]``: it trains the rows that the file does not have, of the
targets from FIRST up to LAST of ``smooth_networks.TARGETS``. A row is the target, the activation, the width, and
max |f − N| of the best of the seeds 0, 1 and 2, for L-BFGS and for Adam, at the points of ``smooth_networks``. L-BFGS
(at most 3000 iterations) and Adam (3000 epochs of float64) have 1001 points, or 33 × 33, and inputs and outputs of
mean 0 and variance 1.
"""

import csv
import os
import sys
import warnings
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from typing import Any, Final

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

from benchmarks.smooth_networks import PEERS, TARGETS, WIDTHS, Network, grid, read_peers, test_points
from nnviz.expressions import Expression, parse

SEEDS, SIDES = 3, {1: 1001, 2: 33}
NAMES: Final = {"tanh": ("tanh", torch.tanh), "sigmoid": ("logistic", torch.sigmoid)}


def main() -> None:
    """Train the missing rows, one width after the other, and append each to the file."""
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    torch.set_num_threads(1)
    first, last = (int(sys.argv[k]) if len(sys.argv) > k else end for k, end in ((1, 0), (2, len(TARGETS))))
    known = read_peers() if PEERS.exists() else {}
    if not known:
        names = ", ".join(f"{name} {version(name)}" for name in ("scikit-learn", "torch", "numpy"))
        PEERS.write_text(
            f"# {names}, best of {SEEDS} seeds\ntarget,activation,width,L-BFGS,Adam\n", encoding="utf-8"
        )
    for turn in range(2 * len(WIDTHS)):
        for k, (text, domain) in enumerate(TARGETS[first:last]):
            width, activation = WIDTHS[(k + turn // 2) % len(WIDTHS)], list(NAMES)[(k + turn) % 2]
            if (text, activation, width) not in known:
                _train_row(text, domain, width, activation)


def _train_row(text: str, domain: Any, width: int, activation: str) -> None:
    """Train both peers for one row and append the row to the file."""
    f, x = parse(text, ("x", "y")[: np.atleast_2d(domain).shape[0]]), test_points(domain)
    errors = [f"{by(f, domain, width, activation, x):.3e}" for by in (by_lbfgs, by_adam)]
    with PEERS.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow([text, activation, width, *errors])


def by_lbfgs(f: Expression, domain: Any, width: int, activation: str, x: np.ndarray) -> float:
    """Return the smallest error of three networks that scikit-learn trains by L-BFGS."""

    def trained(u: np.ndarray, r: np.ndarray) -> list[Network]:
        models = [
            MLPRegressor(
                hidden_layer_sizes=(width,),
                activation=NAMES[activation][0],
                solver="lbfgs",
                alpha=0,
                max_iter=3000,
                max_fun=10**6,
                tol=1e-12,
                random_state=seed,
            ).fit(u, r)
            for seed in range(SEEDS)
        ]
        return [model.predict for model in models]

    return smallest_error(f, domain, x, trained)


def by_adam(f: Expression, domain: Any, width: int, activation: str, x: np.ndarray) -> float:
    """Return the smallest error of three networks that torch trains by 3000 epochs of Adam.

    All three have their steps at the same time. Adam changes each number by its own gradients alone, so each network
    is what it is if it is trained alone.
    """

    def trained(u: np.ndarray, r: np.ndarray) -> list[Network]:
        w, b, v, c = (torch.stack(parts).requires_grad_() for parts in zip(*map(start, range(SEEDS))))
        phi, inputs, targets = NAMES[activation][1], torch.tensor(u), torch.tensor(r)[:, None]
        optimizer = torch.optim.Adam([w, b, v, c], lr=0.01)

        def outputs(x: torch.Tensor) -> torch.Tensor:
            return phi(x @ w + b) @ v + c

        for _ in range(3000):
            optimizer.zero_grad()
            (outputs(inputs) - targets).square().mean(dim=(1, 2)).sum().backward()
            optimizer.step()
        return [partial(output_of, outputs, seed) for seed in range(SEEDS)]

    def start(seed: int) -> tuple[torch.Tensor, ...]:
        torch.manual_seed(seed)
        hidden, output = torch.nn.Linear(1 if x.ndim == 1 else 2, width), torch.nn.Linear(width, 1)
        layers = hidden.weight.T, hidden.bias[None], output.weight.T, output.bias[None]
        return tuple(one.detach().double() for one in layers)

    return smallest_error(f, domain, x, trained)


def output_of(outputs: Callable[[torch.Tensor], torch.Tensor], seed: int, x: np.ndarray) -> np.ndarray:
    """Return the outputs of one of the networks that are trained together."""
    return np.asarray(outputs(torch.tensor(x)).detach().numpy()[seed, :, 0])


def smallest_error(
    f: Expression,
    domain: Any,
    x: np.ndarray,
    trained: Callable[[np.ndarray, np.ndarray], list[Network]],
) -> float:
    """Return the smallest error of the networks that ``trained`` returns for scaled points."""
    points = grid(domain, SIDES[1 if x.ndim == 1 else 2])
    y = f(points)
    points, all_points = points.reshape(len(points), -1), x.reshape(len(x), -1)
    middle, spread, mean, size = points.mean(axis=0), points.std(axis=0), y.mean(), y.std()
    networks, u = trained((points - middle) / spread, (y - mean) / size), (all_points - middle) / spread
    return min(float(np.abs(f(x) - mean - size * network(u)).max()) for network in networks)


if __name__ == "__main__":
    main()
