#!/usr/bin/env bash
# scikit-learn 1.7.2: TheilSenRegressor is not the Theil-Sen line for one input, and its line changes with the unit of x.
#
# Expected: with one input, the median of the slopes of all pairs of points (Theil 1950, Sen 1968), as scipy.stats.theilslopes. That line
# is equivariant: with x in metres in place of kilometres, the slope is a thousandth and the predictions are the same.
# Seen: the estimator takes the spatial median of the pairs (intercept, slope) of all lines through two points. Where the intercepts vary
# more than the slopes, they alone decide. For the twelve points below all 66 pairs are used, and the slope per unit of x is 0.389 as
# given, 0.420 with x in thousandths and 0.371 with x in thousands. SciPy has 0.3836 in each unit. Least squares agrees in each unit too.
# It matters where a robust line is compared with a textbook or with SciPy, or the table is rescaled: the prediction at the largest x
# moves from 6.71 to 7.24 by the choice of the unit alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet scikit-learn==1.7.2 scipy==1.16.3 numpy==2.3.4
"$folder/venv/bin/python" - <<'PY'
import numpy as np
from scipy.stats import theilslopes
from sklearn.linear_model import LinearRegression, TheilSenRegressor

x = np.arange(1.0, 13.0)
y = np.array([2.625, 16.444, 3.08, 5.5, 4.214, -12.369, -3.135, 4.648, 5.585, 7.337, 7.151, 7.244])
UNITS = (1.0, 1000.0, 0.001)
slopes, ends = [], []
for unit in UNITS:
    model = TheilSenRegressor(random_state=0).fit(unit * x[:, None], y)
    assert model.n_subpopulation_ == 66
    slopes.append(model.coef_[0] * unit)
    ends.append(model.predict([[unit * 12]])[0])
    assert np.isclose(theilslopes(y, unit * x)[0] * unit, theilslopes(y, x)[0], rtol=1e-9)
    assert np.isclose(LinearRegression().fit(unit * x[:, None], y).coef_[0] * unit, np.polyfit(x, y, 1)[0], rtol=1e-9)
pairs = [(y[j] - y[i]) / (x[j] - x[i]) for i in range(12) for j in range(i + 1, 12)]
print("slope per unit of x:", np.round(slopes, 4), "SciPy:", theilslopes(y, x)[0], "median of the pairs:", np.median(pairs))
print("prediction at the last point:", np.round(ends, 3))
assert np.isclose(theilslopes(y, x)[0], np.median(pairs), rtol=1e-12)
assert np.ptp(slopes) > 0.03 and np.ptp(ends) > 0.3, "the line is equivariant now"
PY
