"""Register the activations: the table that every menu, network, picture, certificate and exported program reads."""

from typing import Final

from nnviz._registry import Registry
from nnviz.networks.activation import Activation as Activation
from nnviz.networks.activation import missing_field
from nnviz.networks.kinked_activations import KINKED_ACTIVATIONS, STEP
from nnviz.networks.polynomial_activations import POLYNOMIAL_ACTIVATIONS
from nnviz.networks.smooth_activations import SMOOTH_ACTIVATIONS

ACTIVATIONS: Final = Registry(
    "activation", (*KINKED_ACTIVATIONS, *SMOOTH_ACTIVATIONS, STEP, *POLYNOMIAL_ACTIVATIONS), missing_field
)
"""Name -> activation; one added by ``register_activation`` appears wherever activations can be chosen."""

register_activation = ACTIVATIONS.register
"""Add an activation to ``ACTIVATIONS``."""
