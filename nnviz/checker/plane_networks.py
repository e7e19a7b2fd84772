"""Expand networks with two inputs about the middle of a box.

**Smooth units.** The term of degree k of v φ(z + w x + u y) is v φₖ(z) (w x + u y)ᵏ. The terms that are left out are
bounded as for one input (``networks``), with |w| r + |u| s as the reach.

**Kinked units.** With z from −p to q on the box, and both above 0, relu(z) lies between its chord and the chord minus
pq/(p + q). A leaky unit is a line plus a multiple of relu. **Steps** that may be on or off are ½ ± ½.
"""

from math import comb
from typing import Any, Final, NamedTuple

from flint import arb, arb_mat, arb_series, fmpq

from nnviz.checker.claim import Network
from nnviz.checker.jets import TERMS
from nnviz.checker.networks import FAMILIES, SLOPES
from nnviz.checker.target import CannotCheckError

_HALF: Final = arb("0.5")


class Forms(NamedTuple):
    """The coefficients of xᵏ, xᵏ⁻¹y, …, yᵏ for each degree k, and a bound of what is left out."""

    terms: list[list[Any]]
    rest: Any


class PlaneNetwork:
    """A network with one hidden layer and two inputs."""

    def __init__(self, network: Network) -> None:
        self.network, self.kind = network, network.activation
        if self.kind not in FAMILIES and self.kind not in SLOPES and self.kind != "step":
            words = f"The activation {self.kind[:40]!r} is not known to the independent checker."
            raise CannotCheckError(words)
        self.c = arb(network.c)
        self.units = [tuple(map(arb, (*w, b, v))) for w, b, v in zip(network.w, network.b, network.v)]
        self.mixing = [
            arb_mat(
                [[v * comb(k, j) * w ** (k - j) * u**j for w, u, _, v in self.units] for j in range(k + 1)]
            )
            for k in range(TERMS if self.units and self.kind in FAMILIES else 0)
        ]

    def at(self, point: tuple[fmpq, fmpq]) -> Any:
        """Return N at a point."""
        if self.kind in FAMILIES:
            return self.expand(point, (arb(0), arb(0))).terms[0][0]
        (x, y), total = point, self.network.c
        for (w, u), b, v in zip(self.network.w, self.network.b, self.network.v):
            z = w * x + u * y + b
            if self.kind == "step":
                total += v if z >= 0 else fmpq(0)
            else:
                total += v * z * (1 if z > 0 else SLOPES[self.kind])
        return arb(total)

    def expand(self, middle: tuple[fmpq, fmpq], radii: tuple[Any, Any]) -> Forms:
        """Return the terms about the middle of a box, with a bound of the rest on the box."""
        x, y = map(arb, middle)
        r, s = radii
        inputs = [(w * x + u * y + b, abs(w) * r + abs(u) * s) for w, u, b, _ in self.units]
        if self.kind in FAMILIES:
            return self._smooth(inputs)
        return self._steps(inputs) if self.kind == "step" else self._kinked(inputs)

    def _smooth(self, inputs: list[tuple[Any, Any]]) -> Forms:
        series, tail = FAMILIES[self.kind]
        known, rest = [series(arb_series([z, 1])) for z, _ in inputs], arb(0)
        for (z, reach), (*_, v) in zip(inputs, self.units):
            rest += abs(v) * tail(abs(z), reach)
        terms = []
        for k, mixing in enumerate(self.mixing):
            product = mixing * arb_mat([[one[k]] for one in known])
            terms.append([product[j, 0] for j in range(k + 1)])
        terms = terms or [[arb(0)]]
        terms[0][0] += self.c
        return Forms(terms, rest.upper())

    def _kinked(self, inputs: list[tuple[Any, Any]]) -> Forms:
        left = arb(SLOPES[self.kind])
        level, slopes, rest = self.c, [arb(0), arb(0)], arb(0)
        for (z, reach), (w, u, _, v) in zip(inputs, self.units):
            low, high = z - reach, z + reach
            if low >= 0 or high <= 0:
                gain, lift = v if low >= 0 else v * left, arb(0)
            else:
                p, q = (-low).upper(), high.upper()
                chord, lift = q / (p + q), (1 - left) * v * p * q / (p + q) * _HALF
                gain = v * (left + (1 - left) * chord)
            level += gain * z + lift
            slopes = [slopes[0] + gain * w, slopes[1] + gain * u]
            rest += abs(lift)
        return Forms([[level], slopes], rest.upper())

    def _steps(self, inputs: list[tuple[Any, Any]]) -> Forms:
        level, rest = self.c, arb(0)
        for (z, reach), (*_, v) in zip(inputs, self.units):
            if z - reach >= 0:
                level += v
            elif not z + reach < 0:
                level, rest = level + v * _HALF, rest + abs(v) * _HALF
        return Forms([[level]], rest.upper())
