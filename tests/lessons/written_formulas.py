"""Write the formulas of both passes as the browser shows them: with the numbers in their places."""

from collections.abc import Callable, Sequence

from nnviz.lessons.inside_the_network.passes import formulas
from nnviz.networks.one_example import Example, all_numbers
from nnviz.web.latex_format import signed as with_sign
from nnviz.web.latex_format import tex


def write_formulas(
    example: Example, writers: Sequence[Callable[..., Sequence[str]]], number: int
) -> list[str]:
    """Return the Markdown of the three passes, of unit ``number`` or of so many units."""
    numbers = all_numbers(example)

    def place(
        name: str, digits: int = 3, *, signed: bool = False, bracketed: bool = False, times: int = 1
    ) -> str:
        value = times * numbers[name]
        plain = with_sign(value, digits) if signed else tex(value, digits)
        return f"({plain})" if bracketed and value < 0 else plain

    return [formulas.stack(write(place, number)) for write in writers]
