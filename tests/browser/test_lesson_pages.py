"""A lesson without Python, opened from a file: its charts and formulas follow its sliders."""

from pathlib import Path

import numpy as np
import pytest

from nnviz.data import SampleSpec, draw
from nnviz.static_edition.lesson_pages import write_lessons
from tests.browser.conftest import Begin

pytestmark = pytest.mark.browser
TEXTS = "[...document.querySelectorAll('{}')].map((node) => node.textContent).find((words) => words.includes('{}'))"
LINE = draw(SampleSpec("line", 40, 0.4))
LOSS, FORMULA = TEXTS.format("svg.marks text", "error L = "), TEXTS.format(".katex-html", "←")


def test_a_lesson_from_a_file_follows_its_sliders(visit: Begin, tmp_path: Path) -> None:
    (file,) = write_lessons(tmp_path / "lessons", [("linear_regression", "by_hand")])
    one = visit()
    one.page.goto(file.as_uri())
    one.page.wait_for_function("document.documentElement.dataset.started")
    one.page.wait_for_function(f"{LOSS} === 'mean squared error L = 0.989'")
    one.page.wait_for_function(f"{FORMULA}.includes('0.0815')")
    slider = one.page.locator("[data-live=lr_w]")
    slider.focus()
    for _ in range(4):
        one.page.keyboard.press("ArrowRight")
    one.page.wait_for_function("Math.abs(window.nnviz.live.lr_w - 0.02) < 1e-9")
    one.page.wait_for_function(
        f"{LOSS} === 'mean squared error L = {np.mean((0.02 * LINE.x[:, 0] - LINE.y) ** 2):.4g}'"
    )
    one.page.wait_for_function(f"!{FORMULA}.includes('0.0815')")
    assert one.complaints == []
