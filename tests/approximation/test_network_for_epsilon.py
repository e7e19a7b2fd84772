"""ε in; network, proof and price out; or the reason why not."""

import sys
from collections.abc import Callable
from fractions import Fraction
from itertools import count
from typing import Any

import numpy as np
import pytest
from flint import arb

from nnviz._types import Array, Bounds
from nnviz.approximation.discontinuities import ObstacleKind
from nnviz.approximation.network_for_epsilon import SETTINGS, Unreachable, reach
from nnviz.approximation.piecewise_linear import Attempt, attempt
from nnviz.approximation.unit_counts import widths_needed
from nnviz.expressions import Expression, parse
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.targets import TARGETS, Target, through
from tests.cases import each
from tests.narrowing import present

JUMPS = {"step", "staircase", "sawtooth"}
DOMAIN = {"bump", "wiggle"}  # whether f is defined at a seam may be beyond the enclosures
TAME = [target for target in TARGETS.values() if target.name not in JUMPS | DOMAIN]


def sup_error(network: ShallowNetwork, f: Expression, interval: tuple[float, float]) -> float:
    x = np.linspace(*interval, 20_011)
    return float(np.abs(network(x) - f(x)).max())


@each("target", TAME, ids=lambda target: target.name)
@each("epsilon", [1e-2, 1e-3, 1e-4])
def test_targets_are_reached_proved_and_at_nearly_the_least_price(
    target: Target[Bounds], epsilon: float
) -> None:
    f = parse(target.text)
    found = reach(f, target.interval, epsilon)
    assert found.certificate.status == "proved"
    assert present(found.certificate.bound) < epsilon
    assert found.certificate.network is found.network
    assert sup_error(found.network, f, target.interval) < epsilon
    assert present(found.lower_bound) <= found.network.width <= 1.05 * present(found.lower_bound) + 2


@each("target", [t for t in TARGETS.values() if t.name in DOMAIN], ids=lambda target: target.name)
def test_seams_are_reached_if_not_proved(target: Target[Bounds]) -> None:
    f = parse(target.text)
    found = reach(f, target.interval, 1e-2)
    assert found.certificate.status != "refuted"
    assert sup_error(found.network, f, target.interval) < 1e-2
    assert present(found.lower_bound) <= found.network.width <= 1.05 * present(found.lower_bound) + 2


@each("target", [t for t in TARGETS.values() if t.name in JUMPS], ids=lambda target: target.name)
def test_jumps_are_refused_with_the_reason(target: Target[Bounds]) -> None:
    with pytest.raises(Unreachable, match=r"jumps by .* at x = .* Choose ε above") as refusal:
        reach(parse(target.text), target.interval, 1e-2)
    assert present(refusal.value.obstacle).kind is ObstacleKind.JUMP
    assert present(refusal.value.obstacle).size > 2e-2


def test_above_half_a_jump_it_is_possible() -> None:
    found = reach(parse("step(x)"), (-1.0, 1.0), 0.51)
    assert sup_error(found.network, parse("step(x)"), (-1.0, 1.0)) < 0.51


@each(
    ("text", "interval", "epsilon", "words"),
    [
        ("sin(x)", (-1.0, 1.0), 1e-300, "too small for numbers of 64 bits"),
        ("x^2", (0.0, 1e12), 1e-3, "too small for numbers of 64 bits"),
        ("sin(x)", (1.0, 1.0 + 1e-13), 1e-16, "K = .* holds fewer than"),
        ("sin(x)", (0.0, 1e12), 1e-3, r"an estimated 6e\+12 units or more.* at most 20000 units are built"),
        ("abs(mod(x, 2) - 1)", (-1e6, 1e6), 0.1, r"an estimated 2e\+06 units or more"),
        ("sin(2πx)", (-1.0, 1.0), 1e-9, "at most 20000 units are built"),
        ("1/x", (-1.0, 1.0), 1e-2, "unbounded near x = 0"),
        ("sqrt(x)", (-1.0, 1.0), 1e-2, "not defined from x = -1 to 0"),
    ],
)
def test_what_is_out_of_reach_is_refused_with_the_reason(
    text: str, interval: tuple[float, float], epsilon: float, words: str
) -> None:
    with pytest.raises(Unreachable, match=words):
        reach(parse(text), interval, epsilon)


@each("epsilon", [0.0, -1.0, np.nan, np.inf])
def test_epsilon_must_be_positive(epsilon: float) -> None:
    with pytest.raises(ValueError, match="`epsilon` must be above 0 and finite"):
        reach(parse("x"), (-1.0, 1.0), epsilon)


