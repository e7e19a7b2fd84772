#!/usr/bin/env bash
# codac 2.1.2: the interval of sin and cos at one point grows with its size, and is the whole of [−1, 1] at 1e22.
#
# Expected: an enclosure of a few units in the last place for every number of double precision, as mpmath 1.3.0 gives.
# Seen: the enclosure holds the value, but sin of the one-point interval [x, x] has the width 1.3e-14 at 1e2, 1.1e-10 at 1e6, 1.7e-6 at
# 1e10 and 0.065 at 1e15. cos at 1e22 is [−1, 1]. The argument is reduced with an interval of π of double precision.
# It matters for a proof about a fast wave such as sin(1e6 x), which the bisection of boxes cannot make tighter than this width.
# A proof at ε = 1e-12 then never ends, although the function is harmless.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet codac==2.1.2 mpmath==1.3.0
venv/bin/python - <<'PY'
import codac
from mpmath import iv, mp, mpf

mp.prec = 200
found = []
for power in (2, 6, 10, 15):
    x = 10.0**power
    there, mine = codac.sin(codac.Interval(x)), iv.sin(iv.mpf(x))
    assert there.lb() <= mp.sin(mpf(x)) <= there.ub(), "the enclosure misses the value"
    found.append((power, there.ub() - there.lb(), float(mine.delta)))
print("power of ten, width by codac, width by mpmath:", *found)
assert all(a[1] > 100 * b[1] for a, b in zip(found[1:], found[:-1], strict=True)), "the width no longer grows"
assert found[-1][1] > 0.01
assert all(row[2] < 1e-14 for row in found)
widest = codac.cos(codac.Interval(1e22))
assert (widest.lb(), widest.ub()) == (-1.0, 1.0)
PY
