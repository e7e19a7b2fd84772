"""List the words of a formula: one record for each function, with its derivatives, LaTeX and source code.

To add a function, add one record to ``FUNCTIONS``. The parser, the gradient, the LaTeX, the code in three languages and
the tests read the record. A rigorous enclosure of its values needs an interval rule as well.

Conventions. float64; angles in radians; log is the natural logarithm; round takes halves to the even neighbor;
step(0) = 1, and heaviside(x, c) is c at 0; gamma is infinite at 0, −1, −2, …; rect(±1/2) = 1/2; sinc(x) = sin(πx)/(πx);
gaussian(x) = exp(−x²/2); mod has the sign of its second argument, as in Python; a negative base with a fractional
exponent gives nan. At a kink a derivative is the subgradient that torch takes: 0 for abs and relu, the smaller
derivative for leaky_relu, and the mean of both sides where max or min has a tie. At a jump the derivative is 0.
"""

import math
from typing import Final

import numpy as np

from nnviz.expressions.functions import (
    DIVIDE,
    POWER,
    Function,
    NamedNumber,
    comparison,
    exceeds,
    infix,
    logistic,
    normal_distribution,
    power_by_base,
    power_by_exponent,
    sinc_derivative,
    truth_value,
)
from nnviz.expressions.gamma import digamma, gamma, log_gamma
from nnviz.expressions.oscillations import (
    airy_ai,
    airy_ai_slope,
    bessel_j0,
    bessel_j1,
    bessel_j1_over_x,
)
from nnviz.expressions.special import erf
from nnviz.expressions.special_source import (
    BESSEL,
    NUMPY_AIRY,
    NUMPY_GAMMA,
    NUMPY_LOG_GAMMA,
    PYTHON_AIRY,
    PYTHON_BESSEL,
    PYTHON_GAMMA,
    PYTHON_LOG_GAMMA,
    TORCH_AIRY,
    TORCH_GAMMA,
    TORCH_LOG_GAMMA,
)

CONSTANTS: Final = {
    record.name: record
    for record in (
        NamedNumber("pi", math.pi, r"\pi", "np.pi", "math.pi", "π = 3.14159…, half a turn"),
        NamedNumber("e", math.e, "e", "np.e", "math.e", "Euler's number 2.71828…"),
        NamedNumber("tau", math.tau, r"\tau", "(2 * np.pi)", "math.tau", "τ = 2π, a whole turn"),
    )
}
"""Name -> number with a name."""


_ARITHMETIC = (
    infix("+", np.add, (1.0, 1.0), "sum", "{0} + {1}"),
    infix("-", np.subtract, (1.0, -1.0), "difference", "{0} - {1}"),
    infix("*", np.multiply, (lambda _, b: b, lambda a, _: a), "product", "{0} * {1}"),
    infix("/", np.divide, (lambda _, b: 1 / b, lambda a, b: -a / b / b), "quotient", "{0} / {1}", DIVIDE),
    infix("^", np.power, (power_by_base, power_by_exponent), "power", "{0} ** {1}", POWER),
    infix("neg", np.negative, (-1.0,), "minus sign", "-{0}"),
)

