"""The words of a formula: one record for each function, with its derivatives, formula and source code.

To add a function, add one record to ``FUNCTIONS``: the parser, the gradient, the LaTeX, the code in three
languages and the tests read it from there. (To enclose its values rigorously takes an interval rule as well.)

Conventions. float64; angles in radians; log is the natural logarithm; round takes halves to the even
neighbour; step(0) = 1; rect(±1/2) = 1/2; sinc(x) = sin(πx)/(πx); gaussian(x) = exp(−x²/2); mod has the sign
of its second argument, as in Python; a negative base with a fractional exponent gives nan. At a kink a
derivative is the subgradient that torch takes: 0 for abs and relu, the lower slope for leaky_relu, half to
each side where max or min has a tie. At a jump it is 0.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nnviz.functions.special import erf

Array = NDArray[np.float64]
Derivative = Callable[..., Any] | float


@dataclass(frozen=True, eq=False)
class Function:
    r"""One function or operator.

    value        NumPy: float64 arrays or scalars in, the same out, element by element
    derivatives  the partial derivative by each argument: a number, or a function of all arguments
    latex        the name, as in \sin; or a pattern that needs no brackets, with #1 for the argument
    says         what it is, for a reader
    flat         every partial derivative is constant between kinks and jumps: where one is 0, that
                 argument has no influence, whatever happens inside it
    numpy, torch, python
                 source code: a pattern with {0}, {1} for the arguments, each used once at most; or a
                 ``def`` to be put above f; or empty for the library's own function of that name
    """

    name: str
    value: Callable[..., Any]
    derivatives: tuple[Derivative, ...]
    latex: str
    says: str
    aliases: tuple[str, ...] = ()
    flat: bool = False
    numpy: str = ""
    torch: str = ""
    python: str = ""

    @property
    def arity(self) -> int:
        """The number of arguments."""
        return len(self.derivatives)


@dataclass(frozen=True)
class NamedNumber:
    """A constant of the language: its value, LaTeX, and source code."""

    name: str
    value: float
    latex: str
    numpy: str
    python: str
    says: str


CONSTANTS: Final = {
    record.name: record
    for record in (
        NamedNumber("pi", math.pi, r"\pi", "np.pi", "math.pi", "π = 3.14159…, half a turn"),
        NamedNumber("e", math.e, "e", "np.e", "math.e", "Euler's number 2.71828…"),
        NamedNumber("tau", math.tau, r"\tau", "(2 * np.pi)", "math.tau", "τ = 2π, a whole turn"),
    )
}


def _truth(holds: Any) -> Any:
    """1 where it holds, else 0."""
    return np.where(holds, 1.0, 0.0)


def _exceeds(a: Array, b: Array) -> Any:
    """1 where a > b, ½ at a tie, else 0: the derivative of max(a, b) by a."""
    return _truth(a > b) + 0.5 * _truth(a == b)


# ∂/∂a aᵇ = b aᵇ⁻¹, and 0 for b = 0
def _power_by_base(a: Array, b: Array) -> Any:
    return np.where(b == 0, 0.0, b * np.power(a, b - 1))


# ∂/∂b aᵇ = aᵇ ln a, and 0 for a = 0 < b
def _power_by_exponent(a: Array, b: Array) -> Any:
    return np.where((a == 0) & (b > 0), 0.0, np.power(a, b) * np.log(a))


# σ(x) = 1/(1 + e⁻ˣ) = exp(−ln(1 + e⁻ˣ)), small values to full precision
def _sigmoid(x: Array) -> Array:
    return np.asarray(np.exp(-np.logaddexp(0.0, -x)))


# (sin πx / πx)′ = (cos πx − sinc x) / x; near 0, where the difference cancels, −π²x/3 + π⁴x³/30
def _sinc_derivative(x: Array) -> Array:
    near = np.abs(x) < 2e-3
    away = np.where(near, 1.0, x)
    series = -(np.pi**2) * x / 3 + np.pi**4 * x**3 / 30
    return np.where(near, series, (np.cos(np.pi * away) - np.sinc(away)) / away)


# Φ(x), the share of a normal distribution below x
def _normal_share(x: Array) -> Array:
    return 0.5 * (1 + erf(x / math.sqrt(2)))


def _infix(
    name: str,
    value: Callable[..., Any],
    derivatives: tuple[Derivative, ...],
    says: str,
    code: str,
    python: str = "",
) -> Function:
    return Function(name, value, derivatives, name, says, numpy=code, torch=code, python=python or code)


def _comparison(name: str, holds: Callable[..., Any], latex: str, says: str) -> Function:
    code = f"{{0}} {name} {{1}}"
    return Function(
        name,
        lambda a, b: _truth(holds(a, b)),
        (0.0, 0.0),
        latex,
        f"1 where the left side is {says}, else 0",
        flat=True,
        numpy=code,
        torch=code,
        python=code,
    )


_DIVIDE = """\
def divide(a, b):
    if b != 0:
        return a / b
    return math.nan if a == 0 or a != a else math.copysign(math.inf, a) * math.copysign(1, b)
