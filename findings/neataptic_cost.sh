#!/usr/bin/env bash
# synaptic 1.1.4 and neataptic 1.4.7: the option "cost" of training changes the printed error and not the training.
#
# Expected: train({cost}) minimizes the named cost. With a sigmoid output, the output error of the squared cost has the factor
# a (1 - a), and that of cross-entropy does not (Nielsen, Neural Networks and Deep Learning, chapter 3).
# Seen: an output neuron always sends back target - activation. This is the gradient of cross-entropy with a sigmoid output, whatever
# cost was named. From equal weights, training with MSE, CROSS_ENTROPY and BINARY ends in equal weights, to the last bit.
# In neataptic the same holds for MAE, MAPE and HINGE.
# It matters for a lesson that compares losses with these libraries: one fit stands there under several names, and the only fit of
# "MSE" that it can show is the maximum likelihood of cross-entropy.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund synaptic@1.1.4 neataptic@1.4.7
cat > run.cjs <<'JS'
const assert = require("node:assert");
const synaptic = require("synaptic");
const neataptic = require("neataptic");

const DATA = [[0.3, 0.9], [0.8, 0.1], [0.5, 0.7]].map(([x, y]) => ({ input: [x], output: [y] }));
const OPTIONS = { rate: 0.5, iterations: 200, error: 0, shuffle: false };
function trained(start, cost, library) {
  if (library === "synaptic") {
    const network = synaptic.Network.fromJSON(JSON.parse(start));
    return [new synaptic.Trainer(network).train(DATA, { ...OPTIONS, cost: synaptic.Trainer.cost[cost] }).error, network];
  }
  const network = neataptic.Network.fromJSON(JSON.parse(start));
  return [network.train(DATA, { ...OPTIONS, cost: neataptic.methods.cost[cost] }).error, network];
}
const STARTS = { synaptic: new synaptic.Architect.Perceptron(1, 3, 1), neataptic: new neataptic.architect.Perceptron(1, 3, 1) };
const COSTS = { synaptic: ["MSE", "CROSS_ENTROPY", "BINARY"], neataptic: ["MSE", "CROSS_ENTROPY", "BINARY", "MAE", "MAPE", "HINGE"] };
for (const library of Object.keys(STARTS)) {
  const start = JSON.stringify(STARTS[library].toJSON());
  const outputs = COSTS[library].map((cost) => {
    const [error, network] = trained(start, cost, library);
    const values = DATA.map((point) => network.activate(point.input)[0]);
    console.log(library, cost, "printed error", error, "outputs", values);
    return JSON.stringify(values);
  });
  assert.equal(new Set(outputs).size, 1, `the cost changes the training of ${library} now`);
  const before = DATA.map((point) => STARTS[library].activate(point.input)[0]);
  assert(JSON.parse(outputs[0]).some((value, k) => Math.abs(value - before[k]) > 1e-6), "nothing was trained");
}
JS
node run.cjs