_CONDITIONS = (
    comparison("<", np.less, "<", "smaller"),
    comparison("<=", np.less_equal, r"\le", "smaller or equal"),
    comparison(">", np.greater, ">", "greater"),
    comparison(">=", np.greater_equal, r"\ge", "greater or equal"),
    comparison("==", np.equal, "=", "equal to the right side"),
    comparison("!=", np.not_equal, r"\ne", "different from the right side"),
    Function(
        "and",
        lambda a, b: truth_value((a != 0) & (b != 0)),
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
        lambda a, b: truth_value((a != 0) | (b != 0)),
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
        lambda a: truth_value(a == 0),
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
            lambda condition, *_: truth_value(condition != 0),
            lambda condition, *_: truth_value(condition == 0),
        ),
        r"\operatorname{where}",
        "where(condition, a, b): a where the condition holds, else b",
        flat=True,
        numpy="np.where({0}, {1}, {2})",
        python="({1} if {0} else {2})",
    ),
    Function(
        "restrict",
        lambda a, condition: np.where(condition != 0, a, np.nan),
        (lambda _, condition: truth_value(condition != 0), 0.0),
        r"\operatorname{restrict}",
        "restrict(a, condition): a where the condition holds, and undefined elsewhere",
        flat=True,
        numpy="np.where({1}, {0}, np.nan)",
        torch="torch.where({1}, {0}, math.nan)",
        python="({0} if {1} else math.nan)",
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
    Function("expm1", np.expm1, (np.exp,), r"\operatorname{expm1}", "exp(x) - 1, accurate for small x"),
    Function(
        "log",
        np.log,
        (lambda x: 1 / x,),
        r"\ln",
        "natural logarithm, base e",
        aliases=("ln",),
        python="def log(x):\n    return real(math.log, x) if x != 0 else -math.inf\n",
    ),
    Function(
        "log2",
        np.log2,
        (lambda x: 1 / (x * math.log(2)),),
        r"\log_{2}",
        "logarithm, base 2",
        aliases=("lb", "ld"),
        python="def log2(x):\n    return real(math.log2, x) if x != 0 else -math.inf\n",
    ),
    Function(
        "log10",
        np.log10,
        (lambda x: 1 / (x * math.log(10)),),
        r"\log_{10}",
        "logarithm, base 10",
        aliases=("lg",),
        python="def log10(x):\n    return real(math.log10, x) if x != 0 else -math.inf\n",
    ),
    Function(
        "log1p",
        np.log1p,
        (lambda x: 1 / (1 + x),),
        r"\operatorname{log1p}",
        "log(1 + x), accurate for small x",
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
        "hyperbolic cosine",
        aliases=("ch",),
        python="real(math.cosh, abs({0}))",
    ),
    Function(
        "tanh",
        np.tanh,
        (lambda x: 1 / np.cosh(x) ** 2,),
        r"\tanh",
        "hyperbolic tangent, which rises from −1 to 1",
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
        "hyperbolic secant, 1/cosh(x)",
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
        "inverse hyperbolic cosine, for x ≥ 1",
        aliases=("arccosh", "arcosh"),
    ),
    Function(
        "atanh",
        np.arctanh,
        (lambda x: 1 / ((1 - x) * (1 + x)),),
        r"\operatorname{artanh}",
        "inverse hyperbolic tangent, for x between −1 and 1",
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
        "the absolute value, also written |x|",
        aliases=("fabs",),
        flat=True,
        python="abs({0})",
    ),
    Function(
        "sign",
        np.sign,
        (0.0,),
        r"\operatorname{sign}",
        "the sign, which is −1, 0 or 1",
        aliases=("sgn", "signum"),
        flat=True,
        python="def sign(x):\n    return x if x != x else float((x > 0) - (x < 0))\n",
    ),
    Function(
        "step",
        lambda x: np.heaviside(x, 1.0),
        (0.0,),
        r"\operatorname{step}",
        "0 for x < 0, and 1 for x ≥ 0",
        aliases=("heaviside", "unitstep", "theta"),
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
        "the largest whole number that is at most x",
        flat=True,
        python="def floor(x):\n    return math.copysign(real(math.floor, x), x)\n",
    ),
    Function(
        "ceil",
        np.ceil,
        (0.0,),
        r"\left\lceil #1 \right\rceil",
        "the smallest whole number that is at least x",
        aliases=("ceiling",),
        flat=True,
        python="def ceil(x):\n    return math.copysign(real(math.ceil, x), x)\n",
    ),
    Function(
        "round",
        np.rint,
        (0.0,),
        r"\operatorname{round}",
        "the nearest whole number, and the even one of two",
        aliases=("rint",),
        flat=True,
        python="def nearest(x):\n    return math.copysign(real(round, x), x)\n",
    ),
    Function(
        "trunc",
        np.trunc,
        (0.0,),
        r"\operatorname{trunc}",
        "x without the digits after the decimal point",
        flat=True,
        python="def trunc(x):\n    return math.copysign(real(math.trunc, x), x)\n",
    ),
    Function(
        "mod",
        np.mod,
        (1.0, lambda a, b: -np.floor_divide(a, b)),
        r"\bmod",
        "mod(a, b): the remainder of a divided by b, with the sign of b, also written a % b",
        flat=True,
        numpy="np.mod({0}, {1})",
        torch="torch.remainder({0}, {1})",
        python="def mod(a, b):\n    return a % b if b != 0 else math.nan\n",
    ),
    Function(
        "min",
        np.minimum,
        (lambda a, b: exceeds(b, a), exceeds),
        r"\min",
        "min(a, b): the smallest of two or more values",
        aliases=("minimum",),
        flat=True,
        torch="torch.minimum({0}, {1})",
        python="def minimum(a, b):\n    return a if a <= b or a != a else b\n",
    ),
    Function(
        "max",
        np.maximum,
        (exceeds, lambda a, b: exceeds(b, a)),
        r"\max",
        "max(a, b): the largest of two or more values",
        aliases=("maximum",),
        flat=True,
        torch="torch.maximum({0}, {1})",
        python="def maximum(a, b):\n    return a if a >= b or a != a else b\n",
    ),
    Function(
        "clip",
        lambda x, low, high: np.minimum(np.maximum(x, low), high),
        (
            lambda x, low, high: exceeds(x, low) * exceeds(high, np.maximum(x, low)),
            lambda x, low, high: exceeds(low, x) * exceeds(high, np.maximum(x, low)),
            lambda x, low, high: exceeds(np.maximum(x, low), high),
        ),
        r"\operatorname{clip}",
        "clip(x, low, high): x limited to the range from low to high",
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
        "the Gaussian function exp(-x^2/2)",
        aliases=("gauss",),
        numpy="np.exp(-0.5 * np.square({0}))",
        torch="torch.exp(-0.5 * torch.square({0}))",
        python="def gaussian(x):\n    return math.exp(-0.5 * x * x)\n",
    ),
    Function(
        "sinc",
        np.sinc,
        (sinc_derivative,),
        r"\operatorname{sinc}",
        "sin(pi*x)/(pi*x), and 1 at x = 0",
        python="def sinc(x):\n    return real(math.sin, math.pi * x) / (math.pi * x) if x != 0 else 1.0\n",
    ),
    Function(
        "rect",
        lambda x: 0.5 + 0.5 * np.sign(0.5 - np.abs(x)),
        (0.0,),
        r"\operatorname{rect}",
        "1 between −1/2 and 1/2, 0 outside, and 1/2 at ±1/2",
        flat=True,
        numpy="(0.5 + 0.5 * np.sign(0.5 - np.abs({0})))",
        torch="(0.5 + 0.5 * torch.sign(0.5 - torch.abs({0})))",
        python="def rect(x):\n    return x if x != x else 0.5 * (abs(x) < 0.5) + 0.5 * (abs(x) <= 0.5)\n",
    ),
    Function(
        "tri",
        lambda x: np.maximum(1 - np.abs(x), 0.0),
        (lambda x: -np.sign(x) * truth_value(np.abs(x) < 1),),
        r"\operatorname{tri}",
        "a triangle of height 1 on [−1, 1], and 0 outside",
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

_HIGHER_FUNCTIONS = (
    Function(
        "gamma",
        gamma,
        (lambda x: gamma(x) * digamma(x),),
        r"\Gamma",
        "the gamma function, (x − 1)! at whole numbers",
        aliases=("tgamma",),
        numpy=NUMPY_GAMMA,
        torch=TORCH_GAMMA,
        python=PYTHON_GAMMA,
    ),
    Function(
        "log_gamma",
        log_gamma,
        (lambda x: np.where(x > 0, digamma(x), np.nan),),
        r"\operatorname{loggamma}",
        "the logarithm of the gamma function, for x > 0",
        aliases=("loggamma",),
        numpy=NUMPY_LOG_GAMMA,
        torch=TORCH_LOG_GAMMA,
        python=PYTHON_LOG_GAMMA,
    ),
    Function(
        "factorial",
        lambda x: gamma(x + 1),
        (lambda x: gamma(x + 1) * digamma(x + 1),),
        "#1!",
        "x!, which is gamma(x + 1)",
        aliases=("fact",),
        numpy="gamma({0} + 1)",
        torch="gamma({0} + 1)",
        python="gamma({0} + 1)",
    ),
    Function(
        "bessel_j0",
        bessel_j0,
        (lambda x: -bessel_j1(x),),
        r"J_{0}",
        "the Bessel function J0 of the first kind",
        aliases=("j0", "besselj0", "j_0"),
        numpy=BESSEL.format(order=0, square=0, sign="-", lib="np"),
        torch=BESSEL.format(order=0, square=0, sign="-", lib="torch"),
        python=PYTHON_BESSEL.format(order=0, square=0, sign="-"),
    ),
    Function(
        "bessel_j1",
        bessel_j1,
        (lambda x: bessel_j0(x) - bessel_j1_over_x(x),),
        r"J_{1}",
        "the Bessel function J1 of the first kind",
        aliases=("j1", "besselj1", "j_1"),
        numpy=BESSEL.format(order=1, square=4, sign="+", lib="np"),
        torch=BESSEL.format(order=1, square=4, sign="+", lib="torch"),
        python=PYTHON_BESSEL.format(order=1, square=4, sign="+"),
    ),
    Function(
        "airy_ai",
        airy_ai,
        (airy_ai_slope,),
        r"\operatorname{Ai}",
        "the Airy function Ai",
        aliases=("ai", "airy", "airyai"),
        numpy=NUMPY_AIRY,
        torch=TORCH_AIRY,
        python=PYTHON_AIRY,
    ),
)

_HIDDEN_UNITS = (
    Function(
        "relu",
        lambda x: np.maximum(x, 0.0),
        (lambda x: truth_value(x > 0),),
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
        lambda x: x * normal_distribution(x),
        (lambda x: normal_distribution(x) + x * np.exp(-0.5 * np.square(x)) / math.sqrt(2 * math.pi),),
        r"\operatorname{GELU}",
        "x times the standard normal distribution function of x",
        numpy="""\
def gelu(x):
    return 0.5 * x * (1 + np.vectorize(math.erf, otypes=[float])(x / math.sqrt(2)))
""",
        torch="torch.nn.functional.gelu({0})",
        python="def gelu(x):\n    return 0.5 * x * (1 + math.erf(x / math.sqrt(2)))\n",
    ),
    Function(
        "silu",
        lambda x: x * logistic(x),
        (lambda x: logistic(x) * (1 + x * logistic(-x)),),
        r"\operatorname{SiLU}",
        "x times sigmoid(x)",
        aliases=("swish",),
        numpy="def silu(x):\n    return x * np.exp(-np.logaddexp(0, -x))\n",
        torch="torch.nn.functional.silu({0})",
        python="def silu(x):\n    return x / (1 + real(math.exp, -x))\n",
    ),
    Function(
        "sigmoid",
        logistic,
        (lambda x: logistic(x) * logistic(-x),),
        r"\sigma",
        "the logistic function 1/(1 + exp(-x))",
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
        (logistic,),
        r"\operatorname{softplus}",
        "a smooth ReLU, log(1 + exp(x))",
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
        _HIGHER_FUNCTIONS,
        _HIDDEN_UNITS,
    )
    for record in group
}
"""Name -> function or operator of formulas, with its values, LaTeX and source code."""

WORDS: Final = {
    word: record.name
    for record in FUNCTIONS.values()
    for word in (record.name, *record.aliases)
    if word[0].isalpha() and word not in ("neg", "and", "or", "not")
}
"""Every word for a function in a formula -> the name of the function in ``FUNCTIONS``."""
