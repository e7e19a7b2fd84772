#!/usr/bin/env bash
# @tensorflow/tfjs 4.22.0: heNormal, glorotNormal and leCunNormal draw weights with 0.88 of the stated standard deviation.
#
# Expected: the standard deviation of He et al. (2015), sqrt(2 / fanIn), as the documentation of heNormal says. Keras and jax
# draw from a normal distribution cut at two standard deviations too, and divide by 0.87963 to make up for the cut.
# Seen: the cut is not made up for. The standard deviation of the weights is 0.880 of the stated one, so their variance is 0.774 of it.
# heUniform and glorotUniform have the stated one. The exact factor is sqrt(1 - 2 a phi(a) / (2 Phi(a) - 1)) at a = 2, that is 0.87963.
# It matters where signals through a deep ReLU network are compared with the theory: after ten layers the variance is 0.08 of what He's
# argument says, and a network with the "same" initialization in Keras or jax starts elsewhere.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @tensorflow/tfjs@4.22.0
cat > run.cjs <<'JS'
const assert = require("node:assert");
const tf = require("@tensorflow/tfjs");

const [FAN_IN, FAN_OUT] = [400, 600];
const STATED = {
  heNormal: 2 / FAN_IN,
  glorotNormal: 2 / (FAN_IN + FAN_OUT),
  leCunNormal: 1 / FAN_IN,
  heUniform: 2 / FAN_IN,
  glorotUniform: 2 / (FAN_IN + FAN_OUT),
};
const CUT = 0.8796256610342398;
tf.setBackend("cpu").then(() => {
  for (const [name, variance] of Object.entries(STATED)) {
    const weights = tf.initializers[name]({ seed: 3 }).apply([FAN_IN, FAN_OUT]);
    const ratio = Math.sqrt(tf.moments(weights).variance.dataSync()[0] / variance);
    console.log(name, "standard deviation over the stated one:", ratio.toFixed(4));
    // 240000 draws: one standard error of the ratio is below 0.0015.
    assert(Math.abs(ratio - (name.endsWith("Normal") ? CUT : 1)) < 0.006, `${name} has another standard deviation now`);
  }
});
JS
node run.cjs 2>/dev/null
