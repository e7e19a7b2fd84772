"""Place hidden units before a fit: by the second derivative of the target, as waves, or as ridges.

Layers are placed in the units u of [-1, 1]^d, with x = x_middle + x_half u and r = (y − y_middle) / y_half.
"""

from collections.abc import Hashable
from itertools import product
from math import pi, sqrt
from typing import NamedTuple, Protocol

import numpy as np

from nnviz._types import Array, Function
from nnviz.approximation.domains import finite_values
from nnviz.networks import ACTIVATIONS

_U = np.linspace(-1, 1, 2**11 + 1)
_GOLDEN = (sqrt(5) - 1) / 2
_FEWEST_OF_A_SIDE = 25  # points of a square for the fit
_PLASTIC = 1.324717957244746  # p³ = p + 1; the multiples of 1/p and 1/p² modulo 1 fill a square evenly


class Frame(NamedTuple):
    """A target on K, with the middle and half the length of each side of K, (d,), and of the range of the target."""

    f: Function
    x_middle: Array
    x_half: Array
    y_middle: float
    y_half: float
    samples: Array  # r at evenly spaced u
    computed: dict[Hashable, Array]  # the curvatures and masses that placements have computed so far

    def x(self, u: Array) -> Array:
        """Return the points of K, (m, d), for u (m, d)."""
        return self.x_middle + self.x_half * u

    def curvatures(self, *, every_scale: bool) -> Array:
        """Return the curvature of a target with one input at evenly spaced u, on the finest scale or on all scales."""
        if every_scale not in self.computed:
            self.computed[every_scale] = curvature(self.samples, every_scale=every_scale)
        return self.computed[every_scale]

    def at(self, x: Array) -> Array:
        """Return the target in the units r, (m,), at points x (m, d) of K; ValueError if it is not finite there."""
        return (values(self.f, x) - self.y_middle) / self.y_half


class Layer(NamedTuple):
    """A hidden layer zⱼ = wⱼ·u + bⱼ, with points u for its fit and for its check."""

    weights: Array  # (N, d)
    biases: Array  # (N,)
    fit: Array  # (m, d)
    check: Array  # (M, d)


class Placement(Protocol):
    """A method that places N units."""

    def units(self, frame: Frame, width: int, /) -> tuple[Array, Array]:
        """Return the weights (N, d) and the biases (N,) of the hidden layer for a target."""

    def layer(self, frame: Frame, width: int, /) -> Layer:
        """Return the hidden layer for a target, with its points."""


def make_frame(f: Function, low: Array, high: Array) -> Frame:
    """Return the frame of a target on the box with the corners low and high, (d,); ValueError if it is not finite."""
    side = _U if len(low) == 1 else np.linspace(-1, 1, 41)
    middle, half = low / 2 + high / 2, high / 2 - low / 2
    y = values(f, middle + half * np.array(list(product(side, repeat=len(low)))))
    y_middle, y_half = y.min() / 2 + y.max() / 2, y.max() / 2 - y.min() / 2 or 1.0
    return Frame(f, middle, half, float(y_middle), float(y_half), (y - y_middle) / y_half, {})


def values(f: Function, x: Array) -> Array:
    """Return the values (m,) of f at points (m, d), passed as (m,) if d = 1; ValueError if one is not finite."""
    return finite_values(f, x[:, 0] if x.shape[1] == 1 else x)


