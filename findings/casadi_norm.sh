#!/usr/bin/env bash
# casadi 3.8.2: the gradient of hypot(x, 0) at 0 is not a number, and that of norm_2 and of sqrt(x²) is 0.
#
# Expected: one convention for the norm at its kink, the 0 that fabs(x) has at 0.
# Seen: jacobian of hypot(x, 0) at 0 is NaN; of norm_2((x, 0)), of sqrt(x²) and of fabs(x) it is 0. The two ways of writing max(x, 0) differ,
# too: fmax(x, 0) has the slope 0.5 at 0, and if_else(x > 0, x, 0) has 0. The derivative of 0^x at 1, which is 0, is NaN, while if_else
# takes no NaN from the branch that is not chosen.
# It matters in an optimization that begins at a perfect fit or at zero weights: with hypot in the loss, the first
# step is NaN and all that follows it. A ReLU network written with fmax has other gradients at 0 than torch, which gives 0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet casadi==3.8.2
venv/bin/python - <<'PY'
import math

import casadi

x = casadi.SX.sym("x")


def slope(formula, at=0.0):
    return float(casadi.Function("slope", [x], [casadi.jacobian(formula, x)])(at))


norms = {
    "hypot": slope(casadi.hypot(x, 0)),
    "norm_2": slope(casadi.norm_2(casadi.vertcat(x, 0))),
    "sqrt": slope(casadi.sqrt(x**2)),
    "fabs": slope(casadi.fabs(x)),
}
kinks = slope(casadi.fmax(x, 0)), slope(casadi.if_else(x > 0, x, 0))
other = slope(0**x, 1.0), slope(casadi.if_else(x > 0, casadi.sqrt(x), 0))
print(norms, "fmax and if_else:", *kinks, "0^x and a branch with sqrt:", *other)
assert math.isnan(norms.pop("hypot")), "the gradient of hypot is a number now"
assert set(norms.values()) == {0.0}
assert kinks == (0.5, 0.0)
assert math.isnan(other[0]) and other[1] == 0.0
PY
