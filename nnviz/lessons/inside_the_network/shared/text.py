"""Hold the words that several chapters of the page use."""

LOSS_AFTER, AFTER_UPDATE = "L after", "after the update"


def name_architecture(widths: tuple[int, ...]) -> str:
    """Return the name of an architecture with layers of equal width: hidden layers × units per layer, 2 × 12."""
    return f"{len(widths)} × {widths[0]}"
