"""Hold every word of the chapter "A network that grows"."""

from nnviz.charts.text import FIT
from nnviz.web.lesson import ChapterText
from nnviz.web.wording import show_count, show_number

CHAPTER = ChapterText(title="A network that grows")

UNIT = "hidden units"
INSIDE, OUTSIDE = "inside the tube", "not inside the tube"
TRY = "**Type or draw your own $f$ above, then press ▶.**"
UNITS = "Each [[hidden unit]] adds one ramp. More units make shorter pieces and a smaller error."
FOR_EVERY = "A smaller ε makes the tube thinner. **For every ε, some number of units is enough.**"
EVENLY = (
    "The knots of these networks are evenly spaced. With better places for the knots, fewer units are enough."
)
FIT_CHART = FIT
NO_VALUES = "**No network is drawn.** The line under $f(x)$ says why."

STUDENTS, TEACHERS, ENGINEERS = "For students", "For teachers", "For engineers"
FOR_STUDENTS = "Work through five pages in order, from one straight line to networks."
FOR_TEACHERS = (
    "The address contains $f$, $K$, ε and every other setting. Set up a page and press **Share**. Your class opens the "
    "same page from the link or from its QR code."
)
PLACE_KNOTS = "Open the chapter “Any ε, with proof”"
KNOTS = "knots"
NAMED = "hidden units: largest error"
START_LESSON = "Open the lesson on the theorem"
FOR_ENGINEERS = "The same network, its number of units and the proof in Python:"
SNIPPET = """\
import nnviz as nv

found = nv.reach({f!r}, {interval}, {epsilon!r})
found.network.width, found.certificate.status\
"""
CHECK = "The command `nnviz check FILE` checks a proof again, without the program that found it."


def ghost(units: int) -> str:
    """Name the line of a network that came before."""
    return f"{show_count(units)} unit{'' if units == 1 else 's'}"


def enough(units: int | None, most: int, error: float, epsilon: float, points: int) -> str:
    """Say which of the networks is the first within ε, or how far the largest network is from f.

    error: the largest error of the network with ``most`` units.
    """
    limit = show_number(epsilon)
    if units is None:
        return (
            f"**{show_count(most)} units are not enough here.** The largest error is still {show_number(error)}, "
            f"which is above ε = {limit}. The chapter *Any ε, with proof* places the knots better."
        )
    count = f"{show_count(units)} hidden unit{'' if units == 1 else 's'}"
    return f"The first of these networks within ε = {limit} has **{count}**, measured at {show_count(points)} points."
