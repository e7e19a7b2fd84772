#!/usr/bin/env bash
# ml-fnn 5.0.0: the option "activation" is ignored, and every network is a tanh network.
#
# Expected: the options of its documentation (logistic, arctan, softsign, relu, softplus, bent, sinusoid, sinc, gaussian, identity) give
# networks with these activation functions, or an error.
# Seen: the name is looked up among the numbers of a list and never found, and then replaced by "tanh" without a word. From
# equal random numbers, all names give equal weights. The exported network says "tanh", and that is what it computes.
# It matters where activation functions are compared: all curves of the comparison are one curve, up to the random start.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund ml-fnn@5.0.0
cat > run.cjs <<'JS'
const assert = require("node:assert");
const FNN = require("ml-fnn");

const NAMES = ["tanh", "identity", "logistic", "arctan", "softsign", "relu", "softplus", "bent", "sinusoid", "sinc", "gaussian"];
function trained(activation) {
  let state = 7;
  Math.random = () => (state = (state * 16807) % 2147483647) / 2147483647;
  const network = new FNN({ hiddenLayers: [4], iterations: 30, learningRate: 0.1, activation });
  network.train([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]);
  return network.toJSON();
}
const tanh = JSON.stringify(trained("tanh").layers);
for (const name of NAMES) {
  const found = trained(name);
  console.log(name, "is exported as", found.activation);
  assert.equal(found.activation, "tanh", `${name} is kept now`);
  assert.equal(JSON.stringify(found.layers), tanh, `${name} gives other weights now`);
}
JS
node run.cjs
