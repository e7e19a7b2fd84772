"""Write the formulas of both passes and of the update with their numbers, as Markdown."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from nnviz._types import Array
from nnviz.networks.one_example import Example, all_numbers
from nnviz.web.latex_format import partial_derivative, signed, tex

# Digits of the numbers that others are computed from, so that the results follow from what is shown.
_GIVEN, _INNER = 6, 5


class Formulas(NamedTuple):
    """The formulas of the forward pass, the backward pass and the update, in Markdown."""

    forward: str
    backward: str
    update: str


def column(values: Array) -> str:
    """Return a column vector in LaTeX."""
    return r"\begin{pmatrix}" + r"\\".join(tex(float(value)) for value in values) + r"\end{pmatrix}"


def factor(value: float, digits: int = 3) -> str:
    """Return a number in LaTeX as a factor of a product: in brackets if it is negative."""
    return f"({tex(value, digits)})" if value < 0 else tex(value, digits)


def _stack(lines: Sequence[str]) -> str:
    """Return equations in Markdown, one below the other; a narrow screen breaks them before an equality sign."""
    return "\n\n".join(f"$${_breakable(line)}$$" for line in lines)


def _breakable(line: str) -> str:
    """Put each part after an equality sign into braces: KaTeX breaks lines at relations, but not inside of braces."""
    first, *parts = line.split(" = ")
    return first + "".join(rf" \allowbreak {{{{}} = {part}}}" for part in parts)


def write_unit(example: Example, j: int) -> Formulas:
    """Return the formulas for unit j, counted from 1."""
    numbers = all_numbers(example)
    update = [_update(f"{symbol}_{j}", numbers, f"{symbol}{j}") for symbol in "wbv"] + [
        _update("c", numbers, "c")
    ]
    return Formulas(
        _stack(_forward_of_unit(numbers, j)),
        _stack(_backward_of_unit(numbers, j, float(example.slopes[j - 1]))),
        _stack(update),
    )


def _forward_of_unit(n: Mapping[str, float], j: int) -> list[str]:
    w, b, z, a = (n[f"{symbol}{j}"] for symbol in "wbza")
    return [
        rf"z_{j} = w_{j} x + b_{j} = {tex(w, _GIVEN)} \cdot {factor(n['x'])} {signed(b, _GIVEN)} = {tex(z, _INNER)}",
        rf"a_{j} = \varphi(z_{j}) = {tex(a, _INNER)}",
        rf"\hat y = c + \textstyle\sum_k v_k a_k = {tex(n['yhat'], _GIVEN)}",
        rf"L = (\hat y - y)^2 = ({tex(n['yhat'], _GIVEN)} {signed(-n['y'])})^2 = {tex(n['loss'])}",
    ]


def _backward_of_unit(n: Mapping[str, float], j: int, slope: float) -> list[str]:
    dz, dy, by_y, by_z = (
        tex(n[f"dz{j}"], _INNER),
        tex(n["dy"], _INNER),
        partial_derivative(r"\hat y"),
        partial_derivative(f"z_{j}"),
    )
    a, v = factor(n[f"a{j}"], _INNER), factor(n[f"v{j}"], _GIVEN)
    return [
        rf"{by_y} = 2(\hat y - y) = {dy} = {partial_derivative('c')}",
        rf"{partial_derivative(f'v_{j}')} = {by_y}\, a_{j} = {dy} \cdot {a} = {tex(n[f'dv{j}'])}",
        rf"{by_z} = {by_y}\, v_{j}\, \varphi'(z_{j}) = {dy} \cdot {v} \cdot {factor(slope, _GIVEN)}"
        rf" = {dz} = {partial_derivative(f'b_{j}')}",
        rf"{partial_derivative(f'w_{j}')} = {by_z}\, x = {dz} \cdot {factor(n['x'])} = {tex(n[f'dw{j}'])}",
    ]


def _update(symbol: str, n: Mapping[str, float], name: str) -> str:
    step = rf"{tex(n[name], _GIVEN)} - {tex(n['eta'], 6)} \cdot {factor(n[f'd{name}'])}"
    return (
        rf"{symbol} \leftarrow {symbol} - \eta\, {partial_derivative(symbol)} = {step} = {tex(n[f'n{name}'])}"
    )


def write_layer(example: Example) -> Formulas:
    """Return the formulas for all units, with matrices."""
    return Formulas(
        _stack(_forward_of_layer(example)),
        _stack(_backward_of_layer(example)),
        _stack(_update_of_layer(example)),
    )


def _forward_of_layer(example: Example) -> list[str]:
    net, forward = example.network, example.forward
    row = ", ".join(tex(float(value)) for value in net.output_weights)
    w, b = column(net.hidden_weights[:, 0]), column(net.hidden_biases)
    return [
        rf"z = W x + b = {w} \cdot {factor(example.x)} + {b} = {column(forward.z[0])}",
        rf"a = \varphi(z) = {column(forward.a[0])}",
        rf"\hat y = v^\top a + c = ({row})\, a {signed(net.output_bias)} = {tex(float(forward.y[0]))}",
        rf"L = (\hat y - y)^2 = ({tex(float(forward.y[0]))} {signed(-example.y)})^2 = {tex(example.backward.loss)}",
    ]


def _backward_of_layer(example: Example) -> list[str]:
    back, v = example.backward, example.network.output_weights
    dy, by_y = tex(float(back.dy[0])), partial_derivative(r"\hat y")
    return [
        rf"{by_y} = 2(\hat y - y) = {dy} = {partial_derivative('c')}",
        rf"{partial_derivative('v')} = {by_y}\, a = {dy}\, a = {column(back.dv)}",
        rf"{partial_derivative('z')} = {by_y}\, v \odot \varphi'(z) = {dy} {column(v)} \odot {column(example.slopes)}"
        rf" = {column(back.dz[0])}",
        rf"{partial_derivative('W')} = {partial_derivative('z')}\, x = {column(back.dw[:, 0])}",
        rf"{partial_derivative('b')} = {partial_derivative('z')} = {column(back.db)}",
    ]


def _update_of_layer(example: Example) -> list[str]:
    net, back = example.network, example.backward
    (new_w, new_b, new_v), eta = example.after[:-1].reshape(3, -1), rf"{tex(example.learning_rate, 6)}\,"
    rows = [
        ("W", net.hidden_weights[:, 0], back.dw[:, 0], new_w),
        ("b", net.hidden_biases, back.db, new_b),
        ("v", net.output_weights, back.dv, new_v),
    ]
    lines = [
        rf"{name} \leftarrow {name} - \eta\, {partial_derivative(name)} = {column(old)} - {eta} {column(gradient)}"
        rf" = {column(new)}"
        for name, old, gradient, new in rows
    ]
    return [*lines, _update("c", all_numbers(example), "c")]
