"""The function to be approximated: typed, from the list, or from points; and the interval K."""

import streamlit as st

from nnviz.data import Samples, parse_points
from nnviz.functions import TARGETS, Expression, PiecewiseLinear, parse, through
from nnviz.ui.controls import number, power, powers
from nnviz.ui.live import follow
from nnviz.ui.messages import last_good, notes
from nnviz.ui.pad import draw_function
from nnviz.ui.samples import own_points

FIRST = "sine"
OWN_POINTS = "-1 0\n-0.6 0.8\n-0.2 -0.5\n0.1 0.4\n0.5 1\n1 -0.3"
Interval = tuple[float, float]
Target = Expression | PiecewiseLinear
EPSILONS = (-6, 0)  # powers of ten
WIDEST, NARROWEST = 1e6, 1e-6


HYPOTHESES = """
- **Cybenko (1989)** for continuous sigmoidal φ; **Hornik (1991)** for bounded, non-constant φ;
  **Leshno, Lin, Pinkus and Schocken (1993)**: for continuous φ, the networks are dense in $C(K)$ **if and only if φ
  is not a polynomial**.
- $K$ must be **compact** (closed and bounded): nothing is promised outside.
- "Within ε" is the **sup norm**: $\\max_{x \\in K} |f(x) - N(x)| < \\varepsilon$.
- The theorem says nothing about how large $N$ must be, nor about how to find the weights.
"""


def choose_question(key: str) -> tuple[Target, Interval, float]:
    """f, K and ε, which the whole page is about; and what the theorem asks of them."""
    target, interval = choose_target(key)
    epsilon = power("ε: how near, everywhere on K", *EPSILONS, 0.1, key=f"{key}_epsilon")
    with st.container(gap=None):
        with st.popover("The theorem and its hypotheses"):
            st.markdown(HYPOTHESES)
        follow({f"{key}_epsilon": powers(*EPSILONS).index(epsilon)}, key=f"{key}_epsilon_follow")
    return target, interval, epsilon


def choose_target(key: str) -> tuple[Target, Interval]:
    """The controls; what was good last stands in for what cannot be read.

    Choosing from the list writes the formula and its interval into the boxes, so the link has one truth.
    """
    way = st.segmented_control(
        "Your function f, on the interval K", ["Formula", "Points", "Drawn"], default="Formula", key=f"{key}_source",
        bind="query-params", required=True,
    )  # fmt: skip
    if way == "Points":
        return joined_points(key)
    if way == "Drawn":
        return drawing(key)
    examples(key)
    return formula(key)


def formula(key: str) -> tuple[Expression, Interval]:
    """A function that is typed, and K."""
    first = TARGETS[FIRST]
    typed = st.text_input("f(x)", first.text, key=f"{key}_f", max_chars=600, bind="query-params")
    with st.container(horizontal=True):
        a = number("K from", first.interval[0], key=f"{key}_a", width=120)
        b = number("to", first.interval[1], key=f"{key}_b", width=120)
    function = last_good(f"{key}_f", lambda: parse(typed or ""), parse(first.text))
    return function, last_good(f"{key}_K", lambda: check_interval(a, b), first.interval)


def joined_points(key: str) -> tuple[PiecewiseLinear, Interval]:
    """Points joined by straight lines; K is where they are."""
    samples = own_points(f"{key}_points", OWN_POINTS)
    example = parse_points(OWN_POINTS)
    target = last_good(f"{key}_joined", lambda: _joined(samples), through(example.x[:, 0], example.y))
    return target, target.interval


def _joined(samples: Samples) -> PiecewiseLinear:
    joined = through(samples.x[:, 0], samples.y)
    if joined.knots.size < samples.y.size:
        notes(("A function has one value at each x: points at the same x are joined at their mean.",))
    return joined


def drawing(key: str) -> tuple[PiecewiseLinear, Interval]:
    """A function that is drawn, at first the one that was typed."""
    f, interval = typed(key)
    target = draw_function(f"{key}_drawn", f, interval)
    return target, target.interval


def typed(key: str) -> tuple[Expression, Interval]:
    """What f and K were typed last or, as long as none was, stand in the link; what is wrong with these is said."""
    first, kept, link = TARGETS[FIRST], st.session_state, st.query_params
    ends = [link.get(f"{key}_{end}", value) for end, value in zip("ab", first.interval, strict=True)]
    if f"good_{key}_f" not in kept:
        text = link.get(f"{key}_f", first.text)
        kept[f"good_{key}_f"] = last_good(f"{key}_f", lambda: parse(text), parse(first.text))
    if f"good_{key}_K" not in kept:
        a_to_b = last_good(f"{key}_K", lambda: check_interval(*map(float, ends)), first.interval)
        kept[f"good_{key}_K"] = a_to_b
    return kept[f"good_{key}_f"], kept[f"good_{key}_K"]


def examples(key: str) -> None:
    """The list of targets; a choice writes its formula and its interval into the boxes."""
    name = st.selectbox(
        "From the list", list(TARGETS), None, key=f"{key}_example", placeholder="Examples", on_change=_take,
        args=(key,), format_func=lambda name: TARGETS[name].label, label_visibility="collapsed",
    )  # fmt: skip
    if name is not None and TARGETS[name].text == st.session_state.get(f"{key}_f"):
        st.caption(TARGETS[name].lesson)


def _take(key: str) -> None:
    name = st.session_state[f"{key}_example"]
    if name is not None:
        low, high = TARGETS[name].interval
        st.session_state.update({f"{key}_f": TARGETS[name].text, f"{key}_a": low, f"{key}_b": high})


def check_interval(a: float, b: float) -> tuple[float, float]:
    """The interval [a, b]; ValueError, in words, if it is upside down, too narrow or too wide."""
    if not a < b:
        raise ValueError(f"K must go from a smaller to a larger number; it goes from {a:g} to {b:g}")
    width, size = b - a, max(abs(a), abs(b))
    if width < NARROWEST or width < 1e-6 * size:
        raise ValueError(
            f"K is {width:g} wide at {a:g}: too narrow to draw; it must be at least {NARROWEST:g} wide"
        )
    if size > WIDEST:
        raise ValueError(f"K reaches to {size:g}; at most {WIDEST:g} is drawn")
    return a, b
