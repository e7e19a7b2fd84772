"""Results -> pictures: a Vega-Lite spec, its data and its words. Computes no result; knows no Streamlit.

A spec depends on axes and names only and is built once for each, so that new numbers are swapped in place.
"""

from nnviz.charts.curves import curves as curves
from nnviz.charts.ground import ground_columns as ground_columns
from nnviz.charts.ground import levels as levels
from nnviz.charts.theme import BAND as BAND
from nnviz.charts.theme import BUILDING as BUILDING
from nnviz.charts.theme import DASHES as DASHES
from nnviz.charts.theme import ERROR as ERROR
from nnviz.charts.theme import MODEL as MODEL
from nnviz.charts.theme import SERIES as SERIES
from nnviz.charts.theme import TRUTH as TRUTH
from nnviz.charts.theme import Columns as Columns
from nnviz.charts.theme import Picture as Picture
from nnviz.charts.theme import padded as padded
from nnviz.charts.theme import trust_specs as trust_specs
