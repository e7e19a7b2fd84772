#!/usr/bin/env bash
# jax 0.10.2 and @tensorflow/tfjs 4.22.0: the derivative of |x| at 0 is 1 in jax and -1 in tfjs.
#
# Expected: 0, which is the subgradient of smallest norm and the value of both libraries' own sign(0). torch 2.13.0 gives 0.
# Seen: grad(abs)(0) is 1 in jax and -1 in tfjs, while sign(0) is 0 in both. jax.numpy.linalg.norm(w, 1) does as abs does.
# In tfjs, maximum(x, 0) has the derivative 1 at 0 and maximum(0, x) has 0; relu has 0.
# It matters for the absolute loss and for the penalty |w|: at a perfect fit, and at w = 0, the first update of gradient descent moves
# away by the learning rate, to the left with jax and to the right with tfjs. torch stays. A gradient that is compared across these
# libraries on data with zero residuals differs by as much as it can.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @tensorflow/tfjs@4.22.0
cat > run.cjs <<'JS'
const assert = require("node:assert");
const tf = require("@tensorflow/tfjs");

tf.setBackend("cpu").then(() => {
  const slope = (f) => tf.grad(f)(tf.scalar(0)).dataSync()[0];
  const found = [slope(tf.abs), tf.sign(tf.scalar(0)).dataSync()[0]];
  const kinks = [slope((x) => tf.maximum(x, 0)), slope((x) => tf.maximum(0, x)), slope(tf.relu)];
  console.log("tfjs: derivative of abs and sign at 0:", ...found, "maximum(x, 0), maximum(0, x), relu:", ...kinks);
  assert.deepEqual(found.map((one) => one + 0), [-1, 0], "abs has another derivative now");
  assert.deepEqual(kinks.map((one) => one + 0), [1, 0, 0], "the kinks have other derivatives now");
});
JS
node run.cjs 2>/dev/null
python3 -m venv venv
venv/bin/pip install --quiet jax==0.10.2 jaxlib==0.10.2 numpy==2.3.4
venv/bin/python - <<'PY'
import jax
import jax.numpy as jnp

found = float(jax.grad(jnp.abs)(0.0)), float(jnp.sign(0.0))
norm = jax.grad(lambda w: jnp.linalg.norm(w, 1))(jnp.array([0.0, -2.0])).tolist()
print("jax: derivative of abs and sign at 0:", *found, "gradient of the 1-norm at (0, -2):", norm)
assert found == (1.0, 0.0), "abs has another derivative now"
assert norm == [1.0, -1.0]
assert float(jax.grad(jax.nn.relu)(0.0)) == 0.0
PY
