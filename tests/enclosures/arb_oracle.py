"""Compute a formula at one real number, with its first two Taylor coefficients, in Arb's power series."""

import operator
from collections.abc import Callable

from flint import arb, arb_series, ctx

from nnviz.expressions import Expression
from nnviz.expressions.nodes import COMPARISONS, Call, Constant, Node, Number, Variable
from tests.narrowing import present


class CannotTellError(Exception):
    """Arb cannot decide a comparison at this point, or a derivative does not exist there."""


def with_precision() -> None:
    ctx.prec, ctx.cap = 200, 3


Real = float | arb


Rule = Callable[..., arb_series]


def series(value: Real, *rest: Real) -> arb_series:
    return arb_series([arb(value), *rest], ctx.cap)


def head(s: arb_series) -> arb:
    return s[0]


def sign(s: arb_series) -> int:
    value = head(s)
    if value > 0:
        return 1
    if value < 0:
        return -1
    if value.is_exact() and value == 0:
        return 0
    raise CannotTellError


def corner(s: arb_series) -> int:
    """The sign where a kink sits at 0: undecided at the kink itself, unless the argument is constant."""
    here = sign(s)
    if here == 0 and not still(s):
        raise CannotTellError
    return here


def floor(s: arb_series) -> arb:
    whole = head(s).floor()
    if not whole.is_exact():
        raise CannotTellError
    return whole


def root(s: arb_series, n: int) -> arb_series:
    if sign(s) == 0:
        return vertical(s, 0)
    return (s.log() / n).exp() if sign(s) > 0 else series(arb.nan())


def cbrt(s: arb_series) -> arb_series:
    return root(s, 3) if sign(s) >= 0 else -root(-s, 3)


def whole_power(a: arb_series, n: int) -> arb_series:
    if n > 10**6:
        raise CannotTellError
    result = series(1)
    for bit in f"{n:b}":
        result = result * result * (a if bit == "1" else 1)
    return result


def power(a: arb_series, b: arb_series) -> arb_series:
    if still(b) and head(b).is_integer() and head(b).is_exact():
        n = int(present(head(b).unique_fmpz()))
        if n < 0 and sign(a) == 0:
            return series(arb.nan())
        return whole_power(a if n >= 0 else 1 / a, abs(n))
    if still(b) and sign(a) <= 0 and head(b).contains_integer() and not head(b).is_exact():
        raise CannotTellError
    if sign(a) == 0 and sign(b) == 0:
        return vertical(a + b, 1)
    if sign(a) < 0 or (sign(a) == 0 and sign(b) <= 0):
        return series(arb.nan())
    if sign(a) == 0:
        return vertical(a + b, 0)
    return (b * a.log()).exp()


def jump(s: Real) -> arb_series:
    """A value that is constant near the point, and may jump at it."""
    return series(s)


def round_even(s: arb_series) -> arb_series:
    down = floor(s)
    rest = head(s) - down - arb(0.5)
    half = sign(series(rest))
    odd = int(present(down.unique_fmpz())) % 2
    return series(down + (1 if half > 0 or (half == 0 and odd) else 0))


def atan2(y: arb_series, x: arb_series) -> arb_series:
    if sign(y) == 0 and sign(x) <= 0:
        value = series(0 if sign(x) == 0 else arb.pi())
        return vertical(y + x, head(value))
    if sign(x) > 0:
        return (y / x).atan()
    if sign(y) > 0:
        return series(arb.pi() / 2) - (x / y).atan()
    return series(-arb.pi() / 2) - (x / y).atan()


def hypot(a: arb_series, b: arb_series) -> arb_series:
    return root(a * a + b * b, 2)


def maximum(a: arb_series, b: arb_series) -> arb_series:
    return a if corner(a - b) >= 0 else b


def minimum(a: arb_series, b: arb_series) -> arb_series:
    return a if corner(a - b) <= 0 else b


def inside(s: arb_series, low: arb_series, high: arb_series) -> arb_series:
    return s if sign(s - low) >= 0 and sign(high - s) >= 0 else series(arb.nan())


def unless_zero(s: arb_series) -> arb_series:
    return s if sign(s) else series(arb.nan())


def vertical(s: arb_series, value: Real) -> arb_series:
    """A value where the tangent is vertical, or whose slope is not asked for."""
    return series(value) if still(s) else series(value, arb.nan(), arb.nan())


