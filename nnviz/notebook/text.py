"""The words of the pictures that notebooks draw of results."""

F, NETWORK, ERROR, EPSILON, MINUS_EPSILON = "f", "network", "error f − network", "ε", "−ε"
TARGET_AXES, ERROR_AXES = ("x", "value"), ("x", "error")
LOSS_AXES = ("step", "mean loss (log scale)")
VALUE_AXES = ("step", "value")
WIDTH_AXES = ("number of units", "sup norm of the error (log scale)")
EPSILON_AXES = ("ε", "number of units")
NEEDED, ENOUGH = "needed, proved", "enough"
SEED_AXES = ("seeds, in the order of their loss", "smallest mean loss (log scale)")
TRAINED, SMALLEST = "mean loss", "smallest loss"


def fit_words(name: str, low: float, high: float) -> str:
    """Describe a picture of a network beside f."""
    return f"The network and f on the interval from {low:g} to {high:g}, and the error below. {name}."


def curve_words(what: str, low: float, high: float) -> str:
    """Describe a curve over an interval."""
    return f"The curve of {what} on the interval from {low:g} to {high:g}."


LOSS_WORDS = "The mean loss in each step, on a logarithmic axis."
VALUE_WORDS = "The value of the surface in each step."
SEED_WORDS = "The smallest mean loss of each seed, in ascending order, on a logarithmic axis."
STUDY_WORDS = "The error of networks against their number of units, on logarithmic axes."
COUNT_WORDS = "The number of units against ε, the proved lower bound and what is enough."
SURFACE_WORDS = "The values of a network with two inputs. Darker areas have larger values."
