"""The page about linear regression in Streamlit's own test runner; figures on screen against NumPy and torch."""

import json
import re
from itertools import takewhile

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from nnviz.data import SampleSpec, draw, load
from nnviz.ui.regression import GROUPS
from nnviz.ui.step_sizes import moved
from nnviz.ui.words import tex

torch.set_num_threads(1)
SAMPLES = draw(SampleSpec("line", 40, 0.4))
X, Y = torch.tensor(SAMPLES.x[:, 0]), torch.tensor(SAMPLES.y)


def opened(**link: str) -> AppTest:
    app = AppTest.from_file("../../app.py", default_timeout=30)
    for key, value in link.items():
        app.query_params[key] = value
    app = app.switch_page("pages/1_linear_regression.py").run()
    assert not app.exception, [box.message for box in app.exception]
    return app


def formulas(app: AppTest) -> str:
    """The formulas of every group, one after the other, each place filled with the number sent for it."""
    if "lr_formulas" not in app.session_state:
        return filled(app)
    groups = app.segmented_control(key="lr_formulas")
    return "\n".join(filled(groups.set_value(group).run()) for group in GROUPS)


def sent_to(app: AppTest, name: str) -> list[dict]:
    """What the components of that name are sent."""
    components = [part.proto for part in app.get("bidi_component")]
    return [json.loads(one.json)[0] for one in components if one.component_name == name]


def filled(app: AppTest) -> str:
    """The formulas and tables on the page as they look before a hand moves anything."""
    text = "\n\n".join(part.value for part in [*app.latex, *app.markdown])
    for sent in sent_to(app, "nnviz_numbers"):
        for k, number in enumerate(sent["numbers"]):
            here = tex(number["of"][0], number["digits"])
            plus = "+" * (number["signed"] and not here.startswith("-"))
            place = rf"\textcolor{{#{bytes([*sent['mark'], k, 0]).hex()}}}{{\mathord{{}}}}"
            text = text.replace(place, plus + here)
    return text


def weights(app: AppTest) -> dict[str, list[str]]:
    """The table of weights, head -> column, its numbers as LaTeX."""
    text = filled(app)
    lines = text[text.index("| θ |") :].splitlines()
    rows = [line.split("|")[1:-1] for line in takewhile(lambda line: line.startswith("|"), lines)]
    head, _, *body = [[cell.strip().strip("$") for cell in row] for row in rows]
    return dict(zip(head, map(list, zip(*body, strict=True)), strict=True))


def moving(app: AppTest) -> tuple[list[float], list[float]]:
    """The weights of that table and their slopes, before they are rounded."""
    numbers = [number["of"][0] for number in sent_to(app, "nnviz_numbers")[0]["numbers"]]
    return numbers[::2], numbers[1::2]


def table_row(app: AppTest, head: str) -> list[str]:
    line = next(
        line for text in app.markdown for line in text.value.splitlines() if line.startswith(f"| {head}")
    )
    return [cell.strip() for cell in line.split("|")[2:-1]]


def walked(steps: int, eta: float) -> tuple[torch.Tensor, torch.Tensor]:
    """(w, b) after steps of torch.optim.SGD from (0, 0), and the gradient there."""
    line = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    descent = torch.optim.SGD([line], lr=eta)
    for step in range(steps + 1):
        descent.zero_grad()
        torch.nn.functional.mse_loss(line[0] * X + line[1], Y).backward()
        if step < steps:
            descent.step()
    return line.detach(), line.grad


@pytest.mark.parametrize(("steps", "eta"), [(0, 0.05), (25, 0.1), (500, 0.2)])
def test_the_formulas_hold_the_numbers_of_torch(steps, eta):
    (w, b), (dw, db) = walked(steps, eta)
    shown = formulas(opened(lr_steps=str(steps), lr_eta=str(eta)))
    loss = float(torch.nn.functional.mse_loss(w * X + b, Y))
    assert f"= {tex(loss, 4)}" in shown
    assert f"= {tex(1 - loss / float(Y.var(correction=0)))}" in shown
    if steps < 500:
        assert rf"(\hat y_i - y_i)\,x_i = {tex(float(dw))}" in shown
        assert (
            rf"w &\leftarrow {tex(float(w))} - {eta:g} \cdot ({tex(float(dw))}) = {tex(float(w - eta * dw))}"
            in shown
        )
        assert (
            rf"b &\leftarrow {tex(float(b))} - {eta:g} \cdot ({tex(float(db))}) = {tex(float(b - eta * db))}"
            in shown
        )


def test_the_normal_equation_has_the_persons_own_numbers():
    shown = formulas(opened(lr_data="My own points", lr_points="0 1\n1 3\n2 4"))
    assert r"\begin{bmatrix} 5 & 3 \\ 3 & 3 \end{bmatrix}" in shown  # Σx² = 5, Σx = 3, n = 3
    assert r"\begin{bmatrix} 11 \\ 8 \end{bmatrix}" in shown  # Σxy = 11, Σy = 8
    assert r"\begin{bmatrix} 1.5 \\ 1.167 \end{bmatrix}" in shown


