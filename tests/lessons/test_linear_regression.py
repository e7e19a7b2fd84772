"""The page about linear regression in Streamlit's own test runner; figures on screen against NumPy and torch."""

import json
import re
from itertools import takewhile
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from nnviz.data import SampleSpec, draw, load
from nnviz.lessons.linear_regression.by_hand.formulas import FORMULAS
from nnviz.lessons.linear_regression.step_size.view import shift_and_stretch
from nnviz.web.latex_format import tex
from tests.apps import healthy, open_page
from tests.narrowing import present

torch.set_num_threads(1)
SAMPLES = draw(SampleSpec("line", 40, 0.4))
X, Y = torch.tensor(SAMPLES.x[:, 0]), torch.tensor(SAMPLES.y)


def opened(**link: str) -> AppTest:
    return healthy(open_page("linear_regression", **link))


def formulas(app: AppTest) -> str:
    """The formulas of every group, one after the other, each place filled with the number sent for it."""
    if "lr_formulas" not in app.session_state:
        return filled(app)
    groups = app.segmented_control(key="lr_formulas")
    return "\n".join(filled(groups.set_value(group).run()) for group in FORMULAS)


def sent_to(app: AppTest, name: str) -> list[dict[str, Any]]:
    """What the components of that name are sent."""
    components = [part.proto for part in app.get("bidi_component")]
    return [json.loads(one.json)[0] for one in components if one.component_name == name]


def filled(app: AppTest) -> str:
    """The formulas and tables on the page as they look before a hand moves anything."""
    text = "\n\n".join(part.value for part in [*app.latex, *app.markdown])
    for sent in sent_to(app, "nnviz_live_latex"):
        for k, number in enumerate(sent["numbers"]):
            here = tex(number["of"][0], number["digits"])
            plus = "+" * (number["signed"] and not here.startswith("-"))
            place = rf"\textcolor{{#{bytes([*sent['mark'], k, 0]).hex()}}}{{\mathord{{}}}}"
            text = text.replace(place, plus + here)
    return text


def weights(app: AppTest) -> dict[str, list[str]]:
    """The table of weights, head -> column, its numbers as LaTeX."""
    text = filled(app)
    lines = text[text.index("| parameter |") :].splitlines()
    rows = [line.split("|")[1:-1] for line in takewhile(lambda line: line.startswith("|"), lines)]
    head, _, *body = [[cell.strip().strip("$") for cell in row] for row in rows]
    return dict(zip(head, map(list, zip(*body, strict=True)), strict=True))


def moving(app: AppTest) -> tuple[list[float], list[float]]:
    """The weights of that table and their slopes, before they are rounded."""
    numbers = [number["of"][0] for number in sent_to(app, "nnviz_live_latex")[0]["numbers"]]
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
    return line.detach(), present(line.grad)


@pytest.mark.parametrize(("steps", "eta"), [(0, 0.05), (25, 0.1), (500, 0.2)])
def test_the_formulas_hold_the_numbers_of_torch(steps: int, eta: float) -> None:
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


def test_the_normal_equation_has_the_persons_own_numbers() -> None:
    shown = formulas(opened(lr_data="own", lr_points="0 1\n1 3\n2 4"))
    assert r"\begin{bmatrix} 5 & 3 \\ 3 & 3 \end{bmatrix}" in shown  # Σx² = 5, Σx = 3, n = 3
    assert r"\begin{bmatrix} 11 \\ 8 \end{bmatrix}" in shown  # Σxy = 11, Σy = 8
    assert r"\begin{bmatrix} 1.5 \\ 1.167 \end{bmatrix}" in shown


def test_the_sums_are_written_out_where_they_are_short() -> None:
    shown = formulas(opened(lr_data="own", lr_points="0 1\n2 4", lr_b="0"))
    assert r"\tfrac{2}{2}\big[(-1)(0) + (-4)(2)\big]" in shown
    assert r"\cdots" not in shown


def test_a_mini_batch_gives_the_gradient_on_its_points() -> None:
    app = opened(lr_batch="4")
    assert any("4 points of the next mini-batch" in text.value for text in app.markdown)
    shown = formulas(app)
    dealt = np.random.default_rng((0, 0)).permutation(40)[:4]
    gradient = 2 * (-Y[dealt] * X[dealt]).mean()
    assert rf"\,x_i = {tex(float(gradient))}" in shown