"""

_POWER = """\
def power(a, b):
    try:
        return math.pow(a, b)
    except (OverflowError, ValueError):
        if a < 0 and b % 1 != 0:
            return math.nan
        return math.copysign(math.inf, a) if b % 2 == 1 else math.inf
"""

_ARITHMETIC = (
    _infix("+", np.add, (1.0, 1.0), "sum", "{0} + {1}"),
    _infix("-", np.subtract, (1.0, -1.0), "difference", "{0} - {1}"),
    _infix("*", np.multiply, (lambda _, b: b, lambda a, _: a), "product", "{0} * {1}"),
    _infix("/", np.divide, (lambda _, b: 1 / b, lambda a, b: -a / b / b), "quotient", "{0} / {1}", _DIVIDE),
    _infix("^", np.power, (_power_by_base, _power_by_exponent), "power", "{0} ** {1}", _POWER),
    _infix("neg", np.negative, (-1.0,), "the sign in front", "-{0}"),
)

_CONDITIONS = (
    _comparison("<", np.less, "<", "smaller"),
    _comparison("<=", np.less_equal, r"\le", "smaller or equal"),
    _comparison(">", np.greater, ">", "greater"),
    _comparison(">=", np.greater_equal, r"\ge", "greater or equal"),
    _comparison("==", np.equal, "=", "equal to the right side"),
    _comparison("!=", np.not_equal, r"\ne", "different from the right side"),
    Function(
        "and",
        lambda a, b: _truth((a != 0) & (b != 0)),
        (0.0, 0.0),
        r"\land",
        "1 where both conditions hold, else 0",
        flat=True,
        numpy="np.logical_and({0}, {1})",
        torch="torch.logical_and({0}, {1})",
        python="({0} and {1})",
    ),
    Function(
        "or",
        lambda a, b: _truth((a != 0) | (b != 0)),
        (0.0, 0.0),
        r"\lor",
        "1 where one condition holds, or both, else 0",
        flat=True,
        numpy="np.logical_or({0}, {1})",
        torch="torch.logical_or({0}, {1})",
        python="({0} or {1})",
    ),
    Function(
        "not",
        lambda a: _truth(a == 0),
        (0.0,),
        r"\lnot",
        "1 where the condition fails, else 0",
        flat=True,
        numpy="np.logical_not({0})",
        torch="torch.logical_not({0})",
        python="(not {0})",
    ),
    Function(
        "where",
        lambda condition, a, b: np.where(condition != 0, a, b),
        (
            0.0,
            lambda condition, *_: _truth(condition != 0),
            lambda condition, *_: _truth(condition == 0),
        ),
        r"\operatorname{where}",
        "where(condition, a, b): a where the condition holds, else b",
        flat=True,
        numpy="np.where({0}, {1}, {2})",
        python="({1} if {0} else {2})",
    ),
)

_POWERS_AND_LOGARITHMS = (
    Function("sqrt", np.sqrt, (lambda x: 0.5 / np.sqrt(x),), r"\sqrt{#1}", "square root"),
    Function(
        "cbrt",
        np.cbrt,
        (lambda x: 1 / (3 * np.cbrt(x) ** 2),),
        r"\sqrt[3]{#1}",
        "cube root, also of negative numbers",
        torch="def cbrt(x):\n    return torch.sign(x) * torch.abs(x) ** (1 / 3)\n",
    ),
    Function("exp", np.exp, (np.exp,), "e^{#1}", "exponential function, e to the x"),
    Function("expm1", np.expm1, (np.exp,), r"\operatorname{expm1}", "exp(x) - 1, exact for small x"),
    Function(
        "log",
        np.log,
        (lambda x: 1 / x,),
        r"\ln",
        "natural logarithm, base e",
        aliases=("ln", "log_e"),
        python="def log(x):\n    return real(math.log, x) if x != 0 else -math.inf\n",
    ),
    Function(
        "log2",
        np.log2,
        (lambda x: 1 / (x * math.log(2)),),
        r"\log_{2}",
        "logarithm, base 2",
        aliases=("log_2", "lb", "ld"),
        python="def log2(x):\n    return real(math.log2, x) if x != 0 else -math.inf\n",
    ),
    Function(
        "log10",
        np.log10,
        (lambda x: 1 / (x * math.log(10)),),
        r"\log_{10}",
        "logarithm, base 10",
        aliases=("log_10", "lg"),
        python="def log10(x):\n    return real(math.log10, x) if x != 0 else -math.inf\n",
    ),
    Function(
        "log1p",
        np.log1p,
        (lambda x: 1 / (1 + x),),
        r"\operatorname{log1p}",
        "log(1 + x), exact for small x",
        python="def log1p(x):\n    return real(math.log1p, x) if x != -1 else -math.inf\n",
    ),
)

_TRIGONOMETRY = (
    Function("sin", np.sin, (np.cos,), r"\sin", "sine", aliases=("sen", "sine")),
    Function("cos", np.cos, (lambda x: -np.sin(x),), r"\cos", "cosine", aliases=("cosine",)),
    Function("tan", np.tan, (lambda x: 1 + np.tan(x) ** 2,), r"\tan", "tangent", aliases=("tg", "tangent")),
    Function(
        "cot",
        lambda x: 1 / np.tan(x),
        (lambda x: -1 / np.sin(x) ** 2,),
        r"\cot",
        "cotangent, 1/tan(x)",
        aliases=("ctg", "cotan"),
        numpy="np.reciprocal(np.tan({0}))",
        torch="torch.reciprocal(torch.tan({0}))",
        python="divide(1, real(math.tan, {0}))",
    ),
    Function(
        "sec",
        lambda x: 1 / np.cos(x),
        (lambda x: np.sin(x) / np.cos(x) ** 2,),
        r"\sec",
        "secant, 1/cos(x)",
        numpy="np.reciprocal(np.cos({0}))",
        torch="torch.reciprocal(torch.cos({0}))",
        python="divide(1, real(math.cos, {0}))",
    ),
    Function(
        "csc",
        lambda x: 1 / np.sin(x),
        (lambda x: -np.cos(x) / np.sin(x) ** 2,),
        r"\csc",
        "cosecant, 1/sin(x)",
        aliases=("cosec",),
        numpy="np.reciprocal(np.sin({0}))",
        torch="torch.reciprocal(torch.sin({0}))",
        python="divide(1, real(math.sin, {0}))",
    ),
    Function(
        "asin",
        np.arcsin,
        (lambda x: 1 / np.sqrt((1 - x) * (1 + x)),),
        r"\arcsin",
        "inverse sine, −π/2 to π/2",
        aliases=("arcsin",),
    ),
    Function(
        "acos",
        np.arccos,
        (lambda x: -1 / np.sqrt((1 - x) * (1 + x)),),
        r"\arccos",
        "inverse cosine, 0 to π",
        aliases=("arccos",),
    ),
    Function(
        "atan",
        np.arctan,
        (lambda x: 1 / (1 + x * x),),
        r"\arctan",
        "inverse tangent, −π/2 to π/2",
        aliases=("arctan", "arctg"),
    ),
    Function(
        "atan2",
        np.arctan2,
        (lambda y, x: x / (x * x + y * y), lambda y, x: -y / (x * x + y * y)),
        r"\operatorname{atan2}",
        "atan2(y, x): the angle of the point (x, y), −π to π",
        aliases=("arctan2",),
        python="math.atan2({0}, {1})",
    ),
)

_HYPERBOLIC = (
    Function("sinh", np.sinh, (np.cosh,), r"\sinh", "hyperbolic sine", aliases=("sh",)),
    Function(
        "cosh",
        np.cosh,
        (np.sinh,),
        r"\cosh",
        "hyperbolic cosine, a hanging chain",
        aliases=("ch",),
        python="real(math.cosh, abs({0}))",
    ),
    Function(
        "tanh",
        np.tanh,
        (lambda x: 1 / np.cosh(x) ** 2,),
        r"\tanh",
        "hyperbolic tangent, an S from −1 to 1",
        aliases=("th",),
    ),
    Function(
        "coth",
        lambda x: 1 / np.tanh(x),
        (lambda x: -1 / np.sinh(x) ** 2,),
        r"\coth",
        "hyperbolic cotangent, 1/tanh(x)",
        numpy="np.reciprocal(np.tanh({0}))",
        torch="torch.reciprocal(torch.tanh({0}))",
        python="divide(1, math.tanh({0}))",
    ),
    Function(
        "sech",
        lambda x: 1 / np.cosh(x),
        (lambda x: -np.tanh(x) / np.cosh(x),),
        r"\operatorname{sech}",
        "a bell, 1/cosh(x)",
        numpy="np.reciprocal(np.cosh({0}))",
        torch="torch.reciprocal(torch.cosh({0}))",
        python="divide(1, real(math.cosh, abs({0})))",
    ),
    Function(
        "asinh",
        np.arcsinh,
        (lambda x: 1 / np.hypot(1.0, x),),
        r"\operatorname{arsinh}",
        "inverse hyperbolic sine",
        aliases=("arcsinh", "arsinh"),
    ),
    Function(
        "acosh",
        np.arccosh,
        (lambda x: 1 / (np.sqrt(x - 1) * np.sqrt(x + 1)),),
        r"\operatorname{arcosh}",
        "inverse hyperbolic cosine, from 1 on",
        aliases=("arccosh", "arcosh"),
    ),
    Function(
        "atanh",
        np.arctanh,
        (lambda x: 1 / ((1 - x) * (1 + x)),),
        r"\operatorname{artanh}",
        "inverse hyperbolic tangent, between −1 and 1",
        aliases=("arctanh", "artanh"),
        python="""\
