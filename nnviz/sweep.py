"""Run a study that a file describes: read TOML, measure each target on all processes, write a table and charts.

    [study]
    activation = ["tanh", "relu"]
    widths = [4, 8, 16]
    seeds = 8
    steps = 1000

    [[target]]
    f = "sin(2πx)"
    on = ["-pi", "pi"]

The other settings are ``learning_rate`` and ``points``, those of StudySpec.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from nnviz._csv import csv_text
from nnviz.approximation import Study, StudySpec
from nnviz.approximation.domains import checked_interval
from nnviz.expressions import Expression, parse, parse_number

MOST_STUDIES: Final = 1000
COLUMNS: Final = (
    *("f", "from", "to", "activation", "network", "units", "number"),
    *("sup norm of the error", "rms of the error"),
)
_STUDY: Final = ("activation", "widths", "seeds", "steps", "learning_rate", "points")
_TARGET: Final = ("f", "on")
_AT: Final = re.compile(r" \(at line (\d+), column \d+\)$")


class SweepError(ValueError):
    """Say why a file describes no study, and in which line; the first line where it concerns the whole file."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        super().__init__(f"line {line}: {reason}")


class Sweep(NamedTuple):
    """What a file asks for: a spec for each activation, and targets on intervals."""

    specs: tuple[StudySpec, ...]
    targets: tuple[tuple[Expression, tuple[float, float]], ...]


def read_sweep(text: str) -> Sweep:
    """Return the sweep that a TOML text describes; SweepError names the line and the reason."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        raise SweepError(int(at[1]) if at else text.count("\n") + 1, _AT.sub("", str(error))) from None
    lines = text.splitlines()
    for name in document:
        if name not in ("study", "target"):
            raise SweepError(_line(lines, name), f"{name!r} is not known. Write [study] and [[target]].")
    study, targets = document.get("study", {}), document.get("target", [])
    if not isinstance(study, dict) or not isinstance(targets, list) or not targets:
        raise SweepError(1, "The file must have a table [study] and at least one [[target]].")
    specs = tuple(_specs(study, lines))
    known = tuple(_target(one, lines, k) for k, one in enumerate(targets))
    if len(specs) * len(known) > MOST_STUDIES:
        raise SweepError(1, f"At most {MOST_STUDIES} studies fit, got {len(specs) * len(known)}.")
    return Sweep(specs, known)


def _specs(study: dict[str, Any], lines: Sequence[str]) -> Iterator[StudySpec]:
    """Yield a spec for each activation."""
    _check_names(study, _STUDY, lines, "[study]")
    settings: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in study.items()
    }
    given = settings.pop("activation", "tanh")
    for activation in given if isinstance(given, tuple) else (given,):
        try:
            yield StudySpec(activation, **settings)
        except (ValueError, TypeError) as error:
            named = re.search(r"`(\w+)`", str(error))
            name = named[1] if named and named[1] in study else "[study]"
            raise SweepError(_line(lines, name), str(error)) from None


def _target(target: Any, lines: Sequence[str], number: int) -> tuple[Expression, tuple[float, float]]:
    """Return f and K of a target."""
    start = [k for k, line in enumerate(lines) if line.strip().startswith("[[target")][number:][:1]
    after = start[0] if start else 0
    if not isinstance(target, dict) or set(_TARGET) - set(target):
        raise SweepError(after + 1, 'A [[target]] must have f and on, such as f = "sin(x)" and on = [-1, 1].')
    _check_names(target, _TARGET, lines, "[[target]]", after)
    try:
        f = parse(str(target["f"]))
    except ValueError as error:
        raise SweepError(_line(lines, "f", after), str(error)) from None
    if not isinstance(target["on"], list):
        raise SweepError(_line(lines, "on", after), "`on` must be a list of two ends, such as [-1, 1].")
    try:
        ends = [parse_number(str(end)) for end in target["on"]]
        return f, checked_interval((ends[0], ends[1]) if len(ends) == 2 else tuple(ends))
    except (ValueError, TypeError) as error:
        raise SweepError(_line(lines, "on", after), str(error)) from None


def _check_names(
    table: dict[str, Any], known: Sequence[str], lines: Sequence[str], name: str, after: int = 0
) -> None:
    for key in table:
        if key not in known:
            raise SweepError(_line(lines, key, after), f"{name} has no {key!r}. It has {', '.join(known)}.")


def _line(lines: Sequence[str], name: str, after: int = 0) -> int:
    """Return the number of the first line, 1 the first of all, in which a name is given; 1 if there is none."""
    beginning = re.compile(rf"\s*(\[+\s*)?{re.escape(name)}(?![\w-])")
    return next((k + 1 for k in range(after, len(lines)) if beginning.match(lines[k])), after + 1)


def table_of(studies: Sequence[Study], sweep: Sweep) -> str:
    """Return the errors of all networks as CSV, a row for each network."""
    each = [(spec, *target) for spec in sweep.specs for target in sweep.targets]
    return csv_text(
        COLUMNS, [row for study, asked in zip(studies, each, strict=True) for row in _rows(study, *asked)]
    )


def _rows(study: Study, spec: StudySpec, f: Expression, interval: tuple[float, float]) -> Iterator[list[Any]]:
    for curve in study.curves:
        for k, width in enumerate(spec.widths):
            for number in range(curve.sup.shape[1]):
                errors = float(curve.sup[k, number]), float(curve.rms[k, number])
                if errors[0] == errors[0]:
                    yield [f.text, *interval, spec.activation, curve.name, width, number, *errors]


def write_charts(studies: Sequence[Study], folder: Path, suffix: str) -> list[Path]:
    """Write a chart of each study, study_001.svg and so on, and return the files; ValueError as Picture.save says."""
    from nnviz.notebook.pictures import draw

    files = []
    for k, study in enumerate(studies, 1):
        picture = draw(study)
        assert picture is not None
        files.append(folder / f"study_{k:03d}{suffix}")
        picture.save(files[-1])
    return files
