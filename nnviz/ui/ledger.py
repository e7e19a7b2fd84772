"""Plumbing of the ledger of units: the first units, what is done to them, and what is known of it."""

import math
from typing import NamedTuple

import numpy as np
import streamlit as st

from nnviz.charts import Picture
from nnviz.charts import depth as charts
from nnviz.export.inside import difference_code
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.networks.ledger import (
    OPERATIONS,
    Entry,
    Unit,
    copies,
    from_units,
    keep,
    points,
    units_of,
)
from nnviz.ui.controls import choice, number
from nnviz.ui.messages import last_good
from nnviz.ui.questions import code, notice, predict
from nnviz.ui.words import table

K = (-2.0, 2.0)
LINES = "in_ledger"  # the key of the ledger's text
FIRST_UNITS = "2 1 1\n-3 0.5 -0.8\n1.5 -1 0.6"
FIRST_LINES = "flip 1"


class Book(NamedTuple):
    """The first network, the network before the last entry, and the entries."""

    first: ShallowNetwork
    entries: list[Entry]

    @property
    def before(self) -> ShallowNetwork:
        """The network before the last entry."""
        return self.entries[-2].network if len(self.entries) > 1 else self.first

    @property
    def now(self) -> ShallowNetwork:
        """The network after the last entry."""
        return self.entries[-1].network if self.entries else self.first


def read_units(activation: str, text: str, output_bias: float) -> ShallowNetwork:
    """A network from text: one unit a line, its w, b and v; ValueError in words."""
    rows = [line.replace(",", " ").split() for line in text.splitlines() if line.strip()]
    units = []
    for line, row in enumerate(rows, 1):
        try:
            w, b, v = map(float, row)
        except ValueError as error:
            raise ValueError(
                f"line {line} of the units must be three numbers, w b v; it is: {' '.join(row)}"
            ) from error
        units.append(Unit(w, b, v))
    return from_units(activation, units, output_bias)


def first_network() -> ShallowNetwork:
    """The activation and the units that the ledger begins with."""
    activation = choice("Activation φ", ACTIVATIONS, "tanh", key="in_led_activation")
    with st.expander("The units it begins with", icon=":material/edit:"):
        text = st.text_area(
            "One unit a line: w b v",
            FIRST_UNITS,
            key="in_units",
            bind="query-params",
            max_chars=600,
            height=120,
        )
        c = number("c: output bias", 0.1, key="in_led_c")
    example = read_units("tanh", FIRST_UNITS, 0.1)
    return last_good("in_units", lambda: read_units(activation, text or "", c), example)


def book(first: ShallowNetwork) -> Book:
    """The ledger as text, and all its entries."""
    text = st.text_input(
        "The ledger: what was done, one thing after the other",
        FIRST_LINES,
        key=LINES,
        bind="query-params",
        max_chars=600,
    )
    return last_good("in_book", lambda: Book(first, keep(first, text or "", K)), Book(first, []))


def pen(width: int) -> None:
    """Choose an operation and its units, and write it into the ledger; undo; begin again."""
    what, *places = st.columns([3, 2, 2], vertical_alignment="bottom")
    with what:
        name = choice("Do this", OPERATIONS, "flip", key="in_do")
    words = [name, *_arguments(OPERATIONS[name].takes, width, places)]
    buttons = st.container(horizontal=True)
    buttons.button("Write it in", on_click=_write, args=(" ".join(words),), disabled="" in words)
    buttons.button("Undo", on_click=_undo)
    buttons.button("Begin again", on_click=_write, args=(None,))
    st.latex(OPERATIONS[name].latex)


def _arguments(takes: str, width: int, places: list) -> list[str]:  # type: ignore[type-arg]
    if takes == "numbers":
        text = places[0].text_input("w b v", "1 0 0.5", key="in_new", max_chars=60)
        return (text or "").split() or [""]
    units = list(range(1, width + 1))
    one = places[0].selectbox("unit", units, key=f"in_unit_of_{width}")
    if takes == "unit":
        return [str(one or "")]
    if takes == "pair":
        other = places[1].selectbox(
            "and unit", units, min(1, width - 1) if width else None, key=f"in_other_of_{width}"
        )
        return [str(one or ""), str(other or "")]
    factor = places[1].number_input("α", 0.01, 100.0, 2.0, key="in_factor")
    return [str(one or ""), f"{factor:g}"]


def _write(line: str | None) -> None:
    lines = [part.strip() for part in st.session_state[LINES].split(";") if part.strip()]
    st.session_state[LINES] = "; ".join([*lines, line]) if line is not None else ""


