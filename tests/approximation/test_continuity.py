"""What is continuous is proved so where enclosures can, and what is not continuous is never proved to be."""

import numpy as np

from nnviz.approximation.continuity import calm_part, examine, misses_waves
from nnviz.approximation.discontinuities import ObstacleKind
from nnviz.expressions import parse
from nnviz.targets import through
from tests.cases import all_hold

K = (-1.0, 1.0)
PROVED = (
    "sin(2πx)",
    "|x|",
    "x^2/(1 + x^2)",
    "sqrt(1 - x^2)",
    "max(x, 0.3)",
    "exp(sin(9x))",
    "5",
    "sin(10000x)",
)
BROKEN = {
    "step(x)": ObstacleKind.JUMP,
    "floor(50x)": ObstacleKind.JUMP,
    "1/x": ObstacleKind.POLE,
    "tan(100x)": ObstacleKind.POLE,
    "sin(1/x)": ObstacleKind.NO_LIMIT,
    "sin(x)/x": ObstacleKind.HOLE,
    "x^(1/3)": ObstacleKind.UNDEFINED,
    "exp(1000x)": ObstacleKind.OVERFLOW,
}


def test_what_is_continuous_is_proved() -> None:
    all_hold(_is_proved, {text: text for text in PROVED})
    assert examine(through(np.array([0.0, 1.0]), np.array([0.0, 2.0])), (0.0, 1.0)).proved


def _is_proved(text: str) -> None:
    assert examine(parse(text), K) == (None, True, None)


def test_what_is_not_continuous_is_named_and_never_proved() -> None:
    for text, kind in BROKEN.items():
        found = examine(parse(text), K)
        assert found.obstacle is not None
        assert (found.obstacle.kind, found.proved) == (kind, False), text


def test_the_part_of_k_without_the_obstacle_is_continuous() -> None:
    for text in ("1/x", "log(x)", "sqrt(x)", "tan(2x)", "sin(1/x)"):
        part = examine(parse(text), K).part
        assert part is not None
        assert examine(parse(text), part).obstacle is None, text


def test_no_obstacle_is_measured_where_the_proof_fails() -> None:
    assert examine(parse("where(x < 0, x, x^2)"), K) == (None, False, None)


def test_waves_that_a_chart_misses_are_seen_also_where_its_points_are_zeros() -> None:
    for text in ("sin(2πx)", "|x|", "step(x)", "5", "x", "sin(300x)", "sin(125πx)", "sin(12500πx)"):
        f = parse(text)
        assert misses_waves(f, K, 251) is text.startswith(("sin(3", "sin(1")), text
        part = calm_part(f, K, 251)
        assert part is not None
        assert not misses_waves(f, part, 251)
