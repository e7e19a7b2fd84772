"""Take stlite, Pyodide and packages from a folder, for an edition that asks no other address.

The folder holds what three public addresses offer:

- ``stlite``: the folder ``build`` of the npm package @stlite/browser
- ``pyodide``: a release of Pyodide, whose lock file names its packages
- ``wheels``: packages of PyPI that the release does not have, as pure Python
"""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

LOCK = "pyodide-lock.json"
CORE = ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
ALWAYS = ("micropip", "numpy", "pandas", "segno", "ssl")
BY_STLITE = {"pyarrow"}  # it has a stand-in
BROWSER = {
    "sys_platform": "emscripten",
    "platform_system": "Emscripten",
    "platform_machine": "wasm32",
    "os_name": "posix",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "extra": "",
}


class Parts:
    """Hold the folder of the parts, and choose from it. ValueError if something is missing."""

    def __init__(self, folder: Path) -> None:
        """Read the lock file and the wheels."""
        self.folder = folder
        needed = [folder / "stlite" / "stlite.js", *(folder / "pyodide" / name for name in (LOCK, *CORE))]
        missing = [str(file.relative_to(folder)) for file in needed if not file.exists()]
        if missing:
            raise ValueError(f"`parts` must hold {', '.join(missing)}, and {folder} does not")
        self._lock = json.loads((folder / "pyodide" / LOCK).read_text(encoding="utf-8"))
        self._python = {"python_version": ".".join(self._lock["info"]["python"].split(".")[:2])}
        self._wheels = {wheel_name(file): file for file in sorted((folder / "wheels").glob("*.whl"))}
        own = {wheel_name(file): file for file in sorted((folder / "stlite" / "wheels").glob("*.whl"))}
        self._streamlit = {name: self._wheels.get(name, own[name]) for name in own}
        self._chosen = self._choose()

    def copy(self, folder: Path) -> None:
        """Copy what the edition needs into ``folder``, with a lock file that names the packages."""
        shutil.copytree(
            self.folder / "stlite", folder / "stlite", ignore=shutil.ignore_patterns("*.map", "wheels")
        )
        (folder / "stlite" / "wheels").mkdir()
        for wheel in self._streamlit.values():
            shutil.copyfile(wheel, folder / "stlite" / "wheels" / wheel.name)
        (folder / "pyodide").mkdir()
        for name in CORE:
            shutil.copyfile(self.folder / "pyodide" / name, folder / "pyodide" / name)
        for name, entry in self._chosen.items():
            source = self._wheels.get(name, self.folder / "pyodide" / entry["file_name"])
            shutil.copyfile(source, folder / "pyodide" / entry["file_name"])
        lock = {**self._lock, "packages": self._chosen}
        (folder / "pyodide" / LOCK).write_text(json.dumps(lock), encoding="utf-8")

    def start_options(self) -> dict[str, Any]:
        """Return the options of stlite that name the copies; ``start.js`` makes whole addresses of these."""
        wheels = {name: f"stlite/wheels/{file.name}" for name, file in self._streamlit.items()}
        return {
            "pyodideUrl": "pyodide/pyodide.mjs",
            "prebuiltPackageNames": sorted(self._chosen.keys() - {"micropip"}),
            "wheelUrls": {"streamlit": wheels["streamlit"], "stliteLib": wheels["stlite-lib"]},
        }

    def _choose(self) -> dict[str, dict[str, Any]]:
        """Return the entries of the lock file for all packages that the app needs."""
        locked = {canonicalize_name(name): entry for name, entry in self._lock["packages"].items()}
        wanted = [
            *ALWAYS,
            *(name for wheel in self._streamlit.values() for name in self._requirements(wheel)),
        ]
        chosen: dict[str, dict[str, Any]] = {}
        missing = set()
        while wanted:
            name = canonicalize_name(wanted.pop())
            if name in chosen or name in BY_STLITE or name in self._streamlit:
                continue
            if name in self._wheels:
                chosen[name] = self._entry(name, self._wheels[name])
            elif name in locked:
                chosen[name] = locked[name]
            else:
                missing.add(name)
                continue
            wanted.extend(chosen[name]["depends"])
        if missing:
            raise ValueError(f"`parts` lacks wheels of {', '.join(sorted(missing))}")
        return chosen

    def _requirements(self, wheel: Path) -> list[str]:
        return requirements(wheel, {**BROWSER, **self._python})

    def _entry(self, name: str, wheel: Path) -> dict[str, Any]:
        """Return an entry of the lock file for a wheel of PyPI."""
        return {
            "name": name,
            "version": str(parse_wheel_filename(wheel.name)[1]),
            "file_name": wheel.name,
            "install_dir": "site",
            "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
            "package_type": "package",
            "imports": list(top_modules(zipfile.ZipFile(wheel).namelist())),
            "depends": [
                each for each in self._requirements(wheel) if canonicalize_name(each) not in BY_STLITE
            ],
            "unvendored_tests": False,
        }


def wheel_name(file: Path) -> str:
    """Return the normal name of the package in a wheel."""
    return str(parse_wheel_filename(file.name)[0])


def requirements(wheel: Path, environment: Mapping[str, str]) -> list[str]:
    """Return the names of the packages that a wheel needs in an environment."""
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        head = HeaderParser().parsestr(archive.read(metadata).decode())
    found = [Requirement(line) for line in head.get_all("Requires-Dist") or []]
    return [one.name for one in found if one.marker is None or one.marker.evaluate(dict(environment))]


def top_modules(names: Iterable[str]) -> set[str]:
    """Return the modules that can be imported of the files of a wheel."""
    tops = {name.partition("/")[0].removesuffix(".py") for name in names if name.endswith(".py")}
    return {top for top in tops if top.isidentifier()}
