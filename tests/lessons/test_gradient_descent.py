"""The page on gradient descent in Streamlit's own test runner: what is chosen is what is run, said and kept."""

import ast
import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from nnviz.lessons import gradient_descent as lesson
from nnviz.lessons.gradient_descent.in_3d import text as in_3d
from nnviz.lessons.gradient_descent.network_loss import text as network_loss
from nnviz.lessons.gradient_descent.one_update import text as one_update
from nnviz.lessons.gradient_descent.one_update.view import scale_arrows
from nnviz.lessons.gradient_descent.race import text as race
from nnviz.losses import ravine
from nnviz.optimization import (
    METHODS,
    OPTIMIZERS,
    SCHEDULES,
    SURFACES,
    DescentSpec,
    Trajectory,
    descend,
    distances,
    suggested_learning_rate,
)
from nnviz.optimization.phases import slow_motion
from tests.apps import healthy, open_page

PAGE = "gradient_descent"


def report(app: AppTest) -> str:
    table = next(text.value for text in app.markdown if text.value.startswith("| optimizer"))
    return table.replace("\u00a0", " ")  # a number stays with its sign


@pytest.mark.parametrize("name", SURFACES)
def test_everyone_runs_on_every_surface(name: str) -> None:
    everyone = [method.label for method in METHODS.values()]
    app = healthy(open_page(PAGE, gd_surface=name, gd_optimizers=list(METHODS)))
    assert all(f"| {label}, η" in report(app) for label in everyone)


def test_the_theory_of_a_bowl_stands_beside_what_was_seen() -> None:
    row = next(line for line in report(open_page(PAGE)).splitlines() if line.startswith("| Gradient descent"))
    assert row.count("× 0.9825") == 2  # 1 − 0.0175 · 1


def test_the_dial_sets_the_condition_number() -> None:
    app = healthy(open_page(PAGE, gd_kappa="250", gd_angle="45.0"))
    assert any("250" in formula.value for formula in app.latex)


def test_a_typed_formula_is_a_surface() -> None:
    link = {
        "gd_surface": "typed",
        "gd_formula": "(x-1)^2 + 4(y+1/2)^2",
        "gd_xa": "-3",
        "gd_xb": "3",
    }
    app = healthy(open_page(PAGE, **link))
    assert "Converged" in report(app)
    assert app.number_input(key="gd_x").min == -3


@pytest.mark.parametrize("typed", ["x^2 +", "z", "sqrt(-1 - x^2)", "", "__import__('os')", "x" * 400])
def test_a_formula_that_makes_no_surface_keeps_the_last(typed: str) -> None:
    app = open_page(PAGE, gd_surface="typed", gd_formula="x^2 + y^2")
    before = report(app)
    app.text_input(key="gd_formula").set_value(typed).run()
    assert healthy(app).error
    assert report(app) == before


def test_a_box_that_is_none_is_said() -> None:
    app = open_page(PAGE, gd_surface="typed", gd_xa="-1", gd_xb="2")
    before = report(app)
    app.text_input(key="gd_xb").set_value("-5").run()
    assert any("`box` must be a smaller and a larger number" in code.value for code in healthy(app).code)
    assert report(app) == before


def test_a_start_where_there_is_no_value_is_said() -> None:
    app = healthy(open_page(PAGE, gd_surface="typed", gd_formula="ln(x) + y^2 + 1/x", gd_x="-1"))
    assert any("`start` must be a point with a finite value and gradient" in code.value for code in app.code)


def test_own_settings_are_followed() -> None:
    plain = report(open_page(PAGE))
    app = healthy(open_page(PAGE, gd_momentum_momentum="0.5", gd_momentum_eta="2"))
    assert report(app) != plain
    app.number_input(key="gd_momentum_momentum").set_value(1.5).run()
    assert any("must be at least 0 and below 1" in code.value for code in healthy(app).code)


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_runs(name: str) -> None:
    app = healthy(open_page(PAGE, gd_schedule=name, gd_measure="rate"))
    is_predicted = "× 0.9825 (predicted: × 0.9825)" in report(app)
    assert is_predicted == (name == "constant")


def test_noise_has_a_floor_and_not_a_rate() -> None:
    app = healthy(open_page(PAGE, gd_noise="1.0", gd_steps="1000"))
    assert "above the minimum" in report(app)
    assert "per update" not in report(app)
    row = next(line for line in report(app).splitlines() if line.startswith("| Gradient descent"))
    floor = sum(
        0.0175 / (2 * (2 - 0.0175 * value)) for value in (1, 100)
    )  # η σ² / (2 (2 − ηλ)) along each direction
    assert f"in the long run {floor:.2g})" in row


