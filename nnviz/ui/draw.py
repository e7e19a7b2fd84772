"""Pictures on the page."""

import re
from collections.abc import Mapping

import pyarrow as pa
import streamlit as st

from nnviz.charts import Picture, trust_specs

PIXELS = 280
TABLES = "tables"  # the key of the switch for tables behind the charts
FRAME = re.compile(r"f\d+")  # a frame of a run that plays
IMAGE = "image"

trust_specs()


def show(picture: Picture, *, key: str) -> None:
    """Draw `picture`; while its spec stays the same, the data sets that changed are swapped in place."""
    datasets = {name: pa.table(dict(columns)) for name, columns in picture.data.items()}
    st.vega_lite_chart(
        {**picture.spec, "name": key, "datasets": datasets}, key=key, alt=picture.words, width="stretch"
    )
    if st.session_state.get(TABLES, st.query_params.get(TABLES) == "true"):
        numbers(datasets)


def numbers(datasets: Mapping[str, pa.Table]) -> None:
    """The tables behind a picture, without images, and of a playing picture the last frame only."""
    with st.expander("The numbers of this chart"):
        for name, table in datasets.items():
            drawn = [column for column in table.column_names if not FRAME.fullmatch(column)]
            if table.num_rows and IMAGE not in drawn:
                st.caption(name)
                st.dataframe(table.select(drawn), hide_index=True, height="auto")
