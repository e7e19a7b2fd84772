"""The theorem: how near a network is to a function. Imports NumPy only; measured is not proved."""

from nnviz.approximation.approximate import Approximation as Approximation
from nnviz.approximation.approximate import Errors as Errors
from nnviz.approximation.approximate import approximate as approximate
from nnviz.approximation.approximate import measure as measure
from nnviz.approximation.certificate import ASSUMPTIONS as ASSUMPTIONS
from nnviz.approximation.certificate import Certificate as Certificate
from nnviz.approximation.certificate import certify as certify
from nnviz.approximation.least_squares import least_squares as least_squares
from nnviz.approximation.least_squares import ridge_least_squares as ridge_least_squares
from nnviz.approximation.measured import Film as Film
from nnviz.approximation.measured import film as film
from nnviz.approximation.measured import largest_terms as largest_terms
from nnviz.approximation.steps import best_staircase as best_staircase
from nnviz.approximation.steps import blur as blur
from nnviz.approximation.steps import bump as bump
from nnviz.approximation.steps import bumps as bumps
from nnviz.approximation.steps import interpolant as interpolant
from nnviz.approximation.steps import interpolants as interpolants
from nnviz.approximation.steps import ridge_staircase as ridge_staircase
from nnviz.approximation.steps import staircase as staircase
from nnviz.approximation.steps import two_layer_tower as two_layer_tower
from nnviz.approximation.study import Curve as Curve
from nnviz.approximation.study import Study as Study
from nnviz.approximation.study import StudySpec as StudySpec
from nnviz.approximation.study import study as study
