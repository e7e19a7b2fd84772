"""What is sent for a surface: shares of the box that decode to the heights again."""

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnviz._types import Array
from nnviz.charts.contour_image import levels
from nnviz.web import surface_3d as surface
from nnviz.web.surface_3d import SurfacePath, SurfaceStyle, draw_surface

DOMAIN = ((-1.0, 1.0), (0.0, 2.0))
X, Y = np.meshgrid(np.linspace(-1, 1, 7), np.linspace(0, 2, 5))
BOWL = X**2 + 3 * Y


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    kept = {}
    monkeypatch.setattr(surface, "_SURFACE", lambda **sent: kept.update(sent["data"]))

    def draw(heights: Any, paths: Any = (), **style: Any) -> Any:
        draw_surface(heights, DOMAIN, key="one", words="A bowl.", paths=paths, style=SurfaceStyle(**style))
        return kept

    return draw


def decoded(field: dict[str, Any]) -> Array:
    codes = np.frombuffer(base64.b64decode(field["frames"]), "<u2").astype(float)
    shares = np.where(codes == 0, np.nan, (codes - 1) / 65534)
    heights: Array = field["low"] + shares * (field["high"] - field["low"])
    return heights.reshape(-1, field["rows"], field["cols"])


def test_heights_decode_to_what_was_given(sent: Callable[..., Any]) -> None:
    (field,) = sent({"L": BOWL})["fields"]
    assert (field["low"], field["high"]) == (BOWL.min(), BOWL.max())
    np.testing.assert_allclose(decoded(field)[0], BOWL, atol=np.ptp(BOWL) / 65534)


def test_the_bands_are_those_of_the_contour(sent: Callable[..., Any]) -> None:
    (field,) = sent({"L": BOWL})["fields"]
    edges = field["low"] + np.array(field["edges"]) * (field["high"] - field["low"])
    np.testing.assert_allclose(edges[1:-1], levels(BOWL), rtol=1e-6)
    assert (edges[0], edges[-1]) == (BOWL.min(), BOWL.max())


def test_what_is_not_finite_is_a_hole(sent: Callable[..., Any]) -> None:
    heights = BOWL.copy()
    heights[0, 0], heights[1, 1] = np.nan, np.inf
    back = decoded(sent({"L": heights})["fields"][0])[0]
    assert np.isnan(back[[0, 1], [0, 1]]).all()
    assert np.isfinite(back).sum() == BOWL.size - 2


@pytest.mark.parametrize("heights", [np.full((4, 4), 2.0), np.full((4, 4), np.nan)])
def test_constant_or_empty_heights_have_a_range(sent: Callable[..., Any], heights: Array) -> None:
    (field,) = sent({"L": heights})["fields"]
    assert field["low"] < field["high"]
    np.testing.assert_allclose(decoded(field)[0], heights)


def test_fields_share_a_scale_but_those_that_have_their_own(sent: Callable[..., Any]) -> None:
    f, n, e = sent({"f": BOWL, "N": BOWL / 2, "error": BOWL / 9}, own_scale=["error"])["fields"]
    assert (f["low"], f["high"]) == (n["low"], n["high"]) == (0.0, BOWL.max())
    assert (e["low"], e["high"]) == (0.0, BOWL.max() / 9)


def test_logarithms(sent: Callable[..., Any]) -> None:
    (field,) = sent({"L": np.array([[0.0, 1.0], [10.0, 1000.0]])}, log=True)["fields"]
    np.testing.assert_allclose(decoded(field)[0], [[0, 0], [1, 3]], atol=1e-4)


def test_paths_are_on_the_logarithms_too(sent: Callable[..., Any]) -> None:
    points = np.array([[-1, 0, 1.0], [1, 2, 1000.0], [0, 1, 10.0]])
    heights = np.array([[1.0, 10.0], [100.0, 1000.0]])
    (path,) = sent({"L": heights}, log=True, paths=[SurfacePath("Adam", "#d5561f", points)])["paths"]
    np.testing.assert_allclose(
        path["points"], [[0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.5, 0.5, 1 / 3]], atol=1e-5
    )


def test_frames_are_kept_in_order(sent: Callable[..., Any]) -> None:
    frames = np.stack([BOWL, 2 * BOWL, 3 * BOWL])
    (field,) = sent({"N": frames}, frame="ua_frame")["fields"]
    np.testing.assert_allclose(decoded(field), frames, atol=np.ptp(frames) / 65534)


def test_a_path_is_shares_of_the_box_and_breaks_outside(sent: Callable[..., Any]) -> None:
    points = np.array([[-1, 0, BOWL.min()], [1, 2, BOWL.max()], [5, 0, 0], [0, 1, np.nan]])
    (path,) = sent({"L": BOWL}, paths=[SurfacePath("Adam", "#d5561f", points, steps=[0, 10, 20, 30])])[
        "paths"
    ]
    assert path["points"] == [[0, 0, 0], [1, 1, 1], None, None]
    assert path["steps"] == [0, 10, 20, 30]


@pytest.mark.parametrize(
    ("heights", "options", "words"),
    [
        (np.zeros(3), {}, r"shape \(rows, cols\)"),
        (np.zeros((1, 3)), {}, "2 to 121"),
        (np.zeros((200, 3)), {}, "2 to 121"),
        (-BOWL, {"log": True}, "at least 0 on a logarithmic scale"),
    ],
)
def test_heights_that_cannot_be_drawn(
    sent: Callable[..., Any], heights: Array, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        sent({"L": heights}, **options)
