"""The plane through a network's loss, in Streamlit's own test runner."""

import re

from tests.apps import healthy, open_page


def test_a_training_that_diverges_is_said_and_leaves_the_last_good_plane() -> None:
    app = healthy(open_page("gradient_descent", gd_chapter="network_loss"))
    before = [text.value for text in app.markdown]
    app.selectbox(key="gd_trainer").set_value("gradient_descent")
    app.select_slider(key="gd_trainer_rate").set_value(1.0).run()
    (said,) = [code.value for code in healthy(app).code if "Training diverges after " in code.value]
    assert re.search(r"of Gradient descent at the learning rate 1\. .* smaller learning rate", said)
    assert [text.value for text in app.markdown] == before
