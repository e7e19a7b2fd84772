"""Each sentence with a number or a comparison on the page "Gradient descent", and what holds it."""

import math

import numpy as np

from nnviz._types import Array
from nnviz.losses import ravine
from nnviz.optimization import METHODS, SURFACES, DescentSpec, descend, suggested_learning_rate
from nnviz.optimization.noise_floor import ShuffleSettings
from tests.lessons.statements import Entries, hold

RAVINE = ravine(100.0)
START = (-2.4, -2.4)
SIDES = "lessons/test_gradient_descent.py::test_long_steps_cross_the_valley_and_those_of_adam_do_not"
RATIO = "lessons/test_gradient_descent_landscape.py::test_the_bar_stands_at_the_largest_ratio_of_both_losses"
NINE = "lessons/test_gradient_descent_landscape.py::test_the_default_map_shows_nine_times_the_loss_of_the_network"
DEFAULTS = "lessons/test_gradient_descent.py::test_the_defaults_show_what_the_text_says_of_the_ravine"
POLYAK = "lessons/test_gradient_descent.py::test_the_answer_about_momentum_is_what_the_optimizers_do"


def nobody_leaves_the_ridge() -> bool:
    saddle = SURFACES["saddle"]
    runs = [
        descend(DescentSpec("saddle", name, suggested_learning_rate(saddle, method), (0.5, 0.0), 20), saddle)
        for name, method in METHODS.items()
    ]
    return all(np.abs(run.points[:, 1]).max() == 0 for run in runs)


def first_steps_of_adam() -> bool:
    """The first step has the length η in each coordinate, and 1000 times the gradient leaves it as it is."""
    rate, first = 0.01, []
    for scale in (1.0, 1000.0):

        def gradient(at: Array, _update: int, scale: float = scale) -> Array:
            return np.asarray(scale * RAVINE.gradient(at))

        run = descend(DescentSpec("own", "adam", rate, START, 1), RAVINE, gradient)
        first.append(np.abs(run.points[1] - run.points[0]))
    return bool(np.allclose(first[0], rate, rtol=1e-6) and np.allclose(first[1], first[0], rtol=1e-6))


def diverges_above_two_over_the_largest_eigenvalue() -> bool:
    below, above = (
        descend(DescentSpec("own", "gradient_descent", share * 2 / 100, START, 400), RAVINE).values
        for share in (0.999, 1.001)
    )
    return bool(below[-1] < below[0] < above[-1])


def random_directions_hold_one_pth(dimensions: int = 25) -> bool:
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(20_000, dimensions))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return bool(abs((directions[:, 0] ** 2).mean() * dimensions - 1) < 0.03)


