"""The formulas of both passes hold the numbers, and follow a slider without being set again."""

from typing import Any

import pytest

from nnviz._types import Array
from nnviz.lessons.inside_the_network.passes import formulas
from nnviz.lessons.inside_the_network.passes import view as passes
from nnviz.networks.one_example import Example, all_numbers, network_from_names, run_example
from nnviz.web import live_latex
from nnviz.web.latex_format import tex
from tests.lessons.written_formulas import write_formulas


def an_example(activation: str = "tanh") -> Example:
    return run_example(network_from_names(activation, passes.START), 0.7, -0.4, 0.05)


@pytest.mark.parametrize("activation", ["tanh", "relu", "gaussian"])
def test_the_formulas_hold_the_numbers(activation: str) -> None:
    example = an_example(activation)
    for j in passes.UNITS:
        forward, backward, update = write_formulas(example, formulas.UNIT, j)
        assert tex(float(example.after[5 + j])) in update
        assert tex(float(example.forward.z[0, j - 1]), 5) in forward
        assert tex(float(example.backward.dz[0, j - 1]), 5) in backward
        assert tex(float(example.backward.dw[j - 1, 0])) in backward
    forward, backward, update = write_formulas(example, formulas.LAYER, 3)
    assert column(example.after[3:6]) in update
    assert update.endswith(f"= {tex(float(example.after[-1]))}}}$$")
    assert column(example.forward.a[0]) in forward
    assert column(example.backward.dz[0]) in backward


def column(values: Array) -> str:
    return r"\begin{pmatrix}" + r"\\".join(tex(float(value)) for value in values) + r"\end{pmatrix}"


def test_a_negative_number_is_multiplied_in_brackets() -> None:
    assert r"\cdot (-0.7)" in write_formulas(an_example()._replace(x=-0.7), formulas.LAYER, 3)[0]


def test_a_new_example_leaves_the_formulas_alone_and_moves_their_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """KaTeX takes longer to set formulas than a chart takes to follow a slider."""
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(live_latex, "_FOLLOWED", lambda *, key, data: sent.append({"key": key, **data}))
    drawn = []
    for x in (0.7, -0.7):
        numbers = live_latex.ChartNumbers(all_numbers(an_example()._replace(x=x)), chart="c", key="k")
        drawn.append([formulas.stack(write(numbers.place, 2)) for write in formulas.UNIT])
        numbers.mount()
    assert drawn[0] == drawn[1]
    given, moved = ([number["of"] for number in each["numbers"] if number["name"] == "x"] for each in sent)
    assert given == [[0.7]] * len(given)
    assert moved == [[-0.7]] * len(given)
