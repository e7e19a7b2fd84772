"""Bound expressions rigorously on cells: intervals, 2-jets, their rules, and removable singularities.

Imports NumPy, ``nnviz.expressions`` and ``nnviz.targets`` only.
"""

from nnviz.enclosures.enclose import enclose as enclose
from nnviz.enclosures.enclose import enclose_points as enclose_points
from nnviz.enclosures.intervals import LIBM_ULP as LIBM_ULP
from nnviz.enclosures.intervals import Interval as Interval
from nnviz.enclosures.jets import Enclosure as Enclosure
