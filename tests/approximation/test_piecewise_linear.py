"""Paths with the fewest pieces, against linear programming: is there a function with so many pieces at all?"""

from collections.abc import Callable
from itertools import combinations, pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from nnviz._types import Array
from nnviz.approximation.piecewise_linear import Line, Sample, Tube, attempt, fewest_pieces, links
from tests.cases import each


def tube(seed: int, n: int, epsilon: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = np.cumsum(rng.uniform(0.2, 1.0, n))
    y = rng.normal(size=n)
    return x, y - epsilon * rng.uniform(0.5, 1, n), y + epsilon * rng.uniform(0.5, 1, n)


def lines_exist(x: Array, low: Array, high: Array, cells: tuple[int, ...]) -> bool:
    """Whether a continuous path exists whose corners are one in each of these cells, by linear programming.

    For corners in given cells the constraints are not linear in the corner, but a corner in the cell [a, b] between
    two lines L, M means: L − M changes sign there, which is linear for each of the two signs.
    """
    bounds = [0, *(cell + 1 for cell in cells), len(x)]
    for signs in np.ndindex(*[2] * len(cells)):
        rows: list[Array] = []
        limits: list[float] = []

        def require(
            coefficients: list[tuple[int, float, float]],
            limit: float,
            rows: list[Array] = rows,
            limits: list[float] = limits,
        ) -> None:
            row = np.zeros(2 * (len(cells) + 1))
            for piece, slope, intercept in coefficients:
                row[2 * piece : 2 * piece + 2] += (slope, intercept)
            rows.append(row)
            limits.append(limit)

        for piece, (start, stop) in enumerate(pairwise(bounds)):
            for i in range(start, stop):
                require([(piece, x[i], 1)], high[i])
                require([(piece, -x[i], -1)], -low[i])
        for piece, (cell, sign) in enumerate(zip(cells, signs)):
            s = 1 if sign else -1
            require([(piece, s * x[cell], s), (piece + 1, -s * x[cell], -s)], 0)
            require([(piece, -s * x[cell + 1], -s), (piece + 1, s * x[cell + 1], s)], 0)
        found = linprog(np.zeros(len(rows[0])), np.array(rows), limits, bounds=(None, None))
        if found.status == 0:
            return True
    return False


def fewest_by_linear_programming(x: Array, low: Array, high: Array) -> int:
    """The fewest pieces through gates at x: corners anywhere, what happens between the samples is free."""
    for corners in range(len(x)):
        if any(lines_exist(x, low, high, cells) for cells in combinations(range(len(x) - 1), corners)):
            return corners + 1
    raise AssertionError("interpolation is always possible")


class Gates(Tube):
    """Gates at the samples and nothing in between: a line leaves at the sample that it misses."""

    def crossing(self, line: Line) -> Sample:
        return self.x[line.i], self.low[line.i], self.high[line.i]


@each("seed", range(8))
def test_no_function_through_the_gates_has_fewer_pieces(seed: int) -> None:
    x, low, high = tube(seed, 7, epsilon=0.5)
    assert len(list(links(Gates(x, low, high)))) == fewest_by_linear_programming(x, low, high)


@each("seed", range(2))
def test_nor_where_the_gates_bend_one_way_up_or_down(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = np.cumsum(rng.uniform(0.5, 1, 9))
    bent, epsilon = (-1) ** seed * x**2, rng.uniform(0.4, 0.7)
    found = len(list(links(Gates(x, bent - epsilon, bent + epsilon))))
    assert found == fewest_by_linear_programming(x, bent - epsilon, bent + epsilon) == 3


@each("seed", range(6))
def test_no_path_through_the_tube_has_fewer_pieces(seed: int) -> None:
    """With many gates along the walls, the gates are the tube; a path may lose one piece to what they leave open."""
    x, low, high = tube(seed, 5, epsilon=0.5)
    along = np.unique(np.concatenate([x, np.linspace(x[0], x[-1], 8)]))
    walls = np.interp(along, x, low), np.interp(along, x, high)
    least = fewest_by_linear_programming(along, *walls)
    assert least <= fewest_pieces(x, low, high).pieces <= least + 1
    assert fewest_pieces(along, *walls).pieces == fewest_pieces(x, low, high).pieces


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 60), st.floats(0.01, 3))
def test_the_path_stays_in_the_tube_between_the_samples_too(seed: int, n: int, epsilon: float) -> None:
    x, low, high = tube(seed, n, epsilon)
    path = fewest_pieces(x, low, high)
    everywhere = np.union1d(x, path.x)
    y = path(everywhere)
    assert (y >= np.interp(everywhere, x, low) - 1e-9).all()
    assert (y <= np.interp(everywhere, x, high) + 1e-9).all()
    assert path.x[0] == x[0]
    assert path.x[-1] == x[-1]
    assert (np.diff(path.x) > 0).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 50), st.floats(0.05, 2))
