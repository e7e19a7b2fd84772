"""The page on losses in Streamlit's own test runner, chapter by chapter."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from nnviz.data import DataError
from nnviz.learning.likelihoods import NOISE_MODELS
from nnviz.ui.boundaries import parse_classes

ROOT = Path(__file__).parents[2]


def opened(chapter: str = "Errors", **link: str) -> AppTest:
    app = AppTest.from_file("../../app.py", default_timeout=40)
    for key, value in {"lf_chapter": chapter, **link}.items():
        app.query_params[key] = value
    app.switch_page("pages/3_loss_functions.py").run()
    assert not app.exception, [box.message for box in app.exception]
    return app


def table(app: AppTest, head: str) -> list[list[str]]:
    """The rows of the first table whose head begins like that."""
    text = next(text.value for text in app.markdown if text.value.startswith(f"| {head}"))
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines()[2:]]


def test_the_mean_follows_the_ninth_number_and_the_median_does_not():
    near, far = (table(opened(lf_far=value), "loss | best constant") for value in ("5.0", "12.0"))
    assert float(far[0][1]) - float(near[0][1]) == pytest.approx(7 / 9, abs=2e-3)
    assert far[1][1] == near[1][1]


def test_the_line_of_the_squared_loss_follows_the_outlier():
    low, high = (table(opened(lf_outlier=value), "each loss") for value in ("2.0", "10.0"))
    assert float(high[0][1]) - float(low[0][1]) > 0.4
    assert abs(float(high[1][1]) - float(low[1][1])) < 0.1


def test_all_losses_and_their_settings_are_in_the_link():
    app = opened(lf_losses="Quantile (pinball)", lf_quantile_tau="0.5")
    (row,) = table(app, "loss | best constant")
    assert float(row[1]) == pytest.approx(2.6, abs=1e-3)


def test_no_loss_chosen_leaves_the_page_whole():
    app = opened()
    app.button_group(key="lf_losses").set_value([]).run()
    assert not app.exception


def test_the_softmax_stands_in_its_formula():
    app = opened("Classes", lf_z1="0", lf_z2="0", lf_z3="0")
    written = "".join(latex.value for latex in app.latex)
    assert "= 0.333" in written
    assert r"\ell = -\log p_2 = 1.1" in written


def test_the_cross_entropy_is_split():
    app = opened("Classes", lf_q1="0.7", lf_q2="0.2", lf_q3="0.1")
    assert any(r"\underbrace{0.802}_{H(p)}" in latex.value for latex in app.latex)


def test_where_the_squared_error_is_not_convex_is_said():
    assert any("z < −0.693" in caption.value for caption in opened("Classes").caption)


@pytest.mark.parametrize("loss", ["Cross-entropy", "Hinge", "Squared error on the sigmoid", "Focal"])
@pytest.mark.parametrize("model", ["Logistic regression", "Network, one hidden layer"])
def test_every_loss_trains_every_model(model, loss):
    rows = table(opened("Boundaries", lf_loss=loss, lf_model=model, lf_degree="3"), "points | right")
    assert [row[0] for row in rows] == ["learned from (120)", "held out (80)"]
    assert float(rows[0][1].rstrip("%")) > 85


def test_xor_takes_a_product_of_the_features():
    one, two = (
        table(opened("Boundaries", lf_data="XOR: opposite quadrants", lf_degree=degree), "points | right")
        for degree in "12"
    )
    assert float(one[0][1].rstrip("%")) < 80
    assert float(two[0][1].rstrip("%")) > 95


def test_own_points_come_from_the_link_and_bad_ones_leave_the_last_good():
    app = opened("Boundaries", lf_data="My own points")
    app.text_area(key="lf_points").set_value("\n".join(f"{k} {k % 3} {k % 2}" for k in range(10))).run()
    assert table(app, "points | right")[0][0] == "learned from (6)"
    app.text_area(key="lf_points").set_value("three blind mice").run()
    assert not app.exception
    assert app.error
    assert table(app, "points | right")[0][0] == "learned from (6)"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 2\n3 4", "three are needed"),
        ("0 0 1\n1 1 2\n2 0 3\n0 3 1", "3 different values"),
        ("0 0 1\n1 1 2\n2 0 2", "is 1 at one point only"),
        ("1 0 1\n1 1 2\n1 5 2\n1 7 1", "in every row"),
    ],
)
def test_points_that_are_not_two_classes_are_said(text, words):
    with pytest.raises(DataError, match=words):
        parse_classes(text)


def test_it_is_said_which_value_is_which_class():
    samples = parse_classes("size,kg,kind\n1,0,3\n1,2,3\n2,2,5\n3,1,5")
    assert samples.y.tolist() == [0, 0, 1, 1]
    assert samples.features == ("size", "kg")
    assert samples.notes == ("Class 0 is kind = 3, class 1 is kind = 5.",)
    samples = parse_classes("1 0 0\n1 2 0\n2 2 1\n3 1 1")
    assert (samples.features, samples.notes) == (("x1", "x2"), ())


@pytest.mark.parametrize("noise", [model.label for model in NOISE_MODELS.values()])
def test_every_noise_is_drawn_fitted_and_derived(noise):
    app = opened("Noise", lf_noise=noise)
    assert len(table(app, "parameter")) >= 2
    assert sum(bool(re.match(r"\d\. ", text.value)) for text in app.markdown) == 6


@pytest.mark.parametrize(
    "noise", ["Laplace", "Bernoulli: yes or no", "Categorical: one of three", "Poisson: counts"]
)
def test_losses_are_compared_when_asked(noise):
    rows = table(opened("Noise", lf_noise=noise, lf_repeat="true", lf_many="100"), "loss | off by")
    assert rows[0][2] == "1"
    assert 0 < float(rows[1][2].split(" ")[0]) < 1.2


def test_a_gaussian_model_is_wrong_about_the_band_of_heavy_tails():
    rows = table(
        opened("Noise", lf_noise="Student t", lf_nu="1.5", lf_believed="Gaussian, σ learned", lf_many="300"),
        "band",
    )
    assert float(rows[0][1].rstrip("%")) > 60


def test_classes_that_can_be_parted_are_said():
    app = opened(
        "Noise", lf_noise="Bernoulli: yes or no", lf_slope="2", lf_intercept="2", lf_many="20", lf_draw="1"
    )
    found = [
        opened(
            "Noise",
            lf_noise="Bernoulli: yes or no",
            lf_slope="2",
            lf_intercept="2",
            lf_many="20",
            lf_draw=str(seed),
        )
        for seed in range(2, 8)
    ]
    assert any(one.warning for one in [app, *found])


@pytest.mark.parametrize("chapter", ["Errors", "Classes", "Boundaries", "Noise"])
def test_a_guess_is_answered(chapter):
    app = opened(chapter)
    radio = next(radio for radio in app.radio if radio.key.startswith("lf_predict"))
    radio.set_value(radio.options[0]).run()
    assert not app.exception
    assert app.success or app.info


@pytest.mark.parametrize("degree", ["1", "2"])
def test_the_logit_stands_in_its_formula(degree):
    app = opened("Boundaries", lf_degree=degree)
    assert any(("x_1" in latex.value) == (degree == "1") for latex in app.latex if "z =" in latex.value)


def test_the_derivative_at_the_truth_is_shown_for_the_noise_that_is_in_the_data_only():
    right, wrong = (
        table(opened("Noise", lf_noise="Laplace", lf_believed=believed), "parameter")
        for believed in ("The noise that is in the data", "Gaussian, σ learned")
    )
    assert all(re.fullmatch(r"[+-]\d\.\d{3}", row[3]) for row in right)
    assert [row[3] for row in wrong] == ["–"] * 3
    assert [row[2] for row in wrong] == ["1.000", "0.500", "–"]


def test_training_that_runs_out_of_time_is_said_and_done_anew_next_time(monkeypatch):
    monkeypatch.setattr("nnviz.ui.boundaries.SECONDS", 1e-9)
    link = {"lf_model": "Network, one hidden layer", "lf_seed": "77"}
    assert any(
        "as many as there was time for" in caption.value for caption in opened("Boundaries", **link).caption
    )
    monkeypatch.undo()
    assert not any("as many as there" in caption.value for caption in opened("Boundaries", **link).caption)
