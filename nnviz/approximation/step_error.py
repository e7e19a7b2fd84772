"""Compute three errors of a sigmoid that approximates a jump.

The sup norm error stays ½. The mean square error, and the measure of the set with a large error, tend to 0.
"""

from math import exp, log, log1p, sqrt
from typing import NamedTuple

from nnviz._checks import check, check_between
from nnviz._display import displayed


@displayed()
class StepErrors(NamedTuple):
    """The errors of a network against a step: sup norm, root mean square, and measure of the set with a large error."""

    sup: float
    rms: float  # √(½ ∫ (f − N)²) over K = [−1, 1]
    bad_measure: float  # the measure of {x in K : |f(x) − N(x)| > ε}


def step_by_sigmoid(weight: float, epsilon: float) -> StepErrors:
    """Return the errors of σ(w x) against the step f(x) = 1 for x ≥ 0 and 0 below, on K = [−1, 1], in closed form.

    At −x and x the error has the size σ(−w x), so with u = w x, and σ² = σ − σ(1 − σ) = σ + σ′(−u),

        rms² = 1/w ∫₀ʷ σ(−u)² du = (ln 2 − ln(1 + e⁻ʷ) − ½ + σ(−w)) / w,
        bad_measure = 2 min(1, max(0, ln(1/ε − 1)) / w),    sup = ½.

    ValueError unless w > 0 and ε > 0. Networks approximate every measurable f within ε outside of a set of small
    measure (Hornik, Stinchcombe & White 1989). Cybenko (1989, theorem 3) proves this for the decision functions of
    finite measurable partitions.
    """
    check_between("weight", weight, 0, above=True)
    check("epsilon", epsilon, epsilon > 0, "above 0")
    tail = 1 / (1 + exp(weight)) if weight < 700 else 0.0
    square = (log(2) - log1p(exp(-weight)) - 0.5 + tail) / weight
    reach = log(1 / epsilon - 1) if epsilon < 0.5 else 0.0
    return StepErrors(0.5, sqrt(square), 2 * min(1.0, reach / weight))
