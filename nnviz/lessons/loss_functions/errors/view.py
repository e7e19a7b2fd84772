"""Draw the chapter on errors: lines and an outlier, the losses of one error, and the best constant of nine numbers."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import streamlit as st

from nnviz._memory import kept
from nnviz._types import Array, Settings
from nnviz.charts import CurveStyle, draw_curves
from nnviz.charts.curves import LineName
from nnviz.charts.theme import SERIES
from nnviz.data import SampleSpec
from nnviz.data import draw as draw_samples
from nnviz.lessons.loss_functions.errors import chart, text
from nnviz.lessons.loss_functions.errors.code import line_code
from nnviz.lessons.loss_functions.shared import text as shared_text
from nnviz.lessons.loss_functions.shared.view import (
    CURVE_POINTS,
    REGRESSION,
    Chosen,
    choose_losses,
    compute_at,
    compute_curves,
    labels_of,
    stack,
)
from nnviz.losses import Loss
from nnviz.losses.location_estimates import MovedConstants, moved_constants
from nnviz.regression import LineFit, MovedLines, fit_line, moved_lines
from nnviz.web.controls import slider
from nnviz.web.drag_points import DragHandles, draw_handle
from nnviz.web.latex_format import markdown_table
from nnviz.web.lesson import Chapter
from nnviz.web.live import publish_live
from nnviz.web.questions import is_code_open, offer_code, write
from nnviz.web.render import TABLES, beside_picture, first_screen, keep_in_view, render
from nnviz.web.turns import fragment

REFIT_KEY: Final = "lf_refit"

OUTLIERS, PLANE = (-2.0, 9.0), (-2.5, 9.5)  # heights of the outlier, and the y axis
HEIGHTS = np.linspace(*OUTLIERS, 111)  # the values of the slider
ERRORS, NINTHS = (-4.0, 4.0), (0.0, 12.0)
PLACES = np.linspace(*NINTHS, 121)  # the values of the slider of the ninth number
_FRAGMENT, _CODE = "lf_outlier_lines", "lf_line_code"
NUMBERS = (1.0, 1.5, 2.0, 2.2, 2.6, 3.0, 3.4, 4.0)


def points_with_outlier(height: float) -> tuple[Array, Array]:
    """Return ten points near a line, and one more at the right with the height given, last."""
    samples = draw_samples(SampleSpec("line", 10, 0.3, seed=3))
    return np.append(samples.x[:, 0], 1.8), np.append(samples.y, height)


@kept
def compute_line(x: Array, y: Array, loss: str, settings: Settings) -> LineFit:
    """Return `fit_line`, computed once for the same points and loss."""
    return fit_line(x, y, loss, dict(settings))


@kept
def compute_moved_lines(loss: str, settings: Settings) -> MovedLines:
    """Return the lines of a loss while the outlier moves over its slider."""
    return moved_lines(*points_with_outlier(0.0), HEIGHTS, loss, dict(settings))


def fit_lines(height: float, chosen: Sequence[Chosen]) -> dict[Loss, LineFit]:
    """Return the line of every loss while the outlier is at that height."""
    points = points_with_outlier(height)
    return {one.loss: compute_line(*points, *one.key) for one in chosen}


def follow_outlier() -> None:
    """Draw the chart and the code again if tables or code show their numbers; the lines follow in the browser."""
    if st.session_state.get(TABLES) or is_code_open(_CODE):
        st.rerun(_FRAGMENT)


@fragment
def move_outlier(chosen: Sequence[Chosen]) -> float:
    """Draw the slider of the outlier, its handle, and a table of the lines; return its height.

    The handle stands here and not below its picture. A run of this fragment that cuts short another one may not write
    outside of itself.
    """
    moved, numbers = st.columns([3, 1], vertical_alignment="bottom")
    with moved:
        height = slider(text.OUTLIER, *OUTLIERS, 8.0, 0.1, key=chart.OUTLIER, on_change=follow_outlier)
    x, y = points_with_outlier(height)
    fits = fit_lines(height, chosen)
    told = {loss.label: fit for loss, fit in fits.items()}
    told[text.WITHOUT] = compute_line(x[:-1], y[:-1], "squared", ())
    rows = (
        (label, f"{fit.weight:.3f}".replace("-", "−"), f"{fit.bias:.3f}".replace("-", "−"))
        for label, fit in told.items()
    )
    with numbers.popover(text.AS_NUMBERS, width="stretch"):
        st.markdown(markdown_table(text.LINES, rows))
        st.caption(shared_text.TABLE_UPDATES)
    handle = DragHandles(
        REFIT_KEY, (chart.line_domain(x), PLANE), text.HANDLE, "lf_grab", step=(0.1, 0.1), along="y",
        hint=text.HANDLE_HINT,
    )  # fmt: skip
    keys = (f"{chart.OUTLIER}_x", chart.OUTLIER)
    draw_handle(handle, (float(x[-1]), height), keys=keys, then=follow_outlier)
    lines = {loss.label: (fit.weight, fit.bias) for loss, fit in fits.items()}
    publish_live({chart.OUTLIER: height}, key="lf_follow", outcome=text.lines_said(lines))
    return height


@fragment(key=_FRAGMENT)
def draw_outlier(chosen: Sequence[Chosen]) -> None:
    """Draw points with an outlier that is moved, and the line of every loss."""
    with first_screen():
        picture, cause = st.columns([3, 2], gap="large")
        with picture:
            lines_chart = keep_in_view()
            height = move_outlier(chosen)
        losses_chart = cause.container()
    write(text.LINE_METHODS)
    if not_convex := [one.loss.label for one in chosen if not one.loss.convex]:
        st.markdown(text.several_minima(not_convex))
    x, y = points_with_outlier(height)
    losses = {one.loss.name: one.settings for one in chosen}
    offer_code(lambda language: line_code(language, x, y, losses), key=_CODE, name="losses")
    fit = compute_line(x[:-1], y[:-1], "squared", ())
    before = fit.weight, fit.bias
    found = {loss.label: (fit.weight, fit.bias) for loss, fit in fit_lines(height, chosen).items()}
    moved = {one.loss.label: compute_moved_lines(*one.key) for one in chosen}
    moved[text.WITHOUT] = MovedLines(HEIGHTS[[0, -1]], np.array([before, before]))
    order = [*labels_of(REGRESSION), *SERIES]
    order[len(SERIES) - 1] = text.WITHOUT  # in the grey of what is to be found
    shown = chart.draw_lines(x, y, {**found, text.WITHOUT: before}, moved, order, PLANE)
    with lines_chart:
        render(shown, key=REFIT_KEY)
    with losses_chart:
        _draw_loss_of_outlier(chosen, before[0] * x[-1] + before[1], height)


def _draw_loss_of_outlier(chosen: Sequence[Chosen], line: float, height: float) -> None:
    """Draw each loss of the outlier over its height. line: the height of the line without the outlier there."""
    curves = {
        one.loss.label: (
            HEIGHTS,
            np.asarray(one.loss.value(line - HEIGHTS, np.zeros_like(HEIGHTS), **one.settings)),
        )
        for one in chosen
    }
    style = CurveStyle(
        (text.HEIGHT_AXIS, text.loss_of_residual(line)),
        x_domain=OUTLIERS,
        y_domain=(0.0, 50.0),
        height=chart.HEIGHT,
        follow=chart.OUTLIER,
        marker=height,
        dots=float(HEIGHTS[1] - HEIGHTS[0]),
    )
    names = name_losses({label: float(losses[-20]) for label, (_, losses) in curves.items()})
    picture = draw_curves(curves, labels_of(REGRESSION), text.OUTLIER_LOSS_CHART, style, names=names)
    render(picture, key="lf_outlier_loss")


def name_losses(losses: Mapping[str, float]) -> dict[str, LineName]:
    """Return the names of losses at one height of the outlier, in the order of the losses; the lower ones in rows."""
    place, names, free = float(HEIGHTS[-20]), {}, 0.0
    ordered = sorted(losses, key=lambda label: losses[label])
    for label in ordered[:-1]:
        row = max(free, losses[label] + 1.0)
        names[label], free = LineName(label, place, row), row + 3.2
    for label in ordered[-1:]:
        names[label] = LineName(label, place, losses[label])
    return names


@fragment
def draw_losses_of_one_error(chosen: Sequence[Chosen]) -> None:
    """Draw value, derivative and second derivative of each loss, with a dot on each at the error of the slider."""
    error = slider(text.ERROR, *ERRORS, 2.0, 0.1, key=chart.ERROR_OF_ONE)
    panels = (
        (text.LOSS, text.LOSS_AXIS, (0.0, 8.0), text.LOSS_CHART),
        (text.DERIVATIVE, text.DERIVATIVE_AXIS, (-5.0, 5.0), text.DERIVATIVE_CHART),
        (text.SECOND, text.SECOND_AXIS, (-1.0, 2.4), text.SECOND_CHART),
    )
    series = compute_curves(chosen, ERRORS, 0.0)
    for number, (column, one, panel) in enumerate(
        zip(st.columns(3, gap="medium"), series, panels, strict=True)
    ):
        title, axis, domain, words = panel
        style = CurveStyle(
            (text.ERROR_AXIS, axis),
            x_domain=ERRORS,
            y_domain=domain,
            height=270 + 20 * len(chosen),
            follow=chart.ERROR_OF_ONE,
            marker=error,
            dots=(ERRORS[1] - ERRORS[0]) / (CURVE_POINTS - 1),
        )
        with column:
            st.markdown(title)
            render(draw_curves(one, labels_of(REGRESSION), words, style), key=f"lf_shape_{number}")
    halved = [one.loss.label for one in chosen if compute_at(one, 0.0, 0.0)[2] == 1]
    compares = halved and "squared" in {one.loss.name for one in chosen}
    st.caption(f"{text.DOTS} {text.half(halved)}" if compares else text.DOTS)
    values = {one.loss.label: compute_at(one, error, 0.0) for one in chosen}
    losses = {label: value for label, (value, _, _) in values.items()}
    publish_live({chart.ERROR_OF_ONE: error}, key="lf_follow_e", outcome=text.losses_said(error, losses))
    _draw_formulas(chosen, error, values)


def _draw_formulas(chosen: Sequence[Chosen], error: float, values: Mapping[str, Sequence[float]]) -> None:
    with st.expander(text.formulas(error)):
        for one in chosen:
            st.markdown(f"**{one.loss.label}.** {one.loss.lesson}")
            st.latex(stack(one.loss.latex, one.loss.derivative_latex))
        rows = (
            (label, *(f"{number:.3f}".replace("-", "−") for number in each)) for label, each in values.items()
        )
        st.markdown(markdown_table(text.VALUES, rows))


@kept
def compute_moved_constants(loss: str, settings: Settings) -> MovedConstants:
    """Return the best constant of a loss while the ninth number moves over its slider."""
    return moved_constants(NUMBERS, PLACES, loss, dict(settings))


@fragment
def draw_best_constants(chosen: Sequence[Chosen]) -> None:
    """Draw nine numbers, the mean loss of every constant, and the constant where it is smallest."""
    write(text.CONSTANT)
    picture, words = st.columns([3, 2], gap="large")
    with words:
        ninth = round(slider(text.NINTH, *NINTHS, 11.0, 0.1, key=chart.NINTH), 1)
        numbers, place = np.array([*NUMBERS, ninth]), int(np.abs(PLACES - ninth).argmin())
        moved = {one.loss.label: compute_moved_constants(*one.key) for one in chosen}
        best = {label: float(found.best[place]) for label, found in moved.items()}
        rows = ((one.loss.label, f"{best[one.loss.label]:.3f}", one.loss.estimates) for one in chosen)
        st.markdown(markdown_table(text.CONSTANTS, rows))
        st.caption(text.mean_and_median(float(numbers.mean()), float(np.median(numbers))))
    with picture:
        shown = {label: (found.others, found.one, found.best) for label, found in moved.items()}
        render(
            chart.draw_constants(numbers, shown, PLACES, labels_of(REGRESSION), (-0.3, 12.3)),
            key="lf_constants",
        )
    publish_live({chart.NINTH: ninth}, key="lf_follow_far", outcome=text.constants_said(best))


@fragment
def draw() -> None:
    """Draw the chapter."""
    screen = beside_picture()
    chosen = choose_losses(text.LOSSES, REGRESSION, ["squared", "absolute", "huber"], key="lf_losses")
    with screen:
        draw_outlier(chosen)
    draw_losses_of_one_error(chosen)
    draw_best_constants(chosen)
    write(text.MORE)


CHAPTER = Chapter("errors", text.CHAPTER, draw)
