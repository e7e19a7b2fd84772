"""KaTeX writes valid MathML for every formula, so that screen readers and Firefox can read it."""

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from nnviz.expressions import parse

ROOT = Path(__file__).parent.parent
FORMULA = re.compile(r"\$\$?([^$]+?)\$\$?")
TYPED = [
    "log_2(x)",
    "max(x, 1) + min(x, 2)",
    "sqrt(x)/|x|",
    "exp(-x^2)",
    "x!",
    "sum(x^k/k!, k, 0, 5)",
    "mod(x, 2)",
]


def texts(tree: ast.AST) -> Iterator[str]:
    """Yield the strings of a source; what an f-string computes is 1."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "1" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def formulas() -> list[str]:
    """Return what stands between dollar signs in the sources, and other strings with a command of LaTeX."""
    found = {parse(text).latex() for text in TYPED}
    for file in sorted((ROOT / "nnviz").rglob("*.py")):
        for text in texts(ast.parse(file.read_text(encoding="utf-8"))):
            whole = [text] if re.search(r"\\[a-zA-Z]{2,}", text) and "\n" not in text else []
            found |= set(FORMULA.findall(text) if "$" in text else whole)
    return sorted(found)


def mathml(latex: list[str]) -> list[list[str] | None]:
    script = ROOT / "tests" / "js" / "mathml.mjs"
    run = subprocess.run(
        ["node", script], input=json.dumps(latex), capture_output=True, text=True, check=True, cwd=ROOT
    )
    return list(json.loads(run.stdout))


def test_mathml_of_every_formula_is_valid() -> None:
    sources = formulas()
    checked = mathml(sources)
    assert sum(one is not None for one in checked) > 500
    assert {latex: wrong for latex, wrong in zip(sources, checked, strict=True) if wrong} == {}


def test_an_operator_as_an_index_is_found() -> None:
    assert mathml([r"\lambda_{\max}", r"\lambda_{\text{max}}"]) == [["msub 3"], []]
