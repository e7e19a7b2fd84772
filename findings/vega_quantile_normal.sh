#!/usr/bin/env bash
# vega 6.4.0: quantileNormal has no left tail below 5e-17, and its tail is not the mirror of the right one before that.
#
# Expected: quantileNormal(p) for every positive float64, as SciPy's norm.ppf: -8.4938 at 1e-17, -37.05 at 1e-300.
# Seen: it is sqrt(2) * erfinv(2p - 1), and 2p - 1 is rounded to -1: -Infinity at 1e-300 and at 1e-17; at 1e-15 it is -7.94144, off by
# 1e-4, while cumulativeNormal(-8) = 6.221e-16 keeps eight digits, so the pair is no inverse of each other.
# It matters for probability plots and noise models drawn in the browser: residuals far in the left tail leave the chart.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund vega@6.4.0
cat > run.mjs <<'JS'
import assert from "node:assert";
import * as vega from "vega";

async function value(update) {
  const view = new vega.View(vega.parse({ signals: [{ name: "a", update }] }));
  await view.runAsync();
  return view.signal("a");
}
for (const p of ["1e-17", "1e-300"]) {
  const found = await value(`quantileNormal(${p})`);
  console.log("quantileNormal", p, found);
  assert.equal(found, -Infinity, "the left tail is finite now");
}
const found = await value("quantileNormal(1e-15)");
console.log("quantileNormal 1e-15", found, "true -7.941345326170998");
assert(Math.abs(found + 7.941345326170998) > 5e-5, "the tail has digits now");
const cumulative = await value("cumulativeNormal(-8)");
assert(Math.abs(cumulative / 6.22096057427178e-16 - 1) < 1e-7, "cumulativeNormal has changed");
JS
node run.mjs
