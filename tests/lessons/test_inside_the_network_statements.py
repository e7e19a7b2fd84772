"""Each sentence with a number or a comparison in three chapters of "Inside the network", and what holds it."""

import math

import numpy as np

from nnviz.lessons.inside_the_network.width_or_depth import text as depth_text
from nnviz.lessons.inside_the_network.width_or_depth.view import make_problem
from nnviz.networks.activations import ACTIVATIONS
from nnviz.networks.depth_comparison import INTERVAL
from nnviz.networks.linear_regions import most_pieces, pieces, reachable_pieces, sawtooth
from nnviz.networks.weight_symmetries import count_equivalent_settings
from tests.lessons.statements import Entries, hold

CLAIMS = "networks/test_weight_symmetries.py::test_a_claim_agrees_with_the_measurement"
REASONS = "networks/test_weight_symmetries.py::test_the_reason_of_a_claim"
COUNTED = "networks/test_weight_symmetries.py::test_equivalent_settings_are_counted"
INACTIVE = "networks/test_weight_symmetries.py::test_an_inactive_relu_can_be_deleted_on_k_only"
DEEP = "lessons/test_inside_the_network.py::test_what_the_question_on_depth_says_is_so"
PROVED = "lessons/test_inside_the_network.py::test_the_first_networks_are_there_at_once_measured_and_proved"
Z = np.linspace(-3, 3, 61)


def doubles() -> bool:
    """Each layer of the tent doubles the number of pieces."""
    return [pieces(sawtooth(folds), 0.0, 1.0).number for folds in (1, 2, 3, 4)] == [2, 4, 8, 16]


def relu(z: np.ndarray) -> np.ndarray:
    return np.asarray(ACTIVATIONS["relu"].value(z))


def is_doubled() -> bool:
    return bool((relu(2 * Z) == 2 * relu(Z)).all())


