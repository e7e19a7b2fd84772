"""Attack the proofs with random questions: exact rational numbers and Arb say what is true.

``python -m tests.approximation.test_attacks SECONDS SEED`` tries as many as the time allows and counts what was wrong.
"""

import math
import random
import sys
import time
from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx

from nnviz._types import Bounds
from nnviz.approximation import approximate, certify, error_bounds
from nnviz.expressions import Expression, parse
from nnviz.expressions.nodes import Call, Node, Number, Variable, write
from nnviz.networks import ShallowNetwork
from tests.cases import each
from tests.enclosures.arb_oracle import CannotTellError, truth
from tests.enclosures.random_formulas import random_expression

Wrong = list[tuple[Any, ...]]
SLACK = 1 - 1e-3
SECONDS = 0.1

# --- exact rational functions ---


EXACT: dict[str, Any] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "neg": lambda a: -a,
    "abs": abs,
    "sign": lambda a: Fraction((a > 0) - (a < 0)),
    "step": lambda a: Fraction(a >= 0),
    "floor": lambda a: Fraction(math.floor(a)),
    "ceil": lambda a: Fraction(math.ceil(a)),
    "trunc": lambda a: Fraction(math.trunc(a)),
    "round": lambda a: Fraction(round(a)),
    "min": min,
    "max": max,
    "mod": lambda a, b: a - b * math.floor(a / b),
    "<": lambda a, b: Fraction(a < b),
    ">=": lambda a, b: Fraction(a >= b),
    "==": lambda a, b: Fraction(a == b),
    "relu": lambda a: max(a, Fraction(0)),
}
JUMPING = ("sign", "step", "floor", "ceil", "trunc", "round")
ARITY = {name: 1 if name in (*JUMPING, "neg", "abs", "relu") else 2 for name in EXACT}


def exact(node: Node, x: Fraction) -> Fraction:
    """f(x); ZeroDivisionError where it is not defined."""
    match node:
        case Number(number):
            return Fraction(number)
        case Variable():
            return x
        case Call("where", (condition, a, b)):
            return exact(a if exact(condition, x) else b, x)
        case Call("^", (a, Number(n))):
            return exact(a, x) ** int(n)
        case Call(name, arguments):
            return Fraction(EXACT[name](*[exact(argument, x) for argument in arguments]))
    raise AssertionError(node)


def exact_output(network: ShallowNetwork, x: Fraction) -> Fraction:
    """N(x) of a network of relu units."""
    total = Fraction(network.output_bias)
    for w, b, v in zip(network.hidden_weights[:, 0], network.hidden_biases, network.output_weights):
        total += Fraction(float(v)) * max(Fraction(float(w)) * x + Fraction(float(b)), Fraction(0))
    return total


def rational_node(rng: random.Random, depth: int) -> Node:
    """A random tree of rational operations and jumps, often around a quotient that has no value at a root."""
    if depth == 0 or rng.random() < 0.1:
        number = Number(float(rng.choice([0, 1, 2, 3, 5, 0.5, 0.25, 7, 30])))
        return number if rng.random() < 0.4 else Variable("x")
    kind = rng.random()
    if kind < 0.35:
        return Call(rng.choice(JUMPING), (rational_node(rng, depth - 1),))
    if kind < 0.5:
        square = Call("^", (rational_node(rng, depth - 1), Number(2.0)))
        return Call(
            "/", (rational_node(rng, depth - 1), Call("-", (square, Number(rng.choice([1.0, 2.0, 0.25])))))
        )
    if kind < 0.6:
        return Call("where", tuple(rational_node(rng, depth - 1) for _ in range(3)))
    name = rng.choice(list(EXACT))
    return Call(name, tuple(rational_node(rng, depth - 1) for _ in range(ARITY[name])))


def rational_points(rng: random.Random, low: float, high: float) -> list[Fraction]:
    """The ends, simple fractions, floats next to them, and random points of an interval."""
    simple = {
        Fraction(p, q) for q in range(1, 9) for p in range(math.ceil(low * q), math.floor(high * q) + 1)
    }
    near = {Fraction(math.nextafter(float(x), side)) for x in simple for side in (-math.inf, math.inf)}
    anywhere = {Fraction(rng.uniform(low, high)) for _ in range(100)}
    every = simple | near | anywhere | {Fraction(low), Fraction(high)}
    return [x for x in every if Fraction(low) <= x <= Fraction(high)]


def attack_exactly(rng: random.Random, seen: Counter[str]) -> Wrong:
    """Every wrong answer about one random rational function and network."""
    node = rational_node(rng, rng.choice([2, 3, 3, 4]))
    f = Expression(write(node), ("x",), node)
    low = rng.choice([-2.0, -1.0, 0.0, rng.uniform(-2, 1)])
    interval = (low, low + rng.choice([1.0, 2.0, rng.uniform(0.1, 3)]))
    units = rng.randint(0, 3)
    w, b, v = (np.array([rng.choice([-1.0, 1.0, rng.gauss(0, 2)]) for _ in range(units)]) for _ in range(3))
    network = ShallowNetwork("relu", w.reshape(-1, 1), b, v, float(rng.choice([0, 1, 500])))
    worst, undefined = Fraction(0), False
    for x in rational_points(rng, *interval):
        try:
            worst = max(worst, abs(exact(node, x) - exact_output(network, x)))
        except ZeroDivisionError:
            undefined = True
    return _judge(network, f, interval, float(min(worst, Fraction(10**15))), undefined, seen)


