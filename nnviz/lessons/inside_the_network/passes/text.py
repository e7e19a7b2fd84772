"""Hold every word of the chapter "Forward and backward"."""

from collections.abc import Callable

from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import plural, show_number

CHAPTER = ChapterText(
    title="Forward and backward",
    claim="One backward pass computes all 10 derivatives",
    intro="One training example $(x, y)$ runs through a [[network]] with three [[hidden unit|hidden units]]. "
    "*Play* shows both passes, the [[loss]] and the [[update]].",
    goals=(
        "compute the output and the loss of a small network by hand",
        "compute the derivative of the loss for every parameter with the [[chain rule]]",
        "predict how a small change of one weight changes the loss",
        "explain why a saturated unit gets almost no [[gradient]]",
    ),
    notice=(
        "Purple lines are [[derivative|derivatives]] of the loss. They go from the loss back to the input.",
        "The [[backward pass]] uses the numbers of the forward pass.",
        "A tick marks where $z = 0$ for a unit. Point at it, or at the unit, to see the curve of the unit.",
    ),
    questions=(
        Question(
            "in_question_passes",
            "The input of the example is $x = 0$. Which [[parameters]] can an update on this example change?",
            (
                Answer(
                    "All parameters",
                    "The derivative of a hidden weight is $\\partial L/\\partial w_j = \\partial L/\\partial z_j "
                    "\\cdot x$. For $x = 0$ it is zero, so the hidden weights stay the same.",
                ),
                Answer(
                    "All except the hidden weights",
                    "The derivative $\\partial L/\\partial w_j = \\partial L/\\partial z_j \\cdot x$ contains the "
                    "factor $x = 0$. The derivatives for $b_j$, $v_j$ and $c$ do not contain this factor. "
                    "Set the input to 0 and step through the backward pass.",
                    right=True,
                ),
                Answer(
                    "Only the output bias $c$",
                    "The derivatives for $b_j$ and $v_j$ do not contain the factor $x$. "
                    "For example, $\\partial L/\\partial v_j = \\partial L/\\partial \\hat y \\cdot a_j$ "
                    "with $a_j = \\varphi(b_j)$.",
                ),
            ),
        ),
    ),
)

MORE = "\n\n".join(
    (
        "**The backward pass uses the numbers of the forward pass.** The [[derivative]] $\\partial L/\\partial v_j$ "
        "contains $a_j$, and $\\partial L/\\partial w_j$ contains $x$. Therefore the forward pass comes first. "
        "The method is called [[backpropagation]].",
        "**A saturated unit gets almost no gradient.** If $|z|$ is large, [[tanh]] is nearly constant and "
        "$\\varphi'(z) \\approx 0$. Then the derivatives for $w$ and $b$ of this unit are nearly zero.",
        "**A derivative predicts the effect of a small change.** The text at the end of the controls compares the "
        "prediction with the actual change in loss. Vary a [[parameter]] and see where the two differ.",
    )
)

PHASES = (
    "Each hidden unit computes z = wx + b.",
    "The activation function gives a = φ(z).",
    "The output is ŷ = vᵀa + c.",
    "The loss is L = (ŷ − y)².",
    "The gradient at the output is ∂L/∂ŷ = 2(ŷ − y).",
    "The output layer gets ∂L/∂v = ∂L/∂ŷ · a and ∂L/∂c = ∂L/∂ŷ.",
    "The chain rule gives ∂L/∂z = ∂L/∂ŷ · v · φ′(z).",
    "Each hidden unit gets ∂L/∂w = ∂L/∂z · x and ∂L/∂b = ∂L/∂z.",
    "The update is θ ← θ − η ∂L/∂θ for every parameter θ.",
)
FORWARD, LOSS, BACKWARD, UPDATE = "forward", "loss", "backward", "update"
PASSES = {FORWARD: "Forward", LOSS: "Loss", BACKWARD: "Backward", UPDATE: "Update"}
FORMULA_TITLES = {
    FORWARD: "Forward pass",
    LOSS: "Forward pass and loss",
    BACKWARD: "Backward pass by the chain rule",
    UPDATE: "One update by gradient descent",
}

ACTIVATION = "Activation φ"
VARIED = "Parameter to vary"
EDIT_PARAMETERS = "Edit the network"
RESET_PARAMETERS = "Reset the parameters"
INPUT, TARGET, LEARNING_RATE = "Input x", "Target y", "Learning rate η"
PASS, FORMULAS, ALL_UNITS, PHASE = "Pass", "Formulas of", "All units", "phase"

DIAGRAM = (
    "The diagram shows the network, with the input on the left and the hidden units in the middle. "
    "The output and the loss are on the right. Nine phases show the numbers from the forward pass to the update."
)
DIAGRAM_CAPTION = (
    "Purple lines show derivatives of the loss. Blue and orange lines show weights. A wider line is a larger absolute "
    "value, and a dashed line is negative."
)
OUTPUT = (
    "The chart shows the network output over the input x. "
    "A dot shows the example, and a vertical line shows its error."
)
OUTPUT_AXES = ("input x", "output ŷ")
EXAMPLE, ERROR_OF_OUTPUT = "example (x, y)", "error ŷ − y"  # beside the dot and the vertical line


def derivatives_of(parameters: int) -> str:
    """Return what follows the number of the derivatives that the backward pass has reached."""
    return f" of {parameters} derivatives"


def name_unit(unit: int) -> str:
    """Return the name of a hidden unit."""
    return f"Unit {unit}"


def name_updates(updates: int) -> str:
    """Return the label of the button that makes so many updates."""
    return "Make one update" if updates == 1 else f"Make {updates}"


def describe_activation(latex: str) -> str:
    """Return the activation function in a sentence."""
    return f"The [[activation function]] is ${latex}$."


def describe_divergence(updates: int) -> str:
    """Return what happened if only so many updates were possible."""
    if updates == 0:
        return (
            "The update was not made, because a parameter would become too large. "
            "Use a smaller learning rate or smaller weights."
        )
    return (
        f"Training diverges after {plural(updates, 'update')} because the learning rate η is too large. "
        "The parameters before the next update are kept."
    )


def describe_update(place: Callable[..., str]) -> str:
    """Return what one update does to the loss; place: writes the number of a name in LaTeX."""
    return f"One update with $\\eta = {place('eta')}$ changes $L$ from ${place('loss', 4)}$ to ${place('after', 4)}$."


def describe_change(place: Callable[..., str], name: str) -> str:
    """Return what the derivative predicts for a change of one parameter; place: as for ``describe_update``."""
    return (
        f"If {name} grows by 0.1, the derivative predicts a change in loss of ${place('predicted')}$. "
        f"The actual change is ${place('actual')}$."
    )


def announce(output: float, loss: float) -> str:
    """Return what a screen reader says after a change."""
    return f"The output is {show_number(output)}. The loss is {show_number(loss)}."
