"""Hold every word of the chapter "Train it"."""

from nnviz.charts.text import FIT
from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import plural, show_count, show_number

CHAPTER = ChapterText(
    title="Train it",
    claim="Training can find a network inside the tube",
    intro=(
        "Training starts from random [[weights]] and minimizes the [[mean squared error]] on a [[training set]]. "
        "The theorem does not promise that it succeeds."
    ),
    goals=(
        "read from the charts whether a trained network is within ε",
        "distinguish the loss on the training set from the largest error on K",
        "explain why the theorem says nothing about training",
    ),
    notice=(
        "The [[loss]] is a mean over points. One large error hardly changes it.",
        "Another [[seed]] gives another [[network]], and often another error.",
    ),
    questions=(
        Question(
            "ua_question_training",
            (
                "The network gets 256 units instead of 16, and the same 300 [[updates]]. What happens to the "
                "[[largest error]]?"
            ),
            (
                Answer(
                    "It becomes 16 times smaller",
                    "That would be the rate of a construction with steps. A trained network need not reach "
                    "it, because 300 updates may not be enough for 256 units.",
                ),
                Answer(
                    "It becomes 256 times smaller",
                    (
                        "That would be the rate of a good ReLU network, which exists. [[Gradient descent]] "
                        "need not find it."
                    ),
                ),
                Answer(
                    "It depends on seed and learning rate",
                    "The theorem promises that a better network exists. With some seeds and learning rates "
                    "the trained network is even worse.",
                    right=True,
                ),
            ),
        ),
    ),
)

WIDTH = "Number of hidden units"
OPTIMIZER = "Optimizer"
STEPS = "Number of updates"
RATE = "Learning rate η"
SETTINGS = "Settings"
AFTER = "{update} updates: largest error"  # the chart fills in the number
BATCH = "Batch size (0 means the full training set)"
SEED = "Seed of the initial weights"
TRAINING = "Training …"
MORE_TO_KNOW = (
    "The theorem promises that a better [[network]] **exists**. It promises nothing about what gradient descent finds. "
    "If the [[learning rate]] is too large, training [[diverges]]. Ticks mark where $w_j x + b_j = 0$. Units without a "
    "tick have this place outside of K."
)
PROVE_HELP = (
    "Interval arithmetic bounds the error at every point of K, from above and from below. A measurement looks only at "
    "1001 points."
)
FIT_CHART = FIT
ERROR_CHART = (
    "The chart shows the error, target minus network, over the interval K, between dashed lines at minus epsilon and "
    "epsilon."
)
LOSS_CHART = "The chart shows the training loss against the number of updates, on a logarithmic scale."
LOSS_AXES = ("update", "loss (log scale)")
CENTERS = "centers of the units"
BEFORE = "before training"
HISTORY_CHART = (
    "The chart shows the largest error against the number of updates, on a logarithmic scale. A dashed line is at "
    "epsilon, and a large dot is the network in the picture above."
)
HISTORY_AXES = ("update", "largest error")


def universal(reason: str, *, yes: bool) -> str:
    """Say whether networks with this activation function approximate every continuous function."""
    return f"**{'Universal' if yes else 'Not universal'}.** {reason}"


def outcome(update: int, errors: tuple[float, float], points: int) -> str:
    """Say both errors of the last network."""
    return (
        f"After the last update ({show_count(update)}), the largest error is **{show_number(errors[0])}**. The "
        "root mean "
        f"square error is **{show_number(errors[1])}**. Both are measured at {points} points of K. A measurement "
        "is not a proof."
    )


def diverged(updates: int) -> str:
    """Say that training diverged."""
    return (
        f"Training diverges after {show_count(updates)} updates because the learning rate is too large. The last "
        "finite network is shown."
    )


def out_of_time(seconds: float, done: int, updates: int) -> str:
    """Say that the time limit was reached."""
    counts = f"{show_count(done)} of {show_count(updates)} updates"
    return f"Training stopped at the limit of {seconds:g} seconds of computing time, after {counts}."


def constructed(width: int, error: float) -> str:
    """Say the largest error of the constructed network with as many units."""
    return (
        f"A network constructed from {plural(width, 'ReLU unit')} has the largest error {show_number(error)}."
    )


def undefined(points: int) -> str:
    """Say at how many points f is left out."""
    return f"f(x) is not a finite number at {points} of the points. These points are left out."


def said(largest: float, rms: float) -> str:
    """Say the result to a screen reader."""
    return (
        f"Trained. The largest error is {show_number(largest)}, and the root mean square error is "
        f"{show_number(rms)}."
    )


def price(updates: int, parameters: int, seconds: float, limit: float) -> str:
    """Say what a training is estimated to cost, before it begins."""
    return (
        f"**This training is expensive.** {show_count(updates)} updates of {show_count(parameters)} parameters are "
        f"estimated to take {show_number(seconds, 2)} seconds of computing time. "
        f"Training stops after {limit:g} seconds."
    )
