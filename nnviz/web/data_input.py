"""Let the reader choose the data: drawn samples, a real data set, or data of their own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import streamlit as st

from nnviz._memory import kept
from nnviz.data import DATASETS, SAMPLES, Samples, SampleSpec, Table, draw, load
from nnviz.web import table_text, text
from nnviz.web.controls import int_slider, lazy_popover, select_registered, slider
from nnviz.web.data_intake import (
    Columns,
    Intake,
    choose_two_columns,
    intake_keys,
    take_data,
    write_text_box,
)
from nnviz.web.messages import show_notes
from nnviz.web.turns import fragment

OWN = "own"
CENTER = "lr_center"


class _Entry(NamedTuple):
    label: str


def list_sources(task: str, features: int) -> dict[str, Any]:
    """Return every source of samples for ``task`` with that many features, name -> record with a label."""
    drawn = {
        name: kind for name, kind in SAMPLES.items() if kind.task == task and len(kind.features) == features
    }
    real = {
        name: data for name, data in DATASETS.items() if data.task == task and len(data.features) == features
    }
    return {**drawn, **real, OWN: _Entry(text.OWN_POINTS)}


def choose_samples(key: str, default: str, own: str) -> Samples:
    """Draw the controls of samples with one feature and one target, and return the samples that they describe.

    default: the name of the source shown first. own: the points that the text box begins with.
    """
    options = list_sources("regression", 1)
    name = select_registered(text.DATA, options, default, key=f"{key}_data")
    if name == OWN:
        return take_data(Intake(f"{key}_points", own, choose_two_columns, read_pair, can_edit=True))
    if name in DATASETS:
        samples = load(name)
        st.caption(DATASETS[name].lesson)
        with st.popover(text.SOURCE):
            st.text(text.source(samples.source, samples.license))
        return samples
    return _choose_drawn(key, name)


LINE_KEYS = [
    *(f"lr_{name}" for name in ("data", "n", "noise", "outliers", "seed")),
    *intake_keys("lr_points"),
    CENTER,
]
OWN_POINTS = "0 1\n1 1.5\n2 3\n3 3.2\n4 5"


def choose_line_samples(page: str) -> Samples:
    """Return the points of the page about regression: the same ones in its chapters and on the page about descent."""
    with share_widget_state_between_pages("lr", page, LINE_KEYS):
        return choose_samples("lr", "line", OWN_POINTS)


@contextmanager
def share_widget_state_between_pages(name: str, page: str, keys: Sequence[str]) -> Iterator[None]:
    """Give the widgets with these keys the values that they had on another page. Draw the widgets in this context.

    Streamlit removes the state of a widget when its page is left, also where the next page has a widget of the same key
    (https://docs.streamlit.io/develop/concepts/multipage-apps/widgets). So the values are remembered here. They are set
    before the widgets are drawn. What the link sets has precedence.

    Streamlit's `_sync_query_params` writes a value that is set in this way into the link at the next run only, so the
    page runs twice.
    """
    last, kept = st.session_state.get(f"shared_{name}", (page, {}))
    restored = {}
    if last != page:
        restored = {key: value for key, value in kept.items() if key not in st.query_params}
    st.session_state.update(restored)
    yield
    now = {key: st.session_state[key] for key in keys if key in st.session_state}
    st.session_state[f"shared_{name}"] = page, {**kept, **now}
    if restored:
        st.session_state[f"restored_{name}"] = True
        _run_once_more(name)


@fragment(run_every=0.2)
def _run_once_more(name: str) -> None:
    """Run the page again after the run in which values were restored."""
    if st.session_state.pop(f"restored_{name}", False):
        return
    st.rerun()


def sample_slider_keys(key: str) -> list[str]:
    """Return the keys of the sliders of drawn samples."""
    return [f"{key}_{name}" for name in ("n", "noise", "outliers", "seed")]


def _choose_drawn(key: str, name: str) -> Samples:
    kind = SAMPLES[name]
    st.caption(kind.lesson)
    keys = sample_slider_keys(key)
    n, noise, outliers, seed = 40, 0.4, 0.0, 0
    with lazy_popover(text.SAMPLE_SETTINGS, f"{key}_drawn", keys) as shown:
        if shown:
            n = int_slider(text.SAMPLE_COUNT, 2, 300, n, key=keys[0])
            noise = slider(text.noise(kind.noise), 0.0, 2.0, noise, 0.05, key=keys[1])
            outliers = slider(text.OUTLIERS, 0.0, 0.5, outliers, 0.05, key=keys[2])
            seed = int_slider(text.SEED, 0, 99, seed, key=keys[3])
    samples = draw_samples(SampleSpec(name, n, noise, outliers, seed))
    show_notes(samples.notes)
    return samples


@kept
def draw_samples(spec: SampleSpec) -> Samples:
    """Return the samples of ``spec``, drawn once for all visitors."""
    return draw(spec)


def read_pair(table: Table, columns: Columns | None) -> Samples:
    """Return samples with one feature and one target."""
    return table.samples(*columns) if columns else table.samples()


def draw_center_switch() -> bool:
    """Draw a switch that centers and scales x, one for all chapters with the same points; return whether it is on."""
    return st.toggle(table_text.CENTER, key=CENTER, bind="query-params", help=table_text.CENTER_HELP)


def put_points_into_link(key: str, points: str) -> None:
    """Make points, as text, the reader's own points, and so a part of the link."""
    st.session_state[f"{key}_data"] = OWN
    write_text_box(f"{key}_points", points)
