"""Say what an error costs: LOSSES with derivatives, loss surfaces, likelihoods, the statistic that each loss estimates.

Imports NumPy only. A registry maps a name to a record that holds a function together with its derivative and formula.
"""

from nnviz.losses.hyperparameters import Hyperparameter as Hyperparameter
from nnviz.losses.logit_surface import logit_surface as logit_surface
from nnviz.losses.losses import LOSSES as LOSSES
from nnviz.losses.losses import Loss as Loss
from nnviz.losses.losses import register_loss as register_loss
from nnviz.losses.surfaces import Surface as Surface
from nnviz.losses.surfaces import quadratic as quadratic
from nnviz.losses.surfaces import ravine as ravine
