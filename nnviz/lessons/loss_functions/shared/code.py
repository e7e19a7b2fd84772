"""Write the beginning of programs: imports, and arrays of numbers."""

import numpy as np
from numpy.typing import ArrayLike

from nnviz.expressions import Library


def write_imports(language: Library) -> str:
    """Return the import of NumPy, or of PyTorch in double precision."""
    if language == "torch":
        return "import torch\n\ntorch.set_default_dtype(torch.float64)\n\n"
    return "import numpy as np\n\n"


def write_arrays(language: Library, **arrays: ArrayLike) -> str:
    """Return one line for each name, which sets it to its numbers."""
    make = "torch.tensor" if language == "torch" else "np.array"
    return "".join(
        f"{name} = {make}({np.asarray(values, float).tolist()!r})\n" for name, values in arrays.items()
    )
