"""The estimators keep the contract of scikit-learn, and are what ``nnviz.train`` finds."""

from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import cross_val_score
from sklearn.utils.estimator_checks import check_estimator

import nnviz as nv


@pytest.mark.filterwarnings("ignore")  # the checks give odd data on purpose
@pytest.mark.parametrize(
    "estimator",
    [nv.NetworkRegressor(8, steps=60), nv.NetworkClassifier(8, steps=40)],
    ids=lambda one: type(one).__name__,
)
def test_scikit_learn_accepts_the_estimator(estimator: Any) -> None:
    results = check_estimator(estimator, on_fail=None)
    assert [one["check_name"] for one in results if one["status"] == "failed"] == []
    assert sum(one["status"] == "passed" for one in results) > 45


def test_the_regressor_is_what_training_finds(rng: np.random.Generator) -> None:
    x = rng.uniform(-1, 1, (40, 2))
    y = np.sin(x[:, 0]) + x[:, 1]
    estimator = nv.NetworkRegressor(6, "relu", steps=80, random_state=3).fit(x, y)
    run = nv.train(nv.TrainingSpec(6, "relu", steps=80, seed=3, frames=3, dtype="float64"), x, y)
    np.testing.assert_array_equal(estimator.predict(x), run.network(run.best)(x))
    assert estimator.score(x, y) == 1 - np.sum((estimator.predict(x) - y) ** 2) / np.sum((y - y.mean()) ** 2)


def test_the_classifier_is_scored_by_cross_validation(rng: np.random.Generator) -> None:
    x = rng.uniform(-1, 1, (60, 2))
    y = np.where(x[:, 0] ** 2 + x[:, 1] ** 2 < 0.5, "inside", "outside")
    scores = cross_val_score(nv.NetworkClassifier(8, steps=200, learning_rate=0.05), x, y, cv=3)
    assert scores.mean() > 0.8
    estimator = nv.NetworkClassifier(4, steps=20).fit(x, y)
    probabilities = estimator.predict_proba(x)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    np.testing.assert_array_equal(estimator.classes_[probabilities.argmax(axis=1)], estimator.predict(x))
