"""What a person is told when a formula cannot be read."""

_CONTEXT = 20  # characters shown on each side of the mark


class ExpressionError(ValueError):
    """A formula that cannot be read: what is wrong, where, and what would be right.

    ``position`` is an index into the text as it was typed, from 0 to its length; ``suggestion`` is a sentence
    with the right form, or None. ``str(error)`` is the whole message, with a mark ▸ in front of the place. It
    quotes what was typed, so show it as plain text, never as Markdown or HTML.
    """

    def __init__(self, problem: str, text: str, position: int, suggestion: str | None = None) -> None:
        self.problem = problem
        self.text = text
        self.position = position
        self.suggestion = suggestion
        super().__init__(" ".join(part for part in (problem, suggestion, _here(text, position)) if part))


def _here(text: str, position: int) -> str | None:
    """The neighbourhood of the place, marked; None where there is nothing to show."""
    before, after = text[:position], text[position:]
    if not text.strip():
        return None
    left = before if len(before) <= _CONTEXT else "…" + before[-_CONTEXT:]
    right = after if len(after) <= _CONTEXT else after[:_CONTEXT] + "…"
    return f"Here: {printable(left)}▸{printable(right)}"


def printable(text: str) -> str:
    """The text with every invisible or control character replaced by �."""
    return "".join(c if c.isprintable() else "�" for c in text)
