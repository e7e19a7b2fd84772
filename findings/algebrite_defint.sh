#!/usr/bin/env bash
# algebrite 1.4.0: the definite integral of a positive function can be 0 or negative, and no warning is given.
#
# Expected: defint puts the ends into an antiderivative only where that is continuous between them, or says that it cannot.
# Seen: the integral of 1/(2 + cos x) from 0 to 2*pi is given as 0. The function is continuous and positive, and the
# true value is 2*pi/sqrt(3) = 3.6276. The antiderivative jumps at pi. The integral of 1/x^2 from -1 to 1 is given as -2,
# and it does not exist.
# It matters to whoever measures a root mean square error by a formula: a computer algebra system is no oracle for an
# integral before its antiderivative is known to be continuous.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund algebrite@1.4.0
cat > run.cjs <<'JS'
const assert = require("node:assert");
const algebrite = require("algebrite");

const integral = (f, a, b) => algebrite.run(`defint(${f},x,${a},${b})`);
const found = integral("1/(2+cos(x))", "0", "2*pi");
let sum = 0; // the rectangle rule converges geometrically for a periodic function
for (let k = 0; k < 200; k += 1) sum += ((2 * Math.PI) / 200) / (2 + Math.cos((2 * Math.PI * k) / 200));
console.log("1/(2+cos x) on [0, 2 pi]:", found, "by the rectangle rule:", sum, "exact:", (2 * Math.PI) / Math.sqrt(3));
assert(Math.abs(sum - (2 * Math.PI) / Math.sqrt(3)) < 1e-12);
assert.equal(found, "0", "the integral over the period is another one now");
const pole = integral("1/x^2", "-1", "1");
console.log("1/x^2 on [-1, 1]:", pole);
assert.equal(pole, "-2", "the integral over the pole is another one now");
assert.equal(integral("sin(x)", "0", "pi"), "2");
JS
node run.cjs
