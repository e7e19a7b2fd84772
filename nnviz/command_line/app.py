"""Start the app: what ``nnviz`` does without a command."""

import argparse
import os
import socket
from importlib.util import find_spec
from pathlib import Path

from nnviz.command_line.shared import PROVED, CommandError

PACKAGE = Path(__file__).parent.parent


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the port and the address of the app."""
    parser.add_argument("--port", type=_port, default=8501, help="port of the app (default 8501)")
    parser.add_argument(
        "--address", default="localhost", help="address the app listens on (default localhost)"
    )
    parser.set_defaults(run=start_app)


def _port(text: str) -> int:
    """Return a port; CommandError if it is no whole number between 1 and 65535."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 65535):
        raise CommandError(f"--port must be between 1 and 65535, got {text}")
    return int(text)


def start_app(options: argparse.Namespace) -> int:
    """Start the app and block until it is stopped."""
    missing = [name for name in ("streamlit", "altair") if find_spec(name) is None]
    if missing:
        raise CommandError(f"the app needs {' and '.join(missing)}: pip install 'nnviz[app]'")
    _check_port(options.address, options.port)
    from nnviz.serving.startup import start_server

    start_server(app_script(), options.address, options.port)
    return PROVED


def app_script() -> Path:
    """Return the path of app.py: inside the installed package, or beside it in a checkout."""
    installed = PACKAGE / "_app" / "app.py"
    return installed if installed.exists() else PACKAGE.parent / "app.py"


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
