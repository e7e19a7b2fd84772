"""Check a certificate from its file alone: ``python -m nnviz.approximation.certificate FILE [--seconds S]``.

Exit code 0: proved; 1: refuted or undecided; 2: the file cannot be read.
"""

import argparse
import sys
from pathlib import Path

from nnviz._checks import one_line
from nnviz.approximation.certificate import Certificate, prove_again
from nnviz.networks.network_file import read_file


def main(arguments: list[str] | None = None) -> int:
    """Read the file, prove the claim again, print the result, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m nnviz.approximation.certificate", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0, help="time budget in seconds (default 60)")
    options = parser.parse_args(arguments)
    try:
        found = prove_again(Certificate.from_json(read_file(options.file)), options.seconds)
    except ValueError as error:
        print(one_line(f"{options.file}: {error}"), file=sys.stderr)
        return 2
    print(found.sentence())
    return 0 if found.status == "proved" else 1


if __name__ == "__main__":
    sys.exit(main())
