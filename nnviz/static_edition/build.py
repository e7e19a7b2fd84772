"""Write the folder of the static edition."""

import json
import shutil
import zipfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from nnviz.lessons.pages import UP_TO_GLOSSARY
from nnviz.static_edition import text
from nnviz.static_edition.parts import Parts
from nnviz.web.components import ROUTE, STATIC
from nnviz.web.sharing import SCRIPTS

STLITE = "1.9.2"  # the newest one; nnviz/web/_streamlit.py says what its Streamlit lacks
CDN = f"https://cdn.jsdelivr.net/npm/@stlite/browser@{STLITE}/build"
NEEDED = ("segno>=1.6.1,<2",)  # beside what Streamlit brings
PACKAGE = Path(__file__).parent.parent
ENTRY = "main.py"
APP = "app.zip"

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="{root}{icon}">
<link rel="stylesheet" href="{style}">
</head>
<body>
<div id="root"><p id="told" style="font: 1rem/1.5 system-ui, sans-serif; margin: 2rem">{loading}</p></div>
<noscript>{no_script}</noscript>
<script>
if (location.protocol === "file:") document.getElementById("told").textContent = {from_file}
</script>
<script type="application/json" id="settings">{settings}</script>
<script type="module" src="{root}static/js/start.js"></script>
</body>
</html>
"""
_NOT_FOUND = """\
<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<p>{told} <a href="./">{open}</a></p></html>
"""


def build(folder: Path, parts: Path | None = None) -> None:
    """Write the edition into ``folder``, which must be new or empty.

    Without ``parts``, stlite and Python come from public addresses when the app starts. parts: a folder that holds
    them, which are then copied, so that no other address is asked for (see ``Parts``). ValueError if ``folder`` holds
    files, or if something is missing in ``parts``.
    """
    make_empty(folder)
    given = Parts(parts) if parts is not None else None
    write_app(folder / APP)
    shutil.copytree(STATIC, folder / ROUTE.strip("/"), ignore=shutil.ignore_patterns("*.css"))
    script = folder / "static" / "js" / "start.js"
    script.parent.mkdir(parents=True)
    shutil.copyfile(Path(__file__).with_name("start.js"), script)
    if given is not None:
        given.copy(folder)
    home, *others = UP_TO_GLOSSARY
    for name in (home, *others):
        place = folder if name == home else folder / name
        place.mkdir(exist_ok=True)
        place.joinpath("index.html").write_text(write_page(name, given), encoding="utf-8")
    words = {"title": text.TITLE, "told": text.NOT_FOUND, "open": text.OPEN_APP}
    (folder / "404.html").write_text(_NOT_FOUND.format(**words), encoding="utf-8")
    (folder / ".nojekyll").touch()  # GitHub Pages would leave out files that begin with "_"


def make_empty(folder: Path) -> None:
    """Make a folder; ValueError if it is there and holds files."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ValueError(f"`folder` must be empty, got {folder}")


def write_page(name: str, parts: Parts | None = None) -> str:
    """Return the HTML with which the page ``name`` starts."""
    home = next(iter(UP_TO_GLOSSARY))
    root = "" if name == home else "../"
    stlite = f"{CDN}/stlite.js" if parts is None else "stlite/stlite.js"
    settings = {"stlite": stlite, "failed": text.FAILED, "options": start_options(parts)}
    return _PAGE.format(
        title=escape(text.TITLE if name == home else f"{UP_TO_GLOSSARY[name].title} · {text.TITLE}"),
        root=root,
        icon=f"{ROUTE.strip('/')}/icon.png",
        style=f"{CDN}/stlite.css" if parts is None else f"{root}stlite/stlite.css",
        loading=escape(text.LOADING),
        no_script=escape(text.NO_SCRIPT),
        from_file=json.dumps(text.FROM_FILE),
        settings=json.dumps(settings).replace("<", "\\u003c"),
    )


def start_options(parts: Parts | None = None) -> dict[str, Any]:
    """Return the options with which stlite starts the app; addresses are relative to the folder."""
    options: dict[str, Any] = {"entrypoint": ENTRY, "archives": [{"url": APP, "format": "zip"}]}
    if parts is None:
        return {**options, "requirements": list(NEEDED)}
    return {**options, "requirements": [], **parts.start_options()}


def write_app(file: Path) -> None:
    """Write the app into an archive: its entry, the package, the scripts of the pages, and the settings."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.write(PACKAGE / "lessons" / "static_main.py", ENTRY)
        archive.write(SCRIPTS.parent / ".streamlit" / "config.toml", ".streamlit/config.toml")
        for script in sorted(SCRIPTS.glob("*.py")):  # beside the entry, Streamlit would make a menu of them
            archive.write(script, f"nnviz/_app/pages/{script.name}")
        for source in package_files():
            archive.write(source, f"nnviz/{source.relative_to(PACKAGE).as_posix()}")


def package_files() -> Iterator[Path]:
    """Yield the files of the package that the app reads."""
    for file in sorted(PACKAGE.rglob("*")):
        inside = file.relative_to(PACKAGE).parts
        if file.is_file() and "__pycache__" not in inside and inside[0] not in {"_app", "static_edition"}:
            yield file
