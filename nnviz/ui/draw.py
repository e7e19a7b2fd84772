"""Pictures on the page."""

import numpy as np
import pyarrow as pa
import streamlit as st
from numpy.typing import NDArray

from nnviz.charts import Columns, Picture, ground_columns
from nnviz.learning import Surface

PIXELS = 280


def show(picture: Picture, *, key: str) -> None:
    """Draw `picture`; while its spec stays the same, the data sets that changed are swapped in place."""
    datasets = {name: pa.table(dict(columns)) for name, columns in picture.data.items()}
    st.vega_lite_chart({**picture.spec, "datasets": datasets}, key=key, alt=picture.words, width="stretch")


def ground_of(surface: Surface) -> Columns:
    """The image of a surface of two parameters over its domain."""
    axes = [np.linspace(low, high, PIXELS) for low, high in surface.domain]
    return _ground(surface.value(np.stack(np.meshgrid(*axes), axis=-1)), surface.domain)


@st.cache_data(max_entries=128, show_spinner=False)
def _ground(values: NDArray[np.float64], domain: tuple[tuple[float, float], ...]) -> Columns:
    """The PNG, made once for each surface."""
    return ground_columns(values, domain)
