"""The page about the inside of a network: its numbers against torch, its controls, its link."""

import re

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from nnviz.charts import network as charts
from nnviz.networks import ACTIVATIONS, LayeredNetwork
from nnviz.networks.deep import DeepSpec, train_deep
from nnviz.networks.ledger import OPERATIONS
from nnviz.networks.pieces import pieces
from nnviz.ui import depth, inside

torch.set_num_threads(1)
PAGE = "pages/5_inside_the_network.py"
SECONDS = 60


def opened(page: str, **link: str | list[str]) -> AppTest:
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


def test_the_table_behind_the_diagram_names_its_numbers_as_the_diagram_does():
    shown = an_example()
    told = charts.passes(inside.numbers(shown)).told
    rows, wanted = dict(zip(told["number"], told["value"], strict=True)), by_torch(shown)
    assert len(rows) == len(told["number"]), "every name once"
    assert rows["L"] == pytest.approx(wanted["loss"])
    assert rows["∂L/∂w₂"] == pytest.approx(wanted["w"][1])
    assert rows["∂L/∂c"] == pytest.approx(wanted["c"])
    assert rows["b₃ after the step"] == pytest.approx(inside.START["b3"] - 0.05 * wanted["b"][2])


def test_an_update_that_runs_away_is_shown_as_it_is():
    shown = inside.example(inside.network_of("cube", {**inside.START, "w1": 30.0}), 2.0, -0.5, 1.0, "w1")
    y = 0.1 + 61.0**3 - 0.8 * (-5.5) ** 3 + 0.6 * 2.0**3
    numbers = inside.numbers(shown).numbers
    assert numbers["nc"] == pytest.approx(0.1 - 2 * (y + 0.5))
    assert numbers["nw1"] == pytest.approx(30 - 2 * (y + 0.5) * 3 * 61.0**2 * 2.0)
    assert inside.seen(shown)[1][1] / 2 < abs(y) <= inside.seen(shown)[1][1]


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
        ahead, behind, update = inside.of_one_unit(shown, j)
        assert inside.tex(float(shown.after[5 + j])) in update
        assert inside.tex(float(shown.forward.z[0, j - 1])) in ahead
        assert inside.tex(float(shown.backward.dz[0, j - 1])) in behind
        assert inside.tex(float(shown.backward.dw[j - 1, 0])) in behind
    ahead, behind, update = inside.as_matrices(shown)
    assert inside.column(shown.after[3:6]) in update
    assert update.endswith(f"= {inside.tex(float(shown.after[-1]))}}}$$")
    assert inside.column(shown.forward.a[0]) in ahead
    assert inside.column(shown.backward.dz[0]) in behind


def test_a_negative_number_is_multiplied_in_brackets():
    assert r"\cdot (-0.7)" in inside.as_matrices(an_example("tanh")._replace(x=-0.7))[0]


def test_the_activation_is_said_below_the_formulas():
    assert ACTIVATIONS["gelu"].latex in text_of(healthy(opened(PAGE, in_activation="GELU")))


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
    assert "run away" in healthy(app.run()).warning[0].value


def test_a_turned_parameter_is_in_its_box():
    app = healthy(opened(PAGE, in_turn="v3"))
    app.slider(key="in_by").set_value(1.5)
    assert healthy(app.run()).number_input(key="in_v3").value == 1.5
    app.number_input(key="in_v3").set_value(-7.25)
    assert healthy(app.run()).slider(key="in_by").value == -7.25


@pytest.mark.parametrize("activation", ["Square", "Tanh", "Cube", "Softplus"])
def test_numbers_too_large_are_infinite_and_no_error(activation):
    app = healthy(opened(PAGE, in_activation=activation, in_w1="1e200", in_v2="-1e300"))
    for phase in ("Backward", "Update"):
        app.segmented_control(key="in_pass").set_value(phase)
        healthy(app.run())
    app.button(key="in_step_10").click()
    healthy(app.run())


def test_a_link_sets_weights_and_view():
    app = healthy(opened(PAGE, in_w1="0.25", in_view="As matrices", in_pass="Backward"))
    assert any(r"\odot" in latex.value for latex in app.markdown)
    app.segmented_control(key="in_pass").set_value("Update")
    assert any("0.25" in latex.value for latex in healthy(app.run()).markdown)


LEDGER, FOLDING, DEPTH = "The ledger of units", "Folding", "Width or depth"


def text_of(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.success, app.warning, app.info, app.code)
    return "\n".join(text.value for kind in kinds for text in kind)


def test_the_ledger_says_what_leaves_the_function_the_same():
    app = healthy(opened(PAGE, in_chapter=LEDGER))
    assert "The same function." in app.success[0].value
    assert "Tanh is odd" in app.success[0].value
    app.selectbox(key="in_led_activation").set_value("relu")
    assert "Another function." in healthy(app.run()).warning[0].value
    assert "not odd" in app.warning[0].value


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_can_be_written_in(name):
    app = healthy(opened(PAGE, in_chapter=LEDGER))
    app.selectbox(key="in_do").set_value(name)
    healthy(app.run())
    press(app, "Write it in")
    assert app.text_input(key="in_ledger").value.startswith(f"flip 1; {name}")
    assert f"| 2. {name} " in text_of(app)
    press(app, "Undo")
    assert app.text_input(key="in_ledger").value == "flip 1"
    press(app, "Begin again")
    assert "The ledger is empty" in text_of(app)


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click()
    healthy(app.run())


