#!/usr/bin/env bash
# torch 2.13.0: clamp, selu, elu and two hinge losses break torch's own rule for the derivative at a kink.
#
# Expected: "Autograd mechanics, Gradients for non-differentiable functions" says: where a function is convex at least locally, the
# subgradient of minimum norm is taken, and where it is concave, the supergradient of minimum norm. relu, abs, relu6, leaky_relu and
# multi_margin_loss follow it.
# Seen: clamp(x, min=0) is relu, and has the derivative 1 at 0, where relu has 0. So does margin_ranking_loss at its margin, and
# hinge_embedding_loss has -1; the rule asks for 0. selu and elu(alpha=2) are concave around 0: the rule asks for the smaller of the two
# one-sided derivatives, 1.0507 and 1, and the larger ones are taken, 1.7581 and 2.
# torch 2.14.1 follows the rule for clamp and for both losses, and not for selu and elu. So equal code gives other gradients there.
# It matters for a perceptron from zero weights, whose loss max(0, -y w x) has its kink there: written with clamp it learns, and
# written with relu every gradient is 0 and it stays. A gradient checked at a kink against the rule fails.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet torch==2.13.0 numpy==2.3.4
"$folder/venv/bin/python" - <<'PY'
import torch
from torch.nn import functional

ONE, ZERO = torch.ones(1, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)
# name: function, expected by the rule, seen
KINKS = {
    "relu": (torch.relu, 0.0, 0.0),
    "abs": (torch.abs, 0.0, 0.0),
    "leaky_relu": (lambda x: functional.leaky_relu(x, 0.1), 0.1, 0.1),
    "multi_margin_loss": (lambda x: functional.multi_margin_loss(torch.cat([x, ONE])[None], torch.tensor([1])), 0.0, 0.0),
    "clamp": (lambda x: torch.clamp(x, min=0), 0.0, 1.0),
    "margin_ranking_loss": (lambda x: functional.margin_ranking_loss(x, ZERO, -ONE), 0.0, 1.0),
    "hinge_embedding_loss": (lambda x: functional.hinge_embedding_loss(x, -ONE, margin=0.0), 0.0, -1.0),
    "selu": (functional.selu, 1.0507009873554805, 1.7580993408473766),
    "elu": (lambda x: functional.elu(x, 2.0), 1.0, 2.0),
}


def derivative(f, at):
    x = torch.tensor([at], dtype=torch.float64, requires_grad=True)
    f(x).sum().backward()
    return x.grad.item()


for name, (f, rule, seen) in KINKS.items():
    sides = sorted(derivative(f, at) for at in (-1e-9, 1e-9))
    print(f"{name:21} beside 0: {sides[0]:.4f}, {sides[1]:.4f}   at 0: {derivative(f, 0.0):.4f}   rule: {rule:.4f}")
    assert abs(min(max(0.0, sides[0]), sides[1]) - rule) < 1e-6 if sides[0] <= 0 else abs(sides[0] - rule) < 1e-6
    assert abs(derivative(f, 0.0) - seen) < 1e-12, f"{name} has another derivative now"
x, y = torch.tensor([1.0, 2.0, -1.0]), torch.tensor([1.0, 1.0, -1.0])
for hinge, learns in ((lambda z: z.clamp(min=0), True), (torch.relu, False)):
    w = torch.zeros(1, requires_grad=True)
    hinge(-y * w * x).mean().backward()
    assert (w.grad.item() != 0) == learns
PY
