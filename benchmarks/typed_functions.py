"""Count the functions that somebody typed which end without a network and its proof, in three norms.

    python -m benchmarks.typed_functions [FILE [FIRST [LAST]]]

FILE has lines ``formula ; a ; b``, or ``formula ; a, b ; c, d`` for two inputs. The default is the list beside this
script. ε is a tenth of the spread of the values. δ is a fiftieth of K, or a tenth where that needs too many units.
Each norm gets 5 s of processor time. A function fails if none of the norms ends with the status "proved". Prints a line
for each failure, and the counts.
"""

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

import nnviz as nv
from nnviz._clock import processor_time
from nnviz._types import Bounds, Box
from nnviz.approximation.norms import NORMS
from nnviz.expressions.expression import parse_number

LIST = Path(__file__).with_name("typed_functions.txt")
SECONDS = 5.0
SHARES = (0.02, 0.1)  # of K, the largest exceptional sets, tried in turn


class Row(NamedTuple):
    """A function that was typed, and the sides of K, one or two."""

    text: str
    sides: tuple[Bounds, ...]

    @property
    def region(self) -> Bounds | Box:
        """K as ``reach`` takes it."""
        return self.sides[0] if len(self.sides) == 1 else (self.sides[0], self.sides[1])


def read_list(path: Path) -> list[Row]:
    """Return the rows of a file."""
    lines = (line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [_row(line) for line in lines if line]


def _row(line: str) -> Row:
    """Return one row."""
    text, *parts = line.rsplit(";", 2)
    ends = [[parse_number(end) for end in part.split(",")] for part in parts]
    sides = [(ends[0][0], ends[1][0])] if len(ends[0]) == 1 else [(low, high) for low, high in ends]
    return Row(text.strip(), tuple(sides))


def scale(row: Row) -> float:
    """Return a tenth of the spread of the values, at least a thousandth of the largest; a tenth if all are 0."""
    f = nv.parse(row.text, ("x", "y")[: len(row.sides)])
    if len(row.sides) == 2:
        grid = np.meshgrid(*[np.linspace(*side, 24)[1:-1] for side in row.sides])
        y = f(np.stack(grid, axis=-1).reshape(-1, 2))
    else:
        y = f(np.linspace(*row.sides[0], 203)[1:-1:2])
    y = y[np.isfinite(y)]
    lower, upper = np.percentile(y, [10, 90]) if y.size else (0.0, 0.0)
    return max(0.1 * float(upper - lower), 1e-3 * float(np.abs(y).max(initial=0.0))) or 0.1


def outcome(row: Row, norm: str, epsilon: float) -> str:
    """Return "proved", or what came instead."""
    activation = "tanh" if len(row.sides) == 2 else "relu"
    size = float(np.prod([high - low for low, high in row.sides]))
    found = ""
    for share in SHARES if norm == "outside" else (None,):
        measure = None if share is None else share * size
        try:
            found = nv.reach(
                row.text, row.region, epsilon, activation, SECONDS, norm=norm, measure=measure
            ).certificate.status
        except Exception as error:  # noqa: BLE001 - whatever comes instead of a network is counted
            found = f"{type(error).__name__}: {error}"
        if found == "proved":
            break
    return found


def main() -> int:
    """Print the functions without a proof, and how many have one in each norm."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else LIST
    first, last = (int(sys.argv[k]) if len(sys.argv) > k else None for k in (2, 3))
    rows = read_list(path)[first:last]
    proved, failed, slowest = dict.fromkeys(NORMS, 0), 0, (0.0, "")
    for row in rows:
        epsilon, found = scale(row), {}
        for norm in NORMS:
            start = processor_time()
            found[norm] = outcome(row, norm, epsilon)
            slowest = max(slowest, (processor_time() - start, f"{row.text} in {norm}"))
            proved[norm] += found[norm] == "proved"
        if "proved" not in found.values():
            failed += 1
            print(
                f"{row.text} on {row.region}, ε = {epsilon:.3g}:", *found.values(), sep="\n    ", flush=True
            )
        elif found["rms"] != "proved" or found["outside"] != "proved":
            print(f"({row.text} on {row.region}, ε = {epsilon:.3g}: {found})", flush=True)
    print(f"{len(rows)} functions, {failed} without a proof; with proof: {proved}; slowest: {slowest}")
    return failed > 0


if __name__ == "__main__":
    raise SystemExit(main())
