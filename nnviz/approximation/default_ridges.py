"""Ship the refined networks for the first function of two inputs of the app, computed beforehand.

Their refinement ends with its time, so that each machine finds another network. These are the same on every machine.
``python -m nnviz.approximation.default_ridges`` computes them again and writes the file beside this module.
"""

import json
from functools import cache
from pathlib import Path
from typing import Final

from nnviz._types import Box
from nnviz.approximation.least_squares import ridge_least_squares
from nnviz.expressions import parse
from nnviz.networks import ShallowNetwork

F: Final = "exp(-8*(x^2 + y^2))"  # as Expression.text
BOX: Final = ((-1.0, 1.0), (-1.0, 1.0))
ACTIVATION: Final = "tanh"
WIDTHS: Final = (8, 16, 32, 64)  # wider networks are not refined
FILE: Final = Path(__file__).with_suffix(".json")

_SECONDS = 15.0  # of processor time for each


def default_ridges(f: str, box: Box, width: int, activation: str) -> ShallowNetwork | None:
    """Return the network that is shipped for the function with the text f; None for any other question."""
    if (f, box, activation) != (F, BOX, ACTIVATION) or width not in WIDTHS:
        return None
    return ShallowNetwork.from_parameters(ACTIVATION, _read()[str(width)], 2)


@cache
def _read() -> dict[str, list[float]]:
    return dict(json.loads(FILE.read_text(encoding="utf-8")))


def write() -> None:
    """Fit the networks, and write the file."""
    f = parse(F, ("x", "y"))
    fitted = {width: ridge_least_squares(f, BOX, width, ACTIVATION, _SECONDS) for width in WIDTHS}
    lines = ",\n".join(f'"{width}": {json.dumps(one.parameters.tolist())}' for width, one in fitted.items())
    FILE.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    write()
