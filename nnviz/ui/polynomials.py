"""The chapter "Curves from a line": polynomial features, the design matrix, training and held-out error."""

from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnviz.charts import curves, padded
from nnviz.charts import polynomials as charts
from nnviz.data import Samples
from nnviz.export.regression import polynomial_code
from nnviz.functions import Library
from nnviz.learning import polynomials
from nnviz.learning.polynomials import BASES, PolynomialFit, Split
from nnviz.ui.controls import choice, slider, whole
from nnviz.ui.draw import show
from nnviz.ui.hand import while_held
from nnviz.ui.live import follow
from nnviz.ui.messages import problem
from nnviz.ui.regression import aligned
from nnviz.ui.samples import OWN_POINTS, choose_samples, sliders_of
from nnviz.ui.words import signed, tex

Array = NDArray[np.float64]
Interval = tuple[float, float]

MOST_DEGREE = 15
GRID = 201
TRAIN, HELD_OUT = "to learn from", "held out"


class Degrees(NamedTuple):
    """Least squares for each degree 0 … 15 in one basis, (16,) and, at the grid (m,), (16, m)."""

    interval: Interval
    split: Split
    grid: Array
    fitted: Array
    train_error: Array
    held_out_error: Array
    fits: tuple[PolynomialFit, ...]


class Curve(NamedTuple):
    """What is on screen."""

    samples: Samples
    basis: str
    degree: int
    share: float
    seed: int
    degrees: Degrees

    @property
    def fit(self) -> PolynomialFit:
        """The polynomial of the degree looked at."""
        return self.degrees.fits[self.degree]


@st.cache_data(max_entries=32, show_spinner=False)
def all_degrees(x: Array, y: Array, basis: str, share: float, seed: int) -> Degrees:
    """Every degree fitted to the points that are not held out, and its errors on both parts."""
    interval, split = padded(float(x.min()), float(x.max())), polynomials.split(len(x), share, seed)
    fits = tuple(
        polynomials.fit_polynomial(x[split.train], y[split.train], degree, basis, interval)
        for degree in range(MOST_DEGREE + 1)
    )
    errors = [
        np.array([np.mean((fit(x[part]) - y[part]) ** 2) for fit in fits])
        for part in (split.train, split.held_out)
    ]
    grid = np.linspace(*interval, GRID)
    return Degrees(interval, split, grid, np.array([fit(grid) for fit in fits]), errors[0], errors[1], fits)


@st.cache_data(max_entries=32, show_spinner=False)
def conditions(x: Array, interval: Interval) -> dict[str, Array]:
    """The condition number of the design matrix for each degree, basis -> (16,)."""
    return {
        basis: np.array(
            [polynomials.condition(x, degree, basis, interval) for degree in range(MOST_DEGREE + 1)]
        )
        for basis in BASES
    }


def workbench() -> Curve:
    """The curve, its errors against the degree, the condition number, the design matrix."""
    left, right = st.columns([5, 4], gap="medium")
    below = st.columns([5, 4], gap="medium")
    with right:
        errors, controls = st.container(), st.container()
    with controls:
        share, seed = _parts()
        samples = choose_samples("lrp", "sine", OWN_POINTS)
    with left:
        picture = st.container()
        dial, bases = st.columns([3, 2], gap="small")
        with dial:
            degree = whole("Degree of the polynomial", 0, MOST_DEGREE, 3, key="lr_degree")
        with bases:
            basis = choice("Features", BASES, "powers", key="lr_basis")
        st.caption(BASES[basis].lesson)
    x, y = samples.x[:, 0], samples.y
    with picture:
        basis, degrees = _fitted(x, y, basis, share, seed)
    curve = Curve(samples, basis, degree, share, seed, degrees)
    with picture:
        _draw_fit(curve)
    with errors:
        _draw_errors(curve)
    with below[0]:
        _draw_design(curve)
    with below[1]:
        _draw_conditions(curve)
    follow({"lr_degree": degree}, key="lr_follow_degree")
    while_held("lr_share", "lr_split", *sliders_of("lrp"), key="lr_hand_curve")
    return curve


def _fitted(x: Array, y: Array, basis: str, share: float, seed: int) -> tuple[str, Degrees]:
    """Every degree in the basis asked for; in scaled powers, and said, where its features are beyond floating point."""
    try:
        return basis, all_degrees(x, y, basis, share, seed)
    except ValueError as error:
        problem(error)
        return "scaled", all_degrees(x, y, "scaled", share, seed)