def atanh(x):
    return real(math.atanh, x) if abs(x) != 1 else math.copysign(math.inf, x)
""",
    ),
)

_CORNERS_AND_JUMPS = (
    Function(
        "abs",
        np.abs,
        (np.sign,),
        r"\left|#1\right|",
        "the distance from 0; |x| means the same",
        aliases=("fabs",),
        flat=True,
        python="abs({0})",
    ),
    Function(
        "sign",
        np.sign,
        (0.0,),
        r"\operatorname{sign}",
        "−1, 0 or 1: the sign",
        aliases=("sgn", "signum"),
        flat=True,
        python="def sign(x):\n    return x if x != x else float((x > 0) - (x < 0))\n",
    ),
    Function(
        "step",
        lambda x: np.heaviside(x, 1.0),
        (0.0,),
        r"\operatorname{step}",
        "0 for x < 0, 1 from 0 on",
        aliases=("heaviside",),
        flat=True,
        numpy="np.heaviside({0}, 1.0)",
        torch="def step(x):\n    return torch.sign(torch.sign(x) + 0.5) / 2 + 0.5\n",
        python="def step(x):\n    return x if x != x else float(x >= 0)\n",
    ),
    Function(
        "floor",
        np.floor,
        (0.0,),
        r"\left\lfloor #1 \right\rfloor",
        "the whole number below",
        flat=True,
        python="def floor(x):\n    return math.copysign(real(math.floor, x), x)\n",
    ),
    Function(
        "ceil",
        np.ceil,
        (0.0,),
        r"\left\lceil #1 \right\rceil",
        "the whole number above",
        aliases=("ceiling",),
        flat=True,
        python="def ceil(x):\n    return math.copysign(real(math.ceil, x), x)\n",
    ),
    Function(
        "round",
        np.rint,
        (0.0,),
        r"\operatorname{round}",
        "the nearest whole number; halves go to the even one",
        aliases=("rint",),
        flat=True,
        python="def nearest(x):\n    return math.copysign(real(round, x), x)\n",
    ),
    Function(
        "trunc",
        np.trunc,
        (0.0,),
        r"\operatorname{trunc}",
        "the whole number towards 0",
        flat=True,
        python="def trunc(x):\n    return math.copysign(real(math.trunc, x), x)\n",
    ),
    Function(
        "mod",
        np.mod,
        (1.0, lambda a, b: -np.floor_divide(a, b)),
        r"\bmod",
        "mod(a, b): what is left of a after dividing by b, with the sign of b; a % b means the same",
        flat=True,
        numpy="np.mod({0}, {1})",
        torch="torch.remainder({0}, {1})",
        python="def mod(a, b):\n    return a % b if b != 0 else math.nan\n",
    ),
    Function(
        "min",
        np.minimum,
        (lambda a, b: _exceeds(b, a), _exceeds),
        r"\min",
        "min(a, b): the smaller of two values or more",
        aliases=("minimum",),
        flat=True,
        torch="torch.minimum({0}, {1})",
        python="def minimum(a, b):\n    return a if a <= b or a != a else b\n",
    ),
    Function(
        "max",
        np.maximum,
        (_exceeds, lambda a, b: _exceeds(b, a)),
        r"\max",
        "max(a, b): the greater of two values or more",
        aliases=("maximum",),
        flat=True,
        torch="torch.maximum({0}, {1})",
        python="def maximum(a, b):\n    return a if a >= b or a != a else b\n",
    ),
    Function(
        "clip",
        lambda x, low, high: np.minimum(np.maximum(x, low), high),
        (
            lambda x, low, high: _exceeds(x, low) * _exceeds(high, np.maximum(x, low)),
            lambda x, low, high: _exceeds(low, x) * _exceeds(high, np.maximum(x, low)),
            lambda x, low, high: _exceeds(np.maximum(x, low), high),
        ),
        r"\operatorname{clip}",
        "clip(x, low, high): x held between low and high",
        aliases=("clamp",),
        flat=True,
        numpy="np.minimum(np.maximum({0}, {1}), {2})",
        torch="torch.minimum(torch.maximum({0}, {1}), {2})",
        python="""\
