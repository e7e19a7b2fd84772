"""The chapters of all pages, found where they stand."""

import importlib
import pkgutil
from functools import cache

from nnviz import lessons
from nnviz.lessons.pages import MENU
from nnviz.web.lesson import Chapter, ChapterText


@cache
def all_chapters() -> tuple[tuple[str, Chapter], ...]:
    """Each chapter with the name of its page, in no order that matters."""
    views = [
        name
        for _, name, _ in pkgutil.walk_packages(lessons.__path__, f"{lessons.__name__}.")
        if name.endswith(".view")
    ]
    modules = [(name.split(".")[2], importlib.import_module(name)) for name in views]
    return tuple((page, module.CHAPTER) for page, module in modules if hasattr(module, "CHAPTER"))


def key_of(text: ChapterText) -> str:
    """The key by which a link names the chapter with these words."""
    return next(chapter.key for _, chapter in all_chapters() if chapter.text is text)


def chapter_keys(page: str) -> set[str]:
    """The keys by which links name the chapters of a page."""
    return {chapter.key for name, chapter in all_chapters() if name == page}


assert {page for page, _ in all_chapters()} <= set(MENU)
