"""The bound that no ReLU network beats, against networks, rational arithmetic and damaged proofs."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz._types import Bounds
from nnviz.approximation.lower_bound import ProofLines, _turn, proof_lines, proved_lines, units_needed
from nnviz.approximation.piecewise_linear import fewest_pieces
from nnviz.approximation.sampling import spread
from nnviz.expressions import parse
from nnviz.networks import ShallowNetwork
from nnviz.targets import TARGETS, Target, through
from tests.cases import each

CONTINUOUS = [t for t in TARGETS.values() if t.name not in {"step", "staircase", "sawtooth", "wiggle"}]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 25), st.floats(1e-4, 0.5))
def test_a_network_is_never_told_that_it_needs_more_units_than_it_has(
    seed: int, width: int, epsilon: float
) -> None:
    """The target is a network of N units itself, so N units reach any ε; the bound is at most N."""
    rng = np.random.default_rng(seed)
    network = ShallowNetwork(
        "relu", rng.normal(size=width), rng.normal(size=width), rng.normal(size=width), 0.0
    )
    knots = np.unique(np.concatenate([[-2.0, 2.0], network.kinks(-2.0, 2.0)]))
    f = through(knots, network(knots))
    x = np.union1d(knots, np.linspace(-2, 2, 200))
    assert units_needed(f, epsilon, x) <= width


def test_it_is_near_the_asymptote_with_few_samples() -> None:
    """(∫√|f″|) / (4√ε) units (de Boor 1978): the gates between samples are where the lines leave, all proved."""
    f, epsilon = parse("sin(2πx)"), 1e-5
    x = spread(f, (-1.0, 1.0), epsilon, each=12).x
    lines = proof_lines(f, x, epsilon)
    assert proved_lines(f, epsilon, lines).all()
    mean = 0.7627597  # of √|sin|
    assert len(lines.x) == pytest.approx(4 * np.pi * mean / (4 * epsilon**0.5), rel=3e-3)


@each("target", CONTINUOUS, ids=lambda target: target.name)
@each("epsilon", [1e-2, 1e-4])
def test_it_is_near_the_units_that_are_enough(target: Target[Bounds], epsilon: float) -> None:
    f = parse(target.text)
    x = spread(f, target.interval, epsilon).x
    y = f(x)
    pieces = fewest_pieces(x, y - epsilon, y + epsilon).pieces
    assert units_needed(f, epsilon, x) <= pieces <= 1.03 * units_needed(f, epsilon, x) + 2


def test_every_line_of_the_chain_is_proved() -> None:
    f = parse("e^-x sin(10x)")
    lines = proof_lines(f, spread(f, (-1, 1), 1e-4).x, 1e-4)
    assert len(lines.p) > 350
    assert proved_lines(f, 1e-4, lines).all()


@each("damage", ["p", "q", "x", "side"])
def test_a_damaged_line_is_not_counted(damage: str) -> None:
    f = parse("sin(2πx)")
    lines = proof_lines(f, spread(f, (-1, 1), 1e-3).x, 1e-3)
    column = getattr(lines, damage).copy()
    column[20] = (
        -column[20] if damage == "side" else {"p": lines.q[20], "q": lines.x[20], "x": lines.q[20]}[damage]
    )
    assert not proved_lines(f, 1e-3, lines._replace(**{damage: column}))[20]


def test_a_chain_for_a_smaller_epsilon_proves_nothing_for_a_larger_one() -> None:
    f = parse("sin(2πx)")
    lines = proof_lines(f, spread(f, (-1, 1), 1e-3).x, 1e-3)
    assert not proved_lines(f, 1.1e-3, lines).any()


def test_a_line_counts_once() -> None:
    """Fact 2: each line twice proves no more than each line once."""
    f = parse("sin(2πx)")
    lines = proof_lines(f, spread(f, (-1, 1), 1e-3).x, 1e-3)
    twice = ProofLines(*(np.repeat(column, 2) for column in lines))
    assert proved_lines(f, 1e-3, twice).sum() <= len(lines.p)


def test_a_line_that_leans_on_one_that_is_not_proved_does_not_count() -> None:
    f = parse("sin(2πx)")
    lines = proof_lines(f, spread(f, (-1, 1), 1e-3).x, 1e-3)
    k = int(np.flatnonzero(lines.p[1:] < lines.x[:-1])[0])
    earlier = lines.x.copy()
    earlier[k] = 0.5 * (lines.p[k + 1] + lines.x[k])  # a gate that line k passes
    damaged = lines._replace(x=earlier)
    counted = proved_lines(f, 1e-3, damaged)
    assert not counted[k]
    assert not counted[k + 1]


def test_a_line_that_starts_above_the_line_before_does_not_count() -> None:
    """Fact 3, by hand: at x = 2 the gate is far above the line through those at 0 and 1, which misses 3."""
    f = through([0.0, 1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 5.0, -5.0, 0.0])
    above = ProofLines(
        np.array([1.0, -1.0]), np.array([0.0, 2.0]), np.array([1.0, 3.0]), np.array([3.0, 4.0])
    )
    assert proved_lines(f, 0.1, above).tolist() == [True, False]
    g = through([0.0, 1.0, 2.0, 3.0, 4.0], [0.0, 0.0, -5.0, -15.0, 0.0])
    assert proved_lines(g, 0.1, above).tolist() == [True, True]


def test_exact_sign_of_a_turn() -> None:
    """Against rational arithmetic, on triples that are on one line up to the last bit."""
    rng = np.random.default_rng(0)
    a, b, t = rng.normal(size=(2, 500)), rng.normal(size=(2, 500)), rng.uniform(1, 2, 500)
    c = a + t * (b - a)
    c[1] += rng.integers(-1, 2, 500) * np.spacing(c[1])
    exact = []
    for ax, ay, bx, by, cx, cy in zip(*a, *b, *c):
        ax, ay, bx, by, cx, cy = map(Fraction, (ax, ay, bx, by, cx, cy))
        turn = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        exact.append((turn > 0) - (turn < 0))
    np.testing.assert_array_equal(_turn(*a, *b, *c), exact)
    assert {-1, 1} <= set(exact)


def test_nothing_is_claimed_where_f_is_undefined() -> None:
    one = np.ones(1)
    assert np.isnan(_turn(0 * one, np.inf * one, one, one, 2 * one, one)).all()


def test_constants_and_lines() -> None:
    x = np.linspace(-1, 1, 50)
    assert units_needed(parse("3"), 1e-3, x) == 0
    assert units_needed(parse("x"), 1e-3, x) == 1
    assert units_needed(parse("x"), 1.5, x) == 0
    assert units_needed(parse("|x|"), 1e-3, x) == 1


def test_when_the_time_is_up_what_is_proved_by_then_counts() -> None:
    f, x = parse("sin(9x)"), np.linspace(-1, 1, 2001)
    assert units_needed(f, 1e-3, x, deadline=0.0) == 1
    assert units_needed(f, 1e-3, x) > 20
