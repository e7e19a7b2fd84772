"""Check a certificate from its file alone: ``python -m nnviz.approximation.certificate FILE [--seconds S]``.

Exit code 0: proved; 1: refuted or undecided; 2: the file cannot be read.
"""

import argparse
import sys
from pathlib import Path

from nnviz.approximation.certificate import Certificate, certify


def main(arguments: list[str] | None = None) -> int:
    """Read the file, prove the claim again, say what was found; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m nnviz.approximation.certificate", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0, help="give up after this long (default 60)")
    options = parser.parse_args(arguments)
    try:
        claim = Certificate.from_json(options.file.read_text(encoding="utf-8"))
        found = certify(claim.network, claim.target, claim.interval, claim.epsilon, options.seconds)
    except (OSError, ValueError) as error:
        print(f"{options.file}: {error}", file=sys.stderr)
        return 2
    sides = found.interval if found.network.inputs > 1 else [found.interval]
    where = " x ".join(f"[{low:g}, {high:g}]" for low, high in sides)
    print(f"{found.status}: |f(x) - N(x)| < {found.epsilon:g} for every x in {where}: {found.reason}")
    return 0 if found.status == "proved" else 1


if __name__ == "__main__":
    sys.exit(main())
