"""Hold every word of the chapter "What exists and what training finds"."""

from collections.abc import Sequence

from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import show_count, show_number

CHAPTER = ChapterText(
    title="What exists and what training finds",
    claim="Training often misses the networks that exist",
    intro=(
        "[[Networks]] that we construct are close to $f$. Are the networks that training **finds** as close?"
    ),
    goals=(
        "read a rate from the slope of a line on logarithmic axes",
        "compare constructed, best possible and trained networks of the same width",
        "say which of the three kinds the theorem is about",
    ),
    notice=(
        "A slope of −2 means that twice as many units give a quarter of the error.",
        "The gap between the best possible and the trained line is the gap between existence and training.",
    ),
    questions=(
        Question(
            "ua_question_gap",
            (
                "The function $f$ is smooth. Which error **must** go to zero when the number of [[ReLU]] "
                "units grows?"
            ),
            (
                Answer(
                    "The error of the constructed network",
                    "Its error is at most $\\max|f''|\\,h^2/8$, where $h$ is the distance between knots. "
                    "So it goes to zero.",
                    right=True,
                ),
                Answer(
                    "The error of the trained network",
                    "No theorem promises this for a fixed number of updates. The chart often shows that "
                    "its error stops falling.",
                ),
                Answer(
                    "Both errors",
                    "Only the error of the constructed network must. A trained network can be far from the best "
                    "network of its width.",
                ),
            ),
        ),
    ),
)

CONSTRUCTED, OPTIMAL, SOLVED, TRAINED = "constructed", "best possible", "fitted by least squares", "trained"
WAYS = {"constructed": CONSTRUCTED, "optimal": OPTIMAL, "solved": SOLVED, "trained": TRAINED}
TRAIN = "Train 48 networks"
BEFOREHAND = "48 trained networks are stored for this $f$ and this $K$. For others, training starts here."
COMPUTING = "Computing networks of all widths …"
TRAINING = "Training 48 networks …"
TABLE = "network | slope | in theory"
NO_SLOPE = "none"
RATE = "slope {slope} in theory"  # the chart fills in the number
BAR = "bar: range over the seeds"
X_AXIS = "number of hidden units (log scale)"
Y_AXIS = "largest error (log scale)"
GAP = "{ratio} times|the best error"  # the chart fills in the number, and | breaks the line
TIP_UNITS, TIP_ERROR = "hidden units", "largest error"
CHART = (
    "The chart shows the largest error against the number of hidden units, both on logarithmic scales. "
    "Bars show the range over the seeds, and a grey triangle has the slope of theory."
)
EXAMPLE_CHART = (
    "The chart shows the target function as a dashed line in its tube, with a trained network and the best network "
    "with as many units."
)


MORE = (
    "For a trained network, more units do not always give a smaller error. With a [[polynomial]] as "
    "[[activation function]], more units soon stop helping."
)


def level(epsilon: float) -> str:
    """Name the line of ε."""
    return f"ε = {show_number(epsilon, 6)}"


def named(name: str, units: int, error: float) -> str:
    """Name a line of the smaller picture, with its largest error."""
    return f"{name}, {units} units: {show_number(error, 2)}"


def price(seconds: float, limit: float) -> str:
    """Say what the training is estimated to cost, before it begins."""
    return (
        f"The training is estimated to take {show_number(seconds, 2)} seconds of computing time. "
        f"It stops after {limit:g} seconds."
    )


def legend(points: int, trained: tuple[int, int] | None) -> str:
    """Say how the errors and slopes were found. trained: (updates, seeds) of trained networks, if there are any."""
    training = (
        f" Each trained point is the median of {trained[1]} seeds after {show_count(trained[0])} updates, and its bar "
        "is their range. Where training did worse, a bracket shows the gap to the best other network of the largest "
        "width."
        if trained
        else ""
    )
    return (
        f"The errors are **measured** at {show_count(points)} points of K, not proved. The slopes are **estimated** "
        f"by least squares. The grey triangle has a slope of theory.{training} Errors of 0 have no "
        "logarithm and are not drawn."
    )


def independent(ranks: Sequence[int], way: str) -> str:
    """Say the rank of the hidden layer for each width."""
    listed = ", ".join(str(rank) for rank in ranks)
    return (
        f"The [[rank]] of the hidden layer with the constant $c$ is {listed} for the six widths ({WAYS[way]}). "
        "A larger rank means more independent units."
    )


def plateau(reason: str) -> str:
    """Say why more units do not help."""
    return f"**The error stops falling.** {reason}"


def stopped(seconds: float, *, trained: bool) -> str:
    """Say that not all networks were computed."""
    limit = f"at the limit of {seconds:g} seconds of computing time"
    if not trained:
        return f"The search stopped {limit}. Only the widths that were done are shown."
    return (
        f"Training stopped {limit}. Only widths whose networks made all updates are shown, and their slope is "
        "not given."
    )


def said(units: int, errors: Sequence[tuple[str, float]]) -> str:
    """Say the errors of the widest networks to a screen reader."""
    listed = ", ".join(f"{WAYS[way]} {show_number(error, 2)}" for way, error in errors)
    return f"Largest errors at {units} units are {listed}."
