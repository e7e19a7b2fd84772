"""Approximate measurable functions: in the root mean square, and uniformly outside of a set of small measure."""

from nnviz.approximation.measurable.certify import certify_outside as certify_outside
from nnviz.approximation.measurable.certify import certify_rms as certify_rms
from nnviz.approximation.measurable.certify import prove_norm_again as prove_norm_again
from nnviz.approximation.measurable.facts import NormObstacle as NormObstacle
from nnviz.approximation.measurable.facts import NormObstacleKind as NormObstacleKind
from nnviz.approximation.measurable.facts import NormUnreachable as NormUnreachable
from nnviz.approximation.measurable.reach import MeasureCounts as MeasureCounts
from nnviz.approximation.measurable.reach import NormReach as NormReach
from nnviz.approximation.measurable.reach import reach_outside as reach_outside
from nnviz.approximation.measurable.reach import reach_rms as reach_rms
from nnviz.approximation.measurable.reach import units_outside as units_outside
from nnviz.approximation.measurable.record import NormCertificate as NormCertificate
from nnviz.approximation.measurable.record import names_a_norm as names_a_norm