@each("activation", ["square", "linear", "step", "nonsense"])
def test_activations_that_cannot_are_refused(activation: str) -> None:
    with pytest.raises(ValueError, match=r"`activation` must be one of relu, .* got"):
        reach(parse("sin(x)"), (-1.0, 1.0), 1e-2, activation)


@each(("text", "units"), [("0.3", 0), ("0", 0), ("2x - 1", 1), ("|x|", 2), ("1e10x", 1)])
def test_simple_functions_take_few_units(text: str, units: int) -> None:
    found = reach(parse(text), (-1.0, 1.0), 1e-3)
    assert found.network.width == units
    assert found.certificate.status == "proved"


def test_two_variables_are_refused() -> None:
    with pytest.raises(ValueError, match="must be a function of one variable"):
        reach(parse("x y", ("x", "y")), (-1.0, 1.0), 1e-2)


def test_a_narrow_and_a_wide_interval() -> None:
    for text, interval, epsilon in [("sin(x)", (0.0, 1e-12), 1e-3), ("x^2", (0.0, 1e12), 1e18)]:
        assert reach(parse(text), interval, epsilon).certificate.status == "proved"


@each(
    ("text", "epsilon", "true"),
    [
        ("atan(x)", 1e-4, arb.atan),
        ("atan(x)", 0.03, arb.atan),
        ("1/(1 + x^2)", 1e-3, lambda x: 1 / (1 + x * x)),
    ],
)
def test_far_from_the_bend_rounding_leaves_no_slope(
    text: str, epsilon: float, true: Callable[..., Any]
) -> None:
    """The network in exact arithmetic, on a K where rounding a slope of 1 is worth 0.1."""
    network, certificate, _ = reach(parse(text), (-1e15, 1e15), epsilon)
    assert certificate.status == "proved"
    w, b, v = network.hidden_weights[:, 0], network.hidden_biases, network.output_weights
    units = [tuple(Fraction(float(part)) for part in unit) for unit in zip(w, b, v)]
    far = np.geomspace(1.0, 1e15, 16)
    for x in map(Fraction, np.concatenate([-far, far, b[::4]]).tolist()):
        value = Fraction(network.output_bias) + sum(v * max(w * x + b, Fraction(0)) for w, b, v in units)
        assert abs(float(value) - float(true(arb(float(x))))) < epsilon


def test_where_every_look_finds_more_there_is_an_answer_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def missed(_f: object, _path: object, x: Array, _epsilon: float) -> Array:
        k = np.argmax(np.diff(x))
        middle: Array = x[k : k + 2].mean(keepdims=True)
        return middle

    monkeypatch.setattr(sys.modules[reach.__module__], "_reliable_large_errors", missed)
    assert reach(parse("x^2"), (-1.0, 1.0), 1e-2).certificate.status == "proved"


def test_noisy_points() -> None:
    rng = np.random.default_rng(0)
    f = through(np.sort(rng.uniform(-1, 1, 2000)), rng.normal(size=2000))
    found = reach(f, (-1.0, 1.0), 0.5)
    assert found.certificate.status == "proved"
    assert present(found.lower_bound) <= found.network.width <= 1.05 * present(found.lower_bound) + 2


@each("activation", [a.name for a in ACTIVATIONS.values() if a.universal and a.name != "step"])
def test_other_activations_reach_it_too(activation: str) -> None:
    f = parse("sin(2x)")
    found = reach(f, (-1.0, 1.0), 1e-2, activation)
    assert found.network.activation == activation
    assert found.certificate.status == "proved"
    assert sup_error(found.network, f, (-1.0, 1.0)) < 1e-2
    assert (found.lower_bound is None) == (activation not in ("relu", "leaky_relu"))


def test_the_price_rises_as_epsilon_falls() -> None:
    epsilons = np.geomspace(1e-1, 1e-4, 7)
    price = widths_needed(parse("e^-x sin(10x)"), (-1.0, 1.0), epsilons)
    np.testing.assert_array_equal(price.epsilon, epsilons)
    assert (np.diff(price.lower) > 0).all()
    assert (np.diff(price.upper) > 0).all()
    assert (price.lower <= price.upper).all()
    assert (price.upper <= price.lower + 2).all()
    assert price.proved.all()
    slope = np.polyfit(np.log(epsilons[2:]), np.log(price.upper[2:]), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.02)


