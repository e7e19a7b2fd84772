"""Hold every word of the chapter "Boundaries"."""

from nnviz.web.lesson import Answer, ChapterText, Question

CHAPTER = ChapterText(
    title="Boundaries",
    claim="Powers of the features bend the decision boundary",
    intro="On the [[decision boundary]], both classes have the [[probability]] ½. Move the degree. What changes?",
    goals=(
        "read a decision boundary in a map of probabilities",
        "recognize overfitting from the accuracy on the training set and on the validation set",
        "test in a reliability diagram whether predicted probabilities match frequencies",
        "explain why training minimizes the cross-entropy and not the number of mistakes",
    ),
    notice=(
        "**The dashed line** is the boundary of degree 1, and the solid line is yours.",
        "**Hollow marks** are the [[validation set]]. A ring marks a mistake.",
        "**By default,** both accuracies rise from degree 1 to degree 3.",
    ),
    questions=(
        Question(
            "lf_question_xor",
            "The two classes of XOR lie in opposite quadrants, here without [[noise]]. "
            "Which is the simplest model that separates them?",
            (
                Answer(
                    "A straight line",
                    "On average, a straight line classifies at most 75 % of these points correctly. A small sample can "
                    "show a little more by chance, and longer training does not change the limit.",
                ),
                Answer(
                    "A polynomial of degree 2",
                    "The sign of the product $x_1 x_2$ decides the class, and degree 2 contains this product. "
                    "The model is still linear in its parameters.",
                    right=True,
                ),
                Answer(
                    "A polynomial of degree 6",
                    "Degree 6 also separates the classes, but it is not the simplest model. "
                    "The product $x_1 x_2$ already has degree 2.",
                ),
            ),
        ),
    ),
)

# --- data

DATA = "Data"
IRIS = "Iris: versicolor or virginica"
OWN_POINTS = "My own points"
SAMPLE_SETTINGS = "Data settings"
POINTS = "Number of points"
SPREAD = "Noise (standard deviation of each coordinate)"
WRONG = "Fraction of wrong labels"
SEED = "Seed"
USE_ALL = "Use all points for training"
COLUMNS = ("First feature", "Second feature", "Class")


def name_classes(names: tuple[str, ...]) -> str:
    """Say what the two classes are called."""
    return f"Class 0 is {names[0]}. Class 1 is {names[1]}."


# --- model and training

MODEL = "Model"
MODELS = {
    "linear": "Logistic regression",
    "network": "Network with one hidden layer",
    "hand": "Straight line by hand",
}
LOSS = "Loss"
DEGREE = "Degree of the polynomial"
UNITS = "Number of hidden units (tanh)"
UPDATES = "Number of updates (Adam)"
TRAINING_SETTINGS = "Learning rate and settings of the loss"
RATE = "Learning rate η"
OVERFIT = "Show an example of overfitting"
BY_HAND = "Move the three sliders. The map, the accuracy and the diagram change while you drag."
TRAINED_LINE = "Use the trained line"
HAND_FORMULA = (
    r"The logit is $z = \theta_0 + \theta_1 u_1 + \theta_2 u_2$. The feature $u_j$ is $x_j$, rescaled to $[-1, 1]$. "
    r"The larger $\|\theta\|$ is, the more confident the model is."
)


def theta(k: int) -> str:
    """Return the label of the slider of one parameter."""
    return rf"$\theta_{k}$"


# --- figures

TRAINING, VALIDATION, TEST = "training set", "validation set", "test set"
SETS = (TRAINING, VALIDATION)  # whose accuracy is drawn for every degree
ACCURACY_AXES = ("degree", "accuracy in %")
ACCURACY_CHART = (
    "The chart shows the accuracy of every degree, for the training set and for the validation set. "
    "A vertical line stands at the degree of the map."
)
FIGURES = "data | accuracy | mean loss | calibration error (ECE)"


def part(name: str, points: int) -> str:
    """Return the name of a set with its number of points."""
    return f"{name} ({points})"


