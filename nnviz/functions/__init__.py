"""What is to be approximated: formulas that people type, a list of targets that teach, and points.

This wing reads text and computes values, exact derivatives, LaTeX and source code. It knows nothing of networks,
data sets, charts or pages, imports NumPy and the standard library only, and never runs what a person typed.
"""

from nnviz.functions.drawing import Drawing as Drawing
from nnviz.functions.drawing import read_drawing as read_drawing
from nnviz.functions.drawing import trace as trace
from nnviz.functions.enclosures import Enclosure as Enclosure
from nnviz.functions.enclosures import enclose as enclose
from nnviz.functions.enclosures import enclose_points as enclose_points
from nnviz.functions.errors import ExpressionError as ExpressionError
from nnviz.functions.expression import Expression as Expression
from nnviz.functions.expression import parse as parse
from nnviz.functions.intervals import LIBM_ULP as LIBM_ULP
from nnviz.functions.intervals import Interval as Interval
from nnviz.functions.points import PiecewiseLinear as PiecewiseLinear
from nnviz.functions.points import through as through
from nnviz.functions.source import LANGUAGES as LANGUAGES
from nnviz.functions.source import Language as Language
from nnviz.functions.source import Library as Library
from nnviz.functions.special import erf as erf
from nnviz.functions.targets import TARGETS as TARGETS
from nnviz.functions.targets import TARGETS_2D as TARGETS_2D
from nnviz.functions.targets import Target as Target
from nnviz.functions.vocabulary import CONSTANTS as CONSTANTS
from nnviz.functions.vocabulary import FUNCTIONS as FUNCTIONS
