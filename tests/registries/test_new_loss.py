"""One record is enough: a loss that is added at run time is found everywhere."""

import numpy as np
import pytest
import torch

from nnviz.expressions import Library
from nnviz.lessons.loss_functions.errors.code import line_code
from nnviz.losses.loss import Loss
from nnviz.regression import fit_line
from tests.apps import healthy, open_page
from tests.narrowing import present
from tests.registries.records import pictures, run, words

torch.set_num_threads(1)


def test_the_new_loss_has_the_derivatives_of_torch(cauchy: Loss) -> None:
    prediction = torch.linspace(-5, 5, 41, dtype=torch.float64, requires_grad=True)
    target = torch.zeros(41, dtype=torch.float64)
    value = 0.7**2 / 2 * torch.log1p(((prediction - target) / 0.7) ** 2)
    (slope,) = torch.autograd.grad(value.sum(), prediction, create_graph=True)
    (bend,) = torch.autograd.grad(slope.sum(), prediction)
    numbers, zero = prediction.detach().numpy(), target.numpy()
    for found, oracle in (
        (cauchy.value(numbers, zero, c=0.7), value),
        (cauchy.derivative(numbers, zero, c=0.7), slope),
        (cauchy.curvature(numbers, zero, c=0.7), bend),
    ):
        np.testing.assert_allclose(found, oracle.detach().numpy(), rtol=1e-12, atol=1e-14)


@pytest.mark.usefixtures("cauchy")
@pytest.mark.parametrize("language", ["numpy", "torch"])
def test_the_new_loss_fits_a_line_and_so_does_its_code(language: Library) -> None:
    rng = np.random.default_rng(3)
    x = rng.uniform(-1, 1, 14)
    y = 0.8 * x - 0.3 + 0.1 * rng.normal(size=14)
    y[0] += 6
    fit = fit_line(x, y, "cauchy", {"c": 0.5})
    assert fit.weight == pytest.approx(0.8, abs=0.2)
    (line,) = run(line_code(language, x, y, {"cauchy": {"c": 0.5}}))["LINES"].values()
    np.testing.assert_allclose([float(part) for part in line], [fit.weight, fit.bias], atol=1e-6)


def test_the_new_loss_is_in_the_menu_the_link_and_the_picture(cauchy: Loss) -> None:
    app = healthy(open_page("loss_functions", lf_losses=["cauchy", "squared"], lf_cauchy_c="0.5"))
    assert "Cauchy" in app.button_group(key="lf_losses").options
    assert present(app.button_group(key="lf_losses").value) == ["cauchy", "squared"]
    assert any('"Cauchy"' in spec for spec in pictures(app))
    assert "| Cauchy |" in words(app)
    assert cauchy.lesson in words(app) or cauchy.latex in words(app)
