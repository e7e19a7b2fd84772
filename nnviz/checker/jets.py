"""Hold what is known of a function on a cell: its range, and the Taylor coefficients at all points of the cell.

A jet is (low, high, series, defined). ``low`` and ``high`` are exact, and all values on the cell lie between them.
``series`` has ``TERMS`` coefficients f⁽ᵏ⁾(x)/k!, as balls that hold them for every x of the cell. A coefficient is nan
where f may not have this derivative. At a kink the first coefficient holds the slopes of both sides, so the mean value
theorem holds for it (Lebourg 1975). ``defined`` says whether f is proved to have a real value at all points.
"""

from typing import Any, Final, NamedTuple

from flint import arb, arb_series, ctx

TERMS: Final = 10
BITS: Final = 192
NAN: Final = arb("nan")
ANY: Final = arb(0, "inf")


def set_precision() -> None:
    """Set the precision of Arb, which is a setting of the process."""
    ctx.prec, ctx.cap = BITS, TERMS


class Jet(NamedTuple):
    """What is known of a function on a cell; see the text of the module."""

    low: Any
    high: Any
    series: Any
    defined: bool = True

    @property
    def ball(self) -> Any:
        """A ball that holds all values."""
        return self.low.union(self.high)

    @property
    def finite(self) -> bool:
        """Whether the range is known."""
        return bool(self.low.is_finite() and self.high.is_finite())


def constant(value: Any) -> Jet:
    """Return the jet of a number, given as a ball or a rational."""
    value = arb(value)
    return Jet(value.lower(), value.upper(), arb_series([value]))


def variable(low: Any, high: Any, direction: Any = 1) -> Jet:
    """Return the jet of the variable on a cell with exact ends."""
    return Jet(low, high, arb_series([low.union(high), arb(direction)]))


def undefined() -> Jet:
    """Return the jet of a function that may have no value."""
    return Jet(ANY.lower(), ANY.upper(), rough(ANY), defined=False)


def rough(value: Any, slope: Any = NAN) -> Any:
    """Return the series of a function of which only the value, and perhaps the slope, is known."""
    return arb_series([value, slope] + [NAN] * (TERMS - 2))


def of_series(series: Any, *arguments: Jet) -> Jet:
    """Return the jet of a series; its range is that of the first coefficient."""
    value = series[0]
    if not value.is_finite():
        return undefined()
    return Jet(value.lower(), value.upper(), series, all(one.defined for one in arguments))


def between(low: Any, high: Any, series: Any, *arguments: Jet) -> Jet:
    """Return the jet of a function whose values lie between the balls ``low`` and ``high``."""
    low, high = low.lower(), high.upper()
    if not (low.is_finite() and high.is_finite()):
        return undefined()
    return Jet(low, high, with_value(series, low.union(high)), all(one.defined for one in arguments))


def with_value(series: Any, value: Any) -> Any:
    """Return the series with another first coefficient."""
    coefficients = series.coeffs()
    return arb_series([value, *coefficients[1:]])


def inverse(series: Any) -> Any:
    """Return 1/series, or a series of which nothing is known where the first coefficient may be 0."""
    return 1 / series if series[0] > 0 or series[0] < 0 else rough(ANY)


def hull(a: Jet, b: Jet, *, continuous: bool) -> Jet:
    """Return the jet of a function that is a or b at each point, and if ``continuous`` has the slopes of both."""
    low, high = least(a.low, b.low), most(a.high, b.high)
    slope = a.series[1].union(b.series[1]) if continuous else NAN
    if not (low.is_finite() and high.is_finite()):
        return undefined()
    return Jet(low, high, rough(low.union(high), slope), a.defined and b.defined)


def least(*numbers: Any) -> Any:
    """Return the smallest of exact numbers."""
    found = numbers[0]
    for number in numbers[1:]:
        found = number if number < found else found
    return found


def most(*numbers: Any) -> Any:
    """Return the largest of exact numbers."""
    found = numbers[0]
    for number in numbers[1:]:
        found = number if number > found else found
    return found


def order(series: Any) -> int:
    """Return the largest k for which the coefficients 0 to k are finite; −1 if there is none."""
    known = 0
    while known < TERMS and series[known].is_finite():
        known += 1
    return known - 1
