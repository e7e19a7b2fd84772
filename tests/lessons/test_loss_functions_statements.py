"""Each sentence with a number or a comparison on the page "Loss functions", and what holds it."""

import math
from functools import cache

import numpy as np

from nnviz._types import Array
from nnviz.lessons.loss_functions.errors.view import NUMBERS, points_with_outlier
from nnviz.losses import LOSSES
from nnviz.losses.likelihoods import NOISE_MODELS, NoiseSpec, drawn
from nnviz.losses.location_estimates import best_constant
from nnviz.losses.probabilities import information, sigmoid, softmax
from nnviz.losses.wrong_loss import COMPARED_LOSSES, slope_variance
from nnviz.regression.classification import monomials
from nnviz.regression.polynomials import split
from tests.lessons.statements import Entries, hold

OVERFITTING = "lessons/test_loss_functions.py::test_the_example_of_overfitting_overfits"
THREE_QUARTERS = (
    "lessons/test_loss_functions.py::test_no_straight_line_classifies_more_than_three_quarters_of_xor"
)
XOR = "lessons/test_loss_functions.py::test_xor_takes_a_product_of_the_features"
CALIBRATION = (
    "lessons/test_loss_functions.py::test_cross_entropy_is_better_calibrated_than_hinge_on_the_default"
)
STRAIGHT = "lessons/test_loss_functions.py::test_the_map_compares_degree_3_with_the_straight_line_of_degree_1"
HALF_BAND = (
    "lessons/test_loss_functions.py::test_the_half_band_of_a_wrong_gaussian_is_too_wide_on_the_default"
)
NINE = np.arange(1.0, 10.0)


def derivative(loss: str, at: float, target: float = 0.0) -> float:
    return float(LOSSES[loss].derivative([at], [target])[0])


def curvature(loss: str, at: float, target: float = 0.0) -> float:
    return float(LOSSES[loss].curvature([at], [target])[0])


def value(loss: str, at: float, target: float = 0.0) -> float:
    return float(LOSSES[loss].value([at], [target])[0])


def moved(last: float) -> Array:
    return np.array([*NINE[:-1], last])


@cache
def efficiency(noise: str, other: str) -> float:
    """Of the other loss on the default data, in theory."""
    right, *others = COMPARED_LOSSES[noise]
    spec = NoiseSpec(noise, 60, 1.0, 0.5, 0.5)
    x, _ = drawn(spec)
    wrong = next(loss for loss in others if other in (loss.name, loss.noise))
    return float(slope_variance(right, spec, x) / slope_variance(wrong, spec, x))


def bends_only_between() -> bool:
    c = LOSSES["tukey"].settings["c"]
    inside = [curvature("tukey", share * c) < 0 for share in (0.46, 0.7, 0.99)]
    outside = [curvature("tukey", share * c) >= 0 for share in (0.1, 0.44, 1.01)]
    return all(inside + outside) and 0.44 < 1 / math.sqrt(5) < 0.46


def entropy_is_smallest_at_the_truth() -> bool:
    p = np.array([0.7, 0.2, 0.1])
    others = np.random.default_rng(0).dirichlet(np.ones(3), 500)
    return all(information(p, q).cross_entropy >= information(p, p).cross_entropy for q in others)


def far_points_hardly_count() -> bool:
    """The derivative of the loss of Student's t goes to 0."""
    eta, far = np.zeros((2, 2)), np.array([1e3, 1e6])
    near, farther = np.abs(NOISE_MODELS["student_t"].likelihood.derivative(eta, far, nu=3.0)[:, 0])
    return bool(farther < near < 0.01)


def the_outlier_changes_the_slope() -> bool:
    """Compare with numpy's own least squares."""
    x, y = points_with_outlier(8.0)
    return [round(float(np.polyfit(x[:n], y[:n], 1)[0]), 2) for n in (11, 10)] == [1.64, 0.69]


def the_squared_loss_of_the_outlier_is_largest() -> bool:
    x, y = points_with_outlier(8.0)
    error = np.array([np.polyval(np.polyfit(x[:-1], y[:-1], 1), 1.8) - 8.0])
    squared, *others = (
        float(LOSSES[name].value(error, np.zeros(1))[0]) for name in ("squared", "absolute", "huber")
    )
    return squared > 6 * max(others)


