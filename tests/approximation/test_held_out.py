"""Functions that nothing was tuned on: kinks, layers, high frequencies, roots, growth, peaks, pieces, gaps.

Each run proves a seeded selection; ``benchmarks/reach.py`` goes through all of them.
"""

import csv
import random
from pathlib import Path

import numpy as np

from nnviz._types import Array
from nnviz.approximation import best_relu, reach
from nnviz.expressions import Expression, parse
from tests.cases import each
from tests.narrowing import present

FILE = Path(__file__).parents[1] / "fixtures" / "held_out.tsv"
ROWS = list(
    csv.DictReader(FILE.read_text(encoding="utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
)
KINDS = sorted({row["kind"] for row in ROWS} - {"hard"})


def chosen(seed: int, each: int) -> list[tuple[str, float, float, float]]:
    """So many of every kind but the hardest, with an ε for each, relative to the range of f."""
    rng = random.Random(seed)
    some = [row for kind in KINDS for row in rng.sample([row for row in ROWS if row["kind"] == kind], each)]
    return [
        (row["formula"], float(row["low"]), float(row["high"]), 10 ** -rng.choice([2.0, 3.0, 3.5]))
        for row in some
    ]


def read(text: str, low: float, high: float) -> tuple[Expression, Array, float]:
    f = parse(text)
    x = np.union1d(np.linspace(low, high, 20_011), np.random.default_rng(0).uniform(low, high, 20_000))
    return f, x, float(np.ptp(f(x))) or 1.0


def test_there_are_enough_of_them() -> None:
    assert len(ROWS) >= 100
    assert len({row["formula"] for row in ROWS}) >= 100


@each(("text", "low", "high", "share"), chosen(1, 3))
def test_a_network_is_built_proved_and_hardly_wider_than_it_must_be(
    text: str, low: float, high: float, share: float
) -> None:
    f, x, size = read(text, low, high)
    epsilon = share * size
    found = reach(f, (low, high), epsilon, seconds=60)
    assert found.certificate.status == "proved"
    error = float(np.abs(f(x) - found.network(x)).max())
    assert error <= present(found.certificate.bound) + (found.certificate.rounding or 0.0)
    assert present(found.certificate.bound) < epsilon
    assert present(found.lower_bound) <= found.network.width <= 1.05 * present(found.lower_bound) + 2


@each(("text", "low", "high", "share"), chosen(2, 1))
def test_as_few_units_as_that_do_it_by_width_too(text: str, low: float, high: float, share: float) -> None:
    """`best_relu` with the width that `reach` took is about as near."""
    f, x, size = read(text, low, high)
    width = reach(f, (low, high), share * size, seconds=60).network.width
    found = best_relu(f, (low, high), width)
    assert found.network.width <= width
    assert float(np.abs(f(x) - found.network(x)).max()) <= 1.05 * share * size
