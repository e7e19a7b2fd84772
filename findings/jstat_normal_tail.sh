#!/usr/bin/env bash
# jstat 1.9.6: the normal distribution function is exactly 0 from -9 on, and its inverse is off by 0.12 at 1e-20.
#
# Expected: the left tail keeps its relative accuracy, as in scipy, because erfc can be computed without a difference.
# Seen: normal.cdf(-9, 0, 1) is 0, and the true value is 1.13e-19. So its logarithm is -Infinity. normal.inv(1e-20, 0, 1) is
# -9.1469, and the true value is -9.2623. erfc(10) is 0, and the true value is 2.09e-45. At 1e-14 the error of the
# inverse is below 0.0001.
# It matters for losses from likelihoods (probit regression, censored noise): the loss of one confident mistake is
# infinite there.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund jstat@1.9.6
cat > run.cjs <<'JS'
const assert = require("node:assert");
const { jStat } = require("jstat");

// True values by scipy 1.17.1: norm.cdf, norm.ppf and special.erfc.
console.log("cdf(-9):", jStat.normal.cdf(-9, 0, 1), "true: 1.1285884059538324e-19");
console.log("erfc(10):", jStat.erfc(10), "true: 2.088487583762545e-45");
assert.equal(jStat.normal.cdf(-9, 0, 1), 0, "the tail is not cut there now");
assert.equal(jStat.erfc(10), 0);
for (const [p, z] of [[1e-14, -7.6506280929352695], [1e-20, -9.262340089798409]]) {
  console.log(`inv(${p}):`, jStat.normal.inv(p, 0, 1), "true:", z);
}
assert(Math.abs(jStat.normal.inv(1e-14, 0, 1) + 7.6506280929352695) < 1e-4);
assert(Math.abs(jStat.normal.inv(1e-20, 0, 1) + 9.262340089798409) > 0.1, "the inverse is nearer now");
JS
node run.cjs
