"""The page on gradient descent in Streamlit's own test runner: what is chosen is what is run, said and kept."""

import math

import pytest
import torch
from streamlit.testing.v1 import AppTest

from nnviz.learning import METHODS, OPTIMIZERS, SCHEDULES, SURFACES
from tests.ui.test_pages import healthy, opened

PAGE = "gradient_descent"


def report(app: AppTest) -> str:
    table = next(text.value for text in app.markdown if text.value.startswith("| optimizer"))
    return table.replace("\u00a0", " ")  # a number stays with its sign


@pytest.mark.parametrize("name", SURFACES)
def test_everyone_runs_on_every_surface(name):
    everyone = [method.label for method in METHODS.values()]
    app = healthy(opened(PAGE, gd_surface=SURFACES[name].label, gd_optimizers=everyone))
    assert all(f"| {label}, η" in report(app) for label in everyone)


def test_the_theory_of_a_bowl_stands_beside_what_was_seen():
    row = next(line for line in report(opened(PAGE)).splitlines() if line.startswith("| Gradient descent"))
    assert row.count("× 0.9300") == 2  # 1 − 0.07 · 1


def test_the_dial_sets_the_condition_number():
    app = healthy(opened(PAGE, gd_kappa="100", gd_angle="45.0"))
    assert any("100" in formula.value for formula in app.latex)


def test_a_typed_formula_is_a_surface():
    link = {
        "gd_surface": "Your own formula …",
        "gd_formula": "(x-1)^2 + 4(y+1/2)^2",
        "gd_xa": "-3",
        "gd_xb": "3",
    }
    app = healthy(opened(PAGE, **link))
    assert "Converged" in report(app)
    assert app.number_input(key="gd_x").min == -3


@pytest.mark.parametrize("typed", ["x^2 +", "z", "sqrt(-1 - x^2)", "", "__import__('os')", "x" * 400])
def test_a_formula_that_makes_no_surface_keeps_the_last(typed):
    app = opened(PAGE, gd_surface="Your own formula …", gd_formula="x^2 + y^2")
    before = report(app)
    app.text_input(key="gd_formula").set_value(typed).run()
    assert healthy(app).error
    assert report(app) == before


def test_a_box_that_is_none_is_said():
    app = opened(PAGE, gd_surface="Your own formula …", gd_xa="-1", gd_xb="2")
    before = report(app)
    app.number_input(key="gd_xb").set_value(-5).run()
    assert any("a side of the box" in code.value for code in healthy(app).code)
    assert report(app) == before


def test_a_start_where_there_is_no_value_is_said():
    app = healthy(opened(PAGE, gd_surface="Your own formula …", gd_formula="ln(x) + y^2 + 1/x", gd_x="-1"))
    assert any("no usable value or slope at the start" in code.value for code in app.code)


def test_own_settings_are_followed():
    plain = report(opened(PAGE))
    app = healthy(opened(PAGE, gd_momentum_momentum="0.5", gd_momentum_eta="2"))
    assert report(app) != plain
    app.number_input(key="gd_momentum_momentum").set_value(1.5).run()
    assert any("legal is 0 ≤ momentum < 1" in code.value for code in healthy(app).code)


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_runs(name):
    app = healthy(opened(PAGE, gd_schedule=SCHEDULES[name].label, gd_measure="Learning rate"))
    theory = "× 0.9300 (theory: × 0.9300)" in report(app)
    assert theory == (name == "constant")


def test_noise_has_a_floor_and_not_a_rate():
    app = healthy(opened(PAGE, gd_noise="1.0", gd_steps="1000"))
    assert "above the least" in report(app)
    assert "each step" not in report(app)
    row = next(line for line in report(app).splitlines() if line.startswith("| Gradient descent"))
    floor = sum(
        0.07 / (2 * (2 - 0.07 * value)) for value in (1, 25)
    )  # η σ² / (2 (2 − ηλ)) along each direction
    assert f"in the long run {floor:.2g})" in row


def test_a_schedule_under_noise_has_a_theory_for_some():
    app = healthy(opened(PAGE, gd_noise="1.0", gd_schedule="1/t"))
    rows = report(app).splitlines()
    assert ["in the long run like" in row for row in rows[2:]] == [True, True, False]  # of Adam there is none


