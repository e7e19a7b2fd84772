"""The plane through a network's loss, in Streamlit's own test runner."""

import re

import numpy as np

from nnviz.lessons.gradient_descent.network_loss.chart import draw_losses
from nnviz.lessons.gradient_descent.network_loss.view import find_worst
from nnviz.networks.landscape import Landscape
from tests.apps import healthy, open_page


def test_a_training_that_diverges_is_said_and_leaves_the_last_good_plane() -> None:
    app = healthy(open_page("gradient_descent", gd_chapter="network_loss"))
    before = [text.value for text in app.markdown]
    app.selectbox(key="gd_trainer").set_value("gradient_descent")
    app.select_slider(key="gd_trainer_rate").set_value(1.0).run()
    (said,) = [code.value for code in healthy(app).code if "Training diverges after " in code.value]
    assert re.search(r"of Gradient descent at the learning rate 1\. .* smaller learning rate", said)
    assert [text.value for text in app.markdown] == before


def test_the_bar_stands_at_the_largest_ratio_of_both_losses() -> None:
    true, projected = np.array([2.0, 0.4, 0.1, 0.3]), np.array([1.0, 2.0, 0.8, 0.3])
    none = np.empty(0)
    seen = Landscape(none, ((-1, 1), (-1, 1)), none, none, projected, true, none, none)
    worst = find_worst(seen)
    assert worst == 2  # 8 times; the largest difference, 1.6, is at 1
    drawn = draw_losses(np.array([0.0, 10, 20, 30]), true, projected, worst).data
    assert drawn["gap"] == {"x": [20.0], "y": [0.8], "y2": [0.1]}
    assert drawn["ring"]["name"] == ["largest ratio:\n8 times\nat update 20"]
    assert drawn["ring"]["y"] == [0.1]
