#!/usr/bin/env bash
# convnetjs 0.3.0: the loss that its regression layer reports is four times the one whose gradient it follows.
#
# Expected: the layer minimizes the sum of (y_hat - y)^2 / 2, as its gradient y_hat - y says, and reports this sum.
# Seen: it reports 2 (y_hat - y)^2. For an output 0 and the target 3 the loss is 18, and one step of gradient descent with the learning
# rate 0.1 moves a bias by 0.3, so the gradient is 3; that of the reported loss is 12.
# It matters where its curve stands beside that of another library, or the best learning rate is worked out from the curvature of the
# reported loss: the rate at which training diverges is then four times as large as expected.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund convnetjs@0.3.0
cat > run.cjs <<'JS'
const assert = require("node:assert");
const { Net, Trainer, Vol } = require("convnetjs");

const RATE = 0.1;
const TARGET = 3;
const net = new Net();
net.makeLayers([{ type: "input", out_sx: 1, out_sy: 1, out_depth: 1 }, { type: "regression", num_neurons: 1 }]);
const trainer = new Trainer(net, { method: "sgd", learning_rate: RATE, momentum: 0, batch_size: 1, l2_decay: 0 });
const input = new Vol([0]); // the output is the bias alone
const before = net.forward(input).w[0];
const { cost_loss: reported } = trainer.train(input, [TARGET]);
const after = net.forward(input).w[0];
const gradient = (before - after) / RATE;
console.log({ before, after, reported, gradient, half: (before - TARGET) ** 2 / 2 });
assert(Math.abs(gradient - (before - TARGET)) < 1e-9, "the gradient is another one now");
assert(Math.abs(reported - 2 * (before - TARGET) ** 2) < 1e-9, "the loss is reported with another factor now");
JS
node run.cjs
