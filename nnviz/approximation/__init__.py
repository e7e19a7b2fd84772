"""Approximate functions by networks with one hidden layer: best networks, lower bounds, certificates. Imports NumPy
only.
"""

from typing import TYPE_CHECKING

from nnviz._later import load_later
from nnviz.approximation.approximate import Approximation as Approximation
from nnviz.approximation.approximate import Errors as Errors
from nnviz.approximation.approximate import approximate as approximate
from nnviz.approximation.approximate import measure as measure
from nnviz.approximation.certificate import ASSUMPTIONS as ASSUMPTIONS
from nnviz.approximation.certificate import Certificate as Certificate
from nnviz.approximation.certificate import certify as certify
from nnviz.approximation.certificate import prove_again as prove_again
from nnviz.approximation.error_bounds import ErrorBounds as ErrorBounds
from nnviz.approximation.error_bounds import error_bounds as error_bounds
from nnviz.approximation.error_frames import ErrorFrames as ErrorFrames
from nnviz.approximation.error_frames import measure_frames as measure_frames
from nnviz.approximation.integral import RmsBounds as RmsBounds
from nnviz.approximation.integral import rms_bounds as rms_bounds
from nnviz.approximation.least_squares import least_squares as least_squares
from nnviz.approximation.least_squares import ridge_least_squares as ridge_least_squares
from nnviz.approximation.lower_bound import units_needed as units_needed
from nnviz.approximation.measurable import MeasureCounts as MeasureCounts
from nnviz.approximation.measurable import NormCertificate as NormCertificate
from nnviz.approximation.measurable import NormObstacleKind as NormObstacleKind
from nnviz.approximation.measurable import NormReach as NormReach
from nnviz.approximation.measurable import NormUnreachable as NormUnreachable
from nnviz.approximation.measurable import certify_outside as certify_outside
from nnviz.approximation.measurable import certify_rms as certify_rms
from nnviz.approximation.measurable import prove_norm_again as prove_norm_again
from nnviz.approximation.measurable import units_outside as units_outside
from nnviz.approximation.network_for_epsilon import Reach as Reach
from nnviz.approximation.network_for_epsilon import Unreachable as Unreachable
from nnviz.approximation.norms import reach as reach
from nnviz.approximation.piecewise_linear import Path as Path
from nnviz.approximation.piecewise_linear import fewest_pieces as fewest_pieces
from nnviz.approximation.price import estimate_price as estimate_price
from nnviz.approximation.relu import ReluApproximation as ReluApproximation
from nnviz.approximation.relu import best_relu as best_relu
from nnviz.approximation.relu import relu_network as relu_network
from nnviz.approximation.step_error import StepErrors as StepErrors
from nnviz.approximation.step_error import step_by_sigmoid as step_by_sigmoid
from nnviz.approximation.steps import best_staircase as best_staircase
from nnviz.approximation.steps import bump as bump
from nnviz.approximation.steps import bumps as bumps
from nnviz.approximation.steps import interpolant as interpolant
from nnviz.approximation.steps import interpolants as interpolants
from nnviz.approximation.steps import ridge_staircase as ridge_staircase
from nnviz.approximation.steps import staircase as staircase
from nnviz.approximation.steps import staircase_distance as staircase_distance
from nnviz.approximation.steps import two_layer_tower as two_layer_tower
from nnviz.approximation.unit_counts import UnitCounts as UnitCounts
from nnviz.approximation.unit_counts import widths_needed as widths_needed

if TYPE_CHECKING:
    from nnviz.approximation.error_vs_width import Curve as Curve
    from nnviz.approximation.error_vs_width import Study as Study
    from nnviz.approximation.error_vs_width import StudySpec as StudySpec
    from nnviz.approximation.error_vs_width import rank as rank
    from nnviz.approximation.error_vs_width import study as study
    from nnviz.approximation.many import certify_all as certify_all
    from nnviz.approximation.many import reach_all as reach_all
    from nnviz.approximation.many import study_all as study_all
    from nnviz.approximation.width_against_depth import certify_with_lower_bound as certify_with_lower_bound
else:
    _LATER = {
        "error_vs_width": (
            "Curve",
            "Study",
            "StudySpec",
            "rank",
            "study",
        ),
        "many": (
            "certify_all",
            "reach_all",
            "study_all",
        ),
        "width_against_depth": ("certify_with_lower_bound",),
    }
    __getattr__ = load_later(__name__, _LATER)
