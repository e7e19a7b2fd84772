#!/usr/bin/env bash
# vega 6.4.0: regression with method "exp" minimizes neither the squares of y nor those of log y.
#
# Expected: one of the two usual fits, least squares of y = a exp(b x), or a straight line through (x, log y), as for "pow".
# Seen: "exp" weights the squares of log y by y, so it is a third fit. For the ten points below: a = 0.973, b = 0.310; the line
# through log y has a = 0.856, b = 0.323; the least squares of y are at a = 1.091, b = 0.2945 (27.20 against 28.29). "pow" is the
# straight line through (log x, log y) without weights. With negative y both coefficients are NaN, without a warning.
# It matters where a chart's transform_regression(method="exp") stands beside a curve fitted elsewhere: the two lines differ,
# and R^2 is computed in y for a fit that was not made in y.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund vega@6.4.0
cat > run.mjs <<'JS'
import assert from "node:assert";
import * as vega from "vega";

const points = Array.from({ length: 10 }, (_, k) => k + 1).map((x) => ({ x, y: Math.exp(0.3 * x) * (1 + 0.3 * Math.sin(5 * x)) }));
async function fit(method) {
  const transform = [{ type: "regression", method, x: "x", y: "y", params: true }];
  const view = new vega.View(vega.parse({ data: [{ name: "t", values: points, transform }] }));
  await view.runAsync();
  return view.data("t")[0].coef;
}
function line(u, v, w) {
  const n = w.reduce((s, one) => s + one, 0);
  const mean = (a) => a.reduce((s, one, k) => s + w[k] * one, 0) / n;
  const [mu, mv] = [mean(u), mean(v)];
  const slope = u.reduce((s, one, k) => s + w[k] * (one - mu) * (v[k] - mv), 0) / u.reduce((s, one, k) => s + w[k] * (one - mu) ** 2, 0);
  return [Math.exp(mv - slope * mu), slope];
}
const [x, y] = [points.map((d) => d.x), points.map((d) => d.y)];
const logs = (a) => a.map(Math.log);
const ones = x.map(() => 1);
const squares = ([a, b]) => points.reduce((s, d) => s + (a * Math.exp(b * d.x) - d.y) ** 2, 0);
const near = (p, q) => p.every((one, k) => Math.abs(one - q[k]) < 1e-9);
const [exp, pow] = [await fit("exp"), await fit("pow")];
console.log("exp", exp, "line through log y", line(x, logs(y), ones), "weighted by y", line(x, logs(y), y));
console.log("squares", squares(exp), squares([1.091, 0.2945]));
assert(near(exp, line(x, logs(y), y)), "exp is not the fit weighted by y any more");
assert(!near(exp, line(x, logs(y), ones)));
assert(squares([1.091, 0.2945]) < squares(exp) - 1, "exp minimizes the squares of y now");
assert(near(pow, line(logs(x), logs(y), ones)), "pow is not the unweighted fit any more");
JS
node run.mjs
