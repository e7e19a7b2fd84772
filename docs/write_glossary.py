"""Write docs/GLOSSARY.md from the terms in nnviz/web/glossary.py: ``python -m docs.write_glossary``."""

from pathlib import Path

from nnviz.web.glossary import TERMS, Term, find

TARGET = Path(__file__).with_name("GLOSSARY.md")


def document() -> str:
    """Return the whole glossary as Markdown, in alphabetical order."""
    head = (
        "# Glossary\n\n"
        "These are the terms of the lessons. The file is written by `python -m docs.write_glossary` from\n"
        "`nnviz/web/glossary.py`. Change the definitions there.\n"
    )
    return head + "".join(map(_entry, TERMS.values()))


def _entry(term: Term) -> str:
    lines = [f'\n<a id="{term.slug}"></a>\n**{term.name}**  \n{term.definition}']
    if term.forms:
        lines.append("Also written: " + ", ".join(term.forms) + ".")
    if term.see:
        related = [find(name) for name in term.see]
        lines.append("See: " + ", ".join(f"[{each.name}](#{each.slug})" for each in related) + ".")
    taught = [f"{_title(page)} ({_title(chapter).lower()})" for page, chapter in term.lessons]
    lines.append("Taught in: " + ", ".join(taught) + ".")
    return "  \n".join(lines) + "\n"


def _title(key: str) -> str:
    return key.replace("_", " ").capitalize()


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
