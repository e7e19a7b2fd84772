"""Hold every word of the chapter "Optimizers side by side"."""

import math
from typing import NamedTuple, Protocol

from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import show_number

CHAPTER = ChapterText(
    title="Optimizers side by side",
    claim="In a ravine, momentum converges sooner than gradient descent",
    intro="All [[optimizer|optimizers]] begin at the same start. Play the runs. Which one reaches the [[minimum]] "
    "first, and stays there?",
    goals=(
        "explain why a large [[condition number]] makes gradient descent slow",
        "compute the largest learning rate that converges from the [[eigenvalue|eigenvalues]] of the "
        "[[Hessian]]",
        "say what momentum, Adam and Newton's method add to gradient descent",
        "describe what noisy gradients and a learning rate schedule do to the loss",
    ),
    notice=(
        "**In the chart**, a run has [[converge|converged]] once it stays below the dashed line.",
        "**On the map**, [[gradient descent]] stops its zig-zag early, and then is slow.",
        "**Set the [[learning rate]] to 2** to see gradient descent [[diverge]].",
    ),
    questions=(
        Question(
            "gd_question_race",
            "On a quadratic bowl with $\\kappa = 100$, the start is $(-2.4, -2.4)$. Gradient descent has its "
            "best constant $\\eta$, and [[momentum]] has its best $\\eta$ and $\\mu$. After how many "
            "[[update|updates]] is a tenth of the initial distance left?",
            (
                Answer(
                    "Gradient descent: 116. Momentum: 30.",
                    "In the long run, an update multiplies the distance by $\\frac{\\kappa-1}{\\kappa+1} "
                    "\\approx 0.980$ or by $\\frac{\\sqrt\\kappa-1}{\\sqrt\\kappa+1} \\approx 0.818$ (Polyak "
                    "1964). Momentum needs more than $\\ln 0.1 / \\ln 0.818 \\approx 11.5$ updates. It first "
                    "overshoots to 2.7 times the initial distance. The switch for the best η and μ shows these runs.",
                    right=True,
                ),
                Answer(
                    "Gradient descent: 116. Momentum: 12.",
                    "The number 12 follows from the factor 0.818, but this factor holds only in the long run. "
                    "From this start, momentum first overshoots to 2.7 times the initial distance.",
                ),
                Answer(
                    "Gradient descent: 30. Momentum: 116.",
                    "The two numbers are interchanged. The number of updates grows like $\\kappa$ for gradient "
                    "descent, and only like $\\sqrt\\kappa$ for momentum.",
                ),
                Answer(
                    "Gradient descent: 12. Momentum: 12.",
                    "Gradient descent multiplies the distance by about 0.980 per update. "
                    "After 12 updates, 79 % of the initial distance is left.",
                ),
            ),
        ),
    ),
)

CURVATURE = "Show the curvature at the first optimizer"
BEST = "Use the best η and μ for gradient descent and momentum"
CHOOSE_OPTIMIZERS = "Choose at least one optimizer."
MEASURE = "Quantity in the chart"
MEASURES = {"distance": "Distance to the minimum", "loss": "Loss", "rate": "Learning rate"}
MEASURE_TITLES = {"loss": "loss L", "distance": "distance ‖θ − θ*‖", "rate": "learning rate η"}
EXPECTED_LOSS = "The wide pale line is the expected loss, averaged over all random seeds."
FORMULAS = "Formulas and theory"
NOTHING = "–"


def say_first(label: str, update: int) -> str:
    """Name the point where the first optimizer converges."""
    return f"{label}\nconverges first:\nupdate {update}"


def say_level(distance: float) -> str:
    """Name the line of the distance below which a run has converged."""
    return f"converged: below {show_number(distance)}"


def measure_words(title: str) -> str:
    """Describe the chart of a quantity over the updates."""
    return (
        f"The chart shows the {title} over the updates. "
        "Each line is one optimizer, with the color and dash that it has on the map."
    )


