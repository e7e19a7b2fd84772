#!/usr/bin/env bash
# optax 0.2.8 and torch 2.13.0: AMSGrad is two algorithms, and in torch its step size grows again after a large gradient.
#
# Expected: Reddi, Kale and Kumar (2018) take the largest second moment so far, so that the step size never grows. Their algorithm has
# no bias correction. Equal settings of adam give equal iterates in both libraries, to 1e-15.
# Seen: torch takes the maximum of the moments and divides it by 1 - b2^t after that; optax takes the maximum of the moments already
# divided. After one gradient of 100 and then 1 for ever (b1 = 0, b2 = 0.999), the denominator in torch falls from 100 to 70.7 at the
# second update and to 10.2 at update 100. The steps grow, which AMSGrad was made to exclude. In optax the denominator stays at 100.
# At learning rate 0.1, w is -0.199 in optax after 100 updates and -0.761 in torch.
# It matters where one library is the oracle of the other, and where AMSGrad is taught by its guarantee.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet optax==0.2.8 jax==0.10.2 torch==2.13.0 numpy==2.3.4
"$folder/venv/bin/python" - <<'PY'
import jax
import numpy as np
import optax
import torch

jax.config.update("jax_enable_x64", True)
GRADIENTS = np.r_[100.0, np.ones(99)]


def by_optax(rule):
    w = jax.numpy.zeros(1)
    state, seen = rule.init(w), []
    for gradient in GRADIENTS:
        step, state = rule.update(jax.numpy.array([gradient]), state, w)
        w = optax.apply_updates(w, step)
        seen.append(float(w[0]))
    return np.array(seen)


def by_torch(**options):
    w = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    rule, seen = torch.optim.Adam([w], lr=0.1, betas=(0.0, 0.999), eps=1e-8, **options), []
    for gradient in GRADIENTS:
        w.grad = torch.tensor([gradient], dtype=torch.float64)
        rule.step()
        seen.append(w.item())
    return np.array(seen)


adam = by_optax(optax.adam(0.1, 0.0, 0.999, 1e-8)), by_torch()
ams = by_optax(optax.amsgrad(0.1, 0.0, 0.999, 1e-8)), by_torch(amsgrad=True)
# Without momentum an update is 0.1 times the gradient over the denominator.
dividers = [-0.1 / np.diff(w) for w in ams]
print("w after 100 updates, optax and torch:", ams[0][-1], ams[1][-1])
print("denominators at updates 2, 3 and 100:", *(d[[0, 1, -1]] for d in dividers))
assert np.abs(adam[0] - adam[1]).max() < 1e-12
assert np.allclose(dividers[0], 100), "optax corrects the bias after the maximum now"
assert np.allclose(dividers[1], 100 * np.sqrt(0.001 / (1 - 0.999 ** np.arange(2, 101)))), "torch has another rule now"
assert abs(ams[0][-1] + 0.199) < 1e-3 and abs(ams[1][-1] + 0.761) < 1e-3
PY
