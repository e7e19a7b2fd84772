"""What a visitor tries leaves nothing behind: the session of one who tries 60 settings does not grow."""

import dataclasses
import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.apps import healthy, open_page

TRIES = 20  # settings of each kind
SETTLED = 10  # tries until every widget of the page has been drawn
GROWTH = 0.03  # of the bytes held, for all later tries: a text or two numbers kept of each of them are more


def deep_size(value: object, seen: set[int]) -> int:
    """Bytes of ``value`` and of all that it holds, each object once."""
    if id(value) in seen or isinstance(value, type | Callable):
        return 0
    seen.add(id(value))
    size = sys.getsizeof(value)
    if isinstance(value, np.ndarray):
        return size + (0 if value.base is None else value.nbytes)
    if isinstance(value, Mapping):
        return size + sum(deep_size(part, seen) for pair in value.items() for part in pair)
    if isinstance(value, list | tuple | set | frozenset):
        return size + sum(deep_size(part, seen) for part in value)
    if dataclasses.is_dataclass(value):
        return size + sum(deep_size(getattr(value, field.name), seen) for field in dataclasses.fields(value))
    return size + deep_size(getattr(value, "__dict__", {}), seen)


def measured(app: AppTest) -> tuple[int, int]:
    """How many keys the session has, and how many bytes they hold."""
    state = app.session_state.to_dict()
    return len(state), deep_size(state, set())


def surface(number: int) -> str:
    return "1/0*" * (number % 9 == 5) + f"x^2 + {number + 1}*y^2/100 + sin({number}*x)/9"


def formula(number: int) -> str:
    return "sin(" * (number % 9 == 5) + f"cos({number + 1}*x) + x^2/{number + 1}"


def points(number: int) -> str:
    return "\n".join(f"{x} {(number * x * x + 3 * x) % 17}" for x in range(5)) + " ?" * (number % 9 == 5)


@pytest.mark.long
@pytest.mark.parametrize(
    ("page", "link", "key", "setting"),
    [
        ("gradient_descent", {"gd_surface": "typed", "gd_steps": "20"}, "gd_formula", surface),
        ("universal_approximation", {}, "ua_f", formula),
        ("linear_regression", {"lr_data": "own"}, "lr_points", points),
    ],
)
def test_a_session_does_not_grow_with_what_is_tried(
    page: str, link: dict[str, Any], key: str, setting: Callable[..., Any]
) -> None:
    app = healthy(open_page(page, **link))
    box = app.text_area if key == "lr_points" else app.text_input
    sizes = []
    for number in range(TRIES):
        healthy(box(key=key).set_value(setting(number)).run())
        sizes.append(measured(app))
    keys, held = zip(*sizes, strict=True)
    assert max(keys[SETTLED:]) == max(keys[:SETTLED])
    assert max(held[SETTLED:]) <= (1 + GROWTH) * max(held[:SETTLED]), held
