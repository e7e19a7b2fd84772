"""Run the example notebooks by Jupyter, and add what a page can show to the pictures in their results."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbclient
import nbformat
from jupyter_client import AsyncKernelManager

from docs.draw_architecture import ROOT
from docs.website.figures import drawn

_VEGA_LITE = "application/vnd.vegalite.v"
_INDEX = """# Notebooks

`import nnviz as nv` works in every notebook. These notebooks are the files in the folder `examples`, as they were run
when this site was built. [Notebooks and executors](../guides/notebooks.md) says what each front end shows.

```{{toctree}}
:maxdepth: 1

{names}
```
"""


def run_all(files: Sequence[Path], folder: Path) -> None:
    """Write the notebooks with their results into ``folder``, and a page that lists them.

    nbclient.exceptions.CellExecutionError if a cell fails.
    """
    folder.mkdir(parents=True)
    for file in files:
        (folder / file.name).write_text(run(file), encoding="utf-8")
    names = "\n".join(file.stem for file in files)
    (folder / "index.md").write_text(_INDEX.format(names=names), encoding="utf-8")


def run(file: Path) -> str:
    """Return a notebook with its results, in which each chart has a picture in HTML too."""
    read: Any = nbformat.read
    notebook = read(file, as_version=4)
    with TemporaryDirectory() as folder:  # of the sockets; no port is opened
        kernel = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=f"{folder}/kernel")
        nbclient.NotebookClient(
            notebook, km=kernel, timeout=120, resources={"metadata": {"path": ROOT}}
        ).execute()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            bundle = output.get("data", {})
            kind = next((kind for kind in bundle if kind.startswith(_VEGA_LITE)), None)
            if kind is not None:
                spec = bundle.pop(kind)
                bundle["text/html"] = "".join(
                    f'<div class="chart only-{ground}">{svg}</div>' for ground, svg in drawn(spec).items()
                )
    write: Any = nbformat.writes
    text: str = write(notebook)
    return text