def clip(x, low, high):
    if x != x or low != low or high != high:
        return math.nan
    return min(max(x, low), high)
""",
    ),
    Function(
        "hypot",
        np.hypot,
        (
            lambda a, b: np.where((a == 0) & (b == 0), 0.0, a / np.hypot(a, b)),
            lambda a, b: np.where((a == 0) & (b == 0), 0.0, b / np.hypot(a, b)),
        ),
        r"\operatorname{hypot}",
        "hypot(a, b): the length sqrt(a^2 + b^2)",
        python="math.hypot({0}, {1})",
    ),
)

_SHAPES = (
    Function(
        "gaussian",
        lambda x: np.exp(-0.5 * np.square(x)),
        (lambda x: -x * np.exp(-0.5 * np.square(x)),),
        r"\operatorname{gaussian}",
        "the bell exp(-x^2/2)",
        aliases=("gauss",),
        numpy="np.exp(-0.5 * np.square({0}))",
        torch="torch.exp(-0.5 * torch.square({0}))",
        python="def gaussian(x):\n    return math.exp(-0.5 * x * x)\n",
    ),
    Function(
        "sinc",
        np.sinc,
        (_sinc_derivative,),
        r"\operatorname{sinc}",
        "sin(pi*x)/(pi*x), and 1 at 0",
        python="def sinc(x):\n    return real(math.sin, math.pi * x) / (math.pi * x) if x != 0 else 1.0\n",
    ),
    Function(
        "rect",
        lambda x: 0.5 + 0.5 * np.sign(0.5 - np.abs(x)),
        (0.0,),
        r"\operatorname{rect}",
        "1 between −1/2 and 1/2, 0 outside, 1/2 at the edges",
        flat=True,
        numpy="(0.5 + 0.5 * np.sign(0.5 - np.abs({0})))",
        torch="(0.5 + 0.5 * torch.sign(0.5 - torch.abs({0})))",
        python="def rect(x):\n    return x if x != x else 0.5 * (abs(x) < 0.5) + 0.5 * (abs(x) <= 0.5)\n",
    ),
    Function(
        "tri",
        lambda x: np.maximum(1 - np.abs(x), 0.0),
        (lambda x: -np.sign(x) * _truth(np.abs(x) < 1),),
        r"\operatorname{tri}",
        "a triangle of height 1 over −1 to 1, 0 outside",
        aliases=("hat",),
        flat=True,
        numpy="np.maximum(1 - np.abs({0}), 0.0)",
        torch="torch.relu(1 - torch.abs({0}))",
        python="def tri(x):\n    return x if x != x else max(1 - abs(x), 0.0)\n",
    ),
    Function(
        "erf",
        erf,
        (lambda x: 2 / math.sqrt(math.pi) * np.exp(-np.square(x)),),
        r"\operatorname{erf}",
        "error function",
        numpy="np.vectorize(math.erf, otypes=[float])({0})",
    ),
)

_HIDDEN_UNITS = (
    Function(
        "relu",
        lambda x: np.maximum(x, 0.0),
        (lambda x: _truth(x > 0),),
        r"\operatorname{ReLU}",
        "max(0, x)",
        aliases=("ramp",),
        flat=True,
        numpy="np.maximum({0}, 0.0)",
        python="def relu(x):\n    return x if x > 0 or x != x else 0.0\n",
    ),
    Function(
        "leaky_relu",
        lambda x: np.where(x > 0, x, 0.01 * x),
        (lambda x: np.where(x > 0, 1.0, 0.01),),
        r"\operatorname{LeakyReLU}",
        "x for x > 0, else 0.01 x",
        aliases=("leakyrelu", "lrelu"),
        flat=True,
        numpy="def leaky_relu(x):\n    return np.where(x > 0, x, 0.01 * x)\n",
        torch="torch.nn.functional.leaky_relu({0}, 0.01)",
        python="def leaky_relu(x):\n    return x if x > 0 else 0.01 * x\n",
    ),
    Function(
        "elu",
        lambda x: np.where(x > 0, x, np.expm1(x)),
        (lambda x: np.exp(np.minimum(x, 0.0)),),
        r"\operatorname{ELU}",
        "x for x > 0, else exp(x) - 1",
        numpy="def elu(x):\n    return np.where(x > 0, x, np.expm1(x))\n",
        torch="torch.nn.functional.elu({0})",
        python="def elu(x):\n    return x if x > 0 else math.expm1(x)\n",
    ),
    Function(
        "gelu",
        lambda x: x * _normal_share(x),
        (lambda x: _normal_share(x) + x * np.exp(-0.5 * np.square(x)) / math.sqrt(2 * math.pi),),
        r"\operatorname{GELU}",
        "x times the share of a normal distribution below x",
        numpy="""\
