"""Each sentence with a number or a comparison on the page "Linear regression", and what holds it."""

from functools import cache

import numpy as np

from nnviz._types import Array
from nnviz.data import SampleSpec, draw, load
from nnviz.lessons.linear_regression.polynomials.view import fit_degrees
from nnviz.lessons.linear_regression.step_size.view import analyze, shift_and_stretch
from nnviz.regression import linear_model
from nnviz.regression.polynomials import design, fit_polynomial
from tests.lessons.statements import Entries, hold

LINE = draw(SampleSpec("line", 40, 0.4))  # the default of three chapters
X, Y = LINE.x[:, 0], LINE.y
ANSCOMBE = [load(f"anscombe_{k}") for k in (1, 2, 3, 4)]


def curvatures(x: Array) -> Array:
    return np.asarray(np.linalg.eigvalsh(2 / len(x) * np.array([[x @ x, x.sum()], [x.sum(), len(x)]])))


def condition(x: Array) -> float:
    low, high = curvatures(x)
    return float(high / low)


def r_squared(x: Array, y: Array) -> float:
    """Of the least-squares line or plane; x: (n,) or (n, d)."""
    wide = np.column_stack((x, np.ones(len(y))))
    residuals = y - wide @ np.linalg.lstsq(wide, y)[0]
    return float(1 - residuals @ residuals / ((y - y.mean()) @ (y - y.mean())))


def errors(x: Array, rate: float, updates: int = 6) -> Array:
    """The parts of the error along the flattest and the steepest direction; rate: η λmax."""
    matrix = 2 / len(x) * np.array([[x @ x, x.sum()], [x.sum(), len(x)]])
    values, vectors = np.linalg.eigh(matrix)
    error, parts = -np.linalg.lstsq(np.column_stack((x, np.ones(len(x)))), Y)[0], []
    for _ in range(updates + 1):
        parts.append(vectors.T @ error)
        error = error - rate / values[-1] * matrix @ error
    return np.array(parts)


@cache
def shown_degrees() -> tuple[Array, Array]:
    samples = draw(SampleSpec("sine", 40, 0.4))
    degrees = fit_degrees(samples.x[:, 0], samples.y, "powers", 0.4, 2)
    return degrees.train_error, degrees.validation_error


def interpolates() -> bool:
    x = np.linspace(-1, 1, 15)
    y = np.sin(40 * x)
    fit = fit_polynomial(x, y, 14, "chebyshev", (-1.0, 1.0))
    return bool(np.abs(fit(x) - y).max() < 1e-9) and design(x, 14, "powers", (-1.0, 1.0)).shape == (15, 15)


def small_rates_never_turn() -> bool:
    return all((errors(X, rate)[1:] * errors(X, rate)[:-1] >= 0).all() for rate in (0.1, 0.7, 0.999))


def longley_is_flat() -> bool:
    """Another set of weights, all others by a tenth and more, has a loss that is larger by less than 1 %."""
    data = load("longley")
    wide = np.column_stack((linear_model.standardize(data.x).x, np.ones(len(data.y))))
    best = np.linalg.lstsq(wide, data.y)[0]
    flat = np.linalg.svd(wide.T @ wide)[0][:, -1]
    other = best + 0.5 * np.abs(best[:-1]).max() * flat
    losses = [np.mean((data.y - wide @ theta) ** 2) for theta in (best, other)]
    return bool(np.abs(other - best).max() > 0.1 * np.abs(best[:-1]).max() and losses[1] < 1.5 * losses[0])


SPEC = SampleSpec("sine", 4000, 0.0)
HUBBLE, FORBES, TREES = load("hubble"), load("forbes"), load("trees")
GRID, KNOTS = np.linspace(-2, 2, 4001), np.array([-2, -1.5, -0.5, 0.5, 1.5, 2])
PI_SHARE = (
    1.5 / np.pi**2
)  # of the variance of sin(πx) on [−2, 2]: cov² / (var x · var y) = (1/π)² / (4/3 · 1/2)

