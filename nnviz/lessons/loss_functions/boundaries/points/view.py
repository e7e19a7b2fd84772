"""Choose the points of two classes, and split them into a training set and a validation set."""

from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
import streamlit as st

from nnviz._types import Array, Index
from nnviz.data import DATASETS, SAMPLES, Samples, SampleSpec, Table, load
from nnviz.data.classes import choose_class_columns, number_classes, read_classes
from nnviz.lessons.loss_functions.boundaries import chart, text
from nnviz.regression.polynomials import split
from nnviz.web.controls import int_slider, lazy_popover, select_registered, slider
from nnviz.web.data_input import OWN, draw_samples
from nnviz.web.data_intake import Columns as ChosenColumns
from nnviz.web.data_intake import Intake, choose_column, take_data

TEST_POINTS, TEST_SEED = 2000, 1000  # the seed is added to that of the points
VALIDATION_FRACTION = 0.4
FEWEST_TO_SPLIT = 10  # points; fewer are all in the training set
DATA_KEY: Final = "lf_data"
POINTS_KEY: Final = "lf_points"
EXAMPLE = "\n".join(
    f"{x:g} {y:g} {k}"
    for x, y, k in (
        (0, 0, 0), (1, 0.2, 0), (0.3, 1, 0), (0.8, 0.9, 0), (1.3, 1.2, 1), (2, 0.4, 0), (2, 2, 1), (2.6, 1.1, 1),
        (1.1, 2.4, 1),        (3, 2.2, 1), (0.2, 2.2, 0), (2.4, 3, 1),
    )
)  # fmt: skip


class _Entry(NamedTuple):
    label: str


SOURCES: dict[str, Any] = {
    **{name: kind for name, kind in SAMPLES.items() if kind.task == "classification"},
    "iris": _Entry(text.IRIS),
    OWN: _Entry(text.OWN_POINTS),
}


class Points(NamedTuple):
    """Samples of two classes, their split, and new points of the same distribution where it is known."""

    samples: Samples
    training: Index
    validation: Index
    test: Samples | None

    def sets(self) -> dict[str, tuple[Array, Array]]:
        """Return name -> (x, y) of the training set, the validation set and, if there is one, the test set."""
        x, y = self.samples.x, self.samples.y
        test = {} if self.test is None else {text.TEST: (self.test.x, self.test.y)}
        parts = {text.TRAINING: self.training, text.VALIDATION: self.validation}
        return {**{name: (x[part], y[part]) for name, part in parts.items() if part.size}, **test}


def choose_points() -> Points:
    """Draw the controls of two features and a class; return the points they describe."""
    name = select_registered(text.DATA, SOURCES, "moons", key=DATA_KEY)
    test = None
    if name == OWN:
        samples = _own_points()
    elif name in DATASETS:
        samples = load(name)
        kept = samples.y > 0
        st.caption(DATASETS[name].lesson)
        samples = number_classes(replace(samples, x=samples.x[kept], y=samples.y[kept]))
    else:
        spec = _choose_spec(name)
        samples = draw_samples(spec)
        test = draw_samples(replace(spec, n=TEST_POINTS, seed=spec.seed + TEST_SEED))
    use_all = name == OWN and st.toggle(text.USE_ALL, key="lf_all", bind="query-params")
    training, validation = split_points(len(samples.y), use_all=use_all)
    return Points(samples, training, validation, test)


def _choose_spec(name: str) -> SampleSpec:
    keys = [chart.POINTS, chart.SPREAD, chart.WRONG, chart.SEED]
    n, spread, wrong, seed = 200, 0.25, 0.0, 0
    with lazy_popover(text.SAMPLE_SETTINGS, "lf_drawn", keys) as there:
        if there:
            n = int_slider(text.POINTS, 20, 400, n, key=chart.POINTS, step=10)
            spread = slider(text.SPREAD, 0.0, 1.0, spread, 0.05, key=chart.SPREAD)
            wrong = slider(text.WRONG, 0.0, 0.4, wrong, 0.05, key=chart.WRONG)
            seed = int_slider(text.SEED, 0, 99, seed, key=chart.SEED)
    return SampleSpec(name, n, spread, wrong, seed)


def _own_points() -> Samples:
    """Draw the intake of the reader's own points, and return them with their classes numbered."""
    samples = take_data(Intake(POINTS_KEY, EXAMPLE, _choose_columns, read_classes))
    if samples.classes:
        st.text(text.name_classes(samples.classes))
    return samples


def _choose_columns(key: str, table: Table) -> ChosenColumns | None:
    """Draw menus of the features and the class if the table leaves a choice."""
    names = [*table.usable, *(name for name in table.classed if name not in table.usable)]
    if len(names) < 4:
        return None
    (one, two), target = choose_class_columns(table)
    boxes = zip(st.columns(3), text.COLUMNS, (one, two, target), "xzy", strict=True)
    first, second, chosen = (
        choose_column(box, label, names, default, f"{key}_column_{letter}")
        for box, label, default, letter in boxes
    )
    return (first, second), chosen


def split_points(n: int, *, use_all: bool) -> tuple[Index, Index]:
    """Return the positions of the training set and of the validation set, which is empty if there are few points."""
    if use_all or n < FEWEST_TO_SPLIT:
        return np.arange(n), np.arange(0)
    return split(n, VALIDATION_FRACTION, 1)
