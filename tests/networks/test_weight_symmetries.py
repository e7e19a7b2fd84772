"""Compare the claims about edits with measurements on random networks. Nothing here knows why a claim holds."""

from math import factorial, inf

import numpy as np
import pytest

from nnviz.networks import ACTIVATIONS, ShallowNetwork, weight_symmetries
from nnviz.networks.weight_symmetries import (
    OPERATIONS,
    Reason,
    Unit,
    apply_edits,
    count_equivalent_settings,
    from_units,
    parse_edit,
    units_of,
)
from tests.cases import each

K = (-2.0, 2.0)
ARGUMENTS = {"unit": "2", "pair": "1 3", "unit and factor": "2 1.7", "numbers": "0.4 -0.3 0.8"}


def network(activation: str, seed: int) -> ShallowNetwork:
    rng = np.random.default_rng(seed)
    w, b, v = rng.uniform(0.4, 1.6, (3, 3)) * rng.choice([-1, 1], (3, 3))
    return ShallowNetwork(activation, w, b, v, 0.3)


def line(name: str) -> str:
    return f"{name} {ARGUMENTS[OPERATIONS[name].arguments]}"


@each("activation", ACTIVATIONS)
@each("name", OPERATIONS)
def test_a_claim_agrees_with_the_measurement(name: str, activation: str) -> None:
    """A claim means the same function up to rounding. Without a claim, a random network shows a change."""
    edits = [apply_edits(network(activation, seed), line(name), K).edits[0] for seed in range(12)]
    scopes = {edit.claim.scope for edit in edits}
    if scopes == {"everywhere"}:
        assert all(edit.is_same for edit in edits)
    else:
        assert not any(edit.is_same for edit in edits if edit.claim.scope == "not predicted")
        assert all(edit.is_same for edit in edits if edit.claim.scope == "on K")


def test_a_reflected_step_differs_at_its_jump_only() -> None:
    net = from_units("step", [Unit(2, 1, 1)], 0)
    edit = apply_edits(net, "reflect 1", K).edits[0]
    assert (edit.claim.scope, edit.change) == ("almost everywhere", 1)
    x = np.linspace(-2, 2, 100)
    np.testing.assert_array_equal(edit.network(x), net(x))


@each("activation", ACTIVATIONS)
@each("name", OPERATIONS)
def test_a_claim_for_every_x_holds_far_outside_of_k(name: str, activation: str) -> None:
    net = network(activation, 5)
    edit = apply_edits(net, line(name), K).edits[0]
    if edit.claim.scope == "everywhere":
        x = np.linspace(-50, 50, 999)
        np.testing.assert_allclose(edit.network(x), net(x), rtol=1e-10, atol=1e-10)


def test_every_activation_that_is_odd_or_even_is_listed_as_such() -> None:
    z = np.random.default_rng(0).normal(size=99)
    for name, activation in ACTIVATIONS.items():
        value, mirrored = activation.value(z.copy()), activation.value(-z)
        assert np.allclose(mirrored, -value) == (name in weight_symmetries.ODD), name
        assert np.allclose(mirrored, value) == (name in weight_symmetries.EVEN), name
        assert np.allclose(mirrored, 1 - value) == (name in (*weight_symmetries.COMPLEMENTARY, "step")), name
        assert np.allclose(activation.value(3 * z), 3 * value) == (name in weight_symmetries.HOMOGENEOUS), (
            name
        )
        assert np.allclose(activation.value(z + 2 * np.pi), value) == (name in weight_symmetries.PERIODIC), (
            name
        )
        assert np.all(activation.value(-np.abs(z)) == 0) == (
            name in (*weight_symmetries.ZERO_FOR_NEGATIVE, "step")
        ), name


def test_an_inactive_relu_can_be_deleted_on_k_only() -> None:
    net = from_units("relu", [Unit(1, 1, 1), Unit(1, -2.5, 3)], 0)
    edit = apply_edits(net, "delete 2", K).edits[0]
    assert (edit.claim.scope, edit.change, edit.is_same) == ("on K", 0, True)
    assert edit.network([3.0]) != net([3.0])
    assert apply_edits(net, "delete 2", (-2, 3)).edits[0].claim.scope == "not predicted"


@each("activation", ACTIVATIONS)
def test_equal_units_are_merged_and_a_constant_is_absorbed(activation: str) -> None:
    net = from_units(activation, [Unit(1, 0.5, 1), Unit(0, 0.7, 2), Unit(1, 0.5, -3)], 0.1)
    edits = apply_edits(net, "merge 1 3; absorb 2", K).edits
    assert [edit.claim.scope for edit in edits] == ["everywhere"] * 2
    assert all(edit.is_same for edit in edits)
    assert units_of(edits[-1].network) == [Unit(1, 0.5, -2)]


