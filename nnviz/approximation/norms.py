"""A jump, seen by three norms: the largest error stays, the mean square and the measure of the bad set go to zero."""

from math import exp, inf, log, log1p, sqrt
from typing import NamedTuple


class Misses(NamedTuple):
    """How far one network is from a step: in the sup norm, in the mean square, and on how much of K it is bad."""

    sup: float
    rms: float  # √(½ ∫ (f − N)²) over K = [−1, 1]
    bad: float  # the measure of {x in K : |f(x) − N(x)| > ε}


def step_by_sigmoid(weight: float, epsilon: float) -> Misses:
    """How far σ(w x) is from the step at 0, f(x) = 1 for x ≥ 0 and 0 below, on K = [−1, 1]; closed forms.

    At −x and x the error has the size σ(−w x), so with u = w x, and σ² = σ − σ(1 − σ) = σ + σ′(−u),

        rms² = 1/w ∫₀ʷ σ(−u)² du = (ln 2 − ln(1 + e⁻ʷ) − ½ + σ(−w)) / w,
        bad  = 2 min(1, max(0, ln(1/ε − 1)) / w),    sup = ½.

    ValueError unless w > 0 and 0 < ε. Convergence in measure is what Cybenko (1989, theorem 3, by Lusin's theorem) adds
    for measurable f.
    """
    if not 0 < weight < inf:
        raise ValueError(f"weight is {weight!r}; legal is a finite number above 0")
    if not epsilon > 0:
        raise ValueError(f"epsilon is {epsilon!r}; legal is above 0")
    tail = 1 / (1 + exp(weight)) if weight < 700 else 0.0
    square = (log(2) - log1p(exp(-weight)) - 0.5 + tail) / weight
    reach = log(1 / epsilon - 1) if epsilon < 0.5 else 0.0
    return Misses(0.5, sqrt(square), 2 * min(1.0, reach / weight))
