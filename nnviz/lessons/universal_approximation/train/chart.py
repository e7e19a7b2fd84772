"""Draw the loss of a training run."""

import numpy as np

from nnviz._types import FloatArray
from nnviz.charts import CurveStyle, Picture, draw_curves
from nnviz.charts.theme import live, write_text
from nnviz.lessons.universal_approximation.shared.chart import FIT_KEYS
from nnviz.lessons.universal_approximation.train import text

MOST_DRAWN = 150
NAMED_BY = write_text(text.AFTER, update=live(f"{FIT_KEYS.frame}_step", "datum.update"))
"""What stands before the largest error: the update of the player, or of the picture of `name_update`."""


def name_update(fitted: Picture, update: int) -> Picture:
    """Return the picture of a fit with the update that its errors belong to. It is data: the spec stays the same."""
    return fitted._replace(data={**fitted.data, "errors": {**fitted.data["errors"], "update": [update] * 2}})


def draw_loss(losses: FloatArray) -> Picture:
    """Draw the loss before each update and after the last one, with a line at the update of the player."""
    updates = np.unique(np.linspace(0, len(losses) - 1, MOST_DRAWN).round().astype(int))
    last = max(len(losses) - 1, 1)
    style = CurveStyle(
        text.LOSS_AXES,
        x_domain=(0, last),
        log=True,
        height=220,
        follow=f"{FIT_KEYS.frame}_step",
        marker=float(len(losses) - 1),
    )
    return draw_curves({"loss": (updates, losses[updates])}, ["loss"], text.LOSS_CHART, style)
