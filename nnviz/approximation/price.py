"""Estimate, before a search for a network within ε, how many hidden units it will find, and whether it takes long."""

from typing import Final, NamedTuple, cast

import numpy as np

from nnviz._types import Bounds, Box
from nnviz.approximation.domains import checked_box, checked_interval
from nnviz.approximation.lower_bound import estimated_units
from nnviz.approximation.measurable.plane import estimate_units_on_box
from nnviz.approximation.measurable.reach import SETTINGS as NORM_SETTINGS
from nnviz.approximation.plane_lines import find_direction, lines_of, on_diagonal
from nnviz.approximation.unreachable import MOST_UNITS
from nnviz.approximation.width_for_epsilon import degrees_needed
from nnviz.approximation.written_networks import written_network
from nnviz.expressions import Expression
from nnviz.networks import ACTIVATIONS
from nnviz.targets import TargetLike, as_target
from nnviz.targets.convert import Target


class PriceSettings(NamedTuple):
    """The numbers that tell a question that takes long from others."""

    many_kinked_units: int = 4000  # of ReLU, whose search takes a second or more
    many_smooth_units: int = 80  # each try of so many takes a second or more
    units_of_a_wave: float = (
        0.4  # times d / √ε: the ReLU units that sin(dx) needs on [−1, 1], about ∫√|f″| / (4√ε)
    )
    many_plane_units: int = 32  # with two inputs; the search for so many takes some seconds
    many_measured_units: int = 256  # with two inputs, in the norms "rms" and "outside"
    plane_units_of_a_line: float = (
        4.0  # times the ReLU units on a line; found for xy, sin x cos y, exp(−x² − y²)
    )


SETTINGS: Final = PriceSettings()


def estimate_price(
    f: TargetLike,
    interval: Bounds | Box,
    epsilon: float,
    activation: str = "relu",
    norm: str = "sup",
    measure: float | None = None,
) -> int | None:
    """Return the estimated number of hidden units if the search takes long, and None if it does not.

    norm: "sup", "rms" or "outside". In the root mean square, the largest error of a piece may be larger than ε. For a
    function of x and y on a box, "outside" needs δ = ``measure``, and small networks are fitted to see how their errors
    fall.

    ReLU and its kind: units that f needs in windows (``estimated_units``). Others: the degree of a polynomial within ε,
    because as many smooth units are about as good (``degrees_needed``). None where more units are needed than can be
    built, which is refused at once, and for an f that is not finite at a node.
    """
    if np.ndim(interval) == 2:
        box = checked_box(cast(Box, interval))
        if norm != "sup":
            units = min(estimate_units_on_box(f, box, epsilon, measure, activation), float(MOST_UNITS))
            return round(units) if units > SETTINGS.many_measured_units else None
        return _on_box(cast(Expression, as_target(f, 2)), box, epsilon, activation)
    return _on_interval(as_target(f), checked_interval(cast(Bounds, interval)), epsilon, activation, norm)


def _on_interval(f: Target, interval: Bounds, epsilon: float, activation: str, norm: str) -> int | None:
    """Return the estimate for one input."""
    try:
        (degree,) = degrees_needed(f, interval, [epsilon]).tolist()
    except ValueError:
        return None
    if ACTIVATIONS[activation].slopes is None:
        return int(degree) if degree > SETTINGS.many_smooth_units else None
    if SETTINGS.units_of_a_wave * degree < SETTINGS.many_kinked_units * epsilon**0.5:
        return None
    units = estimated_units(f, interval, (NORM_SETTINGS.first_tube if norm == "rms" else 1.0) * epsilon)
    return round(units) if SETTINGS.many_kinked_units < units <= MOST_UNITS else None


def _on_box(f: Expression, box: Box, epsilon: float, activation: str) -> int | None:
    """Return the estimate for two inputs, from the lines of the box on which f needs the most.

    Smooth units: polynomials of total degree d have (d + 1)(d + 2)/2 coefficients, with the largest degree on a line.
    """
    if written_network(f, activation) is not None:
        return None
    if (e := find_direction(f, box)) is not None:
        return _on_interval(on_diagonal(f, box, np.sign(e)), (-1.0, 1.0), epsilon, activation, "sup")
    kinked, most = ACTIVATIONS[activation].slopes is not None, 0.0
    for line in lines_of(f, box):
        try:
            (degree,) = degrees_needed(line.function, line.interval, [epsilon]).tolist()
            here = estimated_units(line.function, line.interval, epsilon) if kinked else degree
        except ValueError:
            continue
        most = max(most, here)
    units = SETTINGS.plane_units_of_a_line * most if kinked else (most + 1) * (most + 2) / 2
    return round(units) if SETTINGS.many_plane_units < units <= MOST_UNITS else None
