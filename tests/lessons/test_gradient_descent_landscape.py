"""The plane through a network's loss, in Streamlit's own test runner."""

import re

import numpy as np

from nnviz.expressions import parse
from nnviz.lessons.gradient_descent.network_loss.chart import draw_losses
from nnviz.lessons.gradient_descent.network_loss.view import EXAMPLES, find_worst, map_domain
from nnviz.networks import TrainingSpec, train
from nnviz.networks.landscape import Landscape, LandscapeSpec, landscape
from nnviz.targets import TARGETS
from nnviz.web.frame_steps import MAX_FRAMES
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
    assert drawn["ring"]["name"] == ["8 times\nat update 20"]
    assert drawn["ring"]["y"] == [0.1]


def test_the_default_map_shows_nine_times_the_loss_of_the_network() -> None:
    x = np.linspace(*TARGETS["sine"].interval, EXAMPLES)
    y = parse(TARGETS["sine"].text)(x)
    spec = TrainingSpec(
        8, "tanh", "adam", 0.02, 600, seed=0, frames=MAX_FRAMES, seconds=60.0, dtype="float64"
    )
    run = train(spec, x, y)
    seen = landscape(LandscapeSpec("components", 0, 5), run, x, y)
    worst = find_worst(seen)
    assert run.parameters.shape[1] == 25
    assert (run.steps[worst], float(f"{seen.shadow[worst] / seen.true[worst]:.2g}")) == (289, 9.2)
    np.testing.assert_allclose(seen.shadow[-1], seen.true[-1])


def test_a_flat_plane_is_shown_on_a_higher_map_with_the_same_middle() -> None:
    assert map_domain(((0.0, 10.0), (0.0, 2.0))) == ((0.0, 10.0), (-3.0, 5.0))
    assert map_domain(((0.0, 10.0), (0.0, 9.0))) == ((0.0, 10.0), (0.0, 9.0))
