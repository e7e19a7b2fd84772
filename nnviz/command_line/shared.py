"""What several commands share: options, the question f, K and ε, what is printed and written, exit codes."""

import argparse
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import nnviz as nv
from nnviz._display import count

PROVED, NOT_PROVED, FAILED = 0, 1, 2
VALUE_OPTIONS = ("--epsilon", "--seconds", "--measure")
_Content = TypeVar("_Content", str, bytes)


class CommandError(Exception):
    """Say in one line why a command cannot be carried out."""


class Parser(argparse.ArgumentParser):
    """Report a wrong option in one line."""

    def error(self, message: str) -> NoReturn:
        """Raise CommandError with the message of argparse."""
        raise CommandError(f"{message} ({self.prog} --help lists the options)")


def read_seconds(text: str) -> float:
    """Return a time budget in seconds; CommandError if it is not above 0 and finite."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise CommandError(f"--seconds must be a number above 0 and finite, got {text}")
    return seconds


def join_values(arguments: list[str]) -> Iterator[str]:
    """Join an option to its values; argparse would take a value such as -pi or -1e-3 for an option."""
    rest = iter(arguments)
    for argument in rest:
        if argument == "--on":
            ends = [next(rest, None), next(rest, None)]
            if None in ends:
                raise CommandError("--on needs two ends, such as --on -pi pi")
            yield f"--on={ends[0]}\n{ends[1]}"
        elif argument in VALUE_OPTIONS:
            value = next(rest, None)
            yield from [argument] if value is None else [f"{argument}={value}"]
        else:
            yield argument


def add_question(parser: argparse.ArgumentParser) -> None:
    """Add the options that name f, K, ε, the time budget and the form of the output."""
    parser.add_argument("f", help='formula in x, or in x and y, such as "sin(x)"')
    parser.add_argument(
        "--on",
        action="append",
        required=True,
        metavar="A B",
        help="ends of K, such as --on -pi pi; give it twice for a box",
    )
    parser.add_argument("--epsilon", required=True, metavar="E", help="largest error allowed, such as 1e-3")
    parser.add_argument(
        "--seconds", type=read_seconds, default=5.0, help="time budget in seconds (default 5)"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def read_question(options: argparse.Namespace) -> tuple[Any, Any, float]:
    """Return f, K and ε; K is an interval, or a box for a formula in x and y."""
    from nnviz.expressions import parse_number

    try:
        sides = [tuple(parse_number(end) for end in pair.split("\n")) for pair in options.on]
        if len(sides) == 1 and _needs_two_variables(options.f):
            raise CommandError(
                "a formula in x and y needs a box: certify takes --on A B --on C D, reach takes x alone"
            )
        f = nv.parse(options.f, ("x",) if len(sides) == 1 else ("x", "y"))
        epsilon = parse_number(options.epsilon)
    except ValueError as error:
        raise CommandError(" ".join(str(error).split())) from None
    return f, sides[0] if len(sides) == 1 else tuple(sides), epsilon


def _needs_two_variables(formula: str) -> bool:
    """Return whether a text is a formula in x and y, and not one in x alone."""
    return not _is_formula(formula, ("x",)) and _is_formula(formula, ("x", "y"))


def _is_formula(formula: str, variables: tuple[str, ...]) -> bool:
    """Return whether a text is a formula in these variables."""
    try:
        nv.parse(formula, variables)
    except ValueError:
        return False
    return True


def say_units_needed(units: int, checked: str = "") -> str:
    """Return the sentence that says how many units a ReLU network needs, and who checked it."""
    words = f"proved: a ReLU network with one hidden layer needs at least {count(units, 'unit')} for this ε"
    return f"{words}. {checked}" if checked else words


def read(file: Path, read_content: Callable[[Path], _Content]) -> _Content:
    """Return what ``read_content`` reads from a file; CommandError if it cannot."""
    try:
        return read_content(file)
    except ValueError as error:
        raise CommandError(f"cannot read {file}: {error}") from None


def write(file: Path, text: str) -> None:
    """Write a text to a file; CommandError if that fails."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"cannot write {file}: {error.strerror}") from None


def save(options: argparse.Namespace, certificate: Any) -> None:
    """Write a certificate to the file of --save, if one is given."""
    if options.save is not None:
        write(options.save, certificate.to_json())


def write_coq(options: argparse.Namespace, certificate: nv.Certificate) -> None:
    """Write the proof for Coq to the file of --coq, if one is given; CommandError if there is no such proof."""
    if options.coq is None:
        return
    from nnviz.approximation.certificate.coq import coq_proof

    try:
        proof = coq_proof(certificate)
    except ValueError as error:
        raise CommandError(f"cannot write a proof for Coq: {error}") from None
    write(options.coq, proof)


def facts_of(certificate: nv.Certificate) -> dict[str, Any]:
    """Return what a certificate in the sup norm says, for JSON."""
    names = ("status", "bound", "at", "reason", "epsilon", "interval", "rounding", "cells")
    return {name: getattr(certificate, name) for name in names}


def norm_facts_of(proof: Any) -> dict[str, Any]:
    """Return what a certificate in the norm rms or outside says, for JSON."""
    names = ("status", "norm", "low", "bound", "at", "epsilon", "measure", "length", "interval", "cells")
    return {**{name: getattr(proof, name) for name in names}, "exceptional": proof.exceptional.tolist()}


def exit_code(certificate: Any) -> int:
    """Return 0 for a proved certificate and 1 for any other."""
    return PROVED if certificate.status == "proved" else NOT_PROVED


def print_result(options: argparse.Namespace, facts: dict[str, Any], words: str) -> None:
    """Print the facts as JSON if --json is given, and the words otherwise."""
    print(json.dumps(facts, ensure_ascii=False) if options.json else words)
