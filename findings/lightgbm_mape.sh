#!/usr/bin/env bash
# lightgbm 4.7.0: its metric "mape" divides by max(1, |y|), and that of xgboost 3.2.0 and scikit-learn 1.7.2 by |y|.
#
# Expected: the mean of |y − ŷ| / |y| from all three, because all of them call it the mean absolute percentage error.
# Seen: for y = (0.1, 0.2, 0.5, 4) and ŷ = (0.3, 0.3, 0.6, 1), lightgbm says 0.2875, and xgboost and scikit-learn say 0.8625. Targets
# between −1 and 1 count with their absolute error in lightgbm.
# It matters where the targets are small, such as rates or a function that is scaled to [−1, 1]: there lightgbm reports
# the mean absolute error under the name of a percentage. Figures of two libraries cannot be put into one table.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet lightgbm==4.7.0 xgboost==3.2.0 scikit-learn==1.7.2 numpy==2.3.4
venv/bin/python - <<'PY'
import lightgbm
import numpy as np
import xgboost
from sklearn.metrics import mean_absolute_percentage_error

y, predicted = np.array([0.1, 0.2, 0.5, 4.0]), np.array([0.3, 0.3, 0.6, 1.0])
column, light, boost = np.zeros((4, 1)), {}, {}
data = lightgbm.Dataset(column, label=y, init_score=predicted)
settings = {"objective": "l2", "metric": "mape", "verbose": -1, "learning_rate": 1e-12, "boost_from_average": False}
lightgbm.train(settings, data, 1, valid_sets=[data], callbacks=[lightgbm.record_evaluation(light)])
matrix = xgboost.DMatrix(column, label=y, base_margin=predicted)
settings = {"eta": 1e-12, "eval_metric": "mape", "base_score": 0.0}
xgboost.train(settings, matrix, 1, evals=[(matrix, "t")], evals_result=boost, verbose_eval=False)
found = float(light["training"]["mape"][0]), float(boost["t"]["mape"][0])
plain = mean_absolute_percentage_error(y, predicted)
print("lightgbm, xgboost, scikit-learn:", *found, plain)
assert abs(found[0] - np.mean(np.abs(y - predicted) / np.maximum(1, np.abs(y)))) < 1e-6, "it divides by something else now"
assert abs(found[1] - plain) < 1e-6
assert abs(plain - np.mean(np.abs(y - predicted) / y)) < 1e-12
PY
