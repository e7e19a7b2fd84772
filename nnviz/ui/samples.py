"""Choosing what is learned from: drawn samples, real data sets, a table of one's own, a file."""

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnviz.data import (
    DATASETS,
    SAMPLES,
    DataError,
    Samples,
    SampleSpec,
    Table,
    draw,
    load,
    parse_points,
    read_points,
    read_table,
)
from nnviz.ui.controls import choice, seldom, slider, whole
from nnviz.ui.draw import import_pandas
from nnviz.ui.messages import last_good, notes

Array = NDArray[np.float64]

OWN, FILE = "own", "file"
LINK_CHARACTERS = 3000  # what an address can carry everywhere


class _Entry(NamedTuple):
    label: str


def sources(task: str, features: int) -> dict[str, Any]:
    """Every source of samples for `task` with that many features, name -> record with a label."""
    drawn = {
        name: kind for name, kind in SAMPLES.items() if kind.task == task and len(kind.features) == features
    }
    real = {
        name: kept for name, kept in DATASETS.items() if kept.task == task and len(kept.features) == features
    }
    return {**drawn, **real, OWN: _Entry("My own points"), FILE: _Entry("A CSV file")}


def choose_samples(key: str, default: str, own: str) -> Samples:
    """Controls for one feature and one number to predict; the samples they describe.

    default: the name of the source shown first. own: the text of the points that "My own points" starts with.
    """
    options = sources("regression", 1)
    name = choice("Data", options, default, key=f"{key}_data")
    if name == OWN:
        return own_points(f"{key}_points", own)
    if name == FILE:
        return from_file(f"{key}_file", parse_points(own))
    if name in DATASETS:
        samples = load(name)
        st.caption(DATASETS[name].lesson)
        with st.popover("Source and licence"):
            st.text(f"{samples.source}\nLicence: {samples.licence}")
        return samples
    return _drawn(key, name)


LINE_KEYS = [f"lr_{name}" for name in ("data", "n", "noise", "outliers", "seed", "points")]
OWN_POINTS = "0 1\n1 1.5\n2 3\n3 3.2\n4 5"


def line_samples(page: str) -> Samples:
    """The points of the page about regression: the same in its chapters, and on the page about descent.

    Streamlit begins the controls of a page anew where another had controls of the same keys, so they are told what
    these had.
    """
    last, kept = st.session_state.get("kept_lr", (page, {}))
    told = {key: at for key, at in kept.items() if key not in st.query_params} if last != page else {}
    st.session_state.update(told)
    samples = choose_samples("lr", "line", OWN_POINTS)
    now = {key: st.session_state[key] for key in LINE_KEYS if key in st.session_state}
    st.session_state["kept_lr"] = page, {**kept, **now}
    if told:
        st.session_state["again_lr"] = True
        _into_the_address()
    return samples


@st.fragment(run_every=0.2)
def _into_the_address() -> None:
    """Run the page once more: Streamlit writes values that it was told into the address at the next run only."""
    if st.session_state.pop("again_lr", False):
        return  # the run that tells them
    st.rerun()


def sliders_of(key: str) -> list[str]:
    """The keys of the sliders of drawn samples."""
    return [f"{key}_{one}" for one in ("n", "noise", "outliers", "seed")]


def _drawn(key: str, name: str) -> Samples:
    kind = SAMPLES[name]
    st.caption(kind.lesson)
    keys = sliders_of(key)
    n, noise, outliers, seed = 40, 0.4, 0.0, 0
    with seldom("Points, noise, outliers, seed", f"{key}_drawn", keys) as there:
        if there:
            n = whole("Points", 2, 300, n, key=keys[0])
            noise = slider(f"Noise: {kind.noise}", 0.0, 2.0, noise, 0.05, key=keys[1])
            outliers = slider("Share of outliers", 0.0, 0.5, outliers, 0.05, key=keys[2])
            seed = whole("Seed", 0, 99, seed, key=keys[3])
    samples = drawn_samples(SampleSpec(name, n, noise, outliers, seed))
    notes(samples.notes)
    return samples


@st.cache_data(max_entries=256, show_spinner=False)
def drawn_samples(spec: SampleSpec) -> Samples:
    """`draw`, once for each spec."""
    return draw(spec)


