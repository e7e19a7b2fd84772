"""Write a part of a formula in another way, for numbers at which float64 overflows on the way to its value.

log(1 + exp(x)) is 1000 at x = 1000, but exp(1000) is beyond the largest number of 64 bits. ``alternative`` returns a
tree that equals a call wherever both have a value, and that takes differences of exponents first:

    Σ aᵢ / Σ bⱼ       Σ sᵢ exp(−log Σ (bⱼ/|aᵢ|))               log(eᵘ + eᵛ)    u + softplus(v − u)
    (Σ bⱼ)ᵖ           exp(p log Σ bⱼ)                          log(eᵘ − eᵛ)    u + log(−expm1(v − u))

Each a and b is a ``Term``, a number times a power of e times powers of other trees. The tree that was typed is computed
first. Its alternative counts only where that gives no finite value, or no bound.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Final

from nnviz.expressions.exponential_terms import (
    LARGE_POWER,
    ZERO,
    Term,
    added,
    exact_number,
    has_values_everywhere,
    log_size,
    merged,
    negative,
    plus,
    terms_of,
    times,
    where_not_zero,
    write_term,
)
from nnviz.expressions.nodes import Call, Node, Number, subtrees, write

_FULL: Final = Fraction(1)
Rule = Callable[..., Node | None]
"""A function from the arguments of a call to its alternative."""


@lru_cache(maxsize=4096)
def alternative(call: Call) -> Node | None:
    """Return a tree with the same values that overflows at fewer numbers; None if none is known."""
    if call.name not in _RULES:
        return None
    try:
        found = _RULES[call.name](*call.arguments)
    except ArithmeticError:
        return None
    return None if found is None or found == call else where_not_zero(found, _divisors(call))


def _divisors(call: Call) -> list[Node]:
    """Return the bases by which a tree divides: where one is 0, the tree has no value, though its terms may cancel."""
    below = [one.arguments[1] for one in subtrees(call) if isinstance(one, Call) and one.name == "/"]
    terms = [term for node in below if len(found := terms_of(node)) == 1 for term in found]
    return sorted({base for term in terms for base, _ in term.powers}, key=write)


# --- logarithms ---


def _log_of_term(term: Term) -> Node:
    """Return the logarithm of a term, which is above 0: even powers become multiples of log |base|."""
    even = [(base, n) for base, n in term.ordered if n % 2 == 0]
    parts = [term.exponent, *(times(float(n), log_size(base)) for base, n in even)]
    odd = term._replace(exponent=ZERO, powers=term.powers - frozenset(even))
    if odd.powers:
        parts.append(Call("log", (write_term(odd),)))
    elif odd.scale != 1:
        parts.append(Call("log", (exact_number(odd.scale),)))
    return added(parts)


def _log(terms: Sequence[Term]) -> Node | None:
    """Return the logarithm of a sum; None if no form is known that does not overflow."""
    if not any(term.large or any(abs(n) > 1 for _, n in term.powers) for term in terms):
        return None
    if len(terms) == 1:
        return _log_of_term(terms[0])
    if all(term.positive for term in terms):
        return plus(_log_of_term(terms[0]), _log_one_plus([t.times(terms[0].inverse()) for t in terms[1:]]))
    above, below = [t for t in terms if t.positive], [t for t in terms if t._replace(scale=-t.scale).positive]
    if len(above) == len(below) == 1 == len(terms) - 1:
        share = below[0]._replace(scale=-below[0].scale).times(above[0].inverse())
        rest = negative(Call("expm1", (_log_of_term(share),)))
        return plus(_log_of_term(above[0]), Call("log", (rest,)))
    return _log_by_largest(terms)


def _log_one_plus(terms: Sequence[Term]) -> Node:
    """Return log(1 + Σ terms) for terms above 0."""
    found = ZERO
    for share in map(_log_of_term, terms):
        found = plus(found, Call("softplus", (plus(share, negative(found)),)))
    return found


def _log_by_largest(terms: Sequence[Term]) -> Node | None:
    """Return u + log Σ (terms / e^u) if u is the only exponent, else None.

    The sum stands in a condition that always holds, because a bare one would be rewritten back, and so forever.
    """
    exponents = {term.exponent for term in terms} - {ZERO}
    if len(exponents) != 1:
        return None
    u = exponents.pop()
    rest = added([write_term(term.times(Term(_FULL, negative(u)))) for term in terms])
    return plus(u, Call("log", (where_not_zero(rest, [Number(1.0)]),)))


def _logarithm(base: float | None) -> Rule:
    """Return the rule for the logarithm with this base."""

    def rule(a: Node) -> Node | None:
        found = _log(terms_of(a))
        return found if found is None or base is None else Call("/", (found, Call("log", (Number(base),))))

    return rule


# --- rules ---


def _quotient(a: Node, b: Node) -> Node | None:
    """Return Σ aᵢ / Σ bⱼ with differences of exponents."""
    above, below = terms_of(a), terms_of(b)
    if not any(term.large for term in (*above, *below)) or any(not term.scale for term in (*above, *below)):
        return None
    return added([_one_over(one, below) for one in above])


def _one_over(one: Term, below: Sequence[Term]) -> Node:
    """Return a / Σ bⱼ for one term a."""
    if len(below) == 1:
        return write_term(one.times(below[0].inverse()))
    kept = frozenset((base, n) for base, n in one.powers if n % 2 or abs(n) < LARGE_POWER)
    front, part = Term(one.scale, ZERO, kept), Term(_FULL, one.exponent, one.powers - kept)
    shares = [term.times(part.inverse()) for term in below]
    total = _log(shares) if all(term.positive for term in shares) else None
    if total is None:
        quotient = Call("/", (write_term(front), added([write_term(term) for term in shares])))
        return where_not_zero(quotient, [base for base, _ in part.ordered])
    return write_term(front._replace(exponent=negative(total)))


def _product(a: Node, b: Node) -> Node | None:
    """Return the sum of the products of all terms."""
    one, other = terms_of(a), terms_of(b)
    if not (any(term.large for term in one) and any(term.large for term in other)):
        return None
    return added([write_term(term) for term in merged(x.times(y) for x, y in product(one, other))])


def _sum_or_difference(name: str) -> Rule:
    """Return the rule for a sum in which terms cancel."""

    def rule(a: Node, b: Node) -> Node | None:
        before = [*terms_of(a), *terms_of(b)]
        after = terms_of(Call(name, (a, b)))
        if len(after) >= len(before) or not any(term.large for term in before):
            return None
        return (
            added([write_term(term) for term in after]) if all(map(has_values_everywhere, (a, b))) else None
        )

    return rule


def _power(base: Node, exponent: Node) -> Node | None:
    """Return (Σ bⱼ)ᵖ as exp(p log Σ bⱼ) if all terms are above 0."""
    terms = terms_of(base)
    if not all(term.positive for term in terms) or (total := _log(terms)) is None:
        return None
    return Call(
        "exp",
        (times(exponent.value, total) if isinstance(exponent, Number) else Call("*", (exponent, total)),),
    )


_RULES: Final[dict[str, Rule]] = {
    "/": _quotient,
    "*": _product,
    "+": _sum_or_difference("+"),
    "-": _sum_or_difference("-"),
    "^": _power,
    "sqrt": lambda a: _power(a, Number(0.5)),
    "log": _logarithm(None),
    "log2": _logarithm(2.0),
    "log10": _logarithm(10.0),
    "log1p": lambda a: _log(terms_of(Call("+", (Number(1.0), a)))),
}
"""For each call that may have an alternative, the function that returns it."""

REWRITTEN: Final = frozenset(_RULES)
"""The names of the calls that may have an alternative."""

NEEDS_DIGITS: Final = frozenset(("/", "log", "log2", "log10"))
"""The names of the calls that are inexact where the last argument has lost its digits near 0."""
