"""Find parameters: OPTIMIZERS, schedules, test surfaces, descent, convergence theory, gradient noise.

Specs go in, NamedTuples of arrays come out. A run that diverges is a result, not an error.
"""

from nnviz.optimization.convergence import StepSizes as StepSizes
from nnviz.optimization.convergence import step_sizes as step_sizes
from nnviz.optimization.descent import DescentSpec as DescentSpec
from nnviz.optimization.descent import Trajectory as Trajectory
from nnviz.optimization.descent import descend as descend
from nnviz.optimization.descent import race as race
from nnviz.optimization.descent import suggested_learning_rate as suggested_learning_rate
from nnviz.optimization.optimizers import METHODS as METHODS
from nnviz.optimization.optimizers import OPTIMIZERS as OPTIMIZERS
from nnviz.optimization.optimizers import SECOND_ORDER as SECOND_ORDER
from nnviz.optimization.optimizers import Optimizer as Optimizer
from nnviz.optimization.optimizers import register_optimizer as register_optimizer
from nnviz.optimization.outcomes import Outcome as Outcome
from nnviz.optimization.outcomes import Verdict as Verdict
from nnviz.optimization.outcomes import distances as distances
from nnviz.optimization.outcomes import verdict as verdict
from nnviz.optimization.schedules import SCHEDULES as SCHEDULES
from nnviz.optimization.test_functions import SURFACES as SURFACES
from nnviz.optimization.test_functions import UNIT_X as UNIT_X
from nnviz.optimization.test_functions import UNIT_Y as UNIT_Y
from nnviz.optimization.test_functions import default_line_points as default_line_points
