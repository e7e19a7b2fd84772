"""Hold every word of the chapter "Width or depth"."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Context
from math import ceil, log10

from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import plural, show_count, show_number

CHAPTER = ChapterText(
    title="Width or depth",
    claim="Training does not always find what depth makes possible",
    intro="All trained [[networks]] in this chapter have about the same number of [[parameter|parameters]]. Compare "
    "their errors on the [[test set]].",
    goals=(
        "compare [[width]] and [[depth]] for a fixed number of parameters",
        "use several [[seed|seeds]] to judge whether a difference is more than chance",
        "distinguish what a network can represent from what training finds",
    ),
    notice=(
        "Each grey line is the target. Each trained line is the run with the [[median]] of five errors.",
        "An error is the [[root mean square]] of $f(x) - \\hat y$ on the test set.",
        "The constructed network shows what [[depth]] makes possible.",
    ),
    questions=(
        Question(
            "in_question_depth",
            "The target is a sawtooth with 8 pieces, and the limit is 200 parameters. Networks with 1, 2 and 4 "
            "[[hidden layers]] are trained from five seeds each. The deepest network could have the most pieces. "
            "Is it the best network for every seed?",
            (
                Answer(
                    "Yes, for every seed",
                    "The number of possible pieces is only an upper bound. Gradient descent does not always find a "
                    "network that uses them. Look at the dots for the seeds.",
                ),
                Answer(
                    "No, not for every seed",
                    "With the default settings, the worst run of the deepest network has a larger error than the "
                    "median run of the widest network. Training does not always find what a network can represent.",
                    right=True,
                ),
            ),
        ),
    ),
)

MORE = "\n\n".join(
    (
        "**Every network has at most the chosen number of parameters.** So a deeper network is narrower.",
        "**The spread over the seeds is a part of the result.** One dot is one seed. A dot far to the right of the "
        "others is a run that did not find a good network.",
        "**You can construct a sawtooth with $2^k$ pieces from $2k$ units.** The chapter *Folding* shows how. "
        "Check whether training finds such a network.",
        "**The curves belong to the seed with the [[median]] error.** All errors are measured on 1000 test points that "
        "are not in the [[training set]].",
    )
)

PROBLEM, FUNCTION = "Problem", "f(x) on [0, 1]"
SAWTOOTH, SINE, OWN = "sawtooth", "sine", "own"
PROBLEMS = {
    SAWTOOTH: "Sawtooth",
    SINE: "Sine",
    OWN: "Own function f(x)",
    "moons": "Two moons",
    "circles": "Circle in a circle",
    "spirals": "Spirals",
}
NOISE = {"moons": 0.15, "circles": 0.15, "spirals": 0.08}
WAVES = {SAWTOOTH: "Number of folds k, for 2ᵏ linear pieces", SINE: "Number of periods"}
SHARED_FUNCTION = (
    "This is the formula $f$ of the page *Universal approximation*. This chapter always uses the interval from 0 to 1. "
    "It does not use ε."
)
PARAMETERS, DEPTHS, ACTIVATION = "Largest number of parameters", "Number of hidden layers", "Activation φ"
SETTINGS = "Settings"
UPDATES, LEARNING_RATE, TRAIN = "Number of updates", "Learning rate η", "Train the networks"

CURVES = (
    "The chart shows the target function as a wide grey line. For each architecture, a line shows the function of the "
    "network with the median error."
)
CURVE_AXIS = "x"
VALUE_AXIS = "f(x) and ŷ"
SEEDS = "The dot plot shows the test error. Each row is an architecture, each dot is a seed, and a tick is the median."
BOUNDARY = (
    "The map shows the predicted probability of class 1, which is larger where the background is darker. "
    "Circles are training points of class 0, and squares are training points of class 1."
)
BOUNDARY_AXES = ("x₁", "x₂")
CLASS_NAMES = ("class 0", "class 1")
CLASS_ERROR, FUNCTION_ERROR = (
    "misclassified test points",
    "root mean square error on the test set (log scale)",
)
BOUNDARY_CAPTION = (
    "The background shows the network with the median error. A darker background means a larger predicted "
    "probability of class 1, the orange squares."
)
SEED_MARKS = "five seeds each, a grey stroke at the median"
BUILT_ERROR = "◂ error 0, without training"
ARCHITECTURE_TABLE = "layers × units | parameters"
CLASS_TABLE = "layers × units | parameters | median test error (smallest to largest)"
PROVE = "Prove the largest error of each network"
PROVING = "Proving …"
PROOF_TABLE = "architecture | largest error on [0, 1], proved"
NO_BOUND = "no upper bound is known"
PROOF_CAPTION = (
    "The table shows the network with the median error. Its largest error lies between the two numbers."
)
FUNCTION_TABLE = f"{CLASS_TABLE} | linear pieces"
SMOOTH = "none (smooth)"
POINTS = "The scatter plot shows the training set. Circles are points of class 0, and squares are points of class 1."
ABOUT_CLASSES = (
    "The points have two classes. Circles are class 0, and squares are class 1. "
    "The chart shows the 200 training points."
)
PREDICT = (
    "**Predict first.** Which network will have the smallest test error? Then switch on **Train the networks**. "
    "Each network is trained from five seeds."
)
NO_DEPTHS = "Choose at least one number of hidden layers. The table shows one hidden layer."
NO_TORCH = "This chapter trains networks with PyTorch."
BROKEN_TORCH = (
    "PyTorch is installed but cannot be loaded on this server. Perhaps the server has too little memory."
)


def name_end(end: float, low: float, high: float) -> str:
    """Write the smallest or the largest value of the target, ``low`` and ``high``, for the vertical axis."""
    digits = 2 - ceil(log10(high - low)) if high > low else 2  # about a hundredth of the height
    return show_number(round(end, digits))


def name_row(widths: Sequence[int], parameters: int, error: float) -> str:
    """Return what stands above the row of a trained network."""
    each = " each" if len(widths) > 1 else ""
    size = f"{plural(len(widths), 'layer')} of {widths[0]} units{each}, {parameters} parameters"
    return f"trained, {size}: median error {show_number(error, 2)}"


def name_runs(errors: Sequence[float]) -> str:
    """Return what stands at the end of that row: the smallest and the largest error of its runs."""
    return f"{plural(len(errors), 'run')}: {show_number(min(errors), 2)} to {show_number(max(errors), 2)}"


def name_built_row(layers: int, parameters: int) -> str:
    """Return what stands above the row of the constructed network."""
    return f"constructed, {plural(layers, 'layer')} of 2 units, {parameters} parameters: error 0 ✓"


def name_built(architecture: str) -> str:
    """Return the label of the constructed network."""
    return f"{architecture}, constructed"


def describe_built(layers: int, parameters: int, runs: int, best: float) -> str:
    """Return what depth makes possible, and the best that training found."""
    return (
        f"**{plural(layers, 'layer')} of 2 units can give exactly the target.** This network has {parameters} "
        f"parameters and the error 0. The best of the {runs} trained networks has the error {show_number(best, 2)}."
    )


def describe_errors(*, classes: bool) -> str:
    """Return how the errors and pieces of the table were measured."""
    measured = (
        "Each error is measured on 1000 test points. The table shows the median of five seeds, which is the grey tick "
        "in the chart, and the range."
    )
    if classes:
        return measured
    return f"{measured} The pieces are counted on [0, 1]. The table shows their median and the largest possible number."


def show_range(median: float, low: float, high: float, *, classes: bool) -> str:
    """Return a median with its range: 0.08 (0.05 to 0.2), or percentages for classes."""
    if classes:
        median, low, high = 100 * median, 100 * low, 100 * high
        return f"{median:.1f} % ({low:.1f} % to {high:.1f} %)"
    return f"{show_number(median, 2)} ({show_number(low, 2)} to {show_number(high, 2)})"


def show_pieces(median: float, bound: int) -> str:
    """Return the median number of pieces and the largest possible one."""
    return f"{show_number(median, 6)} of at most {show_count(bound)}"


def describe_unfinished(unfinished: Sequence[tuple[str, int]], updates: int, seconds: float) -> str:
    """Return which architectures did not finish, and after how many updates they stopped."""
    names = " and ".join(f"the {name} network after {plural(done, 'update')}" for name, done in unfinished)
    return (
        f"The limit of {seconds:g} seconds of computing time stopped {names}. The comparison needs "
        f"{show_count(updates)} updates for every network, so these results are not shown. "
        "Choose fewer updates or fewer networks."
    )


def describe_code(name: str) -> str:
    """Return what the exported code does."""
    return f"The code trains the {name} network from five seeds and prints its test errors."


def announce(medians: Sequence[tuple[str, float]]) -> str:
    """Return what a screen reader says after training."""
    each = ", ".join(f"{name} has {show_number(median, 2)}" for name, median in medians)
    return f"The networks are trained. Median test errors: {each}." if each else ""


def show_bounds(low: float, high: float) -> str:
    """Return a lower and an upper bound, rounded down and up to three digits."""
    ends = [(low, ROUND_FLOOR), (high, ROUND_CEILING)]
    return " to ".join(
        show_number(float(Context(prec=3, rounding=way).create_decimal_from_float(end))) for end, way in ends
    )
