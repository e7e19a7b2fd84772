#!/usr/bin/env bash
# interval-arithmetic 1.1.3: the enclosures of cos, tan, sinh, cosh and tanh often do not hold the value.
#
# Expected: an interval function encloses all values, which is the point of interval arithmetic. exp, log, sin, asin, acos, atan,
# sqrt and whole powers of this package do: no failure in 4000 random points each against mpmath at 200 bits.
# Seen: cos of the one-point interval [x, x] with x in (-30, 30) misses cos(x) in one case of six, and tan in one of four. tanh
# misses one in fifty, and sinh and cosh about one in a hundred. The misses are a few units in the last place. For x = -11.280512809753418
# the interval of cos begins at 0.28109845286644103, and cos(x) is 0.28109845286644081.
# It matters where these intervals prove something, or where they are the oracle of a test. mpmath's intervals hold the
# value of cos and tan in all of these cases.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund interval-arithmetic@1.1.3
python3 -m venv venv
venv/bin/pip install --quiet mpmath==1.3.0
cat > run.cjs <<'JS'
const { default: Interval } = require("interval-arithmetic");

const ENDS = { exp: [-20, 20], sin: [-30, 30], atan: [-30, 30], sqrt: [0, 100], cos: [-30, 30], tan: [-30, 30], tanh: [-5, 5] };
let state = 12345;
const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
const rows = Object.entries(ENDS).flatMap(([name, [low, high]]) =>
  Array.from({ length: 1000 }, () => {
    const x = low + (high - low) * random();
    const found = Interval[name](Interval.factory(x, x));
    return [name, x, found.lo, found.hi];
  }),
);
console.log(JSON.stringify(rows));
JS
node run.cjs > rows.json
venv/bin/python - <<'PY'
import json
from collections import Counter

from mpmath import iv, mp, mpf

mp.prec = 200
rows = json.load(open("rows.json"))
missed, by_mpmath = Counter(), 0
for name, x, low, high in rows:
    true = getattr(mp, name)(mpf(x))
    missed[name] += not mpf(low) <= true <= mpf(high)
    if name in ("cos", "tan"):
        there = getattr(iv, name)(iv.mpf(x))
        by_mpmath += not mpf(there.a) <= true <= mpf(there.b)
print("missed in 1000 points:", dict(missed), "by mpmath in cos and tan:", by_mpmath)
assert by_mpmath == missed["exp"] == missed["sin"] == missed["atan"] == missed["sqrt"] == 0
assert missed["cos"] > 80 and missed["tan"] > 80 and missed["tanh"] > 5, "the enclosures hold now"
PY