def placements(activation: str, inputs: int) -> list[Placement]:
    """Return the placements to try for an activation."""
    known = ACTIVATIONS[activation]
    if known.period is not None:
        return [Waves(stretch, known.period / (2 * pi)) for stretch in (1.1, 1.3, 1.6, 2.0, 3.0)]
    scale_free = known.degree is not None or bool(known.kinks)
    if inputs == 2:
        steep = (1.0,) if scale_free else (0.7, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
        families = (2, 4, 6, 8, 12, 16) if known.kinks else ()
        return [*(Ridges(k) for k in steep), *(ParallelRidges(k) for k in families)]
    if scale_free:
        return [EvenlySpaced()]
    stretch = _breadth(activation) / _breadth("tanh")
    return [way._replace(steepness=stretch * way.steepness) for way in _DENSITIES]


class Density(NamedTuple):
    """N centers on a line at the quantiles of a density: a uniform part, and a part proportional to |f″|^power.

    f″ is measured on the finest scale, or on the scale on which it is largest, as for kinks and jumps.
    """

    power: float
    uniform: float
    outside: int  # centers outside of each end of K, at most a third of the width
    steepness: float  # the weight of a unit times its distance from the next
    averaged: bool = False  # over neighboring points, so that waves have as many centers at their zeros
    every_scale: bool = False

    def layer(self, frame: Frame, width: int) -> Layer:
        """Return the units with more points where they are closer."""
        mass = self._mass(frame)
        fit = np.append(_quantiles(mass, np.linspace(0, 1, 6 * width + 1)), -np.cos(np.linspace(0, pi, 100)))
        check = np.append(_quantiles(mass, _middles(14 * width)), np.linspace(-1, 1, 401))
        return Layer(*self.units(frame, width), fit[:, None], check[:, None])

    def units(self, frame: Frame, width: int) -> tuple[Array, Array]:
        """Return units zⱼ = steepness (u − cⱼ) / gapⱼ."""
        centers = self._centers(self._mass(frame), width)
        slopes = self.steepness / (np.gradient(centers) if width > 1 else np.ones(1))
        return slopes[:, None], -slopes * centers

    def _mass(self, frame: Frame) -> Array:
        """Return the fraction of the centers to the left of each evenly spaced u, from 0 to 1."""
        key = (self.every_scale, self.power, self.uniform, self.averaged)
        if key not in frame.computed:
            frame.computed[key] = self._computed_mass(frame.curvatures(every_scale=self.every_scale))
        return frame.computed[key]

    def _computed_mass(self, curvatures: Array) -> Array:
        """Return the mass for the second derivatives at evenly spaced u."""
        curved = curvatures**self.power
        if self.averaged:
            curved = _averaged(curved)
        mean = curved.mean()
        density = self.uniform + (1 - self.uniform) * (curved / mean if mean > 0 else np.ones_like(curved))
        mass = np.zeros(len(density))
        np.cumsum(density[1:] + density[:-1], out=mass[1:])
        return np.asarray(mass / mass[-1])

    def _centers(self, mass: Array, width: int) -> Array:
        """Return the centers of the units, (N,), ascending."""
        outside = min(self.outside, width // 3)
        inner = _quantiles(mass, _middles(width - 2 * outside))
        steps = 2 * np.arange(1, outside + 1)
        left, right = -1 - inner[0], 1 - inner[-1]
        return np.concatenate([(inner[0] + steps * left)[::-1], inner, inner[-1] + steps * right])


_DENSITIES = [
    *(Density(0.4, 1.0, outside, steepness) for outside, steepness in ((4, 0.3), (6, 0.3), (4, 0.6))),
    *(Density(0.4, 0.2, *way, averaged=True) for way in ((4, 0.3), (4, 0.5), (6, 0.15))),
    *(Density(0.4, 0.2, *way) for way in ((2, 0.4), (0, 0.05))),
    *(Density(1.0, 0.2, 1, steepness, every_scale=True) for steepness in (0.2, 0.4, 0.8)),
]


def _breadth(activation: str) -> float:
    """Return how far φ″ spreads around z = 0, √(Σ z²φ″² / Σ φ″²), in which the steepness of units is measured."""
    z = np.linspace(-40, 40, 2001)
    bend = np.gradient(ACTIVATIONS[activation].derivative(z), z) ** 2
    return float(np.sqrt(z**2 @ bend / bend.sum()))


class EvenlySpaced(NamedTuple):
    """Evenly spaced centers and points on a line, for activations whose steepness makes no difference."""

    def units(self, _frame: Frame, width: int) -> tuple[Array, Array]:
        """Return units zⱼ = u − cⱼ."""
        return np.ones((width, 1)), 1 - _middles(width) * 2

    def layer(self, frame: Frame, width: int) -> Layer:
        """Return the units with evenly spaced points."""
        fit = np.linspace(-1, 1, 1000 + 6 * width)
        return Layer(*self.units(frame, width), fit[:, None], spread(1, width)[1])


class Waves(NamedTuple):
    """Sines and cosines of the lowest frequencies of a lattice, as in a Fourier series on a longer interval."""

    stretch: float  # half the longest period over half the side of K
    unit: float = 1.0  # the period of φ over 2π

    def units(self, frame: Frame, width: int) -> tuple[Array, Array]:
        """Return units z = π k·u / stretch + (0 or π/2) for k = 1, 2, …, or for the shortest k in a half plane."""
        inputs = len(frame.x_half)
        most = width if inputs == 1 else int(sqrt(width)) + 2
        lattice = np.array([k for k in product(range(-most, most + 1), repeat=inputs) if k > (0,) * inputs])
        lattice = lattice[np.argsort((lattice**2).sum(axis=1), kind="stable")]
        waves = np.repeat(lattice, 2, axis=0)[:width] * (pi / self.stretch * self.unit)
        phases = np.resize([0, pi / 2 * self.unit], width)
        return waves, phases

    def layer(self, frame: Frame, width: int) -> Layer:
        """Return the units with points that are dense at the border."""
        return Layer(*self.units(frame, width), *spread(len(frame.x_half), width))


class Ridges(NamedTuple):
    """Ridges in the plane, with directions at multiples of the golden angle."""

    steepness: float

    def units(self, _frame: Frame, width: int) -> tuple[Array, Array]:
        """Return units zⱼ = steepness (eⱼ·u − tⱼ) with t in the range of eⱼ·u on the square."""
        e, t = golden_ridges(width)
        return self.steepness * e, -self.steepness * t

    def layer(self, frame: Frame, width: int) -> Layer:
        """Return the units with points that are dense at the border."""
        return Layer(*self.units(frame, width), *spread(2, width))


def golden_ridges(width: int) -> tuple[Array, Array]:
    """Return directions eⱼ (N, 2) at multiples of the golden angle, and places tⱼ (N,) in the range of eⱼ·u."""
    j = np.arange(width)
    angles = j * pi * _GOLDEN
    e = np.column_stack([np.cos(angles), np.sin(angles)])
    return e, ((j / _PLASTIC + 0.5) % 1 * 2 - 1) * np.abs(e).sum(axis=1)


class ParallelRidges(NamedTuple):
    """Ridges in a few directions, with evenly spaced centers in each, for kinked units of the slope 1.

    Along each direction they form a piecewise linear function with evenly spaced knots.
    """

    directions: int

    def units(self, _frame: Frame, width: int) -> tuple[Array, Array]:
        """Return units zⱼ = eⱼ·u − tⱼ with t in the range of eⱼ·u on the square."""
        families = min(self.directions, width)
        j = np.arange(width)
        angles = pi * (j % families + 0.5 * (families % 4 != 0)) / families
        e = np.column_stack([np.cos(angles), np.sin(angles)])
        t = (_middles(-(-width // families)) * 2 - 1)[j // families] * np.abs(e).sum(axis=1)
        return e, -t

    def layer(self, frame: Frame, width: int) -> Layer:
        """Return the units with points that are dense at the border."""
        return Layer(*self.units(frame, width), *spread(2, width))


def spread(inputs: int, width: int) -> tuple[Array, Array]:
    """Return points u for the fit, dense at the border like Chebyshev nodes, and for the check, for N units."""
    side = 6 * width + 20 if inputs == 1 else max(int(sqrt(3 * width)) + 4, _FEWEST_OF_A_SIDE)
    nodes = -np.cos(pi * np.arange(side) / (side - 1))
    fit = np.array(list(product(nodes, repeat=inputs)))
    if inputs == 1:
        return fit, np.append(_middles(24 * width) * 2 - 1, [-1, 1])[:, None]
    j = np.arange(2 * len(fit))[:, None]
    corners = np.array(list(product([-1.0, 1.0], repeat=2)))
    return fit, np.vstack([(j / [_PLASTIC, _PLASTIC**2] + 0.5) % 1 * 2 - 1, corners])


def around_units(weights: Array, biases: Array, each: int) -> Array:
    """Return points u (M, 1) of [-1, 1], ``each`` around the center of each unit, closer for a steeper unit.

    A steep unit can have a large error between evenly spaced points. For two inputs there are no such points, (0, d).
    """
    if weights.shape[1] > 1:
        return np.empty((0, weights.shape[1]))
    slopes = np.where(weights == 0, 1, weights)
    u = (-biases[:, None] + np.linspace(-4, 4, each)) / slopes
    return u[np.abs(u) <= 1][:, None]


def curvature(r: Array, *, every_scale: bool) -> Array:
    """Return |second difference| / δ² of evenly spaced samples, for the finest δ or the maximum over δ, 2δ, 4δ, ….

    At a distance d from a kink the maximum is about 1/d, so the distances of centers to the kink form a geometric
    series.
    """
    most = np.zeros(len(r))
    place = np.arange(len(r))
    for s in 2 ** np.arange(int(np.log2(len(r) - 1)) - 1 if every_scale else 1):
        bend = np.abs(np.diff(r[::s], 2)) / (s * 2 / (len(r) - 1)) ** 2
        around = bend.copy()
        np.maximum(around[1:], bend[:-1], out=around[1:])
        np.maximum(around[:-1], bend[1:], out=around[:-1])
        most = np.maximum(most, np.interp(place, place[s:-s:s], around))
    return most


def _averaged(values: Array) -> Array:
    """Return averages of evenly spaced values over a tenth of K, taken twice."""
    size = len(values) // 20 * 2 + 1
    for _ in range(2):
        sums = np.cumsum(np.pad(values, (size // 2 + 1, size // 2), mode="edge"))
        values = (sums[size:] - sums[:-size]) / size
    return values


def _quantiles(mass: Array, shares: Array) -> Array:
    """Return the u at which these fractions of the mass are to the left."""
    return np.interp(shares, mass, _U)


def _middles(count: int) -> Array:
    """Return the middles of equal cells of [0, 1]."""
    return (np.arange(count) + 0.5) / count
