"""The first page: an ε, and the width that is enough for it."""

import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from nnviz.functions import TARGETS
from nnviz.ui import home


def opened(**link: str) -> AppTest:
    app = AppTest.from_file("../../app.py", default_timeout=30)
    for key, value in link.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, [box.message for box in app.exception]
    return app


@pytest.mark.parametrize("epsilon", home.EPSILONS)
@pytest.mark.parametrize("target", home.HOME)
def test_the_width_is_the_first_that_is_within_epsilon(target, epsilon):
    app = opened(home_target=TARGETS[target].label, home_epsilon=f"{epsilon:g}")
    text = next(text.value for text in app.markdown if "for every ε" in text.value)
    film, widths = home.growing(target)
    errors = np.abs(film.predictions - film.target).max(axis=1)
    enough = re.search(r"N = (\d+) units", text)
    if enough is None:
        assert (errors > epsilon).all()
    else:
        place = widths.index(int(enough[1]))
        assert errors[place] <= epsilon < errors[:place].min(initial=np.inf)


def test_straight_pieces_of_a_sine_keep_the_bound_of_interpolation():
    """h² max|f″| / 8 with N even pieces of [-1, 1] (de Boor 1978): an outside bound for what the page shows."""
    film, widths = home.growing("sine")
    bound = (2 / np.array(widths)) ** 2 / 8 * (2 * np.pi) ** 2
    assert (film.sup <= bound * (1 + 1e-9)).all()
