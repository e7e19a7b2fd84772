"""What is to be approximated: formulas that people type, a list of targets that teach, and points.

This wing reads text and computes values, exact derivatives, LaTeX and source code. It knows nothing of networks,
data sets, charts or pages, imports NumPy and the standard library only, and never runs what a person typed.
"""

from nnviz.functions.errors import ExpressionError as ExpressionError
from nnviz.functions.expression import Expression as Expression
from nnviz.functions.expression import parse as parse