def _parts() -> tuple[float, int]:
    one, two = st.columns(2, gap="small")
    with one:
        share = slider("Share held out", 0.1, 0.8, 0.5, 0.05, key="lr_share")
    with two:
        seed = whole("Seed of the split", 0, 99, 0, key="lr_split")
    return share, seed


def _draw_fit(curve: Curve) -> None:
    x, y, degrees = curve.samples.x[:, 0], curve.samples.y, curve.degrees
    held_out = np.isin(np.arange(len(x)), degrees.split.held_out)
    titles = curve.samples.features[0], curve.samples.target
    show(charts.fits(x, y, held_out, degrees.grid, degrees.fitted, curve.degree, titles), key="lr_curve")


def _draw_errors(curve: Curve) -> None:
    steps = np.arange(MOST_DEGREE + 1)
    found = {TRAIN: (steps, curve.degrees.train_error), HELD_OUT: (steps, curve.degrees.held_out_error)}
    words = "The mean squared error against the degree, on the points to learn from and on those held out."
    show(
        curves(
            found, [TRAIN, HELD_OUT], ("degree", "mean squared error"), words, x_domain=(0, MOST_DEGREE), log=True,
            height=270, follow="lr_degree", marker=curve.degree,
        ),
        key="lr_errors",
    )  # fmt: skip


def _draw_design(curve: Curve) -> None:
    x = curve.samples.x[curve.degrees.split.train, 0]
    st.markdown("**The design matrix** $A$, $A_{ij} = \\varphi_j(x_i)$")
    columns = polynomials.design(x, MOST_DEGREE, curve.basis, curve.degrees.interval)
    show(charts.design(x, columns, curve.degree), key="lr_design")


def _draw_conditions(curve: Curve) -> None:
    steps = np.arange(MOST_DEGREE + 1)
    found = conditions(curve.samples.x[curve.degrees.split.train, 0], curve.degrees.interval)
    st.markdown("**Its condition number**, $\\sigma_{\\max}/\\sigma_{\\min}$")
    labels = {BASES[basis].label: (steps, values) for basis, values in found.items()}
    words = "The condition number of the design matrix against the degree, for three choices of features."
    show(
        curves(
            labels, list(labels), ("degree", "condition number"), words, x_domain=(0, MOST_DEGREE), log=True,
            height=260, follow="lr_degree", marker=curve.degree,
        ),
        key="lr_conditions",
    )  # fmt: skip


def formulas(curve: Curve) -> None:
    """The curve as a sum of features, with its weights, and both errors."""
    fit, degree = curve.fit, curve.degree
    written = fit.coefficients.tolist() if degree < 4 else fit.coefficients[:3].tolist()
    terms = [rf"{signed(weight)}\,\varphi_{{{j}}}(x)" for j, weight in enumerate(written)]
    if degree > 3:
        terms.append(rf"+ \cdots {signed(float(fit.coefficients[-1]))}\,\varphi_{{{degree}}}(x)")
    terms[0] = terms[0].removeprefix("+ ")
    lines = ["& " + " ".join(terms[k : k + 2]) for k in range(0, len(terms), 2)]
    split, errors = curve.degrees.split, curve.degrees.held_out_error
    train, held_out = curve.degrees.train_error[degree], errors[degree]
    left, right = st.columns(2, gap="medium")
    with left:
        st.latex(r"\hat y =" + aligned(*lines))
        st.latex(BASES[curve.basis].latex)
    with right:
        st.latex(
            aligned(
                rf"L \text{{ on the }} {len(split.train)} \text{{ to learn from}} &= {tex(float(train), 4)}",
                rf"L \text{{ on the }} {len(split.held_out)} \text{{ held out}} &= {tex(float(held_out), 4)}",
                rf"\text{{least there: degree }} {int(errors.argmin())}, \; L &= {tex(float(errors.min()), 4)}",
            )
        )
        if fit.rank < degree + 1:
            st.caption(
                f"The rank of $A$ is {fit.rank}, to rounding, for {degree + 1} weights: many are equally good."
            )


def source(curve: Curve, language: Library) -> str:
    """The code that fits the same polynomial."""
    x, y, split = curve.samples.x[:, 0], curve.samples.y, curve.degrees.split
    parts = x[split.train], y[split.train], x[split.held_out], y[split.held_out]
    return polynomial_code(*parts, curve.fit, language)
