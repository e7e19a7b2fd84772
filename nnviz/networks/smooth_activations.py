"""Define the smooth activations that are not polynomials, one record each."""

from math import exp, inf, log, pi, sqrt
from typing import Final

import numpy as np

from nnviz._types import FloatArray
from nnviz.expressions import erf
from nnviz.networks.activation import Activation, Out
from nnviz.networks.derivative_bounds import gaussian_bounds, gelu_bounds, sine_bounds, tanh_bounds

_BITS = 1 / log(2)  # exp(z) = 2^(z/log 2), for which NumPy needs half the time in float32
_TAIL_SCALE = 0.28
_TAIL = (0.116729211, 0.066229032, 0.271973451, -0.240670756, 0.392067785, -0.106328735)


# Φ(z) = ½ (1 + erf(z/√2)), the normal distribution
def _normal(z: FloatArray) -> FloatArray:
    normal = erf(z * sqrt(0.5))
    normal *= 0.5
    normal += 0.5
    return normal


# Φ′(z) = exp(−z²/2) / √(2π), its density
def _normal_density(z: FloatArray) -> FloatArray:
    density = -0.5 * z
    density *= z
    np.exp(density, out=density)
    density *= 1 / sqrt(2 * pi)
    return density


# φ(z) = z Φ(z)
def _gelu(z: FloatArray, out: Out = None) -> FloatArray:
    return np.multiply(z, _normal(z), out=out)


# φ′(z) = Φ(z) + z Φ′(z)
def _gelu_derivative(z: FloatArray, out: Out = None) -> FloatArray:
    return np.add(_normal(z), z * _normal_density(z), out=out)


# φ′(z) = φ(z)/z + z Φ′(z), ½ at z = 0
def _gelu_slope(z: FloatArray, a: FloatArray, out: Out = None) -> FloatArray:
    with np.errstate(invalid="ignore"):
        normal = np.divide(a, z)
    np.copyto(normal, 0.5, where=z == 0)
    density = _normal_density(z)
    density *= z
    return np.add(normal, density, out=out)


# Φ(−|z|) = exp(−z²/2) t P(t), t = 1/(1 + p|z|), the form of Hastings (Abramowitz & Stegun 1964, 7.1.26), so that both
# passes share one exponential; P fitted so that the largest error of max(1, |z|) Φ(−|z|) is least: 1.2e-8
def _gelu_together(z: FloatArray, value: FloatArray, slope: FloatArray) -> None:
    bell = np.square(z)
    bell *= -0.5 * _BITS
    np.exp2(bell, out=bell)
    t = np.abs(z)
    t *= _TAIL_SCALE
    t += 1
    np.reciprocal(t, out=t)
    tail = t * _TAIL[-1]
    for c in _TAIL[-2::-1]:
        tail += c
        tail *= t
    tail *= bell
    np.greater(z, 0, out=t, casting="unsafe")
    normal = np.abs(np.subtract(t, tail, out=tail), out=tail)
    np.multiply(z, normal, out=value)
    bell *= 1 / sqrt(2 * pi)
    bell *= z
    np.add(normal, bell, out=slope)


# φ″(z) = (2 − z²) Φ′(z)
def _gelu_second(z: FloatArray) -> FloatArray:
    return (2 - z * z) * _normal_density(z)


# φ(z) = log(1 + exp(z)) = max(0, z) + log(1 + exp(−|z|))
def _softplus(z: FloatArray, out: Out = None) -> FloatArray:
    rest = np.asarray(np.abs(z))
    np.negative(rest, out=rest)
    np.log1p(np.exp(rest, out=rest), out=rest)
    return np.asarray(np.add(np.maximum(z, 0, out=out), rest, out=out))


# φ′(z) = σ(z) = 1 − exp(−φ(z))
def _softplus_slope(_z: FloatArray, a: FloatArray, out: Out = None) -> FloatArray:
    slope = np.expm1(np.negative(a, out=out), out=out)
    return np.negative(slope, out=out)


# the same; rounding |z| / log 2 may move exp(−|z|) by |z| units in the last place: no more than one of φ(0)
def _softplus_together(z: FloatArray, value: FloatArray, slope: FloatArray) -> None:
    rest = np.abs(z)
    rest *= -_BITS
    np.log1p(np.exp2(rest, out=rest), out=rest)
    np.clip(z, 0, inf, out=value)
    value += rest
    _softplus_slope(z, value, slope)


