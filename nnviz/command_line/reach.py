"""Carry out ``nnviz reach``: find a network within ε of f on K, with its proof."""

import argparse
from pathlib import Path
from typing import Any

import nnviz as nv
from nnviz._display import count
from nnviz.command_line.shared import (
    NOT_PROVED,
    CommandError,
    add_question,
    exit_code,
    facts_of,
    norm_facts_of,
    print_result,
    read_question,
    save,
    say_units_needed,
    write_coq,
)


def add_command(commands: Any) -> None:
    """Add the command reach and its options."""
    reach = commands.add_parser("reach", help="find a network within ε of f on K, with a proof")
    add_question(reach)
    reach.add_argument("--activation", default="relu", help="activation function (default relu)")
    reach.add_argument("--norm", default="sup", choices=("sup", "rms", "outside"), help="norm (default sup)")
    reach.add_argument("--measure", metavar="D", help="largest measure of the exceptional set, for outside")
    reach.add_argument("--save", type=Path, metavar="FILE", help="write the certificate to this file")
    reach.add_argument("--coq", type=Path, metavar="FILE", help="write the proof for the proof assistant Coq")
    reach.set_defaults(run=reach_epsilon)


def reach_epsilon(options: argparse.Namespace) -> int:
    """Find a network within ε of f on K, print what is known of it, and return the exit code."""
    f, domain, epsilon = read_question(options)
    if len(options.on) != 1:
        raise CommandError("reach needs one interval: --on A B")
    try:
        if options.norm != "sup" or options.measure is not None:
            return _reach_in_norm(options, f, domain, epsilon)
        found = nv.reach(f, domain, epsilon, options.activation, options.seconds)
    except nv.Unreachable as error:
        print_result(options, {"status": "unreachable", "reason": str(error)}, f"unreachable: {error}")
        return NOT_PROVED
    except ValueError as error:
        raise CommandError(str(error)) from None
    facts = {**facts_of(found.certificate), "units": found.network.width, "lower_bound": found.lower_bound}
    width = count(found.network.width, "hidden unit")
    lines = [f"{width} ({options.activation})", found.certificate.sentence()]
    if found.lower_bound:  # a bound of 0 says nothing
        lines.append(say_units_needed(found.lower_bound))
    save(options, found.certificate)
    write_coq(options, found.certificate)
    print_result(options, facts, "\n".join(lines))
    return exit_code(found.certificate)


def _reach_in_norm(options: argparse.Namespace, f: Any, domain: Any, epsilon: float) -> int:
    from nnviz.expressions import parse_number

    measure = None if options.measure is None else parse_number(options.measure)
    found = nv.reach(
        f, domain, epsilon, options.activation, options.seconds, norm=options.norm, measure=measure
    )
    width, proof = count(found.network.width, "hidden unit"), found.certificate
    save(options, proof)
    if options.coq is not None:
        raise CommandError("a proof for Coq needs --norm sup")
    words = f"{width} ({options.activation})\n{proof.sentence()}"
    print_result(options, {**norm_facts_of(proof), "units": found.network.width}, words)
    return exit_code(proof)
