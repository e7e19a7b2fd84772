"""Hold the words that several chapters of the page use."""

from nnviz.web.wording import show_number

# The surface
SURFACE = "Surface"
OWN_FORMULA = "Your own formula …"
CONDITION = "Condition number κ"
ROTATION = "Rotation (degrees)"
FORMULA = "f(x, y)"
BOX = "Domain of x and y"
X_LOW, X_HIGH, Y_LOW, Y_HIGH = "x from", "x to", "y from", "y to"


def data_of_regression(title: str, points: int) -> str:
    """Say which data the loss of a line is computed on."""
    return f"Data from the page Linear regression ({title}, {points} points)"


# The runs
OPTIMIZERS = "Optimizers"
UPDATES = "Number of updates"
LEARNING_RATE = "Learning rate, in multiples of the suggested η"
OWN_SETTINGS = "Settings of each optimizer"
MULTIPLIER = "Learning rate multiplier (relative to the shared η)"
DRAGGED = "the start"


def start(parameter: str) -> str:
    """Return the label of a coordinate of the start."""
    return f"Start {parameter}"


def setting(name: str, meaning: str) -> str:
    """Return the label of a setting of an optimizer."""
    return f"{name}: {meaning}"


# The schedule and the noise
SCHEDULE = "Schedule"
SCHEDULE_OF_RATE = "Schedule of the learning rate η"
NOISE = "Noise"
NOISE_SIZE = "Noise in each component of the gradient (standard deviation σ)"
BATCH_SIZE = "Batch size (a full batch has no noise)"
NOISE_IS_DRAWN = (
    "This surface has no data set, so Gaussian noise is added to the gradient. "
    "Every optimizer gets the same noise."
)
SEED = "Seed"

# The map and the player
SHADING = "The loss is small where the color is light, and large where it is dark."
SHADED = "darker: larger loss L"
MINIMUM, START_MARK = "minimum", "start"
MAP_CAPTION = f"{SHADING} The ring is the start, and the crosses are the known minima."
MAP_WORDS = (
    f"The map shows the loss surface. {SHADING} "
    "Each line is the path of one optimizer from the common start, and crosses mark the known minima."
)
UPDATE = "update"
OPTIMIZER = "optimizer"


def final_loss(label: str, loss: float) -> str:
    """Say the loss at the end of a run."""
    return f"{label}: final loss {show_number(loss)}"


def move_start(reason: str) -> str:
    """Say why the runs cannot begin, and what to do."""
    return f"{reason}. Move the start on the map or in its boxes."
