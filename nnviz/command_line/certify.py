"""Carry out ``nnviz certify``: prove or refute that the network of a file is within ε of f on K."""

import argparse
from pathlib import Path
from typing import Any

import nnviz as nv
from nnviz.command_line.shared import (
    CommandError,
    add_question,
    exit_code,
    facts_of,
    print_result,
    read,
    read_question,
    save,
)


def add_command(commands: Any) -> None:
    """Add the command certify and its options."""
    certify = commands.add_parser("certify", help="prove or refute that a network is within ε of f on K")
    certify.add_argument(
        "network", type=Path, help="network as JSON, PyTorch state_dict or ONNX, or a certificate"
    )
    certify.add_argument("--activation", help="activation function of a state_dict")
    add_question(certify)
    certify.add_argument("--save", type=Path, metavar="FILE", help="write the certificate to this file")
    certify.set_defaults(run=certify_network)


def certify_network(options: argparse.Namespace) -> int:
    """Prove or refute that the network of a file is within ε of f on K, and return the exit code."""
    from nnviz.networks import read_model
    from nnviz.networks.network_file import read_content

    f, domain, epsilon = read_question(options)
    content = read(options.network, read_content)
    try:
        certificate = nv.certify(read_model(content, options.activation), f, domain, epsilon, options.seconds)
    except ValueError as error:
        raise CommandError(f"{options.network}: {error}") from None
    save(options, certificate)
    print_result(options, facts_of(certificate), certificate.sentence())
    return exit_code(certificate)
