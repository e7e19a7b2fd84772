"""The chapter "Polynomials": features of x, the design matrix, and the errors on the training and validation set."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import streamlit as st

from nnviz import web
from nnviz._memory import kept
from nnviz._types import Array, Bounds
from nnviz.charts import padded
from nnviz.data import SAMPLES, Samples
from nnviz.expressions import Library
from nnviz.lessons.linear_regression.polynomials import chart, text
from nnviz.lessons.linear_regression.polynomials.code import SplitPoints, write_polynomial_code
from nnviz.regression import polynomials
from nnviz.regression.polynomials import BASES, PolynomialFit, Split
from nnviz.web.controls import int_slider, select_registered, slider
from nnviz.web.data_input import OWN_POINTS, choose_samples, sample_slider_keys
from nnviz.web.drag_updates import update_during_drag
from nnviz.web.latex_format import aligned, markdown_table, signed, tex
from nnviz.web.lesson import Chapter
from nnviz.web.live import publish_live
from nnviz.web.messages import show_problem
from nnviz.web.render import keep_in_view, render
from nnviz.web.turns import fragment

SHARE_KEY: Final = "lr_share"
SPLIT_KEY: Final = "lr_split"

MAX_DEGREE = 15
DEGREE = 15  # overfits the data shown first
SHARE, SEED = 0.4, 2  # the validation error of the data shown first falls to degree 7, and then rises
GRID = 201
WRITTEN_WEIGHTS = 4  # of a polynomial of higher degree, the first three and the last weight are written
FALLBACK = "scaled"  # features that stay within floating point


class Degrees(NamedTuple):
    """Least-squares fits of degree 0 … MAX_DEGREE in one basis.

    fitted: (degrees, m), at grid (m,). train_error, validation_error: (degrees,).
    """

    interval: Bounds
    split: Split
    grid: Array
    fitted: Array
    train_error: Array
    validation_error: Array
    fits: tuple[PolynomialFit, ...]


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: the points, the features, the chosen degree, and the fits of all degrees."""

    samples: Samples
    basis: str
    degree: int
    degrees: Degrees

    @property
    def fit(self) -> PolynomialFit:
        """Return the polynomial of the chosen degree."""
        return self.degrees.fits[self.degree]

    @property
    def training_x(self) -> Array:
        """Return the x of the training set."""
        return np.asarray(self.samples.x[self.degrees.split.train, 0])


@kept
def fit_degrees(x: Array, y: Array, basis: str, share: float, seed: int) -> Degrees:
    """Fit every degree to the training set, and compute its errors on both sets."""
    interval, split = padded(float(x.min()), float(x.max())), polynomials.split(len(x), share, seed)
    fits = tuple(
        polynomials.fit_polynomial(x[split.train], y[split.train], degree, basis, interval)
        for degree in range(MAX_DEGREE + 1)
    )
    train_error, validation_error = (
        np.array([np.mean((fit(x[part]) - y[part]) ** 2) for fit in fits])
        for part in (split.train, split.validation)
    )
    grid = np.linspace(*interval, GRID)
    fitted = np.array([fit(grid) for fit in fits])
    return Degrees(interval, split, grid, fitted, train_error, validation_error, fits)


@kept
def compute_conditions(x: Array, interval: Bounds) -> dict[str, Array]:
    """Compute the condition number of the design matrix for each degree, basis -> (degrees,)."""
    return {
        basis: np.array(
            [polynomials.condition(x, degree, basis, interval) for degree in range(MAX_DEGREE + 1)]
        )
        for basis in BASES
    }


def draw_workbench() -> Shown:
    """Draw the curve, its errors against the degree, the condition number and the design matrix."""
    whole = web.beside_picture()
    with whole, web.first_screen():
        left, errors = st.columns([4, 3], gap="medium")
        with left:
            picture = keep_in_view()
            degree = int_slider(text.DEGREE, 0, MAX_DEGREE, DEGREE, key=chart.DEGREE)
    settings, below = whole.columns([5, 4], gap="medium"), st.columns([5, 4], gap="medium")
    with settings[0]:
        samples = choose_samples("lrp", "sine", OWN_POINTS)
    with settings[1]:
        share, seed = choose_split()
        basis = select_registered(text.FEATURES, BASES, "powers", key="lr_basis")
        st.caption(BASES[basis].lesson)
    with picture:
        basis, degrees = fit_or_explain(samples.x[:, 0], samples.y, basis, share, seed)
    shown = Shown(samples, basis, degree, degrees)
    with picture:
        draw_fit(shown)
    with errors:
        draw_errors(shown)
    with below[0]:
        draw_design_matrix(shown)
    with below[1]:
        draw_conditions(shown)
    publish_live({chart.DEGREE: degree}, key="lr_follow_degree")
    update_during_drag(SHARE_KEY, SPLIT_KEY, *sample_slider_keys("lrp"), key="lr_hand_curve")
    return shown


def fit_or_explain(x: Array, y: Array, basis: str, share: float, seed: int) -> tuple[str, Degrees]:
    """Fit every degree in the chosen basis; if its features overflow, say so and use scaled powers."""
    try:
        return basis, fit_degrees(x, y, basis, share, seed)
    except ValueError as error:
        show_problem(error)
        return FALLBACK, fit_degrees(x, y, FALLBACK, share, seed)


