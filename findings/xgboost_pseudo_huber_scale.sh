#!/usr/bin/env bash
# xgboost 3.2.0: with the Pseudo-Huber loss a target in larger units is not learned at all, and the prediction is one constant.
#
# Expected: reg:pseudohubererror, the smooth form of Huber's loss, fits y and 1000 y about equally well; for residuals that are large
# beside its slope of 1 it is nearly the absolute error, and reg:absoluteerror learns both.
# Seen: for y = s sin(3x) at 200 points, 100 trees, the mean absolute error is 0.6 % of s at s = 1, and 66 % at s = 100 and 1000, where
# all 200 predictions are one number. The second derivative (1 + r^2)^(-3/2) of a large residual r is nearly 0, its sum in each leaf
# is below min_child_weight = 1, and so no split is made; no warning is given. With huber_slope = s all is well at every s.
# It matters where a loss is said to be robust: here the unit of y decides whether anything is learned.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet xgboost-cpu==3.2.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import warnings

import numpy as np
import xgboost

warnings.simplefilter("error")
x = np.linspace(-1, 1, 200)[:, None]


def fit(loss, scale, **options):
    y = scale * np.sin(3 * x[:, 0])
    table = xgboost.DMatrix(x, y)
    trees = xgboost.train({"objective": loss, "max_depth": 3, "eta": 0.3, "nthread": 1, **options}, table, 100)
    prediction = trees.predict(table)
    return float(np.mean(np.abs(prediction - y)) / scale), len(np.unique(prediction))


for scale in (1, 100, 1000):
    robust, scaled = fit("reg:pseudohubererror", scale), fit("reg:pseudohubererror", scale, huber_slope=scale)
    absolute = fit("reg:absoluteerror", scale)
    print(f"s = {scale:4}: pseudo-Huber {robust}, with huber_slope = s {scaled}, absolute error {absolute}")
    assert scaled[0] < 0.05 and absolute[0] < 0.05
    if scale == 1:
        assert robust[0] < 0.05 and robust[1] > 50
    else:
        assert robust[1] == 1 and robust[0] > 0.5, "a large target is learned now"
PY
