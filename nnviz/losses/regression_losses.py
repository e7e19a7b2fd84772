"""Define the regression losses, one record each: functions of the error e = ŷ − y.

At a kink the derivative is 0 (a subgradient; torch's choice for the absolute loss) and so is the curvature.
"""

from math import inf, log
from typing import Final

import numpy as np

from nnviz._types import FloatArray
from nnviz.losses.hyperparameters import Hyperparameter
from nnviz.losses.loss import Formulas, Loss


# ℓ = e²
def _squared(prediction: FloatArray, target: FloatArray) -> FloatArray:
    return np.square(prediction - target)


# ℓ′ = 2e
def _squared_derivative(prediction: FloatArray, target: FloatArray) -> FloatArray:
    return 2 * (prediction - target)


# ℓ″ = 2
def _squared_curvature(prediction: FloatArray, target: FloatArray) -> FloatArray:
    return np.full_like(prediction - target, 2)


# ℓ = |e|
def _absolute(prediction: FloatArray, target: FloatArray) -> FloatArray:
    return np.abs(prediction - target)


# ℓ′ = sign(e), 0 at e = 0
def _absolute_derivative(prediction: FloatArray, target: FloatArray) -> FloatArray:
    return np.sign(prediction - target)


# ℓ″ = 0, for every loss made of straight pieces
def _straight(prediction: FloatArray, target: FloatArray, **_settings: float) -> FloatArray:
    return np.zeros_like(prediction - target)


# ℓ = ½ e² where |e| ≤ δ, δ (|e| − ½ δ) beyond
def _huber(prediction: FloatArray, target: FloatArray, delta: float) -> FloatArray:
    size = np.abs(prediction - target)
    inside = np.minimum(size, delta)
    return inside * (size - 0.5 * inside)


# ℓ′ = e where |e| ≤ δ, δ sign(e) beyond
def _huber_derivative(prediction: FloatArray, target: FloatArray, delta: float) -> FloatArray:
    return np.clip(prediction - target, -delta, delta)


# ℓ″ = 1 where |e| ≤ δ, 0 beyond
def _huber_curvature(prediction: FloatArray, target: FloatArray, delta: float) -> FloatArray:
    error = prediction - target
    return (np.abs(error) <= delta).astype(error.dtype)


# ℓ = log cosh e = |e| + log(½ (1 + exp(−2|e|)))
def _log_cosh(prediction: FloatArray, target: FloatArray) -> FloatArray:
    size = np.abs(prediction - target)
    return np.asarray(size + np.log1p(np.expm1(-2 * size) / 2))


# ℓ′ = tanh e
def _log_cosh_derivative(prediction: FloatArray, target: FloatArray) -> FloatArray:
    return np.tanh(prediction - target)


# ℓ″ = 1 / cosh² e = 4 u / (1 + u)² with u = exp(−2|e|)
def _log_cosh_curvature(prediction: FloatArray, target: FloatArray) -> FloatArray:
    u = np.exp(-2 * np.abs(prediction - target))
    return np.asarray(4 * u / (1 + u) ** 2)


# ℓ = (1 − τ) e where e > 0 (predicted too high), −τ e where e < 0 (too low)
def _quantile(prediction: FloatArray, target: FloatArray, tau: float) -> FloatArray:
    error = prediction - target
    return np.maximum((1 - tau) * error, -tau * error)


# ℓ′ = 1 − τ where e > 0, −τ where e < 0, 0 at e = 0
def _quantile_derivative(prediction: FloatArray, target: FloatArray, tau: float) -> FloatArray:
    sign = np.sign(prediction - target)
    return (0.5 - tau) * np.abs(sign) + 0.5 * sign


# ℓ = c²/6 (1 − (1 − (e/c)²)³) where |e| ≤ c, c²/6 beyond
def _tukey(prediction: FloatArray, target: FloatArray, c: float) -> FloatArray:
    u = np.clip((prediction - target) / c, -1, 1)
    return np.asarray(c**2 / 6 * (1 - (1 - u**2) ** 3))


# ℓ′ = e (1 − (e/c)²)² where |e| ≤ c, 0 beyond
def _tukey_derivative(prediction: FloatArray, target: FloatArray, c: float) -> FloatArray:
    u = np.clip((prediction - target) / c, -1, 1)
    return c * u * np.square(1 - u**2)


# ℓ″ = (1 − (e/c)²) (1 − 5 (e/c)²) where |e| ≤ c, 0 beyond
def _tukey_curvature(prediction: FloatArray, target: FloatArray, c: float) -> FloatArray:
    u = np.clip((prediction - target) / c, -1, 1)
    return (1 - u**2) * (1 - 5 * u**2)


