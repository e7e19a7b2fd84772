"""Compute and play what several chapters show: the loss of a line over (w, b), and a run of gradient descent."""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Labels
from nnviz.charts import Columns, ground_columns, levels
from nnviz.charts.contour_image import widened
from nnviz.lessons.linear_regression.shared import text
from nnviz.lessons.linear_regression.shared.chart import choose_drawn
from nnviz.losses import Surface
from nnviz.optimization import StepSizes, Trajectory, step_sizes
from nnviz.regression import linear_model
from nnviz.web.live import PlayerOptions, draw_player, publish_result
from nnviz.web.live_latex import LiveNumbers, live_value
from nnviz.web.run_controls import RunControls

PIXELS = 200  # of the image of the loss, across and up
PLAYING_SECONDS = 6.0
FEWEST_FRAMES, MOST_FRAMES = 4.0, 30.0  # a second


class LineLoss(NamedTuple):
    """The mean squared error of a line through some points, which the points alone decide.

    surface: over (w, b). image: of the surface over its domain. minimum: (w, b). sizes: of the Hessian.
    """

    surface: Surface
    image: Columns
    minimum: tuple[float, float]
    sizes: StepSizes


@kept
def compute_line_loss(x: Array, y: Array) -> LineLoss:
    """Compute the loss of the points x, y (n,), once for each set of points."""
    surface = linear_model.loss_surface(x, y)
    w, b = surface.minima[0]
    wide, edges = widened(surface.domain), levels(values_on(surface, surface.domain, (100, 100)))
    image = ground_columns(values_on(surface, wide, (2 * PIXELS, PIXELS)), wide, edges)
    return LineLoss(surface, image, (w, b), step_sizes(linear_model.hessian(x)))


def values_on(surface: Surface, domain: tuple[tuple[float, float], ...], pixels: tuple[int, int]) -> Array:
    """Return a surface over two parameters on a grid: rows of rising second, columns of rising first parameter."""
    axes = [np.linspace(low, high, number) for (low, high), number in zip(domain, pixels, strict=True)]
    return np.asarray(surface.value(np.stack(np.meshgrid(*axes), axis=-1)))


def play_run(
    name: str,
    run: Trajectory,
    drawn: Labels,
    sliders: Mapping[str, str],
    *,
    controls: RunControls,
    further: Mapping[str, Sequence[float]] | None = None,
) -> None:
    """Draw the player of a run, which moves the sliders' live values through the points of the run.

    name: of the live value that counts the frames. drawn: the points that are shown, one a frame. sliders: key ->
    symbol of each parameter. controls: of the run, whose sliders follow the player. further: live values, one a frame.
    """
    points, losses = run.points[drawn].tolist(), run.values[drawn].tolist()
    symbols = list(sliders.values()) if len(sliders) == 2 else []
    captions = [
        text.state(dict(zip(symbols, point)), loss) for point, loss in zip(points, losses, strict=True)
    ]
    options = PlayerOptions(
        unit=text.UPDATE,
        rate=frames_per_second(drawn.size),
        outcome=text.result(int(drawn[-1]), losses[-1]),
        values={**dict(zip(sliders, run.points[drawn].T.tolist(), strict=True)), **(further or {})},
        captions=captions,
        on_frame=partial(controls.note_frame, _name(run)),
    )
    draw_player(name, drawn.tolist(), run=_name(run), options=options)


def follow_run(
    controls: RunControls, run: Trajectory, domains: Sequence[tuple[float, float]]
) -> tuple[float, ...]:
    """Put the sliders where the player of a run stands, and return that; domains: of the sliders."""
    frames = run.points[choose_drawn(len(run.points))].tolist()
    return controls.follow(frames, _name(run), domains)


def publish_results(surface: Surface, line: Mapping[str, float], rate: float, run: Trajectory) -> None:
    """Publish what two challenges of a class room ask for: the loss of a line, and where a learning rate leads.

    line: (w, b) by the keys of the sliders, which the loss follows. A run whose loss has risen is no result.
    """
    numbers = LiveNumbers(line, scales=[(high - low) / 2 for low, high in surface.domain], key="lr_result")
    loss = numbers.follow(lambda w, b: float(surface.value(np.array([w, b]))))
    publish_result("smallest_error", numbers.follow(live_value(0)), loss)
    is_result = len(run.values) > 1 and run.values[-1] <= run.values[0]
    publish_result("largest_rate", rate, float(run.values[-1]) if is_result else math.inf)


def _name(run: Trajectory) -> str:
    """Return a text that differs for each run."""
    return f"{run.points[0].tolist()} {run.points[-1].tolist()} {len(run.points)} {run.values[-1]}"


def frames_per_second(frames: int) -> float:
    """Return the speed at which frames play for about six seconds: few are shown slowly, many fast."""
    return min(max(frames / PLAYING_SECONDS, FEWEST_FRAMES), MOST_FRAMES)
