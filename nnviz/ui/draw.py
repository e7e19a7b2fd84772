"""Pictures and formulas on the page."""

import pyarrow as pa
import streamlit as st

from nnviz.charts import Picture


def show(picture: Picture, *, key: str) -> None:
    """Draw `picture`; while its spec stays the same, the data sets that changed are swapped in place."""
    datasets = {name: pa.table(dict(columns)) for name, columns in picture.data.items()}
    st.vega_lite_chart({**picture.spec, "datasets": datasets}, key=key, alt=picture.words, width="stretch")