def gelu(x):
    return 0.5 * x * (1 + np.vectorize(math.erf, otypes=[float])(x / math.sqrt(2)))
""",
        torch="torch.nn.functional.gelu({0})",
        python="def gelu(x):\n    return 0.5 * x * (1 + math.erf(x / math.sqrt(2)))\n",
    ),
    Function(
        "silu",
        lambda x: x * _sigmoid(x),
        (lambda x: _sigmoid(x) * (1 + x * _sigmoid(-x)),),
        r"\operatorname{SiLU}",
        "x times sigmoid(x)",
        aliases=("swish",),
        numpy="def silu(x):\n    return x * np.exp(-np.logaddexp(0, -x))\n",
        torch="torch.nn.functional.silu({0})",
        python="def silu(x):\n    return x / (1 + real(math.exp, -x))\n",
    ),
    Function(
        "sigmoid",
        _sigmoid,
        (lambda x: _sigmoid(x) * _sigmoid(-x),),
        r"\sigma",
        "an S from 0 to 1, 1/(1 + exp(-x))",
        aliases=("logistic", "expit"),
        numpy="np.exp(-np.logaddexp(0, np.negative({0})))",
        python="""\
def sigmoid(x):
    tail = math.exp(-abs(x))
    return (1 if x >= 0 else tail) / (1 + tail)
