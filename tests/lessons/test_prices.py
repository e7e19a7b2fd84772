"""The estimated price of a question that takes long stands before its answer."""

import pytest

from nnviz.lessons.universal_approximation.any_epsilon import view as any_epsilon
from nnviz.lessons.universal_approximation.exists_and_found import view as study_view
from nnviz.lessons.universal_approximation.train import view as train_view
from tests.apps import healthy
from tests.lessons.test_universal_approximation import opened


def test_the_price_of_a_long_search_is_said_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def refuse(*_: object) -> None:
        asked.append(1.0)
        raise ValueError("the search has begun")

    monkeypatch.setattr(any_epsilon, "_reach", refuse)
    app = opened("any_epsilon", ua_f="sin(60x) + x", ua_epsilon="1e-5")
    assert "This question is expensive" in app.info[0].value
    assert not asked
    app.button(key="ua_anyway").click().run()
    assert asked
    assert not app.info
    app.text_input(key="ua_epsilon").set_value("2e-5").run()
    assert "hidden units" in app.info[0].value
    app.text_input(key="ua_epsilon").set_value("0.1").run()
    assert not app.info


def test_the_price_of_other_long_questions_is_said_first(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened("any_epsilon", ua_f="sin(500x)", ua_epsilon="1e-4", ua_norm="rms")
    assert "This question is expensive" in app.info[0].value
    assert app.button(key="ua_anyway")
    monkeypatch.setattr(train_view, "estimate_seconds", lambda spec, *_: 60.0 if spec.steps > 100 else None)
    app = opened("train", ua_f="x^2", ua_steps="300")
    assert "300 updates of 49 parameters are estimated to take 60 seconds" in app.info[0].value
    app.selectbox(key="ua_steps").set_value(100).run()
    assert not healthy(app).info
    app.selectbox(key="ua_steps").set_value(300).run()
    app.button(key="ua_train_anyway").click().run()
    assert not [one for one in healthy(app).info if "expensive" in one.value]


@pytest.mark.usefixtures("rough_fits")
def test_the_price_of_a_study_is_said_before_its_networks_are_trained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(study_view, "training_seconds", {"relu": 12.3, "tanh": 47.0}.__getitem__)
    app = opened("exists_and_found", ua_f="x^2")
    price = "estimated to take {} seconds of computing time. It stops after 30 seconds."
    assert price.format(12) in " ".join(one.value for one in app.caption)
    app.selectbox(key="ua_studied").set_value("tanh")
    assert price.format(47) in " ".join(one.value for one in healthy(app.run()).caption)
    app = opened("exists_and_found")
    assert "estimated to take" not in " ".join(one.value for one in app.caption)
