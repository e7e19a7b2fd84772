"""Write docs/GLOSSARY.md from the terms in nnviz/web/glossary.py: ``python -m docs.write_glossary``."""

from pathlib import Path

from nnviz.web.glossary import TERMS, Term, find

TARGET = Path(__file__).with_name("GLOSSARY.md")
_HEAD = """# Glossary

These are the terms of the lessons. The file is written by `python -m docs.write_glossary` from
`nnviz/web/glossary.py`. Change the definitions there.
"""
_ANCHOR = '<a id="{}"></a>'


def document(head: str = _HEAD, anchor: str = _ANCHOR, prefix: str = "") -> str:
    """Return the whole glossary as Markdown, in alphabetical order.

    anchor: what stands before a term, with its name in a link. prefix: how these names begin.
    """
    return head + "".join(_entry(term, anchor, prefix) for term in TERMS.values())


def _entry(term: Term, anchor: str, prefix: str) -> str:
    lines = [f"\n{anchor.format(prefix + term.slug)}\n**{term.name}**  \n{term.definition}"]
    if term.forms:
        lines.append("Also written: " + ", ".join(term.forms) + ".")
    if term.see:
        related = [find(name) for name in term.see]
        links = (f"[{each.name}](#{prefix}{each.slug})" for each in related)
        lines.append("See: " + ", ".join(links) + ".")
    taught = [f"{_title(page)} ({_title(chapter).lower()})" for page, chapter in term.lessons]
    lines.append("Taught in: " + ", ".join(taught) + ".")
    return "  \n".join(lines) + "\n"


def _title(key: str) -> str:
    return key.replace("_", " ").capitalize()


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
