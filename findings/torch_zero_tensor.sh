#!/usr/bin/env bash
# torch 2.13.0: the second derivative of the absolute loss is a tensor of zeros that NumPy, lists and files refuse.
#
# Expected: torch.autograd.grad gives an ordinary tensor. The second derivative of |x| is 0 away from 0, so .numpy() and .tolist() give
# zeros, as they do for relu and leaky_relu.
# Seen: for l1_loss, abs, norm(1) and smooth_l1_loss with beta 0 the result prints as zeros, and compares and adds as zeros. .numpy() and
# numpy.asarray end in "Cannot convert a ZeroTensor to numpy", .tolist() in "a tensor with unallocated storage", and torch.save in
# "ZeroTensor is not serializable". A + 0 or .clone() makes an ordinary tensor of it.
# In torch 2.6.0 .numpy() and .numpy(force=True) raise nothing and give what was in memory, such as 9.9e247.
# It matters for a table of losses with their curvatures that loops over the losses: it works for the squares and for Huber, and ends in an
# error for the absolute loss, or, with an older torch, draws a curvature of random numbers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet torch==2.13.0 numpy==2.3.4
"$folder/venv/bin/python" - <<'PY'
import io

import numpy as np
import torch
from torch.nn import functional


def second(loss):
    x = torch.tensor([-2.0, 0.5, 3.0], dtype=torch.float64, requires_grad=True)
    (first,) = torch.autograd.grad(loss(x).sum(), x, create_graph=True)
    return torch.autograd.grad(first.sum(), x)[0]


def error(work):
    try:
        work()
    except RuntimeError as caught:
        return str(caught).strip()
    return None


zeros = torch.zeros(3, dtype=torch.float64)
ordinary = {"square": lambda x: x**2, "relu": torch.relu, "huber": lambda x: functional.huber_loss(x, zeros, reduction="none")}
for name, loss in ordinary.items():
    print(name, second(loss).numpy())
for name, loss in {"abs": torch.abs, "l1_loss": lambda x: functional.l1_loss(x, zeros, reduction="none")}.items():
    found = second(loss)
    print(name, found)
    assert torch.equal(found + 0, zeros)
    refusals = [
        error(lambda: found.numpy()), error(lambda: np.asarray(found)), error(lambda: found.tolist()),
        error(lambda: torch.save(found, io.BytesIO())),
    ]
    print(*refusals, sep="\n")
    assert all(refusals), "it is an ordinary tensor now"
    assert (found + 0).tolist() == [0.0, 0.0, 0.0]
PY
