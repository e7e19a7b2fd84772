"""One record is enough: an activation that is added at run time is found everywhere."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from flint import arb, arb_series

from nnviz.approximation import StudySpec, approximate, certify, least_squares, reach, study
from nnviz.approximation.certificate.smooth_units import SmoothUnits
from nnviz.export.network import network_code
from nnviz.expressions import Language, Library, parse
from nnviz.lessons.inside_the_network.passes.code import passes_code
from nnviz.lessons.inside_the_network.shared.arithmetic import arithmetic
from nnviz.lessons.universal_approximation.train.code import training_code
from nnviz.networks import ACTIVATIONS, ShallowNetwork, TrainingSpec, register_activation, train
from nnviz.networks.activation import Activation
from nnviz.networks.deep import DeepSpec, train_deep
from nnviz.networks.weight_symmetries import ODD, count_equivalent_settings
from tests.apps import healthy, open_page
from tests.registries.records import ARCTAN, Z, pictures, run

torch.set_num_threads(1)


def test_the_new_activation_has_the_derivatives_of_torch(arctan: Activation) -> None:
    z = torch.tensor(Z, requires_grad=True)
    value = torch.arctan(z)
    (slope,) = torch.autograd.grad(value.sum(), z, create_graph=True)
    (bend,) = torch.autograd.grad(slope.sum(), z, create_graph=True)
    (third,) = torch.autograd.grad(bend.sum(), z)
    np.testing.assert_allclose(arctan.value(Z), value.detach().numpy(), rtol=1e-14)
    np.testing.assert_allclose(arctan.derivative(Z), slope.detach().numpy(), rtol=1e-13)
    np.testing.assert_allclose(arctan.second_derivative(Z), bend.detach().numpy(), rtol=1e-12, atol=1e-15)
    assert bend.abs().max() <= arctan.second_bound
    assert third.abs().max() <= arctan.third_bound


@pytest.mark.usefixtures("arctan")
@pytest.mark.parametrize("language", ["numpy", "torch", "python"])
def test_the_code_of_the_new_activation_is_the_network(language: Language) -> None:
    net = ShallowNetwork("arctan", [1.5, -2.0], [0.3, 0.1], [0.7, -1.2], 0.4)
    function = run(network_code(net, language))["network"]
    x = np.linspace(-2, 2, 9)
    ways: dict[str, Callable[[], Any]] = {
        "numpy": lambda: function(x),
        "torch": lambda: function(torch.tensor(x)).numpy(),
        "python": lambda: [function(float(one)) for one in x],
    }
    found = ways[language]()
    np.testing.assert_allclose(found, net(x), rtol=1e-13)


@pytest.mark.usefixtures("arctan")
@pytest.mark.parametrize("language", ["numpy", "torch"])
def test_the_passes_of_the_new_activation_are_written(
    language: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    net = ShallowNetwork("arctan", [1.5, -2.0, 0.4], [0.3, 0.1, 0.0], [0.7, -1.2, 0.2], 0.4)
    names = run(passes_code(net, 0.7, -0.4, 0.05, language))
    capsys.readouterr()
    np.testing.assert_allclose(np.asarray(names["d_w"]), net.backward([0.7], [-0.4]).dw[:, 0], rtol=1e-9)


@pytest.mark.usefixtures("arctan")
def test_the_browser_computes_the_new_activation() -> None:
    expressions = dict(arithmetic("arctan", 1))

    class Datum:
        z1 = 0.8

    vega: dict[str, Any] = {"atan": math.atan, "datum": Datum}
    assert eval(expressions["a1"], vega) == pytest.approx(math.atan(0.8))
    assert "1 / (1 + datum.z1 * datum.z1)" in expressions["s1"]


@pytest.mark.usefixtures("arctan")
def test_the_new_activation_is_trained_at_any_depth() -> None:
    x = np.linspace(-1, 1, 40)
    found = train(TrainingSpec(6, "arctan", steps=300), x, x**2)
    assert found.losses[-1] < 0.2 * found.losses[0]
    deep = train_deep(DeepSpec((5, 5), "arctan", steps=200, seeds=(0,)), x, x**2)
    assert deep.losses[-1, 0] < 0.2 * deep.losses[0, 0]
    means = [float(np.mean((net(x) - x**2) ** 2)) for net in deep.networks]
    np.testing.assert_allclose(means, deep.best, rtol=1e-9)


@pytest.mark.usefixtures("arctan")
def test_networks_of_the_new_activation_are_proved() -> None:
    f = parse("sin(2x)")
    network = least_squares(f, (-1, 1), 8, "arctan")
    error = float(np.abs(network(np.linspace(-1, 1, 4001)) - f(np.linspace(-1, 1, 4001))).max())
    proof = certify(network, f, (-1, 1), 1.5 * error + 1e-6, seconds=30)
    assert proof.status == "proved", proof.reason
    assert certify(network, f, (-1, 1), 0.5 * error, seconds=30).status == "refuted"


@pytest.mark.usefixtures("arctan")
def test_networks_of_the_new_activation_are_enclosed() -> None:
    rng = np.random.default_rng(5)
    w, b, v = (3 * rng.normal(size=9) for _ in range(3))
    model = SmoothUnits(ShallowNetwork("arctan", w, b, v, 0.2), -1.0, 1.0)
    low = rng.uniform(-1, 0.9, 60)
    high = low + 0.1 * 10 ** rng.uniform(-6, 0, 60)
    at, bend = model.at(low, np.zeros(60, int)), model.second_derivative(low, high)
    for k in range(60):
        for x in (low[k], high[k], low[k] / 2 + high[k] / 2):
            t, total = arb_series([arb(float(x)), 1]), arb_series([arb(0.2)])
            for one in zip(w, b, v):
                weight, bias, output = (arb(float(part)) for part in one)
                total += output * (weight * t + bias).atan()
            assert not 2 * total[2] < arb(float(bend.lo[k]))
            assert not 2 * total[2] > arb(float(bend.hi[k]))
            if x == low[k]:
                assert not total[0] < arb(float(at.lo[k]))
                assert not total[0] > arb(float(at.hi[k]))


@pytest.mark.usefixtures("arctan")
def test_a_network_on_a_box_is_proved_with_the_new_activation() -> None:
    f = parse("x y / 4", ("x", "y"))
    box = ((-1, 1), (-1, 1))
    network = approximate(f, box, 12, "arctan", seconds=1).network
    proof = certify(network, f, box, 0.1, seconds=30)
    assert proof.status == "proved", proof.reason


def test_without_bounds_of_its_derivatives_nothing_is_claimed() -> None:
    register_activation(replace(ARCTAN, name="unknown", label="Unknown", third_bound=math.inf))
    try:
        proof = certify(ShallowNetwork("unknown", [1.0], [0.0], [1.0], 0.0), parse("x"), (-1, 1), 10)
        assert proof.status == "undecided"
        assert proof.reason == "No bounds of the derivatives of Unknown are known."
        assert "unknown" in ODD
        assert count_equivalent_settings("unknown", 2) == 8
    finally:
        ACTIVATIONS.remove("unknown")


@pytest.mark.usefixtures("arctan")
@pytest.mark.parametrize(
    ("page", "chapter", "key"),
    [
        ("inside_the_network", {}, "in_activation"),
        ("inside_the_network", {"in_chapter": "width_or_depth"}, "in_deep_activation"),
        ("universal_approximation", {"ua_chapter": "train"}, "ua_activation"),
    ],
)
def test_the_new_activation_is_in_the_menus(page: str, chapter: dict[str, Any], key: str) -> None:
    app = healthy(open_page(page, **chapter, **{key: "arctan"}))
    box = app.selectbox(key=key)
    assert "Arctan" in box.options
    assert box.value == "arctan"


@pytest.mark.usefixtures("arctan")
def test_the_picture_computes_with_the_new_activation() -> None:
    app = healthy(open_page("inside_the_network", in_activation="arctan"))
    assert all("atan(n_z1)" in spec for spec in pictures(app))


@pytest.mark.usefixtures("arctan", "sign_descent")
@pytest.mark.parametrize("language", ["numpy", "torch"])
def test_the_training_of_both_is_exported(language: Library, capsys: pytest.CaptureFixture[str]) -> None:
    target = parse("x^2")
    x = np.linspace(-1, 1, 256)
    spec = TrainingSpec(5, "arctan", "sign_descent", learning_rate=0.01, steps=60, dtype="float64")
    run_here = train(spec, x, target(x))
    names = run(training_code(run_here, target, (-1.0, 1.0), language))
    capsys.readouterr()
    fine = np.linspace(-1, 1, 4001)
    error = float(np.abs(target(fine) - run_here.network(-1)(fine)).max())
    assert names["largest_error"] == pytest.approx(error, rel=0.02)


@pytest.mark.usefixtures("arctan")
def test_a_network_for_epsilon_and_the_errors_of_widths_are_found_with_the_new_activation() -> None:
    found = reach("sin(2x)", (-1, 1), 0.05, "arctan", seconds=10)
    assert found.certificate.status == "proved", found.certificate.reason
    measured = study(StudySpec("arctan", (4, 8), seeds=1, steps=50), "sin(2x)", (-1, 1))
    assert [curve.name for curve in measured.curves] == ["solved", "trained"]
    assert np.isnan(measured.curves[0].theory)
