"""Read formulas that people type: text -> Expression, with exact values, derivatives, LaTeX and source code.

Imports NumPy and the standard library only, knows nothing of the other packages, and never runs what a person typed.
"""

from nnviz.expressions.errors import ExpressionError as ExpressionError
from nnviz.expressions.expression import Expression as Expression
from nnviz.expressions.expression import parse as parse
from nnviz.expressions.expression import parse_number as parse_number
from nnviz.expressions.source import LANGUAGES as LANGUAGES
from nnviz.expressions.source import Language as Language
from nnviz.expressions.source import Library as Library
from nnviz.expressions.special import erf as erf
from nnviz.expressions.vocabulary import CONSTANTS as CONSTANTS
from nnviz.expressions.vocabulary import FUNCTIONS as FUNCTIONS
