"""The page on losses in Streamlit's own test runner, chapter by chapter."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from scipy.special import softmax
from streamlit.testing.v1 import AppTest

from nnviz._memory import RESULTS
from nnviz.data import DataError, SampleSpec, draw
from nnviz.data.classes import read_classes
from nnviz.data.tables import parse_table
from nnviz.lessons.loss_functions.boundaries import chart, text
from nnviz.lessons.loss_functions.boundaries import view as boundaries
from nnviz.lessons.loss_functions.boundaries.points.view import Points, split_points
from nnviz.lessons.loss_functions.classes import view as classes
from nnviz.lessons.loss_functions.errors import view as errors
from nnviz.lessons.loss_functions.noise import view as noise
from nnviz.lessons.loss_functions.noise.fit.view import PLACE, Fitted, densities, fit_assumed
from nnviz.losses.likelihoods import NOISE_MODELS, NoiseSpec
from nnviz.optimization.logistic_regression import LogitSpec, fit_logit
from nnviz.regression.classification import LinearLogit
from nnviz.web.glossary import expand
from nnviz.web.lesson import Chapter, Question
from tests.apps import healthy, open_page
from tests.narrowing import present

ROOT = Path(__file__).parents[2]


def opened(chapter: str = "errors", **link: str | list[str]) -> AppTest:
    return healthy(open_page("loss_functions", lf_chapter=chapter, **link))


def table(app: AppTest, head: str) -> list[list[str]]:
    """The rows of the first table whose head begins like that."""
    text = next(text.value for text in app.markdown if text.value.startswith(f"| {head}"))
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines()[2:]]


def test_the_mean_follows_the_ninth_number_and_the_median_does_not() -> None:
    near, far = (table(opened(lf_far=value), "loss | best constant") for value in ("5.0", "12.0"))
    assert float(far[0][1]) - float(near[0][1]) == pytest.approx(7 / 9, abs=2e-3)
    assert far[1][1] == near[1][1]


def test_the_line_of_the_squared_loss_follows_the_outlier() -> None:
    low, high = (table(opened(lf_outlier=value), "loss | slope") for value in ("2.0", "9.0"))
    assert float(high[0][1]) - float(low[0][1]) > 0.4
    assert abs(float(high[1][1]) - float(low[1][1])) < 0.1


def test_all_losses_and_their_settings_are_in_the_link() -> None:
    app = opened(lf_losses="quantile", lf_quantile_tau="0.5")
    (row,) = table(app, "loss | best constant")
    assert float(row[1]) == pytest.approx(2.6, abs=1e-3)


def test_no_loss_chosen_leaves_the_page_whole() -> None:
    app = opened()
    app.button_group(key="lf_losses").set_value([]).run()
    assert not app.exception


def test_the_softmax_stands_in_its_formula() -> None:
    app = opened("classes", lf_z1="0", lf_z2="0", lf_z3="0")
    written = "".join(latex.value for latex in app.latex)
    assert "= 0.333" in written
    assert r"\ell = -\log p_2 = 1.1" in written


def test_an_update_moves_the_logits_against_the_gradient() -> None:
    app = opened("classes")
    app.button(key="lf_update_logits").click().run()
    moved = [app.slider(key=f"lf_z{k}").value for k in (1, 2, 3)]
    logits = np.array([2.0, 0.5, -1.0])
    assert moved == pytest.approx(logits - softmax(logits) + [0, 1, 0], abs=0.006)


def test_the_cross_entropy_is_split() -> None:
    app = opened("classes", lf_q1="0.7", lf_q2="0.2", lf_q3="0.1")
    assert any(r"\underbrace{0.802}_{H(p)}" in latex.value for latex in app.latex)


def test_where_the_squared_error_is_not_convex_is_said() -> None:
    assert any("z < −0.693" in caption.value for caption in opened("classes").caption)


@pytest.mark.parametrize("loss", ["cross_entropy", "hinge", "squared_sigmoid", "focal"])
@pytest.mark.parametrize("model", ["linear", "network"])
def test_every_loss_trains_every_model(model: str, loss: str) -> None:
    rows = table(opened("boundaries", lf_loss=loss, lf_model=model, lf_degree="3"), "data | accuracy")
    assert [row[0] for row in rows] == ["training set (120)", "validation set (80)", "test set (2000)"]
    assert float(rows[0][1].rstrip(" %")) > 85


def test_xor_takes_a_product_of_the_features() -> None:
    one, two = (
        table(opened("boundaries", lf_data="xor", lf_degree=degree), "data | accuracy") for degree in "12"
    )
    assert float(one[0][1].rstrip(" %")) < 80
    assert float(two[0][1].rstrip(" %")) > 95


def test_own_points_come_from_the_link_and_bad_ones_leave_the_last_good() -> None:
    app = opened("boundaries", lf_data="own")
    app.text_area(key="lf_points").set_value("\n".join(f"{k} {k % 3} {k % 2}" for k in range(10))).run()
    assert table(app, "data | accuracy")[0][0] == "training set (6)"
    app.text_area(key="lf_points").set_value("three blind mice").run()
    assert not app.exception
    assert app.error
    assert table(app, "data | accuracy")[0][0] == "training set (6)"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 2\n3 4", "Three columns of numbers are needed"),
        ("0 0 1\n1 1 2\n2 0 3\n0 3 1", "2 different values, got 3"),
        ("0 0 1\n1 1 2\n2 0 2", "is 1 at one point only"),
        ("1 0 1\n1 1 2\n1 5 2\n1 7 1", "in every row"),
    ],
)
def test_points_that_are_not_two_classes_are_said(text: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        read_classes(parse_table(text))


def test_it_is_said_which_value_is_which_class() -> None:
    samples = read_classes(parse_table("size,kg,kind\n1,0,3\n1,2,3\n2,2,5\n3,1,5"))
    assert samples.y.tolist() == [0, 0, 1, 1]
    assert samples.features == ("size", "kg")
    assert samples.classes == ("kind = 3", "kind = 5")
    samples = read_classes(parse_table("1 0 0\n1 2 0\n2 2 1\n3 1 1"))
    assert (samples.features, samples.classes) == (("x1", "x2"), ())
    samples = read_classes(parse_table("a,b,kind\n1,0,old\n1,2,old\n2,2,new\n3,1,new"))
    assert (samples.classes, samples.y.tolist()) == (("new", "old"), [1, 1, 0, 0])


@pytest.mark.parametrize("noise", NOISE_MODELS)
def test_every_noise_is_drawn_fitted_and_derived(noise: str) -> None:
    app = opened("noise", lf_noise=noise)
    assert len(table(app, "parameter")) >= 2
    assert sum(bool(re.match(r"\d\. ", text.value)) for text in app.markdown) == 6


@pytest.mark.parametrize("noise", ["laplace", "bernoulli", "categorical", "poisson"])
def test_losses_are_compared_when_asked(noise: str) -> None:
    rows = table(
        opened("noise", lf_noise=noise, lf_repeat="true", lf_many="100"), "loss | error of the slope"
    )
    assert rows[0][2] == "1"
    assert 0 < float(rows[1][2].split(" ")[0]) < 1.2


def test_a_gaussian_model_is_wrong_about_the_band_of_heavy_tails() -> None:
    rows = table(
        opened("noise", lf_noise="student_t", lf_nu="1.5", lf_believed="gaussian_learned", lf_many="300"),
        "band",
    )
    assert float(rows[0][1].rstrip(" %")) > 60


def test_classes_that_can_be_parted_are_said() -> None:
    app = opened("noise", lf_noise="bernoulli", lf_slope="2", lf_intercept="2", lf_many="20", lf_draw="1")
    found = [
        opened(
            "noise",
            lf_noise="bernoulli",
            lf_slope="2",
            lf_intercept="2",
            lf_many="20",
            lf_draw=str(seed),
        )
        for seed in range(2, 8)
    ]
    assert any(one.warning for one in [app, *found])


@pytest.mark.parametrize("chapter", ["errors", "classes", "boundaries", "noise"])
def test_a_guess_is_answered(chapter: str) -> None:
    app = opened(chapter)
    radio = next(radio for radio in app.radio if present(radio.key).startswith("lf_question"))
    radio.set_value(radio.options[0]).run()
    assert not app.exception
    assert app.success or app.info


@pytest.mark.parametrize("degree", ["1", "2"])
def test_the_logit_stands_in_its_formula(degree: str) -> None:
    app = opened("boundaries", lf_degree=degree)
    assert any(("x_1" in latex.value) == (degree == "1") for latex in app.latex if "z =" in latex.value)


def test_the_derivative_at_the_truth_is_shown_for_the_noise_that_is_in_the_data_only() -> None:
    right, wrong = (
        table(opened("noise", lf_noise="laplace", lf_believed=believed), "parameter")
        for believed in ("same", "gaussian_learned")
    )
    assert all(re.fullmatch(r"[+−]\d\.\d{3}", row[3]) for row in right)
    assert [row[3] for row in wrong] == ["–"] * 3
    assert [row[2] for row in wrong] == ["1.000", "0.500", "–"]


def test_training_that_runs_out_of_time_is_said_and_not_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is that of the processor, so a second try would end at the same place."""
    monkeypatch.setattr(boundaries, "SECONDS", 1e-9)
    link = {"lf_model": "network", "lf_seed": "77"}
    for _ in range(2):
        assert any("computing time" in caption.value for caption in opened("boundaries", **link).caption)
        monkeypatch.setattr(boundaries, "train", None)
    RESULTS.clear()


