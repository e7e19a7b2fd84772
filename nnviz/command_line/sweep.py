"""Carry out ``nnviz sweep``: a study of many targets from a file, on all processors."""

import argparse
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from nnviz.command_line.shared import PROVED, CommandError

TABLE = "table.csv"


def add_command(commands: Any) -> None:
    """Add the command sweep and its options."""
    sweep = commands.add_parser("sweep", help="measure the error of many networks, as a file describes it")
    sweep.add_argument("file", type=Path, help="TOML file with [study] and [[target]]")
    sweep.add_argument(
        "--out", type=Path, default=Path("sweep"), metavar="FOLDER", help="folder (default sweep)"
    )
    sweep.add_argument(
        "--processes", type=int, default=os.cpu_count() or 1, metavar="N", help="default: all cores"
    )
    charts = ("svg", "png", "html", "json", "none")
    sweep.add_argument("--charts", choices=charts, default="svg", help="format of the charts (default svg)")
    sweep.set_defaults(run=run_sweep)


def run_sweep(options: argparse.Namespace) -> int:
    """Run the study of a file, write a table and charts, and return the exit code."""
    from nnviz.approximation import study_all
    from nnviz.networks.network_file import read_file
    from nnviz.sweep import read_sweep, table_of, write_charts

    if options.processes < 1:
        raise CommandError(f"--processes must be at least 1, got {options.processes}")
    try:
        sweep = read_sweep(read_file(options.file))
        with ProcessPoolExecutor(options.processes, multiprocessing.get_context("spawn")) as pool:
            studies = study_all(sweep.specs, sweep.targets, executor=pool if options.processes > 1 else None)
    except ValueError as error:
        raise CommandError(f"{options.file}: {error}") from None
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / TABLE).write_text(table_of(studies, sweep), encoding="utf-8-sig", newline="")
        charts = [] if options.charts == "none" else write_charts(studies, options.out, f".{options.charts}")
    except OSError as error:
        raise CommandError(f"cannot write into {options.out}: {error.strerror}") from None
    except (ValueError, ImportError) as error:
        raise CommandError(f"cannot draw the charts: {error}") from None
    print(f"{options.out / TABLE} and {len(charts)} charts")
    return PROVED
