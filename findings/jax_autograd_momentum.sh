#!/usr/bin/env bash
# jax 0.10.2 and autograd 1.9.1: the Adagrad of one and the SGD of the other have a momentum of 0.9 by default, and take a tenth of the first step.
#
# Expected: adagrad(0.1) of jax.example_libraries.optimizers is Adagrad, whose first step is 0.1 for each gradient. sgd of
# autograd.misc.optimizers with its defaults takes the first step 0.1 g.
# Seen: both average what they move by, v <- 0.9 v + 0.1 (the new step), from v = 0. With the gradient 2 everywhere and w = 1, the plain
# rules give 0.9 and 0.8 after one update, and these 0.99 and 0.98. Momentum in torch, and momentum() in the same module of jax,
# adds the whole new step: 0.8. So "momentum 0.9" is a factor of ten in the learning rate between these modules.
# It matters where optimizers are compared at one learning rate, or where one of these is the oracle of a plain rule.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet jax==0.10.2 jaxlib==0.10.2 autograd==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import numpy as np
from autograd.misc.optimizers import sgd
from jax.example_libraries import optimizers

GRADIENT, RATE = 2.0, 0.1


def by_jax(rule, updates=30):
    first, update, value = rule
    state, seen = first(np.array([1.0])), []
    for k in range(updates):
        state = update(k, np.array([GRADIENT]), state)
        seen.append(float(value(state)[0]))
    return np.array(seen)


def by_autograd(updates=30, **options):
    seen = []
    # The callback is called before each update.
    sgd(lambda w, k: np.array([GRADIENT]), np.array([1.0]), lambda w, k, g: seen.append(float(w[0])), updates + 1, RATE, **options)
    return np.array(seen[1:])


def averaged(steps, mass=0.9):
    w, v, seen = 1.0, 0.0, []
    for step in steps:
        v = mass * v + (1 - mass) * step
        w -= v
        seen.append(w)
    return np.array(seen)


plain_adagrad = np.array([RATE / np.sqrt(k) for k in range(1, 31)])  # the gradient is 2 each time, so g / sqrt(sum g^2) = 1 / sqrt(k)
ours = {"jax adagrad": by_jax(optimizers.adagrad(RATE)), "jax momentum": by_jax(optimizers.momentum(RATE, 0.9)), "autograd sgd": by_autograd()}
for name, seen in ours.items():
    print(f"{name:13}", seen[:4].round(4))
assert np.allclose(ours["jax adagrad"], averaged(plain_adagrad), atol=1e-6), "the default of adagrad has changed"
assert np.allclose(by_jax(optimizers.adagrad(RATE, 0.0)), 1 - np.cumsum(plain_adagrad), atol=1e-6)
assert np.allclose(ours["autograd sgd"], averaged(np.full(30, RATE * GRADIENT))), "the default of sgd has changed"
assert np.allclose(by_autograd(mass=0.0), 1 - RATE * GRADIENT * np.arange(1, 31))
assert np.isclose(ours["jax momentum"][0], 0.8) and np.isclose(ours["autograd sgd"][0], 0.98)
PY
