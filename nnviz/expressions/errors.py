"""Define the error for a formula that cannot be read."""

_CONTEXT = 20  # characters shown on each side of the mark


class ExpressionError(ValueError):
    """The error for a formula that cannot be read; it says what is wrong, where, and which form is right.

    ``position`` is an index into the text as it was typed, from 0 to its length. ``suggestion`` is a sentence with the
    right form, or None. ``forms`` are whole formulas that could have been meant. ``str(error)`` is the whole message,
    with a mark ▸ in front of the place. It quotes the typed text, so it must be shown as plain text and never as
    Markdown or HTML.
    """

    def __init__(
        self,
        problem: str,
        text: str,
        position: int,
        suggestion: str | None = None,
        forms: tuple[str, ...] = (),
    ) -> None:
        self.problem = problem
        self.text = text
        self.position = position
        self.suggestion = suggestion
        self.forms = forms
        super().__init__(" ".join(part for part in (problem, suggestion, _here(text, position)) if part))


def _here(text: str, position: int) -> str | None:
    """Return the text around a position with a mark at the position; None if the text is empty."""
    before, after = text[:position], text[position:]
    if not text.strip():
        return None
    left = before if len(before) <= _CONTEXT else "…" + before[-_CONTEXT:]
    right = after if len(after) <= _CONTEXT else after[:_CONTEXT] + "…"
    return f"Here: {printable(left)}▸{printable(right)}"


def printable(text: str) -> str:
    """Return the text with every invisible or control character replaced by �."""
    return "".join(c if c.isprintable() else "�" for c in text)
