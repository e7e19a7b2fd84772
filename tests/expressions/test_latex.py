"""LaTeX: exact strings for what a reader sees, and well-formed for everything."""

from typing import Any

from nnviz.expressions import FUNCTIONS, parse
from nnviz.targets import TARGETS, TARGETS_2D, Target
from tests.cases import each

STRINGS = {
    "sin(2πx) + |x|": r"\sin(2 \pi x) + \left|x\right|",
    "1/(1+25x^2)": r"\frac{1}{1 + 25 x^{2}}",
    "exp(-x^2/2)": r"{e}^{-x^{2}/2}",
    "e^(-x) sin(10x)": r"e^{-x} \sin(10 x)",
    "exp(exp(x))": r"{e}^{{e}^{x}}",
    "exp(x)^2": r"({e}^{x})^{2}",
    "-x^2": "-x^{2}",
    "(-x)^2": "(-x)^{2}",
    "-x^2/2": r"-\frac{x^{2}}{2}",
    "-(x+1)": "-(x + 1)",
    "x - (1 - x)": "x - (1 - x)",
    "x - (-x)": "x - (-x)",
    "x + (1 - x)": "x + (1 - x)",
    "2*3": r"2 \cdot 3",
    "x*x": r"x \cdot x",
    "x*2": r"x \cdot 2",
    "x*(2*x)": "x (2 x)",
    "2*-x": r"2 (-x)",
    "-2x": "-2 x",
    "x/2*3": r"\frac{x}{2} \cdot 3",
    "2(1/3)": r"2 \cdot \frac{1}{3}",
    "(x+1)(x-1)": "(x + 1) (x - 1)",
    "(x/2)^2": r"\left(\frac{x}{2}\right)^{2}",
    "sqrt(x)^2": r"\left(\sqrt{x}\right)^{2}",
    "(x^2)^3": "(x^{2})^{3}",
    "x^2^3": "x^{2^{3}}",
    "x^(1/3)": "x^{1/3}",
    "x^((1+x)/(2x))": "x^{(1 + x)/(2 x)}",
    "sin(x)^2": r"\sin^{2}(x)",
    "sin(x)^-1": r"(\sin(x))^{-1}",
    "sin(x/2)": r"\sin\left(\frac{x}{2}\right)",
    "|x|^2": r"\left|x\right|^{2}",
    "sqrt(x + 1)": r"\sqrt{x + 1}",
    "cbrt(x)": r"\sqrt[3]{x}",
    "log(x)": r"\ln(x)",
    "log2(x)": r"\log_{2}(x)",
    "floor(4x)/4": r"\frac{\left\lfloor 4 x \right\rfloor}{4}",
    "max(x, 0, 1)": r"\max(x, 0, 1)",
    "mod(x + 1, 2)": r"(x + 1) \bmod 2",
    "1 + x % 2": r"1 + (x \bmod 2)",
    "sigmoid(3x)": r"\sigma(3 x)",
    "relu(x)": r"\operatorname{ReLU}(x)",
    "1.5e-7x": r"1.5{\cdot}{10}^{-7} x",
    "1e20": "{10}^{20}",
    "x > 0": "[x > 0]",
    "(x >= 0) x": r"[x \ge 0] x",
    "0 < x <= 2": r"[0 < x \le 2]",
    "x < 0 or x > 1": r"[x < 0 \lor x > 1]",
    "(x < 0 or x > 1) and x != 2": r"[(x < 0 \lor x > 1) \land x \ne 2]",
    "not (x == 0)": r"[\lnot (x = 0)]",
    "x if x > 0 else -x": r"\begin{cases} x & \text{if } x > 0 \\ -x & \text{otherwise} \end{cases}",
    "where(x < 0, 1, where(x < 1, 2, 3))": (
        r"\begin{cases} 1 & \text{if } x < 0 \\ 2 & \text{if } x < 1 \\ 3 & \text{otherwise} \end{cases}"
    ),
    "2where(x, 1, 2)": r"2 \left(\begin{cases} 1 & \text{if } x \ne 0 \\ 2 & \text{otherwise} \end{cases}\right)",
}


@each("text", STRINGS)
def test_strings(text: str) -> None:
    assert parse(text).latex() == STRINGS[text]


def test_variables_with_a_digit_get_an_index() -> None:
    assert parse("x1*x2", ("x1", "x2")).latex() == "x_{1} x_{2}"


def well_formed(latex: str) -> bool:
    depth = 0
    for sign in latex:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
    assert latex.count(r"\left") - latex.count(r"\leftarrow") == latex.count(r"\right")
    assert latex.count(r"\begin{cases}") == latex.count(r"\end{cases}")
    assert latex.count("(") == latex.count(")")
    return True


@each("name", [name for name in FUNCTIONS if name.isidentifier() and name not in ("neg", "and", "or", "not")])
def test_every_function_is_typeset(name: str) -> None:
    arguments = ", ".join(["x/2", "3", "x^2"][: FUNCTIONS[name].arity])
    assert well_formed(parse(f"{name}({arguments})^1.5").latex())


@each("target", [*TARGETS.values(), *TARGETS_2D.values()], ids=lambda t: t.label)
def test_targets_can_be_pasted_back(target: Target[Any]) -> None:
    latex = target.expression.latex()
    assert well_formed(latex)
    assert parse(latex, target.expression.variables).form == target.expression.form


@each("name", [name for name, f in FUNCTIONS.items() if f.arity == 1 and name.isidentifier()])
def test_functions_can_be_pasted_back(name: str) -> None:
    if name not in ("neg", "not"):
        assert parse(parse(f"{name}(x/2)").latex()).text == f"{name}(x/2)"
