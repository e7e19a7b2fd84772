"""Numbers of a formula between two reruns: the polynomials sent to the browser, against torch at other lines."""

from typing import Any

import numpy as np
import pytest
import torch

from nnviz._types import Array
from nnviz.regression import linear_model as regression
from nnviz.web import live_latex as module
from nnviz.web.live_latex import LiveNumbers
from tests.narrowing import present

torch.set_num_threads(1)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a page sends, in order."""
    kept = []
    monkeypatch.setattr(module, "_FOLLOWED", lambda *, key, data: kept.append({"key": key, **data}))
    return kept


def value(number: dict[str, Any], at: Array, reach: Array, place: Array) -> float:
    """The polynomial of numbers.js, by NumPy: 1, u, and the products of two, the first with all that follow."""
    u = (np.array(place) - at) / reach
    return float(np.dot(number["of"], [1, *u, *np.outer(u, u)[np.triu_indices(len(u))]]))


@pytest.mark.parametrize("far", [1.0, 1e5])
@pytest.mark.parametrize("inputs", [1, 3])
def test_loss_and_slope_are_those_of_torch_wherever_the_hand_goes(
    sent: list[Any], far: float, inputs: int
) -> None:
    random = np.random.default_rng(inputs)
    x, y = random.normal(size=(40, inputs)) * far, random.normal(size=40)
    at, reach = np.array([0.7 / far] * inputs + [-0.2]), np.array([2 / far] * inputs + [3.0])
    numbers = LiveNumbers(
        {str(k): value for k, value in enumerate(at.tolist())}, scales=reach.tolist(), key="k"
    )
    numbers.place(lambda *line: regression.mean_squared_error(x, y, line[:-1], line[-1]))
    numbers.place(lambda *line: float(regression.gradient(x, y, line[:-1], line[-1])[0]))
    numbers.mount()
    for place in random.uniform(-1, 1, (5, inputs + 1)) * reach:
        line = torch.tensor(place, requires_grad=True)
        loss = torch.nn.functional.mse_loss(torch.tensor(x) @ line[:-1] + line[-1], torch.tensor(y))
        loss.backward()
        shown, slope = (value(number, at, reach, place) for number in sent[0]["numbers"])
        assert shown == pytest.approx(loss.item(), rel=1e-10)
        assert slope == pytest.approx(float(present(line.grad)[0]), rel=1e-9, abs=1e-9 * far)


def test_what_is_no_number_is_sent_as_words(sent: list[Any]) -> None:
    numbers = LiveNumbers({"w": 2.0, "b": 3.0}, scales=[1.0, 1.0], key="k")
    places = [numbers.place(number) for number in (np.multiply, lambda *_: np.inf, lambda *_: np.nan)]
    numbers.mount()
    assert [number["of"] for number in sent[0]["numbers"]] == [[6.0, 3.0, 2.0, 0.0, 1.0, 0.0], [], []]
    assert [number["words"] for number in sent[0]["numbers"]] == ["", "∞", "not a number"]
    assert len(set(places)) == 3


def test_a_number_that_overflows_near_by_stays_as_it_is(sent: list[Any]) -> None:
    numbers = LiveNumbers({"w": 1e154}, scales=[1e154], key="k")
    numbers.place(lambda w: np.square(w))
    numbers.mount()
    assert sent[0]["numbers"][0]["of"] == [1e154**2]
