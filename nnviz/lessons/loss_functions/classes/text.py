"""Hold every word of the chapter "Classes"."""

from collections.abc import Mapping, Sequence

from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import show_number

CHAPTER = ChapterText(
    title="Classes",
    claim="The gradient of cross-entropy is prediction minus truth",
    intro="Each class has a number, its [[logit]]. Move the three logits. When is the [[gradient]] almost 0?",
    goals=(
        "compute the softmax of three logits, and its cross-entropy",
        "compute the gradient p − y of the cross-entropy",
        "write a cross-entropy as entropy plus KL divergence",
        "explain why the squared error on a sigmoid learns slowly from a confident mistake",
    ),
    notice=(
        "**The purple bar** leads from the truth to the prediction. Both charts have it.",
        "**The components of the gradient** sum to 0.",
        "**Make one [[update]].** The logit of the true class grows, and the others fall.",
    ),
    questions=(
        Question(
            "lf_question_logit",
            "A model makes a confident mistake. The true class is 1, but $z = -4$ and so $p = 0.018$. "
            "Which [[loss]] has the larger derivative, in absolute value?",
            (
                Answer(
                    "The squared error on the sigmoid",
                    "Its [[derivative]] is $2(p - y)\\,p(1 - p) = -0.035$. The factor $p(1 - p)$ is small, because the "
                    "sigmoid is flat there.",
                ),
                Answer(
                    "The cross-entropy",
                    "Its derivative is $p - y = -0.98$, the error of the predicted probability.",
                    right=True,
                ),
                Answer(
                    "Both have the same derivative",
                    "Both contain the factor $p - y$. The derivative of the squared error also contains the factor "
                    "$2p(1 - p) = 0.035$.",
                ),
            ),
        ),
    ),
)

# --- softmax

CLASSES = ("class 1", "class 2", "class 3")
TRUE_CLASS = "True class"
CLASS_COLUMN, LOGIT_COLUMN, PROBABILITY_COLUMN, GRADIENT_COLUMN = "class", "logit z", "probability p", "p − y"
SOFTMAX = "**[[Softmax]]:** prediction $p$ and truth $y$"
GRADIENT = "**Gradient of the [[cross-entropy]]:** $p - y$"
PROBABILITY_AXIS, GRADIENT_AXIS = "probability p", "gradient ∂ℓ/∂z = p − y"
SOFTMAX_CHART = (
    "Three bars show the probabilities that softmax computes from three logits. "
    "A dashed outline of height 1 is around the true class. Below, a dot on the curve −log p shows the loss."
)
GRADIENT_CHART = (
    "Three bars show the derivative of the cross-entropy by each logit. "
    "The bar of the true class is below zero, and the other bars are above zero."
)
OUTLINE = (
    "The loss is $\\ell = -\\log p$, with the probability $p$ of the true class. "
    "In the gradient, $y$ is 1 for the true class and 0 for the other classes. "
    "A negative bar means that gradient descent raises this logit."
)
OUTLINED, GAP, TRUE_P = "true class", "p − y", "p of the true class"
UPDATE_LOGITS = "Make one update"
UPDATE_RULE = r"$z \leftarrow z - \eta\,(p - y)$ with $\eta = 1$"
MORE = (
    r"**The [[squared error]] on a [[sigmoid]] is not [[convex]] in $z$.** Its [[second derivative]] is "
    r"negative where $p < \tfrac13$. [[Gradient descent]] is slow from a start with $p$ close to 0. "
    r"**The [[hinge loss]] is 0 for $z \ge 1$.** The focal loss multiplies the loss of well-classified "
    "points by a small factor."
)


def logit(k: int) -> str:
    """Return the label of the slider of logit k."""
    return f"Logit z{'₀₁₂₃'[k]}"


def softmax_said(p: Sequence[float], loss: float) -> str:
    """Say the probabilities and the loss for a screen reader."""
    return f"Probabilities {', '.join(f'{one:.3f}' for one in p)}. The loss is {show_number(loss)}."


# --- entropy and divergence

DIVERGENCE = (
    "**Cross-entropy is entropy plus KL divergence.** The [[entropy]] is the noise of the true distribution $p$, and "
    "no model can remove it. The [[KL divergence]] is the error of the prediction $q$. It is 0 only if $q = p$."
)
PARTS = ("entropy H(p)", "KL divergence KL(p ‖ q)", "cross-entropy H(p, q)")
ROWS = ("H(p) + KL(p ‖ q)", "H(p, q)")
NATS = "nats (unit of the natural logarithm)"
DIVERGENCE_CHART = (
    "The chart shows two bars of the same length. One bar is the entropy followed by the divergence. "
    "The other bar is the cross-entropy."
)


def weight(symbol: str, k: int) -> str:
    """Return the label of the slider of the weight of class k in p or q."""
    return f"{'True' if symbol == 'p' else 'Predicted'} weight {symbol}{'₀₁₂₃'[k]}"


def normalized(p: Sequence[float], q: Sequence[float]) -> str:
    """Say the distributions that the weights give."""
    both = (", ".join(f"{one:.3f}" for one in each) for each in (p, q))
    return "The weights are divided by their sum. This gives $p = ({})$ and $q = ({})$.".format(*both)


def divergence_said(entropy: float, divergence: float, cross_entropy: float) -> str:
    """Say the sum for a screen reader."""
    return (
        f"Entropy {show_number(entropy)} plus divergence {show_number(divergence)} is "
        f"{show_number(cross_entropy)} nats."
    )


# --- two classes

TWO_CLASSES = (
    r"**Two classes need one logit.** The model predicts $p = \sigma(z)$ for class 1, and class 1 is the true class. "
    "Compare the losses, and how fast gradient descent corrects a mistake."
)
LOSSES = "Losses for two classes"
LOGIT = "Logit z of a point with true class 1"
RATE = "Learning rate η"
LOSS, DERIVATIVE = "**Loss** ℓ", "**Derivative** ∂ℓ/∂z"
LOSS_AXIS, DERIVATIVE_AXIS, LOGIT_AXIS = "ℓ", "∂ℓ/∂z", "logit z"
UPDATE_AXIS, P_AXIS = "update", "p = σ(z)"
SHADED = "A loss is not convex in its shaded region, because its second derivative is negative there."
LOSS_CHART = (
    "The chart shows the loss over the logit, with one curve for each loss. "
    "Shaded regions show where a loss is not convex."
)
DERIVATIVE_CHART = (
    "The chart shows the derivative of the loss over the logit, with one curve for each loss. "
    "Shaded regions show where a loss is not convex."
)
DESCENT_CHART = (
    "The chart shows the probability of the true class after each update, with one curve for each loss."
)


def descent(updates: int) -> str:
    """Return the title of the chart of gradient descent."""
    return f"**Probability** p during {updates} updates"


def losses_said(z: float, losses: Mapping[str, float]) -> str:
    """Say the losses at the logit z for a screen reader."""
    return f"The losses at z = {show_number(z, 6)} follow. " + " ".join(
        f"{label} is {show_number(value)}." for label, value in losses.items()
    )


def not_convex(label: str, intervals: Sequence[tuple[float, float]]) -> str:
    """Say where the second derivative of a loss is negative."""
    spans = " and ".join(f"{show_number(low)} < z < {show_number(high)}" for low, high in intervals)
    return f"The second derivative of the loss “{label}” is negative for {spans} (within the range of the chart)."
