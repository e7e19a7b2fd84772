"""Run nnviz from a shell: start the app, ask for a network with its proof, certify one, check a certificate.

Exit codes: 0, done or proved. 1, the claim is refuted, undecided or out of reach. 2, the command cannot be carried out:
a wrong option, a file that cannot be read or written, a missing package, a port in use.
"""

import argparse
import json
import math
import os
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import nnviz as nv
from nnviz._checks import one_line
from nnviz.sweep_command import add_command as add_sweep

PROVED, NOT_PROVED, FAILED = 0, 1, 2
INDEPENDENT, SAME_PROGRAM = "independent, with Arb", "the same program"
INSTALL = "For an independent check, pip install 'nnviz[check]'."
HERE = Path(__file__).parent
_Content = TypeVar("_Content", str, bytes)


class CommandError(Exception):
    """Say in one line why a command cannot be carried out."""


class _Parser(argparse.ArgumentParser):
    """Report a wrong option in one line."""

    def error(self, message: str) -> NoReturn:
        raise CommandError(f"{message} ({self.prog} --help lists the options)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out the command in ``arguments``, by default those of the process, and return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _check_first(given)
        options = _parser().parse_args(list(_joined_values(given)))
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except CommandError as error:
        print(one_line(f"nnviz: {error}"), file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="nnviz", description="Start the app, or ask for networks and proofs.")
    parser.add_argument("--version", action="version", version=f"nnviz {nv.__version__}")
    parser.add_argument("--port", type=_port, default=8501, help="port of the app (default 8501)")
    parser.add_argument(
        "--address", default="localhost", help="address the app listens on (default localhost)"
    )
    parser.set_defaults(run=start_app)
    commands = parser.add_subparsers(title="commands", parser_class=_Parser)

    reach = commands.add_parser("reach", help="find a network within ε of f on K, with a proof")
    _add_question(reach)
    reach.add_argument("--activation", default="relu", help="activation function (default relu)")
    reach.add_argument("--norm", default="sup", choices=("sup", "rms", "outside"), help="norm (default sup)")
    reach.add_argument("--measure", metavar="D", help="largest measure of the exceptional set, for outside")
    reach.add_argument("--save", type=Path, metavar="FILE", help="write the certificate to this file")
    reach.add_argument("--coq", type=Path, metavar="FILE", help="write the proof for the proof assistant Coq")
    reach.set_defaults(run=reach_epsilon)
    certify = commands.add_parser("certify", help="prove or refute that a network is within ε of f on K")
    certify.add_argument(
        "network", type=Path, help="network as JSON, PyTorch state_dict or ONNX, or a certificate"
    )
    certify.add_argument("--activation", help="activation function of a state_dict")
    _add_question(certify)
    certify.add_argument("--save", type=Path, metavar="FILE", help="write the certificate to this file")
    certify.set_defaults(run=certify_network)
    check = commands.add_parser("check", help="check the claims of a certificate, from its file alone")
    check.add_argument("file", type=Path, help="JSON file of a certificate")
    check.add_argument("--seconds", type=_seconds, default=60.0, help="time budget in seconds (default 60)")
    check.add_argument("--json", action="store_true", help="print the result as JSON")
    check.add_argument("--coq", type=Path, metavar="FILE", help="write the proof for the proof assistant Coq")
    check.set_defaults(run=check_certificate)
    add_sweep(commands, CommandError)
    return parser


def _check_first(arguments: list[str]) -> None:
    """Raise CommandError if the first argument is an unknown option; argparse would complain of what follows it."""
    first = arguments[0].partition("=")[0] if arguments else ""
    if first.startswith("-") and first not in ("-h", "--help", "--version", "--port", "--address"):
        raise CommandError(f"there is no option {first} (nnviz --help lists the options)")


def _port(text: str) -> int:
    """Return a port; CommandError if it is no whole number between 1 and 65535."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 65535):
        raise CommandError(f"--port must be between 1 and 65535, got {text}")
    return int(text)


def _seconds(text: str) -> float:
    """Return a time budget in seconds; CommandError if it is not above 0 and finite."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise CommandError(f"--seconds must be a number above 0 and finite, got {text}")
    return seconds


def _add_question(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("f", help='formula in x, or in x and y, such as "sin(x)"')
    parser.add_argument(
        "--on",
        action="append",
        required=True,
        metavar="A B",
        help="ends of K, such as --on -pi pi; give it twice for a box",
    )
    parser.add_argument("--epsilon", required=True, metavar="E", help="largest error allowed, such as 1e-3")
    parser.add_argument("--seconds", type=_seconds, default=5.0, help="time budget in seconds (default 5)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def _joined_values(arguments: list[str]) -> Iterator[str]:
    """Join an option to its values; argparse would take a value such as -pi or -1e-3 for an option."""
    rest = iter(arguments)
    for argument in rest:
        if argument == "--on":
            ends = [next(rest, None), next(rest, None)]
            if None in ends:
                raise CommandError("--on needs two ends, such as --on -pi pi")
            yield f"--on={ends[0]}\n{ends[1]}"
        elif argument in ("--epsilon", "--seconds", "--measure"):
            value = next(rest, None)
            yield from [argument] if value is None else [f"{argument}={value}"]
        else:
            yield argument


def reach_epsilon(options: argparse.Namespace) -> int:
    """Find a network within ε of f on K, print what is known of it, and return the exit code."""
    f, domain, epsilon = _question(options)
    if len(options.on) != 1:
        raise CommandError("reach needs one interval: --on A B")
    try:
        if options.norm != "sup" or options.measure is not None:
            return _reach_in_norm(options, f, domain, epsilon)
        found = nv.reach(f, domain, epsilon, options.activation, options.seconds)
    except nv.Unreachable as error:
        _print(options, {"status": "unreachable", "reason": str(error)}, f"unreachable: {error}")
        return NOT_PROVED
    except ValueError as error:
        raise CommandError(str(error)) from None
    facts = {**_facts(found.certificate), "units": found.network.width, "lower_bound": found.lower_bound}
    width = _count(found.network.width, "hidden unit")
    lines = [f"{width} ({options.activation})", found.certificate.sentence()]
    if found.lower_bound:  # a bound of 0 says nothing
        lines.append(_needed_units(found.lower_bound))
    _save(options, found.certificate)
    _write_coq(options, found.certificate)
    _print(options, facts, "\n".join(lines))
    return _exit_code(found.certificate)


def _reach_in_norm(options: argparse.Namespace, f: Any, domain: Any, epsilon: float) -> int:
    from nnviz.expressions import parse_number

    measure = None if options.measure is None else parse_number(options.measure)
    found = nv.reach(
        f, domain, epsilon, options.activation, options.seconds, norm=options.norm, measure=measure
    )
    width, proof = _count(found.network.width, "hidden unit"), found.certificate
    _save(options, proof)
    if options.coq is not None:
        raise CommandError("a proof for Coq needs --norm sup")
    words = f"{width} ({options.activation})\n{proof.sentence()}"
    _print(options, {**_norm_facts(proof), "units": found.network.width}, words)
    return _exit_code(proof)


def _norm_facts(proof: Any) -> dict[str, Any]:
    names = ("status", "norm", "low", "bound", "at", "epsilon", "measure", "length", "interval", "cells")
    return {**{name: getattr(proof, name) for name in names}, "exceptional": proof.exceptional.tolist()}


def certify_network(options: argparse.Namespace) -> int:
    """Prove or refute that the network of a file is within ε of f on K, and return the exit code."""
    from nnviz.networks import read_model
    from nnviz.networks.network_file import read_content

    f, domain, epsilon = _question(options)
    content = _read(options.network, read_content)
    try:
        certificate = nv.certify(read_model(content, options.activation), f, domain, epsilon, options.seconds)
    except ValueError as error:
        raise CommandError(f"{options.network}: {error}") from None
    _save(options, certificate)
    _print(options, _facts(certificate), certificate.sentence())
    return _exit_code(certificate)


def check_certificate(options: argparse.Namespace) -> int:
    """Check the claims of a certificate, independently if python-flint is installed, and return the exit code."""
    from nnviz.approximation import prove_again
    from nnviz.networks.network_file import read_file

    text = _read(options.file, read_file)
    try:
        if (proof := _norm_proved_again(text, options.seconds)) is not None:
            _print(options, {**_norm_facts(proof), "checker": SAME_PROGRAM}, proof.sentence())
            return _exit_code(proof)
        claim = nv.Certificate.from_json(text)
        verdict = _independent_verdict(text, options.seconds)
        found = None if verdict and verdict.status != "undecided" else prove_again(claim, options.seconds)
    except ValueError as error:
        raise CommandError(f"{options.file}: {error}") from None
    facts, lines = _checked_facts(claim, verdict, found)
    _write_coq(options, claim)
    _print(options, facts, "\n".join(lines))
    wrong_bound = verdict is not None and verdict.units_reason != ""
    return PROVED if facts["status"] == "proved" and not wrong_bound else NOT_PROVED


def _norm_proved_again(text: str, seconds: float) -> Any:
    """Return a new certificate in the norm rms or outside; None if the file is a certificate in the sup norm."""
    from nnviz.approximation import measurable

    if not measurable.names_a_norm(text):
        return None
    return measurable.prove_norm_again(measurable.NormCertificate.from_json(text), seconds)


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
        facts |= _facts(found)
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
            lines.append(_needed_units(verdict.units, "Checked independently with Arb."))
        elif verdict.units_reason:
            lines.append(f"The lower bound of the number of units is not proved. {verdict.units_reason}")
    return facts, lines


def _needed_units(units: int, checked: str = "") -> str:
    least = _count(units, "unit")
    words = f"proved: a ReLU network with one hidden layer needs at least {least} for this ε"
    return f"{words}. {checked}" if checked else words


def start_app(options: argparse.Namespace) -> int:
    """Start the app and block until it is stopped."""
    missing = [name for name in ("streamlit", "altair") if find_spec(name) is None]
    if missing:
        raise CommandError(f"the app needs {' and '.join(missing)}: pip install 'nnviz[app]'")
    _check_port(options.address, options.port)
    from streamlit.web import cli

    cli.main(
        ["run", str(app_script()), f"--server.port={options.port}", f"--server.address={options.address}"],
        standalone_mode=False,
    )
    return PROVED


def app_script() -> Path:
    """Return the path of app.py: inside the installed package, or beside it in a checkout."""
    installed = HERE / "_app" / "app.py"
    return installed if installed.exists() else HERE.parent / "app.py"


def _check_port(address: str, port: int) -> None:
    try:
        socket.getaddrinfo(address, port)
        with socket.create_server((address, port)):
            return
    except socket.gaierror:
        raise CommandError(f"cannot find the address {address}; choose another --address") from None
    except OSError as error:
        raise CommandError(
            f"cannot listen on {address}:{port} ({os.strerror(error.errno or 0)}); choose another --port"
        ) from None


def _question(options: argparse.Namespace) -> tuple[Any, Any, float]:
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


def _count(number: int, noun: str) -> str:
    """Return a count with its noun, such as 1 unit or 2 units."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _read(file: Path, read: Callable[[Path], _Content]) -> _Content:
    try:
        return read(file)
    except ValueError as error:
        raise CommandError(f"cannot read {file}: {error}") from None


def _save(options: argparse.Namespace, certificate: Any) -> None:
    if options.save is not None:
        _write(options.save, certificate.to_json())


def _write_coq(options: argparse.Namespace, certificate: nv.Certificate) -> None:
    if options.coq is None:
        return
    from nnviz.approximation.certificate.coq import coq_proof

    try:
        proof = coq_proof(certificate)
    except ValueError as error:
        raise CommandError(f"cannot write a proof for Coq: {error}") from None
    _write(options.coq, proof)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"cannot write {file}: {error.strerror}") from None


def _facts(certificate: nv.Certificate) -> dict[str, Any]:
    names = ("status", "bound", "at", "reason", "epsilon", "interval", "rounding", "cells")
    return {name: getattr(certificate, name) for name in names}


def _exit_code(certificate: Any) -> int:
    return PROVED if certificate.status == "proved" else NOT_PROVED


def _print(options: argparse.Namespace, facts: dict[str, Any], words: str) -> None:
    print(json.dumps(facts, ensure_ascii=False) if options.json else words)


if __name__ == "__main__":
    sys.exit(main())
