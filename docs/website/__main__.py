"""Write the documentation site: ``python -m docs.website FOLDER``. A warning is an error.

The pages are gathered in a temporary folder and built by Sphinx. Some are written here from the sources (lessons,
glossary, API), some are the files of ``docs``, and the notebooks are run.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from docs import write_glossary
from docs.draw_architecture import ROOT
from docs.website import api, figures, guides, lessons, notebooks

SOURCE = Path(__file__).with_name("source")
PICTURES = (ROOT / "docs" / "universal_approximation.png", ROOT / "nnviz" / "web" / "static" / "icon.png")
_GLOSSARY = "# Glossary\n\nThe terms of the lessons. Each is defined once.\n"
KATEX = ROOT / "node_modules" / "katex" / "dist"


def main(folder: str) -> None:
    """Write the site into ``folder``. SystemExit with the messages of Sphinx if it warns of anything."""
    with TemporaryDirectory() as temporary:
        source = Path(temporary) / "source"
        shutil.copytree(SOURCE, source)
        gather(source)
        options = ["-b", "html", "-W", "--keep-going", "-q", "-j", "auto"]
        build = [sys.executable, "-m", "sphinx", *options, str(source), folder]
        if status := subprocess.run(build, check=False).returncode:  # noqa: S603 - our own command
            raise SystemExit(status)


def gather(source: Path) -> None:
    """Write everything that Sphinx reads into the folder ``source``."""
    for picture in PICTURES:
        shutil.copy(picture, source / "_static")
    _copy_katex(source / "_static" / "katex")
    drawn = figures.of_chapters(source / "_static" / "lessons")
    write(source, guides.pages())
    write(source, lessons.pages(drawn))
    write(source, api.pages())
    write(source, {"glossary": write_glossary.document(_GLOSSARY, "({})=", "term-")})
    notebooks.run_all(sorted((ROOT / "examples").glob("*.ipynb")), source / "notebooks")


def write(source: Path, pages: Mapping[str, str]) -> None:
    """Write pages of Markdown or reStructuredText below ``source``; a name without a suffix is Markdown."""
    for name, text in pages.items():
        file = source / (name if "." in name else f"{name}.md")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _copy_katex(target: Path) -> None:
    """Copy the style and the fonts of formulas, so that the site loads nothing from elsewhere."""
    (target / "fonts").mkdir(parents=True)
    shutil.copy(KATEX / "katex.min.css", target)
    for font in (KATEX / "fonts").glob("*.woff2"):
        shutil.copy(font, target / "fonts")


if __name__ == "__main__":
    main(sys.argv[1])
