#!/usr/bin/env bash
# simple-statistics 7.12.1: erf of a small positive number is negative, and probit is off by 0.01.
#
# Expected: erf is odd, so its sign is that of its argument; probit inverts the normal distribution to the digits shown.
# Seen: errorFunction(1e-8) is -1.87e-8; the true value is 1.13e-8. Its absolute error there is 3e-8, so no digit
# is right. probit(0.001) is -3.0801, and the true value is -3.0902: an error of 0.010 in a number that is
# printed with sixteen digits. cumulativeStdNormalProbability(1.965) is 0.9756, a table's value for 1.97.
# It matters for likelihoods, for quantiles of noise, and for GELU, which is x times the normal distribution function.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund simple-statistics@7.12.1
cat > run.cjs <<'JS'
const assert = require("node:assert");
const statistics = require("simple-statistics");

// True values by mpmath with 30 digits.
const erf = statistics.errorFunction(1e-8);
console.log("erf(1e-8):", erf, "true: 1.1283791670955126e-8");
assert(erf < 0, "erf has another sign now");
const probit = statistics.probit(0.001);
console.log("probit(0.001):", probit, "true: -3.0902323061678132");
assert(Math.abs(probit + 3.0902323061678132) > 0.01, "probit is nearer now");
const cdf = statistics.cumulativeStdNormalProbability(1.965);
console.log("P(Z < 1.965):", cdf, "true: 0.9752920");
assert.equal(cdf, 0.9756, "the table is another one now");
JS
node run.cjs
