"""Controls whose values are in the link, so that a copied address shows the same thing.

Streamlit keeps a bound value in the address under its key, leaves defaults out, and drops what the control
would not accept. Keys begin with the page's letters, so pages do not share values by accident.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import streamlit as st

from nnviz.learning import Loss, Setting
from nnviz.ui.hand import under_hand


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
    """A number in [low, high]; a value that lies outside since the range has changed moves to its end."""
    kept = st.session_state.get(key, default)
    if not low <= kept <= high:  # a value that is set takes the slider out of a hand that holds it
        st.session_state[key] = min(max(kept, low), high)
    value: float = st.slider(
        label, low, high, default, step, key=key, help=help, on_change=on_change or "rerun", format=format,
        bind="query-params",
    )  # fmt: skip
    return min(max(under_hand(key, value), low), high)


def whole(
    label: str, low: int, high: int, default: int, *, key: str, step: int = 1, help: str | None = None
) -> int:
    """A whole number in [low, high], by a slider."""
    value: int = st.slider(label, low, high, default, step, key=key, help=help, bind="query-params")
    return round(min(max(under_hand(key, value), low), high))


def number(
    label: str, default: float, *, key: str, help: str | None = None, format: str = "%g",
    width: int | Literal["stretch"] = "stretch",
) -> float:  # fmt: skip
    """Any number, typed."""
    value = st.number_input(
        label, value=default, key=key, help=help, format=format, width=width, bind="query-params"
    )
    return default if value is None else float(value)


def choose(label: str, options: Sequence[int], default: int, *, key: str) -> int:
    """One of a few whole numbers."""
    value: int = st.selectbox(
        label,
        options,
        list(options).index(default),
        key=key,
        format_func=lambda n: f"{n:,}",
        bind="query-params",
    )
    return value


def power(label: str, low: int, high: int, default: float, *, key: str, help: str | None = None) -> float:
    """1, 2 or 5 times a power of ten between 10^low and 10^high, such as a learning rate."""
    return one_in_a_row(label, powers(low, high), default, key=key, help=help)


def one_in_a_row(
    label: str, options: Sequence[float], default: float, *, key: str, help: str | None = None
) -> float:
    """One of a few numbers, by a slider."""
    value: float = st.select_slider(
        label, options, default, key=key, help=help, format_func=lambda v: f"{v:g}", bind="query-params"
    )
    place = round(under_hand(key, options.index(value)))
    return options[min(max(place, 0), len(options) - 1)]


def powers(low: int, high: int) -> list[float]:
    """1, 2 and 5 times the powers of ten from 10^low to 10^high."""
    steps = [float(f"{mantissa}e{exponent}") for exponent in range(low, high) for mantissa in (1, 2, 5)]
    return [*steps, float(f"1e{high}")]


def choice(
    label: str, registry: Mapping[str, Any], default: str, *, key: str, help: str | None = None,
    on_change: Callable[[], None] | None = None,
) -> str:  # fmt: skip
    """A name of `registry`, shown by the label of its record."""
    names = list(registry)
    name: str = st.selectbox(
        label, names, names.index(default), key=key, help=help, on_change=on_change or "rerun",
        format_func=lambda name: registry[name].label, bind="query-params",
    )  # fmt: skip
    return name


def one_of(label: str, options: Sequence[str], default: str | None, *, key: str) -> str:
    """One of a few words side by side; with no default, none may be chosen, and it is empty."""
    chosen: str | None = st.segmented_control(
        label, options, default=default, key=key, bind="query-params", required=default is not None,
        label_visibility="collapsed", wrap=True,
    )  # fmt: skip
    return chosen or ""


def several(label: str, registry: Mapping[str, Any], default: list[str], *, key: str) -> list[str]:
    """Names of `registry` in its order, shown by the labels of their records."""
    chosen = st.pills(
        label, list(registry), selection_mode="multi", default=default, key=key,
        format_func=lambda name: registry[name].label, bind="query-params", wrap=True,
    )  # fmt: skip
    return [name for name in registry if name in (chosen or ())]


def fine_slider(
    label: str, domain: tuple[float, float], *, key: str, on_change: Callable[[], None] | None = None
) -> float:
    """A number in about `domain`, in 200 to 500 round steps; 0 where the slider begins."""
    step = round_step((domain[1] - domain[0]) / 200)
    low, high = math.floor(domain[0] / step) * step, math.ceil(domain[1] / step) * step
    return slider(
        label, low, high, min(max(0.0, low), high), step, key=key, on_change=on_change, format="%.4g"
    )


def round_step(about: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not above `about`."""
    power = 10.0 ** math.floor(math.log10(about))
    return max(step * power for step in (1, 2, 5) if step * power <= about * (1 + 1e-9))


def count(label: str, most: int, *, key: str, default: int = 0) -> int:
    """A whole number from 0, typed or counted up by buttons.

    Its state is a float: of a whole one in the link, Streamlit fails on infinity.
    """
    value = st.number_input(
        label, 0.0, float(most), float(default), 1.0, format="%.0f", key=key, bind="query-params"
    )
    return int(value) if math.isfinite(value) else default


@contextmanager
def seldom(
    label: str, key: str, keys: Sequence[str], *, icon: str | None = None,
    width: int | Literal["content", "stretch"] = "content",
) -> Iterator[bool]:  # fmt: skip
    """A popover whose controls `keys` are sent to the browser once it has been opened, or the link sets one of them.

    Gives whether they are to be drawn; else all of them stand at their defaults.
    """
    opened = st.popover(label, key=key, on_change="rerun", icon=icon, width=width)
    with opened:
        yield bool(opened.open) or any(one in st.session_state or one in st.query_params for one in keys)


def loss_settings(loss: Loss, *, key: str) -> dict[str, float]:
    """A slider for each setting of a loss, from a twentieth of its range on; name -> value."""
    return {name: _setting(name, setting, f"{key}_{name}") for name, setting in loss.hyperparameters.items()}


def _setting(name: str, setting: Setting, key: str) -> float:
    high = setting.high if math.isfinite(setting.high) else 2.0 * math.ceil(setting.default)
    step = high / 20
    return slider(
        f"{name.capitalize()}: {setting.meaning}", step, high - step, setting.default, step / 10, key=key
    )
