"""Write the pages of the API: one for ``import nnviz as nv``, and one for each package of the mathematics."""

import ast
import importlib
import inspect
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from textwrap import indent

import nnviz as nv
from docs.website.docstrings import escaped, readable

PACKAGES = (
    *("approximation", "networks", "estimators", "optimization", "losses", "regression"),
    *("expressions", "enclosures", "targets", "data", "charts", "export", "checker", "sweep", "store"),
)
"""The packages that have a page. What knows Streamlit has none."""


def pages() -> dict[str, str]:
    """Return the pages by their names, in reStructuredText, because docstrings are written in it."""
    names = "\n".join(f"   {name}" for name in PACKAGES)
    index = [
        _heading("API"),
        "``import nnviz as nv`` has these names. Each is loaded when it is first used. The packages below have more.\n",
        _table({name: f"nnviz.{home}.{name}" for home, some in _homes().items() for name in some}),
        ".. toctree::\n   :maxdepth: 1\n   :caption: Packages\n\n" + names + "\n",
    ]
    return {"api/index.rst": "\n".join(index), **{f"api/{name}.rst": _page(name) for name in PACKAGES}}


def _page(package: str) -> str:
    module = importlib.import_module(f"nnviz.{package}")
    names = public_names(package)
    parts = [_heading(module.__name__), f".. automodule:: {module.__name__}\n   :no-members:\n"]
    parts += [_table({name: f"{module.__name__}.{name}" for name in names})]
    parts += [_entry(module.__name__, name, home) for name, home in names.items()]
    return "\n".join(parts)


@cache
def public_names(package: str) -> dict[str, str]:
    """Return the names that a package gives away, in the order of the alphabet, and the module that defines each."""
    module = importlib.import_module(f"nnviz.{package}")
    given = {
        alias.name: node.module
        for node in ast.walk(_tree(module.__name__))
        if isinstance(node, ast.ImportFrom) and node.module is not None
        for alias in node.names
        if alias.asname == alias.name
    }
    if not hasattr(module, "__path__"):
        given = {
            name: module.__name__ for name, value in vars(module).items() if _is_of(value, module.__name__)
        }
    return {name: given[name] for name in sorted(given, key=str.casefold) if not name.startswith("_")}


@cache
def _tree(module: str) -> ast.Module:
    file = inspect.getfile(importlib.import_module(module))
    return ast.parse(Path(file).read_text(encoding="utf-8"))


def _is_of(value: object, module: str) -> bool:
    return getattr(value, "__module__", "") == module and (
        inspect.isclass(value) or inspect.isfunction(value)
    )


def _entry(module: str, name: str, home: str) -> str:
    value = getattr(importlib.import_module(module), name)
    if inspect.isclass(value):
        return f".. autoclass:: {module}.{name}\n   :members:\n   :member-order: bysource\n"
    if inspect.isfunction(value):
        return f".. autofunction:: {module}.{name}\n"
    words = indent("\n".join(readable(_words_of(home, name).split("\n"))), "   ")
    return f".. py:data:: {module}.{name}\n\n{words}\n"


def _words_of(module: str, name: str) -> str:
    """Return the docstring that stands below the assignment of a name in a module, or nothing."""
    for value, after in pairwise(_tree(module).body):
        targets = value.targets if isinstance(value, ast.Assign) else [getattr(value, "target", None)]
        if any(isinstance(one, ast.Name) and one.id == name for one in targets):
            is_text = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            return inspect.cleandoc(str(after.value.value)) if is_text else ""  # type: ignore[attr-defined]
    return ""


def _homes() -> Mapping[str, Sequence[str]]:
    homes: dict[str, list[str]] = {}
    for name in nv.__all__:
        homes.setdefault(nv._PACKAGE_OF[name], []).append(name)
    return dict(sorted(homes.items(), key=lambda item: PACKAGES.index(item[0])))


def _heading(text: str) -> str:
    return f"{text}\n{'=' * len(text)}\n"


def _table(targets: Mapping[str, str]) -> str:
    """Return a table of names with the first sentence of each."""
    rows = [".. list-table::\n   :widths: auto\n   :class: names\n\n"]
    for name, target in targets.items():
        module, _, attribute = target.rpartition(".")
        value = getattr(importlib.import_module(module), attribute)
        is_value = not (inspect.isclass(value) or inspect.isfunction(value))
        words = (
            _words_of(public_names(module.split(".")[1])[attribute], attribute)
            if is_value
            else inspect.getdoc(value)
        )
        rows.append(f"   * - :any:`{name} <{target}>`\n     - {_first_sentence(words or '')}\n")
    return "".join(rows)


def _first_sentence(words: str) -> str:
    """Return the first paragraph of a docstring up to its first full stop."""
    paragraph = " ".join(words.split("\n\n")[0].split())
    end = paragraph.find(". ")
    return escaped(paragraph if end < 0 else paragraph[: end + 1])