REGRESSION_LOSSES: Final = (
    Loss(
        name="squared",
        label="Squared",
        task="regression",
        formulas=Formulas(_squared, _squared_derivative, _squared_curvature),
        latex=r"\ell = e^2, \quad e = \hat y - y",
        derivative_latex=r"\frac{\partial \ell}{\partial \hat y} = 2e",
        estimates="the mean",
        lesson="Doubling the error quadruples the loss, so a single outlier can change the whole line.",
        source="e**2",
        weight_source="2 + 0 * e",
    ),
    Loss(
        name="absolute",
        label="Absolute",
        task="regression",
        formulas=Formulas(_absolute, _absolute_derivative, _straight),
        latex=r"\ell = |e|, \quad e = \hat y - y",
        derivative_latex=(
            r"\frac{\partial \ell}{\partial \hat y} = \operatorname{sign}(e)"
            r" \quad (0 \text{ at the kink } e = 0)"
        ),
        estimates="the median",
        lesson="Every point has the same influence, however large its error. Only the sign of the error counts.",
        source="abs(e)",
        quantile_level=lambda _: 0.5,
    ),
    Loss(
        name="huber",
        label="Huber",
        task="regression",
        formulas=Formulas(_huber, _huber_derivative, _huber_curvature),
        latex=(
            r"\ell = \begin{cases} \tfrac12 e^2 & |e| \le \delta \\"
            r" \delta\,(|e| - \tfrac12 \delta) & |e| > \delta \end{cases}, \quad e = \hat y - y"
        ),
        derivative_latex=(
            r"\frac{\partial \ell}{\partial \hat y} = \begin{cases} e & |e| \le \delta \\"
            r" \delta \operatorname{sign}(e) & |e| > \delta \end{cases}"
        ),
        estimates="a center of the numbers, in which far numbers count less than in the mean",
        lesson="The loss is a parabola for small errors and linear beyond δ. No point has a derivative larger than δ.",
        source="{lib}.where(abs(e) <= {delta}, e**2 / 2, {delta} * (abs(e) - {delta} / 2))",
        weight_source="{delta} / np.maximum(abs(e), {delta})",
        hyperparameters={
            "delta": Hyperparameter(
                default=1.0, low=0, high=inf, meaning="the error beyond which the loss grows linearly"
            )
        },
    ),
    Loss(
        name="log_cosh",
        label="Log-cosh",
        task="regression",
        formulas=Formulas(_log_cosh, _log_cosh_derivative, _log_cosh_curvature),
        latex=r"\ell = \log \cosh e, \quad e = \hat y - y",
        derivative_latex=r"\frac{\partial \ell}{\partial \hat y} = \tanh e",
        estimates="a center of the numbers, in which far numbers count less than in the mean",
        lesson="The loss is close to ½e² for small errors and to |e| − log 2 for large ones. It is smooth everywhere.",
        source=f"abs(e) + {{lib}}.log1p({{lib}}.exp(-2 * abs(e))) - {log(2)}",
        weight_source="np.tanh(e) / np.where(e == 0, 1, e) + (e == 0)",
    ),
    Loss(
        name="quantile",
        label="Quantile (pinball)",
        task="regression",
        formulas=Formulas(_quantile, _quantile_derivative, _straight),
        latex=(
            r"\ell = \begin{cases} (1 - \tau)\, e & e \ge 0 \\ -\tau\, e & e < 0 \end{cases},"
            r" \quad e = \hat y - y"
        ),
        derivative_latex=(
            r"\frac{\partial \ell}{\partial \hat y} = \begin{cases} 1 - \tau & e > 0 \\ -\tau & e < 0"
            r" \end{cases} \quad (0 \text{ at the kink } e = 0)"
        ),
        estimates="the τ-quantile",
        lesson="A prediction that is too low costs τ per unit, and one that is too high costs 1 − τ. "
        "So about the share τ of the points lies below the fit.",
        source="{lib}.maximum((1 - {tau}) * e, -{tau} * e)",
        quantile_level=lambda settings: settings["tau"],
        hyperparameters={
            "tau": Hyperparameter(
                default=0.9, low=0, high=1, meaning="the share of the points that should lie below"
            )
        },
    ),
    Loss(
        name="tukey",
        label="Tukey (biweight)",
        task="regression",
        formulas=Formulas(_tukey, _tukey_derivative, _tukey_curvature),
        latex=(
            r"\ell = \begin{cases} \tfrac{c^2}{6} \left(1 - \left(1 - (e/c)^2\right)^3\right) & |e| \le c \\"
            r" \tfrac{c^2}{6} & |e| > c \end{cases}, \quad e = \hat y - y"
        ),
        derivative_latex=(
            r"\frac{\partial \ell}{\partial \hat y} = \begin{cases} e \left(1 - (e/c)^2\right)^2 & |e| \le c"
            r" \\ 0 & |e| > c \end{cases}"
        ),
        estimates="the center of the densest group of points, where points farther than c have no influence",
        lesson="A point with an error beyond c has no influence. In return, the loss is not convex.",
        source="{c}**2 / 6 * (1 - {lib}.maximum(1 - (e / {c})**2, 0 * e)**3)",
        weight_source="np.maximum(1 - (e / {c})**2, 0)**2",
        hyperparameters={
            "c": Hyperparameter(
                default=4.685, low=0, high=inf, meaning="the error beyond which a point has no influence"
            )
        },
        convex=False,
    ),
)
