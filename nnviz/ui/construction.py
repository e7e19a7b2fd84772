"""Networks built by hand on the page of the theorem: one unit, a step, a bump, many."""

from typing import Any, Final, NamedTuple

import numpy as np
import streamlit as st

from nnviz.approximation import Film, blur, bumps, certify, film, interpolant, staircase
from nnviz.charts import construction as charts
from nnviz.functions import PiecewiseLinear
from nnviz.networks import ShallowNetwork
from nnviz.ui.controls import one_of, power, slider, whole
from nnviz.ui.draw import show
from nnviz.ui.grab import grab_points
from nnviz.ui.hand import while_held
from nnviz.ui.live import follow
from nnviz.ui.messages import last_good, problem
from nnviz.ui.pad import said_of, stamp
from nnviz.ui.target import Interval, Target
from nnviz.ui.theorem import judged
from nnviz.ui.training import BY_TEXT, Array
from nnviz.ui.words import signed, tex

MOST = 40  # cells

PIECES: Final = {"One unit": "unit", "A step": "step", "A bump": "bump"}
OWN: Final = "By your hand"
FIRST_HEIGHTS: Final = " ".join("0" * 13)
MOST_KNOTS, HIGHEST = 33, 1e12
MANY: Final = {"Many bumps": bumps, "Many steps": staircase}


class Dial(NamedTuple):
    """A slider of a piece: label, range, first value, step."""

    label: str
    low: float
    high: float
    first: float
    step: float


_WEIGHT: Final = Dial("Weight w: how steep", 1.0, 200.0, 40.0, 1.0)
_HEIGHT: Final = Dial("Output weight v: how high", -2.0, 2.0, 1.0, 0.05)
DIALS: Final[dict[str, dict[str, Dial]]] = {
    "unit": {
        "w": Dial("Weight w", -20.0, 20.0, 5.0, 0.5),
        "b": Dial("Bias b", -20.0, 20.0, 2.0, 0.5),
        "v": _HEIGHT._replace(label="Output weight v"),
    },
    "step": {"k": _WEIGHT, "s": Dial("Place s = −b/w", -1.0, 1.0, 0.2, 0.01), "h": _HEIGHT},
    "bump": {
        "k": _WEIGHT,
        "low": Dial("Up at s₁", -1.0, 1.0, -0.3, 0.01),
        "high": Dial("Down at s₂", -1.0, 1.0, 0.4, 0.01),
        "h": _HEIGHT,
    },
}


@st.fragment
def built_by_hand(target: Target, interval: Interval, epsilon: float) -> None:
    """What is built, chosen from one unit to many, and its picture."""
    kind = one_of("What is built", [*PIECES, *MANY, OWN], "Many bumps", key="ua_hand")
    if kind in PIECES:
        piece(PIECES[kind])
    elif kind == OWN:
        by_hand(target, interval, epsilon)
    else:
        many(kind, target, interval, epsilon)


def dials(kind: str) -> dict[str, float]:
    """The sliders of a piece, two in a row, and their values; on a phone below each other in the same order."""
    values = {}
    for number, (name, dial) in enumerate(DIALS[kind].items()):
        if number % 2 == 0:
            row = st.columns(2, gap="medium")
        with row[number % 2]:
            values[name] = slider(
                dial.label,
                dial.low,
                dial.high,
                dial.first,
                dial.step,
                key=f"{charts.PREFIX}{name}",
                format="%g",
            )
    return values


def piece(kind: str) -> None:
    """A picture of one or two units, its sliders, and its formula with their numbers."""
    picture = st.container()
    values = dials(kind)
    st.latex(formula(kind, values))
    with picture:
        show(charts.piece(kind, values), key="ua_piece")
    follow({f"{charts.PREFIX}{name}": value for name, value in values.items()}, key="ua_piece_follow")


def formula(kind: str, values: dict[str, float]) -> str:
    """The piece in LaTeX, with its hidden weights and biases."""
    if kind == "unit":
        return rf"{tex(values['v'])}\,\sigma({tex(values['w'])}\,x {signed(values['b'])})"
    k, h = values["k"], values["h"]
    ends = [values["s"]] if kind == "step" else [values["low"], values["high"]]
    first, *rest = (rf"\sigma({tex(k)}\,x {signed(-k * place)})" for place in ends)
    return rf"{tex(h)}\,{first}" + "".join(rf" {signed(-h)}\,{unit}" for unit in rest)