def test_upside_down_and_backwards_the_path_has_as_many_pieces(seed: int, n: int, epsilon: float) -> None:
    x, low, high = tube(seed, n, epsilon)
    pieces = fewest_pieces(x, low, high).pieces
    assert fewest_pieces(x, -high, -low).pieces == pieces
    assert fewest_pieces(-x[::-1], low[::-1], high[::-1]).pieces == pieces


def test_a_wider_tube_never_needs_more() -> None:
    x = np.linspace(0, 1, 300)
    y = np.cumsum(np.random.default_rng(1).normal(size=300)) / 10
    counts = [fewest_pieces(x, y - e, y + e).pieces for e in np.geomspace(1e-3, 3, 40)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 1


@each(
    ("y", "pieces"),
    [
        (lambda x: np.abs(x), 2),
        (lambda x: 2 * x - 1, 1),
        (lambda x: 0 * x, 1),
        (lambda x: np.abs(np.abs(x) - 0.5), 4),
    ],
)
def test_piecewise_linear_functions_take_their_own_pieces(y: Callable[..., Any], pieces: int) -> None:
    x = np.linspace(-1, 1, 201)
    for epsilon in (1e-2, 1e-6, 1e-12):
        path = fewest_pieces(x, y(x) - epsilon, y(x) + epsilon)
        assert path.pieces == pieces
        np.testing.assert_allclose(path(x), y(x), atol=1.001 * epsilon)


def test_a_parabola_takes_the_pieces_of_chebyshev() -> None:
    """x² on [0, 1] with S pieces: each of width 1/S, error f″/(16 S²) = 1/(8 S²)."""
    denser = np.linspace(0, 1, 4001) ** 2
    for pieces, x, sign in product((1, 2, 5, 16), (denser, 1 - denser[::-1]), (1, -1)):
        y, exact = sign * x**2, 1 / (8 * pieces**2)
        assert fewest_pieces(x, y - 1.001 * exact, y + 1.001 * exact).pieces == pieces
        assert fewest_pieces(x, y - 0.999 * exact, y + 0.999 * exact).pieces == pieces + 1


def test_an_attempt_says_how_far_it_came() -> None:
    x = np.linspace(0, 1, 1001)
    low, high = x**2 - 1.01 / 800, x**2 + 1.01 / 800
    assert attempt(x, low, high, 10).path is not None
    half = attempt(x, low, high, 5)
    assert half.path is None
    assert half.reached == pytest.approx(0.5, abs=0.01)


def test_time_grows_in_proportion_to_the_samples() -> None:
    """Counted in list look-ups of the samples, so that the clock plays no part."""

    class Counted(list[float]):
        looked = 0

        def __getitem__(self, i: Any) -> Any:  # a number or a slice
            Counted.looked += 1
            return super().__getitem__(i)

    def looks(n: int) -> int:
        x = np.linspace(0, 1, n)
        y = np.sin(40 * x)
        walls = Tube(x, y - 1e-3, y + 1e-3)
        walls.x, Counted.looked = Counted(walls.x), 0
        list(links(walls))
        return Counted.looked

    assert looks(20_000) < 12 * looks(2_000)
