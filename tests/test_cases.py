import numpy as np
import pytest

from tests.cases import each


def test_each_case_that_fails_is_named() -> None:
    seen: list[tuple[int, str]] = []

    @each("text", ["a", "b"], ids=str.upper)
    @each("number", [1, 2, 2])
    def claim(number: int, text: str, tmp_path: None) -> None:  # noqa: ARG001
        seen.append((number, text))
        if (number, text) == (1, "b"):
            raise ArithmeticError
        if text == "a":
            pytest.fail("a")

    with pytest.raises(ExceptionGroup, match="4 of 6 cases") as failed:
        claim(tmp_path=None)
    assert sorted(seen) == [(1, "a"), (1, "b"), (2, "a"), (2, "a"), (2, "b"), (2, "b")]
    notes = {note for error in failed.value.exceptions for note in error.__notes__}
    assert {"in the case 1-A", "in the case 1-B", "in the case 2-A"} < notes


def test_the_generator_of_a_case_depends_on_its_name_alone(rng: np.random.Generator) -> None:
    drawn: list[float] = []

    @each("name", ["a", "b"])
    def claim(name: str, rng: np.random.Generator) -> None:  # noqa: ARG001
        drawn.append(rng.random())

    claim(rng=rng)
    claim(rng=rng)
    a, b, again, _ = drawn
    assert a == again != b
