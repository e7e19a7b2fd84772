"""What the browser computes while a slider moves, read by Python and compared with torch autograd."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy.stats import norm

from nnviz.charts.network import BROWSER, Passes, arithmetic
from nnviz.networks import ACTIVATIONS
from tests.networks.test_activations import TORCH

torch.set_num_threads(1)
VEGA = {
    "abs": abs, "max": max, "exp": math.exp, "log": math.log, "sin": math.sin, "cos": math.cos,
    "cumulativeNormal": norm.cdf, "densityNormal": norm.pdf,
}  # fmt: skip


def in_the_browser(activation: str, given: dict[str, float], units: int) -> dict[str, float]:
    """Vega's expressions of this kind are Python's too."""
    datum = SimpleNamespace(**given)
    for name, expression in arithmetic(activation, units):
        setattr(datum, name, float(eval(expression, {**VEGA, "datum": datum})))
    return vars(datum)


def by_torch(activation: str, given: dict[str, float], units: int) -> dict[str, float]:
    symbols = {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in given.items()
    }
    z = {j: symbols[f"w{j}"] * symbols["x"] + symbols[f"b{j}"] for j in range(1, units + 1)}
    a = {j: TORCH[activation](z[j]) for j in z}
    yhat = symbols["c"] + sum(symbols[f"v{j}"] * a[j] for j in a)
    for inner in [*z.values(), yhat]:
        inner.retain_grad()
    loss = (yhat - symbols["y"]) ** 2
    loss.backward()
    learned = ["c", *(f"{symbol}{j}" for j in z for symbol in "wbv")]
    optimizer = torch.optim.SGD([symbols[name] for name in learned], lr=given["eta"])
    found = {f"d{name}": symbols[name].grad.item() for name in learned}
    found |= (
        {f"z{j}": z[j].item() for j in z}
        | {f"a{j}": a[j].item() for j in z}
        | {f"dz{j}": z[j].grad.item() for j in z}
    )
    optimizer.step()
    found |= {f"n{name}": symbols[name].item() for name in learned}
    return found | {"yhat": yhat.item(), "loss": loss.item(), "dy": yhat.grad.item()}


@pytest.mark.parametrize("units", [1, 3])
@pytest.mark.parametrize("activation", BROWSER)
def test_every_number_equals_torch_autograd(activation, units):
    rng = np.random.default_rng(units)
    for _ in range(5):
        given = {name: float(rng.normal()) for name in Passes(activation, {}, units).given} | {"eta": 0.1}
        found, wanted = in_the_browser(activation, given, units), by_torch(activation, given, units)
        assert set(found) == set(wanted) | set(given)
        for name, value in wanted.items():
            assert found[name] == pytest.approx(value, rel=1e-9, abs=1e-12), name


def test_the_browser_knows_every_activation_that_can_be_trained():
    assert set(BROWSER) == {name for name, activation in ACTIVATIONS.items() if activation.trainable}
    assert set(BROWSER) <= set(TORCH)
