"""The names of ``import nnviz as nv``: each is loaded on first use, and importing the package imports nothing."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import nnviz as nv
from nnviz import approximation, networks
from tests.narrowing import present

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


def test_a_network_with_its_proof_is_found_without_what_training_needs() -> None:
    """Half of what the packages hold: a notebook would wait for it before its first network."""
    code = "import sys\nimport nnviz as nv\nnv.reach('sin(x)', (-3, 3), epsilon=1e-2)\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    unused = {"nnviz.data", "nnviz.optimization", "nnviz.networks.training", "nnviz.networks.convert"}
    assert not unused & set(run.stdout.split())
    assert "nnviz.approximation.certificate.certify" in run.stdout.split()


def test_what_is_loaded_later_is_what_type_checkers_see() -> None:
    for package in (networks, approximation):
        source = ast.parse(Path(present(package.__file__)).read_text(encoding="utf-8"))
        checked = next(node for node in source.body if isinstance(node, ast.If))
        names = [
            (f"{node.module}", node.names[0].name)
            for node in checked.body
            if isinstance(node, ast.ImportFrom)
        ]
        assert names
        for module, name in names:
            assert getattr(package, name) is getattr(import_module(module), name)
        with pytest.raises(AttributeError, match="no attribute 'nothing'"):
            _ = package.nothing


def test_the_mathematics_needs_numpy_alone() -> None:
    blocked = ["streamlit", "altair", "torch", "pandas", "pyarrow", "PIL", "scipy", "sklearn"]
    code = (
        f"import sys\nsys.modules.update(dict.fromkeys({blocked}))\nimport nnviz as nv\n"
        "[getattr(nv, name) for name in nv.__all__ if not name.startswith('Network')]\n"
        "print(nv.reach('sin(x)', (-3, 3), epsilon=1e-2).certificate.status)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["proved"]
