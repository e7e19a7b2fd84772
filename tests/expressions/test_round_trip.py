"""Random formulas, written as text and as LaTeX, and read again: the same tree.

As a script, ``python -m tests.expressions.test_round_trip 10000``, it checks that many.
"""

import random
import sys

from nnviz.expressions import FUNCTIONS, ExpressionError, parse
from nnviz.expressions.nodes import CONDITIONS, Call, Constant, Node, Number, Variable, condition, write
from tests.cases import each

NAMES = [name for name in FUNCTIONS if name not in ("where", "restrict", *CONDITIONS)]
CHOICES = ("where", "restrict")


def random_number(rng: random.Random) -> Number:
    return Number(
        float(
            rng.choice(
                [0, 1, 2, 3, 10, 0.5, 7.25, 1e-7, 1.5e-9, 1e20, 3e22, 12345.678, round(rng.random(), 4)]
            )
        )
    )


def random_condition(rng: random.Random, depth: int, letters: list[str]) -> Node:
    name = rng.choice(CONDITIONS)
    if name == "not":
        return Call("not", (random_condition(rng, depth - 1, letters),))
    inner = random_condition if name in ("and", "or") and depth > 0 else random_node
    sides = [inner(rng, depth - 1, letters) for _ in range(2)]
    return Call(name, tuple(map(condition, sides) if name in ("and", "or") else sides))


def random_node(rng: random.Random, depth: int, letters: list[str]) -> Node:
    if depth <= 0:
        constant = Constant(rng.choice(["pi", "e", "tau"]))
        leaves: list[Node] = [Variable(rng.choice(letters)), Variable("x"), random_number(rng), constant]
        return rng.choice(leaves)
    kind = rng.random()
    if kind < 0.06:
        return random_condition(rng, depth - 1, letters)
    if kind < 0.14:
        test, a, b = (
            random_condition(rng, depth - 1, letters),
            *(random_node(rng, depth - 1, letters) for _ in "ab"),
        )
        return rng.choice([Call("where", (test, a, b)), Call("restrict", (a, test))])
    if kind < 0.18 and len(letters) < 3:
        index = "kn"[len(letters) - 1]
        lows: list[Node] = [Number(0.0), Number(1.0), Call("neg", (Number(2.0),))]
        low = rng.choice(lows)
        term = random_node(rng, depth - 1, [*letters, index])
        return Call(rng.choice(["sum", "prod"]), (Variable(index), low, Number(3.0), term))
    name = rng.choice(["+", "-", "*", "/", "^", "neg"]) if kind < 0.65 else rng.choice(NAMES)
    return Call(name, tuple(random_node(rng, depth - 1, letters) for _ in range(FUNCTIONS[name].arity)))


def check(seed: int, count: int) -> tuple[list[tuple[str, str]], int]:
    """Every formula that was read differently from its text or LaTeX, and how many LaTeX texts could be read."""
    rng, wrong, read = random.Random(seed), [], 0
    done = 0
    while done < count:
        try:
            f = parse(write(random_node(rng, rng.randint(1, 4), ["x"])))
        except ExpressionError as error:
            assert "At most" in str(error) or "another chain" in str(error), error  # noqa: PT017
            continue
        done += 1
        again = parse(f.text)
        if (again.form, again.root, again.text) != (f.form, f.root, f.text):
            wrong.append(("text", f.text))
        try:
            again = parse(f.latex())
        except ExpressionError:
            continue
        read += 1
        if again.form != f.form:
            wrong.append((f.latex(), f.text))
    return wrong, read


@each("seed", range(3))
def test_random_formulas_are_read_again_as_the_same_tree(seed: int) -> None:
    wrong, read = check(seed, 120)
    assert wrong == []
    assert read > 100


if __name__ == "__main__":
    print(*check(int(sys.argv[2]) if len(sys.argv) > 2 else 0, int(sys.argv[1])))
