"""Activations: the curve with which every hidden unit bends its input. Value and derivatives side by side.

z is an array of floats, and float32 stays float32. ``out`` is as in NumPy: the array that takes the result, z
itself if you like. At a kink the derivatives are those of the piece on the left (torch's choice).

Which of them can approximate every continuous function: Leshno, Lin, Pinkus & Schocken 1993, Theorem 1, for φ
locally bounded and piecewise continuous: if and only if φ is not a polynomial.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import exp, inf, log, pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.functions import erf

Array = NDArray[np.floating[Any]]
Out = Array | None
_BITS = 1 / log(2)  # exp(z) = 2^(z/log 2), for which NumPy needs half the time in float32
_TAIL_SCALE = 0.28
_TAIL = (0.116729211, 0.066229032, 0.271973451, -0.240670756, 0.392067785, -0.106328735)


@dataclass(frozen=True, eq=False)
class Activation:
    """One activation φ, unit by unit: arrays in, arrays of the same shape out.

    ``range`` is (inf φ, sup φ). ``lipschitz`` is sup |φ′|, inf if there is none. ``kinks`` are the z where φ is
    not smooth. ``degree`` is that of the polynomial, None if φ is not one. ``untrainable`` says why gradient
    descent cannot train it, empty if it can. ``steepest`` is the largest hidden weight that training begins
    with, where the inputs fill [-1, 1]. ``derivative_from_value(z, φ(z))`` is φ′(z) for less work, if there is;
    ``together(z, value, slope)`` fills both arrays for less work still, in float32.
    """

    name: str
    label: str
    value: Callable[..., Array]
    derivative: Callable[..., Array]
    second_derivative: Callable[[Array], Array]
    latex: str
    derivative_latex: str
    range: tuple[float, float]
    lipschitz: float
    lesson: str
    kinks: tuple[float, ...] = ()
    degree: int | None = None
    untrainable: str = ""
    steepest: float = 8.0
    derivative_from_value: Callable[..., Array] | None = None
    together: Callable[[Array, Array, Array], None] | None = None

    def slope(self, z: Array, a: Array, out: Out = None) -> Array:
        """φ′(z) where a = φ(z) is known already."""
        if self.derivative_from_value is None:
            return self.derivative(z, out)
        return self.derivative_from_value(z, a, out)

    def value_and_slope(self, z: Array, value: Array, slope: Array) -> None:
        """Fill φ(z) and φ′(z), as near to them as the type of z allows; ``slope`` may be z itself."""
        if self.together is not None and z.dtype == np.float32:
            self.together(z, value, slope)
        else:
            self.slope(z, self.value(z, value), slope)

    @property
    def smooth(self) -> bool:
        """Whether φ has neither a kink nor a jump."""
        return not self.kinks

    @property
    def trainable(self) -> bool:
        """Whether its derivative tells gradient descent anything."""
        return not self.untrainable

    @property
    def universal(self) -> bool:
        """Whether wide enough networks approximate every continuous function."""
        return self.degree is None

    @property
    def reason(self) -> str:
        """Why it is universal or not, for the reader."""
        source = "(Leshno, Lin, Pinkus & Schocken 1993)"
        if self.degree is None:
            return (
                "It is not a polynomial. So for every continuous function on a closed interval or box, and for "
                f"every ε > 0, some network of such units stays within ε {source}."
            )
        curve = {1: "straight line", 2: "parabola", 3: "cubic"}[self.degree]
        return (
            f"It is a polynomial of degree {self.degree}. However many of its units are added up, the result is "
            f"one {curve}: with one input the hidden layer has rank {self.degree + 1} at most {source}."
        )


# φ(z) = max(0, z)
def _relu(z: Array, out: Out = None) -> Array:
    return np.maximum(z, 0, out=out)


# φ′(z) = 1 where z > 0, else 0
def _relu_derivative(z: Array, out: Out = None) -> Array:
    return np.multiply(z > 0, z.dtype.type(1), out=out)


# φ″(z) = 0 for every φ made of straight pieces
def _straight(z: Array, out: Out = None) -> Array:
    return np.multiply(z, 0, out=out)


# φ(z) = max(αz, z) with α = 0.01
def _leaky_relu(z: Array, out: Out = None) -> Array:
    return np.asarray(np.maximum(0.01 * z, z, out=out))


# φ′(z) = 1 where z > 0, else α
def _leaky_relu_derivative(z: Array, out: Out = None) -> Array:
    return np.asarray(np.maximum(z > 0, z.dtype.type(0.01), out=out))


# Φ(z) = ½ (1 + erf(z/√2)), the normal distribution
def _normal(z: Array) -> Array:
    normal = erf(z * sqrt(0.5))
    normal *= 0.5
    normal += 0.5
    return normal


# Φ′(z) = exp(−z²/2) / √(2π), its density
def _normal_density(z: Array) -> Array:
    density = -0.5 * z
    density *= z
    np.exp(density, out=density)
    density *= 1 / sqrt(2 * pi)
    return density


# φ(z) = z Φ(z)
def _gelu(z: Array, out: Out = None) -> Array:
    return np.multiply(z, _normal(z), out=out)


# φ′(z) = Φ(z) + z Φ′(z)
def _gelu_derivative(z: Array, out: Out = None) -> Array:
    return np.add(_normal(z), z * _normal_density(z), out=out)


# φ′(z) = φ(z)/z + z Φ′(z), ½ at z = 0
def _gelu_slope(z: Array, a: Array, out: Out = None) -> Array:
    with np.errstate(invalid="ignore"):
        normal = np.divide(a, z)
    np.copyto(normal, 0.5, where=z == 0)
    density = _normal_density(z)
    density *= z
    return np.add(normal, density, out=out)


# Φ(−|z|) = exp(−z²/2) t P(t), t = 1/(1 + p|z|), the form of Hastings (Abramowitz & Stegun 1964, 7.1.26), so that both
# passes share one exponential; P fitted so that the largest error of max(1, |z|) Φ(−|z|) is least: 1.2e-8
def _gelu_together(z: Array, value: Array, slope: Array) -> None:
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
def _gelu_second(z: Array) -> Array:
    return (2 - z * z) * _normal_density(z)


# φ(z) = log(1 + exp(z)) = max(0, z) + log(1 + exp(−|z|))
def _softplus(z: Array, out: Out = None) -> Array:
    rest = np.asarray(np.abs(z))
    np.negative(rest, out=rest)
    np.log1p(np.exp(rest, out=rest), out=rest)
    return np.asarray(np.add(np.maximum(z, 0, out=out), rest, out=out))


# φ′(z) = σ(z) = 1 − exp(−φ(z))
def _softplus_slope(_z: Array, a: Array, out: Out = None) -> Array:
    slope = np.expm1(np.negative(a, out=out), out=out)
    return np.negative(slope, out=out)


# the same; rounding |z| / log 2 may move exp(−|z|) by |z| units in the last place: no more than one of φ(0)
def _softplus_together(z: Array, value: Array, slope: Array) -> None:
    rest = np.abs(z)
    rest *= -_BITS
    np.log1p(np.exp2(rest, out=rest), out=rest)
    np.clip(z, 0, inf, out=value)
    value += rest
    _softplus_slope(z, value, slope)


# φ(z) = σ(z) = 1 / (1 + exp(−z)) = ½ (1 + tanh(z/2))
def _sigmoid(z: Array, out: Out = None) -> Array:
    tanh = np.tanh(np.multiply(z, 0.5, out=out), out=out)
    return np.multiply(np.add(tanh, 1, out=out), 0.5, out=out)


# φ′(z) = σ(z) (1 − σ(z))
def _sigmoid_derivative(z: Array, out: Out = None) -> Array:
    return _sigmoid_slope(z, _sigmoid(z), out)


def _sigmoid_slope(_z: Array, a: Array, out: Out = None) -> Array:
    return np.subtract(a, a * a, out=out)


# φ″(z) = σ′(z) (1 − 2σ(z))
def _sigmoid_second(z: Array) -> Array:
    return _sigmoid_derivative(z) * (1 - 2 * _sigmoid(z))


# φ(z) = tanh(z)
def _tanh(z: Array, out: Out = None) -> Array:
    return np.tanh(z, out=out)


# φ′(z) = 1 − tanh²(z)
def _tanh_derivative(z: Array, out: Out = None) -> Array:
    return _tanh_slope(z, np.tanh(z), out)


def _tanh_slope(_z: Array, a: Array, out: Out = None) -> Array:
    square = np.multiply(a, a, out=out)
    return np.subtract(1, square, out=out)


# φ″(z) = −2 tanh(z) (1 − tanh²(z))
def _tanh_second(z: Array) -> Array:
    return -2 * np.tanh(z) * _tanh_derivative(z)


# φ(z) = sin(z)
def _sine(z: Array, out: Out = None) -> Array:
    return np.sin(z, out=out)


# φ′(z) = cos(z)
def _sine_derivative(z: Array, out: Out = None) -> Array:
    return np.cos(z, out=out)


# φ″(z) = −sin(z)
def _sine_second(z: Array) -> Array:
    return -np.sin(z)


# φ(z) = exp(−z²)
def _gaussian(z: Array, out: Out = None) -> Array:
    return np.exp(-z * z, out=out)


# φ′(z) = −2z exp(−z²)
def _gaussian_derivative(z: Array, out: Out = None) -> Array:
    return _gaussian_slope(z, np.exp(-z * z), out)


def _gaussian_slope(z: Array, a: Array, out: Out = None) -> Array:
    return np.multiply(-2 * z, a, out=out)


# φ″(z) = (4z² − 2) exp(−z²)
def _gaussian_second(z: Array) -> Array:
    return (4 * z * z - 2) * np.exp(-z * z)


# φ(z) = 1 where z ≥ 0, else 0
def _step(z: Array, out: Out = None) -> Array:
    return np.multiply(z >= 0, z.dtype.type(1), out=out)


# φ(z) = z
def _linear(z: Array, out: Out = None) -> Array:
    return np.positive(z, out=out)


# φ′(z) = 1
def _linear_derivative(z: Array, out: Out = None) -> Array:
    return np.add(0 * z, 1, out=out)


# φ(z) = z²
def _square(z: Array, out: Out = None) -> Array:
    return np.multiply(z, z, out=out)


# φ′(z) = 2z
def _square_derivative(z: Array, out: Out = None) -> Array:
    return np.multiply(z, 2, out=out)


# φ″(z) = 2
def _square_second(z: Array) -> Array:
    return np.full_like(z, 2)


# φ(z) = z³
def _cube(z: Array, out: Out = None) -> Array:
    return np.multiply(z * z, z, out=out)


# φ′(z) = 3z²
def _cube_derivative(z: Array, out: Out = None) -> Array:
    return np.multiply(3 * z, z, out=out)


# φ″(z) = 6z
def _cube_second(z: Array) -> Array:
    return 6 * z


_REGISTERED = (
    Activation(
        name="relu",
        label="ReLU",
        value=_relu,
        derivative=_relu_derivative,
        second_derivative=_straight,
        latex=r"\varphi(z) = \max(0, z)",
        derivative_latex=r"\varphi'(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}",
        range=(0, inf),
        lipschitz=1,
        lesson="Each unit adds one kink: the network is a chain of straight pieces.",
        kinks=(0.0,),
        steepest=4.0,
    ),
    Activation(
        name="leaky_relu",
        label="Leaky ReLU",
        value=_leaky_relu,
        derivative=_leaky_relu_derivative,
        second_derivative=_straight,
        latex=r"\varphi(z) = \max(0.01\,z,\; z)",
        derivative_latex=r"\varphi'(z) = \begin{cases} 1 & z > 0 \\ 0.01 & z \le 0 \end{cases}",
        range=(-inf, inf),
        lipschitz=1,
        lesson="A ReLU with a small slope on its dead side, so a unit that is off can still learn.",
        kinks=(0.0,),
        steepest=4.0,
    ),
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
        lesson="A ReLU with its corner rounded off, dipping just below zero (Hendrycks & Gimpel 2016).",
        derivative_from_value=_gelu_slope,
        together=_gelu_together,
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
        lesson="A ReLU made smooth: its slope is the sigmoid.",
        derivative_from_value=_softplus_slope,
        together=_softplus_together,
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
        lesson="A soft step: make its weight large and it becomes the staircase of Cybenko's 1989 theorem.",
        derivative_from_value=_sigmoid_slope,
        steepest=16.0,
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
        lesson="The sigmoid centred at zero: the same networks by rescaling, but easier to train.",
        derivative_from_value=_tanh_slope,
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
        lesson="Each unit is a wave, its weight the frequency: a Fourier series that learns its frequencies.",
        steepest=16.0,
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
        lesson="Each unit is one bump: its weight sets how narrow, its bias where.",
        derivative_from_value=_gaussian_slope,
    ),
    Activation(
        name="step",
        label="Step",
        value=_step,
        derivative=_straight,
        second_derivative=_straight,
        latex=r"\varphi(z) = \begin{cases} 1 & z \ge 0 \\ 0 & z < 0 \end{cases}",
        derivative_latex=r"\varphi'(z) = 0 \quad (z \ne 0)",
        range=(0, 1),
        lipschitz=inf,
        lesson="Two steps make a block, and blocks can be stacked under any curve: the theorem by hand.",
        kinks=(0.0,),
        untrainable=(
            "its derivative is 0 wherever it has one, so the gradient cannot say where a step should move; "
            "sigmoid is the soft step that can be trained"
        ),
    ),
    Activation(
        name="linear",
        label="Linear",
        value=_linear,
        derivative=_linear_derivative,
        second_derivative=_straight,
        latex=r"\varphi(z) = z",
        derivative_latex=r"\varphi'(z) = 1",
        range=(-inf, inf),
        lipschitz=1,
        lesson="Straight lines added up are a straight line: without a bend, width buys nothing.",
        degree=1,
        steepest=1.0,
    ),
    Activation(
        name="square",
        label="Square",
        value=_square,
        derivative=_square_derivative,
        second_derivative=_square_second,
        latex=r"\varphi(z) = z^2",
        derivative_latex=r"\varphi'(z) = 2z",
        range=(0, inf),
        lipschitz=inf,
        lesson="Parabolas added up are a parabola: two units reach all that any number of them can.",
        degree=2,
        steepest=1.0,
    ),
    Activation(
        name="cube",
        label="Cube",
        value=_cube,
        derivative=_cube_derivative,
        second_derivative=_cube_second,
        latex=r"\varphi(z) = z^3",
        derivative_latex=r"\varphi'(z) = 3z^2",
        range=(-inf, inf),
        lipschitz=inf,
        lesson="Cubics added up are a cubic: a bend is not enough, it must not be a polynomial.",
        degree=3,
        steepest=1.0,
    ),
)
ACTIVATIONS: Mapping[str, Activation] = {activation.name: activation for activation in _REGISTERED}
