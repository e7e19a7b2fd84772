#!/usr/bin/env bash
# numdifftools 0.11.2: the derivative of sin(1000 x) at 0.3 is wrong in its sign, and its error estimate is 0.0001.
#
# Expected: the adaptive Richardson extrapolation finds -22.0966 (1000 cos 300), or its error estimate is large.
# Seen: Derivative returns 0.117 with an error estimate of 1.1e-4. The true error is 22. The largest steps it tries are longer
# than the wavelength, and their differences agree with each other. For tanh(10000 x) at 0, where the derivative is
# 10000, it returns 0 with an honest estimate of 17.
# It matters to whoever checks gradients of networks with large weights against it: the estimate is no bound.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet numdifftools==0.11.2 numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0
venv/bin/python - <<'PY'
import numdifftools
import numpy as np

for name, f, x, true in (
    ("sin(50x)", lambda x: np.sin(50 * x), 0.3, 50 * np.cos(15.0)),
    ("sin(1000x)", lambda x: np.sin(1000 * x), 0.3, 1000 * np.cos(300.0)),
):
    result = numdifftools.Derivative(f, full_output=True)(x)
    value, estimate = float(result[0]), float(result[1])
    print(name, "derivative", value, "estimated error", estimate, "true error", abs(value - true))
    if name == "sin(50x)":
        assert abs(value - true) < 1e-6
    else:
        assert estimate < 1e-3 < 10 < abs(value - true), "the derivative or its estimate is nearer now"
PY
