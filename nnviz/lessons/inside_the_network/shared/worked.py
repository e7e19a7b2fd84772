"""Write the rule of each phase with its numbers, in the browser, for the unit that is pointed at or else the first."""

from typing import Any

from nnviz.charts.theme import write_number

_UNIT = "(isValid(pointed) ? pointed : 1)"
_DIGITS, _FOUND = 5, 3  # of the numbers that are computed with, and of the result


def _of(symbol: str) -> str:
    """Return the expression of a number of that unit."""
    return f"now['{symbol}' + {_UNIT}]"


def write_worked(rows: Any, units: int) -> Any:
    """Add the column ``worked`` to the row of the data set ``numbers``: by phase, such as 4.052 · 0.964 = 3.91."""
    parts, results = _operands(units)
    most = max(map(len, parts))
    values = {
        f"p{k}": "[" + ", ".join(row[k] if k < len(row) else "0" for row in parts) + "][phase]"
        for k in range(most)
    }
    values["found"] = "[" + ", ".join(results) + "][phase]"
    written = {
        f"s{k}": f"(datum.p{k} < 0 ? '(' : '') + {write_number(f'datum.p{k}', _DIGITS)} + (datum.p{k} < 0 ? ')' : '')"
        for k in range(most)
    }
    written["result"] = write_number("datum.found", _FOUND)
    templates = "[" + ", ".join(_templates(units)) + "][phase]"
    return (
        rows.transform_calculate(**values)
        .transform_calculate(**written)
        .transform_calculate(worked=f"isValid(datum.found) ? {templates} + ' = ' + datum.result : ''")
    )


def _operands(units: int) -> tuple[list[list[str]], list[str]]:
    """Return, for each phase, the expressions of the numbers that are computed with, and that of the result."""
    each = range(1, units + 1)
    w, b, v, z, a, slope = map(_of, "wbvzas")
    return [
        [w, "now.x", b],
        [z],
        [*(f"now.v{j} * now.a{j}" for j in each), "now.c"],
        ["now.yhat", "now.y"],
        ["now.yhat", "now.y"],
        ["now.dy", a],
        ["now.dy", v, slope],
        [_of("dz"), "now.x"],
        [w, "now.eta", _of("dw")],
    ], [z, a, "now.yhat", "now.loss", "now.dy", _of("dv"), _of("dz"), _of("dw"), _of("nw")]


def _templates(units: int) -> list[str]:
    """Return, for each phase, the expression of its left-hand side with numbers."""
    index = f"'₁₂₃₄₅₆₇₈₉'[{_UNIT} - 1]"
    sum_of_all = " + ' + ' + ".join(f"datum.s{k}" for k in range(units + 1))
    residual = "'(' + datum.s0 + ' − ' + datum.s1 + ')'"
    return [
        f"'z' + {index} + ' = ' + datum.s0 + ' · ' + datum.s1 + ' + ' + datum.s2",
        f"'a' + {index} + ' = φ(' + {write_number('datum.p0', _DIGITS)} + ')'",
        f"'ŷ = ' + {sum_of_all}",
        f"'L = ' + {residual} + '²'",
        f"'∂L/∂ŷ = 2 · ' + {residual}",
        f"'∂L/∂v' + {index} + ' = ' + datum.s0 + ' · ' + datum.s1",
        f"'∂L/∂z' + {index} + ' = ' + datum.s0 + ' · ' + datum.s1 + ' · ' + datum.s2",
        f"'∂L/∂w' + {index} + ' = ' + datum.s0 + ' · ' + datum.s1",
        f"'w' + {index} + ' → ' + datum.s0 + ' − ' + datum.s1 + ' · ' + datum.s2",
    ]
