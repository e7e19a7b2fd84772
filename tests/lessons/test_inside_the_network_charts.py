"""Compare the numbers that the browser computes with torch autograd. ``test_pictures`` tests the rest of the charts."""

import math
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import norm

from nnviz.lessons.inside_the_network.folding import chart as folding
from nnviz.lessons.inside_the_network.passes import chart as passes
from nnviz.lessons.inside_the_network.passes import formulas
from nnviz.lessons.inside_the_network.passes.chart import output_domain
from nnviz.lessons.inside_the_network.passes.view import START
from nnviz.lessons.inside_the_network.shared import worked
from nnviz.lessons.inside_the_network.shared.arithmetic import (
    CHANGE,
    Passes,
    arithmetic,
    arithmetic_of_change,
)
from nnviz.lessons.inside_the_network.symmetries import chart as symmetries
from nnviz.lessons.inside_the_network.symmetries import view as symmetries_view
from nnviz.lessons.inside_the_network.width_or_depth import chart as depth
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.networks.depth_comparison import folded_interval, sawtooth_points, sawtooth_sizes
from nnviz.networks.one_example import all_numbers, network_from_names, run_example
from nnviz.networks.weight_symmetries import apply_edits, parse_units
from nnviz.web.latex_format import tex
from tests.lessons.written_formulas import write_formulas
from tests.narrowing import present
from tests.networks.test_activations import TORCH

torch.set_num_threads(1)
X = np.linspace(-1, 1, 12)
NAMES = ["x", "y", "yhat", "eta", "c", *(f"{symbol}{j}" for j in (1, 2, 3) for symbol in "wbv")]
PASSES = Passes("tanh", dict.fromkeys(NAMES, 0.5), 3, "w1")
PICTURES = {
    "network": lambda: passes.draw_network(PASSES),
    "output": lambda: passes.draw_output(X, X**2, PASSES),
    "edit": lambda: symmetries.draw_edit(X, X**2, X, np.array([0.5, np.nan, 3.0]), (-1.0, 1.0)),
    "weights": lambda: symmetries.draw_weights(
        symmetries.Weights([(1.0, 2.0, -3.0)], 0.1, [(True, False, True)], False),
        symmetries.Weights([(-1.0, 2.0, 3.0), (1.0, 0.0, 0.5)], 0.1, [(True, False, True)] * 2, False),
    ),
    "sawtooth": lambda: folding.draw_sawtooth(sawtooth_points(3), sawtooth_points(2)),
    "fold": lambda: folding.draw_fold({k: folded_interval(k) for k in (1, 2, 3)}),
    "sizes": lambda: folding.draw_sizes([sawtooth_sizes(k) for k in (1, 2, 3)], 2),
    "functions": lambda: depth.draw_functions(X, X**2, {"1 × 4": X, "2 × 3": -X}, ["1 × 4", "2 × 3"]),
    "no functions": lambda: depth.draw_functions(X, X**2, {}, []),
    "errors": lambda: depth.draw_errors({"1 × 4": X**2}, ["1 × 4"], "root mean square error", log=True),
    "points": lambda: depth.draw_points(np.random.default_rng(1).normal(size=(5, 2)), np.arange(5) % 2, 2.0),
    "boundary": lambda: depth.draw_boundary(
        np.random.default_rng(2).uniform(size=(20, 20)),
        np.random.default_rng(1).normal(size=(5, 2)),
        np.arange(5) % 2,
        2.0,
    ),
}
VEGA = {
    "abs": abs, "max": max, "exp": math.exp, "log": math.log, "sin": math.sin, "cos": math.cos,
    "cumulativeNormal": norm.cdf, "densityNormal": norm.pdf,
}  # fmt: skip


TRAINABLE = [name for name, activation in ACTIVATIONS.items() if activation.trainable]


def in_the_browser(activation: str, given: dict[str, float], units: int) -> dict[str, float]:
    """Vega's expressions of this kind are Python's too."""
    datum = SimpleNamespace(**given)
    for name, expression in arithmetic(activation, units):
        setattr(datum, name, float(eval(expression, {**VEGA, "datum": datum})))
    return vars(datum)


