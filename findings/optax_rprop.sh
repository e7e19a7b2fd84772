#!/usr/bin/env bash
# optax 0.2.8: rprop applies the step of the update before, so its first update is zero.
#
# Expected: Rprop of Igel and Huesken (2003), which its documentation cites: the step that the current gradient gives is taken at once.
# torch.optim.Rprop 2.13.0 does so with the same settings.
# Seen: the step of update k is computed and kept, and the step of update k - 1 is applied. The first update moves nothing, and each
# change of sign costs two more updates. From w = 1 on f(w) = w^2 / 2 the rule gives 0.9, 0.78, 0.636, and optax 1.0, 0.9, 0.78.
# Behind the first change of sign the two part for good: after 60 updates |w| is 1e-6 by the rule and 5e-4 in optax.
# It matters where optimizers are compared, or one library is the oracle of another: equal names and settings give other iterates.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet optax==0.2.8 jax==0.10.2 jaxlib==0.10.2 numpy==2.3.4
"$folder/venv/bin/python" - <<'PY'
import jax
import numpy as np
import optax

jax.config.update("jax_enable_x64", True)
RATE, LESS, MORE, LEAST, MOST = 0.1, 0.5, 1.2, 1e-6, 50.0


def by_optax(updates):
    w, rule = jax.numpy.ones(1), optax.rprop(RATE, LESS, MORE, LEAST, MOST)
    state, seen = rule.init(w), []
    for _ in range(updates):
        step, state = rule.update(w, state, w)
        w = optax.apply_updates(w, step)
        seen.append(float(w[0]))
    return np.array(seen)


def by_the_paper(updates):
    w, size, before, seen = 1.0, RATE, 0.0, []
    for _ in range(updates):
        gradient = w
        if before * gradient > 0:
            size = min(size * MORE, MOST)
        elif before * gradient < 0:
            size, gradient = max(size * LESS, LEAST), 0.0
        w, before = w - size * np.sign(gradient), gradient
        seen.append(w)
    return np.array(seen)


late, now = by_optax(60), by_the_paper(60)
print("optax:", late[:10].round(4), abs(late[-1]))
print("paper:", now[:10].round(4), abs(now[-1]))
assert late[0] == 1.0, "the first update moves now"
assert np.allclose(late[1:8], now[:7])
assert abs(now[-1]) < 1e-5 < 1e-4 < abs(late[-1])
PY