def still(s: arb_series) -> bool:
    return s[1] == 0 and s[2] == 0


def asin(s: arb_series) -> arb_series:
    s = inside(s, series(-1), series(1))
    if not head(s).is_finite():
        return s
    edge = sign(s - 1) == 0 or sign(s + 1) == 0
    return vertical(s, head(s).asin()) if edge else s.asin()


def acosh(s: arb_series) -> arb_series:
    s = s if sign(s - 1) >= 0 else series(arb.nan())
    if sign(s - 1) == 0:
        return vertical(s, 0)
    return (s + (s * s - 1).sqrt()).log()


def log(s: arb_series) -> arb_series:
    return s.log() if sign(s) > 0 else series(arb.nan())


def sinh(s: arb_series) -> arb_series:
    return (s.exp() - (-s).exp()) / 2


def cosh(s: arb_series) -> arb_series:
    return (s.exp() + (-s).exp()) / 2


def tanh(s: arb_series) -> arb_series:
    return 1 - 2 / ((2 * s).exp() + 1) if sign(s) < 0 else 2 / ((-2 * s).exp() + 1) - 1


def sigmoid(s: arb_series) -> arb_series:
    return s.exp() / (1 + s.exp()) if sign(s) < 0 else 1 / (1 + (-s).exp())


def bend_at_zero(
    s: arb_series, right: Callable[[], arb_series], left: Callable[[], arb_series]
) -> arb_series:
    """Right or left of 0; at 0 they agree in value and slope only."""
    if sign(s) == 0 and not still(s):
        return series(right()[0], right()[1], arb.nan())
    return right() if sign(s) >= 0 else left()


def sinc(s: arb_series) -> arb_series:
    t = s * series(arb.pi())
    if abs(head(t)) > arb(0.001):
        return t.sin() / t
    y, total = t * t, series(0)
    for k in reversed(range(12)):
        total = 1 / series(arb(2 * k + 1).fac()) - y * total
    return total


def mod(a: arb_series, b: arb_series) -> arb_series:
    return a - series(floor(unless_zero(b) and a / unless_zero(b))) * b


def compare(name: str) -> Rule:
    holds = {"<": [-1], "<=": [-1, 0], ">": [1], ">=": [1, 0], "==": [0], "!=": [-1, 1]}[name]
    return lambda a, b: series(1 if sign(a - b) in holds else 0)


def log_gamma(s: arb_series) -> arb_series:
    return s.lgamma() if sign(s) > 0 else series(arb.nan())


def gamma(s: arb_series) -> arb_series:
    if head(s).contains_integer() and not head(s) > 0.5:
        if not head(s).is_exact():
            raise CannotTellError
        return series(arb.nan())
    return s.gamma()


def bessel(order: int) -> Rule:
    """Jₙ, whose derivatives are J₀′ = −J₁, 2J₀″ = J₂ − J₀, 2J₁′ = J₀ − J₂, 4J₁″ = J₃ − 3J₁."""

    def rule(s: arb_series) -> arb_series:
        j0, j1, j2, j3 = (head(s).bessel_j(arb(n)) for n in range(4))
        value, first, second = (
            (j0, -j1, (j2 - j0) / 2) if order == 0 else (j1, (j0 - j2) / 2, (j3 - 3 * j1) / 4)
        )
        change = s - series(head(s))
        return series(value) + series(first) * change + series(second / 2) * change * change

    return rule


