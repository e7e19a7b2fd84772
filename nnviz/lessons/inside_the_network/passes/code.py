"""Write source for both passes of one example and for one update."""

from typing import Final

from nnviz.expressions import Library
from nnviz.lessons.inside_the_network.shared.code import (
    join_functions,
    write_activation,
    write_parameters,
    write_slope,
)
from nnviz.networks import ShallowNetwork

_BODIES: Final = {
    "numpy": """\
# Forward
z = w * x + b
a = phi(z)
y_hat = v @ a + c
loss = (y_hat - y) ** 2

# Backward: the chain rule from the loss to the input
d_y_hat = 2 * (y_hat - y)
d_v, d_c = d_y_hat * a, d_y_hat
d_z = d_y_hat * v * slope(z)
d_w, d_b = d_z * x, d_z

# One update
w, b, v, c = w - eta * d_w, b - eta * d_b, v - eta * d_v, c - eta * d_c
print("loss", loss, "->", (v @ phi(w * x + b) + c - y) ** 2)
""",
    "torch": """\
parameters = [w, b, v, c]
for parameter in parameters:
    parameter.requires_grad_()

# Forward
y_hat = v @ phi(w * x + b) + c
loss = (y_hat - y) ** 2

# Backward: autograd applies the chain rule
loss.backward()
d_w, d_b, d_v, d_c = (parameter.grad.clone() for parameter in parameters)

# One update
torch.optim.SGD(parameters, lr=eta).step()
print("loss", loss.item(), "->", ((v @ phi(w * x + b) + c - y) ** 2).item())
""",
}


def passes_code(network: ShallowNetwork, x: float, y: float, eta: float, language: Library) -> str:
    """Return source for both passes of one example and for one update, with all derivatives; "numpy" or "torch".

    In NumPy the chain rule is written out. In torch autograd applies it. The loss is (ŷ − y)², without ½.
    """
    given = f"w, b, v, c = {write_parameters(network, language)}"
    slope = write_slope(network.activation, language) if language == "numpy" else ""
    head = join_functions(write_activation(network.activation, language), slope)
    return f"{head}\n\n{given}\nx, y, eta = {x!r}, {y!r}, {eta!r}\n\n{_BODIES[language]}"
