"""Hold the words of the list of terms."""

from collections.abc import Sequence

from nnviz.web.lesson import ChapterText

CHAPTER = ChapterText(title="All terms")
SEARCH = "Search for a term"
NOTHING = "No term contains these words."
UNKNOWN = "No term has this name. All terms are listed below."


def count(found: int, all_terms: int) -> str:
    """Return how many terms are shown."""
    return f"{found} of {all_terms} terms"


def also(forms: Sequence[str]) -> str:
    """Return the other written forms of a term."""
    return f"Also written: {', '.join(forms)}."


def see(links: Sequence[str]) -> str:
    """Return the links to related terms."""
    return f"See also: {', '.join(links)}."


def taught(links: Sequence[str]) -> str:
    """Return the links to the chapters that teach a term."""
    return f"Taught in: {', '.join(links)}."


def chapter(page: str, title: str) -> str:
    """Return the name of a chapter with its page."""
    return f"{page}, “{title}”"