def _undo() -> None:
    st.session_state[LINES] = "; ".join(st.session_state[LINES].split(";")[:-1]).strip()


def picture(shown: Book) -> Picture:
    """The function before and after the last entry, on K."""
    x = points(K, shown.before, shown.now)
    with np.errstate(all="ignore"):
        before, after = shown.before(x), shown.now(x)
    seen = np.concatenate([before, after])
    high = min(max(4.0, math.ceil(1.15 * float(np.abs(seen[np.isfinite(seen)]).max(initial=0)))), 1e6)
    centres = np.array([unit.centre for unit in units_of(shown.now)])
    return charts.ledger(x, before, after, centres, (K, (-float(high), float(high))))


def verdict(shown: Book) -> None:
    """What theory promises of the last entry, and what was measured."""
    if not shown.entries:
        if st.session_state[LINES].strip():
            return  # what cannot be read is said below
        st.info("The ledger is empty. Do something to a unit, and see whether the function notices.")
        return
    entry = shown.entries[-1]
    measured = f"Largest |after − before|: **{entry.change:.2g}**, measured at {entry.points:,} points of K = [−2, 2]"
    if entry.same:
        title = "**The same function.**" if entry.claim.where == "everywhere" else "**The same on K.**"
        rounded = ": rounding" if entry.change else ""
        st.success(f"{title} {entry.claim.reason} {measured}{rounded}.", icon=":material/equal:")
    else:
        st.warning(f"**Another function.** {entry.claim.reason} {measured}.", icon=":material/difference:")


def unit_table(shown: Book) -> str:
    """The units now, in Markdown; what the last entry changed is bold."""
    before, now = units_of(shown.before), units_of(shown.now)
    old = before if len(before) == len(now) else now
    rows = [
        (
            str(j),
            *(_cell(value, value != was) for value, was in zip(unit, past, strict=True)),
            _cell(unit.centre, False),
        )
        for j, (unit, past) in enumerate(zip(now, old, strict=True), 1)
    ]
    c = shown.now.output_bias
    return table(
        "unit | w | b | v | centre −b/w", [*rows, ("c", "", "", _cell(c, c != shown.before.output_bias), "")]
    )


def _cell(value: float, bold: bool) -> str:
    text = "none" if math.isnan(value) else f"{value:.4g}".replace("-", "−")
    return f"**{text}**" if bold else text


PROMISED = {
    "everywhere": "the same",
    "almost everywhere": "the same but at the jump",
    "on K": "the same on K",
    "nowhere promised": "nothing",
}


def entry_table(shown: Book) -> str:
    """The ledger in Markdown: what was done, what is promised, what was measured since the line before and in all."""
    rows = [
        (
            f"{number}. {entry.text}",
            PROMISED[entry.claim.where],
            _change(entry.change, entry),
            _change(entry.drift, entry),
        )
        for number, entry in enumerate(shown.entries, 1)
    ]
    return table("done | promised | change | in all", rows) if rows else ""


def _change(value: float, entry: Entry) -> str:
    return f"{value:.2g}, rounding" if 0 < value <= 1e-12 * entry.size else f"{value:.3g}"


def many(network: ShallowNetwork) -> str:
    """How many settings of the weights make this function, in words."""
    number = copies(network.activation, network.width)
    if math.isinf(number):
        return "Infinitely many settings of the weights give this same function."
    if number == 1:
        return "At least this one setting of the weights gives this function."
    return f"At least {number:,.0f} settings of the weights give this same function, if its units all differ."


def words(shown: Book) -> None:
    """What to notice in the ledger, a question, and the code."""
    left, right = st.columns(2, gap="large")
    with left:
        notice(
            r"""
- **Weights are not the function.** Odd activations forgive a flip of all three signs, even ones of $w$ and $b$, ReLU a
  rescaling, and every network a swap.
- **For tanh these are all there are** (if no unit can be left out): the same function means the same units, up to swaps
  and flips (Sussmann 1992). So there are $2^N N!$ equally good minima, at least.
- **A dead unit** (a ReLU that is 0 on all of K) can go, and training cannot wake it: its derivatives are 0 on K too.
""",
            beside=True,
        )
    with right:
        predict(
            r"Under ReLU you double $w$ and $b$ of a unit. What must happen to $v$, so that the function stays?",
            ["It must be halved", "It must be doubled", "It must change its sign", "Nothing can help"],
            "It must be halved",
            r"$\max(0, 2z) = 2 \max(0, z)$: the unit doubles, and $v/2$ takes it back. Choose ReLU and `rescale`.",
            key="in_predict_ledger",
        )
        pair = shown.before, shown.now, K
        code(difference_code, *pair, key="in_code_ledger", name="ledger")
