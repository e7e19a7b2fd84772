"""Run nnviz from a shell: start the app, find or certify a network, check a certificate, run a study, write the
static edition.

Exit codes: 0, done or proved. 1, the claim is refuted, undecided or out of reach. 2, the command cannot be carried out:
a wrong option, a file that cannot be read or written, a missing package, a port in use. There is one file a command;
what they share stands in ``shared``.
"""

import argparse
import sys
from collections.abc import Callable, Sequence

import nnviz as nv
from nnviz._checks import one_line
from nnviz.command_line import app, certify, check, reach, static, sweep
from nnviz.command_line.shared import FAILED, CommandError, Parser, join_values


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out the command in ``arguments``, by default those of the process, and return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _check_first(given)
        options = _parser().parse_args(list(join_values(given)))
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except CommandError as error:
        print(one_line(f"nnviz: {error}"), file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="nnviz", description="Start the app, or ask for networks and proofs.")
    parser.add_argument("--version", action="version", version=f"nnviz {nv.__version__}")
    app.add_options(parser)
    commands = parser.add_subparsers(title="commands", parser_class=Parser)
    for command in (reach, certify, check, sweep, static):
        command.add_command(commands)
    return parser


def _check_first(arguments: list[str]) -> None:
    """Raise CommandError if the first argument is an unknown option; argparse would complain of what follows it."""
    first = arguments[0].partition("=")[0] if arguments else ""
    if first.startswith("-") and first not in ("-h", "--help", "--version", "--port", "--address"):
        raise CommandError(f"there is no option {first} (nnviz --help lists the options)")
