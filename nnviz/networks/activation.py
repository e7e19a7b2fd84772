"""Describe an activation: its value and derivatives, its source code, its facts and its words in one record.

z is an array of floats, and float32 stays float32. ``out`` is as in NumPy: the array that takes the result, z
itself if you like. At a kink the derivatives are those of the piece on the left (torch's choice).

Which of them can approximate every continuous function: Leshno, Lin, Pinkus & Schocken 1993, Theorem 1, for φ
locally bounded and piecewise continuous: if and only if φ is not a polynomial.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import inf, nan
from typing import Any, Literal

import numpy as np

from nnviz._registry import first_empty
from nnviz._types import FloatArray
from nnviz.networks.derivative_bounds import DerivativeBounds, from_suprema

Out = FloatArray | None


@dataclass(frozen=True, eq=False, kw_only=True)
class Activation:
    """Hold one activation φ, unit by unit: arrays in, arrays of the same shape out.

    value, derivative, second_derivative: φ(z, out), φ′(z, out), φ″(z).
    latex, derivative_latex: φ and φ′ as formulas. lesson: one or two sentences on what φ does.
    range: (inf φ, sup φ). lipschitz: sup |φ′|, inf if there is none. kinks: the z where φ is not smooth.
    degree: of the polynomial that φ is, None if it is not one. untrainable: why gradient descent cannot train it, as
    words after "because"; "" if it can. steepest: the largest hidden weight that training begins with, where the inputs
    fill [-1, 1].

    formula, derivative_formula: φ and φ′ in the language of ``nnviz.expressions``, in z, from which the code in every
    language is written; at a kink φ′ is that of the left piece. browser_value, browser_derivative: φ and φ′ in Vega's
    expression language, where ``{z}`` stands for z; written so that Python reads them too.
    torch_function: returns φ for tensors, given the module torch. None: torch uses ``value`` and ``derivative``.

    derivative_from_value: ``(z, φ(z), out)`` gives φ′(z) for less work. together: ``(z, value, slope)`` fills both
    arrays for less work still, in float32.

    Facts that certificates need; without them a certificate says that it is undecided:
    bounds: the family of bounds of the derivatives of a smooth φ. second_bound, third_bound: at least sup |φ″| and
    sup |φ‴|, from which a family is made if ``bounds`` is None. ``value`` must then be within 40 units in the last
    place of max(1, |φ|), and ``second_derivative`` within 160 of ``second_bound``. slopes: (left, right) of a φ that
    is linear on both sides of a kink at 0 with φ(0) = 0. unit_step: φ(z) is 0 for z < 0 and 1 for z ≥ 0.

    Facts about symmetries, false where nothing is known:
    symmetry: "odd" φ(−z) = −φ(z), "even" φ(−z) = φ(z), "complement" φ(−z) = 1 − φ(z), "" none of them.
    homogeneous: φ(αz) = α φ(z) for every α > 0. period: the smallest T > 0 with φ(z + T) = φ(z), None if there is none.
    zero_below: φ(z) = 0 for all z ≤ 0.

    constructed_rate: the power of the width in the error of the networks that are constructed with it for a smooth f;
    nan where no construction is known.
    """

    name: str
    label: str
    value: Callable[..., FloatArray]
    derivative: Callable[..., FloatArray]
    second_derivative: Callable[[FloatArray], FloatArray]
    latex: str
    derivative_latex: str
    range: tuple[float, float]
    lipschitz: float
    lesson: str
    formula: str
    derivative_formula: str
    browser_value: str
    browser_derivative: str
    kinks: tuple[float, ...] = ()
    degree: int | None = None
    untrainable: str = ""
    steepest: float = 8.0
    torch_function: Callable[[Any], Callable[[Any], Any]] | None = None
    derivative_from_value: Callable[..., FloatArray] | None = None
    together: Callable[[FloatArray, FloatArray, FloatArray], None] | None = None
    bounds: DerivativeBounds | None = None
    second_bound: float = inf
    third_bound: float = inf
    slopes: tuple[float, float] | None = None
    unit_step: bool = False
    symmetry: Literal["", "odd", "even", "complement"] = ""
    homogeneous: bool = False
    period: float | None = None
    zero_below: bool = False
    constructed_rate: float = nan

    def slope(self, z: FloatArray, a: FloatArray, out: Out = None) -> FloatArray:
        """Return φ′(z) where a = φ(z) is known already."""
        if self.derivative_from_value is None:
            return self.derivative(z, out)
        return self.derivative_from_value(z, a, out)

    def value_and_slope(self, z: FloatArray, value: FloatArray, slope: FloatArray) -> None:
        """Fill φ(z) and φ′(z), as near to them as the type of z allows; ``slope`` may be z itself."""
        if self.together is not None and z.dtype == np.float32:
            self.together(z, value, slope)
        else:
            self.slope(z, self.value(z, value), slope)

    @cached_property
    def derivative_bounds(self) -> DerivativeBounds | None:
        """The bounds that a certificate of smooth units uses; None where they are not known."""
        if self.bounds is not None or self.kinks or not (self.lipschitz < inf and self.third_bound < inf):
            return self.bounds
        at_zero = abs(float(self.value(np.zeros(1))[0]))
        return from_suprema(
            self.second_derivative, at_zero, self.lipschitz, self.second_bound, self.third_bound
        )

    @property
    def certifiable(self) -> bool:
        """Whether a certificate can enclose a network of such units."""
        return self.unit_step or self.slopes is not None or self.derivative_bounds is not None

    @property
    def continuous(self) -> bool:
        """Whether φ has no jump."""
        return not (self.kinks and self.lipschitz == inf)

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


def missing_field(activation: Activation) -> str:
    """Return the name of the first field without which the app could not show an activation; "" if it is complete."""
    needed = (
        "name",
        "label",
        "value",
        "derivative",
        "second_derivative",
        "latex",
        "derivative_latex",
        "lesson",
    )
    source = ("formula", "derivative_formula", "browser_value", "browser_derivative")
    return first_empty(activation, (*needed, *source))


# φ″(z) = 0 for every φ made of straight pieces
def zero_derivative(z: FloatArray, out: Out = None) -> FloatArray:
    """Return 0 for each z."""
    return np.multiply(z, 0, out=out)
