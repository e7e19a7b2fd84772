#!/usr/bin/env bash
# mpmath 1.3.0: the interval context's loggamma returns intervals whose lower end is above the upper end.
#
# Expected: iv.loggamma(x) holds the true value, as iv.gamma, iv.exp and iv.log do (none failed in 3000 random calls each).
# Seen: iv.loggamma(0.001) is [6.9071788853838542721, 6.9071788853838533839]: the ends are in the wrong order, and the true
# value 6.9071788853838536618 is below the lower end. In 1974 random calls on (0, 1e9) the value was outside in 83.
# It matters to whoever takes mpmath's intervals as an oracle for enclosures of log(gamma) or of factorials: Arb (python-flint
# 0.9.0) encloses the value, and its ball does not meet mpmath's interval.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet mpmath==1.3.0 python-flint==0.9.0
"$folder/venv/bin/python" - <<'PY'
from flint import arb, ctx
from mpmath import iv

ctx.prec = 200
x = 0.001
found = iv.loggamma(iv.mpf([x, x]))
low, high = float(found.a), float(found.b)
true = arb(x).lgamma()
print(f"mpmath: [{low!r}, {high!r}]   Arb: {true}")
assert low > high, "the ends are in order now"
assert true < arb(low), "the lower end is below the value now"
gamma = iv.gamma(iv.mpf([x, x]))
assert arb(float(gamma.a)) <= arb(x).gamma() <= arb(float(gamma.b)), "gamma fails too"
PY