CHAPTERS = (errors.CHAPTER, classes.CHAPTER, boundaries.CHAPTER, noise.CHAPTER)
QUESTIONS = [question for chapter in CHAPTERS for question in chapter.text.questions]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_a_question_has_one_right_answer_and_a_reply_of_its_own_for_each(question: Question) -> None:
    assert sum(answer.right for answer in question.answers) == 1
    assert len({answer.reply for answer in question.answers}) == len(question.answers)
    assert question.key.startswith("lf_question_")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.key)
def test_every_answer_of_a_chapter_is_judged(chapter: Chapter) -> None:
    (question,) = chapter.text.questions
    app = opened(chapter.key)
    for answer in question.answers:
        app.radio(key=question.key).set_value(answer.text).run()
        (shown,) = app.success if answer.right else app.info
        assert expand(answer.reply, set()) in shown.value


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.key)
def test_a_chapter_says_what_one_can_do_after_it_and_what_to_notice(chapter: Chapter) -> None:
    assert 2 <= len(chapter.text.goals) <= 4
    assert 3 <= len(chapter.text.notice) <= 5
    assert chapter.text.intro


FOLDER = ROOT / "nnviz" / "lessons" / "loss_functions"


def test_no_key_is_typed_in_two_files() -> None:
    typed: dict[str, set[Path]] = {}
    for file in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.fullmatch(r"lf_\w+", node.value)
            ):
                typed.setdefault(node.value, set()).add(file)
    assert {key: files for key, files in typed.items() if len(files) > 1} == {}


