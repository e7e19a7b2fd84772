#!/usr/bin/env bash
# ml-regression 6.3.0 (JavaScript): a line that predicts the opposite of the truth has r2 = 1.
#
# Expected: score(x, y).r2 is the coefficient of determination, 1 - (sum of squared residuals) / (sum of squares about the mean), as in
# scikit-learn's score: negative for a model that is worse than the mean. At least not above 1.
# Seen: r2 is the square of the correlation of y and the prediction. The line y = x, asked about y = 4 - x at new points, has r2 = 1,
# where the coefficient of determination is -3. chi2 beside it, the sum of (y - prediction)^2 / y, is negative where y is.
# On the points of a linear fit both are equal, so nothing is seen there; on a validation set they differ. r itself keeps its sign.
# It matters where models are chosen on a validation set by this number.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund ml-regression@6.3.0
cat > run.cjs <<'JS'
const assert = require("node:assert");
const { SimpleLinearRegression } = require("ml-regression");

const line = new SimpleLinearRegression([0, 1, 2, 3], [0, 1, 2, 3]);
const x = [0, 1, 2, 3, 4];
const y = x.map((at) => 4 - at);
const mean = y.reduce((sum, one) => sum + one, 0) / y.length;
const squares = (other) => y.reduce((sum, one, k) => sum + (one - other(k)) ** 2, 0);
const determination = 1 - squares((k) => line.predict(x[k])) / squares(() => mean);
const score = line.score(x, y);
console.log("score", score, "1 - SSE / SST", determination);
assert(Math.abs(determination + 3) < 1e-9);
assert(Math.abs(score.r2 - 1) < 1e-9, "r2 is the coefficient of determination now");
assert(Math.abs(score.r + 1) < 1e-9);
assert(new SimpleLinearRegression([0, 1, 2], [-1, -2, -1]).score([0, 1, 2], [-1, -2, -1]).chi2 < 0);
JS
node run.cjs
