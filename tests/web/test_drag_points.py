"""What a drop does to the points, and what is refused: a browser may send anything."""

from typing import Any

import numpy as np
import pytest
import streamlit as st

from nnviz.web import drag_points as grab

POINTS = np.array([[0.0, 1.0], [1.0, 2.0], [2.0, 3.0]])
DOMAIN = ((0.0, 2.0), (-5.0, 5.0))


@pytest.mark.parametrize(
    ("moved", "points"),
    [
        ({"kind": "move", "index": 1, "point": [0.5, 0.5]}, [[0, 1], [0.5, 0.5], [2, 3]]),
        ({"kind": "remove", "index": 0}, [[1, 2], [2, 3]]),
        ({"kind": "add", "point": [1.5, -1]}, [[0, 1], [1, 2], [2, 3], [1.5, -1]]),
    ],
)
def test_points_after_a_drop(moved: dict[str, Any], points: list[Any]) -> None:
    np.testing.assert_array_equal(grab.apply_drag(POINTS, moved), points)
    assert len(POINTS) == 3


@pytest.mark.parametrize(
    "moved",
    [{}, {"kind": "move", "index": 3}, {"kind": "remove", "index": -1}, {"kind": "move", "index": "0"}],
)
def test_a_drop_that_makes_no_sense_changes_nothing(moved: dict[str, Any]) -> None:
    assert grab.apply_drag(POINTS, moved) is None


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", kept)
    return kept


@pytest.mark.parametrize("point", [None, 3, [1], [1, "2"], [float("nan"), 0], [float("inf"), 0], ["a", "b"]])
def test_a_place_that_makes_no_sense_is_refused(state: dict[str, Any], point: Any) -> None:
    state["g"] = {"moved": {"kind": "move", "index": 0, "point": point}}
    grab._write("g", DOMAIN, ("x", "y"), None)
    assert "x" not in state
    grab._change("g", DOMAIN, POINTS, 2, lambda points: pytest.fail(f"told {points}"))


def test_a_dropped_thing_is_written_to_the_sliders_inside_their_range(state: dict[str, Any]) -> None:
    told: list[Any] = []
    state["g"] = {"moved": {"kind": "move", "index": 0, "point": [7, -1]}}
    grab._write("g", DOMAIN, ("x", "y"), lambda: told.append(True))
    assert (state["x"], state["y"], told) == (2.0, -1.0, [True])


def test_dropped_points_are_told_once(state: dict[str, Any]) -> None:
    told: list[Any] = []
    state["g"] = {"moved": {"kind": "move", "index": 2, "point": [1, 9]}}
    grab._change("g", DOMAIN, POINTS, 2, told.append)
    np.testing.assert_array_equal(told, [[[0, 1], [1, 2], [1, 5]]])


def test_directions_are_named() -> None:
    with pytest.raises(ValueError, match="`along` must be one of xy, x, y, got 'z'"):
        grab.DragHandles("c", DOMAIN, key="g", words="points", along="z")


def test_the_least_number_of_points_stays(state: dict[str, Any]) -> None:
    state["g"] = {"moved": {"kind": "remove", "index": 0}}
    grab._change("g", DOMAIN, POINTS, 3, lambda points: pytest.fail(f"told {points}"))


def test_the_number_of_a_message_goes_back_with_its_answer(state: dict[str, Any]) -> None:
    for number, drops in ((None, 1), (4, 4), (3, 5), ("x", 6), (9, 9)):
        state["g"] = {"moved": {"kind": "move", "index": 0, "point": [0, 0], "number": number}}
        grab._write("g", DOMAIN, ("x", "y"), None)
        assert state["drops_g"] == drops
