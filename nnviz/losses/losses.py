"""Register the losses: the table that every menu, picture and exported program reads."""

from typing import Final

from nnviz._registry import Registry
from nnviz.losses.classification_losses import CLASSIFICATION_LOSSES
from nnviz.losses.loss import Loss as Loss
from nnviz.losses.loss import missing_field
from nnviz.losses.regression_losses import REGRESSION_LOSSES

LOSSES: Final = Registry("loss", (*REGRESSION_LOSSES, *CLASSIFICATION_LOSSES), missing_field)
"""Name -> loss; one added by ``register_loss`` appears wherever losses can be chosen."""

register_loss = LOSSES.register
"""Add a loss to ``LOSSES``."""
