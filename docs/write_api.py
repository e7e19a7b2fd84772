"""Write the API reference of the numerics from their docstrings: ``python -m docs.write_api FOLDER``."""

import sys
from pathlib import Path

import pdoc

from docs.draw_architecture import rooms

APP = {"charts", "lessons", "web"}


def main(folder: str) -> None:
    """Write an HTML page for nnviz, and for each package of the numerics with its modules, into ``folder``."""
    packages = [room for room, files in rooms().items() if files[0].name == "__init__.py" and room not in APP]
    pdoc.pdoc("nnviz", *(f"nnviz.{name}" for name in packages), output_directory=Path(folder))


if __name__ == "__main__":
    main(sys.argv[1])
