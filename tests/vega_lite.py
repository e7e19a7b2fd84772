"""Validate charts by Vega-Lite's own schema: in the app, Altair is told not to validate."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from altair.vegalite.v6.schema.core import load_schema
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

_ALLOWED: set[tuple[str, str]] = set()  # definitions and instances that they allow, both as text
_BY_REFERENCE = Draft7Validator.VALIDATORS["$ref"]


def _refer(validator: Any, reference: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """Yield what a definition has against an instance; it is asked once about equal instances that it allows."""
    question = reference, json.dumps(instance, sort_keys=True)
    if question in _ALLOWED:
        return
    found = list(_BY_REFERENCE(validator, reference, instance, schema))
    if not found:
        _ALLOWED.add(question)
    yield from found


_Validator: Any = extend(Draft7Validator, {"$ref": _refer})  # type: ignore[no-untyped-call]
_VALIDATOR = _Validator(load_schema())


def faults(spec: Mapping[str, Any]) -> list[str]:
    """Return what the schema has against a chart, in words."""
    config = {
        key: value for key, value in spec.get("config", {}).items() if key != "signals"
    }  # those are Vega's
    plain = {**spec, "config": config}
    return [
        f"{spec.get('name')}: {error.json_path}: {error.message}" for error in _VALIDATOR.iter_errors(plain)
    ]
