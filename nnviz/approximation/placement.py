"""Where hidden units are put before anything is fitted: by the curvature of the target, as waves, as ridges.

Layers are placed in units u that fill [-1, 1]^d: x = x_middle + x_half u, and r = (y − y_middle) / y_half.
"""

from itertools import product
from math import pi, sqrt
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from nnviz.approximation.domains import Target, finite_values
from nnviz.networks import ACTIVATIONS

Array = NDArray[np.float64]

_U = np.linspace(-1, 1, 2**11 + 1)
_GOLDEN = (sqrt(5) - 1) / 2
_PLASTIC = 1.324717957244746  # p³ = p + 1: the multiples of 1/p and 1/p² modulo 1 fill a square evenly


class Frame(NamedTuple):
    """A target on K, with the middles and half the sides of K, (d,), and of the target's values."""

    f: Target
    x_middle: Array
    x_half: Array
    y_middle: float
    y_half: float
    curvatures: tuple[
        Array, ...
    ]  # with one input: of the target at evenly spaced u, at the finest scale and at all

    def x(self, u: Array) -> Array:
        """Points of K, (m, d), from u (m, d)."""
        return self.x_middle + self.x_half * u

    def at(self, x: Array) -> Array:
        """The target in the units r, (m,), at points x (m, d) of K. ValueError where it is not finite."""
        return (values(self.f, x) - self.y_middle) / self.y_half


class Layer(NamedTuple):
    """A hidden layer zⱼ = wⱼ·u + bⱼ, with points u that suit it: to fit, and to check."""

    weights: Array  # (N, d)
    biases: Array  # (N,)
    fit: Array  # (m, d)
    check: Array  # (M, d)


class Placement(Protocol):
    """A way to place N units."""

    def layer(self, frame: Frame, width: int, /) -> Layer:
        """The hidden layer for a target."""


def framed(f: Target, low: Array, high: Array) -> Frame:
    """The frame of a target on the box of corners low and high, (d,). ValueError where it is not finite."""
    side = _U if len(low) == 1 else np.linspace(-1, 1, 41)
    middle, half = low / 2 + high / 2, high / 2 - low / 2
    y = values(f, middle + half * np.array(list(product(side, repeat=len(low)))))
    y_middle, y_half = y.min() / 2 + y.max() / 2, y.max() / 2 - y.min() / 2 or 1.0
    r = (y - y_middle) / y_half
    bends = (curvature(r, every_scale=False), curvature(r, every_scale=True)) if len(low) == 1 else ()
    return Frame(f, middle, half, float(y_middle), float(y_half), bends)


def values(f: Target, x: Array) -> Array:
    """Values (m,) of f at points (m, d), which it takes as (m,) if d = 1. ValueError where it is not finite."""
    return finite_values(f, x[:, 0] if x.shape[1] == 1 else x)


def placements(activation: str, inputs: int) -> list[Placement]:
    """The ways worth trying for an activation."""
    if activation == "sine":
        return [Waves(stretch) for stretch in (1.1, 1.3, 1.6, 2.0, 3.0)]
    scale_free = ACTIVATIONS[activation].degree is not None or bool(ACTIVATIONS[activation].kinks)
    if inputs == 2:
        return [Ridges(k) for k in ((1.0,) if scale_free else (0.7, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0))]
    return [Even()] if scale_free else list(_DENSITIES)


