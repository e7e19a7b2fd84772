"""The networks of two inputs that ship with the app: the same on every machine, and as good as those fitted at once."""

from itertools import count

import numpy as np
import pytest

from nnviz._memory import RESULTS
from nnviz._types import Array
from nnviz.approximation import ridge_least_squares
from nnviz.approximation.default_ridges import ACTIVATION, BOX, WIDTHS, F, default_ridges
from nnviz.expressions import parse
from nnviz.lessons.universal_approximation.two_inputs import text, view
from nnviz.targets import TARGETS_2D
from tests.narrowing import present

FIRST = TARGETS_2D[view.FIRST]
POINTS = np.random.default_rng(3).uniform(-1, 1, (4000, 2))


def test_the_first_pictures_do_not_depend_on_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    function = parse(FIRST.text, ("x", "y"))
    for width in WIDTHS:
        question = view.Question(function, FIRST.interval, width, ACTIVATION, text.SOLVED, None)
        seen = list[list[Array]]()
        for step in (1e-6, 1e3):
            RESULTS.clear()
            clock = count(0.0, step)
            monkeypatch.setattr("nnviz._clock.SECONDS", lambda clock=clock: next(clock))
            parts = view._parts(question)
            seen.append([view._fields(question).network, *(part.parameters for part in parts)])
        for slow, fast in zip(*seen, strict=True):
            np.testing.assert_array_equal(slow, fast)


def test_they_are_better_than_without_refinement_and_than_narrower_ones() -> None:
    y = np.exp(-8 * (POINTS**2).sum(axis=1))
    shipped = [present(default_ridges(F, BOX, width, ACTIVATION)) for width in WIDTHS]
    errors = [float(np.abs(y - one(POINTS)).max()) for one in shipped]
    assert [one.width for one in shipped] == list(WIDTHS)
    assert (np.diff(errors) < 0).all()
    assert errors[-1] < 2e-3
    placed = ridge_least_squares(lambda x: np.exp(-8 * (x**2).sum(axis=1)), BOX, 8, ACTIVATION, seconds=0)
    assert errors[0] < np.abs(y - placed(POINTS)).max() / 2


def test_no_other_question_has_one() -> None:
    for f, box, width, activation in (
        ("x", BOX, 64, ACTIVATION), (F, ((0.0, 1.0), (0.0, 1.0)), 64, ACTIVATION),
        (F, BOX, 128, ACTIVATION), (F, BOX, 64, "sigmoid"),
    ):  # fmt: skip
        assert default_ridges(f, box, width, activation) is None
