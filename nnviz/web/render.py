"""Render pictures on the page, and the tables behind them."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnviz.charts import BUILDING, Picture, trust_specs
from nnviz.web import text
from nnviz.web.choices import Choice, take_from_link, write_into_link
from nnviz.web.downloads import give
from nnviz.web.projector import enlarge

PIXELS = 280
TABLES = "tables"  # the key of the switch for tables behind the charts
_CHOICE = Choice(TABLES, {"true": True, "false": False}, ("false",))
FRAME = re.compile(r"f\d+")  # a frame of a run that plays
IMAGE = "image"

trust_specs()


def render(picture: Picture, *, key: str) -> None:
    """Draw ``picture``. While its spec stays the same, only the data sets that changed are exchanged."""
    datasets = {name: to_table(columns) for name, columns in picture.data.items()}
    st.vega_lite_chart(
        {**enlarge(picture.spec), "name": key, "datasets": datasets},
        key=key,
        alt=picture.words,
        width="stretch",
    )
    give(key, picture.columns)
    if st.session_state.get(TABLES):
        draw_tables(picture.data if picture.told is None else {"numbers": picture.told})


def take_tables() -> None:
    """Take over from the link whether tables are drawn. Call it before the charts."""
    take_from_link(_CHOICE)


def draw_tables_switch() -> None:
    """Draw the switch for the tables behind the charts.

    All pages share it. Streamlit 1.67 would take what is bound to one page out of the address of another.
    """
    take_tables()
    write_into_link(_CHOICE, st.toggle(text.SHOW_TABLES, key=TABLES, persist_state="session"))


def keep_in_view() -> DeltaGenerator:
    """Return a container for the main picture of a chapter, which a phone keeps on screen beside its controls.

    It stands in the first of two columns. On a narrow screen (static/page.css) it stays at the top, while the reader
    scrolls through what is below it in both columns, or in ``beside_picture`` if the columns are in it.
    """
    return st.container(key="kept_in_view")


def first_screen() -> DeltaGenerator:
    """Return a container for the picture of a chapter and its main control: a laptop shows nothing else below them."""
    return st.container(key="first_screen")


def beside_picture() -> DeltaGenerator:
    """Return a container for a picture of ``keep_in_view`` and all its controls, if some are below both columns."""
    return st.container(key="beside_picture")


def to_table(columns: Mapping[str, Any]) -> Any:
    """Return columns of numbers, truth values or words as an Arrow table that shares their memory.

    `pa.table` alone imports pandas to ask whether it was given any: a third of a second of a cold start. Where pyarrow
    is the stand-in of stlite, which makes no tables, return a DataFrame of pandas.
    """
    if not hasattr(pa.Table, "from_arrays"):
        import pandas

        return pandas.DataFrame({str(name): np.asarray(values) for name, values in columns.items()})
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


@cache
def import_pandas() -> bool:
    """Import pandas once in the process, before the first table, so that no other visitor finds it half imported."""
    with BUILDING:
        import pandas

    return bool(pandas)


def draw_tables(datasets: Mapping[str, Mapping[str, Any]]) -> None:
    """Draw the tables behind a picture, without images; of a picture that plays, only the last frame."""
    import_pandas()
    with st.expander(text.TABLES):
        for name, columns in datasets.items():
            drawn = {column: values for column, values in columns.items() if not FRAME.fullmatch(column)}
            if IMAGE not in drawn and any(map(len, drawn.values())):
                st.caption(name)
                st.dataframe(to_table(drawn), hide_index=True, height="auto")
