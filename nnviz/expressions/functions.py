"""Define the record of a function or constant in a formula, and the derivatives and code that several records share."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnviz._types import Array
from nnviz.expressions.special import erf

Derivative = Callable[..., Any] | float


@dataclass(frozen=True, eq=False)
class Function:
    r"""A function or an operator of the language.

    value        a NumPy function of float64 arrays or scalars, element by element
    derivatives  the partial derivative by each argument: a number, or a function of all arguments
    latex        the name, as in \sin; or a pattern that needs no brackets, with #1 for the argument
    says         a description for the user; for several arguments it begins with a call and a colon
    flat         True if every partial derivative is constant between kinks and jumps; where it is 0, the
                 argument has no influence, also if its own derivative is infinite
    numpy, torch, python
                 source code: a pattern with {0}, {1} for the arguments, each used at most once; or a
                 ``def`` that is put above f; or empty for the library's own function of that name
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
    """A constant of the language, with its value, LaTeX and source code."""

    name: str
    value: float
    latex: str
    numpy: str
    python: str
    says: str


def truth_value(holds: Any) -> Any:
    """Return 1 where a condition holds, and 0 elsewhere."""
    return np.where(holds, 1.0, 0.0)


def exceeds(a: Array, b: Array) -> Any:
    """Return 1 where a > b, ½ where a = b, and 0 elsewhere: the derivative of max(a, b) by a."""
    return truth_value(a > b) + 0.5 * truth_value(a == b)


# ∂/∂a aᵇ = b aᵇ⁻¹, and 0 for b = 0
def power_by_base(a: Array, b: Array) -> Any:
    """Return the derivative of aᵇ by the base a."""
    return np.where(b == 0, 0.0, b * np.power(a, b - 1))


# ∂/∂b aᵇ = aᵇ ln a, and 0 for a = 0 < b
def power_by_exponent(a: Array, b: Array) -> Any:
    """Return the derivative of aᵇ by the exponent b."""
    return np.where((a == 0) & (b > 0), 0.0, np.power(a, b) * np.log(a))


# σ(x) = 1/(1 + e⁻ˣ) = exp(−ln(1 + e⁻ˣ)); the last form keeps the full precision of small values
def logistic(x: Array) -> Array:
    """Return the logistic function σ(x)."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -x)))


# (sin πx / πx)′ = (cos πx − sinc x) / x; near 0, where the difference cancels, −π²x/3 + π⁴x³/30
def sinc_derivative(x: Array) -> Array:
    """Return the derivative of sinc(x) = sin(πx)/(πx)."""
    near = np.abs(x) < 2e-3
    away = np.where(near, 1.0, x)
    series = -(np.pi**2) * x / 3 + np.pi**4 * x**3 / 30
    return np.where(near, series, (np.cos(np.pi * away) - np.sinc(away)) / away)


def normal_distribution(x: Array) -> Array:
    """Return Φ(x), the distribution function of the standard normal distribution."""
    return 0.5 * (1 + erf(x / math.sqrt(2)))


def infix(
    name: str,
    value: Callable[..., Any],
    derivatives: tuple[Derivative, ...],
    says: str,
    code: str,
    python: str = "",
) -> Function:
    """Return an operator whose ``code`` is the same in NumPy and torch, and in Python unless ``python`` is given."""
    return Function(name, value, derivatives, name, says, numpy=code, torch=code, python=python or code)


def comparison(name: str, holds: Callable[..., Any], latex: str, says: str) -> Function:
    """Return a comparison, which is 1 where it holds and 0 elsewhere."""
    code = f"{{0}} {name} {{1}}"
    return Function(
        name,
        lambda a, b: truth_value(holds(a, b)),
        (0.0, 0.0),
        latex,
        f"1 where the left side is {says}, else 0",
        flat=True,
        numpy=code,
        torch=code,
        python=code,
    )


DIVIDE = """\
def divide(a, b):
    if b != 0:
        return a / b
    return math.nan if a == 0 or a != a else math.copysign(math.inf, a) * math.copysign(1, b)
"""

POWER = """\
def power(a, b):
    try:
        return math.pow(a, b)
    except (OverflowError, ValueError):
        if a < 0 and b % 1 != 0:
            return math.nan
        return math.copysign(math.inf, a) if b % 2 == 1 else math.inf
"""