@pytest.mark.parametrize("group", FORMULAS)
def test_a_batch_may_be_one_point(group: str) -> None:
    app = opened(lr_batch="1", lr_steps="25", lr_eta="0.1", lr_formulas=group)
    assert r"\textcolor" not in filled(app)


def test_of_mini_batches_the_player_tells_the_gradient_that_each_step_follows() -> None:
    app = opened(lr_batch="4", lr_steps="30", lr_eta="0.05")
    told = sent_to(app, "nnviz_player")[0]["values"]
    line = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    rule = torch.optim.SGD([line], lr=0.05)
    deck = [np.random.default_rng((0, epoch)).permutation(40)[:40].reshape(10, 4) for epoch in range(4)]
    for step, dealt in enumerate(np.concatenate(deck)[:31].tolist()):
        rule.zero_grad()
        torch.nn.functional.mse_loss(line[0] * X[dealt] + line[1], Y[dealt]).backward()
        here = [told[name][step] for name in ("lr_w", "lr_b", "lr_dw", "lr_db")]
        np.testing.assert_allclose(here, [*line.tolist(), *present(line.grad).tolist()], atol=1e-12)
        residuals = (line[0] * X[dealt] + line[1] - Y[dealt]).tolist()
        terms = [told[name][step] for name in ("lr_x1", "lr_e1", "lr_x2", "lr_e2")]
        np.testing.assert_allclose(terms, [X[dealt[0]], residuals[0], X[dealt[1]], residuals[1]], atol=1e-12)
        rule.step()
    assert rf"\,x_i = {tex(told['lr_dw'][-1])}" in formulas(app)


def test_all_steps_end_at_the_best_line_and_rewind_returns() -> None:
    app = opened(lr_eta="0.2")
    buttons = {button.label: button for button in app.button}
    buttons["Make up to 5000 updates"].click()
    w, b = np.polyfit(SAMPLES.x[:, 0], SAMPLES.y, 1)
    assert rf"\hat y &= {tex(w)}\,x +{tex(b)}" in formulas(app.run())
    {button.label: button for button in app.button}["Return to the start"].click()
    assert r"\hat y &= 0\,x +0" in formulas(app.run())


def test_the_table_of_rates_is_that_of_the_hessian_of_autograd() -> None:
    app = opened(lr_chapter="step_size", lr_rate="1.5", lr_near="0.01")
    x = X + X.std(correction=0)
    hessian = torch.autograd.functional.hessian(
        lambda line: torch.nn.functional.mse_loss(line[0] * x + line[1], Y),
        torch.zeros(2, dtype=torch.float64),
    )
    flat, steep = torch.linalg.eigvalsh(hessian).tolist()
    assert table_row(app, "eigenvalues") == [f"{flat:.3g}, {steep:.3g}", "2, 2"]
    assert table_row(app, "condition") == [f"{steep / flat:.4g}", "1"]
    assert table_row(app, "learning rate") == [f"{1.5 / steep:.4g} (zig-zag)", "0.75 (zig-zag)"]
    assert table_row(app, "updates, guaranteed")[1] == "7"  # 0.5⁷ < 0.01 < 0.5⁶
    predicted, observed = (int(table_row(app, f"updates, {word}")[0]) for word in ("guaranteed", "observed"))
    assert observed <= predicted <= observed + 3


@pytest.mark.parametrize(
    ("name", "regime"),
    [
        ("1/λₘₐₓ", "monotone"),
        ("2/(λₘᵢₙ+λₘₐₓ)", "zig-zag"),
        ("2/λₘₐₓ", "neither converges nor diverges"),
    ],
)
def test_a_button_sets_the_learning_rate_it_names(name: str, regime: str) -> None:
    app = opened(lr_chapter="step_size")
    next(button for button in app.button if button.label == f"Set η = {name}").click()
    app.run()
    flat, steep = (float(part) for part in table_row(app, "eigenvalues")[0].split(","))
    expected = {"1/λₘₐₓ": 1 / steep, "2/(λₘᵢₙ+λₘₐₓ)": 2 / (flat + steep), "2/λₘₐₓ": 2 / steep}[name]
    eta, word = present(re.fullmatch(r"(\S+) \((.+)\)", table_row(app, "learning rate")[0])).groups()
    assert float(eta) == pytest.approx(expected, rel=0.01)
    assert word == regime


def test_x_is_stretched_and_then_moved_by_its_own_deviations() -> None:
    np.testing.assert_allclose(
        shift_and_stretch(np.array([1.0, 3.0]), 2.0, 3.0), [9.0, 15.0]
    )  # 3 and 9, whose deviation is 3
    np.testing.assert_allclose(shift_and_stretch(np.array([2.0, 2.0]), 1.0, 1.0), [3.0, 3.0])