def test_a_schedule_under_noise_has_a_theory_for_some() -> None:
    app = healthy(open_page(PAGE, gd_noise="1.0", gd_schedule="inverse", gd_optimizers=WITH_ADAM))
    rows = report(app).splitlines()
    assert ["in the long run like" in row for row in rows[2:]] == [True, True, False]  # of Adam there is none


def test_who_is_stuck_is_compared_with_the_minimum_it_went_to() -> None:
    app = healthy(open_page(PAGE, gd_surface="rastrigin", gd_optimizers=["gradient_descent"]))
    bends = [2 + 40 * torch.pi**2 * math.cos(2 * torch.pi * x) for x in (1.98991, 1.98991)]
    assert f"(predicted: × {max(abs(1 - 1e-3 * bend) for bend in bends):.4f})" in report(app)
    assert "predicted" not in report(open_page(PAGE, gd_surface="typed", gd_formula="|x| + |y|"))


def test_mini_batches_are_real_where_there_are_data() -> None:
    app = healthy(open_page(PAGE, gd_surface="line", gd_batch="4", gd_steps="500"))
    assert "above the minimum" in report(app)
    assert "gd_batch" not in [slider.key for slider in open_page(PAGE, gd_noise="0.5").slider]


def test_a_batch_size_above_the_number_of_points_of_other_data_moves_to_it() -> None:
    app = healthy(open_page(PAGE, gd_surface="line", gd_batch="39"))
    app.selectbox(key="lr_data").set_value("galileo").run()
    assert healthy(app).slider(key="gd_batch").value == app.slider(key="gd_batch").max == 7


def test_the_loss_is_that_of_the_data_of_page_one() -> None:
    x, y = torch.tensor([[0.0, 1], [1, 3], [2, 4.5]], dtype=torch.float64).T
    hessian = torch.autograd.functional.hessian(
        lambda line: torch.nn.functional.mse_loss(line[0] * x + line[1], y), torch.zeros(2).double()
    )
    rate = 1 / float(torch.linalg.eigvalsh(hessian)[-1])
    link = {"lr_data": "own", "lr_points": "0 1\n1 3\n2 4.5"}
    app = healthy(open_page(PAGE, gd_surface="line", **link))
    assert any("3 points" in text.value for text in app.text)
    assert f"| Gradient descent, η = {rate:.3g} |" in report(app)
    app.text_area(key="lr_points").set_value("0 1\nnonsense").run()
    assert healthy(app).error
    app.switch_page("../../pages/1_linear_regression.py").run()
    assert app.selectbox(key="lr_data").value == "own"


def test_nobody_chosen_is_said() -> None:
    app = open_page(PAGE)
    app.button_group(key="gd_optimizers").set_value([]).run()
    assert any("at least one" in info.value for info in healthy(app).info)


def test_curvature_where_one_stands() -> None:
    healthy(open_page(PAGE, gd_bent="true", gd_surface="unit"))


WITH_ADAM = ["gradient_descent", "momentum", "adam"]
SLOW, SOLID, NETWORK = "one_update", "in_3d", "network_loss"


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_in_slow_motion(name: str) -> None:
    app = healthy(open_page(PAGE, gd_chapter=SLOW, gd_one=name))
    titles = [
        text.value for text in app.markdown if text.value.startswith("**1 · ") or "· Step.**" in text.value
    ]
    assert titles[0].startswith("**1 · Gradient.**")
    assert titles[-1].split(" · ")[1].startswith("Step.**")
    assert sum("aligned" in formula.value for formula in app.latex) >= 2


def test_an_update_after_divergence_is_said_and_the_last_stays() -> None:
    app = open_page(PAGE, gd_chapter=SLOW, gd_one="gradient_descent", gd_after="60")
    before = [formula.value for formula in app.latex]
    app.select_slider(key="gd_rate").set_value(10.0).run()
    assert any("where the run diverges" in code.value for code in healthy(app).code)
    assert [formula.value for formula in app.latex] == before


@pytest.mark.parametrize("chapter", [SLOW, SOLID])
def test_a_start_without_a_value_is_said_in_every_chapter(chapter: str) -> None:
    link = {"gd_surface": "typed", "gd_formula": "ln(x) + y^2 + 1/x", "gd_x": "-1"}
    app = healthy(open_page(PAGE, gd_chapter=chapter, **link))
    assert any("`start` must be a point with a finite value and gradient" in code.value for code in app.code)


