"""Compare the errors of smooth networks of the same width: nnviz, scikit-learn's L-BFGS and torch's Adam.

Run with ``python -m benchmarks.smooth_networks [activation [first [last]]]``, first and last for some of the targets;
exit code 1 if nnviz has a larger error in a row. Each error is max |f − N| at 20 001 points, or at 201 × 201 points of
a box. Targets of two inputs have fewer widths. L-BFGS (scikit-learn) and Adam (torch, float64) have 1001
points, or 33 × 33, inputs and outputs of mean 0 and variance 1, and three seeds, of which the best counts.
"""

import os
import sys
import warnings
from collections.abc import Callable
from time import process_time
from typing import Any, Final

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

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
WIDTHS: Final = {1: (4, 8, 16, 32, 64), 2: (4, 8, 16, 32)}
SEEDS, SIDES, SECONDS = 3, {1: 1001, 2: 33}, {1: 0.5, 2: 3.0}
NAMES: Final = {"tanh": ("tanh", torch.nn.Tanh), "sigmoid": ("logistic", torch.nn.Sigmoid)}

Network = Callable[[np.ndarray], np.ndarray]


def main() -> int:
    """Print the table; 1 if nnviz has a larger error in a row."""
    activation = sys.argv[1] if len(sys.argv) > 1 else "tanh"
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    torch.set_num_threads(1)
    first, last = (int(sys.argv[k]) if len(sys.argv) > k else end for k, end in ((2, 0), (3, len(TARGETS))))
    worse = rows = 0
    print("| target | N | nnviz | s of CPU | L-BFGS | Adam | nnviz has |\n|---|---|---|---|---|---|---|")
    for text, domain in TARGETS[first:last]:
        inputs = np.atleast_2d(domain).shape[0]
        f, x = parse(text, ("x", "y")[:inputs]), grid(domain, {1: 20_001, 2: 201}[inputs])
        for width in WIDTHS[inputs]:
            began = process_time()
            network = approximate(f, domain, width, activation, SECONDS[inputs]).network
            seconds = process_time() - began
            ours = largest(f, network, x)
            peers = [peer(f, domain, width, activation, x) for peer in (by_lbfgs, by_adam)]
            worse, rows = worse + (ours > min(peers)), rows + 1
            verdict = "a larger error" if ours > min(peers) else "the smallest error"
            errors = " | ".join(f"{error:.1e}" for error in peers)
            print(
                f"| {text[:40]} | {width} | {ours:.1e} | {seconds:.2f} | {errors} | {verdict} |", flush=True
            )
    print(f"\nA larger error in {worse} of {rows} rows (bar: 0).")
    return int(worse > 0)


def grid(domain: Any, count: int) -> np.ndarray:
    """Return evenly spaced points of an interval, (m,), or of a box with ``count`` along each side, (m, 2)."""
    sides = [np.linspace(low, high, count) for low, high in np.atleast_2d(domain).tolist()]
    return sides[0] if len(sides) == 1 else np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)


def largest(f: Expression, network: Network, x: np.ndarray) -> float:
    """Return max |f − network| at the points."""
    return float(np.abs(f(x) - network(x)).max())


def by_lbfgs(f: Expression, domain: Any, width: int, activation: str, x: np.ndarray) -> float:
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
        ).fit(u, r)
        return lambda v: np.asarray(model.predict(v))

    return best_of_seeds(f, domain, x, trained)


def by_adam(f: Expression, domain: Any, width: int, activation: str, x: np.ndarray) -> float:
    """Return the smallest error of three networks that torch trains by 3000 epochs of Adam."""

    def trained(u: np.ndarray, r: np.ndarray, seed: int) -> Network:
        torch.manual_seed(seed)
        net = torch.nn.Sequential(
            torch.nn.Linear(u.shape[1], width), NAMES[activation][1](), torch.nn.Linear(width, 1)
        )
        net.double()
        inputs, targets = torch.tensor(u), torch.tensor(r)[:, None]
        optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
        for _ in range(3000):
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(net(inputs), targets).backward()
            optimizer.step()
        return lambda v: np.asarray(net(torch.tensor(v)).detach().numpy()[:, 0])

    return best_of_seeds(f, domain, x, trained)


def best_of_seeds(
    f: Expression,
    domain: Any,
    x: np.ndarray,
    trained: Callable[[np.ndarray, np.ndarray, int], Network],
) -> float:
    """Return the smallest error of the networks that ``trained`` returns for scaled points and three seeds."""
    points = grid(domain, SIDES[1 if x.ndim == 1 else 2])
    y = f(points)
    points, all_points = points.reshape(len(points), -1), x.reshape(len(x), -1)
    middle, spread, mean, size = points.mean(axis=0), points.std(axis=0), y.mean(), y.std()
    errors = []
    for seed in range(SEEDS):
        network = trained((points - middle) / spread, (y - mean) / size, seed)
        errors.append(float(np.abs(f(x) - mean - size * network((all_points - middle) / spread)).max()))
    return min(errors)


if __name__ == "__main__":
    sys.exit(main())
