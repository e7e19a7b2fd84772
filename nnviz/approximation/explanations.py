"""Explain why no network can be found: the fact about f, for the app, and with advice, for error messages."""

from math import inf
from typing import Final

from nnviz._types import Bounds
from nnviz.approximation.discontinuities import Obstacle, ObstacleKind, find_obstacle
from nnviz.expressions.nodes import write_number
from nnviz.targets.convert import Target

_BECAUSE: Final = {
    "/": "The formula divides by 0 there.",
    "mod": "The formula takes a remainder modulo 0 there.",
    "^": "The formula takes a power of a negative number with a fractional exponent there, or divides by 0.",
    "sqrt": "The square root of a negative number is not a real number.",
    **dict.fromkeys(("log", "log2", "log10"), "The logarithm is defined for numbers above 0 only."),
    "log1p": "log1p(u) is defined for u above -1 only.",
    **dict.fromkeys(("asin", "acos"), "The arcsine and the arccosine are defined from -1 to 1 only."),
    "acosh": "The inverse hyperbolic cosine is defined from 1 on only.",
    "atanh": "The inverse hyperbolic tangent is defined between -1 and 1 only.",
}
"""Why a part of a formula has no value, by the name of its function."""


def check_bounded(f: Target, interval: Bounds) -> None:
    """Raise ValueError if f has a pole in K, or points without a value.

    Jumps, and oscillations without a limit, raise no error. Such functions can be approximated, but not for every ε.
    """
    obstacle = find_obstacle(f, interval, inf)
    if obstacle is not None:
        raise ValueError(explain(obstacle, inf))


def explain(obstacle: Obstacle, epsilon: float) -> str:
    """Return sentences that say why no network is within ε of f on K, and what the user can do."""
    return f"{describe(obstacle)} {_advise(obstacle, epsilon)}"


def describe(obstacle: Obstacle) -> str:
    """Return sentences that say which condition of the theorem f violates on K, and where."""
    kind, x = obstacle.kind, f"{obstacle.x:.6g}"
    if kind is ObstacleKind.POLE:
        return f"f is unbounded near x = {x}, and every network is bounded on K."
    if kind is ObstacleKind.JUMP:
        return (
            f"f jumps by {obstacle.size:.6g} at x = {x}. A network of continuous units cannot jump, so its sup norm "
            f"error is at least half of the jump, {obstacle.size / 2:.6g}."
        )
    if kind is ObstacleKind.HOLE:
        tends = "both sides tend" if obstacle.sides == 2 else "it tends"
        limit = f"to {obstacle.limit:.6g}" if _limit_is_known(obstacle) else f"to about {obstacle.limit:.4g}"
        return f"f is not defined at x = {x}, but {tends} {limit} there."
    if kind is ObstacleKind.NO_LIMIT:
        return (
            f"f has no limit at x = {x}. It oscillates, so it is not continuous there. Its values near x = {x} differ "
            f"by {obstacle.size:.4g}, so the error of a continuous network is at least {obstacle.size / 2:.4g}."
        )
    return _describe_part(obstacle)


def _limit_is_known(hole: Obstacle) -> bool:
    """Return whether the limit at a hole is certain enough to be written as the value there."""
    return hole.proved or (hole.limit == 0 and float(f"{hole.x:.6g}") == hole.x)


def _describe_part(obstacle: Obstacle) -> str:
    """Return the description of a point or a part of K where f has no finite value."""
    single = obstacle.kind is ObstacleKind.NO_VALUE or obstacle.x == obstacle.until
    where = f"at x = {obstacle.x:.6g}" if single else f"from x = {obstacle.x:.6g} to {obstacle.until:.6g}"
    if obstacle.kind is ObstacleKind.OVERFLOW:
        return f"f is beyond the largest number, 1.8e308, {where}."
    if obstacle.kind is ObstacleKind.NOT_COMPUTABLE:
        return (
            f"f cannot be computed {where}. A part of its formula is beyond the largest number, 1.8e308, or so near to "
            "0 that it counts as 0."
        )
    because = f" {_BECAUSE[obstacle.part]}" if obstacle.part in _BECAUSE else ""
    return f"f is not defined {where}.{because}"


def _advise(obstacle: Obstacle, epsilon: float) -> str:
    """Return what the user can do about an obstacle."""
    kind, x = obstacle.kind, f"{obstacle.x:.6g}"
    if kind is ObstacleKind.POLE:
        side = obstacle.undefined_side
        undefined = f"To the {side} of x = {x}, f is not defined. " if side else ""
        other = {"left": "lies to the right of", "right": "lies to the left of", "": "does not contain"}
        return f"So no network reaches any ε. {undefined}Choose an interval that {other[side]} {x}."
    if kind is ObstacleKind.JUMP:
        half = f"{obstacle.size / 2:.6g}"
        return (
            f"This is not below ε = {epsilon:g}. Choose ε above {half}, use the root mean square error, or choose K "
            f"without {x}."
        )
    if kind is ObstacleKind.HOLE and _limit_is_known(obstacle):
        limit = write_number(obstacle.limit)
        return f"To give f this value, write where(x == {write_number(obstacle.x)}, {limit}, …)."
    if kind is ObstacleKind.HOLE:
        return f"Write f in another way, or choose an interval without {x}."
    if kind is ObstacleKind.NO_LIMIT and epsilon < inf:
        return f"This is not below ε = {epsilon:g}. Choose an interval without {x}."
    if kind in (ObstacleKind.NO_LIMIT, ObstacleKind.NO_VALUE):
        return f"Choose an interval without {x}."
    return {
        ObstacleKind.OVERFLOW: "Choose a smaller interval.",
        ObstacleKind.NOT_COMPUTABLE: "Write f in another way, or choose a smaller interval.",
    }.get(kind, "Choose an interval on which f is defined.")