# φ(z) = σ(z) = 1 / (1 + exp(−z)) = ½ (1 + tanh(z/2))
def _sigmoid(z: FloatArray, out: Out = None) -> FloatArray:
    tanh = np.tanh(np.multiply(z, 0.5, out=out), out=out)
    return np.multiply(np.add(tanh, 1, out=out), 0.5, out=out)


# φ′(z) = σ(z) (1 − σ(z))
def _sigmoid_derivative(z: FloatArray, out: Out = None) -> FloatArray:
    return _sigmoid_slope(z, _sigmoid(z), out)


def _sigmoid_slope(_z: FloatArray, a: FloatArray, out: Out = None) -> FloatArray:
    return np.subtract(a, a * a, out=out)


# φ″(z) = σ′(z) (1 − 2σ(z))
def _sigmoid_second(z: FloatArray) -> FloatArray:
    return _sigmoid_derivative(z) * (1 - 2 * _sigmoid(z))


# φ(z) = tanh(z)
def _tanh(z: FloatArray, out: Out = None) -> FloatArray:
    return np.tanh(z, out=out)


# φ′(z) = 1 − tanh²(z)
def _tanh_derivative(z: FloatArray, out: Out = None) -> FloatArray:
    return _tanh_slope(z, np.tanh(z), out)


def _tanh_slope(_z: FloatArray, a: FloatArray, out: Out = None) -> FloatArray:
    square = np.multiply(a, a, out=out)
    return np.subtract(1, square, out=out)


# φ″(z) = −2 tanh(z) (1 − tanh²(z))
def _tanh_second(z: FloatArray) -> FloatArray:
    return -2 * np.tanh(z) * _tanh_derivative(z)


# φ(z) = sin(z)
def _sine(z: FloatArray, out: Out = None) -> FloatArray:
    return np.sin(z, out=out)


# φ′(z) = cos(z)
def _sine_derivative(z: FloatArray, out: Out = None) -> FloatArray:
    return np.cos(z, out=out)


# φ″(z) = −sin(z)
def _sine_second(z: FloatArray) -> FloatArray:
    return -np.sin(z)


# φ(z) = exp(−z²)
def _gaussian(z: FloatArray, out: Out = None) -> FloatArray:
    return np.exp(-z * z, out=out)


# φ′(z) = −2z exp(−z²)
def _gaussian_derivative(z: FloatArray, out: Out = None) -> FloatArray:
    return _gaussian_slope(z, np.exp(-z * z), out)


def _gaussian_slope(z: FloatArray, a: FloatArray, out: Out = None) -> FloatArray:
    return np.multiply(-2 * z, a, out=out)


# φ″(z) = (4z² − 2) exp(−z²)
def _gaussian_second(z: FloatArray) -> FloatArray:
    return (4 * z * z - 2) * np.exp(-z * z)


