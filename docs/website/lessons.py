"""Write the pages of the lessons from the words of their chapters (text.py) and from their first pictures."""

import importlib
import re
from collections.abc import Mapping

from nnviz.lessons.pages import PAGES
from nnviz.web.glossary import CHAPTERS, find
from nnviz.web.lesson import ChapterText, Page, Question

_MARK = re.compile(r"\[\[([^\[\]|]+)(?:\|([^\[\]|]+))?\]\]")
_INDEX = """# Lessons

{count} chapters on {pages} pages. Each page of this site has the words of the chapters, and each picture is the first
one that a reader sees. In the app, the pictures follow the controls.

```{{toctree}}
:maxdepth: 2

{names}
```
"""


def pages(words: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """Return the pages by their names. words: what the picture of each (page, chapter) shows."""
    lessons = {f"lessons/{name}": _page(PAGES[name], words) for name in CHAPTERS}
    count = sum(map(len, CHAPTERS.values()))
    index = _INDEX.format(count=count, pages=len(CHAPTERS), names="\n".join(CHAPTERS))
    return {"lessons/index": index, **lessons}


def _page(page: Page, words: Mapping[tuple[str, str], str]) -> str:
    chapters = (_chapter(page.name, key, words[page.name, key]) for key in CHAPTERS[page.name])
    closing = f"\n## To think about\n\n{linked(page.closing)}\n" if page.closing else ""
    return f"# {page.title}\n\n{linked(page.idea)}\n\n" + "\n".join(chapters) + closing


def chapter_text(page: str, key: str) -> ChapterText:
    """Return the words of a chapter."""
    text: ChapterText = importlib.import_module(f"nnviz.lessons.{page}.{key}.text").CHAPTER
    return text


def _chapter(page: str, key: str, words: str) -> str:
    text = chapter_text(page, key)
    parts = [
        f"({page}-{key})=\n## {text.title}",
        f"**{linked(text.claim)}.** {linked(text.intro)}" if text.claim else linked(text.intro),
        _figure(page, key, words),
        "### What to notice\n\n" + _items(text.notice) if text.notice else "",
        "### After this chapter you can\n\n" + _items(text.goals) if text.goals else "",
        *map(_question, text.questions),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _figure(page: str, key: str, words: str) -> str:
    """Return the picture of a chapter for both grounds."""
    path = f"../_static/lessons/{page}_{key}"
    return "\n".join(
        f":::{{image}} {path}_{ground}.svg\n:alt: {words}\n:class: chart only-{ground}\n:::"
        for ground in ("light", "dark")
    )


def _items(texts: tuple[str, ...]) -> str:
    return "\n".join(f"- {linked(text)}" for text in texts)


def _question(question: Question) -> str:
    """Return a question; its answers stand behind a line that opens them."""
    answers = [f"- **{linked(one.text)}.** {linked(one.reply)}" for one in question.shuffled()]
    return (
        f"### A question\n\n{linked(question.text)}\n\n:::{{dropdown}} Answers\n"
        + "\n".join(answers)
        + "\n:::"
    )


def linked(text: str) -> str:
    """Return Markdown in which each mark of a term is a link to the glossary of the site."""

    def link(mark: re.Match[str]) -> str:
        term = find(mark[1])
        return f"[{(mark[2] or mark[1]).strip()}](#term-{term.slug})"

    return _MARK.sub(link, text)
