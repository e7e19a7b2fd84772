"""Find the constant with the smallest mean loss: the statistic that a loss estimates."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnviz._checks import argument_error, check_finite, check_one_of, check_shape
from nnviz._types import Array
from nnviz.losses.losses import LOSSES


def mean_losses(c: ArrayLike, y: ArrayLike, loss: str, settings: Mapping[str, float]) -> Array:
    """Return 1/n Σ ℓ(c, yᵢ) at each constant c (m,), for numbers y (n,)."""
    constants, target = np.asarray(c, dtype=np.float64), np.asarray(y, dtype=np.float64)
    known = LOSSES[loss].complete(settings)
    return np.asarray(LOSSES[loss].formulas.value(constants[:, None], target, **known).mean(axis=1))


class MovedConstants(NamedTuple):
    """Hold what the best constant does while one of n numbers moves over values c (m,), evenly spaced by h.

    others: (m,) what the other numbers add to the mean loss of the constants c. one: (2m − 1,) what the moved one adds,
    where a constant is so far above it: −(m − 1) h … (m − 1) h. best: (m,) the best constant while it is at each c.
    """

    c: Array
    others: Array
    one: Array
    best: Array


def best_constant(y: ArrayLike, loss: str, settings: Mapping[str, float] | None = None) -> float:
    """Return the constant c with the smallest 1/n Σ ℓ(c, yᵢ) for numbers y (n,); one of them if several share it.

    The search starts at the best of the numbers and of 2001 values between the smallest and the largest, and goes on by
    thirds up to the next of these values. For a loss that is not convex this finds the lowest of the minima wider than
    the grid. ValueError for a loss that is not for numbers, or no numbers.
    """
    target = np.asarray(y, dtype=np.float64)
    _check(target, loss)
    return float(_least(target[None], loss, settings or {}, 2001)[0])


def moved_constants(
    y: ArrayLike, c: ArrayLike, loss: str, settings: Mapping[str, float] | None = None
) -> MovedConstants:
    """Return the best constant of numbers y (n − 1,) and one more, which takes the evenly spaced values c (m,) in turn.

    As `best_constant`, on a grid of 401 values. ValueError as there, and for values c that are not evenly spaced.
    """
    others, places, given = np.asarray(y, dtype=np.float64), np.asarray(c, dtype=np.float64), settings or {}
    _check(others, loss)
    steps = np.diff(places)
    if steps.size == 0 or not np.allclose(steps, steps[0]) or steps[0] <= 0:
        raise argument_error("c", "two or more evenly spaced, rising numbers", places)
    n, m = others.size + 1, places.size
    all_numbers = np.column_stack([np.tile(others, (m, 1)), places])
    errors = steps[0] * np.arange(1 - m, m)
    return MovedConstants(
        places,
        mean_losses(places, others, loss, given) * (n - 1) / n,
        mean_losses(errors, [0.0], loss, given) / n,
        _least(all_numbers, loss, given, 401),
    )


def _check(target: Array, loss: str) -> None:
    check_one_of("loss", loss, LOSSES.where(lambda known: known.task == "regression"))
    check_shape("y", target, "(n,) with n ≥ 1", target.ndim == 1 and target.size > 0)
    check_finite("y", target)


def _least(target: Array, loss: str, settings: Mapping[str, float], size: int) -> Array:
    """Return for each row of numbers (k, n) the constant (k,) of smallest mean loss, from a grid and the numbers."""
    known, rows = LOSSES[loss].complete(settings), np.arange(len(target))

    def mean_loss(c: Array) -> Array:
        return np.asarray(LOSSES[loss].formulas.value(c[..., None], target[:, None], **known).mean(axis=-1))

    even = np.linspace(target.min(axis=1), target.max(axis=1), size, axis=-1)
    grid = np.concatenate([even, target], axis=1)
    best, wide = grid[rows, mean_loss(grid).argmin(axis=1)], even[:, 1] - even[:, 0]
    low, high = best - wide, best + wide
    for _ in range(100):
        one, two = (2 * low + high) / 3, (low + 2 * high) / 3
        left, right = mean_loss(np.column_stack([one, two])).T
        low, high = np.where(left <= right, low, one), np.where(left <= right, two, high)
    return np.asarray((low + high) / 2)
