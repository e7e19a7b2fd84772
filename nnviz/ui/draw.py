"""Pictures on the page."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import streamlit as st

from nnviz.charts import BUILDING, Picture, trust_specs

PIXELS = 280
TABLES = "tables"  # the key of the switch for tables behind the charts
FRAME = re.compile(r"f\d+")  # a frame of a run that plays
IMAGE = "image"

trust_specs()


def show(picture: Picture, *, key: str) -> None:
    """Draw `picture`; while its spec stays the same, the data sets that changed are swapped in place."""
    datasets = {name: arrow(columns) for name, columns in picture.data.items()}
    st.vega_lite_chart(
        {**picture.spec, "name": key, "datasets": datasets}, key=key, alt=picture.words, width="stretch"
    )
    if st.session_state.get(TABLES, st.query_params.get(TABLES) == "true"):
        numbers(datasets if picture.told is None else {"numbers": arrow(picture.told)})


def arrow(columns: Mapping[str, Any]) -> pa.Table:
    """Columns of numbers, truths or words as an Arrow table, by their own memory.

    `pa.table` alone imports pandas to ask whether it was given any: a third of a second of a cold start.
    """
    return pa.Table.from_arrays([_column(values) for values in columns.values()], list(columns))


def _column(values: Any) -> pa.Array:
    array = np.ascontiguousarray(values)
    if array.dtype.kind == "U":
        words = [word.encode() for word in array.tolist()]
        ends = np.cumsum([0, *map(len, words)], dtype=np.int32)
        return pa.Array.from_buffers(
            pa.string(), len(words), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(words))]
        )
    if array.dtype.kind == "b":
        return _column(array.view(np.int8)).cast(pa.bool_())
    return pa.Array.from_buffers(pa.from_numpy_dtype(array.dtype), array.size, [None, pa.py_buffer(array)])


@st.cache_resource(show_spinner=False)
def import_pandas() -> bool:
    """Once a process, before the first table: nobody at once with this visitor must find pandas half imported."""
    with BUILDING:
        import pandas

    return bool(pandas)


def numbers(datasets: Mapping[str, pa.Table]) -> None:
    """The tables behind a picture, without images, and of a playing picture the last frame only."""
    import_pandas()
    with st.expander("The numbers of this chart"):
        for name, table in datasets.items():
            drawn = [column for column in table.column_names if not FRAME.fullmatch(column)]
            if table.num_rows and IMAGE not in drawn:
                st.caption(name)
                st.dataframe(table.select(drawn), hide_index=True, height="auto")
