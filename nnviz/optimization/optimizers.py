"""Register the optimizers: the tables that every menu, run, picture and exported program reads."""

from typing import Final

from nnviz._registry import Registry, View, joined
from nnviz.optimization.adaptive_methods import ADAPTIVE_METHODS
from nnviz.optimization.momentum_methods import MOMENTUM_METHODS
from nnviz.optimization.optimizer import Optimizer as Optimizer
from nnviz.optimization.optimizer import SecondOrder as SecondOrder
from nnviz.optimization.optimizer import missing_field
from nnviz.optimization.second_order import SECOND_ORDER_METHODS

OPTIMIZERS: Final[Registry[Optimizer]] = Registry(
    "optimizer", (*MOMENTUM_METHODS, *ADAPTIVE_METHODS), missing_field
)
"""Name -> rule that needs the gradient only."""

SECOND_ORDER: Final[Registry[Optimizer]] = Registry("optimizer", SECOND_ORDER_METHODS, missing_field)
"""Name -> rule that sees the surface: its values and its Hessian."""

METHODS: Final[View[Optimizer]] = joined(OPTIMIZERS, SECOND_ORDER)
"""Name -> rule, of both kinds."""


def register_optimizer(optimizer: Optimizer) -> None:
    """Add an optimizer to every menu, picture and program; ValueError if a field is missing or the name is taken."""
    registry = SECOND_ORDER if isinstance(optimizer, SecondOrder) else OPTIMIZERS
    registry.register(optimizer)
