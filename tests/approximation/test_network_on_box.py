"""Networks of two inputs within ε: measured again from formulas in NumPy, and one-input facts on lines."""

from collections.abc import Callable

import numpy as np
import pytest

from nnviz._types import Array, Box
from nnviz.approximation import Unreachable, prove_again, reach
from nnviz.approximation.plane_lines import along_direction, find_direction, lines_of
from nnviz.approximation.written_networks import written_network
from nnviz.expressions import parse
from nnviz.networks import ShallowNetwork
from tests.cases import each
from tests.narrowing import present

SQUARE: Box = ((-1.0, 1.0), (-1.0, 1.0))
WIDE: Box = ((-3.0, 2.0), (0.0, 1.0))
XY = ("x", "y")


def points(box: Box, count: int = 20_000) -> tuple[Array, Array]:
    low, high = np.array(box).T
    found = np.random.default_rng(2).uniform(low, high, (count, 2))
    return found[:, 0], found[:, 1]


@each(
    ("text", "numpy_form", "box", "activation", "epsilon", "most"),
    [
        ("x y", lambda x, y: x * y, SQUARE, "tanh", 1e-4, 4),
        ("e^(-x^2 - y^2)", lambda x, y: np.exp(-(x**2) - y**2), SQUARE, "sigmoid", 0.02, 10),
        ("sin(x + y)", lambda x, y: np.sin(x + y), WIDE, "softplus", 1e-3, 12),
        ("x y", lambda x, y: x * y, SQUARE, "relu", 0.1, 10),
        ("|x - y|", lambda x, y: np.abs(x - y), WIDE, "relu", 1e-3, 2),
        ("x^2 - y", lambda x, y: x**2 - y, SQUARE, "gaussian", 0.01, 12),
        ("3 + x/100", lambda x, _: 3 + x / 100, SQUARE, "tanh", 0.1, 0),
    ],
)
def test_the_network_is_within_epsilon_and_small(
    text: str,
    numpy_form: Callable[[Array, Array], Array],
    box: Box,
    activation: str,
    epsilon: float,
    most: int,
) -> None:
    found = reach(parse(text, XY), box, epsilon, activation, seconds=20)
    x, y = points(box)
    certificate = found.certificate
    error = float(np.abs(found.network(np.stack([x, y], axis=-1)) - numpy_form(x, y)).max())
    assert certificate.status == "proved"
    assert error <= present(certificate.bound) < epsilon
    assert present(certificate.low) <= present(certificate.bound)
    assert found.network.width <= most
    assert prove_again(certificate).status == "proved"


@each(
    ("text", "activation", "units"),
    [
        ("tanh(3x + 4y)", "tanh", 1),
        ("2 - 3 cos(x - 2y + 1)", "sine", 1),
        ("tanh(x)/2 - tanh(2(y - x))", "tanh", 2),
    ],
)
def test_a_formula_that_is_a_network_is_read(text: str, activation: str, units: int) -> None:
    f = parse(text, XY)
    network = present(written_network(f, activation))
    u = np.stack(points(WIDE), axis=-1)
    np.testing.assert_allclose(network(u), f(u), atol=1e-14)
    found = reach(f, WIDE, 1e-3, activation, seconds=20)
    assert (found.network.width, found.certificate.status) == (units, "proved")


def test_a_function_of_one_direction_needs_the_units_of_one_input() -> None:
    """On u ∈ [−1, 1]² with e = (3, 4)/7, sin(6x + 8y) is sin(14 e·u)."""
    plane = reach(parse("sin(6x + 8y)", XY), SQUARE, 0.1, "relu", seconds=20)
    line = reach("sin(14x)", (-1, 1), 0.1)
    assert plane.network.width == line.network.width
    assert plane.lower_bound == line.lower_bound
    assert find_direction(parse("x y", XY), SQUARE) is None
    np.testing.assert_allclose(
        np.abs(present(find_direction(parse("sin(6x + 8y)", XY), SQUARE))), [3 / 7, 4 / 7]
    )


def test_networks_along_a_direction_and_lines_of_a_box() -> None:
    one = ShallowNetwork("tanh", [2.0, -1.0], [0.5, 0.0], [1.0, 3.0], 0.2)
    e, (x, y) = np.array([0.25, -0.75]), points(WIDE)
    u = np.stack([(x + 0.5) / 2.5, (y - 0.5) / 0.5], axis=-1)
    two = along_direction(one, WIDE, e)
    np.testing.assert_allclose(two(np.stack([x, y], axis=-1)), one(u @ e), atol=1e-12)
    f, t = parse("x^3 - 2x y + y", XY), np.linspace(-1, 1, 7)
    lines = {line.words[:13]: line for line in lines_of(f, WIDE)}
    row = lines["On the line y"]
    np.testing.assert_allclose(row.function(np.array([2.0])), 8 - 4 * 0.75 + 0.75)
    diagonal = lines_of(f, WIDE)[-2].function(t)
    x, y = -0.5 + 2.5 * t, 0.5 + 0.5 * t
    np.testing.assert_allclose(diagonal, x**3 - 2 * x * y + y, atol=1e-10)


@each(
    ("text", "words"),
    [
        ("sign(x + y)", r"On the line y = 0: f jumps by 2"),
        ("1/(x y)", r"f is not defined"),
        ("sqrt(x + y)", r"f is not defined|undefined"),
    ],
)
def test_a_function_that_no_network_follows_is_refused_with_the_line(text: str, words: str) -> None:
    with pytest.raises(Unreachable, match=words) as error:
        reach(parse(text, XY), SQUARE, 0.1, "tanh")
    assert error.value.best is None


def test_when_the_time_is_over_the_best_network_is_kept() -> None:
    with pytest.raises(Unreachable, match=r"No network within ε = 1e-09 .* in 0.1 s. The best one") as error:
        reach(parse("e^(x y) cos(9x - y^2)", XY), SQUARE, 1e-9, "tanh", seconds=0.1)
    best = present(error.value.best)
    assert best.certificate.status != "proved"
    assert best.network.width > 8


@each(
    ("arguments", "words"),
    [
        ({"norm": "outside"}, "`measure` must be"),
        ({"activation": "square"}, "polynomial of degree 2"),
        ({"epsilon": 0.0}, "`epsilon` must be"),
        ({"interval": ((0, 1), (1, 1))}, "`K` must be"),
    ],
)
def test_wrong_questions_are_refused(arguments: dict[str, object], words: str) -> None:
    question: dict[str, object] = {"interval": SQUARE, "epsilon": 0.1, **arguments}
    with pytest.raises(ValueError, match=words):
        reach("x y", **question)  # type: ignore[call-overload]
