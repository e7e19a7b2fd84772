"""Make networks whose errors are to be certified."""

import numpy as np

from nnviz.expressions import Expression
from nnviz.networks import ACTIVATIONS, ShallowNetwork

K = (-1.0, 1.0)
X = np.linspace(*K, 8001)
FAMILIES = [name for name, one in ACTIVATIONS.items() if one.derivative_bounds is not None]
ROOF = ShallowNetwork("relu", [1.0, -1.0], [0.0, 0.0], [1.0, 1.0], 0.0)


def random_network(activation: str, width: int, seed: int, scale: float = 3.0) -> ShallowNetwork:
    rng = np.random.default_rng(seed)
    w, b, v = rng.normal(size=(3, width)) * np.array([[scale], [scale], [10.0]])
    w[rng.random(width) < 0.1] = 0.0
    return ShallowNetwork(activation, w, b, v, rng.normal())


def solved(activation: str, f: Expression, width: int) -> ShallowNetwork:
    """A smooth network with fixed hidden units and the output layer by least squares."""
    w = np.full(width, 0.12 * width * (1 if activation in ("gaussian", "sine") else 1.5))
    if activation == "sine":
        w = np.arange(1, width + 1) * 1.3
    units = ShallowNetwork(activation, w, -w * np.linspace(-1.1, 1.1, width), np.ones(width), 0.0)
    design = np.column_stack([units.terms(X[::8]), np.ones(X[::8].size)])
    solution = np.linalg.lstsq(design, f(X[::8]), rcond=1e-9)[0]
    return ShallowNetwork(activation, w, units.hidden_biases, solution[:-1], solution[-1])


def measured(network: ShallowNetwork, f: Expression) -> float:
    return float(np.max(np.abs(f(X) - network(X))))