def by_torch(activation: str, given: dict[str, float], units: int) -> dict[str, float]:
    symbols = {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in given.items()
    }
    z = {j: symbols[f"w{j}"] * symbols["x"] + symbols[f"b{j}"] for j in range(1, units + 1)}
    a = {j: TORCH[activation](z[j]) for j in z}
    yhat = symbols["c"] + sum(symbols[f"v{j}"] * a[j] for j in a)
    for inner in [*z.values(), yhat]:
        inner.retain_grad()
    loss = (yhat - symbols["y"]) ** 2
    loss.backward()
    learned = ["c", *(f"{symbol}{j}" for j in z for symbol in "wbv")]
    optimizer = torch.optim.SGD([symbols[name] for name in learned], lr=given["eta"])
    found = {f"d{name}": present(symbols[name].grad).item() for name in learned}
    found |= (
        {f"z{j}": z[j].item() for j in z}
        | {f"a{j}": a[j].item() for j in z}
        | {f"dz{j}": present(z[j].grad).item() for j in z}
    )
    found |= {f"s{j}": torch.autograd.grad(TORCH[activation](z[j]), z[j])[0].item() for j in z}
    optimizer.step()
    found |= {f"n{name}": symbols[name].item() for name in learned}
    z_after = {j: symbols[f"w{j}"] * symbols["x"] + symbols[f"b{j}"] for j in z}
    a_after = {j: TORCH[activation](z_after[j]) for j in z}
    yhat_after = symbols["c"] + sum(symbols[f"v{j}"] * a_after[j] for j in a)
    found |= {f"nz{j}": z_after[j].item() for j in z} | {f"na{j}": a_after[j].item() for j in a}
    found |= {"nyhat": yhat_after.item(), "after": ((yhat_after - symbols["y"]) ** 2).item()}
    return found | {"yhat": yhat.item(), "loss": loss.item(), "dy": present(yhat.grad).item()}


@pytest.mark.parametrize("units", [1, 3])
@pytest.mark.parametrize("activation", TRAINABLE)
def test_every_number_equals_torch_autograd(activation: str, units: int) -> None:
    rng = np.random.default_rng(units)
    for _ in range(5):
        given = {name: float(rng.normal()) for name in Passes(activation, {}, units).given} | {"eta": 0.1}
        found, wanted = in_the_browser(activation, given, units), by_torch(activation, given, units)
        assert set(found) == set(wanted) | set(given)
        for name, value in wanted.items():
            assert found[name] == pytest.approx(value, rel=1e-9, abs=1e-12), name


@pytest.mark.parametrize("name", ["w1", "b2", "v3", "c"])
def test_the_change_in_loss_equals_torch_autograd(name: str) -> None:
    rng = np.random.default_rng(7)
    given = {key: float(rng.normal()) for key in Passes("tanh", {}, 3).given} | {"eta": 0.1}
    datum = SimpleNamespace(**in_the_browser("tanh", given, 3))
    names = {"given": SimpleNamespace(varied=name), "datum": datum}
    *numbers, (_, predicted) = arithmetic_of_change("tanh", 3)
    for key, expression in numbers:
        source = re.sub(r"\((given\S+ == '\w+') \? (\S+) : 0\)", r"(\2 if \1 else 0)", expression)
        setattr(datum, key, float(eval(source, {**VEGA, **names})))
    here, moved = (by_torch("tanh", {**given, name: given[name] + by}, 3) for by in (0.0, CHANGE))
    assert datum.actual == pytest.approx(moved["loss"] - here["loss"], rel=1e-9, abs=1e-12)
    assert "{c: datum.dc, w1: datum.dw1, " in predicted
    assert predicted.startswith(f"{CHANGE} * {{")
    assert predicted.endswith("}[given.varied]")


def test_the_browser_knows_every_activation_that_can_be_trained() -> None:
    assert set(TRAINABLE) <= set(TORCH)


@pytest.mark.parametrize("yhat", [0.3, -2.4, 2.6, 40.0, -1000.0])
def test_the_output_plot_holds_the_example_and_the_output(yhat: float) -> None:
    x, y = output_domain(Passes("tanh", {"yhat": yhat, "y": 1.0}, 3))
    assert x == (-2.0, 2.0)
    assert y[0] == -y[1]
    assert y[1] / 2 < max(abs(yhat), 2.5) <= y[1]


@pytest.mark.parametrize("values", [[0, 1], [1e9, -1e12], [np.inf, np.nan, 3]])
def test_the_plot_of_an_edit_has_a_finite_height(values: list[float]) -> None:
    height = symmetries._half_height(np.array(values, float))
    assert 3 <= height <= 1e6


def test_on_the_way_back_the_lines_show_the_derivatives_of_torch() -> None:
    example = run_example(network_from_names("tanh", START), 0.5, -0.5, 0.1)
    given = {name: all_numbers(example)[name] for name in NAMES if name != "yhat"}
    wanted = by_torch("tanh", given, 3)
    edges = passes.draw_network(Passes("tanh", all_numbers(example), 3)).data["edges"]
    drawn = dict(zip(edges["what"], edges["derivative"], strict=True))
    assert set(drawn) == {"y", *(f"{symbol}{j}" for symbol in "wv" for j in (1, 2, 3))}
    for name, value in drawn.items():
        assert value == pytest.approx(wanted[f"d{name}"]), name


