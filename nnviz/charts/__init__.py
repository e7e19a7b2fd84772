"""Results -> pictures: a Vega-Lite spec, its data and its words. Computes no result; knows no Streamlit.

A spec depends on axes and names only and is built once for each, so that new numbers are swapped in place.
"""

from nnviz.charts.contour_image import ground_columns as ground_columns
from nnviz.charts.contour_image import levels as levels
from nnviz.charts.curves import CurveStyle as CurveStyle
from nnviz.charts.curves import draw_curves as draw_curves
from nnviz.charts.live_key import LiveKey as LiveKey
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
