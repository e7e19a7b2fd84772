"""Networks that are written down, not trained: the constructive side of the theorem."""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from nnviz.networks import ShallowNetwork

Array = NDArray[np.float64]


def interpolant(
    target: Callable[[Array], Array], interval: tuple[float, float], width: int
) -> ShallowNetwork:
    """The ReLU network that joins f at width + 1 evenly spaced knots by straight lines.

    N(x) = f(t₀) + Σⱼ vⱼ max(0, x − tⱼ), j = 0 … width − 1, where vⱼ is the change of slope at the knot tⱼ. Where
    |f″| ≤ M, its error is at most M h²/8 with h the distance of the knots. ValueError if f is not finite at a knot.
    """
    knots = np.linspace(*interval, width + 1)
    values = np.asarray(target(knots), dtype=np.float64)
    if not np.isfinite(values).all():
        at = knots[~np.isfinite(values)][0]
        raise ValueError(f"f({at:g}) is not a finite number: no line can go through it")
    slopes = np.diff(values) / np.diff(knots)
    changes = np.diff(slopes, prepend=0.0)
    return ShallowNetwork("relu", np.ones(width), -knots[:-1], changes, values[0])


def interpolants(
    target: Callable[[Array], Array], interval: tuple[float, float], widths: Iterable[int]
) -> list[ShallowNetwork]:
    """The interpolant of each width."""
    return [interpolant(target, interval, width) for width in widths]