def test_each_mark_of_a_unit_names_it_so_that_it_can_be_pointed_at() -> None:
    drawn = passes.draw_network(PASSES).data
    known = {"w2": 2, "dw3": 3, "nb1": 1, "z2": 2, "yhat": 0, "dc": 0, "x": 0, "loss": 0, "after": 0}
    units = dict(zip(drawn["texts"]["what"], drawn["texts"]["unit"], strict=True))
    assert {name: units[name] for name in known} == known
    labels = dict(zip(drawn["texts"]["label"], drawn["texts"]["unit"], strict=True))
    assert (labels["∂L/∂z₂ = "], labels["a₃"], labels["ŷ"], labels["∂L/∂ŷ = "]) == (2, 3, 0, 0)
    assert list(drawn["edges"]["unit"]) == [
        int(what[1]) if what != "y" else 0 for what in drawn["edges"]["what"]
    ]
    assert list(passes.draw_output(X, X**2, PASSES).data["units"]["unit"]) == [1, 2, 3]


RULES: tuple[Callable[..., Any], ...] = (
    lambda w, x, b: w * x + b,
    np.tanh,
    lambda *terms: sum(terms),
    lambda yhat, y: (yhat - y) ** 2,
    lambda yhat, y: 2 * (yhat - y),
    lambda dy, a: dy * a,
    lambda dy, v, slope: dy * v * slope,
    lambda dz, x: dz * x,
    lambda w, eta, dw: w - eta * dw,
)


@pytest.mark.parametrize("unit", [1, 2, 3])
def test_each_phase_computes_its_result_with_the_numbers_that_are_shown(unit: int) -> None:
    """The results are those of torch, and those that a reader finds with the rounded numbers of the line."""
    numbers = all_numbers(run_example(network_from_names("tanh", START), 0.5, -0.5, 0.1))
    wanted = by_torch("tanh", {name: numbers[name] for name in NAMES if name != "yhat"}, 3)
    names = [f"z{unit}", f"a{unit}", "yhat", "loss", "dy", f"dv{unit}", f"dz{unit}", f"dw{unit}", f"nw{unit}"]

    def value(expression: str) -> float:
        source = expression.replace(worked._UNIT, f"'{unit}'")
        return float(eval(re.sub(r"now\.(\w+)", r"now['\1']", source), {"now": numbers}))

    parts, results = worked._operands(3)
    for rule, name, operands, result in zip(RULES, names, parts, results, strict=True):
        shown = [float(f"{value(one):.{worked._DIGITS}g}") for one in operands]
        assert value(result) == pytest.approx(wanted[name]), name
        assert f"{rule(*shown):.3g}" == f"{value(result):.3g}", name


def first_network() -> ShallowNetwork:
    return parse_units("tanh", symmetries_view.FIRST_UNITS, symmetries_view.FIRST_BIAS)


@pytest.mark.parametrize(
    ("edits", "before", "after"),
    [
        ("flip 1", ["w₁ = 2", "b₁ = 1", "v₁ = 1"], ["w₁ = −2", "b₁ = −1", "v₁ = −1"]),
        ("rescale 1 2", ["w₁ = 2", "b₁ = 1", "v₁ = 1"], ["w₁ = 4", "b₁ = 2", "v₁ = 0.5"]),
        ("delete 2", ["w₂ = −3", "b₂ = 0.5", "v₂ = −0.8"], []),
        ("swap 1 1", [], []),
        ("", [], []),
    ],
)
def test_the_numbers_that_an_edit_changes_are_marked_on_both_sides(
    edits: str, before: list[str], after: list[str]
) -> None:
    log = apply_edits(first_network(), edits, symmetries_view.K)
    numbers = symmetries_view.compare_weights(log).data["numbers"]
    rows = list(zip(numbers["x"], numbers["text"], numbers["changed"], strict=True))
    marked = [[text for x, text, changed in rows if changed and (x > 1.15) == side] for side in (False, True)]
    assert marked == [before, after]
    assert len(rows) == 3 * (log.before.width + log.now.width) + 2


def test_the_loss_and_the_gradient_follow_from_the_numbers_that_are_shown() -> None:
    """A reader who computes with the numbers of the first screen gets the results of the first screen."""
    example = run_example(network_from_names("tanh", START), 0.5, -0.5, 0.1)
    forward, backward, _ = (
        re.sub(r"\\allowbreak|[{}$]", "", text) for text in write_formulas(example, formulas.UNIT, 1)
    )
    output, loss = present(re.search(r"= \((\S+) \+ 0\.5\)\^2 +\s*= (\S+)", forward)).groups()
    assert tex((float(output) + 0.5) ** 2) == loss
    slope, height, found = present(re.search(r"= (\S+) \\cdot (\S+) +\s*= (\S+)", backward)).groups()
    assert tex(2 * (float(output) + 0.5), 5) == slope
    assert tex(float(slope) * float(height)) == found
    drawn = passes.draw_network(Passes("tanh", all_numbers(example), 3)).data["texts"]
    digits = dict(zip(drawn["what"], drawn["digits"], strict=True))
    assert tex((float(tex(float(output), digits["yhat"])) + 0.5) ** 2, digits["loss"]) == loss
