#!/usr/bin/env bash
# mathjs 15.2.0: cbrt(-8) is the real number -2, and the derivative of cbrt at -8 is a complex number.
#
# Expected: the derivative of the real cube root at -8 is 1/12, the same as at 8.
# Seen: derivative("cbrt(x)", "x") is x^(-2/3)/3. A power of a negative number is its principal complex value, so at -8 it
# is -0.0417 - 0.0722i. The same holds for nthRoot(x, 3). In the same way simplify("(x^2)^(1/2)") is x and its
# derivative 1, while (x^2)^(1/2) is 3 at x = -3. sqrt(x^2) is left as it is.
# It matters for gradients of typed formulas: the value is real and right, and the slope beside it is not a real number.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund mathjs@15.2.0
cat > run.cjs <<'JS'
const assert = require("node:assert");
const math = require("mathjs");

const near = (a, b) => Math.abs(a - b) < 1e-12;
for (const text of ["cbrt(x)", "nthRoot(x, 3)"]) {
  const slope = math.derivative(text, "x");
  const [left, right] = [slope.evaluate({ x: -8 }), slope.evaluate({ x: 8 })];
  console.log(text, "at -8:", math.evaluate(text, { x: -8 }), "its derivative at -8 and 8:", String(left), String(right));
  assert.equal(math.evaluate(text, { x: -8 }), -2);
  assert(near(right, 1 / 12));
  assert(near(left.re, -1 / 24) && near(left.im, -Math.sqrt(3) / 24), "the derivative at -8 is another one now");
}
const text = "(x^2)^(1/2)";
const at = { x: -3 };
console.log(text, "at -3:", math.evaluate(text, at), "simplified:", math.simplify(text).toString());
assert.equal(math.evaluate(text, at), 3);
assert.equal(math.simplify(text).evaluate(at), -3, "the root of a square is simplified in another way now");
assert.equal(math.derivative(text, "x").evaluate(at), 1);
JS
node run.cjs
