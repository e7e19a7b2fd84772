"""The app on the Streamlit of stlite, which lacks some keywords and cannot run single fragments by their names."""

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_run_context import RunLocation, ThreadState

from nnviz.web import _streamlit
from nnviz.web.render import to_table

ROOT = Path(__file__).parent.parent.parent
OLD = json.loads((ROOT / "tests" / "fixtures" / "streamlit_1_62.json").read_text(encoding="utf-8"))
HANDLED = {"fragment": {"key"}, **{name: set(words) for name, words in _streamlit.NEWER_KEYWORDS.items()}}
STAND_IN = SimpleNamespace(Table=type("Table", (), {}))  # what stlite has for pyarrow


def calls() -> Iterator[tuple[str, set[str]]]:
    """Yield each function of Streamlit that the app calls, with its keywords; a method counts by its name."""
    for file in [*(ROOT / "nnviz" / "web").glob("*.py"), *(ROOT / "nnviz" / "lessons").rglob("view.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner, name = ast.unparse(node.func.value), node.func.attr
            if name in OLD and owner != "web":  # nnviz.web has functions with such names, too
                yield name, {word.arg for word in node.keywords if word.arg} - {"args"}


def test_what_streamlit_1_62_does_not_know_is_left_out() -> None:
    unknown = {(name, word) for name, words in calls() for word in words - set(OLD[name])}
    assert unknown == {(name, word) for name, words in HANDLED.items() for word in words}


def test_the_pinned_streamlit_is_not_changed() -> None:
    assert _streamlit.runs_named_fragments
    for name, words in _streamlit.NEWER_KEYWORDS.items():
        assert not _streamlit.unknown_keywords(getattr(st, name), words)
        assert getattr(st, name).__module__ != "nnviz.web._streamlit"


def test_controls_of_an_older_streamlit_ignore_newer_keywords() -> None:
    old = SimpleNamespace(
        **{name: lambda label, *, key="": (label, key) for name in _streamlit.NEWER_KEYWORDS}
    )
    _streamlit.adapt_controls(old)
    assert old.pills("A", key="b", wrap=True) == ("A", "b")
    with pytest.raises(TypeError):
        old.pills("A", color="red")


def test_the_whole_page_runs_in_place_of_named_fragments(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[str] = []
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "fragment", lambda draw: draw)
    monkeypatch.setattr(st, "rerun", lambda: runs.append("page"))
    place = SimpleNamespace(run_location=RunLocation.CALLBACK)
    monkeypatch.setattr(ThreadState, "get", lambda: place)
    _streamlit.adapt_reruns()
    draw: Any = st.fragment(key="chapter")(lambda: runs.append("fragment"))
    rerun: Any = st.rerun
    rerun(["chapter"])  # from a callback, which cannot run the page itself
    draw()
    draw()
    assert runs == ["page", "fragment", "fragment"]
    place.run_location = RunLocation.MAIN_SCRIPT
    rerun("chapter")
    assert runs[3:] == ["page"]


def test_a_table_is_one_of_pandas_where_pyarrow_is_a_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = {
        "x": np.array([0.5, np.nan, -np.inf]),
        "n": [1, 2, 3],
        "name": ["a", "", "ξ"],
        "is": [True, False, True],
    }
    expected: pa.Table = to_table(columns)
    monkeypatch.setattr(sys.modules["nnviz.web.render"], "pa", STAND_IN)
    table = to_table(columns)
    assert repr(table.to_dict("list")) == repr(expected.to_pydict())
    assert list(map(type, table.columns)) == [str] * 4


def test_the_runtime_of_stlite_gets_the_methods_that_its_components_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stlite = SimpleNamespace(
        Runtime=type("Runtime", (), {}), exists=lambda: True, get_instance=lambda: "the runtime"
    )
    monkeypatch.setattr(_streamlit, "runtime", stlite)
    _streamlit.adapt_runtime()
    assert stlite.Runtime.exists()
    assert stlite.Runtime.instance() == "the runtime"
