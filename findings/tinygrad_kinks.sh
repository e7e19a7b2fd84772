#!/usr/bin/env bash
# tinygrad 0.14.0: the derivative of elu at 0 is 0, although elu is smooth there, and that of leaky_relu is 1.
#
# Expected: elu with α = 1 has the derivative 1 at 0 from both sides, as torch 2.13.0 gives. At the kink of leaky_relu, torch
# gives the slope of the left side, 0.01. celu with α = 1 is the same function as elu, so it has the same derivative.
# Seen: 0 for elu, 1 for celu, 1 for leaky_relu, 0 for relu, 0.5 for maximum(x, 0) and 1 for hardtanh. elu is written as
# relu(x) − relu(1 − eˣ), and both halves have the slope 0 at 0.
# It matters where weights begin at 0, or where an input is exactly 0: a unit with elu then gets no gradient, while the same
# network in torch learns. A gradient compared across the two libraries at 0 differs by 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet tinygrad==0.14.0 numpy==2.3.4
DEV=PYTHON venv/bin/python - <<'PY'
from tinygrad import Tensor


def slope(function, at=0.0):
    x = Tensor([at])
    return round(float(function(x).sum().gradient(x)[0].numpy()[0]), 4)


names = ("elu", "celu", "leaky_relu", "relu", "hardtanh")
found = {name: slope(lambda x, name=name: getattr(x, name)()) for name in names}
found["maximum"] = slope(lambda x: x.maximum(0))
near = [slope(lambda x: x.elu(), at) for at in (-1e-3, 1e-3)]
print("derivatives at 0:", found, "of elu beside 0:", near)
assert found == {"elu": 0.0, "celu": 1.0, "leaky_relu": 1.0, "relu": 0.0, "hardtanh": 1.0, "maximum": 0.5}
assert min(near) > 0.998
PY
