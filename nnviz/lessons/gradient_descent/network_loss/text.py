"""Hold every word of the chapter "The loss of a network"."""

from nnviz.lessons.gradient_descent.shared.text import SHADING
from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import plural, show_number

CHAPTER = ChapterText(
    title="The loss of a network",
    claim="The map can show nine times the loss of the network",
    intro="The [[loss]] of a [[network]] depends on 25 [[parameters]]. "
    "The map shows the 2 main directions of its path. What does it hide?",
    goals=(
        "say what a plane through the loss of a network shows",
        "say what such a plane hides",
        "explain why a training path is short in random directions",
    ),
    notice=(
        "**On the map**, the dot is the projection of the network, not the network.",
        "**In the chart**, the bar is the gap between both losses, where it is largest.",
        "**At the end**, both losses agree, because the plane goes through the last network.",
    ),
    questions=(
        Question(
            "gd_question_plane",
            "The same run is projected on two random directions instead of its principal components. "
            "What does the path look like?",
            (
                Answer(
                    "Much shorter, and close to its last point",
                    "A random direction in $P$ dimensions contains on average $1/P$ of the squared length of a "
                    "vector. Choose the random directions to see this.",
                    right=True,
                ),
                Answer(
                    "As long as before",
                    "Principal components are computed from the path, so that the path is long in them. "
                    "Random directions do not depend on the path.",
                ),
                Answer(
                    "A straight line across the plane",
                    "This would need a path that moves steadily along one direction of the plane. "
                    "Random directions contain only a small part of its movement.",
                ),
            ),
        ),
    ),
)

TARGET = "Target function"
WIDTH = "Number of hidden units"
ACTIVATION = "Activation function"
UPDATES = "Number of updates"
OPTIMIZER = "Optimizer"
LEARNING_RATE = "Learning rate η"
NETWORK_SEED = "Seed of the network"
PLANE = "Plane"
PLANES = {"components": "Main directions of the path", "random": "Random directions"}
DIRECTION_SEED = "Seed of the directions"
VIEW = "View"
MAP, SURFACE = "map", "surface"
VIEWS = {MAP: "Map", SURFACE: "Surface in three dimensions"}
TRAINING = "The network is being trained …"
AXES = {
    "components": ("main direction 1 of the path", "main direction 2 of the path"),
    "random": ("random direction 1", "random direction 2"),
}
START, LAST = "start", "last network"
LOSS = "loss L"
UPDATE = "update"
TRUE, PROJECTED = "loss of the network", "loss on the map"
ON_MAP, OF_NETWORK = "map:", "network:"
TRUE_NAME, MAP_NAME = "network", "map"
MAP_WORDS = (
    f"The map shows a plane through the loss of a network. {SHADING} "
    "The line is the projection of the training run, and a cross marks its last network."
)
SURFACE_WORDS = (
    "The chart shows the loss on the plane as a surface in three dimensions, with logarithmic heights. "
    "The projection of the run lies on the surface, and its true loss lies above or below. The surface can be turned."
)
LOSS_WORDS = (
    "The chart shows the loss of the network over the updates, and the loss of its projection on the plane."
)


def diverged(updates: int, optimizer: str, rate: float, largest: tuple[float, float]) -> str:
    """Say that there is no plane; largest: the largest weight of the first and of the last network."""
    return (
        f"Training diverges after {plural(updates, 'update')} of {optimizer} at the learning rate "
        f"{show_number(rate, 6)}. The "
        f"largest weight grows from {show_number(largest[0], 2)} to {show_number(largest[1], 2)}, and one update "
        "later, numbers overflow. "
        "No plane shows such a path. Choose a smaller learning rate."
    )


def ratio_mark(update: int, projected: float, true: float) -> str:
    """Name the bar where the ratio of the two losses is largest."""
    return f"{show_number(_ratio(projected, true), 2)} times\nat update {update}"


def dimensions(parameters: int) -> str:
    """Say how many directions there are, and how many of them the plane shows."""
    return (
        f"This network has {parameters} parameters, and the plane shows 2 directions. The main directions of the path "
        "are its principal components. They keep as much of the variance of the path as two directions can. Random "
        "walks also look smooth in this plane (Antognini & Sohl-Dickstein 2018). Random directions are scaled, unit by "
        "unit, to the size of the weights (Li et al. 2018). They show how wide the minimum is. The path is short in "
        "these directions, because they are almost orthogonal to it."
    )


def explained(first: float, second: float, others: int) -> str:
    """Say how much of the variance of the path lies in the plane; first, second: shares."""
    return (
        f"**{_percent(first + second)}** of the variance of the path lies in this plane. "
        f"Direction 1 contains {_percent(first)}, and direction 2 contains {_percent(second)}. "
        f"The rest lies in {others} directions that are not drawn."
    )


def distance(largest: float, median: float) -> str:
    """Say how far the run is from the plane, as shares of the distance to the last network."""
    return (
        f"The distance of a network from the plane is up to **{_percent(largest, 0)}** of its distance from the "
        f"last network. The median is {_percent(median, 0)}."
    )


def difference(update: int, projected: float, true: float) -> str:
    """Say where the two losses differ by the largest factor."""
    return (
        f"The ratio of the two losses is largest at update {update}. There, the loss of the projection is "
        f"**{show_number(projected)}**, and the loss of the network is **{show_number(true)}**. One is "
        f"{show_number(_ratio(projected, true), 2)} times the other."
    )


def _ratio(projected: float, true: float) -> float:
    """Return how many times one loss is the other, at least 1."""
    return max(projected / true, true / projected)


def _percent(share: float, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f}\u00a0%"
