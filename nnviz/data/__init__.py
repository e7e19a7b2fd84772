"""What is learned from: seeded samples, small real data sets, tables that people bring.

Everything becomes Samples: x (n, d), y (n,) and where they come from. This wing imports numpy and the
standard library only; it reads bytes and text, never a path, and fits nothing.
"""

from nnviz.data.datasets import DATASETS as DATASETS
from nnviz.data.datasets import DataSet as DataSet
from nnviz.data.datasets import load as load
from nnviz.data.samples import SAMPLES as SAMPLES
from nnviz.data.samples import SampleKind as SampleKind
from nnviz.data.samples import Samples as Samples
from nnviz.data.samples import SampleSpec as SampleSpec
from nnviz.data.samples import draw as draw
from nnviz.data.tables import DataError as DataError
from nnviz.data.tables import Table as Table
from nnviz.data.tables import parse_points as parse_points
from nnviz.data.tables import read_csv as read_csv
from nnviz.data.tables import read_points as read_points
from nnviz.data.tables import read_table as read_table
