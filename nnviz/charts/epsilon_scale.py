"""Say which values of ε a slider offers, for Python and for the charts that follow it in the browser."""

from typing import Final

POWERS: Final = (-6, 0)  # the slider goes from 10^-6 to 1
# Neighboring values differ by 2 to 5 %, and each of them is a round number.
MANTISSAS: Final = tuple(
    hundredths / 100 for hundredths in (*range(100, 200, 5), *range(200, 500, 10), *range(500, 1000, 20))
)


def epsilon_at(position: str) -> str:
    """Return the Vega expression of ε at a position of the slider, which is itself an expression."""
    power = f"pow(10, {POWERS[0]} + floor({position} / {len(MANTISSAS)}))"
    return f"{list(MANTISSAS)}[{position} % {len(MANTISSAS)}] * {power}"