SMOOTH_ACTIVATIONS: Final = (
    Activation(
        name="gelu",
        label="GELU",
        value=_gelu,
        derivative=_gelu_derivative,
        second_derivative=_gelu_second,
        latex=(
            r"\varphi(z) = z\,\Phi(z), \quad"
            r" \Phi(z) = \tfrac12 \left(1 + \operatorname{erf}\frac{z}{\sqrt 2}\right)"
        ),
        derivative_latex=r"\varphi'(z) = \Phi(z) + \frac{z}{\sqrt{2\pi}}\, e^{-z^2/2}",
        range=(-0.16997120747990366, inf),
        lipschitz=1.1289041451851548,
        lesson="It is a smooth ReLU that falls slightly below zero (Hendrycks & Gimpel 2016).",
        derivative_from_value=_gelu_slope,
        together=_gelu_together,
        formula="gelu(z)",
        derivative_formula="(1 + erf(z / sqrt(2))) / 2 + z exp(-z^2 / 2) / sqrt(2π)",
        browser_value="{z} * cumulativeNormal({z})",
        browser_derivative="cumulativeNormal({z}) + {z} * densityNormal({z})",
        bounds=gelu_bounds(),
        constructed_rate=-2.0,
        torch_function=lambda torch: torch.nn.functional.gelu,
    ),
    Activation(
        name="softplus",
        label="Softplus",
        value=_softplus,
        derivative=_sigmoid,
        second_derivative=_sigmoid_derivative,
        latex=r"\varphi(z) = \log\left(1 + e^z\right)",
        derivative_latex=r"\varphi'(z) = \sigma(z) = \frac{1}{1 + e^{-z}}",
        range=(0, inf),
        lipschitz=1,
        lesson="It is a smooth ReLU. Its derivative is the sigmoid.",
        derivative_from_value=_softplus_slope,
        together=_softplus_together,
        formula="softplus(z)",
        derivative_formula="sigmoid(z)",
        browser_value="max({z}, 0) + log(1 + exp(-abs({z})))",
        browser_derivative="1 / (1 + exp(-{z}))",
        bounds=tanh_bounds(0.5, 0.5, 1, steepest=1.0, most=lambda z: 0.7 + z),
        constructed_rate=-2.0,
        torch_function=lambda torch: torch.nn.functional.softplus,
    ),
    Activation(
        name="sigmoid",
        label="Sigmoid",
        value=_sigmoid,
        derivative=_sigmoid_derivative,
        second_derivative=_sigmoid_second,
        latex=r"\varphi(z) = \sigma(z) = \frac{1}{1 + e^{-z}}",
        derivative_latex=r"\varphi'(z) = \sigma(z)\,(1 - \sigma(z))",
        range=(0, 1),
        lipschitz=0.25,
        lesson="It is a smooth step. With a large weight it approaches a jump, as in Cybenko's theorem of 1989.",
        derivative_from_value=_sigmoid_slope,
        steepest=16.0,
        formula="sigmoid(z)",
        derivative_formula="sigmoid(z) (1 - sigmoid(z))",
        browser_value="1 / (1 + exp(-{z}))",
        browser_derivative="exp(-{z}) / ((1 + exp(-{z})) * (1 + exp(-{z})))",
        bounds=tanh_bounds(0.5, 0.5, 0, steepest=0.25, most=np.ones_like),
        symmetry="complement",
        constructed_rate=-1.0,
        torch_function=lambda torch: torch.sigmoid,
    ),
    Activation(
        name="tanh",
        label="Tanh",
        value=_tanh,
        derivative=_tanh_derivative,
        second_derivative=_tanh_second,
        latex=r"\varphi(z) = \tanh z = 2\sigma(2z) - 1",
        derivative_latex=r"\varphi'(z) = 1 - \tanh^2 z",
        range=(-1, 1),
        lipschitz=1,
        lesson="It is the sigmoid, scaled and centered at zero. Both activations give the same set of networks.",
        derivative_from_value=_tanh_slope,
        formula="tanh(z)",
        derivative_formula="1 - tanh(z)^2",
        browser_value="2 / (1 + exp(-2 * {z})) - 1",
        browser_derivative="1 - (2 / (1 + exp(-2 * {z})) - 1) * (2 / (1 + exp(-2 * {z})) - 1)",
        bounds=tanh_bounds(1.0, 1.0, 0, steepest=1.0, most=np.ones_like),
        symmetry="odd",
        constructed_rate=-1.0,
        torch_function=lambda torch: torch.tanh,
    ),
    Activation(
        name="sine",
        label="Sine",
        value=_sine,
        derivative=_sine_derivative,
        second_derivative=_sine_second,
        latex=r"\varphi(z) = \sin z",
        derivative_latex=r"\varphi'(z) = \cos z",
        range=(-1, 1),
        lipschitz=1,
        lesson="Each unit is a wave, and its weight is the frequency. Training changes these frequencies.",
        steepest=16.0,
        formula="sin(z)",
        derivative_formula="cos(z)",
        browser_value="sin({z})",
        browser_derivative="cos({z})",
        bounds=sine_bounds(),
        symmetry="odd",
        period=2 * pi,
        torch_function=lambda torch: torch.sin,
    ),
    Activation(
        name="gaussian",
        label="Gaussian",
        value=_gaussian,
        derivative=_gaussian_derivative,
        second_derivative=_gaussian_second,
        latex=r"\varphi(z) = e^{-z^2}",
        derivative_latex=r"\varphi'(z) = -2z\, e^{-z^2}",
        range=(0, 1),
        lipschitz=sqrt(2) * exp(-0.5),
        lesson="Each unit is one bump. Its weight w sets the width, and its center is −b/w.",
        derivative_from_value=_gaussian_slope,
        formula="exp(-z^2)",
        derivative_formula="-2z exp(-z^2)",
        browser_value="exp(-{z} * {z})",
        browser_derivative="-2 * {z} * exp(-{z} * {z})",
        bounds=gaussian_bounds(),
        symmetry="even",
        torch_function=lambda torch: lambda z: torch.exp(-z * z),
    ),
)
