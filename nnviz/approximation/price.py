"""Estimate, before a search for a network within ε, how many hidden units it will find, and whether it takes long."""

from typing import Final, NamedTuple

from nnviz._types import Bounds
from nnviz.approximation.lower_bound import estimated_units
from nnviz.approximation.measurable.reach import SETTINGS as NORM_SETTINGS
from nnviz.approximation.unreachable import MOST_UNITS
from nnviz.approximation.width_for_epsilon import degrees_needed
from nnviz.networks import ACTIVATIONS
from nnviz.targets.convert import Target


class PriceSettings(NamedTuple):
    """The numbers that tell a question that takes long from others."""

    many_kinked_units: int = 4000  # of ReLU, whose search takes a second or more
    many_smooth_units: int = 80  # each try of so many takes a second or more
    units_of_a_wave: float = (
        0.4  # times d / √ε: the ReLU units that sin(dx) needs on [−1, 1], about ∫√|f″| / (4√ε)
    )


SETTINGS: Final = PriceSettings()


def estimate_price(
    f: Target, interval: Bounds, epsilon: float, activation: str, norm: str = "sup"
) -> int | None:
    """Return the estimated number of hidden units if the search takes long; None if it does not.

    norm: "sup", "rms" or "outside". In the root mean square, the largest error of a piece may be larger than ε.

    ReLU and its kind: units that f needs in windows (``estimated_units``). Others: the degree of a polynomial within ε,
    because as many smooth units are about as good (``degrees_needed``). None where more units are needed than can be
    built, which is refused at once, and for an f that is not finite at a node.
    """
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
