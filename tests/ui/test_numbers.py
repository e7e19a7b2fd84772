"""Numbers of a formula between two reruns: the polynomials sent to the browser, against torch at other lines."""

import numpy as np
import pytest
import torch

from nnviz.data import SampleSpec, draw
from nnviz.learning import regression
from nnviz.ui import numbers as module
from nnviz.ui.numbers import Numbers

torch.set_num_threads(1)


@pytest.fixture
def sent(monkeypatch):
    """What a page sends, in order."""
    kept = []
    monkeypatch.setattr(module, "_FOLLOWED", lambda *, key, data: kept.append({"key": key, **data}))
    return kept


def value(number, at, reach, w, b):
    """The polynomial of numbers.js, by NumPy: 1, u, v, u², uv, v²."""
    u, v = (w - at[0]) / reach[0], (b - at[1]) / reach[1]
    return np.dot(number["of"], [1, u, v, u * u, u * v, v * v])


@pytest.mark.parametrize("far", [1.0, 1e5])
def test_loss_and_slope_are_those_of_torch_wherever_the_hand_goes(sent, far):
    samples = draw(SampleSpec("line", 40, 0.4))
    x, y, at, reach = samples.x[:, 0] * far, samples.y, (0.7 / far, -0.2), (2 / far, 3.0)
    numbers = Numbers({"w": at[0], "b": at[1]}, reach=reach, key="k")
    numbers.place(lambda w, b: regression.risk(x, y, w, b))
    numbers.place(lambda w, b: float(regression.gradient(x, y, w, b)[0]))
    numbers.follow()
    for w, b in np.random.default_rng(0).uniform(-1, 1, (5, 2)) * reach:
        line = torch.tensor([w, b], dtype=torch.float64, requires_grad=True)
        loss = torch.nn.functional.mse_loss(line[0] * torch.tensor(x) + line[1], torch.tensor(y))
        loss.backward()
        risk, slope = (value(number, at, reach, w, b) for number in sent[0]["numbers"])
        assert risk == pytest.approx(loss.item(), rel=1e-10)
        assert slope == pytest.approx(float(line.grad[0]), rel=1e-9, abs=1e-9 * far)


def test_numbers_that_stay_are_sent_alone_and_what_is_no_number_as_words(sent):
    numbers = Numbers({"w": 2.0, "b": 3.0}, reach=None, key="k")
    places = [numbers.place(lambda w, b: w * b), numbers.place(float("inf")), numbers.place(float("nan"))]
    numbers.follow()
    assert sent[0]["names"] == []
    assert [number["of"] for number in sent[0]["numbers"]] == [[6.0], [], []]
    assert [number["words"] for number in sent[0]["numbers"]] == ["", "∞", "not a number"]
    assert len(set(places)) == 3
