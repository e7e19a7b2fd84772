"""Carry out ``nnviz static``: write the app as files that any web host can serve."""

import argparse
from pathlib import Path
from typing import Any

from nnviz.command_line.shared import PROVED, CommandError


def add_command(commands: Any) -> None:
    """Add the command static and its options."""
    static = commands.add_parser("static", help="write the app as files that any web host can serve")
    static.add_argument("folder", type=Path, help="a new or empty folder")
    static.add_argument(
        "--parts",
        type=Path,
        metavar="FOLDER",
        help="folder with stlite, Pyodide and wheels (default: their public addresses)",
    )
    static.add_argument(
        "--lessons",
        action="store_true",
        help="write pages that need no Python, with what answers in the browser alone",
    )
    static.set_defaults(run=write_edition)


def write_edition(options: argparse.Namespace) -> int:
    """Write the static edition, and return the exit code."""
    try:
        from nnviz.static_edition.build import build
        from nnviz.static_edition.lesson_pages import write_lessons

        if options.lessons:
            write_lessons(options.folder)
        else:
            build(options.folder, options.parts)
    except ImportError as error:
        raise CommandError(f"this needs {error.name}: pip install 'nnviz[app,notebook]'") from None
    except (ValueError, RuntimeError) as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise CommandError(f"cannot write into {options.folder}: {error.strerror}") from None
    size = sum(file.stat().st_size for file in options.folder.rglob("*") if file.is_file())
    print(f"{options.folder}: {size / 1e6:.1f} MB")
    return PROVED