def test_the_sums_are_written_out_where_they_are_short():
    shown = formulas(opened(lr_data="My own points", lr_points="0 1\n2 4"))
    assert r"\tfrac{2}{2}\big[(-1)(0) + (-4)(2)\big]" in shown
    assert r"\cdots" not in shown


def test_a_mini_batch_gives_the_gradient_on_its_points():
    app = opened(lr_batch="4 points")
    assert any("On 4 of the points" in text.value for text in app.markdown)
    shown = formulas(app)
    dealt = np.random.default_rng((0, 0)).permutation(40)[:4]
    gradient = 2 * (-Y[dealt] * X[dealt]).mean()
    assert rf"\,x_i = {tex(float(gradient))}" in shown


@pytest.mark.parametrize("group", GROUPS)
def test_a_batch_may_be_one_point(group):
    app = opened(lr_batch="1 point", lr_steps="25", lr_eta="0.1", lr_formulas=group)
    assert r"\textcolor" not in filled(app)


def test_of_mini_batches_the_player_tells_the_gradient_that_each_step_follows():
    app = opened(lr_batch="4 points", lr_steps="30", lr_eta="0.05")
    told = sent_to(app, "nnviz_player")[0]["values"]
    line = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    rule = torch.optim.SGD([line], lr=0.05)
    deck = [np.random.default_rng((0, epoch)).permutation(40)[:40].reshape(10, 4) for epoch in range(4)]
    for step, dealt in enumerate(np.concatenate(deck)[:31].tolist()):
        rule.zero_grad()
        torch.nn.functional.mse_loss(line[0] * X[dealt] + line[1], Y[dealt]).backward()
        here = [told[name][step] for name in ("lr_w", "lr_b", "lr_dw", "lr_db")]
        np.testing.assert_allclose(here, [*line.tolist(), *line.grad.tolist()], atol=1e-12)
        residuals = (line[0] * X[dealt] + line[1] - Y[dealt]).tolist()
        terms = [told[name][step] for name in ("lr_x1", "lr_e1", "lr_x2", "lr_e2")]
        np.testing.assert_allclose(terms, [X[dealt[0]], residuals[0], X[dealt[1]], residuals[1]], atol=1e-12)
        rule.step()
    assert rf"\,x_i = {tex(told['lr_dw'][-1])}" in formulas(app)


def test_all_steps_end_at_the_best_line_and_rewind_returns():
    app = opened(lr_eta="0.2")
    buttons = {button.label: button for button in app.button}
    buttons["All steps"].click()
    w, b = np.polyfit(SAMPLES.x[:, 0], SAMPLES.y, 1)
    assert rf"\hat y &= {tex(w)}\,x +{tex(b)}" in formulas(app.run())
    {button.label: button for button in app.button}["Rewind"].click()
    assert r"\hat y &= 0\,x +0" in formulas(app.run())


def test_the_table_of_rates_is_that_of_the_hessian_of_autograd():
    app = opened(lr_chapter="How large a step", lr_rate="1.5", lr_near="1 % of the way")
    x = X + X.std(correction=0)
    hessian = torch.autograd.functional.hessian(
        lambda line: torch.nn.functional.mse_loss(line[0] * x + line[1], Y),
        torch.zeros(2, dtype=torch.float64),
    )
    flat, steep = torch.linalg.eigvalsh(hessian).tolist()
    assert table_row(app, "λ₁, λₙ") == [f"{flat:.3g}, {steep:.3g}", "2, 2"]
    assert table_row(app, "condition") == [f"{steep / flat:.4g}", "1"]
    assert table_row(app, "learning rate") == [f"{1.5 / steep:.4g} (zig-zag)", "0.75 (zig-zag)"]
    assert table_row(app, "steps, predicted")[1] == "7"  # 0.5⁷ < 0.01 < 0.5⁶
    predicted, observed = (int(table_row(app, f"steps, {word}")[0]) for word in ("predicted", "observed"))
    assert observed <= predicted <= observed + 3


@pytest.mark.parametrize(
    ("name", "regime"), [("1/λmax", "monotone"), ("2/(λ₁+λₙ)", "zig-zag"), ("2/λmax", "diverging")]
)
def test_a_button_sets_the_learning_rate_it_names(name, regime):
    app = opened(lr_chapter="How large a step")
    next(button for button in app.button if button.label == name).click()
    app.run()
    flat, steep = (float(part) for part in table_row(app, "λ₁, λₙ")[0].split(","))
    expected = {"1/λmax": 1 / steep, "2/(λ₁+λₙ)": 2 / (flat + steep), "2/λmax": 2 / steep}[name]
    eta, word = re.fullmatch(r"(\S+) \((\S+)\)", table_row(app, "learning rate")[0]).groups()
    assert float(eta) == pytest.approx(expected, rel=0.01)
    assert word == regime