THEORY = """
**The default runs.** At the default settings, $\\kappa = 100$. Momentum stays below the dashed line from update 76 on.
Gradient descent has not converged after 200 updates. Choose Adam, too. Adam is below at update 61, leaves, and stays
below from update 86 on.

**The learning rate.** The ravine is steep in one direction and flat in the other. If $\\eta >
2/\\lambda_{\\text{max}}$, gradient descent diverges from almost every start. In the ravine, $\\lambda_{\\text{max}}
= \\kappa$, and the suggested rate is $1.75/\\kappa$.

**The optimizers.** Momentum adds up earlier gradients. Components that agree grow, and components that alternate
cancel. AdaGrad, RMSProp and Adam divide each coordinate by the size of its own gradients. This works best if the
ravine is parallel to an axis. AdaGrad needs 77 updates at 0° and more than 200 at 45°. Newton's method uses the
Hessian. On a quadratic bowl, one update reaches the minimum. Near a saddle point, Newton's method moves *to* the
saddle point. Damped Newton uses $|\\lambda|$ instead of $\\lambda$, so it moves away. Show the curvature to see the
eigenvectors. A dashed line is an eigenvector with $\\lambda < 0$.

**Noise.** It keeps the loss above a floor if the learning rate is constant. A schedule that lowers $\\eta$ also
lowers the floor. On surfaces with data, the noise comes from real mini-batches.

**Predicted factor per update.** Gradient descent, momentum, Nesterov and Newton's method are linear in the gradient.
Near a minimum, an update is then a linear map of the distance and the velocity. The predicted factor is the spectral
radius of this map, for the worst eigenvector of the Hessian. It is the factor in the long run. On quadratic bowls it
holds everywhere, and on other surfaces it holds close to the minimum. The other optimizers have no predicted factor.

**Observed factor per update.** It is fitted to the logarithms of the distances in the last half of the run.

**Noise floor.** On a quadratic bowl, the mean and the covariance of (distance, velocity) follow from those one update
earlier. This gives the expected loss of the run, for every schedule. With constant $\\eta$ in a stable run, the
covariance $C$ approaches the solution of the Lyapunov equation $C = M C M^\\top + S$. Here $M$ is the linear map of one
update, and $S$ is the covariance that the noise of one gradient adds. The mean loss above the minimum is then the noise
floor.

**Mini-batches.** The points are shuffled once per epoch, and then split into mini-batches. The errors of their
gradients nearly cancel within an epoch. The noise floor is therefore lower than for batches that are drawn with
replacement. Each batch also has its own Hessian, so the noise grows with the distance. The effect of an epoch is
estimated by a mean over up to 2048 shuffles.

**Schedule 1/t.** With noise, the mean loss above the minimum falls like $k^{-\\min(1,\\, 2 \\eta h \\lambda_1)}$
(Chung 1954). Here $h$ is the number of updates after which $\\eta$ is halved, and $\\lambda_1$ is the smallest
eigenvalue. With momentum, $\\eta / (1 - \\mu)$ replaces $\\eta$.
"""

HEAD = "optimizer | outcome | factor per update"
HEAD_WITH_NOISE = "optimizer | outcome | mean loss above the minimum"
CRITERION = (
    "A run has converged if it stays within 1 % of the range of the parameters around a minimum. It has also converged "
    "if at most a millionth of its initial loss gap remains. The factor per update is that of the distance to the "
    "minimum."
)
CRITERION_WITH_NOISE = (
    "A run has converged if its last quarter stays within 1 % of the range of the parameters around a minimum. "
    "The last column is a mean over the last half of the run."
)


class Ending(Protocol):
    """The facts about how a run ended; `nnviz.optimization.Verdict` has them."""

    @property
    def updates(self) -> int:
        """The number of updates."""

    @property
    def loss(self) -> float:
        """The loss at the last point."""

    @property
    def gradient(self) -> float:
        """The norm of the gradient at the last point."""

    @property
    def arrived(self) -> int | None:
        """The update from which on the run stays at the minimum, if it does."""

    @property
    def at_minimum(self) -> bool:
        """Whether the run ended at a global minimum."""

    @property
    def saddle(self) -> int | None:
        """The update nearest to a saddle point that the run has left, if it has."""

    @property
    def turning(self) -> float:
        """The share of updates that turn back."""

    @property
    def distance_left(self) -> float | None:
        """The last distance to the minimum as a share of the first."""

    @property
    def gap_left(self) -> float | None:
        """The last loss above the minimum as a share of the first; negative if the last loss is below it."""