def test_a_chapter_imports_no_other_chapter() -> None:
    rooms = {chapter.key for chapter in CHAPTERS}
    for file in FOLDER.rglob("*.py"):
        found = set(re.findall(r"loss_functions\.(\w+)", file.read_text(encoding="utf-8"))) & rooms
        assert found <= {file.parent.name, file.parents[1].name}, file


# --- the defaults show what the words say


def percent(cell: str) -> float:
    return float(cell.rstrip(" %"))


def test_huber_and_log_cosh_are_not_said_to_lie_between_median_and_mean() -> None:
    rows = table(
        opened(lf_far="0", lf_losses=["squared", "absolute", "huber", "log_cosh"]), "loss | best constant"
    )
    best = {row[0]: float(row[1]) for row in rows}
    assert (
        not min(best["Squared"], best["Absolute"]) <= best["Huber"] <= max(best["Squared"], best["Absolute"])
    )
    assert not any("between" in row[2] for row in rows)


def test_cross_entropy_is_better_calibrated_than_hinge_on_the_default() -> None:
    shown = {
        loss: table(opened("boundaries", lf_loss=loss), "data | accuracy")[-1]
        for loss in ("cross_entropy", "hinge", "focal")
    }
    assert shown["cross_entropy"][0] == "test set (2000)"
    errors_of = {loss: float(row[3]) for loss, row in shown.items()}
    assert errors_of["hinge"] > 2 * errors_of["cross_entropy"]
    assert errors_of["focal"] > 2 * errors_of["cross_entropy"]


def test_the_example_of_overfitting_overfits() -> None:
    app = opened("boundaries")
    app.button[[button.label for button in app.button].index(text.OVERFIT)].click().run()
    assert [app.query_params[f"lf_{name}"] for name in ("n", "spread", "wrong")] == ["60", "0.35", "0.1"]
    assert not app.exception
    high = [percent(row[1]) for row in table(app, "data | accuracy")]
    app.slider(key=chart.DEGREE).set_value(2).run()
    low = [percent(row[1]) for row in table(app, "data | accuracy")]
    assert high[0] > low[0] + 5
    assert high[1] < low[1] - 5
    assert high[2] < low[2] - 5


def test_no_straight_line_classifies_more_than_three_quarters_of_xor() -> None:
    rows = table(opened("boundaries", lf_data="xor", lf_degree="1"), "data | accuracy")
    assert percent(rows[2][1]) <= 75


def test_the_map_compares_degree_3_with_the_straight_line_of_degree_1() -> None:
    compared = boundaries.compare_with_line(*default_classifier())
    assert compared is not None
    assert compared.said == ("accuracy on the validation set", "━━ degree 3: 93.8 %", "╌╌╌ degree 1: 87.5 %")
    points = chart.Classified(np.zeros((1, 2)), np.zeros(1), np.zeros(1), np.array([False]))
    square = ((-1.0, 1.0), (-1.0, 1.0))
    drawn = chart.draw_map({}, np.zeros((1, 4)), points, square, ("x1", "x2"), None, compared)
    ends = drawn.data["straight"]
    bias, *weights = compared.plane
    for x, y in ((ends["x"][0], ends["y"][0]), (ends["x2"][0], ends["y2"][0])):
        assert bias + weights[0] * x + weights[1] * y == pytest.approx(0, abs=1e-9)
        assert max(abs(x), abs(y)) > 2


