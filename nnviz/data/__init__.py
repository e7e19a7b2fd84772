"""Hold the data that models are fitted to: seeded samples, small real data sets, tables that users bring.

Every source gives a ``Samples`` record with x (n, d), y (n,) and the source of the data. This package imports NumPy and
the standard library only. It reads bytes and text, never a path, and it fits nothing.
"""

from nnviz.data.cells import advice as advice
from nnviz.data.columns import Column as Column
from nnviz.data.columns import Kind as Kind
from nnviz.data.datasets import DATASETS as DATASETS
from nnviz.data.datasets import DataSet as DataSet
from nnviz.data.datasets import load as load
from nnviz.data.errors import DataError as DataError
from nnviz.data.facts import LEFT_OUT as LEFT_OUT
from nnviz.data.facts import Fact as Fact
from nnviz.data.facts import Finding as Finding
from nnviz.data.layout import Layout as Layout
from nnviz.data.samples import SAMPLES as SAMPLES
from nnviz.data.samples import SampleKind as SampleKind
from nnviz.data.samples import Samples as Samples
from nnviz.data.samples import SampleSpec as SampleSpec
from nnviz.data.samples import draw as draw
from nnviz.data.table import Table as Table
from nnviz.data.table import write_points as write_points
from nnviz.data.tables import parse_points as parse_points
from nnviz.data.tables import parse_table as parse_table
from nnviz.data.tables import read_csv as read_csv
from nnviz.data.tables import read_points as read_points
from nnviz.data.tables import read_table as read_table
