"""List the target functions of one and of two variables, each with its interval and a lesson."""

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from nnviz._types import Bounds, Box
from nnviz.expressions.expression import Expression, parse

K = TypeVar("K", Bounds, Box)


@dataclass(frozen=True)
class Target(Generic[K]):
    """A function to approximate: the formula ``text`` on ``interval``, (a, b) or the box ((a, b), (c, d)).

    ``lesson`` says in one or two sentences what its approximation shows.
    """

    name: str
    label: str
    text: str
    interval: K
    lesson: str

    @property
    def expression(self) -> Expression:
        """The function, parsed from its text."""
        return parse(self.text, ("x", "y") if isinstance(self.interval[0], tuple) else ("x",))


_UNIT: Final = (-1.0, 1.0)
_SQUARE: Final = ((-1.0, 1.0), (-1.0, 1.0))

TARGETS: Final[dict[str, Target[Bounds]]] = {
    target.name: target
    for target in (
        Target(
            "sine",
            "Sine wave",
            "sin(2πx)",
            _UNIT,
            "A few smooth hidden units approximate this smooth function to many digits. ReLU units need far more.",
        ),
        Target(
            "absolute",
            "Absolute value",
            "|x|",
            _UNIT,
            "Two ReLU units are exact, because |x| = relu(x) + relu(−x). Smooth units can only round the knot.",
        ),
        Target(
            "cubic",
            "Cubic polynomial",
            "2x^3 - x",
            _UNIT,
            "Units with the activation x³ represent this function exactly, but they fail for most other functions.",
        ),
        Target(
            "runge",
            "Runge's function",
            "1/(1 + 25x^2)",
            _UNIT,
            "Interpolating polynomials at equidistant points oscillate strongly near the ends. Hidden units do not.",
        ),
        Target(
            "decaying_wave",
            "Decaying wave",
            "e^(-x) sin(10x)",
            _UNIT,
            "The waves are large on the left and small on the right. The same ε holds for both, so most units "
            "belong on the left.",
        ),
        Target(
            "chirp",
            "Chirp",
            "sin(20x^2)",
            (0.0, 2.0),
            "The frequency grows to the right, so most hidden units are needed there. Training has to move "
            "them there.",
        ),
        Target(
            "root",
            "Square root of |x|",
            "√|x|",
            _UNIT,
            "The function is continuous, so the theorem holds. Its derivative is infinite at 0, so the units "
            "gather there.",
        ),
        Target(
            "zigzag",
            "Zigzag",
            "||2x| - 1| - x/2",
            _UNIT,
            "The function has four linear pieces. One ReLU unit for each knot and one more for the slope are exact.",
        ),
        Target(
            "pieces",
            "Three formulas",
            "where(x < -0.5, -1 - 2x, where(x < 0.5, sin(πx) + 1, 2.5 - x))",
            _UNIT,
            "Three formulas join without a jump. The theorem needs a continuous function, and not a single formula.",
        ),
        Target(
            "mixture",
            "Two peaks",
            "0.6 exp(-40(x + 0.4)^2) + exp(-90(x - 0.35)^2)",
            _UNIT,
            "One peak is wide, and the other is narrow. The hidden units need different positions and "
            "different widths.",
        ),
        Target(
            "spike",
            "Narrow spike",
            "exp(-2000(x - 0.3)^2)",
            _UNIT,
            "The function is nearly 0 on most of the interval. A small mean error can hide a sup norm error of "
            "almost 1.",
        ),
        Target(
            "bump",
            "Smooth bump",
            "where(|x| < 0.8, exp(1 - 1/(1 - (x/0.8)^2)), 0)",
            _UNIT,
            "The function is smooth, and exactly 0 for |x| ≥ 0.8. No single power series has this property, and the "
            "theorem does not need one.",
        ),
        Target(
            "wiggle",
            "Faster waves near 0",
            "where(x == 0, 0, x sin(1/x))",
            _UNIT,
            "The function is continuous and has infinitely many waves. Every ε can be reached, but a smaller ε "
            "needs many more units.",
        ),
        Target(
            "step",
            "Step",
            "step(x)",
            _UNIT,
            "The function jumps by 1. The sup norm error of a continuous network is at least 1/2, but its rms "
            "error can go to 0.",
        ),
        Target(
            "staircase",
            "Staircase",
            "floor(4x)/4",
            (-0.9, 0.9),
            "The function has eight levels. The theorem needs a continuous function, so it does not apply at "
            "the jumps.",
        ),
        Target(
            "sawtooth",
            "Sawtooth",
            "x - floor(x)",
            (-1.5, 1.5),
            "The function is linear between its jumps. Approximation is easy between the jumps, and impossible "
            "at the jumps.",
        ),
    )
}
"""Name -> function of one input, with its interval."""

TARGETS_2D: Final[dict[str, Target[Box]]] = {
    target.name: target
    for target in (
        Target(
            "franke",
            "Franke's function",
            "0.75 exp(-((9x - 2)^2 + (9y - 2)^2)/4) + 0.75 exp(-(9x + 1)^2/49 - (9y + 1)/10)"
            " + 0.5 exp(-((9x - 7)^2 + (9y - 3)^2)/4) - 0.2 exp(-(9x - 4)^2 - (9y - 7)^2)",
            ((0.0, 1.0), (0.0, 1.0)),
            "This is a standard test of surface fitting (Franke 1979). It has two hills, a slope and a hollow.",
        ),
        Target(
            "saddle",
            "Saddle",
            "x^2 - y^2",
            _SQUARE,
            "The function is a sum of a function of x and a function of y. Ridges along the two axes are enough.",
        ),
        Target(
            "product",
            "Product, the smooth XOR",
            "xy",
            _SQUARE,
            "The product is positive where the signs of x and y agree. Two diagonal ridges represent it, and "
            "ridges along the axes cannot.",
        ),
        Target(
            "ripples",
            "Ripples",
            "cos(3π sqrt(x^2 + y^2))",
            _SQUARE,
            "The waves are circles, and ridges are straight. So the ridges must have many directions.",
        ),
        Target(
            "ridge",
            "Ridge",
            "tanh(3x + 4y)",
            _SQUARE,
            "The function varies in one direction only. A single tanh unit with this direction is exact.",
        ),
        Target(
            "bump",
            "Bump",
            "exp(-8(x^2 + y^2))",
            _SQUARE,
            "No unit of one hidden layer is local in two variables. A bump needs ridges that cancel elsewhere.",
        ),
    )
}
"""Name -> function of two inputs, with its box."""