@each(("formula", "epsilon"), [("1/(1 + 25x^2)", 4e-4), ("sin(20x^2)", 6e-3)])
def test_a_price_is_within_one_unit_on_both_sides(formula: str, epsilon: float) -> None:
    """A first attempt for the first function has two units more than are proved necessary."""
    price = widths_needed(parse(formula), (-1.0, 1.0), [epsilon])
    assert price.proved.all()
    assert price.upper[0] <= price.lower[0] + 1


def test_a_price_without_time_for_a_proof_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    hurried = SETTINGS._replace(seconds_for_a_cost=1e-9)
    monkeypatch.setattr("nnviz.approximation.unit_counts.SETTINGS", hurried)
    price = widths_needed(parse("e^-x sin(10x)"), (-1.0, 1.0), [1e-4])
    assert not price.proved.any()
    assert price.lower[0] <= price.upper[0] <= price.lower[0] + 4


@each("looks", [0, 1, 3, 40])
def test_a_price_ends_in_time_with_what_was_found(looks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a limit there are five paths here, of 1575 to 1633 pieces; with 19 000 pieces they would take 5 s."""
    paths, clock = list[int](), count()

    def counted(*given: Any) -> Attempt:
        found = attempt(*given)
        paths.append(0 if found.path is None else found.path.pieces)
        return found

    monkeypatch.setattr("nnviz.approximation.network_for_epsilon.attempt", counted)
    monkeypatch.setattr("nnviz._clock.SECONDS", lambda: float(next(clock)))
    hurried = SETTINGS._replace(seconds_for_a_cost=1e-9, seconds_for_a_path=looks)
    monkeypatch.setattr("nnviz.approximation.unit_counts.SETTINGS", hurried)
    price = widths_needed(parse("abs(sin(100x))^0.1"), (-1.0, 1.0), [1e-2])
    assert len(paths) <= 1 + looks // 2
    assert price.lower[0] <= price.upper[0]
    assert price.upper[0] in paths or not any(paths)


def test_a_price_is_refused_as_reach_refuses_it() -> None:
    with pytest.raises(Unreachable, match="jumps by 1"):
        widths_needed(parse("step(x)"), (-1.0, 1.0), [1.0, 0.1])


@each(
    ("text", "interval"),
    [
        ("x^0.02", (0.0, 1.0)),
        ("sqrt(x^3 - x^4)", (0.0, 1.0)),
        ("x^sin(x)", (0.0, 1.0)),
        ("abs(round(x) - x)", (-1.2, 2.9)),
        ("abs(mod(x, 2) - 1)", (-3.7, 12.1)),
        ("where(x == 0, 0, exp(-1/x^2))", (-2.0, 2.0)),
    ],
)
def test_what_is_steep_or_jagged_or_flat_beyond_measure_is_proved_too(
    text: str, interval: tuple[float, float]
) -> None:
    found = reach(parse(text), interval, 1e-2)
    assert found.certificate.status == "proved"
    assert present(found.lower_bound) <= found.network.width <= 1.05 * present(found.lower_bound) + 2


def test_what_moves_too_much_between_two_floats_is_refused() -> None:
    with pytest.raises(Unreachable, match="From one of them to the next"):
        reach(parse("sin(x)"), (1e12, 1e12 + 10), 1e-4)


def test_rounding_of_f_is_fitted_by_no_kinks_and_said() -> None:
    """(1 − sin x/x)/x², which tends to 1/6 at 0 where its formula gives anything."""
    f, true = parse("where(x == 0, 1/6, (x - sin(x))/x^3)"), parse("(1 - sinc(x/pi))/x^2")
    found = reach(f, (-1.0, 1.0), 1e-4)
    assert found.network.width <= 10
    assert "loses its digits" in found.certificate.reason
    x = np.linspace(0.01, 1.0, 500)
    assert np.abs(found.network(x) - true(x)).max() < 1.0001e-4


@each("text", ["sin(2πx)", "|x|", "exp(x)", "5"])
@each("epsilon", [0.1, 1e-3])
def test_leaky_relus_are_the_relu_network_with_one_unit_more_at_most(text: str, epsilon: float) -> None:
    f, interval = parse(text), (-1.0, 1.0)
    found, relu = reach(f, interval, epsilon, "leaky_relu"), reach(f, interval, epsilon)
    assert found.certificate.status == "proved"
    assert found.network.activation == "leaky_relu"
    assert found.network.width <= relu.network.width + 1
    assert sup_error(found.network, f, interval) < epsilon
