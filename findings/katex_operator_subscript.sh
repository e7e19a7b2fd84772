#!/usr/bin/env bash
# KaTeX 0.19.1: an operator name as an index, such as \lambda_{\max}, gives MathML that is not valid.
#
# Expected: <msub> has two children, the base and the index. MathML Core requires it.
# Seen: \max in an index is written as <mi>max</mi><mo>&#x2061;</mo> without an <mrow>, so <msub> has three children, and
# <msup> has one too many. Firefox logs "Invalid markup: Incorrect number of children for <msub/> tag."
# \lambda_{\text{max}} is valid.
# The visible HTML looks the same, so nobody notices. It concerns every formula with \lambda_{\max} or \sigma_{\min}.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-save katex@0.19.1 >/dev/null
cat >check.cjs <<'JS'
const assert = require("node:assert")
const katex = require("katex")
const body = (latex) => katex.renderToString(latex, { output: "mathml" }).match(/<semantics><mrow>(.*)<\/mrow><annotation/)[1]
const operator = "<mi>max</mi><mo>\u2061</mo>"
assert.equal(body("\\lambda_{\\max}"), `<msub><mi>λ</mi>${operator}</msub>`)
assert.equal(body("x^{\\max}"), `<msup><mi>x</mi>${operator}</msup>`)
assert.equal(body("\\lambda_{\\text{max}}"), "<msub><mi>λ</mi><mtext>max</mtext></msub>")
console.log("KaTeX:", body("\\lambda_{\\max}"))
JS
node check.cjs
