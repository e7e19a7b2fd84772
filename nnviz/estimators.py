"""Networks with one hidden layer as estimators of scikit-learn: fit, predict, score. It needs scikit-learn."""

from typing import Any, Self

import numpy as np

from nnviz._types import AnyArray, Vector
from nnviz.networks import ShallowNetwork, TrainingSpec, train

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except (
    ImportError
) as error:  # the cause is kept: another package of scikit-learn could be the one that is missing
    raise ImportError('Estimators need scikit-learn: pip install "nnviz[sklearn]"') from error


class _Trained(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """What both estimators share: their settings, which are those of TrainingSpec, and the training."""

    network_: ShallowNetwork

    def __init__(
        self,
        width: int = 32,
        activation: str = "tanh",
        *,
        optimizer: str = "adam",
        learning_rate: float = 0.01,
        steps: int = 1000,
        batch_size: int = 0,
        loss: str = "squared",
        random_state: Any = 0,
    ) -> None:
        self.width, self.activation, self.optimizer = width, activation, optimizer
        self.learning_rate, self.steps, self.batch_size = learning_rate, steps, batch_size
        self.loss, self.random_state = loss, random_state

    def _train(self, x: Vector, y: Vector) -> Self:
        """Keep the best network of a run, its last frame if the best one is not known, as ``network_``."""
        seed = self.random_state
        if not isinstance(seed, int | np.integer):
            seed = check_random_state(seed).randint(2**31 - 1)
        names = ("optimizer", "learning_rate", "steps", "batch_size", "loss")
        settings = {name: getattr(self, name) for name in names}
        spec = TrainingSpec(
            self.width, self.activation, seed=int(seed), frames=3, dtype="float64", **settings
        )
        run = train(spec, x, y)
        self.network_ = run.network(run.best)
        self.n_iter_ = len(run.losses) - 1
        return self

    def _outputs(self, x: Any) -> Vector:
        check_is_fitted(self)
        return self.network_(validate_data(self, x, reset=False, dtype=np.float64))


class NetworkRegressor(RegressorMixin, _Trained):  # type: ignore[misc]
    """A regressor with one hidden layer, trained by ``nnviz.train``; its network is ``network_``.

    The arguments are those of TrainingSpec. ``random_state`` is a seed, a RandomState or None.
    """

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803 - the names that scikit-learn asks for
        """Train on points X (m, d) and targets y (m,), and return the estimator."""
        x, targets = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        return self._train(x, targets)

    def predict(self, X: Any) -> Vector:  # noqa: N803
        """Return ŷ (m,) at points X (m, d)."""
        return self._outputs(X)


class NetworkClassifier(ClassifierMixin, _Trained):  # type: ignore[misc]
    """A classifier of two classes with one hidden layer, trained by ``nnviz.train``; its network is ``network_``.

    The arguments are those of TrainingSpec. The output of the network is the logit of ``classes_[1]``.
    """

    def __init__(
        self,
        width: int = 32,
        activation: str = "tanh",
        *,
        optimizer: str = "adam",
        learning_rate: float = 0.01,
        steps: int = 500,
        batch_size: int = 0,
        loss: str = "cross_entropy",
        random_state: Any = 0,
    ) -> None:
        super().__init__(
            width,
            activation,
            optimizer=optimizer,
            learning_rate=learning_rate,
            steps=steps,
            batch_size=batch_size,
            loss=loss,
            random_state=random_state,
        )

    def __sklearn_tags__(self) -> Any:
        """Say that there are two classes at most."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803
        """Train on points X (m, d) and classes y (m,), two different ones, and return the estimator."""
        x, labels = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(labels)
        self.classes_, numbers = np.unique(labels, return_inverse=True)
        if len(self.classes_) != 2:
            found = len(self.classes_)
            raise ValueError(
                f"Only binary classification is supported. The data have {found} class{'es' * (found > 1)}."
            )
        return self._train(x, numbers.astype(np.float64))

    def decision_function(self, X: Any) -> Vector:  # noqa: N803
        """Return the logit of the second class, (m,)."""
        return self._outputs(X)

    def predict_proba(self, X: Any) -> Vector:  # noqa: N803
        """Return the probability of each class, (m, 2), for a network that is trained with cross-entropy."""
        second = np.exp(-np.logaddexp(0, -self._outputs(X)))
        return np.column_stack([1 - second, second])

    def predict(self, X: Any) -> AnyArray:  # noqa: N803
        """Return the more probable class of each point, (m,)."""
        second = (self._outputs(X) > 0).astype(np.intp)
        classes: AnyArray = self.classes_[second]
        return classes