def say_ending(outcome: str, facts: Ending) -> str:
    """Say how a run ended; outcome: a value of `nnviz.optimization.Outcome`."""
    n = facts.updates
    sentences = {
        "converged": _say_arrival(facts),
        "zig-zag": f"{_say_arrival(facts)} It zig-zags, and {_percent(facts.turning)} of the updates turn back.",
        "left the saddle": f"The run left the saddle point near update {facts.saddle}. {_say_arrival(facts)}",
        "diverged": f"The run diverged. After {_updates(n)}, the values grow without bound.",
        "stuck": "The run is stuck in a local minimum. A lower minimum exists.",
        "at a saddle": f"The run is at a saddle point after {_updates(n)}. The gradient is almost zero.",
        "uphill": f"The loss after {_updates(n)} is larger than the loss at the start.",
        "at rest": f"The gradient is zero after {_updates(n)}, but {_say_unknown(facts)}",
        "hovering": f"The loss no longer falls, because the gradient is noisy. {_say_gap(facts)}",
        "outside": f"The run is outside the map after {_updates(n)}. {_say_distance(facts)}",
        "slow": _say_arrival(facts),
    }
    loss = "" if outcome == "diverged" else f" The final loss is {show_number(facts.loss)}."
    return sentences[outcome] + loss


def optimizer(label: str, learning_rate: float) -> str:
    """Name an optimizer and its learning rate at the start."""
    return f"{label}, η\u00a0=\u00a0{show_number(learning_rate)}"


def _say_arrival(facts: Ending) -> str:
    if not facts.at_minimum:
        return f"Not converged after {_updates(facts.updates)}. {_say_distance(facts)}"
    if facts.arrived is None:
        return "Converged in loss. The floor of the valley is flat, so the position can differ from the listed minimum."
    return f"Converged after {_updates(facts.arrived)}."


def _updates(number: int) -> str:
    return "1 update" if number == 1 else f"{number} updates"


def _say_unknown(facts: Ending) -> str:
    """Say that a point without gradient is no known minimum, or that no minimum is known."""
    return (
        "this point is none of the known minima."
        if facts.gap_left is not None
        else "no minimum is known here."
    )


def _say_distance(facts: Ending) -> str:
    """Say how far the run is from the minimum, or how large its gradient is where no minimum is known."""
    if facts.distance_left is not None and facts.distance_left < 1:
        return f"{_percent(facts.distance_left)} of the initial distance remains."
    return _say_gap(facts)


def _say_gap(facts: Ending) -> str:
    if facts.gap_left is not None and facts.gap_left < 0:
        return "The loss is smaller than at every minimum that is known here."
    if facts.gap_left is not None:
        return f"{_percent(facts.gap_left)} of the initial loss gap remains."
    return f"The norm of the gradient is {show_number(facts.gradient, 2)}."


def _percent(share: float) -> str:
    return f"{show_number(100 * share, 2)}\u00a0%" if share < 1 else f"{100 * share:.0f}\u00a0%"


def say_factor(observed: float | None, predicted: float | None) -> str:
    """Say the observed and the predicted factor of the distance per update."""
    seen = NOTHING if observed is None else _factor(observed)
    return seen if predicted is None else f"{seen} (predicted: {_factor(predicted)})"


def _factor(value: float) -> str:
    return f"×\u00a0{value:.4f}" if value >= 1e-4 else f"×\u00a0{show_number(value, 2)}"


class Floor(NamedTuple):
    """The loss above the minimum that theory expects of a noisy run; None where there is no theory.

    expected: its mean over the last half of this run. limit: its mean in the long run with constant η. local: whether
    the limit holds only near the minimum. bursts: whether rare large values make most of the limit. exponent: the
    loss falls like k to the power −exponent in the long run.
    """

    expected: float | None = None
    limit: float | None = None
    local: bool = False
    bursts: bool = False
    exponent: float | None = None


def say_floor(observed: float, floor: Floor) -> str:
    """Say the observed and the expected mean loss above the minimum of a noisy run."""
    parts = [] if floor.expected is None else [f"expected {_number(floor.expected)}"]
    if floor.limit is not None:
        parts.append(f"in the long run {_number(floor.limit)}")
    if floor.local:
        parts.append("valid near the minimum")
    if floor.bursts:
        parts.append("mostly from rare large values")
    if floor.exponent is not None:
        parts.append(
            "in the long run like "
            + ("1/k" if floor.exponent == 1 else f"k^(−{show_number(floor.exponent, 2)})")
        )
    return show_number(observed, 2) + (f" ({', '.join(parts)})" if parts else "")


def _number(value: float) -> str:
    return "∞" if math.isnan(value) else show_number(value, 2)