def _judge(
    network: ShallowNetwork,
    f: Expression,
    interval: Bounds,
    worst: float,
    undefined: bool,
    seen: Counter[str],
) -> Wrong:
    """Every wrong answer, where the error is at least ``worst`` somewhere, and f may be ``undefined`` somewhere."""
    wrong: Wrong = []
    epsilon = 1e12 if undefined else worst * SLACK
    if 1e-9 < epsilon < 1e13:
        proof = certify(network, f, interval, epsilon, SECONDS)
        seen[f"certify: {proof.status}"] += 1
        if proof.status == "proved":
            wrong.append(("proved", f.text, interval, epsilon, network))
    bounds = error_bounds(network, f, interval, seconds=SECONDS)
    seen[
        "bounds: " + ("complete" if bounds.complete else "finite" if bounds.high < math.inf else "none")
    ] += 1
    if bounds.high < (math.inf if undefined else worst * (1 - 1e-12)):
        wrong.append(("too low", f.text, interval, worst, undefined, bounds, network))
    if bounds.complete and bounds.high < math.inf:
        proof = certify(network, f, interval, bounds.high * 1.001 + 1e-300, SECONDS)
        seen[f"certify above: {proof.status}"] += 1
        if proof.status == "refuted":
            wrong.append(("refuted", f.text, interval, bounds, network))
    return wrong


# --- functions of the whole vocabulary, with Arb ---


def attack_with_arb(rng: random.Random, seen: Counter[str]) -> Wrong:
    """Every wrong answer about one random formula and the best network of a few units."""
    f = random_expression(rng)
    low = rng.choice([-2.0, -1.0, 0.0, 0.5, rng.uniform(-2, 2)])
    interval = (low, low + rng.choice([0.5, 1.0, 2.0]))
    activation = rng.choice(["relu", "leaky_relu", "tanh", "gaussian", "sine", "softplus"])
    try:
        network = approximate(f, interval, rng.choice([2, 4, 7]), activation, seconds=0.02).network
    except ValueError:
        network = ShallowNetwork("relu", np.ones((1, 1)), [-low], [rng.gauss(0, 1)], rng.gauss(0, 1))
    grid = np.linspace(*interval, 2001)
    error = np.abs(f(grid) - network(grid))
    missing = np.flatnonzero(~np.isfinite(error))
    best = np.argsort(-np.nan_to_num(error, nan=-1.0, posinf=-1.0))[:3]
    worst, undefined = 0.0, False
    noise = 1e-9 * (np.abs(network.output_weights).sum() + abs(network.output_bias) + 1)
    for k in [*best, *missing[:3], 0, 2000]:
        try:
            value = truth(f, float(grid[k]))[0]
        except (CannotTellError, ValueError, OverflowError):
            continue
        if value.is_nan():
            undefined = undefined or bool(np.isnan(f(grid[k])))
        elif value.is_finite():
            worst = max(worst, float(abs(value - arb(float(network(grid[k : k + 1])[0]))).lower()) - noise)
    return _judge(network, f, interval, worst, undefined, seen)


def attack(seed: int, questions: int, seen: Counter[str]) -> Wrong:
    """Every wrong answer to so many questions of each kind."""
    rng = random.Random(seed)
    wrong: Wrong = []
    with np.errstate(all="ignore"):
        for _ in range(questions):
            wrong += attack_exactly(rng, seen) + attack_with_arb(rng, seen)
    return wrong


@pytest.fixture(autouse=True)
def _precision() -> None:
    ctx.prec = 240


@each("seed", range(3))
def test_no_attack_succeeds(seed: int) -> None:
    seen: Counter[str] = Counter()
    assert attack(seed, 3, seen) == []
    assert seen["bounds: complete"] > 0


@each(
    ("text", "interval"),
    [
        ("sign(1/(x^2 - 2))", (1.0, 2.0)),
        ("floor(log((x^2 - 2)^2))*0", (1.0, 2.0)),
        ("where(1/(x^3 - 3) > 0, 1, 1)", (1.0, 2.0)),
        ("round(atan(1/sin(x)))*0", (3.0, 3.3)),
        ("step(x - 1/(x - 1))*0", (0.0, 2.0)),
        ("mod(1, x^2 - 2)*0", (1.0, 2.0)),
        ("0^(x^2 - 2)", (1.0, 2.0)),
    ],
)
def test_levels_of_undefined_arguments_have_no_bound(text: str, interval: Bounds) -> None:
    constant = ShallowNetwork("relu", np.zeros((0, 1)), [], [], 0.0)
    assert error_bounds(constant, parse(text), interval, seconds=1).high == math.inf


def main(seconds: float, seed: int) -> None:
    """Attack for so many seconds and print the counts."""
    ctx.prec = 240
    start, seen, questions = time.monotonic(), Counter[str](), 0
    while time.monotonic() - start < seconds:
        for one in attack(seed + questions, 5, seen):
            print(one, flush=True)
        questions += 10
    print(f"{questions} questions: {dict(seen)}")


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