def choose_split() -> tuple[float, int]:
    """Draw the controls of the split into a training set and a validation set."""
    one, two = st.columns(2, gap="small")
    with one:
        share = slider(text.SHARE, 0.1, 0.8, SHARE, 0.05, key=SHARE_KEY)
    with two:
        seed = int_slider(text.SEED, 0, 99, SEED, key=SPLIT_KEY)
    return share, seed


def draw_fit(shown: Shown) -> None:
    """Draw the points and the polynomial."""
    x, y, degrees = shown.samples.x[:, 0], shown.samples.y, shown.degrees
    is_validation = np.isin(np.arange(len(x)), degrees.split.validation)
    titles = shown.samples.features[0], shown.samples.target
    points = chart.FittedPoints(x, y, is_validation, np.array([fit(x) for fit in degrees.fits]))
    kind = next((kind for kind in SAMPLES.values() if kind.label == shown.samples.title), None)
    truth = kind.truth(degrees.grid[:, None]) if kind is not None and kind.truth is not None else None
    errors = shown.degree, degrees.validation_error
    picture = chart.draw_fit(points, degrees.grid, degrees.fitted, errors, titles, truth)
    render(picture, key="lr_curve")


def draw_errors(shown: Shown) -> None:
    """Draw both errors against the degree."""
    series = {text.TRAINING: shown.degrees.train_error, text.VALIDATION: shown.degrees.validation_error}
    render(
        chart.draw_against_degree(
            series,
            shown.degree,
            (text.ERROR_AXIS, text.ERROR_WORDS),
            height=chart.HEIGHT,
            smallest=text.VALIDATION,
        ),
        key="lr_errors",
    )


def draw_design_matrix(shown: Shown) -> None:
    """Draw the design matrix of the training set."""
    st.markdown(text.DESIGN)
    columns = polynomials.design(shown.training_x, MAX_DEGREE, shown.basis, shown.degrees.interval)
    render(chart.draw_design_matrix(shown.training_x, columns, shown.degree), key="lr_design")
    st.caption(text.DESIGN_CAPTION)


def draw_conditions(shown: Shown) -> None:
    """Draw the condition number against the degree, for all kinds of features."""
    conditions = compute_conditions(shown.training_x, shown.degrees.interval)
    series = {BASES[basis].label: values for basis, values in conditions.items()}
    st.markdown(text.CONDITION)
    render(
        chart.draw_against_degree(
            series, shown.degree, (text.CONDITION_AXIS, text.CONDITION_WORDS), height=260
        ),
        key="lr_conditions",
    )


def draw_formulas(shown: Shown) -> None:
    """Draw the polynomial with its weights, the features, and both errors."""
    degrees, degree = shown.degrees, shown.degree
    left, right = st.columns(2, gap="medium")
    with left:
        st.latex(r"\hat y =" + aligned(*write_polynomial(shown.fit.coefficients)))
        st.latex(BASES[shown.basis].latex)
    with right:
        st.markdown(markdown_table(text.ERRORS_HEAD, list_errors(degrees, degree)))
        if shown.fit.rank < degree + 1:
            web.write(text.low_rank(shown.fit.rank, degree + 1))


def list_errors(degrees: Degrees, degree: int) -> list[tuple[str, ...]]:
    """Return rows with the error of a degree on each set, and with the smallest error on the validation set."""
    train, validation = degrees.split
    best = int(degrees.validation_error.argmin())
    rows = (
        (text.TRAINING, train, degree, degrees.train_error),
        (text.VALIDATION, validation, degree, degrees.validation_error),
        (text.smallest_on(text.VALIDATION), validation, best, degrees.validation_error),
    )
    return [
        (name, str(len(part)), str(number), f"${tex(float(errors[number]), 4)}$")
        for name, part, number, errors in rows
    ]


def write_polynomial(weights: Array) -> list[str]:
    """Return the terms of a polynomial as LaTeX, two in a line; of more than four, the first three and the last."""
    last = len(weights) - 1
    written = weights.tolist() if len(weights) <= WRITTEN_WEIGHTS else weights[:3].tolist()
    terms = [rf"{signed(weight)}\,\varphi_{{{j}}}(x)" for j, weight in enumerate(written)]
    if len(weights) > WRITTEN_WEIGHTS:
        terms.append(rf"+ \cdots {signed(float(weights[-1]))}\,\varphi_{{{last}}}(x)")
    terms[0] = terms[0].removeprefix("+ ")
    return ["& " + " ".join(terms[k : k + 2]) for k in range(0, len(terms), 2)]


def write_code(shown: Shown, library: Library) -> str:
    """Write source that fits the same polynomial."""
    x, y, split = shown.samples.x[:, 0], shown.samples.y, shown.degrees.split
    points = SplitPoints(x[split.train], y[split.train], x[split.validation], y[split.validation])
    return write_polynomial_code(points, shown.fit, library)


@fragment
def draw() -> None:
    """Draw polynomial features, which are curved in x and linear in the weights."""
    shown = draw_workbench()
    draw_formulas(shown)
    web.offer_code(write_code, shown, key="lr_polynomial", name="polynomial")
    web.write(text.CLOSING)


CHAPTER = Chapter("polynomials", text.CHAPTER, draw)
