"""Lists, arrays, Series, DataFrames and tensors are taken as points everywhere."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

import nnviz as nv
from tests.cases import all_hold

X = np.linspace(-1, 1, 15)
F = nv.parse("sin(3x)")
Y = F(X)
TABLE = pd.DataFrame({"x": X, "y": Y})
KINDS: dict[str, tuple[Any, Any]] = {
    "lists": (X.tolist(), Y.tolist()),
    "Series": (TABLE["x"], TABLE["y"]),
    "DataFrames": (TABLE[["x"]], TABLE[["y"]]),
    "tensors": (torch.tensor(X), torch.tensor(Y)),
    "tensors with gradients": (torch.tensor(X, requires_grad=True), torch.tensor(Y, requires_grad=True)),
}
SPEC = nv.TrainingSpec(4, steps=10)
PLAIN = nv.train(SPEC, X, Y)


def test_points_of_every_kind_give_the_same_numbers() -> None:
    def same(points: tuple[Any, Any]) -> None:
        x, y = points
        run = nv.train(SPEC, x, y)
        np.testing.assert_array_equal(run.parameters, PLAIN.parameters)
        np.testing.assert_array_equal(run.network(-1)(x), PLAIN.network(-1)(X))
        np.testing.assert_array_equal(np.ravel(F(x)), Y)
        np.testing.assert_array_equal(nv.through(x, y).values, Y)

    all_hold(same, KINDS)


def test_a_target_is_given_by_points_of_every_kind() -> None:
    width = nv.reach((X, Y), (-1, 1), 0.1).network.width
    kinds: tuple[Any, ...] = (
        TABLE,
        KINDS["Series"],
        KINDS["lists"],
        KINDS["tensors with gradients"],
        torch.tensor(TABLE.to_numpy()),
    )
    for f in kinds:
        assert nv.reach(f, (-1, 1), 0.1).network.width == width


def test_a_network_is_a_function_of_one_number() -> None:
    network = PLAIN.network(-1)
    assert float(network(0.5)) == network([0.5])[0]
    assert float(F(0.5)) == np.sin(1.5)
    assert float(nv.LayeredNetwork("relu", [[[2.0]], [[1.0]]], [[0.0], [1.0]])(3.0)) == 7.0


def test_a_python_function_is_refused_with_the_reason() -> None:
    with pytest.raises(ValueError, match="Nothing can be proved about a Python function"):
        nv.reach(np.sin, (-1, 1), 0.1)  # type: ignore[call-overload]


def test_a_table_is_read_from_its_path(tmp_path: Path) -> None:
    TABLE.to_csv(tmp_path / "points.csv", index=False)
    for source in (tmp_path / "points.csv", str(tmp_path / "points.csv")):
        np.testing.assert_array_equal(nv.read_csv(source).y, Y)
    with (tmp_path / "points.csv").open("rb") as file:
        np.testing.assert_array_equal(nv.read_csv(file).y, Y)
    with pytest.raises(nv.DataError, match=r"missing.csv.*No such file"):
        nv.read_csv(tmp_path / "missing.csv")