@pytest.mark.parametrize("plane", ["components", "random"])
def test_what_a_plane_hides_is_said(plane: str) -> None:
    app = healthy(open_page(PAGE, gd_chapter=NETWORK, gd_plane=plane))
    assert any("of a network from the plane is up to" in text.value for text in app.markdown)
    assert any("lies in this plane" in text.value for text in app.markdown) == (plane == "components")
    healthy(open_page(PAGE, gd_chapter=NETWORK, gd_plane=plane, gd_view="surface"))


def test_a_training_that_diverges_has_no_plane_and_says_so() -> None:
    link = {
        "gd_trainer": "gradient_descent",
        "gd_trainer_rate": "1",
        "gd_activation": "square",
        "gd_width": "32",
    }
    app = healthy(open_page(PAGE, gd_chapter=NETWORK, **link))
    assert any("plane" in code.value for code in app.code) or any(
        "diverged" in box.value for box in app.warning
    )


CHAPTERS = {
    "race": race.CHAPTER,
    "one_update": one_update.CHAPTER,
    "in_3d": in_3d.CHAPTER,
    "network_loss": network_loss.CHAPTER,
}


def test_the_learning_rate_is_said_as_the_slider_counts_it() -> None:
    app = healthy(open_page(PAGE, gd_chapter=SOLID, gd_rate="0.5"))
    said = (
        "With $0.5$ times the suggested $\\eta = 0.0175$, the first update is $2.1$ long."  # 0.5 · 1.75 · 2.4
    )
    assert any(text.value.startswith(said) for text in app.markdown)


@pytest.mark.parametrize("key", CHAPTERS)
def test_every_question_has_one_right_answer_and_a_reply_to_each(key: str) -> None:
    app = open_page(PAGE, gd_chapter=key)
    for question in CHAPTERS[key].questions:
        assert len({answer.reply for answer in question.answers}) == len(question.answers)
        for answer in question.answers:
            app.radio(key=question.key).set_value(answer.text).run()
            shown = [box.value for box in (*healthy(app).success, *app.info)]
            assert any(value.startswith("**Yes.**" if answer.right else "**Not quite.**") for value in shown)


@pytest.mark.parametrize("key", CHAPTERS)
def test_every_chapter_has_goals_and_something_to_notice(key: str) -> None:
    chapter = CHAPTERS[key]
    assert 2 <= len(chapter.goals) <= 4
    assert 3 <= len(chapter.notice) <= 5


@pytest.mark.parametrize("key", CHAPTERS)
def test_the_code_of_every_chapter_opens(key: str) -> None:
    app = open_page(PAGE, gd_chapter=key)
    for name in ("gd_race", "gd_update_source", "gd_solid_source", "gd_plane_source"):
        app.session_state[f"{name}_code"] = True
    assert any("import numpy as np" in code.value for code in healthy(app.run()).code)


