import base64
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.expressions import parse
from nnviz.targets import Drawing, read_drawing, trace
from tests.cases import each

FLAT = Drawing(-1.0, 1.0, -1.5, 1.5, (0, 2048, 4095))
CODES = st.lists(st.integers(0, 4095), min_size=2, max_size=65)
NUMBERS = st.floats(-1e3, 1e3)


@given(CODES, NUMBERS, st.floats(1e-3, 1e3), NUMBERS, st.floats(1e-3, 1e3))
def test_a_drawing_survives_its_text(
    codes: list[int], a: float, wide: float, low: float, tall: float
) -> None:
    drawing = Drawing(a, a + wide, low, low + tall, tuple(codes))
    assert read_drawing(drawing.text) == drawing


@given(st.lists(st.integers(0, 4095), min_size=2, max_size=64).filter(lambda codes: len(codes) % 2 == 0))
def test_the_heights_are_base64url_of_twelve_bits_each(codes: list[int]) -> None:
    bits = "".join(f"{code:012b}" for code in codes)
    packed = int(bits, 2).to_bytes(len(bits) // 8, "big")
    text = Drawing(0.0, 1.0, 0.0, 1.0, tuple(codes)).text
    assert base64.urlsafe_b64decode(text.rsplit("~", 1)[1]) == packed


def test_a_drawing_is_short_and_needs_no_escapes_in_a_link() -> None:
    text = trace(parse("sin(20x^2)"), (-1.0, 1 / 3)).text
    assert len(text) < 180
    assert all(sign.isalnum() or sign in "-._~" for sign in text)  # unreserved, RFC 3986 section 2.3


def test_the_function_goes_through_the_knots() -> None:
    f = FLAT.function
    np.testing.assert_allclose(f([-1, 0, 1]), [-1.5, -1.5 + 3 * 2048 / 4095, 1.5])
    assert f.interval == (-1.0, 1.0)


@each("text", ["sin(2πx)", "|x|", "1/(1 + 25x^2)", "1e5 x", "3", "√x", "1/x"])
def test_a_trace_is_as_near_as_the_pad_can_show(text: str) -> None:
    f = parse(text)
    drawing = trace(f, (-1.0, 1.0))
    y = f(drawing.knots)
    seen = np.isfinite(y)
    np.testing.assert_allclose(drawing.values[seen], y[seen], atol=(drawing.high - drawing.low) / 4095)
    assert drawing.low < drawing.values.min()
    assert drawing.values.max() < drawing.high


@each(
    "text",
    ["", "nonsense", "-1~1~-1.5~1.5~", "-1~1~-1.5~1.5~A", "-1~1~-1.5~1.5~AA", "-1~1~-1.5~1.5~A?AA",
     "-1~1~-1.5~AAAA", "x~1~0~1~AAAA", "-1~1~-1.5~1.5~" + "AA" * 66, "1~-1~0~1~AAAA", "0~1~1~1~AAAA",
     "nan~1~0~1~AAAA", "0~inf~0~1~AAAA", "0~1e300~0~1~AAAA", "0~1e-300~0~1~AAAA", "1~2~0~1~AA\nAA"],
)  # fmt: skip
def test_text_that_is_no_drawing_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"drawing|must") as caught:
        read_drawing(text)
    assert len(str(caught.value)) > 20


@each("codes", [(1,), tuple(range(66)), (0, -1), (0, 4096), (0, 1.5), (0, "1")])
def test_heights_that_are_none_are_refused(codes: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=r"knots|whole numbers"):
        Drawing(0.0, 1.0, 0.0, 1.0, codes)


def test_a_function_without_values_cannot_be_traced() -> None:
    with pytest.raises(ValueError, match="no finite value"):
        trace(parse("log(-1 - x^2)"), (-1.0, 1.0))
