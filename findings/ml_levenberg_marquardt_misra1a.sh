#!/usr/bin/env bash
# ml-levenberg-marquardt 5.1.0: on NIST's Misra1a it returns the starting values as the fit, and reports no failure.
#
# Expected: from NIST's second start (250, 0.0005), the data set of the lowest level of difficulty is fitted to some digits.
# Seen: the default step of the difference quotient is 0.1 for each parameter, whatever its size. The second parameter is
# 5e-4. The fit ends after four iterations at exactly (250, 0.0005), with a sum of squares of 44.8; NIST certifies 0.12455.
# With gradientDifference = 1e-8 the sum of squares agrees with NIST, and after 1000 iterations both
# parameters have six digits.
# It matters for curves with parameters of very different sizes: a fit that did not move looks like a fit that converged.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund ml-levenberg-marquardt@5.1.0
cat > run.mjs <<'JS'
import assert from "node:assert";
import { levenbergMarquardt } from "ml-levenberg-marquardt";

// NIST StRD, Misra1a, y = b1 (1 - exp(-b2 x)); certified: 238.94212918, 5.5015643181e-4, sum of squares 0.12455138894.
const x = [77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0];
const y = [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.4, 75.47, 81.78];
const curve = ([b1, b2]) => (t) => b1 * (1 - Math.exp(-b2 * t));
const fit = (options) => levenbergMarquardt({ x, y }, curve, { initialValues: [250, 0.0005], maxIterations: 1000, ...options });
const plain = fit({});
console.log("default:", plain.parameterValues, plain.parameterError, plain.iterations);
assert.deepEqual([...plain.parameterValues], [250, 0.0005], "the default moves now");
assert(plain.parameterError > 40);
const small = fit({ gradientDifference: 1e-8 });
console.log("gradientDifference 1e-8:", small.parameterValues, small.parameterError, small.iterations);
assert(Math.abs(small.parameterError - 0.12455138894) < 1e-6);
JS
node run.mjs
