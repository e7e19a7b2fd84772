#!/usr/bin/env bash
# autograd 1.9.1: the gradient of numpy.sinc is nan at 0 and has no correct digit near 0.
#
# Expected: sinc is analytic, so its derivative at 0 is 0, and -pi^2 x / 3 to first order beside it.
# Seen: grad(sinc)(0) is nan with a RuntimeWarning. At x = 1e-9 it is exactly 0, where the derivative is -3.29e-9. The formula
# (cos(pi x) pi x - sin(pi x)) / (pi x^2) is used as it stands, so its terms cancel. torch 2.13.0 returns 0 at 0.
# It matters where a function with a removable hole is fitted by gradient descent from a grid that holds 0: one nan in the
# gradient makes every parameter nan after one update.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet autograd==1.9.1 numpy==2.3.4
"$folder/venv/bin/python" -W ignore - <<'PY'
import math

import autograd.numpy as np
from autograd import grad

at_zero, near, far = (float(grad(np.sinc)(x)) for x in (0.0, 1e-9, 0.5))
print("gradient at 0, 1e-9 and 0.5:", at_zero, near, far)
assert math.isnan(at_zero), "the gradient at 0 is a number now"
assert near == 0.0 and -math.pi**2 * 1e-9 / 3 < -3e-9, "the gradient near 0 has digits now"
assert abs(far + 4 / math.pi) < 1e-14  # (cos(pi/2) pi/2 - 1) / (pi/4)
PY