CHECKS = {
    "**The dashed lines** are the directions of the largest and the smallest curvature $\\lambda$.": lambda: (
        directions_are_those_of_the_curvatures()
    ),
    "**Above $2/\\lambda_{\\text{max}}$,** each update ends farther from the minimum, along the steep direction.": (
        lambda: (np.diff(np.abs(errors(X, 2.01)[:, 1])) > 0).all()
    ),
    "Up to 1/λₘₐₓ there is no zig-zag.": lambda: small_rates_never_turn(),
    "Up to 2/λₘₐₓ gradient descent zig-zags and converges.": lambda: all(
        (parts[1:6, 1] * parts[:5, 1] < 0).all() and np.linalg.norm(parts[-1]) < 0.01
        for parts in (errors(X, rate, 100) for rate in (1.1, 1.5, 1.9))
    ),
    "The four data sets have almost the same best line and the same R².": lambda: (
        np.ptp([np.polyfit(one.x[:, 0], one.y, 1) for one in ANSCOMBE], axis=0).max() < 0.01
    ),
    "The four sets of the quartet have equal means, variances, fitted lines and $R^2$.": lambda: (
        np.ptp([r_squared(one.x[:, 0], one.y) for one in ANSCOMBE]) < 0.001
        and np.ptp([(one.y.mean(), one.y.var(), one.x.mean(), one.x.var()) for one in ANSCOMBE], axis=0).max()
        < 0.01
    ),
    "The fitted line is the same, but ten points lie almost exactly on another line.": lambda: (
        r_squared(*(part[np.argsort(ANSCOMBE[2].y)[:-1]] for part in (ANSCOMBE[2].x[:, 0], ANSCOMBE[2].y)))
        > 0.9999
    ),
    "One of forty points lies 2 units above the line.": lambda: len(X) == 40,
    "The residual doubles from 2 to 4, so its square grows from 4 to 16.": lambda: (
        (2 * 2, 2**2, 4**2) == (4, 4, 16)
    ),
    "The loss uses its square, and $2^2 = 4$.": lambda: 2**2 == 4,
    "The new square is $4^2 = 16$.": lambda: 4**2 == 16,
    "The old square was $2^2 = 4$, and not 1.": lambda: 2**2 == 4,
    "It is negative if your line is worse than the best horizontal line.": lambda: (
        linear_model.r_squared(X, Y, [0.0], 0.0)
        < 0
        < np.mean(Y**2) - np.var(Y)  # as it is on the first screen
    ),
    "The loss can rise from one update to the next.": lambda: batch_losses_rise(),
    "Rescale $x_2$ by a factor of 100, and gradient descent becomes slow.": lambda: (
        np.linalg.cond(wide_plane(100.0)) > 20 * np.linalg.cond(wide_plane(1.0))
    ),
    "Very different weights give almost the same loss.": longley_is_flat,
    "**The six inputs of Longley's data grow together.": lambda: (
        load("longley").x.shape[1] == 6
        and np.asarray(np.corrcoef(load("longley").x.T))[0, [1, 4, 5]].min() > 0.97
    ),
    "The six inputs grow together, so the problem is badly conditioned.": lambda: (
        np.linalg.cond(linear_model.standardize(load("longley").x).x) > 50
    ),
    "Gradient descent changes, because the second derivative of the loss with respect to $w_2$ grows by a factor of "
    "$100^2$.": lambda: np.allclose(hessian_22(100.0) / hessian_22(1.0), 100**2),
    "If the weight became 100 times as large too, $w_2 x_2$ would grow by a factor of 10 000.": lambda: (
        100**2 == 10_000
    ),
    "A polynomial of degree 14 has 15 weights.": interpolates,
    "It can pass through 15 points with different $x$, and so it also follows their noise.": interpolates,
    "A polynomial of degree 14 passes through all 15 points if their $x$ are different.": interpolates,
    "**The training error** falls with each degree, up to rounding errors.": lambda: (
        np.diff(shown_degrees()[0]) < 1e-12
    ).all(),
    "One update of gradient descent multiplies the error along such a direction by $1 - \\eta\\lambda$.": lambda: (
        np.allclose(errors(X, 1.5)[1], errors(X, 1.5)[0] * (1 - 1.5 * curvatures(X) / curvatures(X)[1]))
    ),
    "Up to $1/\\lambda_{\\text{max}}$ no part of the error changes its sign.": small_rates_never_turn,
    "Up to 1/λₘₐₓ the error shrinks without a change of sign.": small_rates_never_turn,
    "Between $1/\\lambda_{\\text{max}}$ and $2/\\lambda_{\\text{max}}$ the path crosses the valley at each update.": lambda: (  # noqa: E501
        all((errors(X, rate)[1:, 1] * errors(X, rate)[:-1, 1] < 0).all() for rate in (1.1, 1.5, 1.9))
    ),
    "Up to 2/λₘₐₓ it shrinks in a zig-zag.": lambda: (np.diff(np.abs(errors(X, 1.9)[:, 1])) < 0).all(),
    "Above $2/\\lambda_{\\text{max}}$ gradient descent diverges from almost every start.": lambda: (
        np.diff(np.abs(errors(X, 2.01)[:, 1])) > 0
    ).all(),
    "Above 2/λₘₐₓ gradient descent diverges.": lambda: (np.diff(np.abs(errors(X, 2.01)[:, 1])) > 0).all(),
    "Along the steepest direction, each update increases the distance to the minimum.": lambda: (
        np.diff(np.abs(errors(X, 2.01)[:, 1])) > 0
    ).all(),
    "At $\\eta = 2/\\lambda_{\\text{max}}$ exactly, the error along the steepest direction keeps its size forever.": lambda: (  # noqa: E501
        np.allclose(np.abs(errors(X, 2.0, 50)[:, 1]), abs(errors(X, 2.0)[0, 1]))
    ),
    "With shift 0, the contours are nearly circles.": lambda: (
        condition(shift_and_stretch(X, 0.0, 1.0)) ** 0.5 < 1.3  # the ratio of the axes of an ellipse
    ),
    "With shift 3, they form a narrow valley.": lambda: condition(shift_and_stretch(X, 3.0, 1.0)) ** 0.5 > 5,
    "Its contours are circles, because $\\lambda_{\\text{min}} = \\lambda_{\\text{max}} = 2$.": lambda: (
        np.allclose(curvatures((X - X.mean()) / X.std()), 2)
    ),
    "With $\\eta = 1/\\lambda_{\\text{max}} = \\tfrac12$ a single update reaches the minimum.": lambda: (
        np.allclose(errors((X - X.mean()) / X.std(), 1.0)[1], 0)
    ),
    "The largest factor is $\\rho = \\frac{\\kappa - 1}{\\kappa + 1} \\approx 0.98$, and $0.98^k = 0.01$ for $k "
    "\\approx 230$.": lambda: (99 / 101) ** 231 < 0.01 < (99 / 101) ** 229,
    "This would need the factor $0.8$ for each update.": lambda: abs(0.8**20 - 0.01) < 0.002,
    "The factor is $\\frac{\\kappa - 1}{\\kappa + 1} \\approx 0.98$, and $0.98^{20} \\approx 0.67$.": lambda: (
        round(99 / 101, 2) == 0.98 and round(0.98**20, 2) == 0.67
    ),
    "The number of updates grows in proportion to $\\kappa$, and already $0.98^{230} \\approx 0.01$.": lambda: (
        round(0.98**230, 2) == 0.01
        and abs(np.log(0.01) / np.log(999 / 1001) / (np.log(0.01) / np.log(99 / 101)) - 10) < 0.01
    ),
    "This is $\\kappa^2$.": lambda: 100**2 == 10_000,
    "On [−2, 2] the sine has two full periods.": lambda: (
        draw(SPEC).x.min() >= -2 and draw(SPEC).x.max() <= 2 and np.isclose(2 * np.pi / np.pi, 4 / 2)
    ),
    "Without noise and with very many points, the best line explains 15 % of the variance.": lambda: (
        abs(r_squared(draw(SPEC).x[:, 0], draw(SPEC).y) - PI_SHARE) < 0.02 and round(100 * PI_SHARE) == 15
    ),
    "A few hidden units can explain nearly all of it.": lambda: (
        np.var(np.sin(np.pi * GRID) - np.interp(GRID, KNOTS, np.sin(np.pi * KNOTS) * 1.1))
        < 0.03 * 0.5  # 5 pieces
    ),
    "$R^2$ is 0.994, but the residuals still form a curve.": lambda: (
        round(r_squared(FORBES.x[:, 0], FORBES.y), 3) == 0.994
        and np.polyfit(FORBES.x[:, 0], FORBES.y, 2)[0] > 0
    ),
    "It is 454 (km/s)/Mpc here, and about 70 today, because Hubble's distances were too small.": lambda: (
        round(float(np.polyfit(HUBBLE.x[:, 0], HUBBLE.y, 1)[0])) == 454
    ),
    "The points lie almost exactly on a line, and NIST certifies its coefficients to 15 digits.": lambda: (
        r_squared(load("norris").x[:, 0], load("norris").y) > 0.99999
    ),
    "Gradient descent is slow, because the inputs go up to 1000.": lambda: (
        900 < load("norris").x.max() < 1000.5 and condition(load("norris").x[:, 0]) > 1e5
    ),
    "A plane in two inputs explains 95 % of the variance, although a volume is a product.": lambda: (
        round(100 * r_squared(TREES.x, TREES.y)) == 95
    ),
    "The data are from 23 flights before the accident.": lambda: len(load("challenger").y) == 23,
}
TESTED = {
    "In the data set *Volume of black cherry trees*, the smallest and the largest trees are above the plane.": (
        "lessons/test_linear_regression_states.py::"
        "test_the_least_squares_plane_of_the_cherry_trees_is_too_low_at_both_ends"
    ),
    "**The validation error** falls first, and rises when the curve follows the noise.": (
        "lessons/test_linear_regression_states.py::test_the_validation_error_shown_first_falls_and_then_rises"
    ),
    "At 31 °F, the temperature on the day of the launch, the fitted probability of damage is close to 1.": (
        "data/test_datasets.py::test_the_published_logistic_regression_of_the_o_rings_is_reproduced"
    ),
}
DESCRIPTIONS = {
    "The largest square is shaded.",
    "You move it until it lies 4 units above the line.",
    "How many times as large does its square become?",
    "The residual becomes 2 times as large.",
    "$R^2$ is 1 minus the orange area divided by the grey area.",
    "What happens to the best weight $w_2$ and to the smallest loss?",
    "The numbers $x_2$ become 100 times as large.",
    "The same weight with numbers that are 100 times as large would change every prediction.",
    "The learning rate is above $2/\\lambda_{\\text{max}}$.",
    "You fit a polynomial of degree 14 to 15 points with different $x$.",
    "The polynomial has enough weights to follow the noise of these 15 points.",
    "Each column is divided by its largest entry in absolute value.",
    "Set the number of updates to 0, and the sliders to the start of the run.",
    "$L$ is the **mean** of the squared residuals, with $1/n$ and without ½.",
    "The loss of a line is a quadratic function of $(w, b)$, so its Hessian $H = \\tfrac2n X^\\top X$ with "
    "$X = [x\\;1]$ is the same everywhere.",
    "**Set the shift of $x$ to 0 and then to 3.",
    "The loss has $\\kappa = 100$.",
    "The map shows the loss over $(w, b)$ and the first updates from the line $\\hat y = 0$.",
    "**Standardize $x$ and set $\\eta = 1/\\lambda_{\\text{max}}$.",
    "You use the best constant learning rate, $\\eta = 2/(\\lambda_{\\text{min}}+\\lambda_{\\text{max}})$.",
    "About how many updates guarantee that at most 1 % of the initial distance remains?",
    "The distance to the minimum obeys $\\lVert\\theta_k - \\theta^*\\rVert \\le \\rho^k \\lVert\\theta_0 - "
    "\\theta^*\\rVert$ with $\\rho = \\max_i |1 - \\eta\\lambda_i|$.",
    "The *observed* number comes from a run that starts at the line $\\hat y = 0$.",
    "Use the equation $\\partial L / \\partial b = 0$.",
}


