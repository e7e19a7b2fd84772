"""Write the formulas of both passes and of the update with their numbers, as Markdown."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from nnviz.web.latex_format import partial_derivative
from nnviz.web.live_latex import PlaceNumber

# Digits of the numbers that others are computed from, so that the results follow from what is shown.
_GIVEN, _INNER = 6, 5


def stack(lines: Sequence[str]) -> str:
    """Return equations in Markdown, one below the other; a narrow screen breaks them before an equality sign."""
    return "\n\n".join(f"$${_breakable(line)}$$" for line in lines)


def _breakable(line: str) -> str:
    """Put each part after an equality sign into braces: KaTeX breaks lines at relations, but not inside of braces."""
    first, *parts = line.split(" = ")
    return first + "".join(rf" \allowbreak {{{{}} = {part}}}" for part in parts)


def _forward_of_unit(place: PlaceNumber, j: int) -> list[str]:
    w, x, b = place(f"w{j}", _GIVEN), place("x", bracketed=True), place(f"b{j}", _GIVEN, signed=True)
    return [
        rf"z_{j} = w_{j} x + b_{j} = {w} \cdot {x} {b} = {place(f'z{j}', _INNER)}",
        rf"a_{j} = \varphi(z_{j}) = {place(f'a{j}', _INNER)}",
        rf"\hat y = c + \textstyle\sum_k v_k a_k = {place('yhat', _GIVEN)}",
        _loss(place, _GIVEN),
    ]


def _loss(place: PlaceNumber, digits: int) -> str:
    residual = f"{place('yhat', digits)} {place('y', signed=True, times=-1)}"
    return rf"L = (\hat y - y)^2 = ({residual})^2 = {place('loss')}"


def _backward_of_unit(place: PlaceNumber, j: int) -> list[str]:
    by_y, by_z = partial_derivative(r"\hat y"), partial_derivative(f"z_{j}")
    a, v = place(f"a{j}", _INNER, bracketed=True), place(f"v{j}", _GIVEN, bracketed=True)
    slope, x = place(f"s{j}", _GIVEN, bracketed=True), place("x", bracketed=True)

    dy, dz = partial(place, "dy", _INNER), partial(place, f"dz{j}", _INNER)
    return [
        rf"{by_y} = 2(\hat y - y) = {dy()} = {partial_derivative('c')}",
        rf"{partial_derivative(f'v_{j}')} = {by_y}\, a_{j} = {dy()} \cdot {a} = {place(f'dv{j}')}",
        rf"{by_z} = {by_y}\, v_{j}\, \varphi'(z_{j}) = {dy()} \cdot {v} \cdot {slope}"
        rf" = {dz()} = {partial_derivative(f'b_{j}')}",
        rf"{partial_derivative(f'w_{j}')} = {by_z}\, x = {dz()} \cdot {x} = {place(f'dw{j}')}",
    ]


def _update_of(place: PlaceNumber, symbol: str, name: str) -> str:
    step = rf"{place(name, _GIVEN)} - {place('eta', 6)} \cdot {place(f'd{name}', bracketed=True)}"
    return (
        rf"{symbol} \leftarrow {symbol} - \eta\, {partial_derivative(symbol)} = {step} = {place(f'n{name}')}"
    )


def _update_of_unit(place: PlaceNumber, j: int) -> list[str]:
    update = [_update_of(place, f"{symbol}_{j}", f"{symbol}{j}") for symbol in "wbv"]
    return [*update, _update_of(place, "c", "c")]


def _column(place: PlaceNumber, name: str, units: int) -> str:
    """Return a column vector of the numbers of all units in LaTeX."""
    numbers = (place(f"{name}{j}") for j in range(1, units + 1))
    return r"\begin{pmatrix}" + r"\\".join(numbers) + r"\end{pmatrix}"


def _forward_of_layer(place: PlaceNumber, units: int) -> list[str]:
    w, x, b = _column(place, "w", units), place("x", bracketed=True), _column(place, "b", units)
    row = ", ".join(place(f"v{j}") for j in range(1, units + 1))
    return [
        rf"z = W x + b = {w} \cdot {x} + {b} = {_column(place, 'z', units)}",
        rf"a = \varphi(z) = {_column(place, 'a', units)}",
        rf"\hat y = v^\top a + c = ({row})\, a {place('c', signed=True)} = {place('yhat')}",
        _loss(place, 3),
    ]


def _backward_of_layer(place: PlaceNumber, units: int) -> list[str]:
    column, by_y = partial(_column, place, units=units), partial_derivative(r"\hat y")
    chain = rf"{place('dy')} {column('v')} \odot {column('s')} = {column('dz')}"
    return [
        rf"{by_y} = 2(\hat y - y) = {place('dy')} = {partial_derivative('c')}",
        rf"{partial_derivative('v')} = {by_y}\, a = {place('dy')}\, a = {column('dv')}",
        rf"{partial_derivative('z')} = {by_y}\, v \odot \varphi'(z) = {chain}",
        rf"{partial_derivative('W')} = {partial_derivative('z')}\, x = {column('dw')}",
        rf"{partial_derivative('b')} = {partial_derivative('z')} = {column('db')}",
    ]


def _update_of_layer(place: PlaceNumber, units: int) -> list[str]:
    column = partial(_column, place, units=units)
    lines = [
        rf"{name} \leftarrow {name} - \eta\, {partial_derivative(name)} = {column(symbol)} - {place('eta', 6)}\, "
        rf"{column(f'd{symbol}')} = {column(f'n{symbol}')}"
        for name, symbol in (("W", "w"), ("b", "b"), ("v", "v"))
    ]
    return [*lines, _update_of(place, "c", "c")]


UNIT: Final = (_forward_of_unit, _backward_of_unit, _update_of_unit)
"""Write the forward pass, the backward pass and the update for unit j, counted from 1: (place, j) -> equations.

place: writes the number of a name, as `ChartNumbers.place` does.
"""

LAYER: Final = (_forward_of_layer, _backward_of_layer, _update_of_layer)
"""Write the same for all units, with matrices: (place, number of units) -> equations."""