def many(kind: str, target: Target, interval: Interval, epsilon: float) -> None:
    """The target built from equal cells, and how far the network is from it."""
    picture, (left, right) = st.container(), st.columns(2, gap="medium")
    with left:
        cells = whole("Cells: drag, or press →", charts.FEWEST, MOST, 12, key=charts.MANY)
    with right:
        sharpness = power("Sharpness κ of the steps", 0, 3, 20.0, key="ua_sharpness")
    units = 2 * cells if kind == "Many bumps" else cells - 1
    st.markdown(
        f"**{units} hidden units**, {'two for each bump' if kind == 'Many bumps' else 'one for each step'}, "
        "all of them $\\sigma(wx + b)$: one hidden layer. **Grey** is f, **green** the tube f ± ε, **violet** the "
        "cells, **blue** the network."
    )
    blurred = blur(interval, cells, sharpness)
    st.caption(
        f"Proved for every continuous f{' (bumps: away from the ends of K)' * (kind == 'Many bumps')}: the network "
        f"is never further off than f itself changes over a distance of {blurred:.3g}, half a cell and a little "
        "for the slope of the steps (in the concave majorant of its modulus of continuity)."
    )
    with picture:
        try:
            seen, heights = _built(kind, target, interval, sharpness)
            show(charts.many(seen, heights, cells, epsilon, stamp(target)), key="ua_built_by_hand")
            sup = seen.sup[cells - charts.FEWEST]
            said = f"{units} hidden units: largest error {sup:.3g}."
            if np.isnan(sup):
                st.info(f"{cells} cells: f has no value in the middle of one of them; take another number.")
        except ValueError as error:
            st.info("Cells need a value of f in the middle of each.")
            st.text(said := str(error))
    follow({charts.MANY: cells}, key="ua_many_follow", outcome=said)
    while_held("ua_sharpness", key="ua_hand_many")


@st.cache_data(max_entries=24, show_spinner=False, hash_funcs=BY_TEXT)
def _built(kind: str, target: Target, interval: Interval, sharpness: float) -> tuple[Film, Array]:
    """The networks of 2 to 40 cells beside their target, and the heights of their cells (39, 40).

    A row is nan where f has no value in the middle of a cell; ValueError if that is so in every row.
    """
    counts = range(charts.FEWEST, MOST + 1)
    networks: dict[int, ShallowNetwork] = {}
    heights = np.full((len(counts), MOST), np.nan)
    for row, count in enumerate(counts):
        borders = np.linspace(*interval, count + 1)
        middles = target((borders[:-1] + borders[1:]) / 2)
        if np.isfinite(middles).all():
            heights[row, :count] = middles
            networks[row] = built(kind, target, interval, count, sharpness)
    if not networks:
        raise ValueError("no number of cells up to 40 has a value of f in the middle of each")
    return _with_gaps(film(target, interval, list(networks.values())), list(networks), len(counts)), heights


def _with_gaps(seen: Film, rows: list[int], length: int) -> Film:
    """A film of `length` frames whose frames `rows` are those of `seen`, the others nan."""
    fields: dict[str, Any] = {}
    for name in ("predictions", "errors", "sup", "rms", "centres"):
        values: Array = getattr(seen, name)
        fields[name] = np.full((length, *values.shape[1:]), np.nan)
        fields[name][rows] = values
    return seen._replace(**fields)


def built(kind: str, target: Target, interval: Interval, cells: int, sharpness: float) -> ShallowNetwork:
    """The network of that many cells: two units for each bump, or a step between neighbours."""
    return MANY[kind](target, interval, cells if kind == "Many bumps" else cells - 1, sharpness)


def by_hand(target: Target, interval: Interval, epsilon: float) -> None:
    """Straight pieces whose knots the reader drags into the tube, or types; the score, and the proof."""
    picture, controls = st.container(), st.container()
    with controls:
        typed = st.text_input(
            "Heights at evenly spaced knots",
            FIRST_HEIGHTS,
            key="ua_heights",
            max_chars=600,
            bind="query-params",
        )
        heights = last_good("ua_heights", lambda: read_heights(typed or ""), read_heights(FIRST_HEIGHTS))
        knots = np.linspace(*interval, len(heights))
        network = interpolant(PiecewiseLinear(knots, heights), interval, len(heights) - 1)
        st.markdown(
            f"**{network.width} ReLU units**, one for each piece: $v_j$ is the change of slope at knot $j$. Bring the "
            "network into the tube; then do it **without touching the graph**: type the heights."
        )
        with said_of(target, "own"):
            judged(certify(network, target, interval, epsilon, seconds=0.5), key="ua_own")
    with picture:
        try:
            seen = film(target, interval, [network])
        except ValueError as error:
            return problem(error)
        show(
            charts.own(seen.x, seen.target, seen.predictions[0], (knots, heights), epsilon, stamp(target)),
            key="ua_own_chart",
        )
        grab_points(
            "ua_own_chart", charts.own_domain(seen.x, seen.target, heights), np.column_stack([knots, heights]),
            name=charts.OWN, key="ua_own_grab", words="the knots", along="y", on_change=write_heights,
        )  # fmt: skip
    return None


def read_heights(text: str) -> Array:
    """Numbers with blanks, commas or semicolons between them; ValueError for anything else, and for too few or many."""
    words = text.replace(";", " ").replace(",", " ").split()
    try:
        heights = np.array([float(word) for word in words])
    except ValueError as error:
        raise ValueError(f"{error}; legal are numbers with blanks between them, such as 0 1 0.5") from None
    if not 2 <= len(heights) <= MOST_KNOTS or not np.abs(heights).max() <= HIGHEST:
        raise ValueError(
            f"there are {len(heights)} heights; legal are 2 to {MOST_KNOTS} finite numbers, at most {HIGHEST:g} in size"
        )
    return heights


def write_heights(points: Array) -> None:
    """The heights of the knots (n, 2), to four digits, into the box."""
    st.session_state.ua_heights = " ".join(f"{height:.4g}" for height in points[:, 1])
