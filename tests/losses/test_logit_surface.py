import numpy as np
import pytest
import torch
from torch.nn import functional

from nnviz.losses import LOSSES, logit_surface
from nnviz.optimization import DescentSpec, descend
from tests.cases import each

TORCH = {
    "cross_entropy": lambda z: functional.binary_cross_entropy_with_logits(
        z, torch.ones_like(z), reduction="none"
    ),
    "squared_sigmoid": lambda z: functional.mse_loss(torch.sigmoid(z), torch.ones_like(z), reduction="none"),
    "hinge": lambda z: torch.relu(1 - z),
    "focal": lambda z: (1 - torch.sigmoid(z)) ** 2 * functional.softplus(-z),
}


@each("name", [name for name, loss in LOSSES.items() if loss.task == "binary"])
def test_a_walk_is_that_of_torch_sgd(name: str) -> None:
    run = descend(DescentSpec("own", "gradient_descent", 0.5, (-3.1,), 40), logit_surface(LOSSES[name]))
    z = torch.tensor([-3.1], dtype=torch.float64, requires_grad=True)
    sgd = torch.optim.SGD([z], lr=0.5)
    for point, value in zip(run.points, run.values, strict=True):
        loss = TORCH[name](z).sum()
        np.testing.assert_allclose(z.detach().numpy(), point, rtol=1e-10)
        np.testing.assert_allclose(loss.item(), value, rtol=1e-10, atol=1e-14)
        sgd.zero_grad()
        loss.backward()
        sgd.step()


@each("name", ["cross_entropy", "squared_sigmoid", "focal"])
def test_the_curvature_is_that_of_autograd(name: str) -> None:
    z = torch.linspace(-6, 6, 25, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(TORCH[name](z).sum(), z, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), z)
    found = logit_surface(LOSSES[name]).hessian(z.detach().numpy()[:, None])
    assert found.shape == (25, 1, 1)
    np.testing.assert_allclose(found[:, 0, 0], curvature.numpy(), rtol=1e-9, atol=1e-12)


def test_a_saturated_start_learns_from_cross_entropy_only() -> None:
    ends = {
        name: descend(DescentSpec("own", "gradient_descent", 0.5, (-8.0,), 100), logit_surface(LOSSES[name]))
        for name in ("cross_entropy", "squared_sigmoid")
    }
    assert ends["cross_entropy"].points[-1, 0] > 2
    assert ends["squared_sigmoid"].points[-1, 0] < -7


def test_a_regression_loss_is_refused() -> None:
    with pytest.raises(ValueError, match="binary"):
        logit_surface(LOSSES["squared"])
