"""Choose the table of the chapter "More inputs": samples around a plane, real data, or the reader's own."""

from dataclasses import replace

import streamlit as st

from nnviz.data import DATASETS, SAMPLES, DataError, Samples, SampleSpec, Table, load
from nnviz.lessons.linear_regression.more_inputs import text
from nnviz.web.controls import int_slider, lazy_popover, log_slider, select_registered, slider
from nnviz.web.data_input import draw_samples
from nnviz.web.data_intake import Columns as ChosenColumns
from nnviz.web.data_intake import Intake, choose_column, choose_columns, take_data

DATA = "lr_table"
PLANE_SLIDERS = ("lr_table_n", "lr_table_noise", "lr_unit", "lr_table_seed")
PLANE, OWN = "plane", "own"
MAX_INPUTS = 6


def choose_table() -> Samples:
    """Draw the controls of a table with two inputs or more, and return its samples."""
    real = {name: data for name, data in DATASETS.items() if data.task == "regression" and data.features[1:]}
    options = {PLANE: SAMPLES[PLANE], **real, OWN: text.OWN_OPTION}
    name = select_registered(text.DATA, options, PLANE, key=DATA)
    if name == OWN:
        return choose_own_table()
    if name in DATASETS:
        st.caption(DATASETS[name].lesson)
        return load(name)
    st.caption(SAMPLES[PLANE].lesson)
    return choose_plane()


def choose_plane() -> Samples:
    """Draw the controls of samples around a plane, and return the samples."""
    n_key, noise_key, unit_key, seed_key = PLANE_SLIDERS
    n, noise, unit, seed = 60, 0.4, 5.0, 0
    with lazy_popover(text.DRAWN, "lr_table_drawn", PLANE_SLIDERS) as is_open:
        if is_open:
            n = int_slider(text.POINTS, 5, 300, n, key=n_key)
            noise = slider(text.NOISE, 0.0, 2.0, noise, 0.05, key=noise_key)
            unit = log_slider(text.UNIT, 0, 3, unit, key=unit_key)
            seed = int_slider(text.SEED, 0, 99, seed, key=seed_key)
    samples = draw_samples(SampleSpec(PLANE, n, noise, 0.0, seed))
    return replace(samples, x=samples.x * [1.0, unit])


def choose_own_table() -> Samples:
    """Draw the intake of the reader's own table, and return its samples."""
    return take_data(Intake("lr_csv", text.OWN_TABLE, choose_own_columns, read_inputs))


def choose_own_columns(key: str, table: Table) -> ChosenColumns | None:
    """Draw menus of the inputs and the target if the table leaves a choice."""
    if len(table.usable) < 4:
        return None
    inputs, target = table.default_inputs(MAX_INPUTS, text.NEEDS_COLUMNS)
    chosen = choose_column(st.container(), text.TARGET, table.usable, target, f"{key}_column_y")
    names, first = ([name for name in listed if name != chosen] for listed in (table.usable, inputs))
    return tuple(choose_columns(text.INPUTS, names, first, f"{key}_column_x", MAX_INPUTS)), chosen


def read_inputs(table: Table, columns: ChosenColumns | None) -> Samples:
    """Return a table as samples with two inputs or more; DataError for fewer."""
    inputs, target = columns or table.default_inputs(MAX_INPUTS, text.NEEDS_COLUMNS)
    if len(inputs) < 2:
        raise DataError(text.NEEDS_INPUTS)
    return table.samples(inputs, target)
