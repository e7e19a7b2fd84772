"""Certificates in numbers: true claims proved and how fast, false claims never. ``python benchmarks/certificate.py``.

A claim is about a network from ``approximate``; its error is measured on a dense grid. True claims have ε 10 % above
the measured error, false ones 3 % below it, or a damaged parameter, or a spike 1e-5 wide between the grid's points.
"""

import sys
import time

import numpy as np

from nnviz.approximation import approximate, certify
from nnviz.functions import Expression, parse
from nnviz.networks import ShallowNetwork

K = (-1.0, 1.0)
X = np.linspace(*K, 100_001)
FORMULAS = (
    "sin(2pi*x)",
    "exp(-x)*sin(10x)",
    "1/(1+25x^2)",
    "abs(x)",
    "sqrt(abs(x))",
    "abs(sin(3x))",
    "tanh(20x)",
    "exp(-50x^2)",
    "cos(3x) + 0.3*sin(17x)",
    "x^3 - x",
    "log(1.1 + x)",
    "max(x, 0.3 - x^2)",
    "x*abs(x)",
    "atan(10x)",
    "where(x < 0.2, x, 0.4 - x)",
    "sqrt(1 - x^2)",
    "gelu(5x)",
    "sinc(4x)",
    "x^2*sin(12x)",
    "2^x + cbrt(x + 3)",
)


def claims(activation: str, widths: tuple[int, ...]) -> list[tuple[ShallowNetwork, Expression, float]]:
    """Networks, targets, and the greatest error seen."""
    found = []
    for formula in FORMULAS:
        f = parse(formula)
        for width in widths:
            network = approximate(f, K, width, activation).network
            found.append((network, f, float(np.abs(f(X) - network(X)).max())))
    return found


def true_claims(activation: str, known: list[tuple[ShallowNetwork, Expression, float]]) -> None:
    """How many of the claims with 10 % to spare are proved within 2 s, and the time it takes."""
    times, open_claims = [], []
    for network, f, error in known:
        start = time.perf_counter()
        found = certify(network, f, K, max(1.1 * error, 1e-12))
        times.append(time.perf_counter() - start)
        if found.status != "proved":
            open_claims.append(f"{f.text} width {network.width} error {error:.2g}: {found.reason}")
    ms = np.percentile(times, [50, 90, 100]) * 1e3
    proved = len(known) - len(open_claims)
    print(
        f"{activation:9} true: {proved}/{len(known)} proved; median {ms[0]:.1f}, 90 % {ms[1]:.1f}, most {ms[2]:.0f} ms"
    )
    for line in open_claims:
        print("   ", line)


def false_claims(activation: str, known: list[tuple[ShallowNetwork, Expression, float]]) -> int:
    """How many false claims are proved: below the error, damaged networks, spikes."""
    rng, counts = np.random.default_rng(0), {"refuted": 0, "undecided": 0, "proved": 0}
    for network, f, error in known:
        if error < 1e-9:
            continue
        false = [(network, f, 0.97 * error)]
        for _ in range(5):
            parameters = network.parameters
            k = rng.integers(parameters.size)
            parameters[k] += (abs(parameters[k]) + 1e-3) * rng.choice([-1, 1]) * 10 ** rng.uniform(-3, 0.5)
            worse = ShallowNetwork.from_parameters(activation, parameters)
            if np.abs(f(X) - worse(X)).max() > 1.1 * error * (1 + 1e-9):
                false.append((worse, f, 1.1 * error))
        at = rng.uniform(*K)
        spiked = f"{f.text} + {4 * error!r}*exp(-((x - ({at!r}))*100000)^2)"
        false.append((network, parse(spiked), 1.5 * error))
        for claim in false:
            counts[certify(*claim[:2], K, claim[2]).status] += 1
    print(f"{activation:9} false: {counts}")
    return counts["proved"]


def main() -> int:
    """All figures; the exit code is the number of false claims that were proved."""
    wrong = 0
    for activation in ("relu", "tanh", "sigmoid", "gelu", "softplus", "gaussian", "sine"):
        widths = (8, 32, 128, 512) if activation == "relu" else (8, 32, 64)
        known = claims(activation, widths)
        true_claims(activation, known)
        wrong += false_claims(activation, known)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
