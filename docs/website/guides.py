"""Take the guides of the site from the README and from the files of ``docs``, with links between the pages."""

import re
from collections.abc import Mapping
from typing import Final

from docs.draw_architecture import ROOT

GUIDES: Final = {
    "HOSTING": "hosting",
    "LESSONS": "lesson_files",
    "NOTEBOOKS": "notebooks",
    "CERTIFICATES": "certificates",
    "BROWSERS": "browsers",
    "VERSIONS": "versions",
    "STATIC": "without_a_server",
    "ARCHITECTURE": "architecture",
    "STYLE": "style",
}
"""Each file of ``docs`` that is a page, and the name of its page in the folder ``guides``."""
START: Final = ("Run it", "Use it in a shell", "Use it in a notebook")
"""The sections of the README that are the first page."""


def pages() -> dict[str, str]:
    """Return the guides by the names of their pages."""
    guides = {
        f"guides/{page}": _linked((ROOT / "docs" / f"{file}.md").read_text("utf-8"), "")
        for file, page in GUIDES.items()
    }
    contributing = {"guides/contributing": _linked((ROOT / "CONTRIBUTING.md").read_text("utf-8"), "")}
    return {
        "start": start(),
        "changes": _linked((ROOT / "CHANGELOG.md").read_text("utf-8"), "guides/"),
        **guides,
        **contributing,
    }


def start() -> str:
    """Return the page on how to begin."""
    sections = _sections((ROOT / "README.md").read_text("utf-8"))
    parts = [f"## {title}\n{sections[title]}" for title in START]
    return _linked("# Start\n\n" + "\n".join(parts), "guides/")


def _sections(document: str) -> Mapping[str, str]:
    """Return the sections of a document by their titles."""
    _, *rest = re.split(r"^## (.+)$", document, flags=re.MULTILINE)
    return dict(zip(rest[::2], rest[1::2], strict=True))


def _linked(text: str, folder: str) -> str:
    """Return Markdown with links to the pages of files of ``docs``; folder: of the guides, seen from the page."""
    for file, page in GUIDES.items():
        text = re.sub(rf"\[([^\]]*)\]\((?:docs/)?{file}\.md\)", rf"[\1]({folder}{page}.md)", text)
        text = text.replace(f"`docs/{file}.md`", f"[{page.replace('_', ' ')}]({folder}{page}.md)")
    return text.replace("```mermaid", "```text")
