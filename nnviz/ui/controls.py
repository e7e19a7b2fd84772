"""Controls whose values are in the link, so that a copied address shows the same thing.

Streamlit keeps a bound value in the address under its key, leaves defaults out, and drops what the control
would not accept. Keys begin with the page's letters, so pages do not share values by accident.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st


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
    """A number in [low, high]."""
    value: float = st.slider(
        label, low, high, default, step, key=key, help=help, on_change=on_change or "rerun", format=format,
        bind="query-params",
    )  # fmt: skip
    return value


def whole(
    label: str, low: int, high: int, default: int, *, key: str, step: int = 1, help: str | None = None
) -> int:
    """A whole number in [low, high], by a slider."""
    value: int = st.slider(label, low, high, default, step, key=key, help=help, bind="query-params")
    return value


def number(label: str, default: float, *, key: str, help: str | None = None, format: str = "%g") -> float:
    """Any number, typed."""
    value = st.number_input(label, value=default, key=key, help=help, format=format, bind="query-params")
    return default if value is None else float(value)


def power(label: str, low: int, high: int, default: float, *, key: str, help: str | None = None) -> float:
    """1, 2 or 5 times a power of ten between 10^low and 10^high, such as a learning rate."""
    steps = [float(f"{mantissa}e{exponent}") for exponent in range(low, high) for mantissa in (1, 2, 5)]
    steps.append(float(f"1e{high}"))
    value: float = st.select_slider(
        label, steps, default, key=key, help=help, format_func=lambda v: f"{v:g}", bind="query-params"
    )
    return value


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


def several(label: str, registry: Mapping[str, Any], default: list[str], *, key: str) -> list[str]:
    """Names of `registry` in its order, shown by the labels of their records."""
    chosen = st.pills(
        label, list(registry), selection_mode="multi", default=default, key=key,
        format_func=lambda name: registry[name].label, bind="query-params",
    )  # fmt: skip
    return [name for name in registry if name in (chosen or ())]
