#!/usr/bin/env bash
# vega 6.4.0: the type inference of CSV columns ("parse": "auto") reads labels such as "unit 1" and "eta 0.1" as dates.
#
# Expected: a column of labels stays a column of strings. The documentation says that "auto" infers the types from the values.
# Seen: a column is a date as soon as the JavaScript engine's Date.parse accepts each value, and that of V8 (Chrome, Node) takes a word
# followed by a number. "unit 1" and "unit 2" become days of January and February 2001, and so do "layer 1", "run-1" and "1/2".
# "eta 0.1" and "eta 0.01" become one and the same day of 2000. Numbers with a decimal comma, 1,5 and 2,5, become days of 2001.
# It matters for tables of training runs with a column of labels: two series become one, and a fraction or a decimal comma becomes a
# number of the size of 1e12 on the axis. "w1" and "lr 0.5" stay strings, so it shows in some tables only.
# Specifications compiled from Vega-Lite 6.4.3 do not ask for "auto", so it concerns Vega itself and vega.read.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund vega@6.4.0
cat > run.mjs <<'JS'
import assert from "node:assert";
import * as vega from "vega";

const COLUMNS = [
  ["unit 1", "unit 2", "date"],
  ["layer 1", "layer 2", "date"],
  ["run-1", "run-2", "date"],
  ["eta 0.1", "eta 0.01", "date"],
  ["1/2", "3/4", "date"],
  ["1,5", "2,5", "date"],
  ["w1", "w2", "string"],
  ["lr 0.5", "lr 0.25", "string"],
];
for (const [first, second, type] of COLUMNS) {
  const rows = vega.read(`series;loss\n${first};0.5\n${second};0.25`, { type: "dsv", delimiter: ";", parse: "auto" });
  console.log([first, second], "->", rows.map((row) => row.series));
  assert.equal(vega.inferType([first, second]), type, `${first} has another type now`);
  assert.equal(typeof rows[0].series, type === "string" ? "string" : "number");
  assert.equal(rows[0].series === rows[1].series, first === "eta 0.1");
  assert.deepEqual(rows.map((row) => row.loss), [0.5, 0.25]);
}
JS
TZ=UTC node run.mjs
