"""Choose the learning rates of a slider for gradient descent on a line; they follow the data."""

import math

from nnviz.lessons.linear_regression.shared.view import LineLoss
from nnviz.web.controls import log_steps, nearest_step

RATES = (-8, 1)  # powers of ten; lower ones where the data call for them
RATE = 0.05  # where it is small enough
NEAR = 100.0  # a learning rate that the slider no longer has moves to the nearest one up to so many times as large


def learning_rates(loss: LineLoss) -> list[float]:
    """Return the learning rates of the slider, which reach below the largest stable one, 2/λmax, and contain it.

    It is rounded down to three digits, so that it is stable.
    """
    critical = loss.sizes.critical
    power = math.floor(math.log10(critical))
    largest = float(f"{math.floor(critical / 10.0 ** (power - 2))}e{power - 2}")
    return sorted({*log_steps(min(RATES[0], power - 2), RATES[1]), largest})


def default_rate(loss: LineLoss) -> float:
    """Return the largest learning rate of the slider that is at most RATE and at most 1/λmax, or its smallest."""
    rates = learning_rates(loss)
    return max([rate for rate in rates if rate <= min(RATE, loss.sizes.monotone)], default=rates[0])


def keep_rate(rate: float, loss: LineLoss) -> float:
    """Return the learning rate of the slider that is nearest as a ratio; if that is far away, the default.

    A dragged point hardly changes the learning rates of the slider. Another table may have others altogether.
    """
    nearest = nearest_step(learning_rates(loss), rate)
    return nearest if max(nearest / rate, rate / nearest) <= NEAR else default_rate(loss)
