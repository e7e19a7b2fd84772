"""The plane through a network's loss, in Streamlit's own test runner."""

from tests.ui.test_pages import healthy, opened


def test_a_training_that_diverges_is_said_and_leaves_the_last_good_plane():
    app = healthy(opened("gradient_descent", gd_chapter="The loss of a network"))
    before = [text.value for text in app.markdown]
    app.selectbox(key="gd_trainer").set_value("gradient_descent")
    app.select_slider(key="gd_trainer_rate").set_value(1.0).run()
    assert any("the training diverged: after " in code.value for code in healthy(app).code)
    assert [text.value for text in app.markdown] == before
