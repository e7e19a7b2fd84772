"""Targets that teach something: functions of one variable and of two, each with its interval and lesson."""

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from nnviz.functions.expression import Expression, parse

Interval = tuple[float, float]
Box = tuple[Interval, Interval]
K = TypeVar("K", Interval, Box)


@dataclass(frozen=True)
class Target(Generic[K]):
    """A function to approximate: ``text`` on ``interval``, (a, b) or the box ((a, b), (c, d))."""

    name: str
    label: str
    text: str
    interval: K
    lesson: str

    @property
    def expression(self) -> Expression:
        """The function itself."""
        return parse(self.text, ("x", "y") if isinstance(self.interval[0], tuple) else ("x",))


_UNIT: Final = (-1.0, 1.0)
_SQUARE: Final = ((-1.0, 1.0), (-1.0, 1.0))

TARGETS: Final[dict[str, Target[Interval]]] = {
    target.name: target
    for target in (
        Target(
            "sine",
            "Sine wave",
            "sin(2πx)",
            _UNIT,
            "Smooth and bounded: a few smooth hidden units reach many digits, broken lines need far more.",
        ),
        Target(
            "absolute",
            "Absolute value",
            "|x|",
            _UNIT,
            "Two ReLU units give it exactly, relu(x) + relu(-x); smooth units can only round the corner off.",
        ),
        Target(
            "cubic",
            "Cubic polynomial",
            "2x^3 - x",
            _UNIT,
            "Units with activation x^3 build this one exactly, and still fail on nearly everything else.",
        ),
        Target(
            "runge",
            "Runge's function",
            "1/(1 + 25x^2)",
            _UNIT,
            "Polynomials through equidistant points go wild near the ends; hidden units have no such trouble.",
        ),
        Target(
            "decaying_wave",
            "Decaying wave",
            "e^(-x) sin(10x)",
            _UNIT,
            "Large waves on the left, small ones on the right: ε is one for both, so most units belong left.",
        ),
        Target(
            "chirp",
            "Chirp",
            "sin(20x^2)",
            (0.0, 2.0),
            "The waves get ever faster: hidden units must crowd to the right, and training has to move them there.",
        ),
        Target(
            "root",
            "Square root of |x|",
            "√|x|",
            _UNIT,
            "Continuous, so the theorem holds; but at 0 the slope is infinite, and the units gather there.",
        ),
        Target(
            "zigzag",
            "Kinks",
            "||2x| - 1| - x/2",
            _UNIT,
            "Four straight pieces: a ReLU unit for each corner and one more for the slope are exact.",
        ),
        Target(
            "pieces",
            "Pieced together",
            "where(x < -0.5, -1 - 2x, where(x < 0.5, sin(πx) + 1, 2.5 - x))",
            _UNIT,
            "Three formulas that meet without a gap: continuous is enough for the theorem, one formula is not needed.",
        ),
        Target(
            "mixture",
            "Two bells",
            "0.6 exp(-40(x + 0.4)^2) + exp(-90(x - 0.35)^2)",
            _UNIT,
            "A broad hill and a narrow one: each unit has to find a place and a width of its own.",
        ),
        Target(
            "spike",
            "Narrow spike",
            "exp(-2000(x - 0.3)^2)",
            _UNIT,
            "Nearly all of the interval is flat: a small mean error can hide a sup error of almost 1.",
        ),
        Target(
            "bump",
            "Smooth bump",
            "where(|x| < 0.8, exp(1 - 1/(1 - (x/0.8)^2)), 0)",
            _UNIT,
            "Smooth everywhere and yet exactly 0 outside: no power series can do that, and the theorem asks for none.",
        ),
        Target(
            "wiggle",
            "Ever faster near 0",
            "where(x == 0, 0, x sin(1/x))",
            _UNIT,
            "Continuous with infinitely many waves: every ε is reached, but each smaller ε needs many more units.",
        ),
        Target(
            "step",
            "Step",
            "step(x)",
            _UNIT,
            "A jump of height 1: no continuous network gets the sup error below 1/2; the rms error can go to 0.",
        ),
        Target(
            "staircase",
            "Staircase",
            "floor(4x)/4",
            (-0.9, 0.9),
            "Eight stairs: the theorem speaks of continuous functions, and near each jump it promises nothing.",
        ),
        Target(
            "sawtooth",
            "Sawtooth",
            "x - floor(x)",
            (-1.5, 1.5),
            "Straight pieces with jumps: easy between them, impossible at them.",
        ),
    )
}

TARGETS_2D: Final[dict[str, Target[Box]]] = {
    target.name: target
    for target in (
        Target(
            "franke",
            "Franke's function",
            "0.75 exp(-((9x - 2)^2 + (9y - 2)^2)/4) + 0.75 exp(-(9x + 1)^2/49 - (9y + 1)/10)"
            " + 0.5 exp(-((9x - 7)^2 + (9y - 3)^2)/4) - 0.2 exp(-(9x - 4)^2 - (9y - 7)^2)",
            ((0.0, 1.0), (0.0, 1.0)),
            "The usual test of surface fitting (Franke 1979): two hills, a slope and a hollow.",
        ),
        Target(
            "saddle",
            "Saddle",
            "x^2 - y^2",
            _SQUARE,
            "A sum of one function of x and one of y: ridges along the two axes are enough.",
        ),
        Target(
            "product",
            "Product, the smooth XOR",
            "xy",
            _SQUARE,
            "High where the signs agree, low where they differ: two diagonal ridges make it, none along the axes.",
        ),
        Target(
            "ripples",
            "Ripples",
            "cos(3π sqrt(x^2 + y^2))",
            _SQUARE,
            "Round waves out of straight ridges: they must come from many directions.",
        ),
        Target(
            "ridge",
            "Ridge",
            "tanh(3x + 4y)",
            _SQUARE,
            "It varies in one direction only: a single tanh unit is exact, if it finds the direction.",
        ),
        Target(
            "bump",
            "Bump",
            "exp(-8(x^2 + y^2))",
            _SQUARE,
            "One hidden layer has no unit that is local in two variables: a bump takes ridges that cancel elsewhere.",
        ),
    )
}
