"""Choose which updates of a run are shown."""

import numpy as np

MAX_FRAMES = 120


def frame_steps(steps: int) -> list[int]:
    """Return the updates that a player shows, evenly spaced, at most 120, the first and the last among them."""
    shown = np.unique(np.linspace(0, steps, min(steps + 1, MAX_FRAMES)).round())
    return [int(step) for step in shown]
