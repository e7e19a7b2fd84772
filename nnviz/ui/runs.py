"""What several pages ask of a run."""

import numpy as np

MOST_FRAMES = 120


def frames(steps: int) -> list[int]:
    """The steps that the player shows, at most 120, evenly spaced, the first and the last among them."""
    shown = np.unique(np.linspace(0, steps, min(steps + 1, MOST_FRAMES)).round())
    return [int(step) for step in shown]