def test_no_key_is_typed_twice() -> None:
    """A key that two places use is a constant, so that a control and its chart cannot differ."""
    found = [
        node.value
        for file in sorted(Path(lesson.__file__).parent.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and re.fullmatch(r"gd_\w+", str(node.value))
    ]
    assert [key for key, number in Counter(found).items() if number > 1] == []


def row_of(app: AppTest, label: str) -> str:
    return next(line for line in report(app).splitlines() if line.startswith(f"| {label}, η"))


def run_in_the_ravine(name: str) -> Trajectory:
    surface = ravine(100.0)
    rate = suggested_learning_rate(surface, METHODS[name])
    return descend(DescentSpec("own", name, rate, (-2.4, -2.4), 200), surface)


def test_memory_and_gradient_add_up_to_the_step_on_the_picture() -> None:
    rate = suggested_learning_rate(ravine(100.0), METHODS["momentum"])
    motion = slow_motion(DescentSpec("own", "momentum", rate, (-2.4, -2.4), 35), ravine(100.0))
    drawn = scale_arrows(motion, rate, is_sum=True)
    told = [arrow for arrow in drawn if arrow.told]
    assert [arrow.told for arrow in told] == [
        "memory  −ημv = (0.032, 0.041)",
        "+ gradient now  −ηg = (0.00071, −0.23)",
        "= step  Δθ = (0.033, −0.19)",
    ]
    np.testing.assert_allclose(told[0].vector + told[1].vector, told[2].vector)
    np.testing.assert_allclose(told[1].start, told[0].start + told[0].vector)
    run = descend(DescentSpec("own", "momentum", rate, (-2.4, -2.4), 35), ravine(100.0))
    along, across = (-run.gradients[10:36]).T
    assert (along > 0).all()
    assert (np.diff(np.sign(across)) != 0).sum() >= 6


def test_long_steps_cross_the_valley_and_those_of_adam_do_not() -> None:
    heights = run_in_the_ravine("gradient_descent").points[:, 1]
    assert heights[1] == pytest.approx(1.8)
    assert (heights[:20] * heights[1:21] < 0).all()
    assert (np.diff(np.abs(heights[:20])) < 0).all()
    half = suggested_learning_rate(ravine(100.0), METHODS["gradient_descent"]) / 2
    short = descend(DescentSpec("own", "gradient_descent", half, (-2.4, -2.4), 1), ravine(100.0))
    assert short.points[1, 1] < 0
    heights = run_in_the_ravine("adam").points[:, 1]
    assert (heights[:60] < 0).all()
    assert heights[60] >= 0


def test_the_defaults_show_what_the_text_says_of_the_ravine() -> None:
    app = open_page(PAGE, gd_optimizers=WITH_ADAM)
    assert "Not converged after 200 updates" in row_of(app, "Gradient descent")
    assert "Converged after 76 updates" in row_of(app, "Momentum")
    assert "Converged after 86 updates" in row_of(app, "Adam")
    adam = distances(run_in_the_ravine("adam"), ravine(100.0))
    below = adam <= 0.01 * 6  # 1 % of the width of the map
    assert [bool(one) for one in (below[61], below[85], below[86:].all())] == [True, False, True]
    app = open_page(PAGE, gd_rate="2")
    assert "diverged" in row_of(app, "Gradient descent")
    for angle, ending in (("0.0", "Converged after 77 updates"), ("45.0", "Not converged after 200 updates")):
        assert ending in row_of(open_page(PAGE, gd_optimizers=["adagrad"], gd_angle=angle), "AdaGrad")


def test_newton_needs_one_update_on_a_bowl_and_stops_at_a_saddle_that_the_damped_one_leaves() -> None:
    link = {"gd_optimizers": ["newton", "damped_newton"]}
    assert report(open_page(PAGE, **link)).count("Converged after 1 update.") == 2
    app = open_page(PAGE, gd_surface="saddle", **link)
    assert "at a saddle point" in row_of(app, "Newton")
    assert "Converged" in row_of(app, "Newton, damped")


def test_the_answer_about_momentum_is_what_the_optimizers_do() -> None:
    surface, left = ravine(100.0), {}
    best = {
        "gradient_descent": (2 / 101, ()),
        "momentum": ((2 / 11) ** 2, (("momentum", (9 / 11) ** 2),)),
    }
    for name, (rate, settings) in best.items():
        run = descend(DescentSpec("own", name, rate, (-2.4, -2.4), 200, settings), surface)
        left[name] = distances(run, surface) / math.hypot(2.4, 2.4)
    assert [int((share <= 0.1).argmax()) for share in left.values()] == [116, 30]
    assert left["momentum"].max() == pytest.approx(2.7, abs=0.05)
    assert left["gradient_descent"][12] == pytest.approx(0.79, abs=0.005)
    right = next(answer for answer in race.CHAPTER.questions[0].answers if answer.right)
    assert right.text == "Gradient descent: 116. Momentum: 30."


def test_the_best_settings_of_theory_can_be_used() -> None:
    app = open_page(PAGE, gd_best="true", gd_optimizers=WITH_ADAM)
    assert "× 0.9802 (predicted: × 0.9802)" in row_of(app, "Gradient descent")
    assert "(predicted: × 0.8182)" in row_of(app, "Momentum")
    assert "Converged after 40 updates" in row_of(app, "Momentum")
    assert row_of(app, "Adam") == row_of(open_page(PAGE, gd_optimizers=WITH_ADAM), "Adam")
    app.selectbox(key="gd_surface").set_value("rosenbrock").run()
    assert "gd_best" not in [toggle.key for toggle in healthy(app).toggle]


def test_one_message_at_a_time_says_what_to_do_about_the_start_or_the_formula() -> None:
    app = healthy(open_page("gradient_descent", gd_surface="typed", gd_formula="x^2+y^2"))
    for formula, words in (
        ("log(x)+y^2", "Move the start"),
        ("((", "ends too early"),
        ("log(x)+y^2", "Move the start"),
    ):
        app.text_input(key="gd_formula").set_value(formula)
        healthy(app.run())
        (said,) = [box.value for box in app.code if words in box.value]
        assert len(app.error) == 1, said