CHECKS = {
    "On the ridge, the gradient has the component 0 across the ridge.": nobody_leaves_the_ridge,
    "All of them have the component 0 across the ridge, so the sum is 0 as well.": nobody_leaves_the_ridge,
    "Across the ridge, this quotient is 0 divided by ε, which is 0.": nobody_leaves_the_ridge,
    "A random direction in $P$ dimensions contains on average $1/P$ of the squared length of a vector.": (
        random_directions_hold_one_pth
    ),
    "**The first step of Adam** has about the length $\\eta$ in every coordinate, however large the gradient is, "
    "unless it is 0.": first_steps_of_adam,
    "$\\hat m$ and $\\sqrt{\\hat s}$ are both 1000 times as large, so their quotient stays the same.": (
        first_steps_of_adam
    ),
    "$\\sqrt{\\hat s}$ in the denominator is 1000 times as large.": first_steps_of_adam,
    "If $\\eta > 2/\\lambda_{\\text{max}}$, gradient descent diverges from almost every start.": (
        diverges_above_two_over_the_largest_eigenvalue
    ),
    "In the ravine, $\\lambda_{\\text{max}} = \\kappa$, and the suggested rate is $1.75/\\kappa$.": lambda: (
        all(
            np.isclose(np.linalg.eigvalsh(ravine(kappa).hessian(np.zeros(2)))[-1], kappa)
            and np.isclose(suggested_learning_rate(ravine(kappa), METHODS["gradient_descent"]), 1.75 / kappa)
            for kappa in (10.0, 100.0, 250.0)
        )
    ),
    "A dashed line is an eigenvector with $\\lambda < 0$.": lambda: (
        np.linalg.eigvalsh(SURFACES["saddle"].hessian(np.zeros(2)))[0] < 0
    ),
    "Gradient descent multiplies the distance by about 0.980 per update.": lambda: (
        round(99 / 101, 3) == 0.980
    ),
    "In the long run, an update multiplies the distance by $\\frac{\\kappa-1}{\\kappa+1} \\approx 0.980$ or by "
    "$\\frac{\\sqrt\\kappa-1}{\\sqrt\\kappa+1} \\approx 0.818$ (Polyak 1964).": lambda: (
        (round(99 / 101, 3), round(9 / 11, 3)) == (0.980, 0.818)
    ),
    "Momentum needs more than $\\ln 0.1 / \\ln 0.818 \\approx 11.5$ updates.": lambda: (
        round(math.log(0.1) / math.log(9 / 11), 1) == 11.5
    ),
    "The number 12 follows from the factor 0.818, but this factor holds only in the long run.": lambda: (
        math.ceil(math.log(0.1) / math.log(9 / 11)) == 12
    ),
    "The effect of an epoch is estimated by a mean over up to 2048 shuffles.": lambda: (
        2048 in vars(ShuffleSettings()).values()
    ),
}
TESTED = {
    "At the default settings, $\\kappa = 100$.": DEFAULTS,
    "Momentum stays below the dashed line from update 76 on.": DEFAULTS,
    "Adam is below at update 61, leaves, and stays below from update 86 on.": DEFAULTS,
    "Gradient descent has not converged after 200 updates.": DEFAULTS,
    "**By default**, the first update goes from $y = -2.4$ to $y = 1.8$.": SIDES,
    "At the default settings, it stays on its side of the valley for 59 updates.": SIDES,
    "**In the chart**, the bar is the gap between both losses, where it is largest.": RATIO,
    "**Set the learning rate to 2** to see gradient descent diverge.": DEFAULTS,
    "AdaGrad needs 77 updates at 0° and more than 200 at 45°.": DEFAULTS,
    "The loss of a network depends on 25 parameters.": NINE,
    "The map shows the 2 main directions of its path.": NINE,
    "Gradient descent: 116.": POLYAK,
    "Momentum: 30.": POLYAK,
    "It first overshoots to 2.7 times the initial distance.": POLYAK,
    "From this start, momentum first overshoots to 2.7 times the initial distance.": POLYAK,
    "After 12 updates, 79 % of the initial distance is left.": POLYAK,
}
DESCRIPTIONS = {
    "**Set the learning rate to 0.5.",  # the test of SIDES holds what follows
    "Every optimizer starts exactly on the ridge $y = 0$ of the surface “Saddle between two minima”.",
    "Set the number of updates before this one to 0, and look at the correction.",
    "The loss is measured in a different unit, so all gradients are 1000 times as large.",
    "On a quadratic bowl with $\\kappa = 100$, the start is $(-2.4, -2.4)$.",
    "After how many updates is a tenth of the initial distance left?",
    "Momentum: 12.",
    "Gradient descent: 30.",
    "Momentum: 116.",
    "Gradient descent: 12.",
    "It is fitted to the logarithms of the distances in the last half of the run.",
    "The errors of their gradients nearly cancel within an epoch.",
    "The noise floor is therefore lower than for batches that are drawn with replacement.",
    "**Schedule 1/t.",
    "With noise, the mean loss above the minimum falls like $k^{-\\min(1,\\, 2 \\eta h \\lambda_1)}$ (Chung 1954).",
    "Here $h$ is the number of updates after which $\\eta$ is halved, and $\\lambda_1$ is the smallest eigenvalue.",
    "With momentum, $\\eta / (1 - \\mu)$ replaces $\\eta$.",
    "A run has converged if it stays within 1 % of the range of the parameters around a minimum.",
    "A run has converged if its last quarter stays within 1 % of the range of the parameters around a minimum.",
    "The last column is a mean over the last half of the run.",
    "On $L = \\tfrac12 \\lambda x^2$, which learning rate $\\eta$ reaches the minimum in one update?",
}


def test_every_statement_is_true_of_what_is_shown() -> None:
    hold(("gradient_descent",), Entries(CHECKS, TESTED, DESCRIPTIONS))
