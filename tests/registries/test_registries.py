"""Each registry is complete, and names what a record lacks."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest

from nnviz._registry import Registry
from nnviz.losses import LOSSES, register_loss
from nnviz.losses import losses as loss_table
from nnviz.losses.loss import Loss
from nnviz.losses.loss import missing_field as missing_in_loss
from nnviz.networks import ACTIVATIONS, register_activation
from nnviz.networks.activation import Activation
from nnviz.networks.activation import missing_field as missing_in_activation
from nnviz.optimization import METHODS, SCHEDULES, register_optimizer
from nnviz.optimization.optimizer import Optimizer
from nnviz.optimization.optimizer import missing_field as missing_in_optimizer
from tests.cases import each
from tests.registries.records import ARCTAN, CAUCHY, SIGN_DESCENT

TABLES = [
    *((missing_in_loss, loss) for loss in LOSSES.values()),
    *((missing_in_optimizer, optimizer) for optimizer in METHODS.values()),
    *((missing_in_activation, activation) for activation in ACTIVATIONS.values()),
]


@each(("missing", "record"), TABLES, ids=lambda part: getattr(part, "name", ""))
def test_no_record_lacks_a_field(missing: Callable[..., Any], record: Any) -> None:
    assert missing(record) == ""


@each(
    ("register", "record", "needed"),
    [
        (register_loss, CAUCHY, ("label", "latex", "derivative_latex", "lesson", "source", "weight_source")),
        (register_optimizer, SIGN_DESCENT, ("label", "update", "latex", "lesson", "numpy_step")),
        (
            register_activation,
            ARCTAN,
            (
                "label",
                "latex",
                "lesson",
                "formula",
                "derivative_formula",
                "browser_value",
                "browser_derivative",
            ),
        ),
    ],
    ids=lambda part: getattr(part, "name", ""),
)
def test_what_a_record_lacks_is_named(
    register: Callable[..., Any], record: Activation | Loss | Optimizer, needed: tuple[str, ...]
) -> None:
    for field in needed:
        emptied: dict[str, Any] = {field: "" if isinstance(getattr(record, field), str) else None}
        bare = replace(record, **emptied)
        with pytest.raises(ValueError, match=f"'{record.name}' lacks the field `{field}`"):
            register(bare)
    assert record.name not in {**LOSSES, **METHODS, **ACTIVATIONS}


def test_a_name_is_taken_once(cauchy: Loss) -> None:
    with pytest.raises(ValueError, match="`name` must be new, got 'cauchy'"):
        register_loss(cauchy)


def test_every_field_is_described() -> None:
    for record in (Loss, Optimizer, Activation):
        for field in fields(record):
            if field.name not in ("name", "label", "task", "formulas", "hyperparameters"):
                assert f"{field.name}" in (record.__doc__ or ""), (record.__name__, field.name)


def test_a_view_follows_its_registry() -> None:
    registry = Registry("activation", (ARCTAN,), missing_in_activation)
    odd, smooth = registry.where(lambda one: one.symmetry == "odd"), registry.where(lambda one: one.smooth)
    registry.register(replace(ARCTAN, name="other", symmetry=""))
    assert list(odd) == ["arctan"]
    assert list(smooth) == ["arctan", "other"]
    assert len(smooth.where(lambda one: one.name == "other")) == 1
    registry.remove("arctan")
    assert list(odd) == []


def test_schedules_are_complete() -> None:
    assert all(schedule.source for schedule in SCHEDULES.values())
    assert loss_table.LOSSES is LOSSES