def test_the_accuracy_of_each_degree_is_that_of_its_map() -> None:
    model, points, training = default_classifier()
    measured = boundaries.measure_degrees(points, training)
    x, y = points.sets()["validation set"]
    assert measured["validation set"][2] == pytest.approx(100 * ((model(x) > 0) == (y == 1)).mean())
    assert all(values[2] > values[0] for values in measured.values())


def default_classifier() -> tuple[LinearLogit, Points, boundaries.Training]:
    """Return the classifier of the default screen, trained here, with its points."""
    samples = draw(SampleSpec("moons", 200, 0.25))
    points = Points(samples, *split_points(200, use_all=False), None)
    training = boundaries.Training("linear", 3, "cross_entropy", (), 0.05, 1000)
    run = fit_logit(LogitSpec(3, "cross_entropy", (), 0.05, 1000), *points.sets()["training set"])
    return run.model, points, training


@pytest.mark.parametrize("noise", ["gaussian_learned", "laplace", "student_t", "unequal"])
def test_the_bands_of_the_right_model_hold_on_the_default(noise: str) -> None:
    app = opened("noise", lf_noise=noise, lf_believed="same")
    for level, row in zip((50, 90), table(app, "band"), strict=True):
        low, high = map(percent, row[3].split(" to "))
        assert low <= level <= high
    assert sum("no evidence against either band" in each.value for each in app.markdown) == 1


@pytest.mark.parametrize("noise", ["student_t", "laplace", "unequal"])
def test_the_half_band_of_a_wrong_gaussian_is_too_wide_on_the_default(noise: str) -> None:
    app = opened("noise", lf_noise=noise, lf_believed="gaussian_learned")
    row = table(app, "band")[0]
    assert percent(row[3].split(" to ")[0]) > 55
    assert abs(percent(row[2]) - 50) < 3  # the band of the true model
    (said,) = [each.value for each in app.markdown if each.value.endswith("The assumed noise is wrong.")]
    assert "The 50 % band contains more new points than it should." in said


def test_four_points_of_xor_are_all_trained_on_and_eight_units_follow_a_sine() -> None:
    files = Path(__file__).parents[1] / "fixtures" / "tables"
    link = {"lf_data": "own", "lf_points": (files / "c17_xor_four_points.txt").read_text()}
    assert table(opened("boundaries", **link), "data | accuracy")[0][:2] == ["training set (4)", "100.0 %"]
    link |= {"lf_model": "network", "lf_points": (files / "c36_above_below_sine.csv").read_text()}
    rows = table(opened("boundaries", **link), "data | accuracy")
    assert [float(row[1].split()[0]) > 95 for row in rows] == [True, True]


def test_names_of_losses_stand_in_the_order_of_the_losses() -> None:
    names = errors.name_losses({"Squared": 40.0, "Huber": 6.1, "Absolute": 6.6})
    heights = [names[label].y for label in ("Huber", "Absolute", "Squared")]
    assert heights == sorted(heights)
    assert heights[1] - heights[0] > 3  # one does not cover the other
    assert names["Squared"].y == 40.0
    assert errors.name_losses({}) == {}


def test_beside_a_wrong_density_stands_the_true_one() -> None:
    spec = NoiseSpec("student_t", 100, 1.0, 0.0, seed=3, scale=0.5, nu=3.0)
    model = NOISE_MODELS["gaussian_learned"]
    x, y, fit = fit_assumed(spec, model.name)
    wrong, true = densities(Fitted(spec, model, {}, x, y, fit), (-5.0, 3.0))  # the center is -1 for x = -1
    assert true[0].max() - PLACE == pytest.approx(0.8)
    expected = stats.t(3, -1, 0.5).pdf(true[1]) / stats.t(3, -1, 0.5).pdf(-1)
    np.testing.assert_allclose((true[0][1:-1] - PLACE) / 0.8, expected[1:-1], atol=1e-3)
    sigma = 1 / (np.sqrt(2 * np.pi) * (wrong[0].max() - PLACE) / 0.8 * stats.t(3, -1, 0.5).pdf(-1))
    assert sigma == pytest.approx(np.std(y - np.polyval(np.polyfit(x, y, 1), x)), rel=0.01)
    right = replace(spec, noise="gaussian")
    assert len(densities(Fitted(right, model, {}, x, y, fit), (-5.0, 3.0))) == 1
