"""What a notebook shows of each result: one line of text, and a picture that its renderer knows."""

import json
import sys
from functools import cache
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import vl_convert

import nnviz as nv
from nnviz.approximation import Study
from nnviz.approximation.network_for_epsilon import Reach
from nnviz.charts.picture import NOTEBOOK_VERSION
from nnviz.charts.theme import BEST, ERROR, MODEL, TRUTH
from nnviz.networks import LayeredNetwork
from nnviz.notebook import mimebundle
from nnviz.optimization.descent import Trajectory
from tests.cases import all_hold

X = np.linspace(-1, 1, 41)
F = nv.parse("sin(3x)")
VEGA = f"application/vnd.vegalite.v{NOTEBOOK_VERSION}+json"
DEEP = LayeredNetwork("relu", [[[1.0], [2.0]], [[1.0, -1.0]], [[1.0]]], [[0.0, 0.1], [0.2], [0.3]])
PLANE = nv.ShallowNetwork("tanh", [[1, 2], [-1, 3]], [0, 0.3], [1, 2], 0)


@cache
def reached() -> Reach:
    return nv.reach(F, (-1, 1), 0.05)


@cache
def drawn() -> dict[str, Any]:
    """Results that have a picture: computed when they are first asked for, because every worker reads this file."""
    return {
        "reach": reached(),
        "reach in a norm": nv.reach("1/x^(1/4)", (0, 1), 0.2, norm="rms"),
        "certificate": reached().certificate,
        "network": reached().network,
        "layers": DEEP,
        "two inputs": PLANE,
        "points": nv.through([0, 1, 2], [1, 0, 3]),
        "drawing": nv.Drawing(-1, 1, -1, 1, (0, 4000, 17)),
        "run": nv.train(nv.TrainingSpec(4, steps=20), X, F(X)),
        "seeds": nv.train_seeds(nv.TrainingSpec(4, steps=20), [0, 1, 2], X, F(X)),
        "descent": nv.descend(nv.DescentSpec("saddle", "adam", 0.1, (1.0, 0.5), 20)),
        "study": nv.study(nv.StudySpec(widths=(2, 4), seeds=2, steps=5), F, (-1, 1)),
        "widths": nv.widths_needed(F, (-1, 1), np.geomspace(0.2, 0.01, 9)),
    }


@cache
def worded() -> dict[str, Any]:
    """Results that have words only."""
    return {
        "approximation": nv.approximate(F, (-1, 1), 4),
        "bounds": nv.error_bounds(reached().network, F, (-1, 1)),
        "forward": reached().network.forward(X),
        "backward": reached().network.backward(X, F(X)),
        "table": nv.read_csv(b"x,y\n1,2\n3,4\n5,7\n"),
        "curve": drawn()["study"].curves[0],
    }


def test_every_result_is_one_short_line() -> None:
    all_hold(is_one_short_line, {**drawn(), **worded(), "formula": F})


def is_one_short_line(result: Any) -> None:
    text = repr(result)
    assert text.startswith(f"{type(result).__name__}(")
    assert len(text) <= 250
    assert "\n" not in text
    assert str(result) == text == result._repr_mimebundle_()["text/plain"]


def test_every_result_draws_a_picture_of_a_version_that_notebooks_know() -> None:
    all_hold(draws_a_picture, drawn())


def draws_a_picture(result: Any) -> None:
    spec = json.loads(json.dumps(result._repr_mimebundle_()[VEGA], allow_nan=False))
    assert spec["$schema"].endswith(f"v{NOTEBOOK_VERSION}.json")
    svg = vl_convert.vegalite_to_svg(
        spec, vl_version="5.8"
    )  # the oldest that the converter has; JupyterLab has 5.6
    assert svg.count("<path") > 3


def test_the_text_says_the_result() -> None:
    assert f"{reached().network.width} relu units, proved" in repr(reached())
    assert repr(DEEP) == "LayeredNetwork((2, 1) units of relu, 1 input)"
    assert repr(F) == "Expression('sin(3 x)')".replace("3 x", F.text[4:-1])
    assert isinstance(drawn()["descent"], Trajectory)
    assert isinstance(drawn()["study"], Study)


def bundle_of(result: Any) -> dict[str, Any]:
    bundle: dict[str, Any] = result._repr_mimebundle_()
    return bundle


def test_the_picture_of_a_proof_shows_the_error_within_epsilon() -> None:
    data = bundle_of(reached())[VEGA]["datasets"]
    errors = [row["y"] for row in data["curves_1"] if row["series"].startswith("error")]
    np.testing.assert_allclose(
        errors, F(np.linspace(-1, 1, 1001)) - reached().network(np.linspace(-1, 1, 1001))
    )
    assert {row["y"] for row in data["curves_1"] if row["series"] in ("ε", "−ε")} == {0.05, -0.05}


def test_colors_say_what_a_line_is() -> None:
    above, below = bundle_of(reached())[VEGA]["vconcat"]
    for panel, names in ((above, {"f": TRUTH, "network": MODEL}), (below, {"ε": BEST, "−ε": BEST})):
        lines = next(
            layer["encoding"]["color"]["scale"] for layer in panel["layer"] if "color" in layer["encoding"]
        )
        colors = dict(zip(lines["domain"], lines["range"], strict=True))
        assert names.items() <= colors.items()
        assert colors.get("error f − network", ERROR) == ERROR


def test_a_formula_is_latex_and_a_number_is_text() -> None:
    assert mimebundle(F)["text/latex"] == rf"$\displaystyle {F.latex()}$"
    assert set(worded()["bounds"]._repr_mimebundle_()) == {"text/plain"}


def test_a_notebook_that_knows_no_vega_lite_gets_an_image(monkeypatch: pytest.MonkeyPatch) -> None:
    network = drawn()["network"]
    monkeypatch.setenv("NNVIZ_PICTURES", "image")
    bundle = mimebundle(network)
    assert set(bundle) == {"image/svg+xml", "text/plain"}
    lines = [one.get("d") for one in ElementTree.fromstring(bundle["image/svg+xml"]).iter() if one.get("d")]
    assert len(lines) > 5
    monkeypatch.setenv("NNVIZ_PICTURES", "")
    assert VEGA in mimebundle(network)
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    assert set(mimebundle(network)) == set(bundle)
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    assert set(mimebundle(network)) == {"text/plain"}
