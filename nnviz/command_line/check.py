"""Carry out ``nnviz check``: check the claims of a certificate from its file alone."""

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nnviz as nv
from nnviz.command_line.shared import (
    NOT_PROVED,
    PROVED,
    CommandError,
    exit_code,
    facts_of,
    norm_facts_of,
    print_result,
    read,
    read_seconds,
    say_units_needed,
    write_coq,
)

INDEPENDENT, SAME_PROGRAM = "independent, with Arb", "the same program"
INSTALL = "For an independent check, pip install 'nnviz[check]'."


def add_command(commands: Any) -> None:
    """Add the command check and its options."""
    check = commands.add_parser("check", help="check the claims of a certificate, from its file alone")
    check.add_argument("file", type=Path, help="JSON file of a certificate")
    check.add_argument(
        "--seconds", type=read_seconds, default=60.0, help="time budget in seconds (default 60)"
    )
    check.add_argument("--json", action="store_true", help="print the result as JSON")
    check.add_argument("--coq", type=Path, metavar="FILE", help="write the proof for the proof assistant Coq")
    check.set_defaults(run=check_certificate)


def check_certificate(options: argparse.Namespace) -> int:
    """Check the claims of a certificate, independently if python-flint is installed, and return the exit code."""
    from nnviz.approximation import measurable, prove_again
    from nnviz.networks.network_file import read_file

    text = read(options.file, read_file)
    try:
        if measurable.names_a_norm(text):
            return _check_in_norm(options, text)
        claim = nv.Certificate.from_json(text)
        verdict = _independent_verdict(text, options.seconds)
        found = None if verdict and verdict.status != "undecided" else prove_again(claim, options.seconds)
    except ValueError as error:
        raise CommandError(f"{options.file}: {error}") from None
    facts, lines = _checked_facts(claim, verdict, found)
    write_coq(options, claim)
    print_result(options, facts, "\n".join(lines))
    wrong_bound = verdict is not None and verdict.units_reason != ""
    return PROVED if facts["status"] == "proved" and not wrong_bound else NOT_PROVED


def _check_in_norm(options: argparse.Namespace, text: str) -> int:
    """Check a claim in the norm rms or outside, by Arb if it can, and return the exit code."""
    from nnviz.approximation import measurable

    claim = measurable.NormCertificate.from_json(text)
    verdict = _independent_verdict(text, options.seconds)
    if verdict is not None and verdict.status != "undecided":
        names = ("status", "bound", "low", "at", "reason", "cells")
        facts = {"norm": claim.norm, **{name: getattr(verdict, name) for name in names}}
        facts |= {
            "epsilon": claim.epsilon,
            "interval": claim.interval,
            "measure": claim.measure,
            "length": claim.length,
        }
        words = f"{verdict.status}: {claim.claim()}. {verdict.reason} Checked independently with Arb."
        print_result(options, {**facts, "checker": INDEPENDENT}, words)
        return PROVED if verdict.status == "proved" else NOT_PROVED
    proof = measurable.prove_norm_again(claim, options.seconds)
    lines = [proof.sentence()]
    if verdict is not None:
        lines.append(f"The independent check is undecided. {verdict.reason}")
    print_result(options, {**norm_facts_of(proof), "checker": SAME_PROGRAM}, "\n".join(lines))
    return exit_code(proof)


def _independent_verdict(text: str, seconds: float) -> Any:
    """Return the verdict of the independent checker, or None if python-flint is not installed."""
    if find_spec("flint") is None:
        return None
    from nnviz.checker import check

    return check(text, seconds)


def _checked_facts(
    claim: nv.Certificate, verdict: Any, found: nv.Certificate | None
) -> tuple[dict[str, Any], list[str]]:
    """Return what the checkers found, as facts and as sentences that say which checker ran."""
    facts: dict[str, Any] = {"checker": SAME_PROGRAM if verdict is None or found else INDEPENDENT}
    lines = []
    if found is not None:
        facts |= facts_of(found)
        proved = "Proved" if found.status == "proved" else "Examined"
        advice = f" {INSTALL}" if verdict is None else ""
        lines.append(f"{found.sentence()} {proved} again by the same program.{advice}")
    else:
        results = ("status", "bound", "low", "at", "reason", "cells")
        facts |= {name: getattr(verdict, name) for name in results}
        facts |= {"epsilon": claim.epsilon, "interval": claim.interval}
        both = verdict.low is not None and verdict.bound is not None
        size = (
            f"The largest error is between {verdict.low:.6g} and {verdict.bound:.6g}."
            if both
            else verdict.reason
        )
        lines.append(f"{verdict.status}: {claim.claim()}. {size} Checked independently with Arb.")
    if verdict is not None:
        facts |= {"independent": verdict.status, "units": verdict.units, "units_reason": verdict.units_reason}
        if found is not None:
            lines.append(f"The independent check is undecided. {verdict.reason}")
        if verdict.units:
            lines.append(say_units_needed(verdict.units, "Checked independently with Arb."))
        elif verdict.units_reason:
            lines.append(f"The lower bound of the number of units is not proved. {verdict.units_reason}")
    return facts, lines