def own_points(key: str, default: str) -> Samples:
    """A table to edit and the same points as text; the text is what the link carries."""
    # Not folded away: what is not on the page does not reach the link.
    text = st.text_area(
        "One point a line: x y; paste points here",
        default,
        max_chars=LINK_CHARACTERS,
        key=key,
        bind="query-params",
        height=110,
    )
    samples = last_good(key, lambda: noted(parse_points(text or "")), parse_points(default))
    version = st.session_state.setdefault(f"version_{key}", 0)
    editor = f"table_{key}_{version}"
    rows = {"x": samples.x[:, 0], "y": samples.y}
    points = list(zip(rows["x"].tolist(), samples.y.tolist(), strict=True))
    import_pandas()
    st.data_editor(
        rows, num_rows="dynamic", key=editor, height=220, width="stretch", alt="The points, to edit",
        on_change=_take_edits, args=(key, editor, points),
    )  # fmt: skip
    return samples


def _take_edits(key: str, editor: str, points: list[tuple[float, float]]) -> None:
    """Write the edited table into the text, once every row of it is a point."""
    rows = edited(points, st.session_state[editor])
    if any(None in row for row in rows):
        return
    try:
        samples = read_points(rows)
    except DataError:
        return
    pairs = zip(samples.x[:, 0].tolist(), samples.y.tolist(), strict=True)
    st.session_state[key] = "\n".join(f"{x:.6g} {y:.6g}" for x, y in pairs)
    st.session_state[f"version_{key}"] += 1


def edited(points: list[tuple[float, float]], changes: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """The rows of a table after the edits that Streamlit's data editor reports; None where a cell is empty."""
    rows = [{"x": x, "y": y} for x, y in points]
    for row, cells in changes["edited_rows"].items():
        rows[int(row)].update(cells)
    kept = [row for number, row in enumerate(rows) if number not in changes["deleted_rows"]]
    return [(row.get("x"), row.get("y")) for row in [*kept, *changes["added_rows"]]]


def noted(samples: Samples) -> Samples:
    """Samples that were read, with the remarks on them: those of other samples are no remarks on these."""
    notes(samples.notes)
    return samples


def still(samples: Samples, file: str, example: Samples) -> None:
    """What is shown, where it is not the file that was chosen."""
    if samples.title != file:
        st.text(f"Still shown: {'the example' if samples is example else samples.title}")


def from_file(key: str, otherwise: Samples) -> Samples:
    """A file to upload, the choice of its columns, and a button that moves its points into the link."""
    file = st.file_uploader(
        "CSV file", ["csv", "tsv", "txt"], key=key, max_upload_size=5, on_change=_forget, args=(key,)
    )
    if file is not None:
        read = partial(read_table, file.getvalue(), title=file.name)
        samples = last_good(key + "_read", lambda: noted(_columns(key, read())), otherwise)
        still(samples, file.name, otherwise)
        if samples is not otherwise:
            st.session_state[f"read_{key}"] = samples
    elif f"read_{key}" in st.session_state:  # the uploader forgets at a change of page
        samples = noted(st.session_state[f"read_{key}"])
        still(samples, "", otherwise)
    else:
        st.caption("Any table with two columns of numbers. Until there is a file, the points are an example.")
        return otherwise
    st.caption("A file is not part of the link.")
    text = "\n".join(f"{x:.6g} {y:.6g}" for x, y in zip(samples.x[:, 0], samples.y, strict=True))
    if len(text) <= LINK_CHARACTERS:
        st.button(
            "Put these points into the link", on_click=into_link, args=(key.removesuffix("_file"), text)
        )
    return samples


def _forget(key: str) -> None:
    """The file was taken away, or is another."""
    st.session_state.pop(f"read_{key}", None)


def _columns(key: str, table: Table) -> Samples:
    names = list(table.numeric)
    if len(names) < 2:
        return table.samples()
    x, y = st.columns(2)
    feature = x.selectbox("x", names, 0, key=f"{key}_x")
    target = y.selectbox("y", names, 1, key=f"{key}_y")
    return table.samples(feature, target)


def into_link(key: str, text: str) -> None:
    """Make points in text form the person's own, and so part of the link.

    A text box that is not yet on the page does not write the address itself, and one that is does not let us.
    """
    if st.session_state.get(f"{key}_data") != OWN:
        st.query_params[f"{key}_points"] = text
    st.session_state.update({f"{key}_points": text, f"{key}_data": OWN})