CHECKS = {
    "This chapter always uses the interval from 0 to 1.": lambda: INTERVAL == (0.0, 1.0),
    "The tent $m(x) = 2\\,\\mathrm{relu}(x) - 4\\,\\mathrm{relu}(x - \\tfrac12)$ is such a layer with two ReLU "
    "units.": lambda: (
        sawtooth(1).widths == (2,) and np.allclose(sawtooth(1)(Z), 2 * relu(Z) - 4 * relu(Z - 0.5))
    ),
    "It maps each half of $[0, 1]$ onto all of $[0, 1]$.": lambda: np.allclose(
        sawtooth(1)(np.array([0, 0.5, 1])), (0, 1, 0)
    ),
    "$m(m(x))$ has four linear pieces, and the next layer gives eight (Telgarsky 2016).": doubles,
    "Each layer folds it once more, so the rows double.": doubles,
    "Each layer doubles the number of pieces.": doubles,
    "Each layer doubles the number of pieces instead.": doubles,
    "Each layer doubles the number of pieces, so there are $2^{10} = 1024$.": lambda: (
        pieces(sawtooth(10), 0.0, 1.0).number == 1024
    ),
    "20 is the number of units.": lambda: sum(sawtooth(10).widths) == 20,
    "$10^2$ would be quadratic growth.": lambda: 10**2 == 100,
    "Layers with $n_1, \\dots, n_L$ units give at most $\\prod (n_l + 1)$ pieces.": lambda: (
        most_pieces((3, 4, 5)) == 4 * 5 * 6
    ),
    "With two units in each of $k$ layers, the bound is $3^k$.": lambda: all(
        most_pieces((2,) * k) == 3**k for k in (1, 4, 8)
    ),
    "The tent has $2^k$ pieces.": doubles,
    "One hidden layer with $n$ units gives at most $n + 1$.": lambda: most_pieces((7,)) == 8,
    "Some network reaches $n_1 \\cdots n_{L-1}(n_L + 1)$ pieces (Montúfar et al.": lambda: (
        reachable_pieces((2, 2, 2)) == 2 * 2 * 3
    ),
    "Other networks of the same shape have even more pieces, up to at least 1536.": lambda: (
        reachable_pieces((2,) * 10) == 1536 > 1024
    ),
    "One hidden layer needs 1024 units for this function.": lambda: (
        # 1023 inner breaks, and one unit whose break is left of 0, because the slope at 0 is not 0
        len(pieces(sawtooth(10), 0.0, 1.0).breaks) + 1 == 1024
    ),
    "**You can construct a sawtooth with $2^k$ pieces from $2k$ units.": lambda: all(
        (pieces(sawtooth(k), 0.0, 1.0).number, sum(sawtooth(k).widths)) == (2**k, 2 * k) for k in (1, 3, 6)
    ),
    "$\\max(0, 2z) = 2 \\max(0, z)$, so the activation of the unit doubles.": is_doubled,
    "For ReLU, $\\max(0, 2z)$ is a multiple of $\\max(0, z)$, so another $v$ can make up for the factor.": is_doubled,
    "Three units have $3!$ orders and $2^3$ sign flips, so there are 48 settings.": lambda: (
        math.factorial(3) * 2**3 == 48 == count_equivalent_settings("tanh", 3)
    ),
    "Half of $v$ compensates for the factor 2.": lambda: np.array_equal(0.5 * relu(2 * Z), relu(Z)),
    "The activation of the unit doubles already.": is_doubled,
    "The activation of the unit doubles, and its sign stays the same.": is_doubled,
    "With $2v$ the unit contributes four times as much.": lambda: np.array_equal(
        2 * relu(2 * Z), 4 * relu(Z)
    ),
    "With $-v$ the unit contributes $-2$ times as much as before.": lambda: np.array_equal(
        -relu(2 * Z), -2 * relu(Z)
    ),
    "The target is a sawtooth with 8 pieces, and the limit is 200 parameters.": lambda: (
        pieces(sawtooth(3), 0.0, 1.0).number == 8
        and np.allclose((shown := make_problem(depth_text.SAWTOOTH, 3, "")).y_test, sawtooth(3)(shown.x_test))
    ),
    "All errors are measured on 1000 test points that are not in the training set.": lambda: (
        len(make_problem(depth_text.SAWTOOTH, 3, "").x_test) == 1000
    ),
    "The chart shows the 200 training points.": lambda: len(make_problem("moons", 3, "").x) == 200,
    "{φ} has the period 2π.": lambda: np.allclose(
        ACTIVATIONS["sine"].value(Z), ACTIVATIONS["sine"].value(Z + 2 * math.pi)
    ),
}
TESTED = {
    "Its largest error lies between the two numbers.": PROVED,
    "So exactly $2^n n!$ settings of $n$ units give its function.": COUNTED,
    "Every such minimum of the loss has $2^n n! - 1$ copies.": COUNTED,
    "**A dead unit** is a ReLU unit that is 0 on all of $K$.": INACTIVE,
    "Training with points of $K$ cannot change its weights, because all their derivatives are 0.": INACTIVE,
    "At both ends of K, wx + b ≤ 0.": INACTIVE,
    "So its ReLU is 0 on all of K, but maybe not outside K.": INACTIVE,
    "{φ} satisfies φ(−z) = 1 − φ(z).": CLAIMS,
    "{φ} satisfies φ(αz) = α φ(z) for every α > 0.": CLAIMS,
    "{φ} does not have the period 2π.": CLAIMS,
    "Two equal units with half the output weight have the same sum as the one unit.": CLAIMS,
    "This operation needs φ(−z) = 1 − φ(z) for every z.": CLAIMS,
    "The step function satisfies φ(−z) = 1 − φ(z) for every z except z = 0, where it jumps.": (
        "networks/test_weight_symmetries.py::test_a_reflected_step_differs_at_its_jump_only"
    ),
    "The unit has w ≠ 0, so it is not a constant.": REASONS,
    "The output weight v of the unit is 0, so the unit does not contribute to the output.": REASONS,
    "The factor α is 1, so no weight changes.": REASONS,
    "The unit has w = 0, so it is the constant v φ(b).": REASONS,
    "The new unit has v = 0, so it does not contribute to the output.": REASONS,
    "Each trained line is the run with the median of five errors.": PROVED,
    "With the default settings, the worst run of the deepest network has a larger error than the median run of the "
    "widest network.": DEEP,
    "Networks with 1, 2 and 4 hidden layers are trained from five seeds each.": DEEP,
}
DESCRIPTIONS = {
    "So the next layer acts on both halves at once.",
    "A network applies the tent $m$ ten times, with two units in each layer.",
    "The chart shows the interval from 0 to 1.",
    "The chart shows the interval from 0 to 1 after one, two and more folds.",
    "The ticks show the centers −b/w of the units, where z = 0.",
    "A line runs back and forth between 0 and 1, with one linear piece in each row.",
    "You double $w$ and $b$ of a ReLU unit.",
    "The function is the same in exact arithmetic, but not in float64.",
    "The function is the same on K in exact arithmetic, but not in float64.",
    "Which network will have the smallest test error?",
    "Each network is trained from five seeds.",
}


def test_every_statement_is_true_of_what_is_shown() -> None:
    places = ("folding", "symmetries", "width_or_depth")
    hold([f"inside_the_network/{place}" for place in places], Entries(CHECKS, TESTED, DESCRIPTIONS))
