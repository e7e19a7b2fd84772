"""Take a tree apart into terms, numbers times powers of e times powers of other trees, and write terms as trees.

Sums, products, whole powers, exponentials and hyperbolic functions are taken apart. The numbers are exact fractions.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import reduce
from itertools import product
from typing import Final, NamedTuple

from nnviz.expressions.nodes import Call, Constant, Node, Number, subtrees, write

_MOST_TERMS: Final = 4  # of a sum
LARGE_POWER: Final = 8  # smaller powers overflow only at numbers that nobody types
_LARGEST_EXPONENT: Final = 1000  # of a factor that is raised to a power exactly
_FULL: Final = Fraction(1)
ZERO: Final[Node] = Number(0.0)
_ONE, _TWO = Number(1.0), Number(2.0)
# fmt: off
_EVERYWHERE: Final = frozenset((
    "+", "-", "*", "neg", "exp", "expm1", "sin", "cos", "sinh", "cosh", "tanh", "abs", "sigmoid", "softplus", "relu",
))
"""Functions with a value for all numbers."""
# fmt: on


class Term(NamedTuple):
    """The product scale · e^exponent · Π base^n; the powers are pairs of a base and a whole number n that is not 0."""

    scale: Fraction
    exponent: Node = ZERO
    powers: frozenset[tuple[Node, int]] = frozenset()

    def times(self, other: "Term") -> "Term":
        """Return the product."""
        powers = Counter(dict(self.powers))
        powers.update(dict(other.powers))
        kept = frozenset((base, n) for base, n in powers.items() if n)
        return Term(self.scale * other.scale, plus(self.exponent, other.exponent), kept)

    def inverse(self) -> "Term":
        """Return one over the term."""
        return Term(1 / self.scale, negative(self.exponent), frozenset((base, -n) for base, n in self.powers))

    @property
    def ordered(self) -> list[tuple[Node, int]]:
        """The powers in an order that does not depend on hashes."""
        return sorted(self.powers, key=lambda power: write(power[0]))

    @property
    def large(self) -> bool:
        """True if the term can overflow at numbers that are not large."""
        return self.exponent != ZERO or any(abs(n) >= LARGE_POWER for _, n in self.powers)

    @property
    def positive(self) -> bool:
        """True if the term is above 0 wherever no base is 0."""
        return self.scale > 0 and all(n % 2 == 0 for _, n in self.powers)


def terms_of(node: Node) -> list[Term]:
    """Return the terms of a tree; the tree itself, as a power of a base, where it is nothing else."""
    found = _split(node)
    return (
        found
        if found is not None and len(found) <= _MOST_TERMS
        else [Term(_FULL, ZERO, frozenset([(node, 1)]))]
    )


def _split(node: Node) -> list[Term] | None:
    """Return the terms of a number, a sum, a product, a quotient, a power, or an exponential; None for other trees."""
    match node:
        case Number(number) if number > 0:
            return [Term(Fraction(number))]
        case Call("neg", (a,)):
            return [term._replace(scale=-term.scale) for term in terms_of(a)]
        case Call(("+" | "-") as name, (a, b)):
            second = b if name == "+" else Call("neg", (b,))
            return merged([*terms_of(a), *terms_of(second)])
        case Call("*", (a, b)):
            return merged([one.times(other) for one, other in product(terms_of(a), terms_of(b))])
        case Call("/", (a, b)) if len(below := terms_of(b)) == 1:
            return [one.times(below[0].inverse()) for one in terms_of(a)]
        case Call("^", (base, exponent)):
            return _power_terms(base, exponent)
        case Call(name, (a,)) if name in _EXPONENTIALS:
            return [
                Term(Fraction(scale), negative(a) if sign < 0 else a if sign else ZERO)
                for scale, sign in _EXPONENTIALS[name]
            ]
        case Call("gamma", (a,)):  # where a ≤ 0, the logarithm has no value, and so has the alternative
            return [Term(_FULL, Call("log_gamma", (a,)))]
        case Call("factorial", (a,)):
            return [Term(_FULL, Call("log_gamma", (Call("+", (a, _ONE)),)))]
        case Call("gaussian", (a,)):
            return [Term(_FULL, negative(Call("/", (Call("^", (a, _TWO)), _TWO))))]
    return None


_EXPONENTIALS: Final = {
    "exp": ((1.0, 1),),
    "expm1": ((1.0, 1), (-1.0, 0)),
    "sinh": ((0.5, 1), (-0.5, -1)),
    "cosh": ((0.5, 1), (0.5, -1)),
}
"""Functions of u as sums of multiples of e^u, 1 and e^(−u): the factor, and the sign of the exponent."""


def _power_terms(base: Node, exponent: Node) -> list[Term] | None:
    """Return the terms of a power of e, of a number, or with a whole exponent; None for other powers."""
    match base, exponent:
        case Constant("e"), _:
            return [Term(_FULL, exponent)]
        case _, Call("neg", (Number(n),)) if len(found := terms_of(Call("^", (base, Number(n))))) == 1:
            return [found[0].inverse()]
        case _, Number(n) if n.is_integer() and 0 < n <= _LARGEST_EXPONENT:
            inner = terms_of(base)
            if len(inner) == 1 and isinstance(base, Number) and not _is_float(Fraction(base.value) ** int(n)):
                return [Term(_FULL, times(n, Call("log", (base,))))]
            if len(inner) == 1:
                term = inner[0]
                powers = frozenset((one, k * int(n)) for one, k in term.powers)
                return [Term(term.scale ** int(n), times(n, term.exponent), powers)]
            if n <= _MOST_TERMS and any(term.exponent != ZERO for term in inner):
                return merged(reduce(lambda a, b: [x.times(y) for x, y in product(a, b)], [inner] * int(n)))
            return [Term(_FULL, ZERO, frozenset([(base, int(n))]))]
        case Number(number), _ if number > 0:
            return [Term(_FULL, Call("*", (exponent, Call("log", (base,)))))]
    return None


def merged(terms: Iterable[Term]) -> list[Term]:
    """Return the terms with equal ones added up."""
    scales: dict[tuple[Node, frozenset[tuple[Node, int]]], Fraction] = {}
    for term in terms:
        key = term.exponent, term.powers
        scales[key] = scales.get(key, Fraction(0)) + term.scale
    for exponent, powers in (key for key, scale in scales.items() if not scale):
        parts = [exponent, *(base for base, _ in powers)]
        if not all(map(has_values_everywhere, parts)) or any(n < 0 for _, n in powers):
            raise ArithmeticError  # the sum has values only where its terms have
    return [Term(scale, *key) for key, scale in scales.items() if scale] or [Term(Fraction(0))]


# --- trees ---


def plus(a: Node, b: Node) -> Node:
    """Return a + b; 0 for u − u if u has a value everywhere."""
    if a == ZERO or b == ZERO:
        return b if a == ZERO else a
    if b == negative(a) and has_values_everywhere(a):
        return ZERO
    if isinstance(b, Call) and b.name == "neg":
        return Call("-", (a, b.arguments[0]))
    return Call("+", (a, b))


def has_values_everywhere(node: Node) -> bool:
    """Return whether a tree is certainly defined for all numbers."""
    return all(
        not isinstance(one, Call)
        or one.name in _EVERYWHERE
        or (one.name == "^" and isinstance(one.arguments[1], Number) and one.arguments[1].value % 1 == 0)
        or (one.name == "/" and isinstance(one.arguments[1], Number) and one.arguments[1].value > 0)
        for one in subtrees(node)
    )


def negative(a: Node) -> Node:
    """Return −a."""
    if isinstance(a, Call) and a.name == "neg":
        return a.arguments[0]
    return a if a == ZERO else Call("neg", (a,))


def exact_number(value: Fraction) -> Node:
    """Return the tree of a rational number, exactly; ArithmeticError if a part of it is no float64."""
    if value < 0:
        return negative(exact_number(-value))
    if _is_float(value):
        return Number(float(value))
    parts = [Fraction(part) for part in value.as_integer_ratio()]
    if not all(map(_is_float, parts)):
        raise ArithmeticError
    return Call("/", tuple(Number(float(part)) for part in parts))


def _is_float(value: Fraction) -> bool:
    """Return whether a rational number is exactly a float64."""
    try:
        return Fraction(float(value)) == value
    except OverflowError:
        return False


def times(factor: float, a: Node) -> Node:
    """Return factor · a for a float64."""
    if factor == 1 or a == ZERO:
        return a
    if isinstance(a, Call) and a.name == "neg":
        return negative(times(factor, a.arguments[0]))
    return Call("*", (exact_number(Fraction(factor)), a))


def write_term(term: Term) -> Node:
    """Return the tree of a term; large powers beside an exponential become part of the exponent."""
    exponent, kept = term.exponent, term.ordered
    if exponent != ZERO:
        for base, n in [pair for pair in kept if abs(pair[1]) >= LARGE_POWER]:
            kept.remove((base, n))
            exponent = plus(exponent, times(float(n), log_size(base)))
            if n % 2:
                kept.append((Call("sign", (base,)), 1))
    found = exact_number(term.scale)
    for base, n in kept:
        power = base if abs(n) == 1 else Call("^", (base, Number(float(abs(n)))))
        found = power if found == _ONE and n > 0 else Call("*" if n > 0 else "/", (found, power))
    if exponent == ZERO:
        return found
    return Call("exp", (exponent,)) if found == _ONE else Call("*", (found, Call("exp", (exponent,))))


def log_size(base: Node) -> Node:
    """Return log |base|."""
    return Call("log", (Call("abs", (base,)),))


def added(nodes: Sequence[Node]) -> Node:
    """Return the sum of the trees."""
    return reduce(plus, nodes, ZERO)


def where_not_zero(node: Node, bases: Iterable[Node]) -> Node:
    """Return the tree, undefined where a base is 0 or undefined."""
    return reduce(lambda a, base: Call("restrict", (a, Call("!=", (base, ZERO)))), bases, node)