def test_x_is_stretched_and_then_moved_by_its_own_deviations():
    np.testing.assert_allclose(
        moved(np.array([1.0, 3.0]), 2.0, 3.0), [9.0, 15.0]
    )  # 3 and 9, whose deviation is 3
    np.testing.assert_allclose(moved(np.array([2.0, 2.0]), 1.0, 1.0), [3.0, 3.0])


def test_the_weights_table_holds_autograds_gradient_and_the_published_plane():
    app = opened(lr_chapter="More inputs", lr_table="Volume of black cherry trees", lr_walk="0")
    frame = weights(app)
    trees = load("trees")
    parameters = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    x, y = torch.tensor(trees.x), torch.tensor(trees.y)
    torch.nn.functional.mse_loss(x @ parameters[:2] + parameters[2], y).backward()
    np.testing.assert_allclose(moving(app)[1], parameters.grad, rtol=1e-9)
    assert frame["∂L/∂θ"] == [tex(slope, 4) for slope in parameters.grad.tolist()]
    assert frame["least squares"] == [tex(value, 4) for value in (4.7082, 0.3393, -57.9877)]  # R's ?trees
    slope = r" \\ ".join(tex(value) for value in parameters.grad.tolist())
    assert rf"X^\top (X\theta - y) = \begin{{bmatrix}} {slope} \end{{bmatrix}}" in formulas(app)
    assert "R^2 = 0.948" in formulas(app)


def test_weights_by_hand_walk_on_from_there():
    app = opened(lr_chapter="More inputs", lr_w1="0.5", lr_wb="0.2", lr_walk="0")
    app.slider(key="lr_w2").set_value(-0.06)
    next(button for button in app.button if button.label == "Least squares").click()
    app.run()
    now, slope = moving(app)
    np.testing.assert_allclose(now, list(map(float, weights(app)["least squares"])), rtol=0.05)
    np.testing.assert_allclose(slope, 0, atol=0.5)


def test_a_table_of_ones_own_comes_from_the_link():
    app = opened(
        lr_chapter="More inputs", lr_table="My own table", lr_csv="a,b,c\n1,0,3\n0,1,4\n1,1,6\n2,1,9\n"
    )
    frame = weights(app)
    best = np.linalg.lstsq(OWN[:, :3], OWN[:, 3])[0]
    assert frame["least squares"] == [tex(value, 4) for value in best.tolist()]
    assert frame["θ"] == ["w_1", "w_2", "b"]
    assert "x1: a; x2: b" in [text.value for text in app.text]


def test_powers_beyond_floating_point_are_said_and_the_picture_stays():
    app = opened(
        lr_chapter="Curves from a line", lrp_data="My own points", lrp_points="1e90 1\n2e90 3\n3e90 4"
    )
    assert any("beyond floating point" in code.value for code in app.code)
    assert "held out" in formulas(app)


OWN = np.array([[1, 0, 1, 3], [0, 1, 1, 4], [1, 1, 1, 6], [2, 1, 1, 9]], dtype=float)  # a, b, 1, c


@pytest.mark.parametrize("text", ["a,b\n1,2\n3,4", "three blind mice", "x;y;z\na;b;c"])
def test_a_table_that_is_none_is_said_and_the_last_stays(text):
    app = opened(lr_chapter="More inputs", lr_table="My own table", lr_csv=text)
    assert app.error
    assert any("x1: size" in text.value for text in app.text)


def test_equal_columns_are_said_and_still_have_a_picture():
    text = "a,b,c\n1,2,3\n2,4,5\n3,6,8\n"
    app = opened(lr_chapter="More inputs", lr_table="My own table", lr_csv=text)
    assert any("rank 2 of 3" in box.value for box in app.info)


@pytest.mark.parametrize(("basis", "degree"), [("Powers of x", 3), ("Chebyshev polynomials", 9)])
def test_both_errors_of_a_polynomial_are_those_of_numpy(basis, degree):
    app = opened(lr_chapter="Curves from a line", lr_basis=basis, lr_degree=str(degree))
    samples = draw(SampleSpec("sine", 40, 0.4))
    x, y = samples.x[:, 0], samples.y
    held = np.random.default_rng(0).permutation(40)[:20]
    train = np.setdiff1d(np.arange(40), held)
    fit = np.polynomial.Polynomial.fit(x[train], y[train], degree)
    shown = formulas(app)
    assert (
        rf"\text{{ on the }} 20 \text{{ to learn from}} &= {tex(np.mean((fit(x[train]) - y[train]) ** 2), 4)}"
        in shown
    )
    assert (
        rf"\text{{ on the }} 20 \text{{ held out}} &= {tex(np.mean((fit(x[held]) - y[held]) ** 2), 4)}"
        in shown
    )


@pytest.mark.parametrize("answer", ["230", "20"])
def test_a_prediction_is_explained(answer):
    app = opened(lr_chapter="How large a step")
    app.radio(key="lr_guess_steps").set_value(answer).run()
    assert any("0.98^k" in box.value for box in [*app.success, *app.info])