def test_the_weights_table_holds_autograds_gradient_and_the_published_plane() -> None:
    app = opened(lr_chapter="more_inputs", lr_table="trees", lr_updates="0", lr_wb="0")
    frame = weights(app)
    trees = load("trees")
    parameters = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    x, y = torch.tensor(trees.x), torch.tensor(trees.y)
    torch.nn.functional.mse_loss(x @ parameters[:2] + parameters[2], y).backward()
    np.testing.assert_allclose(moving(app)[1], present(parameters.grad), rtol=1e-9)
    assert frame["∂L/∂θ"] == [tex(slope, 4) for slope in present(parameters.grad).tolist()]
    assert frame["least squares"] == [tex(value, 4) for value in (4.7082, 0.3393, -57.9877)]  # R's ?trees
    slope = r" \\ ".join(tex(value) for value in present(parameters.grad).tolist())
    assert rf"X^\top (X\theta - y) = \begin{{bmatrix}} {slope} \end{{bmatrix}}" in formulas(app)
    assert "R^2 = 0.948" in formulas(app)


def test_weights_by_hand_walk_on_from_there() -> None:
    app = opened(lr_chapter="more_inputs", lr_w1="0.5", lr_wb="0.2", lr_updates="0")
    app.slider(key="lr_w2").set_value(-0.06)
    next(button for button in app.button if button.label == "Use the least-squares weights").click()
    app.run()
    now, slope = moving(app)
    np.testing.assert_allclose(now, list(map(float, weights(app)["least squares"])), rtol=0.05)
    np.testing.assert_allclose(slope, 0, atol=0.5)


def test_a_table_of_ones_own_comes_from_the_link() -> None:
    app = opened(lr_chapter="more_inputs", lr_table="own", lr_csv="a,b,c\n1,0,3\n0,1,4\n1,1,6\n2,1,9\n")
    frame = weights(app)
    best = np.linalg.lstsq(OWN[:, :3], OWN[:, 3])[0]
    assert frame["least squares"] == [tex(value, 4) for value in best.tolist()]
    assert frame["parameter"] == ["w_1", "w_2", "b"]
    assert "x₁: a, x₂: b" in [text.value for text in app.text]


def test_powers_beyond_floating_point_are_said_and_the_picture_stays() -> None:
    app = opened(lr_chapter="polynomials", lrp_data="own", lrp_points="1e90 1\n2e90 3\n3e90 4")
    assert any("in floating point" in code.value for code in app.code)
    assert "validation set" in formulas(app)


OWN = np.array([[1, 0, 1, 3], [0, 1, 1, 4], [1, 1, 1, 6], [2, 1, 1, 9]], dtype=float)  # a, b, 1, c


@pytest.mark.parametrize("text", ["a,b\n1,2\n3,4", "three blind mice", "x;y;z\na;b;c"])
def test_a_table_that_is_none_is_said_and_the_last_stays(text: str) -> None:
    app = opened(lr_chapter="more_inputs", lr_table="own", lr_csv=text)
    assert app.error
    assert any("x₁: size" in text.value for text in app.text)


def test_equal_columns_are_said_and_still_have_a_picture() -> None:
    text = "a,b,c\n1,2,3\n2,4,5\n3,6,8\n"
    app = opened(lr_chapter="more_inputs", lr_table="own", lr_csv=text)
    assert any("rank 2, and there are 3 parameters" in box.value for box in app.info)


@pytest.mark.parametrize(("basis", "degree"), [("powers", 3), ("chebyshev", 9)])
def test_both_errors_of_a_polynomial_are_those_of_numpy(basis: str, degree: int) -> None:
    app = opened(lr_chapter="polynomials", lr_basis=basis, lr_degree=str(degree))
    samples = draw(SampleSpec("sine", 40, 0.4))
    x, y = samples.x[:, 0], samples.y
    held = np.random.default_rng(2).permutation(40)[:16]
    train = np.setdiff1d(np.arange(40), held)
    fit = np.polynomial.Polynomial.fit(x[train], y[train], degree)
    shown = formulas(app)
    for name, part in (("training set", train), ("validation set", held)):
        error = tex(float(np.mean((fit(x[part]) - y[part]) ** 2)), 4)
        assert f"| {name} | {len(part)} | {degree} | ${error}$ |" in shown
