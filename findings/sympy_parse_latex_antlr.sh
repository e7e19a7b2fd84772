#!/usr/bin/env bash
# sympy 1.14.0, parse_latex with ANTLR: it glues digits across a subscript, and drops what it cannot read without an error.
#
# Expected: TeX's own rule that ^ and _ take one token, so \log_2 8x is log2(8x) and x^23 is x^2 times 3; an error for the rest.
# Seen: \log_2 8x is log(x, 28), a logarithm to base 28. x^23 is x**23, and x^2! is factorial(x**2). e^-x is read as e, x^-1 as x,
# and 1{,}5x (a decimal comma in TeX) as 1: the text is cut where the grammar ends, and no error is raised by default.
# It matters where pasted LaTeX becomes a function: each of these is a valid result of another function.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet sympy==1.14.0 antlr4-python3-runtime==4.11.1
"$folder/venv/bin/python" - <<'PY'
from sympy.parsing.latex import parse_latex

SEEN = {r"\log_2 8x": "log(x, 28)", "x^23": "x**23", "x^2!": "factorial(x**2)", "e^-x": "e", "x^-1": "x", "1{,}5x": "1"}
for text, seen in SEEN.items():
    found = str(parse_latex(text))
    print(f"{text:12} {found}")
    assert found == seen, f"{text} is read as {found} now"
PY
