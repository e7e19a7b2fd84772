"""Hold one claim for many small cases in one test, because each test of its own costs more than such a case."""

import inspect
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import Any, TypeAlias, TypeVar

import numpy as np
import pytest

Case = TypeVar("Case")
Test: TypeAlias = Callable[..., None]


def all_hold(claim: Callable[[Case], None], cases: Mapping[str, Case]) -> None:
    """Call ``claim`` with each case; raise an ExceptionGroup of what fails, each with the name of its case."""
    failures = []
    for name, case in cases.items():
        try:
            claim(case)
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - whatever fails, fails for its case
            failure = error if isinstance(error, Exception) else AssertionError(*error.args)
            failure.add_note(f"in the case {name}")
            failures.append(failure)
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(cases)} cases", failures)


def each(
    names: str | Sequence[str],
    cases: Iterable[Any],
    ids: Iterable[str] | Callable[[Any], object] | None = None,
) -> Callable[[Test], Test]:
    """Make one test of a claim about each case, with the arguments of `pytest.mark.parametrize`.

    Two of them above each other take all pairs. In each case, ``rng`` is a new generator, seeded by the names of the
    test and of the case. Other fixtures are shared by the cases.
    """
    keys = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    rows = [dict(zip(keys, case if len(keys) > 1 else (case,), strict=True)) for case in cases]
    labels = ids if ids is None or callable(ids) else list(ids)
    own: dict[str, dict[str, Any]] = {}
    for k, row in enumerate(rows):
        name = _label(labels, row, k)
        own[name if name not in own else f"{name} (case {k})"] = row

    def decorate(test: Test) -> Test:
        claim, below = getattr(test, "claim_and_cases", (test, None))
        every = own
        if below is not None:
            pairs = product(own.items(), below.items())
            every = {f"{low}-{high}": {**one, **other} for (high, one), (low, other) in pairs}

        def run(**fixtures: Any) -> None:
            def hold(name: str) -> None:
                seed = zlib.crc32(f"{claim.__name__}[{name}]".encode())
                drawn = {"rng": np.random.default_rng(seed)} if "rng" in fixtures else {}
                claim(**{**fixtures, **drawn, **every[name]})

            all_hold(hold, {name: name for name in every})

        signature = inspect.signature(test)
        free = [one for name, one in signature.parameters.items() if name not in keys]
        run.__name__, run.__doc__, run.__module__ = test.__name__, test.__doc__, test.__module__
        run.__signature__ = signature.replace(parameters=free)  # type: ignore[attr-defined]
        run.claim_and_cases = (claim, every)  # type: ignore[attr-defined]
        return run

    return decorate


def _label(ids: Sequence[str] | Callable[[Any], object] | None, row: Mapping[str, Any], k: int) -> str:
    """Return the name of the case number k, as pytest would write it."""
    if ids is not None and not callable(ids):
        return ids[k]
    shown = [ids(value) if ids else value for value in row.values()]
    names = [
        str(value) if isinstance(value, str | int | float | None) else getattr(value, "__name__", f"{key}{k}")
        for key, value in zip(row, shown)
    ]
    return "-".join(names).encode("unicode_escape").decode("ascii")
