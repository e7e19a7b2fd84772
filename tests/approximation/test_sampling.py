"""Samples where f bends: how many, where, and that they show f as it is."""

import numpy as np
import pytest

from nnviz.approximation.sampling import SETTINGS, TooManyPieces, large_errors, spread
from nnviz.expressions import parse
from nnviz.targets import through
from tests.cases import each


@each(
    ("text", "integral"),
    [("x^2", 2**1.5), ("exp(x)", 2 * (np.e**0.5 - np.e**-0.5)), ("sin(2πx)", 4 * np.pi * 0.76276)],
)
def test_the_pieces_are_foreseen(text: str, integral: float) -> None:
    """∫√|f″| dx / (4√ε) pieces on [−1, 1]."""
    for epsilon in (1e-3, 1e-5):
        assert spread(parse(text), (-1, 1), epsilon).pieces == pytest.approx(
            integral / 4 / epsilon**0.5, rel=0.01
        )


@each("text", ["sin(30x)", "√|x|", "exp(-2000(x - 0.3)^2)", "where(x == 0, 0, x^2 sin(1/x))"])
def test_between_samples_f_is_nearly_straight(text: str) -> None:
    f, epsilon = parse(text), 1e-3
    grid = spread(f, (-1, 1), epsilon, [0.0])
    fine = np.linspace(-1, 1, 200_001)
    assert np.abs(np.interp(fine, grid.x, f(grid.x)) - f(fine)).max() < epsilon / 3
    assert np.median(np.abs(np.interp(fine, grid.x, f(grid.x)) - f(fine))) < epsilon / 64
    assert grid.x[0] == -1
    assert grid.x[-1] == 1


def test_samples_are_not_many_more_than_asked_for() -> None:
    grid = spread(parse("sin(2πx)"), (-1, 1), 1e-4, surplus=1000)
    assert len(grid.x) <= SETTINGS.samples_per_piece * grid.pieces + 1000 + 300


def test_points_that_must_be_there_are() -> None:
    at = [0.1234567, -0.7]
    assert np.isin(at, spread(parse("x^2"), (-1, 1), 1e-2, at).x).all()


def test_what_bends_too_often_is_refused_at_once() -> None:
    with pytest.raises(TooManyPieces, match="bends so often"):
        spread(parse("sin(x)"), (0, 1e12), 1e-3)
    with pytest.raises(TooManyPieces) as found:
        spread(parse("sin(2πx)"), (-1, 1), 1e-9)
    assert found.value.pieces < 1.01 * np.pi * 0.76276 / 1e-9**0.5
    assert len(spread(parse("sin(3000x)"), (-1, 1), 1e-1).x) < SETTINGS.max_samples


def test_straight_lines_between_points_are_not_refined() -> None:
    f = through(np.linspace(-1, 1, 2001), np.random.default_rng(0).normal(size=2001))
    assert len(spread(f, (-1, 1), 1e-13, f.knots).x) < 2001 + 300


def test_what_was_missed_is_found() -> None:
    f, x = parse("|x - 0.31|"), np.linspace(-1, 1, 21)
    found = large_errors(f, lambda t: np.interp(t, x, f(x)), x, 1e-3)
    assert found.size
    assert ((found > 0.299) & (found < 0.401)).all()
    assert large_errors(f, f, x, 0.0).size == 0
