"""What students take from a page for a challenge of a class room, against torch and against the theory of a bowl."""

from typing import Any

import numpy as np
import pytest
import torch

from nnviz.web import live
from tests.lessons.test_linear_regression import X, Y, opened, sent_to


@pytest.fixture
def in_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lesson page of a class shows the page in a frame; only there is anything published."""
    monkeypatch.setattr(live, "is_framed", lambda: True)


def published(challenge: str, **link: str) -> tuple[Any, Any]:
    """What the page publishes for a challenge: across, and up."""
    (found,) = [values for values in sent_values(**link) if f"{challenge}_up" in values]
    return found[f"{challenge}_across"], found[f"{challenge}_up"]


def sent_values(**link: str) -> list[dict[str, Any]]:
    """All live values that the page publishes, those of each component apart."""
    return [one["values"] for one in sent_to(opened(**link), "nnviz_live_sliders")]


def results(challenge: str, **link: str) -> tuple[float, float]:
    """The two numbers of a challenge as the page publishes them before a slider moves."""
    across, up = (
        one["of"][0] if isinstance(one, dict) else np.nan if one is None else one
        for one in published(challenge, **link)
    )
    return across, up


def descend(rate: float, updates: int) -> float:
    """The loss after so many updates from the line ŷ = 0."""
    line = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    sgd = torch.optim.SGD([line], lr=rate)
    for _ in range(updates):
        sgd.zero_grad()
        torch.mean((line[0] * X + line[1] - Y) ** 2).backward()
        sgd.step()
    return float(torch.mean((line[0] * X + line[1] - Y) ** 2).detach())


@pytest.mark.usefixtures("in_frame")
def test_a_line_by_hand_publishes_its_loss_which_follows_the_sliders() -> None:
    w, loss = results("smallest_error", lr_w="0.5", lr_b="-0.25")
    assert w == pytest.approx(0.5)
    assert loss == pytest.approx(float(torch.mean((0.5 * X - 0.25 - Y) ** 2)))
    _, up = published("smallest_error", lr_w="0.5", lr_b="-0.25")
    u, v = ((value - at) / reach for value, at, reach in zip((1.5, 0.75), up["at"], up["reach"], strict=True))
    moved = float(np.dot(up["of"], [1, u, v, u * u, u * v, v * v]))
    assert moved == pytest.approx(float(torch.mean((1.5 * X + 0.75 - Y) ** 2)))


@pytest.mark.usefixtures("in_frame")
def test_a_learning_rate_is_published_with_the_last_loss_unless_it_diverges() -> None:
    rate, loss = results("largest_rate", lr_w="0", lr_b="0", lr_eta="0.05", lr_steps="7")
    assert [rate, loss] == pytest.approx([0.05, descend(0.05, 7)])
    assert np.isnan(results("largest_rate", lr_w="0", lr_b="0", lr_eta="0.05")[1])  # no update was made
    design = np.column_stack((X, np.ones_like(X)))
    limit = 2 / np.linalg.eigvalsh(2 * design.T @ design / len(X)).max()
    link = {"lr_chapter": "step_size", "lr_shift": "0"}
    stable, unstable = (results("largest_rate", **link, lr_rate=rate) for rate in ("1.9", "2.1"))
    assert list(stable) == pytest.approx([0.95 * limit, descend(0.95 * limit, 60)])
    assert unstable[0] == pytest.approx(1.05 * limit)
    assert np.isnan(unstable[1])


def test_a_page_outside_of_a_frame_publishes_no_result() -> None:
    by_hand, step_size = sent_values(lr_eta="0.05", lr_steps="7"), sent_values(lr_chapter="step_size")
    assert by_hand  # other live values are published
    assert any("lr_rate" in values for values in step_size)
    assert not any(name.endswith(("_across", "_up")) for values in by_hand + step_size for name in values)