CHECKS = {
    "On the decision boundary, both classes have the probability ½.": lambda: sigmoid(0.0) == 0.5,
    "**Degree 1 gives a straight boundary**, whatever the loss is.": lambda: (
        monomials(np.zeros((1, 2)), 1).shape == (1, 3)
    ),
    "On average, the cross-entropy is smallest at the true probabilities.": entropy_is_smallest_at_the_truth,
    "The sign of the product $x_1 x_2$ decides the class, and degree 2 contains this product.": lambda: (
        15.0 in monomials(np.array([[3.0, 5.0]]), 2)
    ),
    "The product $x_1 x_2$ already has degree 2.": lambda: 15.0 not in monomials(np.array([[3.0, 5.0]]), 1),
    "A random 40 % of the points are the validation set.": lambda: (
        len(split(200, 0.4, 0).validation) == 0.4 * 200
    ),
    "The logit of the true class grows, and the others fall.": lambda: np.array_equal(
        np.sign(LOSSES["softmax_cross_entropy"].derivative([[2.0, 0.5, -1.0]], [1])[0]), (1, -1, 1)
    ),
    "Only differences of logits count, so one logit is set to 0.": lambda: np.allclose(
        softmax([2.0, 0.5, -1.0]), softmax([3.0, 1.5, 0.0])
    ),
    "**The components of the gradient** sum to 0.": lambda: math.isclose(
        sum(softmax([2.0, 0.5, -1.0])) - 1, 0, abs_tol=1e-12
    ),
    "Its second derivative is negative where $p < \\tfrac13$.": lambda: (
        curvature("squared_sigmoid", math.log(0.33 / 0.67), 1)
        < 0
        < curvature("squared_sigmoid", math.log(0.34 / 0.66), 1)
    ),
    "Gradient descent is slow from a start with $p$ close to 0.": lambda: (
        abs(derivative("squared_sigmoid", -6, 1)) < 0.01 < abs(derivative("cross_entropy", -6, 1))
    ),
    "**The hinge loss is 0 for $z \\ge 1$.": lambda: (
        value("hinge", 1.0, 1) == value("hinge", 3.0, 1) == 0 < value("hinge", 0.99, 1)
    ),
    "The true class is 1, but $z = -4$ and so $p = 0.018$.": lambda: round(float(sigmoid(-4.0)), 3) == 0.018,
    "Its derivative is $2(p - y)\\,p(1 - p) = -0.035$.": lambda: (
        round(derivative("squared_sigmoid", -4, 1), 3) == -0.035
    ),
    "The derivative of the squared error also contains the factor $2p(1 - p) = 0.035$.": lambda: (
        round(float(2 * sigmoid(-4.0) * (1 - sigmoid(-4.0))), 3) == 0.035
    ),
    "Its derivative is $p - y = -0.98$, the error of the predicted probability.": lambda: (
        round(derivative("cross_entropy", -4, 1), 2) == -0.98
    ),
    "It is 0 only if $q = p$.": lambda: (
        math.isclose(information([0.7, 0.3], [0.7, 0.3]).divergence, 0, abs_tol=1e-12)
        and information([0.7, 0.3], [0.69, 0.31]).divergence > 0
    ),
    "With the squared loss, twice the error gives twice the derivative.": lambda: math.isclose(
        derivative("squared", 2.6), 2 * derivative("squared", 1.3)
    ),
    "With the absolute loss, the derivative has the same size for every error except 0.": lambda: (
        {abs(derivative("absolute", e)) for e in (-7.0, -0.1, 0.3, 5.0)} == {1.0}
        and derivative("absolute", 0.0) == 0
    ),
    "Beyond $c$, its derivative is 0.": lambda: (
        derivative("tukey", 1.01 * LOSSES["tukey"].settings["c"]) == 0
    ),
    "Its second derivative is negative for $c/\\sqrt5 < |e| < c$, so this loss is not convex.": bends_only_between,
    "The squared loss $e^2$ has no ½.": lambda: math.isclose(value("squared", 3.0), 9.0),
    "Near $e = 0$, the losses Huber, log-cosh and Tukey are about $\\tfrac12 e^2$, so their "
    "curves are half as high.": lambda: all(
        math.isclose(value(loss, 0.01), 0.5 * value("squared", 0.01), rel_tol=1e-3)
        for loss in ("huber", "log_cosh", "tukey")
    ),
    "The largest of nine numbers is moved from 11 to 12.": lambda: len(NINE) == 9,
    "The mean increases by 1/9, because it divides the sum by 9.": lambda: math.isclose(
        best_constant(moved(12.0), "squared") - best_constant(moved(11.0), "squared"), 1 / 9, rel_tol=1e-6
    ),
    "It does not change when the largest number grows.": lambda: math.isclose(
        best_constant(moved(12.0), "absolute"), best_constant(moved(11.0), "absolute")
    ),
    "**By default**, the squared line has slope 1.64, and 0.69 without the outlier.": (
        the_outlier_changes_the_slope
    ),
    "**In the right chart,** the squared loss is far above the others at height 8.": (
        the_squared_loss_of_the_outlier_is_largest
    ),
    "Each line $\\hat y = wx + b$ minimizes the mean loss over the 11 points.": lambda: (
        len(points_with_outlier(8.0)[0]) == 11
    ),
    "Eight numbers are fixed, and the large diamond is the ninth.": lambda: len(NUMBERS) == 8,
    "The two losses would then be equally efficient.": lambda: (
        not math.isclose(efficiency("laplace", "gaussian_learned"), 1)
    ),
    "For Laplace noise, the squared loss has the efficiency 1/2.": lambda: math.isclose(
        efficiency("laplace", "gaussian_learned"), 0.5, rel_tol=0.01
    ),
    "The squared loss has the efficiency 1/2 for Laplace noise.": lambda: math.isclose(
        efficiency("laplace", "gaussian_learned"), 0.5, rel_tol=0.01
    ),
    "For Gaussian noise, the absolute loss has the efficiency 2/π = 0.64.": lambda: (
        math.isclose(efficiency("gaussian_learned", "laplace"), 2 / math.pi, rel_tol=0.01)
        and round(2 / math.pi, 2) == 0.64
    ),
    "The variance of the slope is only twice as large, so twice as many points are enough.": lambda: (
        math.isclose(efficiency("laplace", "gaussian_learned"), 0.5, rel_tol=0.01)
    ),
    "The curves of y = 0 and y = 2 coincide, because both logits are 0.": lambda: (
        (p := softmax([1.3, 0.0, 0.0]))[1] == p[2]
    ),
    "The derivative of the loss goes to 0 for far points.": far_points_hardly_count,
}
TESTED = {
    "Then change the degree from 2 to 6.": OVERFITTING,
    "The training accuracy increases, but the test accuracy decreases.": OVERFITTING,
    "On average, a straight line classifies at most 75 % of these points correctly.": THREE_QUARTERS,
    "Degree 6 also separates the classes, but it is not the simplest model.": XOR,
    "**A wrong assumption can give nearly the right line** and still a wrong band.": HALF_BAND,
    "Does the 50 % band contain 50 %?": HALF_BAND,
    "**By default,** both accuracies rise from degree 1 to degree 3.": (
        "lessons/test_loss_functions.py::test_the_accuracy_of_each_degree_is_that_of_its_map"
    ),
    "**The dashed line** is the boundary of degree 1, and the solid line is yours.": STRAIGHT,
}
DESCRIPTIONS = {
    "When is the gradient almost 0?",
    "In the formula, $u_1$ and $u_2$ are the two coordinates, rescaled to $[-1, 1]$.",
    "In the gradient, $y$ is 1 for the true class and 0 for the other classes.",
    "The feature $u_j$ is $x_j$, rescaled to $[-1, 1]$.",
    "Each group holds the predictions in one tenth of $[0, 1]$.",
    "The map shows the probability of class 1, with the line where it is one half, and the points of both classes.",
    "The factor $p(1 - p)$ is small, because the sigmoid is flat there.",
    "A dashed outline of height 1 is around the true class.",
    "The mean loss has the factor $1/n$.",
    "How does the constant with the smallest mean absolute error change?",
    "Only the largest number increases by 1.",
    "For each loss, the best constant $c$ has the smallest mean loss over the nine numbers.",
    "The chart shows nine numbers as dots on a line.",
    "The line is the least squares line, and $\\sigma^2$ is the mean squared residual.",
    "This happens if all counts are 0, or if only points at the largest or at the smallest $x$ have counts above 0.",
    "Drop $\\log\\sigma + \\tfrac12 \\log 2\\pi$ and the factor $1/2\\sigma^2$, because constants do not change the "
    "minimizer.",
    "Drop $\\tfrac12 \\log 2\\pi$ only, because $\\sigma$ is a parameter too.",
    "The best line is the same for every $s$, so drop $\\log 2s$ and the factor $1/s$.",
    "Drop $\\tfrac12 \\log 2\\pi$ only.",
    "The remaining loss gives each point the weight $1/2\\sigma_i^2$.",
    "The band is rounded outwards and covers more than its nominal level.",
    "Its bands should contain 50 and 90 percent of new points.",
    "A bar covers the middle 90 percent.",
    "Which constant has the smallest mean absolute error on the numbers 1, 2, 3, 4, 100?",
    "Which constant has the smallest mean squared error?",
}


def test_every_statement_is_true_of_what_is_shown() -> None:
    hold(("loss_functions",), Entries(CHECKS, TESTED, DESCRIPTIONS))
