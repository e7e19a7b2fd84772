"""Hold the target functions: the TARGETS registry, and functions from points, drawings and text."""

from nnviz.targets.convert import FunctionLike as FunctionLike
from nnviz.targets.convert import TargetLike as TargetLike
from nnviz.targets.convert import as_function as as_function
from nnviz.targets.convert import as_target as as_target
from nnviz.targets.drawing import Drawing as Drawing
from nnviz.targets.drawing import read_drawing as read_drawing
from nnviz.targets.drawing import trace as trace
from nnviz.targets.points import PiecewiseLinear as PiecewiseLinear
from nnviz.targets.points import through as through
from nnviz.targets.targets import TARGETS as TARGETS
from nnviz.targets.targets import TARGETS_2D as TARGETS_2D
from nnviz.targets.targets import Target as Target
