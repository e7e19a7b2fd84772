"""Add a record to its registry for one test."""

from collections.abc import Iterator

import pytest

from nnviz.losses import LOSSES, register_loss
from nnviz.losses.loss import Loss
from nnviz.networks import ACTIVATIONS, register_activation
from nnviz.networks.activation import Activation
from nnviz.optimization import OPTIMIZERS, register_optimizer
from nnviz.optimization.optimizer import Optimizer
from tests.registries.records import ARCTAN, CAUCHY, SIGN_DESCENT


@pytest.fixture
def cauchy() -> Iterator[Loss]:
    register_loss(CAUCHY)
    yield CAUCHY
    LOSSES.remove("cauchy")


@pytest.fixture
def sign_descent() -> Iterator[Optimizer]:
    register_optimizer(SIGN_DESCENT)
    yield SIGN_DESCENT
    OPTIMIZERS.remove("sign_descent")


@pytest.fixture
def arctan() -> Iterator[Activation]:
    register_activation(ARCTAN)
    yield ARCTAN
    ACTIVATIONS.remove("arctan")
