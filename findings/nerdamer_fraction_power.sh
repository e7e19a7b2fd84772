#!/usr/bin/env bash
# nerdamer 1.1.13: a negative exponent takes the division behind it along, and erf has seven digits of the sixteen shown.
#
# Expected: x^-1/2 is (x^-1)/2, as x^1/2 is (x^1)/2 in nerdamer itself; mathjs and Python read both so.
# Seen: at x = 3, x^1/2 is 1.5 and x^-1/2 is 0.5773502..., that is x^(-1/2); 1/6 was expected. A minus changes how the division
# binds. erf(0.5) is printed as 0.5204999077232426; the true value is 0.5204998778130465.
# It matters to whoever compares readings of typed formulas across tools: the same text is another function here.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund nerdamer@1.1.13 mathjs@15.2.0
cat > run.cjs <<'JS'
const assert = require("node:assert");
const nerdamer = require("nerdamer/all.min");
const math = require("mathjs");

const value = (text) => Number(nerdamer(text, { x: 3 }).evaluate().text("decimals"));
for (const text of ["x^1/2", "x^-1/2"]) console.log(text, value(text), math.evaluate(text, { x: 3 }));
assert(Math.abs(value("x^1/2") - 1.5) < 1e-12);
assert(Math.abs(value("x^-1/2") - 3 ** -0.5) < 1e-12, "x^-1/2 is read another way now");
assert(Math.abs(math.evaluate("x^-1/2", { x: 3 }) - 1 / 6) < 1e-12);
const erf = value("erf(0.5)");
console.log("erf(0.5)", erf);
assert(Math.abs(erf - 0.5204998778130465) > 1e-8 && Math.abs(erf - 0.5204998778130465) < 1e-7, "erf has other digits now");
JS
node run.cjs
