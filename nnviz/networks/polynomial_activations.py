"""Define the activations that are polynomials, one record each: networks of them are not universal."""

from math import inf
from typing import Final

import numpy as np

from nnviz._types import FloatArray
from nnviz.networks.activation import Activation, Out, zero_derivative
from nnviz.networks.derivative_bounds import power_bounds


# φ(z) = z
def _linear(z: FloatArray, out: Out = None) -> FloatArray:
    return np.positive(z, out=out)


# φ′(z) = 1
def _linear_derivative(z: FloatArray, out: Out = None) -> FloatArray:
    return np.add(0 * z, 1, out=out)


# φ(z) = z²
def _square(z: FloatArray, out: Out = None) -> FloatArray:
    return np.multiply(z, z, out=out)


# φ′(z) = 2z
def _square_derivative(z: FloatArray, out: Out = None) -> FloatArray:
    return np.multiply(z, 2, out=out)


# φ″(z) = 2
def _square_second(z: FloatArray) -> FloatArray:
    return np.full_like(z, 2)


# φ(z) = z³
def _cube(z: FloatArray, out: Out = None) -> FloatArray:
    return np.multiply(z * z, z, out=out)


# φ′(z) = 3z²
def _cube_derivative(z: FloatArray, out: Out = None) -> FloatArray:
    return np.multiply(3 * z, z, out=out)


# φ″(z) = 6z
def _cube_second(z: FloatArray) -> FloatArray:
    return 6 * z


POLYNOMIAL_ACTIVATIONS: Final = (
    Activation(
        name="linear",
        label="Linear",
        value=_linear,
        derivative=_linear_derivative,
        second_derivative=zero_derivative,
        latex=r"\varphi(z) = z",
        derivative_latex=r"\varphi'(z) = 1",
        range=(-inf, inf),
        lipschitz=1,
        lesson="A sum of linear functions is linear, so more units do not help.",
        degree=1,
        steepest=1.0,
        formula="z",
        derivative_formula="1 + 0z",
        browser_value="1 * {z}",
        browser_derivative="1",
        bounds=power_bounds(1),
        symmetry="odd",
        homogeneous=True,
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
        lesson="A sum of parabolas is a parabola, so two units can represent what any number of them can.",
        degree=2,
        steepest=1.0,
        formula="z^2",
        derivative_formula="2z",
        browser_value="{z} * {z}",
        browser_derivative="2 * {z}",
        bounds=power_bounds(2),
        symmetry="even",
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
        lesson="A sum of cubics is a cubic. An activation must be nonlinear, and it must not be a polynomial.",
        degree=3,
        steepest=1.0,
        formula="z^3",
        derivative_formula="3z^2",
        browser_value="{z} * {z} * {z}",
        browser_derivative="3 * {z} * {z}",
        bounds=power_bounds(3),
        symmetry="odd",
    ),
)
