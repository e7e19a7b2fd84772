#!/usr/bin/env bash
# regression 2.0.1 (JavaScript): for points with small y the fitted line is y = 0 and R^2 is -2.
#
# Expected: the option precision, two decimals by default, rounds what is printed; the fit and R^2 are those of least squares.
# Seen: the slope is rounded to two decimals before the intercept is computed from it, the predictions are rounded too, and R^2 is
# computed from those. For y = 0.001 x on x = 0, 1, 2, 3, 4 the line is y = 0 and R^2 is -2, where least squares has R^2 = 1. Multiplied
# by 1000 the same points have R^2 = 1. A parabola with small coefficients is lost in the same way. precision: 10 mends both.
# It matters where R^2 of a page that fits in the browser is compared with another: it depends on the unit of y.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund regression@2.0.1
cat > run.mjs <<'JS'
import assert from "node:assert";
import regression from "regression";

const x = [0, 1, 2, 3, 4];
const line = (unit) => x.map((at) => [at, unit * at]);
const small = regression.linear(line(0.001));
const large = regression.linear(line(1));
const precise = regression.linear(line(0.001), { precision: 10 });
const parabola = regression.polynomial(x.map((at) => [at, 0.001 * at * at]), { order: 2 });
console.log("y = 0.001 x:", small.equation, small.r2, "y = x:", large.equation, large.r2, "10 digits:", precise.equation, precise.r2);
console.log("y = 0.001 x^2:", parabola.equation, parabola.r2);
assert.deepEqual(small.equation.map(Math.abs), [0, 0]);
assert(small.r2 < -1, "R^2 is that of least squares now");
assert.equal(large.r2, 1);
assert(Math.abs(precise.r2 - 1) < 1e-9 && Math.abs(precise.equation[0] - 0.001) < 1e-9);
assert(parabola.r2 < 0);
JS
node run.mjs