ORACLE: dict[str, Rule] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: a / unless_zero(b),
    "^": power,
    "neg": operator.neg,
    **{name: compare(name) for name in COMPARISONS},
    "and": lambda a, b: series(1 if sign(a) and sign(b) else 0),
    "or": lambda a, b: series(1 if sign(a) or sign(b) else 0),
    "not": lambda a: series(0 if sign(a) else 1),
    "sqrt": lambda s: root(s, 2),
    "cbrt": cbrt,
    "exp": lambda s: s.exp(),
    "expm1": lambda s: s.exp() - 1,
    "log": log,
    "log2": lambda s: log(s) / series(arb(2).log()),
    "log10": lambda s: log(s) / series(arb(10).log()),
    "log1p": lambda s: log(1 + s),
    "sin": lambda s: s.sin(),
    "cos": lambda s: s.cos(),
    "tan": lambda s: s.sin() / s.cos(),
    "cot": lambda s: s.cos() / unless_zero(s.sin()),
    "sec": lambda s: 1 / s.cos(),
    "csc": lambda s: 1 / unless_zero(s.sin()),
    "asin": asin,
    "acos": lambda s: vertical(s, 0) if sign(s - 1) == 0 else series(arb.pi() / 2) - asin(s),
    "atan": lambda s: s.atan(),
    "atan2": atan2,
    "sinh": sinh,
    "cosh": cosh,
    "tanh": tanh,
    "coth": lambda s: 1 / unless_zero(tanh(s)),
    "sech": lambda s: 1 / cosh(s),
    "asinh": lambda s: (s + (s * s + 1).sqrt()).log() if sign(s) >= 0 else -((-s) + (s * s + 1).sqrt()).log(),
    "acosh": acosh,
    "atanh": lambda s: log((1 + s) / unless_zero(1 - s)) / 2,
    "abs": lambda s: s if corner(s) >= 0 else -s,
    "sign": lambda s: jump(sign(s)),
    "step": lambda s: jump(1 if sign(s) >= 0 else 0),
    "floor": lambda s: jump(floor(s)),
    "ceil": lambda s: jump(-floor(-s)),
    "round": round_even,
    "trunc": lambda s: jump(floor(s)) if sign(s) >= 0 else jump(-floor(-s)),
    "mod": mod,
    "min": minimum,
    "max": maximum,
    "clip": lambda x, low, high: minimum(maximum(x, low), high),
    "hypot": hypot,
    "gaussian": lambda s: (-s * s / 2).exp(),
    "sinc": sinc,
    "rect": lambda s: (1 + jump(sign(0.5 - (s if sign(s) >= 0 else -s)))) / 2,
    "tri": lambda s: maximum(1 - ORACLE["abs"](s), series(0)),
    "erf": lambda s: s.erf(),
    "gamma": gamma,
    "log_gamma": log_gamma,
    "factorial": lambda s: gamma(s + 1),
    "bessel_j0": bessel(0),
    "bessel_j1": bessel(1),
    "airy_ai": lambda s: s.airy_ai(),
    "relu": lambda s: maximum(s, series(0)),
    "leaky_relu": lambda s: maximum(s, series(0.01) * s),
    "elu": lambda s: bend_at_zero(s, lambda: s, lambda: s.exp() - 1),
    "gelu": lambda s: s * (1 + (s / series(arb(2).sqrt())).erf()) / 2,
    "silu": lambda s: s * sigmoid(s),
    "sigmoid": sigmoid,
    "softplus": lambda s: s + (1 + (-s).exp()).log() if sign(s) > 0 else (1 + s.exp()).log(),
    "softsign": lambda s: bend_at_zero(s, lambda: s / (1 + s), lambda: s / (1 - s)),
}


EXACT: dict[str, Callable[[], arb]] = {"pi": arb.pi, "e": arb.const_e, "tau": lambda: 2 * arb.pi()}


def taylor(node: Node, x: arb_series) -> arb_series:
    """f(x), f′(x), f″(x)/2 at x = x₀ + x₁t as balls; nan where undefined. CannotTellError at a kink."""
    match node:
        case Number(number):
            return series(number)
        case Constant(name):
            return series(EXACT[name]())
        case Variable():
            return x
        case Call("where", (condition, a, b)):
            return taylor(a if sign(taylor(condition, x)) else b, x)
        case Call("restrict", (a, condition)):
            return taylor(a, x) if sign(taylor(condition, x)) else series(arb.nan())
        case Call(name, arguments):
            found = ORACLE[name](*[taylor(argument, x) for argument in arguments])
            if not head(found).is_finite() and not head(found).is_nan():
                raise CannotTellError  # too large for Arb
            return found


def truth(f: Expression, x: float) -> tuple[arb, arb, arb]:
    """f(x), f′(x), f″(x) as balls; nan where there is none."""
    at_x = taylor(f.root, series(x, 1))
    value, first, second = at_x[0], at_x[1], at_x[2]
    if not value.is_finite():
        value = taylor(f.root, series(x))[0]  # nan of a slope spreads to the value
    return value, first, 2 * second
