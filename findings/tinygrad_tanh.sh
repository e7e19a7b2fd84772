#!/usr/bin/env bash
# tinygrad 0.14.0: tanh of small numbers loses its digits, and erf and GELU have seven digits in float64, too.
#
# Expected: tanh, erf and GELU of a float64 tensor with a relative error near 1e-16, and of a float32 tensor near 1e-7.
# Seen: tanh is computed as 2 σ(2x) − 1, which cancels near 0. In float32, tanh(1e-4) is 1.00016594e-04, a relative error of
# 1.7e-4. In float64, tanh(1e-8) has a relative error of 6e-9. erf is the approximation 7.1.26 of Abramowitz and Stegun, whose
# error is 1.4e-7 in each precision. GELU is the form with tanh, which differs from x Φ(x) by 1.5e-4 at x = 1. No argument chooses
# the exact form.
# It matters for a network whose weights begin near 0, and wherever this library checks another one: a test in float64 has
# to allow for 1e-7, and the derivative of tanh near 0 by differences is wrong. sin, exp and log in float64 are right to 1e-15.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet tinygrad==0.14.0 numpy==2.3.4
DEV=PYTHON venv/bin/python - <<'PY'
import math

import numpy as np
from tinygrad import Tensor, dtypes


def wide(values):
    return Tensor(values, dtype=dtypes.float64)


single = float(Tensor([1e-4]).tanh().numpy()[0]) / math.tanh(1e-4) - 1
double = float(wide([1e-8]).tanh().numpy()[0]) / math.tanh(1e-8) - 1
erf = np.abs(wide([0.5, 1.0, 2.0]).erf().numpy() - [math.erf(x) for x in (0.5, 1.0, 2.0)]).max()
gelu = float(wide([1.0]).gelu().numpy()[0]) - 0.5 * (1 + math.erf(math.sqrt(0.5)))
sine = np.abs(wide([1.0, 1e5]).sin().numpy() - np.sin([1.0, 1e5])).max()
print(f"tanh: {single:.2e} in float32, {double:.2e} in float64; erf: {erf:.2e}; GELU: {gelu:.2e}; sin: {sine:.2e}")
assert 1e-4 < abs(single) < 1e-3, "tanh of small numbers is accurate now"
assert 1e-9 < abs(double) < 1e-7
assert 1e-8 < erf < 2e-7, "erf is accurate now"
assert 1e-4 < abs(gelu) < 2e-4, "GELU has its exact form now"
assert sine < 1e-15
PY
