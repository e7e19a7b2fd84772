"""Parts of a formula beyond the largest number: values, gradients and bounds against Arb, whose numbers have no end."""

import random

import numpy as np
from flint import arb

from nnviz.enclosures import enclose, enclose_points
from nnviz.expressions import Expression, parse
from nnviz.expressions.large_values import alternative
from nnviz.expressions.nodes import Call, Node, Number, Variable, subtrees, write
from tests.cases import each
from tests.enclosures.arb_oracle import CannotTellError, truth, with_precision

CASES = {
    "log(1+exp(x))": (-1000, 0.5, 800, 1000),
    "log(cosh(x))": (-1000, 0.5, 900),
    "sqrt(exp(2x))": (360, 400),
    "exp(1000x)/exp(1000x)": (-1, -0.744, 0.72, 1),
    "x^200/x^200": (-0.02, 1e-9, 100),
    "x^200/(1+x^200)": (-100, -0.5, 1.01, 90),
    "log(sinh(x))": (1, 1000),
    "(exp(x)-exp(-x))/(exp(x)+exp(-x))": (-1000, 2, 900),
    "sinh(x)/cosh(x)": (-1000, 2, 900),
    "1/cosh(x)^2": (-700, 3),
    "log2(1+2^x)": (-2000, 3, 2000),
    "log10(1+10^x)": (-400, 400),
    "log1p(exp(x))": (-800, 900),
    "sqrt(1+x^400)": (-9, 9),
    "cosh(x)^(1/x)": (3, 1000),
    "x*exp(x)/(exp(x)-1)": (1, 1000),
    "exp(x)/(exp(x)+x)": (1, 1000),
    "log(exp(x)+exp(2x)+exp(3x))": (-900, 1, 900),
    "exp(x)*exp(-x)+3": (-900, 900),
    "(x^100+(2-x)^100)^(1/100)": (-1e5, 3, 1e5),
    "(abs(x)^50+3^50)^(1/50)": (-1e9, 1),
    "sqrt(x^2+1)": (-1e200, 1e200),
    "log(exp(x)+x)": (1, 1000),
    "log(1+x*exp(x))": (-3, 1, 1000),
    "log(exp(-x))": (700, 720, 744, 1000),
}


@each(("text", "points"), CASES.items(), ids=CASES)
def test_values_and_bounds_are_those_of_arb(text: str, points: tuple[float, ...]) -> None:
    with_precision()
    f, x = parse(text), np.array(points, dtype=np.float64)
    bounds, cells = enclose_points(f, x), enclose(f, x, x + np.abs(np.spacing(x)))
    assert (bounds.finite & cells.defined & cells.value.finite).all()
    for k, point in enumerate(x.tolist()):
        value, slope, _ = truth(f, point)
        for number, known in ((value, bounds), (value, cells.value), (slope, cells.first)):
            assert not number < known.lo[k]
            assert not number > known.hi[k]
        np.testing.assert_allclose(f(point), float(value), rtol=1e-9)
        np.testing.assert_allclose(f.gradient(point), float(slope), rtol=1e-9, atol=1e-12)


@each(
    "text", ["x^200/x^200", "(x^9-x^9*exp(x))/x^9", "log(x)^200/log(x)^200", "1/x^9-1/x^9", "x^20*(1/x^20)"]
)
def test_what_has_no_value_has_none(text: str) -> None:
    f = parse(text)
    at = np.array([1.0]) if "log" in text else np.array([0.0])
    assert np.isnan(f(at)).all()
    assert not enclose(f, at - 1e-9, at + 1e-9).defined.any()
    assert not enclose_points(f, at).finite.any()


@each("text", ["log(exp(x)+x)", "log(exp(x)+sin(x))", "log(exp(x)+sqrt(x))"])
def test_no_alternative_leads_back_to_what_it_stands_for(text: str) -> None:
    f, at = parse(text), np.array([-1000.0])
    assert not np.isfinite(f(at)).any()
    assert not np.isfinite(f.gradient(at)).any()
    assert not enclose_points(f, at).finite.any()


NAMES = (
    *"+-*/^^",
    "neg",
    "exp",
    "exp",
    "cosh",
    "sinh",
    "expm1",
    "gaussian",
    "log",
    "log1p",
    "log2",
    "sqrt",
    "tanh",
)


def random_tree(rng: random.Random, depth: int) -> Node:
    if depth == 0:
        x: Node = Variable("x")
        return rng.choice(
            [x, x, Call("*", (Number(rng.choice([2.0, 0.3, 800.0])), x)), Number(rng.choice([1.0, 3.0]))]
        )
    name = rng.choice(NAMES)
    if name == "^":
        power = Number(rng.choice([2.0, 3.0, 9.0, 200.0, 0.5]))
        return Call(
            name, (random_tree(rng, depth - 1), power if rng.random() < 0.7 else Call("neg", (power,)))
        )
    return Call(name, tuple(random_tree(rng, depth - 1) for _ in range(2 if name in "+-*/" else 1)))


def test_alternatives_equal_what_they_stand_for_and_have_values_only_where_that_has() -> None:
    rng, compared = random.Random(0), 0
    with_precision()
    for _ in range(300):
        for node in subtrees(random_tree(rng, rng.choice([2, 3, 4]))):
            other = alternative(node) if isinstance(node, Call) else None
            if other is None:
                continue
            for x in (rng.uniform(-3, 3), rng.uniform(-900, 900), 0.0, 1.0):
                compared += holds(node, other, x)
    assert compared > 250


def holds(node: Node, other: Node, x: float) -> bool:
    """Check one point; false where Arb cannot tell, or where the alternative has no value."""
    try:
        (found,) = truth(Expression(write(other), ("x",), other), x)[:1]
        if not found.is_finite():
            return False
        exact = truth(Expression(write(node), ("x",), node), x)[0]
    except (CannotTellError, ValueError):
        return False
    assert exact.overlaps(found), (write(node), write(other), x, exact, found)
    assert exact.is_finite() or exact.rad() > arb(10) ** 9, (write(node), write(other), x, exact, found)
    return True