def test_every_unit_can_go():
    app = healthy(opened(PAGE, in_chapter=LEDGER, in_ledger="delete 1; delete 1; delete 1", in_do="Delete"))
    assert "| c |" in text_of(app)


@pytest.mark.parametrize(
    "lines", ["flip 9", "nonsense", "rescale 1 0", "add 1 1e999 1", "; ".join(["split 1"] * 20)]
)
def test_a_ledger_that_cannot_be_read_keeps_the_last_picture(lines):
    app = healthy(opened(PAGE, in_chapter=LEDGER, in_ledger="swap 1 2"))
    app.text_input(key="in_ledger").set_value(lines).run()
    assert healthy(app).error
    assert "| 1. swap 1 2 |" in text_of(app)


@pytest.mark.parametrize("units", ["1 2", "one two three", "1 2 3 4", "nan 1 1", "1 2 1e400"])
def test_units_that_cannot_be_read_are_said(units):
    app = healthy(opened(PAGE, in_chapter=LEDGER, in_units=units))
    assert app.error
    assert "| 1 | **−2** |" in text_of(app)


def test_no_units_are_a_constant():
    app = healthy(opened(PAGE, in_chapter=LEDGER, in_units="0 0 0", in_ledger="delete 1"))
    assert "The same function." in text_of(app)


@pytest.mark.parametrize("folds", ["1", "8"])
def test_folds_are_counted(folds):
    app = healthy(opened(PAGE, in_chapter=FOLDING, in_folds=folds))
    assert f"**{2 ** int(folds)} straight pieces** from {2 * int(folds)} units" in text_of(app)


def test_the_parameters_of_the_folds_are_those_of_the_networks():
    at, deep, shallow = depth.price_of_folds(5)
    for k, parameters, wide in zip(at.astype(int).tolist(), deep, shallow, strict=True):
        assert pieces(depth.sawtooth(k), 0, 1).number == 2**k
        assert parameters == 4 + 6 * (k - 1) + 3  # two units; two units again and again; the output
        assert wide == 3 * (2**k - 1) + 1


def test_networks_are_trained_and_judged_on_points_they_have_not_seen():
    app = healthy(opened(PAGE, in_chapter=DEPTH, in_train="true", in_depths=["1", "2"]))
    assert "| 1 × 66 | 199 |" in text_of(app)
    assert "| 2 × 12 | 193 |" in text_of(app)
    assert "the median of five seeds" in text_of(app)


@pytest.mark.parametrize("problem", [*depth.FUNCTIONS, *depth.SETS])
def test_every_problem_shows_itself_untrained(problem):
    app = healthy(opened(PAGE, in_chapter=DEPTH, in_problem=problem))
    assert "Guess first" in text_of(app)


def test_classes_are_mapped():
    app = healthy(opened(PAGE, in_chapter=DEPTH, in_problem="Two moons", in_train="true", in_depths=["2"]))
    assert "| 2 × 11 |" in text_of(app)
    assert "%" in text_of(app)


@pytest.mark.parametrize("typed", ["1/x", "log(x)", "sin(", "", "sqrt(-1-x)"])
def test_a_function_that_cannot_be_learned_is_said(typed):
    app = healthy(opened(PAGE, in_chapter=DEPTH, in_problem="My own f(x)", in_f=typed))
    assert app.error


def test_without_torch_the_page_says_what_to_install(monkeypatch):
    monkeypatch.setattr(depth, "missing", lambda: "pip install torch")
    app = healthy(opened(PAGE, in_chapter=DEPTH, in_train="true"))
    assert "pip install torch" in text_of(app)
    assert "Guess first" in text_of(app)


def test_the_middle_seed_and_its_errors():
    """Errors by hand: a constant network against a line, and the sign of a logit against classes."""
    half = LayeredNetwork("relu", ([[0.0]], [[0.0]]), ([0.0], [0.5]))
    x = np.linspace(0, 1, 11)
    line = depth.Problem("", x, x, x, x, classes=False)
    assert depth.error(line, half) == pytest.approx(np.sqrt(0.1))
    sides = depth.Problem("", x[:, None], x > 2, x[:, None], (x > 0.35).astype(float), classes=True)
    assert depth.error(sides, half) == pytest.approx(4 / 11)


def test_what_the_question_on_depth_says_is_so():
    """Some runs of four layers fail where the wide network does not: the worst is worse than the wide median."""
    problem = depth.function_problem("Sawtooth", 3, "")
    worst, wide = (
        np.array(
            [depth.error(problem, net) for net in train_deep(DeepSpec(widths), problem.x, problem.y).networks]
        )
        for widths in ((7, 7, 7, 7), (66,))
    )
    assert worst.max() > np.median(wide)