def test_who_is_stuck_is_compared_with_the_minimum_it_went_to():
    app = healthy(opened(PAGE, gd_surface="Rastrigin's egg box", gd_optimizers=["Gradient descent"]))
    bends = [2 + 40 * torch.pi**2 * math.cos(2 * torch.pi * x) for x in (1.98991, 1.98991)]
    assert f"(theory: × {max(abs(1 - 1e-3 * bend) for bend in bends):.4f})" in report(app)
    assert "theory" not in report(opened(PAGE, gd_surface="Your own formula …", gd_formula="|x| + |y|"))


def test_mini_batches_are_real_where_there_are_data():
    app = healthy(
        opened(PAGE, gd_surface="Risk of a line on the data of page 1", gd_batch="4", gd_steps="500")
    )
    assert "above the least" in report(app)
    assert "gd_batch" not in [slider.key for slider in opened(PAGE, gd_noise="0.5").slider]


def test_the_risk_is_that_of_the_data_of_page_one():
    x, y = torch.tensor([[0.0, 1], [1, 3], [2, 4.5]], dtype=torch.float64).T
    hessian = torch.autograd.functional.hessian(
        lambda line: torch.nn.functional.mse_loss(line[0] * x + line[1], y), torch.zeros(2).double()
    )
    rate = 1 / float(torch.linalg.eigvalsh(hessian)[-1])
    link = {"lr_data": "My own points", "lr_points": "0 1\n1 3\n2 4.5"}
    app = healthy(opened(PAGE, gd_surface="Risk of a line on the data of page 1", **link))
    assert any("3 points" in text.value for text in app.text)
    assert f"| Gradient descent, η = {rate:.3g} |" in report(app)
    app.text_area(key="lr_points").set_value("0 1\nnonsense").run()
    assert healthy(app).error
    app.switch_page("pages/1_linear_regression.py").run()
    assert app.selectbox(key="lr_data").value == "own"


def test_nobody_chosen_is_said():
    app = opened(PAGE)
    app.button_group(key="gd_optimizers").set_value([]).run()
    assert any("at least one" in info.value for info in healthy(app).info)


def test_curvature_where_one_stands():
    healthy(opened(PAGE, gd_bent="true", gd_surface="One hidden unit on data"))


SLOW, SOLID, NETWORK = "One update in slow motion", "In three dimensions", "The loss of a network"


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_in_slow_motion(name):
    app = healthy(opened(PAGE, gd_chapter=SLOW, gd_one=OPTIMIZERS[name].label))
    titles = [
        text.value for text in app.markdown if text.value.startswith("**1 · ") or "· Step.**" in text.value
    ]
    assert titles[0].startswith("**1 · Slope.**")
    assert titles[-1].split(" · ")[1].startswith("Step.**")
    assert sum("aligned" in formula.value for formula in app.latex) >= 2


def test_an_update_after_divergence_is_said_and_the_last_stays():
    app = opened(PAGE, gd_chapter=SLOW, gd_one="Gradient descent", gd_after="60")
    before = [formula.value for formula in app.latex]
    app.select_slider(key="gd_rate").set_value(10.0).run()
    assert any("it diverges after" in code.value for code in healthy(app).code)
    assert [formula.value for formula in app.latex] == before


@pytest.mark.parametrize("chapter", [SLOW, SOLID])
def test_a_start_without_a_value_is_said_in_every_chapter(chapter):
    link = {"gd_surface": "Your own formula …", "gd_formula": "ln(x) + y^2 + 1/x", "gd_x": "-1"}
    app = healthy(opened(PAGE, gd_chapter=chapter, **link))
    assert any("no usable value or slope at the start" in code.value for code in app.code)


@pytest.mark.parametrize("plane", ["Principal components of the path", "Random, filter-normalised"])
def test_what_a_plane_hides_is_said(plane):
    app = healthy(opened(PAGE, gd_chapter=NETWORK, gd_plane=plane))
    assert any("off the plane by up to" in text.value for text in app.markdown)
    assert any("of the variance of the path" in text.value for text in app.markdown) == plane.startswith("Pr")
    healthy(opened(PAGE, gd_chapter=NETWORK, gd_plane=plane, gd_view="As a landscape"))


def test_a_training_that_diverges_has_no_plane_and_says_so():
    link = {
        "gd_trainer": "Gradient descent",
        "gd_trainer_rate": "1",
        "gd_activation": "Square",
        "gd_width": "32",
    }
    app = healthy(opened(PAGE, gd_chapter=NETWORK, **link))
    assert any("plane" in code.value for code in app.code) or any(
        "diverged" in box.value for box in app.warning
    )
