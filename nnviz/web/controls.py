"""Draw controls whose values are in the link, so that a copied address shows the same thing.

Streamlit keeps a bound value in the address under its key, leaves defaults out, and removes what the control would not
accept (`nnviz.web.links` says so). A choice of a menu is in the address by its key (`nnviz.web.choices`). Keys begin
with the letters of their page, so that pages do not share values by accident.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, Literal

import streamlit as st

from nnviz.charts.theme import BEST
from nnviz.losses import Hyperparameter, Loss
from nnviz.web import links, text
from nnviz.web.choices import Choice, take_from_link, write_into_link
from nnviz.web.drag_updates import dragged_value
from nnviz.web.wording import show_count


def slider(
    label: str,
    low: float,
    high: float,
    default: float,
    step: float,
    *,
    key: str,
    help: str | None = None,
    on_change: Callable[[], None] | None = None,
    format: str | None = None,
) -> float:
    """Draw a slider for a number in [low, high]. A value outside, after the range has changed, moves to its end."""
    links.note_range(key, low, high)
    kept = st.session_state.get(key, default)
    if not low <= kept <= high:  # only then, because setting a value ends a drag
        st.session_state[key] = min(max(kept, low), high)
    value: float = st.slider(
        label,
        low,
        high,
        default,
        step,
        key=key,
        help=help,
        on_change=on_change or "rerun",
        format=format,
        bind="query-params",
    )
    return min(max(dragged_value(key, value), low), high)


def int_slider(
    label: str, low: int, high: int, default: int, *, key: str, step: int = 1, help: str | None = None
) -> int:
    """Draw a slider for a whole number in [low, high]. A value outside of a changed range moves to its end."""
    links.note_range(key, low, high)
    kept = st.session_state.get(key, default)
    if not low <= kept <= high:  # only then, because setting a value ends a drag
        st.session_state[key] = min(max(kept, low), high)
    value: int = st.slider(label, low, high, default, step, key=key, help=help, bind="query-params")
    return round(min(max(dragged_value(key, value), low), high))


def mark_slider(key: str, share: float, words: str) -> None:
    """Mark a place on the slider with that key by a triangle below it, and words beside that.

    share: of the way from its left end. words: our own, without quotes.

    Write what the mark means beside the slider, too, because a screen reader does not say it.
    """
    at = f"calc(6px + (100% - 12px) * {share:.5f})"
    aside = f"left: calc({at} + 0.6rem)" if share < 0.6 else f"right: calc(100% - {at} + 0.6rem)"
    look = f"position: absolute; top: 3.35rem; color: {BEST}; font-size: 0.8rem; font-weight: 600"
    st.html(
        f"<style>@media screen {{.st-key-{key} {{position: relative}} .st-key-{key}::before, .st-key-{key}::after "
        f"{{{look}; white-space: nowrap; pointer-events: none}} .st-key-{key}::before {{content: '▲'; left: {at}; "
        f"transform: translateX(-50%)}} .st-key-{key}::after {{content: '{words}'; {aside}}}}}</style>"
    )


def number_input(
    label: str,
    default: float,
    *,
    key: str,
    help: str | None = None,
    format: str = "%g",
    width: int | Literal["stretch"] = "stretch",
) -> float:
    """Draw a box for any number; an empty box means the default."""
    value = st.number_input(
        label, value=default, key=key, help=help, format=format, width=width, bind="query-params"
    )
    return default if value is None else float(value)


def count_input(label: str, most: int, *, key: str, default: int = 0) -> int:
    """Draw a box for a whole number from 0 to ``most``, with buttons for one more and one less.

    Its state is a float, because Streamlit fails if the link sets a whole number to infinity. Others are rounded,
    so that the box shows the number that is used.
    """
    kept = st.session_state.get(key, 0.0)
    if isinstance(kept, float) and math.isfinite(kept) and kept != round(kept):
        st.session_state[key] = float(round(kept))
    value = st.number_input(
        label, 0.0, float(most), float(default), 1.0, format="%.0f", key=key, bind="query-params"
    )
    return round(value) if math.isfinite(value) else default


def select_int(
    label: str,
    options: Sequence[int],
    default: int,
    *,
    key: str,
    name: Callable[[int], str] = show_count,
) -> int:
    """Draw a list of a few whole numbers. name: what the list calls a number."""
    choice = Choice(key, {str(option): option for option in options}, (str(default),))
    take_from_link(choice)
    value: int = st.selectbox(
        label,
        options,
        list(options).index(default),
        key=key,
        format_func=name,
        persist_state="session",
    )
    write_into_link(choice, value)
    return value


def select_option(
    label: str,
    options: Mapping[str, str],
    default: str,
    *,
    key: str,
    help: str | None = None,
    on_change: Callable[[], None] | None = None,
    width: int | Literal["stretch"] = "stretch",
) -> str:
    """Draw a list of options, key in the link -> label, and return the key of the chosen one."""
    choice = Choice(key, dict(zip(options, options, strict=True)), (default,))
    take_from_link(choice)
    name: str = st.selectbox(
        label,
        list(options),
        list(options).index(default),
        key=key,
        help=help,
        on_change=on_change or "rerun",
        format_func=options.__getitem__,
        width=width,
        persist_state="session",
    )
    write_into_link(choice, name)
    return name


def select_registered(
    label: str,
    registry: Mapping[str, Any],
    default: str,
    *,
    key: str,
    help: str | None = None,
    on_change: Callable[[], None] | None = None,
) -> str:
    """Draw a list of the records of ``registry`` by their labels, and return the name of the chosen one."""
    return select_option(label, options_of(registry), default, key=key, help=help, on_change=on_change)


def options_of(registry: Mapping[str, Any]) -> dict[str, str]:
    """Return the name of each record of a registry -> its label."""
    return {name: record.label for name, record in registry.items()}


def multi_select(label: str, options: Mapping[str, str], default: Sequence[str], *, key: str) -> list[str]:
    """Draw options, key in the link -> label, side by side; return the keys of the chosen ones in their order."""
    choice = Choice(key, dict(zip(options, options, strict=True)), tuple(default), several=True)
    take_from_link(choice)
    chosen = st.pills(
        label,
        list(options),
        selection_mode="multi",
        default=list(default),
        key=key,
        format_func=options.__getitem__,
        persist_state="session",
        wrap=True,
    )
    write_into_link(choice, chosen)
    return [name for name in options if name in (chosen or ())]


def segmented(
    label: str,
    options: Mapping[str, str],
    default: str,
    *,
    key: str,
    on_change: Callable[[], None] | None = None,
    is_label_shown: bool = False,
) -> str:
    """Draw options, key in the link -> label, side by side; return the key of the one that is chosen."""
    choice = Choice(key, dict(zip(options, options, strict=True)), (default,))
    take_from_link(choice)
    chosen: str | None = st.segmented_control(
        label,
        list(options),
        default=default,
        key=key,
        format_func=options.__getitem__,
        persist_state="session",
        required=True,
        on_change=on_change or "rerun",
        label_visibility="visible" if is_label_shown else "collapsed",
        wrap=True,
    )
    write_into_link(choice, chosen or default)
    return chosen or default


def log_slider(
    label: str, low: int, high: int, default: float, *, key: str, help: str | None = None
) -> float:
    """Draw a slider over 1, 2 and 5 times the powers of ten from 10^low to 10^high, such as a learning rate."""
    return step_slider(label, log_steps(low, high), default, key=key, help=help)


def step_slider(
    label: str, options: Sequence[float], default: float, *, key: str, help: str | None = None
) -> float:
    """Draw a slider over a few numbers. Its live value is the position of the number among them."""
    links.note_options(key, (f"{option:g}" for option in options))
    # Streamlit takes floats within 5e-12 for equal when it searches for the default; a fraction is compared exactly.
    exact: Any = Fraction(default)
    value: float = st.select_slider(
        label, options, exact, key=key, help=help, format_func=lambda v: f"{v:g}", bind="query-params"
    )
    links.mark_used(key, f"{value:g}")
    place = round(dragged_value(key, options.index(value)))
    return options[min(max(place, 0), len(options) - 1)]


def log_steps(low: int, high: int, mantissas: Sequence[float] = (1, 2, 5)) -> list[float]:
    """Return the mantissas, from 1 to below 10, times the powers of ten from 10^low on, and 10^high."""
    steps = [float(f"{mantissa:g}e{exponent}") for exponent in range(low, high) for mantissa in mantissas]
    return [*steps, float(f"1e{high}")]


def nearest_step(steps: Sequence[float], value: float) -> float:
    """Return the step whose ratio to a value is nearest to 1; steps are in order, and steps and value are above 0."""
    place = bisect_left(steps, value)
    beside = steps[max(place - 1, 0) : place + 1]
    return min(beside, key=lambda step: abs(math.log(step / value)))


def fine_slider(
    label: str,
    domain: tuple[float, float],
    *,
    key: str,
    on_change: Callable[[], None] | None = None,
    default: float = 0.0,
) -> float:
    """Draw a slider over about ``domain`` in 200 to 500 round steps; a ``default`` outside moves to the end."""
    step, (low, high) = round_step((domain[1] - domain[0]) / 200), fine_range(domain)
    return slider(
        label, low, high, min(max(default, low), high), step, key=key, on_change=on_change, format="%.4g"
    )


def fine_range(domain: tuple[float, float]) -> tuple[float, float]:
    """Return the ends of the slider that ``fine_slider`` draws over a domain."""
    step = round_step((domain[1] - domain[0]) / 200)
    return math.floor(domain[0] / step) * step, math.ceil(domain[1] / step) * step


def round_step(about: float) -> float:
    """Return the largest of 1, 2 and 5 times a power of ten that is at most ``about``."""
    power = 10.0 ** math.floor(math.log10(about))
    return max(step * power for step in (1, 2, 5) if step * power <= about * (1 + 1e-9))


@contextmanager
def lazy_popover(
    label: str,
    key: str,
    keys: Sequence[str],
    *,
    icon: str | None = None,
    width: int | Literal["content", "stretch"] = "content",
) -> Iterator[bool]:
    """Draw a popover whose controls, with the keys ``keys``, are drawn once it has been opened or the link sets one.

    Yields whether they are to be drawn; otherwise all of them have their defaults.
    """
    popover = st.popover(label, key=key, on_change="rerun", icon=icon, width=width)
    linked = any(name in st.session_state or name in st.query_params for name in keys)
    with popover:
        yield bool(popover.open) or linked


def set_controls(values: Mapping[str, Any]) -> None:
    """Set controls, on or off the page, to these values by key. Call it in a callback.

    Streamlit 1.67 writes the number of a slider that the next run draws for the first time into the link, but a run too
    late.
    """
    for key, value in values.items():
        if key not in st.session_state and isinstance(value, int | float):
            st.query_params[key] = f"{value:.15g}"
    st.session_state.update(values)


def loss_settings(loss: Loss, *, key: str) -> dict[str, float]:
    """Draw a slider for each hyperparameter of a loss, and return name -> value."""
    return {
        name: _hyperparameter(name, setting, f"{key}_{name}")
        for name, setting in loss.hyperparameters.items()
    }


def _hyperparameter(name: str, setting: Hyperparameter, key: str) -> float:
    """Draw a slider from a twentieth of the range to a twentieth before its end."""
    high = setting.high if math.isfinite(setting.high) else 2.0 * math.ceil(setting.default)
    step = high / 20
    label = text.hyperparameter(name, setting.meaning)
    return slider(label, step, high - step, setting.default, step / 10, key=key)