class Density(NamedTuple):
    """N centres on a line at quantiles of a density: a uniform share, the rest ∝ |f″|^power.

    f″ is taken at the finest scale or, around kinks and jumps, at the scale where it is largest.
    """

    every_scale: bool
    power: float
    uniform: float
    outside: int  # centres beyond each end of K, for wide networks
    steepness: float  # slope of a unit times its distance from the next

    def layer(self, frame: Frame, width: int) -> Layer:
        """Units zⱼ = steepness (u − cⱼ) / gapⱼ."""
        mass = self._mass(frame.curvatures[self.every_scale])
        centres = self._centres(mass, width)
        slopes = self.steepness / (np.gradient(centres) if width > 1 else np.ones(1))
        fit = np.append(_quantiles(mass, np.linspace(0, 1, 6 * width + 1)), np.linspace(-1, 1, 100))
        check = np.append(_quantiles(mass, _middles(14 * width)), np.linspace(-1, 1, 401))
        return Layer(slopes[:, None], -slopes * centres, fit[:, None], check[:, None])

    def _mass(self, curvatures: Array) -> Array:
        """The share of the centres that lies left of each even u, from 0 to 1."""
        curved = curvatures**self.power
        mean = curved.mean()
        density = self.uniform + (1 - self.uniform) * (curved / mean if mean > 0 else np.ones_like(curved))
        mass = np.zeros(len(density))
        np.cumsum(density[1:] + density[:-1], out=mass[1:])
        return np.asarray(mass / mass[-1])

    def _centres(self, mass: Array, width: int) -> Array:
        outside = min(self.outside, width // 8)
        inner = _quantiles(mass, _middles(width - 2 * outside))
        steps = 2 * np.arange(1, outside + 1)
        left, right = -1 - inner[0], 1 - inner[-1]
        return np.concatenate([(inner[0] + steps * left)[::-1], inner, inner[-1] + steps * right])


_DENSITIES = [
    Density(*density, steepness)
    for density, steep in {
        (False, 0.4, 0.2, 2): (0.1, 0.2, 0.4, 0.8),
        (False, 0.4, 0.8, 1): (0.1, 0.2),
        (True, 0.4, 0.2, 1): (0.1, 0.2, 0.4),
        (True, 1.0, 0.2, 1): (0.1, 0.2, 0.4, 0.8, 1.6),
    }.items()
    for steepness in steep
]


class Even(NamedTuple):
    """Centres and points evenly spaced on a line, for activations whose steepness makes no difference."""

    def layer(self, _frame: Frame, width: int) -> Layer:
        """Units zⱼ = u − cⱼ."""
        centres = _middles(width) * 2 - 1
        fit = np.linspace(-1, 1, 1000 + 6 * width)
        return Layer(np.ones((width, 1)), -centres, fit[:, None], spread(1, width)[1])


class Waves(NamedTuple):
    """Sines and cosines of every frequency of a lattice, the lowest first: a Fourier series on a longer interval."""

    stretch: float  # half the longest period over half the side of K

    def layer(self, frame: Frame, width: int) -> Layer:
        """Units z = π k·u / stretch + (0 or π/2) for k = 1, 2, …, or for k in a half plane, the shortest first."""
        inputs = len(frame.x_half)
        most = width if inputs == 1 else int(sqrt(width)) + 2
        lattice = np.array([k for k in product(range(-most, most + 1), repeat=inputs) if k > (0,) * inputs])
        lattice = lattice[np.argsort((lattice**2).sum(axis=1), kind="stable")]
        waves = np.repeat(lattice, 2, axis=0)[:width] * (pi / self.stretch)
        phases = np.resize([0, pi / 2], width)
        return Layer(waves, phases, *spread(inputs, width))


class Ridges(NamedTuple):
    """Ridges in the plane, in directions a golden angle apart."""

    steepness: float

    def layer(self, _frame: Frame, width: int) -> Layer:
        """Units zⱼ = steepness (eⱼ·u − tⱼ) with t as far as the square reaches in the direction e."""
        j = np.arange(width)
        angles = j * pi * _GOLDEN
        e = np.column_stack([np.cos(angles), np.sin(angles)])
        t = ((j / _PLASTIC + 0.5) % 1 * 2 - 1) * np.abs(e).sum(axis=1)
        return Layer(self.steepness * e, -self.steepness * t, *spread(2, width))


def spread(inputs: int, width: int) -> tuple[Array, Array]:
    """Points u to fit, dense at the border as Chebyshev's, and points to check, for N units anywhere on K."""
    side = 6 * width + 20 if inputs == 1 else int(sqrt(3 * width)) + 4
    nodes = -np.cos(pi * np.arange(side) / (side - 1))
    fit = np.array(list(product(nodes, repeat=inputs)))
    if inputs == 1:
        return fit, np.append(_middles(24 * width) * 2 - 1, [-1, 1])[:, None]
    j = np.arange(2 * len(fit))[:, None]
    corners = np.array(list(product([-1.0, 1.0], repeat=2)))
    return fit, np.vstack([(j / [_PLASTIC, _PLASTIC**2] + 0.5) % 1 * 2 - 1, corners])


def around_units(weights: Array, biases: Array, each: int) -> Array:
    """Points u (M, 1) of [-1, 1], so many around the centre of each unit, as near as it is steep; (0, d) in a box.

    A steep unit can hide an error between points that are even or dense where the target bends.
    """
    if weights.shape[1] > 1:
        return np.empty((0, weights.shape[1]))
    slopes = np.where(weights == 0, 1, weights)
    u = (-biases[:, None] + np.linspace(-4, 4, each)) / slopes
    return u[np.abs(u) <= 1][:, None]


def curvature(r: Array, every_scale: bool) -> Array:
    """|second difference| / δ² of evenly spaced samples: for the finest δ, or the largest of δ, 2δ, 4δ, … around.

    At a distance d from a kink the latter is about 1/d: centres crowd towards it geometrically.
    """
    most = np.zeros(len(r))
    place = np.arange(len(r))
    for s in 2 ** np.arange(int(np.log2(len(r) - 1)) - 1 if every_scale else 1):
        bend = np.abs(np.diff(r[::s], 2)) / (s * 2 / (len(r) - 1)) ** 2
        around = np.max(np.lib.stride_tricks.sliding_window_view(np.pad(bend, 1, mode="edge"), 3), axis=1)
        most = np.maximum(most, np.interp(place, place[s:-s:s], around))
    return most


def _quantiles(mass: Array, shares: Array) -> Array:
    return np.interp(shares, mass, _U)


def _middles(count: int) -> Array:
    return (np.arange(count) + 0.5) / count
