#!/usr/bin/env bash
# @tensorflow/tfjs 4.22.0: train.adadelta is plain gradient descent.
#
# Expected: Adadelta of Zeiler (2012), which its documentation cites (arXiv:1212.5701). The running mean of the squared gradients takes
# in the current gradient first, and then divides. torch.optim.Adadelta does so: its first update from gradient 30 is 0.0032.
# Seen: the mean is used before it takes in the gradient. Both running means begin at 0, so their ratio is 1 at the first update.
# The update is then the gradient itself, so both means stay equal for ever. Every iterate equals that of train.sgd at the same
# learning rate, for every rho and epsilon.
# It matters where optimizers are compared: the curve named Adadelta is the curve of gradient descent. With learning rate 1 on
# f(w) = 3 w^2 / 2 from w = 1 it gives -2, 4, -8, and Zeiler's rule gives 0.9968, 0.9936, 0.9903.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @tensorflow/tfjs@4.22.0
cat > run.cjs <<'JS'
const assert = require("node:assert");
const tf = require("@tensorflow/tfjs");

const CURVATURE = 3;
function iterates(optimizer, steps) {
  const w = tf.variable(tf.scalar(1));
  return Array.from({ length: steps }, () => {
    optimizer.minimize(() => w.square().mul(CURVATURE / 2), false, [w]);
    return w.dataSync()[0];
  });
}
function zeiler(rho, epsilon, steps) {
  let [w, squares, moves] = [1, 0, 0];
  return Array.from({ length: steps }, () => {
    const g = CURVATURE * w;
    squares = rho * squares + (1 - rho) * g * g;
    const move = (Math.sqrt(moves + epsilon) / Math.sqrt(squares + epsilon)) * g;
    moves = rho * moves + (1 - rho) * move * move;
    return (w -= move);
  });
}
tf.setBackend("cpu").then(() => {
  for (const [rate, rho, epsilon] of [[1, 0.9, 1e-6], [0.1, 0.95, 1e-7], [0.5, 0.5, 1e-3]]) {
    const found = iterates(tf.train.adadelta(rate, rho, epsilon), 12);
    const descent = iterates(tf.train.sgd(rate), 12);
    console.log("rate", rate, "adadelta", found.slice(0, 3), "sgd", descent.slice(0, 3));
    found.forEach((w, k) => assert(Math.abs(w - descent[k]) <= 1e-4 * Math.abs(descent[k]), "it is not gradient descent now"));
  }
  const paper = zeiler(0.9, 1e-6, 12);
  console.log("Zeiler's rule, rate 1:", paper.slice(0, 3));
  assert(paper.every((w) => w > 0.9 && w < 1));
});
JS
node run.cjs 2>/dev/null
