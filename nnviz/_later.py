"""Load some names of a package when they are first used (PEP 562), so that the others do not wait for them."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def load_later(package: str, homes: Mapping[str, tuple[str, ...]]) -> Callable[[str], object]:
    """Return the ``__getattr__`` of a package. homes: module of the package -> the names that it gives to the package.

    A name may not be that of a module, because an imported module is an attribute already.
    """
    home_of = {name: module for module, names in homes.items() for name in names}

    def load(name: str) -> object:
        if name not in home_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{package}.{home_of[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return load
