"""List the rules of all functions and operators of a formula, one for each name; and those with kinks and jumps.

Conventions: angles in radians; log is the natural logarithm; round takes halves to the even neighbor; step(0) = 1;
rect(±1/2) = 1/2; sinc(x) = sin(πx)/(πx); gaussian(x) = exp(−x²/2); mod has the sign of its second argument; 0⁰ = 1; a
negative base with an exponent that is not a whole number has no value. A comparison is 1 where it holds and 0
elsewhere, also where an operand has no value. leaky_relu has the float nearest to 0.01 as its slope.
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from flint import arb, fmpq

from nnviz.checker.functions import (
    HALF,
    ONE,
    ZERO,
    Rule,
    add,
    analytic,
    angle,
    arc_sine,
    arc_tangent,
    atanh_series,
    bessel,
    cosh_series,
    cosine,
    cube_root,
    divide,
    exponential,
    from_one,
    gamma,
    hypot,
    inside_one,
    inverse_hyperbolic_sine,
    log_gamma,
    logarithm,
    monotone,
    multiply,
    negative,
    normal_series,
    reciprocal,
    scaled_logarithm,
    sigmoid,
    sinc,
    sine,
    sinh_series,
    softplus,
    square_root,
    subtract,
    tanh_series,
    whole_power,
)
from nnviz.checker.jets import ANY, Jet, between, constant, hull, least, most, of_series, rough, undefined

LEAK: Final = arb(fmpq(*(0.01).as_integer_ratio()))


def maximum(a: Jet, b: Jet) -> Jet:
    """Enclose the larger of a and b."""
    both = a.defined and b.defined
    if a.low >= b.high:
        return a._replace(defined=both)
    if b.low >= a.high:
        return b._replace(defined=both)
    joined = hull(a, b, continuous=True)
    return joined._replace(low=most(a.low, b.low)) if joined.finite else joined


def minimum(a: Jet, b: Jet) -> Jet:
    """Enclose the smaller of a and b."""
    return negative(maximum(negative(a), negative(b)))


def absolute(u: Jet) -> Jet:
    """Enclose |u|."""
    return maximum(u, negative(u))._replace(low=most(ZERO, u.low, -u.high))


def staircase(step: Callable[[Any], Any]) -> Rule:
    """Return the rule of an increasing function of whole numbers that is constant between its jumps."""

    def rule(u: Jet) -> Jet:
        low, high = step(u.low), step(u.high)
        if low == high:
            return constant(low)._replace(defined=u.defined)
        return between(low, high, rough(ANY), u)

    return rule


def _round_down(x: Any) -> Any:
    """Return the nearest whole number of x, or the lower one of two."""
    return (x + HALF).ceil() - 1


def _nearest(u: Jet) -> Jet:
    """Enclose the nearest whole number; a half is one of its two neighbors."""
    low, high = _round_down(u.low), (u.high + HALF).floor()
    if low == high:
        return constant(low)._replace(defined=u.defined)
    half = (u.low + HALF).floor()
    if u.low == u.high and half.is_exact():  # a half: the even neighbor
        even = half if (half * HALF).is_integer() else half - 1
        return constant(even)._replace(defined=u.defined)
    return between(low, high, rough(ANY), u)


def modulo(a: Jet, b: Jet) -> Jet:
    """Enclose a − b ⌊a/b⌋, which has the sign of b."""
    quotient = divide(a, b)
    if not quotient.finite:
        return undefined()
    low, high = quotient.low.floor(), quotient.high.floor()
    if low == high and low.is_exact():
        return subtract(a, multiply(constant(low), b))
    return between(least(ZERO, b.low), most(ZERO, b.high), rough(ANY), a, b)


def compare(holds: Callable[[Jet, Jet], bool], fails: Callable[[Jet, Jet], bool]) -> Rule:
    """Return the rule of a comparison that surely holds, or surely fails, or may do both."""

    def rule(a: Jet, b: Jet) -> Jet:
        if a.defined and b.defined and (holds(a, b) or fails(a, b)):
            return constant(int(holds(a, b)))
        return between(ZERO, ONE, rough(ANY))

    return rule


def _same(a: Jet, b: Jet) -> bool:
    return bool(a.low == a.high == b.low == b.high)


def _apart(a: Jet, b: Jet) -> bool:
    return bool(a.high < b.low or b.high < a.low)


_Truth: TypeAlias = bool | None  # None: unknown


def truth(u: Jet) -> _Truth:
    """Return whether a condition holds at all points of the cell; None if it is not known."""
    if u.low > 0 or u.high < 0:
        return True
    return False if u.low == u.high == 0 else None


def choose(condition: Jet, a: Jet, b: Jet) -> Jet:
    """Enclose a where the condition holds, and b elsewhere."""
    known = truth(condition)
    if known is None:
        return hull(a, b, continuous=False)._replace(defined=condition.defined and a.defined and b.defined)
    chosen = a if known else b
    return chosen._replace(defined=condition.defined and chosen.defined)


def _logic(decide: Callable[..., _Truth]) -> Rule:
    def rule(*conditions: Jet) -> Jet:
        known = decide(*[truth(one) for one in conditions])
        found = between(ZERO, ONE, rough(ANY)) if known is None else constant(int(known))
        return found._replace(defined=all(one.defined for one in conditions))

    return rule


def _and(a: _Truth, b: _Truth) -> _Truth:
    return False if a is False or b is False else None if a is None or b is None else True


def _or(a: _Truth, b: _Truth) -> _Truth:
    return True if a or b else None if a is None or b is None else False


def _not(a: _Truth) -> _Truth:
    return None if a is None else not a


def _exponential_linear(u: Jet) -> Jet:
    """Enclose u for u > 0 and eᵘ − 1 elsewhere."""
    if u.low >= 0:
        return u
    below = subtract(exponential(u), constant(1))
    return below if u.high <= 0 else hull(u, below, continuous=True)


_LESS: Final = compare(lambda a, b: a.high < b.low, lambda a, b: a.low >= b.high)
_AT_MOST: Final = compare(lambda a, b: a.high <= b.low, lambda a, b: a.low > b.high)
_SIGN: Final = staircase(lambda x: ONE if x > 0 else -ONE if x < 0 else ZERO)
_RELU: Final[Rule] = lambda u: maximum(u, constant(0))  # noqa: E731
_tangent: Final[Rule] = lambda u: divide(sine(u), cosine(u))  # noqa: E731

RULES: Final[dict[str, Rule]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "neg": negative,
    "<": _LESS,
    "<=": _AT_MOST,
    ">": lambda a, b: _LESS(b, a),
    ">=": lambda a, b: _AT_MOST(b, a),
    "==": compare(_same, _apart),
    "!=": lambda a, b: _logic(_not)(compare(_same, _apart)(a, b)),
    "and": _logic(_and),
    "or": _logic(_or),
    "not": _logic(_not),
    "where": choose,
    "restrict": lambda a, condition: choose(condition, a, undefined()),
    "sqrt": square_root,
    "cbrt": cube_root,
    "exp": exponential,
    "expm1": monotone(lambda x: x.expm1(), lambda u: u.exp() - 1),
    "log": logarithm,
    "log2": scaled_logarithm(2),
    "log10": scaled_logarithm(10),
    "log1p": lambda u: logarithm(add(u, constant(1))),
    "sin": sine,
    "cos": cosine,
    "tan": _tangent,
    "cot": lambda u: divide(cosine(u), sine(u)),
    "sec": lambda u: reciprocal(cosine(u)),
    "csc": lambda u: reciprocal(sine(u)),
    "asin": arc_sine,
    "acos": lambda u: subtract(constant(arb.pi() * HALF), arc_sine(u)),
    "atan": arc_tangent,
    "atan2": angle,
    "sinh": monotone(lambda x: x.sinh(), sinh_series),
    "cosh": analytic(cosh_series),
    "tanh": monotone(lambda x: x.tanh(), tanh_series),
    "coth": lambda u: reciprocal(monotone(lambda x: x.tanh(), tanh_series)(u)),
    "sech": lambda u: reciprocal(analytic(cosh_series)(u)),
    "asinh": inverse_hyperbolic_sine,
    "acosh": monotone(lambda x: x.acosh(), from_one, lambda u: u.low >= 1),
    "atanh": monotone(lambda x: x.atanh(), inside_one(atanh_series), lambda u: u.low > -1 and u.high < 1),
    "abs": absolute,
    "sign": _SIGN,
    "step": staircase(lambda x: ONE if x >= 0 else ZERO),
    "floor": staircase(lambda x: x.floor()),
    "ceil": staircase(lambda x: x.ceil()),
    "round": _nearest,
    "trunc": staircase(lambda x: x.floor() if x >= 0 else x.ceil()),
    "mod": modulo,
    "min": minimum,
    "max": maximum,
    "clip": lambda u, low, high: minimum(maximum(u, low), high),
    "hypot": hypot,
    "gaussian": lambda u: exponential(multiply(constant(-HALF), whole_power(u, 2))),
    "sinc": sinc,
    "rect": lambda u: multiply(
        constant(HALF), add(constant(1), _SIGN(subtract(constant(HALF), absolute(u))))
    ),
    "tri": lambda u: _RELU(subtract(constant(1), absolute(u))),
    "gamma": gamma,
    "log_gamma": log_gamma,
    "factorial": lambda u: gamma(add(u, constant(1))),
    "bessel_j0": bessel(0),
    "bessel_j1": bessel(1),
    "airy_ai": analytic(lambda u: u.airy_ai()),
    "erf": monotone(lambda x: x.erf(), lambda u: u.erf()),
    "relu": _RELU,
    "leaky_relu": lambda u: maximum(u, multiply(constant(LEAK), u)),
    "elu": _exponential_linear,
    "gelu": lambda u: multiply(u, of_series(normal_series(u.series), u)),
    "silu": lambda u: multiply(u, sigmoid(u)),
    "sigmoid": sigmoid,
    "softplus": softplus,
    "softsign": lambda u: divide(u, add(constant(1), absolute(u))),
}
"""The rule of each function but the power, which needs to know whether its exponent is a constant."""

NAMES: Final = frozenset(RULES) | {"^"}
CONSTANTS: Final = {
    "pi": lambda: arb.pi(),
    "e": lambda: arb.const_e(),
    "tau": lambda: 2 * arb.pi(),
}
