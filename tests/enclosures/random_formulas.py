"""Hold enclosures of random formulas on random cells against Arb.

As a script, ``python -m tests.enclosures.random_formulas SECONDS [SEED]``, it repeats the random check that long.
"""

import random
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from flint import arb

from nnviz._types import Array, Bounds
from nnviz.enclosures import Enclosure, Interval, enclose
from nnviz.enclosures.removable_singularities import enclose_open
from nnviz.expressions import Expression
from nnviz.expressions.nodes import Call, Constant, Node, Number, Variable, write
from nnviz.expressions.vocabulary import CONSTANTS, FUNCTIONS
from tests.enclosures.arb_oracle import CannotTellError, truth, with_precision

NAMES = sorted(FUNCTIONS)


def random_node(rng: random.Random, depth: int) -> Node:
    if depth == 0 or rng.random() < 0.15:
        leaves: list[Node] = [Variable("x"), Variable("x"), Variable("x"), random_number(rng)]
        leaves.append(Constant(rng.choice(list(CONSTANTS))))
        return rng.choice(leaves)
    name = rng.choice(["+", "-", "*", "/", "^"]) if rng.random() < 0.35 else rng.choice(NAMES)
    arguments = [random_node(rng, depth - 1) for _ in range(FUNCTIONS[name].arity)]
    if name == "^" and rng.random() < 0.7:
        arguments[1] = Number(rng.choice([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 0.5, 1.5, 2.5, 10.0]))
        if rng.random() < 0.2:
            arguments[1] = Call("neg", (arguments[1],))
    return Call(name, tuple(arguments))


def random_number(rng: random.Random) -> Number:
    return Number(float(rng.choice([0, 1, 2, 3, 5, 10, 0.5, 0.1, 0.25, 7.3, 1e-3, 100])))


def random_expression(rng: random.Random) -> Expression:
    node = random_node(rng, rng.choice([1, 2, 2, 3, 3, 4]))
    return Expression(write(node), ("x",), node)


def random_cell(rng: random.Random) -> Bounds:
    """A cell of any size, now and then with an end at a round number."""
    low = rng.choice(
        [rng.uniform(-3, 3), rng.uniform(-0.1, 0.1), rng.uniform(-60, 60), float(rng.randint(-4, 4))]
    )
    width = 10 ** rng.uniform(-7, 0.7)
    if rng.random() < 0.2:
        return low - width, low
    return low, low + (width if rng.random() < 0.9 else float(2 ** rng.randint(-8, 1)))


def points_in(rng: random.Random, low: float, high: float, n: int) -> list[float]:
    inner = [min(max(low + (high - low) * rng.random(), low), high) for _ in range(n)]
    return [low, high, *inner]


Violation = tuple[Any, ...]


"""What is wrong, the formula, its cell, and where."""


Found = tuple[list[Violation], int]


"""The violations, and the number of values compared."""


def escapes(ball: arb, interval: Interval, k: int) -> bool:
    """Whether the ball lies outside of the k-th interval for certain."""
    low, high = interval.lo[k], interval.hi[k]
    return ball < arb(float(low)) or ball > arb(float(high))


def points_inside(rng: random.Random, low: float, high: float, n: int) -> list[float]:
    """Points of the open cell, some of them next to its ends."""
    near = [np.nextafter(low, high), np.nextafter(high, low)]
    share = [10 ** rng.uniform(-9, 0) for _ in range(n)]
    found = near + [low + (high - low) * s for s in share] + [high - (high - low) * s for s in share]
    return [float(x) for x in found if low < x < high]


def violations(
    f: Expression,
    cells: list[Bounds],
    rng: random.Random,
    points: int = 3,
    enclosing: Callable[[Expression, Array, Array], Enclosure] = enclose,
    choose: Callable[[random.Random, float, float, int], list[float]] = points_in,
) -> Found:
    """Every way in which an enclosure of f over the cells is wrong, and the number of values compared."""
    low, high = (np.array(ends) for ends in zip(*cells))
    enclosed = enclosing(f, low, high)
    wrong: list[Violation] = []
    compared = 0
    for k, (a, b) in enumerate(cells):
        if not enclosed.defined[k]:
            continue
        seen = []
        for x in choose(rng, a, b, points):
            try:
                value, first, second = truth(f, x)
            except (
                CannotTellError,
                ValueError,
                OverflowError,
            ):  # also: a denominator that is a ball around 0
                continue
            if not value.is_finite():
                if value.is_nan():
                    wrong.append(("undefined", f.text, a, b, x))
                continue
            compared += 1
            if escapes(value, enclosed.value, k):
                wrong.append(("value", f.text, a, b, x))
            if first.is_finite() and escapes(first, enclosed.first, k):
                wrong.append(("first", f.text, a, b, x))
            if second.is_finite() and escapes(second, enclosed.second, k):
                wrong.append(("second", f.text, a, b, x))
            seen.append((x, value, first))
        for (x, fx, dx), (y, fy, dy) in pairwise(seen):
            if x != y and escapes((fx - fy) / (arb(x) - arb(y)), enclosed.first, k):
                wrong.append(("quotient of f", f.text, a, b, x, y))
            if (
                x != y
                and dx.is_finite()
                and dy.is_finite()
                and escapes((dx - dy) / (arb(x) - arb(y)), enclosed.second, k)
            ):
                wrong.append(("quotient of f′", f.text, a, b, x, y))
    return wrong, compared


SEAMS = [
    (0.0, 0.1),
    (-0.1, 0.0),
    (0.0, 1.0),
    (-1.0, 0.0),
    (1.0, 1.5),
    (0.5, 1.0),
    (0.7, 0.8),
    (2.0, 3.0),
    (-1e-6, 0.0),
]


def open_check(seed: int, expressions: int) -> Found:
    """The same for open cells, many of which end where formulas change or have gaps."""
    rng = random.Random(seed)
    wrong: list[Violation] = []
    compared = 0
    for _ in range(expressions):
        f = random_expression(rng)
        cells = SEAMS + [random_cell(rng) for _ in range(3)]
        found, values = violations(f, cells, rng, 2, enclose_open, points_inside)
        wrong += found
        compared += values
    return wrong, compared


def random_check(seed: int, expressions: int, cells: int = 12) -> Found:
    rng = random.Random(seed)
    wrong: list[Violation] = []
    compared = 0
    for _ in range(expressions):
        f = random_expression(rng)
        found, values = violations(f, [random_cell(rng) for _ in range(cells)], rng)
        wrong += found
        compared += values
    return wrong, compared


def main(seconds: float, seed: int) -> None:
    with_precision()
    start, expressions, compared = time.monotonic(), 0, 0
    while time.monotonic() - start < seconds:
        wrong, values = random_check(seed + expressions, 20)
        open_wrong, more = open_check(seed + expressions, 20)
        for one in wrong + open_wrong:
            print(one)
        expressions += 20
        values += more
        compared += values
    print(f"{expressions} expressions, {compared} points compared")


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
