"""The names of ``import nnviz as nv``: each is loaded on first use, and importing the package imports nothing."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import nnviz as nv

SOURCE = Path(nv.__file__).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", nv.__all__)
def test_a_public_name_is_there(name: str) -> None:
    assert getattr(nv, name) is not None
    assert name in dir(nv)


def test_type_checkers_see_the_same_names() -> None:
    checked = next(node for node in ast.parse(SOURCE).body if isinstance(node, ast.If))
    assert (
        sorted(node.names[0].name for node in checked.body if isinstance(node, ast.ImportFrom)) == nv.__all__
    )


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = nv.nothing


def test_the_mathematics_needs_numpy_alone() -> None:
    blocked = ["streamlit", "altair", "torch", "pandas", "pyarrow", "PIL", "scipy", "sklearn"]
    code = (
        f"import sys\nsys.modules.update(dict.fromkeys({blocked}))\nimport nnviz as nv\n"
        "[getattr(nv, name) for name in nv.__all__ if not name.startswith('Network')]\n"
        "print(nv.reach('sin(x)', (-3, 3), epsilon=1e-2).certificate.status)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["proved"]