def wide_plane(factor: float) -> Array:
    samples = draw(SampleSpec("plane", 60, 0.4))
    return np.column_stack((samples.x * (1, factor), np.ones(60)))


def hessian_22(factor: float) -> float:
    wide = wide_plane(factor)
    return float(2 / 60 * wide[:, 1] @ wide[:, 1])


def directions_are_those_of_the_curvatures() -> bool:
    """The parts of the start along the directions that are drawn are those along the eigenvectors of the Hessian."""
    modes = analyze(X, Y, 1.9, 0.01).modes
    values, vectors = np.linalg.eigh(2 / len(X) * np.array([[X @ X, X.sum()], [X.sum(), len(X)]]))
    along = np.abs(np.sum(modes.offsets * vectors.T, axis=1))
    return bool(
        np.allclose(modes.eigenvalues, values) and np.allclose(along, np.linalg.norm(modes.offsets, axis=1))
    )


def batch_losses_rise() -> bool:
    """With a batch of one point, some update of the default rate raises the loss."""
    gradient, line = linear_model.batch_gradient(X, Y, 1, 0), np.zeros(2)
    losses = []
    for update in range(100):
        losses.append(np.mean((line[0] * X + line[1] - Y) ** 2))
        line = line - 0.05 * gradient(line, update)
    return bool((np.diff(losses) > 0).any())


def test_every_statement_is_true_of_what_is_shown() -> None:
    hold(("linear_regression", "data/samples.py", "data/datasets.py"), Entries(CHECKS, TESTED, DESCRIPTIONS))
