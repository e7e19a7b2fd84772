"""Define the activations that have a kink or a jump, one record each."""

from math import inf
from typing import Final

import numpy as np

from nnviz._types import FloatArray
from nnviz.networks.activation import Activation, Out, zero_derivative


# φ(z) = max(0, z)
def _relu(z: FloatArray, out: Out = None) -> FloatArray:
    return np.maximum(z, 0, out=out)


# φ′(z) = 1 where z > 0, else 0
def _relu_derivative(z: FloatArray, out: Out = None) -> FloatArray:
    return np.multiply(z > 0, z.dtype.type(1), out=out)


# φ(z) = max(αz, z) with α = 0.01
def _leaky_relu(z: FloatArray, out: Out = None) -> FloatArray:
    return np.asarray(np.maximum(0.01 * z, z, out=out))


# φ′(z) = 1 where z > 0, else α
def _leaky_relu_derivative(z: FloatArray, out: Out = None) -> FloatArray:
    return np.asarray(np.maximum(z > 0, z.dtype.type(0.01), out=out))


# φ(z) = 1 where z ≥ 0, else 0
def _step(z: FloatArray, out: Out = None) -> FloatArray:
    return np.multiply(z >= 0, z.dtype.type(1), out=out)


KINKED_ACTIVATIONS: Final = (
    Activation(
        name="relu",
        label="ReLU",
        value=_relu,
        derivative=_relu_derivative,
        second_derivative=zero_derivative,
        latex=r"\varphi(z) = \max(0, z)",
        derivative_latex=r"\varphi'(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}",
        range=(0, inf),
        lipschitz=1,
        lesson="Each unit adds one knot, so the network is piecewise linear.",
        kinks=(0.0,),
        steepest=4.0,
        formula="relu(z)",
        derivative_formula="1 - step(-z)",
        browser_value="max(0, {z})",
        browser_derivative="({z} > 0) * 1",
        slopes=(0.0, 1.0),
        homogeneous=True,
        zero_below=True,
        constructed_rate=-2.0,
        torch_function=lambda torch: torch.nn.functional.relu,
    ),
    Activation(
        name="leaky_relu",
        label="Leaky ReLU",
        value=_leaky_relu,
        derivative=_leaky_relu_derivative,
        second_derivative=zero_derivative,
        latex=r"\varphi(z) = \max(0.01\,z,\; z)",
        derivative_latex=r"\varphi'(z) = \begin{cases} 1 & z > 0 \\ 0.01 & z \le 0 \end{cases}",
        range=(-inf, inf),
        lipschitz=1,
        lesson="It is a ReLU with a small slope for z < 0, so an inactive unit still has a gradient.",
        kinks=(0.0,),
        steepest=4.0,
        formula="max(0.01 z, z)",
        derivative_formula="1 - 0.99 step(-z)",
        browser_value="max(0.01 * {z}, {z})",
        browser_derivative="max(0.01, ({z} > 0) * 1)",
        slopes=(0.01, 1.0),
        homogeneous=True,
        constructed_rate=-2.0,
        torch_function=lambda torch: torch.nn.functional.leaky_relu,
    ),
)

STEP: Final = Activation(
    name="step",
    label="Step",
    value=_step,
    derivative=zero_derivative,
    second_derivative=zero_derivative,
    latex=r"\varphi(z) = \begin{cases} 1 & z \ge 0 \\ 0 & z < 0 \end{cases}",
    derivative_latex=r"\varphi'(z) = 0 \quad (z \ne 0)",
    range=(0, 1),
    lipschitz=inf,
    lesson="Two steps make a bump, and sums of bumps approximate any continuous function.",
    kinks=(0.0,),
    untrainable=(
        "its derivative is 0 wherever it exists, so the gradient does not tell where a step should move; "
        "the sigmoid is a smooth step that can be trained"
    ),
    formula="step(z)",
    derivative_formula="0z",
    browser_value="({z} >= 0) * 1",
    browser_derivative="0",
    unit_step=True,
    constructed_rate=-1.0,
)
