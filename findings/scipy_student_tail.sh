#!/usr/bin/env bash
# scipy 1.17.1: the far quantiles of Student's t are half of the true value at ν = 3, and +inf in the left tail beyond p = 1e-280.
#
# Expected: t.ppf(p, ν) for every positive float64 p, as norm.ppf and cauchy.ppf have it. For ν = 3 the left tail has
# P(T < -t) ≈ 2·√3/(π t³), so t.ppf(1e-200, 3) = -4.79528e66; for ν = 1 the same function has all digits at 1e-300.
# Seen: t.ppf(1e-200, 3) is -2.39764e66, half of it, and t.cdf of that is 8e-200. t.ppf(1e-290, ν) is +inf for ν = 3, 5 and 7: the
# wrong sign as well. scipy.special.stdtrit, which it calls, gives the same. isf of the mirrored tail is as wrong.
# It matters for tail probabilities of heavy-tailed noise: a Newton step or a plot from such a quantile starts at the wrong
# scale without a warning, and a check by the mirror image passes, because both tails are wrong.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet scipy==1.17.1 numpy==2.3.4 mpmath==1.3.0
"$folder/venv/bin/python" - <<'PY'
import math

import mpmath
from scipy import stats
from scipy.special import stdtrit

mpmath.mp.dps = 40


def below(t, nu):
    """P(T < t) for t < 0, by the incomplete beta function."""
    nu, t = mpmath.mpf(nu), mpmath.mpf(t)
    return mpmath.betainc(nu / 2, mpmath.mpf(1) / 2, 0, nu / (nu + t * t), regularized=True) / 2


def true(p, nu):
    """The quantile, by bisection of the logarithm of -t."""
    low, high = mpmath.mpf(0), mpmath.mpf(800)
    for _ in range(140):
        middle = (low + high) / 2
        low, high = (middle, high) if below(-mpmath.exp(middle), nu) > p else (low, middle)
    return -mpmath.exp(low)


for nu, p in ((1, 1e-300), (3, 1e-100), (3, 1e-200), (3, 1e-290), (5, 1e-290), (7, 1e-290)):
    print(f"nu = {nu}, p = {p}: scipy {stats.t.ppf(p, nu)!r}, stdtrit {stdtrit(nu, p)!r}, true {mpmath.nstr(true(p, nu), 10)}")
assert abs(stats.t.ppf(1e-300, 1) / true(1e-300, 1) - 1) < 1e-9
assert abs(stats.t.ppf(1e-100, 3) / true(1e-100, 3) - 1) < 1e-9
assert abs(stats.t.ppf(1e-200, 3) / true(1e-200, 3) - 0.5) < 1e-6, "the quantile at 1e-200 has changed"
for nu in (3, 5, 7):
    assert stats.t.ppf(1e-290, nu) == math.inf, "the quantile at 1e-290 has changed"
    assert -math.inf < true(1e-290, nu) < -1e40
PY
