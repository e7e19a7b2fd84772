#!/usr/bin/env bash
# codac 2.1.2: a negative interval to a fraction is not empty, and acos and sinh of an interval give no interval.
#
# Expected: x^0.3 is exp(0.3 log x), which has no value for x < 0, so the interval of [−8, −8] is empty, as that of its sqrt is. acos and
# sinh of an interval give an interval, as asin and cosh do.
# Seen: [−8, −8] to the power 0.3 is [−1.86607, 1.86607], and to the power 1/3 it is [−2, 2]: the roots with both signs. codac.acos and
# codac.sinh of an interval return an object of the class ScalarExpr without an error. asin, atan, cosh, tanh, asinh and atanh
# return intervals.
# It matters where an empty interval is the proof that a formula has no value there: with a fraction as its exponent it
# seems to have one. And a comparison with the bounds of acos fails far from its cause.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet codac==2.1.2
venv/bin/python - <<'PY'
import codac
from codac import Interval

powers = [codac.pow(Interval(-8.0), Interval(one)) for one in (0.3, 1 / 3)]
print("(-8)^0.3 and (-8)^(1/3):", *powers, "sqrt(-8):", codac.sqrt(Interval(-8.0)))
assert codac.sqrt(Interval(-8.0)).is_empty()
assert all(not one.is_empty() and one.lb() < -1.8 and one.ub() > 1.8 for one in powers), "the power is empty now"
names = ("acos", "sinh", "asin", "atan", "cosh", "tanh", "asinh", "atanh")
kinds = {name: type(getattr(codac, name)(Interval(0.25, 0.5))).__name__ for name in names}
print(kinds)
assert [name for name, kind in kinds.items() if kind != "Interval"] == ["acos", "sinh"]
PY
