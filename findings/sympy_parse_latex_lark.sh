#!/usr/bin/env bash
# sympy 1.14.0, parse_latex with Lark: \sin(x) x is sin(x**2), and a factorial behind a power is lost.
#
# Expected: both backends of one function agree on what they accept, and return an expression.
# Seen: \sin(x) x is sin(x**2) (ANTLR: x*sin(x)); x^2! is x**2 (ANTLR: factorial(x**2)), the sign "!" is dropped. \tanh x and
# \ln x^2 return a tree named _ambig in place of an expression, for \tanh x with tan(h*x) as the other reading.
# It matters where the backend is changed to escape the ANTLR runtime pin: the same LaTeX becomes another function.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet sympy==1.14.0 lark==1.3.1
"$folder/venv/bin/python" - <<'PY'
from sympy import Expr
from sympy.parsing.latex import parse_latex


def read(text):
    return parse_latex(text, backend="lark")


for text in (r"\sin(x) x", "x^2!", r"\tanh x", r"\ln x^2"):
    print(f"{text:12} {read(text)}")
assert str(read(r"\sin(x) x")) == "sin(x**2)", "the product is outside now"
assert str(read("x^2!")) == "x**2", "the factorial is kept now"
for text in (r"\tanh x", r"\ln x^2"):
    assert not isinstance(read(text), Expr), f"{text} is one expression now"
assert "tan(h*x)" in str(read(r"\tanh x"))
PY
