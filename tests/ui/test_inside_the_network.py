"""The page about the inside of a network: its numbers against torch, its controls, its link."""

import re

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from nnviz.networks import ACTIVATIONS
from nnviz.ui import inside

torch.set_num_threads(1)
PAGE = "pages/5_inside_the_network.py"
SECONDS = 60


def opened(page: str, **link: str) -> AppTest:
    """The page as a visitor with this link sees it first."""
    app = AppTest.from_file("../../app.py", default_timeout=SECONDS)
    for key, value in link.items():
        app.query_params[key] = value
    return app.switch_page(page).run()


def healthy(app: AppTest) -> AppTest:
    assert not app.exception, [box.message for box in app.exception]
    return app


def by_torch(shown: inside.Example) -> dict[str, np.ndarray]:
    """The tanh network of an example in torch, with all derivatives."""
    net = shown.network
    w, b, v, c = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in
                  (net.hidden_weights[:, 0], net.hidden_biases, net.output_weights, net.output_bias))  # fmt: skip
    loss = (v @ torch.tanh(w * shown.x + b) + c - shown.y) ** 2
    loss.backward()
    return {
        "loss": loss.item(),
        "w": w.grad.numpy(),
        "b": b.grad.numpy(),
        "v": v.grad.numpy(),
        "c": c.grad.item(),
    }


def an_example(activation: str = "tanh", turned: str = "w2") -> inside.Example:
    return inside.example(inside.network_of(activation, inside.START), 0.7, -0.4, 0.05, turned)


def test_the_numbers_of_the_diagram_are_those_of_autograd():
    shown = an_example()
    numbers, wanted = inside.numbers(shown).numbers, by_torch(shown)
    assert numbers["loss"] == pytest.approx(wanted["loss"], rel=1e-12)
    assert numbers["dc"] == pytest.approx(wanted["c"], rel=1e-12)
    for symbol in "wbv":
        for j in inside.UNITS:
            assert numbers[f"d{symbol}{j}"] == pytest.approx(wanted[symbol][j - 1], rel=1e-12)
            new = inside.START[f"{symbol}{j}"] - 0.05 * wanted[symbol][j - 1]
            assert numbers[f"n{symbol}{j}"] == pytest.approx(new, rel=1e-12)


@pytest.mark.parametrize("steps", [1, 10, 100])
def test_updates_are_those_of_torch(steps):
    shown = an_example()
    net = shown.network
    parameters = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in
                  (net.hidden_weights[:, 0], net.hidden_biases, net.output_weights, net.output_bias)]  # fmt: skip
    optimizer = torch.optim.SGD(parameters, lr=shown.eta)
    for _ in range(steps):
        w, b, v, c = parameters
        optimizer.zero_grad()
        ((v @ torch.tanh(w * shown.x + b) + c - shown.y) ** 2).backward()
        optimizer.step()
    found, done = inside.descended(net, shown.x, shown.y, shown.eta, steps)
    assert done == steps
    wanted = np.concatenate([parameter.detach().numpy().ravel() for parameter in parameters])
    np.testing.assert_allclose(found.parameters, wanted, rtol=1e-10)


def test_a_step_size_that_runs_away_keeps_the_last_numbers():
    net = inside.network_of("cube", inside.START)
    found, done = inside.descended(net, 2.0, -0.5, 1.0, 100)
    assert done < 100
    assert np.isfinite(found.parameters).all()


@pytest.mark.parametrize("name", inside.START)
def test_the_promise_of_a_derivative_is_kept_by_small_steps(name):
    promised, real = inside.promise(an_example(turned=name), 1e-6)
    assert real == pytest.approx(promised, rel=1e-4, abs=1e-12)


def test_parameters_there_and_back():
    assert inside.values_of(inside.network_of("tanh", inside.START)) == inside.START


@pytest.mark.parametrize("activation", ["tanh", "relu", "gaussian"])
def test_the_formulas_hold_the_numbers(activation):
    shown = an_example(activation)
    for j in inside.UNITS:
        ahead, behind = inside.of_one_unit(shown, j)
        assert inside.tex(float(shown.forward.z[0, j - 1])) in ahead
        assert ACTIVATIONS[activation].latex in ahead
        assert inside.tex(float(shown.backward.dw[j - 1, 0])) in behind
    ahead, behind = inside.as_matrices(shown)
    assert inside.column(shown.forward.a[0]) in ahead
    assert inside.column(shown.backward.dz[0]) in behind


def loss_of(app) -> float:
    caption = next(text.value for text in app.caption if text.value.startswith("L = "))
    return float(re.match(r"L = ([\d.e+-]+);", caption)[1])


@pytest.mark.parametrize("steps", [1, 10, 100])
def test_updates_lower_the_loss_and_are_in_the_boxes(steps):
    app = healthy(opened(PAGE))
    before = loss_of(app)
    app.button(key=f"in_step_{steps}").click()
    assert loss_of(healthy(app.run())) < before
    assert app.number_input(key="in_w1").value != 2.0
    next(button for button in app.button if button.label.startswith("Back")).click()
    assert loss_of(healthy(app.run())) == before


def test_numbers_that_run_away_are_said():
    app = healthy(opened(PAGE, in_activation="Cube", in_eta="1", in_x="2.0"))
    app.button(key="in_step_100").click()
    assert "ran away" in healthy(app.run()).warning[0].value


def test_a_turned_parameter_is_in_its_box():
    app = healthy(opened(PAGE, in_turn="v3"))
    app.slider(key="in_by").set_value(1.5)
    assert healthy(app.run()).number_input(key="in_v3").value == 1.5
    app.number_input(key="in_v3").set_value(-7.25)
    assert healthy(app.run()).slider(key="in_by").value == -7.25


def test_a_link_sets_weights_and_view():
    app = healthy(opened(PAGE, in_w1="0.25", in_view="As matrices"))
    assert any(r"\odot" in latex.value for latex in app.latex)
    assert any("0.25" in latex.value for latex in app.latex)