def test_operations_by_hand() -> None:
    net = from_units("tanh", [Unit(1, 2, 3), Unit(4, 5, 6)], 7)
    lines = [
        "swap 1 2",
        "flip 1",
        "mirror 2",
        "reflect 1",
        "rescale 1 2",
        "split 2",
        "delete 1",
        "add 8 9 10",
    ]
    after = {text: apply_edits(net, text, K).edits[0].network for text in lines}
    rows = {text: [tuple(unit) for unit in units_of(one)] for text, one in after.items()}
    assert rows["swap 1 2"] == [(4, 5, 6), (1, 2, 3)]
    assert rows["flip 1"] == [(-1, -2, -3), (4, 5, 6)]
    assert rows["mirror 2"] == [(1, 2, 3), (-4, -5, 6)]
    assert rows["reflect 1"] == rows["flip 1"]
    assert after["reflect 1"].output_bias == 10
    assert rows["rescale 1 2"] == [(2, 4, 1.5), (4, 5, 6)]
    assert rows["split 2"] == [(1, 2, 3), (4, 5, 3), (4, 5, 3)]
    assert rows["delete 1"] == [(4, 5, 6)]
    assert rows["add 8 9 10"] == [(1, 2, 3), (4, 5, 6), (8, 9, 10)]


def test_changes_are_measured_for_each_edit_and_in_total() -> None:
    net = from_units("linear", [Unit(1, 0, 1)], 0)
    edits = apply_edits(net, "add 1 0 1\nadd 1 0 -1;", K).edits
    assert [(edit.change, edit.total) for edit in edits] == [(2, 2), (2, 0)]
    assert not edits[1].is_same


def test_the_center_of_a_unit() -> None:
    assert Unit(2, -1, 1).center == 0.5
    assert np.isnan(Unit(0, 1, 1).center)


def test_equivalent_settings_are_counted() -> None:
    assert count_equivalent_settings("tanh", 3) == 2**3 * factorial(3)
    assert count_equivalent_settings("gelu", 3) == factorial(3)
    assert (
        count_equivalent_settings("relu", 1)
        == count_equivalent_settings("cube", 2)
        == count_equivalent_settings("sine", 1)
        == count_equivalent_settings("step", 1)
        == inf
    )
    assert count_equivalent_settings("relu", 0) == count_equivalent_settings("sine", 0) == 1


@each(
    ("lines", "words"),
    [
        ("explode 1", "must be one of swap, flip, .*, got 'explode'"),
        ("flip", "`flip` must be followed by 1 number, got 0"),
        ("flip one", "`flip` must be followed by whole numbers, got 'one'"),
        ("flip 4", "`unit` must be between 1 and 3, got 4"),
        ("flip 0", "`unit` must be between 1 and 3, got 0"),
        ("rescale 1 0", "`factor` must be above 0 and finite, got 0"),
        ("rescale 1 nan", "`factor` must be above 0 and finite, got nan"),
        ("merge 2 2", "two different units, got 2 2"),
        ("add 1 inf 1", "`hidden_"),
        (";".join(["split 1"] * 10), "at most 12, got 13"),
        ("rescale 1 1e308; rescale 1 1e308", "`hidden_"),
    ],
)
def test_an_edit_that_is_impossible_raises_an_error_that_says_why(lines: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        apply_edits(network("tanh", 0), lines, K)


def test_an_overflow_is_not_the_same_function() -> None:
    edit = apply_edits(from_units("cube", [Unit(1e200, 0, 1)], 0), "add 1e200 0 1", K).edits[0]
    assert not edit.is_same


def test_a_line_is_parsed() -> None:
    operation, arguments = parse_edit(" rescale 2  1.5 ")
    assert (operation.name, arguments) == ("rescale", (2, 1.5))


@each(
    ("activation", "units", "text", "reason"),
    [
        ("tanh", [Unit(1, 1, 1)], "flip 1", Reason.HOLDS),
        ("relu", [Unit(1, 1, 1)], "flip 1", Reason.FAILS),
        ("relu", [Unit(1, 1, 0)], "flip 1", Reason.ZERO_OUTPUT_WEIGHT),
        ("step", [Unit(1, 1, 0)], "reflect 1", Reason.ZERO_OUTPUT_WEIGHT),
        ("step", [Unit(1, 1, 1)], "reflect 1", Reason.ONLY_AT_JUMP),
        ("tanh", [Unit(1, 1, 1)], "rescale 1 1", Reason.FACTOR_ONE),
        ("tanh", [Unit(1, 1, 1), Unit(1, 1, 2)], "merge 1 2", Reason.EQUAL_UNITS),
        ("tanh", [Unit(1, 1, 0), Unit(2, 1, 2)], "merge 1 2", Reason.FAILS),
        ("tanh", [Unit(0, 1, 1)], "absorb 1", Reason.CONSTANT_UNIT),
        ("relu", [Unit(1, -3, 1)], "delete 1", Reason.INACTIVE_UNIT),
        ("tanh", [Unit(1, -3, 1)], "add 1 2 0", Reason.ZERO_NEW_UNIT),
    ],
)
def test_the_reason_of_a_claim(activation: str, units: list[Unit], text: str, reason: Reason) -> None:
    edit = apply_edits(from_units(activation, units, 0), text, K).edits[0]
    assert edit.claim.reason == reason
    assert edit.is_same == (edit.claim.scope != "not predicted") or reason == Reason.ONLY_AT_JUMP


def test_a_network_without_units_says_so() -> None:
    with pytest.raises(ValueError, match=r"The network has no units\. Add a unit first\."):
        apply_edits(from_units("tanh", [], 0), "delete 1", K)
