#!/usr/bin/env bash
# jacobi 0.9.2: the derivative of sin at 100 is given as -0.006 +- 0.001; it is 0.862.
#
# Expected: the package says that its derivatives come with an estimate of their error, computed with adaptive steps. A function that
# varies faster than the first step should get a smaller step, or a large error.
# Seen: the first step is a share of |x|, and the steps that follow are not small enough to see one wave. jacobi(sin(w x), 1.0) is
# right to 1e-13 for w = 3, 5 and 10. For w = 20 the value is 1.76 and its error 0.19, and the derivative is 8.16. For w = 30, 50, 100
# and 1000 the derivative is 80 to 15 000 stated errors away from the value. sin at x = 100 is the same case.
# It matters where a numerical derivative is the oracle of a gradient: a network with large weights is such a function, and the error
# that is stated would prove its right gradient wrong.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet jacobi==0.9.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import numpy as np
from jacobi import jacobi

for w in (3, 5, 10, 20, 30, 50, 100, 1000):
    value, error = jacobi(lambda x: np.sin(w * x), 1.0)
    off = abs(value - w * np.cos(w))
    print(f"w = {w:4}: {float(value):10.5g} +- {float(error):.2g}, true {w * np.cos(w):10.5g}, off by {off / error:.3g} times its error")
    if w <= 10:
        assert off < 1e-12
    else:
        assert off > 10 * error, "the stated error is honest now"
value, error = jacobi(np.sin, 100.0)
print(f"sin at 100: {value:.3g} +- {error:.1g}, true {np.cos(100):.3g}")
assert abs(value - np.cos(100)) > 100 * error
value, error = jacobi(np.sin, 100.0 % (2 * np.pi))  # the same point of the wave, near 0
assert abs(value - np.cos(100)) < 1e-9
PY
