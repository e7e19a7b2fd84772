"""What the ledger promises against what is measured, on random networks; nothing here knows why a promise holds."""

from math import factorial, inf

import numpy as np
import pytest

from nnviz.networks import ACTIVATIONS, ShallowNetwork, ledger
from nnviz.networks.ledger import OPERATIONS, Unit, copies, from_units, keep, read, units_of

K = (-2.0, 2.0)
ARGUMENTS = {"unit": "2", "pair": "1 3", "unit and factor": "2 1.7", "numbers": "0.4 -0.3 0.8"}


def network(activation: str, seed: int) -> ShallowNetwork:
    rng = np.random.default_rng(seed)
    return ShallowNetwork(activation, *rng.uniform(0.4, 1.6, (3, 3)) * rng.choice([-1, 1], (3, 3)), 0.3)


def line(name: str) -> str:
    return f"{name} {ARGUMENTS[OPERATIONS[name].takes]}"


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("name", OPERATIONS)
def test_a_promise_is_what_is_measured(name, activation):
    """Promised: the same to rounding for every network. Not promised: a random network shows why."""
    entries = [keep(network(activation, seed), line(name), K)[0] for seed in range(12)]
    promised = {entry.claim.where for entry in entries}
    if promised == {"everywhere"}:
        assert all(entry.same for entry in entries)
    else:
        assert not any(entry.same for entry in entries if entry.claim.where == "nowhere promised")
        assert all(entry.same for entry in entries if entry.claim.where == "on K")


def test_a_reflected_step_differs_at_its_jump_only():
    net = from_units("step", [Unit(2, 1, 1)], 0)
    entry = keep(net, "reflect 1", K)[0]
    assert (entry.claim.where, entry.change) == ("almost everywhere", 1)
    x = np.linspace(-2, 2, 100)
    np.testing.assert_array_equal(entry.network(x), net(x))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_promised_everywhere_holds_far_outside_too(name, activation):
    net = network(activation, 5)
    entry = keep(net, line(name), K)[0]
    if entry.claim.where == "everywhere":
        x = np.linspace(-50, 50, 999)
        np.testing.assert_allclose(entry.network(x), net(x), rtol=1e-10, atol=1e-10)


def test_every_activation_that_is_odd_or_even_is_listed_as_such():
    z = np.random.default_rng(0).normal(size=99)
    for name, activation in ACTIVATIONS.items():
        value, mirrored = activation.value(z.copy()), activation.value(-z)
        assert np.allclose(mirrored, -value) == (name in ledger.ODD), name
        assert np.allclose(mirrored, value) == (name in ledger.EVEN), name
        assert np.allclose(mirrored, 1 - value) == (name in (*ledger.COMPLEMENTED, "step")), name
        assert np.allclose(activation.value(3 * z), 3 * value) == (name in ledger.HOMOGENEOUS), name
        assert np.allclose(activation.value(z + 2 * np.pi), value) == (name in ledger.PERIODIC), name
        assert np.all(activation.value(-np.abs(z)) == 0) == (name in (*ledger.SILENT, "step")), name


def test_a_dead_relu_can_go_on_k_but_not_outside():
    net = from_units("relu", [Unit(1, 1, 1), Unit(1, -2.5, 3)], 0)
    entry = keep(net, "delete 2", K)[0]
    assert (entry.claim.where, entry.change, entry.same) == ("on K", 0, True)
    assert entry.network([3.0]) != net([3.0])
    assert keep(net, "delete 2", (-2, 3))[0].claim.where == "nowhere promised"


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_equal_units_are_merged_and_a_constant_is_folded(activation):
    net = from_units(activation, [Unit(1, 0.5, 1), Unit(0, 0.7, 2), Unit(1, 0.5, -3)], 0.1)
    entries = keep(net, "merge 1 3; fold 2", K)
    assert [entry.claim.where for entry in entries] == ["everywhere"] * 2
    assert all(entry.same for entry in entries)
    assert units_of(entries[-1].network) == [Unit(1, 0.5, -2)]


def test_operations_by_hand():
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
    after = {text: keep(net, text, K)[0].network for text in lines}
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


def test_changes_are_measured_step_by_step_and_drift_from_the_start():
    net = from_units("linear", [Unit(1, 0, 1)], 0)
    entries = keep(net, "add 1 0 1\nadd 1 0 -1;", K)
    assert [(entry.change, entry.drift) for entry in entries] == [(2, 2), (2, 0)]
    assert not entries[1].same


def test_units_where_they_stand():
    assert Unit(2, -1, 1).centre == 0.5
    assert np.isnan(Unit(0, 1, 1).centre)


def test_how_many_weights_make_one_function():
    assert copies("tanh", 3) == 2**3 * factorial(3)
    assert copies("gelu", 3) == factorial(3)
    assert copies("relu", 1) == copies("cube", 2) == copies("sine", 1) == copies("step", 1) == inf
    assert copies("relu", 0) == copies("sine", 0) == 1


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("explode 1", "unknown operation 'explode'; legal: swap, flip"),
        ("flip", "flip takes 1 number; this line has 0"),
        ("flip one", "flip takes numbers; this line has one"),
        ("flip 4", "there is no unit 4; legal is 1 to 3"),
        ("flip 0", "there is no unit 0"),
        ("rescale 1 0", "the factor is 0; legal is a number above 0"),
        ("rescale 1 nan", "the factor is nan"),
        ("merge 2 2", "unit 2 cannot be merged with itself"),
        ("add 1 inf 1", "must be finite numbers"),
        (";".join(["split 1"] * 10), "room for 12 units"),
        ("rescale 1 1e308; rescale 1 1e308", "must be finite numbers"),
    ],
)
def test_lines_that_cannot_be_done_are_refused_in_words(lines, words):
    with pytest.raises(ValueError, match=words):
        keep(network("tanh", 0), lines, K)


def test_numbers_too_large_are_no_promise_kept():
    entry = keep(from_units("cube", [Unit(1e200, 0, 1)], 0), "add 1e200 0 1", K)[0]
    assert not entry.same


def test_a_line_is_read():
    operation, arguments = read(" rescale 2  1.5 ")
    assert (operation.name, arguments) == ("rescale", (2, 1.5))