def trained(loss: str, outcome: str, updates: int, seconds: float) -> str:
    """Say how the model came about. outcome: "finished", "diverged", "time" or "hand"."""
    if outcome == "hand":
        return f"The mean loss is computed with the loss “{loss}”."
    if outcome == "diverged":
        return f"Training diverged. The last finite model is shown, after {updates} updates of Adam."
    if outcome == "time":
        return f"Training stopped after {updates} updates, at the limit of {seconds:g} seconds of computing time."
    return f"Adam minimized the loss “{loss}” on the full training set with {updates} updates."


STRAIGHT = "degree 1"
MORE = "More about boundaries"
MORE_WORDS = (
    "**Degree 1 gives a straight boundary**, whatever the loss is. Powers of the [[features]] or [[hidden units]] "
    "can bend the boundary.",
    "**Choose the model *Straight line by hand*.** The [[accuracy]] changes in jumps. The [[cross-entropy]] "
    "changes smoothly, so [[gradient descent]] can minimize it.",
    "**Press *Show an example of overfitting*.** Then change the degree from 2 to 6. The "
    "training accuracy increases, but the test accuracy decreases. This is [[overfitting]].",
)


def model_name(kind: str, size: int) -> str:
    """Name a trained model on the map; size: the degree, or the number of hidden units."""
    return f"degree {size}" if kind == "linear" else f"{size} hidden units" if size > 1 else "1 hidden unit"


def accuracy_on(points: str) -> str:
    """Say what is compared on the map; points: the name of the set."""
    return f"accuracy on the {points}"


MARKS = (
    "Filled marks are the training set, and hollow marks are the validation set. A grey ring marks a mistake."
)
MAP = (
    "A random 40 % of the points are the [[validation set]]. "
    "A deeper background color means a more confident prediction."
)
FEATURES = "In the formula, $u_1$ and $u_2$ are the two coordinates, rescaled to $[-1, 1]$."


def test_set(points: int) -> str:
    """Say what the test set is."""
    return (
        f"The [[test set]] has {points} new points from the same distribution, which the map does not show."
    )


def parameters(count: int) -> str:
    """Return the number of parameters as a part of a formula."""
    return rf"{count}\text{{ parameters}}"


def accuracy_said(accuracies: dict[str, str]) -> str:
    """Say the accuracies for a screen reader."""
    return " ".join(f"The accuracy on the {name} is {value}." for name, value in accuracies.items())


# --- reliability


def reliability(name: str) -> str:
    """Return the title of the diagram of the set with that name."""
    return f"**Does 0.8 mean 8 in 10?** The {name}, grouped by predicted probability"


RELIABILITY = (
    "Each group holds the predictions in one tenth of $[0, 1]$. The height of the bar is $f_b$, the "
    "fraction of class 1 in the group. The dot is at the mean prediction $\\bar p_b$. The red vertical "
    "line is the gap between both. In a group with few points, the gap can be large by chance.\n\n"
    "**The [[calibration]] depends on the loss.** Compare the ECE of the cross-entropy and of the [[hinge loss]] "
    "on the [[test set]]. On average, the cross-entropy is smallest at the true probabilities. The hinge loss only "
    "estimates the more frequent class."
)

# --- charts

CLASSES = ("class 0", "class 1")
CLASS, PREDICTED, SET = "class", "predicted class", "set"
ACCURACY, CROSS_ENTROPY, ECE = "accuracy", "cross-entropy", "ECE"
PREDICTED_AXIS, FRACTION_AXIS = "predicted probability of class 1", "fraction of class 1"
COUNT, MEAN, FRACTION = "number of points", "mean prediction", "fraction of class 1"
MARKS_SAID = "hollow: validation set, ring: mistake"
MAP_CHART = (
    "The map shows the probability of class 1, with the line where it is one half, and the points of both classes. "
    "The points of the validation set are hollow, and misclassified points have a ring."
)
HAND_CHART = f"{MAP_CHART} A text gives the accuracy and the mean cross-entropy of both sets."
RELIABILITY_CHART = (
    "A bar for each group of predictions is as high as the fraction of class 1 in the group. "
    "A dot is at the mean prediction. On the dashed diagonal, both agree."
)
