#!/usr/bin/env bash
# catboost 1.2.10: predict() undoes the logarithm for the losses Poisson and Tweedie, and not for LogLinQuantile.
#
# Expected: three losses with a logarithmic link predict in the units of y, because the first two do.
# Seen: for a group whose mean is 3.33 and whose median is 3, Poisson and Tweedie predict 3.33. LogLinQuantile with alpha 0.5
# predicts 1.09, which is the logarithm of the median. With prediction_type="Exponent" it predicts 2.99.
# It matters where losses are compared in one picture: the curve of one of them is on another scale, and nothing says so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet catboost==1.2.10 numpy==2.4.6
venv/bin/python - <<'PY'
import numpy as np
from catboost import CatBoostRegressor

x, y = np.zeros((30, 2)), np.tile([1.0, 2.0, 3.0, 5.0, 6.0, 20.0], 5)
x[:, 0] = np.arange(30) % 2
mean, median = y[::2].mean(), np.median(y[::2])


def predict(loss: str) -> tuple[float, float]:
    """Fit both groups by 3000 trees; predict the first as it comes, and as an exponential."""
    settings = {"iterations": 3000, "verbose": 0, "thread_count": 1, "allow_writing_files": False}
    model = CatBoostRegressor(loss_function=loss, **settings).fit(x, y)
    return float(model.predict(x[:1])[0]), float(model.predict(x[:1], prediction_type="Exponent")[0])


for loss in ("Poisson", "Tweedie:variance_power=1.5", "LogLinQuantile:alpha=0.5"):
    plain, exponential = predict(loss)
    print(loss, "predict:", plain, "as an exponential:", exponential, "mean", mean, "median", median)
    if loss.startswith("Log"):
        assert abs(plain - np.log(median)) < 0.02 < 0.02 + abs(exponential - median) < 0.1, "it predicts y now"
    else:
        assert abs(plain - mean) < 0.01 and plain == exponential, "it predicts something else now"
PY
