"""How parameters are found: losses, optimizers, surfaces, regression, descent.

Knows nothing of networks, of charts or of a user interface, and imports NumPy only. Registries map a name to
a record that holds a function together with its derivative, formula and lesson. Specs go in, NamedTuples of
arrays come out; a run that diverges is a result, not an error. The linear model's functions (``predict``,
``risk``, ``gradient``, ``hessian``, ``closed_form`` …) are in the module ``regression``; ``rates`` (what a learning
rate does on a bowl), ``floors`` (what noise keeps up there) and ``polynomials`` are imported by their full names; so
are ``constants`` (which statistic a loss estimates), ``classification``, and the noise behind the losses:
``likelihoods``, ``likelihood_fits``, ``wrong_loss``.
"""

from nnviz.learning import regression as regression
from nnviz.learning.catalogue import SURFACES as SURFACES
from nnviz.learning.catalogue import UNIT_X as UNIT_X
from nnviz.learning.catalogue import UNIT_Y as UNIT_Y
from nnviz.learning.catalogue import page_one_points as page_one_points
from nnviz.learning.descent import DescentSpec as DescentSpec
from nnviz.learning.descent import Trajectory as Trajectory
from nnviz.learning.descent import Verdict as Verdict
from nnviz.learning.descent import descend as descend
from nnviz.learning.descent import distances as distances
from nnviz.learning.descent import race as race
from nnviz.learning.descent import suggested_learning_rate as suggested_learning_rate
from nnviz.learning.descent import verdict as verdict
from nnviz.learning.lines import LineFit as LineFit
from nnviz.learning.lines import MovedLines as MovedLines
from nnviz.learning.lines import fit_line as fit_line
from nnviz.learning.lines import moved_lines as moved_lines
from nnviz.learning.logits import logit_surface as logit_surface
from nnviz.learning.losses import LOSSES as LOSSES
from nnviz.learning.losses import Loss as Loss
from nnviz.learning.optimizers import OPTIMIZERS as OPTIMIZERS
from nnviz.learning.optimizers import Optimizer as Optimizer
from nnviz.learning.rates import StepSizes as StepSizes
from nnviz.learning.rates import step_sizes as step_sizes
from nnviz.learning.regression import risk_surface as risk_surface
from nnviz.learning.schedules import SCHEDULES as SCHEDULES
from nnviz.learning.second_order import METHODS as METHODS
from nnviz.learning.second_order import SECOND_ORDER as SECOND_ORDER
from nnviz.learning.settings import Setting as Setting
from nnviz.learning.surfaces import Surface as Surface
from nnviz.learning.surfaces import quadratic as quadratic
from nnviz.learning.surfaces import ravine as ravine
