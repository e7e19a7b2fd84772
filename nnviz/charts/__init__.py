"""Results -> pictures: a Vega-Lite spec, its data and its words. Computes no result; knows no Streamlit.

A spec depends on axes and names only and is built once for each, so that new numbers are swapped in place.
"""

from nnviz.charts.curves import curves as curves
from nnviz.charts.ground import ground_columns as ground_columns
from nnviz.charts.theme import Columns as Columns
from nnviz.charts.theme import Picture as Picture
