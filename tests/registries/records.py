"""Hold a loss, an optimizer and an activation that are added at run time, and read the pages that show them."""

import math
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from nnviz._types import Array
from nnviz.losses.hyperparameters import Hyperparameter
from nnviz.losses.loss import Formulas, Loss
from nnviz.networks.activation import Activation
from nnviz.optimization.optimizer import NoMemory, Optimizer, no_memory

Z = np.linspace(-6, 6, 241)


# ℓ = c²/2 log(1 + (e/c)²)
def _cauchy(prediction: Array, target: Array, c: float) -> Array:
    return c**2 / 2 * np.log1p(((prediction - target) / c) ** 2)


# ℓ′ = e / (1 + (e/c)²)
def _cauchy_derivative(prediction: Array, target: Array, c: float) -> Array:
    error = prediction - target
    return error / (1 + (error / c) ** 2)


# ℓ″ = (1 − (e/c)²) / (1 + (e/c)²)²
def _cauchy_curvature(prediction: Array, target: Array, c: float) -> Array:
    square = ((prediction - target) / c) ** 2
    return (1 - square) / (1 + square) ** 2


CAUCHY = Loss(
    name="cauchy",
    label="Cauchy",
    task="regression",
    formulas=Formulas(_cauchy, _cauchy_derivative, _cauchy_curvature),
    latex=r"\ell = \tfrac{c^2}{2} \log\left(1 + (e/c)^2\right), \quad e = \hat y - y",
    derivative_latex=r"\frac{\partial \ell}{\partial \hat y} = \frac{e}{1 + (e/c)^2}",
    estimates="a value near the densest group of points",
    lesson="The derivative falls to zero for large errors, so an outlier has little influence.",
    hyperparameters={
        "c": Hyperparameter(
            default=1.0, low=0, high=math.inf, meaning="the error with the largest derivative"
        )
    },
    convex=False,
    source="{c}**2 / 2 * {lib}.log1p((e / {c})**2)",
    weight_source="1 / (1 + (e / {c})**2)",
)


# θ ← θ − η sign(g)
def _sign_descent(
    gradient: Array, state: NoMemory, parameters: Array, learning_rate: float
) -> tuple[Array, NoMemory]:
    return parameters - learning_rate * np.sign(gradient), state


SIGN_DESCENT = Optimizer(
    name="sign_descent",
    label="Sign descent",
    init=no_memory,
    update=_sign_descent,
    latex=r"\theta \leftarrow \theta - \eta\, \operatorname{sign}(g)",
    lesson="Each coordinate moves by the learning rate, whatever the size of its gradient.",
    numpy_step="p = p - eta[k] * np.sign(g)",
    stride=0.01,
)

ARCTAN = Activation(
    name="arctan",
    label="Arctan",
    value=lambda z, out=None: np.arctan(z, out=out),
    derivative=lambda z, out=None: np.divide(1, 1 + z * z, out=out),
    second_derivative=lambda z: -2 * z / (1 + z * z) ** 2,
    latex=r"\varphi(z) = \arctan z",
    derivative_latex=r"\varphi'(z) = \frac{1}{1 + z^2}",
    range=(-math.pi / 2, math.pi / 2),
    lipschitz=1,
    lesson="A smooth step that approaches its limits slowly.",
    formula="arctan(z)",
    derivative_formula="1 / (1 + z^2)",
    browser_value="atan({z})",
    browser_derivative="1 / (1 + {z} * {z})",
    second_bound=0.65,  # 3√3/8 = 0.6495…, at z = 1/√3
    third_bound=2,  # at z = 0
    symmetry="odd",
)


def run(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(code, names)
    return names


def pictures(app: AppTest) -> list[str]:
    """The specifications of the charts on the page, as text."""
    return [chart.proto.spec for chart in app.get("vega_lite_chart")]


def words(app: AppTest) -> str:
    return "\n".join(text.value for kind in (app.markdown, app.caption, app.latex) for text in kind)