""",
    ),
    Function(
        "softplus",
        lambda x: np.logaddexp(0.0, x),
        (_sigmoid,),
        r"\operatorname{softplus}",
        "a rounded ramp, log(1 + exp(x))",
        numpy="np.logaddexp(0, {0})",
        torch="torch.neg(torch.nn.functional.logsigmoid(torch.neg({0})))",
        python="def softplus(x):\n    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))\n",
    ),
    Function(
        "softsign",
        lambda x: x / (1 + np.abs(x)),
        (lambda x: 1 / (1 + np.abs(x)) ** 2,),
        r"\operatorname{softsign}",
        "x/(1 + |x|)",
        numpy="def softsign(x):\n    return x / (1 + np.abs(x))\n",
        torch="torch.nn.functional.softsign({0})",
        python="def softsign(x):\n    return x / (1 + abs(x))\n",
    ),
)

FUNCTIONS: Final = {
    record.name: record
    for group in (
        _ARITHMETIC,
        _CONDITIONS,
        _POWERS_AND_LOGARITHMS,
        _TRIGONOMETRY,
        _HYPERBOLIC,
        _CORNERS_AND_JUMPS,
        _SHAPES,
        _HIDDEN_UNITS,
    )
    for record in group
}

WORDS: Final = {
    word: record.name
    for record in FUNCTIONS.values()
    for word in (record.name, *record.aliases)
    if word[0].isalpha() and word not in ("neg", "and", "or", "not")
}
"""What a function may be called in a formula -> its name in ``FUNCTIONS``."""
