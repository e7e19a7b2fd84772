"""List the pages in the order of the menu."""

import importlib
import pkgutil
from functools import cache

from nnviz.lessons.classroom.text import PAGE as CLASSROOM
from nnviz.lessons.glossary.text import PAGE as GLOSSARY
from nnviz.lessons.gradient_descent.text import PAGE as GRADIENT_DESCENT
from nnviz.lessons.home.text import PAGE as HOME
from nnviz.lessons.inside_the_network.text import PAGE as INSIDE_THE_NETWORK
from nnviz.lessons.linear_regression.text import PAGE as LINEAR_REGRESSION
from nnviz.lessons.loss_functions.text import PAGE as LOSS_FUNCTIONS
from nnviz.lessons.universal_approximation.text import PAGE as UNIVERSAL_APPROXIMATION
from nnviz.web.lesson import ChapterText, Pages, Question

PAGES: Pages = {
    page.name: page
    for page in (
        HOME,
        LINEAR_REGRESSION,
        GRADIENT_DESCENT,
        LOSS_FUNCTIONS,
        UNIVERSAL_APPROXIMATION,
        INSIDE_THE_NETWORK,
    )
}
"""Home and the lessons, in the order in which a student works through them."""

UP_TO_GLOSSARY: Pages = {**PAGES, GLOSSARY.name: GLOSSARY}
"""The pages for students. The glossary is the last one, so that no page follows it."""

MENU: Pages = {**UP_TO_GLOSSARY, CLASSROOM.name: CLASSROOM}
"""All pages, in the order of the menu."""


def chapter_title(page: str, key: str) -> str:
    """Return the title of a chapter. ModuleNotFoundError if there is none."""
    title: str = importlib.import_module(f"nnviz.lessons.{page}.{key}.text").CHAPTER.title
    return title


@cache
def questions() -> dict[str, Question]:
    """Return the questions of all chapters by their keys, in the order of the pages."""
    found: dict[str, Question] = {}
    for page in PAGES:
        folder = importlib.import_module(f"nnviz.lessons.{page}")
        for module in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}."):
            words = (
                getattr(importlib.import_module(f"{module.name}.text"), "CHAPTER", None)
                if module.ispkg
                else None
            )
            if isinstance(words, ChapterText):
                found.update({question.key: question for question in words.questions})
    return found
